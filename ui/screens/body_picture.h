/* The body loading picture on a screen: a person from behind, with what the knees may carry and how far the
 * pelvis may be shifted: ranges as bars and a band, never one crooked bone. The person's left is on the left.
 * Only draws: ranges are the document's, where everything stands says src/core/align/figure.h. */
#ifndef STANCE_UI_SCREENS_BODY_PICTURE_H
#define STANCE_UI_SCREENS_BODY_PICTURE_H

#include <jansson.h>

#include "ui/app/view.h"

/* Draw it into `r` from a stance.results/1; nothing where its alignment is null or there is no room. */
void body_picture_draw(struct view *v, struct rect r, const json_t *results);

#endif
