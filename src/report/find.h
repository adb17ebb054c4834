/* Which file a calibration's name on the command line means.
 * Does not read it.
 * Follows docs/calibration.md ("The file"): a station keeps them as STATE/calibrations/ID.json. */
#ifndef STANCE_REPORT_FIND_H
#define STANCE_REPORT_FIND_H

#include <stddef.h>

/* Write the path of `name`, a file if there is one of that name, else an id or its beginning (4 letters at
 * least) among the station's. Returns 0; -ENOENT none, -ENOTUNIQ several, -EINVAL too short, or the errno of
 * the folder; a sentence in `message` then. */
int find_calibration(const char *name, const char *state_dir, char *path, size_t size,
	char *message, size_t message_size);

#endif
