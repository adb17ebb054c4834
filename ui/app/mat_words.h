/* What the screens say of the mat: states and flags as sentences a stranger understands.
 * Does not measure or place.
 * Follows docs/screens.md ("Words"): what is so, then what to do; no diagnosis, no jargon. */
#ifndef STANCE_UI_APP_MAT_WORDS_H
#define STANCE_UI_APP_MAT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/model/model.h"

/* The headline of a state that is not live, and what to do about it. */
const char *mat_words_state(enum model_state state);
const char *mat_words_brief(
	enum model_state state); /* two words at most, for a narrow strip */
const char *mat_words_remedy(const struct model *m, enum model_state state);

/* Both in one line, for a terminal: "Mat lost. Check the cable at both ends." */
void mat_words_no_data(
	const struct model *m, enum model_state state, char *out, size_t size);

/* The headline on the patient's screen: about five words. */
const char *mat_words_patient(enum model_state state);

/* The state of the mat for the top strip, `variant` 0 the longest; returns false past the
 * shortest. */
bool mat_words_strip(const struct model *m, enum model_state state, int variant,
	char *out, size_t size);

/* The most important of the flags as a sentence, NULL if there is nothing to say; `*n_more`
 * receives how many others were left unsaid. */
const char *mat_words_flags(uint32_t flags, bool facing_back, int *n_more);

/* Return the expanded uncertainty of a number that is shown in steps of `step`: rounding (and the
 * little that a shown number lags, see parts_settle()) is part of what a reader must allow for.
 * A rectangular part of half-width 0.6 steps, k = 2. All in the unit shown; NaN stays NaN. */
double mat_words_shown_u95(double u95, double step);

/* An uncertainty in words: "±1.2 points", rounded up, or that it is unknown and why. `u95` is in
 * `unit`. `variant` 0 is the longest, 1 a shorter one; returns false past the shortest. */
bool mat_words_u95(double u95, int decimals, const char *unit, bool uncalibrated,
	int variant, char *out, size_t size);

#endif
