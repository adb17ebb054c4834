/* Damage to frames on the wire, on purpose and repeatable.
 * Does not decide what a reader makes of it, but makes sure that the frame is really lost.
 * Follows docs/simulator.md, "Faults". */
#ifndef STANCE_HW_SIM_FAULTS_H
#define STANCE_HW_SIM_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rng.h"

/* Damage makes a frame longer by at most this. */
#define FAULTS_GROWTH 8

/* Caller-owned. `rate_frac` of the frames is damaged. */
struct faults {
	struct rng rng;
	double rate_frac;
};

/* Start; the same seed strikes the same frames in the same way. */
void faults_init(struct faults *faults, double rate_frac, uint64_t seed);

/* Damage the frame in `wire` (`*n` bytes with its final 00, in a buffer of *n + FAULTS_GROWTH;
 * `scratch` of the same size) if it is this one's turn. Returns true if it was; then no run of
 * bytes between two 00 in it is a good packet any more. */
bool faults_strike(struct faults *faults, uint8_t *wire, size_t *n, uint8_t *scratch);

#endif
