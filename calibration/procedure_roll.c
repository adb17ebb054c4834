#include "calibration/procedure_parts.h"

#include <math.h>
#include <string.h>

#include "src/base/text.h"

/* A roller: one line of cells pressed from end to end, and few lines at once. What it left on lines that
 * it came from (creep, up to 40 %) and feet beside it do not look like that. Chosen: two feet side by side
 * fill two fifths of a line of 480 mm; a roller 5 degrees askew still fills half of it. */
#define LINE_FRAC  0.45 /* of a line's cells that carry at least LINE_CELL */
#define LINE_CELL  0.5  /* of that line's usual cell */
#define RIM_FRAC   0.5  /* of the strongest line: a neighbour that it touches, too */
#define RIM_CELLS  0.25 /* and as LINE_FRAC, of such a neighbour */
#define THICK_FRAC 0.4
#define COVER_CELL 0.2 /* of the usual cell: less is no contact with the roller */

#define SWEEP_FRAC  0.6 /* of the mat's length travelled: a pass */
#define PART_FRAC   0.2 /* less is no pass of its own */
#define TURN_FRAC   0.05
#define TURN_PITCH  2.5
#define GONE_S      0.15
#define STILL_S     1.0
#define STILL_PITCH 0.5
#define AT_END_FRAC                                                                    \
	0.15       /* of the length: here a roller at rest has finished its pass */
#define REST_S 0.5 /* frames of a roller at rest are kept no longer than this */

#define KEEP_PITCH 0.25 /* a moment each such step */
#define KEEP_MOST  0.5
#define BLUR_PITCH                                                                     \
	0.1 /* frames are averaged no farther: what a cell shows bends with its force */
#define KEEP_LINES 2  /* beside those it touches */
#define KEEP_SHARE 10 /* of the room for cells, to one sweep */

#define GOOD_COVERAGE  0.95
#define LEAST_COVERAGE 0.60
#define HOLE_FRAC      0.06 /* of a ninth of the mat */
#define HOLE_LEAST     6
#define DEAD_LINE_FRAC 0.05
#define LIVE_LINE_FRAC 0.5
#define FAINT_SDS      8.0

void procedure_roll_begin(struct procedure *p)
{
	int n = p->request.n_passes;

	p->roll = (struct procedure_roll){
		.n_wanted = n > 0 ? n : PROCEDURE_ROLL_PASSES,
	};
	procedure_hint(
		p, "Lay the roller across the mat at one edge and roll to the other.");
}

/* --- is it a line? -------------------------------------------------------------------------------- */

struct profile {
	int n_lines, n_across;
	double pitch_mm;
	double u[GEOMETRY_MAX_SIDE], u2[GEOMETRY_MAX_SIDE];
	int n[GEOMETRY_MAX_SIDE]; /* cells that carry their part of the line */
};

static double usual_of(const struct profile *f, int line)
{
	return f->u[line] > 0 ? f->u2[line] / f->u[line] : 0.0;
}

static void take_profile(const struct procedure *p, bool columns, struct profile *f)
{
	const struct procedure_watch *w = &p->watch;
	const struct mat_geometry *g = &p->setup.geometry;
	int n_cols = g->n_cols;

	*f = (struct profile){ .n_lines = columns ? n_cols : g->n_rows,
		.n_across = columns ? g->n_rows : n_cols,
		.pitch_mm = columns ? g->pitch_x_mm : g->pitch_y_mm };
	for (int k = 0; k < w->n_contact; k++) {
		int line = columns ? w->contact[k] % n_cols : w->contact[k] / n_cols;
		double u = (double)w->contact_u[k];

		f->u[line] += u;
		f->u2[line] += u * u;
	}
	for (int k = 0; k < w->n_contact; k++) {
		int line = columns ? w->contact[k] % n_cols : w->contact[k] / n_cols;

		f->n[line] += (double)w->contact_u[k] >= LINE_CELL * usual_of(f, line);
	}
}

static bool is_rim(const struct profile *f, int line, int peak)
{
	return line >= 0 && line < f->n_lines && f->u[line] >= RIM_FRAC * f->u[peak] &&
	       f->n[line] >= RIM_CELLS * f->n_across;
}

/* Find the strongest line with those beside it. Returns how far it stands out of the mean line, 0 if it
 * is no line of a roller. */
static double find_run(const struct profile *f, int *first, int *last)
{
	double sum = 0.0;
	int peak = -1;

	for (int i = 0; i < f->n_lines; i++) {
		sum += f->u[i];
		if (f->n[i] >= LINE_FRAC * f->n_across &&
			(peak < 0 || f->u[i] > f->u[peak]))
			peak = i;
	}
	*first = *last = peak;
	if (peak < 0)
		return 0.0;
	while (is_rim(f, *first - 1, peak))
		--*first;
	while (is_rim(f, *last + 1, peak))
		++*last;
	if (*last - *first + 1 > fmax(2, THICK_FRAC * f->n_lines))
		return 0.0; /* a plate */
	return f->u[peak] * f->n_lines / sum;
}

/* Places rise with the line's number here; the middle of the mat is 0. */
static double middle_of(const struct profile *f, int first, int last)
{
	double sum = 0.0, moment = 0.0;

	for (int i = first; i <= last; i++) {
		sum += f->u[i];
		moment += f->u[i] * (i - 0.5 * (f->n_lines - 1)) * f->pitch_mm;
	}
	return moment / sum;
}

static bool find_line(struct procedure *p, struct procedure_line *line)
{
	const struct procedure_watch *w = &p->watch;
	struct profile rows, cols, *f;
	int row_first, row_last, col_first, col_last;
	double row, col, usual = 0.0;

	if (!(w->load_u > w->floor_u))
		return false;
	take_profile(p, false, &rows);
	take_profile(p, true, &cols);
	row = find_run(&rows, &row_first, &row_last);
	col = find_run(&cols, &col_first, &col_last);
	if (!(row > 0) && !(col > 0))
		return false;
	line->columns = col > row;
	f = line->columns ? &cols : &rows;
	line->first = line->columns ? col_first : row_first;
	line->last = line->columns ? col_last : row_last;
	line->at_mm = middle_of(f, line->first, line->last);
	for (int i = line->first; i <= line->last; i++)
		usual = fmax(usual, usual_of(f, i));
	line->strength_cnt = usual / (1 + usual) * p->setup.full_scale;
	return true;
}

/* --- coverage ------------------------------------------------------------------------------------- */

static void cover(struct procedure *p, const struct snapshot *s)
{
	const struct readings *r = p->readings;
	double sum = 0.0, sum2 = 0.0;

	for (int k = s->first; k < s->first + s->n; k++) {
		double above = (double)(r->count[k] - r->zero_cnt[r->cell[k]]);

		sum += fmax(0.0, above);
		sum2 += above * above;
	}
	for (int k = s->first; k < s->first + s->n; k++) {
		int i = r->cell[k];
		double above = (double)(r->count[k] - r->zero_cnt[i]);

		if (r->count[k] > p->watch.limit_cnt[i] &&
			above > COVER_CELL * sum2 / sum)
			p->coverage[i] = 1;
	}
}

void procedure_roll_recount(struct procedure *p)
{
	const struct readings *r = p->readings;

	memset(p->coverage, 0, (size_t)p->n_cells);
	if (!p->watch.has_zero)
		return;
	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];

		if (item->kind != READING_ROLL || item->dropped)
			continue;
		for (int k = item->first; k < item->first + item->n; k++)
			cover(p, &r->snapshots[k]);
	}
}

double procedure_roll_coverage(const struct procedure *p)
{
	int n = 0;

	for (int i = 0; i < p->n_cells; i++)
		n += p->coverage[i];
	return (double)n / p->n_cells;
}

/* Lines without any answer between lines that answer: broken, not missed. */
static void find_dead_lines(
	const struct procedure *p, bool columns, bool *dead, int *n_dead)
{
	const struct mat_geometry *g = &p->setup.geometry;
	int n_lines = columns ? g->n_cols : g->n_rows;
	int n_across = columns ? g->n_rows : g->n_cols;
	double share[GEOMETRY_MAX_SIDE] = { 0.0 };

	for (int i = 0; i < p->n_cells; i++)
		share[columns ? i % g->n_cols : i / g->n_cols] +=
			(double)p->coverage[i] / n_across;
	for (int k = 0; k < n_lines; k++) {
		double before = k > 0 ? share[k - 1] : 1.0;
		double after = k + 1 < n_lines ? share[k + 1] : 1.0;

		dead[k] = share[k] < DEAD_LINE_FRAC && before > LIVE_LINE_FRAC &&
			  after > LIVE_LINE_FRAC && k > 0 && k + 1 < n_lines;
		*n_dead += dead[k];
	}
}

/* Name the ninths of the mat that were missed; "" none. Returns how many lines are dead. */
static int name_holes(const struct procedure *p, char *names, size_t size)
{
	const struct mat_geometry *g = &p->setup.geometry;
	bool dead_row[GEOMETRY_MAX_SIDE], dead_col[GEOMETRY_MAX_SIDE];
	int missed[PROCEDURE_NINTHS] = { 0 }, all[PROCEDURE_NINTHS] = { 0 }, n_dead = 0;

	find_dead_lines(p, false, dead_row, &n_dead);
	find_dead_lines(p, true, dead_col, &n_dead);
	for (int i = 0; i < p->n_cells; i++) {
		int row = i / g->n_cols, col = i % g->n_cols;
		int ninth = procedure_ninth_of(g, row, col);

		all[ninth]++;
		missed[ninth] += !p->coverage[i] && !dead_row[row] && !dead_col[col];
	}
	text_copy(names, size, "");
	for (int k = 0; k < PROCEDURE_NINTHS; k++) {
		char before[PROCEDURE_TEXT_SIZE];

		if (missed[k] < HOLE_LEAST || missed[k] < HOLE_FRAC * all[k])
			continue;
		text_copy(before, sizeof(before), names);
		text_format(names, size, "%s%s%s", before, before[0] ? ", " : "",
			procedure_ninth_name(k));
	}
	return n_dead;
}

/* --- the end -------------------------------------------------------------------------------------- */

static void note_holes(struct procedure *p)
{
	char names[PROCEDURE_TEXT_SIZE / 2];
	double coverage = procedure_roll_coverage(p);
	int n_dead = name_holes(p, names, sizeof(names));

	if (names[0])
		procedure_note(p,
			"Not pressed: %s (%.1f %% of the cells so far are). Roll "
			"there, too.",
			names, 100.0 * coverage);
	else if (coverage < GOOD_COVERAGE)
		procedure_note(p,
			"Only %.1f %% of the cells answered so far: roll again.",
			100.0 * coverage);
	if (n_dead > 0)
		procedure_note(
			p, "%d whole lines did not answer the roller: broken.", n_dead);
}

static void end_roll(struct procedure *p)
{
	struct procedure_roll *roll = &p->roll;
	double coverage = procedure_roll_coverage(p);
	char names[PROCEDURE_TEXT_SIZE / 2];

	if (coverage < LEAST_COVERAGE) {
		name_holes(p, names, sizeof(names));
		procedure_refuse(p,
			"Only %.0f %% of the cells were pressed; missed: %s. A longer "
			"or "
			"heavier roller, from edge to edge.",
			100.0 * coverage, names);
		return;
	}
	p->reading->coverage_frac = coverage;
	note_holes(p);
	if (roll->n_sweeps < roll->n_wanted)
		procedure_note(p, "%d of %d passes were seen in %.0f s.",
			roll->n_sweeps, roll->n_wanted, PROCEDURE_ROLL_S);
	if (roll->strength_cnt < FAINT_SDS * p->watch.noise_cnt * roll->n_strength)
		procedure_note(p,
			"The roller presses a cell to %.0f counts only: a heavier one "
			"would "
			"tell more.",
			roll->strength_cnt / fmax(1, roll->n_strength));
	procedure_finish(p);
}

/* --- sweeps --------------------------------------------------------------------------------------- */

static double pitch_of(const struct procedure *p, bool columns)
{
	const struct mat_geometry *g = &p->setup.geometry;

	return columns ? g->pitch_x_mm : g->pitch_y_mm;
}

static double length_of(const struct procedure *p, bool columns)
{
	const struct mat_geometry *g = &p->setup.geometry;

	return columns ? g->n_cols * g->pitch_x_mm : g->n_rows * g->pitch_y_mm;
}

static void begin_sweep(struct procedure *p, double from_mm, int direction)
{
	struct procedure_roll *roll = &p->roll;

	roll->sweep = (struct procedure_sweep){
		.is_on = true,
		.columns = roll->line.columns,
		.direction = direction,
		.from_mm = from_mm,
		.to_mm = roll->line.at_mm,
		.first_moment = p->readings->n_snapshots,
		.kept_mm = NAN,
		.taken_mm = NAN,
		.seen_s = p->watch.t_s,
		.still_mm = roll->line.at_mm,
		.still_s = p->watch.t_s,
	};
}

/* A sweep is over: it turned, left, or rests at its end. Returns true if it was the last. */
static bool end_sweep(struct procedure *p)
{
	struct procedure_roll *roll = &p->roll;
	struct procedure_sweep *s = &roll->sweep;
	double length = length_of(p, s->columns), travel = fabs(s->to_mm - s->from_mm);

	s->is_on = false;
	procedure_take_clear(p);
	if (travel >= PART_FRAC * length)
		roll->pass++;
	if (travel >= SWEEP_FRAC * length)
		roll->n_sweeps++;
	return roll->n_sweeps >= roll->n_wanted;
}

static void hint_way(struct procedure *p)
{
	const struct procedure_roll *roll = &p->roll;
	const struct procedure_sweep *s = &roll->sweep;
	int number = roll->n_sweeps + 1;
	const char *edge = s->columns ? (s->direction > 0 ? "right" : "left")
				      : (s->direction > 0 ? "back" : "front");

	if (roll->line.strength_cnt < FAINT_SDS * p->watch.noise_cnt)
		procedure_hint(
			p, "Heavier: press on the roller, or take a heavier one.");
	else if (s->direction == 0)
		procedure_hint(p, "Roll on: pass %d of %d.", number, roll->n_wanted);
	else
		procedure_hint(p, "Roll on to the %s edge: pass %d of %d.", edge,
			number, roll->n_wanted);
}

/* Follow the line; returns true if this sweep ended the step. */
static bool follow(struct procedure *p)
{
	struct procedure_roll *roll = &p->roll;
	struct procedure_sweep *s = &roll->sweep;
	double at = roll->line.at_mm, pitch = pitch_of(p, s->columns);
	double turn = fmax(TURN_PITCH * pitch, TURN_FRAC * length_of(p, s->columns));

	s->seen_s = p->watch.t_s;
	if (fabs(at - s->still_mm) > STILL_PITCH * pitch) {
		s->still_mm = at;
		s->still_s = p->watch.t_s;
	}
	if (s->direction == 0 && fabs(at - s->from_mm) > 2 * pitch)
		s->direction = at > s->from_mm ? 1 : -1;
	if ((at - s->to_mm) * s->direction > 0 || s->direction == 0) {
		s->to_mm = at;
	} else if ((s->to_mm - at) * s->direction > turn) {
		double from = s->to_mm;
		int back = -s->direction, first = s->first_moment, was = roll->pass;

		if (end_sweep(p))
			return true;
		/* what was kept since the turn belongs to the way back */
		for (int k = first; k < p->readings->n_snapshots; k++)
			p->readings->snapshots[k].pass += roll->pass - was;
		begin_sweep(p, from, back);
	}
	return false;
}

static bool rests_at_the_end(const struct procedure *p)
{
	const struct procedure_sweep *s = &p->roll.sweep;
	double length = length_of(p, s->columns);

	return s->is_on && p->watch.t_s - s->still_s > STILL_S &&
	       fabs(s->to_mm - s->from_mm) >= SWEEP_FRAC * length &&
	       s->to_mm * s->direction > (0.5 - AT_END_FRAC) * length;
}

/* Steps between moments: a quarter of a pitch, coarser where a sweep would take too much room. */
static double step_of(const struct procedure *p)
{
	const struct procedure_line *line = &p->roll.line;
	const struct mat_geometry *g = &p->setup.geometry;
	int n_across = line->columns ? g->n_rows : g->n_cols;
	double pitch = pitch_of(p, line->columns);
	double cells = (line->last - line->first + 1 + 2 * KEEP_LINES) * n_across;
	double fits = (double)p->readings->max_cells / KEEP_SHARE / cells;
	double step = length_of(p, line->columns) / fits;

	return fmin(fmax(step, KEEP_PITCH * pitch), KEEP_MOST * pitch);
}

static double mass_on_mat(const struct procedure *p)
{
	const struct procedure_line *line = &p->roll.line;
	const struct mat_geometry *g = &p->setup.geometry;
	int n_lines = line->columns ? g->n_cols : g->n_rows;

	return line->first > 1 && line->last < n_lines - 2 ? p->request.mass_kg : NAN;
}

static bool keep_moment(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_roll *roll = &p->roll;
	const struct procedure_line *line = &roll->line;
	struct procedure_sweep *s = &roll->sweep;

	if (!(fabs(line->at_mm - s->taken_mm) <=
		    BLUR_PITCH * pitch_of(p, line->columns))) {
		procedure_take_clear(p);
		s->taken_mm = line->at_mm;
	}
	procedure_take_add(p, frame);
	if (fabs(line->at_mm - s->kept_mm) < step_of(p)) {
		if (p->take.last_s - p->take.first_s > REST_S)
			procedure_take_clear(p);
		return true;
	}
	if (!procedure_take_keep(p, mass_on_mat(p), roll->pass,
		    line->first - KEEP_LINES, line->last + KEEP_LINES, line->columns))
		return false;
	s->kept_mm = line->at_mm;
	if (!(fabs(s->to_mm - line->at_mm) > 0))
		s->first_moment = p->readings->n_snapshots;
	cover(p, &p->readings->snapshots[p->readings->n_snapshots - 1]);
	return true;
}

/* --- the step ------------------------------------------------------------------------------------- */

static void wait_for_roller(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;

	p->end_s = p->begin_s + PROCEDURE_WAIT_S;
	if (w->load_u > w->floor_u)
		procedure_hint(p, "The roller must lie across the mat, square to an "
				  "edge, and reach over "
				  "at least half of it.");
	else
		procedure_hint(p, "Lay the roller across the mat at one edge and roll "
				  "to the other.");
	if (w->t_s > p->end_s)
		procedure_refuse(p, "No roller came onto the mat within %.0f s.",
			PROCEDURE_WAIT_S);
}

static bool start_rolling(struct procedure *p)
{
	if (!procedure_open(p))
		return false;
	p->reading->onset_s = p->watch.t_s;
	procedure_enter(p, PROCEDURE_MEASURING);
	p->end_s = p->begin_s + PROCEDURE_ROLL_S;
	return true;
}

static void on_line(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_roll *roll = &p->roll;

	if (p->state == PROCEDURE_WAITING && !start_rolling(p))
		return;
	if (roll->sweep.is_on && roll->sweep.columns != roll->line.columns &&
		end_sweep(p)) {
		end_roll(p);
		return;
	}
	if (!roll->sweep.is_on)
		begin_sweep(p, roll->line.at_mm, 0);
	roll->strength_cnt += roll->line.strength_cnt;
	roll->n_strength++;
	if (follow(p)) {
		end_roll(p);
		return;
	}
	hint_way(p);
	if (!keep_moment(p, frame))
		procedure_refuse(
			p, "There is no room for more steps: fit, or begin anew.");
}

void procedure_roll_push(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_roll *roll = &p->roll;
	struct procedure_line line;

	if (find_line(p, &line)) {
		roll->line = line;
		on_line(p, frame);
	} else if (p->state == PROCEDURE_WAITING) {
		wait_for_roller(p);
	} else if (roll->sweep.is_on && p->watch.t_s - roll->sweep.seen_s > GONE_S &&
		   end_sweep(p)) {
		end_roll(p);
	}
	if (p->state != PROCEDURE_MEASURING)
		return;
	if ((rests_at_the_end(p) && roll->n_sweeps + 1 >= roll->n_wanted) ||
		p->watch.t_s > p->end_s) {
		if (roll->sweep.is_on)
			end_sweep(p);
		end_roll(p);
	}
}
