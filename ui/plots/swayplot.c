#include "ui/plots/swayplot.h"

#include <math.h>
#include <stddef.h>

#include "ui/core/theme.h"

/* The finest scale: below it lies the noise of a mat, not sway. */
#define LEAST_HALF_MM 4.0
#define MOST_HALF_MM  256.0

int swayplot_prepare(struct swayplot *p, int side)
{
	return canvas_resize(&p->canvas, side, side);
}

void swayplot_fini(struct swayplot *p)
{
	canvas_fini(&p->canvas);
}

/* Widen a box so that it holds an ellipse as well. */
static void hold_both(
	struct pos_mm *middle, double *half_mm, const struct scatter_ellipse *e)
{
	double left = fmin(middle->x - *half_mm, e->middle.x - e->major_mm);
	double right = fmax(middle->x + *half_mm, e->middle.x + e->major_mm);
	double back = fmin(middle->y - *half_mm, e->middle.y - e->major_mm);
	double front = fmax(middle->y + *half_mm, e->middle.y + e->major_mm);

	*middle = (struct pos_mm){ (left + right) / 2, (back + front) / 2 };
	*half_mm = fmax(right - left, front - back) / 2;
}

/* Keep the view while everything is inside and fills at least a fifth of it. */
static void settle_view(struct swayplot *p, const struct trail *trail,
	const struct scatter_ellipse *ellipse)
{
	struct pos_mm middle;
	double half_mm, reach;

	if (trail->n_points == 0) {
		p->half_mm = 0;
		return;
	}
	trail_bounds(trail, &middle, &half_mm);
	if (ellipse)
		hold_both(&middle, &half_mm, ellipse);
	reach = half_mm * 1.2 + hypot(middle.x - p->middle.x, middle.y - p->middle.y);
	if (p->half_mm > 0 && reach <= p->half_mm &&
		(half_mm > 0.2 * p->half_mm || p->half_mm <= LEAST_HALF_MM))
		return;
	p->middle = middle;
	p->half_mm = LEAST_HALF_MM;
	while (p->half_mm < half_mm * 1.35 && p->half_mm < MOST_HALF_MM)
		p->half_mm *= 2;
}

static void paint_path(
	struct swayplot *p, const struct trail *trail, float line_px, uint32_t color)
{
	float c = (float)p->canvas.w / 2;
	float scale = (float)((c - 2 * line_px) / p->half_mm);
	int n = trail->n_points;

	for (int i = 0; i < n; i++) {
		struct pos_mm at = trail_at(trail, i)->at;
		p->strip[i] =
			(struct canvas_point){ c + (float)(at.x - p->middle.x) * scale,
				c - (float)(at.y - p->middle.y) * scale,
				0.15F + 0.65F * (float)i / (float)n };
	}
	canvas_strip(&p->canvas, p->strip, n, line_px * 1.2F, color);
	canvas_disc(&p->canvas, p->strip[n - 1].x, p->strip[n - 1].y, line_px * 2.6F,
		color);
}

static void paint_ellipse(struct swayplot *p, const struct scatter_ellipse *e,
	float line_px, uint32_t color)
{
	enum { CORNERS = 96 };
	float c = (float)p->canvas.w / 2;
	float scale = (float)((c - 2 * line_px) / p->half_mm);
	double turn = e->angle_deg * M_PI / 180;

	for (int i = 0; i <= CORNERS; i++) {
		double a = 2 * M_PI * i / CORNERS;
		double u = e->major_mm * cos(a), w = e->minor_mm * sin(a);
		double x = e->middle.x + u * cos(turn) - w * sin(turn);
		double y = e->middle.y + u * sin(turn) + w * cos(turn);
		p->strip[i] =
			(struct canvas_point){ c + (float)(x - p->middle.x) * scale,
				c - (float)(y - p->middle.y) * scale, 1 };
	}
	canvas_strip(&p->canvas, p->strip, CORNERS + 1, line_px * 1.4F, color);
}

void swayplot_paint(struct swayplot *p, const struct trail *trail, float line_px,
	bool frozen, uint32_t ground)
{
	swayplot_paint_with(p, trail, NULL, line_px, frozen, ground);
}

void swayplot_paint_with(struct swayplot *p, const struct trail *trail,
	const struct scatter_ellipse *ellipse, float line_px, bool frozen,
	uint32_t ground)
{
	float c = (float)p->canvas.w / 2;

	settle_view(p, trail, ellipse);
	canvas_fill(&p->canvas, ground);
	canvas_disc(&p->canvas, c, c, c - 0.5F, THEME_MAT);
	for (int k = (int)(c * 0.2F); k < (int)(c * 1.8F); k++) {
		p->canvas.pixels[k * p->canvas.w + p->canvas.w / 2] = THEME_LINE;
		p->canvas.pixels[(p->canvas.h / 2) * p->canvas.w + k] = THEME_LINE;
	}
	canvas_ring(&p->canvas, c, c, c - 0.5F, line_px, THEME_LINE);
	if (ellipse && p->half_mm > 0)
		paint_ellipse(
			p, ellipse, line_px, frozen ? THEME_MUTED : THEME_CAUTION);
	if (trail->n_points > 0)
		paint_path(
			p, trail, line_px, frozen ? THEME_MUTED : UINT32_C(0xFFFFFFFF));
}

double swayplot_bar_mm(const struct swayplot *p, int most_px, int *px)
{
	static const double lengths[] = { 1, 2, 5, 10, 20, 50, 100 };
	double half_mm = p->half_mm > 0 ? p->half_mm : LEAST_HALF_MM;
	double px_per_mm = p->canvas.w / 2.0 / half_mm, bar_mm = lengths[0];

	for (int i = 0; i < 7; i++)
		if (lengths[i] <= half_mm * 0.8 && lengths[i] * px_per_mm <= most_px)
			bar_mm = lengths[i];
	*px = (int)lrint(bar_mm * px_per_mm);
	return bar_mm;
}
