/* Creep and play undone, block by block, with the states in registers. */
#include <string.h>

#include "calibration/model_read.h"

#define TINY                                                                           \
	1e-15f /* keeps fading creep from becoming a denormal number, which is slow */

/* s to the force that play left, and the creep brought up to it. `n` is a constant where this is called, so
 * that the states stay in registers. */
static inline __attribute__((always_inline)) void undo_creep_n(
	const struct model_step *step, struct model_chunk *chunk, float *state,
	const int n)
{
	for (int i = 0; i < chunk->n; i++) {
		float *creep = model_creep_of(step->plan, state, chunk->list[i]);
		lanes kept[MODEL_MAX_CREEP], taken;
		lanes v = load(chunk->v + i * MODEL_LANES);

#pragma GCC unroll 8
		for (int k = 0; k < n; k++) {
			kept[k] = step->keep[k] * load(creep + k * MODEL_LANES);
			v -= kept[k];
		}
		v = largest(v, splat(0.0f)) * step->divide;
		taken = v + splat(TINY);
		store(chunk->v + i * MODEL_LANES, v);
#pragma GCC unroll 8
		for (int k = 0; k < n; k++)
			store(creep + k * MODEL_LANES, kept[k] + step->take[k] * taken);
	}
}

_Static_assert(MODEL_MAX_CREEP == 8 && MODEL_MAX_PLAY == 6, "a case below for each");

void model_undo_creep(
	const struct model_step *step, struct model_chunk *chunk, float *state)
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

/* What play left to the force, likewise. A cell that carries nothing has come apart and lags behind nothing:
 * the next load finds it as the first did. */
static inline __attribute__((always_inline)) void undo_play_n(
	const struct model_step *step, struct model_chunk *chunk, float *state,
	const int n)
{
	const struct model_plan *p = step->plan;

	for (int i = 0; i < chunk->n; i++) {
		float *play = model_play_of(p, state, chunk->list[i]);
		lanes g = load(chunk->v + i * MODEL_LANES);
		lanes floor_n = load(p->floor_n + chunk->list[i] * MODEL_LANES);
		int_lanes carries = g > floor_n * step->floor_ratio;
		lanes force = step->play_0 * g;

#pragma GCC unroll 8
		for (int k = 0; k < n; k++) {
			lanes y = only(carries, load(play + k * MODEL_LANES));

			y = largest(y, g - step->play_width[k]);
			y = smallest(y, g);
			store(play + k * MODEL_LANES, y);
			force += step->play_weight[k] * y;
		}
		store(chunk->v + i * MODEL_LANES, force);
	}
}

void model_undo_play(
	const struct model_step *step, struct model_chunk *chunk, float *state)
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
		undo_play_n(step, chunk, state, 5);
		break;
	case 6:
		undo_play_n(step, chunk, state, 6);
		break;
	default:
		break;
	}
}
