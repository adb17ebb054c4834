/* What the clinician shared of a visit, as a patient's screen: whether there is something, and the two or three things
 * that are said of it.
 * Follows docs/api.md (visit.shared) and docs/clinical-basis.md ("Wording"). */
#ifndef STANCE_UI_SCREENS_SHARED_H
#define STANCE_UI_SCREENS_SHARED_H

#include <jansson.h>

#include "ui/screens/far_parts.h"

/* When it was asked last whether something is shared; zeroed it begins. */
struct shared_watch {
	int64_t asked_ns;
	bool never; /* the daemon has no such method */
};

/* Ask every SHARED_EVERY_NS, with this tag; take the answer: true if something is shared now. */
#define SHARED_EVERY_NS (3 * CLOCK_NS_PER_S)
void shared_tick(struct view *v, struct shared_watch *watch, int tag);
bool shared_take(struct shared_watch *watch, const struct view_answer *answer);

/* One thing to say: its sentence and a shorter one, and the picture beside it. */
enum shared_picture { SHARED_WEIGHT, SHARED_SWAY };
struct shared_thing {
	enum shared_picture picture;
	char whole[400], few[120];
};
#define SHARED_MAX 3

/* Write what is to be said of a stance.results/1, the most important first. Progress and its opposite are said beyond
 * the smallest detectable change only. Returns how many, 0 if there is nothing that can be said. */
int shared_things(const json_t *results, struct shared_thing things[SHARED_MAX]);

/* Return the load on the left foot of eyes-open stance, NaN if it was not measured. */
double shared_left_frac(const json_t *results);

#endif
