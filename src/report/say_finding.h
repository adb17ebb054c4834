/* Findings in the reader's language.
 * Their English sentences are made in src/core/findings from templates with words in braces; a document carries the
 * finished sentence, and a signed one nothing else. So the sentence is laid beside its template, the words are taken
 * out, and the translated template is filled with them. What fits no template is said as it is. */
#ifndef STANCE_REPORT_SAY_FINDING_H
#define STANCE_REPORT_SAY_FINDING_H

#include <stddef.h>

#include "src/core/findings/findings.h"

/* Write the sentence of rule `id` for an audience. Returns false where it was left as it is. */
bool say_finding(const char *id, enum finding_audience audience, const char *text,
	char *out, size_t size);

#endif
