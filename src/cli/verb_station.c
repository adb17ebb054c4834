/* stance station: the lock of the station and its PIN. */
#include <argp.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/form.h"
#include "src/cli/members.h"
#include "src/cli/secret.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"

#define TYPED_SIZE 32 /* a PIN has 12 digits; more is refused, not cut */

static void print_clock(const struct cli *cli, const char *clock)
{
	fprintf(cli->out, "clock: %s\n",
		strcmp(clock, "synchronised") == 0 ? "kept right by a time service"
		: strcmp(clock, "trusted") == 0
			? "trusted, by the configuration"
			: "not known to be right: no report can be signed "
			  "(stance.conf: station.clock)");
}

static void print_visit(const struct cli *cli, const char *what, double id)
{
	if (id > 0)
		fprintf(cli->out, "%s: visit %.0f\n", what, id);
}

static void print_station(const struct cli *cli, const json_t *s)
{
	const bool locked = json_is_true(json_object_get(s, "locked"));
	const bool pin = json_is_true(json_object_get(s, "pin_set"));
	const double wait_s = members_number(s, "retry_after_s");

	fprintf(cli->out, "station: %s\n", locked ? "locked" : "open");
	fprintf(cli->out, "PIN: %s\n",
		pin ? "set" : "none, so that it cannot be locked");
	if (locked && wait_s > 0)
		fprintf(cli->out, "wrong PINs: the next try in %.0f s\n", wait_s);
	else if (locked)
		fprintf(cli->out, "tries before a wait: %.0f\n",
			members_number(s, "tries_left"));
	print_clock(cli, members_text(s, "clock"));
	print_visit(cli, "open now", members_number(s, "open_visit"));
	print_visit(cli, "shown to the patient", members_number(s, "shared_visit"));
}

static int station_status(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "station.status",
		.doc = "Show whether the station is locked, and whether its clock can "
		       "be believed.",
		.print = print_station };

	return form_run(cli, &form, argc, argv);
}

static int station_lock(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "station.lock",
		.writes = true,
		.doc = "Lock the station: its screen then shows no patient before the "
		       "PIN is entered. A trial of nobody can be measured all the "
		       "same.",
		.print = print_station };

	return form_run(cli, &form, argc, argv);
}

static int station_unlock(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "station.unlock",
		.writes = true,
		.doc = "Unlock the station with its PIN.\v"
		       "The PIN is asked for on the terminal, without echo; elsewhere "
		       "it is a line of standard input. After five wrong ones each "
		       "further try must wait.",
		.print = print_station };
	json_t *params = NULL;
	const int parsed = form_parse(cli, &form, argc, argv, &params);
	char pin[TYPED_SIZE];
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = secret_read(cli, "PIN: ", pin, sizeof(pin));
	if (code != CLI_OK) {
		json_decref(params);
		return code;
	}
	json_object_set_new(params, "pin", json_string(pin));
	explicit_bzero(pin, sizeof(pin));
	return form_ask(cli, &form, params);
}

/* On a terminal it is typed twice: nobody sees what was typed. */
static int read_new(struct cli *cli, char pin[TYPED_SIZE])
{
	char again[TYPED_SIZE];
	int code = secret_read(cli, "new PIN, 4 to 12 digits: ", pin, TYPED_SIZE);

	if (code != CLI_OK || !cli->in_is_terminal)
		return code;
	code = secret_read(cli, "once more: ", again, sizeof(again));
	if (code == CLI_OK && strcmp(pin, again) != 0) {
		cli_error(cli, "these were two different PINs; nothing was changed");
		code = CLI_USAGE;
	}
	explicit_bzero(again, sizeof(again));
	return code;
}

static int station_pin(struct cli *cli, int argc, char **argv)
{
	static const struct form_field options[] = {
		{ "none", "none", NULL, FORM_TRUE, NULL,
			"Take the PIN away, and unlock the station", false },
		{ 0 },
	};
	static const struct form form = { .method = "station.set_pin",
		.writes = true,
		.options = options,
		.doc = "Set the PIN of the station, 4 to 12 digits. Only root and the "
		       "user of the daemon may: sudo stance station pin.\v"
		       "The PIN is asked for on the terminal, twice and without echo; "
		       "elsewhere it is a line of standard input.",
		.print = print_station };
	json_t *params = NULL;
	const int parsed = form_parse(cli, &form, argc, argv, &params);
	char pin[TYPED_SIZE];
	bool none;
	int code = CLI_OK;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	none = json_object_get(params, "none") != NULL;
	json_object_clear(params);
	if (!none)
		code = read_new(cli, pin);
	if (code != CLI_OK) {
		json_decref(params);
		return code;
	}
	json_object_set_new(params, "pin", none ? json_null() : json_string(pin));
	explicit_bzero(pin, sizeof(pin));
	return form_ask(cli, &form, params);
}

int verb_station(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "status", "whether it is locked, whether its clock is right",
			station_status },
		{ "lock", "show no patients until the PIN is entered", station_lock },
		{ "unlock", "enter the PIN", station_unlock },
		{ "pin", "set the PIN, or --none", station_pin },
		{ NULL },
	};

	return subverb_run(cli, subverbs, "The station's lock and clock.", argc, argv);
}
