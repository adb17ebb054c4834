/* The sheets of a report of standing: what is alike on all of them, and how parts flow over them.
 * Knows no content but head, foot and marks.
 * A part that does not fit begins on the next sheet; nothing is ever cut. */
#ifndef STANCE_REPORT_PAGE_H
#define STANCE_REPORT_PAGE_H

#include "src/report/paper.h"
#include "src/report/report.h"
#include "src/report/sheet.h"

#define PAGE_BOTTOM_MM (SHEET_BOTTOM_MM - 10.0) /* above the foot */

struct page {
	struct paper *paper;
	const struct report *r;
	double y_mm;
	int n_sheets; /* 0: not known yet */
	enum finding_audience audience;
	const char *title;
	bool is_body;  /* the body loading picture alone */
	bool is_dense; /* smaller type, where that saves a sheet */
};

/* The type of running text and of notes on these sheets. */
struct paper_type page_body(const struct page *page);
struct paper_type page_small(const struct page *page);

/* Begin on the sheet that the paper is at: mark, head and title, which is small from the second on. */
void page_begin(struct page *page);

/* End it with its foot. */
void page_end(struct page *page);

/* Make sure of `height_mm` below y_mm, on the next sheet if need be. */
void page_need(struct page *page, double height_mm);

/* Return how high a text would be in this column. */
double page_height(struct page *page, double width_mm, const struct paper_type *type,
	const char *text);

/* "Woman, 65 years, 1.66 m, 64.0 kg": what is known of the person, "" nothing. */
void page_person(const struct report *r, char *out, size_t size);

/* "Eyes open, firm ground"; the title of what is no quiet standing. In a visit's report a part of a test is told with
 * the test, as quiet standing of its own may stand beside it. */
void page_condition(
	const struct report *r, const struct report_group *g, char *out, size_t size);

#endif
