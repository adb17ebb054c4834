#include "ui/plots/matplot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ui/core/theme.h"

/* The darkest tenth of the colours is cut: the feet stand out from the mat. */
#define FIRST_COLOR 26
/* Below this part of the scale a colour fades into the mat. */
#define FADE_BELOW 0.035
/* The outline of a foot, part of the scale. */
#define OUTLINE_AT 0.045F
/* Where a foot's axis is unknown: this much ahead of and behind its centre of pressure. */
#define HALF_FOOT_MM 90.0
/* An axis that moved less keeps its cells: saves sorting them anew for every frame. */
#define AXIS_STILL_MM 4.0
#define MAT_TRAIL_S   3.0
#define GRID_MM       100.0

void matplot_fini(struct matplot *p)
{
	canvas_fini(&p->canvas);
	canvas_fini(&p->legend);
	heatmap_fini(&p->heat);
	free(p->empty);
	p->empty = NULL;
}

static double width_mm(const struct mat_geometry *g)
{
	return g->n_cols * g->pitch_x_mm;
}

static double height_mm(const struct mat_geometry *g)
{
	return g->n_rows * g->pitch_y_mm;
}

static float x_px(const struct matplot *p, double x_mm)
{
	return (float)((x_mm / width_mm(&p->geometry) + 0.5) * p->setup.w);
}

static float y_px(const struct matplot *p, double y_mm)
{
	return (float)((0.5 - y_mm / height_mm(&p->geometry)) * p->setup.h);
}

static void make_lut(struct matplot *p)
{
	for (int i = 0; i < HEATMAP_LUT_SIZE; i++) {
		double t = (double)i / (HEATMAP_LUT_SIZE - 1);
		const uint8_t *rgb = colormap_rgb(p->setup.map,
			(int)lrint(FIRST_COLOR + t * (255 - FIRST_COLOR)));
		uint32_t color = UINT32_C(0xFF000000) | (uint32_t)rgb[0] << 16 |
				 (uint32_t)rgb[1] << 8 | rgb[2];
		double fade = t < FADE_BELOW ? t / FADE_BELOW : 1;
		p->lut[0][i] = theme_mix(THEME_MAT, color, fade);
		p->lut[1][i] = theme_mix(THEME_MAT, theme_grey(color), fade);
	}
}

static void grid_line(struct matplot *p, bool vertical, int at, uint32_t color)
{
	int w = p->setup.w, h = p->setup.h;

	for (int k = 0; k < (vertical ? h : w); k++) {
		if (vertical && at >= 0 && at < w)
			p->empty[k * w + at] = color;
		else if (!vertical && at >= 0 && at < h)
			p->empty[at * w + k] = color;
	}
}

/* Hairlines every 100 mm from the middle, the two through the middle a little stronger. */
static void make_empty(struct matplot *p)
{
	uint32_t faint = theme_mix(THEME_MAT, THEME_LINE, 0.45);
	int n = (int)(fmax(width_mm(&p->geometry), height_mm(&p->geometry)) / GRID_MM /
		      2);

	for (int i = 0; i < p->setup.w * p->setup.h; i++)
		p->empty[i] = THEME_MAT;
	for (int k = -n; k <= n; k++) {
		if (k == 0)
			continue;
		grid_line(p, true, (int)x_px(p, k * GRID_MM), faint);
		grid_line(p, false, (int)y_px(p, k * GRID_MM), faint);
	}
	grid_line(p, true, p->setup.w / 2, THEME_LINE);
	grid_line(p, false, p->setup.h / 2, THEME_LINE);
}

static bool same_setup(const struct matplot *p, const struct matplot_setup *s,
	const struct mat_geometry *g)
{
	const struct matplot_setup *o = &p->setup;
	const struct mat_geometry *q = &p->geometry;

	return p->empty && o->w == s->w && o->h == s->h && o->map == s->map &&
	       o->raw_cells == s->raw_cells && q->n_rows == g->n_rows &&
	       q->n_cols == g->n_cols && fabs(q->pitch_x_mm - g->pitch_x_mm) < 1e-9 &&
	       fabs(q->pitch_y_mm - g->pitch_y_mm) < 1e-9;
}

int matplot_prepare(struct matplot *p, const struct matplot_setup *setup,
	const struct mat_geometry *geometry)
{
	uint32_t *empty;
	int error;

	if (same_setup(p, setup, geometry)) {
		p->setup = *setup;
		return 0;
	}
	if (setup->w < 1 || setup->h < 1)
		return -EINVAL;
	empty = malloc((size_t)setup->w * (size_t)setup->h * sizeof(*empty));
	if (!empty)
		return -ENOMEM;
	error = canvas_resize(&p->canvas, setup->w, setup->h);
	if (error == 0)
		error = heatmap_init(&p->heat, geometry->n_rows, geometry->n_cols,
			setup->w, setup->h, !setup->raw_cells);
	if (error != 0) {
		free(empty);
		return error;
	}
	free(p->empty);
	p->empty = empty;
	p->setup = *setup;
	p->geometry = *geometry;
	p->axis_known[0] = p->axis_known[1] = false;
	p->letter[0].shown = p->letter[1].shown = false;
	make_lut(p);
	make_empty(p);
	return 0;
}

double matplot_top(const struct matplot *p, const struct model *m)
{
	return m->unit_is_force ? p->setup.pressure_kpa : (double)m->counts_top;
}

/* Return what turns a cell's number into 0..1 of the scale: 1 kPa is 0.001 N/mm2. */
static float cell_scale(const struct matplot *p, const struct model *m)
{
	double area_mm2 = m->geometry.pitch_x_mm * m->geometry.pitch_y_mm;

	if (m->unit_is_force)
		return (float)(1000.0 / area_mm2 / p->setup.pressure_kpa);
	return 1.0F / m->counts_top;
}

/* Find the line from heel to toe of a foot; false if the foot is absent. */
static bool foot_axis(const struct foot_sample *foot, struct pos_mm axis[2])
{
	double angle = isnan(foot->direction_deg)
			       ? 0
			       : foot->direction_deg * 0.017453292519943295;
	double ux = sin(angle), uy = cos(angle);

	if (!foot->present || isnan(foot->cop_mm.x) || isnan(foot->cop_mm.y))
		return false;
	if (isnan(foot->heel_mm.x) || isnan(foot->length_mm)) {
		axis[0] = (struct pos_mm){ foot->cop_mm.x - ux * HALF_FOOT_MM,
			foot->cop_mm.y - uy * HALF_FOOT_MM };
		axis[1] = (struct pos_mm){ foot->cop_mm.x + ux * HALF_FOOT_MM,
			foot->cop_mm.y + uy * HALF_FOOT_MM };
	} else {
		axis[0] = foot->heel_mm;
		axis[1] = (struct pos_mm){ foot->heel_mm.x + ux * foot->length_mm,
			foot->heel_mm.y + uy * foot->length_mm };
	}
	return true;
}

static double distance2(const struct pos_mm axis[2], double x, double y)
{
	double dx = axis[1].x - axis[0].x, dy = axis[1].y - axis[0].y;
	double px = x - axis[0].x, py = y - axis[0].y, length2 = dx * dx + dy * dy;
	double t = length2 > 0 ? fmax(0, fmin(1, (px * dx + py * dy) / length2)) : 0;
	double ex = px - t * dx, ey = py - t * dy;

	return ex * ex + ey * ey;
}

static bool axis_moved(const struct pos_mm a[2], const struct pos_mm b[2])
{
	return hypot(a[0].x - b[0].x, a[0].y - b[0].y) > AXIS_STILL_MM ||
	       hypot(a[1].x - b[1].x, a[1].y - b[1].y) > AXIS_STILL_MM;
}

/* Say for each cell whose outline it would carry: the nearer foot's. */
static void assign_sides(struct matplot *p, const struct model *m)
{
	const struct foot_sample *feet[2] = { &m->sample.left, &m->sample.right };
	struct pos_mm axis[2][2];
	bool known[2], changed = false;

	for (int i = 0; i < 2; i++) {
		known[i] = foot_axis(feet[i], axis[i]);
		changed |= known[i] != p->axis_known[i] ||
			   (known[i] && axis_moved(axis[i], p->axis[i]));
	}
	if (!changed)
		return;
	memcpy(p->axis, axis, sizeof(axis));
	memcpy(p->axis_known, known, sizeof(known));
	for (int row = 0; row < p->geometry.n_rows; row++) {
		double y = geometry_y_mm(&p->geometry, row);
		for (int col = 0; col < p->geometry.n_cols; col++) {
			double x = geometry_x_mm(&p->geometry, col);
			double l = known[0] ? distance2(axis[0], x, y) : INFINITY;
			double r = known[1] ? distance2(axis[1], x, y) : INFINITY;
			uint8_t *side = &p->heat.sides[row * p->geometry.n_cols + col];
			*side = !known[0] && !known[1] ? HEATMAP_UNKNOWN
				: l <= r               ? HEATMAP_LEFT
						       : HEATMAP_RIGHT;
		}
	}
}

/* Put a foot's letter above the middle of its foremost cells; it stays while they hardly move. */
static void place_letter(struct matplot *p, int which, const float *cells, float scale)
{
	int n_cols = p->geometry.n_cols, top = -1, left = 0, right = 0;
	uint8_t side = which == 0 ? HEATMAP_LEFT : HEATMAP_RIGHT;
	struct matplot_letter *letter = &p->letter[which];
	int x, y;

	for (int row = 0; row < p->geometry.n_rows && (top < 0 || row < top + 4);
		row++) {
		for (int col = 0; col < n_cols; col++) {
			int k = row * n_cols + col;
			if (p->heat.sides[k] != side ||
				!(cells[k] * scale > OUTLINE_AT))
				continue;
			left = top < 0 || col < left ? col : left;
			right = top < 0 || col > right ? col : right;
			top = top < 0 ? row : top;
		}
	}
	if (top < 0 || !p->axis_known[which]) {
		letter->shown = false;
		return;
	}
	x = (int)(0.5F * (float)(left + right + 1) * (float)p->setup.w / (float)n_cols);
	y = top * p->setup.h / p->geometry.n_rows;
	if (!letter->shown ||
		abs(x - letter->x) + abs(y - letter->y) > p->setup.h / 24) {
		letter->x = x;
		letter->y = y;
	}
	letter->shown = true;
}

static void paint_trail(struct matplot *p, const struct model *m, uint32_t color)
{
	const struct trail *trail = &m->trail;
	int n = 0;
	int64_t newest_ns;
	const struct canvas_point *last;

	if (trail->n_points == 0)
		return;
	newest_ns = trail_at(trail, trail->n_points - 1)->t_ns;
	for (int i = 0; i < trail->n_points; i++) {
		const struct trail_point *at = trail_at(trail, i);
		double age_s = (double)(newest_ns - at->t_ns) * 1e-9;
		if (age_s > MAT_TRAIL_S)
			continue;
		p->strip[n++] = (struct canvas_point){ x_px(p, at->at.x),
			y_px(p, at->at.y), (float)(0.85 * (1 - age_s / MAT_TRAIL_S)) };
	}
	canvas_strip(&p->canvas, p->strip, n, p->setup.line_px * 1.6F, color);
	last = &p->strip[n - 1];
	canvas_disc(&p->canvas, last->x, last->y, p->setup.dot_px + p->setup.line_px,
		THEME_BACKGROUND);
	canvas_disc(&p->canvas, last->x, last->y, p->setup.dot_px, color);
}

void matplot_paint(struct matplot *p, const struct model *m, bool people, bool frozen)
{
	struct heatmap_paint paint = {
		.lut = p->lut[frozen],
		.outline = { 0, THEME_LEFT, THEME_RIGHT, THEME_MUTED },
		.outline_at = OUTLINE_AT,
		.outline_width_px = p->setup.line_px,
	};
	bool unsure = (m->sample.flags & SAMPLE_SIDE_UNKNOWN) != 0;
	size_t n = (size_t)p->setup.w * (size_t)p->setup.h;

	memcpy(p->canvas.pixels, p->empty, n * sizeof(*p->empty));
	canvas_touch(&p->canvas);
	if (!people || !m->has_frame) {
		p->letter[0].shown = p->letter[1].shown = false;
		return;
	}
	assign_sides(p, m);
	if (frozen || unsure)
		for (int i = HEATMAP_LEFT; i < HEATMAP_N_SIDES; i++)
			paint.outline[i] = theme_mix(THEME_MAT, THEME_MUTED, 0.6);
	heatmap_set(&p->heat, m->cells, cell_scale(p, m));
	heatmap_draw(&p->heat, &paint, p->canvas.pixels);
	for (int i = 0; i < 2; i++)
		place_letter(p, i, m->cells, cell_scale(p, m));
	if (unsure)
		p->letter[0].shown = p->letter[1].shown = false;
	paint_trail(p, m, frozen ? THEME_MUTED : UINT32_C(0xFFFFFFFF));
}

int matplot_legend(struct matplot *p, int w, int h)
{
	bool painted =
		p->legend.w == w && p->legend.h == h && p->legend_map == p->setup.map;
	int error = canvas_resize(&p->legend, w, h);

	if (error != 0 || painted)
		return error;
	p->legend_map = p->setup.map;
	for (int x = 0; x < w; x++) {
		int index = w > 1 ? x * (HEATMAP_LUT_SIZE - 1) / (w - 1) : 0;
		for (int y = 0; y < h; y++)
			p->legend.pixels[y * w + x] = p->lut[0][index];
	}
	canvas_touch(&p->legend);
	return 0;
}
