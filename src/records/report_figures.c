#include "src/records/report_figures.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/records/footmap.h"
#include "src/records/serve.h"
#include "src/store/store_clinic.h"

#define TRACE_STEP_S 0.05 /* 20 per second: what a plot can show */
#define REACH_STEPS                                                                    \
	0.6 /* half of one, and what time stamps shake; as src/export/grid.c */
#define MAX_STEPS 100000 /* chosen: more than an hour */
#define PATH_SIZE 4400
#define MOST      65535.0 /* of a cell's number */

/* --- the way of the COP ------------------------------------------------------------------- */

/* Even steps of one part of a trial, and the entry of the series nearest to each. */
struct steps {
	double step_s;
	int n;
	int *entry; /* -1: nothing was measured there */
};

static void fill(const struct trial_series *s, int first, int last, struct steps *steps)
{
	int near = first;

	for (int k = 0; k < steps->n; k++) {
		const double t_s = s->t_s[first] + k * steps->step_s;

		while (near < last &&
			fabs(s->t_s[near + 1] - t_s) <= fabs(s->t_s[near] - t_s))
			near++;
		steps->entry[k] =
			fabs(s->t_s[near] - t_s) <= REACH_STEPS * steps->step_s ? near
										: -1;
	}
}

static int make_steps(
	const struct trial_series *s, int phase, double rate_hz, struct steps *steps)
{
	int first = 0, last = s->n - 1;
	double n;

	while (first < s->n && s->phase[first] != phase)
		first++;
	while (last > first && s->phase[last] != phase)
		last--;
	*steps = (struct steps){ .step_s = TRACE_STEP_S };
	if (rate_hz > 0 && 1 / rate_hz > TRACE_STEP_S) /* a slow mat has no more */
		steps->step_s = 1 / rate_hz;
	if (first >= s->n)
		return 0;
	n = floor((s->t_s[last] - s->t_s[first]) / steps->step_s + 1e-6) + 1;
	steps->n = n >= 1 ? (int)fmin(n, MAX_STEPS) : 0;
	steps->entry = malloc((size_t)steps->n * sizeof(*steps->entry) + 1);
	if (!steps->entry)
		return -ENOMEM;
	fill(s, first, last, steps);
	return 0;
}

static void put_column(struct jsonw *w, const char *key, const double *values,
	const struct steps *steps)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int k = 0; k < steps->n; k++)
		jsonw_fixed(w, steps->entry[k] < 0 ? NAN : values[steps->entry[k]], 4);
	jsonw_end_array(w);
}

static int put_series(
	const struct trial_series *series, int64_t id, double rate_hz, struct jsonw *w)
{
	struct steps steps;
	int err = make_steps(series, 0, rate_hz, &steps);

	if (err < 0)
		return err;
	jsonw_begin_object(w);
	serve_int(w, "trial", id);
	serve_int(w, "phase", 0);
	jsonw_key(w, "step_s");
	jsonw_fixed(w, steps.step_s, 4);
	put_column(w, "x_mm", series->x_mm, &steps);
	put_column(w, "y_mm", series->y_mm, &steps);
	put_column(w, "left_frac", series->left_frac, &steps);
	jsonw_end_object(w);
	free(steps.entry);
	return 0;
}

/* Nothing where no series was kept. */
static int put_trace(struct store *store, const struct trial_record *record,
	int most_frames, struct jsonw *w)
{
	struct trial_series series;
	int err = store_trial_series(store, record->id, &series);

	(void)most_frames; /* of pictures */
	if (err < 0)
		return err == -ENOENT ? 0 : err;
	err = put_series(&series, record->id, record->rate_hz, w);
	store_series_free(&series);
	return err;
}

/* --- the mean picture ----------------------------------------------------------------------- */

static int put_cells(const struct footmap *map, struct jsonw *w)
{
	const int n = geometry_n_cells(&map->geometry);
	const double scale = map->peak / MOST;
	uint8_t *bytes = malloc(2 * (size_t)n);
	char *text = malloc(base64_length(2 * (size_t)n) + 1);
	size_t length = 0;

	if (bytes && text) {
		for (int i = 0; i < n; i++)
			bytes_put_u16(bytes + 2 * i,
				(uint16_t)lround(fmax(0, map->cells[i]) / scale));
		length = base64_encode(bytes, 2 * (size_t)n, text);
		text[length] = '\0';
		serve_real(w, "scale", scale);
		serve_text(w, "cells", text);
	}
	free(text);
	free(bytes);
	return length > 0 ? 0 : -ENOMEM;
}

static int put_map(const struct footmap *map, int64_t id, struct jsonw *w)
{
	int err;

	jsonw_begin_object(w);
	serve_int(w, "trial", id);
	serve_int(w, "rows", map->geometry.n_rows);
	serve_int(w, "cols", map->geometry.n_cols);
	jsonw_key(w, "pitch_mm");
	jsonw_begin_array(w);
	jsonw_real(w, map->geometry.pitch_x_mm);
	jsonw_real(w, map->geometry.pitch_y_mm);
	jsonw_end_array(w);
	serve_text(w, "unit", map->is_force ? "n" : "counts");
	err = put_cells(map, w);
	jsonw_end_object(w);
	return err;
}

/* The one that was kept with the trial; of a trial that an older version measured, its recording's. */
static int read_map(struct store *store, const struct trial_record *record,
	int most_frames, struct footmap *map)
{
	struct store_picture kept = { .cells = NULL };
	char path[PATH_SIZE];

	if (store_picture_get(store, record->id, &kept) == 0)
		return footmap_take(&(struct mat_geometry){ kept.n_rows, kept.n_cols,
					    kept.pitch_x_mm, kept.pitch_y_mm },
			kept.unit_is_force, kept.cells, map);
	if (record->n_phases == 0 || !store_raw_exists(store, record->uid) ||
		store_raw_path(store, record->uid, path, sizeof(path)) < 0)
		return -ENOENT;
	return footmap_read(path, record->phases[0].start_s,
		record->phases[0].duration_s, most_frames, map);
}

/* Nothing where there is neither: then the outline is drawn. */
static int put_picture(struct store *store, const struct trial_record *record,
	int most_frames, struct jsonw *w)
{
	struct footmap map = { .cells = NULL };
	int err = 0;

	if (read_map(store, record, most_frames, &map) == 0)
		err = put_map(&map, record->id, w);
	footmap_fini(&map);
	return err;
}

/* --- of several trials ---------------------------------------------------------------------- */

typedef int put_fn(struct store *store, const struct trial_record *record,
	int most_frames, struct jsonw *w);

/* What `put` writes of each, as a list. */
static int put_list(struct store *store, const int64_t *trials, int n, put_fn *put,
	int most_frames, struct jsonw *w)
{
	struct trial_record *record = malloc(sizeof(*record));
	int err = record ? 0 : -ENOMEM;

	jsonw_begin_array(w);
	for (int i = 0; i < n && err == 0; i++) {
		err = store_trial_get(store, trials[i], record);
		if (err == 0)
			err = put(store, record, most_frames, w);
	}
	jsonw_end_array(w);
	free(record);
	return err;
}

int report_figures_put(struct store *store, const int64_t *trials, int n,
	int most_frames, struct jsonw *w)
{
	int err;

	jsonw_key(w, "traces");
	err = put_list(store, trials, n, put_trace, 0, w);
	jsonw_key(w, "pictures");
	return err < 0 ? err : put_list(store, trials, n, put_picture, most_frames, w);
}
