/* stance report: signed reports. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/form.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/source.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"
#include "src/export/frozen.h"

#define OPERATOR_SIZE 128

static void print_version(const struct cli *cli, const json_t *v)
{
	const char *comment = members_text(v, "comment");
	char at[24];

	fprintf(cli->out, "visit %.0f of %s, version %.0f: signed %s by %s (%s)%s\n",
		members_number(v, "visit"), members_text(v, "patient"),
		members_number(v, "version"),
		phrases_minute(members_text(v, "signed_at"), at, sizeof(at)),
		members_text(v, "operator"), members_text(v, "by"),
		json_is_true(json_object_get(v, "superseded")) ? ", superseded" : "");
	if (cli->verbose)
		fprintf(cli->out, "  %.0f bytes, SHA-256 %s\n",
			members_number(v, "bytes"), members_text(v, "sha256"));
	if (*comment)
		fprintf(cli->out, "  %s\n", comment);
}

static void print_list(const struct cli *cli, const json_t *page)
{
	const json_t *reports = json_object_get(page, "reports");

	if (json_array_size(reports) == 0)
		cli_note(cli, "nothing is signed");
	for (size_t i = 0; i < json_array_size(reports); i++)
		print_version(cli, json_array_get(reports, i));
	form_note_more(cli, page, "reports");
}

static int report_list(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "visit", "visit", NULL, FORM_ID, "ID", "Of one visit", false },
		{ "patient", "patient", NULL, FORM_TEXT, "CODE", "Of one patient",
			false },
		{ "limit", "limit", NULL, FORM_WHOLE, "N", "At most so many (100)",
			false },
		{ "offset", "offset", NULL, FORM_WHOLE, "N",
			"Leave out so many of the first", false },
		{ 0 },
	};
	static const struct form form = { .method = "report.list",
		.options = options,
		.fixed = "{\"limit\":100}",
		.args_doc = "--visit ID | --patient CODE",
		.doc = "List the signed versions of reports, the newest first.",
		.print = print_list };

	return form_run(cli, &form, argc, argv);
}

/* --- sign, amend --------------------------------------------------------------------------- */

/* Who signs must be said; on a terminal it is asked for. */
static int ask_operator(struct cli *cli, json_t *params)
{
	char name[OPERATOR_SIZE] = "";

	if (*members_text(params, "operator"))
		return CLI_OK;
	if (cli->in_is_terminal) {
		fputs("Who signs? ", cli->err);
		fflush(cli->err);
		if (fgets(name, sizeof(name), cli->in))
			name[strcspn(name, "\n")] = '\0';
	}
	if (*name && members_set_text(params, "operator", name) == 0)
		return CLI_OK;
	cli_error(cli, "say who signs: --operator NAME");
	return CLI_USAGE;
}

static int sign(
	struct cli *cli, const struct form *form, const char *what, json_t *params)
{
	char question[256];
	int code = ask_operator(cli, params);

	snprintf(question, sizeof(question), "%s visit %.0f as %.128s?", what,
		members_number(params, "visit"), members_text(params, "operator"));
	if (code == CLI_OK)
		code = subverb_confirm(cli, question);
	if (code == CLI_OK)
		return form_ask(cli, form, params);
	json_decref(params);
	return code;
}

static const struct form_field of_visit[] = {
	{ "visit", "visit", NULL, FORM_ID, NULL, NULL, true },
	{ 0 },
};

#define SIGNER                                                                         \
	{ "operator", "operator", NULL, FORM_TEXT, "NAME", "Who signs", false },       \
	{                                                                              \
		"comment", "comment", NULL, FORM_TEXT, "TEXT",                         \
			"What is to be said with it", false                            \
	}

static int report_sign(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = { SIGNER, { 0 } };
	static const struct form form = { .method = "report.sign",
		.writes = true,
		.words = of_visit,
		.options = options,
		.args_doc = "VISIT",
		.doc = "Sign the report of a visit. The visit is closed by it, and "
		       "what "
		       "is signed is never changed; an amendment is a further "
		       "version.\v"
		       "On a terminal it asks who signs and whether it is meant; "
		       "elsewhere it needs --operator and --yes.",
		.print = print_version };
	json_t *params = NULL;
	const int parsed = form_parse(cli, &form, argc, argv, &params);

	return parsed != 0 ? cli_parse_exit(parsed)
			   : sign(cli, &form, "What is signed is never changed. Sign",
				     params);
}

/* `--discard TRIAL` and `--reason TEXT` become the list that the method takes. */
static int move_discard(struct cli *cli, json_t *params)
{
	json_t *trial = json_incref(json_object_get(params, "discard"));
	json_t *reason = json_incref(json_object_get(params, "reason"));

	json_object_del(params, "discard");
	json_object_del(params, "reason");
	if (trial && !reason)
		cli_error(cli, "say why the trial shall not count: --reason TEXT");
	if (trial && reason)
		json_object_set_new(params, "discard",
			json_pack("[{sOsO}]", "trial", trial, "reason", reason));
	json_decref(reason);
	json_decref(trial);
	return trial && !reason ? CLI_USAGE : CLI_OK;
}

static int report_amend(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		SIGNER,
		{ "discard", "discard", NULL, FORM_ID, "TRIAL",
			"Leave this trial out; say why", false },
		{ "reason", "reason", NULL, FORM_TEXT, "TEXT", "Why it is left out",
			false },
		{ 0 },
	};
	static const struct form form = { .method = "report.amend",
		.writes = true,
		.words = of_visit,
		.options = options,
		.args_doc = "VISIT",
		.doc = "Amend a signed report: a further version, with another comment "
		       "or without a trial. The earlier versions stay readable.\v"
		       "On a terminal it asks who signs and whether it is meant; "
		       "elsewhere it needs --operator and --yes.",
		.print = print_version };
	json_t *params = NULL;
	const int parsed = form_parse(cli, &form, argc, argv, &params);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = move_discard(cli, params);
	if (code == CLI_OK)
		return sign(cli, &form, "Amend the signed report of", params);
	json_decref(params);
	return code;
}

/* --- get ----------------------------------------------------------------------------------- */

struct asking {
	struct source *source;
	int code;
};

static int ask(const char *method, json_t *params, json_t **result, void *ctx)
{
	struct asking *a = ctx;

	a->code = source_call(a->source, method, params);
	if (a->code != CLI_OK)
		return -EREMOTEIO;
	*result = json_incref((json_t *)source_json(a->source));
	return 0;
}

static int print_text(struct cli *cli, struct source *source, const json_t *params)
{
	struct asking asking = { .source = source };
	char *text = NULL;
	size_t n = 0;
	const int err =
		export_frozen_text(json_integer_value(json_object_get(params, "visit")),
			json_integer_value(json_object_get(params, "version")), ask,
			&asking, &text, &n);

	if (err == -EREMOTEIO)
		return asking.code;
	if (err < 0) {
		cli_error(cli, "%s",
			err == -EBADMSG ? "what was read is not what was signed: its "
					  "SHA-256 differs"
					: strerror(-err));
		return err == -EBADMSG ? CLI_CORRUPT : CLI_FAILURE;
	}
	fwrite(text, 1, n, cli->out);
	free(text);
	return CLI_OK;
}

static int report_get(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "version", "version", NULL, FORM_ID, "N", "Which (the newest)",
			false },
		{ 0 },
	};
	static const struct form form = { .method = "report.get",
		.words = of_visit,
		.options = options,
		.args_doc = "VISIT",
		.doc = "Print a signed report, byte for byte as it was signed: a "
		       "stance.report/1. stance-report makes paper of it." };
	json_t *params = NULL;
	struct source *source = NULL;
	const int parsed = form_parse(cli, &form, argc, argv, &params);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_open(cli, false, &source);
	if (code == CLI_OK)
		code = print_text(cli, source, params);
	source_close(source);
	json_decref(params);
	return code;
}

int verb_report(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "sign", "VISIT: sign its report, for good", report_sign },
		{ "amend", "VISIT: a further version", report_amend },
		{ "list", "--visit ID or --patient CODE: signed versions",
			report_list },
		{ "get", "VISIT: the document that was signed", report_get },
		{ NULL },
	};

	return subverb_run(cli, subverbs,
		"Signed reports; stance-report puts them on paper.", argc, argv);
}
