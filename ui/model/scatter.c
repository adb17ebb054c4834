#include "ui/model/scatter.h"

#include <math.h>

#include "src/core/sway/ellipse.h"

/* Below this it is a line that dances, not an ellipse: a second at 100 a second. Chosen. */
#define LEAST_POINTS 100

static void add(struct scatter *s, const struct trail_point *p)
{
	double dx = p->at.x - s->mean.x, dy = p->at.y - s->mean.y;

	if (s->n == 0)
		s->first_ns = p->t_ns;
	s->last_ns = p->t_ns;
	s->n++;
	s->mean.x += dx / s->n;
	s->mean.y += dy / s->n;
	s->xx += dx * (p->at.x - s->mean.x);
	s->yy += dy * (p->at.y - s->mean.y);
	s->xy += dx * (p->at.y - s->mean.y);
}

void scatter_begin(struct scatter *s, int64_t from_ns)
{
	*s = (struct scatter){ .first_ns = from_ns, .last_ns = from_ns };
}

void scatter_follow(struct scatter *s, const struct trail *trail)
{
	for (int i = 0; i < trail->n_points; i++) {
		const struct trail_point *p = trail_at(trail, i);
		if (p->t_ns > s->last_ns)
			add(s, p);
	}
}

double scatter_seconds(const struct scatter *s)
{
	return s->n > 0 ? (double)(s->last_ns - s->first_ns) / 1e9 : 0;
}

bool scatter_ellipse(const struct scatter *s, struct scatter_ellipse *out)
{
	struct ellipse e;

	if (s->n < LEAST_POINTS)
		return false;
	ellipse_of_sums(s->xx, s->yy, s->xy, s->n, &e);
	if (isnan(e.angle_deg))
		return false;
	*out = (struct scatter_ellipse){ s->mean, e.major, e.minor, e.angle_deg };
	return true;
}
