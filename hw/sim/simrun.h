/* stance-sim's loop: time, the cable, the mat and the person brought together.
 * Does not parse options and does not end the program.
 * Follows docs/simulator.md, "Time". */
#ifndef STANCE_HW_SIM_SIMRUN_H
#define STANCE_HW_SIM_SIMRUN_H

#include <signal.h>

#include "hw/sim/simopts.h"

/* Run until the duration is over or `*stop` is set by a signal, which only gets through while
 * waiting (`waiting_mask`). Returns 0, or a negative errno after a message on stderr. */
int simrun(const struct simopts *options, const volatile sig_atomic_t *stop,
	const sigset_t *waiting_mask);

#endif
