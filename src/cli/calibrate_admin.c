/* calibrate.h: what needs no weight: accept, abort, drop, status, list. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/cli/calibrate.h"
#include "src/cli/connect.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/subverb.h"
#include "src/ipc/client.h"

#define ANSWER_MS 15000

enum { KEY_OPERATOR = 0x200, KEY_ALL, KEY_AGAIN };

struct words {
	struct cli *cli;
	const char *operator_name;
	long item; /* -1: not said */
	bool all, again;
};

/* --- accept ------------------------------------------------------------------------------- */

static error_t parse_accept(int key, char *value, struct argp_state *state)
{
	struct words *w = state->input;

	if (key != KEY_OPERATOR)
		return ARGP_ERR_UNKNOWN;
	w->operator_name = value;
	return 0;
}

int calibrate_accept(struct cli *cli, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "operator", KEY_OPERATOR, "NAME", 0, "Who answers for it, needed",
			0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_accept,
		.doc = "Put the fitted calibration in force.\v"
		       "After a passed verification it is valid. Without one it is "
		       "unverified, and every result says so.",
	};
	struct words w = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &w);
	json_t *params;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!w.operator_name || !*w.operator_name) {
		cli_error(cli, "--operator is missing: who answers for it?");
		return CLI_USAGE;
	}
	params = json_object();
	if (members_set_text(params, "operator", w.operator_name) < 0) {
		json_decref(params);
		cli_error(cli, "--operator: the name must be valid UTF-8");
		return CLI_USAGE;
	}
	return calibrate_step_run(cli, "calibrate.accept", params, "accept");
}

/* --- abort, drop -------------------------------------------------------------------------- */

static error_t parse_abort(int key, char *value, struct argp_state *state)
{
	struct words *w = state->input;

	(void)value;
	if (key != KEY_ALL)
		return ARGP_ERR_UNKNOWN;
	w->all = true;
	return 0;
}

int calibrate_abort(struct cli *cli, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "all", KEY_ALL, NULL, 0, "Forget all readings taken so far", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_abort,
		.doc = "Take the running step back, wherever it was begun.\v"
		       "With --all the readings taken so far are forgotten, too. The "
		       "calibration in force stays.",
	};
	struct words w = { .cli = cli };
	int code, parsed = cli_parse(cli, &argp, argc, argv, &w);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (w.all) {
		code = subverb_confirm(
			cli, "Forget all readings of the calibration that was begun?");
		if (code != CLI_OK)
			return code;
	}
	return calibrate_step_run(cli, "calibrate.abort",
		w.all ? json_pack("{s:b}", "all", 1) : NULL, "abort");
}

static error_t parse_drop(int key, char *value, struct argp_state *state)
{
	struct words *w = state->input;
	char *end;

	if (key == KEY_AGAIN) {
		w->again = true;
		return 0;
	}
	if (key != ARGP_KEY_ARG || w->item >= 0)
		return ARGP_ERR_UNKNOWN;
	w->item = strtol(value, &end, 10);
	if (end != value && !*end && w->item >= 0)
		return 0;
	cli_error(w->cli,
		"\"%s\" is no reading: give its number, as stance calibrate status "
		"shows it",
		value);
	return EINVAL;
}

int calibrate_drop(struct cli *cli, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "again", KEY_AGAIN, NULL, 0, "Take it in again", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_drop,
		.args_doc = "ITEM",
		.doc = "Leave a reading out of the fit: a weight that was not the one "
		       "it seemed to be.\v"
		       "It is kept in the file, marked. stance calibrate status shows "
		       "the numbers.",
	};
	struct words w = { .cli = cli, .item = -1 };
	int parsed = cli_parse(cli, &argp, argc, argv, &w);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (w.item < 0) {
		cli_error(cli,
			"say which reading: stance calibrate status shows the numbers");
		return CLI_USAGE;
	}
	return calibrate_step_run(cli, "calibrate.drop",
		json_pack("{s:I,s:b}", "item", (json_int_t)w.item, "dropped",
			w.again ? 0 : 1),
		"drop");
}

/* --- status ------------------------------------------------------------------------------- */

static void print_in_force(FILE *out, const json_t *c)
{
	const char *state = members_text(c, "state"), *id = members_text(c, "id");
	const json_t *check = json_object_get(c, "last_check");
	double days = members_number(c, "expires_days");

	fprintf(out, "calibration  %s\n", phrases_calibration(state));
	if (*id)
		fprintf(out, "             %s, %.0f days old", id,
			members_number(c, "age_days"));
	if (*id && isfinite(days))
		fprintf(out, days >= 0 ? ", good for %.0f days more" : ", expired",
			days);
	if (*id)
		fputc('\n', out);
	if (*members_text(c, "reason"))
		fprintf(out, "             %s\n", members_text(c, "reason"));
	if (json_is_true(json_object_get(c, "quick")))
		fprintf(out, "             quick: made with one weight or a person\n");
	if (json_is_true(json_object_get(c, "drift")))
		fprintf(out, "             the empty mat no longer reads as it did: "
			     "check it "
			     "with a weight (stance calibrate check)\n");
	if (json_is_object(check))
		fprintf(out, "last check   %.2f kg measured as %.2f kg: %s\n",
			members_number(check, "mass_kg"),
			members_number(check, "measured_kg"),
			json_is_true(json_object_get(check, "ok")) ? "good"
								   : "NOT GOOD");
}

static void print_item(FILE *out, const json_t *item)
{
	double mass = members_number(item, "mass_kg"), x = members_number(item, "x_mm"),
	       coverage = members_number(item, "coverage_frac");
	time_t at = (time_t)(members_number(item, "at_unix_ms") / 1e3);
	char when[16] = "";
	struct tm tm;

	if (localtime_r(&at, &tm))
		strftime(when, sizeof(when), "%H:%M", &tm);
	fprintf(out, "  %3.0f  %s  %-10s", members_number(item, "item"), when,
		members_text(item, "step"));
	if (isfinite(mass))
		fprintf(out, "%8.2f kg", mass);
	if (isfinite(x))
		fprintf(out, " at (%.0f, %.0f) mm", x, members_number(item, "y_mm"));
	if (isfinite(coverage) && strcmp(members_text(item, "step"), "roll") == 0)
		fprintf(out, "  %.1f %% covered", 100 * coverage);
	fprintf(out, "%s\n",
		json_is_true(json_object_get(item, "dropped")) ? "  left out" : "");
}

static void print_draft(FILE *out, const json_t *draft)
{
	const json_t *items = json_object_get(draft, "items");

	if (!json_is_object(draft)) {
		fprintf(out,
			"begun        nothing; stance calibrate run guides through "
			"one\n");
		return;
	}
	fprintf(out, "begun        %zu reading%s; %s; %s\n", json_array_size(items),
		json_array_size(items) == 1 ? "" : "s",
		json_is_true(json_object_get(draft, "fitted")) ? "fitted"
							       : "not fitted yet",
		!json_is_true(json_object_get(draft, "judged")) ? "not judged yet"
		: json_is_true(json_object_get(draft, "passed"))
			? "verification passed"
			: "verification NOT passed");
	for (size_t i = 0; i < json_array_size(items); i++)
		print_item(out, json_array_get(items, i));
	calibrate_text_report(out, json_object_get(draft, "report"));
	calibrate_text_verification(out, json_object_get(draft, "verification"));
}

static int ask(
	struct cli *cli, const char *method, struct client **client, json_t **result)
{
	struct client_message message;
	int code = connect_open(cli, client);

	if (code != CLI_OK)
		return code;
	code = connect_call(cli, *client, method, NULL, ANSWER_MS, &message);
	if (code != CLI_OK)
		return code;
	if (cli->json)
		connect_print_result(cli, &message);
	*result = json_deep_copy(message.result);
	return CLI_OK;
}

int calibrate_status(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "What is in force, and how far a calibration that was begun has "
		       "come."
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL), code;
	struct client *client = NULL;
	const json_t *running;
	json_t *status = NULL;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = ask(cli, "calibrate.status", &client, &status);
	if (code == CLI_OK && !cli->json) {
		running = json_object_get(status, "running");
		print_in_force(cli->out, json_object_get(status, "calibration"));
		if (json_is_object(running))
			fprintf(cli->out, "running      %s: %s\n",
				members_text(running, "step"),
				members_text(running, "hint"));
		print_draft(cli->out, json_object_get(status, "draft"));
	}
	json_decref(status);
	client_close(client);
	return code;
}

/* --- list --------------------------------------------------------------------------------- */

static void print_calibration(FILE *out, const json_t *c)
{
	time_t at = (time_t)(members_number(c, "created_unix_ms") / 1e3);
	char when[32] = "";
	struct tm tm;

	if (localtime_r(&at, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	fprintf(out, "%s %s  %s  %-16s %3.0f x %-3.0f %-18s %s%s\n",
		json_is_true(json_object_get(c, "in_force")) ? "*" : " ",
		members_text(c, "id"), when, members_text(c, "serial"),
		members_number(c, "rows"), members_number(c, "cols"),
		members_text(c, "operator"),
		json_is_true(json_object_get(c, "verified")) ? "verified"
							     : "unverified",
		json_is_true(json_object_get(c, "quick")) ? ", quick" : "");
}

int calibrate_list(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "All calibrations there are, the newest first; * is in force."
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL), code;
	struct client *client = NULL;
	const json_t *all, *damaged;
	json_t *list = NULL;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = ask(cli, "calibrate.list", &client, &list);
	all = json_object_get(list, "calibrations");
	damaged = json_object_get(list, "damaged");
	if (code == CLI_OK && !cli->json && json_array_size(all) == 0)
		cli_note(cli, "there is no calibration yet; stance calibrate run");
	for (size_t i = 0; code == CLI_OK && !cli->json && i < json_array_size(all);
		i++)
		print_calibration(cli->out, json_array_get(all, i));
	for (size_t i = 0; code == CLI_OK && i < json_array_size(damaged); i++)
		cli_error(cli, "%s cannot be read: damaged or changed by hand",
			json_string_value(json_array_get(damaged, i)));
	json_decref(list);
	client_close(client);
	return code;
}
