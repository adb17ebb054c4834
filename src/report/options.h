/* The command line of stance-report.
 * Does not act on it.
 * Follows stance-report(1). */
#ifndef STANCE_REPORT_OPTIONS_H
#define STANCE_REPORT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* NULL where not given; strings are argv's. */
struct options {
	const char
		*calibration; /* an id of this station, a beginning of one, or a file */
	int64_t trial, visit; /* 0: not given */
	bool for_patient;     /* sentences, no figures */
	const char *output;
	const char *state_dir;
};

/* Parse; --help and --version print and exit 0, a mistake prints a sentence and exits 2. */
void options_parse(struct options *options, int argc, char **argv);

#endif
