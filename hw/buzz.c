#include "hw/buzz.h"

#define STEPS_MAX 6

/* No tone under 150 ms: shorter ones are missed by old ears (docs/screens.md has the same of the speaker). */
static const int the_motifs[BUZZ_N][STEPS_MAX] = {
	[BUZZ_START] = { 200 },
	[BUZZ_END] = { 150, 150, 400 },
	[BUZZ_STOP] = { 150, 100, 150, 100, 150 },
};

int buzz_ms(enum buzz motif, int step)
{
	return step >= 0 && step < STEPS_MAX ? the_motifs[motif][step] : 0;
}
