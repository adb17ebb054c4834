/* A report of standing on paper: a page for the patient, two or more sheets for the clinician.
 * Knows no store: report_read.h tells what is to be said. The same report gives the same bytes. */
#ifndef STANCE_REPORT_REPORT_SHEET_H
#define STANCE_REPORT_REPORT_SHEET_H

#include "src/report/paper.h"
#include "src/report/report.h"

struct report_sheet {
	enum finding_audience audience;
	bool is_body; /* the body loading picture alone, one sheet */
	int only;   /* this sheet of PNG and SVG alone, under the plain name; 0: all */
	double dpi; /* of PNG; 0: as paper.h */
	bool is_fleeting;      /* as paper.h: a preview */
	paper_watch_fn *watch; /* for tests; NULL */
	void *watch_ctx;
};

/* Write it. Returns 0, -ENOENT if there is no such sheet, or the errors of paper_open() and paper_close(); then nothing at
 * `path` has changed. */
int report_sheet_write(const struct report *report, const struct report_sheet *how,
	const char *path, enum paper_format format);

/* Return how many sheets it takes, -ENOMEM. */
int report_sheet_count(const struct report *report, enum finding_audience audience);

#endif
