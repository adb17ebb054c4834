#include <math.h>

#include "src/base/units.h"
#include "src/core/sway/filter.h"
#include "src/core/trial/outcomes.h"

/* COM from COP: slower than this, a leaning body is where its COP is (Winter 1995, Gait Posture
 * 3:193: the COP moves about the COM at higher frequencies). */
#define COM_HZ 1.5

#define BASE_S   0.5 /* before the cue: where the person leans from */
#define ONSET_SD 3.0 /* of the baseline */
#define ONSET_MM 4.0 /* and at least this */
#define FIRST_LEAST                                                                    \
	0.25 /* chosen: of the farthest; what turns back before is sway, not the lean */
#define STALL_MM_S 3.0 /* slower than this, the first movement has ended */
#define FIRST_LOW  0.05
#define FIRST_HIGH 0.95

#define TARGET_DEG      8.0 /* NeuroCom: forward and to the sides */
#define TARGET_BACK_DEG 4.5

/* The stretch as distances along and across the direction, from where it began. */
struct lean {
	int n;
	const double *t_s;
	double *along, *across;
	double rate_hz, sd_mm;
};

/* Filtering needs even steps; the mat's are nearly so, and what is missing is bridged. */
static void smooth(struct lean *lean, double *work)
{
	struct filter filter;

	if (!(COM_HZ < 0.45 * lean->rate_hz) || lean->n <= FILTER_BUTTER2_PAD)
		return;
	filter = filter_butter2(COM_HZ, lean->rate_hz);
	filter_both_ways(&filter, FILTER_BUTTER2_PAD, lean->along, lean->n, work);
	filter_both_ways(&filter, FILTER_BUTTER2_PAD, lean->across, lean->n, work);
}

/* Where the person stands before the cue: the rows of settling just before the stretch. */
static struct pos_mm base_of(
	const struct trial_series *r, const struct engine_phase *p, double *sd_mm)
{
	struct pos_mm base = { 0.0, 0.0 };
	double squares = 0.0;
	int n = 0, from = p->first;

	while (from > 0 && r->t_s[from - 1] >= p->start_s - BASE_S &&
		r->phase[from - 1] == TRIAL_NO_PHASE)
		from--;
	if (from == p->first)
		from = p->first < r->n ? p->first : p->first - 1;
	for (int i = from; i < p->first + (from == p->first); i++) {
		if (isnan(r->x_mm[i]))
			continue;
		base.x += r->x_mm[i];
		base.y += r->y_mm[i];
		squares += r->x_mm[i] * r->x_mm[i] + r->y_mm[i] * r->y_mm[i];
		n++;
	}
	base.x /= n;
	base.y /= n;
	*sd_mm = sqrt(fmax(0.0, squares / n - base.x * base.x - base.y * base.y));
	return base;
}

static void take_rows(const struct engine *e, const struct engine_phase *p,
	double direction_deg, struct lean *lean)
{
	const struct trial_series *r = &e->series;
	double ux = sin(direction_deg * UNITS_RAD_PER_DEG);
	double uy = cos(direction_deg * UNITS_RAD_PER_DEG);
	struct pos_mm base = base_of(r, p, &lean->sd_mm), last = base;

	lean->n = p->n;
	lean->t_s = r->t_s + p->first;
	for (int i = 0; i < p->n; i++) {
		struct pos_mm at = { r->x_mm[p->first + i], r->y_mm[p->first + i] };

		last = isnan(at.x) ? last : at;
		lean->along[i] = (last.x - base.x) * ux + (last.y - base.y) * uy;
		lean->across[i] = (last.x - base.x) * uy - (last.y - base.y) * ux;
	}
	lean->rate_hz = (p->n - 1) / (lean->t_s[p->n - 1] - lean->t_s[0]);
}

/* Sway before the cue goes as far. */
static double onset_mm(const struct lean *lean)
{
	return fmax(ONSET_MM, ONSET_SD * lean->sd_mm);
}

/* First row from `i` on beyond the baseline's own movement, n if there is none. */
static int find_onset(const struct lean *lean, int i)
{
	while (i < lean->n && lean->along[i] < onset_mm(lean))
		i++;
	return i;
}

/* The end of the first movement: it stalls or turns back. */
static int find_end(const struct lean *lean, int onset)
{
	int step = (int)fmax(1.0, rint(0.1 * lean->rate_hz));

	for (int i = onset; i + step < lean->n; i++) {
		double v =
			(lean->along[i + step] - lean->along[i]) * lean->rate_hz / step;

		if (v < STALL_MM_S && lean->along[i] > 0.0)
			return i;
	}
	return lean->n - 1;
}

/* The first movement that gets anywhere; a halt on the way there is a part of it. Returns false if there
 * is none. */
static bool find_first(const struct lean *lean, double farthest, int *onset, int *end)
{
	double least = FIRST_LEAST * farthest;
	int i = *onset = find_onset(lean, 0);

	while (i < lean->n) {
		*end = find_end(lean, i);
		if (lean->along[*end] >= least)
			return true;
		for (i = *end; i < lean->n && lean->along[i] < least; i++) {
			if (lean->along[i] < onset_mm(lean))
				break;
		}
		if (i < lean->n && lean->along[i] < least)
			i = *onset = find_onset(lean, i);
	}
	return false;
}

static double angle_deg(double mm, double stature_m)
{
	double com_mm = 1000.0 * OUTCOMES_COM_FRAC * stature_m;

	return asin(fmin(1.0, fmax(-1.0, mm / com_mm))) / UNITS_RAD_PER_DEG;
}

/* Between 5 and 95 % of the first excursion; 5 % is left for the last time, because sway may reach that
 * much before it. */
static double first_speed(const struct lean *lean, int onset, int end, double stature_m)
{
	double reach = lean->along[end];
	int from, to = onset;

	while (to < end && lean->along[to] < FIRST_HIGH * reach)
		to++;
	for (from = to; from > 0 && lean->along[from - 1] >= FIRST_LOW * reach;)
		from--;
	if (to <= from)
		return NAN;
	return (angle_deg(lean->along[to], stature_m) -
		       angle_deg(lean->along[from], stature_m)) /
	       (lean->t_s[to] - lean->t_s[from]);
}

/* (on-axis - off-axis) / on-axis of the path until the first end. */
static double control_pct(const struct lean *lean, int onset, int end)
{
	double on = 0.0, off = 0.0;

	for (int i = onset + 1; i <= end; i++) {
		on += fmax(0.0, lean->along[i] - lean->along[i - 1]);
		off += fabs(lean->across[i] - lean->across[i - 1]);
	}
	return on > 0.0 ? 100.0 * (on - off) / on : NAN;
}

void outcomes_limits(const struct engine *e, const struct engine_phase *p,
	double direction_deg, const struct outcomes_context *context, double *value)
{
	struct lean lean = { .along = context->scratch,
		.across = context->scratch + p->n };
	bool back = direction_deg > 112.5 && direction_deg < 247.5;
	double target_deg = back ? TARGET_BACK_DEG : TARGET_DEG;
	double farthest = 0.0, stature = context->stature_m;
	int onset, end;

	if (p->n < 2)
		return;
	take_rows(e, p, direction_deg, &lean);
	if (isnan(lean.along[0]))
		return; /* nobody knows where she leaned from */
	smooth(&lean, context->scratch + 2 * (size_t)p->n);
	for (int i = 0; i < lean.n; i++)
		farthest = fmax(farthest, lean.along[i]);
	value[METRIC_MAX_EXCURSION_MM] = farthest;
	value[METRIC_MAX_EXCURSION_DEG] = angle_deg(farthest, stature);
	value[METRIC_MAX_EXCURSION_PCT] =
		100.0 * value[METRIC_MAX_EXCURSION_DEG] / target_deg;
	if (!find_first(&lean, farthest, &onset, &end))
		return;
	value[METRIC_REACTION_TIME_S] = lean.t_s[onset] - p->start_s;
	value[METRIC_ENDPOINT_EXCURSION_MM] = lean.along[end];
	value[METRIC_ENDPOINT_EXCURSION_DEG] = angle_deg(lean.along[end], stature);
	value[METRIC_ENDPOINT_EXCURSION_PCT] =
		100.0 * value[METRIC_ENDPOINT_EXCURSION_DEG] / target_deg;
	value[METRIC_MOVEMENT_VELOCITY_DEG_S] = first_speed(&lean, onset, end, stature);
	value[METRIC_DIRECTIONAL_CONTROL_PCT] = control_pct(&lean, onset, end);
}
