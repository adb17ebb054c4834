/* Findings and model ranges as sentences. Says nothing of its own: rules and numbers are the daemon's. */
#ifndef STANCE_UI_SCREENS_FINDINGS_WORDS_H
#define STANCE_UI_SCREENS_FINDINGS_WORDS_H

#include <jansson.h>
#include <stddef.h>

#define FINDINGS_TEXT_BYTES 640

/* Each writes into `out` and returns it; "" where nothing is known. */

/* The sentence of a finding. */
const char *findings_say(const json_t *finding, char *out, size_t size);

/* How far the pelvis may be shifted, and to which side; what the back may carry more. */
const char *findings_pelvis(const json_t *range, char *out, size_t size);
const char *findings_back(const json_t *range, char *out, size_t size);

/* The test that is proposed, and why. */
const char *findings_next(const json_t *next, char *out, size_t size);

/* One condition of a finding's `why`: "lateral offset: 17.2 mm (at least 15)". */
const char *findings_condition(const json_t *condition, char *out, size_t size);

/* What a grade means. */
const char *findings_grade(const char *grade);

#endif
