/* stance.trial-progress/1: idle, running, ended, and that the longest fits its stream. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/ipc/document_progress.h"

static char the_text[DOCUMENT_PROGRESS_MAX];

/* The document as a client has it. Freed by the caller. */
static json_t *parsed(const struct progress_document *p)
{
	struct jsonw w;
	json_t *json;

	jsonw_init(&w, the_text, sizeof(the_text));
	document_put_progress(&w, p);
	assert_true(jsonw_finish(&w) > 0);
	json = json_loads(the_text, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "schema")),
		"stance.trial-progress/1");
	return json;
}

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static bool is_null(const json_t *json, const char *key)
{
	return json_is_null(json_object_get(json, key));
}

static void idle_says_nothing_but_the_last(void **state)
{
	struct progress_end last = { .id = 0 };
	struct progress_document p = { .state = "idle",
		.elapsed_s = NAN,
		.remaining_s = NAN,
		.done_frac = NAN,
		.last = &last };
	json_t *json = parsed(&p);

	(void)state;
	assert_string_equal(text_of(json, "state"), "idle");
	assert_true(is_null(json, "id") && is_null(json, "protocol") &&
		    is_null(json, "phase") && is_null(json, "elapsed_s") &&
		    is_null(json, "verdict") && is_null(json, "last"));
	json_decref(json);
	last = (struct progress_end){
		.id = 7, .state = "timeout", .reason = "Nobody came."
	};
	json = parsed(&p);
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(json, "last"), "id")),
		7);
	assert_string_equal(text_of(json_object_get(json, "last"), "state"), "timeout");
	assert_true(is_null(json_object_get(json, "last"), "verdict"));
	json_decref(json);
}

static void a_running_trial_tells_where_it_stands(void **state)
{
	struct progress_document p = { .id = 12,
		.protocol = "romberg",
		.state = "measuring",
		.phase = 1,
		.n_phases = 2,
		.phase_key = "ec",
		.instruction = "Close your eyes.",
		.elapsed_s = 2.5,
		.remaining_s = NAN,
		.done_frac = 0.541666 };
	json_t *json = parsed(&p);

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(json, "id")), 12);
	assert_int_equal(json_integer_value(json_object_get(json, "phase")), 1);
	assert_int_equal(json_integer_value(json_object_get(json, "n_phases")), 2);
	assert_string_equal(text_of(json, "phase_key"), "ec");
	assert_string_equal(text_of(json, "instruction"), "Close your eyes.");
	assert_true(fabs(json_number_value(json_object_get(json, "elapsed_s")) - 2.5) <
		    1e-9);
	assert_true(fabs(json_number_value(json_object_get(json, "done_frac")) -
			    0.5417) < 1e-9);
	assert_true(is_null(json, "remaining_s") && is_null(json, "verdict"));
	assert_int_equal(json_array_size(json_object_get(json, "reasons")), 0);
	assert_null(json_object_get(json, "last"));
	assert_true(is_null(json, "visit") && is_null(json, "patient"));
	assert_true(is_null(json, "quality"));
	json_decref(json);
}

static void whose_it_is_and_how_good_so_far(void **state)
{
	static struct trial_record quality = { .verdict = TRIAL_CHECK,
		.n_reasons = 1,
		.reasons = { "A foot was moved by 14 mm." } };
	struct progress_document p = { .id = 12,
		.protocol = "quiet-eo",
		.state = "measuring",
		.visit_id = 7,
		.patient = "P-1",
		.practice = true,
		.n_marks = 3,
		.quality = &quality };
	json_t *json = parsed(&p), *told = json_object_get(json, "quality");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(json, "visit")), 7);
	assert_string_equal(text_of(json, "patient"), "P-1");
	assert_true(json_is_true(json_object_get(json, "practice")));
	assert_int_equal(json_integer_value(json_object_get(json, "n_marks")), 3);
	assert_string_equal(text_of(told, "verdict"), "check");
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(told, "reasons"), 0)),
		"A foot was moved by 14 mm.");
	json_decref(json);
}

static void the_longest_end_fits(void **state)
{
	struct progress_end end = { .id = INT64_MAX,
		.state = "stored",
		.reason = "",
		.verdict = TRIAL_INTERRUPTED,
		.n_reasons = RECORD_MAX_REASONS };
	struct progress_document p = { .id = INT64_MAX,
		.protocol = "correct-hidden",
		.state = "stored",
		.elapsed_s = NAN,
		.remaining_s = NAN,
		.done_frac = NAN,
		.end = &end };
	json_t *json;

	(void)state;
	for (int i = 0; i < RECORD_MAX_REASONS; i++)
		memset(end.reasons[i], 'x', RECORD_REASON_SIZE - 1);
	json = parsed(&p);
	assert_int_equal(
		json_array_size(json_object_get(json, "reasons")), RECORD_MAX_REASONS);
	assert_string_equal(
		text_of(json, "verdict"), trial_verdict_name(TRIAL_INTERRUPTED));
	json_decref(json);
}

static void what_was_not_stored_has_a_reason_and_no_verdict(void **state)
{
	struct progress_end end = {
		.id = 3, .state = "failed", .reason = "The disk is \"full\"."
	};
	struct progress_document p = { .id = 3,
		.protocol = "sts5",
		.state = "failed",
		.elapsed_s = NAN,
		.remaining_s = NAN,
		.done_frac = NAN,
		.end = &end };
	json_t *json = parsed(&p);

	(void)state;
	assert_true(is_null(json, "verdict"));
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(json, "reasons"), 0)),
		"The disk is \"full\".");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_says_nothing_but_the_last),
		cmocka_unit_test(a_running_trial_tells_where_it_stands),
		cmocka_unit_test(whose_it_is_and_how_good_so_far),
		cmocka_unit_test(the_longest_end_fits),
		cmocka_unit_test(what_was_not_stored_has_a_reason_and_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
