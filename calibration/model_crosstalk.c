/* Current that leaks along the lines of the sheet, taken off in closed form. */
#include "calibration/model_read.h"

/* Sums of a plane along its lines, of listed blocks. */
struct line_sums {
	const struct mat_geometry *geometry;
	int row,
		end; /* where the list has come to: `end` is the first cell behind the row */
	float of_row[GEOMETRY_MAX_SIDE], of_col[GEOMETRY_MAX_SIDE];
};

static void line_begin(struct line_sums *s)
{
	s->row = 0;
	s->end = s->geometry->n_cols;
}

/* Go on to the row of cell `at`; returns its column. */
static inline int line_to(struct line_sums *s, int at)
{
	for (; at >= s->end; s->row++)
		s->end += s->geometry->n_cols;
	return at - s->end + s->geometry->n_cols;
}

static void add_lines(struct line_sums *s, int at, const float *u)
{
	int col = line_to(s, at);

	if (at + MODEL_LANES <= s->end) {
		store(s->of_col + col, load(s->of_col + col) + load(u));
		s->of_row[s->row] += u[0] + u[1] + u[2] + u[3];
		return;
	}
	/* the block goes round a corner, or the mat ends in it */
	for (int k = 0; k < MODEL_LANES; k++) {
		if (at + k >= geometry_n_cells(s->geometry))
			return;
		col = line_to(s, at + k);
		s->of_row[s->row] += u[k];
		s->of_col[col] += u[k];
	}
}

/* Take off what the sums say leaked into a block. */
static void subtract_lines(struct line_sums *s, int at, lanes share, float *u)
{
	lanes seen = load(u), leaked, none = splat(0.0f);
	int col = line_to(s, at);

	if (at + MODEL_LANES <= s->end) {
		leaked = splat(s->of_row[s->row]) + load(s->of_col + col);
	} else {
		for (int k = 0; k < MODEL_LANES; k++) {
			bool in = at + k < geometry_n_cells(s->geometry);

			col = in ? line_to(s, at + k) : 0;
			leaked[k] = in ? s->of_row[s->row] + s->of_col[col] : 0.0f;
		}
	}
	store(u, only(seen > none, largest((seen - leaked) * share, none)));
}

/* Crosstalk adds to each cell row_frac of the others of its row and col_frac of its column's. Of the
 * sums as seen, those without follow in closed form, the whole first; then each cell's. */
void model_remove_crosstalk(
	const struct model_plan *p, const uint16_t *list, int n, float *blocks)
{
	const struct mat_geometry *g = &p->geometry;
	double r = p->row_frac, c = p->col_frac, whole = 0.0;
	struct line_sums sums = { .geometry = g };
	lanes share = splat((float)(1.0 / (1.0 - r - c)));

	line_begin(&sums);
	for (int i = 0; i < n; i++)
		add_lines(&sums, list[i] * MODEL_LANES, blocks + i * MODEL_LANES);
	for (int row = 0; row < g->n_rows; row++)
		whole += (double)sums.of_row[row];
	whole /= 1.0 + r * (g->n_cols - 1) + c * (g->n_rows - 1);
	for (int row = 0; row < g->n_rows; row++)
		sums.of_row[row] = (float)(r * ((double)sums.of_row[row] - c * whole) /
					   (1.0 + r * (g->n_cols - 1) - c));
	for (int col = 0; col < g->n_cols; col++)
		sums.of_col[col] = (float)(c * ((double)sums.of_col[col] - r * whole) /
					   (1.0 + c * (g->n_rows - 1) - r));
	line_begin(&sums);
	for (int i = 0; i < n; i++)
		subtract_lines(
			&sums, list[i] * MODEL_LANES, share, blocks + i * MODEL_LANES);
}
