#include "ui/screens/cellmap.h"

#include <math.h>
#include <string.h>

#include "ui/core/theme.h"

/* Lines of one row of cells are the same: all but the first are copies. */
static void paint(
	struct canvas *canvas, const struct mat_geometry *g, const uint32_t *colors)
{
	const int w = canvas->w, h = canvas->h;

	for (int y = 0, row, last = -1; y < h; y++, last = row) {
		uint32_t *line = &canvas->pixels[y * w];
		row = y * g->n_rows / h;
		if (row == last)
			memcpy(line, line - w, (size_t)w * sizeof(*line));
		else
			for (int x = 0; x < w; x++)
				line[x] = colors[row * g->n_cols + x * g->n_cols / w];
	}
}

struct cellmap cellmap_draw(struct view *v, struct rect r, const struct mat_geometry *g,
	const uint32_t *colors)
{
	double px_mm = fmin(
		r.w / (g->n_cols * g->pitch_x_mm), r.h / (g->n_rows * g->pitch_y_mm));
	struct cellmap map = { .geometry = *g };
	int w = (int)(g->n_cols * g->pitch_x_mm * px_mm);
	int h = (int)(g->n_rows * g->pitch_y_mm * px_mm);

	map.rect = rect_middle(r, w, h);
	map.canvas = w >= g->n_cols && h >= g->n_rows ? ui_canvas(&v->ui, w, h) : NULL;
	if (!map.canvas)
		return map;
	paint(map.canvas, g, colors);
	canvas_touch(map.canvas);
	draw_rect(&v->ui.list, rect_inset(map.rect, -1), THEME_LINE);
	/* as the person stands: never mirrored */
	draw_keep_begin(&v->ui.list, map.rect);
	draw_image(&v->ui.list, map.rect.x, map.rect.y, map.canvas);
	draw_keep_end(&v->ui.list);
	return map;
}

void cellmap_at(const struct cellmap *map, double x_mm, double y_mm, float *x, float *y)
{
	const struct mat_geometry *g = &map->geometry;

	*x = (float)((x_mm / (g->n_cols * g->pitch_x_mm) + 0.5) * map->rect.w);
	*y = (float)((0.5 - y_mm / (g->n_rows * g->pitch_y_mm)) * map->rect.h);
}

void cellmap_mark(struct cellmap *map, double x_mm, double y_mm, float radius_px,
	float line_px, uint32_t color)
{
	float x, y;
	struct canvas_point across[2], down[2];

	if (!map->canvas)
		return;
	cellmap_at(map, x_mm, y_mm, &x, &y);
	across[0] = (struct canvas_point){ x - radius_px, y, 1 };
	across[1] = (struct canvas_point){ x + radius_px, y, 1 };
	down[0] = (struct canvas_point){ x, y - radius_px, 1 };
	down[1] = (struct canvas_point){ x, y + radius_px, 1 };
	canvas_ring(map->canvas, x, y, radius_px, line_px, color);
	canvas_strip(map->canvas, across, 2, line_px, color);
	canvas_strip(map->canvas, down, 2, line_px, color);
}

int cellmap_cell(const struct cellmap *map, int x, int y)
{
	const struct mat_geometry *g = &map->geometry;

	if (!map->canvas || !rect_contains(&map->rect, x, y))
		return -1;
	return (y - map->rect.y) * g->n_rows / map->rect.h * g->n_cols +
	       (x - map->rect.x) * g->n_cols / map->rect.w;
}

uint32_t cellmap_color(const struct view *v, double value)
{
	const uint8_t *rgb;
	int i = (int)lrint(255 * fmin(fmax(value, 0), 1));

	if (!(value >= 0.1))
		return THEME_MAT;
	rgb = colormap_rgb(v->app->map, i);
	return 0xff000000U | (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}
