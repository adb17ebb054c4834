/* One sheet about a trial or a visit: the body loading picture, the ranges behind it, the findings.
 * Concludes nothing: trials and visits are concluded in src/core/trial.
 * Wording and footer: docs/clinical-basis.md. */
#ifndef STANCE_REPORT_BODY_SHEET_H
#define STANCE_REPORT_BODY_SHEET_H

#include "src/core/align/inference.h"
#include "src/core/findings/findings.h"
#include "src/core/trial/record.h"
#include "src/report/paper.h"

/* What it is of; borrowed. */
struct body_sheet {
	const char *title;    /* "Visit 12", "Trial 34, Quiet stance, eyes open" */
	const char *patient;  /* "" anonymous */
	const char *when_iso; /* with offset */
	const char *origin;   /* calibration and version, a sentence */
	struct trial_person person;
	const double *value; /* METRIC_N numbers: of the trial, or the visit's means */
	const struct inference *alignment;
	const struct findings *findings;
	enum finding_audience audience;
};

/* Write it to `path`. Errors as paper_open() and paper_close(). */
int body_sheet_write(
	const struct body_sheet *sheet, const char *path, enum paper_format format);

#endif
