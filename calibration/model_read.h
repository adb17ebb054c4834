/* The stages of one frame's reading, for model_*.c only. Blocks of MODEL_LANES cells go through them in
 * chunks that stay in the first cache. */
#ifndef STANCE_CALIBRATION_MODEL_READ_H
#define STANCE_CALIBRATION_MODEL_READ_H

#include "calibration/model_lanes.h"
#include "calibration/model_plan.h"

#define MODEL_GROUP                                                                    \
	16 /* cells looked at together: four blocks, two registers of numbers */
#define MODEL_CHUNK 64 /* blocks */

/* The numbers of some cells and what they are measured from. */
struct model_numbers {
	const uint16_t *raw, *limit_cnt;
	const float *zero_cnt;
};

/* What is the same for all cells of one frame. */
struct model_step {
	const struct model_plan *plan;
	struct model_numbers all;
	/* The cells from tail_at on, which fill no group, padded. */
	int tail_at;
	uint16_t tail_raw[MODEL_GROUP], tail_limit[MODEL_GROUP];
	float tail_zero[MODEL_GROUP];
	float noise_ratio;
	lanes steady_take; /* of a count, into what its cell showed of late */
	/* Creep as amplitude_k * x_k in newtons: it keeps this and takes that much of the force. */
	lanes keep[MODEL_MAX_CREEP], take[MODEL_MAX_CREEP];
	lanes divide; /* 1 / (1 + sum of what is taken) */
	lanes play_width[MODEL_MAX_PLAY], play_weight[MODEL_MAX_PLAY], play_0;
	lanes floor_ratio;
	lanes beside_frac; /* of the threshold: less counts for nothing */
	lanes full, taken, least, bend_log2_w, least_w, most_w;
	int_lanes first_piece;
};

/* Largest numbers and sums over blocks. */
struct model_tally {
	lanes count, w, sum;
};

/* Blocks on their way from counts to newtons, one after the other. */
struct model_chunk {
	_Alignas(64) float v[MODEL_CHUNK * MODEL_LANES];
	const uint16_t *list;
	int n;
};

/* What a block remembers. */
static inline float *model_creep_of(
	const struct model_plan *plan, float *state, size_t block)
{
	return state + plan->a_block * block;
}

static inline float *model_play_of(
	const struct model_plan *plan, float *state, size_t block)
{
	return state + plan->a_block * block + (size_t)plan->n_creep * MODEL_LANES;
}

static inline float *model_steady_of(
	const struct model_plan *plan, float *state, size_t block)
{
	return state + plan->a_block * (block + 1) - MODEL_LANES;
}

/* Of all blocks, whether the next frame has to look at them: not 0, by a flag of model_blocks.c. */
static inline float *model_awake(const struct model_plan *plan, float *state)
{
	return state + plan->a_block * (size_t)plan->n_blocks;
}

/* The numbers from a cell on; it begins a block. */
static inline struct model_numbers model_numbers_at(
	const struct model_step *s, int cell)
{
	int k = cell - s->tail_at;

	return k < 0 ? (struct model_numbers){ s->all.raw + cell,
		s->all.limit_cnt + cell, s->all.zero_cnt + cell }
		     : (struct model_numbers){ s->tail_raw + k, s->tail_limit + k,
			       s->tail_zero + k };
}

/* Counts above zero to conductance in units of the divider's own. */
static inline lanes model_conductance(const struct model_step *step, lanes count)
{
	return count / largest(step->full - count * step->taken, step->least);
}

/* model_blocks.c: list the blocks in contact and those whose flag `awake` is set; returns how many, and whether there are any
 * of the first. `list` has room for three more than there are. */
int model_list_blocks(const struct model_step *step, const float *awake, uint16_t *list,
	bool *is_loaded);

/* Where lines leak, many a cell that carries nothing is above its limit. Of the listed blocks, keep those that without
 * the leak (conductance `blocks`, packed) still have a cell above its threshold, and those awake; returns how many. */
int model_keep_contact(const struct model_step *step, const float *awake,
	uint16_t *list, int n, float *blocks);

/* Note which blocks of a chunk of w, or of s, are to be looked at in the next frame. */
void model_stay_awake(
	const struct model_step *step, const struct model_chunk *chunk, float *state);

/* And those above and below a block in contact, as a load thins out that way, too. */
void model_watch_beside(
	const struct model_step *step, const uint16_t *list, int n, float *awake);

/* model_crosstalk.c: take crosstalk out of the listed blocks' conductance, `blocks`, packed. The list rises. */
void model_remove_crosstalk(
	const struct model_plan *plan, const uint16_t *list, int n, float *blocks);

/* model_undo.c: creep taken out of w or s, in place, and its memory brought up to it. */
void model_undo_creep(
	const struct model_step *step, struct model_chunk *chunk, float *state);

/* What creep left of s to force, likewise. */
void model_undo_play(
	const struct model_step *step, struct model_chunk *chunk, float *state);

#endif
