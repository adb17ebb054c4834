/* calibrate.h: calibrations as files: show, export, import. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "calibration/file/calibration.h"
#include "src/base/slurp.h"
#include "src/cli/calibrate.h"
#include "src/cli/calibrate_certificate.h"
#include "src/cli/connect.h"
#include "src/cli/members.h"
#include "src/ipc/client.h"

#define ANSWER_MS 15000
#define MAX_BYTES ((size_t)256 * 1024 * 1024)
#define PIECE     24000 /* of a text; escaped it stays below a request's 64 KiB */

enum { KEY_FROM = 0x200, KEY_DRAFT };

struct words {
	struct cli *cli;
	const char *word; /* an id, or a file */
	const char *from, *output;
	bool draft;
};

static error_t parse_words(int key, char *value, struct argp_state *state)
{
	struct words *w = state->input;

	switch (key) {
	case KEY_FROM:
		w->from = value;
		return 0;
	case KEY_DRAFT:
		w->draft = true;
		return 0;
	case 'o':
		w->output = value;
		return 0;
	case ARGP_KEY_ARG:
		if (w->word)
			return ARGP_ERR_UNKNOWN;
		w->word = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- show --------------------------------------------------------------------------------- */

/* A file without the daemon: whole, or not shown. */
static int show_file(struct cli *cli, const char *path)
{
	struct calibration *calibration = NULL;
	char message[512] = "", *text = NULL;
	json_t *document;
	size_t n;
	int rc = slurp_file(path, MAX_BYTES, &text, &n);

	if (rc < 0) {
		cli_error(cli, "%s: cannot read the calibration: %s", path,
			strerror(-rc));
		return rc == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
	}
	rc = calibration_parse(text, n, false, &calibration, message, sizeof(message));
	document = rc == 0 ? json_loadb(text, n, 0, NULL) : NULL;
	if (document) {
		json_object_set_new(document, "id", json_string(calibration->id));
		if (cli->json)
			fprintf(cli->out, "%s\n", text);
		else
			calibrate_certificate_print(cli->out, document);
	} else {
		cli_error(cli, "%s: %s", path, message);
	}
	json_decref(document);
	calibration_free(calibration);
	free(text);
	return rc == 0 ? CLI_OK : rc == -ENOMEM ? CLI_FAILURE : CLI_CORRUPT;
}

int calibrate_need_one(struct cli *cli, struct client *client)
{
	struct client_message message;
	const json_t *c;
	int code = connect_call(
		cli, client, "calibrate.status", NULL, ANSWER_MS, &message);

	if (code != CLI_OK)
		return code;
	c = json_object_get(message.result, "calibration");
	if (*members_text(c, "id"))
		return CLI_OK;
	if (strcmp(members_text(c, "state"), "not_needed") == 0)
		cli_error(cli, "this mat sends force: it needs no calibration");
	else
		cli_error(cli,
			"no calibration is in force%s%s; stance calibrate run makes "
			"one, stance calibrate list shows what there is",
			*members_text(c, "reason") ? ": " : "",
			members_text(c, "reason"));
	return CLI_CALIBRATION;
}

static int show(struct words *w, struct client *client)
{
	struct client_message message;
	json_t *params = json_object();
	char *text;
	int code = w->word ? CLI_OK : calibrate_need_one(w->cli, client);

	members_set_text(params, "id", w->word);
	text = json_dumps(params, JSON_COMPACT);
	json_decref(params);
	if (code == CLI_OK)
		code = connect_call(
			w->cli, client, "calibrate.show", text, ANSWER_MS, &message);
	free(text);
	if (code != CLI_OK)
		return code;
	if (w->cli->json)
		connect_print_result(w->cli, &message);
	else
		calibrate_certificate_print(w->cli->out, message.result);
	return CLI_OK;
}

int calibrate_show(struct cli *cli, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "from", KEY_FROM, "FILE", 0,
			"Of a file, without the daemon; checks that it is whole", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_words,
		.args_doc = "[ID]",
		.doc = "The certificate of a calibration: the one in force, or ID.\v"
		       "Exit code 6 if none is in force.",
	};
	struct words w = { .cli = cli };
	struct client *client = NULL;
	int code, parsed = cli_parse(cli, &argp, argc, argv, &w);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (w.from)
		return show_file(cli, w.from);
	code = connect_open(cli, &client);
	if (code == CLI_OK)
		code = show(&w, client);
	client_close(client);
	return code;
}

/* --- export ------------------------------------------------------------------------------- */

int calibrate_fetch(struct cli *cli, struct client *client, const char *id,
	const char *what, FILE *out)
{
	struct client_message message;
	long long offset = 0;
	int code = CLI_OK;

	while (code == CLI_OK && offset >= 0) {
		json_t *params = json_pack("{s:I}", "offset", (json_int_t)offset);
		const json_t *next;
		char *text;

		members_set_text(params, "id", id);
		if (what)
			json_object_set_new(params, what, json_true());
		text = json_dumps(params, JSON_COMPACT);
		json_decref(params);
		code = connect_call(
			cli, client, "calibrate.export", text, ANSWER_MS, &message);
		free(text);
		if (code != CLI_OK)
			return code;
		fputs(members_text(message.result, "text"), out);
		next = json_object_get(message.result, "next_offset");
		if (json_is_integer(next) && json_integer_value(next) <= offset)
			return CLI_CORRUPT; /* would never end */
		offset = json_is_integer(next) ? json_integer_value(next) : -1;
	}
	return code;
}

/* Into a file beside it first, so that what was there before is whole until this one is. */
static int export_to_file(struct words *w, struct client *client)
{
	char part[1024];
	FILE *out;
	int code;

	snprintf(part, sizeof(part), "%s.part", w->output);
	out = fopen(part, "we");
	if (!out) {
		cli_error(w->cli, "%s: cannot write: %s", part, strerror(errno));
		return CLI_FAILURE;
	}
	code = calibrate_fetch(w->cli, client, w->draft ? "draft" : w->word, NULL, out);
	if (fflush(out) != 0 || fsync(fileno(out)) < 0 || ferror(out)) {
		cli_error(w->cli, "%s: cannot write: %s", part, strerror(errno));
		code = CLI_FAILURE;
	}
	fclose(out);
	if (code == CLI_OK && rename(part, w->output) < 0) {
		cli_error(w->cli, "%s: cannot write: %s", w->output, strerror(errno));
		code = CLI_FAILURE;
	}
	if (code != CLI_OK)
		unlink(part);
	else
		cli_note(w->cli, "wrote %s", w->output);
	return code;
}

int calibrate_export(struct cli *cli, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "output", 'o', "FILE", 0, "Write it there, not to standard output",
			0 },
		{ "draft", KEY_DRAFT, NULL, 0,
			"The calibration that was begun, with its readings so far", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_words,
		.args_doc = "[ID]",
		.doc = "Write a calibration as a file, with the readings it was fitted "
		       "to.\v"
		       "The one in force, or ID. stance calibrate fit --from FILE fits "
		       "it again.",
	};
	struct words w = { .cli = cli };
	struct client *client = NULL;
	int code, parsed = cli_parse(cli, &argp, argc, argv, &w);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = connect_open(cli, &client);
	if (code == CLI_OK && !w.word && !w.draft)
		code = calibrate_need_one(cli, client);
	if (code == CLI_OK)
		code = w.output ? export_to_file(&w, client)
				: calibrate_fetch(cli, client,
					  w.draft ? "draft" : w.word, NULL, cli->out);
	client_close(client);
	return code;
}

/* --- import ------------------------------------------------------------------------------- */

/* Where a piece that begins at `offset` ends: not within a character. */
static size_t piece_end(const char *text, size_t n, size_t offset)
{
	size_t end = offset + PIECE;

	if (end >= n)
		return n;
	while (end > offset + 1 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	return end;
}

static int send_pieces(struct cli *cli, const char *text, size_t n)
{
	struct client *client = NULL;
	json_t *step = NULL;
	int code = connect_open(cli, &client);

	for (size_t at = 0, end; code == CLI_OK && at < n; at = end) {
		json_t *params;

		end = piece_end(text, n, at);
		params = json_pack("{s:s%,s:I,s:I}", "text", text + at, end - at,
			"offset", (json_int_t)at, "total", (json_int_t)n);
		if (!params) {
			cli_error(cli, "this is no calibration: it is not UTF-8");
			code = CLI_CORRUPT;
			break;
		}
		json_decref(step);
		step = NULL;
		code = calibrate_step_follow(
			cli, client, "calibrate.import", params, "import", &step);
		if (code == CLI_OK && (code = calibrate_step_exit(step)) != CLI_OK)
			break;
	}
	if (step && cli->json) {
		json_dumpf(step, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(15));
		fputc('\n', cli->out);
	}
	if (step)
		calibrate_text_step(cli, step);
	json_decref(step);
	client_close(client);
	return code;
}

int calibrate_import(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_words,
		.args_doc = "FILE",
		.doc = "Put a calibration file in force.\v"
		       "Refused if it is for another mat, geometry, unit or setting, "
		       "or is damaged or changed by hand.",
	};
	struct words w = { .cli = cli };
	int rc, code, parsed = cli_parse(cli, &argp, argc, argv, &w);
	char *text = NULL;
	size_t n = 0;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!w.word) {
		cli_error(cli, "name the file");
		return CLI_USAGE;
	}
	rc = slurp_file(w.word, MAX_BYTES, &text, &n);
	if (rc == 0 && n == 0)
		rc = -ENODATA;
	if (rc < 0) {
		cli_error(cli, "%s: cannot read the calibration: %s", w.word,
			rc == -ENODATA ? "it is empty" : strerror(-rc));
		free(text);
		return rc == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
	}
	code = send_pieces(cli, text, n);
	free(text);
	return code;
}
