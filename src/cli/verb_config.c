#include <argp.h>
#include <errno.h>
#include <string.h>

#include "src/base/jsonw.h"
#include "src/base/paths.h"
#include "src/base/settings.h"
#include "src/cli/cli.h"
#include "src/cli/verbs.h"

struct config {
	struct cli *cli;
	const char *action; /* show, validate */
	const char *file;   /* NULL: the usual places */
	bool origin;
};

/* Returns CLI_OK, or says which line of which file is wrong. */
static int load(struct config *c, struct settings *settings)
{
	char message[1024] = "";
	int err;

	settings_init(settings);
	err = settings_load(settings, c->file, message, sizeof(message));
	if (err == 0)
		return CLI_OK;
	cli_error(c->cli, "%s", message);
	return err == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
}

/* --- show ------------------------------------------------------------------------- */

/* As a file that could be read back; where each value came from is a comment. */
static void print_ini(const struct config *c, const struct settings *settings)
{
	const struct settings_info *keys = settings_keys();
	char section[64] = "";

	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		const char *dot = strchr(keys[k].name, '.');
		size_t n = (size_t)(dot - keys[k].name);
		char line[SETTINGS_VALUE_SIZE + 64];

		if (strncmp(section, keys[k].name, n) != 0 || section[n]) {
			fprintf(c->cli->out, "%s[%.*s]\n", *section ? "\n" : "", (int)n,
				keys[k].name);
			snprintf(
				section, sizeof(section), "%.*s", (int)n, keys[k].name);
		}
		snprintf(line, sizeof(line), "%s = %s", dot + 1, settings->value[k]);
		if (c->origin)
			fprintf(c->cli->out, "%-32s ; %s\n", line, settings->origin[k]);
		else if (c->cli->verbose)
			fprintf(c->cli->out, "%-32s ; %s\n", line, keys[k].help);
		else
			fprintf(c->cli->out, "%s\n", line);
	}
}

static void put_value(struct jsonw *w, const struct settings *settings, int k)
{
	if (settings_keys()[k].type == SETTINGS_NUMBER)
		jsonw_fixed(w, settings_number(settings, (enum settings_key)k), 6);
	else
		jsonw_string(w, settings->value[k]);
}

static void print_json(const struct config *c, const struct settings *settings)
{
	char text[32 * 1024];
	struct jsonw w;

	jsonw_init(&w, text, sizeof(text));
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.config/1");
	jsonw_key(&w, "settings");
	jsonw_begin_object(&w);
	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		jsonw_key(&w, settings_keys()[k].name);
		jsonw_begin_object(&w);
		jsonw_key(&w, "value");
		put_value(&w, settings, k);
		jsonw_key(&w, "origin");
		jsonw_string(&w, settings->origin[k]);
		jsonw_end_object(&w);
	}
	jsonw_end_object(&w);
	jsonw_end_object(&w);
	fprintf(c->cli->out, "%s\n", text);
}

static int show(struct config *c)
{
	struct settings settings;
	int code = load(c, &settings);

	if (code != CLI_OK)
		return code;
	if (c->cli->json)
		print_json(c, &settings);
	else
		print_ini(c, &settings);
	return CLI_OK;
}

/* --- validate --------------------------------------------------------------------- */

static int n_set(const struct settings *settings)
{
	int n = 0;

	for (int k = 0; k < SETTINGS_N_KEYS; k++)
		n += strcmp(settings->origin[k], "default") != 0;
	return n;
}

static int validate(struct config *c)
{
	struct settings settings;
	char user[512] = "";
	int code = load(c, &settings);

	if (code != CLI_OK || c->cli->quiet)
		return code;
	if (c->file)
		fprintf(c->cli->out, "%s: ok, sets %d of %d keys\n", c->file,
			n_set(&settings), SETTINGS_N_KEYS);
	else
		fprintf(c->cli->out,
			"configuration ok: %d of %d keys set in /etc/stance%s%s\n",
			n_set(&settings), SETTINGS_N_KEYS,
			paths_user_config_dir(user, sizeof(user)) > 0 ? " and " : "",
			user);
	return CLI_OK;
}

/* --- the verb --------------------------------------------------------------------- */

enum { KEY_ORIGIN = 0x200 };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct config *c = state->input;

	if (key == KEY_ORIGIN)
		c->origin = true;
	else if (key == ARGP_KEY_ARG && !c->action)
		c->action = value;
	else if (key == ARGP_KEY_ARG && !c->file)
		c->file = value;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static const struct argp_option options[] = {
	{ "origin", KEY_ORIGIN, NULL, 0, "With show: say where each value comes from",
		0 },
	{ 0 },
};

static const struct argp config_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "show\nvalidate [FILE]",
	.doc = "Show the configuration in force, or check it (or FILE alone).\v"
	       "It is read from /etc/stance/stance.conf, "
	       "/etc/stance/stance.conf.d/*.conf, then "
	       "the same two of the user in ~/.config/stance. See man stance.conf.",
};

int verb_config(struct cli *cli, int argc, char **argv)
{
	struct config c = { .cli = cli };
	int parsed = cli_parse(cli, &config_argp, argc, argv, &c);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (c.action && strcmp(c.action, "show") == 0)
		return show(&c);
	if (c.action && strcmp(c.action, "validate") == 0)
		return validate(&c);
	if (c.action)
		cli_error(cli,
			"config has no \"%s\"; say config show or config validate",
			c.action);
	else
		cli_error(cli, "say config show or config validate");
	return CLI_USAGE;
}
