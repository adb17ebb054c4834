#include "src/cli/footview.h"

#include <math.h>
#include <string.h>

#include "src/base/units.h"
#include "src/cli/matmap.h"
#include "src/cli/phrases.h"

#define PANEL_COLS   40 /* the numbers: three columns of ten and a label */
#define MIN_MAT_COLS 24 /* chosen: feet are still feet */
#define MIN_MAT_ROWS 8
#define ROOMY_ROWS   12  /* below this the numbers matter more than the mat's name */
#define STALE_S      0.3 /* docs/smp.md: lost after 300 ms */
#define DARKEST      26  /* steps of the colour map left out, so that feet stand out */

/* screens.md: muted text, the two feet, caution, fault, and the mat's own surface. */
#define TEXT       TERMGRID_DEFAULT
#define MUTED      TERMGRID_RGB(0x94, 0xa3, 0xaf)
#define LEFT       TERMGRID_RGB(0x56, 0xb4, 0xe9)
#define RIGHT      TERMGRID_RGB(0xe6, 0x9f, 0x00)
#define GOOD       TERMGRID_RGB(0x35, 0xc2, 0x9a)
#define CAUTION    TERMGRID_RGB(0xf0, 0xe4, 0x42)
#define FAULT      TERMGRID_RGB(0xd5, 0x5e, 0x00)
#define SURFACE    TERMGRID_RGB(0x18, 0x20, 0x28)
#define STALE_REST TERMGRID_RGB(0x3a, 0x44, 0x4e)
#define INK        TERMGRID_RGB(0x0f, 0x13, 0x17)

static bool is_stale(const struct footview *view)
{
	return !view->sample || view->age_s > STALE_S;
}

/* --- the mat ---------------------------------------------------------------------- */

/* Share of the colour scale, 0 to 1. Force over area: N/mm^2 is 1000 kPa. */
static double scale_share(const struct footview *view, double value)
{
	const struct frame_document *f = view->frame;
	double area_mm2 = f->geometry.pitch_x_mm * f->geometry.pitch_y_mm;
	double share = f->unit_is_force ? value / area_mm2 * 1000 / view->pressure_kpa
					: value / view->counts_top;

	return fmin(fmax(share, 0), 1);
}

static uint32_t share_colour(const struct footview *view, double share)
{
	const uint8_t *rgb =
		colormap_rgb(view->map, DARKEST + (int)(share * (255 - DARKEST) + 0.5));
	int grey =
		(299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000; /* ITU-R BT.601 */

	if (share * 255 < 1)
		return SURFACE;
	return is_stale(view) ? TERMGRID_RGB(grey, grey, grey)
			      : TERMGRID_RGB(rgb[0], rgb[1], rgb[2]);
}

static void draw_pixels(const struct footview *view, const struct matmap *map, int x,
	int y, struct termgrid *grid)
{
	const struct frame_document *f = view->frame;
	double top = scale_share(view, matmap_mean(map, f->cells, x, 2 * y) * f->scale);
	double bottom =
		scale_share(view, matmap_mean(map, f->cells, x, 2 * y + 1) * f->scale);
	double mean = (top + bottom) / 2;

	if (!map->utf8)
		top = bottom = mean;
	matmap_put(map, grid, x, y,
		(struct matmap_pixel){ share_colour(view, top), top },
		(struct matmap_pixel){ share_colour(view, bottom), bottom });
}

static void draw_marks(
	const struct footview *view, const struct matmap *map, struct termgrid *grid)
{
	const struct stance_sample *s = view->sample;
	uint32_t white = TERMGRID_RGB(0xf3, 0xf6, 0xf8);

	if (!s)
		return;
	if (s->left.present)
		matmap_mark(map, grid, s->left.cop_mm, 'L', LEFT);
	if (s->right.present)
		matmap_mark(map, grid, s->right.cop_mm, 'R', RIGHT);
	if (isfinite(s->cop_mm.x))
		matmap_mark(map, grid, s->cop_mm, '+', white);
}

/* The scale's colours with both ends in words; the words come first, the colours take the rest. */
static void draw_legend(const struct footview *view, int row,
	const struct matmap_area *area, struct termgrid *grid)
{
	char words[48];
	int n, col;

	if (view->frame->unit_is_force)
		snprintf(words, sizeof(words), " %.0f kPa", view->pressure_kpa);
	else
		snprintf(words, sizeof(words), " %.0f, raw: not calibrated",
			view->counts_top);
	n = area->col_end - area->col - (int)strlen(words) - 2;
	n = n < 2 ? 2 : n > 16 ? 16 : n;
	col = termgrid_print(grid, row, area->col, area->col_end, MUTED, false, "0 ");
	for (int i = 0; i < n && col < area->col_end; i++, col++) {
		double share = (i + 1.0) / n;
		struct termgrid_cell cell = { .glyph = ' ' };

		if (view->colour == CLI_COLOUR_NONE)
			cell.glyph = (uint32_t)matmap_letter(share);
		else
			cell.bg = share_colour(view, share);
		termgrid_put(grid, row, col, &cell);
	}
	termgrid_print(grid, row, col, area->col_end, MUTED, false, "%s", words);
}

static void draw_mat(const struct footview *view, const struct matmap_area *area,
	struct termgrid *grid)
{
	struct matmap_area inner = *area;
	struct matmap map;

	if (!view->frame) {
		termgrid_print(grid, (area->row + area->row_end) / 2, area->col,
			area->col_end, MUTED, false, "no picture yet");
		return;
	}
	inner.row++; /* "front" */
	inner.row_end -= 1;
	map = matmap_fit(&view->frame->geometry, &inner, view->colour, view->utf8);
	termgrid_print(grid, area->row, map.col + (map.n_x - 5) / 2, area->col_end,
		MUTED, false, "front");
	for (int y = 0; y < map.n_y / 2; y++)
		for (int x = 0; x < map.n_x; x++)
			draw_pixels(view, &map, x, y, grid);
	draw_marks(view, &map, grid);
	inner.col = map.col;
	draw_legend(view, map.row + map.n_y / 2, &inner, grid);
}

/* --- the numbers ------------------------------------------------------------------ */

/* A cursor down the panel: prints while there is room. */
struct panel {
	const struct footview *view;
	struct termgrid *grid;
	struct matmap_area area;
	int row;
};

static uint32_t tone(const struct panel *p, uint32_t colour)
{
	return is_stale(p->view) ? MUTED : colour;
}

static uint32_t state_colour(const char *state)
{
	if (strcmp(state, "streaming") == 0)
		return GOOD;
	return strcmp(state, "lost") == 0 ? FAULT : CAUTION;
}

/* How many bytes of `text` go on a line of `width`: up to the last space that fits. */
static size_t line_length(const char *text, size_t width)
{
	size_t n = strlen(text);

	if (n <= width)
		return n;
	n = width;
	while (n > 0 && text[n] != ' ')
		n--;
	return n ? n : width;
}

/* Print words over as many rows as they need; with `count_only` say how many those are. */
static int print_wrapped(
	struct panel *p, uint32_t colour, const char *text, bool count_only)
{
	size_t width = (size_t)(p->area.col_end - p->area.col);
	int n_rows = 0;

	for (; *text; n_rows++) {
		size_t n = line_length(text, width);

		if (!count_only && p->row < p->area.row_end)
			termgrid_print(p->grid, p->row++, p->area.col, p->area.col_end,
				colour, false, "%.*s", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
	return n_rows;
}

static void print_state(struct panel *p)
{
	const struct status_document *s = p->view->status;
	const char *state = s ? s->mat_state : "connecting";
	char rate[24];
	int col = p->area.col;

	/* The daemon may not have noticed yet what this clock already knows. */
	if (s && strcmp(state, "streaming") == 0 && is_stale(p->view)) {
		termgrid_print(p->grid, p->row++, col, p->area.col_end, FAULT, true,
			"no new data for %.1f s",
			p->view->sample ? p->view->age_s : 0.0);
	} else {
		col = termgrid_print(p->grid, p->row, col, p->area.col_end,
			state_colour(state), true, "%s", state);
		if (p->view->sample && is_stale(p->view))
			termgrid_print(p->grid, p->row, col, p->area.col_end, MUTED,
				false, ", last data %.1f s ago", p->view->age_s);
		p->row++;
	}
	if (!s)
		return;
	if (*s->mat_reason)
		print_wrapped(p, CAUTION, s->mat_reason, false);
	if (s->rows > 0 && p->area.row_end - p->area.row >= ROOMY_ROWS) {
		termgrid_print(p->grid, p->row++, p->area.col, p->area.col_end, MUTED,
			false, "%s", s->model);
		termgrid_print(p->grid, p->row++, p->area.col, p->area.col_end, MUTED,
			false, "%d x %d cells of %.3g mm, %s", s->rows, s->cols,
			s->pitch_x_mm,
			phrases_value(s->rate_hz, 1, "Hz", rate, sizeof(rate)));
	}
}

static void print_weight(struct panel *p)
{
	const struct stance_sample *s = p->view->sample;
	char force[32], mass[32], error[32];
	int col;

	col = termgrid_print(
		p->grid, p->row, p->area.col, p->area.col_end, MUTED, false, "weight ");
	if (!isfinite(s->force_n)) {
		termgrid_print(p->grid, p->row++, col, p->area.col_end, tone(p, TEXT),
			true, "unknown: no calibration");
		return;
	}
	phrases_value(s->force_n, 1, "N", force, sizeof(force));
	phrases_value(s->force_n / UNITS_GRAVITY_M_S2, 1, "kg", mass, sizeof(mass));
	col = termgrid_print(p->grid, p->row, col, p->area.col_end, tone(p, TEXT), true,
		"%8s %9s  ", mass, force);
	termgrid_print(p->grid, p->row++, col, p->area.col_end, MUTED, false, "%s%s",
		phrases_u95(s->u95.force_n, p->view->utf8, error, sizeof(error)),
		*error ? " N" : "");
}

/* A bar of `width` split at `share`, the parts in two colours or two signs. */
static void print_bar(struct panel *p, double share, uint32_t first, uint32_t second)
{
	int width = p->area.col_end - p->area.col;
	int split = (int)(share * width + 0.5);

	for (int i = 0; i < width && p->row < p->area.row_end; i++) {
		struct termgrid_cell cell = { .glyph = ' ' };

		if (!isfinite(share))
			cell.glyph = '-';
		else if (p->view->colour == CLI_COLOUR_NONE)
			cell.glyph = i < split ? '=' : '.';
		else if (is_stale(p->view))
			cell.bg = i < split ? MUTED : STALE_REST;
		else
			cell.bg = i < split ? first : second;
		if (i == width / 2)
			cell = (struct termgrid_cell){
				.glyph = '|', .fg = INK, .bg = cell.bg
			};
		if (i == width / 2 && !cell.bg)
			cell.fg = MUTED;
		termgrid_put(p->grid, p->row, p->area.col + i, &cell);
	}
	p->row++;
}

static void print_shares(struct panel *p, const char *first, const char *second,
	double share, double u95, const uint32_t colours[2])
{
	char one[24], other[24], error[24];
	int end = p->area.col_end;

	phrases_u95(u95 * 100, p->view->utf8, error, sizeof(error));
	termgrid_print(p->grid, p->row, p->area.col, end, tone(p, colours[0]), true,
		"%s %s", first, phrases_value(share * 100, 1, "%", one, sizeof(one)));
	termgrid_print(p->grid, p->row, p->area.col + 14, end, MUTED, false, "%s%s",
		error, *error ? " pts" : "");
	termgrid_print(p->grid, p->row++, end - 13, end, tone(p, colours[1]), true,
		"%6s %6s", second,
		phrases_value(100 - share * 100, 1, "%", other, sizeof(other)));
	print_bar(p, share, colours[0], colours[1]);
}

static void print_row(struct panel *p, const char *label, int decimals, double left,
	double right, double both)
{
	char a[16], b[16], c[16];

	if (p->row >= p->area.row_end)
		return;
	termgrid_print(p->grid, p->row, p->area.col, p->area.col_end, MUTED, false,
		"%s", label);
	termgrid_print(p->grid, p->row++, p->area.col + 11, p->area.col_end,
		tone(p, TEXT), false, "%8s %9s %9s",
		phrases_value(left, decimals, "", a, sizeof(a)),
		phrases_value(right, decimals, "", b, sizeof(b)),
		phrases_value(both, decimals, "", c, sizeof(c)));
}

static void print_table(struct panel *p)
{
	const struct stance_sample *s = p->view->sample;
	const struct foot_sample *l = &s->left, *r = &s->right;
	double g = UNITS_GRAVITY_M_S2;

	termgrid_print(p->grid, p->row++, p->area.col + 11, p->area.col_end, MUTED,
		false, "%8s %9s %9s", "left", "right", "both");
	print_row(p, "mass kg", 1, l->force_n / g, r->force_n / g, s->force_n / g);
	print_row(p, "force N", 1, l->force_n, r->force_n, s->force_n);
	print_row(p, "fore %", 1, l->fore_frac * 100, r->fore_frac * 100,
		s->fore_frac * 100);
	print_row(p, "COP x mm", 1, l->cop_mm.x, r->cop_mm.x, s->cop_mm.x);
	print_row(p, "COP y mm", 1, l->cop_mm.y, r->cop_mm.y, s->cop_mm.y);
	print_row(p, "peak kPa", 0, l->peak_kpa, r->peak_kpa, s->peak_kpa);
	print_row(p, "length mm", 0, l->length_mm, r->length_mm, NAN);
	print_row(p, "turned deg", 0, l->direction_deg, r->direction_deg, NAN);
	print_row(p, "heels mm", 0, NAN, NAN, s->stance_width_mm);
}

static int print_flag_words(struct panel *p, bool count_only)
{
	const struct stance_sample *s = p->view->sample;
	int n_rows = 0;

	if (s->facing_back)
		n_rows += print_wrapped(p, tone(p, CAUTION),
			"the person stands the wrong way round", count_only);
	for (int i = 0; i < SAMPLE_N_FLAGS; i++)
		if (s->flags >> i & 1)
			n_rows += print_wrapped(
				p, tone(p, CAUTION), phrases_flag(i), count_only);
	return n_rows;
}

/* At the foot of the panel, so that nothing above moves when one comes or goes; the table that
 * follows in the code gets the rows between. */
static void print_flags(struct panel *p)
{
	int next = p->row;
	int first = p->area.row_end - print_flag_words(p, true);

	p->row = first > next ? first : next;
	first = p->row;
	print_flag_words(p, false);
	p->area.row_end = first;
	p->row = next;
}

static void draw_panel(const struct footview *view, const struct matmap_area *area,
	struct termgrid *grid)
{
	static const uint32_t sides[] = { LEFT, RIGHT };
	static const uint32_t ends[] = { GOOD, MUTED };
	struct panel p = {
		.view = view, .grid = grid, .area = *area, .row = area->row
	};
	const struct stance_sample *s = view->sample;

	print_state(&p);
	if (!s)
		return;
	p.row++;
	print_weight(&p);
	print_shares(&p, "left", "right", s->left_frac, s->u95.left_frac, sides);
	print_shares(&p, "fore", "rear", s->fore_frac, s->u95.fore_frac, ends);
	p.row++;
	print_flags(&p);
	if (p.row + 2 < p.area.row_end)
		print_table(&p);
}

/* --- the whole -------------------------------------------------------------------- */

static void draw_footer(struct termgrid *grid)
{
	termgrid_print(grid, grid->n_rows - 1, 0, grid->n_cols, MUTED, false,
		"L, R, +: centres of pressure of the feet and of both   q quits");
}

void footview_draw(const struct footview *view, struct termgrid *grid)
{
	bool beside = grid->n_cols >= PANEL_COLS + 2 + MIN_MAT_COLS;
	struct matmap_area panel = { 0, 0, grid->n_rows - 1, grid->n_cols };
	struct matmap_area mat = { 0, 0, grid->n_rows - 1, grid->n_cols };

	termgrid_clear(grid);
	if (beside) {
		mat.col_end = grid->n_cols - PANEL_COLS - 2;
		panel.col = grid->n_cols - PANEL_COLS;
	} else {
		panel.col_end = grid->n_cols < PANEL_COLS ? grid->n_cols : PANEL_COLS;
		mat.row_end = grid->n_rows / 2;
		panel.row = mat.row_end;
		if (mat.row_end < MIN_MAT_ROWS)
			panel.row = 0;
	}
	if (beside || panel.row > 0)
		draw_mat(view, &mat, grid);
	draw_panel(view, &panel, grid);
	if (grid->n_rows > 1)
		draw_footer(grid);
}

/* --- where there is nothing to draw on -------------------------------------------- */

static void append_flags(uint32_t flags, char *out, size_t size)
{
	size_t length = strlen(out);

	for (int i = 0; i < SAMPLE_N_FLAGS && length < size; i++)
		if (flags >> i & 1)
			length += (size_t)snprintf(out + length, size - length, " %s",
				sample_flag_name(i));
}

void footview_line(
	const struct stance_sample *sample, double t_s, char *out, size_t size)
{
	char force[24], mass[24], left[24], fore[24], x[24], y[24];

	snprintf(out, size, "%9.2f s  %9s %9s  left %7s  fore %7s  COP %9s %9s ", t_s,
		phrases_value(sample->force_n, 1, "N", force, sizeof(force)),
		phrases_value(sample->force_n / UNITS_GRAVITY_M_S2, 1, "kg", mass,
			sizeof(mass)),
		phrases_value(sample->left_frac * 100, 1, "%", left, sizeof(left)),
		phrases_value(sample->fore_frac * 100, 1, "%", fore, sizeof(fore)),
		phrases_value(sample->cop_mm.x, 1, "mm", x, sizeof(x)),
		phrases_value(sample->cop_mm.y, 1, "mm", y, sizeof(y)));
	append_flags(sample->flags, out, size);
}
