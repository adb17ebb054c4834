/* What the readings after the zero say of it, and of cells that changed their mind: something that stood on
 * the mat during zero, a zero that wandered off, a cell that died half-way. */
#include <math.h>
#include <string.h>

#include "calibration/fit_math.h"
#include "calibration/fit_parts.h"
#include "src/base/i18n.h"
#include "src/core/carve.h"

#define BELOW_SDS     8.0 /* of its noise a cell reads below its zero: that was no zero */
#define BELOW_CNT     10.0
#define BELOW_MOMENTS 3 /* in so many moments */
#define BLOB_CELLS    5 /* so many cells, each beside another: something stood there */
#define HOLE_FRAC     0.4  /* of the cells around it a loaded cell carries */
#define SILENT_FRAC   0.05 /* a cell among them that carries less is dead */
#define WANDER_SDS    5.0 /* the whole zero is off by more than the threshold of contact */
#define WANDER_CNT    5.0
#define DRIFT_SDS     1.5

struct watch {
	const struct readings *r;
	struct model *model;
	struct fit_report *report;
	int n_cells;
	double *v, *scratch;
	float *map;
	uint16_t *n_below; /* moments in which a cell read below its zero */
	uint8_t *died;
};

static size_t lay_out(struct watch *s, const struct readings *r, void *memory)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry);
	struct carve c = { .memory = memory };

	s->v = carve_take(&c, n * sizeof(double));
	s->scratch = carve_take(&c, n * sizeof(double));
	s->map = carve_take(&c, n * sizeof(float));
	s->n_below = carve_take(&c, n * sizeof(uint16_t));
	s->died = carve_take(&c, n);
	return c.used;
}

size_t fit_watch_scratch_size(const struct readings *readings)
{
	struct watch s;

	return lay_out(&s, readings, NULL);
}

static bool counts(const struct model *m, int i)
{
	return m->state[i] == CELL_OK || m->state[i] == CELL_UNCOVERED;
}

static bool is_below(const struct watch *s, int i, double count, double shift_cnt)
{
	double below = (double)s->r->zero_cnt[i] + shift_cnt - count;

	return below > BELOW_CNT && below > BELOW_SDS * (double)s->r->zero_sd_cnt[i];
}

/* --- the zero as a whole ------------------------------------------------------------------- */

/* How far the empty mat has moved since, the middle cell. */
static double shift_of(struct watch *s)
{
	int n = 0;

	for (int i = 0; i < s->n_cells; i++)
		if (counts(s->model, i))
			s->scratch[n++] =
				(double)(s->r->late_cnt[i] - s->r->zero_cnt[i]);
	return n > 0 ? fit_math_median(s->scratch, n) : 0;
}

static void tell_shift(struct watch *s, double shift_cnt)
{
	double noise;
	int n = 0;

	for (int i = 0; i < s->n_cells; i++)
		if (counts(s->model, i))
			s->scratch[n++] = (double)s->r->zero_sd_cnt[i];
	noise = n > 0 ? fit_math_median(s->scratch, n) : 0;
	if (fabs(shift_cnt) > WANDER_CNT && fabs(shift_cnt) > WANDER_SDS * noise)
		fit_problem_add(s->report, FIT_REFUSE, -1,
			N_("Zero: the empty mat has moved by %+.1f counts since; it "
			   "drifts. Let it warm up, then begin again with zero."),
			shift_cnt);
	else if (fabs(shift_cnt) > DRIFT_SDS * noise && fabs(shift_cnt) > 1)
		fit_problem_add(s->report, FIT_WARN, -1,
			N_("Zero: the empty mat has moved by %+.1f counts since. Let "
			   "it "
			   "warm up, and repeat zero."),
			shift_cnt);
}

/* --- cells below their zero ---------------------------------------------------------------- */

static void count_below(struct watch *s, double shift_cnt)
{
	const struct readings *r = s->r;

	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];

		if (item->dropped || item->kind == READING_ZERO)
			continue;
		for (int k = item->first; k < item->first + item->n; k++) {
			const struct snapshot *m = &r->snapshots[k];

			for (int c = m->first; c < m->first + m->n; c++)
				if (s->n_below[r->cell[c]] < UINT16_MAX &&
					is_below(s, r->cell[c], (double)r->count[c], 0))
					s->n_below[r->cell[c]]++;
		}
	}
	for (int i = 0; r->n_late_frames > 0 && i < s->n_cells; i++)
		if (is_below(s, i, (double)r->late_cnt[i], shift_cnt))
			s->n_below[i] = UINT16_MAX;
}

static bool has_neighbour(const struct watch *s, int i)
{
	const struct mat_geometry *g = &s->model->geometry;
	int row = i / g->n_cols, col = i % g->n_cols;

	for (int r = row - 1; r <= row + 1; r++)
		for (int c = col - 1; c <= col + 1; c++)
			if (r >= 0 && r < g->n_rows && c >= 0 && c < g->n_cols &&
				r * g->n_cols + c != i &&
				s->n_below[r * g->n_cols + c] >= BELOW_MOMENTS)
				return true;
	return false;
}

static void judge_below(struct watch *s)
{
	const struct mat_geometry *g = &s->model->geometry;
	double row = 0, col = 0;
	int n = 0;

	for (int i = 0; i < s->n_cells; i++) {
		if (s->n_below[i] < BELOW_MOMENTS || !counts(s->model, i))
			continue;
		if (!has_neighbour(s, i)) {
			s->died[i] = 1;
			continue;
		}
		n++;
		row += i / g->n_cols;
		col += i % g->n_cols;
	}
	if (n >= BLOB_CELLS)
		fit_problem_add(s->report, FIT_REFUSE, -1,
			N_("Zero: %d cells (%s) read less later than on the empty mat: "
			   "something stood there. Empty the mat and repeat zero."),
			n, fit_place_name(g, row / n, col / n));
}

/* --- cells silent within a load ------------------------------------------------------------ */

/* The least of the four cells beside it; 0 at the mat's rim. */
static double least_beside(const struct watch *s, int i)
{
	const struct mat_geometry *g = &s->model->geometry;
	int row = i / g->n_cols, col = i % g->n_cols;

	if (row == 0 || row == g->n_rows - 1 || col == 0 || col == g->n_cols - 1)
		return 0;
	return fmin(fmin((double)s->map[i - 1], (double)s->map[i + 1]),
		fmin((double)s->map[i - g->n_cols], (double)s->map[i + g->n_cols]));
}

static void find_silent(struct watch *s, const struct snapshot *moment)
{
	double top = 0;

	memset(s->map, 0, (size_t)s->n_cells * sizeof(*s->map));
	fit_values(s->model, s->r, moment, s->v);
	for (int k = 0; k < moment->n; k++) {
		int i = s->r->cell[moment->first + k];

		s->map[i] = (float)s->v[k] * s->model->gain[i];
		top = fmax(top, (double)s->map[i]);
	}
	for (int i = 0; i < s->n_cells; i++) {
		double beside = least_beside(s, i);

		if (counts(s->model, i) && beside > HOLE_FRAC * top &&
			(double)s->map[i] < SILENT_FRAC * beside)
			s->died[i] = 1;
	}
}

static void find_all_silent(struct watch *s)
{
	for (int i = 0; i < s->r->n_items; i++) {
		const struct reading *item = &s->r->items[i];

		if (fit_is_used(item) && item->n > 0 &&
			(item->kind == READING_LOAD || item->kind == READING_CREEP ||
				item->kind == READING_STAIRCASE))
			find_silent(s, &s->r->snapshots[item->first + item->n - 1]);
	}
}

static void tell_died(struct watch *s)
{
	const struct mat_geometry *g = &s->model->geometry;
	int n = 0, one = -1;

	for (int i = 0; i < s->n_cells; i++) {
		if (!s->died[i])
			continue;
		n++;
		one = i;
		s->model->state[i] = CELL_DEAD;
		s->model->gain[i] = 1;
	}
	if (n > 0)
		fit_problem_add(s->report, FIT_REFUSE, -1,
			N_("Loads: %d cells died on the way, one in row %d, column %d "
			   "(%s). Repeat zero and roll, so that they are known."),
			n, one / g->n_cols + 1, one % g->n_cols + 1,
			fit_place_name(g, one / g->n_cols, one % g->n_cols));
}

void fit_watch(const struct readings *readings, void *scratch, struct model *model,
	struct fit_report *report)
{
	struct watch s = { .r = readings,
		.model = model,
		.report = report,
		.n_cells = geometry_n_cells(&readings->geometry) };
	double shift_cnt = 0;

	lay_out(&s, readings, scratch);
	memset(s.n_below, 0, (size_t)s.n_cells * sizeof(*s.n_below));
	memset(s.died, 0, (size_t)s.n_cells);
	if (readings->n_late_frames > 0) {
		shift_cnt = shift_of(&s);
		tell_shift(&s, shift_cnt);
	}
	count_below(&s, fmin(0, shift_cnt));
	judge_below(&s);
	find_all_silent(&s);
	tell_died(&s);
}
