#include "src/cli/visit_compare.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "src/cli/change_text.h"
#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/source.h"
#include "src/cli/subverb.h"
#include "src/cli/trial_text.h"
#include "src/core/trial/protocol.h"

#define TEST_SIZE 160

struct request {
	struct cli *cli;
	long long a, b;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	if (key == ARGP_KEY_ARG && (r->a == 0 || r->b == 0))
		return subverb_parse_id(
			r->cli, "visit", value, r->a == 0 ? &r->a : &r->b);
	if (key == ARGP_KEY_END && r->b == 0) {
		cli_error(r->cli, "say which two visits: their numbers, the earlier "
				  "one first");
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

/* --- text ---------------------------------------------------------------------------------- */

static long long visit_of(const json_t *document, const char *which)
{
	return (long long)json_integer_value(
		json_object_get(json_object_get(document, which), "visit"));
}

static void print_head(const struct cli *cli, const json_t *document)
{
	long long days = (long long)members_number(document, "days");

	fprintf(cli->out, "visit %lld of %.10s -> visit %lld of %.10s, patient %s, ",
		visit_of(document, "a"),
		members_text(json_object_get(document, "a"), "started"),
		visit_of(document, "b"),
		members_text(json_object_get(document, "b"), "started"),
		members_text(document, "patient"));
	if (json_is_true(json_object_get(document, "same_day")))
		fputs("the same day\n", cli->out);
	else
		fprintf(cli->out, "%lld day%s between\n", days, days == 1 ? "" : "s");
}

static void print_name(const struct cli *cli, const json_t *group)
{
	char test[TEST_SIZE];

	fputs(phrases_test(members_text(group, "protocol"),
		      members_text(group, "phase"), members_text(group, "title"), test,
		      sizeof(test)),
		cli->out);
}

/* Which rows are read without --verbose: the daemon's headlines, and of a part what the whole's are made of. */
static bool is_read(const struct cli *cli, const json_t *group, const json_t *row)
{
	const struct protocol *protocol =
		protocol_find(members_text(group, "protocol"));

	return cli->verbose || json_is_true(json_object_get(row, "headline")) ||
	       (protocol && *members_text(group, "phase") &&
		       trial_text_is_among(protocol_phase_metrics(protocol),
			       members_text(row, "key")));
}

static void print_heading(const struct cli *cli, const json_t *group)
{
	size_t n_a = json_array_size(json_object_get(group, "a_trials")),
	       n_b = json_array_size(json_object_get(group, "b_trials"));

	fputc('\n', cli->out);
	print_name(cli, group);
	if (n_a == 1 && n_b == 1)
		fputs(": one trial each\n", cli->out);
	else
		fprintf(cli->out, ": mean of %zu -> of %zu trial%s\n", n_a, n_b,
			n_b == 1 ? "" : "s");
}

static void print_group(const struct cli *cli, const json_t *group)
{
	const json_t *rows = json_object_get(group, "rows");
	bool is_first = true;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (!is_read(cli, group, row))
			continue;
		if (is_first)
			print_heading(cli, group);
		is_first = false;
		change_text_row(cli, members_text(row, "key"), row, "a", "b");
	}
}

static void print_only(const struct cli *cli, const json_t *document, const char *key,
	const char *which)
{
	const json_t *groups = json_object_get(document, key);

	if (json_array_size(groups) == 0)
		return;
	fprintf(cli->out, "\nonly in visit %lld, or under other circumstances: ",
		visit_of(document, which));
	for (size_t i = 0; i < json_array_size(groups); i++) {
		if (i > 0)
			fputs("; ", cli->out);
		print_name(cli, json_array_get(groups, i));
	}
	fputc('\n', cli->out);
}

/* A picture is no text: what there is of it, or why there is none. */
static void print_map(const struct cli *cli, const json_t *document)
{
	const json_t *map = json_object_get(document, "map");

	fputs("\nload under the feet: ", cli->out);
	if (!json_is_object(map))
		fprintf(cli->out, "no pictures. %s\n",
			members_text(document, "why_no_map"));
	else if (json_is_null(json_object_get(map, "difference")))
		fprintf(cli->out, "both pictures with --json, but no difference. %s\n",
			members_text(map, "why"));
	else
		fputs("both pictures and their difference with --json\n", cli->out);
}

static void print(const struct cli *cli, const json_t *document)
{
	const json_t *groups = json_object_get(document, "groups");

	print_head(cli, document);
	for (size_t i = 0; i < json_array_size(groups); i++)
		print_group(cli, json_array_get(groups, i));
	if (json_array_size(groups) == 0)
		fputs("\nnothing was measured in both under the same circumstances\n",
			cli->out);
	print_only(cli, document, "only_a", "a");
	print_only(cli, document, "only_b", "b");
	print_map(cli, document);
	if (json_array_size(groups) > 0)
		fprintf(cli->out, "\n%s\n", members_text(document, "changes_source"));
}

int visit_compare(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "EARLIER LATER",
		.doc = "Put two visits of one patient beside each other: what was, "
		       "what is, and whether the difference is larger than the error "
		       "of measurement.",
	};
	struct request r = { .cli = cli };
	struct source *source = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, &r), code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_ask(cli, false, "visit.compare",
		json_pack("{sIsI}", "a", (json_int_t)r.a, "b", (json_int_t)r.b),
		&source);
	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK)
		print(cli, source_json(source));
	source_close(source);
	return code;
}
