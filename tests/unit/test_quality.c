/* The rules of quality one by one: a clean trial is good, and each thing wrong with it changes the
 * verdict as docs/protocols.md says, with its number in the sentence. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/units.h"
#include "src/core/trial/quality.h"

#define N        3000
#define RATE_HZ  100.0
#define WEIGHT_N 700.0

static struct engine engine;
static struct trial_record record;
static struct quality_context context;
static double t_s[N], force_n[N];

/* 30 s of a quiet person, nothing wrong. */
static void clean(const char *protocol)
{
	struct engine_phase *p = &engine.phases[0];

	memset(&engine, 0, sizeof(engine));
	memset(&record, 0, sizeof(record));
	engine.setup.protocol = protocol_find(protocol);
	engine.setup.duration_s = 30.0;
	engine.state = SESSION_DONE;
	engine.series = (struct trial_series){
		.n = N, .capacity = N, .t_s = t_s, .force_n = force_n
	};
	for (int i = 0; i < N; i++) {
		t_s[i] = i / RATE_HZ;
		force_n[i] = WEIGHT_N;
	}
	*p = (struct engine_phase){ .n = N,
		.end_s = 30.0,
		.complete = true,
		.stepped_off_s = NAN,
		.thin_s = NAN,
		.moved_since_s = NAN };
	record.n_phases = engine.setup.protocol->n_phases;
	for (int k = 0; k < record.n_phases; k++) {
		engine.phases[k] = *p;
		record.phases[k].rate_hz = RATE_HZ;
		record.phases[k].value[METRIC_PATH_MM] = 200.0;
		record.phases[k].value[METRIC_MEASURED_MASS_KG] =
			WEIGHT_N / UNITS_GRAVITY_M_S2;
	}
	context = (struct quality_context){ .weight_n = NAN };
}

/* Judge; exactly one reason, with these words, or none at all. */
static void judged(enum trial_verdict verdict, const char *words)
{
	quality_judge(&engine, &context, &record);
	if (record.verdict != verdict)
		fail_msg("the verdict is %s, not %s (%s)",
			trial_verdict_name(record.verdict), trial_verdict_name(verdict),
			record.reasons[0]);
	assert_int_equal(record.n_reasons, words ? 1 : 0);
	if (words && !strstr(record.reasons[0], words))
		fail_msg("\"%s\" does not say \"%s\"", record.reasons[0], words);
}

static void a_clean_trial_is_good(void **state)
{
	const struct protocol *protocol;

	(void)state;
	for (size_t i = 0; (protocol = protocol_at(i)); i++) {
		clean(protocol->key);
		judged(TRIAL_GOOD, NULL);
	}
}

static void leaving_makes_it_unusable(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.phases[0].complete = false;
	engine.phases[0].stepped_off = true;
	engine.phases[0].stepped_off_s = 7.2;
	judged(TRIAL_UNUSABLE, "stepped off after 7.2 s of 30");
	/* a hold ends so */
	clean("single-left");
	engine.phases[0].stepped_off = true;
	engine.phases[0].stepped_off_s = 7.2;
	judged(TRIAL_GOOD, NULL);
}

static void a_thin_foot_matters_where_two_are_needed(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.phases[0].thin_s = 3.4;
	engine.phases[0].n_thin = 40;
	judged(TRIAL_UNUSABLE, "less than 5 % of the weight at 3.4 s");
	clean("quiet-eo");
	engine.phases[0].n_thin = 90; /* in flashes */
	judged(TRIAL_CHECK, "in 3 % of the frames");
	clean("quiet-eo");
	engine.phases[0].n_thin = 60; /* 2 %: not more than that */
	judged(TRIAL_GOOD, NULL);
	clean("natural");
	engine.phases[0].thin_s = 3.4;
	judged(TRIAL_GOOD, NULL);
	clean("single-left");
	engine.phases[0].thin_s = 3.4;
	judged(TRIAL_GOOD, NULL);
}

/* Heels 250 mm apart, toes ahead: the right foot in front, or behind. */
static void stand_in_line(double right_y_mm)
{
	struct engine_phase *p = &engine.phases[0];

	for (int side = 0; side < ENGINE_N_FEET; side++) {
		p->axis_x[side] = (struct engine_mean){ 0.0, 1 };
		p->axis_y[side] = (struct engine_mean){ 1.0, 1 };
		p->heel_x_mm[side] = (struct engine_mean){ 0.0, 1 };
		p->heel_y_mm[side] = (struct engine_mean){ 0.0, 1 };
	}
	p->heel_y_mm[ENGINE_RIGHT].sum = right_y_mm;
}

static void the_wrong_foot_behind_is_told(void **state)
{
	static const struct {
		const char *protocol;
		double right_y_mm;
		const char *words;
	} cases[] = {
		{ "tandem-left", 250.0, NULL },
		{ "tandem-left", -250.0, "The left foot stood in front" },
		{ "tandem-right", -250.0, NULL },
		{ "tandem-right", 250.0, "The right foot stood in front" },
		{ "tandem-right", NAN, NULL },
		{ "quiet-eo", 250.0, NULL },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		clean(cases[k].protocol);
		stand_in_line(cases[k].right_y_mm);
		judged(cases[k].words ? TRIAL_CHECK : TRIAL_GOOD, cases[k].words);
	}
}

static void moving_and_the_edge_are_seen(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.phases[0].moved_mm = 21.0;
	judged(TRIAL_CHECK, "A foot was moved by 21 mm");
	clean("natural");
	engine.phases[0].moved_mm = 21.0;
	judged(TRIAL_GOOD, NULL);
	clean("quiet-eo");
	engine.phases[0].n_near_edge = 1;
	judged(TRIAL_CHECK, "within 20 mm of the mat's edge");
	clean("quiet-eo");
	engine.phases[0].n_facing_back = N / 2 + 1;
	judged(TRIAL_CHECK, "faced the back");
}

static void drift(double per_min)
{
	for (int i = 0; i < N; i++)
		force_n[i] = WEIGHT_N * (1.0 + per_min * (t_s[i] - 15.0) / 60.0);
}

static void drift_is_measured(void **state)
{
	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		clean("quiet-eo");
		drift(sign * 0.049);
		judged(TRIAL_GOOD, NULL);
		clean("quiet-eo");
		drift(sign * 0.07);
		judged(TRIAL_CHECK,
			sign > 0 ? "drifted by +7 % of" : "drifted by -7 % of");
	}
	clean("quiet-eo");
	drift(0.5);
	engine.phases[0].end_s = 9.0; /* too short to tell */
	judged(TRIAL_GOOD, NULL);
	clean("quiet-eo");
	for (int i = 0; i < N; i++)
		force_n[i] = NAN; /* raw counts */
	record.phases[0].value[METRIC_MEASURED_MASS_KG] = NAN;
	judged(TRIAL_GOOD, NULL);
	assert_true(isnan(quality_drift_n_per_min(t_s, force_n, N)));
	for (int i = 0; i < N; i += 7)
		force_n[i] = 100.0 + 2.0 * t_s[i];
	assert_true(fabs(quality_drift_n_per_min(t_s, force_n, N) - 120.0) < 1e-6);
}

static void the_mass_is_compared(void **state)
{
	(void)state;
	clean("quiet-eo");
	context.weight_n = WEIGHT_N / 1.049;
	judged(TRIAL_GOOD, NULL);
	clean("quiet-eo");
	context.weight_n = 75.0 * UNITS_GRAVITY_M_S2;
	record.phases[0].value[METRIC_MEASURED_MASS_KG] = 70.0;
	judged(TRIAL_CHECK, "shows 70.0 kg, 75.0 kg were entered: trust the shares");
	clean("quiet-eo");
	context.weight_n = 75.0 * UNITS_GRAVITY_M_S2;
	context.scales = true;
	record.phases[0].value[METRIC_MEASURED_MASS_KG] = 70.0;
	judged(TRIAL_CHECK, "scaled by the factor");
	record.phases[0].value[METRIC_MEASURED_MASS_KG] = 60.0;
	judged(TRIAL_CHECK, "does not match");
	clean("seated");
	context.weight_n = 2.0 * WEIGHT_N; /* legs hang from the stool */
	judged(TRIAL_GOOD, NULL);
}

static void a_known_bias_is_said(void **state)
{
	(void)state;
	clean("quiet-eo");
	record.phases[0].value[METRIC_VELOCITY_BIAS_PCT] = -15.0;
	judged(TRIAL_GOOD, "no staircase: sway velocity reads about 15 % low");
	record.phases[0].value[METRIC_VELOCITY_BIAS_PCT] = -0.0;
	judged(TRIAL_GOOD, NULL);
}

static void losses_by_number_or_by_time(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.phases[0].n_lost = 30; /* 0.99 % */
	judged(TRIAL_GOOD, NULL);
	clean("quiet-eo");
	engine.phases[0].n_lost = 70;
	judged(TRIAL_CHECK, "2.3 % of the frames are missing");
	clean("quiet-eo");
	engine.phases[0].n_lost = 200;
	judged(TRIAL_UNUSABLE, "6.3 % of the frames are missing");
	/* a mat that counts no packets: the times tell */
	clean("quiet-eo");
	record.phases[0].missing_frac = 0.081;
	judged(TRIAL_UNUSABLE, "8.1 %");
	clean("quiet-eo");
	record.phases[0].value[METRIC_PATH_MM] = NAN;
	engine.phases[0].end_s = 0.6;
	judged(TRIAL_UNUSABLE, "0.6 s of standing are too short");
	clean("quiet-eo");
	engine.full = true;
	judged(TRIAL_UNUSABLE, "more frames than there was room for");
	clean("quiet-eo");
	record.phases[0].rate_hz = 40.0;
	judged(TRIAL_CHECK, "sent 40 frames a second; sway needs at least 50");
	clean("quiet-eo");
	record.phases[0].rate_hz = 49.8; /* a clock that is a little slow */
	judged(TRIAL_GOOD, NULL);
}

static void flags_count_by_their_share(void **state)
{
	static const struct {
		enum sample_flag flag;
		int n;
		enum trial_verdict verdict;
		const char *words; /* NULL: none */
	} cases[] = {
		{ SAMPLE_UNCALIBRATED, N, TRIAL_CHECK, "not calibrated" },
		{ SAMPLE_UNVERIFIED, N, TRIAL_CHECK, "never verified" },
		{ SAMPLE_EXPIRED, N, TRIAL_CHECK, "has expired" },
		{ SAMPLE_EXTRAPOLATED, 300, TRIAL_CHECK, "calibrated span" },
		{ SAMPLE_SATURATED, 30, TRIAL_CHECK, "saturated. (1 % of" },
		{ SAMPLE_SATURATED, 1600, TRIAL_UNUSABLE, "saturated. (53 % of" },
		{ SAMPLE_DEAD_CELLS, 151, TRIAL_CHECK, "Dead cells" },
		{ SAMPLE_DEAD_CELLS, 150, TRIAL_GOOD, NULL },
		{ SAMPLE_SIDE_UNKNOWN, 300, TRIAL_CHECK, "named by place" },
		{ SAMPLE_SIDE_UNKNOWN, N, TRIAL_CHECK, "named by place" },
		{ SAMPLE_FEET_TOUCH, 300, TRIAL_CHECK, "feet touched" },
		{ SAMPLE_EDGE, 300, TRIAL_CHECK, "mat's edge" },
		{ SAMPLE_UNSTABLE, 300, TRIAL_CHECK, "kept apart" },
		{ SAMPLE_UNSTABLE, 1600, TRIAL_UNUSABLE, "kept apart" },
		{ SAMPLE_OVERRUN, 300, TRIAL_CHECK, "keep its rate" },
		{ SAMPLE_GAP, 300, TRIAL_GOOD, NULL },    /* counted as losses */
		{ SAMPLE_LOW_RATE, N, TRIAL_GOOD, NULL }, /* the rate is measured */
		{ SAMPLE_STALE, N, TRIAL_GOOD, NULL },    /* of screens */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int bit = 0;

		clean("quiet-eo");
		while (1 << bit != (int)cases[i].flag)
			bit++;
		engine.phases[0].n_flag[bit] = cases[i].n;
		judged(cases[i].verdict, cases[i].words);
	}
	clean("natural"); /* needs no sides */
	engine.phases[0].n_flag[8] = N;
	judged(TRIAL_GOOD, NULL);
}

static void stops_interrupt(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.stop = SESSION_STOP_ABORTED;
	engine.phases[0].complete = false;
	judged(TRIAL_INTERRUPTED, "aborted");
	clean("natural"); /* has no end of its own */
	engine.stop = SESSION_STOP_FINISH;
	engine.phases[0].complete = false;
	judged(TRIAL_GOOD, NULL);
	clean("quiet-eo");
	engine.stop = SESSION_STOP_FINISH;
	engine.phases[0].complete = false;
	engine.phases[0].end_s = 12.0;
	judged(TRIAL_UNUSABLE, "Ended by hand after 12.0 s of 30");
}

static void phases_are_named_and_needed(void **state)
{
	(void)state;
	clean("romberg");
	engine.phases[1].moved_mm = 15.0;
	judged(TRIAL_CHECK, "ec: A foot was moved");
	clean("romberg");
	record.n_phases = 1;
	judged(TRIAL_UNUSABLE, "Only 1 of 2 parts");
	clean("sts5");
	context.needs_force = true;
	judged(TRIAL_UNUSABLE, "needs force");
}

/* Interrupted outweighs unusable, which outweighs check; what finds no room still counts. */
static void the_worst_counts(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.stop = SESSION_STOP_MAT_LOST;
	engine.phases[0].n_lost = 500;
	engine.phases[0].moved_mm = 15.0;
	quality_judge(&engine, &context, &record);
	assert_int_equal(record.verdict, TRIAL_INTERRUPTED);
	assert_int_equal(record.n_reasons, 3);
	for (int i = 0; i < RECORD_MAX_REASONS; i++)
		quality_add(&record, TRIAL_CHECK, "again");
	assert_int_equal(record.n_reasons, RECORD_MAX_REASONS);
	memset(&record, 0, sizeof(record));
	for (int i = 0; i < RECORD_MAX_REASONS; i++)
		quality_add(&record, TRIAL_CHECK, "again");
	quality_add(&record, TRIAL_UNUSABLE, "no room");
	assert_int_equal(record.verdict, TRIAL_UNUSABLE);
	assert_string_equal(record.reasons[RECORD_MAX_REASONS - 1], "again");
}

/* While it runs: what the frames say, and nothing that only the end can. */
static void a_running_trial_is_judged_so_far(void **state)
{
	(void)state;
	clean("quiet-eo");
	engine.state = SESSION_MEASURING;
	engine.phases[0].complete = false;
	quality_judge_live(&engine, &record);
	assert_int_equal(record.verdict, TRIAL_GOOD);
	assert_int_equal(record.n_reasons, 0);
	engine.phases[0].moved_mm = 14.0;
	engine.phases[0].n_lost = 200;
	quality_judge_live(&engine, &record);
	assert_int_equal(record.verdict, TRIAL_UNUSABLE);
	assert_int_equal(record.n_reasons, 2);
	assert_non_null(strstr(record.reasons[0], "moved by 14 mm"));
	assert_non_null(strstr(record.reasons[1], "6.3 % of the frames"));
	/* of several parts the one that is over is known to its end, the next has not begun */
	clean("romberg");
	engine.state = SESSION_WAITING;
	engine.phase = 1;
	engine.phases[0].stepped_off = true;
	engine.phases[0].stepped_off_s = 7.2;
	engine.phases[1] = (struct engine_phase){ .thin_s = NAN };
	quality_judge_live(&engine, &record);
	assert_int_equal(record.verdict, TRIAL_UNUSABLE);
	assert_int_equal(record.n_reasons, 1);
	assert_non_null(strstr(record.reasons[0], "eo: The person stepped off"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_trial_is_good),
		cmocka_unit_test(leaving_makes_it_unusable),
		cmocka_unit_test(a_thin_foot_matters_where_two_are_needed),
		cmocka_unit_test(the_wrong_foot_behind_is_told),
		cmocka_unit_test(moving_and_the_edge_are_seen),
		cmocka_unit_test(drift_is_measured),
		cmocka_unit_test(the_mass_is_compared),
		cmocka_unit_test(a_known_bias_is_said),
		cmocka_unit_test(losses_by_number_or_by_time),
		cmocka_unit_test(flags_count_by_their_share),
		cmocka_unit_test(stops_interrupt),
		cmocka_unit_test(phases_are_named_and_needed),
		cmocka_unit_test(the_worst_counts),
		cmocka_unit_test(a_running_trial_is_judged_so_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
