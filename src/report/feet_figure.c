#include "src/report/feet_figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/base/colormap.h"
#include "src/core/geometry.h"
#include "src/report/say.h"
#include "src/report/sheet.h"

#define FINE       8    /* pixels a cell: the picture is smooth at reading distance */
#define MARGIN_MM  12.0 /* of the mat around the feet */
#define MOST_SCALE 0.36 /* paper over mat: small feet do not fill the sheet */
#define HEAD_MM    11.0 /* over the feet: the shares */
#define FOOT_MM    8.0  /* under them: legend and scale */
#define LEGEND_MM  26.0
#define N_LEGEND   32
#define SOLID_FROM 0.012
#define SOLID_TO   0.05 /* of the peak: the edge fades over this span */
#define N_ELLIPSE  72

/* From the mat to the sheet. */
struct frame_of {
	double x_mm, y_mm, scale;        /* where the mat's origin lies */
	double left, right, front, back; /* of what is shown, mat plane */
};

static double to_x(const struct frame_of *f, double x_mm)
{
	return f->x_mm + f->scale * x_mm;
}

static double to_y(const struct frame_of *f, double y_mm)
{
	return f->y_mm - f->scale * y_mm;
}

/* --- the picture ------------------------------------------------------------------------------ */

static double cell_at(const struct footmap *m, int row, int col)
{
	if (row < 0 || row >= m->geometry.n_rows || col < 0 ||
		col >= m->geometry.n_cols)
		return 0;
	return m->cells[row * m->geometry.n_cols + col];
}

/* Between the four nearest centres. */
static double value_at(const struct footmap *m, double row, double col)
{
	int r = (int)floor(row), c = (int)floor(col);
	double down = row - r, across = col - c;

	return (1 - down) * ((1 - across) * cell_at(m, r, c) +
				    across * cell_at(m, r, c + 1)) +
	       down * ((1 - across) * cell_at(m, r + 1, c) +
			      across * cell_at(m, r + 1, c + 1));
}

static void put_pixel(uint8_t *px, double frac)
{
	const uint8_t *rgb = colormap_rgb(COLORMAP_CIVIDIS, (int)lround(255 * frac));
	double solid = (frac - SOLID_FROM) / (SOLID_TO - SOLID_FROM);

	px[0] = rgb[0];
	px[1] = rgb[1];
	px[2] = rgb[2];
	px[3] = (uint8_t)lround(255 * fmin(fmax(solid, 0), 1));
}

static void draw_picture(
	struct paper *paper, const struct frame_of *f, const struct footmap *m)
{
	int top = m->top - 1, left = m->left - 1;
	int n_rows = FINE * (m->bottom - m->top + 3),
	    n_cols = FINE * (m->right - m->left + 3);
	const struct mat_geometry *g = &m->geometry;
	uint8_t *rgba = malloc(4 * (size_t)n_rows * (size_t)n_cols);

	if (!rgba)
		return;
	for (int i = 0; i < n_rows; i++)
		for (int k = 0; k < n_cols; k++)
			put_pixel(rgba + 4 * ((size_t)i * n_cols + k),
				value_at(m, top + (i + 0.5) / FINE - 0.5,
					left + (k + 0.5) / FINE - 0.5) /
					m->peak);
	paper_picture(paper, to_x(f, geometry_x_mm(g, left - 0.5)),
		to_y(f, geometry_y_mm(g, top - 0.5)),
		f->scale * g->pitch_x_mm * n_cols / FINE,
		f->scale * g->pitch_y_mm * n_rows / FINE, rgba, n_cols, n_rows);
	free(rgba);
}

static void draw_outline(
	struct paper *paper, const struct frame_of *f, const struct report *r)
{
	double x[REPORT_MAX_OUTLINE + 1], y[REPORT_MAX_OUTLINE + 1];
	int n = r->n_outline;

	if (n < 3)
		return;
	for (int i = 0; i <= n; i++) {
		x[i] = to_x(f, r->outline_x_mm[i % n]);
		y[i] = to_y(f, r->outline_y_mm[i % n]);
	}
	paper_path(paper, x, y, n + 1, 0.2, sheet_muted);
}

/* --- what is shown ---------------------------------------------------------------------------- */

static bool find_frame(const struct report *r, double x_mm, double y_mm,
	double width_mm, double height_mm, struct frame_of *f)
{
	const struct footmap *m = &r->map;

	*f = (struct frame_of){ .left = INFINITY,
		.right = -INFINITY,
		.front = -INFINITY,
		.back = INFINITY };
	if (m->cells) {
		f->left = geometry_x_mm(&m->geometry, m->left - 0.5);
		f->right = geometry_x_mm(&m->geometry, m->right + 0.5);
		f->front = geometry_y_mm(&m->geometry, m->top - 0.5);
		f->back = geometry_y_mm(&m->geometry, m->bottom + 0.5);
	}
	for (int i = 0; i < r->n_outline; i++) {
		f->left = fmin(f->left, r->outline_x_mm[i]);
		f->right = fmax(f->right, r->outline_x_mm[i]);
		f->front = fmax(f->front, r->outline_y_mm[i]);
		f->back = fmin(f->back, r->outline_y_mm[i]);
	}
	if (!(f->right > f->left) || !(f->front > f->back))
		return false;
	f->scale = fmin(
		MOST_SCALE, fmin(width_mm / (f->right - f->left + 2 * MARGIN_MM),
				    height_mm / (f->front - f->back + 2 * MARGIN_MM)));
	f->x_mm = x_mm + width_mm / 2 - f->scale * (f->left + f->right) / 2;
	f->y_mm = y_mm + height_mm / 2 + f->scale * (f->front + f->back) / 2;
	return true;
}

static bool mean_of(const double *values, int n, double *mean)
{
	double sum = 0;
	int n_there = 0;

	for (int i = 0; i < n; i++) {
		if (isnan(values[i]))
			continue;
		sum += values[i];
		n_there++;
	}
	*mean = sum / n_there;
	return n_there > 0;
}

/* --- words ------------------------------------------------------------------------------------ */

static void draw_share(struct paper *paper, double x_mm, double y_mm, double width_mm,
	int side, const struct report *r, const struct feet_style *style)
{
	const struct report_group *g = report_habitual(r);
	double left = g ? g->value[METRIC_LEFT_FRAC].mean : NAN;
	struct paper_type type = { .size_pt = style->share_pt,
		.bold = 1,
		.align = side < 0 ? PAPER_LEFT : PAPER_RIGHT,
		.colour = side < 0 ? sheet_left : sheet_right };
	char number[SAY_SIZE], text[SAY_SIZE + 64];

	say_number(number, sizeof(number), 100 * (side < 0 ? left : 1 - left),
		style->share_decimals);
	snprintf(text, sizeof(text), "%s %s%s", side < 0 ? _("Left") : _("Right"),
		number, style->share_unit);
	sheet_put(paper, "P", x_mm, y_mm, width_mm, &type, text);
}

static void draw_legend(
	struct paper *paper, double x_mm, double y_mm, const struct footmap *m)
{
	double area_mm2 = m->geometry.pitch_x_mm * m->geometry.pitch_y_mm;
	struct paper_type type = sheet_small();
	char number[SAY_SIZE], text[SAY_SIZE + 32];

	for (int i = 0; i < N_LEGEND; i++) {
		const uint8_t *c =
			colormap_rgb(COLORMAP_CIVIDIS, 255 * i / (N_LEGEND - 1));

		/* a little wider, so that no renderer leaves gaps */
		paper_box(paper, x_mm + LEGEND_MM * i / N_LEGEND, y_mm + 0.6,
			LEGEND_MM / N_LEGEND + (i < N_LEGEND - 1 ? 0.1 : 0), 2.2,
			(struct paper_colour){
				c[0] / 255.0, c[1] / 255.0, c[2] / 255.0 });
	}
	type.size_pt = 6.5;
	/* N/mm2 are MPa */
	snprintf(text, sizeof(text),
		m->is_force ? _("0 to %s kPa") : _("0 to %s counts"),
		say_number(number, sizeof(number),
			m->is_force ? 1000 * m->peak / area_mm2 : m->peak, 0));
	sheet_put(paper, "P", x_mm + LEGEND_MM + 1.5, y_mm + 0.4, 32, &type, text);
}

/* A ruler of 50 mm on the mat. */
static void draw_ruler(struct paper *paper, double right_mm, double y_mm, double scale,
	double ruler_mm)
{
	struct paper_type type = sheet_small();
	double length = scale * ruler_mm;
	char number[SAY_SIZE], text[SAY_SIZE + 8];

	paper_line(paper, right_mm - length, y_mm + 1.6, right_mm, y_mm + 1.6, 0.3,
		sheet_muted);
	for (int k = 0; k < 2; k++)
		paper_line(paper, right_mm - k * length, y_mm + 0.9,
			right_mm - k * length, y_mm + 2.3, 0.3, sheet_muted);
	type.size_pt = 6.5;
	type.align = PAPER_RIGHT;
	snprintf(text, sizeof(text), "%s mm",
		say_number(number, sizeof(number), ruler_mm, 0));
	paper_text(paper, right_mm - length - 15.5, y_mm + 0.4, 14, &type, text);
}

static void draw_cop_mark(
	struct paper *paper, const struct frame_of *f, const struct report *r)
{
	double x, y;

	if (!mean_of(r->path_x_mm, r->n_path, &x) ||
		!mean_of(r->path_y_mm, r->n_path, &y))
		return;
	paper_disc(paper, to_x(f, x), to_y(f, y), 1.5, sheet_ink);
	paper_ring(paper, to_x(f, x), to_y(f, y), 1.5, 0.35,
		(struct paper_colour){ 1, 1, 1 });
}

void feet_figure_draw(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm, const struct report *r, const struct feet_style *style)
{
	double head = fmax(HEAD_MM, 0.55 * style->share_pt);
	double body = height_mm - head - (style->has_legend ? FOOT_MM : 0);
	struct paper_type muted = sheet_small();
	struct frame_of f;

	muted.align = PAPER_CENTRE;
	paper_tag(paper, "Figure");
	draw_share(paper, x_mm, y_mm, width_mm / 2, -1, r, style);
	draw_share(paper, x_mm + width_mm / 2, y_mm, width_mm / 2, 1, r, style);
	if (!find_frame(r, x_mm, y_mm + head, width_mm, body, &f)) {
		sheet_put(paper, "Caption", x_mm + 6, y_mm + head + body / 2,
			width_mm - 12, &muted,
			_("There is no picture of the feet: the raw frames were not "
			  "kept."));
		paper_untag(paper, "Figure");
		return;
	}
	if (r->map.cells)
		draw_picture(paper, &f, &r->map);
	else
		draw_outline(paper, &f, r);
	if (style->has_cop)
		draw_cop_mark(paper, &f, r);
	if (style->has_legend) {
		if (r->map.cells)
			draw_legend(
				paper, x_mm, y_mm + height_mm - FOOT_MM + 3, &r->map);
		draw_ruler(paper, x_mm + width_mm, y_mm + height_mm - FOOT_MM + 3,
			f.scale, 50);
	}
	paper_untag(paper, "Figure");
}

/* --- the centre of pressure, magnified ---------------------------------------------------------- */

/* Half of what is shown: all of the path and the ellipse, in steps of 5 mm. */
static double find_reach(const struct report *r, double x0, double y0)
{
	double most = isnan(r->ellipse_major_mm) ? 0 : r->ellipse_major_mm;

	for (int i = 0; i < r->n_path; i++) {
		if (isnan(r->path_x_mm[i]) || isnan(r->path_y_mm[i]))
			continue;
		most = fmax(most,
			fmax(fabs(r->path_x_mm[i] - x0), fabs(r->path_y_mm[i] - y0)));
	}
	return fmax(5.0, 5.0 * ceil(1.08 * most / 5.0));
}

static void draw_grid(struct paper *paper, double x_mm, double y_mm, double size_mm,
	double reach_mm, double step_mm)
{
	double scale = size_mm / (2 * reach_mm);

	for (double at = -reach_mm; at <= reach_mm + 1e-9; at += step_mm) {
		double along = size_mm / 2 + scale * at;

		paper_line(paper, x_mm + along, y_mm, x_mm + along, y_mm + size_mm, 0.1,
			sheet_rule);
		paper_line(paper, x_mm, y_mm + along, x_mm + size_mm, y_mm + along, 0.1,
			sheet_rule);
	}
}

static void draw_ellipse(
	struct paper *paper, const struct frame_of *f, const struct report *r)
{
	double x[N_ELLIPSE + 1], y[N_ELLIPSE + 1];
	double turn = r->ellipse_angle_deg * M_PI / 180;

	if (isnan(r->ellipse_major_mm) || isnan(turn))
		return;
	for (int i = 0; i <= N_ELLIPSE; i++) {
		double at = 2 * M_PI * i / N_ELLIPSE;
		double u = r->ellipse_major_mm * cos(at),
		       v = r->ellipse_minor_mm * sin(at);

		x[i] = to_x(f, u * cos(turn) - v * sin(turn));
		y[i] = to_y(f, u * sin(turn) + v * cos(turn));
	}
	paper_area(paper, x, y, N_ELLIPSE, sheet_good, 0.10);
	paper_path(paper, x, y, N_ELLIPSE + 1, 0.4, sheet_good);
}

static void draw_path(struct paper *paper, const struct frame_of *f,
	const struct report *r, double x0, double y0)
{
	double *x = malloc((size_t)r->n_path * sizeof(*x));
	double *y = malloc((size_t)r->n_path * sizeof(*y));

	for (int i = 0; x && y && i < r->n_path; i++) {
		x[i] = to_x(f, r->path_x_mm[i] - x0);
		y[i] = to_y(f, r->path_y_mm[i] - y0);
	}
	if (x && y)
		paper_path(paper, x, y, r->n_path, 0.18, sheet_ink);
	free(x);
	free(y);
}

void feet_figure_cop(struct paper *paper, double x_mm, double y_mm, double size_mm,
	const struct report *r)
{
	struct paper_type type = sheet_small();
	double x0, y0, reach;
	struct frame_of f;

	paper_tag(paper, "Figure");
	if (!mean_of(r->path_x_mm, r->n_path, &x0) ||
		!mean_of(r->path_y_mm, r->n_path, &y0)) {
		paper_frame(paper, x_mm, y_mm, size_mm, size_mm, 0.15, sheet_rule);
		type.align = PAPER_CENTRE;
		sheet_put(paper, "Caption", x_mm + 3, y_mm + size_mm / 2 - 3,
			size_mm - 6, &type, _("No path of the centre of pressure."));
		paper_untag(paper, "Figure");
		return;
	}
	reach = find_reach(r, x0, y0);
	f = (struct frame_of){ .x_mm = x_mm + size_mm / 2,
		.y_mm = y_mm + size_mm / 2,
		.scale = size_mm / (2 * reach) };
	draw_grid(paper, x_mm, y_mm, size_mm, reach, reach > 25 ? 10 : 5);
	paper_clip(paper, x_mm, y_mm, size_mm, size_mm);
	draw_ellipse(paper, &f, r);
	draw_path(paper, &f, r, x0, y0);
	paper_unclip(paper);
	draw_ruler(paper, x_mm + size_mm, y_mm + size_mm + 0.3, f.scale,
		reach > 25 ? 10 : 5);
	paper_untag(paper, "Figure");
}
