/* Marks, reviews and what a signed visit refuses, as the methods of the records tell them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/trial/protocol.h"
#include "src/records/refuse.h"
#include "src/store/store_clinic.h"
#include "tests/support/records_call.h"
#include "tests/support/store_fixture.h"

#define CALL   records_fixture_call
#define SAYS   records_fixture_says
#define MEMBER records_fixture_member

static long long visit_of(struct records_fixture *f, const char *patient)
{
	assert_int_equal(CALL(f, "patient.add", "{\"code\":\"%s\"}", patient), 0);
	assert_int_equal(CALL(f, "visit.start", "{\"patient\":\"%s\"}", patient), 0);
	return json_integer_value(MEMBER(f, "id"));
}

/* --- what cannot be changed ---------------------------------------------------------------- */

static void test_signed_visit_is_fixed(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	const long long trial = records_fixture_trial(f, "P", visit);
	const long long other = records_fixture_trial(f, "P", 0);

	assert_int_equal(CALL(f, "patient.add", "{\"code\":\"Q\"}"), 0);
	records_fixture_sign(f, visit);
	assert_int_equal(
		CALL(f, "trial.void", "{\"id\":%lld,\"reason\":\"cough\"}", trial),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
	assert_int_equal(
		CALL(f, "trial.move", "{\"id\":%lld,\"patient\":\"Q\"}", trial),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
	assert_int_equal(
		CALL(f, "visit.add", "{\"id\":%lld,\"trial\":%lld}", visit, other),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
	assert_int_equal(CALL(f, "visit.note", "{\"id\":%lld,\"pain_back\":1}", visit),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
	assert_int_equal(
		CALL(f, "visit.set_plan", "{\"id\":%lld,\"plan\":\"quick\"}", visit),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
	/* nothing of it happened */
	assert_int_equal(CALL(f, "trial.show", "{\"id\":%lld}", trial), 0);
	assert_true(json_is_false(MEMBER(f, "voided")));
	assert_string_equal(json_string_value(MEMBER(f, "patient")), "P");
	assert_int_equal(CALL(f, "visit.show", "{\"id\":%lld}", visit), 0);
	assert_int_equal(json_array_size(MEMBER(f, "trials")), 1);
}

static void test_refusals_say_why(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P"), closed = visit_of(f, "Q");
	const long long runs = records_fixture_running(f, "P", visit);
	const long long done = records_fixture_trial(f, "P", visit);

	assert_int_equal(CALL(f, "trial.void", "{\"id\":%lld,\"reason\":\"r\"}", runs),
		RPC_NOT_NOW);
	SAYS(f, "still runs");
	assert_int_equal(
		CALL(f, "trial.void", "{\"id\":%lld,\"reason\":\"cough\"}", done), 0);
	assert_int_equal(CALL(f, "trial.move", "{\"id\":%lld,\"patient\":\"Q\"}", done),
		RPC_NOT_NOW);
	SAYS(f, "voided already (cough)");
	assert_int_equal(CALL(f, "visit.close", "{\"id\":%lld}", closed), 0);
	assert_int_equal(CALL(f, "visit.note", "{\"id\":%lld,\"red_flag\":0}", closed),
		RPC_NOT_NOW);
	SAYS(f, "is closed");
	assert_int_equal(
		CALL(f, "visit.add", "{\"id\":%lld,\"trial\":%lld}", closed, done),
		RPC_NOT_NOW);
	SAYS(f, "is closed");
	assert_int_equal(
		CALL(f, "visit.note", "{\"id\":77,\"red_flag\":0}"), RPC_NOT_FOUND);
	assert_int_equal(
		CALL(f, "trial.void", "{\"id\":77,\"reason\":\"r\"}"), RPC_NOT_FOUND);
}

static void test_foreign_trial(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	const long long trial = records_fixture_trial(f, "", 0);

	assert_int_equal(
		CALL(f, "visit.add", "{\"id\":%lld,\"trial\":%lld}", visit, trial),
		RPC_NOT_NOW);
	SAYS(f, "trial.move");
}

static void test_signing_is_refused_with_advice(void **state)
{
	static const struct {
		bool amends;
		int err;
		const char *says;
	} cases[] = {
		{ false, -ENODATA, "no finished trial" },
		{ false, -EBUSY, "still runs" },
		{ false, -EEXIST, "report.amend" },
		{ true, -EPERM, "report.sign comes" },
	};
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(refuse_signing(f->store, visit, cases[i].amends,
					 cases[i].err, &f->error),
			-EREMOTEIO);
		assert_int_equal(f->error.code, RPC_NOT_NOW);
		SAYS(f, cases[i].says);
	}
	records_fixture_trial(f, "P", visit);
	records_fixture_sign(f, visit);
	refuse_signing(f->store, visit, true, -EPERM, &f->error);
	SAYS(f, "leave it out");
	refuse_signing(f->store, 77, false, -ENOENT, &f->error);
	assert_int_equal(f->error.code, RPC_NOT_FOUND);
}

/* --- reviews and marks --------------------------------------------------------------------- */

static void test_review(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	const long long runs = records_fixture_running(f, "P", 0);
	const long long trial = records_fixture_trial(f, "P", visit);
	static const char ask[] = "{\"id\":%lld,\"decision\":\"%s\",\"reason\":\"%s\"}";

	assert_int_equal(CALL(f, "trial.show", "{\"id\":%lld}", trial), 0);
	assert_true(json_is_null(MEMBER(f, "decision")));
	assert_true(json_is_null(MEMBER(f, "decision_reason")));
	assert_int_equal(json_array_size(MEMBER(f, "marks")), 0);
	assert_int_equal(
		CALL(f, "trial.review", ask, trial, "maybe", ""), RPC_INVALID_PARAMS);
	assert_int_equal(
		CALL(f, "trial.review", ask, trial, "repeat", ""), RPC_INVALID_PARAMS);
	SAYS(f, "reason");
	assert_int_equal(CALL(f, "trial.review", ask, runs, "keep", ""), RPC_NOT_NOW);
	SAYS(f, "still runs");
	assert_int_equal(CALL(f, "trial.review", ask, 77LL, "keep", ""), RPC_NOT_FOUND);
	assert_int_equal(
		CALL(f, "trial.review", "{\"id\":%lld,\"decision\":\"keep\"}", trial),
		0);
	assert_string_equal(json_string_value(MEMBER(f, "schema")), "stance.trial/1");
	assert_string_equal(json_string_value(MEMBER(f, "decision")), "keep");
	assert_true(json_is_false(MEMBER(f, "voided")));
	/* thought better of it */
	assert_int_equal(CALL(f, "trial.review", ask, trial, "discard", "spoke"), 0);
	assert_string_equal(json_string_value(MEMBER(f, "decision")), "discard");
	assert_string_equal(json_string_value(MEMBER(f, "decision_reason")), "spoke");
	assert_true(json_is_true(MEMBER(f, "voided")));
	assert_string_equal(json_string_value(MEMBER(f, "void_reason")), "spoke");
	assert_int_equal(CALL(f, "trial.review", ask, trial, "keep", ""), RPC_NOT_NOW);
	SAYS(f, "for good");
	assert_int_equal(CALL(f, "store.audit", "{}"), 0);
	assert_non_null(strstr(f->text, "trial.review"));
}

static void test_signed_trial_is_not_reviewed(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	const long long trial = records_fixture_trial(f, "P", visit);

	records_fixture_sign(f, visit);
	assert_int_equal(
		CALL(f, "trial.review", "{\"id\":%lld,\"decision\":\"keep\"}", trial),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
	assert_int_equal(CALL(f, "visit.next",
				 "{\"id\":%lld,\"skip\":true,\"reason\":\"r\"}", visit),
		RPC_NOT_NOW);
	SAYS(f, "report.amend");
}

/* The longest trial with as many and as long marks as there may be fits an answer. */
static void test_marks_are_shown(void **state)
{
	struct records_fixture *f = *state;
	struct trial_record r;
	char text[STORE_MARK_SIZE];
	const json_t *mark;
	int n;

	store_fixture_record(&r, &f->rng, "", RECORD_MAX_PHASES);
	assert_int_equal(store_trial_begin(f->store, &r, &r.id), 0);
	memset(text, 'm', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(store_mark_add(f->store, r.id, 1.25, "", "t", &n), 0);
	for (int k = 1; k < STORE_MAX_MARKS; k++)
		assert_int_equal(store_mark_add(f->store, r.id, k, text, "t", &n), 0);
	assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	assert_int_equal(CALL(f, "trial.show", "{\"id\":%lld}", (long long)r.id), 0);
	assert_int_equal(json_array_size(MEMBER(f, "marks")), STORE_MAX_MARKS);
	mark = json_array_get(MEMBER(f, "marks"), 0);
	assert_int_equal(json_integer_value(json_object_get(mark, "n")), 1);
	assert_true(json_number_value(json_object_get(mark, "t_s")) == 1.25);
	assert_true(json_is_null(json_object_get(mark, "text")));
	mark = json_array_get(MEMBER(f, "marks"), STORE_MAX_MARKS - 1);
	assert_string_equal(json_string_value(json_object_get(mark, "text")), text);
}

/* --- the plan ------------------------------------------------------------------------------ */

static long long next_int(const struct records_fixture *f, const char *key)
{
	return json_integer_value(json_object_get(MEMBER(f, "next"), key));
}

static bool next_is_practice(const struct records_fixture *f)
{
	const json_t *next = MEMBER(f, "next");
	const bool told = json_is_true(json_object_get(next, "practice"));
	const json_t *start = json_object_get(next, "start");

	assert_int_equal(told, json_is_true(json_object_get(start, "practice")));
	return told;
}

static long long begin_practice(struct records_fixture *f, long long visit, bool finish)
{
	struct trial_record r;

	store_fixture_record(&r, &f->rng, "P", 1);
	r.visit_id = visit;
	r.voided = true;
	strcpy(r.void_reason, RECORD_PRACTICE);
	assert_int_equal(store_trial_begin(f->store, &r, &r.id), 0);
	if (finish)
		assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	return r.id;
}

/* Practice comes first, is not reviewed and counts for nothing. */
static void test_plan_begins_with_practice(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	long long practice, runs;

	assert_int_equal(
		CALL(f, "visit.set_plan", "{\"id\":%lld,\"plan\":\"standard\"}", visit),
		0);
	assert_true(next_is_practice(f));
	assert_true(json_is_null(MEMBER(f, "running")));
	assert_true(json_is_null(MEMBER(f, "last_trial")));
	practice = begin_practice(f, visit, true);
	assert_int_equal(CALL(f, "trial.show", "{\"id\":%lld}", practice), 0);
	assert_true(json_is_true(MEMBER(f, "voided")));
	assert_string_equal(
		json_string_value(MEMBER(f, "void_reason")), RECORD_PRACTICE);
	assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", visit), 0);
	assert_false(next_is_practice(f));
	assert_int_equal(next_int(f, "trial_n"), 1);
	assert_true(json_is_null(MEMBER(f, "last_trial")));
	runs = records_fixture_running(f, "P", visit);
	assert_int_equal(CALL(f, "visit.next", "{\"id\":%lld}", visit), 0);
	assert_int_equal(json_integer_value(MEMBER(f, "running")), runs);
}

static const char *next_footwear(struct records_fixture *f)
{
	const json_t *start = json_object_get(MEMBER(f, "next"), "start");

	return json_string_value(
		json_object_get(json_object_get(start, "condition"), "footwear"));
}

/* As the protocol asks, until something else is worn; the latest counts, and sitting asks for nothing. */
static void test_footwear_goes_with_the_visit(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	const long long sitting = visit_of(f, "Q");

	assert_int_equal(
		CALL(f, "visit.set_plan", "{\"id\":%lld,\"plan\":\"quick\"}", visit),
		0);
	assert_true(json_is_null(MEMBER(f, "footwear")));
	assert_string_equal(next_footwear(f), "barefoot");
	assert_int_equal(CALL(f, "visit.footwear",
				 "{\"id\":%lld,\"footwear\":\"shoes\"}", visit),
		0);
	assert_string_equal(json_string_value(MEMBER(f, "footwear")), "shoes");
	assert_int_equal(CALL(f, "visit.footwear",
				 "{\"id\":%lld,\"footwear\":\"socks\"}", visit),
		0);
	assert_int_equal(CALL(f, "visit.current", "{}"), 0);
	assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", visit), 0);
	assert_string_equal(next_footwear(f), "socks");
	assert_int_equal(CALL(f, "visit.footwear",
				 "{\"id\":%lld,\"footwear\":\"boots\"}", visit),
		RPC_INVALID_PARAMS);
	assert_int_equal(
		CALL(f, "visit.footwear", "{\"id\":%lld}", visit), RPC_INVALID_PARAMS);
	assert_int_equal(CALL(f, "visit.show", "{\"id\":%lld}", visit), 0);
	assert_null(json_object_get(MEMBER(f, "entered"), "footwear"));
	assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", sitting), 0);
	assert_true(json_is_null(MEMBER(f, "footwear")));
	assert_int_equal(CALL(f, "visit.close", "{\"id\":%lld}", visit), 0);
	assert_int_equal(CALL(f, "visit.footwear",
				 "{\"id\":%lld,\"footwear\":\"shoes\"}", visit),
		RPC_NOT_NOW);
}

static void test_what_protocols_ask_for(void **state)
{
	const struct protocol *p;

	(void)state;
	for (size_t i = 0; (p = protocol_at(i)); i++)
		assert_string_equal(
			protocol_footwear(p), p->seated ? "" : protocol_footwear_at(0));
	assert_string_equal(protocol_footwear(NULL), "");
	assert_null(protocol_footwear_at(3));
}

static void test_last_trial_waits_for_a_review(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	const long long first = records_fixture_trial(f, "P", visit);
	const json_t *last;
	long long second;

	assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", visit), 0);
	last = MEMBER(f, "last_trial");
	assert_int_equal(json_integer_value(json_object_get(last, "id")), first);
	assert_true(json_is_null(json_object_get(last, "decision")));
	assert_true(json_is_string(json_object_get(last, "verdict")));
	assert_int_equal(
		CALL(f, "trial.review", "{\"id\":%lld,\"decision\":\"keep\"}", first),
		0);
	assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", visit), 0);
	assert_string_equal(
		json_string_value(json_object_get(MEMBER(f, "last_trial"), "decision")),
		"keep");
	second = records_fixture_trial(f, "P", visit);
	assert_int_equal(
		CALL(f, "trial.void", "{\"id\":%lld,\"reason\":\"r\"}", second), 0);
	assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", visit), 0);
	last = MEMBER(f, "last_trial");
	assert_int_equal(json_integer_value(json_object_get(last, "id")), second);
	assert_string_equal(
		json_string_value(json_object_get(last, "decision")), "discard");
}

static void test_steps_are_left_out_one_by_one(void **state)
{
	struct records_fixture *f = *state;
	const long long visit = visit_of(f, "P");
	static const char ask[] = "{\"id\":%lld,\"skip\":true,\"reason\":\"%s\"}";
	const json_t *step;

	assert_int_equal(CALL(f, "visit.next", ask, visit, "r"), RPC_NOT_NOW);
	SAYS(f, "No planned step");
	assert_int_equal(
		CALL(f, "visit.set_plan", "{\"id\":%lld,\"plan\":\"standard\"}", visit),
		0);
	assert_int_equal(CALL(f, "visit.next", ask, visit, ""), RPC_INVALID_PARAMS);
	for (int k = 1; k <= 5; k++) {
		assert_int_equal(CALL(f, "visit.plan", "{\"id\":%lld}", visit), 0);
		assert_int_equal(next_int(f, "step"), k);
		assert_int_equal(CALL(f, "visit.next", ask, visit, "dizzy"), 0);
		step = json_array_get(
			json_object_get(MEMBER(f, "plan"), "steps"), (size_t)k - 1);
		assert_string_equal(
			json_string_value(json_object_get(step, "state")), "skipped");
		assert_string_equal(
			json_string_value(json_object_get(step, "skipped")), "dizzy");
	}
	assert_true(json_number_value(MEMBER(f, "seconds_left")) == 0);
	assert_int_equal(CALL(f, "visit.next", ask, visit, "r"), RPC_NOT_NOW);
	assert_int_equal(CALL(f, "visit.close", "{\"id\":%lld}", visit), 0);
	assert_int_equal(CALL(f, "visit.next", ask, visit, "r"), RPC_NOT_NOW);
	SAYS(f, "is closed");
	assert_int_equal(CALL(f, "visit.next", "{\"id\":77}"), RPC_NOT_FOUND);
}

int main(void)
{
#define TEST(fn)                                                                       \
	cmocka_unit_test_setup_teardown(                                               \
		fn, records_fixture_setup, records_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_signed_visit_is_fixed),
		TEST(test_refusals_say_why),
		TEST(test_foreign_trial),
		TEST(test_signing_is_refused_with_advice),
		TEST(test_review),
		TEST(test_signed_trial_is_not_reviewed),
		TEST(test_marks_are_shown),
		TEST(test_plan_begins_with_practice),
		TEST(test_footwear_goes_with_the_visit),
		cmocka_unit_test(test_what_protocols_ask_for),
		TEST(test_last_trial_waits_for_a_review),
		TEST(test_steps_are_left_out_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
