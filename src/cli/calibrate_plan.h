/* The steps of a calibration (calibration/agenda.h) in words, and which of them are done.
 * Does not ask, talk or wait.
 * Follows docs/calibration.md, "The procedure". */
#ifndef STANCE_CLI_CALIBRATE_PLAN_H
#define STANCE_CLI_CALIBRATE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/agenda.h"
#include "src/cli/calibrate_words.h"

#define CALIBRATE_PLAN_MAX  AGENDA_MAX_STEPS
#define CALIBRATE_PLAN_TEXT 256

struct calibrate_plan_step {
	const char *method; /* "calibrate.load" */
	const char *kind;   /* as in a draft's items: "load" */
	char title[64];
	char what[CALIBRATE_PLAN_TEXT]; /* what to do, a sentence or two */
	double mass_kg, x_mm, y_mm;     /* NaN: none */
	int n_passes;
	bool is_staircase, optional, done;
};

struct calibrate_plan {
	struct agenda agenda;
	int n;
	struct calibrate_plan_step steps[CALIBRATE_PLAN_MAX];
};

/* Lay out the steps up to the fit, or those of the verification. */
void calibrate_plan_readings(
	struct calibrate_plan *plan, const struct agenda_tools *tools);
void calibrate_plan_verification(
	struct calibrate_plan *plan, const struct agenda_tools *tools);

struct json_t;

/* Tick off what is among the items of a stance.calibration-status/1's draft (NULL: nothing). */
void calibrate_plan_tick(struct calibrate_plan *plan, const struct json_t *draft);

/* Say in a sentence how good a calibration these tools make, and what would make it better. */
const char *calibrate_plan_worth(const struct agenda_tools *tools);

#endif
