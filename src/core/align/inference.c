#include "src/core/align/inference.h"

#include <math.h>

#include "src/base/i18n.h"
#include "src/base/rng.h"
#include "src/core/align/body.h"
#include "src/core/align/loading.h"
#include "src/core/align/quantile.h"

/* Standard uncertainties of the body (docs/clinical-basis.md, "Constants"). */
#define SD_LENGTH_FRAC     0.03 /* thigh, shank */
#define SD_ANKLE_HEIGHT_M  0.010
#define SD_HIP_WIDTH_M     0.012
#define SD_COM_HEIGHT_FRAC 0.02
#define SD_SHIFT_FRAC      0.02
#define SD_RIGID_LEAN      0.02
#define SD_ARM_ML_M        0.015
#define SD_ARM_AP_M        0.010
#define SD_BASE_BW         0.15
#define KNEE_FACTOR_LIMIT  0.2 /* rectangular: the anchors are five patients */
/* Nothing known of the person: adults of both sexes. */
#define STATURE_M    1.70
#define SD_ADULTS_M  0.10
#define MASS_KG      75.0
#define SD_ADULTS_KG 15.0
#define SD_WIDTH_MM  10.0
#define LEAST        0.2 /* of the middle: a length or an arm stays a length */
#define VALID_LOW    0.3 /* of the load on one foot, for the knees' lines */
#define VALID_HIGH   0.7

static const struct inference_info infos[INFERENCE_N] = {
	{ "lean_deg", "deg", N_("Whole-body lean"), "(3)", 1, true },
	{ "ankle_moment_nm", "N m", N_("Moment at the ankles"), "(3)", 0, true },
	{ "pelvis_shift_mm", "mm", N_("Pelvic shift to the side"), "(4)", 0, false },
	{ "obliquity_from_shift_deg", "deg",
		N_("Pelvic obliquity from the shift alone"), "(5)", 2, false },
	{ "knee_left_pct_bw", "%BW", N_("Axial load, left knee"), "(7)", 0, false },
	{ "knee_right_pct_bw", "%BW", N_("Axial load, right knee"), "(7)", 0, false },
	{ "knee_right_more_pct", "%",
		N_("More load on the right knee than standing evenly"), "(7)", 0,
		false },
	{ "l5s1_moment_frontal_nm", "N m", N_("Extra moment at L5/S1, frontal"), "(9)",
		1, false },
	{ "l5s1_moment_sagittal_nm", "N m", N_("Extra moment at L5/S1, sagittal"),
		"(9)", 1, true },
	{ "l5s1_compression_frontal_pct", "%",
		N_("Extra compression at L5/S1, of the lateral offset"), "(9)", 0,
		false },
	{ "l5s1_compression_extra_pct", "%",
		N_("Extra compression at L5/S1, fore and aft too"), "(9)", 0, false },
};

const char *const inference_inferable[] = { "load on each foot",
	"offset of the centre of mass", "stance geometry", "whole-body lean",
	"moment at the ankles", "axial load of the knees, within the model",
	"range of the pelvis' lateral shift", "obliquity that this shift causes",
	"range of the extra load at L5/S1", NULL };
const char *const inference_not_inferable[] = {
	"pelvic obliquity from leg length or spine", "axial rotation of the pelvis",
	"anterior or posterior pelvic tilt", "sacroiliac torsion",
	"frontal moment of the knees", "varus or valgus of the knees",
	"curvature of the spine", NULL
};

const struct inference_info *inference_info(enum inference_quantity quantity)
{
	return &infos[quantity];
}

size_t inference_scratch_size(int n_draws)
{
	return (size_t)n_draws * (INFERENCE_N + 1) * sizeof(double);
}

/* --- one draw -------------------------------------------------------------------------------- */

static double draw(struct rng *rng, double middle, double sd)
{
	return middle + sd * rng_normal(rng);
}

/* A length: never near zero or below. */
static double draw_length(struct rng *rng, double middle, double sd)
{
	return fmax(draw(rng, middle, sd), LEAST * middle);
}

static double draw_measured(struct rng *rng, const struct inference_measured *m,
	double else_value, double sd, double else_sd)
{
	if (isnan(m->value))
		return draw(rng, else_value, else_sd);
	return draw(rng, m->value, isnan(m->sd) ? sd : m->sd);
}

/* Beta(2, 4): the second smallest of five uniform numbers. */
static double draw_beta_2_4(struct rng *rng)
{
	double least = 1, second = 1;

	for (int i = 0; i < 5; i++) {
		double u = rng_uniform(rng);

		if (u < least) {
			second = least;
			least = u;
		} else if (u < second) {
			second = u;
		}
	}
	return second;
}

static void draw_body(struct rng *rng, const struct inference_input *in, struct body *b)
{
	double stature = draw_measured(
		rng, &in->stature_m, STATURE_M, INFERENCE_SD_STATURE_M, SD_ADULTS_M);
	char sex = in->sex;
	double ratio;

	if (sex != 'M' && sex != 'F')
		sex = rng_u64(rng) >> 63 ? 'M' : 'F';
	body_init(b, sex, fmax(stature, LEAST));
	b->thigh_m = draw_length(rng, b->thigh_m, SD_LENGTH_FRAC * b->thigh_m);
	b->shank_m = draw_length(rng, b->shank_m, SD_LENGTH_FRAC * b->shank_m);
	b->leg_m = b->thigh_m + b->shank_m;
	b->ankle_z_m = draw_length(rng, b->ankle_z_m, SD_ANKLE_HEIGHT_M);
	b->hip_width_m = draw_length(rng, b->hip_width_m, SD_HIP_WIDTH_M);
	b->com_z_m = draw_length(rng, b->com_z_m, SD_COM_HEIGHT_FRAC * b->com_z_m);
	b->shift_frac = draw_length(rng, b->shift_frac, SD_SHIFT_FRAC);
	ratio = draw(rng, b->rigid_lean_frac, SD_RIGID_LEAN);
	b->rigid_lean_frac = fmin(fmax(ratio, 0), 1);
}

static void draw_assumed(struct rng *rng, const struct inference_input *in,
	const struct body *b, struct loading_assumed *a)
{
	*a = loading_nominal(b);
	a->trunk_frac = draw_beta_2_4(rng);
	a->trunk_ap_frac =
		b->rigid_lean_frac + (1 - b->rigid_lean_frac) * draw_beta_2_4(rng);
	a->knee_mix = rng_uniform(rng);
	a->knee_factor = rng_between(rng, 1 - KNEE_FACTOR_LIMIT, 1 + KNEE_FACTOR_LIMIT);
	a->l5s1_arm_ml_m = draw_length(rng, a->l5s1_arm_ml_m, SD_ARM_ML_M);
	a->l5s1_arm_ap_m = draw_length(rng, a->l5s1_arm_ap_m, SD_ARM_AP_M);
	a->l5s1_base_bw = draw_length(rng, a->l5s1_base_bw, SD_BASE_BW);
	a->e_ref_m = 1e-3 * draw_measured(rng, &in->e_ref_mm, INFERENCE_E_REF_MM,
				    INFERENCE_SD_E_REF_MM, INFERENCE_SD_E_REF_MM);
}

/* An unknown stays NaN; a known one without a spread is taken as it is. */
static double draw_known(struct rng *rng, const struct inference_measured *m)
{
	double normal = rng_normal(rng);

	return m->value + (isnan(m->sd) ? 0 : m->sd) * normal;
}

static void draw_stance(
	struct rng *rng, const struct inference_input *in, struct loading_stance *s)
{
	double width = in->ankle_width_mm.value;

	s->mass_kg = draw_measured(
		rng, &in->mass_kg, MASS_KG, INFERENCE_SD_MASS_KG, SD_ADULTS_KG);
	s->mass_kg = fmax(s->mass_kg, LEAST * MASS_KG);
	s->com_ml_m = 1e-3 * draw_known(rng, &in->com_ml_mm);
	s->com_ap_m = 1e-3 * draw_known(rng, &in->com_ap_mm);
	s->right_frac = fmin(fmax(draw_known(rng, &in->right_frac), 0), 1);
	if (isnan(in->right_frac.value))
		s->right_frac = NAN;
	s->ankle_width_m =
		1e-3 * draw(rng, width,
			       isnan(in->ankle_width_mm.sd) ? SD_WIDTH_MM
							    : in->ankle_width_mm.sd);
}

static void keep(const struct loading *l, double *columns, int i, int n)
{
	const double value[INFERENCE_N] = {
		[INFERENCE_LEAN_DEG] = l->lean_deg,
		[INFERENCE_ANKLE_MOMENT_NM] = l->ankle_moment_nm,
		[INFERENCE_PELVIS_SHIFT_MM] = 1e3 * l->pelvis_shift_m,
		[INFERENCE_OBLIQUITY_FROM_SHIFT_DEG] = l->obliquity_deg,
		[INFERENCE_KNEE_LEFT_PCT_BW] = 100 * l->knee_bw[0],
		[INFERENCE_KNEE_RIGHT_PCT_BW] = 100 * l->knee_bw[1],
		/* the model's factor is common to both knees and to equal standing */
		[INFERENCE_KNEE_RIGHT_MORE_PCT] = 100 *
						  (l->knee_bw[1] - l->knee_bw[0]) /
						  (l->knee_bw[0] + l->knee_bw[1]),
		[INFERENCE_L5S1_MOMENT_FRONTAL_NM] = l->l5s1_frontal_nm,
		[INFERENCE_L5S1_MOMENT_SAGITTAL_NM] = l->l5s1_sagittal_nm,
		[INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT] = 100 * l->l5s1_frontal_frac,
		[INFERENCE_L5S1_COMPRESSION_EXTRA_PCT] = 100 * l->l5s1_extra_frac,
	};

	for (int q = 0; q < INFERENCE_N; q++)
		columns[q * n + i] = value[q];
	columns[INFERENCE_N * n + i] = 1e3 * fabs(l->pelvis_shift_most_m);
}

/* --- all of them ------------------------------------------------------------------------------ */

static struct inference_range summarise(double *values, int n)
{
	struct inference_range r = { NAN, NAN, NAN };

	/* what depends on an unknown is unknown in every draw */
	if (isnan(values[0]))
		return r;
	r.median = quantile_take(values, n, 0.5);
	r.p5 = quantile_take(values, n, 0.05);
	r.p95 = quantile_take(values, n, 0.95);
	return r;
}

void inference_run(const struct inference_input *in, uint64_t seed, int n_draws,
	void *scratch, struct inference *out)
{
	double *columns = scratch;
	struct rng rng;

	rng_init(&rng, seed, 0x414c4e);
	for (int i = 0; i < n_draws; i++) {
		struct loading_assumed assumed;
		struct loading_stance stance;
		struct loading loading;
		struct body body;

		draw_body(&rng, in, &body);
		draw_assumed(&rng, in, &body, &assumed);
		draw_stance(&rng, in, &stance);
		loading_compute(&body, &assumed, &stance, &loading);
		keep(&loading, columns, i, n_draws);
	}
	for (int q = 0; q < INFERENCE_N; q++)
		out->range[q] = summarise(columns + q * n_draws, n_draws);
	out->pelvis_shift_most_mm = NAN;
	if (!isnan(columns[INFERENCE_N * n_draws]))
		out->pelvis_shift_most_mm =
			quantile_take(columns + INFERENCE_N * n_draws, n_draws, 0.95);
	out->beyond_model =
		in->right_frac.value < VALID_LOW || in->right_frac.value > VALID_HIGH;
}
