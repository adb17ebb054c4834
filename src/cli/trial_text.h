/* A trial as a person reads it: verdict and reasons first, then the headline metrics with units.
 * Does not ask for anything: it is given a parsed stance.trial/1.
 * Labels, units and decimals are those of metrics.h. */
#ifndef STANCE_CLI_TRIAL_TEXT_H
#define STANCE_CLI_TRIAL_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct cli;
struct json_t;

/* Print a summary, with `all` every metric that was measured. */
void trial_text_print(const struct cli *cli, const struct json_t *trial, bool all);

/* Print a listing: the "trials" of a stance.trials/1 or a stance.visit/1. */
void trial_text_list(const struct cli *cli, const struct json_t *trials);

/* Return true if `key` is one of the words of `keys`. */
bool trial_text_is_among(const char *keys, const char *key);

#endif
