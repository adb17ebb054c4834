/* The parts that report_read.c is made of. Private to it and to origin.c. */
#ifndef STANCE_REPORT_REPORT_PARTS_H
#define STANCE_REPORT_REPORT_PARTS_H

#include <jansson.h>

#include "src/report/report.h"

/* Conditions and ratios: of the document's visit, or of its one trial. */
void report_read_visit(const json_t *document, struct report *out);
void report_read_single(const json_t *document, struct report *out);

/* What both need: a "condition"; of a stance.sway/1 the norms, and what the calibration leaves on the values that are
 * there already. */
void report_read_condition(const json_t *condition, struct report_group *g);
void report_read_sway(const json_t *sway, struct report_group *g);

/* Findings, gates, card, what comes next and the ranges of a stance.visit/1 or stance.trial/1. */
void report_read_conclusions(const json_t *from, struct report *out);

/* The picture, the path and the outline of one trial. Returns 0 or -ENOMEM; damaged ones are not there. */
int report_read_picture(const json_t *document, struct report *out);

#endif
