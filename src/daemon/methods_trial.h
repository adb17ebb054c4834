/* What the methods that begin trials share: methods_trial.c.
 * Private to src/daemon/methods_*.c. */
#ifndef STANCE_DAEMON_METHODS_TRIAL_H
#define STANCE_DAEMON_METHODS_TRIAL_H

#include "src/daemon/methods.h"

/* Refuse, and return true, while the mat is calibrated or somebody trains. */
bool methods_trial_refuse_taken(const struct call *call);

/* Begin a trial and answer what is owed: with its progress, or why not. `owed` is on the heap and freed then. */
void methods_trial_begin(struct call_owed *owed, const struct trial_request *request);

#endif
