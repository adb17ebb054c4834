#include "src/cli/trial_review.h"

#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/form.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/subverb.h"

static void print_review(const struct cli *cli, const json_t *trial)
{
	const char *decision = members_text(trial, "decision");
	const char *reason = members_text(trial, "decision_reason");

	if (!*reason)
		reason = members_text(trial, "void_reason");
	fprintf(cli->out, "trial %.0f: %s%s%s%s\n", members_number(trial, "id"),
		strcmp(decision, "keep") == 0      ? "kept"
		: strcmp(decision, "repeat") == 0  ? "to be repeated"
		: strcmp(decision, "discard") == 0 ? "discarded"
						   : "reviewed",
		*reason ? ": " : "", reason,
		json_is_true(json_object_get(trial, "voided"))
			? " (voided, it does not count)"
			: "");
}

/* What voids a trial needs a reason, and is asked for once more. */
static int check(struct cli *cli, const json_t *params)
{
	const char *decision = members_text(params, "decision");
	char question[96];

	if (strcmp(decision, "keep") == 0)
		return CLI_OK;
	if (strcmp(decision, "repeat") != 0 && strcmp(decision, "discard") != 0) {
		cli_error(cli, "\"%s\" is no decision: keep, repeat or discard",
			decision);
		return CLI_USAGE;
	}
	if (!*members_text(params, "reason")) {
		cli_error(cli, "say why it shall not count: --reason TEXT");
		return CLI_USAGE;
	}
	snprintf(question, sizeof(question),
		"Void trial %.0f? This cannot be taken back.",
		members_number(params, "id"));
	return cli->in_is_terminal ? subverb_confirm(cli, question) : CLI_OK;
}

int trial_review(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "trial", "id", NULL, FORM_ID, NULL, NULL, true },
		{ "decision", "decision", NULL, FORM_TEXT, NULL, NULL, true },
		{ 0 },
	};
	static const struct form_field options[] = {
		{ "reason", "reason", NULL, FORM_TEXT, "TEXT",
			"Why; needed unless it is kept", false },
		{ 0 },
	};
	static const struct form form = { .method = "trial.review",
		.writes = true,
		.words = words,
		.options = options,
		.args_doc = "ID keep|repeat|discard",
		.doc = "Decide of a trial that was measured: whether it counts. What "
		       "is "
		       "repeated or discarded is voided with the reason, for good.",
		.print = print_review };
	json_t *params = NULL;
	const int parsed = form_parse(cli, &form, argc, argv, &params);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = check(cli, params);
	if (code == CLI_OK)
		return form_ask(cli, &form, params);
	json_decref(params);
	return code;
}

static void print_mark(const struct cli *cli, const json_t *mark)
{
	const char *text = members_text(mark, "text");

	fprintf(cli->out, "trial %.0f: mark %.0f at %.2f s%s%s\n",
		members_number(mark, "trial"), members_number(mark, "n"),
		members_number(mark, "t_s"), *text ? ": " : "", text);
}

int trial_mark(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "mark", "text", NULL, FORM_TEXT, NULL, NULL, false },
		{ 0 },
	};
	static const struct form form = { .method = "trial.mark",
		.writes = true,
		.words = words,
		.args_doc = "[TEXT]",
		.doc = "Mark this moment of the trial that runs, as \"coughed\".",
		.print = print_mark };

	return form_run(cli, &form, argc, argv);
}

static void print_repeated(const struct cli *cli, const json_t *progress)
{
	char test[160];

	fprintf(cli->out, "trial %.0f, %s: %s\n", members_number(progress, "id"),
		phrases_test(members_text(progress, "protocol"), "", "Recording", test,
			sizeof(test)),
		members_text(progress, "state"));
}

int trial_repeat(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "reason", "reason", NULL, FORM_TEXT, "TEXT",
			"Why (\"repeated at once\")", false },
		{ 0 },
	};
	static const struct form form = { .method = "trial.repeat",
		.writes = true,
		.options = options,
		.doc = "Abort the trial that runs, or take the last one; it shall not "
		       "count, and the same begins anew.",
		.question = "Void this trial and begin it anew?",
		.print = print_repeated };

	return form_run(cli, &form, argc, argv);
}
