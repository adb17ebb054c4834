/* stance worklist: who is to be measured. */
#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/form.h"
#include "src/cli/members.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"
#include "src/core/trial/plan.h"

static void print_entry(const struct cli *cli, const json_t *e)
{
	const char *due = members_text(e, "due"), *plan = members_text(e, "plan");
	const char *reason = members_text(e, "reason");
	const double visit = members_number(e, "visit");

	fprintf(cli->out, "%5.0f  %-10s  %-16s  %-9s", members_number(e, "id"),
		*due ? due : "any day", members_text(e, "patient"),
		members_text(e, "state"));
	if (*plan)
		fprintf(cli->out, "  plan: %s",
			plan_find(plan) ? plan_find(plan)->title : plan);
	if (visit > 0)
		fprintf(cli->out, "  visit %.0f", visit);
	if (json_is_true(json_object_get(e, "red_flag")))
		fputs("  RED FLAG", cli->out);
	if (*reason)
		fprintf(cli->out, "  %s", reason);
	fputc('\n', cli->out);
}

static void print_list(const struct cli *cli, const json_t *page)
{
	const json_t *entries = json_object_get(page, "entries");

	if (json_array_size(entries) == 0)
		cli_note(cli, "nobody waits");
	else
		fputs("entry  due         patient           state\n", cli->out);
	for (size_t i = 0; i < json_array_size(entries); i++)
		print_entry(cli, json_array_get(entries, i));
	form_note_more(cli, page, "entries");
}

static int worklist_list(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "due-by", "due_by", NULL, FORM_TEXT, "DAY",
			"Only who is due by that day, as 2026-11-28, or on any",
			false },
		{ "all", "with_done", NULL, FORM_TRUE, NULL,
			"Those that are done or removed, too", false },
		{ "limit", "limit", NULL, FORM_WHOLE, "N", "At most so many (100)",
			false },
		{ "offset", "offset", NULL, FORM_WHOLE, "N",
			"Leave out so many of the first", false },
		{ 0 },
	};
	static const struct form form = { .method = "worklist.list",
		.options = options,
		.fixed = "{\"limit\":100}",
		.doc = "List who is to be measured: those due first, then as they "
		       "came.",
		.print = print_list };

	return form_run(cli, &form, argc, argv);
}

static int worklist_add(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "patient's code", "patient", NULL, FORM_TEXT, NULL, NULL, true },
		{ 0 },
	};
	static const struct form_field options[] = {
		{ "due", "due", NULL, FORM_TEXT, "DAY", "When, as 2026-11-28", false },
		{ "plan", "plan", NULL, FORM_WORD, "KEY",
			"What is to be measured: quick, standard, full", false },
		{ "reason", "reason", NULL, FORM_TEXT, "TEXT", "What is asked", false },
		{ "reference", "reference", NULL, FORM_TEXT, "TEXT",
			"The number of who asks", false },
		{ 0 },
	};
	static const struct form form = { .method = "worklist.add",
		.writes = true,
		.words = words,
		.options = options,
		.fixed = "{\"source\":\"manual\"}",
		.args_doc = "CODE",
		.doc = "Put a patient on the worklist.",
		.print = print_entry };

	return form_run(cli, &form, argc, argv);
}

static int worklist_remove(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "entry", "id", NULL, FORM_ID, NULL, NULL, true },
		{ 0 },
	};
	static const struct form_field options[] = {
		{ "reason", "reason", NULL, FORM_TEXT, "TEXT", "Why", false },
		{ 0 },
	};
	static const struct form form = { .method = "worklist.remove",
		.writes = true,
		.words = words,
		.options = options,
		.args_doc = "ENTRY",
		.doc = "Take an entry that still waits off the worklist, by its "
		       "number. It stays in the list of all, with the reason.",
		.print = print_entry };

	return form_run(cli, &form, argc, argv);
}

int verb_worklist(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "list", "who is to be measured", worklist_list },
		{ "add", "CODE: somebody more", worklist_add },
		{ "remove", "ENTRY: not to be measured after all", worklist_remove },
		{ NULL },
	};

	return subverb_run(
		cli, subverbs, "The worklist: who is to be measured.", argc, argv);
}
