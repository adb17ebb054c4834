/* stance-sim's loop: time, the cable, the mat and the person brought together.
 * Does not parse options and does not end the program.
 * Follows docs/simulator.md, "Time". */
#ifndef STANCE_HW_SIM_SIMRUN_H
#define STANCE_HW_SIM_SIMRUN_H

#include <signal.h>

#include "hw/sim/simopts.h"

/* What signals ask for; they only get through while waiting (`waiting_mask`). */
struct simrun_signals {
	volatile sig_atomic_t stop;
	volatile sig_atomic_t cue; /* a script that waits for it begins */
	sigset_t waiting_mask;
};

/* Run until the duration is over or a signal stops it. Returns 0, or a negative errno after a
 * message on stderr. */
int simrun(const struct simopts *options, const struct simrun_signals *signals);

#endif
