/* How a simulated mat introduces itself: a sheet's sizes and sensor as the fields of HELLO.
 * Encodes nothing and owns nothing.
 * Follows docs/smp.md ("HELLO"). */
#ifndef STANCE_HW_SIM_GREETING_H
#define STANCE_HW_SIM_GREETING_H

#include <stdint.h>

#include "hw/sim/sheet.h"
#include "hw/smp.h"

/* What the sheet does not know of the mat that it lies in. */
struct greeting {
	double max_rate_hz;
	enum smp_origin origin;
	int order;          /* 0 row by row, 1 column by column */
	const char *serial; /* NULL: made from the seed */
	uint64_t seed;
};

/* Return the HELLO of a mat around `sheet`; its session_id is 0. */
struct smp_hello greeting_of(
	const struct greeting *greeting, const struct sheet *sheet);

#endif
