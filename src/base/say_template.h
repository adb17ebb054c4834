/* A sentence that was made from a template with words in braces ("your {side} leg"), in the reader's language.
 * A document carries the finished English sentence, and a signed one nothing else: so it is laid beside its
 * template, the words are taken out, and the translated template is filled with them. */
#ifndef STANCE_BASE_SAY_TEMPLATE_H
#define STANCE_BASE_SAY_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* Write `text` in the language. Returns false where it does not fit the template: then it is copied as it is. */
bool say_template(const char *template, const char *text, char *out, size_t size);

#endif
