/* The clinician's further sheets: what follows from the measurement, and what it rests on. */
#include "src/report/pages.h"

#define ON_FIRST                                                                       \
	4 /* conditions whose sway stands on the first sheet (pages_measured.c) */

void pages_concluded(struct page *p)
{
	int index[REPORT_MAX_GROUPS];
	int n = pages_sway_groups(p->r, index);

	if (n > PAGES_ON_FIRST) {
		page_need(p, 30);
		pages_sway(p, PAGES_ON_FIRST, n - PAGES_ON_FIRST);
	}
	pages_tests(p);
	pages_ranges(p);
	pages_findings(p);
	pages_trials(p);
	pages_method(p);
	pages_signature(p);
}
