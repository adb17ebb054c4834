/* stance.results/1 over a store: means and intervals worked out by hand, what changed, norms only where people stood
 * alike, and what is shown of a trial that must not be used. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/base/rng.h"
#include "src/ipc/server.h"
#include "src/records/records.h"
#include "tests/support/store_fixture.h"

struct fixture {
	char folder[64];
	struct store *store;
	struct rng rng;
	struct rpc_error error;
	json_t *answer; /* of the last call */
	size_t room;    /* for an answer */
	char text[SERVER_VALUE_MAX];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char message[STORE_MESSAGE_SIZE];

	assert_non_null(f);
	store_fixture_folder(f->folder);
	rng_init(&f->rng, 12, 0);
	f->room = sizeof(f->text);
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	json_decref(f->answer);
	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

/* Call with an id, 0: without; returns 0 and `answer`, or the error's code. */
static int call(struct fixture *f, const char *name, json_t *params)
{
	struct jsonw w;
	int err;

	jsonw_init(&w, f->text, f->room);
	json_decref(f->answer);
	f->answer = NULL;
	err = records_call(
		f->store, records_method_find(name), params, "tester", &w, &f->error);
	json_decref(params);
	if (err < 0)
		return f->error.code;
	assert_true(jsonw_finish(&w) > 0);
	f->answer = json_loads(f->text, JSON_DECODE_ANY, NULL);
	assert_non_null(f->answer);
	return 0;
}

static json_t *with_id(int64_t id)
{
	return json_pack("{s:I}", "id", (json_int_t)id);
}

static const json_t *member(const struct fixture *f, const char *key)
{
	return json_object_get(f->answer, key);
}

static int64_t begin_visit(struct fixture *f)
{
	assert_int_equal(call(f, "visit.start", json_pack("{s:s}", "patient", "P")), 0);
	return json_integer_value(member(f, "id"));
}

static int64_t now_ms(void)
{
	return (int64_t)time(NULL) * 1000;
}

/* As the store's, which dates visits by this machine's zone: else two of one day lie on two for some hours of it. */
static int here_offset_min(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	return (int)(tm.tm_gmtoff / 60);
}

static void add_patient(struct fixture *f)
{
	int year = (int)(1970 + now_ms() / 31556952000LL);

	assert_int_equal(call(f, "patient.add",
				 json_pack("{s:s, s:i, s:s}", "code", "P", "birth_year",
					 year - 30, "sex", "F")),
		0);
}

struct made {
	const char *patient, *footwear;
	int64_t visit;
	double velocity, com_ml_mm;
	enum trial_verdict verdict;
};

static void set(char *word, const char *text)
{
	snprintf(word, RECORD_WORD_SIZE, "%s", text);
}

static int64_t make(struct fixture *f, const struct made *m)
{
	struct trial_record r;
	struct trial_phase *p = &r.phases[0];

	store_fixture_record(&r, &f->rng, m->patient, 1);
	r.visit_id = m->visit;
	r.verdict = m->verdict;
	r.started_unix_ms = now_ms();
	r.utc_offset_min = here_offset_min();
	set(r.protocol, "quiet-eo");
	p->duration_s = 30;
	p->rate_hz = 100;
	p->cutoff_hz = 10;
	memset(&p->condition, 0, sizeof(p->condition));
	set(p->condition.eyes, "open");
	set(p->condition.surface, "firm");
	set(p->condition.stance, "bipedal");
	set(p->condition.footwear, m->footwear);
	for (int k = 0; k < METRIC_N; k++)
		p->value[k] = NAN;
	p->value[METRIC_MEAN_VELOCITY_MM_S] = m->velocity;
	p->value[METRIC_COM_ML_MM] = m->com_ml_mm;
	p->value[METRIC_ELLIPSE95_MM2] = 200;
	p->value[METRIC_SAMPLE_ENTROPY_ML] = 1.5;
	p->value[METRIC_VELOCITY_U95_PCT] = 5;
	p->value[METRIC_AREA_U95_PCT] = 10;
	assert_int_equal(store_trial_begin(f->store, &r, &r.id), 0);
	assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	return r.id;
}

/* Three trials with a velocity of `velocity` and 2 mm/s less and more, and an offset likewise. */
static int64_t visit_of_three(
	struct fixture *f, double velocity, double com_ml_mm, const char *footwear)
{
	int64_t visit = begin_visit(f);

	for (int k = -1; k <= 1; k++)
		make(f, &(struct made){ "P", footwear, visit, velocity + 2 * k,
				com_ml_mm + 2 * k, TRIAL_GOOD });
	return visit;
}

static const json_t *row(const struct fixture *f, const char *key)
{
	const json_t *rows =
		json_object_get(json_array_get(member(f, "groups"), 0), "rows");

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcmp(key, json_string_value(json_object_get(
					json_array_get(rows, i), "key"))) == 0)
			return json_array_get(rows, i);
	return NULL;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_non_null(value);
	return json_is_null(value) ? (double)NAN : json_number_value(value);
}

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-4))
		fail_msg("%.6f, not %.6f", got, wanted);
}

static const char *word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void assert_interval(const json_t *r, double middle, double half)
{
	const json_t *ci95 = json_object_get(r, "ci95");

	assert_near(json_number_value(json_array_get(ci95, 0)), middle - half);
	assert_near(json_number_value(json_array_get(ci95, 1)), middle + half);
}

/* 10, 12, 14: mean 12, SD 2, t(0.975, 2) = 4.302653, half 4.302653 * 2 / sqrt 3. The offset's own error is at least
 * 5 mm / sqrt 3. The calibration leaves 5 % of 12. */
static void test_means_by_hand(void **state)
{
	struct fixture *f = *state;
	int64_t visit;

	add_patient(f);
	visit = visit_of_three(f, 12, 4, "barefoot");
	assert_int_equal(call(f, "visit.results", with_id(visit)), 0);
	assert_string_equal(word(f->answer, "schema"), "stance.results/1");
	assert_string_equal(word(f->answer, "of"), "visit");
	assert_near(number(row(f, "mean_velocity_mm_s"), "value"), 12);
	assert_near(number(row(f, "mean_velocity_mm_s"), "n"), 3);
	assert_near(number(row(f, "mean_velocity_mm_s"), "sd"), 2);
	assert_near(number(row(f, "mean_velocity_mm_s"), "u95"), 0.6);
	assert_near(number(row(f, "ellipse95_mm2"), "u95"), 20);
	assert_interval(row(f, "mean_velocity_mm_s"), 12, 4.302653 * 2 / sqrt(3));
	assert_interval(row(f, "com_ml_mm"), 4, 4.302653 * 5 / sqrt(3));
	assert_true(json_is_null(
		json_object_get(row(f, "mean_velocity_mm_s"), "previous")));
	assert_true(json_is_null(member(f, "previous")));
	assert_int_equal(json_array_size(member(f, "trials")), 3);
	assert_near(number(member(f, "person"), "age_years"), 30);
	assert_true(json_is_true(
		json_object_get(row(f, "sample_entropy_ml"), "exploratory")));
	/* limits and uncertainties are no results */
	assert_null(row(f, "velocity_u95_pct"));
	assert_non_null(word(f->answer, "intended_use"));
}

/* Of a woman of thirty on one day: 18 % and 8 mm may be chance (Santos & Duarte 2016). 14.5 / 12 is more, 9 - 4 is
 * not. */
static void test_against_the_visit_before(void **state)
{
	struct fixture *f = *state;
	int64_t before, now, trial;
	const json_t *r;

	add_patient(f);
	before = visit_of_three(f, 12, 4, "");
	now = visit_of_three(f, 14.5, 9, "");
	assert_int_equal(call(f, "visit.results", with_id(now)), 0);
	assert_near(number(member(f, "previous"), "visit"), (double)before);
	r = row(f, "mean_velocity_mm_s");
	assert_near(number(r, "previous"), 12);
	assert_near(number(r, "previous_n"), 3);
	assert_near(number(r, "difference"), 2.5);
	assert_near(number(r, "ratio"), 14.5 / 12);
	assert_string_equal(word(r, "mdc95_of"), "ratio");
	assert_string_equal(word(r, "larger"), "yes");
	r = row(f, "com_ml_mm");
	assert_near(number(r, "mdc95"), 8);
	assert_string_equal(word(r, "larger"), "no");
	/* where nobody knows how well it repeats, it is said */
	r = row(f, "sample_entropy_ml");
	assert_string_equal(word(r, "larger"), "unknown");
	assert_non_null(word(r, "why_unknown"));
	/* one trial against the means of three counts as single trials: 13.9 mm */
	trial = make(f, &(struct made){ "P", "", now, 12, 19, TRIAL_GOOD });
	assert_int_equal(call(f, "trial.results", with_id(trial)), 0);
	assert_string_equal(word(f->answer, "of"), "trial");
	r = row(f, "com_ml_mm");
	assert_near(number(r, "previous"), 4);
	assert_near(number(r, "mdc95"), 13.9);
	assert_string_equal(word(r, "larger"), "yes");
}

static void test_norms_where_people_stood_alike(void **state)
{
	struct fixture *f = *state;
	const json_t *norm;
	int64_t visit;

	add_patient(f);
	visit = visit_of_three(f, 12, 4, "barefoot");
	assert_int_equal(call(f, "visit.results", with_id(visit)), 0);
	norm = json_object_get(row(f, "mean_velocity_mm_s"), "norm");
	assert_string_equal(word(norm, "condition"), "eo-firm");
	assert_string_equal(word(norm, "ages"), "18-39");
	assert_string_equal(word(norm, "sex"), "F");
	assert_near(number(norm, "people"), 50);
	assert_true(number(norm, "p5") < number(norm, "p50") &&
		    number(norm, "p50") < number(norm, "p95"));
	assert_true(number(norm, "percentile") > 50);
	assert_true(json_is_null(
		json_object_get(row(f, "mean_velocity_mm_s"), "why_no_norm")));
	assert_true(json_is_null(json_object_get(row(f, "com_ml_mm"), "norm")));
	assert_non_null(word(row(f, "com_ml_mm"), "why_no_norm"));
	for (int k = 0; k < 3; k++) {
		static const char *const worn[] = { "", "shoes", "socks" };

		visit = visit_of_three(f, 12, 4, worn[k]);
		assert_int_equal(call(f, "visit.results", with_id(visit)), 0);
		assert_true(json_is_null(
			json_object_get(row(f, "mean_velocity_mm_s"), "norm")));
		assert_non_null(
			strstr(word(row(f, "mean_velocity_mm_s"), "why_no_norm"),
				"bare feet"));
		assert_non_null(
			strstr(word(row(f, "mean_velocity_mm_s"), "why_no_norm"),
				*worn[k] ? worn[k] : "not noted"));
	}
}

/* Its numbers are there, its verdict beside them; nothing is concluded. */
static void test_a_trial_that_must_not_be_used(void **state)
{
	struct fixture *f = *state;
	int64_t visit, trial;
	const json_t *t;

	add_patient(f);
	visit_of_three(f, 12, 4, "barefoot");
	visit = begin_visit(f);
	trial = make(
		f, &(struct made){ "P", "barefoot", visit, 30, 40, TRIAL_UNUSABLE });
	assert_int_equal(call(f, "trial.results", with_id(trial)), 0);
	assert_near(number(row(f, "mean_velocity_mm_s"), "value"), 30);
	assert_true(
		json_is_null(json_object_get(row(f, "mean_velocity_mm_s"), "norm")));
	assert_true(json_is_null(
		json_object_get(row(f, "mean_velocity_mm_s"), "previous")));
	t = json_array_get(member(f, "trials"), 0);
	assert_string_equal(word(t, "verdict"), "unusable");
	assert_true(json_is_false(json_object_get(t, "used")));
	assert_true(json_is_null(json_object_get(t, "decision")));
	assert_int_equal(json_array_size(json_object_get(t, "marks")), 0);
	/* in the visit it is not */
	assert_int_equal(call(f, "visit.results", with_id(visit)), 0);
	assert_int_equal(json_array_size(member(f, "groups")), 0);
	assert_int_equal(json_array_size(member(f, "trials")), 1);
	/* somebody without a name */
	trial = make(f, &(struct made){ "", "barefoot", 0, 12, 4, TRIAL_GOOD });
	assert_int_equal(call(f, "trial.results", with_id(trial)), 0);
	assert_true(json_is_null(member(f, "patient")));
	assert_true(
		json_is_null(json_object_get(row(f, "mean_velocity_mm_s"), "norm")));
	assert_int_equal(call(f, "trial.results", with_id(9999)), RPC_NOT_FOUND);
	assert_int_equal(call(f, "visit.results", with_id(9999)), RPC_NOT_FOUND);
}

/* A smaller answer has fewer rows and says so. */
static void test_rows_that_find_no_room(void **state)
{
	struct fixture *f = *state;
	int64_t visit;
	size_t n;

	add_patient(f);
	visit = visit_of_three(f, 12, 4, "barefoot");
	assert_int_equal(call(f, "visit.results", with_id(visit)), 0);
	assert_near(number(f->answer, "rows_left_out"), 0);
	n = strlen(f->text);
	f->room = n - 100;
	assert_int_equal(call(f, "visit.results", with_id(visit)), 0);
	assert_near(number(f->answer, "rows_left_out"), 1);
	assert_null(row(f, "sample_entropy_ml"));
	assert_non_null(row(f, "mean_velocity_mm_s"));
}

static void test_one_visit_is_shared(void **state)
{
	struct fixture *f = *state;
	int64_t first, second;

	add_patient(f);
	first = visit_of_three(f, 12, 4, "");
	second = visit_of_three(f, 12, 4, "");
	assert_int_equal(call(f, "visit.shared", json_object()), 0);
	assert_true(json_is_null(f->answer));
	for (int k = 0; k < 2; k++) {
		assert_int_equal(
			call(f, "visit.share",
				json_pack("{s:I, s:b}", "id",
					(json_int_t)(k ? second : first), "shared", 1)),
			0);
		assert_int_equal(call(f, "visit.shared", json_object()), 0);
		assert_near(number(f->answer, "id"), (double)(k ? second : first));
		assert_true(json_is_true(member(f, "shared")));
	}
	assert_int_equal(call(f, "visit.results", with_id(first)), 0);
	assert_true(json_is_false(member(f, "shared")));
	assert_int_equal(
		call(f, "visit.share",
			json_pack("{s:I, s:b}", "id", (json_int_t)second, "shared", 0)),
		0);
	assert_int_equal(call(f, "visit.shared", json_object()), 0);
	assert_true(json_is_null(f->answer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_means_by_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_against_the_visit_before, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_norms_where_people_stood_alike, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_trial_that_must_not_be_used, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_rows_that_find_no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_one_visit_is_shared, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
