#include "src/cli/subverb.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/nearest.h"
#include "src/cli/cli.h"

#define DOC_SIZE 2048

static const char *name_at(size_t index, const void *ctx)
{
	const struct subverb *subverbs = ctx;

	return subverbs[index].name;
}

/* Where the word stands: the first that is neither an option nor a global option's value. */
static int find_word(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--socket") == 0 ||
			strcmp(argv[i], "--state-dir") == 0)
			i++;
		else if (argv[i][0] != '-')
			return i;
	}
	return 0;
}

static int explain(struct cli *cli, const struct subverb *subverbs, const char *doc,
	int argc, char **argv)
{
	char text[DOC_SIZE];
	struct argp argp = { .args_doc = "WORD ...", .doc = text };
	size_t n = (size_t)snprintf(text, sizeof(text), "%s\v", doc);
	int parsed, width = 8;

	for (const struct subverb *s = subverbs; s->name; s++)
		width = (int)strlen(s->name) < width ? width : (int)strlen(s->name) + 1;

	for (const struct subverb *s = subverbs; s->name && n < sizeof(text); s++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%-*s%s\n", width,
			s->name, s->summary);
	if (n < sizeof(text))
		snprintf(text + n, sizeof(text) - n, "\n%s WORD --help explains each.",
			argv[0]);
	parsed = cli_parse(cli, &argp, argc, argv, NULL);
	if (parsed != 0)
		return cli_parse_exit(parsed);
	cli_error(cli, "what shall be done? see %s --help", argv[0]);
	return CLI_USAGE;
}

int subverb_run(struct cli *cli, const struct subverb *subverbs, const char *doc,
	int argc, char **argv)
{
	int at = find_word(argc, argv);
	char name[64];

	if (at == 0)
		return explain(cli, subverbs, doc, argc, argv);
	for (const struct subverb *s = subverbs; s->name; s++) {
		if (strcmp(argv[at], s->name) != 0)
			continue;
		snprintf(name, sizeof(name), "%s %s", argv[0], s->name);
		/* options before the word stay options behind it */
		for (int i = at; i > 1; i--)
			argv[i] = argv[i - 1];
		argv[1] = name;
		return s->main(cli, argc - 1, argv + 1);
	}
	cli_error(cli, "%s knows no \"%s\"; did you mean \"%s\"?", argv[0], argv[at],
		nearest_of(argv[at], name_at, subverbs, NULL));
	return CLI_USAGE;
}

int subverb_parse_id(
	const struct cli *cli, const char *what, const char *text, long long *id)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || *end || errno || value < 1) {
		cli_error(cli, "\"%s\" is no %s: give its number, as lists show it",
			text, what);
		return EINVAL;
	}
	*id = value;
	return 0;
}

int subverb_confirm(struct cli *cli, const char *question)
{
	char answer[16] = "";

	if (cli->yes)
		return CLI_OK;
	if (!cli->in_is_terminal) {
		cli_error(cli, "this changes what is stored: say --yes if it is meant");
		return CLI_USAGE;
	}
	fprintf(cli->err, "%s [y/N] ", question);
	fflush(cli->err);
	if (fgets(answer, sizeof(answer), cli->in) &&
		(*answer == 'y' || *answer == 'Y'))
		return CLI_OK;
	cli_note(cli, "nothing was changed");
	return CLI_CANCELLED;
}
