/* What the pre-check says of each part, in words of the language and units in force, from the numbers of
 * stance.precheck/1: the daemon's own sentence only where there is no other.
 * Follows docs/api.md ("stance.precheck/1") and docs/screens.md ("Words"). */
#ifndef STANCE_UI_SCREENS_PRECHECK_WORDS_H
#define STANCE_UI_SCREENS_PRECHECK_WORDS_H

#include <jansson.h>
#include <stddef.h>

enum precheck_part {
	PRECHECK_MAT,
	PRECHECK_ZERO,
	PRECHECK_WEIGHT,
	PRECHECK_PLACEMENT,
	PRECHECK_CALIBRATION,
	PRECHECK_N_PARTS,
};

enum precheck_state {
	PRECHECK_GOOD,
	PRECHECK_WAITING, /* for somebody to stand there */
	PRECHECK_CHECK,   /* to be looked at */
	PRECHECK_BAD,
};

/* Return the part's name (a msgid), its state in a document, and write what is said of it. */
const char *precheck_name(enum precheck_part part);
enum precheck_state precheck_state(const json_t *document, enum precheck_part part);
void precheck_say(
	const json_t *document, enum precheck_part part, char *out, size_t size);

#endif
