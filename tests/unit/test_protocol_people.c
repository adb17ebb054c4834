/* Every protocol on simulated people whose answers are known, through the whole chain in simulated
 * time: soles, cells, analysis, session. What was true comes from the soles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/sway/sway.h"
#include "tests/support/stage.h"
#include "tests/support/stage_sensor.h"

#define RATE_HZ 50.0 /* what sway needs at least; half the frames of a usual mat */

static struct stage stage;

/* What was true while measuring, phase by phase. */
static struct known {
	int n[RECORD_MAX_PHASES];
	double path_mm[RECORD_MAX_PHASES], share[RECORD_MAX_PHASES];
	double far_mm[RECORD_MAX_PHASES]; /* from the middle */
	struct pos_mm last;
	double thin_from_s, thin_until_s; /* the right foot below 5 % of the load */
} known;

static void look(double t_s, const struct scene_truth *truth,
	const struct stance_sample *sample, enum session_state state, void *ctx)
{
	bool thin = truth->foot[PERSON_RIGHT].force_n < 0.05 * truth->force_n;
	struct session_progress progress;

	(void)sample;
	(void)ctx;
	if (truth->force_n > 0 && thin) {
		if (isnan(known.thin_from_s))
			known.thin_from_s = t_s;
		known.thin_until_s = t_s;
	}
	if (state != SESSION_MEASURING)
		return;
	session_progress(stage.session, &progress);
	if (known.n[progress.phase]++ > 0)
		known.path_mm[progress.phase] +=
			hypot(truth->cop.x - known.last.x, truth->cop.y - known.last.y);
	known.share[progress.phase] += truth->left_frac;
	known.far_mm[progress.phase] =
		fmax(known.far_mm[progress.phase], hypot(truth->cop.x, truth->cop.y));
	known.last = truth->cop;
}

static void prepare(const char *protocol)
{
	stage_defaults(&stage, protocol);
	stage.rate_hz = RATE_HZ;
	stage.look = look;
	memset(&known, 0, sizeof(known));
	known.thin_from_s = known.thin_until_s = NAN;
}

static double velocity_mm_s(int phase)
{
	return known.path_mm[phase] * RATE_HZ / (known.n[phase] - 1);
}

static void play(const char *script)
{
	int rc = stage_play(&stage, script);

	if (rc != 0)
		fail_msg("%s: %d", stage.protocol, rc);
}

static void assert_near(const char *what, double got, double wanted, double tolerance)
{
	if (fabs(got - wanted) <= tolerance)
		return;
	stage_print(&stage);
	fail_msg("%s: %s is %.4f, not %.4f within %.4f", stage.protocol, what, got,
		wanted, tolerance);
}

static void assert_verdict(enum trial_verdict verdict, const char *reason)
{
	if (stage.record.verdict == verdict && (!reason || stage_says(&stage, reason)))
		return;
	stage_print(&stage);
	fail_msg("%s: expected %s, \"%s\"", stage.protocol, trial_verdict_name(verdict),
		reason ? reason : "");
}

static double value(int phase, enum metric metric)
{
	return stage.record.phases[phase].value[metric];
}

static double outcome(enum metric metric)
{
	return stage.record.outcome[metric];
}

/* --- quiet stance -------------------------------------------------------------------------- */

/* Whoever stands still gets a good trial with the weight and share that were true, in every protocol
 * of one quiet phase. */
static void standing_still_is_good(void **state)
{
	const struct protocol *p;
	int n = 0;

	(void)state;
	for (size_t i = 0; (p = protocol_at(i)); i++) {
		if (p->kind != PROTOCOL_QUIET || p->n_phases > 1)
			continue;
		prepare(p->key);
		stage.scene.person.left_frac = 0.54;
		if (p->seated)
			stage.scene.person.stance = POSTURE_SEATED;
		stage.duration_s = 4;
		stage.settle_s = 1;
		play("");
		assert_verdict(TRIAL_GOOD, NULL);
		assert_int_equal(stage.record.n_reasons, 0);
		assert_near("duration", stage.record.duration_s, 4, 0.021);
		assert_near("mass", value(0, METRIC_MASS_KG), 72, 0.05);
		assert_near("share", value(0, METRIC_LEFT_FRAC),
			known.share[0] / known.n[0], 1e-3);
		assert_near("velocity", value(0, METRIC_MEAN_VELOCITY_MM_S),
			velocity_mm_s(0), 0.03 * velocity_mm_s(0));
		assert_string_equal(stage.record.condition.eyes, p->phases[0].eyes);
		assert_string_equal(
			stage.record.condition.surface, p->phases[0].surface);
		stage_close(&stage);
		n++;
	}
	assert_int_equal(n, 8);
}

/* The man who steps off at 7.2 s: it takes 0.6 s, and when he began is told. */
static void stepping_off_at_7_2_s(void **state)
{
	(void)state;
	for (int lead = 0; lead < 2; lead++) {
		prepare("quiet-eo");
		stage.scene.person.lead_foot = lead;
		play("at 7.2 step-off");
		assert_verdict(TRIAL_UNUSABLE, "The person stepped off after 7.");
		assert_int_equal(stage.record.n_reasons, 1);
		assert_near("step off", outcome(METRIC_STEPPED_OFF_S), 7.3, 0.11);
		/* what came after is not measured: no sway of somebody leaving */
		assert_near("share", value(0, METRIC_LEFT_FRAC), 0.5, 0.03);
		assert_true(value(0, METRIC_RANGE_ML_MM) < 30);
		stage_close(&stage);
	}
}

static void a_foot_below_five_percent_is_unusable(void **state)
{
	(void)state;
	prepare("quiet-eo");
	stage.duration_s = 15;
	play("at 8 left-frac 0.98 over 0.5\nat 10 left-frac 0.5 over 0.5");
	assert_verdict(
		TRIAL_UNUSABLE, "A foot carried less than 5 % of the weight at 8.");
	stage_close(&stage);
}

static void a_moved_foot_is_noticed(void **state)
{
	(void)state;
	prepare("quiet-eo");
	stage.duration_s = 12;
	play("at 6 move left -30 0");
	assert_verdict(TRIAL_CHECK, "A foot was moved by");
	stage_close(&stage);
}

/* On a mat of 24 rows the edge is 120 mm behind the middle, and her heels stand there. */
static void a_cop_near_the_edge_is_noticed(void **state)
{
	(void)state;
	prepare("quiet-eo");
	stage.scene.geometry.n_rows = 24;
	stage.scene.person.offset.y = -18;
	stage.duration_s = 6;
	play("at 3 lean 0 -85 over 1");
	assert_near("truth", known.far_mm[0], 110, 4);
	assert_verdict(TRIAL_CHECK, "within 20 mm of the mat's edge");
	stage_close(&stage);
}

static void lost_frames_are_judged(void **state)
{
	(void)state;
	prepare("quiet-eo");
	stage.duration_s = 10;
	stage.lose_one_in = 12; /* 8.3 % */
	play("");
	assert_verdict(TRIAL_UNUSABLE, "8.");
	assert_true(stage_says(&stage, "of the frames are missing; check the cable"));
	stage_close(&stage);
	prepare("quiet-eo");
	stage.duration_s = 10;
	stage.lose_one_in = 40; /* 2.5 % */
	play("");
	assert_verdict(TRIAL_CHECK, "2.6 % of the frames are missing.");
	/* a hole of one frame in forty is bridged by its time stamp */
	assert_near("velocity", value(0, METRIC_MEAN_VELOCITY_MM_S), velocity_mm_s(0),
		0.05 * velocity_mm_s(0));
	stage_close(&stage);
}

/* A sheet of 5 bits that reads half of full scale at half a kilopascal. */
static void a_saturated_sheet_is_noticed(void **state)
{
	(void)state;
	prepare("quiet-eo");
	sheet_defaults(&stage.scene.sheet, SHEET_RESISTIVE);
	stage.scene.sheet.adc_bits = 5;
	stage.scene.sheet.half_kpa = 0.5;
	stage.scene.sheet.zero_counts = stage.scene.sheet.zero_sd_counts = 0;
	stage.scene.sheet.noise_counts = 0.4;
	stage.cue_at_once = true;
	stage.duration_s = 4;
	play("at 1 step-on");
	assert_true(stage.record.verdict >= TRIAL_CHECK);
	assert_true(stage_says(&stage, "Cells were saturated."));
	assert_true(stage_says(&stage, "The mat is not calibrated"));
	assert_true(isnan(value(0, METRIC_MASS_KG)));
	stage_close(&stage);
}

/* --- phases -------------------------------------------------------------------------------- */

static double true_ratio(int of, int over)
{
	return velocity_mm_s(of) / velocity_mm_s(over);
}

static void romberg_compares_eyes_closed(void **state)
{
	(void)state;
	prepare("romberg");
	stage.duration_s = 12;
	play("at 13 eyes closed\nat 13 sway 2 over 1");
	assert_verdict(TRIAL_GOOD, NULL);
	assert_int_equal(stage.record.n_phases, 2);
	assert_true(outcome(METRIC_ROMBERG_VELOCITY) > 1.5);
	assert_near("ratio", outcome(METRIC_ROMBERG_VELOCITY), true_ratio(1, 0),
		0.02 * true_ratio(1, 0));
	assert_string_equal(stage.record.phases[0].condition.eyes, "open");
	assert_string_equal(stage.record.phases[1].condition.eyes, "closed");
	stage_close(&stage);
}

/* Two phases of 8 s with 5 s before each; then she goes, foam is laid, she comes back. */
static void mctsib_waits_for_the_foam(void **state)
{
	(void)state;
	prepare("mctsib");
	stage.duration_s = 8;
	play("at 9 eyes closed\nat 22 step-off\nat 23 eyes open\nat 23 surface foam\n"
	     "at 25 step-on\nat 39 eyes closed");
	assert_verdict(TRIAL_GOOD, NULL);
	assert_int_equal(stage.record.n_phases, 4);
	assert_near("foam", outcome(METRIC_FOAM_VELOCITY_RATIO), true_ratio(2, 0),
		0.02 * true_ratio(2, 0));
	assert_near("vestibular", outcome(METRIC_VESTIBULAR_VELOCITY_RATIO),
		true_ratio(3, 0), 0.02 * true_ratio(3, 0));
	assert_near("romberg", outcome(METRIC_ROMBERG_VELOCITY), true_ratio(1, 0),
		0.02 * true_ratio(1, 0));
	assert_true(outcome(METRIC_VESTIBULAR_VELOCITY_RATIO) > 1.8);
	assert_string_equal(stage.record.phases[3].condition.surface, "foam");
	assert_string_equal(stage.record.phases[3].condition.eyes, "closed");
	stage_close(&stage);
}

/* Who stays on the firm floor is not measured on it a second time. */
static void mctsib_does_not_go_on_without_it(void **state)
{
	struct session_progress progress;

	(void)state;
	prepare("mctsib");
	stage.duration_s = 3;
	stage.settle_s = 1;
	stage.stop_s = 25;
	play("");
	session_progress(stage.session, &progress);
	assert_int_equal(progress.phase, 2);
	assert_verdict(TRIAL_UNUSABLE, "Only 2 of 4 parts were measured.");
	stage_close(&stage);
}

/* --- holds --------------------------------------------------------------------------------- */

/* From the moment the right foot carries less than 5 % until it carries more again, by the truth. */
static void a_leg_is_stood_on_for_a_known_time(void **state)
{
	double held_s;

	(void)state;
	prepare("single-left");
	stage.cue_at_once = true;
	play("at 2 lift right\nat 14.6 lower right");
	assert_verdict(TRIAL_GOOD, NULL);
	held_s = known.thin_until_s - known.thin_from_s;
	assert_near("truth", held_s, 12.4, 0.1);
	assert_near("hold", outcome(METRIC_HOLD_TIME_S), held_s, 0.045);
	/* the moments with two feet on the mat are no mean of standing on one */
	assert_true(isnan(value(0, METRIC_LEFT_FRAC)) &&
		    isnan(value(0, METRIC_COM_ML_MM)) &&
		    isnan(value(0, METRIC_FOOT_LENGTH_RIGHT_MM)));
	assert_near("mass", value(0, METRIC_MASS_KG), 72, 0.1);
	assert_near("length", value(0, METRIC_FOOT_LENGTH_LEFT_MM), 255, 10);
	stage_close(&stage);
	prepare("single-right");
	stage.cue_at_once = true;
	stage.scene.person.stance = POSTURE_SINGLE_RIGHT;
	play("at 6 lower left");
	assert_near("hold", outcome(METRIC_HOLD_TIME_S), 6.13, 0.1);
	stage_close(&stage);
	prepare("single-right"); /* but she stands on the left one */
	stage.scene.person.stance = POSTURE_SINGLE_LEFT;
	stage.give_up_s = 5;
	assert_int_equal(stage_play(&stage, ""), -110);
	stage_close(&stage);
}

/* Who comes slowly stands on her first foot alone for a while: that is no hold yet. The one that counts
 * comes after both feet stood. Who stays on that foot has held from the beginning. */
static void a_slow_step_begins_no_hold(void **state)
{
	double held_s;

	(void)state;
	for (int k = 0; k < 2; k++) {
		prepare(k ? "single-right" : "single-left");
		stage.scene.person.stance = (enum posture_stance)(
			k ? POSTURE_SINGLE_RIGHT : POSTURE_SINGLE_LEFT);
		stage.scene.person.lead_foot = k;
		stage.cue_at_once = true;
		play(k ? "at 1 step-on\nat 2.2 lower left\nat 5 lift left\n"
			 "at 11 lower left"
		       : "at 1 step-on\nat 2.2 lower right\nat 5 lift right\n"
			 "at 11 lower right");
		assert_verdict(TRIAL_GOOD, NULL);
		assert_near("hold", outcome(METRIC_HOLD_TIME_S), 5.8, 0.15);
		stage_close(&stage);
	}
	prepare("single-left");
	stage.scene.person.stance = POSTURE_SINGLE_LEFT;
	stage.scene.person.lead_foot = PERSON_LEFT;
	stage.cue_at_once = true;
	play("at 1 step-on\nat 9 lower right");
	held_s = known.thin_until_s - known.thin_from_s;
	assert_near("truth", held_s, 8.1, 0.15);
	assert_near("hold", outcome(METRIC_HOLD_TIME_S), held_s, 0.1);
	stage_close(&stage);
}

static void a_hold_ends_at_its_longest(void **state)
{
	(void)state;
	prepare("single-left");
	stage.scene.person.stance = POSTURE_SINGLE_LEFT;
	stage.duration_s = 8;
	play("");
	assert_verdict(TRIAL_GOOD, NULL);
	assert_near("hold", outcome(METRIC_HOLD_TIME_S), 8, 0.021);
	stage_close(&stage);
}

/* Heel to toe the feet touch; nobody is blamed for that. Which is which may take a second. */
static void tandem_is_held_for_a_known_time(void **state)
{
	static const char *const keys[] = { "tandem-left", "tandem-right" };

	(void)state;
	for (int k = 0; k < 2; k++) {
		prepare(keys[k]);
		stage.scene.geometry.n_rows = 64;
		stage.scene.person.stance = (enum posture_stance)(
			k == 0 ? POSTURE_TANDEM_LEFT : POSTURE_TANDEM_RIGHT);
		stage.cue_at_once = true;
		play("at 24 step-off");
		assert_verdict(TRIAL_GOOD, NULL);
		assert_near("hold", outcome(METRIC_HOLD_TIME_S), 24.2, 0.15);
		stage_close(&stage);
	}
}

/* --- limits of stability ------------------------------------------------------------------- */

/* Until the cue she is told to wait, or there would be nothing to react to. */
static void a_lean_waits_for_its_cue(void **state)
{
	const struct protocol *los = protocol_find("los");

	(void)state;
	for (int k = 0; k < los->n_phases; k++) {
		assert_non_null(
			strstr(session_instruction(los, k, SESSION_SETTLING), "wait"));
		assert_non_null(
			strstr(session_instruction(los, k, SESSION_MEASURING), "Lean"));
	}
}

/* 0.5527 x 1.60 m x sin 6 degrees. Each direction: 3 s settling, 8 s in which she leans 0.4 s after
 * the cue, in 1 s, and comes back in the end. */
static void leans_of_six_degrees(void **state)
{
	char script[1024] = "", *p = script;

	(void)state;
	for (int k = 0; k < 8; k++)
		p += snprintf(p, (size_t)(script + sizeof(script) - p),
			"at %.1f lean-angle 6 %d over 1\nat %.1f lean-angle 0 0 over "
			"1\n",
			9.0 * k + 0.4, 45 * k, 9.0 * k + 6.2);
	prepare("los");
	stage.duration_s = 6;
	stage.scene.person.stature_m = stage.person.stature_m = 1.60;
	stage.scene.person.stance_width_mm = 240;
	stage.scene.person.foot_length_mm = 270;
	stage.scene.person.sway_mm = 0.5;
	play(script);
	assert_verdict(TRIAL_GOOD, NULL);
	assert_int_equal(stage.record.n_phases, 8);
	for (int k = 0; k < 8; k++) {
		assert_near("truth", known.far_mm[k], 92.43, 1.5);
		assert_near("farthest", value(k, METRIC_MAX_EXCURSION_MM), 92.43, 1.5);
		assert_near("angle", value(k, METRIC_MAX_EXCURSION_DEG), 6, 0.1);
		assert_near("end", value(k, METRIC_ENDPOINT_EXCURSION_DEG), 6, 0.15);
		assert_near("reaction", value(k, METRIC_REACTION_TIME_S), 0.56, 0.1);
		assert_true(value(k, METRIC_DIRECTIONAL_CONTROL_PCT) > 95);
	}
	stage_close(&stage);
}

/* --- sitting ------------------------------------------------------------------------------- */

/* On the mat, which lies on a stool: the halves' loads are known, and all of her weight is there. What
 * only feet have is absent. */
static void the_halves_of_a_seat_are_known(void **state)
{
	static const double shares[] = { 0.35, 0.5, 0.62 };

	(void)state;
	for (int k = 0; k < 3; k++) {
		prepare("seated");
		stage.scene.person.stance = POSTURE_SEATED;
		stage.scene.person.left_frac = shares[k];
		stage.scene.person.yaw_deg = 5 * k;
		stage.duration_s = 12;
		play("at 12.5 step-off");
		assert_verdict(TRIAL_GOOD, NULL);
		assert_string_equal(stage.record.condition.stance, "seated");
		assert_near("share", value(0, METRIC_LEFT_FRAC),
			known.share[0] / known.n[0], 3e-3);
		assert_near("as asked", value(0, METRIC_LEFT_FRAC), shares[k], 0.02);
		assert_near("asymmetry", value(0, METRIC_ASYMMETRY_PCT),
			100 - 200 * known.share[0] / known.n[0], 0.6);
		assert_near("mass", value(0, METRIC_MASS_KG), 72, 0.1);
		assert_near("velocity", value(0, METRIC_MEAN_VELOCITY_MM_S),
			velocity_mm_s(0), 0.03 * velocity_mm_s(0));
		assert_true(isnan(value(0, METRIC_COM_ML_MM)) &&
			    isnan(value(0, METRIC_FORE_FRAC)) &&
			    isnan(value(0, METRIC_FOOT_LENGTH_LEFT_MM)) &&
			    isnan(value(0, METRIC_STANCE_WIDTH_MM)));
		assert_true(value(0, METRIC_TTB_MINIMUM_S) > 1);
		/* she sways less than anybody standing: no doubt of the unit */
		assert_int_equal(stage.record.phases[0].sway_notes, SWAY_NOTE_SHORT);
		stage_close(&stage);
	}
	prepare("seated");
	stage.scene.person.stance = POSTURE_SEATED;
	play("at 7 step-off");
	assert_verdict(TRIAL_UNUSABLE, "The person stepped off after 7.");
	stage_close(&stage);
}

/* --- squat and sit-to-stand ---------------------------------------------------------------- */

/* 100 (R - L) / (R + L) of a left share of 0.44 is 12 %. */
static void squats_keep_their_asymmetry(void **state)
{
	static const int angles[] = { 0, 30, 60, 90 };

	(void)state;
	for (int k = 0; k < 4; k++) {
		char script[128], key[16];

		snprintf(key, sizeof(key), "squat-%d", angles[k]);
		snprintf(script, sizeof(script),
			"at 0.2 squat %d over 1.5\nat 0.2 left-frac 0.44 over 1",
			angles[k]);
		prepare(key);
		stage.scene.person.sway_mm = 1;
		stage.cue_at_once = true;
		play(script);
		assert_verdict(TRIAL_GOOD, NULL);
		assert_near("asymmetry", outcome(METRIC_SQUAT_ASYMMETRY_PCT), 12, 0.5);
		assert_near("truth", 100 - 200 * known.share[0] / known.n[0],
			outcome(METRIC_SQUAT_ASYMMETRY_PCT), 0.05);
		stage_close(&stage);
	}
}

/* From the first moment of the first rise to the last of the fifth: 11.4 s, and so it is told, at the
 * lowest rate and the usual one, whether her weight is known or not, for persons who sway otherwise. */
static void five_rises_in_11_4_s(void **state)
{
	(void)state;
	for (int k = 0; k < 6; k++) {
		prepare("sts5");
		stage.rate_hz = k & 1 ? 100 : 50;
		if (k & 2)
			stage.person.mass_kg = NAN;
		stage.scene.person.left_frac = 0.45;
		stage.scene.person.seed = 1 + (uint64_t)k;
		stage.scene.person.sway_mm = 1;
		play("at 1 sts 5 over 11.4");
		assert_verdict(TRIAL_GOOD, NULL);
		assert_near("repetitions", outcome(METRIC_REPETITIONS), 5, 0);
		assert_near("time", outcome(METRIC_REPETITIONS_TIME_S), 11.4, 0.03);
		assert_near(
			"cycle", outcome(METRIC_MEAN_REPETITION_S), 11.4 / 4.4, 0.021);
		assert_near("rise", outcome(METRIC_RISE_ASYMMETRY_PCT), 10, 1);
		assert_near("lower", outcome(METRIC_LOWER_ASYMMETRY_PCT), 10, 1);
		stage_close(&stage);
	}
}

/* The same on resistive sheets whose calibration leaves a fifth of the creep, the hysteresis, and gains
 * that are 2 % wrong. */
static void five_rises_on_calibrated_sheets(void **state)
{
	(void)state;
	for (int k = 0; k < 3; k++) {
		prepare("sts5");
		sheet_defaults(&stage.scene.sheet, SHEET_RESISTIVE);
		stage.scene.sheet.seed = 3 + (uint64_t)k;
		stage.scene.person.seed = 11 + (uint64_t)k;
		stage.scene.person.sway_mm = 1;
		stage.rate_hz = k & 1 ? 100 : 50;
		assert_int_equal(stage_sensor_make(&stage), 0);
		play("at 3 sts 5 over 11.4");
		assert_near("repetitions", outcome(METRIC_REPETITIONS), 5, 0);
		assert_near("time", outcome(METRIC_REPETITIONS_TIME_S), 11.4, 0.04);
		assert_near("rise", outcome(METRIC_RISE_ASYMMETRY_PCT), 0, 2);
		stage_close(&stage);
		stage_sensor_free(&stage);
	}
}

/* Who gives up after three has three, and no time for five. */
static void three_rises_are_three(void **state)
{
	(void)state;
	prepare("sts5");
	stage.duration_s = 20;
	play("at 1 sts 3 over 6");
	assert_near("repetitions", outcome(METRIC_REPETITIONS), 3, 0);
	assert_true(isnan(outcome(METRIC_REPETITIONS_TIME_S)));
	assert_near("cycle", outcome(METRIC_MEAN_REPETITION_S), 6 / 2.4, 0.021);
	stage_close(&stage);
}

/* --- natural standing ---------------------------------------------------------------------- */

static void two_ways_of_standing_are_seen(void **state)
{
	(void)state;
	prepare("natural");
	stage.duration_s = 80;
	stage.scene.person.left_frac = 0.7;
	stage.scene.person.sway_mm = 2;
	play("at 20 left-frac 0.35 over 1\nat 40 left-frac 0.7 over 1\n"
	     "at 60 left-frac 0.35 over 1");
	assert_verdict(TRIAL_GOOD, NULL);
	assert_near("shifts", outcome(METRIC_SHIFTS), 3, 0);
	assert_near("fidgets", outcome(METRIC_FIDGETS), 0, 0);
	assert_true(outcome(METRIC_OUTSIDE_45_55_PCT) > 97);
	assert_true(outcome(METRIC_BIMODALITY) > 0.9);
	stage_close(&stage);
	prepare("natural");
	stage.duration_s = 60;
	stage.scene.person.sway_mm = 2;
	play("");
	assert_near("shifts", outcome(METRIC_SHIFTS), 0, 0);
	assert_true(outcome(METRIC_OUTSIDE_40_60_PCT) < 1);
	assert_true(outcome(METRIC_BIMODALITY) < 0.7);
	stage_close(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standing_still_is_good),
		cmocka_unit_test(stepping_off_at_7_2_s),
		cmocka_unit_test(a_foot_below_five_percent_is_unusable),
		cmocka_unit_test(a_moved_foot_is_noticed),
		cmocka_unit_test(a_cop_near_the_edge_is_noticed),
		cmocka_unit_test(lost_frames_are_judged),
		cmocka_unit_test(a_saturated_sheet_is_noticed),
		cmocka_unit_test(romberg_compares_eyes_closed),
		cmocka_unit_test(mctsib_waits_for_the_foam),
		cmocka_unit_test(mctsib_does_not_go_on_without_it),
		cmocka_unit_test(a_leg_is_stood_on_for_a_known_time),
		cmocka_unit_test(a_slow_step_begins_no_hold),
		cmocka_unit_test(a_hold_ends_at_its_longest),
		cmocka_unit_test(tandem_is_held_for_a_known_time),
		cmocka_unit_test(a_lean_waits_for_its_cue),
		cmocka_unit_test(leans_of_six_degrees),
		cmocka_unit_test(the_halves_of_a_seat_are_known),
		cmocka_unit_test(squats_keep_their_asymmetry),
		cmocka_unit_test(five_rises_in_11_4_s),
		cmocka_unit_test(five_rises_on_calibrated_sheets),
		cmocka_unit_test(three_rises_are_three),
		cmocka_unit_test(two_ways_of_standing_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
