#include "src/report/paper.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <pango/pangocairo.h>

#define PT_PER_MM   (72.0 / 25.4)
#define PNG_DPI     150.0 /* chosen: reads well on a screen and prints passably */
#define FONT_BEHIND "B612, Noto Sans, DejaVu Sans" /* if a letter is missing */
#define MAX_PATH    4096

struct paper {
	enum paper_format format;
	char path[MAX_PATH];
	char part[MAX_PATH + 16]; /* written to until it is whole */
	char created[40];
	int sheet, only; /* only: the one that is kept, 0 all */
	double dpi;
	bool is_fleeting;
	FILE *file;
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoContext *context; /* NULL before the first text */
	int error;             /* the first, negative errno */
	paper_watch_fn *watch;
	void *watch_ctx;
};

enum paper_format paper_format_of(const char *path)
{
	static const char *const endings[PAPER_N_FORMATS] = { ".pdf", ".png", ".svg" };
	size_t n = strlen(path);

	for (int i = 0; i < PAPER_N_FORMATS; i++)
		if (n > 4 && strcmp(path + n - 4, endings[i]) == 0)
			return (enum paper_format)i;
	return PAPER_N_FORMATS;
}

/* --- files --------------------------------------------------------------------------------- */

static void keep_error(struct paper *p, int error)
{
	if (p->error == 0 && error != 0)
		p->error = error;
}

static cairo_status_t write_out(void *closure, const unsigned char *bytes, unsigned n)
{
	struct paper *p = closure;

	if (fwrite(bytes, 1, n, p->file) == n)
		return CAIRO_STATUS_SUCCESS;
	keep_error(p, errno ? -errno : -EIO);
	return CAIRO_STATUS_WRITE_ERROR;
}

/* The file of sheet `n`: NAME.png, NAME-2.png, ... */
static void sheet_path(const struct paper *p, int n, char *out, size_t size)
{
	size_t stem = strlen(p->path) - 4;

	if (n == 1)
		snprintf(out, size, "%s", p->path);
	else
		snprintf(out, size, "%.*s-%d%s", (int)stem, p->path, n, p->path + stem);
}

/* A sheet that is not kept is laid out, so that the others are numbered and filled as ever. */
static bool is_kept(const struct paper *p)
{
	return p->format == PAPER_PDF || p->only == 0 || p->sheet == p->only;
}

/* Nothing to open for a sheet that is not kept. */
static int open_part(struct paper *p)
{
	if (!is_kept(p))
		return 0;
	snprintf(p->part, sizeof(p->part), "%s.part", p->path);
	p->file = fopen(p->part, "wb");
	return p->file ? 0 : -errno;
}

static void drop_part(struct paper *p)
{
	if (!p->file)
		return;
	fclose(p->file);
	p->file = NULL;
	unlink(p->part);
}

/* Put the finished part where it belongs. */
static void place_part(struct paper *p, int sheet)
{
	char path[MAX_PATH + 16];

	if (!p->file)
		return;
	if (fflush(p->file) != 0 || (!p->is_fleeting && fsync(fileno(p->file)) != 0))
		keep_error(p, -errno);
	if (p->error) {
		drop_part(p);
		return;
	}
	fclose(p->file);
	p->file = NULL;
	sheet_path(p, p->only > 0 ? 1 : sheet, path, sizeof(path));
	if (rename(p->part, path) != 0)
		keep_error(p, -errno);
}

/* --- surfaces ------------------------------------------------------------------------------ */

static cairo_surface_t *new_surface(struct paper *p)
{
	const double width = PAPER_WIDTH_MM * PT_PER_MM,
		     height = PAPER_HEIGHT_MM * PT_PER_MM;

	switch (is_kept(p) ? p->format : PAPER_NONE) {
	case PAPER_PDF:
		return cairo_pdf_surface_create_for_stream(write_out, p, width, height);
	case PAPER_SVG:
		return cairo_svg_surface_create_for_stream(write_out, p, width, height);
	case PAPER_NONE:
		return cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	default:
		return cairo_image_surface_create(CAIRO_FORMAT_RGB24,
			(int)lround(PAPER_WIDTH_MM * p->dpi / 25.4),
			(int)lround(PAPER_HEIGHT_MM * p->dpi / 25.4));
	}
}

static double units_per_mm(const struct paper *p)
{
	return p->format == PAPER_PNG ? p->dpi / 25.4 : PT_PER_MM;
}

static void begin_sheet(struct paper *p)
{
	double scale = units_per_mm(p);

	p->surface = new_surface(p);
	p->cairo = cairo_create(p->surface);
	cairo_scale(p->cairo, scale, scale);
	cairo_set_source_rgb(p->cairo, 1, 1, 1);
	cairo_paint(p->cairo);
}

static void end_sheet(struct paper *p)
{
	cairo_status_t status;

	cairo_show_page(p->cairo);
	if (p->format == PAPER_PNG && is_kept(p) &&
		cairo_surface_write_to_png_stream(p->surface, write_out, p) !=
			CAIRO_STATUS_SUCCESS)
		keep_error(p, -EIO);
	cairo_destroy(p->cairo);
	cairo_surface_finish(p->surface);
	status = cairo_surface_status(p->surface);
	cairo_surface_destroy(p->surface);
	p->cairo = NULL;
	p->surface = NULL;
	if (status != CAIRO_STATUS_SUCCESS)
		keep_error(p, status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EIO);
}

static void set_meta(struct paper *p, const struct paper_meta *meta)
{
	const struct {
		cairo_pdf_metadata_t key;
		const char *text;
	} entries[] = {
		{ CAIRO_PDF_METADATA_TITLE, meta->title },
		{ CAIRO_PDF_METADATA_AUTHOR, meta->author },
		{ CAIRO_PDF_METADATA_SUBJECT, meta->subject },
		{ CAIRO_PDF_METADATA_CREATOR, "Stance" },
		/* without one, cairo takes the clock's, and no two files were alike */
		{ CAIRO_PDF_METADATA_CREATE_DATE, meta->created_iso
							  ? meta->created_iso
							  : "1970-01-01T00:00:00Z" },
	};

	if (p->format != PAPER_PDF)
		return;
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (entries[i].text)
			cairo_pdf_surface_set_metadata(
				p->surface, entries[i].key, entries[i].text);
	paper_tag(p, "Document");
}

int paper_open(const char *path, enum paper_format format,
	const struct paper_meta *meta, struct paper **out)
{
	struct paper *p;
	int error = 0;

	if ((unsigned)format > PAPER_NONE || format == PAPER_N_FORMATS ||
		(format != PAPER_NONE && strlen(path) >= MAX_PATH))
		return -EINVAL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->format = format;
	p->sheet = 1;
	p->only = format == PAPER_PNG || format == PAPER_SVG ? meta->only : 0;
	p->dpi = meta->dpi > 0 ? meta->dpi : PNG_DPI;
	p->is_fleeting = meta->is_fleeting;
	if (format != PAPER_NONE) {
		snprintf(p->path, sizeof(p->path), "%s", path);
		error = open_part(p);
		if (error) {
			free(p);
			return error;
		}
	}
	begin_sheet(p);
	set_meta(p, meta);
	*out = p;
	return 0;
}

bool paper_is_done(const struct paper *p)
{
	return p->only > 0 && p->sheet > p->only;
}

/* The families that pango lists hold "Sans" and the like even where nothing is installed. */
bool paper_has_font(void)
{
	PangoContext *context =
		pango_font_map_create_context(pango_cairo_font_map_get_default());
	PangoLayout *layout = pango_layout_new(context);
	bool has_font;

	pango_layout_set_text(layout, "Aa1", -1);
	has_font = pango_layout_get_unknown_glyphs_count(layout) == 0;
	g_object_unref(layout);
	g_object_unref(context);
	return has_font;
}

int paper_sheet(const struct paper *p)
{
	return p->sheet;
}

void paper_watch(struct paper *p, paper_watch_fn *fn, void *ctx)
{
	p->watch = fn;
	p->watch_ctx = ctx;
}

void paper_turn(struct paper *p)
{
	if (p->format == PAPER_PDF) {
		cairo_show_page(p->cairo);
	} else if (p->format != PAPER_NONE) {
		end_sheet(p);
		place_part(p, p->sheet);
		p->sheet++;
		if (p->error == 0)
			keep_error(p, open_part(p));
		begin_sheet(p);
		return;
	}
	p->sheet++;
}

int paper_close(struct paper *p)
{
	int error;

	if (p->format == PAPER_PDF)
		paper_untag(p, "Document");
	end_sheet(p);
	place_part(p, p->format == PAPER_PDF ? 1 : p->sheet);
	error = p->error;
	g_clear_object(&p->context);
	free(p);
	return error;
}

void paper_abandon(struct paper *p)
{
	if (!p)
		return;
	keep_error(p, -ECANCELED);
	end_sheet(p);
	drop_part(p);
	g_clear_object(&p->context);
	free(p);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void use_colour(struct paper *p, struct paper_colour c)
{
	cairo_set_source_rgb(p->cairo, c.red, c.green, c.blue);
}

/* How type is set: the same shapes on every machine, with no hinting and widths of the outlines. */
static PangoContext *new_context(void)
{
	PangoContext *context =
		pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	/* else each letter would start on a whole millimetre */
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_cairo_context_set_resolution(context, 72.0);
	return context;
}

static PangoLayout *new_layout(struct paper *p, double width_mm,
	const struct paper_type *type, const char *text)
{
	static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT,
		PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
	PangoFontDescription *font = pango_font_description_new();
	PangoLayout *layout;

	if (!p->context)
		p->context = new_context();
	pango_cairo_update_context(p->cairo, p->context);
	layout = pango_layout_new(p->context);
	pango_font_description_set_family(font, FONT_BEHIND);
	pango_font_description_set_weight(
		font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	/* the sheet's unit is the millimetre, pango's the point */
	pango_font_description_set_absolute_size(
		font, type->size_pt / PT_PER_MM * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_width(layout, (int)lround(width_mm * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, alignments[type->align]);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

static void tell(struct paper *p, double x_mm, double y_mm, PangoLayout *layout,
	const struct paper_type *type, const char *text)
{
	PangoRectangle box;
	struct paper_placed placed;

	if (!p->watch || !*text)
		return;
	pango_layout_get_extents(layout, NULL, &box);
	placed = (struct paper_placed){ .sheet = p->sheet,
		.x_mm = x_mm + (double)box.x / PANGO_SCALE,
		.y_mm = y_mm + (double)box.y / PANGO_SCALE,
		.width_mm = (double)box.width / PANGO_SCALE,
		.height_mm = (double)box.height / PANGO_SCALE,
		.size_pt = type->size_pt,
		.text = text };
	p->watch(&placed, p->watch_ctx);
}

double paper_text(struct paper *p, double x_mm, double y_mm, double width_mm,
	const struct paper_type *type, const char *text)
{
	PangoLayout *layout = new_layout(p, width_mm, type, text);
	int width, height;

	pango_layout_get_size(layout, &width, &height);
	if (!isnan(y_mm)) {
		tell(p, x_mm, y_mm, layout, type, text);
		use_colour(p, type->colour);
		cairo_move_to(p->cairo, x_mm, y_mm);
		pango_cairo_show_layout(p->cairo, layout);
	}
	g_object_unref(layout);
	return (double)height / PANGO_SCALE;
}

void paper_tag(struct paper *p, const char *name)
{
	if (p->format == PAPER_PDF)
		cairo_tag_begin(p->cairo, name, "");
}

void paper_untag(struct paper *p, const char *name)
{
	if (p->format == PAPER_PDF)
		cairo_tag_end(p->cairo, name);
}

void paper_line(struct paper *p, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
	double width_mm, struct paper_colour colour)
{
	use_colour(p, colour);
	cairo_set_line_width(p->cairo, width_mm);
	cairo_move_to(p->cairo, x1_mm, y1_mm);
	cairo_line_to(p->cairo, x2_mm, y2_mm);
	cairo_stroke(p->cairo);
}

void paper_box(struct paper *p, double x_mm, double y_mm, double width_mm,
	double height_mm, struct paper_colour fill)
{
	use_colour(p, fill);
	cairo_rectangle(p->cairo, x_mm, y_mm, width_mm, height_mm);
	cairo_fill(p->cairo);
}

void paper_frame(struct paper *p, double x_mm, double y_mm, double width_mm,
	double height_mm, double line_mm, struct paper_colour colour)
{
	use_colour(p, colour);
	cairo_set_line_width(p->cairo, line_mm);
	cairo_rectangle(p->cairo, x_mm, y_mm, width_mm, height_mm);
	cairo_stroke(p->cairo);
}

void paper_disc(struct paper *p, double x_mm, double y_mm, double radius_mm,
	struct paper_colour fill)
{
	use_colour(p, fill);
	cairo_new_path(p->cairo); /* text leaves a point behind */
	cairo_arc(p->cairo, x_mm, y_mm, radius_mm, 0, 2 * M_PI);
	cairo_fill(p->cairo);
}

void paper_ring(struct paper *p, double x_mm, double y_mm, double radius_mm,
	double line_mm, struct paper_colour colour)
{
	use_colour(p, colour);
	cairo_set_line_width(p->cairo, line_mm);
	cairo_new_path(p->cairo);
	cairo_arc(p->cairo, x_mm, y_mm, radius_mm, 0, 2 * M_PI);
	cairo_stroke(p->cairo);
}

void paper_shade(struct paper *p, double x_mm, double y_mm, double width_mm,
	double height_mm, struct paper_colour fill, double alpha)
{
	cairo_set_source_rgba(p->cairo, fill.red, fill.green, fill.blue, alpha);
	cairo_rectangle(p->cairo, x_mm, y_mm, width_mm, height_mm);
	cairo_fill(p->cairo);
}

void paper_dash(struct paper *p, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
	double width_mm, double dash_mm, struct paper_colour colour)
{
	cairo_set_dash(p->cairo, &dash_mm, 1, 0);
	paper_line(p, x1_mm, y1_mm, x2_mm, y2_mm, width_mm, colour);
	cairo_set_dash(p->cairo, NULL, 0, 0);
}

static void trace(cairo_t *cairo, const double *x_mm, const double *y_mm, int n)
{
	bool is_down = false;

	cairo_new_path(cairo);
	for (int i = 0; i < n; i++) {
		if (isnan(x_mm[i]) || isnan(y_mm[i])) {
			is_down = false;
			continue;
		}
		if (is_down)
			cairo_line_to(cairo, x_mm[i], y_mm[i]);
		else
			cairo_move_to(cairo, x_mm[i], y_mm[i]);
		is_down = true;
	}
}

void paper_path(struct paper *p, const double *x_mm, const double *y_mm, int n,
	double line_mm, struct paper_colour colour)
{
	use_colour(p, colour);
	cairo_set_line_width(p->cairo, line_mm);
	cairo_set_line_join(p->cairo, CAIRO_LINE_JOIN_ROUND);
	trace(p->cairo, x_mm, y_mm, n);
	cairo_stroke(p->cairo);
}

void paper_area(struct paper *p, const double *x_mm, const double *y_mm, int n,
	struct paper_colour fill, double alpha)
{
	cairo_set_source_rgba(p->cairo, fill.red, fill.green, fill.blue, alpha);
	trace(p->cairo, x_mm, y_mm, n);
	cairo_close_path(p->cairo);
	cairo_fill(p->cairo);
}

/* Cairo's pixels: colours times how solid they are, in the machine's own byte order. */
static void copy_pixels(
	cairo_surface_t *image, const uint8_t *rgba, int n_cols, int n_rows)
{
	unsigned char *data = cairo_image_surface_get_data(image);
	int stride = cairo_image_surface_get_stride(image);

	cairo_surface_flush(image);
	for (int i = 0; i < n_rows; i++) {
		for (int k = 0; k < n_cols; k++) {
			const uint8_t *px = rgba + 4 * ((size_t)i * n_cols + k);
			uint32_t a = px[3], word = a << 24;

			word |= (uint32_t)((px[0] * a + 127) / 255) << 16;
			word |= (uint32_t)((px[1] * a + 127) / 255) << 8;
			word |= (uint32_t)((px[2] * a + 127) / 255);
			memcpy(data + (size_t)i * stride + 4 * (size_t)k, &word, 4);
		}
	}
	cairo_surface_mark_dirty(image);
}

void paper_picture(struct paper *p, double x_mm, double y_mm, double width_mm,
	double height_mm, const uint8_t *rgba, int n_cols, int n_rows)
{
	cairo_surface_t *image =
		cairo_image_surface_create(CAIRO_FORMAT_ARGB32, n_cols, n_rows);

	if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) {
		keep_error(p, -ENOMEM);
		cairo_surface_destroy(image);
		return;
	}
	copy_pixels(image, rgba, n_cols, n_rows);
	cairo_save(p->cairo);
	cairo_translate(p->cairo, x_mm, y_mm);
	cairo_scale(p->cairo, width_mm / n_cols, height_mm / n_rows);
	cairo_set_source_surface(p->cairo, image, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(p->cairo), CAIRO_FILTER_BILINEAR);
	cairo_paint(p->cairo);
	cairo_restore(p->cairo);
	cairo_surface_destroy(image);
}

void paper_clip(
	struct paper *p, double x_mm, double y_mm, double width_mm, double height_mm)
{
	cairo_save(p->cairo);
	cairo_rectangle(p->cairo, x_mm, y_mm, width_mm, height_mm);
	cairo_clip(p->cairo);
}

void paper_unclip(struct paper *p)
{
	cairo_restore(p->cairo);
}

void paper_watermark(struct paper *p, const struct paper_type *type, const char *text)
{
	PangoLayout *layout = new_layout(p, PAPER_HEIGHT_MM, type, text);
	int width, height;

	pango_layout_set_width(layout, -1);
	pango_layout_get_size(layout, &width, &height);
	cairo_save(p->cairo);
	cairo_translate(p->cairo, 0.5 * PAPER_WIDTH_MM, 0.5 * PAPER_HEIGHT_MM);
	cairo_rotate(p->cairo, -atan2(PAPER_HEIGHT_MM, PAPER_WIDTH_MM));
	cairo_move_to(
		p->cairo, -0.5 * width / PANGO_SCALE, -0.5 * height / PANGO_SCALE);
	use_colour(p, type->colour);
	pango_cairo_layout_path(p->cairo, layout);
	cairo_fill(p->cairo);
	cairo_restore(p->cairo);
	g_object_unref(layout);
}
