/* A picture of the terminal: cells with a glyph and two colours, and the bytes that
 * turn what is shown into what shall be shown, so that nothing flickers. Does not know
 * the terminal's size or settings (terminal.c does) and measures no wide glyphs.
 * Follows ECMA-48 (SGR, CUP) with the 24-bit colours of ISO 8613-6. */
#ifndef STANCE_CLI_TERMGRID_H
#define STANCE_CLI_TERMGRID_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "src/cli/cli.h"

/* A colour is 0xRRGGBB with bit 24 set; 0 is the terminal's own. */
#define TERMGRID_RGB(r, g, b)                                                          \
	(UINT32_C(0x1000000) | (uint32_t)(r) << 16 | (uint32_t)(g) << 8 | (uint32_t)(b))
#define TERMGRID_DEFAULT UINT32_C(0)

/* One place of the grid. */
struct termgrid_cell {
	uint32_t glyph; /* Unicode, one column wide */
	uint32_t fg, bg;
	bool bold;
};

/* Caller-owned; zeroed is 0 x 0. */
struct termgrid {
	int n_rows, n_cols;
	struct termgrid_cell *cells; /* n_rows * n_cols, row-major */
};

/* Make `grid` that size and blank; a zeroed struct is a valid start. Returns 0, or
 * -ENOMEM with the grid 0 x 0. Sizes below 1 are taken as 1, above 1000 as 1000. */
int termgrid_resize(struct termgrid *grid, int n_rows, int n_cols);
void termgrid_fini(struct termgrid *grid);

/* Fill with blanks in the terminal's own colours. */
void termgrid_clear(struct termgrid *grid);

/* Put one glyph; outside the grid does nothing. */
void termgrid_put(
	struct termgrid *grid, int row, int col, const struct termgrid_cell *cell);

/* Print UTF-8 text on one row, on the colours behind it, cut at column `end`
 * (exclusive). Returns the column after the last glyph. */
int termgrid_print(struct termgrid *grid, int row, int col, int end, uint32_t fg,
	bool bold, const char *format, ...) __attribute__((format(printf, 7, 8)));

/* Write what changes `shown` into `next`, then copy `next` to `shown`. Sizes must
 * agree. */
void termgrid_emit(struct termgrid *shown, const struct termgrid *next,
	enum cli_colour colour, FILE *out);

/* Write the glyphs as plain lines without trailing blanks, for bug reports. */
void termgrid_dump(const struct termgrid *grid, FILE *out);

/* Return the index of the 256-colour palette nearest to a colour. */
int termgrid_palette(uint32_t colour);

#endif
