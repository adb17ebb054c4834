#include "src/core/trial/distribution.h"

#include <math.h>
#include <stddef.h>

#include "src/base/root_sum_sq.h"
#include "src/base/units.h"

#define K95 1.959964 /* normal quantile of 97.5 % */

/* chosen: axis and heel line disagree by more only if one foot stands ahead of the other */
#define MAX_STAGGER_DEG 15.0

static double dot(struct pos_mm a, struct pos_mm b)
{
	return a.x * b.x + a.y * b.y;
}

static struct pos_mm minus(struct pos_mm a, struct pos_mm b)
{
	return (struct pos_mm){ a.x - b.x, a.y - b.y };
}

static struct pos_mm unit(struct pos_mm a)
{
	double length = root_sum_sq(a.x, a.y);

	return (struct pos_mm){ a.x / length, a.y / length };
}

/* The direction to the right of `forward`. */
static struct pos_mm right_of(struct pos_mm forward)
{
	return (struct pos_mm){ forward.y, -forward.x };
}

/* d and e of the centre of mass from the ankles' midpoint, and the asymmetry
 * A = 100 (R - L) / (R + L). One trial: sd of d from repeating, from the reference, from the
 * calibration's COP and, through half the stance's width, from the sheet's share; A changes by 200 / W for each mm of d. */
void distribution_offset(const struct distribution_stance *s, double *value)
{
	struct pos_mm middle = { 0.5 * (s->ankle[ENGINE_LEFT].x +
					       s->ankle[ENGINE_RIGHT].x),
		0.5 * (s->ankle[ENGINE_LEFT].y + s->ankle[ENGINE_RIGHT].y) };
	struct pos_mm offset = minus(s->com, middle);
	double d = dot(offset, right_of(s->forward)), width = s->cop_width_mm;
	double share_mm = width * s->share_sd;
	double sd = sqrt(DISTRIBUTION_SD_TRIAL_MM * DISTRIBUTION_SD_TRIAL_MM +
			 s->ref_sd_mm * s->ref_sd_mm + share_mm * share_mm +
			 s->cop_sd_mm * s->cop_sd_mm);
	double a = 100.0 * (1.0 - 2.0 * s->left_frac);
	double a_sd =
		200.0 * root_sum_sq(DISTRIBUTION_SD_TRIAL_MM / width, s->share_sd);

	value[METRIC_ASYMMETRY_PCT] = a;
	value[METRIC_ASYMMETRY_PCT_CI95_LOW] = a - K95 * a_sd;
	value[METRIC_ASYMMETRY_PCT_CI95_HIGH] = a + K95 * a_sd;
	value[METRIC_COM_ML_MM] = d;
	value[METRIC_COM_ML_MM_CI95_LOW] = d - K95 * sd;
	value[METRIC_COM_ML_MM_CI95_HIGH] = d + K95 * sd;
	value[METRIC_COM_AP_MM] = dot(offset, s->forward);
}

static struct pos_mm axis_of(const struct engine_phase *p, int side)
{
	return unit((struct pos_mm){
		engine_mean(&p->axis_x[side]), engine_mean(&p->axis_y[side]) });
}

static struct pos_mm heel_of(const struct engine_phase *p, int side)
{
	return (struct pos_mm){ engine_mean(&p->heel_x_mm[side]),
		engine_mean(&p->heel_y_mm[side]) };
}

/* Across the line of the heels; where one foot stands ahead, that line says nothing and the mean of
 * both axes is taken. */
static struct pos_mm forward_of(const struct engine_phase *p)
{
	struct pos_mm left = axis_of(p, ENGINE_LEFT), right = axis_of(p, ENGINE_RIGHT);
	struct pos_mm mean =
		unit((struct pos_mm){ left.x + right.x, left.y + right.y });
	struct pos_mm heels =
		unit(minus(heel_of(p, ENGINE_RIGHT), heel_of(p, ENGINE_LEFT)));
	struct pos_mm across = { -heels.y, heels.x };

	if (isnan(across.x))
		return mean;
	return dot(across, mean) > cos(MAX_STAGGER_DEG * UNITS_RAD_PER_DEG) ? across
									    : mean;
}

/* Angle from `forward` to `axis`, positive to the right. */
static double turned_deg(struct pos_mm forward, struct pos_mm axis)
{
	return atan2(dot(axis, right_of(forward)), dot(axis, forward)) /
	       UNITS_RAD_PER_DEG;
}

static void measure_feet(const struct engine_phase *p, struct pos_mm forward,
	struct distribution_stance *stance, double *value)
{
	static const int length_metric[] = { METRIC_FOOT_LENGTH_LEFT_MM,
		METRIC_FOOT_LENGTH_RIGHT_MM };
	static const int toe_out_metric[] = { METRIC_TOE_OUT_LEFT_DEG,
		METRIC_TOE_OUT_RIGHT_DEG };

	for (int side = 0; side < ENGINE_N_FEET; side++) {
		double length = engine_mean(&p->length_mm[side]);
		struct pos_mm axis = axis_of(p, side), heel = heel_of(p, side);
		double turned = turned_deg(forward, axis);
		double ahead = DISTRIBUTION_ANKLE_FRAC * length;

		value[length_metric[side]] = length;
		value[toe_out_metric[side]] = side == ENGINE_LEFT ? -turned : turned;
		stance->ankle[side] = (struct pos_mm){ heel.x + ahead * axis.x,
			heel.y + ahead * axis.y };
	}
	value[METRIC_STANCE_WIDTH_MM] = engine_mean(&p->width_mm);
}

/* Means of the columns over the stretch, absent rows left out. */
static double mean_of(const struct engine_phase *p, const double *column)
{
	double sum = 0.0;
	int n = 0;

	for (int i = p->first; i < p->first + p->n; i++) {
		if (!isnan(column[i])) {
			sum += column[i];
			n++;
		}
	}
	return n > 0 ? sum / n : NAN;
}

static double sd_of(const struct engine_phase *p, const double *column, double mean)
{
	double sum = 0.0;
	int n = 0;

	for (int i = p->first; i < p->first + p->n; i++) {
		if (!isnan(column[i])) {
			sum += (column[i] - mean) * (column[i] - mean);
			n++;
		}
	}
	return n > 1 ? sqrt(sum / (n - 1)) : NAN;
}

/* The mean COP is where the body's mass is only of somebody who stands; and who sits in between does
 * not weigh what the mat shows. */
static void forget_offset_of_moving(enum protocol_kind kind, double *value)
{
	if (kind == PROTOCOL_STS)
		value[METRIC_MASS_KG] = value[METRIC_MEASURED_MASS_KG] = NAN;
	if (kind != PROTOCOL_STS && kind != PROTOCOL_LIMITS)
		return;
	value[METRIC_COM_ML_MM] = value[METRIC_COM_AP_MM] = NAN;
	value[METRIC_COM_ML_MM_CI95_LOW] = value[METRIC_COM_ML_MM_CI95_HIGH] = NAN;
}

static void forget(double *value, const int *metrics, size_t n)
{
	for (size_t i = 0; i < n; i++)
		value[metrics[i]] = NAN;
}

/* A seat has no heels, toes and ankles. */
static void forget_feet(double *value)
{
	static const int of_feet[] = { METRIC_FORE_FRAC, METRIC_LEFT_FORE_FRAC,
		METRIC_RIGHT_FORE_FRAC, METRIC_COM_ML_MM, METRIC_COM_ML_MM_CI95_LOW,
		METRIC_COM_ML_MM_CI95_HIGH, METRIC_COM_AP_MM, METRIC_STANCE_WIDTH_MM,
		METRIC_FOOT_LENGTH_LEFT_MM, METRIC_FOOT_LENGTH_RIGHT_MM,
		METRIC_TOE_OUT_LEFT_DEG, METRIC_TOE_OUT_RIGHT_DEG,
		METRIC_AP_DIFFERENCE_MM, METRIC_DIAGONAL_INDEX };

	forget(value, of_feet, sizeof(of_feet) / sizeof(of_feet[0]));
}

/* What was there in less than half of the rows is no mean of the stretch: on one leg, the moments in
 * which the other foot leaves and comes back say nothing of how she stood. */
static void forget_what_was_rarely_seen(
	const struct trial_series *r, const struct engine_phase *p, double *value)
{
	static const int both[] = { METRIC_LEFT_FRAC, METRIC_LEFT_FRAC_SD,
		METRIC_RIGHT_FRAC, METRIC_ASYMMETRY_PCT, METRIC_ASYMMETRY_PCT_CI95_LOW,
		METRIC_ASYMMETRY_PCT_CI95_HIGH, METRIC_COM_ML_MM,
		METRIC_COM_ML_MM_CI95_LOW, METRIC_COM_ML_MM_CI95_HIGH, METRIC_COM_AP_MM,
		METRIC_STANCE_WIDTH_MM, METRIC_TOE_OUT_LEFT_DEG,
		METRIC_TOE_OUT_RIGHT_DEG, METRIC_AP_DIFFERENCE_MM,
		METRIC_DIAGONAL_INDEX };
	static const int own[ENGINE_N_FEET][2] = {
		{ METRIC_LEFT_FORE_FRAC, METRIC_FOOT_LENGTH_LEFT_MM },
		{ METRIC_RIGHT_FORE_FRAC, METRIC_FOOT_LENGTH_RIGHT_MM },
	};
	int n_both = 0;

	for (int i = p->first; i < p->first + p->n; i++)
		n_both += !isnan(r->left_frac[i]);
	if (2 * n_both < p->n)
		forget(value, both, sizeof(both) / sizeof(both[0]));
	for (int side = 0; side < ENGINE_N_FEET; side++) {
		if (2 * p->length_mm[side].n < p->n)
			forget(value, own[side], 2);
	}
}

/* Sideways is the person's: the mat's two axes as they lie to her. */
static double cop_sd_of(const struct sensor_budget *budget, struct pos_mm forward)
{
	struct pos_mm right = right_of(forward);

	return budget ? root_sum_sq(
				budget->cop_x_mm * right.x, budget->cop_y_mm * right.y)
		      : 0.0;
}

/* Patterns from foot to foot: how far apart, fore and aft, the feet carry; and which diagonal. */
static void measure_patterns(const struct engine_phase *p, const struct trial_series *r,
	const struct distribution_stance *stance, double *value)
{
	const struct pos_mm left = { mean_of(p, r->left_x_mm),
		mean_of(p, r->left_y_mm) };
	const struct pos_mm right = { mean_of(p, r->right_x_mm),
		mean_of(p, r->right_y_mm) };
	double fore_left = value[METRIC_LEFT_FORE_FRAC],
	       fore_right = value[METRIC_RIGHT_FORE_FRAC];

	value[METRIC_AP_DIFFERENCE_MM] =
		dot(minus(right, stance->ankle[ENGINE_RIGHT]), stance->forward) -
		dot(minus(left, stance->ankle[ENGINE_LEFT]), stance->forward);
	value[METRIC_DIAGONAL_INDEX] = value[METRIC_RIGHT_FRAC] * (2 * fore_right - 1) -
				       value[METRIC_LEFT_FRAC] * (2 * fore_left - 1);
}

void distribution_measure(const struct engine *e, const struct engine_phase *p,
	const struct sensor_budget *budget, double *value)
{
	const struct trial_series *r = &e->series;
	double u95 = engine_mean(&p->u95_share);
	struct distribution_stance stance = {
		.com = { mean_of(p, r->x_mm), mean_of(p, r->y_mm) },
		.forward = forward_of(p),
		.left_frac = mean_of(p, r->left_frac),
		.share_sd = isnan(u95) ? 0.0 : 0.5 * u95,
		.ref_sd_mm = DISTRIBUTION_SD_REF_MM,
	};
	struct pos_mm apart = { mean_of(p, r->right_x_mm) - mean_of(p, r->left_x_mm),
		mean_of(p, r->right_y_mm) - mean_of(p, r->left_y_mm) };

	stance.cop_sd_mm = cop_sd_of(budget, stance.forward);
	stance.cop_width_mm = fabs(dot(apart, right_of(stance.forward)));
	value[METRIC_MASS_KG] = mean_of(p, r->force_n) / UNITS_GRAVITY_M_S2;
	value[METRIC_MEASURED_MASS_KG] = value[METRIC_MASS_KG];
	value[METRIC_LEFT_FRAC] = stance.left_frac;
	value[METRIC_LEFT_FRAC_SD] = sd_of(p, r->left_frac, stance.left_frac);
	value[METRIC_RIGHT_FRAC] = 1.0 - stance.left_frac;
	value[METRIC_FORE_FRAC] = mean_of(p, r->fore_frac);
	value[METRIC_LEFT_FORE_FRAC] = engine_mean(&p->fore[ENGINE_LEFT]);
	value[METRIC_RIGHT_FORE_FRAC] = engine_mean(&p->fore[ENGINE_RIGHT]);
	measure_feet(p, stance.forward, &stance, value);
	measure_patterns(p, r, &stance, value);
	distribution_offset(&stance, value);
	forget_offset_of_moving(e->setup.protocol->kind, value);
	forget_what_was_rarely_seen(r, p, value);
	if (e->setup.protocol->seated)
		forget_feet(value);
}

void distribution_scale(double weighed_kg, bool may_scale, double *value)
{
	double factor = weighed_kg / value[METRIC_MEASURED_MASS_KG];

	value[METRIC_SCALE_FACTOR] = isfinite(factor) ? factor : NAN;
	if (may_scale && fabs(factor - 1.0) <= DISTRIBUTION_SCALE_MOST)
		value[METRIC_MASS_KG] = weighed_kg;
}
