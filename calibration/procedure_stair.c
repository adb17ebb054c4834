#include "calibration/procedure_parts.h"

#include <math.h>

#include "src/base/root_sum_sq.h"
#include "src/base/text.h"

#define KEEP_EVERY_S 0.25
#define KEEP_SPAN_S  0.2
#define BEND_S       0.5 /* a load that came from nothing creeps on a line after that */

/* A change: the last tenth of a second leaves the line that the level follows over log time. Chosen: of
 * the change that the next mass should make, hysteresis takes half at most; noise is far below. */
#define TREND_S 1.5
#define TREND_LAG_S                                                                    \
	0.6 /* a hand that begins to change the weights must not bend the line */
#define TREND_LEAST  4
#define LEFT_PART    0.25 /* of a change: from there on a moment is spoilt */
#define BIN_REACH_S  0.1  /* a bin's middle lies that much behind its begin, at most */
#define LEAST_CHANGE 0.012
#define PART_CHANGE  0.3
#define JOLT_PART    0.5   /* of the least change */
#define WRONG_PART   1.5   /* and the wrong way, where creep may bend */
#define SETTLED_FRAC 0.004 /* in a tenth of a second */
#define SETTLED_PART 0.04
#define LEAST_HELD_S 0.2
#define GONE_FRAC    0.4 /* of what should stand there: between two weights */

/* A mass left out: more than any material makes of the step (twice its exponent). */
#define SKIP_POWER    2.2
#define SKIP_FRAC     0.06
#define SHORT_S       1.5  /* nobody changes weights faster */
#define LATE_S        10.0 /* for the hand that changes the weights */
#define CHANGE_MOST_S 8.0
#define ORDER_RATIO   1.1
#define ANEW_FRAC     0.5 /* of the load, and so far from where it stood */
#define ANEW_MM       15.0

static double mass_now(const struct procedure *p)
{
	return p->request.masses_kg[p->stair.i];
}

/* What the next mass should make of the load, relative; NaN at the last. */
static double change_due(const struct procedure *p)
{
	if (p->stair.i + 1 >= p->request.n_masses)
		return NAN;
	return p->request.masses_kg[p->stair.i + 1] / mass_now(p) - 1.0;
}

static double change_least(const struct procedure *p)
{
	double due = change_due(p);

	return isnan(due) ? 2 * LEAST_CHANGE
			  : fmax(LEAST_CHANGE, PART_CHANGE * fabs(due));
}

void procedure_stair_begin(struct procedure *p)
{
	char kg[PROCEDURE_KG_SIZE];

	p->request.mass_kg = p->request.masses_kg[0];
	p->stair = (struct procedure_stair){ .change_s = NAN };
	procedure_hint(p, "Put %s on the disc; then follow the masses.",
		procedure_kg(kg, p->request.mass_kg));
}

/* --- waiting -------------------------------------------------------------------------------------- */

static void start(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_stair *s = &p->stair;

	if (!procedure_open(p))
		return;
	for (int i = 0; i < p->request.n_masses; i++)
		p->reading->mass_kg =
			fmax(p->reading->mass_kg, p->request.masses_kg[i]);
	p->reading->onset_s = isnan(w->arrival_s) ? w->t_s : w->arrival_s;
	s->since_s = w->t_s - p->reading->onset_s < PROCEDURE_STAIR_S
			     ? p->reading->onset_s
			     : w->t_s;
	s->clear_s = s->since_s + BEND_S;
	s->taken_s = w->t_s;
	s->x_mm = w->x_mm;
	s->y_mm = w->y_mm;
	s->quiet_s = s->kept_s = w->t_s;
	procedure_take_clear(p);
	procedure_enter(p, PROCEDURE_MEASURING);
	p->end_s = s->since_s + PROCEDURE_STAIR_S;
}

static void wait(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	char kg[PROCEDURE_KG_SIZE];

	p->end_s = p->begin_s + PROCEDURE_WAIT_S;
	procedure_kg(kg, p->request.mass_kg);
	if (procedure_load_may_start(p)) {
		start(p);
	} else if (w->t_s > p->end_s) {
		procedure_load_give_up(p);
	} else if (procedure_watch_loaded(w) && !w->is_moving) {
		procedure_hint(p, "Now put %s on instead of what stands there.", kg);
	}
}

/* --- a level -------------------------------------------------------------------------------------- */

/* The line that the level followed over log time until a moment ago. */
struct trend {
	double mean_u, mean_x, slope;
	bool is_known;
};

static struct trend trend_of(const struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	const struct procedure_stair *s = &p->stair;
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, spread;

	for (int i = 0; i < w->n_bins; i++) {
		const struct procedure_bin *b = &w->bins[i];
		double x;

		if (b->t_s < fmax(s->clear_s, s->bin_s - TREND_S) ||
			b->t_s > s->bin_s - TREND_LAG_S)
			continue;
		x = log(b->t_s - s->since_s);
		n += 1;
		sx += x;
		sy += b->load_u;
		sxx += x * x;
		sxy += x * b->load_u;
	}
	spread = n * sxx - sx * sx;
	if (n < TREND_LEAST || !(spread > 0))
		return (struct trend){ 0, 0, 0, false };
	return (struct trend){ sy / n, sx / n, (n * sxy - sx * sy) / spread, true };
}

static double expected_at(
	const struct procedure *p, const struct trend *trend, double t_s)
{
	return trend->mean_u +
	       trend->slope * (log(t_s - p->stair.since_s) - trend->mean_x);
}

/* When the load began to leave its line, if it has by the last tenth of a second. */
static double left_s(const struct procedure *p, const struct trend *trend, double limit)
{
	const struct procedure_watch *w = &p->watch;
	int i = w->n_bins - 1;

	while (i > 0 && w->bins[i - 1].t_s > p->stair.bin_s - TREND_LAG_S &&
		fabs(w->bins[i - 1].load_u / expected_at(p, trend, w->bins[i - 1].t_s) -
			1.0) > limit)
		i--;
	return w->bins[i].t_s - BIN_REACH_S;
}

/* When the load crossed the middle between two levels, seen from now backwards. */
static double crossing_s(const struct procedure *p, double from_u, double to_u)
{
	const struct procedure_watch *w = &p->watch;
	double middle = 0.5 * (from_u + to_u);

	for (int back = 0; back < w->n_ring; back++) {
		const struct procedure_tick *tick =
			&w->ring[(w->i_ring - 1 - back + 2 * PROCEDURE_N_RING) %
				 PROCEDURE_N_RING];

		if ((tick->total_u < middle) == (from_u < middle))
			return tick->t_s;
	}
	return p->stair.change_s;
}

/* Moments that reach into the change are taken out again. */
static void unkeep(struct procedure *p, double from_s)
{
	struct readings *r = p->readings;

	while (p->reading->n > 0) {
		const struct snapshot *s = &r->snapshots[r->n_snapshots - 1];

		if (s->t_s + 0.5 * s->span_s < from_s)
			return;
		r->n_cells = s->first;
		r->n_snapshots--;
		p->reading->n--;
	}
}

static bool keep_moments(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_stair *s = &p->stair;
	double t = p->watch.t_s;

	if (t < s->quiet_s ||
		(p->take.n == 0 && t < s->kept_s + KEEP_EVERY_S - KEEP_SPAN_S))
		return true;
	procedure_take_add(p, frame);
	if (t - p->take.first_s < KEEP_SPAN_S - 0.5 / p->setup.rate_hz)
		return true;
	s->kept_s = t;
	return procedure_take_keep(p, mass_now(p), 0, 0, -1, false);
}

/* --- a change ------------------------------------------------------------------------------------- */

static void refuse_order(struct procedure *p, bool more)
{
	char kg[PROCEDURE_KG_SIZE], before[PROCEDURE_KG_SIZE];

	procedure_refuse(p,
		"%s reads %s than %s: wrong order, or another mass than said? Repeat "
		"the "
		"staircase.",
		procedure_kg(kg, p->request.masses_kg[p->stair.i + 1]),
		more ? "more" : "less", procedure_kg(before, mass_now(p)));
}

static void refuse_skip(struct procedure *p, double change)
{
	char kg[PROCEDURE_KG_SIZE];

	procedure_refuse(p,
		"The load changed by %+.0f %%, to %s it should be about %+.0f %%: was "
		"a mass "
		"left out? Repeat the staircase.",
		100.0 * change, procedure_kg(kg, p->request.masses_kg[p->stair.i + 1]),
		100.0 * change_due(p));
}

/* The next mass stands there. */
static void step_on(struct procedure *p, double level_u)
{
	struct procedure_stair *s = &p->stair;
	double at = crossing_s(p, s->expected_u, level_u);

	s->level_u[s->i++] = s->expected_u;
	s->since_s = at;
	s->clear_s = s->quiet_s = s->kept_s = p->watch.t_s;
	s->change_s = NAN;
	p->end_s = s->since_s + PROCEDURE_STAIR_S;
}

/* What became of the level is judged once it is quiet again. */
static void judge_change(struct procedure *p, double now_u)
{
	struct procedure_stair *s = &p->stair;
	double due = change_due(p), change = now_u / s->expected_u - 1.0;

	/* a jolt, or creep that left its line */
	if (fabs(change) <
		(change * due < 0 ? WRONG_PART : JOLT_PART) * change_least(p)) {
		s->change_s = NAN;
		s->clear_s = s->quiet_s = s->kept_s = p->watch.t_s;
		s->since_s = fmin(s->since_s, p->watch.t_s - LEAST_HELD_S);
	} else if (isnan(due)) {
		procedure_refuse(p,
			"The load changed by %+.0f %% before the last mass was read: "
			"repeat "
			"the staircase.",
			100.0 * change);
	} else if ((change > 0) != (due > 0)) {
		refuse_order(p, change > 0);
	} else if (fabs(log1p(change)) > SKIP_POWER * fabs(log1p(due)) + SKIP_FRAC) {
		refuse_skip(p, change);
	} else {
		step_on(p, now_u);
	}
}

static void follow_change(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_stair *s = &p->stair;
	double now, before, due = change_due(p), limit;

	if (w->t_s - s->change_s > CHANGE_MOST_S) {
		procedure_refuse(p,
			"The load did not come to rest after a change: let go "
			"of the weights, and repeat the staircase.");
		return;
	}
	if (w->n_bins < 3 || w->t_s - s->change_s < LEAST_HELD_S)
		return;
	now = w->bins[w->n_bins - 1].load_u;
	before = w->bins[w->n_bins - 2].load_u;
	limit = fmax(SETTLED_FRAC, SETTLED_PART * fabs(isnan(due) ? 0.0 : due));
	if (now < GONE_FRAC * s->expected_u * fmin(1.0, 1.0 + due) ||
		fabs(now - before) > limit * now ||
		fabs(before - w->bins[w->n_bins - 3].load_u) > limit * now)
		return;
	judge_change(p, now);
}

/* Once a tenth of a second: does the level go on as it was? */
static void watch_level(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_stair *s = &p->stair;
	struct trend trend;
	double expected, now;

	if (w->n_bins == 0 || w->bins[w->n_bins - 1].t_s <= s->bin_s)
		return;
	s->bin_s = w->bins[w->n_bins - 1].t_s;
	if (!isnan(s->change_s)) {
		follow_change(p);
		return;
	}
	trend = trend_of(p);
	if (!trend.is_known)
		return;
	now = w->bins[w->n_bins - 1].load_u;
	expected = expected_at(p, &trend, s->bin_s);
	if (fabs(now / expected - 1.0) < change_least(p)) {
		s->level_u[s->i] = now;
		return;
	}
	procedure_take_clear(p);
	unkeep(p, left_s(p, &trend, LEFT_PART * change_least(p)));
	if (s->i > 0 && s->bin_s - s->since_s < SHORT_S) {
		/* the change before was not over */
		s->clear_s = s->quiet_s = s->kept_s = p->watch.t_s;
		return;
	}
	s->change_s = s->bin_s;
	s->expected_u = expected;
}

/* --- the end -------------------------------------------------------------------------------------- */

/* Masses and levels must have the same order, all of them. */
static bool is_in_order(struct procedure *p)
{
	const struct procedure_request *q = &p->request;
	const double *u = p->stair.level_u;
	char high[PROCEDURE_KG_SIZE], low[PROCEDURE_KG_SIZE];

	for (int i = 0; i < q->n_masses; i++)
		for (int k = 0; k < q->n_masses; k++) {
			if (q->masses_kg[i] < ORDER_RATIO * q->masses_kg[k] ||
				u[i] > u[k])
				continue;
			procedure_refuse(p,
				"%s (number %d) read less than %s (number %d): the "
				"levels do "
				"not follow the masses. Repeat the staircase.",
				procedure_kg(high, q->masses_kg[i]), i + 1,
				procedure_kg(low, q->masses_kg[k]), k + 1);
			return false;
		}
	return true;
}

static void hint_level(struct procedure *p)
{
	const struct procedure_stair *s = &p->stair;
	double left = p->end_s - p->watch.t_s;
	char kg[PROCEDURE_KG_SIZE];

	if (left > 0 || s->i + 1 >= p->request.n_masses)
		procedure_hint(p, "%s: leave it (%d of %d).",
			procedure_kg(kg, mass_now(p)), s->i + 1, p->request.n_masses);
	else
		procedure_hint(
			p, "Now %s.", procedure_kg(kg, p->request.masses_kg[s->i + 1]));
}

/* What stood there when the step began was not the staircase's yet: it came, or moved, only now. */
static bool came_anew(const struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;
	const struct procedure_stair *s = &p->stair;

	return s->i == 0 && w->is_fresh && w->is_occupied &&
	       w->arrival_s > s->taken_s && w->arrived_frac > ANEW_FRAC &&
	       root_sum_sq(w->arrival_x_mm - s->x_mm, w->arrival_y_mm - s->y_mm) >
		       ANEW_MM;
}

static void measure(struct procedure *p, const struct raw_frame *frame)
{
	const struct procedure_watch *w = &p->watch;
	struct procedure_stair *s = &p->stair;
	char kg[PROCEDURE_KG_SIZE];

	if (came_anew(p)) {
		readings_undo(p->readings);
		p->reading = NULL;
		s->change_s = NAN;
		start(p);
		return;
	}
	watch_level(p);
	if (p->state != PROCEDURE_MEASURING)
		return;
	hint_level(p);
	if (!isnan(s->change_s))
		return;
	if (!keep_moments(p, frame)) {
		procedure_refuse(
			p, "There is no room for more steps: fit, or begin anew.");
	} else if (s->i + 1 < p->request.n_masses) {
		if (w->t_s - s->since_s > PROCEDURE_STAIR_S + LATE_S)
			procedure_refuse(p,
				"The change to %s did not come within %.0f s: repeat "
				"the "
				"staircase.",
				procedure_kg(kg, p->request.masses_kg[s->i + 1]),
				PROCEDURE_STAIR_S + LATE_S);
	} else if (w->t_s >= p->end_s && is_in_order(p)) {
		procedure_compare_cells(p);
		procedure_finish(p);
	}
}

void procedure_stair_push(struct procedure *p, const struct raw_frame *frame)
{
	if (p->state == PROCEDURE_WAITING)
		wait(p);
	else
		measure(p, frame);
}
