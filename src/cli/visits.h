/* All visits of a person, or of everybody, page after page.
 * Does not print them. Follows docs/api.md (visit.list). */
#ifndef STANCE_CLI_VISITS_H
#define STANCE_CLI_VISITS_H

struct cli;
struct source;
struct json_t;

/* Append every visit of `patient` (NULL: everybody's), the newest first, to the array `all`. Returns
 * CLI_OK or an exit code, said. */
int visits_collect(struct cli *cli, struct source *source, const char *patient,
	struct json_t *all);

#endif
