/* From an empty mat to a verdict: a right procedure passes, and none of the wrong ones does, though every
 * note was ignored. The weights of the verification are true. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit.h"
#include "calibration/verify.h"
#include "tests/support/procedure_stage.h"

#define SIDE     24
#define PITCH_MM 15.0
#define POUNDS   2.20462

enum { ITEM_LOAD = 3, N_LOADS = 4 }; /* after zero and two rolls */

static struct procedure_stage the_stage;
static struct model *the_model;
static struct verify_result the_result;
static struct fit_report *the_report;

static void put(enum reading_kind kind, double mass_kg, double radius_mm, double x_mm,
	double y_mm)
{
	struct procedure_stage *s = &the_stage;

	assert_int_equal(procedure_stage_load(s, kind, mass_kg, x_mm, y_mm), 0);
	procedure_stage_run(s, 0.2);
	procedure_stage_disc(s, mass_kg, radius_mm, x_mm, y_mm);
	assert_true(procedure_stage_ends(s, PROCEDURE_DONE));
	assert_int_equal(s->view.n_notes, 0);
	procedure_stage_clear(s);
	procedure_stage_run(s, kind == READING_VERIFY ? 42.0 : 2.0);
}

static int carry_out(void **state)
{
	(void)state;
	procedure_stage_open(&the_stage, LAB_NOMINAL, 60, SIDE, PITCH_MM);
	the_model = malloc(sizeof(*the_model));
	the_report = malloc(sizeof(*the_report));
	if (!the_model || !the_report)
		return -1;
	procedure_stage_prepare(&the_stage);
	put(READING_LOAD, 60, 60, 0, 0);
	put(READING_LOAD, 40, 30, 80, 60);
	put(READING_LOAD, 20, 60, -80, 60);
	put(READING_LOAD, 10, 60, 80, -60);
	put(READING_VERIFY, 30, 50, 60, 30);
	put(READING_VERIFY, 50, 60, -60, -30);
	put(READING_VERIFY, 35, 30, -60, 60); /* small: as hard as feet press */
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	procedure_stage_close(&the_stage);
	free(the_model);
	free(the_report);
	return 0;
}

/* Fit and judge what the readings say now. Returns true if that would be accepted as verified. */
static bool passes(void)
{
	const struct readings *r = &the_stage.readings;
	struct fit_setup setup = { .geometry = the_stage.geometry,
		.unit = FRAME_UNIT_COUNTS,
		.unit_scale = 1,
		.full_scale = LAB_FULL,
		.placing_mm = NAN,
		.mass_frac = NAN };
	size_t size = fit_scratch_size(r);
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
	int err;

	assert_non_null(memory);
	err = fit_run(&setup, r, memory, size, the_model, the_report);
	free(memory);
	assert_true(err == 0 || err == -ERANGE);
	memset(&the_result, 0, sizeof(the_result));
	if (err == 0) {
		size = verify_size(the_model);
		memory = aligned_alloc(64, (size + 63) / 64 * 64);
		assert_int_equal(
			verify_judge(the_model, r, NAN, memory, size, &the_result), 0);
		free(memory);
	}
	printf("%s\n", err ? "the fit refuses" : the_result.text);
	for (int i = 0; i < the_report->n_problems; i++)
		printf("  %d %s\n", the_report->problems[i].severity,
			the_report->problems[i].text);
	return err == 0 && the_result.passed;
}

static void a_right_one(void **state)
{
	(void)state;
	assert_true(passes());
	assert_true(the_result.lines[VERIFY_RETURN_TO_ZERO].judgement == VERIFY_PASS);
	assert_true(the_result.lines[VERIFY_COP_NOISE].judgement == VERIFY_PASS);
}

/* It does not pass. Or the fit found its way between the others, right for every true weight: then the
 * wrong loads stand out of it by far, as they did in their step (test_procedure_wrong.c). */
static void assert_wrong(void)
{
	double worst = 0;

	if (!passes())
		return;
	for (int i = 0; i < the_report->n_loads; i++) {
		const struct fit_load *l = &the_report->loads[i];

		worst = fmax(worst, fabs(log(l->fit_kg / l->mass_kg)));
	}
	printf("  one load is off by a factor of %.2f\n", exp(worst));
	assert_true(worst > log(1.5));
}

/* Say that another mass stood there. */
static void say(int i, double mass_kg)
{
	struct readings *r = &the_stage.readings;
	struct reading *item = &r->items[ITEM_LOAD + i];

	item->mass_kg = mass_kg;
	for (int k = item->first; k < item->first + item->n; k++)
		r->snapshots[k].mass_kg = mass_kg;
}

static double said(int i)
{
	return the_stage.readings.items[ITEM_LOAD + i].mass_kg;
}

static void one_weight_in_pounds(void **state)
{
	(void)state;
	for (int i = 0; i < N_LOADS; i++) {
		double mass = said(i);

		say(i, POUNDS * mass);
		assert_wrong();
		say(i, mass);
	}
}

static void all_weights_in_pounds(void **state)
{
	(void)state;
	for (int i = 0; i < N_LOADS; i++)
		say(i, POUNDS * said(i));
	assert_false(passes());
	for (int i = 0; i < N_LOADS; i++)
		say(i, said(i) / POUNDS);
}

static void two_swapped(void **state)
{
	(void)state;
	for (int i = 0; i < N_LOADS; i++)
		for (int k = 0; k < i; k++) {
			double a = said(i), b = said(k);

			say(i, b);
			say(k, a);
			assert_wrong();
			say(i, a);
			say(k, b);
		}
}

/* Do something to every count of one kind's moments; the cells stay what they were. */
static void alter(
	enum reading_kind kind, bool (*wanted)(int cell), float to_zero, float add)
{
	struct readings *r = &the_stage.readings;

	for (int i = 0; i < r->n_items; i++)
		for (int k = r->items[i].first; k < r->items[i].first + r->items[i].n;
			k++)
			for (int c = r->snapshots[k].first;
				r->items[i].kind == kind &&
				c < r->snapshots[k].first + r->snapshots[k].n;
				c++) {
				float zero = r->zero_cnt[r->cell[c]];

				if (wanted(r->cell[c]))
					r->count[c] = zero + add +
						      to_zero * (r->count[c] - zero);
			}
}

static bool is_any(int cell)
{
	return cell >= 0;
}

static bool is_corner(int cell)
{
	return cell / SIDE < 5 && cell % SIDE < 5;
}

static bool is_under_weight(int cell)
{
	return cell == 9 * SIDE + 15; /* in the disc at (60, 30) */
}

static void with_counts(void (*wrong)(void))
{
	struct readings *r = &the_stage.readings;
	size_t size = (size_t)r->n_cells * sizeof(float);
	float *kept = malloc(size);

	assert_non_null(kept);
	memcpy(kept, r->count, size);
	wrong();
	assert_false(passes());
	memcpy(r->count, kept, size);
	free(kept);
}

static void miss_the_corner(void)
{
	alter(READING_ROLL, is_corner, 0, 0);
}

static void kill_a_cell(void)
{
	alter(READING_VERIFY, is_under_weight, 0, 0);
}

/* The gain falls by a tenth between the loads and the verification. */
static void drift_away(void)
{
	alter(READING_VERIFY, is_any, 0.9f, 0);
}

static void a_corner_missed(void **state)
{
	(void)state;
	with_counts(miss_the_corner);
	if (the_result.n_rows > 0)
		assert_int_equal(the_result.lines[VERIFY_GAINS].judgement, VERIFY_FAIL);
}

static void a_cell_that_died(void **state)
{
	(void)state;
	with_counts(kill_a_cell);
	assert_int_equal(the_result.lines[VERIFY_CELLS].judgement, VERIFY_FAIL);
}

static void a_mat_that_drifted(void **state)
{
	(void)state;
	with_counts(drift_away);
	assert_int_equal(the_result.lines[VERIFY_TOTAL_FORCE].judgement, VERIFY_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_one),
		cmocka_unit_test(one_weight_in_pounds),
		cmocka_unit_test(all_weights_in_pounds),
		cmocka_unit_test(two_swapped),
		cmocka_unit_test(a_corner_missed),
		cmocka_unit_test(a_cell_that_died),
		cmocka_unit_test(a_mat_that_drifted),
	};

	return cmocka_run_group_tests(tests, carry_out, clean_up);
}
