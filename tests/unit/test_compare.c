/* stance.comparison/1 over a store: each number beside the other, what only one visit has, the pictures laid on each
 * other, and who and what is not compared. */
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

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/store/store_clinic.h"
#include "tests/support/pads.h"
#include "tests/support/records_call.h"
#include "tests/support/store_fixture.h"

#define SIDE    48
#define N_CELLS (SIDE * SIDE)

static const struct mat_geometry mat = { SIDE, SIDE, 10, 10 };
static const struct pads_person standing = PADS_STANDING;

static int64_t now_ms(void)
{
	return (int64_t)time(NULL) * 1000;
}

static int64_t begin_visit(struct records_fixture *f, const char *patient)
{
	assert_int_equal(records_fixture_call(
				 f, "visit.start", "{\"patient\": \"%s\"}", patient),
		0);
	return json_integer_value(records_fixture_member(f, "id"));
}

static void add_patient(struct records_fixture *f, const char *code)
{
	int year = (int)(1970 + now_ms() / 31556952000LL);

	assert_int_equal(records_fixture_call(f, "patient.add",
				 "{\"code\": \"%s\", \"birth_year\": %d, \"sex\": "
				 "\"F\"}",
				 code, year - 30),
		0);
}

/* --- trials ---------------------------------------------------------------------------------- */

struct made {
	int64_t visit;
	const char *protocol, *footwear;
	double velocity, com_ml_mm, entropy; /* NaN: not measured */
	const struct pads_person *who;       /* their picture; NULL: none */
};

static void set(char *word, const char *text)
{
	snprintf(word, RECORD_WORD_SIZE, "%s", text);
}

static void put_picture(
	struct records_fixture *f, int64_t id, const struct pads_person *who)
{
	static float cells[N_CELLS];
	const struct store_picture picture = { SIDE, SIDE, 10, 10, true, cells };

	pads_draw(who, &mat, cells);
	assert_int_equal(store_picture_put(f->store, id, &picture), 0);
}

static int64_t make(
	struct records_fixture *f, const char *patient, const struct made *m)
{
	struct trial_record r;
	struct trial_phase *p = &r.phases[0];

	store_fixture_record(&r, &f->rng, patient, 1);
	r.visit_id = m->visit;
	r.verdict = TRIAL_GOOD;
	r.started_unix_ms = now_ms();
	set(r.protocol, m->protocol);
	p->duration_s = 30;
	memset(&p->condition, 0, sizeof(p->condition));
	set(p->condition.eyes, "open");
	set(p->condition.surface, "firm");
	set(p->condition.stance, "bipedal");
	set(p->condition.footwear, m->footwear);
	for (int k = 0; k < METRIC_N; k++)
		p->value[k] = NAN;
	p->value[METRIC_MEAN_VELOCITY_MM_S] = m->velocity;
	p->value[METRIC_COM_ML_MM] = m->com_ml_mm;
	p->value[METRIC_SAMPLE_ENTROPY_ML] = m->entropy;
	assert_int_equal(store_trial_begin(f->store, &r, &r.id), 0);
	if (m->who)
		put_picture(f, r.id, m->who);
	assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	return r.id;
}

/* Three trials with a velocity of `velocity` and 2 mm/s less and more, and an offset likewise. */
static int64_t visit_of(struct records_fixture *f, double velocity, double com_ml_mm,
	const char *footwear, const struct pads_person *who)
{
	int64_t visit = begin_visit(f, "P");

	for (int k = -1; k <= 1; k++)
		make(f, "P",
			&(struct made){ visit, "quiet-eo", footwear, velocity + 2 * k,
				com_ml_mm + 2 * k, 1.5, who });
	return visit;
}

static int compare(struct records_fixture *f, int64_t a, int64_t b)
{
	return records_fixture_call(f, "visit.compare", "{\"a\": %lld, \"b\": %lld}",
		(long long)a, (long long)b);
}

/* --- documents ------------------------------------------------------------------------------- */

static const json_t *group(const struct records_fixture *f, size_t i)
{
	return json_array_get(records_fixture_member(f, "groups"), i);
}

static const json_t *row(const struct records_fixture *f, const char *key)
{
	const json_t *rows = json_object_get(group(f, 0), "rows");

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

static const char *word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void near(double got, double wanted, double tolerance)
{
	if (!(fabs(got - wanted) <= tolerance))
		fail_msg("%.6f, not %.6f within %g", got, wanted, tolerance);
}

static const json_t *map_of(const struct records_fixture *f)
{
	const json_t *map = records_fixture_member(f, "map");

	assert_true(json_is_object(map));
	assert_true(json_is_null(records_fixture_member(f, "why_no_map")));
	return map;
}

/* The numbers as they are sent: two bytes each, the lower first. */
static void numbers_of(const json_t *map, const char *key, int32_t *out, bool is_signed)
{
	static uint8_t bytes[2 * N_CELLS + 3];
	const char *text = word(map, key);

	assert_non_null(text);
	assert_int_equal(strlen(text), base64_length(sizeof(bytes) - 3));
	assert_int_equal(base64_decode(text, strlen(text), bytes), 2 * N_CELLS);
	for (int i = 0; i < N_CELLS; i++) {
		uint16_t got = bytes_get_u16(bytes + 2 * i);

		out[i] = is_signed ? (int16_t)got : got;
	}
}

static double sum_of(const json_t *map, const char *key, bool is_signed)
{
	static int32_t cells[N_CELLS];
	double sum = 0;

	numbers_of(map, key, cells, is_signed);
	for (int i = 0; i < N_CELLS; i++)
		sum += cells[i] * number(map, "scale");
	return sum;
}

/* --- numbers --------------------------------------------------------------------------------- */

/* Of a woman of thirty on one day: 18 % and 8 mm may be chance (Santos & Duarte 2016). 14.5 / 12 is more, 9 - 4 is
 * not. 95 % of three: t(0.975, 2) = 4.302653 times 2 / sqrt 3. */
static void each_number_stands_beside_the_other(void **state)
{
	struct records_fixture *f = *state;
	int64_t a, b;
	const json_t *r, *ci95;

	add_patient(f, "P");
	a = visit_of(f, 12, 4, "", NULL);
	b = visit_of(f, 14.5, 9, "", NULL);
	assert_int_equal(compare(f, a, b), 0);
	assert_string_equal(word(f->answer, "schema"), "stance.comparison/1");
	near(number(records_fixture_member(f, "a"), "visit"), (double)a, 0);
	near(number(records_fixture_member(f, "b"), "visit"), (double)b, 0);
	near(number(records_fixture_member(f, "b"), "signed"), 0, 0);
	assert_string_equal(word(f->answer, "patient"), "P");
	assert_true(json_is_true(records_fixture_member(f, "same_day")));
	near(number(f->answer, "days"), 0, 0);
	assert_int_equal(json_array_size(json_object_get(group(f, 0), "a_trials")), 3);
	assert_string_equal(word(group(f, 0), "protocol"), "quiet-eo");
	r = row(f, "mean_velocity_mm_s");
	near(number(r, "a"), 12, 1e-6);
	near(number(r, "b"), 14.5, 1e-6);
	near(number(r, "a_n"), 3, 0);
	near(number(r, "difference"), 2.5, 1e-6);
	near(number(r, "ratio"), 14.5 / 12, 1e-6);
	assert_string_equal(word(r, "mdc95_of"), "ratio");
	assert_string_equal(word(r, "larger"), "yes");
	assert_string_equal(word(r, "unit"), "mm/s");
	ci95 = json_object_get(r, "a_ci95");
	near(json_number_value(json_array_get(ci95, 1)), 12 + 4.302653 * 2 / sqrt(3),
		1e-4);
	r = row(f, "com_ml_mm");
	near(number(r, "mdc95"), 8, 1e-6);
	assert_string_equal(word(r, "larger"), "no");
	r = row(f, "sample_entropy_ml");
	assert_string_equal(word(r, "larger"), "unknown");
	assert_non_null(word(r, "why_unknown"));
	assert_true(strlen(word(f->answer, "changes_source")) > 20);
	assert_non_null(word(f->answer, "intended_use"));
}

static void what_one_has_not_is_null(void **state)
{
	struct records_fixture *f = *state;
	int64_t a, b;
	const json_t *r;

	add_patient(f, "P");
	a = begin_visit(f, "P");
	b = begin_visit(f, "P");
	make(f, "P", &(struct made){ a, "quiet-eo", "", 12, 4, NAN, NULL });
	make(f, "P", &(struct made){ b, "quiet-eo", "", NAN, 4, 1.5, NULL });
	assert_int_equal(compare(f, a, b), 0);
	r = row(f, "mean_velocity_mm_s");
	near(number(r, "a"), 12, 1e-6);
	assert_true(isnan(number(r, "b")));
	near(number(r, "b_n"), 0, 0);
	assert_true(isnan(number(r, "difference")) && isnan(number(r, "mdc95")));
	assert_string_equal(word(r, "larger"), "unknown");
	assert_string_equal(
		word(r, "why_unknown"), "It was not measured in both visits.");
	assert_true(isnan(number(row(f, "sample_entropy_ml"), "a")));
	assert_true(json_is_null(json_object_get(r, "b_ci95")));
}

/* Shoes and bare feet are two things; so are two protocols. */
static void what_only_one_visit_has_is_named(void **state)
{
	struct records_fixture *f = *state;
	const json_t *only_a, *only_b;
	int64_t a, b;

	add_patient(f, "P");
	a = visit_of(f, 12, 4, "barefoot", NULL);
	b = visit_of(f, 12, 4, "shoes", NULL);
	make(f, "P", &(struct made){ a, "quiet-ec", "barefoot", 15, 4, NAN, NULL });
	make(f, "P", &(struct made){ b, "quiet-ec", "barefoot", 15, 4, NAN, NULL });
	assert_int_equal(compare(f, a, b), 0);
	assert_int_equal(json_array_size(records_fixture_member(f, "groups")), 1);
	assert_string_equal(word(group(f, 0), "protocol"), "quiet-ec");
	only_a = records_fixture_member(f, "only_a");
	only_b = records_fixture_member(f, "only_b");
	assert_int_equal(json_array_size(only_a), 1);
	assert_int_equal(json_array_size(only_b), 1);
	assert_string_equal(word(json_array_get(only_a, 0), "protocol"), "quiet-eo");
	assert_true(json_is_null(json_object_get(json_array_get(only_a, 0), "phase")));
	assert_string_equal(
		word(json_object_get(json_array_get(only_b, 0), "condition"),
			"footwear"),
		"shoes");
	assert_true(json_is_null(records_fixture_member(f, "map")));
	assert_non_null(strstr(word(f->answer, "why_no_map"), "circumstances"));
}

/* --- pictures -------------------------------------------------------------------------------- */

static void pictures_are_laid_on_each_other(void **state)
{
	static int32_t a_cells[N_CELLS], b_cells[N_CELLS], difference[N_CELLS];
	struct records_fixture *f = *state;
	struct pads_person later = pads_gone(standing, 22, -13, 4);
	double ahead = 0, scale;
	const json_t *map;
	int64_t before;

	add_patient(f, "P");
	later.foot[0].fore = 0.2;
	before = visit_of(f, 12, 4, "", &standing);
	assert_int_equal(compare(f, before, visit_of(f, 12, 4, "", &later)), 0);
	map = map_of(f);
	scale = number(map, "scale");
	assert_int_equal((int)number(map, "rows"), SIDE);
	assert_string_equal(word(map, "unit"), "permille");
	assert_int_equal(json_array_size(json_object_get(map, "a_trials")), 3);
	near(sum_of(map, "a", false), 1000, 1);
	near(sum_of(map, "b", false), 1000, 1);
	near(sum_of(map, "difference", true), 0, 1);
	assert_true(json_is_null(json_object_get(map, "why")));
	numbers_of(map, "a", a_cells, false);
	numbers_of(map, "b", b_cells, false);
	numbers_of(map, "difference", difference, true);
	for (int i = 0; i < N_CELLS; i++) {
		assert_int_equal(difference[i], b_cells[i] - a_cells[i]);
		if (i % SIDE < SIDE / 2 && geometry_y_mm(&mat, i / SIDE) > 40)
			ahead += difference[i] * scale;
	}
	/* 0.44 of a left foot of 0.535: a fifth of it more, and a fifth of the rest less */
	near(ahead, 1000 * 0.2 * 0.44 * 0.535, 15);
	near(number(json_object_get(json_object_get(map, "stood"), "left"), "dx_mm"), 0,
		2.5);
}

/* An hour later with the feet 50 mm farther apart: no difference of load, but of stance. */
static void another_stance_gives_no_difference(void **state)
{
	struct records_fixture *f = *state;
	struct pads_person wide = standing;
	const json_t *map, *stood;
	int64_t before;

	add_patient(f, "P");
	wide.foot[0].heel_x_mm -= 25;
	wide.foot[1].heel_x_mm += 25;
	before = visit_of(f, 12, 4, "", &standing);
	assert_int_equal(compare(f, before, visit_of(f, 12, 4, "", &wide)), 0);
	map = map_of(f);
	assert_true(json_is_null(json_object_get(map, "difference")));
	assert_non_null(strstr(word(map, "why"), "20 mm"));
	near(sum_of(map, "b", false), 1000, 1);
	stood = json_object_get(map, "stood");
	near(number(json_object_get(stood, "right"), "dx_mm") -
			number(json_object_get(stood, "left"), "dx_mm"),
		50, 5);
}

static void without_pictures_it_is_said_why(void **state)
{
	struct records_fixture *f = *state;
	struct pads_person lone = standing;
	int64_t none, one, feet;

	add_patient(f, "P");
	none = visit_of(f, 12, 4, "", NULL);
	lone.foot[1].load = 0;
	one = visit_of(f, 12, 4, "", &lone);
	feet = visit_of(f, 12, 4, "", &standing);
	assert_int_equal(compare(f, none, feet), 0);
	assert_true(json_is_null(records_fixture_member(f, "map")));
	assert_non_null(strstr(word(f->answer, "why_no_map"), "no picture"));
	assert_int_equal(compare(f, one, feet), 0);
	assert_true(json_is_null(records_fixture_member(f, "map")));
	assert_non_null(strstr(word(f->answer, "why_no_map"), "told apart"));
	assert_int_equal(json_array_size(records_fixture_member(f, "groups")), 1);
}

/* The trial that stood otherwise is not in the mean, nor is one without a picture. */
static void only_pictures_that_lie_on_each_other_are_averaged(void **state)
{
	struct records_fixture *f = *state;
	struct pads_person wide = standing;
	int64_t a, b, used[2];
	const json_t *ids;

	add_patient(f, "P");
	wide.foot[0].heel_x_mm -= 60;
	a = begin_visit(f, "P");
	used[0] =
		make(f, "P", &(struct made){ a, "quiet-eo", "", 12, 4, 1, &standing });
	make(f, "P", &(struct made){ a, "quiet-eo", "", 12, 4, 1, &wide });
	make(f, "P", &(struct made){ a, "quiet-eo", "", 12, 4, 1, NULL });
	used[1] =
		make(f, "P", &(struct made){ a, "quiet-eo", "", 12, 4, 1, &standing });
	b = visit_of(f, 12, 4, "", &standing);
	assert_int_equal(compare(f, a, b), 0);
	ids = json_object_get(map_of(f), "a_trials");
	assert_int_equal(json_array_size(ids), 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(json_integer_value(json_array_get(ids, i)), used[i]);
	assert_int_equal(json_array_size(json_object_get(group(f, 0), "a_trials")), 4);
}

/* --- what is not compared -------------------------------------------------------------------- */

static void refused(
	struct records_fixture *f, int64_t a, int64_t b, int code, const char *says)
{
	assert_int_equal(compare(f, a, b), code);
	records_fixture_says(f, says);
}

static void what_cannot_be_compared_is_refused(void **state)
{
	struct records_fixture *f = *state;
	int64_t a, b, other;

	add_patient(f, "P");
	add_patient(f, "Q");
	a = visit_of(f, 12, 4, "", NULL);
	b = visit_of(f, 12, 4, "", NULL);
	other = begin_visit(f, "Q");
	refused(f, a, 9999, RPC_NOT_FOUND, "There is no visit 9999.");
	refused(f, 9999, a, RPC_NOT_FOUND, "There is no visit 9999.");
	refused(f, a, other, RPC_INVALID_PARAMS, "two patients");
	refused(f, a, a, RPC_INVALID_PARAMS, "asked for twice");
	refused(f, b, a, RPC_INVALID_PARAMS, "is later than");
	refused(f, a, 0, RPC_INVALID_PARAMS, "b");
	assert_int_equal(
		records_fixture_call(f, "visit.compare", "{\"a\": %lld}", (long long)a),
		RPC_INVALID_PARAMS);
}

/* Two visits without a trial are no error: there is just nothing in them. */
static void empty_visits_have_nothing_in_common(void **state)
{
	struct records_fixture *f = *state;
	int64_t a, b;

	add_patient(f, "P");
	a = begin_visit(f, "P");
	b = begin_visit(f, "P");
	assert_int_equal(compare(f, a, b), 0);
	assert_int_equal(json_array_size(records_fixture_member(f, "groups")), 0);
	assert_true(json_is_array(records_fixture_member(f, "only_a")));
	assert_true(json_is_null(records_fixture_member(f, "map")));
}

static void what_finds_no_room_is_counted(void **state)
{
	struct records_fixture *f = *state;
	const struct records_method *method = records_method_find("visit.compare");
	json_t *params, *document;
	int64_t a, b;
	struct jsonw w;
	size_t n;

	add_patient(f, "P");
	a = visit_of(f, 12, 4, "", &standing);
	b = visit_of(f, 12, 4, "", &standing);
	assert_int_equal(compare(f, a, b), 0);
	near(number(f->answer, "rows_left_out"), 0, 0);
	n = strlen(f->text);
	params = json_pack("{s:I, s:I}", "a", (json_int_t)a, "b", (json_int_t)b);
	/* first what is exploratory goes, at last the pictures */
	for (int k = 0; k < 2; k++) {
		jsonw_init(&w, f->text, k == 0 ? n - 100 : n / 2);
		assert_int_equal(
			records_call(f->store, method, params, "tester", &w, &f->error),
			0);
		assert_true(jsonw_finish(&w) > 0);
		document = json_loads(f->text, 0, NULL);
		assert_true(number(document, "rows_left_out") >= 1);
		assert_int_equal(json_is_null(json_object_get(document, "map")), k);
		json_decref(document);
	}
	json_decref(params);
}

#define TEST(f)                                                                        \
	cmocka_unit_test_setup_teardown(                                               \
		f, records_fixture_setup, records_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_number_stands_beside_the_other),
		TEST(what_one_has_not_is_null),
		TEST(what_only_one_visit_has_is_named),
		TEST(pictures_are_laid_on_each_other),
		TEST(another_stance_gives_no_difference),
		TEST(without_pictures_it_is_said_why),
		TEST(only_pictures_that_lie_on_each_other_are_averaged),
		TEST(what_cannot_be_compared_is_refused),
		TEST(empty_visits_have_nothing_in_common),
		TEST(what_finds_no_room_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
