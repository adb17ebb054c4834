/* One frame to newtons: the hot path. Floats, in blocks of MODEL_LANES cells, and loops over these that
 * a compiler turns into vector instructions. Only the blocks that model_blocks.c lists go farther than a
 * comparison of whole numbers. */
#include <math.h>
#include <string.h>

#include "calibration/model_read.h"

#define MOST_BLOCKS (MODEL_MAX_CELLS / MODEL_LANES)
#define NEVER_CNT   65535.0f /* the limit of a cell that is never in contact */

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

static void step_tail(struct model_step *s)
{
	size_t left = (size_t)(s->plan->n_cells % MODEL_GROUP);

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

static void step_begin(struct model_step *s, const struct model_plan *p,
	const struct sensor_zero *zero, const uint16_t *raw, double dt_s)
{
	float sum = 1.0f;

	s->plan = p;
	s->all = (struct model_numbers){ raw, zero->limit_cnt, zero->map_cnt };
	s->noise_ratio = noise_ratio(p, zero);
	s->steady_take =
		splat(dt_s > 0.0 ? (float)(1.0 - exp(-dt_s / MODEL_STEADY_S)) : 0.0f);
	for (int k = 0; k < p->n_creep; k++) {
		double keep = dt_s > 0.0 ? exp(-dt_s / p->tau_s[k]) : 1.0;
		float take = p->amplitude[k] * (float)(1.0 - keep);

		s->keep[k] = splat((float)keep);
		s->take[k] = splat(take);
		sum += take;
	}
	s->divide = splat(1.0f / sum);
	for (int k = 0; k < p->n_play; k++) {
		s->play_width[k] = splat(2.0f * p->inverse_width_n[k]);
		s->play_weight[k] = splat(p->inverse_weight[k]);
	}
	s->play_0 = splat(p->inverse_0);
	s->floor_ratio = splat(s->noise_ratio);
	s->full = splat(p->full);
	s->taken = splat(p->taken);
	s->least = splat(p->least);
	s->bend_log2_w = splat(p->bend_log2_w);
	s->least_w = splat(p->least_w);
	s->most_w = splat(p->most_w);
	s->first_piece = (int_lanes){ p->first_piece, p->first_piece, p->first_piece,
		p->first_piece };
	step_tail(s);
}

/* --- counts to conductance ----------------------------------------------------------------- */

/* Counts above zero: this frame's where they are more than little, else what they were of late. That follows at once
 * where a count jumps by more than its threshold. */
static inline lanes steady(
	const struct model_step *step, lanes count, lanes threshold, float *of_late)
{
	lanes c = load(of_late), off = count - c;
	int_lanes drifts = off * off <= threshold * threshold;

	c = choose(drifts, c + step->steady_take * off, count);
	store(of_late, c);
	return choose(c > threshold * splat((float)MODEL_STEADY_FRAC), count, c);
}

static inline lanes linearise(const struct model_step *step, int block, float *state,
	struct model_tally *tally)
{
	struct model_numbers in = model_numbers_at(step, block * MODEL_LANES);
	lanes count = __builtin_convertvector(widen(in.raw), lanes);
	lanes limit = __builtin_convertvector(widen(in.limit_cnt), lanes);
	lanes zero = load(in.zero_cnt), threshold = limit - zero;
	lanes c = steady(step, count - zero, threshold,
		model_steady_of(step->plan, state, (size_t)block));
	lanes least = threshold * step->beside_frac;

	c = only((c > least) & (limit < splat(NEVER_CNT)), c);
	tally->count = largest(tally->count, only(c > splat(0.0f), count));
	return model_conductance(step, c);
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

/* The logarithm to base 2 of v, less `from_log2`. Read as a whole number, a float is 2^23 (e + 127 + m - 1), m between 1
 * and 2 and e its exponent; log2(m) - (m - 1) is a cubic in m that is 0 at both ends, off by less than 9e-4. */
static inline lanes log2_from(lanes v, lanes from_log2)
{
	int_lanes bits = (int_lanes)v, one = (int_lanes)splat(1.0f);
	lanes m = (lanes)((bits & 0x7fffff) | one);
	lanes cubic =
		splat(2.0646945f) + m * (splat(-1.0597444f) + m * splat(0.1592198f));

	return __builtin_convertvector(bits, lanes) * splat(1.0f / (1 << 23)) +
	       (m * cubic - (splat(127.0f + 1.1641699f) + from_log2));
}

/* e^t where |t| is MODEL_BEND_LOG at most: off by less than 4e-5. */
static inline lanes exp_of(lanes t)
{
	lanes sum = splat(0.1684718f) + t * splat(0.0408754f);

	return splat(1.0f) + t * (splat(1.0f) + t * (splat(0.5002174f) + t * sum));
}

static inline lanes bend(const struct model_step *step, int block, lanes w)
{
	lanes t = load(step->plan->bend_ln2 + block * MODEL_LANES) *
		  log2_from(w, step->bend_log2_w);

	t = largest(smallest(t, splat((float)MODEL_BEND_LOG)),
		splat((float)-MODEL_BEND_LOG));
	return w * exp_of(t);
}

/* w of all cells alike to their own, in place; returns the largest. A loop of its own: a block is a long chain of steps, and
 * so the chains of several are under way at once. */
static lanes bend_all(
	const struct model_step *step, struct model_chunk *chunk, lanes most_w)
{
	for (int i = 0; i < chunk->n; i++) {
		lanes w = bend(step, chunk->list[i], load(chunk->v + i * MODEL_LANES));

		most_w = largest(most_w, w);
		store(chunk->v + i * MODEL_LANES, w);
	}
	return most_w;
}

static inline lanes equalise(const struct model_step *step, int block, lanes u)
{
	return u * load(step->plan->gain + block * MODEL_LANES);
}

/* w to s, in place. A float's exponent and upper bits are its piece's number; the curve does not go below the
 * first one's, where a straight line through 0 does as well. */
static void scale(const struct model_step *step, struct model_chunk *chunk)
{
	for (int i = 0; i < chunk->n; i++) {
		lanes w = load(chunk->v + i * MODEL_LANES);
		int_lanes bits =
			(int_lanes)smallest(largest(w, step->least_w), step->most_w);

		store(chunk->v + i * MODEL_LANES,
			on_pieces(step->plan->pieces,
				(bits >> (23 - MODEL_PIECE_BITS)) - step->first_piece,
				w));
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

/* Some blocks from w all the way to the frame. Force below that where contact begins is none: what creep
 * left of a lifted foot is noise. */
static void respond(const struct model_step *step, struct model_chunk *chunk,
	lanes most_w, float *state, float *cells_n, struct model_tally *tally)
{
	const struct model_plan *p = step->plan;
	lanes sum = tally->sum;

	tally->w = p->bend_ln2 ? bend_all(step, chunk, tally->w) : most_w;
	model_stay_awake(step, chunk, state);
	if (p->creeps_response)
		model_undo_creep(step, chunk, state);
	scale(step, chunk);
	if (!p->creeps_response)
		model_undo_creep(step, chunk, state);
	model_undo_play(step, chunk, state);
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

static void read_without_crosstalk(const struct model_step *step, const uint16_t *list,
	int n, float *state, float *cells_n, struct model_tally *tally)
{
	struct model_chunk chunk;

	for (int from = 0; from < n; from += MODEL_CHUNK) {
		lanes most_w = tally->w;

		chunk.list = list + from;
		chunk.n = n - from < MODEL_CHUNK ? n - from : MODEL_CHUNK;
		for (int i = 0; i < chunk.n; i++) {
			lanes u = linearise(step, chunk.list[i], state, tally);
			lanes w = equalise(step, chunk.list[i], u);

			most_w = largest(most_w, w);
			store(chunk.v + i * MODEL_LANES, w);
		}
		respond(step, &chunk, most_w, state, cells_n, tally);
	}
	model_watch_beside(step, list, n, model_awake(step->plan, state));
}

/* Crosstalk needs the whole plane before anything goes on. */
static void read_with_crosstalk(const struct model_step *step, uint16_t *list, int n,
	float *state, float *cells_n, struct model_tally *tally)
{
	float u[MODEL_MAX_CELLS];
	struct model_chunk chunk;

	for (int i = 0; i < n; i++)
		store(u + i * MODEL_LANES, linearise(step, list[i], state, tally));
	model_remove_crosstalk(step->plan, list, n, u);
	n = model_keep_contact(step, model_awake(step->plan, state), list, n, u);
	for (int from = 0; from < n; from += MODEL_CHUNK) {
		lanes most_w = tally->w;

		chunk.list = list + from;
		chunk.n = n - from < MODEL_CHUNK ? n - from : MODEL_CHUNK;
		for (int i = 0; i < chunk.n; i++) {
			lanes w = equalise(step, chunk.list[i],
				load(u + (from + i) * MODEL_LANES));

			most_w = largest(most_w, w);
			store(chunk.v + i * MODEL_LANES, w);
		}
		respond(step, &chunk, most_w, state, cells_n, tally);
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
	struct model_tally tally = { { 0.0f }, { 0.0f }, { 0.0f } };
	uint16_t list[MOST_BLOCKS + 3];
	struct model_step step;
	bool is_loaded;
	int n;

	step_begin(&step, p, zero, frame->cells, dt_s);
	n = model_list_blocks(&step, model_awake(p, state), list, &is_loaded);
	/* on an empty mat nothing lies beside a load: its zero may have moved a little */
	step.beside_frac = splat(is_loaded ? p->beside_frac : 1.0f);
	memset(cells_n, 0, (size_t)p->n_cells * sizeof(*cells_n));
	if (p->has_crosstalk)
		read_with_crosstalk(&step, list, n, state, cells_n, &tally);
	else
		read_without_crosstalk(&step, list, n, state, cells_n, &tally);
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
