/* The screen of a visit's report: what its parts share, and what the screens of signing share with it.
 * Follows docs/screens.md ("The report") and docs/api.md (stance.report-version/1). */
#ifndef STANCE_UI_SCREENS_REPORT_H
#define STANCE_UI_SCREENS_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "src/base/clock.h"
#include "ui/core/list.h"
#include "ui/screens/page_picture.h"

#define REPORT_SAID_BYTES 400

/* Signing makes the whole document, with the pictures of all trials from their recordings. Chosen: far above what a
 * full visit took. */
#define REPORT_SIGN_NS (90 * CLOCK_NS_PER_S)

/* Widgets, and what they ask for. */
enum report_widget {
	REPORT_SHEET = 1,
	REPORT_ROWS,
	REPORT_READ,
	REPORT_AGAIN,
	REPORT_SIGN,    /* on the screen for it */
	REPORT_SIGN_AS, /* at once, as who signed last */
	REPORT_PRINT,
	REPORT_PRINT_PATIENT,
	REPORT_PRINT_CLINICIAN,
	REPORT_SHARE,
	REPORT_AMEND,
	REPORT_DONE,
	/* what is asked for, beside the widgets' own */
	REPORT_PLAN,
	REPORT_VERSIONS,
	REPORT_STATION,
};

struct report_state {
	json_t *plan, *versions, *station; /* NULL: not known yet */
	struct list list;
	struct page_picture sheet;
	bool busy;     /* a signature, a print or a share is on its way */
	bool printing; /* asked which */
	bool sharing;  /* asked for last: to be shown */
	enum parts_sign sign;
	char said[REPORT_SAID_BYTES];
};

/* Return version `row` of the list, the newest first; NULL past its end. */
const json_t *report_version_at(const struct report_state *s, int row);

bool report_is_signed(const struct report_state *s);
bool report_is_shared(const struct view *v, const struct report_state *s);

/* Return true if nothing was measured, as far as is known. */
bool report_is_empty(const struct report_state *s);

void report_draw(struct view *v, void *state);

/* Return the visit of "visit 3", 0 for another argument. */
int64_t report_visit_of(const char *arg);

/* Write when a version was signed ("28.11.2026 14:32"), in the station's time. Returns `out`. */
const char *report_when(const json_t *version, char *out, size_t size);

/* Write the first digits of its SHA-256, by which two prints are compared. Returns `out`. */
const char *report_digest(const json_t *version, char *out, size_t size);

#endif
