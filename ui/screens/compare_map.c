#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/base/i18n.h"
#include "ui/screens/clinic.h"
#include "ui/screens/compare.h"

/* --- unpacking ------------------------------------------------------------------------------- */

#define AROUND 1 /* empty cells that are kept about the feet */

static bool read_geometry(const json_t *map, struct mat_geometry *g)
{
	const json_t *pitch = json_object_get(map, "pitch_mm");

	*g = (struct mat_geometry){ (int)clinic_int(map, "rows"),
		(int)clinic_int(map, "cols"),
		json_number_value(json_array_get(pitch, 0)),
		json_number_value(json_array_get(pitch, 1)) };
	return g->n_rows > 0 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols > 0 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE && g->pitch_x_mm > 0 && g->pitch_y_mm > 0;
}

/* Returns 0; -EBADMSG for a text of another length; -ENOMEM. */
static int read_cells(
	const json_t *map, const char *key, bool is_signed, int n, float **out)
{
	const char *text = clinic_text(map, key);
	double scale = clinic_number(map, "scale");
	uint8_t *bytes = malloc(2 * (size_t)n + 3);
	float *cells = malloc((size_t)n * sizeof(*cells));
	bool fits = strlen(text) == base64_length(2 * (size_t)n) && isfinite(scale);
	int err = !bytes || !cells ? -ENOMEM : 0;

	if (err == 0 && (!fits || base64_decode(text, strlen(text), bytes) != 2 * n))
		err = -EBADMSG;
	for (int i = 0; err == 0 && i < n; i++) {
		uint16_t number = bytes_get_u16(bytes + 2 * i);

		cells[i] = (float)(scale * (is_signed ? (int16_t)number : number));
	}
	free(bytes);
	if (err < 0)
		free(cells);
	else
		*out = cells;
	return err;
}

/* --- where the feet are ---------------------------------------------------------------------- */

struct part {
	int top, left, n_rows, n_cols;
};

static struct part find_part(const struct compare_map *m)
{
	const struct mat_geometry *g = &m->geometry;
	struct part p = { g->n_rows, g->n_cols, 0, 0 };
	int bottom = -1, right = -1;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		int row = i / g->n_cols, col = i % g->n_cols;

		if (!(m->a[i] > 0) && !(m->b[i] > 0))
			continue;
		p.top = row < p.top ? row : p.top;
		p.left = col < p.left ? col : p.left;
		bottom = row > bottom ? row : bottom;
		right = col > right ? col : right;
	}
	if (bottom < 0)
		return (struct part){ 0, 0, g->n_rows, g->n_cols };
	p.top = p.top < AROUND ? 0 : p.top - AROUND;
	p.left = p.left < AROUND ? 0 : p.left - AROUND;
	bottom = bottom + AROUND < g->n_rows ? bottom + AROUND : g->n_rows - 1;
	right = right + AROUND < g->n_cols ? right + AROUND : g->n_cols - 1;
	p.n_rows = bottom - p.top + 1;
	p.n_cols = right - p.left + 1;
	return p;
}

/* In place: a part never begins before the whole. */
static void cut(float *cells, int n_cols, const struct part *p)
{
	for (int row = 0; cells && row < p->n_rows; row++)
		memmove(cells + row * p->n_cols,
			cells + (p->top + row) * n_cols + p->left,
			(size_t)p->n_cols * sizeof(*cells));
}

static void find_tops(struct compare_map *m)
{
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++) {
		m->top = fmaxf(m->top, fmaxf(m->a[i], m->b[i]));
		if (m->difference)
			m->most = fmaxf(m->most, fabsf(m->difference[i]));
	}
}

int compare_map_read(const json_t *document, struct compare_map *out)
{
	const json_t *map = json_object_get(document, "map");
	struct compare_map m = { .a = NULL };
	struct part part;
	int n, n_cols, err;

	*out = m;
	if (!json_is_object(map))
		return 0;
	if (!read_geometry(map, &m.geometry))
		return -EBADMSG;
	n = geometry_n_cells(&m.geometry);
	err = read_cells(map, "a", false, n, &m.a);
	if (err == 0)
		err = read_cells(map, "b", false, n, &m.b);
	if (err == 0 && json_is_string(json_object_get(map, "difference")))
		err = read_cells(map, "difference", true, n, &m.difference);
	if (err < 0) {
		compare_map_fini(&m);
		return err;
	}
	part = find_part(&m);
	n_cols = m.geometry.n_cols;
	cut(m.a, n_cols, &part);
	cut(m.b, n_cols, &part);
	cut(m.difference, n_cols, &part);
	m.geometry.n_rows = part.n_rows;
	m.geometry.n_cols = part.n_cols;
	find_tops(&m);
	*out = m;
	return 0;
}

void compare_map_fini(struct compare_map *map)
{
	free(map->a);
	free(map->b);
	free(map->difference);
	*map = (struct compare_map){ .a = NULL };
}
