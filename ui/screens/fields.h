/* The fields of a patient's card: which there are, what may be in them, how they are said and typed. Knows
 * no screen.
 * Follows docs/api.md ("stance.patient/1", "Words") and clinical.md 7 for what is asked. */
#ifndef STANCE_UI_SCREENS_FIELDS_H
#define STANCE_UI_SCREENS_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "ui/core/units_text.h"

enum field_kind {
	FIELD_CHOICE, /* one of `words` */
	FIELD_YEAR,
	FIELD_STATURE, /* kept in metres, typed in cm or in */
	FIELD_MASS,    /* kept in kg, typed in kg or lb */
	FIELD_DEGREES,
	FIELD_CHECKS, /* any of `words`; an empty list is asked and none, null is not asked */
	FIELD_TEXT,
};

/* What is chosen among: the member's word, and the msgid. */
struct field_word {
	const char *word, *text;
};

struct field {
	const char *key;   /* the member of stance.patient/1 */
	const char *label; /* msgid */
	enum field_kind kind;
	double low, high; /* as kept */
	const struct field_word *words;
	int n_words;
	bool sides; /* its words come in pairs, left and right */
};

#define FIELDS_N 13
/* Texts as the daemon takes them. */
#define FIELDS_TEXT_BYTES 500

/* Return field `index`; the one of that key, NULL if there is none. */
const struct field *fields_at(int index);
const struct field *fields_find(const char *key);

/* Return a word of a field or list in the language; an unknown one as it came. */
const char *fields_word(const char *word);

/* What a patient's document says of a field, in the language; a dash for what is not known. */
void fields_say(const struct field *f, const json_t *patient, char *out, size_t size);

/* A number as kept, as it is typed and shown without its unit ("" for NaN), and back. `fields_unit` is
 * "" for what has none. */
void fields_shown(const struct field *f, double kept, char *out, size_t size);
double fields_kept(const struct field *f, double typed);
const char *fields_unit(const struct field *f);

#endif
