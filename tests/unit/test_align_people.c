/* People whose pelvis, knees and lower back are known, from their cells to the shown ranges: how often the truth
 * lies inside. They are drawn from other distributions than the model's priors: habits from a Laplace
 * distribution, the trunk's share from a triangle, builds and constants from rectangles. What is true is the
 * habit; a single stance differs from it, and a footprint does not tell the ankles exactly, by as much as
 * docs/clinical-basis.md says. $STANCE_PEOPLE says how many (default 60). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sim/skeleton.h"
#include "src/base/rng.h"
#include "src/core/align/quantile.h"
#include "src/core/trial/conclusion.h"
#include "tests/support/stage.h"

#define SEED         20261127
#define N_PEOPLE     60
#define MAX_PEOPLE   2000
#define RATE_HZ      50.0
#define ROOT_3       1.7320508075688772
#define HABIT_MM     8.9 /* sd of people's lateral offsets */
#define STANCE_MM    5.0 /* of one stance about the habit */
#define ANKLES_MM    4.0 /* of the ankles' middle about what footprints tell */
#define STANCE_AP_MM 8.1

static struct stage stage;

/* --- somebody ------------------------------------------------------------------------------------ */

/* A rectangle of that standard deviation. */
static double about(struct rng *rng, double middle, double sd)
{
	return rng_between(rng, middle - ROOT_3 * sd, middle + ROOT_3 * sd);
}

static double laplace(struct rng *rng, double sd)
{
	double u = rng_uniform(rng) - 0.5;

	return -sd / sqrt(2) * (u < 0 ? -1 : 1) * log(1 - 2 * fabs(u));
}

static double triangle(struct rng *rng, double low, double top, double high)
{
	double u = rng_uniform(rng), at = (top - low) / (high - low);

	return u < at ? low + sqrt(u * (high - low) * (top - low))
		      : high - sqrt((1 - u) * (high - low) * (high - top));
}

struct somebody {
	struct skeleton_options habit;
	struct skeleton truth;
	double stance_ml_mm, stance_ap_mm; /* how this stance differs from the habit */
	double ankles_ml_mm;               /* the feet's middle beside the ankles' */
};

static void draw(struct rng *rng, struct somebody *p)
{
	char sex = rng_uniform(rng) < 0.5 ? 'M' : 'F';
	double stature = about(rng, sex == 'M' ? 1.77 : 1.64, 0.07);
	double offset = laplace(rng, HABIT_MM), trunk = triangle(rng, 0, 0.25, 0.8);
	struct skeleton_options *h = &p->habit;

	skeleton_defaults(h, sex, stature, about(rng, sex == 'M' ? 80 : 67, 11));
	h->shift_frac = about(rng, h->shift_frac, 0.02);
	h->hip_width_m = about(rng, h->hip_width_m, 0.012);
	h->leg_m = about(rng, h->leg_m, 0.03 / sqrt(2) * h->leg_m);
	h->com_above_ankle_m = about(rng, h->com_above_ankle_m, 0.02);
	h->pelvis_shift_mm = (1 - trunk) * offset / h->shift_frac;
	h->trunk_lean_mm = trunk * offset;
	h->com_ap_mm = about(rng, 44, 12);
	h->trunk_ap_frac = triangle(rng, 0.15, 0.35, 0.9);
	h->knee_mix = triangle(rng, 0, 0.5, 1);
	h->knee_factor = 1 + 0.1 * rng_normal(rng);
	h->l5s1_arm_ml_m = about(rng, 0.07, 0.015);
	h->l5s1_arm_ap_m = about(rng, 0.055, 0.01);
	h->l5s1_base_bw = about(rng, 0.85, 0.15);
	h->e_ref_m = about(rng, 0.042, 0.01);
	p->stance_ml_mm = about(rng, 0, STANCE_MM);
	p->ankles_ml_mm = about(rng, 0, ANKLES_MM);
	p->stance_ap_mm = about(rng, 0, STANCE_AP_MM);
}

/* What is true of the habit, on the feet as they stood. The knees carry what the shares say, wherever the ankles
 * are. */
static void know(struct somebody *p, const struct person_options *o)
{
	struct skeleton_options on_feet = p->habit;
	struct skeleton shares;
	double ankles_mm =
		o->stance_width_mm -
		2 * 0.2 * o->foot_length_mm * sin(o->toe_out_deg * M_PI / 180);

	skeleton_solve(&p->habit, o->stance_width_mm, ankles_mm, &p->truth);
	on_feet.pelvis_shift_mm += p->ankles_ml_mm / on_feet.shift_frac;
	skeleton_solve(&on_feet, o->stance_width_mm, ankles_mm, &shares);
	p->truth.knee_left_pct_bw = shares.knee_left_pct_bw;
	p->truth.knee_right_pct_bw = shares.knee_right_pct_bw;
}

/* Stand on the mat; the record is in the stage. Returns false for what no trial would take. */
static bool stand(struct rng *rng, struct somebody *p)
{
	struct skeleton_options today = p->habit;
	struct person_options *o = &stage.scene.person;

	stage_defaults(&stage, "quiet-eo");
	stage.rate_hz = RATE_HZ;
	stage.duration_s = 4;
	stage.settle_s = 1;
	o->foot_length_mm = 1e3 * 0.152 * p->habit.stature_m;
	o->stature_m = p->habit.stature_m;
	o->mass_kg = p->habit.mass_kg;
	o->seed = rng_u64(rng);
	o->stance_width_mm = about(rng, 175, 25);
	p->stance_ap_mm += about(rng, 0, 0.03 * o->foot_length_mm);
	today.pelvis_shift_mm += (p->stance_ml_mm + p->ankles_ml_mm) / today.shift_frac;
	today.com_ap_mm += p->stance_ap_mm;
	o->body = &today;
	stage.person = (struct trial_person){ .mass_kg = about(rng, o->mass_kg, 1),
		.stature_m = about(rng, o->stature_m, 0.02),
		.sex = p->habit.sex,
		.age_years = 40 };
	if (stage_play(&stage, "") != 0)
		return false;
	know(p, o);
	return stage.record.verdict != TRIAL_UNUSABLE;
}

static void list_truth(const struct skeleton *s, double truth[INFERENCE_N])
{
	double left = s->knee_left_pct_bw, right = s->knee_right_pct_bw;

	truth[INFERENCE_LEAN_DEG] = s->lean_deg;
	truth[INFERENCE_ANKLE_MOMENT_NM] = s->ankle_moment_nm;
	truth[INFERENCE_PELVIS_SHIFT_MM] = s->pelvis_shift_mm;
	truth[INFERENCE_OBLIQUITY_FROM_SHIFT_DEG] = s->obliquity_from_shift_deg;
	truth[INFERENCE_KNEE_LEFT_PCT_BW] = s->knee_left_pct_bw;
	truth[INFERENCE_KNEE_RIGHT_PCT_BW] = s->knee_right_pct_bw;
	truth[INFERENCE_KNEE_RIGHT_MORE_PCT] = 100 * (right - left) / (right + left);
	truth[INFERENCE_L5S1_MOMENT_FRONTAL_NM] = s->l5s1_moment_frontal_nm;
	truth[INFERENCE_L5S1_MOMENT_SAGITTAL_NM] = s->l5s1_moment_sagittal_nm;
	truth[INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT] = s->l5s1_compression_frontal_pct;
	truth[INFERENCE_L5S1_COMPRESSION_EXTRA_PCT] = s->l5s1_compression_extra_pct;
}

/* --- all of them ---------------------------------------------------------------------------------- */

static struct tally {
	int n, n_bad, inside[INFERENCE_N];
	double width[INFERENCE_N][MAX_PEOPLE], prior[INFERENCE_N][MAX_PEOPLE];
} tally;

/* What would be shown of somebody who never stood on a mat. */
static void infer_blindly(void *scratch, struct inference *out)
{
	struct inference_input in;

	conclusion_input(&stage.person, stage.record.phases[0].value, &in);
	in.com_ml_mm = (struct inference_measured){ 0, HABIT_MM };
	in.com_ap_mm = (struct inference_measured){ 42, 12 };
	in.right_frac =
		(struct inference_measured){ 0.5, HABIT_MM / in.ankle_width_mm.value };
	inference_run(&in, 1, INFERENCE_N_DRAWS, scratch, out);
}

static void count(const struct somebody *p, void *scratch)
{
	double truth[INFERENCE_N];
	struct conclusion shown;
	struct inference blind;

	conclusion_of_trial(&stage.record, scratch, &shown);
	assert_true(shown.has_alignment);
	infer_blindly(scratch, &blind);
	list_truth(&p->truth, truth);
	for (int q = 0; q < INFERENCE_N; q++) {
		const struct inference_range *r = &shown.alignment.range[q];

		tally.inside[q] += r->p5 <= truth[q] && truth[q] <= r->p95;
		tally.width[q][tally.n] = r->p95 - r->p5;
		tally.prior[q][tally.n] = blind.range[q].p95 - blind.range[q].p5;
	}
	tally.n++;
}

static int n_people(void)
{
	const char *text = getenv("STANCE_PEOPLE");
	int n = text ? atoi(text) : N_PEOPLE;

	return n < 1 ? N_PEOPLE : n > MAX_PEOPLE ? MAX_PEOPLE : n;
}

/* 85 to 95 in 100, and three standard errors of that for how many there are. */
static void check_coverage(int q)
{
	double frac = (double)tally.inside[q] / tally.n;
	double error = 3 * sqrt(0.9 * 0.1 / tally.n);
	const struct inference_info *info = inference_info((enum inference_quantity)q);

	print_message("  %-28s %5.1f %% inside; median width %7.2f %s, of the priors "
		      "alone %.2f\n",
		info->key, 100 * frac, quantile_take(tally.width[q], tally.n, 0.5),
		info->unit, quantile_take(tally.prior[q], tally.n, 0.5));
	if (frac < 0.85 - (tally.n < 400 ? error - 0.05 : 0) ||
		frac > 0.95 + (tally.n < 400 ? error - 0.03 : 0))
		tally.n_bad++;
}

static void test_ranges_hold_the_truth(void **state)
{
	void *scratch = malloc(conclusion_scratch_size());
	struct rng rng;
	int n = n_people();

	(void)state;
	assert_non_null(scratch);
	rng_init(&rng, SEED, 9);
	for (int i = 0; i < n; i++) {
		struct somebody p;

		draw(&rng, &p);
		if (stand(&rng, &p))
			count(&p, scratch);
		stage_close(&stage);
	}
	free(scratch);
	print_message("  %d people, seed %d\n", tally.n, SEED);
	assert_true(tally.n >= n * 95 / 100);
	for (int q = 0; q < INFERENCE_N; q++)
		check_coverage(q);
	assert_int_equal(tally.n_bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges_hold_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
