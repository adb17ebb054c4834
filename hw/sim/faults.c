#include "hw/sim/faults.h"

#include <string.h>

#include "hw/smp.h"

#define MAX_TRIES 16
#define MAX_FEW   4 /* bytes, or bits, of one fault */

enum fault { FAULT_FLIP, FAULT_CUT, FAULT_LOSE, FAULT_INSERT, FAULT_NO_END, FAULT_N };

void faults_init(struct faults *f, double rate_frac, uint64_t seed)
{
	rng_init(&f->rng, seed, 0x300);
	f->rate_frac = rate_frac;
}

static size_t below(struct faults *f, size_t n)
{
	return (size_t)(rng_u64(&f->rng) % n);
}

static size_t lose(uint8_t *wire, size_t n, size_t at, size_t count)
{
	memmove(wire + at, wire + at + count, n - at - count);
	return n - count;
}

static size_t insert(struct faults *f, uint8_t *wire, size_t n, size_t at, size_t count)
{
	memmove(wire + at + count, wire + at, n - at);
	for (size_t i = 0; i < count; i++)
		wire[at + i] = (uint8_t)rng_u64(&f->rng);
	return n + count;
}

static size_t damage(struct faults *f, uint8_t *wire, size_t n, bool may_grow)
{
	size_t body = n - 1, few = 1 + below(f, MAX_FEW);
	enum fault fault = (enum fault)below(f, FAULT_N);

	if (fault == FAULT_INSERT && !may_grow)
		fault = FAULT_FLIP;
	switch (fault) {
	case FAULT_FLIP:
		for (size_t i = 0; i < few; i++)
			wire[below(f, body)] ^= (uint8_t)(1U << below(f, 8));
		return n;
	case FAULT_CUT:
		return lose(wire, n, body / 2 + below(f, body / 4),
			body / 8 + below(f, body / 8));
	case FAULT_LOSE:
		return lose(wire, n, below(f, body - few), few);
	case FAULT_INSERT:
		return insert(f, wire, n, below(f, body), few);
	case FAULT_NO_END: /* the terminator is gone, and the bytes before it */
		return n - 1 - few;
	case FAULT_N:
		break;
	}
	return n;
}

/* Would a reader still find a good packet in there? */
static bool survives(const uint8_t *wire, size_t n, uint8_t *scratch)
{
	size_t start = 0;

	for (size_t i = 0; i <= n; i++) {
		struct smp_packet packet;
		int length;

		if (i < n && wire[i] != 0)
			continue;
		length = smp_cobs_decode(wire + start, i - start, scratch);
		if (length > 0 &&
			smp_packet_decode(scratch, (size_t)length, &packet) == 0)
			return true;
		start = i + 1;
	}
	return false;
}

bool faults_strike(struct faults *f, uint8_t *wire, size_t *n, uint8_t *scratch)
{
	size_t most;

	if (*n < 64 || !(rng_uniform(&f->rng) < f->rate_frac))
		return false;
	most = *n + FAULTS_GROWTH - MAX_FEW;
	for (int i = 0; i<MAX_TRIES && * n> 32; i++) {
		*n = damage(f, wire, *n, *n <= most);
		if (!survives(wire, *n, scratch))
			return true;
	}
	return false;
}
