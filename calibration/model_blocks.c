/* Which blocks of a frame are looked at: those in contact, those around them, and those that remember load.
 * Whether the next frame has to look at a block that shows nothing stands in its flag, `awake`. */
#include <string.h>

#include "calibration/model_read.h"

#define FORGOTTEN 1e-6f /* chosen: newtons or w; less creep than this is none */

/* Flags; 0: asleep. */
#define AWAKE  1.0f /* carried load, or remembers some */
#define BESIDE 2.0f /* a load lies above or below */

/* --- at the frame's beginning --------------------------------------------------------------- */

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
static inline int append_group(struct model_numbers in, const float *awake, int block,
	uint16_t *list, int n, longs *quiet)
{
	longs first = quiet_of(in.raw, in.limit_cnt);
	longs second = quiet_of(in.raw + 8, in.limit_cnt + 8);
	longs all = first & second;
	uint64_t flags[2];

	*quiet &= all;
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

int model_list_blocks(const struct model_step *step, const float *awake, uint16_t *list,
	bool *is_loaded)
{
	longs quiet = { UINT64_MAX, UINT64_MAX };
	float tail[4] = { 0.0f };
	int n = 0, at = 0;

	for (; at < step->tail_at; at += MODEL_GROUP) {
		struct model_numbers in = { step->all.raw + at,
			step->all.limit_cnt + at, NULL };

		n = append_group(in, awake + at / MODEL_LANES, at / MODEL_LANES, list,
			n, &quiet);
	}
	if (at < step->plan->n_cells) {
		memcpy(tail, awake + at / MODEL_LANES,
			(size_t)(step->plan->n_blocks - at / MODEL_LANES) *
				sizeof(*tail));
		n = append_group(model_numbers_at(step, at), tail, at / MODEL_LANES,
			list, n, &quiet);
	}
	*is_loaded = (quiet[0] & quiet[1]) != UINT64_MAX;
	return n;
}

/* --- once the leak is out -------------------------------------------------------------------- */

int model_keep_contact(const struct model_step *step, const float *awake,
	uint16_t *list, int n, float *blocks)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		struct model_numbers in = model_numbers_at(step, list[i] * MODEL_LANES);
		lanes limit = __builtin_convertvector(widen(in.limit_cnt), lanes);
		lanes u = load(blocks + i * MODEL_LANES);
		longs over =
			(longs)(u > model_conductance(step, limit - load(in.zero_cnt)));
		bool is_over = over[0] | over[1];

		store(blocks + kept * MODEL_LANES, is_over ? u : splat(0.0f));
		list[kept] = list[i];
		kept += is_over || awake[list[i]] > 0.0f;
	}
	return kept;
}

/* --- for the next frame ----------------------------------------------------------------------- */

/* Return the flag of a block without load; what it forgets becomes 0. */
static float remembers(const struct model_plan *p, float *state, size_t block)
{
	float *creep = model_creep_of(p, state, block), most = 0.0f;
	int n = p->n_creep * MODEL_LANES;

	for (int i = 0; i < n; i++)
		most = creep[i] > most ? creep[i] : most;
	if (most > FORGOTTEN)
		return AWAKE;
	memset(creep, 0, (size_t)n * sizeof(*creep));
	memset(model_steady_of(p, state, block), 0, MODEL_LANES * sizeof(float));
	return 0.0f;
}

/* A block beside a load keeps what its cells showed of late, though that counts for nothing yet. */
void model_stay_awake(
	const struct model_step *step, const struct model_chunk *chunk, float *state)
{
	const struct model_plan *p = step->plan;
	float *awake = model_awake(p, state);
	uint64_t both[2];

	for (int i = 0; i < chunk->n; i++) {
		size_t block = chunk->list[i];
		bool was_beside = awake[block] > AWAKE;

		awake[block] = AWAKE;
		memcpy(both, chunk->v + i * MODEL_LANES, sizeof(both));
		if (!(both[0] | both[1]) && !was_beside)
			awake[block] = remembers(p, state, block);
	}
}

static inline bool in_contact(const struct model_step *step, int block)
{
	struct model_numbers in = model_numbers_at(step, block * MODEL_LANES);

	return ((longs)(load_block(in.raw) > load_block(in.limit_cnt)))[0] != 0;
}

/* The block that holds a cell, if there is one, is to be looked at. */
static inline void watch(const struct model_plan *p, float *awake, int cell)
{
	if (cell >= 0 && cell < p->n_cells)
		awake[cell / MODEL_LANES] = BESIDE;
}

void model_watch_beside(
	const struct model_step *step, const uint16_t *list, int n, float *awake)
{
	const struct model_plan *p = step->plan;
	int up = p->geometry.n_cols, last = MODEL_LANES - 1;

	for (int i = 0; i < n; i++) {
		int cell = list[i] * MODEL_LANES;

		if (!in_contact(step, list[i]))
			continue;
		watch(p, awake, cell - up);
		watch(p, awake, cell + up);
		if (up % MODEL_LANES == 0)
			continue; /* else a block of one row lies over two of another */
		watch(p, awake, cell + last - up);
		watch(p, awake, cell + last + up);
	}
}
