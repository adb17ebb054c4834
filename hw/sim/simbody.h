/* The body above the feet, from the command line: what was given over somebody even.
 * Parses nothing. Follows stance-sim(1), "The body". */
#ifndef STANCE_HW_SIM_SIMBODY_H
#define STANCE_HW_SIM_SIMBODY_H

#include <stddef.h>

struct simopts;

/* Start with nothing given. */
void simbody_init(struct simopts *options);

/* Lay what was given over somebody even of that sex, stature and mass, and give her the body. Without --sex
 * there is none. Returns 0, or -EINVAL with a sentence in `message`: a body number without --sex, a body
 * beside shares that were given too. */
int simbody_settle(struct simopts *options, char *message, size_t size);

#endif
