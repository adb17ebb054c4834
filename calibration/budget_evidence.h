/* What the readings show of the model's own errors: how cells under one disc differ, how loads differ, how
 * creep goes on that was thought undone. For budget.c and its test only. */
#ifndef STANCE_CALIBRATION_BUDGET_EVIDENCE_H
#define STANCE_CALIBRATION_BUDGET_EVIDENCE_H

#include "calibration/fit.h"

/* A standard deviation and how many degrees of freedom it rests on; 0: nothing was seen. */
struct budget_spread {
	double sd, dof;
};

struct budget_evidence {
	struct budget_spread cells; /* of one cell's force under a disc, relative */
	struct budget_spread loads; /* of a whole load about the model, relative */
	double load_log_mean,
		load_log_spread; /* of the loads' pressure, log kPa: where, and how far apart */
	int n_loads;
	struct budget_spread
		rise; /* of loads at rest where none stood before, relative, per decade of time */
	double longest_s; /* that such a load was watched for */
	double zero_cnt;  /* by which the empty mat has moved since; NaN not seen */
};

/* Gather it. */
void budget_evidence(const struct readings *readings, const struct model *model,
	const struct fit_report *report, struct budget_evidence *evidence);

#endif
