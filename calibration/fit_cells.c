/* What every stage needs of the readings: whether they count, and their numbers as conductances. */
#include <math.h>

#include "calibration/fit_parts.h"
#include "src/base/text.h"

#define N_ROUNDS                                                                       \
	12 /* of the fixed point: a leak of a third of the whole line is out to 1e-6 */

bool fit_is_used(const struct reading *item)
{
	return !item->dropped && item->kind != READING_VERIFY;
}

/* Keep the gravest: a full list loses its last note. */
void fit_problem_add(struct fit_report *report, enum fit_severity severity, int item,
	const char *format, ...)
{
	struct fit_problem *p = NULL;
	va_list args;

	if (report->n_problems < FIT_MAX_PROBLEMS) {
		p = &report->problems[report->n_problems++];
	} else {
		for (int k = 0; k < FIT_MAX_PROBLEMS; k++)
			if (report->problems[k].severity < severity)
				p = &report->problems[k];
	}
	if (!p)
		return;
	p->severity = severity;
	p->item = item;
	va_start(args, format);
	text_vformat(p->text, sizeof(p->text), format, args);
	va_end(args);
}

const char *fit_place_name(const struct mat_geometry *g, double row, double col)
{
	static const char *const names[3][3] = {
		{ "front left", "front", "front right" },
		{ "left", "middle", "right" },
		{ "back left", "back", "back right" },
	};
	int down = (int)(3 * (row + 0.5) / g->n_rows);
	int across = (int)(3 * (col + 0.5) / g->n_cols);

	return names[down < 0   ? 0
		     : down > 2 ? 2
				: down][across < 0   ? 0
					: across > 2 ? 2
						     : across];
}

/* Below its zero a cell is as a line through it would have it. */
static double linearise(const struct model *model, const struct readings *readings,
	const struct snapshot *s, int k)
{
	double count = (double)readings->count[s->first + k];
	double zero = (double)model->zero_cnt[readings->cell[s->first + k]];

	return count < zero ? -model_linearise(model, 2 * zero - count, zero)
			    : model_linearise(model, count, zero);
}

/* Seen is (1 - r - c) of the cell's own, r of its row's and c of its column's sum: solved by rounds, from
 * what is seen. None is less than `least`. */
static void remove_crosstalk(const struct model *model, const struct readings *readings,
	const struct snapshot *s, double least, double *v)
{
	const uint16_t *cell = readings->cell + s->first;
	double r = model->crosstalk.row_frac, c = model->crosstalk.col_frac;
	double row_sum[GEOMETRY_MAX_SIDE], col_sum[GEOMETRY_MAX_SIDE];
	int n_cols = model->geometry.n_cols;

	for (int round = 0; round < N_ROUNDS; round++) {
		for (int k = 0; k < GEOMETRY_MAX_SIDE; k++)
			row_sum[k] = col_sum[k] = 0;
		for (int k = 0; k < s->n; k++) {
			row_sum[cell[k] / n_cols] += v[k];
			col_sum[cell[k] % n_cols] += v[k];
		}
		for (int k = 0; k < s->n; k++) {
			double seen = fmax(least, linearise(model, readings, s, k));
			double others = r * (row_sum[cell[k] / n_cols] - v[k]) +
					c * (col_sum[cell[k] % n_cols] - v[k]);

			v[k] = fmax(least, seen - others);
		}
	}
}

static void find_values(const struct model *model, const struct readings *readings,
	const struct snapshot *s, double least, double *v)
{
	for (int k = 0; k < s->n; k++)
		v[k] = fmax(least, linearise(model, readings, s, k));
	if (model->crosstalk.row_frac > 0 || model->crosstalk.col_frac > 0)
		remove_crosstalk(model, readings, s, least, v);
	for (int k = 0; k < s->n; k++) {
		uint8_t state = model->state[readings->cell[s->first + k]];

		if (state != CELL_OK && state != CELL_UNCOVERED)
			v[k] = 0;
	}
}

void fit_values(const struct model *model, const struct readings *readings,
	const struct snapshot *s, double *v)
{
	find_values(model, readings, s, 0, v);
}

void fit_values_signed(const struct model *model, const struct readings *readings,
	const struct snapshot *s, double *v)
{
	find_values(model, readings, s, -INFINITY, v);
}

static struct pos_mm centre_of(const struct readings *readings,
	const struct model *model, const struct snapshot *moment, double *v)
{
	const uint16_t *cell = readings->cell + moment->first;
	const struct mat_geometry *g = &model->geometry;
	double sum = 0, x = 0, y = 0;

	fit_values(model, readings, moment, v);
	for (int k = 0; k < moment->n; k++) {
		sum += v[k];
		x += v[k] * geometry_x_mm(g, cell[k] % g->n_cols);
		y += v[k] * geometry_y_mm(g, cell[k] / g->n_cols);
	}
	return (struct pos_mm){ x / sum, y / sum };
}

bool fit_goes_along_x(const struct readings *readings, const struct model *model,
	int first, int n, double *v)
{
	struct pos_mm low = { INFINITY, INFINITY }, high = { -INFINITY, -INFINITY };

	for (int k = first; k < first + n; k++) {
		struct pos_mm at =
			centre_of(readings, model, &readings->snapshots[k], v);

		if (isnan(at.x))
			continue;
		low.x = fmin(low.x, at.x);
		low.y = fmin(low.y, at.y);
		high.x = fmax(high.x, at.x);
		high.y = fmax(high.y, at.y);
	}
	return high.x - low.x > high.y - low.y;
}
