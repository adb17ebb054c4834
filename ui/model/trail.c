#include "ui/model/trail.h"

#include <math.h>

#include "src/base/clock.h"

/* A hole that a line must not bridge: the person may have moved in it. */
#define HOLE_NS (500 * CLOCK_NS_PER_MS)

void trail_clear(struct trail *trail)
{
	trail->first = 0;
	trail->n_points = 0;
}

const struct trail_point *trail_at(const struct trail *trail, int i)
{
	return &trail->points[(trail->first + i) % TRAIL_MAX_POINTS];
}

void trail_drop(struct trail *trail, int64_t oldest_ns)
{
	while (trail->n_points > 0 && trail_at(trail, 0)->t_ns < oldest_ns) {
		trail->first = (trail->first + 1) % TRAIL_MAX_POINTS;
		trail->n_points--;
	}
}

void trail_push(struct trail *trail, int64_t t_ns, struct pos_mm at)
{
	int n = trail->n_points;

	if (isnan(at.x) || isnan(at.y)) {
		trail_clear(trail);
		return;
	}
	if (n > 0) {
		int64_t gap_ns = t_ns - trail_at(trail, n - 1)->t_ns;
		if (gap_ns <= 0 || gap_ns > HOLE_NS)
			trail_clear(trail);
	}
	if (trail->n_points == TRAIL_MAX_POINTS) {
		trail->first = (trail->first + 1) % TRAIL_MAX_POINTS;
		trail->n_points--;
	}
	trail->points[(trail->first + trail->n_points) % TRAIL_MAX_POINTS] =
		(struct trail_point){ t_ns, at };
	trail->n_points++;
}

void trail_bounds(const struct trail *trail, struct pos_mm *middle, double *half_mm)
{
	double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;

	*middle = (struct pos_mm){ 0, 0 };
	*half_mm = 0;
	if (trail->n_points == 0)
		return;
	for (int i = 0; i < trail->n_points; i++) {
		struct pos_mm at = trail_at(trail, i)->at;
		x0 = fmin(x0, at.x);
		x1 = fmax(x1, at.x);
		y0 = fmin(y0, at.y);
		y1 = fmax(y1, at.y);
	}
	*middle = (struct pos_mm){ (x0 + x1) / 2, (y0 + y1) / 2 };
	*half_mm = fmax(x1 - x0, y1 - y0) / 2;
}
