#include "src/core/trial/rise.h"

#include <math.h>
#include <stdbool.h>

/* Before a rise: the rows from REST_S to GAP_S before its first twentieth; after it, from GAP_S to
 * REST_S after the load became quiet. The gap keeps the movement's own slow end out. */
#define REST_S     1.0
#define GAP_S      0.3
#define REST_LEAST 5 /* rows */
#define LEAVE_FRAC 0.05

/* The band: that part of the way (of the weight, at the end), or that many standard deviations of the
 * rest, but no more than so much. */
#define BEGIN_FRAC     0.01
#define BEGIN_SD       4.0
#define BEGIN_MAX_FRAC 0.1
#define END_FRAC       0.005
#define END_SD         4.0
#define END_MAX_FRAC   0.02

/* The begin: a second level, in bands; cbrt(3) - 1. */
#define OUTER      3.0
#define OUTER_TIME 0.442249570307408

/* The end: two levels of the last swing, near its end if it is large (of the weight); no nearer to
 * each other than that. */
#define SWING_LOW      0.2
#define SWING_HIGH     0.7
#define SWING_APART    0.8
#define SWING_LOW_MAX  0.01
#define SWING_HIGH_MAX 0.04
#define STILL_FRAC     0.04 /* rest goes on as long as the load stays that near */

/* A load at rest. */
struct rest {
	double level_n, sd_n;
};

/* Mean and spread of the rows first .. last whose time lies in from_s .. to_s. Returns false if those
 * are too few. */
static bool take_rest(const double *t_s, const double *force_n, int first, int last,
	double from_s, double to_s, struct rest *rest)
{
	double sum = 0.0, squares = 0.0, mean;
	int n = 0;

	for (int i = first; i <= last; i++) {
		if (isnan(force_n[i]) || t_s[i] < from_s || t_s[i] > to_s)
			continue;
		sum += force_n[i];
		n++;
	}
	if (n < REST_LEAST)
		return false;
	mean = sum / n;
	for (int i = first; i <= last; i++) {
		if (!isnan(force_n[i]) && t_s[i] >= from_s && t_s[i] <= to_s)
			squares += (force_n[i] - mean) * (force_n[i] - mean);
	}
	*rest = (struct rest){ mean, sqrt(squares / (n - 1)) };
	return true;
}

static double out_n(const struct rest *rest, double force_n, bool both_ways)
{
	double away = force_n - rest->level_n;

	return both_ways ? fabs(away) : away;
}

/* Where the load is `band` away, between two rows. */
static double between(const double *t_s, const struct rest *rest, const double *force_n,
	int i, double band, bool both_ways)
{
	double a = out_n(rest, force_n[i], both_ways);
	double b = out_n(rest, force_n[i + 1], both_ways);
	double frac = (band - a) / (b - a);

	return frac >= 0.0 && frac <= 1.0 ? t_s[i] + frac * (t_s[i + 1] - t_s[i])
					  : t_s[i];
}

/* Back from `row`, outside the band: where it was left. */
static double left_at_s(const double *t_s, const double *force_n, int row,
	const struct rest *rest, double band)
{
	int i = row;

	while (i > 0 && !(out_n(rest, force_n[i - 1], false) <= band))
		i--;
	return i > 0 ? between(t_s, rest, force_n, i - 1, band, false) : t_s[0];
}

/* Back from `row`, inside the band: where it was reached. */
static double reached_at_s(const double *t_s, const double *force_n, int row,
	const struct rest *rest, double band)
{
	int i = row;

	while (i > 0 && !(out_n(rest, force_n[i - 1], true) > band))
		i--;
	return i > 0 ? between(t_s, rest, force_n, i - 1, band, true) : t_s[0];
}

double rise_begin_s(const double *t_s, const double *force_n, int row, double seated_n,
	double standing_n)
{
	double way = standing_n - seated_n, band, inner_s, outer_s;
	struct rest rest = { seated_n, 0.0 };
	int left = row;

	while (left > 0 && !(force_n[left - 1] <= seated_n + LEAVE_FRAC * way))
		left--;
	(void)take_rest(
		t_s, force_n, 0, left, t_s[left] - REST_S, t_s[left] - GAP_S, &rest);
	band = fmin(fmax(BEGIN_FRAC * way, BEGIN_SD * rest.sd_n), BEGIN_MAX_FRAC * way);
	inner_s = left_at_s(t_s, force_n, row, &rest, band);
	outer_s = left_at_s(t_s, force_n, row, &rest, OUTER * band);
	return fmax(t_s[0],
		inner_s - fmin((outer_s - inner_s) / OUTER_TIME, RISE_ADDED_MAX_S));
}

/* The part of its time at which a minimum-jerk movement has gone `way` of its way. */
static double time_of(double way)
{
	double low = 0.0, high = 1.0;

	for (int i = 0; i < 30; i++) {
		double u = 0.5 * (low + high);

		if (u * u * u * (10.0 + u * (6.0 * u - 15.0)) < way)
			low = u;
		else
			high = u;
	}
	return 0.5 * (low + high);
}

/* How far the load swung in the last swing that left the band, back from `row`. */
static double last_swing_n(
	const double *force_n, int row, const struct rest *rest, double band)
{
	double swing = 0.0, side;
	int i = row;

	while (i > 0 && !(out_n(rest, force_n[i], true) > band))
		i--;
	side = force_n[i] - rest->level_n;
	for (; i >= 0 && !((force_n[i] - rest->level_n) * side < 0.0); i--)
		swing = fmax(swing, out_n(rest, force_n[i], true));
	return swing;
}

/* The last row of the quiet stretch that begins with `row`. */
static int still_until(const double *force_n, int n, int row, double standing_n)
{
	double low = force_n[row], high = force_n[row];

	for (int i = row; i < n; i++) {
		low = fmin(low, force_n[i]);
		high = fmax(high, force_n[i]);
		if (high - low > STILL_FRAC * standing_n)
			return i - 1;
	}
	return n - 1;
}

double rise_end_s(
	const double *t_s, const double *force_n, int n, int row, double standing_n)
{
	struct rest rest = { standing_n, 0.0 };
	double from_s = t_s[row] + GAP_S, band, swing, low, high, low_s, added_s;
	int inside = row, last;

	last = still_until(force_n, n, row, standing_n);
	if (!take_rest(t_s, force_n, row, last, from_s, t_s[row] + REST_S, &rest))
		return t_s[row];
	while (inside < last && t_s[inside] < from_s)
		inside++;
	band = fmin(fmax(END_FRAC * standing_n, END_SD * rest.sd_n),
		END_MAX_FRAC * standing_n);
	swing = last_swing_n(force_n, inside, &rest, band);
	low = fmax(band, fmin(SWING_LOW * swing, SWING_LOW_MAX * standing_n));
	high = fmin(SWING_HIGH * swing, SWING_HIGH_MAX * standing_n);
	low_s = reached_at_s(t_s, force_n, inside, &rest, low);
	if (low > SWING_APART * high)
		return low_s;
	added_s = (low_s - reached_at_s(t_s, force_n, inside, &rest, high)) *
		  time_of(low / swing) / (time_of(high / swing) - time_of(low / swing));
	return low_s + fmin(added_s, RISE_ADDED_MAX_S);
}
