/* The command line of stance-report.
 * Does not act on it.
 * Follows stance-report(1). */
#ifndef STANCE_REPORT_OPTIONS_H
#define STANCE_REPORT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* NULL and 0 where not given; strings are argv's. */
struct options {
	const char
		*calibration; /* an id of this station, a beginning of one, or a file */
	int64_t trial, visit;
	const char *document; /* a file with a stance.report/1 */
	int revision;         /* of a signed visit */
	bool for_patient;
	bool is_body; /* the body loading picture alone */
	const char *output;
	const char *language;
	int page;
	bool is_preview;
	int dpi;         /* of a preview, 0: the usual */
	bool is_counted; /* say how many sheets there are */
	bool is_printed;
	const char *printer; /* NULL: the usual one */
	const char *state_dir;
	const char *socket; /* ask the daemon there; "": at the usual place */
};

/* Parse; --help and --version print and exit 0, a mistake prints a sentence and exits 2. */
void report_options_parse(struct options *options, int argc, char **argv);

#endif
