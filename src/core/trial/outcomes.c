#include "src/core/trial/outcomes.h"

#include <math.h>
#include <string.h>

static void measure_hold(
	const struct engine *e, const struct engine_phase *p, double *value)
{
	(void)e;
	value[METRIC_HOLD_TIME_S] = p->end_s - p->start_s;
}

void outcomes_phase(const struct engine *e, int phase,
	const struct outcomes_context *context, double *value)
{
	const struct protocol *protocol = e->setup.protocol;
	const struct engine_phase *p = &e->phases[phase];

	if (p->stepped_off && protocol->kind != PROTOCOL_HOLD)
		value[METRIC_STEPPED_OFF_S] = p->stepped_off_s;
	switch (protocol->kind) {
	case PROTOCOL_HOLD:
		measure_hold(e, p, value);
		break;
	case PROTOCOL_LIMITS:
		outcomes_limits(
			e, p, protocol->phases[phase].direction_deg, context, value);
		break;
	case PROTOCOL_SQUAT:
		value[METRIC_SQUAT_ASYMMETRY_PCT] = value[METRIC_ASYMMETRY_PCT];
		break;
	case PROTOCOL_STS:
		outcomes_sts(e, p, context, value);
		break;
	case PROTOCOL_NATURAL:
		outcomes_natural(e, p, context, value);
		break;
	default:
		break;
	}
}

static const struct trial_phase *find_phase(
	const struct trial_record *r, const char *key)
{
	for (int k = 0; k < r->n_phases; k++) {
		if (strcmp(r->phases[k].key, key) == 0)
			return &r->phases[k];
	}
	return NULL;
}

/* M(of) / M(over), NaN unless both were measured. */
static double ratio(const struct trial_record *r, const char *of, const char *over,
	enum metric metric)
{
	const struct trial_phase *a = find_phase(r, of), *b = find_phase(r, over);

	if (!a || !b || !(b->value[metric] > 0.0))
		return NAN;
	return a->value[metric] / b->value[metric];
}

void outcomes_trial(struct trial_record *r)
{
	for (int k = 0; k < METRIC_N; k++) {
		bool taken = r->n_phases == 1 &&
			     metric_info((enum metric)k)->group == METRIC_GROUP_OUTCOME;

		r->outcome[k] = taken ? r->phases[0].value[k] : NAN;
	}
	if (r->n_phases < 2)
		return;
	r->outcome[METRIC_ROMBERG_VELOCITY] =
		ratio(r, "ec", "eo", METRIC_MEAN_VELOCITY_MM_S);
	r->outcome[METRIC_ROMBERG_AREA] = ratio(r, "ec", "eo", METRIC_ELLIPSE95_MM2);
	r->outcome[METRIC_FOAM_VELOCITY_RATIO] =
		ratio(r, "foam-eo", "eo", METRIC_MEAN_VELOCITY_MM_S);
	r->outcome[METRIC_VESTIBULAR_VELOCITY_RATIO] =
		ratio(r, "foam-ec", "eo", METRIC_MEAN_VELOCITY_MM_S);
	for (int k = 0; k < r->n_phases; k++) {
		double off_s = r->phases[k].value[METRIC_STEPPED_OFF_S];

		if (!isnan(off_s))
			r->outcome[METRIC_STEPPED_OFF_S] = off_s;
	}
}
