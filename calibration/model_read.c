/* One frame to newtons: the hot path. Floats, in blocks of MODEL_LANES cells; only blocks that carry
 * load, or remember some, go beyond zero and threshold. */
#include <math.h>
#include <string.h>

#include "calibration/model_plan.h"

#define MOST_BLOCKS (MODEL_MAX_CELLS / MODEL_LANES)
#define FORGOTTEN_N 1e-6f /* chosen: creep states below this are none */

/* What is the same for all cells of one frame. */
struct step {
	const struct model_plan *plan;
	const float *zero;
	float noise_ratio; /* of the zero in force over the calibration's: widens the threshold */
	int n_creep, n_play;
	float keep[MODEL_MAX_CREEP], take[MODEL_MAX_CREEP], known[MODEL_MAX_CREEP];
	float divide; /* 1 / (1 + sum of a_k (1 - keep_k)) */
};

/* Sums over blocks, a lane each. */
struct lanes {
	float sum[MODEL_LANES];
	float beyond[MODEL_LANES]; /* largest w */
	uint32_t full;
};

/* --- zero and threshold, all cells --------------------------------------------------------- */

static inline float above(float count, float zero, float threshold)
{
	float c = count - zero;

	return c > threshold ? c : 0.0f;
}

static void subtract_zero(const struct step *step, const uint16_t *raw, float *cells)
{
	const uint16_t *restrict in = raw;
	const float *restrict zero = step->zero;
	const float *restrict threshold = step->plan->threshold_cnt;
	float *restrict out = cells;
	float ratio = step->noise_ratio;
	int n = step->plan->n_cells, i;

	for (i = 0; i + 16 <= n; i += 16)
		for (int k = 0; k < 16; k++)
			out[i + k] = above((float)in[i + k], zero[i + k],
				threshold[i + k] * ratio);
	for (; i < n; i++)
		out[i] = above((float)in[i], zero[i], threshold[i] * ratio);
}

static bool is_lit(const float *block)
{
	uint64_t words[MODEL_LANES / 2];

	memcpy(words, block, sizeof(words));
	return (words[0] | words[1] | words[2] | words[3]) != 0;
}

/* --- counts to conductance, in place ------------------------------------------------------- */

static inline void linearise(const struct model_plan *p, float *restrict v)
{
	for (int k = 0; k < MODEL_LANES; k++) {
		float left = p->full - v[k] * p->taken;

		left = left > p->least ? left : p->least;
		v[k] = v[k] * p->unit / left;
	}
}

/* Crosstalk adds to each cell row_frac of the others of its row and col_frac of its column's. Of the
 * sums as seen, those without follow in closed form, the whole first; then each cell's. */
static void remove_crosstalk(const struct model_plan *p, float *cells)
{
	int n_rows = p->geometry.n_rows, n_cols = p->geometry.n_cols;
	double r = p->row_frac, c = p->col_frac;
	float row_sum[GEOMETRY_MAX_SIDE], col_sum[GEOMETRY_MAX_SIDE] = { 0.0f };
	double all = 0.0, whole;
	float share = (float)(1.0 / (1.0 - r - c));

	for (int row = 0; row < n_rows; row++) {
		const float *line = cells + row * n_cols;

		row_sum[row] = 0.0f;
		for (int col = 0; col < n_cols; col++) {
			row_sum[row] += line[col];
			col_sum[col] += line[col];
		}
		all += (double)row_sum[row];
	}
	whole = all / (1.0 + r * (n_cols - 1) + c * (n_rows - 1));
	for (int col = 0; col < n_cols; col++)
		col_sum[col] = (float)(c * (col_sum[col] - r * whole) /
				       (1.0 + c * (n_rows - 1) - r));
	for (int row = 0; row < n_rows; row++) {
		float *restrict line = cells + row * n_cols;
		float of_row = (float)(r * (row_sum[row] - c * whole) /
				       (1.0 + r * (n_cols - 1) - c));

		for (int col = 0; row_sum[row] > 0.0f && col < n_cols; col++) {
			float u = (line[col] - of_row - col_sum[col]) * share;

			line[col] = line[col] > 0.0f && u > 0.0f ? u : 0.0f;
		}
	}
}

/* --- conductance to newtons, in place ------------------------------------------------------ */

static inline void equalise(
	const float *restrict gain, float *restrict v, float *restrict beyond)
{
	for (int k = 0; k < MODEL_LANES; k++) {
		v[k] *= gain[k];
		beyond[k] = v[k] > beyond[k] ? v[k] : beyond[k];
	}
}

/* The piece's number is the float's exponent and upper bits; below the first there is no force. */
static inline void scale(const struct model_plan *p, float *restrict v)
{
	for (int k = 0; k < MODEL_LANES; k++) {
		int32_t bits;
		struct model_piece piece;

		memcpy(&bits, &v[k], sizeof(bits));
		bits = (bits >> (23 - MODEL_PIECE_BITS)) - p->first_piece;
		if (bits < 0) {
			v[k] = 0.0f;
			continue;
		}
		piece = p->pieces[bits < MODEL_N_PIECES ? bits : MODEL_N_PIECES - 1];
		v[k] = piece.offset_n + piece.slope_n * v[k];
	}
}

/* s to the force that play left: the states are `creep` planes of a block. */
static inline void undo_creep(
	const struct step *step, float *restrict creep, float *restrict v)
{
	for (int c = 0; c < step->n_creep; c++)
		for (int k = 0; k < MODEL_LANES; k++)
			v[k] -= step->known[c] * creep[c * MODEL_LANES + k];
	for (int k = 0; k < MODEL_LANES; k++)
		v[k] = v[k] > 0.0f ? v[k] * step->divide : 0.0f;
	for (int c = 0; c < step->n_creep; c++)
		for (int k = 0; k < MODEL_LANES; k++) {
			float x = step->keep[c] * creep[c * MODEL_LANES + k] +
				  step->take[c] * v[k];

			/* never a denormal */
			creep[c * MODEL_LANES + k] = x > 1e-3f * FORGOTTEN_N ? x : 0.0f;
		}
}

static inline void undo_play(
	const struct model_plan *p, float *restrict play, float *restrict v)
{
	float force[MODEL_LANES];

	for (int k = 0; k < MODEL_LANES; k++)
		force[k] = p->inverse_0 * v[k];
	for (int j = 0; j < p->n_play; j++) {
		float width = p->inverse_width_n[j], weight = p->inverse_weight[j];

		for (int k = 0; k < MODEL_LANES; k++) {
			float y = play[j * MODEL_LANES + k];

			y = y > v[k] - width ? y : v[k] - width;
			y = y < v[k] + width ? y : v[k] + width;
			play[j * MODEL_LANES + k] = y;
			force[k] += weight * y;
		}
	}
	for (int k = 0; k < MODEL_LANES; k++)
		v[k] = force[k];
}

/* Force below that where contact begins is none: what creep left of a lifted foot is noise. */
static inline void cut(const float *restrict least, float ratio, float *restrict v,
	float *restrict sum)
{
	for (int k = 0; k < MODEL_LANES; k++) {
		v[k] = v[k] > least[k] * ratio ? v[k] : 0.0f;
		sum[k] += v[k];
	}
}

static inline uint32_t any_full(
	const struct model_plan *p, const uint16_t *raw, const float *v)
{
	uint32_t full = 0;

	for (int k = 0; k < MODEL_LANES; k++)
		full |= (uint32_t)(raw[k] >= p->full_scale) & (uint32_t)(v[k] > 0.0f);
	return full;
}

static inline bool remembers(const struct step *step, const float *state)
{
	float most = 0.0f;

	for (int i = 0; i < step->n_creep * MODEL_LANES; i++)
		most = state[i] > most ? state[i] : most;
	return most > FORGOTTEN_N;
}

static void respond(
	const struct step *step, int block, float *v, float *state, struct lanes *lanes)
{
	const struct model_plan *p = step->plan;
	int at = block * MODEL_LANES;

	equalise(p->gain + at, v, lanes->beyond);
	scale(p, v);
	if (state) {
		undo_creep(step, state, v);
		undo_play(p, state + step->n_creep * MODEL_LANES, v);
	}
	cut(p->floor_n + at, step->noise_ratio, v, lanes->sum);
}

/* A block that carries nothing: its creep fades, and the play ends where no force would leave it. */
static bool fade(const struct step *step, float *state)
{
	float nothing[MODEL_LANES] = { 0.0f };

	undo_creep(step, state, nothing);
	undo_play(step->plan, state + step->n_creep * MODEL_LANES, nothing);
	if (remembers(step, state))
		return true;
	memset(state, 0, (size_t)step->n_creep * MODEL_LANES * sizeof(*state));
	return false;
}

/* --- the frame ----------------------------------------------------------------------------- */

static struct step step_of(
	const struct model_plan *p, const struct sensor_zero *zero, double dt_s)
{
	struct step s = { .plan = p,
		.zero = zero->map_cnt,
		.noise_ratio = 1.0f,
		.n_creep = p->n_creep,
		.n_play = p->n_play };
	float sum = 1.0f;

	if (zero->noise_cnt > p->ordinary_noise_cnt && p->ordinary_noise_cnt > 0.0f)
		s.noise_ratio = zero->noise_cnt / p->ordinary_noise_cnt;
	for (int k = 0; k < p->n_creep; k++) {
		double keep = dt_s > 0.0 ? exp(-dt_s / p->tau_s[k]) : 1.0;

		s.keep[k] = (float)keep;
		s.take[k] = (float)(1.0 - keep);
		s.known[k] = p->amplitude[k] * s.keep[k];
		sum += p->amplitude[k] * s.take[k];
	}
	s.divide = 1.0f / sum;
	return s;
}

/* A block's numbers, copied where the mat's last one is cut short. */
static inline int width_of(const struct model_plan *p, int block)
{
	int left = p->n_cells - block * MODEL_LANES;

	return left < MODEL_LANES ? left : MODEL_LANES;
}

/* Linearise the blocks in contact; lists them, and those that remember load. */
static int list_blocks(const struct step *step, const uint16_t *raw, float *cells,
	const float *alive, uint16_t *list, struct lanes *lanes)
{
	const struct model_plan *p = step->plan;
	int n = 0;

	for (int b = 0; b < p->n_blocks; b++) {
		int at = b * MODEL_LANES, width = width_of(p, b);
		float v[MODEL_LANES] = { 0.0f };
		uint16_t numbers[MODEL_LANES] = { 0 };

		memcpy(v, cells + at, (size_t)width * sizeof(*v));
		if (is_lit(v)) {
			memcpy(numbers, raw + at, (size_t)width * sizeof(*numbers));
			lanes->full |= any_full(p, numbers, v);
			linearise(p, v);
			memcpy(cells + at, v, (size_t)width * sizeof(*v));
		} else if (!alive || !(alive[b] > 0.0f)) {
			continue;
		}
		list[n++] = (uint16_t)b;
	}
	return n;
}

static void read_block(const struct step *step, int block, float *cells, float *state,
	float *alive, struct lanes *lanes)
{
	const struct model_plan *p = step->plan;
	int at = block * MODEL_LANES, width = width_of(p, block);
	size_t a_block = (size_t)(step->n_creep + step->n_play) * MODEL_LANES;
	float *of_block = state ? state + a_block * (size_t)block : NULL;
	float v[MODEL_LANES] = { 0.0f };

	memcpy(v, cells + at, (size_t)width * sizeof(*v));
	if (state && !is_lit(v)) {
		alive[block] = fade(step, of_block) ? 1.0f : 0.0f;
		return;
	}
	respond(step, block, v, of_block, lanes);
	if (state)
		alive[block] = 1.0f;
	memcpy(cells + at, v, (size_t)width * sizeof(*v));
}

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

struct sensor_totals model_read(const void *model, float *state,
	const struct raw_frame *frame, const struct sensor_zero *zero, double dt_s,
	float *cells_n)
{
	const struct model_plan *p = model;
	struct step step = step_of(p, zero, dt_s);
	size_t a_block = (size_t)(p->n_creep + p->n_play) * MODEL_LANES;
	float *memory = a_block ? state : NULL;
	float *alive = memory ? memory + a_block * (size_t)p->n_blocks : NULL;
	struct sensor_totals totals = { 0 };
	struct lanes lanes = { 0 };
	uint16_t list[MOST_BLOCKS];
	int n;

	subtract_zero(&step, frame->cells, cells_n);
	n = list_blocks(&step, frame->cells, cells_n, alive, list, &lanes);
	if (p->has_crosstalk)
		remove_crosstalk(p, cells_n);
	for (int i = 0; i < n; i++)
		read_block(&step, list[i], cells_n, memory, alive, &lanes);
	totals.filled_n = fill(p, cells_n);
	totals.sum_n = totals.filled_n;
	totals.full = lanes.full != 0;
	for (int k = 0; k < MODEL_LANES; k++) {
		totals.sum_n += (double)lanes.sum[k];
		totals.extrapolated |= lanes.beyond[k] > p->w_max;
	}
	return totals;
}
