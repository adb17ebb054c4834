/* A visit as a person reads it: its trials, the means with intervals, ratios, what comes next.
 * Does not ask for anything: it is given a parsed stance.visit/1.
 * Labels, units and decimals are those of metrics.h. */
#ifndef STANCE_CLI_VISIT_TEXT_H
#define STANCE_CLI_VISIT_TEXT_H

struct cli;
struct json_t;

/* Print a visit; of each protocol the main metrics, with --verbose all that have a mean. */
void visit_text_print(const struct cli *cli, const struct json_t *visit);

/* Print only what visit it is and its trials. */
void visit_text_head(const struct cli *cli, const struct json_t *visit);

#endif
