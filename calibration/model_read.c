/* One frame to newtons: the hot path. Floats, in blocks of MODEL_LANES cells, and loops over these that
 * a compiler turns into vector instructions. A comparison of whole numbers over all cells lists the
 * blocks that carry load, and those that remember some; only they go farther. */
#include <math.h>
#include <string.h>

#include "calibration/model_plan.h"

#define MOST_BLOCKS (MODEL_MAX_CELLS / MODEL_LANES)
#define GROUP       16 /* cells looked at together: four blocks, two registers of numbers */
#define CHUNK       64 /* blocks that go through the stages together, in the first cache */
#define FORGOTTEN_N 1e-6f /* chosen: less creep than this is none */
#define TINY_N                                                                         \
	1e-15f /* keeps fading creep from becoming a denormal number, which is slow */

/* A block in a register, as gcc and clang know it on every machine. */
typedef float lanes __attribute__((vector_size(4 * MODEL_LANES)));
typedef int32_t int_lanes __attribute__((vector_size(4 * MODEL_LANES)));
typedef uint16_t halves __attribute__((vector_size(16)));
typedef uint64_t longs __attribute__((vector_size(16)));

/* The numbers of some cells and what they are measured from. */
struct numbers {
	const uint16_t *raw, *limit_cnt;
	const float *zero_cnt;
};

/* What is the same for all cells of one frame. */
struct step {
	const struct model_plan *plan;
	struct numbers all;
	/* The cells from tail_at on, which fill no group, padded. */
	int tail_at;
	uint16_t tail_raw[GROUP], tail_limit[GROUP];
	float tail_zero[GROUP];
	float noise_ratio;
	size_t a_block; /* floats of memory a block */
	/* Creep as amplitude_k * x_k in newtons: it keeps this and takes that much of the force. */
	lanes keep[MODEL_MAX_CREEP], take[MODEL_MAX_CREEP];
	lanes divide; /* 1 / (1 + sum of what is taken) */
	lanes play_width[MODEL_MAX_PLAY], play_weight[MODEL_MAX_PLAY], play_0;
	lanes floor_ratio;
	lanes full, taken, least, least_w, most_w;
	int_lanes first_piece;
};

/* Largest numbers and sums over blocks. */
struct tally {
	lanes count, w, sum;
};

/* Blocks on their way from counts to newtons, one after the other. */
struct chunk {
	const uint16_t *list;
	int n;
	float v[CHUNK * MODEL_LANES];
};

static inline lanes splat(float x)
{
	return (lanes){ x, x, x, x };
}

static inline lanes load(const float *from)
{
	lanes v;

	memcpy(&v, from, sizeof(v));
	return v;
}

static inline void store(float *to, lanes v)
{
	memcpy(to, &v, sizeof(v));
}

static inline lanes largest(lanes a, lanes b)
{
	for (int k = 0; k < MODEL_LANES; k++)
		a[k] = a[k] > b[k] ? a[k] : b[k];
	return a;
}

static inline lanes smallest(lanes a, lanes b)
{
	for (int k = 0; k < MODEL_LANES; k++)
		a[k] = a[k] < b[k] ? a[k] : b[k];
	return a;
}

/* Return `a` where `which` is all ones, 0 where it is 0. */
static inline lanes only(int_lanes which, lanes a)
{
	return (lanes)(which & (int_lanes)a);
}

/* A block's whole numbers, widened. */
static inline int_lanes widen(const uint16_t *from)
{
	const halves none = { 0 };
	uint64_t word;
	halves h;

	memcpy(&word, from, sizeof(word));
	h = (halves)(longs){ word, 0 };
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (int_lanes)__builtin_shufflevector(none, h, 0, 8, 1, 9, 2, 10, 3, 11);
#else
	return (int_lanes)__builtin_shufflevector(h, none, 0, 8, 1, 9, 2, 10, 3, 11);
#endif
}

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
	size_t left = (size_t)(s->plan->n_cells % GROUP);

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
		float take = p->amplitude[k] * (float)(1.0 - keep);

		s->keep[k] = splat((float)keep);
		s->take[k] = splat(take);
		sum += take;
	}
	s->divide = splat(1.0f / sum);
	for (int k = 0; k < p->n_play; k++) {
		s->play_width[k] = splat(p->inverse_width_n[k]);
		s->play_weight[k] = splat(p->inverse_weight[k]);
	}
	s->play_0 = splat(p->inverse_0);
	s->floor_ratio = splat(s->noise_ratio);
	s->full = splat(p->full);
	s->taken = splat(p->taken);
	s->least = splat(p->least);
	s->least_w = splat(p->least_w);
	s->most_w = splat(p->most_w);
	s->first_piece = (int_lanes){ p->first_piece, p->first_piece, p->first_piece,
		p->first_piece };
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

/* Which of eight numbers are not above their limits, all ones. */
static inline longs quiet_of(const uint16_t *raw, const uint16_t *limit_cnt)
{
	halves a, b;

	memcpy(&a, raw, sizeof(a));
	memcpy(&b, limit_cnt, sizeof(b));
	return (longs)(a <= b);
}

/* Add the blocks of a group that are in contact or awake. Four cells' comparisons are one word, all ones if
 * the four are quiet. Most groups are; in the others appending without a branch is faster, as the edges of
 * feet would be guessed wrong. */
static inline int append_group(
	struct numbers in, const float *awake, int block, uint16_t *list, int n)
{
	longs first = quiet_of(in.raw, in.limit_cnt);
	longs second = quiet_of(in.raw + 8, in.limit_cnt + 8);
	longs all = first & second;
	uint64_t flags[2];

	memcpy(flags, awake, sizeof(flags));
	if ((all[0] & all[1]) == UINT64_MAX && !(flags[0] | flags[1]))
		return n;
	list[n] = (uint16_t)block;
	n += (~first[0] | (flags[0] & UINT32_MAX)) != 0;
	list[n] = (uint16_t)(block + 1);
	n += (~first[1] | (flags[0] >> 32)) != 0;
	list[n] = (uint16_t)(block + 2);
	n += (~second[0] | (flags[1] & UINT32_MAX)) != 0;
	list[n] = (uint16_t)(block + 3);
	n += (~second[1] | (flags[1] >> 32)) != 0;
	return n;
}

/* List the blocks in contact and those that remember load, `awake`, NULL if none can; returns how many.
 * `list` has room for three more than there are. */
static int list_blocks(const struct step *step, const float *awake, uint16_t *list)
{
	static const float asleep[4];
	float tail[4] = { 0.0f };
	int n = 0, at = 0;

	for (; at < step->tail_at; at += GROUP) {
		struct numbers in = { step->all.raw + at, step->all.limit_cnt + at,
			NULL };

		n = append_group(in, awake ? awake + at / MODEL_LANES : asleep,
			at / MODEL_LANES, list, n);
	}
	if (at == step->plan->n_cells)
		return n;
	if (awake)
		memcpy(tail, awake + at / MODEL_LANES,
			(size_t)(step->plan->n_blocks - at / MODEL_LANES) *
				sizeof(*tail));
	return append_group(numbers_at(step, at), tail, at / MODEL_LANES, list, n);
}

/* --- counts to conductance ----------------------------------------------------------------- */

static inline lanes linearise(const struct step *step, int block, struct tally *tally)
{
	struct numbers in = numbers_at(step, block * MODEL_LANES);
	int_lanes raw = widen(in.raw);
	int_lanes lit = raw > widen(in.limit_cnt);
	lanes count = only(lit, __builtin_convertvector(raw, lanes));
	lanes c = count - only(lit, load(in.zero_cnt));

	tally->count = largest(tally->count, count);
	return c / largest(step->full - c * step->taken, step->least);
}

/* Sums of a plane along its lines, of listed blocks. */
struct line_sums {
	const struct mat_geometry *geometry;
	int row,
		end; /* where the list has come to: `end` is the first cell behind the row */
	float of_row[GEOMETRY_MAX_SIDE], of_col[GEOMETRY_MAX_SIDE];
};

static void line_begin(struct line_sums *s)
{
	s->row = 0;
	s->end = s->geometry->n_cols;
}

/* Go on to the row of cell `at`; returns its column. */
static inline int line_to(struct line_sums *s, int at)
{
	for (; at >= s->end; s->row++)
		s->end += s->geometry->n_cols;
	return at - s->end + s->geometry->n_cols;
}

static void add_lines(struct line_sums *s, int at, const float *u)
{
	int col = line_to(s, at);

	if (at + MODEL_LANES <= s->end) {
		store(s->of_col + col, load(s->of_col + col) + load(u));
		s->of_row[s->row] += u[0] + u[1] + u[2] + u[3];
		return;
	}
	/* the block goes round a corner, or the mat ends in it */
	for (int k = 0; k < MODEL_LANES; k++) {
		if (at + k >= geometry_n_cells(s->geometry))
			return;
		col = line_to(s, at + k);
		s->of_row[s->row] += u[k];
		s->of_col[col] += u[k];
	}
}

/* Take off what the sums say leaked into a block. */
static void subtract_lines(struct line_sums *s, int at, lanes share, float *u)
{
	lanes seen = load(u), leaked, none = splat(0.0f);
	int col = line_to(s, at);

	if (at + MODEL_LANES <= s->end) {
		leaked = splat(s->of_row[s->row]) + load(s->of_col + col);
	} else {
		for (int k = 0; k < MODEL_LANES; k++) {
			bool in = at + k < geometry_n_cells(s->geometry);

			col = in ? line_to(s, at + k) : 0;
			leaked[k] = in ? s->of_row[s->row] + s->of_col[col] : 0.0f;
		}
	}
	store(u, only(seen > none, largest((seen - leaked) * share, none)));
}

/* Crosstalk adds to each cell row_frac of the others of its row and col_frac of its column's. Of the
 * sums as seen, those without follow in closed form, the whole first; then each cell's. */
static void remove_crosstalk(
	const struct model_plan *p, const uint16_t *list, int n, float *blocks)
{
	const struct mat_geometry *g = &p->geometry;
	double r = p->row_frac, c = p->col_frac, whole = 0.0;
	struct line_sums sums = { .geometry = g };
	lanes share = splat((float)(1.0 / (1.0 - r - c)));

	line_begin(&sums);
	for (int i = 0; i < n; i++)
		add_lines(&sums, list[i] * MODEL_LANES, blocks + i * MODEL_LANES);
	for (int row = 0; row < g->n_rows; row++)
		whole += (double)sums.of_row[row];
	whole /= 1.0 + r * (g->n_cols - 1) + c * (g->n_rows - 1);
	for (int row = 0; row < g->n_rows; row++)
		sums.of_row[row] = (float)(r * ((double)sums.of_row[row] - c * whole) /
					   (1.0 + r * (g->n_cols - 1) - c));
	for (int col = 0; col < g->n_cols; col++)
		sums.of_col[col] = (float)(c * ((double)sums.of_col[col] - r * whole) /
					   (1.0 + c * (g->n_rows - 1) - r));
	line_begin(&sums);
	for (int i = 0; i < n; i++)
		subtract_lines(
			&sums, list[i] * MODEL_LANES, share, blocks + i * MODEL_LANES);
}

/* --- conductance to newtons, in place ------------------------------------------------------ */

/* Four pieces of the curve at four w: offset + slope * w. A piece is one word. */
static inline lanes on_pieces(
	const struct model_piece *pieces, int_lanes piece, lanes w)
{
	longs number = (longs)piece;
	uint64_t words[4];
	lanes low, high;

	memcpy(&words[0], &pieces[number[0] & UINT32_MAX], sizeof(words[0]));
	memcpy(&words[1], &pieces[number[0] >> 32], sizeof(words[0]));
	memcpy(&words[2], &pieces[number[1] & UINT32_MAX], sizeof(words[0]));
	memcpy(&words[3], &pieces[number[1] >> 32], sizeof(words[0]));
	low = (lanes)(longs){ words[0], words[1] };
	high = (lanes)(longs){ words[2], words[3] };
	return __builtin_shufflevector(low, high, 0, 2, 4, 6) +
	       __builtin_shufflevector(low, high, 1, 3, 5, 7) * w;
}

/* u to s. A float's exponent and upper bits are its piece's number; the curve does not go below the first
 * one's, where a straight line through 0 does as well. */
static inline lanes scale(
	const struct step *step, int block, lanes u, struct tally *tally)
{
	const struct model_plan *p = step->plan;
	lanes w = u * load(p->gain + block * MODEL_LANES);
	int_lanes bits = (int_lanes)smallest(largest(w, step->least_w), step->most_w);

	tally->w = largest(tally->w, w);
	return on_pieces(
		p->pieces, (bits >> (23 - MODEL_PIECE_BITS)) - step->first_piece, w);
}

/* Return whether a block without load remembers any; what it forgets becomes 0. */
static float stays_awake(float *creep, int n)
{
	float most = 0.0f;

	for (int i = 0; i < n; i++)
		most = creep[i] > most ? creep[i] : most;
	if (most > FORGOTTEN_N)
		return 1.0f;
	memset(creep, 0, (size_t)n * sizeof(*creep));
	return 0.0f;
}

/* Note which blocks the next frame has to look at, whether they carry load or not. */
static void stay_awake(const struct step *step, const struct chunk *chunk, float *state)
{
	const struct model_plan *p = step->plan;
	float *awake = state + step->a_block * (size_t)p->n_blocks;
	uint64_t both[2];

	for (int i = 0; i < chunk->n; i++)
		awake[chunk->list[i]] = 1.0f;
	for (int i = 0; i < chunk->n; i++) {
		size_t block = chunk->list[i];

		memcpy(both, chunk->v + i * MODEL_LANES, sizeof(both));
		if (!(both[0] | both[1]))
			awake[block] = stays_awake(state + step->a_block * block,
				p->n_creep * MODEL_LANES);
	}
}

/* s to the force that play left, and the creep brought up to it. `n` is a constant where this is called, so
 * that the states stay in registers. */
static inline __attribute__((always_inline)) void undo_creep_n(
	const struct step *step, struct chunk *chunk, float *state, const int n)
{
	for (int i = 0; i < chunk->n; i++) {
		float *creep = state + step->a_block * chunk->list[i];
		lanes kept[MODEL_MAX_CREEP], taken;
		lanes v = load(chunk->v + i * MODEL_LANES);

#pragma GCC unroll 8
		for (int k = 0; k < n; k++) {
			kept[k] = step->keep[k] * load(creep + k * MODEL_LANES);
			v -= kept[k];
		}
		v = largest(v, splat(0.0f)) * step->divide;
		taken = v + splat(TINY_N);
		store(chunk->v + i * MODEL_LANES, v);
#pragma GCC unroll 8
		for (int k = 0; k < n; k++)
			store(creep + k * MODEL_LANES, kept[k] + step->take[k] * taken);
	}
}

static void undo_creep(const struct step *step, struct chunk *chunk, float *state)
{
	switch (step->plan->n_creep) {
	case 2:
		undo_creep_n(step, chunk, state, 2);
		break;
	case 4:
		undo_creep_n(step, chunk, state, 4);
		break;
	case 6:
		undo_creep_n(step, chunk, state, 6);
		break;
	case 8:
		undo_creep_n(step, chunk, state, 8);
		break;
	default:
		break;
	}
}

/* What play left to the force, likewise. */
static inline __attribute__((always_inline)) void undo_play_n(
	const struct step *step, struct chunk *chunk, float *state, const int n)
{
	size_t from = (size_t)step->plan->n_creep * MODEL_LANES;

	for (int i = 0; i < chunk->n; i++) {
		float *play = state + step->a_block * chunk->list[i] + from;
		lanes g = load(chunk->v + i * MODEL_LANES);
		lanes force = step->play_0 * g;

#pragma GCC unroll 8
		for (int k = 0; k < n; k++) {
			lanes y = load(play + k * MODEL_LANES);

			y = largest(y, g - step->play_width[k]);
			y = smallest(y, g + step->play_width[k]);
			store(play + k * MODEL_LANES, y);
			force += step->play_weight[k] * y;
		}
		store(chunk->v + i * MODEL_LANES, force);
	}
}

static void undo_play(const struct step *step, struct chunk *chunk, float *state)
{
	switch (step->plan->n_play) {
	case 1:
		undo_play_n(step, chunk, state, 1);
		break;
	case 2:
		undo_play_n(step, chunk, state, 2);
		break;
	case 3:
		undo_play_n(step, chunk, state, 3);
		break;
	case 4:
		undo_play_n(step, chunk, state, 4);
		break;
	case 5:
	case MODEL_MAX_PLAY:
		undo_play_n(step, chunk, state, step->plan->n_play);
		break;
	default:
		break;
	}
}

static inline void put_block(
	const struct model_plan *p, int block, lanes v, float *cells_n)
{
	int at = block * MODEL_LANES, left = p->n_cells - at;

	if (left >= MODEL_LANES)
		store(cells_n + at, v);
	for (int k = 0; left < MODEL_LANES && k < left; k++)
		cells_n[at + k] = v[k];
}

/* Some blocks from s all the way to the frame. Force below that where contact begins is none: what creep
 * left of a lifted foot is noise. `state`: NULL for a sheet without memory. */
static void respond(const struct step *step, struct chunk *chunk, float *state,
	float *cells_n, struct tally *tally)
{
	const struct model_plan *p = step->plan;
	lanes sum = tally->sum;

	if (state) {
		stay_awake(step, chunk, state);
		undo_creep(step, chunk, state);
		undo_play(step, chunk, state);
	}
	for (int i = 0; i < chunk->n; i++) {
		int block = chunk->list[i];
		lanes v = load(chunk->v + i * MODEL_LANES);
		lanes floor_n = load(p->floor_n + block * MODEL_LANES);

		v = only(v > floor_n * step->floor_ratio, v);
		sum += v;
		put_block(p, block, v, cells_n);
	}
	tally->sum = sum;
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

static void read_blocks(const struct step *step, const uint16_t *list, int n,
	float *state, float *cells_n, struct tally *tally)
{
	struct chunk chunk;

	for (int from = 0; from < n; from += CHUNK) {
		chunk.list = list + from;
		chunk.n = n - from < CHUNK ? n - from : CHUNK;
		for (int i = 0; i < chunk.n; i++)
			store(chunk.v + i * MODEL_LANES,
				scale(step, chunk.list[i],
					linearise(step, chunk.list[i], tally), tally));
		respond(step, &chunk, state, cells_n, tally);
	}
}

/* Crosstalk needs the whole plane before anything goes on. */
static void read_with_crosstalk(const struct step *step, const uint16_t *list, int n,
	float *state, float *cells_n, struct tally *tally)
{
	float u[MODEL_MAX_CELLS];
	struct chunk chunk;

	for (int i = 0; i < n; i++)
		store(u + i * MODEL_LANES, linearise(step, list[i], tally));
	remove_crosstalk(step->plan, list, n, u);
	for (int from = 0; from < n; from += CHUNK) {
		chunk.list = list + from;
		chunk.n = n - from < CHUNK ? n - from : CHUNK;
		for (int i = 0; i < chunk.n; i++)
			store(chunk.v + i * MODEL_LANES,
				scale(step, chunk.list[i],
					load(u + (from + i) * MODEL_LANES), tally));
		respond(step, &chunk, state, cells_n, tally);
	}
}

/* The force that rests on the curve beyond its span; rarely any. */
static double beyond(const struct model_plan *p, const float *cells_n)
{
	double sum = 0.0;

	for (int i = 0; i < p->n_cells; i++)
		if (cells_n[i] > p->most_n)
			sum += (double)(cells_n[i] - p->most_n);
	return sum;
}

struct sensor_totals model_read(const void *model, float *state,
	const struct raw_frame *frame, const struct sensor_zero *zero, double dt_s,
	float *cells_n)
{
	const struct model_plan *p = model;
	struct sensor_totals totals = { 0 };
	struct tally tally = { { 0.0f }, { 0.0f }, { 0.0f } };
	uint16_t list[MOST_BLOCKS + 3];
	struct step step;
	float *memory, *awake;
	int n;

	step_begin(&step, p, zero, frame->cells, dt_s);
	memory = step.a_block ? state : NULL;
	awake = memory ? memory + step.a_block * (size_t)p->n_blocks : NULL;
	n = list_blocks(&step, awake, list);
	memset(cells_n, 0, (size_t)p->n_cells * sizeof(*cells_n));
	if (p->has_crosstalk)
		read_with_crosstalk(&step, list, n, memory, cells_n, &tally);
	else
		read_blocks(&step, list, n, memory, cells_n, &tally);
	totals.filled_n = fill(p, cells_n);
	totals.sum_n = totals.filled_n;
	for (int k = 0; k < MODEL_LANES; k++) {
		totals.sum_n += (double)tally.sum[k];
		totals.full |= tally.count[k] >= (float)p->full_scale;
		totals.extrapolated |= tally.w[k] > p->w_max;
	}
	if (totals.extrapolated)
		totals.beyond_n = beyond(p, cells_n);
	return totals;
}
