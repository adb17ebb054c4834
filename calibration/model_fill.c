/* Dead cells: from which living neighbours each is filled in, and by how much. */
#include <stdbool.h>

#include "calibration/model_plan.h"

#define REACH 4 /* cells; farther is another part of the foot */

/* The nearest living cells on both sides along one line; 0 steps: none within reach. */
struct sides {
	int cell[2], steps[2];
};

static bool is_inside(const struct mat_geometry *g, int row, int col)
{
	return row >= 0 && row < g->n_rows && col >= 0 && col < g->n_cols;
}

static struct sides look(const struct model *m, struct cell at, int d_row, int d_col)
{
	struct sides s = { { -1, -1 }, { 0, 0 } };

	for (int side = 0; side < 2; side++) {
		int sign = side ? 1 : -1;

		for (int n = 1; n <= REACH && !s.steps[side]; n++) {
			struct cell to = { at.row + sign * n * d_row,
				at.col + sign * n * d_col };
			int i = geometry_index(&m->geometry, to);

			if (!is_inside(&m->geometry, to.row, to.col))
				break;
			if (model_cell_is_dead(m->state[i]))
				continue;
			s.cell[side] = i;
			s.steps[side] = n;
		}
	}
	return s;
}

static bool is_between(const struct sides *s)
{
	return s->steps[0] > 0 && s->steps[1] > 0;
}

/* How much the straight line through both sides is worth: its error goes with the product of the
 * distances (the remainder of linear interpolation), its weight with the inverse square. */
static double worth(const struct sides *s, bool one_sided)
{
	double product;

	if (!is_between(s)) {
		int steps = s->steps[0] + s->steps[1];

		return one_sided && steps > 0 ? 1.0 / (steps * steps) : 0.0;
	}
	product = (double)(s->steps[0] * s->steps[1]);
	return 1.0 / (product * product);
}

static void weigh(
	struct model_fill *fill, int from, const struct sides *s, double share)
{
	int span = s->steps[0] + s->steps[1];

	for (int side = 0; side < 2; side++) {
		double part = is_between(s) ? (double)s->steps[1 - side] / span
					    : (double)(s->steps[side] > 0);

		if (s->steps[side] == 0)
			continue;
		fill->from[from + side] = s->cell[side];
		fill->weight[from + side] = (float)(share * part);
	}
}

/* Return whether there is a living neighbour at all. */
static bool find_fill(const struct model *m, struct cell at, struct model_fill *fill)
{
	struct sides along = look(m, at, 0, 1), across = look(m, at, 1, 0);
	bool one_sided = !is_between(&along) && !is_between(&across);
	double a = worth(&along, one_sided), b = worth(&across, one_sided);

	*fill = (struct model_fill){ .cell = geometry_index(&m->geometry, at) };
	if (!(a + b > 0.0))
		return false;
	if (a > 0.0)
		weigh(fill, 0, &along, a / (a + b));
	if (b > 0.0)
		weigh(fill, 2, &across, b / (a + b));
	return true;
}

int model_find_fills(const struct model *model, struct model_fill *fills)
{
	const struct mat_geometry *g = &model->geometry;
	int n = 0;

	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			struct cell at = { row, col };

			if (model_cell_is_dead(model->state[geometry_index(g, at)]))
				n += find_fill(model, at, &fills[n]);
		}
	return n;
}
