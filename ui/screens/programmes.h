/* The clinician's way to a training: which programme (`programmes`), and arming the station with it (`arm`).
 * Does not train anybody: the daemon does, and the patient's screen shows it.
 * Follows docs/screens.md ("Training") and docs/training.md. */
#ifndef STANCE_UI_SCREENS_PROGRAMMES_H
#define STANCE_UI_SCREENS_PROGRAMMES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The name of a programme and what it is, in the language, by its key; of a key that is not known here, "own". */
const char *programmes_title(const char *key);
const char *programmes_what(const char *key);

/* Of a stance.training-programme/1: minutes of exercise; whether an exercise of it is done with closed eyes. */
double programmes_minutes(const json_t *programme);
bool programmes_is_blind(const json_t *programme);

/* Return the programme of that key in a stance.training-programmes/1; NULL if there is none. */
const json_t *programmes_find(const json_t *table, const char *key);

#endif
