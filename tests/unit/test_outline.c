/* The base of support: by hand on few cells, and against the true soles of simulated people. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/carve.h"
#include "src/core/sway/hull.h"
#include "src/core/trial/outline.h"
#include "tests/support/stage.h"

#define MAX_CORNERS 64

static void *memory;
static uint8_t labels[GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE];
static float values[GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE];
static double x_mm[MAX_CORNERS], y_mm[MAX_CORNERS];

static struct outline begin(struct mat_geometry geometry)
{
	size_t size = outline_size(&geometry);
	struct outline o;

	free(memory);
	memory = aligned_alloc(CARVE_ALIGNMENT,
		(size + CARVE_ALIGNMENT - 1) / CARVE_ALIGNMENT * CARVE_ALIGNMENT);
	assert_non_null(memory);
	outline_init(&o, &geometry, memory);
	memset(labels, 0, sizeof(labels));
	memset(values, 0, sizeof(values));
	return o;
}

static void load(const struct mat_geometry *g, int row, int col, float value)
{
	labels[row * g->n_cols + col] = 1;
	values[row * g->n_cols + col] = value;
}

static int find(struct outline *o)
{
	return outline_find(o, MAX_CORNERS, x_mm, y_mm);
}

/* --- by hand ------------------------------------------------------------------------------- */

/* Two feet of 2 x 3 cells on a mat of 8 x 8, 10 mm: columns 1, 2 and 5, 6, rows 2 to 4. Their
 * centres span from -25 to 25 mm in x and from -5 to 15 in y. */
static void two_feet_by_hand(void **state)
{
	const struct mat_geometry g = { 8, 8, 10, 10 };
	static const double x[] = { -25, 25, 25, -25 }, y[] = { -5, -5, 15, 15 };
	struct outline o = begin(g);
	int n, from = 0;

	(void)state;
	assert_int_equal(find(&o), 0);
	for (int row = 2; row <= 4; row++)
		for (int k = 0; k < 4; k++)
			load(&g, row, (int[]){ 1, 2, 5, 6 }[k], 5);
	outline_add(&o, labels, values);
	n = find(&o);
	assert_int_equal(n, 4);
	while (from < 4 && !(x_mm[from] == x[0] && y_mm[from] == y[0]))
		from++;
	for (int k = 0; k < 4; k++)
		assert_true(
			x_mm[(from + k) % 4] == x[k] && y_mm[(from + k) % 4] == y[k]);
}

/* What is loaded in one frame of eleven, or by a hundredth of the others, is no base; nor is what
 * carries no label; and frames without feet do not count. */
static void what_flickers_does_not_belong(void **state)
{
	const struct mat_geometry g = { 8, 8, 10, 10 };
	struct outline o = begin(g);

	(void)state;
	for (int row = 3; row <= 5; row++)
		for (int col = 3; col <= 5; col++)
			load(&g, row, col, 5);
	load(&g, 3, 6, 0.05F);
	values[0] = 50;
	for (int i = 0; i < 11; i++) {
		if (i == 10)
			load(&g, 7, 3, 5);
		outline_add(&o, labels, values);
	}
	memset(labels, 0, sizeof(labels));
	for (int i = 0; i < 100; i++)
		outline_add(&o, labels, values);
	assert_int_equal(find(&o), 4);
	for (int k = 0; k < 4; k++)
		assert_true(x_mm[k] >= -5 && x_mm[k] <= 15 && y_mm[k] >= -15 &&
			    y_mm[k] <= 5);
}

static void a_line_spans_nothing(void **state)
{
	const struct mat_geometry g = { 4, 4, 10, 10 };
	struct outline o = begin(g);

	(void)state;
	for (int col = 0; col < 4; col++)
		load(&g, 1, col, 1);
	outline_add(&o, labels, values);
	assert_int_equal(find(&o), 0);
	load(&g, 2, 1, 1);
	outline_add(&o, labels, values);
	assert_int_equal(find(&o), 3);
	outline_clear(&o);
	assert_int_equal(find(&o), 0);
}

/* A disc on the largest mat has more corners than there is room for; what is cut off is little, and
 * what stays is convex. */
static void of_many_corners_the_least_are_left_out(void **state)
{
	const struct mat_geometry g = { 256, 256, 2, 2 };
	struct outline o = begin(g);
	struct hull_point corners[MAX_CORNERS];
	double all_x[512], all_y[512];
	int n, n_all;

	(void)state;
	for (int row = 0; row < 256; row++)
		for (int col = 0; col < 256; col++)
			if (hypot(row - 127.5, col - 127.5) < 127)
				load(&g, row, col, 1);
	outline_add(&o, labels, values);
	n_all = outline_find(&o, 512, all_x, all_y);
	n = find(&o);
	assert_true(n_all > MAX_CORNERS);
	assert_int_equal(n, MAX_CORNERS);
	for (int i = 0; i < n; i++) {
		int a = (i + n - 1) % n, b = (i + 1) % n;

		corners[i] = (struct hull_point){ x_mm[i], y_mm[i] };
		assert_true((x_mm[i] - x_mm[a]) * (y_mm[b] - y_mm[a]) >
			    (y_mm[i] - y_mm[a]) * (x_mm[b] - x_mm[a]));
	}
	assert_true(hull_area(corners, n) > 0.995 * M_PI * 252 * 252);
}

/* --- against the truth ----------------------------------------------------------------------- */

/* How far an outline reaches in a direction. */
static double reach(const double *x, const double *y, int n, double angle_rad)
{
	double most = -INFINITY;

	for (int i = 0; i < n; i++)
		most = fmax(most, x[i] * cos(angle_rad) + y[i] * sin(angle_rad));
	return most;
}

/* How far the soles press at all. */
static double true_reach(const struct person *p, double angle_rad)
{
	double most = -INFINITY;

	for (int f = 0; f < PERSON_N_FEET; f++) {
		const struct sole *s = p->sole[f];

		for (int i = 0; i < s->n_u * s->n_v; i++) {
			struct pos_mm at = { sole_u_mm(s, i % s->n_u),
				sole_v_mm(s, i / s->n_u) };

			if (!(s->rest[i] > 0.0))
				continue;
			at = imprint_to_mat(&p->pose[f], at);
			most = fmax(
				most, at.x * cos(angle_rad) + at.y * sin(angle_rad));
		}
	}
	return most;
}

/* Within three quarters of a pitch everywhere, within a quarter on average; on a resistive sheet, whose
 * noise hides the soles' soft edges and toes, up to a pitch inside on average, two in places. */
static void check_against_soles(
	double pitch_mm, double yaw_deg, enum sheet_sensor sensor)
{
	struct stage stage;
	struct person person;
	double sum = 0.0, worst = 0.0;
	bool hidden = sensor == SHEET_RESISTIVE;
	enum { N = 24 };

	stage_defaults(&stage, "quiet-eo");
	stage.rate_hz = 50;
	stage.duration_s = 3;
	stage.settle_s = 0.5;
	stage.scene.geometry = (struct mat_geometry){ (int)(480 / pitch_mm),
		(int)(480 / pitch_mm), pitch_mm, pitch_mm };
	stage.scene.person.yaw_deg = yaw_deg;
	if (sensor == SHEET_RESISTIVE) {
		sheet_defaults(&stage.scene.sheet, sensor);
		stage.cue_at_once = true;
	}
	assert_int_equal(
		stage_play(&stage, sensor == SHEET_RESISTIVE ? "at 1 step-on" : ""), 0);
	assert_int_equal(person_init(&person, &stage.scene.person), 0);
	assert_true(stage.record.phases[0].n_outline >= 6);
	for (int k = 0; k < N; k++) {
		double angle = 2 * M_PI * k / N;
		double off = reach(stage.record.phases[0].outline_x_mm,
				     stage.record.phases[0].outline_y_mm,
				     stage.record.phases[0].n_outline, angle) -
			     true_reach(&person, angle);

		sum += off;
		worst = fmax(worst, fabs(off));
	}
	if (worst > (hidden ? 2 : 0.75) * pitch_mm || sum / N > 0.25 * pitch_mm ||
		sum / N < -(hidden ? 1 : 0.25) * pitch_mm)
		fail_msg("pitch %g, yaw %g: mean %.2f, worst %.2f mm", pitch_mm,
			yaw_deg, sum / N, worst);
	assert_true(stage.record.phases[0].value[METRIC_TTB_MINIMUM_S] > 0.3);
	assert_true(stage.record.phases[0].value[METRIC_TTB_MEAN_MINIMUM_S] >
		    stage.record.phases[0].value[METRIC_TTB_MINIMUM_S]);
	person_fini(&person);
	stage_close(&stage);
}

static void outlines_are_those_of_the_soles(void **state)
{
	(void)state;
	for (int k = 0; k < 4; k++) {
		check_against_soles(7.5, 7 * k, SHEET_IDEAL);
		check_against_soles(10, 7 * k, SHEET_IDEAL);
		check_against_soles(15, 7 * k, SHEET_IDEAL);
		check_against_soles(10, 7 * k, SHEET_RESISTIVE);
	}
}

static int forget(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_feet_by_hand),
		cmocka_unit_test(what_flickers_does_not_belong),
		cmocka_unit_test(a_line_spans_nothing),
		cmocka_unit_test(of_many_corners_the_least_are_left_out),
		cmocka_unit_test(outlines_are_those_of_the_soles),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
