/* Packet numbers of 16 bits: unwrapped to 64, gaps counted, late ones told from new ones.
 * Does not know packets or time; it is told how many could have been missed at most. Pure.
 * Follows docs/smp.md ("Packet numbers"). */
#ifndef STANCE_HW_SEQUENCE_H
#define STANCE_HW_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/* What a number tells. */
enum sequence_verdict {
	SEQUENCE_NEXT,  /* newer than all before; perhaps after a gap */
	SEQUENCE_LATE,  /* not newer than the last one: a duplicate or out of order */
	SEQUENCE_ALIEN, /* so far ahead that it must come from another count */
};

/* Caller-owned; zero is the state before the first number. */
struct sequence {
	bool is_joined; /* `last` belongs to the count that is running */
	bool has_last;
	uint64_t last; /* unwrapped; its low 16 bits are the number on the wire */
};

/* Judge the next number. At most `n_gap_max` packets can have been missed since the last (above
 * 32767 counts as 32767). `n_lost` receives the missing ones; 0 unless SEQUENCE_NEXT. Only
 * SEQUENCE_NEXT moves the count on. */
enum sequence_verdict sequence_take(
	struct sequence *sequence, uint16_t seq, uint64_t n_gap_max, uint32_t *n_lost);

/* Expect another count: the next number joins it, whatever it is. The unwrapped one goes on
 * rising. */
void sequence_rejoin(struct sequence *sequence);

#endif
