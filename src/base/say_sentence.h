/* A finished English sentence of a document in the reader's language.
 * Documents carry sentences with their numbers in them, as the daemon made them from printf's templates; the catalogue
 * knows the templates. The sentence is laid beside each, the words are taken out, and the translated template is filled
 * with them. What fits none is said as it is.
 * The formats of translations may name their arguments ("%2$s"). */
#ifndef STANCE_BASE_SAY_SENTENCE_H
#define STANCE_BASE_SAY_SENTENCE_H

#include <stddef.h>

/* Write the sentence into `out`; returns it. */
const char *say_sentence(char *out, size_t size, const char *text);

#endif
