#include "src/report/certificate_plots.h"

#include <math.h>
#include <stdio.h>

#include "src/report/sheet.h"

#define GAIN_LEAST  0.5
#define GAIN_MOST   2.0
#define ARROW_SCALE 30.0 /* millimetres drawn for one of error, to the mat's scale */

/* How a map of the mat lies on the sheet. */
struct map {
	double x_mm, y_mm,
		scale; /* upper left corner; sheet millimetres per mat millimetre */
	double width_mm, height_mm;
};

static struct map map_of(
	const struct model *model, double x_mm, double y_mm, double width_mm)
{
	const struct mat_geometry *g = &model->geometry;
	double scale = width_mm / (g->n_cols * g->pitch_x_mm);

	return (struct map){ x_mm, y_mm, scale, width_mm,
		g->n_rows * g->pitch_y_mm * scale };
}

double certificate_map_height(const struct model *model, double width_mm)
{
	return map_of(model, 0, 0, width_mm).height_mm;
}

/* A place of the mat plane (origin in its middle, y forward) on the sheet. */
static struct pos_mm on_sheet(const struct map *map, double x_mm, double y_mm)
{
	return (struct pos_mm){ map->x_mm + 0.5 * map->width_mm + x_mm * map->scale,
		map->y_mm + 0.5 * map->height_mm - y_mm * map->scale };
}

static struct paper_colour gain_colour(double gain)
{
	/* log scale: half and double are alike far from one */
	double t = log(fmin(fmax(gain, GAIN_LEAST), GAIN_MOST) / GAIN_LEAST) /
		   log(GAIN_MOST / GAIN_LEAST);
	double v = 0.97 - 0.62 * t;

	return (struct paper_colour){ v - 0.10, v, fmin(1.0, v + 0.05) };
}

static void draw_cell(
	struct paper *paper, const struct model *model, const struct map *map, int i)
{
	const struct mat_geometry *g = &model->geometry;
	double w = g->pitch_x_mm * map->scale, h = g->pitch_y_mm * map->scale;
	double x = map->x_mm + (i % g->n_cols) * w, y = map->y_mm + (i / g->n_cols) * h;

	if (model->state[i] == CELL_OK) {
		paper_box(paper, x, y, w, h, gain_colour((double)model->gain[i]));
		return;
	}
	paper_box(paper, x, y, w, h, sheet_fill);
	paper_line(paper, x, y, x + w, y + h, 0.18,
		model->state[i] == CELL_UNCOVERED ? sheet_muted : sheet_attention);
	if (model->state[i] != CELL_UNCOVERED)
		paper_line(paper, x + w, y, x, y + h, 0.18, sheet_attention);
}

void certificate_plot_gains(struct paper *paper, double x_mm, double y_mm,
	double width_mm, const struct model *model)
{
	struct map map = map_of(model, x_mm, y_mm, width_mm);

	for (int i = 0; i < geometry_n_cells(&model->geometry); i++)
		draw_cell(paper, model, &map, i);
	paper_frame(paper, x_mm, y_mm, map.width_mm, map.height_mm, 0.25, sheet_muted);
}

static void draw_error(
	struct paper *paper, const struct map *map, const struct verify_row *row)
{
	struct pos_mm stated = on_sheet(map, row->x_mm, row->y_mm);
	struct paper_type type = sheet_small();
	char text[32];

	if (isnan(row->x_mm) || isnan(row->y_mm))
		return;
	paper_ring(paper, stated.x, stated.y, 0.9, 0.3, sheet_ink);
	if (!isnan(row->cop_x_mm)) {
		double dx = (row->cop_x_mm - row->x_mm) * ARROW_SCALE,
		       dy = (row->cop_y_mm - row->y_mm) * ARROW_SCALE;
		struct pos_mm seen = on_sheet(map, row->x_mm + dx, row->y_mm + dy);

		paper_line(paper, stated.x, stated.y, seen.x, seen.y, 0.4, sheet_left);
		paper_disc(paper, seen.x, seen.y, 0.6, sheet_left);
	}
	snprintf(text, sizeof(text), "%+.1f %%", 100 * row->force_error_frac);
	type.align = PAPER_CENTRE;
	paper_text(paper, stated.x - 10.0, stated.y + 2.2, 20.0, &type, text);
}

void certificate_plot_errors(struct paper *paper, double x_mm, double y_mm,
	double width_mm, const struct model *model,
	const struct verify_result *verification)
{
	struct map map = map_of(model, x_mm, y_mm, width_mm);

	paper_frame(paper, x_mm, y_mm, map.width_mm, map.height_mm, 0.25, sheet_muted);
	paper_line(paper, x_mm + 0.5 * map.width_mm, y_mm, x_mm + 0.5 * map.width_mm,
		y_mm + map.height_mm, 0.12, sheet_rule);
	paper_line(paper, x_mm, y_mm + 0.5 * map.height_mm, x_mm + map.width_mm,
		y_mm + 0.5 * map.height_mm, 0.12, sheet_rule);
	for (int i = 0; i < verification->n_rows; i++)
		draw_error(paper, &map, &verification->rows[i]);
}

/* --- residuals ------------------------------------------------------------------------------ */

/* A chart's box and what its edges mean. */
struct chart {
	double x_mm, y_mm, width_mm, height_mm;
	double most_kg, most_pct;
};

static double chart_x(const struct chart *c, double kg)
{
	return c->x_mm + c->width_mm * kg / c->most_kg;
}

static double chart_y(const struct chart *c, double pct)
{
	return c->y_mm + 0.5 * c->height_mm * (1.0 - pct / c->most_pct);
}

/* The next number that is not less and whose quarters are round. */
static double round_up(double value)
{
	double decade = pow(10.0, floor(log10(fmax(value, 1e-6))));

	for (int i = 0; i < 6; i++) {
		static const double steps[] = { 1, 1.2, 2, 3, 4, 6 };

		if (value <= steps[i] * decade * (1 + 1e-9))
			return steps[i] * decade;
	}
	return 10 * decade;
}

static struct chart chart_of(double x_mm, double y_mm, double width_mm,
	double height_mm, const struct calibration *c)
{
	double kg = 10, pct = 1;

	for (int i = 0; i < c->report.n_loads; i++) {
		const struct fit_load *l = &c->report.loads[i];

		kg = fmax(kg, l->mass_kg);
		pct = fmax(pct, 100 * fabs(l->fit_kg / l->mass_kg - 1));
	}
	for (int i = 0; i < c->verification.n_rows; i++) {
		kg = fmax(kg, c->verification.rows[i].mass_kg);
		pct = fmax(pct, 100 * fabs(c->verification.rows[i].force_error_frac));
	}
	return (struct chart){ x_mm + 14.0, y_mm + 2.0, width_mm - 16.0,
		height_mm - 10.0, round_up(1.05 * kg), round_up(1.05 * pct) };
}

static void draw_axes(struct paper *paper, const struct chart *c)
{
	struct paper_type type = sheet_small();
	char text[32];

	type.align = PAPER_RIGHT;
	for (int i = -2; i <= 2; i++) {
		double pct = 0.5 * i * c->most_pct, y = chart_y(c, pct);

		paper_line(paper, c->x_mm, y, c->x_mm + c->width_mm, y, i ? 0.12 : 0.3,
			i ? sheet_rule : sheet_muted);
		snprintf(text, sizeof(text), "%+.3g %%", pct);
		paper_text(
			paper, c->x_mm - 14.0, y - 1.6, 13.0, &type, i ? text : "0 %");
	}
	type.align = PAPER_CENTRE;
	for (int i = 0; i <= 4; i++) {
		double kg = 0.25 * i * c->most_kg;

		snprintf(text, sizeof(text), "%.4g kg", kg);
		paper_text(paper, chart_x(c, kg) - 10.0, c->y_mm + c->height_mm + 1.0,
			20.0, &type, text);
	}
}

void certificate_plot_residuals(struct paper *paper, double x_mm, double y_mm,
	double width_mm, double height_mm, const struct calibration *calibration)
{
	struct chart c = chart_of(x_mm, y_mm, width_mm, height_mm, calibration);

	draw_axes(paper, &c);
	for (int i = 0; i < calibration->report.n_loads; i++) {
		const struct fit_load *l = &calibration->report.loads[i];
		double pct = 100 * (l->fit_kg / l->mass_kg - 1);

		if (isfinite(pct))
			paper_disc(paper, chart_x(&c, l->mass_kg), chart_y(&c, pct),
				1.0, l->used ? sheet_ink : sheet_rule);
	}
	for (int i = 0; i < calibration->verification.n_rows; i++) {
		const struct verify_row *r = &calibration->verification.rows[i];

		if (isfinite(r->force_error_frac))
			paper_ring(paper, chart_x(&c, r->mass_kg),
				chart_y(&c, 100 * r->force_error_frac), 1.1, 0.35,
				sheet_left);
	}
}
