#include "src/cli/cli.h"

#include <argp.h>
#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/nearest.h"
#include "src/base/version.h"
#include "src/cli/verbs.h"

#define MAX_ARGUMENTS  64 /* chosen: no verb takes a tenth of it */
#define SECONDS_A_WEEK 604800.0

/* Options without a short form. */
enum {
	KEY_SOCKET = 0x100,
	KEY_STATE_DIR,
	KEY_JSON,
	KEY_JSONL,
	KEY_NO_COLOR,
	KEY_VERSION
};

static const struct argp_option global_options[] = {
	{ "socket", KEY_SOCKET, "PATH", 0, "Talk to the daemon at this socket", 10 },
	{ "state-dir", KEY_STATE_DIR, "DIR", 0, "Keep and find data here", 10 },
	{ "json", KEY_JSON, NULL, 0, "Print one JSON document", 10 },
	{ "jsonl", KEY_JSONL, NULL, 0, "Print a stream of JSON documents, one a line",
		10 },
	{ "quiet", 'q', NULL, 0, "Leave out notes; errors stay", 10 },
	{ "verbose", 'v', NULL, 0, "Say more", 10 },
	{ "no-color", KEY_NO_COLOR, NULL, 0, "Use no colour (as NO_COLOR does)", 10 },
	{ "yes", 'y', NULL, 0, "Answer confirmations with yes", 10 },
	{ "help", 'h', NULL, 0, "Show help and leave", 11 },
	{ "version", KEY_VERSION, NULL, 0, "Show the version and leave", 11 },
	{ 0 },
};

static const struct cli_verb the_verbs[] = {
	{ "status", "what the daemon, the mat and the store are doing", verb_status,
		"" },
	{ "ports", "serial ports: what they are, who may open and who holds them",
		verb_ports, "--try" },
	{ "watch", "live samples; on a terminal a live picture of the feet", verb_watch,
		"--seconds --frames" },
	{ "trial", "run trials; list, show, export, void or move those there are",
		verb_trial,
		"run list show export review mark repeat void move --protocol "
		"--patient --visit --force "
		"--report --codes "
		"--duration --settle --wait --footwear --support --orthosis --pain "
		"--lift-mm "
		"--operator --list --limit --voided --format --out --reason" },
	{ "findings", "every sentence that may be said of a person", verb_findings,
		"--all" },
	{ "protocols", "what trials there are: what is done, how long, how often",
		verb_protocols, "" },
	{ "training", "exercises with feedback: run, list, show, programmes",
		verb_training,
		"run list show progress programme --patient --programme "
		"--beyond-dose" },
	{ "visit", "trials of one person that are read together", verb_visit,
		"start add list show note plan set-plan footwear next current "
		"share "
		"compare export close --patient --protocol --plan --visit --skip "
		"--reason --off "
		"--format --out --force --report --codes "
		"--block-mm "
		"--extension-deficit-deg --pain --red-flag" },
	{ "patient", "who is measured: add, find, list, show, export, erase",
		verb_patient,
		"add update list find get show export erase --sex --born --stature-m "
		"--mass-kg --pain --red-flags --extension-deficit-deg --knee-axis "
		"--surgery --restrictions --notes --limit --offset --out" },
	{ "worklist", "who is to be measured: list, add, remove", verb_worklist,
		"list add remove --due --due-by --all --plan --reason --reference "
		"--limit --offset" },
	{ "report", "signed reports: sign, amend, list, get", verb_report,
		"sign amend list get --operator --comment --discard --reason "
		"--visit --patient --version --limit --offset" },
	{ "station", "the station's lock and clock: status, lock, unlock, pin",
		verb_station, "status lock unlock pin --none" },
	{ "record", "record what the mat sends, as it sends it", verb_record,
		"--output --seconds" },
	{ "replay", "measure a recording anew", verb_replay, "" },
	{ "audit", "who changed what; whether the log is whole", verb_audit,
		"list verify" },
	{ "doctor", "find what is wrong and say how to mend it", verb_doctor, "" },
	{ "support-bundle", "collect what helps to find a fault, to send it",
		verb_support_bundle, "" },
	{ "config", "show or check the configuration", verb_config,
		"show validate --origin" },
	{ "tare", "take the empty mat as zero", verb_tare, "" },
	{ "identify", "let the mat blink", verb_identify, "" },
	{ "analyze", "analyse a recorded series: sway, two plates, pressure maps",
		verb_analyze,
		"cop feet frames --mode --cutoff-hz --noise-mm-s --age --sex "
		"--condition "
		"--mass-kg --stature-m --ankles" },
	{ "calibrate", "make the mat tell the truth: guided, or step by step",
		verb_calibrate,
		"run status zero roll load staircase creep fit verify accept check "
		"drop abort show list export import --mass-kg --x-mm --y-mm --passes "
		"--masses-kg --finish --operator --from --output --placing-mm "
		"--mass-error-pct --draft --again --all" },
	{ "completion", "print the completion script of a shell", verb_completion,
		"bash zsh fish" },
	{ "help", "explain a verb", verb_help, "" },
	{ "version", "show the version", verb_version, "" },
};

const struct cli_verb *cli_verb_at(size_t index)
{
	return index < sizeof(the_verbs) / sizeof(*the_verbs) ? &the_verbs[index]
							      : NULL;
}

static const char *verb_name_at(size_t index, const void *ctx)
{
	const struct cli_verb *verb = cli_verb_at(index);

	(void)ctx;
	return verb ? verb->name : NULL;
}

static const struct cli_verb *find_verb(const char *name)
{
	const struct cli_verb *verb;

	for (size_t i = 0; (verb = cli_verb_at(i)); i++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

/* --- saying things ---------------------------------------------------------------- */

__attribute__((format(printf, 2, 0))) static void say(
	const struct cli *cli, const char *format, va_list args)
{
	fflush(cli->out);
	fputs("stance: ", cli->err);
	vfprintf(cli->err, format, args);
	fputc('\n', cli->err);
}

void cli_error(const struct cli *cli, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(cli, format, args);
	va_end(args);
}

void cli_note(const struct cli *cli, const char *format, ...)
{
	va_list args;

	if (cli->quiet)
		return;
	va_start(args, format);
	say(cli, format, args);
	va_end(args);
}

int cli_parse_seconds(const char *text, double *seconds)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value > 0 && value <= SECONDS_A_WEEK))
		return -EINVAL;
	*seconds = value;
	return 0;
}

/* --- the terminal ----------------------------------------------------------------- */

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Colour only on a terminal that wants it; 24 bits where the terminal says so. */
static enum cli_colour find_colour(const struct cli *cli)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	const char *colorterm = getenv("COLORTERM");

	if (!cli->out_is_terminal || cli->no_color || (no_color && *no_color))
		return CLI_COLOUR_NONE;
	if (!term || !*term || strcmp(term, "dumb") == 0)
		return CLI_COLOUR_NONE;
	if (colorterm && (strstr(colorterm, "truecolor") || strstr(colorterm, "24bit")))
		return CLI_COLOUR_TRUE;
	return strstr(term, "direct") ? CLI_COLOUR_TRUE : CLI_COLOUR_256;
}

static void print_version(const struct cli *cli)
{
	if (cli->json)
		fprintf(cli->out,
			"{\"schema\":\"stance.version/1\",\"version\":\"%s\"}\n",
			STANCE_VERSION);
	else
		fprintf(cli->out, "stance %s\n", STANCE_VERSION);
}

/* --- options ---------------------------------------------------------------------- */

static error_t parse_global(int key, char *value, struct argp_state *state)
{
	struct cli *cli = state->input;

	switch (key) {
	case KEY_SOCKET:
		cli->socket = value;
		return 0;
	case KEY_STATE_DIR:
		cli->state_dir = value;
		return 0;
	case KEY_JSON:
		cli->json = true;
		return 0;
	case KEY_JSONL:
		cli->jsonl = true;
		return 0;
	case 'q':
		cli->quiet = true;
		return 0;
	case 'v':
		cli->verbose++;
		return 0;
	case KEY_NO_COLOR:
		cli->no_color = true;
		return 0;
	case 'y':
		cli->yes = true;
		return 0;
	case 'h':
		cli->help = true;
		return 0;
	case KEY_VERSION:
		cli->version = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp global_argp = { .options = global_options,
	.parser = parse_global };

/* What a verb's parse passes through argp: the verb's own input and the run. */
struct verb_input {
	const struct argp *argp;
	struct cli *cli;
	void *input;
};

/* Hands every key to the verb, with the verb's own input; argp gives ours to the
 * children. */
static error_t parse_verb(int key, char *value, struct argp_state *state)
{
	struct verb_input *vi = state->input;
	error_t err;

	if (key == ARGP_KEY_INIT) {
		state->err_stream = NULL; /* cli_parse() says it better */
		state->child_inputs[0] = vi->cli;
	}
	if (key == ARGP_KEY_END && vi->cli->help)
		return 0; /* whoever asks for help need not say the rest */
	state->input = vi->input;
	err = vi->argp->parser ? vi->argp->parser(key, value, state) : ARGP_ERR_UNKNOWN;
	state->input = vi;
	if (err != ARGP_ERR_UNKNOWN || key != ARGP_KEY_ARG)
		return err;
	cli_error(vi->cli, "the word \"%s\" is one too many", value);
	return EINVAL;
}

int cli_parse(
	struct cli *cli, const struct argp *argp, int argc, char **argv, void *input)
{
	static const struct argp_child children[] = {
		{ &global_argp, 0, "Global options:", 10 }, { 0 }
	};
	struct argp whole = *argp;
	struct verb_input vi = { .argp = argp, .cli = cli, .input = input };
	error_t err;

	whole.parser = parse_verb;
	whole.children = children;
	fflush(cli->out);
	err = argp_parse(&whole, argc, argv, ARGP_NO_EXIT | ARGP_NO_HELP, NULL, &vi);
	cli->colour = find_colour(cli);
	if (cli->version) {
		print_version(cli);
		return 1;
	}
	if (err && !cli->help) {
		cli_error(cli, "see %s --help", argv[0]);
		return -EINVAL;
	}
	if (!cli->help)
		return 0;
	argp_help(&whole, cli->out, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK, argv[0]);
	return 1;
}

int cli_parse_exit(int parsed)
{
	return parsed < 0 ? CLI_USAGE : CLI_OK;
}

/* --- the first words -------------------------------------------------------------- */

static void print_usage(const struct cli *cli, FILE *to)
{
	const struct cli_verb *verb;

	(void)cli;
	fputs("Usage: stance [OPTION...] VERB [ARGUMENT...]\n\nVerbs:\n", to);
	for (size_t i = 0; (verb = cli_verb_at(i)); i++)
		fprintf(to, "  %-16s%s\n", verb->name, verb->summary);
	fputs("\nOptions, before or after the verb:\n"
	      "  --socket PATH    talk to the daemon at this socket\n"
	      "  --state-dir DIR  keep and find data here\n"
	      "  --json           print one JSON document\n"
	      "  --jsonl          print a stream of JSON documents, one a line\n"
	      "  -q, --quiet      leave out notes; errors stay\n"
	      "  -v, --verbose    say more\n"
	      "  --no-color       use no colour (as NO_COLOR does)\n"
	      "  -y, --yes        answer confirmations with yes\n"
	      "  -h, --help       show help and leave; stance VERB --help explains a "
	      "verb\n"
	      "  --version        show the version and leave\n"
	      "\nFirst steps: stance status, then stance doctor if something is "
	      "wrong.\n"
	      "Manual: man stance\n",
		to);
}

int verb_help(struct cli *cli, int argc, char **argv)
{
	char help[] = "--help";
	char name[64];
	char *ask[] = { name, help, NULL };
	const struct cli_verb *verb;

	if (argc < 2 || cli->help || strcmp(argv[1], "--help") == 0 ||
		strcmp(argv[1], "-h") == 0) {
		print_usage(cli, cli->out);
		return CLI_OK;
	}
	verb = find_verb(argv[1]);
	if (!verb || verb->main == verb_help) {
		if (!verb)
			cli_error(cli, "unknown verb \"%s\"; did you mean \"%s\"?",
				argv[1], nearest_of(argv[1], verb_name_at, NULL, NULL));
		else
			print_usage(cli, cli->out);
		return verb ? CLI_OK : CLI_USAGE;
	}
	snprintf(name, sizeof(name), "stance %s", verb->name);
	return verb->main(cli, 2, ask);
}

int verb_version(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .doc = "Show the version." };
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	print_version(cli);
	return CLI_OK;
}

/* Parses up to the verb and remembers where it stands. */
struct first_words {
	struct cli *cli;
	int verb_at; /* index in argv, 0: none */
};

static error_t parse_first(int key, char *value, struct argp_state *state)
{
	struct first_words *first = state->input;

	(void)value;
	if (key == ARGP_KEY_INIT) {
		state->err_stream = NULL;
		state->child_inputs[0] = first->cli;
		return 0;
	}
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	first->verb_at = state->next - 1;
	state->next = state->argc;
	return 0;
}

static int run_verb(struct cli *cli, int argc, char **argv)
{
	const struct cli_verb *verb = find_verb(argv[0]);
	char name[64];

	if (!verb) {
		cli_error(cli,
			"unknown verb \"%s\"; did you mean \"%s\"? (stance help lists "
			"them)",
			argv[0], nearest_of(argv[0], verb_name_at, NULL, NULL));
		return CLI_USAGE;
	}
	snprintf(name, sizeof(name), "stance %s", verb->name);
	argv[0] = name;
	return verb->main(cli, argc, argv);
}

int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *err)
{
	static const struct argp_child children[] = { { &global_argp, 0, NULL, 0 },
		{ 0 } };
	static const struct argp first_argp = { .parser = parse_first,
		.args_doc = "VERB [ARGUMENT...]",
		.children = children };
	struct cli cli = { .in = in, .out = out, .err = err };
	struct first_words first = { .cli = &cli };
	char *words[MAX_ARGUMENTS + 1];
	char name[] = "stance";

	if (argc > MAX_ARGUMENTS) {
		cli_error(&cli, "%d words are too many", argc);
		return CLI_USAGE;
	}
	memcpy(words, argv, sizeof(*words) * (size_t)argc);
	words[0] = name;
	words[argc] = NULL;
	if (argp_parse(&first_argp, argc, words,
		    ARGP_NO_EXIT | ARGP_NO_HELP | ARGP_IN_ORDER, NULL, &first)) {
		cli_error(&cli, "see stance --help");
		return CLI_USAGE;
	}
	cli.out_is_terminal = fileno(out) >= 0 && isatty(fileno(out));
	cli.in_is_terminal = in && fileno(in) >= 0 && isatty(fileno(in));
	cli.utf8 = is_utf8();
	if (cli.version) {
		print_version(&cli);
		return CLI_OK;
	}
	if (!first.verb_at) {
		print_usage(&cli, cli.help ? out : err);
		return cli.help ? CLI_OK : CLI_USAGE;
	}
	return run_verb(&cli, argc - first.verb_at, words + first.verb_at);
}
