#include <argp.h>
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/patient_card.h"
#include "src/cli/patient_export.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"

#define PAGE 100 /* patients in one answer */

struct request {
	struct cli *cli;
	const char *code, *out;
};

enum { KEY_OUT = 0x200 };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	if (key == KEY_OUT)
		r->out = value;
	else if (key == ARGP_KEY_ARG && !r->code)
		r->code = value;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static int parse(struct request *r, const struct argp *argp, int argc, char **argv)
{
	int parsed = cli_parse(r->cli, argp, argc, argv, r);

	if (parsed != 0 || (r->code && *r->code))
		return parsed;
	cli_error(r->cli, "say whose: the patient's code");
	return -EINVAL;
}

/* --- what is sent -------------------------------------------------------------------------- */

/* NULL, said, if the code cannot be sent. */
static json_t *make_params(struct request *r)
{
	json_t *params = json_object();

	if (members_set_text(params, "code", r->code) == 0)
		return params;
	cli_error(r->cli, "the words of this command must be valid UTF-8");
	json_decref(params);
	return NULL;
}

/* --- list ---------------------------------------------------------------------------------- */

static int collect(struct source *source, json_t *all)
{
	bool more = true;

	while (more) {
		const json_t *last = json_array_get(all, json_array_size(all) - 1),
			     *page;
		json_t *params = json_pack("{sssi}", "after",
			last ? members_text(last, "code") : "", "limit", PAGE);
		int code = source_call(source, "patient.list", params);

		if (code != CLI_OK)
			return code;
		page = json_object_get(source_json(source), "patients");
		more = json_is_true(json_object_get(source_json(source), "more")) &&
		       json_array_size(page) > 0;
		json_array_extend(all, (json_t *)page);
	}
	return CLI_OK;
}

static void print_list(const struct cli *cli, json_t *all)
{
	json_t *document;

	if (cli->json) {
		document = json_pack(
			"{sssO}", "schema", "stance.patients/1", "patients", all);
		json_dumpf(document, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(17));
		fputc('\n', cli->out);
		json_decref(document);
		return;
	}
	if (json_array_size(all) == 0)
		cli_note(cli, "no patients");
	for (size_t i = 0; i < json_array_size(all); i++)
		patient_card_line(cli, json_array_get(all, i));
}

static int patient_list(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .doc = "List the patients by their codes." };
	struct source *source = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);
	json_t *all;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_open(cli, false, &source);
	if (code != CLI_OK)
		return code;
	all = json_array();
	code = collect(source, all);
	if (code == CLI_OK)
		print_list(cli, all);
	json_decref(all);
	source_close(source);
	return code;
}

/* --- export, erase ------------------------------------------------------------------------- */

static const struct argp_option export_options[] = {
	{ "out", KEY_OUT, "DIR", 0, "The folder to write to, made if need be", 0 },
	{ 0 },
};

static int patient_export(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = export_options,
		.parser = parse_option,
		.args_doc = "CODE --out DIR",
		.doc = "Write everything that is stored of a patient: patient.json, "
		       "visits, and of each trial its result, its series as CSV and "
		       "its recording.",
	};
	struct request r = { .cli = cli };
	int parsed = parse(&r, &argp, argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.out) {
		cli_error(cli, "say where to: --out DIR");
		return CLI_USAGE;
	}
	return patient_export_all(cli, r.code, r.out);
}

/* On a terminal the code is typed once more: a y is typed too easily. */
static int confirm_erasure(struct cli *cli, const char *code)
{
	char answer[128] = "";

	if (cli->yes)
		return CLI_OK;
	if (!cli->in_is_terminal) {
		cli_error(cli,
			"this erases everything of patient %s for ever: say "
			"--yes if it is meant",
			code);
		return CLI_USAGE;
	}
	fprintf(cli->err,
		"This erases patient %s with all visits, trials and recordings, for "
		"ever.\nType the code to go on: ",
		code);
	fflush(cli->err);
	if (fgets(answer, sizeof(answer), cli->in))
		answer[strcspn(answer, "\n")] = '\0';
	if (strcmp(answer, code) == 0)
		return CLI_OK;
	cli_note(cli, "nothing was erased");
	return CLI_CANCELLED;
}

static int patient_erase(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "CODE",
		.doc = "Erase a patient with all visits, trials and recordings, for "
		       "ever.\v"
		       "On a terminal the code must be typed once more; elsewhere it "
		       "needs --yes. The audit log keeps only that it happened.",
	};
	struct request r = { .cli = cli };
	struct source *source = NULL;
	int parsed = parse(&r, &argp, argc, argv);
	json_t *params;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = confirm_erasure(cli, r.code);
	if (code != CLI_OK)
		return code;
	params = make_params(&r);
	if (!params)
		return CLI_USAGE;
	json_object_set_new(params, "confirm", json_true());
	code = source_ask(cli, true, "patient.erase", params, &source);
	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK)
		cli_note(cli, "patient %s is erased", r.code);
	source_close(source);
	return code;
}

int verb_patient(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "add", "CODE: a new one", patient_add },
		{ "update", "CODE: what is known of one", patient_update },
		{ "list", "all of them", patient_list },
		{ "find", "[PART]: those whose code holds it", patient_find },
		{ "get", "CODE: the card of one", patient_get },
		{ "show", "CODE: one of them, and what changed", patient_show },
		{ "export", "CODE --out DIR: everything of one, as files",
			patient_export },
		{ "erase", "CODE: forget one for ever", patient_erase },
		{ NULL },
	};

	return subverb_run(cli, subverbs,
		"Patients, under codes that only the clinic can turn into names.", argc,
		argv);
}
