#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/report/docread.h"
#include "src/report/report_parts.h"

static const json_t *find_of(const json_t *d, const char *list, int64_t trial)
{
	for (size_t i = 0; i < docread_count(d, list); i++) {
		const json_t *item = docread_item(d, list, i);

		if (trial == 0 || docread_int(item, "trial") == trial)
			return item;
	}
	return NULL;
}

/* --- the mean picture ------------------------------------------------------------------------- */

static bool read_geometry(const json_t *p, struct mat_geometry *g)
{
	int64_t rows = docread_int(p, "rows"), cols = docread_int(p, "cols");

	if (rows < 1 || rows > GEOMETRY_MAX_SIDE || cols < 1 ||
		cols > GEOMETRY_MAX_SIDE)
		return false;
	*g = (struct mat_geometry){ (int)rows, (int)cols,
		docread_number_at(p, "pitch_mm", 0),
		docread_number_at(p, "pitch_mm", 1) };
	return g->pitch_x_mm > 0 && g->pitch_y_mm > 0;
}

static int read_cells(const json_t *p, struct footmap *m)
{
	const char *text = docread_text(p, "cells");
	int n = geometry_n_cells(&m->geometry);
	double scale = docread_number(p, "scale");
	uint8_t *bytes = malloc(strlen(text) / 4 * 3 + 4);
	bool is_whole;

	m->cells = calloc((size_t)n, sizeof(*m->cells));
	if (!bytes || !m->cells) {
		free(bytes);
		return -ENOMEM;
	}
	is_whole = base64_decode(text, strlen(text), bytes) == 2 * n && scale > 0;
	for (int i = 0; i < n && is_whole; i++) {
		m->cells[i] = (float)(scale * bytes_get_u16(bytes + 2 * i));
		m->peak = fmaxf(m->peak, m->cells[i]);
	}
	free(bytes);
	return is_whole && m->peak > 0 ? 0 : -EBADMSG;
}

static int read_map(const json_t *p, struct report *r)
{
	struct footmap map = { .cells = NULL };
	int error;

	if (!read_geometry(p, &map.geometry))
		return -EBADMSG;
	map.is_force = strcmp(docread_text(p, "unit"), "n") == 0;
	error = read_cells(p, &map);
	if (error) {
		footmap_fini(&map);
		return error;
	}
	footmap_trim(&map);
	r->map = map;
	return 0;
}

/* --- the path ----------------------------------------------------------------------------------- */

static int read_path(const json_t *trace, struct report *r)
{
	size_t n = docread_count(trace, "x_mm");

	if (n == 0 || n != docread_count(trace, "y_mm"))
		return 0;
	r->path_x_mm = calloc(n, sizeof(double));
	r->path_y_mm = calloc(n, sizeof(double));
	if (!r->path_x_mm || !r->path_y_mm)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		r->path_x_mm[i] = docread_number_at(trace, "x_mm", i);
		r->path_y_mm[i] = docread_number_at(trace, "y_mm", i);
	}
	r->n_path = (int)n;
	return 0;
}

/* Outline and ellipse stand in the trial. */
static void read_shape(const json_t *trial, struct report *r)
{
	const json_t *sway = json_object_get(json_object_get(trial, "sway"), "metrics");
	size_t n = docread_count(trial, "outline_mm");

	r->ellipse_major_mm = docread_number(sway, "ellipse_major_mm");
	r->ellipse_minor_mm = docread_number(sway, "ellipse_minor_mm");
	r->ellipse_angle_deg = docread_number(sway, "ellipse_angle_deg");
	r->n_outline = 0;
	for (size_t i = 0; i < n && r->n_outline < REPORT_MAX_OUTLINE; i++) {
		const json_t *corner = docread_item(trial, "outline_mm", i);

		r->outline_x_mm[r->n_outline] =
			json_number_value(json_array_get(corner, 0));
		r->outline_y_mm[r->n_outline++] =
			json_number_value(json_array_get(corner, 1));
	}
}

static const json_t *find_trial(const json_t *d, int64_t id)
{
	for (size_t i = 0; i < docread_count(d, "trials"); i++)
		if (docread_int(docread_item(d, "trials", i), "id") == id)
			return docread_item(d, "trials", i);
	return NULL;
}

/* The trial that is shown: the first of the habitual ones that has a picture, else a trace; else any that has. */
static int64_t choose(const json_t *d, const struct report *r)
{
	static const char *const lists[] = { "pictures", "traces" };
	const struct report_group *g = report_habitual(r);

	for (size_t k = 0; g && k < 2; k++)
		for (int i = 0; i < g->n_trials; i++)
			if (find_of(d, lists[k], g->trials[i]))
				return g->trials[i];
	for (size_t k = 0; !g && k < 2; k++)
		if (find_of(d, lists[k], 0))
			return docread_int(find_of(d, lists[k], 0), "trial");
	return g && g->n_trials > 0 ? g->trials[0] : 0; /* its outline */
}

int report_read_picture(const json_t *d, struct report *r)
{
	const json_t *picture, *trace;
	int error = 0;

	r->picture_trial = choose(d, r);
	if (r->picture_trial == 0)
		return 0;
	picture = find_of(d, "pictures", r->picture_trial);
	trace = find_of(d, "traces", r->picture_trial);
	read_shape(find_trial(d, r->picture_trial), r);
	if (picture)
		error = read_map(picture, r);
	if (error == 0 || error == -EBADMSG)
		error = trace ? read_path(trace, r) : 0;
	return error;
}
