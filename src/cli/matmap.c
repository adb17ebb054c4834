#include "src/cli/matmap.h"

#include <math.h>

#define INK TERMGRID_RGB(0x0f, 0x13, 0x17)

/* Heat as letters, where there are no colours. */
static const char ramp[] = " .:-=+*#%@";

struct matmap matmap_fit(const struct mat_geometry *g, const struct matmap_area *area,
	enum cli_colour colour, bool utf8)
{
	double width_mm = g->n_cols * g->pitch_x_mm;
	double height_mm = g->n_rows * g->pitch_y_mm;
	double by_width = (area->col_end - area->col) / width_mm;
	double by_height = 2.0 * (area->row_end - area->row) / height_mm;
	double pixels_per_mm = by_width < by_height ? by_width : by_height;
	struct matmap map = { .geometry = *g, .colour = colour, .utf8 = utf8 };

	map.n_x = (int)(width_mm * pixels_per_mm + 0.5);
	map.n_y = 2 * (int)(height_mm * pixels_per_mm / 2 + 0.5);
	map.n_x = map.n_x < 1 ? 1 : map.n_x;
	map.n_y = map.n_y < 2 ? 2 : map.n_y;
	map.row = area->row;
	map.col = area->col + (area->col_end - area->col - map.n_x) / 2;
	return map;
}

double matmap_mean(const struct matmap *map, const uint16_t *cells, int x, int y)
{
	const struct mat_geometry *g = &map->geometry;
	double x0 = (double)x * g->n_cols / map->n_x;
	double x1 = (double)(x + 1) * g->n_cols / map->n_x;
	double y0 = (double)y * g->n_rows / map->n_y;
	double y1 = (double)(y + 1) * g->n_rows / map->n_y;
	double sum = 0;

	for (int row = (int)y0; row < y1 && row < g->n_rows; row++) {
		double high = fmin(y1, row + 1) - fmax(y0, row);

		for (int col = (int)x0; col < x1 && col < g->n_cols; col++)
			sum += high * (fmin(x1, col + 1) - fmax(x0, col)) *
			       cells[row * g->n_cols + col];
	}
	return sum / ((x1 - x0) * (y1 - y0));
}

char matmap_letter(double share)
{
	/* any load shows, however light */
	return ramp[share * 255 < 1 ? 0 : 1 + (int)(share * 8.999)];
}

void matmap_put(const struct matmap *map, struct termgrid *grid, int x, int y,
	struct matmap_pixel top, struct matmap_pixel bottom)
{
	struct termgrid_cell cell = { .glyph = ' ' };

	if (map->colour == CLI_COLOUR_NONE) {
		cell.glyph = (uint32_t)matmap_letter((top.share + bottom.share) / 2);
	} else if (map->utf8) {
		cell.glyph = 0x2580; /* the upper half block */
		cell.fg = top.colour;
		cell.bg = bottom.colour;
	} else {
		cell.bg = top.share > bottom.share ? top.colour : bottom.colour;
	}
	termgrid_put(grid, map->row + y, map->col + x, &cell);
}

void matmap_mark(const struct matmap *map, struct termgrid *grid, struct pos_mm at,
	char letter, uint32_t colour)
{
	const struct mat_geometry *g = &map->geometry;
	double x = (at.x / (g->n_cols * g->pitch_x_mm) + 0.5) * map->n_x;
	double y = (0.5 - at.y / (g->n_rows * g->pitch_y_mm)) * map->n_y;
	const struct termgrid_cell cell = {
		.glyph = (uint32_t)letter, .fg = colour, .bg = INK, .bold = true
	};

	if (x >= 0 && x < map->n_x && y >= 0 && y < map->n_y)
		termgrid_put(grid, map->row + (int)y / 2, map->col + (int)x, &cell);
}
