/* What is stored, as files for other programs: series as CSV with a JSON file beside each that says
 * what the columns are, documents as JSON, raw frames as recordings.
 * Does not decide what is exported.
 * Follows stance(1) ("trial export") and RFC 4180; numbers have a point, absent ones are empty. */
#ifndef STANCE_CLI_EXPORT_H
#define STANCE_CLI_EXPORT_H

#include <stddef.h>

struct source;
struct cli;

/* Make the folder, if need be. Returns CLI_OK or an exit code, said. */
int export_folder(const struct cli *cli, const char *dir);

/* Write `n` bytes to DIR/NAME, whole or not at all; an older file of that name is replaced. Returns
 * CLI_OK or an exit code, said. */
int export_file(const struct cli *cli, const char *dir, const char *name,
	const char *bytes, size_t n);

/* Write DIR/trial-ID.csv and DIR/trial-ID.json; `n_rows` is how long the table became. */
int export_trial(const struct cli *cli, struct source *source, long long id,
	const char *dir, int *n_rows);

/* Write DIR/trial-ID.srec, the recording with the raw frames. */
int export_raw(
	const struct cli *cli, struct source *source, long long id, const char *dir);

#endif
