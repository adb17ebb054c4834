/* The technician's part of the script's language: weights, a foot that rests, a roller.
 * Does not carry anything out.
 * Follows stance-sim(1), SCRIPT. */
#ifndef STANCE_HW_SIM_TIMELINE_LOAD_H
#define STANCE_HW_SIM_TIMELINE_LOAD_H

#include "hw/sim/timeline.h"

/* Is this kind of event the technician's? */
bool timeline_load_is_one(enum timeline_kind kind);

/* Understand the words behind such a verb (event->kind). Returns NULL, or what is wrong. */
const char *timeline_load_parse(char *words[], int n, struct timeline_event *event);

/* Check a sorted timeline: a weight comes before it changes or goes, and does not come twice.
 * Returns 0, or -EINVAL with a sentence in `message`. */
int timeline_load_check(const struct timeline *timeline, char *message, size_t size);

#endif
