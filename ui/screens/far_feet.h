/* Where to stand: the mat with two dotted feet, those of the patient's saved placement or, without one, usual ones in
 * the middle.
 * Follows docs/api.md (placement.get). */
#ifndef STANCE_UI_SCREENS_FAR_FEET_H
#define STANCE_UI_SCREENS_FAR_FEET_H

#include <jansson.h>

#include "ui/screens/far_parts.h"

/* Draw it. `saved`: a stance.placement/1, or NULL. `arrow`: towards the middle, for who stands away from it. */
void far_feet(struct view *v, struct rect r, const json_t *saved, bool arrow);

/* Of whom the placement was asked for, and what came; zeroed it begins. */
struct far_placement {
	char patient[80];
	json_t *saved; /* owned, or NULL */
};

/* Ask for the placement of a patient ("": nobody) with this tag, once each. */
void far_placement_ask(
	struct view *v, struct far_placement *p, const char *patient, int tag);

/* Take the answer; of another mat than the one that streams it is left out. */
void far_placement_take(
	struct view *v, struct far_placement *p, const struct view_answer *answer);
void far_placement_drop(struct far_placement *p);

#endif
