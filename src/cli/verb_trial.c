#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/exporting.h"
#include "src/cli/members.h"
#include "src/cli/subverb.h"
#include "src/cli/trial_review.h"
#include "src/cli/trial_text.h"
#include "src/cli/trials.h"
#include "src/cli/verbs.h"
#include "src/core/trial/protocol.h"

#define MAX_LIMIT    100000
#define LIMIT_ASKED  20  /* chosen: what a terminal shows at once */
#define LIMIT_A_PAGE 100 /* of the method */

/* What the words said; each subverb uses some. */
struct request {
	struct cli *cli;
	long long id, visit;
	const char *patient, *protocol, *reason;
	int limit;
	bool voided;
};

enum {
	KEY_PATIENT = 0x200,
	KEY_PROTOCOL,
	KEY_VISIT,
	KEY_LIMIT,
	KEY_VOIDED,
	KEY_REASON
};

static error_t read_limit(struct request *r, const char *value)
{
	char *end;
	long limit = strtol(value, &end, 10);

	r->limit = (int)limit;
	if (end != value && !*end && limit >= 1 && limit <= MAX_LIMIT)
		return 0;
	cli_error(r->cli, "--limit %s: give a whole number from 1 to %d", value,
		MAX_LIMIT);
	return EINVAL;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_PATIENT:
		r->patient = value;
		return 0;
	case KEY_PROTOCOL:
		r->protocol = value;
		return 0;
	case KEY_VISIT:
		return subverb_parse_id(r->cli, "visit", value, &r->visit);
	case KEY_LIMIT:
		return read_limit(r, value);
	case KEY_VOIDED:
		r->voided = true;
		return 0;
	case KEY_REASON:
		r->reason = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The same for those that take one trial's number. */
static error_t parse_with_id(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	if (key == ARGP_KEY_ARG && r->id == 0)
		return subverb_parse_id(r->cli, "trial", value, &r->id);
	if (key == ARGP_KEY_END && r->id == 0) {
		cli_error(r->cli, "say which trial: its number, as stance trial list "
				  "shows it");
		return EINVAL;
	}
	return parse_option(key, value, state);
}

/* --- list ---------------------------------------------------------------------------------- */

/* One page's request. */
static json_t *page_params(const struct request *r, long long before_id, int n)
{
	json_t *params = json_object();
	int err = members_set_text(params, "patient", r->patient) |
		  members_set_text(params, "protocol", r->protocol);

	json_object_set_new(
		params, "limit", json_integer(n < LIMIT_A_PAGE ? n : LIMIT_A_PAGE));
	json_object_set_new(params, "with_voided", json_boolean(r->voided));
	if (r->visit > 0)
		json_object_set_new(params, "visit", json_integer(r->visit));
	if (before_id > 0)
		json_object_set_new(params, "before_id", json_integer(before_id));
	if (!err)
		return params;
	json_decref(params);
	cli_error(r->cli, "the words of this command must be valid UTF-8");
	return NULL;
}

/* Page after page into one array. */
static int collect(const struct request *r, struct source *source, json_t *all)
{
	long long before_id = 0;
	bool more = true;

	while (more && (int)json_array_size(all) < r->limit) {
		json_t *params =
			page_params(r, before_id, r->limit - (int)json_array_size(all));
		const json_t *page;
		int code =
			params ? source_call(source, "trial.list", params) : CLI_USAGE;

		if (code != CLI_OK)
			return code;
		page = json_object_get(source_json(source), "trials");
		json_array_extend(all, (json_t *)page);
		more = json_is_true(json_object_get(source_json(source), "more")) &&
		       json_array_size(page) > 0;
		before_id = json_integer_value(json_object_get(
			json_array_get(all, json_array_size(all) - 1), "id"));
	}
	return CLI_OK;
}

static void print_list(const struct cli *cli, json_t *all)
{
	json_t *document;

	if (!cli->json) {
		trial_text_list(cli, all);
		return;
	}
	document = json_pack(
		"{ssso}", "schema", "stance.trials/1", "trials", json_incref(all));
	json_dumpf(document, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(17));
	fputc('\n', cli->out);
	json_decref(document);
}

static const struct argp_option list_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Of one patient only", 0 },
	{ "protocol", KEY_PROTOCOL, "KEY", 0, "Of one protocol only", 0 },
	{ "visit", KEY_VISIT, "ID", 0, "Of one visit only", 0 },
	{ "limit", KEY_LIMIT, "N", 0, "At most N trials (20; 100 with --json)", 0 },
	{ "voided", KEY_VOIDED, NULL, 0, "Show voided ones too", 0 },
	{ 0 },
};

static const struct argp list_argp = {
	.options = list_options,
	.parser = parse_option,
	.doc = "List trials, the newest first.",
};

static int trial_list(struct cli *cli, int argc, char **argv)
{
	struct request r = { .cli = cli };
	struct source *source = NULL;
	int parsed = cli_parse(cli, &list_argp, argc, argv, &r);
	json_t *all;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (r.protocol && !protocol_find(r.protocol))
		return trial_unknown_protocol(cli, r.protocol);
	if (r.limit == 0)
		r.limit = cli->json ? LIMIT_A_PAGE : LIMIT_ASKED;
	code = source_open(cli, false, &source);
	if (code != CLI_OK)
		return code;
	all = json_array();
	code = collect(&r, source, all);
	if (code == CLI_OK)
		print_list(cli, all);
	json_decref(all);
	source_close(source);
	return code;
}

/* --- show, void, move ---------------------------------------------------------------------- */

static int parse_one(struct request *r, const struct argp *argp, int argc, char **argv)
{
	return cli_parse(r->cli, argp, argc, argv, r);
}

static int trial_show(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_with_id,
		.args_doc = "ID",
		.doc = "Show a trial: verdict, reasons, headline metrics; with "
		       "--verbose all of them.",
	};
	struct request r = { .cli = cli };
	struct source *source = NULL;
	int parsed = parse_one(&r, &argp, argc, argv);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_ask(
		cli, false, "trial.show", json_pack("{sI}", "id", r.id), &source);
	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK)
		trial_text_print(cli, source_json(source), cli->verbose > 0);
	source_close(source);
	return code;
}

/* Change one trial and say so, or print it as it is now. */
static int change(struct request *r, const char *method, const char *key,
	const char *text, const char *said)
{
	json_t *params = json_pack("{sI}", "id", r->id);
	struct source *source = NULL;
	int code;

	if (members_set_text(params, key, text) < 0) {
		json_decref(params);
		cli_error(r->cli, "%s must be valid UTF-8", key);
		return CLI_USAGE;
	}
	code = source_ask(r->cli, true, method, params, &source);
	if (code == CLI_OK && r->cli->json)
		source_print(source);
	else if (code == CLI_OK)
		cli_note(r->cli, "trial %lld %s%s", r->id, said, text);
	source_close(source);
	return code;
}

static const struct argp_option void_options[] = {
	{ "reason", KEY_REASON, "TEXT", 0, "Why it shall not be used", 0 },
	{ 0 },
};

static int trial_void(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = void_options,
		.parser = parse_with_id,
		.args_doc = "ID --reason TEXT",
		.doc = "Mark a trial as not to be used. It stays, with the reason, and "
		       "the audit log says who did it.",
	};
	struct request r = { .cli = cli };
	int parsed = parse_one(&r, &argp, argc, argv);
	char question[96];
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.reason || !*r.reason) {
		cli_error(cli, "say why it shall not be used: --reason TEXT");
		return CLI_USAGE;
	}
	snprintf(question, sizeof(question),
		"Void trial %lld? This cannot be taken back.", r.id);
	code = cli->in_is_terminal ? subverb_confirm(cli, question) : CLI_OK;
	return code != CLI_OK
		       ? code
		       : change(&r, "trial.void", "reason", r.reason, "is voided: ");
}

static const struct argp_option move_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Whose trial it is", 0 },
	{ 0 },
};

static int trial_move(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = move_options,
		.parser = parse_with_id,
		.args_doc = "ID --patient CODE",
		.doc = "Give a trial to the patient whose it is, and out of its visit. "
		       "The audit log says whose it was. Asks first on a terminal; "
		       "elsewhere it needs --yes.",
	};
	struct request r = { .cli = cli };
	int parsed = parse_one(&r, &argp, argc, argv);
	char question[160];
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.patient || !*r.patient) {
		cli_error(cli, "say whose it is: --patient CODE");
		return CLI_USAGE;
	}
	snprintf(question, sizeof(question), "Move trial %lld to patient %.65s?", r.id,
		r.patient);
	code = subverb_confirm(cli, question);
	return code != CLI_OK ? code
			      : change(&r, "trial.move", "patient", r.patient,
					"belongs now to ");
}

int verb_trial(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "run", "--protocol KEY: one trial, measured and stored", trial_run },
		{ "list", "trials, the newest first", trial_list },
		{ "show", "ID: one trial with its results", trial_show },
		{ "export",
			"ID --format csv,edf,fhir,gdt --out DIR: for other programs",
			exporting_trial },
		{ "review", "ID keep|repeat|discard: whether it counts", trial_review },
		{ "mark", "[TEXT]: this moment of the one that runs", trial_mark },
		{ "repeat", "the one that runs, or the last, does not count; anew",
			trial_repeat },
		{ "void", "ID --reason TEXT: not to be used", trial_void },
		{ "move", "ID --patient CODE: to whom it belongs", trial_move },
		{ NULL },
	};

	return subverb_run(
		cli, subverbs, "Run trials, and look at those there are.", argc, argv);
}
