#include "calibration/procedure_parts.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/core/sway/filter.h"

/* A moment keeps the cells that stand out of the zero by more than the noise of its average, so that
 * what crosstalk leaves on the lines of a load is kept, too. */
#define KEEP_SDS       3.0
#define KEEP_LEAST_CNT 0.5

#define SWAY_CUTOFF_HZ                                                                 \
	5.0 /* as for a person on a mat of cells: docs/metrics.md, "The series" */
#define SWAY_LEAST_S 2.0
#define SWAY_SINCE_S 3.0 /* after the onset it begins: procedure_load.c */
#define JITTER_P     0.99

void procedure_take_clear(struct procedure *p)
{
	p->take.n = 0;
	memset(p->take.sum_cnt, 0, (size_t)p->n_cells * sizeof(float));
}

void procedure_take_add(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_take *take = &p->take;

	for (int i = 0; i < p->n_cells; i++)
		take->sum_cnt[i] += (float)frame->cells[i];
	if (take->n++ == 0)
		take->first_s = p->watch.t_s;
	take->last_s = p->watch.t_s;
}

/* Put cells of lines outside first..last at their zero. */
static void leave_out(struct procedure *p, int first, int last, bool columns)
{
	int n_cols = p->setup.geometry.n_cols;

	for (int i = 0; i < p->n_cells; i++) {
		int line = columns ? i % n_cols : i / n_cols;

		if (line < first || line > last)
			p->take.sum_cnt[i] = p->readings->zero_cnt[i];
	}
}

bool procedure_take_keep(struct procedure *p, double mass_kg, int pass, int first,
	int last, bool columns)
{
	struct procedure_take *take = &p->take;
	double step_s = 1.0 / p->setup.rate_hz, band;
	struct snapshot moment = {
		.t_s = 0.5 * (take->first_s + take->last_s),
		.span_s = take->last_s - take->first_s + step_s,
		.mass_kg = mass_kg,
		.pass = pass,
	};
	int err;

	if (take->n == 0)
		return true;
	for (int i = 0; i < p->n_cells; i++)
		take->sum_cnt[i] /= (float)take->n;
	band = fmax(KEEP_LEAST_CNT, KEEP_SDS * p->watch.noise_cnt / sqrt(take->n));
	if (last >= 0) {
		leave_out(p, first, last, columns);
		band = 0; /* a line tells by its mean of less than a cell does */
	}
	err = readings_add(p->readings, &moment, take->sum_cnt, (float)band);
	procedure_take_clear(p);
	return err == 0;
}

/* --- frames --------------------------------------------------------------------------------------- */

void procedure_timing_clear(struct procedure_timing *t)
{
	memset(t, 0, sizeof(*t));
}

void procedure_timing_add(struct procedure_timing *t, double t_s, int n_lost)
{
	double step = t_s - t->last_s;

	if (t->n_frames++ == 0) {
		t->first_s = t->last_s = t_s;
		return; /* what was lost before belongs to nobody */
	}
	t->last_s = t_s;
	t->n_lost += n_lost;
	t->worst_gap_s = fmax(t->worst_gap_s, step);
	if (n_lost > 0)
		return; /* a hole is a loss, not jitter */
	step = fmin(step / PROCEDURE_STEP_S, PROCEDURE_N_STEPS - 1);
	t->steps[(int)(step + 0.5)]++;
}

/* Return the middle interval. */
static double median_step(const struct procedure_timing *t, double n)
{
	double seen = 0;

	for (int i = 0; i < PROCEDURE_N_STEPS; i++) {
		seen += t->steps[i];
		if (seen >= 0.5 * n)
			return i;
	}
	return NAN;
}

void procedure_timing_tell(const struct procedure_timing *t, struct reading *reading)
{
	double n = 0, seen = 0, middle;
	int away = 0;

	reading->lost_frac = (double)t->n_lost / fmax(1, t->n_lost + t->n_frames);
	if (t->last_s > t->first_s)
		reading->rate_hz = (t->n_frames - 1) / (t->last_s - t->first_s);
	for (int i = 0; i < PROCEDURE_N_STEPS; i++)
		n += t->steps[i];
	if (n < 1)
		return;
	middle = median_step(t, n);
	for (; away < PROCEDURE_N_STEPS && seen < JITTER_P * n; away++)
		for (int side = -1; side <= (away > 0); side += 2) {
			int i = (int)middle + side * away;

			if (i >= 0 && i < PROCEDURE_N_STEPS)
				seen += t->steps[i];
		}
	reading->jitter_p99_ms = 1e3 * PROCEDURE_STEP_S * (away - 1);
}

/* --- the COP at rest ------------------------------------------------------------------------------ */

void procedure_sway_add(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;

	if (p->n_sway == PROCEDURE_MAX_SWAY || isnan(w->x_mm))
		return;
	p->sway_t_s[p->n_sway] = w->t_s;
	p->sway_x_mm[p->n_sway] = w->x_mm;
	p->sway_y_mm[p->n_sway++] = w->y_mm;
}

static double filtered_square(
	const struct filter *filter, double *x, int n, double *work)
{
	double mean = 0, sum = 0;

	filter_both_ways(filter, FILTER_BUTTER2_PAD, x, n, work);
	for (int i = 0; i < n; i++)
		mean += x[i] / n;
	for (int i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sum / n;
}

/* What the load before left behind fades, and the COP drifts with it: that line is taken off. */
static void take_line_off(const double *t_s, double *x, int n)
{
	double st = 0, sx = 0, stt = 0, stx = 0, slope;

	for (int i = 0; i < n; i++) {
		double t = log(t_s[i] - t_s[0] + SWAY_SINCE_S);

		st += t;
		sx += x[i];
		stt += t * t;
		stx += t * x[i];
	}
	slope = (n * stx - st * sx) / (n * stt - st * st);
	for (int i = 0; i < n; i++)
		x[i] -= slope * log(t_s[i] - t_s[0] + SWAY_SINCE_S);
}

void procedure_sway_tell(struct procedure *p, struct reading *reading)
{
	int n = p->n_sway;
	double span = n > 1 ? p->sway_t_s[n - 1] - p->sway_t_s[0] : 0.0, rate, square;
	double path = 0;
	struct filter filter;

	if (span < SWAY_LEAST_S || n <= 2 * FILTER_BUTTER2_PAD)
		return;
	rate = (n - 1) / span;
	if (rate <= 2.5 * SWAY_CUTOFF_HZ)
		return; /* too slow to filter as a person's COP is */
	take_line_off(p->sway_t_s, p->sway_x_mm, n);
	take_line_off(p->sway_t_s, p->sway_y_mm, n);
	filter = filter_butter2(SWAY_CUTOFF_HZ, rate);
	square = filtered_square(&filter, p->sway_x_mm, n, p->sway_work) +
		 filtered_square(&filter, p->sway_y_mm, n, p->sway_work);
	for (int i = 1; i < n; i++)
		path += root_sum_sq(p->sway_x_mm[i] - p->sway_x_mm[i - 1],
			p->sway_y_mm[i] - p->sway_y_mm[i - 1]);
	reading->cop_rms_mm = sqrt(square);
	reading->noise_velocity_mm_s = path / span;
}
