/* A picture made smaller, for a page that is shown whole: each pixel is the mean of the area it covers.
 * Does not enlarge. Follows docs/screens.md ("Drawing"): on the processor, so that every renderer shows the same. */
#ifndef STANCE_UI_SHRINK_H
#define STANCE_UI_SHRINK_H

#include "ui/core/canvas.h"

/* Make `out` the picture of w x h pixels (0xAARRGGBB, top row first) at out_w x out_h, which are at least 1 and
 * no larger than it. Returns 0 or -ENOMEM (unchanged). */
int shrink_picture(
	struct canvas *out, const uint32_t *pixels, int w, int h, int out_w, int out_h);

#endif
