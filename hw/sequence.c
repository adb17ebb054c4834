#include "hw/sequence.h"

#define HALF_TURN 0x8000u
#define FULL_TURN 0x10000u

/* The smallest number above `last` that ends in the same 16 bits. */
static uint64_t unwrap(const struct sequence *sequence, uint16_t seq)
{
	const uint16_t step = (uint16_t)(seq - (uint16_t)sequence->last);

	return sequence->last + (step == 0 ? FULL_TURN : step);
}

enum sequence_verdict sequence_take(
	struct sequence *sequence, uint16_t seq, uint64_t n_gap_max, uint32_t *n_lost)
{
	*n_lost = 0;
	if (!sequence->is_joined) {
		sequence->last = sequence->has_last ? unwrap(sequence, seq) : seq;
		sequence->has_last = true;
		sequence->is_joined = true;
		return SEQUENCE_NEXT;
	}

	const uint16_t step = (uint16_t)(seq - (uint16_t)sequence->last);

	if (step == 0 || step >= HALF_TURN)
		return SEQUENCE_LATE;
	if (step - 1u > n_gap_max)
		return SEQUENCE_ALIEN;
	*n_lost = step - 1u;
	sequence->last += step;
	return SEQUENCE_NEXT;
}

void sequence_rejoin(struct sequence *sequence)
{
	sequence->is_joined = false;
}
