/* A seeded pseudo-random generator: the same seed gives the same numbers on every machine.
 * Not for secrets.
 * Follows SplitMix64 (Steele, Lea & Flood 2014, OOPSLA, fig. 17). */
#ifndef STANCE_BASE_RNG_H
#define STANCE_BASE_RNG_H

#include <stdint.h>

/* Caller-owned state; any value is a valid seed. One per purpose, never shared by threads. */
struct rng {
	uint64_t state;
};

/* Start a sequence; two different streams of one seed are independent for our purposes. */
void rng_init(struct rng *rng, uint64_t seed, uint64_t stream);

/* Return the next 64 random bits. */
uint64_t rng_u64(struct rng *rng);

/* Return a number uniform in [0, 1). */
double rng_uniform(struct rng *rng);

/* Return a number uniform in [low, high). */
double rng_between(struct rng *rng, double low, double high);

/* Return a standard normal number (Box & Muller 1958, the cosine branch). */
double rng_normal(struct rng *rng);

#endif
