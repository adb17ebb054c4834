#include "src/base/rng.h"

#include <math.h>

#define TWO_PI 6.283185307179586476925

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream)
{
	rng->state = seed ^ (stream + 1) * UINT64_C(0xd1342543de82ef95);
	rng->state = rng_u64(rng);
}

uint64_t rng_u64(struct rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double rng_uniform(struct rng *rng)
{
	return (double)(rng_u64(rng) >> 11) * 0x1.0p-53;
}

double rng_between(struct rng *rng, double low, double high)
{
	return low + (high - low) * rng_uniform(rng);
}

double rng_normal(struct rng *rng)
{
	double u = 1.0 - rng_uniform(rng); /* never 0: its logarithm is taken */
	double v = rng_uniform(rng);

	return sqrt(-2.0 * log(u)) * cos(TWO_PI * v);
}
