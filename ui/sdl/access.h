/* Whether this user may use the display and its input, looked at first: SDL opens a window without input and says nothing.
 * Opens nothing.
 * Follows /dev/dri and /dev/input as Debian's udev gives them to the groups video, render and input. */
#ifndef STANCE_UI_SDL_ACCESS_H
#define STANCE_UI_SDL_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

/* As access(2). */
typedef int access_fn(const char *path, int mode);

/* Look below `root` ("" for this machine) at card `card` and at the input devices. Returns 0, or -EACCES with a sentence
 * that names file and group. No input device at all is fine: one may come. `may_fn` NULL: access(2). */
int access_check(
	const char *root, int card, access_fn *may_fn, char *message, size_t size);

#endif
