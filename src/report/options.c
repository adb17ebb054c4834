#include "src/report/options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/version.h"
#include "src/report/paper.h"
#include "src/report/say.h"

/* Chosen: a thumbnail; 35 MB of picture for a sheet. */
#define LEAST_DPI 50
#define MOST_DPI  300

#define EXIT_USAGE 2 /* stance-report(1), "Exit status" */

enum {
	OPTION_REVISION = 256,
	OPTION_PAGE,
	OPTION_PREVIEW,
	OPTION_BODY,
	OPTION_DPI,
	OPTION_COUNT,
	OPTION_SOCKET,
};

static const struct argp_option the_options[] = {
	{ "trial", 't', "ID", 0, "the report of a trial", 0 },
	{ "visit", 'v', "ID", 0, "of a visit: as it was signed, else a draft", 0 },
	{ "document", 'j', "FILE", 0, "of a signed document, as report.get gives it",
		0 },
	{ "calibration", 'c', "ID", 0,
		"the certificate of this calibration: its id, the beginning of it, or "
		"a file",
		0 },
	{ "audience", 'a', "patient|clinician", 0,
		"for whom: a page of plain words, or two of figures (default "
		"clinician)",
		0 },
	{ "body", OPTION_BODY, NULL, 0,
		"the body loading picture alone, from behind and from the side", 0 },
	{ "output", 'o', "FILE", 0,
		"write to this .pdf, .png or .svg; else visit-ID.pdf and the like here",
		0 },
	{ "language", 'l', "LANG", 0, "en or de; else as the environment says", 0 },
	{ "revision", OPTION_REVISION, "N", 0,
		"this version of a signed visit; else the newest", 0 },
	{ "page", OPTION_PAGE, "N", 0, "of PNG and SVG this sheet alone", 0 },
	{ "preview", OPTION_PREVIEW, NULL, 0,
		"quickly, for a screen: one sheet as PNG, the first without --page",
		0 },
	{ "dpi", OPTION_DPI, "N", 0,
		"of a preview: dots an inch, 50 to 300 (default 100)", 0 },
	{ "count", OPTION_COUNT, NULL, 0,
		"of a preview: say on a second line how many sheets there are", 0 },
	{ "print", 'p', "PRINTER", OPTION_ARG_OPTIONAL,
		"print it through CUPS, on the usual printer without a name", 0 },
	{ "socket", OPTION_SOCKET, "PATH", OPTION_ARG_OPTIONAL,
		"ask the daemon, there, instead of reading the store", 0 },
	{ "state-dir", 'd', "DIR", 0, "where the station keeps its data", 0 },
	{ 0 },
};

/* The ids of a store are far below this, and its methods take none above. */
#define MOST_ID (INT64_MAX / 2)

static int64_t parse_number(
	const char *text, int64_t most, const char *what, struct argp_state *state)
{
	char *end;
	long long number = strtoll(text, &end, 10);

	if (end == text || *end || number < 1 || number > most)
		argp_error(state, "\"%s\" is no number of a %s.", text, what);
	return number;
}

static void check_language(const char *language, struct argp_state *state)
{
	if (say_init(language) != 0)
		argp_error(state,
			"--language %s: there is no catalogue of that language here.",
			language);
}

/* What cannot go together. */
static void check_all(struct options *o, struct argp_state *state)
{
	if ((o->calibration != NULL) + (o->document != NULL) + (o->trial > 0) +
			(o->visit > 0) !=
		1)
		argp_error(state, "say what to report, one of --trial ID, --visit ID, "
				  "--document FILE and --calibration ID.");
	if (o->revision && !o->visit)
		argp_error(
			state, "--revision is of a signed visit: say --visit ID too.");
	if (o->is_preview && o->page == 0)
		o->page = 1;
	if (o->is_preview && o->output && paper_format_of(o->output) != PAPER_PNG)
		argp_error(state, "--preview writes a .png.");
	if ((o->dpi || o->is_counted) && !o->is_preview)
		argp_error(state, "--dpi and --count are of a --preview.");
	if (o->dpi && (o->dpi < LEAST_DPI || o->dpi > MOST_DPI))
		argp_error(state, "--dpi is from %d to %d.", LEAST_DPI, MOST_DPI);
	if (o->is_counted && o->is_body)
		argp_error(state, "--body is one sheet.");
	if (o->socket && (o->calibration || o->document || o->state_dir))
		argp_error(state, "--socket is for --visit and --trial, without "
				  "--state-dir.");
	if (o->page && !o->is_preview &&
		(!o->output || paper_format_of(o->output) == PAPER_PDF))
		argp_error(state, "--page is for .png and .svg: say -o FILE.png.");
	if (o->calibration &&
		(o->page || o->is_preview || o->for_patient || o->is_body))
		argp_error(state, "a certificate has no --page, --preview, --body or "
				  "--audience patient.");
	if (o->is_body && o->for_patient)
		argp_error(state, "--body is for the clinician: it shows figures.");
	if (o->is_printed &&
		(o->page || o->is_preview ||
			(o->output && paper_format_of(o->output) != PAPER_PDF)))
		argp_error(state, "--print prints a whole PDF.");
}

static error_t on_option(int key, char *value, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		o->calibration = value;
		return 0;
	case 't':
		o->trial = parse_number(value, MOST_ID, "trial", state);
		return 0;
	case 'v':
		o->visit = parse_number(value, MOST_ID, "visit", state);
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
	case 'j':
		o->document = value;
		return 0;
	case 'l':
		o->language = value;
		check_language(value, state);
		return 0;
	case 'p':
		o->is_printed = true;
		o->printer = value;
		return 0;
	case OPTION_REVISION:
		o->revision = (int)parse_number(value, 1000000, "version", state);
		return 0;
	case OPTION_PAGE:
		o->page = (int)parse_number(value, 1000, "page", state);
		return 0;
	case OPTION_DPI:
		o->dpi = (int)parse_number(value, 1000000, "dots", state);
		return 0;
	case OPTION_COUNT:
		o->is_counted = true;
		return 0;
	case OPTION_BODY:
		o->is_body = true;
		return 0;
	case OPTION_PREVIEW:
		o->is_preview = true;
		return 0;
	case OPTION_SOCKET:
		o->socket = value ? value : "";
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
		check_all(o, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void report_options_parse(struct options *options, int argc, char **argv)
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
