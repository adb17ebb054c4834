/* The pages of a report of standing: one for the patient, two or more for the clinician.
 * Each file draws a page or a part of one; words of both follow docs/clinical-basis.md ("Wording").
 * Private to report_sheet.c, which puts them together. */
#ifndef STANCE_REPORT_PAGES_H
#define STANCE_REPORT_PAGES_H

#include "src/report/page.h"

#define PAGES_ON_FIRST 4 /* conditions whose sway has room on the first sheet */

/* The patient's whole page. */
void pages_patient(struct page *page);

/* The clinician's first sheet: feet, shares, sway, history. */
void pages_measured(struct page *page);

/* The second, and more where there is more: ranges, findings, trials, method, signature. */
void pages_concluded(struct page *page);

/* The body loading picture, a sheet by itself. */
void pages_body(struct page *page);

/* Parts of them: each draws from page->y_mm down and moves it. */
void pages_load(struct page *page, double x_mm, double width_mm);
void pages_sway(struct page *page, int from_group, int n_groups);
void pages_history(struct page *page);
void pages_tests(struct page *page);
void pages_ranges(struct page *page);
void pages_findings(struct page *page);
void pages_trials(struct page *page);
void pages_method(struct page *page);
void pages_signature(struct page *page);

/* Groups whose sway is worth a row: quiet standing. Returns how many; their indices in `index`. */
int pages_sway_groups(const struct report *r, int index[REPORT_MAX_GROUPS]);

#endif
