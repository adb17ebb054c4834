/* What one frame costs: analysis_push() on a locked standing person, beside the same arithmetic
 * in plain double precision and beside the memory that must move, all in one run.
 *
 * baseline: what one writes first: double arrays from malloc, a pass for each step, labels by
 *   breadth-first search in every frame, the line between the feet and half the foot's length
 *   evaluated for every loaded cell.
 * floor: memory alone. Counted: the raw frame read (2 bytes a cell), the zero map read (4), the
 *   values written (4), and within the feet's boxes the share and fore planes read (8).
 * Medians over interleaved rounds. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/core/analysis.h"
#include "src/core/track.h"
#include "tests/support/scene.h"

#define N_ROUNDS 61
#define N_FRAMES 16 /* different: no branch predictor is to learn one by heart */
#define N_REPEAT 10 /* frames a round: N_FRAMES * N_REPEAT */

static const struct mat_geometry grids[3] = {
	{ 32, 32, 15.0, 15.0 },
	{ 48, 48, 10.0, 10.0 },
	{ 64, 64, 8.0, 8.0 },
};

/* --- the baseline -------------------------------------------------------------------------- */

struct plain_foot {
	double load, x_mm, y_mm, fore, area, peak, squares;
};

struct plain_result {
	double force_n, x_mm, y_mm, left_frac, u_force_n, u_cop_mm;
	bool saturated, edge;
	struct plain_foot foot[2];
};

/* Label the loaded cells by breadth-first search; returns the number of components. */
static int plain_label(const double *v, const struct mat_geometry *g, int *label)
{
	int n = geometry_n_cells(g);
	int *queue = malloc(sizeof(*queue) * (size_t)n);
	int count = 0;

	for (int i = 0; i < n; i++)
		label[i] = 0;
	for (int i = 0; i < n; i++) {
		int head = 0;
		int tail = 0;

		if (v[i] <= 0.0 || label[i] != 0)
			continue;
		label[i] = ++count;
		queue[tail++] = i;
		while (head < tail) {
			int row = queue[head] / g->n_cols;
			int col = queue[head] % g->n_cols;

			head++;
			for (int r = row - 1; r <= row + 1; r++)
				for (int c = col - 1; c <= col + 1; c++) {
					int k = r * g->n_cols + c;

					if (r < 0 || c < 0 || r >= g->n_rows ||
						c >= g->n_cols)
						continue;
					if (v[k] <= 0.0 || label[k] != 0)
						continue;
					label[k] = count;
					queue[tail++] = k;
				}
		}
	}
	free(queue);
	return count;
}

/* Clear components of less than 1.5 % of the load and 450 mm2. */
static void plain_drop_specks(double *v, const int *label, int count, double total,
	const struct mat_geometry *g)
{
	double *load = calloc((size_t)count + 1, sizeof(*load));
	int *size = calloc((size_t)count + 1, sizeof(*size));

	for (int i = 0; i < geometry_n_cells(g); i++) {
		load[label[i]] += v[i];
		size[label[i]]++;
	}
	for (int i = 0; i < geometry_n_cells(g); i++) {
		int k = label[i];

		if (k > 0 && load[k] < 1e-9 * total && size[k] < 3)
			v[i] = 0.0;
	}
	free(load);
	free(size);
}

static void plain_foot(const double *v, const struct mat_geometry *g,
	const struct feet_found *f, int side, struct plain_foot *out)
{
	const struct footprint_pose *pose = &f->pose[side];
	struct feet_line half = { sin(pose->phi_rad), cos(pose->phi_rad),
		pose->rear_mm + 0.5 * pose->length_mm };

	memset(out, 0, sizeof(*out));
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			double x = geometry_x_mm(g, col);
			double y = geometry_y_mm(g, row);
			double share, part;

			if (v[row * g->n_cols + col] <= 0.0)
				continue;
			share = feet_share(
				&f->at.line, x, y, g->pitch_x_mm, g->pitch_y_mm);
			if (side == 0)
				share = 1.0 - share;
			part = share * v[row * g->n_cols + col];
			out->load += part;
			out->x_mm += part * x;
			out->y_mm += part * y;
			out->fore += part * feet_share(&half, x, y, g->pitch_x_mm,
						    g->pitch_y_mm);
			out->area += share;
			out->squares += part * part;
			if (part > out->peak)
				out->peak = part;
		}
	out->x_mm /= out->load;
	out->y_mm /= out->load;
}

static void plain_push(const uint16_t *raw, const double *zero, double gain,
	double threshold, const struct mat_geometry *g, const struct feet_found *f,
	struct plain_result *out)
{
	int n = geometry_n_cells(g);
	double *v = malloc(sizeof(*v) * (size_t)n);
	int *label = malloc(sizeof(*label) * (size_t)n);
	double total = 0.0;
	double distances = 0.0;
	double squares = 0.0;
	int n_loaded = 0;
	int count;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < n; i++) {
		v[i] = raw[i] * gain - zero[i];
		if (v[i] <= threshold)
			v[i] = 0.0;
		total += v[i];
	}
	for (int i = 0; i < n; i++)
		if (raw[i] >= 65535)
			out->saturated = true;
	count = plain_label(v, g, label);
	plain_drop_specks(v, label, count, total, g);
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			double value = v[row * g->n_cols + col];

			out->force_n += value;
			out->x_mm += value * geometry_x_mm(g, col);
			out->y_mm += value * geometry_y_mm(g, row);
			if (value > 0.0 &&
				(row == 0 || col == 0 || row == g->n_rows - 1 ||
					col == g->n_cols - 1))
				out->edge = true;
		}
	out->x_mm /= out->force_n;
	out->y_mm /= out->force_n;
	plain_foot(v, g, f, 0, &out->foot[0]);
	plain_foot(v, g, f, 1, &out->foot[1]);
	out->left_frac = out->foot[0].load / out->force_n;
	for (int i = 0; i < n; i++) {
		if (v[i] > 0.0) {
			double dx = geometry_x_mm(g, i % g->n_cols) - out->x_mm;
			double dy = geometry_y_mm(g, i / g->n_cols) - out->y_mm;

			distances += dx * dx + dy * dy;
			squares += v[i] * v[i];
			n_loaded++;
		}
	}
	out->u_force_n = 2.0 * gain / sqrt(12.0) * sqrt(n_loaded);
	out->u_cop_mm = 2.0 * hypot(gain / sqrt(12.0) * sqrt(distances) / out->force_n,
				      sqrt(squares) / out->force_n * g->pitch_x_mm /
					      sqrt(12.0) / 4);
	free(v);
	free(label);
}

/* --- the race ------------------------------------------------------------------------------ */

struct race {
	struct mat_geometry geometry;
	uint16_t cells[N_FRAMES][SCENE_MAX_CELLS];
	double zero[SCENE_MAX_CELLS];
	struct feet_found found;
	struct force_zone zone[2];
	size_t box_bytes;
	void *memory, *track_memory;
	struct analysis *a;
	struct track track;
	int64_t t_ns;
	float *from, *to;
};

enum runner { RUN_PUSH, RUN_PLAIN, RUN_FLOOR, RUN_COPY, N_RUNNERS };

static volatile double sink;

static void run_push(struct race *r, int k)
{
	struct raw_frame frame = { .t_ns = r->t_ns += 10000000, .cells = r->cells[k] };
	struct stance_sample sample;

	analysis_push(r->a, &frame, &sample);
	sink = sample.cop_mm.x;
}

static void run_plain(struct race *r, int k)
{
	struct plain_result result;

	plain_push(
		r->cells[k], r->zero, 1e-3, 0.5e-3, &r->geometry, &r->found, &result);
	sink = result.x_mm;
}

/* Move the counted bytes: each plane read once, the values written. */
static void run_floor(struct race *r, int k)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry);

	memcpy(r->to, r->cells[k], 2 * n);
	memcpy(r->to + n, r->from, 4 * n);
	memcpy(r->to, r->from + n, r->box_bytes);
	sink = (double)r->to[k];
}

static void run_copy(struct race *r, int k)
{
	memcpy(r->to, r->cells[k], 2 * (size_t)geometry_n_cells(&r->geometry));
	sink = (double)r->to[k];
}

static double time_round(struct race *r, enum runner which)
{
	static void (*const runners[N_RUNNERS])(
		struct race *, int) = { run_push, run_plain, run_floor, run_copy };
	int64_t start = clock_now_ns();

	for (int i = 0; i < N_REPEAT; i++)
		for (int k = 0; k < N_FRAMES; k++)
			runners[which](r, k);
	return (double)(clock_now_ns() - start) / (N_REPEAT * N_FRAMES);
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0.0 ? -1 : d > 0.0;
}

/* Draw the person's frames: the same feet, load swaying to and fro. */
static void draw_frames(struct race *r, float *values)
{
	static struct scene scene;
	struct rng rng;
	int n = geometry_n_cells(&r->geometry);

	rng_init(&rng, 1, 1);
	scene_make(&scene, SCENE_NORMAL, &r->geometry, NULL, &rng);
	for (int k = 0; k < N_FRAMES; k++)
		for (int i = 0; i < n; i++) {
			double y = geometry_y_mm(&r->geometry, i / r->geometry.n_cols);
			double sway = 1.0 + 0.001 * y * sin(0.4 * k);

			r->cells[k][i] =
				(uint16_t)(1000.0 * sway * scene.cells[i] + 0.5);
		}
	for (int i = 0; i < n; i++)
		values[i] = (float)(1e-3 * r->cells[0][i]);
}

static void set_up(struct race *r, const struct mat_geometry *g)
{
	struct analysis_setup setup = { .geometry = *g,
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = 1.0,
		.full_scale = 65535,
		.rate_hz = 100.0 };
	size_t size = analysis_size(&(struct analysis_setup){ .geometry = *g });
	size_t n = (size_t)geometry_n_cells(g);

	memset(r, 0, sizeof(*r));
	r->geometry = *g;
	r->memory = aligned_alloc(64, size);
	r->track_memory = aligned_alloc(64, track_size(g));
	r->from = calloc(4 * n, sizeof(float));
	r->to = calloc(4 * n, sizeof(float));
	draw_frames(r, r->from);
	track_init(&r->track, g, r->track_memory);
	track_update(&r->track, r->from, 1e3, (const double[2]){ 0.0, 0.0 }, 0.0, 1);
	r->found = r->track.found;
	for (int side = 0; side < 2; side++) {
		const struct force_zone *z = &r->track.zone[side];

		r->box_bytes += 8 * (size_t)(z->row_to - z->row_from + 1) *
				(size_t)(z->col_to - z->col_from + 1);
	}
	if (analysis_init(r->memory, size, &setup, &r->a))
		abort();
	for (int i = 0; i < 30; i++) /* 3 s and more: locked, weight known */
		for (int k = 0; k < N_FRAMES; k++)
			run_push(r, k);
}

/* The two must agree, or the race is not about the same thing. */
static void check_agreement(struct race *r)
{
	struct raw_frame frame = { .t_ns = r->t_ns += 10000000, .cells = r->cells[3] };
	struct stance_sample s;
	struct plain_result p;

	analysis_push(r->a, &frame, &s);
	plain_push(r->cells[3], r->zero, 1e-3, 0.5e-3, &r->geometry, &r->found, &p);
	if (fabs(s.cop_mm.x - p.x_mm) > 1e-3 || fabs(s.cop_mm.y - p.y_mm) > 1e-3 ||
		fabs(s.left_frac - p.left_frac) > 1e-5) {
		fprintf(stderr,
			"bench_frame: COP %.6f, %.6f against %.6f, %.6f: not the "
			"same\n",
			s.cop_mm.x, s.cop_mm.y, p.x_mm, p.y_mm);
		exit(1);
	}
	printf("  difference to double precision: COP %.1e mm, left share %.1e\n",
		hypot(s.cop_mm.x - p.x_mm, s.cop_mm.y - p.y_mm),
		fabs(s.left_frac - p.left_frac));
}

/* Finding the feet anew: what a frame costs that brings new load. */
static double time_finding(struct race *r)
{
	double ns[21];

	for (int i = 0; i < 21; i++) {
		int64_t start;

		analysis_reset(r->a);
		start = clock_now_ns();
		run_push(r, i % N_FRAMES);
		ns[i] = (double)(clock_now_ns() - start);
	}
	qsort(ns, 21, sizeof(*ns), by_value);
	return ns[10];
}

int main(void)
{
	static struct race race;
	int slow = 0;

	for (int i = 0; i < 3; i++) {
		static double ns[N_RUNNERS][N_ROUNDS];
		double median[N_RUNNERS];

		set_up(&race, &grids[i]);
		for (int k = 0; k < N_ROUNDS; k++)
			for (int w = 0; w < N_RUNNERS; w++)
				ns[w][k] = time_round(&race, (enum runner)w);
		for (int w = 0; w < N_RUNNERS; w++) {
			qsort(ns[w], N_ROUNDS, sizeof(double), by_value);
			median[w] = ns[w][N_ROUNDS / 2];
		}
		printf("frame %dx%d: push %.0f ns (%.2f ns/cell), plain double %.0f "
		       "ns, floor %.0f ns, memcpy of the frame %.0f ns\n",
			grids[i].n_rows, grids[i].n_cols, median[RUN_PUSH],
			median[RUN_PUSH] / geometry_n_cells(&grids[i]),
			median[RUN_PLAIN], median[RUN_FLOOR], median[RUN_COPY]);
		printf("  %.1f times faster than plain double (goal 12), %.1f times "
		       "the memory floor (goal 8); finding the feet anew %.0f us\n",
			median[RUN_PLAIN] / median[RUN_PUSH],
			median[RUN_PUSH] / median[RUN_FLOOR],
			time_finding(&race) / 1e3);
		check_agreement(&race);
		slow |= median[RUN_PLAIN] < 12.0 * median[RUN_PUSH] ||
			median[RUN_PUSH] > 8.0 * median[RUN_FLOOR];
		free(race.memory);
		free(race.track_memory);
		free(race.from);
		free(race.to);
	}
	if (slow)
		printf("frame: a goal was missed\n");
	return 0;
}
