#include "src/report/options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/version.h"
#include "src/report/paper.h"

#define EXIT_USAGE 2 /* stance-report(1), "Exit status" */

static const struct argp_option the_options[] = {
	{ "calibration", 'c', "ID", 0,
		"the certificate of this calibration: its id, the beginning of it, or "
		"a file",
		0 },
	{ "trial", 't', "ID", 0, "the body loading sheet of a trial", 0 },
	{ "visit", 'v', "ID", 0, "the same of a visit's means, with its findings", 0 },
	{ "audience", 'a', "patient|clinician", 0,
		"for whom: sentences alone, or figures too (default clinician)", 0 },
	{ "output", 'o', "FILE", 0,
		"write to this .pdf, .png or .svg; else calibration-ID.pdf here", 0 },
	{ "state-dir", 'd', "DIR", 0, "where the station keeps its data", 0 },
	{ 0 },
};

static int64_t parse_id(const char *text, struct argp_state *state)
{
	char *end;
	long long id = strtoll(text, &end, 10);

	if (end == text || *end || id < 1)
		argp_error(state, "\"%s\" is no number of a trial or visit.", text);
	return id;
}

static error_t on_option(int key, char *value, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		o->calibration = value;
		return 0;
	case 't':
		o->trial = parse_id(value, state);
		return 0;
	case 'v':
		o->visit = parse_id(value, state);
		return 0;
	case 'a':
		o->for_patient = strcmp(value, "patient") == 0;
		if (!o->for_patient && strcmp(value, "clinician") != 0)
			argp_error(state, "--audience %s: say patient or clinician.",
				value);
		return 0;
	case 'o':
		o->output = value;
		if (paper_format_of(value) == PAPER_N_FORMATS)
			argp_error(state,
				"\"%s\" does not end in .pdf, .png or .svg, which says "
				"what to "
				"write.",
				value);
		return 0;
	case 'd':
		o->state_dir = value;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state,
			"\"%s\" is not expected here; say --calibration %s for a "
			"certificate.",
			value, value);
		return EINVAL;
	case ARGP_KEY_END:
		if ((o->calibration != NULL) + (o->trial > 0) + (o->visit > 0) != 1)
			argp_error(state,
				"say what to report, one of --trial ID, --visit ID and "
				"--calibration ID.");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = { .options = the_options,
		.parser = on_option,
		.doc = "Reports of Stance on paper: A4 as PDF, PNG or SVG.\v"
		       "See stance-report(1)." };

	argp_program_version = "stance-report " STANCE_VERSION;
	argp_err_exit_status = EXIT_USAGE;
	*options = (struct options){ .calibration = NULL };
	argp_parse(&argp, argc, argv, 0, NULL, options);
}
