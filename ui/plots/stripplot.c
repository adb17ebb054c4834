#include "ui/plots/stripplot.h"

#include <math.h>

#include "ui/core/theme.h"

static float limited(double v, double low, double high)
{
	return (float)fmin(fmax(v, low), high);
}

void stripplot_paint(struct canvas *c, const struct stripplot *p,
	const struct trail *trail, struct canvas_point *scratch, float line_px,
	uint32_t color)
{
	int n = trail->n_points;
	int64_t now_ns = n > 0 ? trail_at(trail, n - 1)->t_ns : 0;
	double room = c->h / 2.0 - line_px;

	canvas_fill(c, THEME_MAT);
	for (int x = 0; x < c->w; x++)
		c->pixels[c->h / 2 * c->w + x] = THEME_LINE;
	for (int i = 0; i < n; i++) {
		const struct trail_point *at = trail_at(trail, i);
		double age = (double)(now_ns - at->t_ns) / (double)p->span_ns;
		double mm = p->axis == STRIPPLOT_SIDE ? at->at.x - p->middle.x
						      : at->at.y - p->middle.y;
		scratch[i] = (struct canvas_point){
			limited((1 - age) * ((double)c->w - line_px), 0, c->w),
			limited(c->h / 2.0 - mm / p->half_mm * room, line_px,
				(double)c->h - line_px),
			1,
		};
	}
	if (n > 1 && p->half_mm > 0)
		canvas_strip(c, scratch, n, line_px * 1.2F, color);
}
