/* The technician: weights, a resting foot and a roller lie where the script says and weigh what it says;
 * a script that arrives line by line does the same as one from a file. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hw/sim/footing.h"
#include "hw/sim/scene.h"
#include "hw/sim/simlive.h"
#include "src/base/rng.h"
#include "src/base/units.h"

#define SEED 11u
#define G    UNITS_GRAVITY_M_S2

static const struct mat_geometry grids[] = { { 48, 48, 10, 10 }, { 32, 32, 15, 15 },
	{ 40, 30, 12, 8 } };
static double cells_n[48 * 48];

/* Sum and centre of what the cells say. */
static double sum_of(const struct mat_geometry *g, struct pos_mm *cop)
{
	double sum = 0, x = 0, y = 0;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		double cx = (i % g->n_cols + 0.5 - 0.5 * g->n_cols) * g->pitch_x_mm;
		double cy = (0.5 * g->n_rows - 0.5 - i / g->n_cols) * g->pitch_y_mm;

		sum += cells_n[i];
		x += cells_n[i] * cx;
		y += cells_n[i] * cy;
	}
	*cop = (struct pos_mm){ x / sum, y / sum };
	return sum;
}

/* A disc on the mat carries all of its force about its own middle, wherever it lies on the grid. */
static void discs_lie_where_they_are_put(void **state)
{
	struct rng rng;

	(void)state;
	printf("seed %u\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int n = 0; n < 60; n++) {
		const struct mat_geometry *g = &grids[n % 3];
		double r = rng_between(&rng, 20, 70);
		struct pos_mm at = { rng_between(&rng, -40, 40),
			rng_between(&rng, -40, 40) },
			      cop;
		struct footing f = footing_disc(g, at, r, cells_n);

		assert_true(fabs(f.on_frac - 1) < 1e-12);
		assert_true(fabs(f.cop.x - at.x) < 0.05);
		assert_true(fabs(f.cop.y - at.y) < 0.05);
		assert_true(fabs(sum_of(g, &cop) - f.on_frac) < 1e-9);
		/* cells know their share, not where within */
		assert_true(fabs(cop.x - at.x) < 0.12 * g->pitch_x_mm);
		assert_true(fabs(cop.y - at.y) < 0.12 * g->pitch_y_mm);
	}
}

/* By hand: half of a disc whose middle lies on the mat's right edge is on the mat, its centre of
 * gravity 4 r / (3 pi) from there. */
static void what_hangs_over_does_not_press(void **state)
{
	const struct mat_geometry *g = &grids[0];
	struct footing f = footing_disc(g, (struct pos_mm){ 240, 0 }, 60, cells_n);

	(void)state;
	assert_true(fabs(f.on_frac - 0.5) < 1e-3);
	assert_true(fabs(f.cop.x - (240 - 80 / M_PI)) < 0.1);
	f = footing_disc(g, (struct pos_mm){ 900, 0 }, 60, cells_n);
	assert_true(f.on_frac == 0 && isnan(f.cop.x));
}

/* All of a roller on the mat carries all; two times that it is heavier at one end, there it presses by
 * that much more. */
static void rollers_press_evenly_or_as_told(void **state)
{
	const struct mat_geometry *g = &grids[0];
	struct footing_roller r = {
		.at_mm = 33, .half_mm = 12, .length_mm = 400, .uneven_frac = 0.1
	};
	struct footing f;
	struct pos_mm cop;

	(void)state;
	memset(cells_n, 0, sizeof(cells_n));
	f = footing_roll(g, &r, 200, cells_n);
	assert_true(fabs(f.on_frac - 1) < 1e-9);
	assert_true(fabs(sum_of(g, &cop) - 200) < 1e-6);
	assert_true(fabs(f.cop.y - 33) < 1e-9);
	/* a line that rises by u over its length has its centre at u L / 12 */
	assert_true(fabs(f.cop.x - 0.1 * 400 / 12) < 1e-9);
	/* first and last whole cell: 200 N * 10 mm / 400 mm * (1 -+ 0.1 * 195 / 400) in all rows */
	double left = 0, right = 0;
	for (int row = 0; row < 48; row++) {
		left += cells_n[row * 48 + 4];
		right += cells_n[row * 48 + 43];
	}
	assert_true(fabs(left - 5 * (1 - 0.1 * 195 / 400)) < 1e-9);
	assert_true(fabs(right - 5 * (1 + 0.1 * 195 / 400)) < 1e-9);
	r.along_x = true;
	memset(cells_n, 0, sizeof(cells_n));
	f = footing_roll(g, &r, 200, cells_n);
	assert_true(fabs(f.cop.x - 33) < 1e-9 && fabs(f.cop.y - 10.0 / 3) < 1e-9);
}

/* --- scenes: a script and what is true ------------------------------------------------------------ */

static struct timeline line;
static struct scene scene;
static uint16_t out[48 * 48];

static void play(const char *script)
{
	struct scene_options o = { .geometry = grids[0] };
	char message[256] = "";

	memset(&line, 0, sizeof(line));
	if (timeline_parse(
		    &line, script, strlen(script), "s", message, sizeof(message)) < 0 ||
		timeline_finish(&line, message, sizeof(message)) < 0)
		fail_msg("%s", message);
	person_defaults(&o.person);
	sheet_defaults(&o.sheet, SHEET_IDEAL);
	o.person.stance = POSTURE_NONE;
	o.person.timeline = &line;
	assert_int_equal(scene_init(&scene, &o), 0);
}

static struct scene_truth at(double t_s)
{
	struct scene_truth truth;

	scene_scan(&scene, t_s, out, &truth);
	return truth;
}

static void weights_come_change_and_go(void **state)
{
	struct scene_truth t;

	(void)state;
	play("at 1 weight 1 mass 60 at 30 -20 radius 60\n"
	     "at 2 weight 3 mass 20 at -70 40 radius 30 over 0.1\n"
	     "at 3 change 1 mass 40\n"
	     "at 4 take 1 over 0.5\n");
	t = at(0.9);
	assert_true(t.force_n == 0 && isnan(t.cop.x));
	t = at(1.15); /* half way of a hand's movement */
	assert_true(fabs(t.force_n - 30 * G) < 1e-6);
	t = at(1.9);
	assert_true(fabs(t.force_n - 60 * G) < 1e-6);
	assert_true(fabs(t.cop.x - 30) < 0.05 && fabs(t.cop.y + 20) < 0.05);
	t = at(2.5);
	assert_true(fabs(t.force_n - 80 * G) < 1e-6);
	assert_true(fabs(t.cop.x - (60 * 30 - 20 * 70) / 80.0) < 0.1);
	assert_true(t.weights_n == t.force_n && isnan(t.left_frac));
	assert_string_equal(t.posture, "absent");
	t = at(3.5);
	assert_true(fabs(t.force_n - 60 * G) < 1e-6);
	t = at(4.6);
	assert_true(fabs(t.force_n - 20 * G) < 1e-6);
	assert_true(fabs(t.cop.x + 70) < 0.05 && fabs(t.cop.y - 40) < 0.05);
	scene_fini(&scene);
}

static void a_person_and_a_weight_add_up(void **state)
{
	struct scene_truth t;

	(void)state;
	play("at 0 step-on\nat 2 rest 1 mass 8 at 150 60\n");
	at(0);
	t = at(1.9);
	double person_n = t.force_n, x = t.cop.x;
	assert_true(t.weights_n == 0);
	t = at(2.5);
	assert_true(fabs(t.weights_n - 8 * G) < 1e-6);
	assert_true(fabs(t.force_n - person_n - 8 * G) < 5);
	assert_true(t.cop.x > x + 10 && !isnan(t.left_frac));
	assert_string_equal(t.posture, "standing");
	scene_fini(&scene);
}

/* There and back at 240 mm/s over 480 + 2 * 30 mm, with hands of 0.3 s between. */
static void rollers_sweep_the_mat(void **state)
{
	bool pressed[48 * 48] = { false };
	struct scene_truth t;
	double y = NAN, first_y = NAN;
	int n_pressed = 0;

	(void)state;
	play("at 1 roll mass 20 along y speed 240 uneven 0.02\n");
	for (int k = 0; k <= 800; k++) {
		t = at(0.01 * k);
		for (int i = 0; i < 48 * 48; i++)
			pressed[i] |= scene.cells_n[i] > 1;
		if (t.force_n > 100) {
			first_y = isnan(first_y) ? t.cop.y : first_y;
			y = t.cop.y;
		}
		if (k == 240) {
			/* 1.4 s after start: 1.1 s under way */
			assert_true(fabs(t.force_n - 20 * G * 480 / 500) < 0.2);
			assert_true(fabs(t.cop.y - (-270 + 1.1 * 240)) < 0.5);
		}
		if (k > 2 * 225 + 60 + 130)
			assert_true(t.force_n == 0);
	}
	for (int i = 0; i < 48 * 48; i++)
		n_pressed += pressed[i];
	assert_int_equal(n_pressed, 48 * 48);
	assert_true(first_y < -220 && y < -220);
	scene_fini(&scene);
}

/* One that never leaves the mat, and too short an axle, miss what they must miss. */
static void rollers_can_miss(void **state)
{
	bool pressed[48 * 48] = { false };
	int n_on = 0;

	(void)state;
	play("at 0 roll mass 20 along x passes 3 speed 400 inset 40 length 300 centre "
	     "60\n");
	for (int k = 0; k <= 500; k++) {
		struct scene_truth t = at(0.01 * k);

		for (int i = 0; i < 48 * 48; i++)
			pressed[i] |= scene.cells_n[i] > 1;
		n_on += t.force_n > 195;
	}
	/* 3 passes of 1 s, 2 turns of 0.3 s, hands */
	assert_true(n_on > 360 && n_on < 420);
	for (int row = 0; row < 48; row++) {
		double y = 10 * (23.5 - row);
		bool within = y > 60 - 150 && y < 60 + 150;

		assert_int_equal(pressed[row * 48 + 24], within);
		assert_false(pressed[row * 48] || pressed[row * 48 + 47]);
	}
	scene_fini(&scene);
}

static void cells_die_when_told(void **state)
{
	struct scene_options o = { .geometry = grids[0] };
	const char *script = "at 1 kill 3 4\nat 2 kill -1 7\n";
	char message[64];

	(void)state;
	memset(&line, 0, sizeof(line));
	assert_int_equal(timeline_parse(&line, script, strlen(script), "s", message,
				 sizeof(message)),
		0);
	person_defaults(&o.person);
	sheet_defaults(&o.sheet, SHEET_RESISTIVE);
	o.sheet.zero_sd_counts = 0;
	o.person.stance = POSTURE_NONE;
	o.person.timeline = &line;
	assert_int_equal(scene_init(&scene, &o), 0);
	at(0.9);
	assert_true(out[3 * 48 + 4] > 0 && out[7] > 0);
	at(1.1);
	assert_true(out[3 * 48 + 4] == 0 && out[7] > 0);
	at(2);
	for (int row = 0; row < 48; row++)
		assert_int_equal(out[row * 48 + 7], 0);
	assert_true(out[8] > 0);
	scene_fini(&scene);
}

/* --- a script that arrives ------------------------------------------------------------------------ */

static void lines_arrive_in_pieces(void **state)
{
	char text[SIMLIVE_LINE_SIZE];
	struct simlive live;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	simlive_init(&live, ends[0]);
	assert_false(simlive_next(&live, text));
	assert_int_equal(write(ends[1], "take 1\nta", 9), 9);
	assert_true(simlive_next(&live, text));
	assert_string_equal(text, "take 1");
	assert_false(simlive_next(&live, text));
	assert_int_equal(write(ends[1], "ke 2\n\nlast", 10), 10);
	close(ends[1]);
	assert_true(simlive_next(&live, text));
	assert_string_equal(text, "take 2");
	assert_true(simlive_next(&live, text));
	assert_string_equal(text, "");
	assert_true(simlive_next(&live, text) && !strcmp(text, "last"));
	assert_false(simlive_next(&live, text));
	close(ends[0]);
}

static void live_lines_are_put_where_they_belong(void **state)
{
	char m[256];

	(void)state;
	play("at 5 step-on\n");
	assert_int_equal(timeline_insert(&line, "weight 1 mass 5 at 0 0 radius 30", 2,
				 m, sizeof(m)),
		1);
	assert_int_equal(timeline_insert(&line, "after 1 take 1", 3, m, sizeof(m)), 1);
	assert_int_equal(timeline_insert(&line, "  # nothing", 3, m, sizeof(m)), 0);
	assert_int_equal(line.n, 3);
	assert_int_equal(line.events[0].kind, TIMELINE_WEIGHT);
	assert_int_equal(line.events[1].kind, TIMELINE_TAKE);
	assert_true(fabs(line.events[1].at_s - 4) < 1e-12);
	assert_true(fabs(at(2.5).force_n - 5 * G) < 0.1);
	assert_true(at(4.5).force_n == 0);
	assert_int_equal(
		timeline_insert(&line, "at 1 take 1", 4.5, m, sizeof(m)), -EINVAL);
	assert_non_null(strstr(m, "is over"));
	assert_int_equal(timeline_insert(&line, "take 1", 4.5, m, sizeof(m)), -EINVAL);
	assert_non_null(strstr(m, "weight 1 is not on the mat"));
	assert_int_equal(timeline_insert(&line, "dance", 4.5, m, sizeof(m)), -EINVAL);
	assert_int_equal(line.n, 3);
	timeline_forget(&line, 2);
	scene_forget(&scene, 2);
	assert_int_equal(line.n, 1);
	assert_int_equal(timeline_insert(&line, "weight 1 mass 9 at 0 0 radius 30", 4.6,
				 m, sizeof(m)),
		1);
	assert_true(fabs(at(4.95).force_n - 9 * G) < 0.1);
	assert_true(at(6).force_n > 72 * G);
	scene_fini(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discs_lie_where_they_are_put),
		cmocka_unit_test(what_hangs_over_does_not_press),
		cmocka_unit_test(rollers_press_evenly_or_as_told),
		cmocka_unit_test(weights_come_change_and_go),
		cmocka_unit_test(a_person_and_a_weight_add_up),
		cmocka_unit_test(rollers_sweep_the_mat),
		cmocka_unit_test(rollers_can_miss),
		cmocka_unit_test(cells_die_when_told),
		cmocka_unit_test(lines_arrive_in_pieces),
		cmocka_unit_test(live_lines_are_put_where_they_belong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
