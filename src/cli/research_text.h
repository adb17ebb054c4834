/* The research view: the frontal moment of the knees, and why nobody is shown it elsewhere.
 * Follows docs/clinical-basis.md, equation (8). */
#ifndef STANCE_CLI_RESEARCH_TEXT_H
#define STANCE_CLI_RESEARCH_TEXT_H

#include <stdio.h>

#include "src/base/jsonw.h"
#include "src/core/trial/record.h"

void research_text_print(FILE *out, const struct trial_record *record);

/* Write the document stance.research/1. */
void research_text_put(struct jsonw *w, const struct trial_record *record);

#endif
