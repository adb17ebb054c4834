/* Marks, reviews and what a signed visit refuses, as the methods of the records tell them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/records/refuse.h"
#include "tests/support/records_call.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
