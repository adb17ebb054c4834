#include "src/cli/calibrate_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/colormap.h"
#include "src/cli/matmap.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"

#define PANEL_COLS   36
#define MIN_MAT_COLS 24
#define MIN_MAT_ROWS 8
#define DARKEST      26    /* as in footview.c: feet stand out */
#define STEADY_FRAC  0.005 /* a change in a second below this is called steady */

#define TEXT    TERMGRID_DEFAULT
#define MUTED   TERMGRID_RGB(0x94, 0xa3, 0xaf)
#define GOOD    TERMGRID_RGB(0x35, 0xc2, 0x9a)
#define CAUTION TERMGRID_RGB(0xf0, 0xe4, 0x42)
#define SURFACE TERMGRID_RGB(0x18, 0x20, 0x28)
#define COVERED TERMGRID_RGB(0x1c, 0x4a, 0x40)
#define WHITE   TERMGRID_RGB(0xf3, 0xf6, 0xf8)

/* --- the document ------------------------------------------------------------------------- */

void calibrate_view_read(const json_t *d, struct calibrate_state *s)
{
	const json_t *at = json_object_get(d, "at_mm");

	snprintf(s->state, sizeof(s->state), "%s", members_text(d, "state"));
	snprintf(s->step, sizeof(s->step), "%s", members_text(d, "step"));
	snprintf(s->hint, sizeof(s->hint), "%s", members_text(d, "hint"));
	s->elapsed_s = members_number(d, "elapsed_s");
	s->remaining_s = members_number(d, "remaining_s");
	s->load_cnt = members_number(d, "load_cnt");
	s->x_mm = s->y_mm = NAN;
	if (json_array_size(at) == 2) {
		s->x_mm = json_number_value(json_array_get(at, 0));
		s->y_mm = json_number_value(json_array_get(at, 1));
	}
	s->radius_mm = members_number(d, "radius_mm");
	s->steadiness_frac = members_number(d, "steadiness_frac");
	s->coverage_frac = members_number(d, "coverage_frac");
	s->sweeps = members_number(d, "sweeps");
	s->mass_now_kg = members_number(d, "mass_now_kg");
	s->i_mass = members_number(d, "i_mass");
	s->frames = members_number(d, "frames");
	s->lost = members_number(d, "lost");
}

void calibrate_view_line(const struct calibrate_state *s, char *out, size_t size)
{
	if (isfinite(s->remaining_s) && s->remaining_s >= 0.5)
		snprintf(out, size, "%s (%.0f s)", s->hint, ceil(s->remaining_s));
	else
		snprintf(out, size, "%s", s->hint);
}

/* --- the mat ------------------------------------------------------------------------------ */

static struct matmap_pixel pixel(
	const struct calibrate_view *view, const struct matmap *map, int x, int y)
{
	double value = matmap_mean(map, view->frame->cells, x, y) * view->frame->scale;
	double share = fmin(fmax(value / view->counts_top, 0), 1);
	bool covered = view->covered && matmap_mean(map, view->covered, x, y) >= 0.5;
	const uint8_t *rgb = colormap_rgb(
		COLORMAP_INFERNO, DARKEST + (int)(share * (255 - DARKEST) + 0.5));

	if (share * 255 < 4)
		return (struct matmap_pixel){ covered ? COVERED : SURFACE,
			covered ? 0.15 : 0 };
	return (struct matmap_pixel){ TERMGRID_RGB(rgb[0], rgb[1], rgb[2]), share };
}

static void draw_mat(const struct calibrate_view *view, const struct matmap_area *area,
	struct termgrid *grid)
{
	struct matmap_area inner = *area;
	struct matmap map;

	if (!view->frame) {
		termgrid_print(grid, (area->row + area->row_end) / 2, area->col,
			area->col_end, MUTED, false, "no picture yet");
		return;
	}
	inner.row++;
	map = matmap_fit(&view->frame->geometry, &inner, view->colour, view->utf8);
	termgrid_print(grid, area->row, map.col + (map.n_x - 5) / 2, area->col_end,
		MUTED, false, "front");
	for (int y = 0; y < map.n_y / 2; y++)
		for (int x = 0; x < map.n_x; x++)
			matmap_put(&map, grid, x, y, pixel(view, &map, x, 2 * y),
				pixel(view, &map, x, 2 * y + 1));
	if (view->has_state && isfinite(view->state.x_mm))
		matmap_mark(&map, grid,
			(struct pos_mm){ view->state.x_mm, view->state.y_mm }, '+',
			WHITE);
}

/* --- the words ---------------------------------------------------------------------------- */

struct panel {
	const struct calibrate_view *view;
	struct termgrid *grid;
	struct matmap_area area;
	int row;
};

/* How many bytes of `text` go on a line of `width`: up to the last space that fits. */
static size_t line_length(const char *text, size_t width)
{
	size_t n = strlen(text);

	if (n <= width)
		return n;
	for (n = width; n > 0 && text[n] != ' ';)
		n--;
	return n ? n : width;
}

static void print_wrapped(struct panel *p, uint32_t colour, bool bold, const char *text)
{
	size_t width = (size_t)(p->area.col_end - p->area.col);

	while (*text && p->row < p->area.row_end) {
		size_t n = line_length(text, width);

		termgrid_print(p->grid, p->row++, p->area.col, p->area.col_end, colour,
			bold, "%.*s", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
}

static void print_row(
	struct panel *p, const char *label, uint32_t colour, const char *value)
{
	if (p->row >= p->area.row_end)
		return;
	termgrid_print(p->grid, p->row, p->area.col, p->area.col_end, MUTED, false,
		"%s", label);
	termgrid_print(p->grid, p->row++, p->area.col + 11, p->area.col_end, colour,
		false, "%s", value);
}

static void print_load(struct panel *p)
{
	const struct calibrate_state *s = &p->view->state;
	char text[96], count[32];

	if (!isfinite(s->x_mm)) {
		print_row(p, "on the mat", TEXT, "nothing");
		return;
	}
	snprintf(text, sizeof(text), "%s counts",
		phrases_count((uint64_t)fmax(s->load_cnt, 0), count, sizeof(count)));
	print_row(p, "on the mat", TEXT, text);
	snprintf(text, sizeof(text), "x %+.0f, y %+.0f mm", s->x_mm, s->y_mm);
	print_row(p, "centre", TEXT, text);
	if (isfinite(s->coverage_frac))
		return; /* a roller is no disc and does not stand still */
	snprintf(text, sizeof(text), "as a disc of %.0f mm radius", s->radius_mm);
	if (isfinite(s->radius_mm))
		print_row(p, "size", TEXT, text);
	if (!isfinite(s->steadiness_frac))
		return;
	snprintf(text, sizeof(text), "%s, %.2f %% a second",
		fabs(s->steadiness_frac) < STEADY_FRAC ? "steady" : "moving",
		100 * fabs(s->steadiness_frac));
	print_row(p, "load", fabs(s->steadiness_frac) < STEADY_FRAC ? GOOD : CAUTION,
		text);
}

static void print_roll(struct panel *p)
{
	const struct calibrate_state *s = &p->view->state;
	char text[64];

	if (!isfinite(s->coverage_frac))
		return;
	snprintf(text, sizeof(text), "%.1f %% of the cells", 100 * s->coverage_frac);
	print_row(p, "covered", s->coverage_frac >= 0.95 ? GOOD : CAUTION, text);
	snprintf(text, sizeof(text), "%.0f", isfinite(s->sweeps) ? s->sweeps : 0);
	print_row(p, "sweeps", TEXT, text);
}

static void print_bar(struct panel *p)
{
	const struct calibrate_state *s = &p->view->state;
	int width = p->area.col_end - p->area.col;
	double total_s = s->elapsed_s + s->remaining_s;
	int n = (int)(s->elapsed_s / total_s * width + 0.5);
	char text[64];

	if (!isfinite(total_s) || !(total_s > 0) || p->row + 2 > p->area.row_end)
		return;
	snprintf(text, sizeof(text), "%.1f s left", fmax(s->remaining_s, 0));
	print_row(p, strcmp(s->state, "measuring") == 0 ? "measuring" : "waiting", TEXT,
		text);
	for (int i = 0; i < width; i++) {
		struct termgrid_cell cell = { .glyph = ' ' };

		if (p->view->colour == CLI_COLOUR_NONE)
			cell.glyph = i < n ? '#' : '.';
		else
			cell.bg = i < n ? GOOD : SURFACE;
		termgrid_put(p->grid, p->row, p->area.col + i, &cell);
	}
	p->row++;
}

static void draw_panel(const struct calibrate_view *view,
	const struct matmap_area *area, struct termgrid *grid)
{
	struct panel p = {
		.view = view, .grid = grid, .area = *area, .row = area->row
	};
	const struct calibrate_state *s = &view->state;
	char text[64];

	if (!view->has_state) {
		print_wrapped(&p, MUTED, false, "waiting for the mat");
		return;
	}
	print_wrapped(&p, TEXT, true, s->hint);
	p.row++;
	if (isfinite(s->mass_now_kg)) {
		snprintf(text, sizeof(text), "%g kg now, load %.0f", s->mass_now_kg,
			s->i_mass + 1);
		print_row(&p, "staircase", TEXT, text);
	}
	print_roll(&p);
	print_load(&p);
	if (s->lost > 0) {
		snprintf(text, sizeof(text), "%.0f of %.0f", s->lost, s->frames);
		print_row(&p, "lost", CAUTION, text);
	}
	p.row++;
	print_bar(&p);
}

/* --- the whole ---------------------------------------------------------------------------- */

void calibrate_view_draw(const struct calibrate_view *view, struct termgrid *grid)
{
	bool beside = grid->n_cols >= PANEL_COLS + 2 + MIN_MAT_COLS;
	struct matmap_area panel = { 2, 0, grid->n_rows - 1, grid->n_cols };
	struct matmap_area mat = { 1, 0, grid->n_rows - 1, grid->n_cols };

	termgrid_clear(grid);
	if (beside) {
		mat.col_end = grid->n_cols - PANEL_COLS - 2;
		panel.col = grid->n_cols - PANEL_COLS;
	} else {
		mat.row_end = grid->n_rows / 2;
		panel.row = mat.row_end;
		if (mat.row_end < MIN_MAT_ROWS)
			panel.row = 1;
	}
	termgrid_print(
		grid, 0, 0, grid->n_cols, TEXT, true, "Calibration: %s", view->title);
	if (beside || panel.row > 1)
		draw_mat(view, &mat, grid);
	draw_panel(view, &panel, grid);
	if (grid->n_rows > 2)
		termgrid_print(grid, grid->n_rows - 1, 0, grid->n_cols, MUTED, false,
			"Ctrl-C takes this step back%s",
			!view->covered ? ""
			: view->colour == CLI_COLOUR_NONE
				? "   : the roller has been there"
				: "   green: the roller has been there");
}
