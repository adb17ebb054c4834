#include <argp.h>
#include <errno.h>
#include <string.h>

#include "src/cli/cli.h"
#include "src/cli/verbs.h"

#define GLOBAL_OPTIONS                                                                 \
	"--socket --state-dir --json --jsonl --quiet --verbose --no-color --yes "      \
	"--help "                                                                      \
	"--version"

static void print_verb_names(FILE *out)
{
	const struct cli_verb *verb;

	for (size_t i = 0; (verb = cli_verb_at(i)); i++)
		fprintf(out, "%s%s", i ? " " : "", verb->name);
}

/* The first word that is neither an option nor an option's value is the verb. */
static void print_bash(FILE *out)
{
	const struct cli_verb *verb;

	fputs("# stance completion for bash: eval \"$(stance completion bash)\"\n"
	      "_stance()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tlocal verb= words= skip= word\n"
	      "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	      "\t\tif [ -n \"$skip\" ]; then skip=; continue; fi\n"
	      "\t\tcase $word in\n"
	      "\t\t--socket|--state-dir) skip=1 ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) verb=$word; break ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase $prev in\n"
	      "\t--socket|--state-dir|validate)\n"
	      "\t\tCOMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
	      "\tesac\n"
	      "\tcase $verb in\n"
	      "\t'') words='",
		out);
	print_verb_names(out);
	fputs("' ;;\n", out);
	for (size_t i = 0; (verb = cli_verb_at(i)); i++) {
		fprintf(out, "\t%s) words='%s", verb->name, verb->words);
		if (strcmp(verb->name, "help") == 0)
			print_verb_names(out);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n"
	      "\tcase $cur in -*) words=\"$words " GLOBAL_OPTIONS "\" ;; esac\n"
	      "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	      "}\n"
	      "complete -F _stance stance\n",
		out);
}

static void print_zsh(FILE *out)
{
	const struct cli_verb *verb;

	fputs("#compdef stance\n"
	      "# stance completion for zsh: eval \"$(stance completion zsh)\"\n"
	      "_stance()\n{\n"
	      "\tlocal -a verbs options\n"
	      "\tlocal verb word skip\n"
	      "\tverbs=(\n",
		out);
	for (size_t i = 0; (verb = cli_verb_at(i)); i++)
		fprintf(out, "\t\t'%s:%s'\n", verb->name, verb->summary);
	fputs("\t)\n"
	      "\toptions=(" GLOBAL_OPTIONS ")\n"
	      "\tfor word in ${words[2,CURRENT-1]}; do\n"
	      "\t\tif [[ -n $skip ]]; then skip=; continue; fi\n"
	      "\t\tcase $word in\n"
	      "\t\t--socket|--state-dir) skip=1 ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) verb=$word; break ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase $verb in\n"
	      "\t'') _describe verb verbs ;;\n",
		out);
	for (size_t i = 0; (verb = cli_verb_at(i)); i++)
		fprintf(out, "\t%s) options+=(%s) ;;\n", verb->name, verb->words);
	fputs("\tesac\n"
	      "\tcompadd -- $options\n"
	      "}\n"
	      "compdef _stance stance\n",
		out);
}

/* Words come one at a time; an option loses its two dashes, as fish wants it. */
static void print_fish_words(const struct cli_verb *verb, FILE *out)
{
	for (const char *p = verb->words; *p;) {
		size_t n = strcspn(p, " ");
		size_t dashes = strspn(p, "-");

		fprintf(out,
			"complete -c stance -n '__fish_seen_subcommand_from %s' %s "
			"%.*s\n",
			verb->name, dashes ? "-l" : "-a", (int)(n - dashes),
			p + dashes);
		p += n + strspn(p + n, " ");
	}
}

static void print_fish(FILE *out)
{
	static const char *const global[][2] = {
		{ "-l socket -r", "talk to the daemon at this socket" },
		{ "-l state-dir -r", "keep and find data here" },
		{ "-l json", "print one JSON document" },
		{ "-l jsonl", "print a stream of JSON documents" },
		{ "-s q -l quiet", "leave out notes" },
		{ "-s v -l verbose", "say more" },
		{ "-l no-color", "use no colour" },
		{ "-s y -l yes", "answer confirmations with yes" },
		{ "-s h -l help", "show help" },
		{ "-l version", "show the version" },
	};
	const struct cli_verb *verb;

	fputs("# stance completion for fish: stance completion fish | source\n"
	      "complete -c stance -f\n",
		out);
	for (size_t i = 0; (verb = cli_verb_at(i)); i++) {
		fprintf(out,
			"complete -c stance -n __fish_use_subcommand -a %s -d '%s'\n",
			verb->name, verb->summary);
		print_fish_words(verb, out);
	}
	for (size_t i = 0; i < sizeof(global) / sizeof(*global); i++)
		fprintf(out, "complete -c stance %s -d '%s'\n", global[i][0],
			global[i][1]);
}

static const struct {
	const char *shell;
	void (*print)(FILE *out);
} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

static error_t parse_word(int key, char *value, struct argp_state *state)
{
	const char **shell = state->input;

	if (key != ARGP_KEY_ARG || *shell)
		return ARGP_ERR_UNKNOWN;
	*shell = value;
	return 0;
}

int verb_completion(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_word,
		.args_doc = "bash|zsh|fish",
		.doc = "Print a script that completes verbs and options.\v"
		       "bash: eval \"$(stance completion bash)\" in ~/.bashrc\n"
		       "zsh: eval \"$(stance completion zsh)\" in ~/.zshrc, after "
		       "compinit\n"
		       "fish: stance completion fish > "
		       "~/.config/fish/completions/stance.fish",
	};
	const char *shell = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, &shell);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	for (size_t i = 0; shell && i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(shell, shells[i].shell) == 0) {
			shells[i].print(cli->out);
			return CLI_OK;
		}
	cli_error(cli, "say for which shell: stance completion bash, zsh or fish");
	return CLI_USAGE;
}
