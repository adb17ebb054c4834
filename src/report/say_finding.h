/* Findings in the reader's language: their English sentences are made in src/core/findings from templates. */
#ifndef STANCE_REPORT_SAY_FINDING_H
#define STANCE_REPORT_SAY_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "src/core/findings/findings.h"

/* Write the sentence of rule `id` for an audience. Returns false where it was left as it is. */
bool say_finding(const char *id, enum finding_audience audience, const char *text,
	char *out, size_t size);

#endif
