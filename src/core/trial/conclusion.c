#include "src/core/trial/conclusion.h"

#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/core/align/body.h"
#include "src/core/align/loading.h"
#include "src/core/trial/distribution.h"

#define SEED          20160301 /* chosen; fixed, so that a result can be computed again */
#define Z95           1.959964
#define WEIGHT_OFF    0.05  /* docs/clinical-basis.md, gates */
#define FORWARD_MM    60.0  /* as rule F1 */
#define FORWARD_PCT   50.0  /* as rule F1 */
#define PCT_PER_SHARE 200.0 /* asymmetry in per cent over the share of one side */

size_t conclusion_scratch_size(void)
{
	return inference_scratch_size(INFERENCE_N_DRAWS);
}

/* The standard uncertainty that a 95 % interval stands for. */
static double sd_of(double low, double high)
{
	return (high - low) / (2 * Z95);
}

static struct inference_measured mass_of(
	const struct trial_person *person, const double *value)
{
	double measured = value[METRIC_MASS_KG];

	if (!isnan(person->mass_kg))
		return (struct inference_measured){ person->mass_kg, NAN };
	return (struct inference_measured){ measured,
		CONCLUSION_SD_MASS_FRAC * measured };
}

double conclusion_sd_ap_mm(const double *value, int n_trials)
{
	double foot_mm = fmax(
		value[METRIC_FOOT_LENGTH_LEFT_MM], value[METRIC_FOOT_LENGTH_RIGHT_MM]);
	double ankle_mm = isnan(foot_mm) ? 0 : CONCLUSION_SD_ANKLE_FRAC * foot_mm;

	return root_sum_sq(CONCLUSION_SD_AP_MM / sqrt(n_trials), ankle_mm);
}

void conclusion_input(const struct trial_person *person, const double *value,
	struct inference_input *in)
{
	*in = (struct inference_input){ .sex = person->sex,
		.stature_m = { person->stature_m, NAN },
		.mass_kg = mass_of(person, value),
		.com_ml_mm = { value[METRIC_COM_ML_MM],
			sd_of(value[METRIC_COM_ML_MM_CI95_LOW],
				value[METRIC_COM_ML_MM_CI95_HIGH]) },
		.com_ap_mm = { value[METRIC_COM_AP_MM], conclusion_sd_ap_mm(value, 1) },
		.right_frac = { value[METRIC_RIGHT_FRAC],
			sd_of(value[METRIC_ASYMMETRY_PCT_CI95_LOW],
				value[METRIC_ASYMMETRY_PCT_CI95_HIGH]) /
				PCT_PER_SHARE },
		.ankle_width_mm = { value[METRIC_STANCE_WIDTH_MM], NAN },
		.e_ref_mm = { NAN, NAN } };
}

/* Of the knee on the side that carries more, not below none. */
static void put_knees(const struct inference_range *right, double *fact)
{
	bool is_left = fact[FACT_COM_ML_MM] < 0;

	fact[FACT_KNEE_MORE_LOW_PCT] = fmax(is_left ? -right->p95 : right->p5, 0);
	fact[FACT_KNEE_MORE_HIGH_PCT] = fmax(is_left ? -right->p5 : right->p95, 0);
	if (isnan(right->median))
		fact[FACT_KNEE_MORE_LOW_PCT] = fact[FACT_KNEE_MORE_HIGH_PCT] = NAN;
}

/* Where the person stands fore and aft counts only where it is out of the usual: how far ahead a person's own
 * balance lies is known to a centimetre, and that alone is a tenth of the load. */
static void put_back(const struct inference_range *r, double *fact)
{
	bool is_forward = fact[FACT_COM_AP_MM] > FORWARD_MM ||
			  fact[FACT_COP_LENGTH_PCT] > FORWARD_PCT;
	const struct inference_range *back =
		&r[is_forward ? INFERENCE_L5S1_COMPRESSION_EXTRA_PCT
			      : INFERENCE_L5S1_COMPRESSION_FRONTAL_PCT];

	fact[FACT_BACK_MORE_LOW_PCT] = fmax(back->p5, 0);
	fact[FACT_BACK_MORE_HIGH_PCT] = back->p95;
	if (isnan(back->median))
		fact[FACT_BACK_MORE_LOW_PCT] = NAN;
}

void conclusion_facts(
	const double *value, const struct inference *alignment, struct facts *facts)
{
	const struct inference_range *r = alignment->range;
	double *fact = facts->value;
	double length_mm = 0.5 * (value[METRIC_FOOT_LENGTH_LEFT_MM] +
					 value[METRIC_FOOT_LENGTH_RIGHT_MM]);

	fact[FACT_COM_ML_MM] = value[METRIC_COM_ML_MM];
	fact[FACT_COM_ML_LOW_MM] = value[METRIC_COM_ML_MM_CI95_LOW];
	fact[FACT_COM_ML_HIGH_MM] = value[METRIC_COM_ML_MM_CI95_HIGH];
	fact[FACT_SHARE_MORE_PCT] =
		100 * fmax(value[METRIC_LEFT_FRAC], value[METRIC_RIGHT_FRAC]);
	fact[FACT_COM_AP_MM] = value[METRIC_COM_AP_MM];
	fact[FACT_COP_LENGTH_PCT] =
		100 * (DISTRIBUTION_ANKLE_FRAC + value[METRIC_COM_AP_MM] / length_mm);
	fact[FACT_TOE_OUT_DIFFERENCE_DEG] =
		value[METRIC_TOE_OUT_RIGHT_DEG] - value[METRIC_TOE_OUT_LEFT_DEG];
	fact[FACT_OUTSIDE_45_55_PCT] = value[METRIC_OUTSIDE_45_55_PCT];
	put_knees(&r[INFERENCE_KNEE_RIGHT_MORE_PCT], fact);
	put_back(r, fact);
	fact[FACT_PELVIS_SHIFT_MOST_MM] = alignment->pelvis_shift_most_mm;
	facts_derive(facts);
}

void conclusion_knee_frontal(const struct trial_person *person, const double *value,
	int side, double *vertical_bwm, double *with_shear_bwm)
{
	double half_m = 0.5e-3 * value[METRIC_STANCE_WIDTH_MM];
	struct loading_frontal leg = { .side = side,
		.frac = value[side < 0 ? METRIC_LEFT_FRAC : METRIC_RIGHT_FRAC],
		.cop_m = side * half_m,
		.ankle_m = side * half_m };
	struct body body;

	body_init(&body, person->sex, person->stature_m);
	leg.hip_m = side * 0.5 * body.hip_width_m +
		    1e-3 * value[METRIC_COM_ML_MM] / body.shift_frac;
	leg.shear_frac = loading_shear_frac(&body, 2 * half_m);
	loading_knee_frontal(&body, &leg, vertical_bwm, with_shear_bwm);
}

/* The model is of quiet standing on two feet with straight knees. */
static bool is_of_the_model(const struct trial_record *r)
{
	static const char *const protocols[] = { "", "quiet-eo", "quiet-ec", "foam-eo",
		"foam-ec", "romberg", "mctsib", "natural", "correct-seen",
		"correct-hidden", "lift", "squat-0" };

	if (r->n_phases == 0 || r->verdict == TRIAL_UNUSABLE ||
		isnan(r->phases[0].value[METRIC_RIGHT_FRAC]))
		return false;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(r->protocol, protocols[i]) == 0)
			return true;
	return false;
}

static unsigned gates_of(const struct trial_record *r)
{
	/* not what it was scaled to */
	double measured = r->phases[0].value[METRIC_MEASURED_MASS_KG];
	unsigned gates = 1u << GATE_TRIALS;

	if (*r->calibration_state && strcmp(r->calibration_state, "valid") != 0 &&
		strcmp(r->calibration_state, "not_needed") != 0)
		gates |= 1u << GATE_CALIBRATION;
	if (fabs(measured / r->person.mass_kg - 1) > WEIGHT_OFF)
		gates |= 1u << GATE_WEIGHT;
	return gates;
}

void conclusion_of_trial(
	const struct trial_record *r, void *scratch, struct conclusion *out)
{
	struct inference_input input;
	struct facts facts;

	memset(out, 0, sizeof(*out));
	out->has_alignment = is_of_the_model(r);
	if (!out->has_alignment)
		return;
	conclusion_input(&r->person, r->phases[0].value, &input);
	inference_run(&input, SEED, INFERENCE_N_DRAWS, scratch, &out->alignment);
	facts_init(&facts);
	conclusion_facts(r->phases[0].value, &out->alignment, &facts);
	findings_evaluate(&facts, gates_of(r), true, &out->findings);
}
