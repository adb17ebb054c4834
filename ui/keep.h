/* What a screen sets for good: a drop-in among the configuration of the user whom this program runs as, which is read after
 * the system's (stance.conf(5)).
 * Does not change files that a person wrote.
 * Follows docs/station.md ("The screen"). */
#ifndef STANCE_UI_KEEP_H
#define STANCE_UI_KEEP_H

#include <stddef.h>

#include "ui/core/touch.h"

/* Its name in the folder stance.conf.d. */
#define KEEP_TOUCH_FILE "90-touch.conf"

/* Keep display.touch_matrix, and see that it will be in force at the next start. `config` is the file given with --config, NULL:
 * none. Returns 0, `text` (`size` bytes) is the path written; or a negative errno, nothing kept that was not before, `text`
 * says why: -EINVAL another file says otherwise, -EPERM --config was given, -ENOENT the user has no folder, else of writing. */
int keep_touch(
	const struct touch_matrix *matrix, const char *config, char *text, size_t size);

#endif
