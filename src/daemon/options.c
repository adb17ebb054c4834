#include "src/daemon/options.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "src/base/version.h"

#define EXIT_USAGE 2 /* stanced(8), "Exit status" */

static const struct argp_option the_options[] = {
	{ "config", 'c', "FILE", 0,
		"read this configuration instead of the usual files", 0 },
	{ "mat", 'm', "PATH", 0, "the mat's port; without it, the ports are searched",
		0 },
	{ "state-dir", 'd', "DIR", 0, "where data are kept", 0 },
	{ "socket", 's', "PATH", 0, "the socket for clients", 0 },
	{ "print-config", 'p', NULL, 0, "print the settings in force and exit", 0 },
	{ "verbose", 'v', NULL, 0, "log what helps to find a fault", 0 },
	{ 0 },
};

static error_t on_option(int key, char *value, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		o->config = value;
		return 0;
	case 'm':
		o->mat = value;
		return 0;
	case 'd':
		o->state_dir = value;
		return 0;
	case 's':
		o->socket = value;
		return 0;
	case 'p':
		o->print_config = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state,
			"\"%s\" is not expected here; the mat's port goes with --mat.",
			value);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = { .options = the_options,
		.parser = on_option,
		.doc = "The daemon of Stance: owns the mat, analyses each frame, "
		       "answers clients on a socket.\v"
		       "See stanced(8)." };

	argp_program_version = "stanced " STANCE_VERSION;
	argp_err_exit_status = EXIT_USAGE;
	*options = (struct options){ .config = NULL };
	argp_parse(&argp, argc, argv, 0, NULL, options);
}

int options_settle(const struct options *options, struct settings *settings,
	char *message, size_t size)
{
	const struct {
		const char *value;
		enum settings_key key;
		const char *origin;
	} given[] = {
		{ options->mat, SETTINGS_MAT_PATH, "--mat" },
		{ options->state_dir, SETTINGS_DAEMON_STATE_DIR, "--state-dir" },
		{ options->socket, SETTINGS_DAEMON_SOCKET, "--socket" },
		{ options->verbose ? "debug" : NULL, SETTINGS_DAEMON_LOG_LEVEL,
			"--verbose" },
	};
	int err;

	settings_init(settings);
	err = settings_load(settings, options->config, message, size);
	for (size_t i = 0; err == 0 && i < sizeof(given) / sizeof(given[0]); i++) {
		if (given[i].value)
			err = settings_set(settings, given[i].key, given[i].value,
				given[i].origin, message, size);
	}
	return err;
}

void options_print(const struct settings *settings)
{
	const struct settings_info *info = settings_keys();
	char section[64] = "";

	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		const char *name = info[k].name, *dot = strchr(name, '.');
		int n = (int)(dot - name);

		/* Keys of a section need not follow each other in the table: naming a section
		 * again continues it. */
		if (strncmp(section, name, (size_t)n) != 0 || section[n] != '\0') {
			snprintf(section, sizeof(section), "%.*s", n, name);
			printf("%s[%s]\n", k ? "\n" : "", section);
		}
		printf("; %s (%s)\n%s = %s\n", info[k].help, settings->origin[k],
			dot + 1, settings->value[k]);
	}
}
