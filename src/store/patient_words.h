/* The words that a patient's card knows: where it hurts, what must make one cautious, how a knee stands.
 * Does not judge.
 * Follows docs/api.md ("The clinic"): a list is words with a blank between, each once; "" not asked, "none". */
#ifndef STANCE_STORE_PATIENT_WORDS_H
#define STANCE_STORE_PATIENT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum patient_words { PATIENT_PAIN_SITES, PATIENT_RED_FLAGS, PATIENT_KNEE_AXES };

#define PATIENT_NONE "none" /* asked, and there is nothing */

/* Return word `index` of a list, NULL past its end. */
const char *patient_word_at(enum patient_words list, size_t index);

/* Return whether `text` is "" or one of the words; or "", "none" or some of them. */
bool patient_word_ok(enum patient_words list, const char *text);
bool patient_words_ok(enum patient_words list, const char *text);

/* Return whether the words hold this one. */
bool patient_words_have(const char *words, const char *word);

#endif
