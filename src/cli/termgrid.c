#include "src/cli/termgrid.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/utf8.h"

#define MAX_SIDE 1000 /* chosen: larger than any terminal */

static const struct termgrid_cell blank = { .glyph = ' ' };

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

int termgrid_resize(struct termgrid *grid, int n_rows, int n_cols)
{
	n_rows = clamp(n_rows, 1, MAX_SIDE);
	n_cols = clamp(n_cols, 1, MAX_SIDE);
	free(grid->cells);
	grid->cells = malloc(sizeof(*grid->cells) * (size_t)n_rows * (size_t)n_cols);
	grid->n_rows = grid->cells ? n_rows : 0;
	grid->n_cols = grid->cells ? n_cols : 0;
	termgrid_clear(grid);
	return grid->cells ? 0 : -ENOMEM;
}

void termgrid_fini(struct termgrid *grid)
{
	free(grid->cells);
	*grid = (struct termgrid){ 0 };
}

void termgrid_clear(struct termgrid *grid)
{
	for (int i = 0; i < grid->n_rows * grid->n_cols; i++)
		grid->cells[i] = blank;
}

void termgrid_put(
	struct termgrid *grid, int row, int col, const struct termgrid_cell *cell)
{
	if (row >= 0 && row < grid->n_rows && col >= 0 && col < grid->n_cols)
		grid->cells[row * grid->n_cols + col] = *cell;
}

/* Take one character off `*text`; broken bytes become U+FFFD, control characters blanks. */
static uint32_t next_glyph(const char **text)
{
	uint32_t glyph;
	const size_t n = utf8_decode(*text, &glyph);

	*text += n ? n : 1;
	return glyph < 0x20 || glyph == 0x7f ? ' ' : glyph;
}

int termgrid_print(struct termgrid *grid, int row, int col, int end, uint32_t fg,
	bool bold, const char *format, ...)
{
	char text[512];
	const char *p = text;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	end = clamp(end, 0, grid->n_cols);
	for (; *p && col < end; col++) {
		uint32_t glyph = next_glyph(&p);

		if (row < 0 || row >= grid->n_rows || col < 0)
			continue;
		grid->cells[row * grid->n_cols + col].glyph = glyph;
		grid->cells[row * grid->n_cols + col].fg = fg;
		grid->cells[row * grid->n_cols + col].bold = bold;
	}
	return col;
}

/* --- colours ---------------------------------------------------------------------- */

static int square(int x)
{
	return x * x;
}

static int distance(uint32_t colour, int r, int g, int b)
{
	return square((int)(colour >> 16 & 255) - r) +
	       square((int)(colour >> 8 & 255) - g) + square((int)(colour & 255) - b);
}

/* The palette every 256-colour terminal shares: from 16 a cube of six steps, from 232
 * greys. */
int termgrid_palette(uint32_t colour)
{
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };
	int best = 16;
	int best_distance = distance(colour, 0, 0, 0);

	for (int i = 0; i < 216 + 24; i++) {
		int grey = 8 + 10 * (i - 216);
		int d = i < 216 ? distance(colour, steps[i / 36], steps[i / 6 % 6],
					  steps[i % 6])
				: distance(colour, grey, grey, grey);

		if (d < best_distance) {
			best_distance = d;
			best = 16 + i;
		}
	}
	return best;
}

static void emit_colour(uint32_t colour, bool is_fg, enum cli_colour mode, FILE *out)
{
	int base = is_fg ? 38 : 48;

	if (mode == CLI_COLOUR_NONE)
		return;
	if (!colour)
		fprintf(out, "\033[%dm", base + 1);
	else if (mode == CLI_COLOUR_TRUE)
		fprintf(out, "\033[%d;2;%d;%d;%dm", base, (int)(colour >> 16 & 255),
			(int)(colour >> 8 & 255), (int)(colour & 255));
	else
		fprintf(out, "\033[%d;5;%dm", base, termgrid_palette(colour));
}

static void emit_glyph(uint32_t glyph, FILE *out)
{
	if (glyph < 0x80) {
		fputc((int)glyph, out);
	} else if (glyph < 0x800) {
		fputc((int)(0xc0 | glyph >> 6), out);
		fputc((int)(0x80 | (glyph & 0x3f)), out);
	} else if (glyph < 0x10000) {
		fputc((int)(0xe0 | glyph >> 12), out);
		fputc((int)(0x80 | (glyph >> 6 & 0x3f)), out);
		fputc((int)(0x80 | (glyph & 0x3f)), out);
	} else {
		fputs("\xef\xbf\xbd", out); /* none of our glyphs lies there */
	}
}

/* --- emitting --------------------------------------------------------------------- */

static bool same(const struct termgrid_cell *a, const struct termgrid_cell *b)
{
	return a->glyph == b->glyph && a->fg == b->fg && a->bg == b->bg &&
	       a->bold == b->bold;
}

static void emit_cell(const struct termgrid_cell *cell, struct termgrid_cell *pen,
	enum cli_colour colour, FILE *out)
{
	if (cell->bold != pen->bold)
		fputs(cell->bold ? "\033[1m" : "\033[22m", out);
	if (cell->fg != pen->fg)
		emit_colour(cell->fg, true, colour, out);
	if (cell->bg != pen->bg)
		emit_colour(cell->bg, false, colour, out);
	emit_glyph(cell->glyph, out);
	*pen = *cell;
}

void termgrid_emit(struct termgrid *shown, const struct termgrid *next,
	enum cli_colour colour, FILE *out)
{
	struct termgrid_cell pen = blank;
	int at = -1; /* index the cursor stands at, -1 unknown */

	/* 2026: terminals that know it show the update at once, others ignore it */
	fputs("\033[?2026h\033[m", out);
	for (int i = 0; i < next->n_rows * next->n_cols; i++) {
		if (same(&shown->cells[i], &next->cells[i]))
			continue;
		if (at != i || i % next->n_cols == 0)
			fprintf(out, "\033[%d;%dH", i / next->n_cols + 1,
				i % next->n_cols + 1);
		emit_cell(&next->cells[i], &pen, colour, out);
		shown->cells[i] = next->cells[i];
		at = i + 1;
	}
	fputs("\033[m\033[?2026l", out);
}

void termgrid_dump(const struct termgrid *grid, FILE *out)
{
	for (int row = 0; row < grid->n_rows; row++) {
		const struct termgrid_cell *cells = grid->cells + row * grid->n_cols;
		int n = grid->n_cols;

		while (n > 0 && cells[n - 1].glyph == ' ')
			n--;
		for (int col = 0; col < n; col++)
			emit_glyph(cells[col].glyph, out);
		fputc('\n', out);
	}
}
