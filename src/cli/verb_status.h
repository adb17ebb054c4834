/* The status of a station as text, apart from the verb so that tests and doctor may read it.
 * Does not ask the daemon.
 * Follows docs/api.md, stance.status/1. */
#ifndef STANCE_CLI_VERB_STATUS_H
#define STANCE_CLI_VERB_STATUS_H

#include <stdio.h>

#include "src/ipc/documents.h"

/* Print the table that `stance status` shows. */
void verb_status_print(const struct status_document *status, FILE *out);

#endif
