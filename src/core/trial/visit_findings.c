#include "src/core/trial/visit_findings.h"

#include <math.h>
#include <string.h>

#include "src/core/trial/conclusion.h"
#include "src/core/trial/distribution.h"

#define SEED            20160301
#define Z95             1.959964
#define WEIGHT_OFF      0.05
#define WIDTH_RANGE_MM  15.0
#define LEAST_TRIALS    3
#define LEAST_OFFSET_MM 10.0 /* less leaves nothing to correct */
#define LEAST_ASYMMETRY 10.0
#define VANISHED_FRAC   0.5
#define DIAGONAL_LEAST  0.10
#define AP_LEAST_MM     20.0

void visit_entered_init(struct visit_entered *e)
{
	*e = (struct visit_entered){ .block_mm = NAN,
		.extension_deficit_deg = { NAN, NAN },
		.pain_knee = { -1, -1 },
		.pain_back = -1,
		.pain_leg = -1,
		.red_flag = -1 };
}

static int sign_of(double value)
{
	return (value > 0) - (value < 0);
}

static double yes_no(int answer)
{
	return answer < 0 ? (double)NAN : (double)answer;
}

static const struct visit_group *group_of(const struct visit *v, const char *protocol)
{
	for (int k = 0; k < v->n_groups; k++)
		if (strcmp(v->groups[k].protocol, protocol) == 0 &&
			!*v->groups[k].phase)
			return &v->groups[k];
	return NULL;
}

/* The mean of a metric under a protocol; NaN where nobody did it. */
static struct visit_mean mean_of(
	const struct visit *v, const char *protocol, enum metric metric)
{
	const struct visit_group *g = group_of(v, protocol);

	if (!g || g->value[metric].n == 0)
		return (struct visit_mean){ 0, NAN, NAN, NAN, NAN };
	return g->value[metric];
}

/* --- habitual standing ------------------------------------------------------------------------ */

/* Means of habitual standing as one trial's numbers, their intervals as the trial's own. */
static void gather(const struct visit_group *g, double value[METRIC_N])
{
	for (int m = 0; m < METRIC_N; m++)
		value[m] = g->value[m].n > 0 ? g->value[m].mean : NAN;
	value[METRIC_COM_ML_MM_CI95_LOW] = g->value[METRIC_COM_ML_MM].low;
	value[METRIC_COM_ML_MM_CI95_HIGH] = g->value[METRIC_COM_ML_MM].high;
	value[METRIC_ASYMMETRY_PCT_CI95_LOW] = g->value[METRIC_ASYMMETRY_PCT].low;
	value[METRIC_ASYMMETRY_PCT_CI95_HIGH] = g->value[METRIC_ASYMMETRY_PCT].high;
}

void visit_findings_means(const struct visit *visit, double *value)
{
	const struct visit_group *habit = group_of(visit, "quiet-eo");

	for (int m = 0; m < METRIC_N; m++)
		value[m] = NAN;
	if (habit)
		gather(habit, value);
}

/* The standard uncertainty of the mean of `metric`, whose interval's ends are the next two: what differs from trial
 * to trial averages out, the rest of a trial's own interval (the ankles' place, the calibration) does not. The
 * t-interval says whether a side is certain; for the model it is too wide, being that of an unknown spread. */
static double sd_of_mean(const struct visit_group *habit, int metric, double sd_trial)
{
	const struct visit_mean *v = &habit->value[metric];
	double own = (habit->value[metric + 2].mean - habit->value[metric + 1].mean) /
		     (2 * Z95);
	double stays = own > sd_trial ? own * own - sd_trial * sd_trial : 0;
	double spread = v->n > 1 ? fmax(v->sd, sd_trial) : sd_trial;

	return sqrt(spread * spread / v->n + stays);
}

static void infer(const struct visit_group *habit, const struct trial_person *person,
	const double *value, void *scratch, struct visit_findings *out)
{
	double pct_per_mm = 200 / value[METRIC_STANCE_WIDTH_MM];
	double sd_pct = isnan(pct_per_mm) ? 0 : DISTRIBUTION_SD_TRIAL_MM * pct_per_mm;
	struct inference_input input;

	conclusion_input(person, value, &input);
	input.com_ml_mm.sd =
		sd_of_mean(habit, METRIC_COM_ML_MM, DISTRIBUTION_SD_TRIAL_MM);
	input.right_frac.sd = sd_of_mean(habit, METRIC_ASYMMETRY_PCT, sd_pct) / 200;
	input.com_ap_mm.sd = conclusion_sd_ap_mm(value, habit->n);
	inference_run(&input, SEED, INFERENCE_N_DRAWS, scratch, &out->alignment);
	out->has_alignment = true;
}

/* How many of the protocol's trials show a pattern of at least `least`, of the mean's sign. */
static int count_like(const struct visit *v, const char *protocol, double mean,
	double least, bool diagonal)
{
	int n = 0;

	for (int k = 0; k < v->n_trials; k++) {
		const struct visit_trial *t = &v->trials[k];
		double value = diagonal ? t->diagonal_index : t->ap_difference_mm;

		n += t->used && strcmp(t->protocol, protocol) == 0 &&
		     fabs(value) >= least && sign_of(value) == sign_of(mean);
	}
	return n;
}

static void note_patterns(const struct visit *v, struct facts *f)
{
	double diagonal = mean_of(v, "quiet-eo", METRIC_DIAGONAL_INDEX).mean;
	double apart = mean_of(v, "quiet-eo", METRIC_AP_DIFFERENCE_MM).mean;

	f->value[FACT_DIAGONAL_INDEX] = diagonal;
	f->value[FACT_AP_DIFFERENCE_MM] = apart;
	f->value[FACT_DIAGONAL_N] =
		count_like(v, "quiet-eo", diagonal, DIAGONAL_LEAST, true);
	f->value[FACT_AP_DIFFERENCE_N] =
		count_like(v, "quiet-eo", apart, AP_LEAST_MM, false);
}

static void note_habit(const struct visit *v, const struct visit_group *habit,
	const double *value, struct visit_findings *out)
{
	conclusion_facts(value, &out->alignment, &out->facts);
	out->facts.value[FACT_N_TRIALS] = habit->n;
	note_patterns(v, &out->facts);
}

/* --- provocation -------------------------------------------------------------------------------- */

/* How much of the offset goes away: 1 all of it, 0 none, below 0 it grows. */
static double corrected(double habit_mm, const struct visit_mean *after)
{
	if (!(fabs(habit_mm) >= LEAST_OFFSET_MM))
		return NAN;
	return 1 - fabs(after->mean) / fabs(habit_mm);
}

static void note_feedback(const struct visit *v, struct facts *f)
{
	struct visit_mean seen = mean_of(v, "correct-seen", METRIC_COM_ML_MM);
	struct visit_mean hidden = mean_of(v, "correct-hidden", METRIC_COM_ML_MM);

	f->value[FACT_CORRECTABILITY] = corrected(f->value[FACT_COM_ML_MM], &seen);
	f->value[FACT_RETENTION] = corrected(f->value[FACT_COM_ML_MM], &hidden);
}

/* How far the offset moves when the eyes close; known of means of three, which repeat to 8 mm. */
static void note_eyes(const struct visit *v, struct facts *f)
{
	struct visit_mean closed = mean_of(v, "quiet-ec", METRIC_COM_ML_MM);

	if (closed.n >= LEAST_TRIALS)
		f->value[FACT_EYES_CLOSED_SHIFT_MM] =
			closed.mean - f->value[FACT_COM_ML_MM];
}

/* From standing to 60 degrees: asymmetry that grows unloads a side, asymmetry that vanishes was the legs'. */
static void note_squat(const struct visit *v, double standing_pct, struct facts *f)
{
	double bent_pct = mean_of(v, "squat-60", METRIC_ASYMMETRY_PCT).mean;

	if (isnan(bent_pct) || isnan(standing_pct))
		return;
	f->value[FACT_SQUAT_CHANGE_PCT] =
		fabs(bent_pct) > fabs(standing_pct) ? fabs(bent_pct - standing_pct) : 0;
	f->squat_side = -sign_of(bent_pct);
	if (fabs(standing_pct) >= LEAST_ASYMMETRY)
		f->value[FACT_SQUAT_REDUCES] =
			fabs(bent_pct) < VANISHED_FRAC * fabs(standing_pct);
}

static void note_seated(const struct visit *v, struct facts *f)
{
	struct visit_mean a = mean_of(v, "seated", METRIC_ASYMMETRY_PCT);

	f->value[FACT_SEATED_ASYMMETRY_PCT] = fabs(a.mean);
	if (!isnan(a.low))
		f->value[FACT_SEATED_EXCLUDES_0] = a.low > 0 || a.high < 0;
}

/* What is thought of the legs' difference: from the null lift; where the knees were bent by 30 degrees too, from what
 * that changed, which other causes of the offset do not touch. */
static void think_of_legs(const struct visit *v, struct visit_findings *out)
{
	const struct titration *t = &out->titration;
	struct visit_mean bent = mean_of(v, "squat-30", METRIC_COM_ML_MM);
	double straight_mm = out->facts.value[FACT_COM_ML_MM];
	double seen_mm = t->null_mm, se_mm = t->null_se_mm;

	if (t->responds && bent.n > 0 && !isnan(straight_mm))
		titration_extension_difference(straight_mm, bent.mean,
			DISTRIBUTION_SD_TRIAL_MM / sqrt(bent.n), t, &seen_mm, &se_mm);
	titration_length_difference(seen_mm, se_mm, &out->length_difference_mm,
		&out->length_difference_sd_mm);
}

static void titrate(const struct visit *v, struct visit_findings *out)
{
	double lift[VISIT_MAX_TRIALS], offset[VISIT_MAX_TRIALS];
	struct facts *f = &out->facts;
	int n = 0;

	for (int k = 0; k < v->n_trials; k++) {
		const struct visit_trial *t = &v->trials[k];

		if (!t->used || strcmp(t->protocol, "lift") != 0 || isnan(t->com_ml_mm))
			continue;
		lift[n] = t->lift_mm;
		offset[n++] = t->com_ml_mm;
	}
	out->has_titration = titration_fit(lift, offset, n, &out->titration) == 0;
	out->length_difference_mm = out->length_difference_sd_mm = NAN;
	if (!out->has_titration)
		return;
	f->value[FACT_LIFT_T] = fabs(out->titration.response_t);
	f->value[FACT_LIFT_RESPONDS] = out->titration.responds;
	f->value[FACT_LIFT_NULL_MM] = fabs(out->titration.null_mm);
	f->null_side = sign_of(out->titration.null_mm);
	think_of_legs(v, out);
}

/* --- entered ------------------------------------------------------------------------------------- */

static void note_knees(const struct visit_entered *e, struct facts *f)
{
	int more = f->more_side, less_index = more > 0 ? 0 : 1;
	double left = e->extension_deficit_deg[0], right = e->extension_deficit_deg[1];
	bool is_left = isnan(right) || left > right;

	f->value[FACT_EXTENSION_DEFICIT_DEG] = fmax(left, right);
	f->deficit_side = is_left ? -1 : 1;
	if (more == 0)
		return;
	if (!isnan(f->value[FACT_EXTENSION_DEFICIT_DEG]))
		f->value[FACT_DEFICIT_LESS_LOADED] = f->deficit_side == -more;
	f->value[FACT_PAIN_KNEE_LESS] = yes_no(e->pain_knee[less_index]);
	f->value[FACT_PAIN_KNEE_MORE] = yes_no(e->pain_knee[1 - less_index]);
	/* both hurt: neither explains the other */
	if (e->pain_knee[0] > 0 && e->pain_knee[1] > 0)
		f->value[FACT_PAIN_KNEE_LESS] = f->value[FACT_PAIN_KNEE_MORE] = NAN;
	f->pain_knee_side = f->value[FACT_PAIN_KNEE_LESS] > 0 ? -more : more;
}

static void note_entered(const struct visit_entered *e, struct facts *f)
{
	note_knees(e, f);
	f->value[FACT_BLOCK_MM] = fabs(e->block_mm);
	if (!isnan(e->block_mm) && f->null_side != 0)
		f->value[FACT_BLOCK_SAME_SIDE] = sign_of(e->block_mm) == f->null_side;
	f->value[FACT_PAIN_BACK] = yes_no(e->pain_back);
	f->value[FACT_PAIN_LEG] = yes_no(e->pain_leg);
	f->value[FACT_RED_FLAG] = yes_no(e->red_flag);
}

/* --- gates --------------------------------------------------------------------------------------- */

static unsigned gates_of(const struct visit *v, const struct visit_group *habit,
	const struct trial_person *person)
{
	double low = INFINITY, high = -INFINITY;
	unsigned gates = 0;

	for (int k = 0; k < v->n_trials; k++) {
		const struct visit_trial *t = &v->trials[k];

		if (!t->used || strcmp(t->protocol, habit->protocol) != 0)
			continue;
		low = fmin(low, t->stance_width_mm);
		high = fmax(high, t->stance_width_mm);
		gates |= (unsigned)!t->is_calibrated << GATE_CALIBRATION;
		gates |= (unsigned)t->stepped << GATE_STEP;
		gates |= (unsigned)t->drifted << GATE_DRIFT;
		gates |= (unsigned)t->at_edge << GATE_EDGE;
	}
	if (high - low > WIDTH_RANGE_MM)
		gates |= 1u << GATE_WIDTH;
	if (habit->n < LEAST_TRIALS)
		gates |= 1u << GATE_TRIALS;
	if (fabs(habit->value[METRIC_MEASURED_MASS_KG].mean / person->mass_kg - 1) >
		WEIGHT_OFF)
		gates |= 1u << GATE_WEIGHT;
	return gates;
}

void visit_findings_conclude(const struct visit *v, const struct trial_person *person,
	const struct visit_entered *entered, void *scratch, struct visit_findings *out)
{
	const struct visit_group *habit = group_of(v, "quiet-eo");
	unsigned gates = 1u << GATE_TRIALS;
	double value[METRIC_N];

	memset(out, 0, sizeof(*out));
	facts_init(&out->facts);
	if (habit && habit->value[METRIC_RIGHT_FRAC].n > 0) {
		gather(habit, value);
		infer(habit, person, value, scratch, out);
		note_habit(v, habit, value, out);
		note_eyes(v, &out->facts);
		note_feedback(v, &out->facts);
		note_squat(v, value[METRIC_ASYMMETRY_PCT], &out->facts);
		gates = gates_of(v, habit, person);
	}
	out->facts.value[FACT_OUTSIDE_45_55_PCT] =
		mean_of(v, "natural", METRIC_OUTSIDE_45_55_PCT).mean;
	note_seated(v, &out->facts);
	titrate(v, out);
	note_entered(entered, &out->facts);
	findings_evaluate(&out->facts, gates, false, &out->findings);
}
