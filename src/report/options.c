#include "src/report/options.h"

#include <argp.h>
#include <errno.h>

#include "src/base/version.h"
#include "src/report/paper.h"

#define EXIT_USAGE 2 /* stance-report(1), "Exit status" */

static const struct argp_option the_options[] = {
	{ "calibration", 'c', "ID", 0,
		"the certificate of this calibration: its id, the beginning of it, or "
		"a file",
		0 },
	{ "output", 'o', "FILE", 0,
		"write to this .pdf, .png or .svg; else calibration-ID.pdf here", 0 },
	{ "state-dir", 'd', "DIR", 0, "where the station keeps its data", 0 },
	{ 0 },
};

static error_t on_option(int key, char *value, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		o->calibration = value;
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
		if (!o->calibration)
			argp_error(
				state, "say what to report: --calibration ID or FILE.");
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
