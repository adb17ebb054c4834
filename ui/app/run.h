/* Programs that a screen may have run beside it: an enumerated set, each with the arguments that it
 * takes. A screen names one; ui/runner.h runs it.
 * Knows no path, process or file. Follows docs/screens.md ("Programs beside the screen"). */
#ifndef STANCE_UI_APP_RUN_H
#define STANCE_UI_APP_RUN_H

#include <stdbool.h>
#include <stdint.h>

/* What may be run. */
enum run_program {
	RUN_NOTHING,
	RUN_SUPPORT_BUNDLE, /* stance support-bundle, onto a stick where there is one */
	RUN_PREVIEW,        /* stance-report: one sheet of a visit as a picture */
	RUN_PRINT,          /* stance-report: all sheets of a visit, to the printer */
	RUN_KEEP_TOUCH,     /* no other program: this one keeps the matrix in force */
	RUN_N_PROGRAMS,
};

/* One run. What a program does not take is left 0. */
struct run_wish {
	enum run_program program;
	int64_t visit;
	int version; /* of the signed visit; 0: the newest, or the draft of an unsigned one */
	int page;         /* PREVIEW: from 1 */
	int dpi;          /* PREVIEW: dots an inch */
	bool for_patient; /* the page of plain words */
};

/* How it ended: `status` of the answer. 0 to 125 are the program's own: stance-report(1). */
#define RUN_HUNG    124 /* it did not end in time, and was ended */
#define RUN_CRASHED 125 /* a signal ended it */
#define RUN_MISSING 127 /* it is not installed */

#endif
