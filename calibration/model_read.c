/* One frame to newtons: the hot path. Floats, in blocks of MODEL_LANES cells, and loops over these that
 * a compiler turns into vector instructions. A comparison of whole numbers over all cells lists the
 * blocks that carry load, and those that remember some; only they go farther. */
#include <math.h>
#include <string.h>

#include "calibration/model_plan.h"

#define MOST_BLOCKS (MODEL_MAX_CELLS / MODEL_LANES)
#define CHUNK       64 /* blocks that go through the stages together, in the first cache */
#define FORGOTTEN_N 1e-6f /* chosen: less creep than this is none */
#define TINY_N                                                                         \
	1e-15f /* keeps fading creep from becoming a denormal number, which is slow */

/* The numbers of some cells and what they are measured from. */
struct numbers {
	const uint16_t *raw, *limit_cnt;
	const float *zero_cnt;
};

/* What is the same for all cells of one frame. */
struct step {
	const struct model_plan *plan;
	struct numbers all;
	/* The cells from tail_at on, which fill no 16, padded. */
	int tail_at;
	uint16_t tail_raw[16], tail_limit[16];
	float tail_zero[16];
	float noise_ratio;
	size_t a_block; /* floats of memory a block */
	/* Creep as amplitude_k * x_k in newtons: it keeps this and takes that much of the force. */
	float keep[MODEL_MAX_CREEP], take[MODEL_MAX_CREEP];
	float divide; /* 1 / (1 + sum of what is taken) */
};

/* Largest numbers and sums over blocks, a lane each. */
struct lanes {
	float count[MODEL_LANES], w[MODEL_LANES], sum[MODEL_LANES], beyond[MODEL_LANES];
};

/* --- the frame's constants ----------------------------------------------------------------- */

static float noise_ratio(const struct model_plan *p, const struct sensor_zero *zero)
{
	return zero->noise_cnt > p->ordinary_noise_cnt && p->ordinary_noise_cnt > 0.0f
		       ? zero->noise_cnt / p->ordinary_noise_cnt
		       : 1.0f;
}

void model_limits(
	const void *model, const struct sensor_zero *zero, uint16_t *limit_cnt)
{
	const struct model_plan *p = model;
	float ratio = noise_ratio(p, zero);

	for (int i = 0; i < p->n_cells; i++) {
		float limit = zero->map_cnt[i] + p->threshold_cnt[i] * ratio;

		limit_cnt[i] = limit < 65535.0f ? (uint16_t)fmaxf(limit, 0.0f) : 65535;
	}
}

static void step_tail(struct step *s)
{
	size_t left = (size_t)(s->plan->n_cells % 16);

	s->tail_at = s->plan->n_cells - (int)left;
	memset(s->tail_raw, 0, sizeof(s->tail_raw));
	memset(s->tail_limit, 0, sizeof(s->tail_limit));
	memset(s->tail_zero, 0, sizeof(s->tail_zero));
	memcpy(s->tail_raw, s->all.raw + s->tail_at, left * sizeof(*s->all.raw));
	memcpy(s->tail_limit, s->all.limit_cnt + s->tail_at,
		left * sizeof(*s->all.limit_cnt));
	memcpy(s->tail_zero, s->all.zero_cnt + s->tail_at,
		left * sizeof(*s->all.zero_cnt));
}

static void step_begin(struct step *s, const struct model_plan *p,
	const struct sensor_zero *zero, const uint16_t *raw, double dt_s)
{
	float sum = 1.0f;

	s->plan = p;
	s->all = (struct numbers){ raw, zero->limit_cnt, zero->map_cnt };
	s->noise_ratio = noise_ratio(p, zero);
	s->a_block = (size_t)(p->n_creep + p->n_play) * MODEL_LANES;
	for (int k = 0; k < p->n_creep; k++) {
		double keep = dt_s > 0.0 ? exp(-dt_s / p->tau_s[k]) : 1.0;

		s->keep[k] = (float)keep;
		s->take[k] = p->amplitude[k] * (float)(1.0 - keep);
		sum += s->take[k];
	}
	s->divide = 1.0f / sum;
	step_tail(s);
}

static inline struct numbers numbers_at(const struct step *s, int cell)
{
	int k = cell - s->tail_at;

	return k < 0 ? (struct numbers){ s->all.raw + cell, s->all.limit_cnt + cell,
		s->all.zero_cnt + cell }
		     : (struct numbers){ s->tail_raw + k, s->tail_limit + k,
			       s->tail_zero + k };
}

/* --- which blocks -------------------------------------------------------------------------- */

/* Four cells' excess over their limits are one word. Appending without a branch: the edges of feet
 * would be guessed wrong. */
static int append_blocks(
	struct numbers in, const float *awake, int block, uint16_t *list, int n)
{
	uint16_t over[16];
	uint64_t words[4];

	for (int k = 0; k < 16; k++)
		over[k] = (uint16_t)(in.raw[k] > in.limit_cnt[k]
					     ? in.raw[k] - in.limit_cnt[k]
					     : 0);
	memcpy(words, over, sizeof(words));
	for (int k = 0; k < 4; k++) {
		list[n] = (uint16_t)(block + k);
		n += (words[k] != 0) | (awake[k] > 0.0f);
	}
	return n;
}

/* List the blocks in contact and those that remember load, `awake`, NULL if none can; returns how many.
 * `list` has room for three more than there are. */
static int list_blocks(const struct step *step, const float *awake, uint16_t *list)
{
	static const float asleep[4];
	float tail[4] = { 0.0f };
	int n = 0, at = 0;

	for (; at < step->tail_at; at += 16)
		n = append_blocks(numbers_at(step, at), awake ? awake + at / 4 : asleep,
			at / 4, list, n);
	if (at == step->plan->n_cells)
		return n;
	if (awake)
		memcpy(tail, awake + at / 4,
			(size_t)(step->plan->n_blocks - at / 4) * sizeof(*tail));
	return append_blocks(numbers_at(step, at), tail, at / 4, list, n);
}

/* --- counts to conductance ----------------------------------------------------------------- */

static inline void linearise(
	const struct step *step, int block, float *restrict u, float *restrict top)
{
	const struct model_plan *p = step->plan;
	struct numbers in = numbers_at(step, block * MODEL_LANES);

	for (int k = 0; k < MODEL_LANES; k++) {
		float count = (float)in.raw[k];
		float c = in.raw[k] > in.limit_cnt[k] ? count - in.zero_cnt[k] : 0.0f;
		float left = p->full - c * p->taken;

		left = left > p->least ? left : p->least;
		u[k] = c * p->unit / left;
		count = c > 0.0f ? count : 0.0f;
		top[k] = count > top[k] ? count : top[k];
	}
}

/* Sums of a plane along its lines, of listed blocks. */
struct line_sums {
	float row[GEOMETRY_MAX_SIDE], col[GEOMETRY_MAX_SIDE + MODEL_LANES];
};

static void add_lines(
	struct line_sums *sums, const struct mat_geometry *g, int at, const float *u)
{
	int row = at / g->n_cols, col = at % g->n_cols;

	for (int k = 0; k < MODEL_LANES; k++) {
		sums->row[row] += u[k];
		sums->col[col] += u[k];
		if (++col < g->n_cols)
			continue;
		col = 0;
		row += row + 1 < g->n_rows;
	}
}

/* Take off what the sums say leaked into a block. */
static void subtract_lines(const struct line_sums *sums, const struct mat_geometry *g,
	int at, float share, float *u)
{
	int row = at / g->n_cols, col = at % g->n_cols;

	for (int k = 0; k < MODEL_LANES; k++) {
		float clean = (u[k] - sums->row[row] - sums->col[col]) * share;

		u[k] = u[k] > 0.0f && clean > 0.0f ? clean : 0.0f;
		if (++col < g->n_cols)
			continue;
		col = 0;
		row += row + 1 < g->n_rows;
	}
}

/* Crosstalk adds to each cell row_frac of the others of its row and col_frac of its column's. Of the
 * sums as seen, those without follow in closed form, the whole first; then each cell's. */
static void remove_crosstalk(
	const struct model_plan *p, const uint16_t *list, int n, float *blocks)
{
	const struct mat_geometry *g = &p->geometry;
	double r = p->row_frac, c = p->col_frac, whole = 0.0;
	struct line_sums sums = { { 0.0f }, { 0.0f } };

	for (int i = 0; i < n; i++)
		add_lines(&sums, g, list[i] * MODEL_LANES, blocks + i * MODEL_LANES);
	for (int row = 0; row < g->n_rows; row++)
		whole += (double)sums.row[row];
	whole /= 1.0 + r * (g->n_cols - 1) + c * (g->n_rows - 1);
	for (int row = 0; row < g->n_rows; row++)
		sums.row[row] = (float)(r * ((double)sums.row[row] - c * whole) /
					(1.0 + r * (g->n_cols - 1) - c));
	for (int col = 0; col < g->n_cols; col++)
		sums.col[col] = (float)(c * ((double)sums.col[col] - r * whole) /
					(1.0 + c * (g->n_rows - 1) - r));
	for (int i = 0; i < n; i++)
		subtract_lines(&sums, g, list[i] * MODEL_LANES,
			(float)(1.0 / (1.0 - r - c)), blocks + i * MODEL_LANES);
}

/* --- conductance to newtons, in place ------------------------------------------------------ */

/* u to w, and to the number of w's piece of the curve: a float's exponent and upper bits. */
static inline void equalise(const struct model_plan *p, const float *restrict gain,
	float *restrict v, int32_t *restrict piece, float *restrict most)
{
	float w[MODEL_LANES];

	for (int k = 0; k < MODEL_LANES; k++) {
		v[k] *= gain[k];
		most[k] = v[k] > most[k] ? v[k] : most[k];
		w[k] = v[k] > p->least_w ? v[k] : p->least_w;
		w[k] = w[k] < p->most_w ? w[k] : p->most_w;
	}
	memcpy(piece, w, sizeof(w));
	for (int k = 0; k < MODEL_LANES; k++)
		piece[k] = (piece[k] >> (23 - MODEL_PIECE_BITS)) - p->first_piece;
}

static void scale(const struct model_plan *p, const int32_t *restrict piece,
	float *restrict v, int n)
{
	const struct model_piece *restrict pieces = p->pieces;

	for (int i = 0; i < n; i++)
		v[i] = pieces[piece[i]].offset_n + pieces[piece[i]].slope_n * v[i];
}

/* s to the force that play left. */
static inline void undo_creep(
	const struct step *step, float *restrict creep, float *restrict v)
{
	int n = step->plan->n_creep * MODEL_LANES;
	float taken[MODEL_LANES];

	for (int c = 0, i = 0; i < n; c++, i += MODEL_LANES)
		for (int k = 0; k < MODEL_LANES; k++) {
			creep[i + k] *= step->keep[c];
			v[k] -= creep[i + k];
		}
	for (int k = 0; k < MODEL_LANES; k++) {
		v[k] = v[k] > 0.0f ? v[k] * step->divide : 0.0f;
		taken[k] = v[k] + TINY_N;
	}
	for (int c = 0, i = 0; i < n; c++, i += MODEL_LANES)
		for (int k = 0; k < MODEL_LANES; k++)
			creep[i + k] += step->take[c] * taken[k];
}

static inline void undo_play(
	const struct model_plan *p, float *restrict play, float *restrict v)
{
	float force[MODEL_LANES];

	for (int k = 0; k < MODEL_LANES; k++)
		force[k] = p->inverse_0 * v[k];
	for (int j = 0, i = 0; j < p->n_play; j++, i += MODEL_LANES)
		for (int k = 0; k < MODEL_LANES; k++) {
			float low = v[k] - p->inverse_width_n[j];
			float high = v[k] + p->inverse_width_n[j];

			low = play[i + k] > low ? play[i + k] : low;
			play[i + k] = low < high ? low : high;
			force[k] += p->inverse_weight[j] * play[i + k];
		}
	for (int k = 0; k < MODEL_LANES; k++)
		v[k] = force[k];
}

/* Force below that where contact begins is none: what creep left of a lifted foot is noise. */
static inline void cut(const float *restrict floor_n, float ratio, float *restrict v,
	float *restrict sum)
{
	for (int k = 0; k < MODEL_LANES; k++) {
		v[k] = v[k] > floor_n[k] * ratio ? v[k] : 0.0f;
		sum[k] += v[k];
	}
}

static inline void exceed(float most_n, const float *restrict v, float *restrict beyond)
{
	for (int k = 0; k < MODEL_LANES; k++)
		beyond[k] += v[k] > most_n ? v[k] - most_n : 0.0f;
}

/* Return whether a block without load remembers any; what it forgets becomes exactly 0. */
static float stays_awake(const struct step *step, float *creep)
{
	int n = step->plan->n_creep * MODEL_LANES;
	float most = 0.0f;

	for (int i = 0; i < n; i++)
		most = creep[i] > most ? creep[i] : most;
	if (most > FORGOTTEN_N)
		return 1.0f;
	memset(creep, 0, (size_t)n * sizeof(*creep));
	return 0.0f;
}

static bool is_lit(const float *v)
{
	return v[0] + v[1] + v[2] + v[3] > 0.0f;
}

static inline void put_block(
	const struct model_plan *p, int block, const float *v, float *cells_n)
{
	int at = block * MODEL_LANES, left = p->n_cells - at;

	if (left >= MODEL_LANES)
		memcpy(cells_n + at, v, MODEL_LANES * sizeof(*v));
	else
		memcpy(cells_n + at, v, (size_t)left * sizeof(*v));
}

/* Some blocks all the way. `u`: their conductance, becomes newtons. */
static void respond(const struct step *step, const uint16_t *list, int n, float *u,
	float *state, float *awake, struct lanes *lanes)
{
	const struct model_plan *p = step->plan;
	int32_t piece[CHUNK * MODEL_LANES];

	for (int i = 0; i < n; i++)
		equalise(p, p->gain + list[i] * MODEL_LANES, u + i * MODEL_LANES,
			piece + i * MODEL_LANES, lanes->w);
	scale(p, piece, u, n * MODEL_LANES);
	for (int i = 0; i < n; i++) {
		float *v = u + i * MODEL_LANES;

		if (state) {
			float *memory = state + step->a_block * list[i];
			bool lit = is_lit(v);

			undo_creep(step, memory, v);
			undo_play(p, memory + p->n_creep * MODEL_LANES, v);
			awake[list[i]] = lit ? 1.0f : stays_awake(step, memory);
		}
		cut(p->floor_n + list[i] * MODEL_LANES, step->noise_ratio, v,
			lanes->sum);
		exceed(p->most_n, v, lanes->beyond);
	}
}

/* --- the frame ----------------------------------------------------------------------------- */

/* Fill in the dead cells; returns the force added. */
static double fill(const struct model_plan *p, float *cells)
{
	double added = 0.0;

	for (int i = 0; i < p->n_fills; i++) {
		const struct model_fill *f = &p->fills[i];
		float force = 0.0f;

		for (int k = 0; k < 4; k++)
			force += f->weight[k] * cells[f->from[k]];
		cells[f->cell] = force;
		added += (double)force;
	}
	return added;
}

/* Crosstalk needs the whole plane before it goes on: all blocks at once, else in chunks. */
static void read_blocks(const struct step *step, const uint16_t *list, int n,
	float *state, float *cells_n, struct lanes *lanes)
{
	const struct model_plan *p = step->plan;
	float *awake = state ? state + step->a_block * (size_t)p->n_blocks : NULL;
	float u[CHUNK * MODEL_LANES];

	for (int from = 0; from < n; from += CHUNK) {
		int m = n - from < CHUNK ? n - from : CHUNK;

		for (int i = 0; i < m; i++)
			linearise(step, list[from + i], u + i * MODEL_LANES,
				lanes->count);
		respond(step, list + from, m, u, state, awake, lanes);
		for (int i = 0; i < m; i++)
			put_block(p, list[from + i], u + i * MODEL_LANES, cells_n);
	}
}

static void read_with_crosstalk(const struct step *step, const uint16_t *list, int n,
	float *state, float *cells_n, struct lanes *lanes)
{
	const struct model_plan *p = step->plan;
	float *awake = state ? state + step->a_block * (size_t)p->n_blocks : NULL;
	float u[MODEL_MAX_CELLS];

	for (int i = 0; i < n; i++)
		linearise(step, list[i], u + i * MODEL_LANES, lanes->count);
	remove_crosstalk(p, list, n, u);
	for (int from = 0; from < n; from += CHUNK)
		respond(step, list + from, n - from < CHUNK ? n - from : CHUNK,
			u + from * MODEL_LANES, state, awake, lanes);
	for (int i = 0; i < n; i++)
		put_block(p, list[i], u + i * MODEL_LANES, cells_n);
}

struct sensor_totals model_read(const void *model, float *state,
	const struct raw_frame *frame, const struct sensor_zero *zero, double dt_s,
	float *cells_n)
{
	const struct model_plan *p = model;
	struct sensor_totals totals = { 0 };
	struct lanes lanes = { 0 };
	uint16_t list[MOST_BLOCKS + 3];
	struct step step;
	float *memory;
	int n;

	step_begin(&step, p, zero, frame->cells, dt_s);
	memory = step.a_block ? state : NULL;
	n = list_blocks(&step,
		memory ? memory + step.a_block * (size_t)p->n_blocks : NULL, list);
	memset(cells_n, 0, (size_t)p->n_cells * sizeof(*cells_n));
	if (p->has_crosstalk)
		read_with_crosstalk(&step, list, n, memory, cells_n, &lanes);
	else
		read_blocks(&step, list, n, memory, cells_n, &lanes);
	totals.filled_n = fill(p, cells_n);
	totals.sum_n = totals.filled_n;
	for (int k = 0; k < MODEL_LANES; k++) {
		totals.sum_n += (double)lanes.sum[k];
		totals.full |= lanes.count[k] >= (float)p->full_scale;
		totals.extrapolated |= lanes.w[k] > p->w_max;
		totals.beyond_n += (double)lanes.beyond[k];
	}
	return totals;
}
