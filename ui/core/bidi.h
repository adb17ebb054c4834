/* A line of text in the order in which it is seen: runs that are each read one way.
 * Does not shape or measure: the backend does.
 * Follows the Unicode bidirectional algorithm (UAX 9), by FriBidi. */
#ifndef STANCE_UI_CORE_BIDI_H
#define STANCE_UI_CORE_BIDI_H

#include <stdbool.h>
#include <stdint.h>

/* More in one line are shown as they are written. */
#define BIDI_MAX_RUNS 24

/* Bytes of the text, in the order they are written. `script` is an ISO 15924 code, for shaping. */
struct bidi_run {
	uint16_t from, n;
	bool rtl;
	const char *script;
};

/* Split a line of UTF-8, `rtl` where the language runs from the right. Returns how many runs it
 * has, from the left as they are seen; one if nothing in it runs from the right. */
int bidi_split(const char *text, bool rtl, struct bidi_run runs[BIDI_MAX_RUNS]);

#endif
