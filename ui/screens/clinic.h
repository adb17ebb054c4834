/* What the clinician's screens of a visit share: members of documents, words of the card, rows of
 * patients. Knows no screen.
 * Follows docs/api.md ("The clinic"). */
#ifndef STANCE_UI_SCREENS_CLINIC_H
#define STANCE_UI_SCREENS_CLINIC_H

#include <jansson.h>

#include "ui/app/view.h"
#include "ui/core/parts.h"

#define CLINIC_LINE_BYTES 400

/* Return a text member, "" if it is absent or null. Borrowed from `document`. */
const char *clinic_text(const json_t *document, const char *key);

/* Write a sentence of the daemon's, a member of a document or of a list (NULL: ""), in the language of the screen.
 * Returns `out`. */
const char *clinic_sentence(const json_t *value, char *out, size_t size);

/* Return a number, NaN if it is absent or null; a whole number, 0 likewise. */
double clinic_number(const json_t *document, const char *key);
int64_t clinic_int(const json_t *document, const char *key);

/* The same of a text (ui/app/said.h). */
const char *clinic_said(const char *english);

/* The day of an ISO 8601 time as the language writes it; "" for "". */
void clinic_day(const char *iso, char *text, size_t size);

/* Words of the card's lists (`pain_sites`, `red_flags`) in the language, joined: "not asked" for
 * null, "none" for the empty list. Unknown words are shown as they came. */
void clinic_words(const json_t *list, char *text, size_t size);

/* A screen of a patient is given "CODE", or "CODE\nPLAN" where a plan waits on the worklist. Return the
 * part's copy in `out` ("" where there is none). */
const char *clinic_code_of(const char *arg, char *out, size_t size);
const char *clinic_plan_of(const char *arg, char *out, size_t size);

/* What is worn, named somewhere in a text: the number of its word, from 0; -1: nothing. And that word. */
int clinic_footwear_of(const char *text);
const char *clinic_footwear(int number);

/* The name of a plan of visits by its key; `title` for one that is not known here. */
const char *clinic_plan_name(const char *key, const char *title);

/* A row of a list of patients: the code, where there is room what it is about, at the end what is to be
 * known first. */
struct clinic_row {
	const char *code, *detail, *note;
	bool caution; /* of the note */
};
void clinic_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct clinic_row *row);

/* A line that ends in "…" where it is too long for `r`: of what can be seen whole elsewhere. */
void clinic_part_draw(struct ui *ui, const struct draw_style *style, struct rect r,
	uint32_t color, const char *text);

/* The least that a page of a list with its two buttons needs. */
int clinic_page_height(const struct view *v);

/* The height of two rows; and whether a list of so many leaves two lines for words below it, with the dots of those that are
 * read in parts. */
int clinic_rows_height(const struct view *v);
bool clinic_has_words_room(struct view *v, struct rect r);

#endif
