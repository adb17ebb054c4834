#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/base/nearest.h"
#include "src/base/slurp.h"
#include "src/cli/analyze.h"
#include "src/cli/cli.h"
#include "src/cli/verbs.h"

#define MAX_BYTES                                                                      \
	((size_t)256 * 1024 * 1024) /* chosen: an hour of everything is a tenth */

static const struct {
	const char *name;
	int (*main)(struct cli *cli, int argc, char **argv);
} kinds[] = {
	{ "cop", analyze_cop },
	{ "feet", analyze_feet },
	{ "frames", analyze_frames },
};

#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

static const char *kind_at(size_t index, const void *ctx)
{
	(void)ctx;
	return index < N_KINDS ? kinds[index].name : NULL;
}

int analyze_read(
	struct cli *cli, const char *path, const char *what, char **text, size_t *n)
{
	int rc;

	if (strcmp(path, "-") != 0) {
		rc = slurp_file(path, MAX_BYTES, text, n);
	} else if (cli->in_is_terminal) {
		cli_error(cli,
			"%s comes from standard input; pipe it in or name a file",
			what);
		return CLI_USAGE;
	} else {
		rc = slurp_stream(cli->in, MAX_BYTES, text, n);
	}
	if (rc == 0)
		return CLI_OK;
	cli_error(cli, "%s: cannot read %s: %s", path, what, strerror(-rc));
	return rc == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
}

/* Where the word stands that says what to analyse: the first that is no option. */
static int find_kind(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			return i;
	return 0;
}

static int explain(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.args_doc = "cop FILE.csv\nfeet FILE.csv --mass-kg M --stature-m H "
			    "--sex M/F\nframes FILE",
		.doc = "Analyse a recording of any maker.\v"
		       "cop     the movement of the centre of pressure: "
		       "t_s,x_mm,y_mm[,force_n]\n"
		       "feet    two force plates, one under each foot: "
		       "t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm\n"
		       "frames  pressure maps that other makers' programs export\n"
		       "\nstance analyze cop --help explains it, and so on.",
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	cli_error(cli,
		"analyse what? stance analyze cop FILE.csv, feet FILE.csv or frames "
		"FILE; see "
		"stance analyze --help");
	return CLI_USAGE;
}

int verb_analyze(struct cli *cli, int argc, char **argv)
{
	int at = find_kind(argc, argv);
	char name[64];

	if (at == 0)
		return explain(cli, argc, argv);
	for (size_t k = 0; k < N_KINDS; k++) {
		if (strcmp(argv[at], kinds[k].name) != 0)
			continue;
		snprintf(name, sizeof(name), "%s %s", argv[0], kinds[k].name);
		/* options before the word stay options behind it */
		for (int i = at; i > 1; i--)
			argv[i] = argv[i - 1];
		argv[1] = name;
		return kinds[k].main(cli, argc - 1, argv + 1);
	}
	cli_error(cli, "cannot analyse \"%s\"; did you mean \"%s\"?", argv[at],
		nearest_of(argv[at], kind_at, NULL, NULL));
	return CLI_USAGE;
}
