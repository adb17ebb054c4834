#include <argp.h>
#include <errno.h>

#include <jansson.h>

#include "src/cli/source.h"
#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"

#define PAGE 80 /* entries in one answer */

static int audit_verify(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Check that no entry of the audit log was changed or cut out: "
		       "each carries a hash over the one before. Exit code 7 if one "
		       "was.",
	};
	struct source *source = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);
	const json_t *answer;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_ask(cli, false, "store.audit_verify", NULL, &source);
	if (code != CLI_OK)
		return code;
	answer = source_json(source);
	if (cli->json)
		source_print(source);
	if (!json_is_true(json_object_get(answer, "ok"))) {
		cli_error(cli,
			"the audit log does not hold together from entry %lld on: it "
			"was changed outside of this program, or the disk lost data",
			(long long)json_integer_value(
				json_object_get(answer, "first_bad_id")));
		code = CLI_VERIFICATION;
	} else if (!cli->json) {
		fprintf(cli->out, "the audit log is whole\n");
	}
	source_close(source);
	return code;
}

static void print_entries(const struct cli *cli, const json_t *entries)
{
	for (size_t i = 0; i < json_array_size(entries); i++) {
		const json_t *e = json_array_get(entries, i);

		fprintf(cli->out, "%6lld  %.19s  %-12s  %-16s %s%s%s\n",
			(long long)json_integer_value(json_object_get(e, "id")),
			members_text(e, "at"), members_text(e, "by"),
			members_text(e, "action"), members_text(e, "subject"),
			*members_text(e, "detail") ? ": " : "",
			members_text(e, "detail"));
	}
}

static int print_all(struct cli *cli, struct source *source)
{
	long long after_id = 0;
	bool more = true;

	while (more) {
		int code = source_call(source, "store.audit",
			json_pack("{sIsi}", "after_id", after_id, "limit", PAGE));
		const json_t *entries;

		if (code != CLI_OK)
			return code;
		entries = json_object_get(source_json(source), "entries");
		if (cli->json || cli->jsonl)
			source_print(source);
		else
			print_entries(cli, entries);
		more = json_is_true(json_object_get(source_json(source), "more")) &&
		       json_array_size(entries) > 0 && !cli->json;
		after_id = json_integer_value(json_object_get(
			json_array_get(entries, json_array_size(entries) - 1), "id"));
	}
	return CLI_OK;
}

static int audit_list(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Print who did what and when, the oldest first.\v"
		       "With --jsonl documents of up to 80 entries, one a line; with "
		       "--json the first of them.",
	};
	struct source *source = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_open(cli, false, &source);
	if (code == CLI_OK)
		code = print_all(cli, source);
	source_close(source);
	return code;
}

int verb_audit(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "list", "who did what and when", audit_list },
		{ "verify", "that nothing was changed or cut out", audit_verify },
		{ NULL },
	};

	return subverb_run(cli, subverbs, "The audit log of the store.", argc, argv);
}
