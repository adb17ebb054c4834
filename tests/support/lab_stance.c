#include "tests/support/lab_stance.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sim/scene.h"
#include "src/core/sway/ellipse.h"
#include "src/core/sway/filter.h"
#include "src/core/sway/path.h"
#include "tests/support/lab_technician.h"

#define CUTOFF_HZ   5.0 /* as cell mats are filtered */
#define STEP_ON     20  /* frames over which the person's weight comes */
#define LEAST_CELLS 4.0 /* counts: as many sds of noise are no load */

static const char *const names[LAB_N_STANCES] = { "PDS13OF1", "PDS13CF1", "PDS13OR1",
	"PDS13CR1", "PDS13OR2", "PDS13CR2" };

/* --- truth --------------------------------------------------------------------------------- */

static struct plates *load(int index)
{
	const char *shared = getenv("STANCE_SHARED");
	struct plates *plates = NULL;
	char path[512], message[256];

	snprintf(path, sizeof(path), "%s/reference/cop/feet/%s.csv",
		shared ? shared : "../shared", names[index]);
	return plates_load(path, &plates, message, sizeof(message)) == 0 ? plates
									 : NULL;
}

/* Speed and area of a COP series as trials measure them. */
static bool measure_sway(const double *x, const double *y, int n, double *velocity_mm_s,
	double *area_mm2)
{
	struct filter filter = filter_butter2(CUTOFF_HZ, LAB_RATE_HZ);
	size_t room = (size_t)n + 2 * FILTER_BUTTER2_PAD;
	double *copy = malloc(room * 3 * sizeof(double)), sum_x = 0, sum_y = 0;
	double *fx = copy, *fy = copy + room, *work = copy + 2 * room;
	struct ellipse ellipse;
	struct path path;

	if (!copy)
		return false;
	for (int i = 0; i < n; i++) {
		sum_x += x[i];
		sum_y += y[i];
	}
	for (int i = 0; i < n; i++) {
		fx[i] = x[i] - sum_x / n;
		fy[i] = y[i] - sum_y / n;
	}
	filter_both_ways(&filter, FILTER_BUTTER2_PAD, fx, n, work);
	filter_both_ways(&filter, FILTER_BUTTER2_PAD, fy, n, work);
	path_measure(fx, fy, n, LAB_RATE_HZ, &path);
	ellipse_measure(fx, fy, n, &ellipse);
	*velocity_mm_s = path.velocity;
	*area_mm2 = ellipse.area;
	free(copy);
	return true;
}

static bool take_memory(struct lab_stance *s, double seconds)
{
	size_t n_cells = (size_t)geometry_n_cells(&s->geometry);

	s->n_frames = (int)rint(seconds * LAB_RATE_HZ);
	s->touched = calloc(n_cells, sizeof(int));
	s->cells_n = calloc(n_cells, sizeof(double));
	s->x_mm = calloc((size_t)s->n_frames, sizeof(double));
	s->y_mm = calloc((size_t)s->n_frames, sizeof(double));
	s->total_n = calloc((size_t)s->n_frames, sizeof(double));
	s->left_frac = calloc((size_t)s->n_frames, sizeof(double));
	s->force_n = calloc((size_t)s->n_frames * n_cells, sizeof(float));
	return s->touched && s->cells_n && s->x_mm && s->y_mm && s->total_n &&
	       s->left_frac && s->force_n;
}

/* One frame's sums from the cells' own forces. */
static void sum_up(struct lab_stance *s, int frame, const double *cells_n)
{
	double sum = 0, x = 0, y = 0, left = 0;

	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double at = geometry_x_mm(&s->geometry, i % s->geometry.n_cols);

		sum += cells_n[i];
		x += cells_n[i] * at;
		y += cells_n[i] * geometry_y_mm(&s->geometry, i / s->geometry.n_cols);
		left += at < s->middle_mm ? cells_n[i] : 0;
		s->most_n = fmax(s->most_n, cells_n[i]);
	}
	s->total_n[frame] = sum;
	s->x_mm[frame] = x / sum;
	s->y_mm[frame] = y / sum;
	s->left_frac[frame] = left / sum;
}

/* Keep of every frame only the cells that are ever loaded. */
static void pack(struct lab_stance *s)
{
	int n_cells = geometry_n_cells(&s->geometry);
	float *packed = s->force_n;

	for (int i = 0; i < n_cells; i++) {
		bool used = false;

		for (int f = 0; f < s->n_frames && !used; f++)
			used = s->force_n[(size_t)f * n_cells + i] > 0;
		if (used)
			s->touched[s->n_touched++] = i;
	}
	for (int f = 0; f < s->n_frames; f++) {
		const float *row = s->force_n + (size_t)f * n_cells;

		for (int k = 0; k < s->n_touched; k++)
			*packed++ = row[s->touched[k]];
	}
	packed = realloc(
		s->force_n, (size_t)s->n_frames * (size_t)s->n_touched * sizeof(float));
	s->force_n = packed ? packed : s->force_n;
}

static bool play(struct lab_stance *s, const struct plates *plates, int index)
{
	struct scene_options options = { .geometry = s->geometry };
	size_t n_cells = (size_t)geometry_n_cells(&s->geometry);
	uint16_t *counts = malloc(n_cells * sizeof(*counts));
	struct scene_truth truth;
	struct scene scene;

	person_defaults(&options.person);
	options.person.seed = (uint64_t)index + 1;
	options.person.plates = plates;
	sheet_defaults(&options.sheet, SHEET_IDEAL);
	if (!counts || scene_init(&scene, &options) < 0) {
		free(counts);
		return false;
	}
	for (int f = 0; f < s->n_frames; f++) {
		scene_scan(&scene, f / LAB_RATE_HZ, counts, &truth);
		s->middle_mm = 0.5 * (truth.foot[PERSON_LEFT].cop.x +
					     truth.foot[PERSON_RIGHT].cop.x);
		sum_up(s, f, scene.cells_n);
		for (size_t i = 0; i < n_cells; i++)
			s->force_n[(size_t)f * n_cells + i] = (float)scene.cells_n[i];
	}
	scene_fini(&scene);
	free(counts);
	return true;
}

struct lab_stance *lab_stance_new(
	int index, const struct mat_geometry *geometry, double seconds, double settle_s)
{
	struct lab_stance *s = calloc(1, sizeof(*s));
	struct plates *plates;
	bool ok;

	if (!s)
		return NULL;
	plates = load(index);
	s->is_recorded = plates != NULL;
	s->geometry = *geometry;
	s->first = (int)rint(settle_s * LAB_RATE_HZ);
	ok = take_memory(s, seconds) && play(s, plates, index) &&
	     measure_sway(s->x_mm + s->first, s->y_mm + s->first,
		     s->n_frames - s->first, &s->velocity_mm_s, &s->area_mm2);
	plates_free(plates);
	if (!ok) {
		lab_stance_free(s);
		return NULL;
	}
	pack(s);
	return s;
}

void lab_stance_free(struct lab_stance *s)
{
	if (!s)
		return;
	free(s->touched);
	free(s->force_n);
	free(s->x_mm);
	free(s->y_mm);
	free(s->total_n);
	free(s->left_frac);
	free(s->cells_n);
	free(s);
}

/* --- reading ------------------------------------------------------------------------------- */

/* What was read, and the memory for it. */
struct seen {
	uint16_t *counts;
	float *cells_n, *state;
	double *x_mm, *y_mm, *total_n, *left_frac;
	bool extrapolated, full;
};

static bool seen_init(
	struct seen *seen, const struct lab_stance *s, const struct lab_reader *reader)
{
	size_t n_cells = (size_t)geometry_n_cells(&s->geometry), n_state = 1;
	size_t n = (size_t)s->n_frames;

	if (reader->sensor)
		n_state = reader->sensor->ops->n_state(reader->sensor->model);
	*seen = (struct seen){ .counts = calloc(n_cells, sizeof(uint16_t)) };
	seen->cells_n = calloc(n_cells, sizeof(float));
	seen->state = aligned_alloc(64, (n_state * sizeof(float) + 63) / 64 * 64);
	seen->x_mm = calloc(n, sizeof(double));
	seen->y_mm = calloc(n, sizeof(double));
	seen->total_n = calloc(n, sizeof(double));
	seen->left_frac = calloc(n, sizeof(double));
	return seen->counts && seen->cells_n && seen->state && seen->x_mm &&
	       seen->y_mm && seen->total_n && seen->left_frac;
}

static void seen_fini(struct seen *seen)
{
	free(seen->counts);
	free(seen->cells_n);
	free(seen->state);
	free(seen->x_mm);
	free(seen->y_mm);
	free(seen->total_n);
	free(seen->left_frac);
}

static void read_counts(const struct lab_reader *reader, int n, struct seen *seen)
{
	for (int i = 0; i < n; i++) {
		double over = (double)seen->counts[i] - (double)reader->zero.map_cnt[i];

		if (over < LEAST_CELLS * (double)reader->zero.noise_cnt)
			over = 0;
		over *= reader->gain ? (double)reader->gain[i] : 1;
		seen->cells_n[i] = (float)(over * reader->n_per_cnt);
	}
}

static void sum_seen(const struct lab_stance *s, struct seen *seen, int frame)
{
	double sum = 0, x = 0, y = 0, left = 0;

	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double at = geometry_x_mm(&s->geometry, i % s->geometry.n_cols);
		double force_n = (double)seen->cells_n[i];

		if (force_n <= 0)
			continue;
		sum += force_n;
		x += force_n * at;
		y += force_n * geometry_y_mm(&s->geometry, i / s->geometry.n_cols);
		left += at < s->middle_mm ? force_n : 0;
	}
	seen->total_n[frame] = sum;
	seen->x_mm[frame] = x / sum;
	seen->y_mm[frame] = y / sum;
	seen->left_frac[frame] = left / sum;
}

static void read_frame(const struct lab_stance *s, const struct lab_reader *reader,
	struct seen *seen, int frame, double dt_s)
{
	struct raw_frame raw = { .seq = (uint64_t)frame,
		.t_ns = (int64_t)(frame * (1e9 / LAB_RATE_HZ)),
		.cells = seen->counts };
	struct sensor_totals totals;

	if (!reader->sensor) {
		read_counts(reader, geometry_n_cells(&s->geometry), seen);
	} else {
		totals = reader->sensor->ops->read(reader->sensor->model, seen->state,
			&raw, &reader->zero, dt_s, seen->cells_n);
		seen->extrapolated |= totals.extrapolated;
		seen->full |= totals.full;
	}
	sum_seen(s, seen, frame);
}

/* The stance's forces at `frame`, times `frac`. */
static const double *forces(const struct lab_stance *s, int frame, double frac)
{
	const float *row = s->force_n + (size_t)frame * (size_t)s->n_touched;

	for (int k = 0; k < s->n_touched; k++)
		s->cells_n[s->touched[k]] = (double)row[k] * frac;
	return s->cells_n;
}

static void step_on(const struct lab_stance *s, struct lab_sheet *sheet, double *t_s,
	const struct lab_reader *reader, struct seen *seen)
{
	memset(s->cells_n, 0, (size_t)geometry_n_cells(&s->geometry) * sizeof(double));
	if (reader->sensor)
		reader->sensor->ops->state_reset(reader->sensor->model, seen->state);
	for (int k = 0; k < STEP_ON; k++) {
		lab_sheet_scan(
			sheet, *t_s, forces(s, 0, (double)k / STEP_ON), seen->counts);
		*t_s += 1 / LAB_RATE_HZ;
		read_frame(s, reader, seen, 0, k > 0 ? 1 / LAB_RATE_HZ : 0);
	}
}

/* --- comparing ----------------------------------------------------------------------------- */

static void compare_cop(
	const struct lab_stance *s, const struct seen *seen, struct lab_errors *e)
{
	double n = s->n_frames - s->first, squares = 0;

	for (int f = s->first; f < s->n_frames; f++) {
		e->cop_x_mm += (seen->x_mm[f] - s->x_mm[f]) / n;
		e->cop_y_mm += (seen->y_mm[f] - s->y_mm[f]) / n;
		e->share += (seen->left_frac[f] - s->left_frac[f]) / n;
	}
	for (int f = s->first; f < s->n_frames; f++) {
		double dx = seen->x_mm[f] - s->x_mm[f] - e->cop_x_mm;
		double dy = seen->y_mm[f] - s->y_mm[f] - e->cop_y_mm;

		squares += dx * dx + dy * dy;
	}
	e->cop_mm = hypot(e->cop_x_mm, e->cop_y_mm);
	e->rms_mm = sqrt(squares / n);
}

/* Force over truth: its mean, its trend, and what is left once the first second is taken for the weight. */
static void compare_force(
	const struct lab_stance *s, const struct seen *seen, struct lab_errors *e)
{
	double n = s->n_frames - s->first, slope = 0, spread = 0, squares = 0;
	double middle = 0.5 * (s->first + s->n_frames - 1), settled = 0;
	int one = (int)LAB_RATE_HZ;

	for (int f = s->first; f < s->n_frames; f++)
		e->force_frac += (seen->total_n[f] / s->total_n[f] - 1) / n;
	for (int f = s->first; f < s->n_frames; f++) {
		double off = seen->total_n[f] / s->total_n[f] - 1 - e->force_frac;

		slope += off * (f - middle);
		spread += (f - middle) * (f - middle);
	}
	slope /= spread;
	for (int f = s->first; f < s->n_frames; f++) {
		double off = seen->total_n[f] / s->total_n[f] - 1 - e->force_frac -
			     slope * (f - middle);

		squares += off * off;
	}
	for (int f = s->first - one; f < s->first; f++)
		settled += seen->total_n[f] / s->total_n[f] / one;
	e->sd_force_frac = sqrt(squares / n);
	e->drift_frac = slope * 60 * LAB_RATE_HZ;
	e->renormal_frac = (1 + e->force_frac) / settled - 1;
}

static bool compare_sway(
	const struct lab_stance *s, const struct seen *seen, struct lab_errors *e)
{
	double velocity_mm_s, area_mm2;

	if (!measure_sway(seen->x_mm + s->first, seen->y_mm + s->first,
		    s->n_frames - s->first, &velocity_mm_s, &area_mm2))
		return false;
	e->velocity_frac = velocity_mm_s / s->velocity_mm_s - 1;
	e->area_frac = area_mm2 / s->area_mm2 - 1;
	return true;
}

int lab_stance_read(const struct lab_stance *s, struct lab_sheet *sheet, double *t_s,
	const struct lab_reader *reader, struct lab_errors *errors)
{
	struct seen seen;
	bool ok = seen_init(&seen, s, reader);

	memset(errors, 0, sizeof(*errors));
	if (ok)
		step_on(s, sheet, t_s, reader, &seen);
	for (int f = 0; ok && f < s->n_frames; f++) {
		lab_sheet_scan(sheet, *t_s, forces(s, f, 1), seen.counts);
		*t_s += 1 / LAB_RATE_HZ;
		read_frame(s, reader, &seen, f, 1 / LAB_RATE_HZ);
	}
	if (ok) {
		compare_cop(s, &seen, errors);
		compare_force(s, &seen, errors);
		ok = compare_sway(s, &seen, errors);
		errors->extrapolated = seen.extrapolated;
		errors->full = seen.full;
	}
	seen_fini(&seen);
	return ok ? 0 : -ENOMEM;
}
