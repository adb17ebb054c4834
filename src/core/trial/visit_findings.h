/* What the trials of a visit say together of the person: facts, ranges, findings, the lift titration.
 * A finished visit in, numbers and sentences out; computes nothing that a visit's means do not hold.
 * Follows docs/clinical-basis.md (T1 to T9). */
#ifndef STANCE_CORE_TRIAL_VISIT_FINDINGS_H
#define STANCE_CORE_TRIAL_VISIT_FINDINGS_H

#include <stdbool.h>

#include "src/core/align/inference.h"
#include "src/core/align/titration.h"
#include "src/core/findings/findings.h"
#include "src/core/trial/record.h"
#include "src/core/trial/visit.h"

/* What a clinician entered beside the mat. Unknown: NaN, and -1 for yes and no. */
struct visit_entered {
	double block_mm; /* blocks until level, + under the right foot */
	double extension_deficit_deg[2]; /* left, right knee */
	int pain_knee[2], pain_back, pain_leg;
	int red_flag;
};

/* Start with nothing known. */
void visit_entered_init(struct visit_entered *entered);

struct visit_findings {
	bool has_alignment;
	struct inference alignment; /* of the means of habitual standing */
	struct facts facts;
	struct findings findings;
	bool has_titration;
	struct titration titration;
	double length_difference_mm,
		length_difference_sd_mm; /* posterior; hypothesis-grade */
};

/* Conclude. `visit` is finished; `person` as known; `scratch` as conclusion_scratch_size(). */
void visit_findings_conclude(const struct visit *visit,
	const struct trial_person *person, const struct visit_entered *entered,
	void *scratch, struct visit_findings *out);

/* Write the means of habitual standing, with their intervals in place of a trial's own; NaN where there is none.
 * `value`: METRIC_N numbers. */
void visit_findings_means(const struct visit *visit, double *value);

#endif
