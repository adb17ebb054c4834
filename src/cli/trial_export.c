/* `stance trial export`: one trial for other programs. */
#include <argp.h>
#include <errno.h>
#include <string.h>

#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/export.h"
#include "src/cli/subverb.h"
#include "src/cli/trials.h"

struct request {
	struct cli *cli;
	long long id;
	const char *format, *out;
};

enum { KEY_FORMAT = 0x200, KEY_OUT };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_FORMAT:
		r->format = value;
		return 0;
	case KEY_OUT:
		r->out = value;
		return 0;
	case ARGP_KEY_ARG:
		return r->id ? ARGP_ERR_UNKNOWN
			     : subverb_parse_id(r->cli, "trial", value, &r->id);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "format", KEY_FORMAT, "csv", 0, "What to write; csv is what there is", 0 },
	{ "out", KEY_OUT, "DIR", 0, "The folder to write to, made if need be", 0 },
	{ 0 },
};

static const struct argp export_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "ID --format csv --out DIR",
	.doc = "Write a trial's series as DIR/trial-ID.csv, one row a frame, and "
	       "beside "
	       "it trial-ID.json, which says what the columns are and holds the "
	       "result.\v"
	       "Numbers have a decimal point in every language; absent ones are "
	       "empty. stance analyze cop reads the table.",
};

static int check(const struct request *r)
{
	static const char *const later[] = { "edf", "fhir", "gdt" };

	if (!r->id || !r->out) {
		cli_error(r->cli,
			"say which trial and where to: stance trial export ID "
			"--format csv --out DIR");
		return CLI_USAGE;
	}
	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (strcmp(r->format, later[i]) == 0) {
			cli_error(r->cli,
				"format %s comes with a later version; --format csv is "
				"what there is",
				r->format);
			return CLI_USAGE;
		}
	if (strcmp(r->format, "csv") == 0)
		return CLI_OK;
	cli_error(r->cli, "there is no format \"%s\"; say --format csv", r->format);
	return CLI_USAGE;
}

static int write_files(struct request *r)
{
	struct source *source = NULL;
	int n_rows = 0;
	int code = source_open(r->cli, false, &source);

	if (code == CLI_OK)
		code = export_folder(r->cli, r->out);
	if (code == CLI_OK)
		code = export_trial(r->cli, source, r->id, r->out, &n_rows);
	if (code == CLI_OK && r->cli->json)
		fprintf(r->cli->out,
			"{\"schema\":\"stance.exported/1\",\"rows\":%d,\"files\":["
			"\"trial-%lld.csv\",\"trial-%lld.json\"]}\n",
			n_rows, r->id, r->id);
	else if (code == CLI_OK)
		cli_note(r->cli,
			"%s/trial-%lld.csv: %d rows; trial-%lld.json describes "
			"them",
			r->out, r->id, n_rows, r->id);
	source_close(source);
	return code;
}

int trial_export(struct cli *cli, int argc, char **argv)
{
	struct request r = { .cli = cli, .format = "csv" };
	int parsed = cli_parse(cli, &export_argp, argc, argv, &r);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = check(&r);
	return code != CLI_OK ? code : write_files(&r);
}
