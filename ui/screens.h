/* The table of screens, one file each (screen_NAME.c).
 * A screen reads the app, fills its draw list and places its widgets; it keeps no state.
 * Follows docs/screens.md. */
#ifndef STANCE_UI_SCREENS_H
#define STANCE_UI_SCREENS_H

#include "ui/app.h"

/* One screen. */
struct screen_ops {
	const char *name;
	void (*draw)(struct app *app);
};

extern const struct screen_ops screens_near;
extern const struct screen_ops screens_far;
extern const struct screen_ops screens_help;

#endif
