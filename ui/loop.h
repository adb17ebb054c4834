/* The running program: daemon, window, script and screen in one poll loop.
 * Draws only when the picture would differ, at most 60 times a second.
 * Follows docs/screens.md ("When a picture is drawn"). */
#ifndef STANCE_UI_LOOP_H
#define STANCE_UI_LOOP_H

#include "ui/options.h"

/* Exit codes, those of stance-ui(1). */
#define LOOP_OK      0
#define LOOP_FAILED  1
#define LOOP_NO_DATA 3
#define LOOP_DENIED  4
/* Start me anew: the display came or went (EX_TEMPFAIL). */
#define LOOP_DISPLAY 75

/* Run until the person, the script or a signal ends it. Returns an exit code; errors have been
 * said on stderr. */
int loop_run(const struct options *o);

#endif
