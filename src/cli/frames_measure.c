#include "src/cli/frames_measure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TWO_FEET_MM 200.0 /* a narrower map is no mat for two feet */
#define GAP_COLS    2     /* empty columns between two feet */
#define LEAST_FRAC  0.05  /* of all load that a foot carries at least */
#define TOLD_FRAC   0.01  /* more than that apart and it is said */
#define SLOW_HZ     50.0  /* ISPGR: sway needs as many frames a second (Scoppa 2013) */
#define MMS_TO_N    1e-3  /* a kilopascal on a square millimetre */

static void measure_part(const struct mapfile_head *h, const struct mapfile_part *p,
	struct frames_figures *f)
{
	double x = 0, y = 0, cell_mm2 = p->pitch_x_mm * p->pitch_y_mm;

	*f = (struct frames_figures){
		.cop_x_cells = NAN, .cop_y_cells = NAN, .cop_x_mm = NAN, .cop_y_mm = NAN
	};
	for (int i = 0; i < p->n_rows * p->n_cols; i++) {
		double v = p->cells[i];

		if (!(v > 0)) /* a place without a cell, too */
			continue;
		f->sum += v;
		f->n_contact++;
		f->peak = fmax(f->peak, v);
		x += v * (i % p->n_cols + 0.5 - 0.5 * p->n_cols);
		y += v * (0.5 * p->n_rows - 0.5 - i / p->n_cols);
	}
	f->force_n = f->sum * h->kpa_per_unit * cell_mm2 * MMS_TO_N;
	f->contact_mm2 = f->n_contact * cell_mm2;
	if (!(f->sum > 0))
		return;
	f->cop_x_cells = x / f->sum;
	f->cop_y_cells = y / f->sum;
	f->cop_x_mm = f->cop_x_cells * p->pitch_x_mm;
	f->cop_y_mm = f->cop_y_cells * p->pitch_y_mm;
}

/* The left share of a map wide enough for two feet that stand apart: the widest run of empty columns
 * between loaded ones parts them. */
static double split_by_gap(const struct mapfile_part *p)
{
	double col_sum[MAPFILE_MAX_SIDE] = { 0 }, all = 0, left = 0;
	int best = 0, best_end = -1, run = 0, first = -1;

	if (!(p->n_cols * p->pitch_x_mm >= TWO_FEET_MM))
		return NAN;
	for (int i = 0; i < p->n_rows * p->n_cols; i++) {
		if (!(p->cells[i] > 0))
			continue;
		col_sum[i % p->n_cols] += p->cells[i];
		all += p->cells[i];
	}
	for (int col = 0; col < p->n_cols; col++) {
		if (col_sum[col] > 0) {
			if (first >= 0 && run > best) {
				best = run;
				best_end = col;
			}
			first = first < 0 ? col : first;
			run = 0;
		} else {
			run++;
		}
	}
	for (int col = 0; col < best_end; col++)
		left += col_sum[col];
	if (best < GAP_COLS || left < LEAST_FRAC * all || left > (1 - LEAST_FRAC) * all)
		return NAN;
	return left / all;
}

static double share(const struct mapfile_frame *frame, const struct frames_measures *m)
{
	double left = 0, right = 0;

	if (frame->n_parts == 1)
		return split_by_gap(&frame->parts[0]);
	for (int k = 0; k < frame->n_parts; k++) {
		if (frame->parts[k].side == MAPFILE_LEFT)
			left += m->part[k].sum;
		if (frame->parts[k].side == MAPFILE_RIGHT)
			right += m->part[k].sum;
	}
	return left > 0 && right > 0 ? left / (left + right) : NAN;
}

/* Does the file's own total agree? */
static void compare(const struct mapfile_frame *frame, struct frames_measures *m)
{
	double told_n = 0, told_sum = 0;

	for (int k = 0; k < frame->n_parts; k++) {
		told_n += frame->parts[k].told_n;
		told_sum += frame->parts[k].told_sum;
	}
	m->told_n = told_n;
	m->told_frac = NAN;
	if (told_n > 0 && m->all.force_n > 0)
		m->told_frac = told_n / m->all.force_n - 1;
	else if (told_sum > 0 && m->all.sum > 0)
		m->told_frac = told_sum / m->all.sum - 1;
}

void frames_measure(const struct mapfile_head *h, const struct mapfile_frame *frame,
	struct frames_measures *m)
{
	memset(m, 0, sizeof(*m));
	for (int k = 0; k < frame->n_parts; k++) {
		const struct frames_figures *f = &m->part[k];

		measure_part(h, &frame->parts[k], &m->part[k]);
		m->all.sum += f->sum;
		m->all.force_n += f->force_n;
		m->all.peak = fmax(m->all.peak, f->peak);
		m->all.n_contact += f->n_contact;
		m->all.contact_mm2 += f->contact_mm2;
	}
	if (frame->n_parts == 1)
		m->all = m->part[0];
	else
		m->all.cop_x_cells = m->all.cop_y_cells = m->all.cop_x_mm =
			m->all.cop_y_mm = NAN;
	m->left_frac = share(frame, m);
	compare(frame, m);
}

/* --- all of them -------------------------------------------------------------------------- */

static void widen(double *least, double *most, double value, bool first)
{
	*least = first ? value : fmin(*least, value);
	*most = first ? value : fmax(*most, value);
}

static void add_label(struct frames_summary *s, const char *label, double left_frac)
{
	int k = 0;

	while (k < s->n_labels && strcmp(s->labels[k].label, label) != 0)
		k++;
	if (!*label || k == FRAMES_MAX_LABELS)
		return;
	if (k == s->n_labels) {
		snprintf(s->labels[k].label, sizeof(s->labels[k].label), "%s", label);
		s->n_labels++;
	}
	s->labels[k].n++;
	s->labels[k].left_sum += left_frac;
}

void frames_summary_add(struct frames_summary *s, const struct mapfile_frame *frame,
	const struct frames_measures *m)
{
	widen(&s->sum_least, &s->sum_most, m->all.sum, s->n == 0);
	widen(&s->force_least_n, &s->force_most_n, m->all.force_n, s->n == 0);
	if (isfinite(m->left_frac)) {
		widen(&s->left_least, &s->left_most, m->left_frac, s->n_two_feet == 0);
		s->left_sum += m->left_frac;
		s->n_two_feet++;
		add_label(s, frame->label, m->left_frac);
	}
	s->n++;
	s->has_force |= isfinite(m->all.force_n);
	s->has_pitch |= isfinite(frame->parts[0].pitch_x_mm);
	s->apart |= frame->n_parts > 1;
	s->has_side |= frame->parts[0].side != MAPFILE_UNKNOWN;
	if (isfinite(frame->t_s)) {
		s->has_time = true;
		s->last_t_s = frame->t_s;
	}
	if (isfinite(m->told_frac) && fabs(m->told_frac) > fabs(s->told_worst_frac))
		s->told_worst_frac = m->told_frac;
}

struct notes {
	int n;
	char (*text)[FRAMES_NOTE_SIZE];
};

__attribute__((format(printf, 2, 3))) static void note(
	struct notes *notes, const char *format, ...)
{
	va_list args;

	if (notes->n == FRAMES_MAX_NOTES)
		return;
	va_start(args, format);
	vsnprintf(notes->text[notes->n++], FRAMES_NOTE_SIZE, format, args);
	va_end(args);
}

static void note_units(
	struct notes *n, const struct mapfile_head *h, const struct frames_summary *s)
{
	if (!h->unit[0] || strcmp(h->unit, "raw") == 0)
		note(n, "the numbers have no unit: shares and centres hold as far as "
			"all cells are alike and straight; forces cannot be known");
	else if (isnan(h->kpa_per_unit))
		note(n, "\"%s\" is no pressure known here: forces are not given",
			h->unit);
	if (!s->has_pitch)
		note(n, "the size of the cells is not said: centres and areas are in "
			"cells");
	if (h->threshold > 0)
		note(n, "what was below %g %s was written as 0: light load is missing",
			h->threshold, h->unit);
	if (fabs(s->told_worst_frac) > TOLD_FRAC)
		note(n,
			"the file's own total differs from the sum of its cells by up "
			"to %.0f %%",
			100 * fabs(s->told_worst_frac));
}

static void note_feet(struct notes *n, const struct frames_summary *s)
{
	if (s->apart)
		note(n, "each foot has a sensor of its own: how they stand to each "
			"other is not said, so there is no common centre");
	else if (s->n_two_feet == 0)
		note(n,
			"one map that does not show two feet apart: no share of left "
			"and right%s",
			s->has_side ? "" : ", and which foot it is is not said");
	else
		note(n, "two feet are told apart by the empty columns between them; "
			"the left one is taken to be on the left as written");
	note(n, "the first row is taken to be the front; nothing in the file says so");
}

static void note_time(struct notes *n, const struct frames_summary *s)
{
	double rate_hz = s->n > 1 && s->last_t_s > 0 ? (s->n - 1) / s->last_t_s : NAN;

	if (!s->has_time || s->n < 2)
		note(n, "no time: each frame stands for itself; sway, speed and creep "
			"cannot be known");
	else if (rate_hz < SLOW_HZ)
		note(n, "%.3g frames a second: too slow for sway, which takes 50",
			rate_hz);
}

int frames_notes(const struct mapfile_head *h, const struct frames_summary *s,
	char text[FRAMES_MAX_NOTES][FRAMES_NOTE_SIZE])
{
	struct notes notes = { 0, text };

	note_units(&notes, h, s);
	note_feet(&notes, s);
	note_time(&notes, s);
	note(&notes, "how the sensor was calibrated, crept and saturated is not in the "
		     "file: take totals with care, shares with less");
	return notes.n;
}
