/* The mat of the pre-check: its live picture with the places where the heels were saved.
 * Does not ask the daemon: it draws what stance.precheck/1 says.
 * Follows docs/screens.md ("Words") and docs/api.md ("stance.precheck/1"). */
#ifndef STANCE_UI_SCREENS_PRECHECK_MAT_H
#define STANCE_UI_SCREENS_PRECHECK_MAT_H

#include <jansson.h>

#include "ui/app/view.h"

/* Draw it into `r`; nothing where that is too low. `check` is the document, NULL before it has come. */
void precheck_mat_draw(struct view *v, const json_t *check, struct rect r);

#endif
