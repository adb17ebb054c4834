#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/base/units.h"
#include "src/core/trial/engine.h"
#include "src/core/trial/outcomes.h"

#define WEIGHT_N 700.0
#define MAX_ROWS 200000

/* A made-up person: what she does is a function of time since the first sample. */
struct person {
	double left_frac; /* of what she carries */
	double load;      /* of her weight; 0: nobody there */
	double x_mm, y_mm;
};
typedef struct person person_fn(double t_s);

struct bench {
	struct engine engine;
	double *numbers;
	uint32_t *flags;
	uint8_t *phase;
	double ahead_mm; /* the right foot, straight ahead of the left; 0: beside it */
};

static struct bench bench;

static void assert_near(double got, double wanted, double tolerance)
{
	if (!(fabs(got - wanted) <= tolerance))
		fail_msg("%.6f is not %.6f within %.6f", got, wanted, tolerance);
}

static void set_up(const char *key, double duration_s, double settle_s)
{
	struct engine_setup setup = { .protocol = protocol_find(key),
		.duration_s = duration_s,
		.settle_s = settle_s,
		.geometry = { 48, 48, 10.0, 10.0 } };
	struct trial_series r = { .capacity = MAX_ROWS };
	double **columns[] = { &r.t_s, &r.x_mm, &r.y_mm, &r.force_n, &r.left_frac,
		&r.fore_frac, &r.left_n, &r.left_x_mm, &r.left_y_mm, &r.right_n,
		&r.right_x_mm, &r.right_y_mm };

	assert_non_null(setup.protocol);
	if (isnan(duration_s))
		setup.duration_s = setup.protocol->duration_s;
	if (isnan(settle_s))
		setup.settle_s = setup.protocol->settle_s;
	if (!bench.numbers) {
		bench.numbers =
			calloc(MAX_ROWS * TRIAL_SERIES_N_COLUMNS, sizeof(double));
		bench.flags = calloc(MAX_ROWS, sizeof(uint32_t));
		bench.phase = calloc(MAX_ROWS, 1);
	}
	for (int k = 0; k < TRIAL_SERIES_N_COLUMNS; k++)
		*columns[k] = bench.numbers + (size_t)k * MAX_ROWS;
	r.flags = bench.flags;
	r.phase = bench.phase;
	engine_init(&bench.engine, &setup, &r);
}

static void put_foot(
	struct foot_sample *foot, double share, double force_n, double x_mm)
{
	foot->present = share >= 0.005;
	if (!foot->present)
		return;
	foot->share_frac = share;
	foot->force_n = force_n * share;
	foot->cop_mm = (struct pos_mm){ x_mm, 0.0 };
	foot->fore_frac = 0.45;
	foot->heel_mm = (struct pos_mm){ x_mm, -100.0 };
	foot->length_mm = 240.0;
	foot->direction_deg = x_mm < 0 ? -7.0 : 7.0;
}

static struct stance_sample sample_of(struct person p, double t_s)
{
	struct stance_sample s = sample_absent();

	s.t_ns = 5000000000 + (int64_t)llround(t_s * 1e9);
	s.force_n = p.load * WEIGHT_N;
	if (s.force_n < 20.0)
		return s;
	s.cop_mm = (struct pos_mm){ p.x_mm, p.y_mm };
	put_foot(&s.left, p.left_frac, s.force_n, -90.0);
	put_foot(&s.right, 1.0 - p.left_frac, s.force_n, 90.0);
	if (fabs(bench.ahead_mm) > 0.0) {
		s.left.cop_mm = (struct pos_mm){ -8.0, -0.5 * bench.ahead_mm };
		s.right.cop_mm = (struct pos_mm){ 8.0, 0.5 * bench.ahead_mm };
		s.left.heel_mm = (struct pos_mm){ -8.0, -0.5 * bench.ahead_mm - 100.0 };
		s.right.heel_mm = (struct pos_mm){ 8.0, 0.5 * bench.ahead_mm - 100.0 };
	}
	if (s.left.present && s.right.present) {
		s.left_frac = p.left_frac;
		s.fore_frac = 0.45;
		s.stance_width_mm = 180.0;
	}
	return s;
}

/* Samples at `rate_hz`, with a jitter of up to `jitter` of a period and every n-th dropped. */
static void run(
	person_fn *person, double rate_hz, double jitter, int drop_each, double until_s)
{
	struct rng rng;
	uint32_t n_lost = 0;

	rng_init(&rng, 3, 1);
	for (int i = 0; i / rate_hz <= until_s && bench.engine.state != SESSION_DONE;
		i++) {
		double t_s = (i + jitter * (rng_uniform(&rng) - 0.5)) / rate_hz;
		struct stance_sample s;

		if (drop_each && i % drop_each == drop_each - 1) {
			n_lost++;
			continue;
		}
		s = sample_of(person(t_s), t_s);
		engine_push(&bench.engine, &s, n_lost);
		n_lost = 0;
	}
}

static struct person stands(double t_s)
{
	return (struct person){ 0.5, 1.0, 2.0 * sin(t_s), 3.0 * cos(1.7 * t_s) };
}

static struct person comes_late(double t_s)
{
	struct person p = stands(t_s);

	p.load = t_s < 3.0 ? 0.0 : 1.0;
	return p;
}

/* --- quiet stance -------------------------------------------------------------------------- */

static void a_standing_person_starts_at_once(void **state)
{
	static const double rates[] = { 30.0, 50.0, 100.0, 200.0 };
	const struct engine_phase *p = &bench.engine.phases[0];

	(void)state;
	for (int k = 0; k < 4; k++) {
		set_up("quiet-eo", 10.0, 2.0);
		run(stands, rates[k], 0.0, 0, 60.0);
		assert_int_equal(bench.engine.state, SESSION_DONE);
		assert_true(p->complete);
		assert_true(p->start_s >= 2.4 && p->start_s < 2.7);
		assert_near(p->end_s - p->start_s, 10.0, 0.6 / rates[k]);
		assert_in_range(p->n, 10 * (int)rates[k], 10 * (int)rates[k] + 1);
	}
}

static void jitter_and_gaps_change_no_duration(void **state)
{
	const struct engine_phase *p = &bench.engine.phases[0];

	(void)state;
	set_up("quiet-eo", 10.0, 2.0);
	run(stands, 100.0, 0.8, 10, 60.0);
	assert_true(p->complete);
	assert_near(p->end_s - p->start_s, 10.0, 0.021);
	assert_in_range((int)p->n_lost, 98, 102);
}

static void waits_for_a_late_person(void **state)
{
	(void)state;
	set_up("quiet-eo", 5.0, 1.0);
	run(comes_late, 100.0, 0.0, 0, 60.0);
	assert_near(bench.engine.phases[0].start_s, 4.5, 0.03);
}

static struct person steps_off(double t_s)
{
	struct person p = stands(t_s);
	double start_s = 0.5 + 2.0, t = t_s - start_s - 7.2;

	if (t > 0.0 && t < 0.3)
		p.left_frac = 0.5 + 0.5 * t / 0.3;
	if (t >= 0.3)
		p.left_frac = 1.0;
	if (t > 0.3)
		p.load = fmax(0.0, 1.0 - (t - 0.3) / 0.3);
	return p;
}

static void a_step_off_is_timed(void **state)
{
	const struct engine_phase *p = &bench.engine.phases[0];

	(void)state;
	set_up("quiet-eo", 30.0, 2.0);
	run(steps_off, 100.0, 0.0, 0, 60.0);
	assert_int_equal(bench.engine.state, SESSION_DONE);
	assert_true(p->stepped_off);
	assert_false(p->complete);
	/* the foot leaves within 0.3 s of the decision */
	assert_true(p->stepped_off_s > 7.1 && p->stepped_off_s < 7.55);
	for (int i = p->first; i < p->first + p->n; i++)
		assert_true(bench.engine.series.force_n[i] > 0.9 * WEIGHT_N);
}

static struct person lifts_a_foot(double t_s)
{
	struct person p = stands(t_s);

	if (t_s > 6.0 && t_s < 7.0)
		p.left_frac = 0.98;
	return p;
}

static void a_thin_foot_is_noted(void **state)
{
	(void)state;
	set_up("quiet-eo", 10.0, 2.0);
	run(lifts_a_foot, 100.0, 0.0, 0, 60.0);
	assert_true(bench.engine.phases[0].complete);
	assert_near(bench.engine.phases[0].thin_s, 6.0 - bench.engine.phases[0].start_s,
		0.03);
}

static void stopping_says_why(void **state)
{
	(void)state;
	set_up("quiet-eo", 30.0, 2.0);
	run(stands, 100.0, 0.0, 0, 10.0);
	assert_int_equal(bench.engine.state, SESSION_MEASURING);
	engine_stop(&bench.engine, SESSION_STOP_ABORTED);
	engine_stop(&bench.engine, SESSION_STOP_DISK);
	assert_int_equal(bench.engine.state, SESSION_DONE);
	assert_int_equal(bench.engine.stop, SESSION_STOP_ABORTED);
	assert_false(bench.engine.phases[0].complete);
	assert_true(bench.engine.phases[0].n > 700);
}

/* --- phases -------------------------------------------------------------------------------- */

static struct person leaves_for_the_foam(double t_s)
{
	struct person p = stands(t_s);

	/* 0.5 ready, then 1 s settling and 4 s measuring, twice: the foam is laid then */
	if (t_s > 11.0 && t_s < 14.0)
		p.load = 0.0;
	return p;
}

static void foam_needs_a_step_off(void **state)
{
	const struct engine *e = &bench.engine;

	(void)state;
	set_up("mctsib", 4.0, 1.0);
	run(leaves_for_the_foam, 100.0, 0.0, 0, 60.0);
	assert_int_equal(e->state, SESSION_DONE);
	assert_int_equal(e->phase, 3);
	for (int k = 0; k < 4; k++)
		assert_true(e->phases[k].complete);
	assert_near(e->phases[1].start_s - e->phases[0].end_s, 1.0, 0.03);
	assert_true(e->phases[2].start_s >= 15.4 && e->phases[2].start_s < 15.7);
}

/* The rate is not known in a mat's first second; 100 Hz is then supposed. */
static void a_fast_mat_finds_room(void **state)
{
	(void)state;
	set_up("natural", NAN, NAN);
	assert_true(engine_capacity(&bench.engine.setup, 100.0) > 200 * 186);
	assert_true(engine_capacity(&bench.engine.setup, 1000.0) > 1000 * 186);
	set_up("natural", 3500.0, 0.0); /* no more than can be measured */
	assert_in_range(engine_capacity(&bench.engine.setup, 100.0), 350000, 460000);
}

/* --- holds --------------------------------------------------------------------------------- */

static struct person stands_on_the_left(double t_s)
{
	struct person p = stands(t_s);

	if (t_s > 2.0 && t_s < 14.6)
		p.left_frac = 1.0;
	return p;
}

static void a_hold_counts_from_its_first_moment(void **state)
{
	const struct engine_phase *p = &bench.engine.phases[0];
	double value[METRIC_N];
	struct outcomes_context context = { NAN, NAN, NULL };

	(void)state;
	set_up("single-left", NAN, NAN);
	run(stands_on_the_left, 100.0, 0.0, 0, 60.0);
	assert_int_equal(bench.engine.state, SESSION_DONE);
	assert_true(p->complete);
	outcomes_phase(&bench.engine, 0, &context, value);
	assert_near(value[METRIC_HOLD_TIME_S], 12.6, 0.025);
	for (int i = 1; i < bench.engine.series.n; i++)
		assert_true(
			bench.engine.series.t_s[i] > bench.engine.series.t_s[i - 1]);
	set_up("single-right", NAN, NAN); /* she stands on the other leg */
	run(stands_on_the_left, 100.0, 0.0, 0, 60.0);
	assert_int_equal(bench.engine.state, SESSION_WAITING);
}

/* The left foot is put behind at 2 s; at 9 s she steps out beside it. */
static struct person stands_in_tandem(double t_s)
{
	bench.ahead_mm = t_s > 2.0 && t_s < 9.0 ? 250.0 : 0.0;
	return stands(t_s);
}

static void a_tandem_hold_ends_with_the_step_out_of_line(void **state)
{
	const struct engine_phase *p = &bench.engine.phases[0];

	(void)state;
	set_up("tandem-left", NAN, NAN);
	run(stands_in_tandem, 100.0, 0.0, 0, 60.0);
	assert_int_equal(bench.engine.state, SESSION_DONE);
	assert_true(p->stepped_off);
	assert_near(p->end_s - p->start_s, 7.0, 0.025);
	set_up("tandem-left", NAN, NAN); /* side by side is no tandem stance */
	run(stands, 100.0, 0.0, 0, 60.0);
	assert_int_equal(bench.engine.state, SESSION_WAITING);
}

/* --- sit-to-stand -------------------------------------------------------------------------- */

/* Rises of 0.8 s that begin each 2.65 s: from the first onset to the fifth stand are
 * 4 x 2.65 + 0.8 = 11.4 s. */
static struct person sits_and_stands(double t_s)
{
	double period = 2.65, at = t_s - 1.3, k = floor(at / period);
	double into = at - k * period, load = 0.18;

	if (at >= 0.0 && k < 5.0) {
		if (into < 0.8)
			load = 0.18 + 0.82 * into / 0.8;
		else if (into < 1.3)
			load = 1.0;
		else if (into < 2.1)
			load = 1.0 - 0.82 * (into - 1.3) / 0.8;
	}
	return (struct person){ 0.45, load, 1.0, 2.0 };
}

static void five_rises_in_11_4_seconds(void **state)
{
	const struct engine_phase *p = &bench.engine.phases[0];
	static double scratch[OUTCOMES_SCRATCH(MAX_ROWS / 10)];
	static const double rates[] = { 50.0, 100.0, 200.0 };

	(void)state;
	for (int k = 0; k < 6; k++) {
		double value[METRIC_N], rate = rates[k / 2];
		struct outcomes_context context = { k % 2 ? WEIGHT_N : NAN, NAN,
			scratch };

		set_up("sts5", NAN, NAN);
		run(sits_and_stands, rate, 0.0, 0, 60.0);
		assert_int_equal(bench.engine.state, SESSION_DONE);
		assert_true(p->complete);
		assert_true(p->end_s < 16.0);
		outcomes_sts(&bench.engine, p, &context, value);
		assert_near(value[METRIC_REPETITIONS], 5.0, 0.0);
		assert_near(value[METRIC_REPETITIONS_TIME_S], 11.4, 0.1);
		assert_near(value[METRIC_MEAN_REPETITION_S], 2.65, 0.011);
		assert_near(value[METRIC_RISE_ASYMMETRY_PCT], 10.0, 1e-9);
		assert_near(value[METRIC_LOWER_ASYMMETRY_PCT], 10.0, 1e-9);
	}
}

/* Upright at first, she sits down before the first of five rises. */
static struct person stands_before_she_sits(double t_s)
{
	struct person p = sits_and_stands(t_s - 3.0);

	if (t_s < 2.0)
		p.load = 1.0;
	return p;
}

/* Heavy feet on the floor, lifted twice to sit comfortably before the first rise. */
static struct person shuffles_before_she_rises(double t_s)
{
	struct person p = sits_and_stands(t_s - 3.0);

	p.load = 0.3 + (p.load - 0.18) * 0.7 / 0.82;
	if ((t_s > 1.0 && t_s < 1.25) || (t_s > 2.0 && t_s < 2.25))
		p.load = 0.06;
	return p;
}

static void what_is_no_rise_ends_no_trial(void **state)
{
	static double scratch[OUTCOMES_SCRATCH(MAX_ROWS / 10)];
	static person_fn *const people[] = { stands_before_she_sits,
		shuffles_before_she_rises };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct outcomes_context context = { NAN, NAN, scratch };
		double value[METRIC_N];

		set_up("sts5", NAN, NAN);
		run(people[k], 100.0, 0.0, 0, 60.0);
		assert_true(bench.engine.phases[0].end_s < 19.0);
		outcomes_sts(&bench.engine, &bench.engine.phases[0], &context, value);
		assert_near(value[METRIC_REPETITIONS], 5.0, 0.0);
		assert_near(value[METRIC_REPETITIONS_TIME_S], 11.4, 0.1);
	}
}

/* A mass that the mat does not confirm must not make the fifth rise endless. */
static void a_wrong_weight_moves_no_repetition(void **state)
{
	static double scratch[OUTCOMES_SCRATCH(MAX_ROWS / 10)];
	static const double wrong[] = { 0.9, 1.04, 1.1, 1.3 };

	(void)state;
	set_up("sts5", NAN, NAN);
	run(sits_and_stands, 100.0, 0.0, 0, 60.0);
	for (int k = 0; k < 4; k++) {
		struct outcomes_context context = { wrong[k] * WEIGHT_N, NAN, scratch };
		double value[METRIC_N];

		outcomes_sts(&bench.engine, &bench.engine.phases[0], &context, value);
		assert_near(value[METRIC_REPETITIONS], 5.0, 0.0);
		assert_near(value[METRIC_REPETITIONS_TIME_S], 11.4, 0.15);
	}
}

/* --- limits of stability ------------------------------------------------------------------- */

#define STATURE_M 1.70
static double lean_mm;

/* Cue at the start of each phase; 0.4 s later a minimum-jerk lean of 1.2 s, held until the end. */
static struct person leans(double t_s)
{
	const struct engine *e = &bench.engine;
	struct person p = { 0.5, 1.0, 0.3 * sin(9.0 * t_s), 0.3 * cos(11.0 * t_s) };
	double angle =
		e->setup.protocol->phases[e->phase].direction_deg * UNITS_RAD_PER_DEG;
	double at = (t_s - e->since_s - 0.4) / 1.2;

	if (e->state != SESSION_MEASURING || at <= 0.0)
		return p;
	at = fmin(at, 1.0);
	at = at * at * at * (10.0 - 15.0 * at + 6.0 * at * at);
	p.x_mm += lean_mm * at * sin(angle);
	p.y_mm += lean_mm * at * cos(angle);
	return p;
}

static void six_degrees_in_eight_directions(void **state)
{
	static double scratch[OUTCOMES_SCRATCH(2000)];
	struct outcomes_context context = { NAN, STATURE_M, scratch };
	double lean_deg = 6.0;

	(void)state;
	lean_mm = 1000.0 * OUTCOMES_COM_FRAC * STATURE_M *
		  sin(lean_deg * UNITS_RAD_PER_DEG);
	set_up("los", 5.0, 2.0);
	run(leans, 100.0, 0.0, 0, 100.0);
	assert_int_equal(bench.engine.state, SESSION_DONE);
	for (int k = 0; k < 8; k++) {
		double value[METRIC_N];

		outcomes_phase(&bench.engine, k, &context, value);
		assert_near(value[METRIC_MAX_EXCURSION_DEG], 6.0, 0.06);
		assert_near(value[METRIC_ENDPOINT_EXCURSION_DEG], 6.0, 0.3);
		assert_near(value[METRIC_MAX_EXCURSION_MM], lean_mm, 1.0);
		assert_true(value[METRIC_REACTION_TIME_S] > 0.4 &&
			    value[METRIC_REACTION_TIME_S] < 0.85);
		assert_true(value[METRIC_DIRECTIONAL_CONTROL_PCT] > 90.0);
		assert_true(value[METRIC_MOVEMENT_VELOCITY_DEG_S] > 4.0 &&
			    value[METRIC_MOVEMENT_VELOCITY_DEG_S] < 9.0);
	}
}

/* As leans(), after having swayed 4 mm that way at the cue: no part of the movement. */
static struct person sways_and_leans(double t_s)
{
	const struct engine *e = &bench.engine;
	struct person p = leans(t_s);
	double at = t_s - e->since_s;
	double angle =
		e->setup.protocol->phases[e->phase].direction_deg * UNITS_RAD_PER_DEG;

	if (e->state == SESSION_MEASURING && at < 0.5) {
		p.x_mm += 4.4 * sin(angle) * sin(at * M_PI / 0.5);
		p.y_mm += 4.4 * cos(angle) * sin(at * M_PI / 0.5);
	}
	return p;
}

/* As leans(), after a sway of 9 mm that way and back before the lean begins. */
static struct person sways_wide_and_leans(double t_s)
{
	const struct engine *e = &bench.engine;
	struct person p = leans(t_s - 2.0 > e->since_s ? t_s - 2.0 : e->since_s);
	double at = t_s - e->since_s;

	if (e->state == SESSION_MEASURING && at < 1.0)
		p.y_mm += 9.0 * sin(at * M_PI);
	return p;
}

/* A halt of a second at 9 of 60 mm, and on. */
static struct person halts_and_leans(double t_s)
{
	const struct engine *e = &bench.engine;
	struct person p = leans(t_s - 2.0 > e->since_s ? t_s - 2.0 : e->since_s);
	double at = fmin(1.0, t_s - e->since_s);

	if (e->state == SESSION_MEASURING)
		p.y_mm = fmax(p.y_mm, 9.0 * sin(at * 0.5 * M_PI));
	return p;
}

static void sway_is_no_first_movement(void **state)
{
	static double scratch[OUTCOMES_SCRATCH(2000)];
	struct outcomes_context context = { NAN, STATURE_M, scratch };
	double value[METRIC_N];

	(void)state;
	lean_mm = 60.0;
	set_up("los", 6.0, 2.0);
	run(sways_wide_and_leans, 100.0, 0.0, 0, 10.0);
	outcomes_phase(&bench.engine, 0, &context, value);
	assert_near(value[METRIC_ENDPOINT_EXCURSION_MM], 60.0, 2.0);
	assert_true(value[METRIC_REACTION_TIME_S] > 2.4 &&
		    value[METRIC_REACTION_TIME_S] < 2.85);
	set_up("los", 6.0, 2.0);
	run(halts_and_leans, 100.0, 0.0, 0, 10.0);
	outcomes_phase(&bench.engine, 0, &context, value);
	assert_near(value[METRIC_ENDPOINT_EXCURSION_MM], 60.0, 2.0);
	assert_true(value[METRIC_REACTION_TIME_S] > 0.1 &&
		    value[METRIC_REACTION_TIME_S] < 0.6);
}

static double lean_speed(person_fn *person)
{
	static double scratch[OUTCOMES_SCRATCH(2000)];
	struct outcomes_context context = { NAN, STATURE_M, scratch };
	double value[METRIC_N];

	set_up("los", 5.0, 2.0);
	run(person, 100.0, 0.0, 0, 10.0);
	outcomes_phase(&bench.engine, 0, &context, value);
	return value[METRIC_MOVEMENT_VELOCITY_DEG_S];
}

static void sway_before_a_lean_does_not_slow_it(void **state)
{
	double alone;

	(void)state;
	lean_mm = 60.0;
	alone = lean_speed(leans);
	assert_near(lean_speed(sways_and_leans), alone, 0.08 * alone);
}

/* --- natural standing ---------------------------------------------------------------------- */

static struct person changes_legs(double t_s)
{
	struct person p = stands(t_s);
	bool right = fmod(t_s, 60.0) >= 30.0;

	p.left_frac = right ? 0.3 : 0.7;
	p.x_mm += right ? 36.0 : -36.0;
	return p;
}

/* Out and back within a second, each minute. */
static struct person fidgets(double t_s)
{
	struct person p = stands(t_s);

	if (fmod(t_s, 60.0) > 45.0 && fmod(t_s, 60.0) < 46.0)
		p.x_mm -= 40.0;
	return p;
}

static void two_modes_are_seen(void **state)
{
	static double scratch[OUTCOMES_SCRATCH(20000)];
	struct outcomes_context context = { NAN, NAN, scratch };
	double value[METRIC_N];

	(void)state;
	set_up("natural", NAN, NAN);
	run(changes_legs, 100.0, 0.0, 0, 300.0);
	assert_true(bench.engine.phases[0].complete);
	outcomes_phase(&bench.engine, 0, &context, value);
	assert_near(value[METRIC_OUTSIDE_45_55_PCT], 100.0, 0.1);
	assert_near(value[METRIC_OUTSIDE_40_60_PCT], 100.0, 0.1);
	assert_true(value[METRIC_BIMODALITY] > 0.9);
	assert_in_range((int)value[METRIC_SHIFTS], 5, 6); /* each 30 s in 180 s */
	assert_int_equal((int)value[METRIC_FIDGETS], 0);
	set_up("natural", NAN, NAN);
	run(fidgets, 100.0, 0.0, 0, 300.0);
	outcomes_phase(&bench.engine, 0, &context, value);
	assert_int_equal((int)value[METRIC_FIDGETS], 3);
	assert_int_equal((int)value[METRIC_SHIFTS], 0);
	assert_near(value[METRIC_OUTSIDE_45_55_PCT], 0.0, 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_standing_person_starts_at_once),
		cmocka_unit_test(jitter_and_gaps_change_no_duration),
		cmocka_unit_test(waits_for_a_late_person),
		cmocka_unit_test(a_step_off_is_timed),
		cmocka_unit_test(a_thin_foot_is_noted),
		cmocka_unit_test(stopping_says_why),
		cmocka_unit_test(foam_needs_a_step_off),
		cmocka_unit_test(a_fast_mat_finds_room),
		cmocka_unit_test(a_hold_counts_from_its_first_moment),
		cmocka_unit_test(a_tandem_hold_ends_with_the_step_out_of_line),
		cmocka_unit_test(five_rises_in_11_4_seconds),
		cmocka_unit_test(what_is_no_rise_ends_no_trial),
		cmocka_unit_test(a_wrong_weight_moves_no_repetition),
		cmocka_unit_test(six_degrees_in_eight_directions),
		cmocka_unit_test(sway_before_a_lean_does_not_slow_it),
		cmocka_unit_test(sway_is_no_first_movement),
		cmocka_unit_test(two_modes_are_seen),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(bench.numbers);
	free(bench.flags);
	free(bench.phase);
	return failed;
}
