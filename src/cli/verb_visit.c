#include <argp.h>
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/exporting.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/subverb.h"
#include "src/cli/trials.h"
#include "src/cli/verbs.h"
#include "src/cli/visit_compare.h"
#include "src/cli/visit_note.h"
#include "src/cli/visit_plan.h"
#include "src/cli/visit_text.h"
#include "src/cli/visits.h"
#include "src/core/trial/plan.h"
#include "src/core/trial/protocol.h"

struct request {
	struct cli *cli;
	const char *what; /* the number that the words give */
	long long id, visit;
	const char *patient, *protocol, *plan;
};

enum { KEY_PATIENT = 0x200, KEY_PROTOCOL, KEY_PLAN, KEY_VISIT };

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
	case KEY_PLAN:
		r->plan = value;
		return 0;
	case KEY_VISIT:
		return subverb_parse_id(r->cli, "visit", value, &r->visit);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_with_id(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	if (key == ARGP_KEY_ARG && r->id == 0)
		return subverb_parse_id(r->cli, r->what, value, &r->id);
	if (key == ARGP_KEY_END && r->id == 0) {
		cli_error(r->cli, "say which %s: its number", r->what);
		return EINVAL;
	}
	return parse_option(key, value, state);
}

static int ask(struct cli *cli, bool writes, const char *method, json_t *params)
{
	struct source *source = NULL;
	int code = source_ask(cli, writes, method, params, &source);

	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK && writes)
		visit_text_head(cli, source_json(source));
	else if (code == CLI_OK)
		visit_text_print(cli, source_json(source));
	source_close(source);
	return code;
}

/* --- words --------------------------------------------------------------------------------- */

static const struct argp_option start_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Who came", 0 },
	{ "protocol", KEY_PROTOCOL, "KEY", 0, "What is planned, of protocols", 0 },
	{ "plan", KEY_PLAN, "KEY", 0, "What is planned: quick, standard or full", 0 },
	{ 0 },
};

static int visit_start(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = start_options,
		.parser = parse_option,
		.args_doc = "--patient CODE",
		.doc = "Begin a visit, for trials that are read together.",
	};
	struct request r = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);
	json_t *params;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.patient) {
		cli_error(cli,
			"say who came: --patient CODE; stance patient list shows "
			"who is known");
		return CLI_USAGE;
	}
	if (r.protocol && !protocol_find(r.protocol))
		return trial_unknown_protocol(cli, r.protocol);
	if (r.plan && !plan_find(r.plan)) {
		cli_error(cli, "there is no plan \"%s\": quick, standard or full",
			r.plan);
		return CLI_USAGE;
	}
	params = json_object();
	if (members_set_text(params, "patient", r.patient) < 0 ||
		members_set_text(params, "protocol", r.protocol) < 0 ||
		members_set_text(params, "plan", r.plan) < 0) {
		json_decref(params);
		cli_error(cli, "a patient's code must be valid UTF-8");
		return CLI_USAGE;
	}
	return ask(cli, true, "visit.start", params);
}

static const struct argp_option list_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Of one patient only", 0 },
	{ 0 },
};

static const struct argp_option add_options[] = {
	{ "visit", KEY_VISIT, "ID", 0, "Which visit", 0 },
	{ 0 },
};

static int visit_add_trial(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = add_options,
		.parser = parse_with_id,
		.args_doc = "TRIAL --visit ID",
		.doc = "Take a trial of the same patient into a visit.",
	};
	struct request r = { .cli = cli, .what = "trial" };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.visit) {
		cli_error(cli, "say which visit: stance visit add TRIAL --visit ID");
		return CLI_USAGE;
	}
	return ask(cli, true, "visit.add",
		json_pack("{sIsI}", "id", r.visit, "trial", r.id));
}

static int visit_show(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_with_id,
		.args_doc = "ID",
		.doc = "Show a visit: its trials, their means, and what changed since "
		       "the same was measured in an earlier visit.",
	};
	struct request r = { .cli = cli, .what = "visit" };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	return ask(cli, false, "visit.show", json_pack("{sI}", "id", r.id));
}

static int visit_close(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_with_id,
		.args_doc = "ID",
		.doc = "Close a visit: nothing is added to it any more.",
	};
	struct request r = { .cli = cli, .what = "visit" };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	return ask(cli, true, "visit.close", json_pack("{sI}", "id", r.id));
}

/* --- list ---------------------------------------------------------------------------------- */

static void print_line(const struct cli *cli, const json_t *visit)
{
	long long n = json_integer_value(json_object_get(visit, "trials"));
	char started[24], test[160];

	fprintf(cli->out, "visit %lld  %s  %-16s  %lld trial%s, %s%s%s\n",
		(long long)json_integer_value(json_object_get(visit, "id")),
		phrases_minute(
			members_text(visit, "started"), started, sizeof(started)),
		members_text(visit, "patient"), n, n == 1 ? "" : "s",
		json_is_true(json_object_get(visit, "closed")) ? "closed" : "open",
		*members_text(visit, "protocol") ? ", planned: " : "",
		*members_text(visit, "protocol")
			? phrases_test(members_text(visit, "protocol"), "", NULL, test,
				  sizeof(test))
			: "");
}

static int print_all(struct cli *cli, json_t *all)
{
	json_t *document;

	for (size_t i = 0; !cli->json && i < json_array_size(all); i++)
		print_line(cli, json_array_get(all, i));
	if (!cli->json) {
		if (json_array_size(all) == 0)
			cli_note(cli, "no visits");
		return CLI_OK;
	}
	document = json_pack("{sssO}", "schema", "stance.visits/1", "visits", all);
	json_dumpf(document, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(17));
	fputc('\n', cli->out);
	json_decref(document);
	return CLI_OK;
}

static int visit_list(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = list_options,
		.parser = parse_option,
		.doc = "List visits, the newest first.",
	};
	struct request r = { .cli = cli };
	struct source *source = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, &r);
	json_t *all;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_open(cli, false, &source);
	if (code != CLI_OK)
		return code;
	all = json_array();
	code = visits_collect(cli, source, r.patient, all);
	if (code == CLI_OK)
		code = print_all(cli, all);
	json_decref(all);
	source_close(source);
	return code;
}

int verb_visit(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "start", "--patient CODE: begin one", visit_start },
		{ "add", "TRIAL --visit ID: take a trial in", visit_add_trial },
		{ "list", "visits, the newest first", visit_list },
		{ "show", "ID: its trials, and what changed since the last",
			visit_show },
		{ "compare", "A B: two visits of a patient, the earlier first",
			visit_compare },
		{ "note", "ID: what was found beside the mat", visit_note },
		{ "export",
			"ID --format csv,edf,fhir,gdt --out DIR: for other programs",
			exporting_visit },
		{ "plan", "ID: what is done, what is next", visit_plan },
		{ "set-plan", "ID KEY: quick, standard, full or none", visit_set_plan },
		{ "footwear", "ID barefoot, socks or shoes: what is worn",
			visit_footwear },
		{ "next", "ID: what is to be measured next; --skip", visit_next },
		{ "current", "the plan of the visit that is open now", visit_current },
		{ "share", "ID: its results on the patient's screen; --off",
			visit_share },
		{ "close", "ID: nothing is added any more", visit_close },
		{ NULL },
	};

	return subverb_run(cli, subverbs,
		"Visits: trials of one person that are read together.", argc, argv);
}
