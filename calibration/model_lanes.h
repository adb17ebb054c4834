/* Vector registers of four cells for model_*.c, in the words that gcc and clang share on every machine.
 * No function calls: all of it is a few instructions. */
#ifndef STANCE_CALIBRATION_MODEL_LANES_H
#define STANCE_CALIBRATION_MODEL_LANES_H

#include <stdint.h>
#include <string.h>

#include "calibration/model_plan.h"

/* A block in a register, as gcc and clang know it on every machine. */
typedef float lanes __attribute__((vector_size(4 * MODEL_LANES)));
typedef int32_t int_lanes __attribute__((vector_size(4 * MODEL_LANES)));
typedef uint16_t halves __attribute__((vector_size(16)));
typedef uint64_t longs __attribute__((vector_size(16)));

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

/* Return `a` where `which` is all ones, `b` where it is 0. */
static inline lanes choose(int_lanes which, lanes a, lanes b)
{
	return (lanes)((which & (int_lanes)a) | (~which & (int_lanes)b));
}

/* A block's whole numbers, and as many 0. */
static inline halves load_block(const uint16_t *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	return (halves)(longs){ word, 0 };
}

/* A block's whole numbers, widened. */
static inline int_lanes widen(const uint16_t *from)
{
	const halves none = { 0 };
	halves h = load_block(from);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (int_lanes)__builtin_shufflevector(none, h, 0, 8, 1, 9, 2, 10, 3, 11);
#else
	return (int_lanes)__builtin_shufflevector(h, none, 0, 8, 1, 9, 2, 10, 3, 11);
#endif
}

#endif
