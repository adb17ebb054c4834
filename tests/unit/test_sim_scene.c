/* A person on a sheet: the recording comes back, the options do what they say, nothing jumps. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hw/sim/scene.h"

#define GRAVITY_M_S2 9.80665
#define HEADER       "t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm\n"

static uint16_t cells[64 * 64], again[64 * 64];

static struct scene_options defaults(void)
{
	struct scene_options o = { .geometry = { 48, 48, 10, 10 } };

	person_defaults(&o.person);
	sheet_defaults(&o.sheet, SHEET_IDEAL);
	return o;
}

static struct scene_truth scan(struct scene *s, double t_s)
{
	struct scene_truth t;

	scene_scan(s, t_s, cells, &t);
	return t;
}

/* Mean truth over `n_s` seconds at 20 Hz. */
static struct scene_truth average(const struct scene_options *o, double n_s)
{
	struct scene_truth mean = { 0 };
	struct scene s;
	int n = (int)(20 * n_s);

	assert_int_equal(scene_init(&s, o), 0);
	for (int i = 0; i < n; i++) {
		struct scene_truth t = scan(&s, i / 20.0);

		mean.force_n += t.force_n / n;
		mean.cop.x += t.cop.x / n;
		mean.cop.y += t.cop.y / n;
		mean.left_frac += t.left_frac / n;
		mean.fore_frac += t.fore_frac / n;
	}
	scene_fini(&s);
	return mean;
}

static struct plates *recording(const char *text)
{
	struct plates *p = NULL;
	char message[256];

	assert_int_equal(
		plates_parse(text, strlen(text), "r", &p, message, sizeof(message)), 0);
	return p;
}

/* Forces exactly; each COP moves on the mat as it did on its plate; the middle is the mat's. */
static void plays_a_recording(void **state)
{
	struct scene_options o = defaults();
	struct plates *p =
		recording(HEADER "0,300,-80,110,250,90,100\n1,310,-78,120,260,91,104\n"
				 "2,260,-82,100,330,89,96\n");
	struct scene s;
	struct scene_truth first;

	(void)state;
	o.person.plates = p;
	assert_int_equal(scene_init(&s, &o), 0);
	first = scan(&s, 0);
	assert_true(fabs(first.foot[PERSON_LEFT].force_n - 300) < 1e-6);
	assert_true(fabs(first.left_frac - 300.0 / 550) < 1e-9);
	/* mean COPs are (-80, 110) and (90, 100): the middle of both lies at the origin */
	assert_true(fabs(first.foot[PERSON_LEFT].cop.x + 85) < 1e-5);
	assert_true(fabs(first.foot[PERSON_LEFT].cop.y - 5) < 1e-5);
	assert_true(fabs(first.foot[PERSON_RIGHT].cop.x - 85) < 1e-5);
	assert_true(fabs(first.foot[PERSON_RIGHT].cop.y + 5) < 1e-5);
	for (double t_s = 0; t_s < 5; t_s += 0.13) {
		struct plates_row row = plates_at(p, t_s);
		struct scene_truth t = scan(&s, t_s);

		for (int f = 0; f < PERSON_N_FEET; f++) {
			double dx = row.cop[f].x - p->rows[0].cop[f].x;
			double dy = row.cop[f].y - p->rows[0].cop[f].y;

			assert_true(fabs(t.foot[f].force_n - row.force_n[f]) < 1e-6);
			assert_true(fabs(t.foot[f].cop.x - first.foot[f].cop.x - dx) <
				    1e-5);
			assert_true(fabs(t.foot[f].cop.y - first.foot[f].cop.y - dy) <
				    1e-5);
		}
	}
	scene_fini(&s);
	plates_free(p);
}

/* Feet whose COPs lie farther apart than a foot allows were staggered: the heels are not level. */
static void staggers_feet_that_were_staggered(void **state)
{
	struct scene_options o = defaults();
	struct plates *p =
		recording(HEADER "0,300,-80,200,300,80,50\n1,300,-80,200,300,80,50\n");
	struct scene s;
	struct scene_truth t;

	(void)state;
	o.person.plates = p;
	assert_int_equal(scene_init(&s, &o), 0);
	t = scan(&s, 0);
	assert_true(fabs(t.foot[0].cop.y - t.foot[1].cop.y - 150) < 1e-5);
	assert_true(
		fabs(s.person.pose[0].heel.y - s.person.pose[1].heel.y - 110) < 1e-6);
	scene_fini(&s);
	plates_free(p);
}

static void heeds_mass_share_and_lean(void **state)
{
	struct scene_options o = defaults();
	struct scene_truth t;

	(void)state;
	o.person.mass_kg = 90;
	o.person.left_frac = 0.62;
	o.person.sway_mm = 0;
	o.person.fore_frac = 0.35;
	t = average(&o, 5);
	assert_true(fabs(t.force_n / GRAVITY_M_S2 - 90) < 0.3);
	assert_true(fabs(t.left_frac - 0.62) < 1e-6);
	assert_true(fabs(t.fore_frac - 0.35) < 0.002);
	/* share 0.62 of a stance 170 mm wide, feet symmetric about the middle */
	assert_true(fabs(t.cop.x + 0.12 * 170) < 0.01);
	o.person.fore_frac = 0.6;
	assert_true(fabs(average(&o, 5).fore_frac - 0.6) < 0.002);
}

static double rms_mm(const struct scene_options *o)
{
	struct scene_truth mean = average(o, 60);
	struct scene s;
	double sum = 0;

	assert_int_equal(scene_init(&s, o), 0);
	for (int i = 0; i < 1200; i++) {
		struct scene_truth t = scan(&s, i / 20.0);

		sum += pow(t.cop.x - mean.cop.x, 2) + pow(t.cop.y - mean.cop.y, 2);
	}
	scene_fini(&s);
	return sqrt(sum / 1200);
}

/* The model's RMS is set over many minutes; one minute may differ, but its scale is exact. */
static void scales_the_sway(void **state)
{
	struct scene_options o = defaults();
	double natural = rms_mm(&o), half;

	(void)state;
	o.person.sway_mm = 0.5 * hypot(BALANCE_RMS_ML_MM, BALANCE_RMS_AP_MM);
	half = rms_mm(&o);
	assert_true(natural > 2 && natural < 10);
	assert_true(fabs(half / natural - 0.5) < 0.01);
}

static void stands_where_it_is_told(void **state)
{
	struct scene_options o = defaults();
	struct scene_truth t;
	struct scene s;

	(void)state;
	o.person.sway_mm = 0;
	o.person.yaw_deg = 30;
	o.person.offset = (struct pos_mm){ 20, -35 };
	assert_int_equal(scene_init(&s, &o), 0);
	t = scan(&s, 0);
	assert_true(hypot(t.cop.x - 20, t.cop.y + 35) < 1e-6);
	/* turned to the right: the right foot is behind the left one */
	assert_true(
		fabs(t.foot[1].cop.x - t.foot[0].cop.x - 170 * cos(M_PI / 6)) < 1e-6);
	assert_true(
		fabs(t.foot[1].cop.y - t.foot[0].cop.y + 170 * sin(M_PI / 6)) < 1e-6);
	scene_fini(&s);
	o.person.yaw_deg = 180;
	assert_int_equal(scene_init(&s, &o), 0);
	t = scan(&s, 0);
	assert_true(t.foot[PERSON_LEFT].cop.x > t.foot[PERSON_RIGHT].cop.x);
	scene_fini(&s);
}

/* The smallest distance between the cells' points of two soles. */
static double distance_mm(const struct scene *s)
{
	double best = INFINITY;
	const struct sole *l = s->person.sole[0], *r = s->person.sole[1];

	for (int i = 0; i < l->n_u * l->n_v; i++) {
		if (l->rest[i] <= 0)
			continue;
		for (int k = 0; k < r->n_u * r->n_v; k++) {
			if (r->rest[k] > 0)
				best = fmin(best,
					hypot(s->imprint[0].on_x_mm[i] -
							s->imprint[1].on_x_mm[k],
						s->imprint[0].on_y_mm[i] -
							s->imprint[1].on_y_mm[k]));
		}
	}
	return best;
}

static void feet_can_touch(void **state)
{
	struct scene_options o = defaults();
	struct scene s;

	(void)state;
	o.person.gap_mm = 0;
	assert_int_equal(scene_init(&s, &o), 0);
	assert_true(distance_mm(&s) < 2 * SOLE_PITCH_MM);
	scene_fini(&s);
	o.person.gap_mm = 15;
	assert_int_equal(scene_init(&s, &o), 0);
	assert_true(fabs(distance_mm(&s) - 15 - SOLE_PITCH_MM) < 2 * SOLE_PITCH_MM);
	scene_fini(&s);
}

static void a_heel_can_be_raised(void **state)
{
	struct scene_options o = defaults();
	struct scene_truth t;
	struct scene s;

	(void)state;
	o.person.heel_raised = PERSON_LEFT;
	assert_int_equal(scene_init(&s, &o), 0);
	t = scan(&s, 0);
	assert_true(t.foot[PERSON_LEFT].fore_n > 0.99 * t.foot[PERSON_LEFT].force_n);
	assert_true(t.foot[PERSON_RIGHT].fore_n < 0.7 * t.foot[PERSON_RIGHT].force_n);
	scene_fini(&s);
}

static void steps_on_and_off(void **state)
{
	struct timeline line = { 0 };
	struct scene_options o = defaults();
	struct scene_truth t, last = { 0 };
	struct scene s;
	char message[256];
	const char *script = "at 1 step-on\nat 4 step-off";

	(void)state;
	assert_int_equal(timeline_parse(&line, script, strlen(script), "s", message,
				 sizeof(message)),
		0);
	o.person.timeline = &line;
	assert_int_equal(scene_init(&s, &o), 0);
	for (int i = 0; i < 600; i++) {
		double t_s = i / 100.0;

		t = scan(&s, t_s);
		if (t_s < 0.99 || t_s > 4.61)
			assert_true(t.force_n == 0 && isnan(t.cop.x));
		if (t_s > 1.61 && t_s < 3.99) {
			assert_true(fabs(t.force_n / GRAVITY_M_S2 - 72) < 1);
			assert_true(t.foot[0].force_n > 200 && t.foot[1].force_n > 200);
		}
		if (t_s > 1.05 && t_s < 1.2) /* the right foot first, heel first */
			assert_true(t.foot[0].force_n == 0 && t.foot[1].force_n > 0);
		assert_true(fabs(t.force_n - last.force_n) < 80);
		last = t;
	}
	scene_fini(&s);
}

static void shifts_without_a_jump(void **state)
{
	struct timeline line = { 0 };
	struct scene_options o = defaults();
	struct scene_truth t, last;
	struct scene s;
	char message[256];
	const char *script = "at 1 left-frac 0.7 over 1\nat 3 lean 10 25 over 1\nat 5 "
			     "sway 0 over 0.5";

	(void)state;
	timeline_parse(&line, script, strlen(script), "s", message, sizeof(message));
	o.person.timeline = &line;
	assert_int_equal(scene_init(&s, &o), 0);
	last = scan(&s, 0);
	for (int i = 1; i < 700; i++) {
		t = scan(&s, i / 100.0);
		assert_true(hypot(t.cop.x - last.cop.x, t.cop.y - last.cop.y) < 1.5);
		last = t;
	}
	/* 10 mm of lean to the right is 10 / 170 of the load */
	assert_true(fabs(t.left_frac - (0.7 - 10.0 / 170)) < 1e-6);
	assert_true(fabs(t.cop.y - 25) < 1e-6);
	scene_fini(&s);
}

static struct timeline acts;

/* The default person, still unless told, who does what `script` says. */
static struct scene_options actor(const char *script)
{
	struct scene_options o = defaults();
	char message[256];

	memset(&acts, 0, sizeof(acts));
	assert_int_equal(timeline_parse(&acts, script, strlen(script), "s", message,
				 sizeof(message)),
		0);
	assert_int_equal(timeline_finish(&acts, message, sizeof(message)), 0);
	o.person.timeline = &acts;
	o.person.sway_mm = 0;
	return o;
}

/* A lifted foot leaves no print; the other carries all, and nothing of the weight is lost. */
static void lifts_a_foot(void **state)
{
	struct scene_options o = actor("at 2 lift right over 0.5\nat 5 lower right");
	struct scene_truth t;
	struct scene s;

	(void)state;
	assert_int_equal(scene_init(&s, &o), 0);
	for (int i = 0; i < 700; i++) {
		double t_s = i / 100.0;

		t = scan(&s, t_s);
		assert_true(fabs(t.force_n / GRAVITY_M_S2 - 72) < 0.3);
		assert_int_equal(
			t.foot[PERSON_RIGHT].force_n == 0, t_s >= 2.5 && t_s <= 5.0);
		if (t_s > 2.3 && t_s < 5.1)
			assert_string_equal(t.posture, "single-left");
	}
	assert_true(fabs(t.left_frac - 0.5) < 1e-9);
	scene_fini(&s);
}

/* On one leg the lateral sway is all within the foot: the net COP moves as it would have. */
static void sways_as_much_on_one_leg(void **state)
{
	struct scene_options o = defaults();
	struct scene two, one;
	double first_mm = NAN;

	(void)state;
	assert_int_equal(scene_init(&two, &o), 0);
	o.person.stance = POSTURE_SINGLE_LEFT;
	assert_int_equal(scene_init(&one, &o), 0);
	for (int i = 0; i < 500; i++) {
		double apart_mm =
			scan(&one, i / 50.0).cop.x - scan(&two, i / 50.0).cop.x;

		if (i == 0)
			first_mm = apart_mm;
		assert_true(fabs(apart_mm - first_mm) < 0.05);
	}
	assert_true(fabs(first_mm + 85) < 6);
	scene_fini(&one);
	scene_fini(&two);
}

static void stands_in_tandem(void **state)
{
	struct scene_options o = defaults();
	struct scene_truth t;
	struct scene s;

	(void)state;
	o.geometry = (struct mat_geometry){ 56, 48, 10, 10 };
	o.person.sway_mm = 0;
	o.person.stance = POSTURE_TANDEM_LEFT;
	assert_int_equal(scene_init(&s, &o), 0);
	t = scan(&s, 0);
	assert_true(fabs(t.foot[0].cop.x - t.foot[1].cop.x) < 1e-6);
	assert_true(fabs(t.foot[1].cop.y - t.foot[0].cop.y - 260) < 1e-6);
	assert_true(t.off_n == 0);
	scene_fini(&s);
}

/* Seated, the feet carry 17 % of the weight; the load passes body weight once on its way up, and is
 * body weight again exactly when the rise is over. */
static void sits_and_stands_up(void **state)
{
	struct scene_options o = actor("at 2 stand over 1\nat 5 sit over 1");
	double weight_n = 72 * GRAVITY_M_S2, most_n = 0;
	struct scene_truth t;
	struct scene s;

	(void)state;
	assert_int_equal(scene_init(&s, &o), 0);
	for (int i = 0; i < 700; i++) {
		double t_s = i / 100.0;

		t = scan(&s, t_s);
		if (t_s < 2 || t_s >= 6) {
			assert_true(fabs(t.force_n / weight_n - 0.17) < 0.002);
			assert_string_equal(t.posture, "seated");
		}
		if (t_s >= 3 && t_s <= 5)
			assert_true(fabs(t.force_n / weight_n - 1) < 0.004);
		if (t_s > 2 && t_s < 3)
			assert_string_equal(t.posture, "rising");
		most_n = fmax(most_n, t.force_n);
	}
	assert_true(most_n > 1.1 * weight_n && most_n < 1.2 * weight_n);
	scene_fini(&s);
}

/* 2 x 0.2455 x 1.70 m x (1 - cos 30 degrees) = 111.8 mm down: the load, integrated twice, is
 * that way, from rest to rest. */
static void bends_the_knees(void **state)
{
	struct scene_options o = actor("at 1 squat 60 over 1.2");
	double speed = 0, way_m = 0, still_n = 72 * GRAVITY_M_S2;
	struct scene_truth t;
	struct scene s;

	(void)state;
	assert_int_equal(scene_init(&s, &o), 0);
	for (int i = 0; i < 2500; i++) {
		double breath = 1 + 0.0016 * sin(2 * M_PI * 1.15 * i / 1e3) +
				0.0012 * sin(2 * M_PI * 0.27 * i / 1e3);

		t = scan(&s, i / 1e3);
		speed += (t.force_n / breath / still_n - 1) * GRAVITY_M_S2 / 1e3;
		way_m += speed / 1e3;
	}
	assert_true(fabs(speed) < 1e-3);
	assert_true(fabs(way_m + 0.1118) < 5e-4);
	assert_string_equal(t.posture, "squatting");
	scene_fini(&s);
}

/* The norms' mean velocities: 8.2, 8.9, 22.0 and 29.3 mm/s; the model's path scales with them. */
static void sways_more_without_eyes_and_on_foam(void **state)
{
	static const char *const scripts[] = { "", "at 0 eyes closed over 0",
		"at 0 surface foam over 0",
		"at 0 eyes closed over 0\nat 0 surface foam over 0" };
	static const double factor[] = { 1, 8.9 / 8.2, 22.0 / 8.2, 29.3 / 8.2 };
	double path_mm[4] = { 0 };

	(void)state;
	for (int k = 0; k < 4; k++) {
		struct scene_options o = actor(scripts[k]);
		struct scene_truth t, last = { 0 };
		struct scene s;

		o.person.sway_mm = NAN;
		assert_int_equal(scene_init(&s, &o), 0);
		for (int i = 0; i < 1000; i++, last = t) {
			t = scan(&s, i / 50.0);
			if (i > 0)
				path_mm[k] += hypot(
					t.cop.x - last.cop.x, t.cop.y - last.cop.y);
		}
		scene_fini(&s);
		assert_true(fabs(path_mm[k] / path_mm[0] / factor[k] - 1) < 0.01);
	}
}

/* 0.5527 x 1.60 m x sin 6 degrees = 92.4 mm to each side; what the feet really carried is in the
 * truth, and for this person on these feet it is what was asked for. */
static void leans_by_an_angle(void **state)
{
	(void)state;
	for (int d = 0; d < 8; d++) {
		char script[64];
		struct scene_options o;
		struct scene_truth t;
		struct scene s;
		double angle = 45 * d * M_PI / 180;

		snprintf(script, sizeof(script), "at 1 lean-angle 6 %d over 1", 45 * d);
		o = actor(script);
		o.person.stature_m = 1.60;
		o.person.stance_width_mm = 240;
		o.person.foot_length_mm = 270;
		assert_int_equal(scene_init(&s, &o), 0);
		t = scan(&s, 1);
		assert_true(hypot(t.cop.x, t.cop.y) < 1e-6);
		t = scan(&s, 2);
		assert_true(hypot(t.cop.x - 92.43 * sin(angle),
				    t.cop.y - 92.43 * cos(angle)) < 0.05);
		scene_fini(&s);
	}
}

/* A foot set elsewhere leaves its print there, and one beside the mat presses beside it. */
static void moves_a_foot(void **state)
{
	struct scene_options o = actor("at 1 move left -40 25");
	struct scene_truth before, t;
	struct scene s;

	(void)state;
	assert_int_equal(scene_init(&s, &o), 0);
	before = scan(&s, 0);
	for (int i = 0; i < 200; i++)
		t = scan(&s, i / 100.0);
	assert_true(fabs(t.foot[0].cop.x - before.foot[0].cop.x + 40) < 1e-6);
	assert_true(fabs(t.foot[0].cop.y - before.foot[0].cop.y - 25) < 1e-6);
	assert_true(fabs(t.foot[1].cop.x - before.foot[1].cop.x) < 1e-6);
	assert_true(fabs(t.left_frac - 0.5) < 1e-9 && t.off_n == 0);
	scene_fini(&s);
}

/* Nothing happens before the cue; then everything, counted from it. */
static void waits_for_its_cue(void **state)
{
	struct scene_options o = actor("at 1 left-frac 0.7 over 0.5");
	struct scene s;

	(void)state;
	assert_int_equal(scene_init(&s, &o), 0);
	person_cue(&s.person, INFINITY);
	assert_true(fabs(scan(&s, 8).left_frac - 0.5) < 1e-9);
	person_cue(&s.person, 8);
	assert_true(fabs(scan(&s, 9).left_frac - 0.5) < 1e-9);
	assert_true(fabs(scan(&s, 9.25).left_frac - 0.6) < 1e-9);
	assert_true(fabs(scan(&s, 9.6).left_frac - 0.7) < 1e-9);
	scene_fini(&s);
}

/* An impossible lean is cut to what feet can carry, and the truth says so. */
static void truth_says_what_was_applied(void **state)
{
	struct timeline line = { 0 };
	struct scene_options o = defaults();
	struct scene_truth t;
	struct scene s;
	char message[256];
	double x = 0, y = 0, sum = 0;

	(void)state;
	timeline_parse(&line, "at 0 lean 0 190", 15, "s", message, sizeof(message));
	o.person.timeline = &line;
	assert_int_equal(scene_init(&s, &o), 0);
	t = scan(&s, 1);
	assert_true(t.cop.y > 80 && t.cop.y < 145);
	for (int i = 0; i < 48 * 48; i++) {
		sum += cells[i];
		x += cells[i] * geometry_x_mm(&o.geometry, i % 48);
		y += cells[i] * geometry_y_mm(&o.geometry, i / 48);
	}
	assert_true(hypot(x / sum - t.cop.x, y / sum - t.cop.y) < 0.3);
	scene_fini(&s);
}

static void same_seed_same_cells(void **state)
{
	struct scene_options o = defaults();
	struct scene_truth t;
	struct scene s;

	(void)state;
	sheet_defaults(&o.sheet, SHEET_RESISTIVE);
	for (int run = 0; run < 3; run++) {
		o.person.seed = o.sheet.seed = run < 2 ? 5 : 6;
		assert_int_equal(scene_init(&s, &o), 0);
		for (int i = 0; i < 50; i++)
			scene_scan(&s, i / 100.0, run ? again : cells, &t);
		scene_fini(&s);
		if (run)
			assert_int_equal(
				memcmp(cells, again, 48 * 48 * 2) != 0, run == 2);
	}
}

static void refuses_what_cannot_be(void **state)
{
	struct scene_options o = defaults();
	struct scene s;

	(void)state;
	o.geometry.n_rows = 0;
	assert_int_equal(scene_init(&s, &o), -EINVAL);
	o = defaults();
	o.person.foot_length_mm = 20;
	assert_int_equal(scene_init(&s, &o), -EINVAL);
	o = defaults();
	o.sheet.adc_bits = 40;
	assert_int_equal(scene_init(&s, &o), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_a_recording),
		cmocka_unit_test(staggers_feet_that_were_staggered),
		cmocka_unit_test(heeds_mass_share_and_lean),
		cmocka_unit_test(scales_the_sway),
		cmocka_unit_test(stands_where_it_is_told),
		cmocka_unit_test(feet_can_touch),
		cmocka_unit_test(a_heel_can_be_raised),
		cmocka_unit_test(steps_on_and_off),
		cmocka_unit_test(shifts_without_a_jump),
		cmocka_unit_test(lifts_a_foot),
		cmocka_unit_test(sways_as_much_on_one_leg),
		cmocka_unit_test(stands_in_tandem),
		cmocka_unit_test(sits_and_stands_up),
		cmocka_unit_test(bends_the_knees),
		cmocka_unit_test(sways_more_without_eyes_and_on_foam),
		cmocka_unit_test(leans_by_an_angle),
		cmocka_unit_test(moves_a_foot),
		cmocka_unit_test(waits_for_its_cue),
		cmocka_unit_test(truth_says_what_was_applied),
		cmocka_unit_test(same_seed_same_cells),
		cmocka_unit_test(refuses_what_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
