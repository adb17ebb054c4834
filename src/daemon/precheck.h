/* The look before a trial: mat, zero, calibration, weight and feet, each with a state and a sentence.
 * Asks nobody: the facts are the caller's. Uses no heap.
 * Follows docs/api.md ("stance.precheck/1"). */
#ifndef STANCE_DAEMON_PRECHECK_H
#define STANCE_DAEMON_PRECHECK_H

#include <stdbool.h>

#include "src/base/jsonw.h"
#include "src/core/trial/standing.h"
#include "src/ipc/documents.h"

struct precheck_facts {
	const struct status_document *status;
	struct standing_now now;
	double tare_age_s; /* NaN: never since the start */
	const char *patient;
	double entered_kg; /* NaN unknown */
	bool has_saved;    /* on this very mat */
	struct standing_foot saved[2];
	double saved_width_mm;
};

/* Write a stance.precheck/1. */
void precheck_put(struct jsonw *w, const struct precheck_facts *facts);

#endif
