/* One sheet of the laboratory from the technician's first step to what stances on it read like.
 * Does not draw figures or judge them. */
#ifndef STANCE_TESTS_LAB_CASE_H
#define STANCE_TESTS_LAB_CASE_H

#include "calibration/fit.h"
#include "calibration/model.h"
#include "tests/support/lab_sheet.h"
#include "tests/support/lab_stance.h"
#include "tests/support/lab_technician.h"

/* How much of the procedure is used, on a mat that is warm. */
enum lab_level {
	LAB_RAW,       /* counts over zero, scaled by the first load */
	LAB_GAIN,      /* the same with the roller's gains */
	LAB_WHOLE,     /* three passes one way, five discs */
	LAB_STAIRCASE, /* four turned passes, six loads, the staircase, creep */
	LAB_N_LEVELS,
};

struct lab_case {
	struct mat_geometry geometry;
	struct lab_sheet_options sheet;
	struct lab_plan plan;
	enum lab_level level;
	bool hides_divider; /* the mat does not say its divider */
};

struct lab_outcome {
	int fit_rc; /* what fit_run() returned */
	struct fit_report report;
	struct model model;
	struct lab_errors errors[LAB_N_STANCES]; /* of each stance */
};

/* Fill in sheet number `seed` of a class, read at a level. */
void lab_case_draw(struct lab_case *c, enum lab_class kind, enum lab_level level,
	const struct mat_geometry *geometry, uint64_t seed);

/* Calibrate, let the sheet rest, read every stance in turn. Outcomes go on the heap: free() it. NULL
 * without memory, or if the readings did not fit. A refused fit leaves the errors NaN. */
struct lab_outcome *lab_case_run(
	const struct lab_case *c, struct lab_stance *const *stances, int n_stances);

#endif
