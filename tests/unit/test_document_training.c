/* What is written is what is heard; what must not be seen is not written. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/ipc/document_training.h"

static char the_text[DOCUMENT_TRAINING_MAX];

static json_t *written(const struct training_document *document)
{
	struct jsonw w;
	json_t *json;

	jsonw_init(&w, the_text, sizeof(the_text));
	document_put_training(&w, document);
	assert_true(jsonw_finish(&w) > 0);
	json = json_loads(the_text, 0, NULL);
	assert_non_null(json);
	return json;
}

static struct training_document document_of(enum exercise_picture picture)
{
	struct training_document d = { .id = 7,
		.patient = "P-3",
		.programme = "even-weight",
		.view = { .state = TRAINING_EXERCISE,
			.block = 2,
			.n_blocks = 6,
			.exercise = EXERCISE_SLALOM,
			.feedback = FEEDBACK_BANDWIDTH,
			.say = "Lean.",
			.cue = "slalom",
			.elapsed_s = 12.5,
			.remaining_s = 47.5,
			.done_frac = 0.25,
			.session_frac = 0.5,
			.is_silent = true,
			.view_mm = 60,
			.picture = exercise_view_none(),
			.estimate_mm = NAN,
			.estimate_held_frac = NAN,
			.last_block = -1 } };

	d.view.picture.picture = picture;
	return d;
}

static void test_round_trip(void **state)
{
	struct training_document d = document_of(PICTURE_GATES);
	struct exercise_view *v = &d.view.picture;
	static struct training_heard heard;
	const struct exercise_view *got = &heard.document.view.picture;
	json_t *json;

	(void)state;
	v->dot_mm = (struct pos_mm){ -12.3, 4.5 };
	v->n_gates = 2;
	v->gates[0] = (struct exercise_gate){ 20, 8, 1.5, -1 };
	v->gates[1] = (struct exercise_gate){ -20, 8, -0.5, 1 };
	v->side = -1;
	v->direction = 7;
	v->score = 66.67;
	json = written(&d);
	assert_true(strlen(the_text) < 2000);
	assert_int_equal(document_get_training(json, &heard), 0);
	assert_int_equal(heard.document.id, 7);
	assert_string_equal(heard.document.patient, "P-3");
	assert_string_equal(heard.document.programme, "even-weight");
	assert_int_equal(heard.document.view.state, TRAINING_EXERCISE);
	assert_int_equal(heard.document.view.exercise, EXERCISE_SLALOM);
	assert_int_equal(heard.document.view.feedback, FEEDBACK_BANDWIDTH);
	assert_string_equal(heard.document.view.say, "Lean.");
	assert_true(heard.document.view.is_silent);
	assert_int_equal(got->picture, PICTURE_GATES);
	assert_true(fabs(got->dot_mm.x + 12.3) < 1e-9);
	assert_int_equal(got->n_gates, 2);
	assert_int_equal(got->gates[0].passed, -1);
	assert_int_equal(got->gates[1].passed, 1);
	assert_true(fabs(got->gates[1].in_s + 0.5) < 1e-9);
	assert_int_equal(got->side, -1);
	assert_int_equal(got->direction, 7);
	assert_true(isnan(got->left_frac) && got->inside == -1);
	assert_true(fabs(got->score - 66.67) < 1e-9);
	json_decref(json);
}

static struct training_summary summary_of(void)
{
	struct training_summary s = { .n_blocks = 2 };

	for (int i = 0; i < 2; i++)
		s.blocks[i] = (struct training_block){ .exercise = EXERCISE_PROBE,
			.feedback = FEEDBACK_NONE,
			.is_whole = true,
			.duration_s = 30,
			.band_mm = 15,
			.score = { .value = 6.5 + i, .counted_s = 30 },
			.estimate_mm = NAN,
			.actual_mm = 6.5,
			.change = { .word = PROGRESS_BETTER,
				.now = 7,
				.before = 25,
				.difference = -18,
				.ratio = NAN,
				.mdc = 12.8,
				.n_before = 2,
				.n_trend = 2,
				.trend = { 27, 25 } } };
	s.has_headline = true;
	s.headline_of = EXERCISE_PROBE;
	s.headline = s.blocks[0].change;
	return s;
}

static void test_a_result_tells_all_and_a_rest_no_probe(void **state)
{
	struct training_document d = document_of(PICTURE_NONE);
	struct training_summary summary = summary_of();
	static struct training_heard heard;
	json_t *json;

	(void)state;
	d.summary = &summary;
	d.view.state = TRAINING_RESULT;
	d.view.last_block = 1;
	d.with_blocks = true;
	json = written(&d);
	assert_true(json_is_null(json_object_get(json, "picture")));
	assert_int_equal(document_get_training(json, &heard), 0);
	assert_int_equal(heard.summary.n_blocks, 2);
	assert_true(heard.summary.has_headline);
	assert_int_equal(heard.summary.headline.word, PROGRESS_BETTER);
	assert_int_equal(heard.summary.headline.n_trend, 2);
	assert_true(fabs(heard.summary.headline.trend[1] - 25) < 1e-9);
	assert_true(fabs(heard.summary.blocks[1].score.value - 7.5) < 1e-9);
	json_decref(json);
	d.view.state = TRAINING_REST;
	d.with_blocks = false;
	json = written(&d);
	assert_int_equal(json_array_size(json_object_get(json, "blocks")), 0);
	json_decref(json);
}

/* The largest there is fits. */
static void test_sixteen_blocks_fit(void **state)
{
	struct training_document d = document_of(PICTURE_NONE);
	struct training_summary summary = summary_of();

	(void)state;
	summary.n_blocks = PROGRAMME_MAX_BLOCKS;
	for (int i = 0; i < PROGRAMME_MAX_BLOCKS; i++) {
		summary.blocks[i] = summary.blocks[0];
		for (int k = 0; k < EXERCISE_MAX_MEASURES; k++)
			summary.blocks[i].score.measures[k] =
				(struct exercise_measure){ "distance_mm", 1234.567 };
		summary.blocks[i].score.n_measures = EXERCISE_MAX_MEASURES;
		summary.blocks[i].change.n_trend = PROGRESS_N;
	}
	d.summary = &summary;
	d.view.state = TRAINING_RESULT;
	d.view.last_block = PROGRAMME_MAX_BLOCKS - 1;
	d.with_blocks = true;
	json_decref(written(&d));
}

static void test_programmes_come_back(void **state)
{
	static char text[DOCUMENT_PROGRAMME_MAX];
	char why[256];

	(void)state;
	for (size_t i = 0; programme_at(i); i++) {
		struct programme p = *programme_at(i), got;
		struct jsonw w;
		json_t *json;

		p.target_mm = 7.5;
		p.band = 2;
		p.level = 3;
		p.cap_left_n = 40 * 9.80665;
		jsonw_init(&w, text, sizeof(text));
		document_put_programme(&w, &p);
		assert_true(jsonw_finish(&w) > 0);
		json = json_loads(text, 0, NULL);
		assert_int_equal(
			document_get_programme(json, &got, why, sizeof(why)), 0);
		json_decref(json);
		assert_string_equal(got.name, p.name);
		assert_int_equal(got.n_blocks, p.n_blocks);
		assert_int_equal(got.level, 3);
		assert_int_equal(got.band, 2);
		assert_true(fabs(got.cap_left_n - p.cap_left_n) < 0.01);
		assert_true(isnan(got.cap_right_n));
		for (int k = 0; k < p.n_blocks; k++) {
			assert_int_equal(got.blocks[k].exercise, p.blocks[k].exercise);
			assert_int_equal(got.blocks[k].feedback, p.blocks[k].feedback);
			assert_int_equal(got.blocks[k].estimate, p.blocks[k].estimate);
		}
	}
}

static void refused(const char *text, const char *names)
{
	struct programme p;
	char why[256] = "";
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	assert_int_equal(document_get_programme(json, &p, why, sizeof(why)), -EBADMSG);
	if (!strstr(why, names))
		fail_msg("\"%s\" does not name %s", why, names);
	json_decref(json);
}

static void test_refuses_what_cannot_be(void **state)
{
	(void)state;
	refused("[]", "object");
	refused("{\"name\":\"nosuch\"}", "nosuch");
	refused("{\"blocks\":[]}", "blocks");
	refused("{\"blocks\":[{\"exercise\":\"jump\"}]}", "jump");
	refused("{\"blocks\":[{\"exercise\":\"beam\",\"duration_s\":1}]}",
		"duration_s");
	refused("{\"blocks\":[{\"exercise\":\"beam\",\"feedback\":3}]}", "feedback");
	refused("{\"target_mm\":90}", "target_mm");
	refused("{\"target_mm\":\"left\"}", "target_mm");
	refused("{\"reach_frac\":0.9}", "reach_frac");
	refused("{\"level\":1.5}", "level");
	refused("{\"level\":5}", "level");
	refused("{\"band_mm\":12}", "band_mm");
	refused("{\"cap_left_kg\":-2}", "cap_left_kg");
	refused("{\"keeps_level\":1}", "keeps_level");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_a_result_tells_all_and_a_rest_no_probe),
		cmocka_unit_test(test_sixteen_blocks_fit),
		cmocka_unit_test(test_programmes_come_back),
		cmocka_unit_test(test_refuses_what_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
