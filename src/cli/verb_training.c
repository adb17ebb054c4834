/* stance training: run a session, read what is stored, set a patient's programme. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/source.h"
#include "src/cli/subverb.h"
#include "src/cli/training_run.h"
#include "src/cli/verbs.h"
#include "src/core/training/exercise.h"

struct request {
	struct cli *cli;
	long long id;
	const char *patient, *programme;
	bool beyond_dose, supervised;
};

#define ANSWER_MS 5000 /* chosen: a busy daemon, not a dead one */

enum { KEY_PATIENT = 0x200, KEY_PROGRAMME, KEY_BEYOND, KEY_SUPERVISED };

static const struct argp_option run_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Who trains; else anonymous", 0 },
	{ "programme", KEY_PROGRAMME, "NAME", 0,
		"One of the table, or JSON as stance.training-programme/1", 0 },
	{ "beyond-dose", KEY_BEYOND, NULL, 0, "Even who trained enough", 0 },
	{ "supervised", KEY_SUPERVISED, NULL, 0,
		"Somebody stands beside: needed where eyes are closed", 0 },
	{ 0 },
};

static const struct argp_option patient_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Whose", 0 },
	{ 0 },
};

static const struct argp_option programme_options[] = {
	{ "patient", KEY_PATIENT, "CODE", 0, "Whose; without, the table", 0 },
	{ "programme", KEY_PROGRAMME, "NAME", 0, "Set it: a name, or JSON", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_PATIENT:
		r->patient = value;
		return 0;
	case KEY_PROGRAMME:
		r->programme = value;
		return 0;
	case KEY_BEYOND:
		r->beyond_dose = true;
		return 0;
	case KEY_SUPERVISED:
		r->supervised = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_id(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	if (key == ARGP_KEY_ARG && r->id == 0)
		return subverb_parse_id(r->cli, "session", value, &r->id);
	if (key == ARGP_KEY_END && r->id == 0) {
		cli_error(r->cli, "say which session: its number");
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Ask and print as JSON, or by `print`. */
static int ask(struct cli *cli, bool writes, const char *method, json_t *params,
	void (*print)(struct cli *cli, const json_t *result))
{
	struct source *source = NULL;
	int code = source_ask(cli, writes, method, params, &source);

	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK)
		print(cli, source_json(source));
	source_close(source);
	return code;
}

/* --- printing ---------------------------------------------------------------------------- */

static void print_sessions(struct cli *cli, const json_t *result)
{
	const json_t *all = json_object_get(result, "sessions");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *s = json_array_get(all, i);
		double success = members_number(s, "success_pct");
		char started[24];

		fprintf(cli->out, "training %lld  %s  %-16s  %-12s  %-9s",
			(long long)json_integer_value(json_object_get(s, "id")),
			phrases_minute(
				members_text(s, "started"), started, sizeof(started)),
			*members_text(s, "patient") ? members_text(s, "patient") : "-",
			members_text(s, "programme"), members_text(s, "end"));
		if (!isnan(success))
			fprintf(cli->out, "  in the zone %.0f %%", success);
		fputc('\n', cli->out);
	}
	if (json_array_size(all) == 0)
		cli_note(cli, "no training");
	if (json_is_true(json_object_get(result, "more")))
		cli_note(cli, "there are more");
}

/* The exercise's name; what is not known as it is called. */
static const char *exercise_title(const char *key)
{
	enum exercise exercise = exercise_find(key);

	return exercise < EXERCISE_N ? exercise_info(exercise)->title : key;
}

static void print_programme(struct cli *cli, const json_t *p)
{
	const json_t *blocks = json_object_get(p, "blocks");
	const json_t *now = json_object_get(p, "feedback_now");

	fprintf(cli->out, "%s: level %.0f, band %.0f mm, target %.0f mm\n",
		members_text(p, "name"), members_number(p, "level"),
		members_number(p, "band_mm"), members_number(p, "target_mm"));
	for (size_t i = 0; i < json_array_size(blocks); i++) {
		const json_t *b = json_array_get(blocks, i);
		const char *feedback = json_string_value(json_array_get(now, i));

		fprintf(cli->out, "  %-24s %4.0f s, rest %3.0f s, feedback %s%s\n",
			exercise_title(members_text(b, "exercise")),
			members_number(b, "duration_s"), members_number(b, "rest_s"),
			feedback ? feedback : "",
			json_is_true(json_object_get(b, "estimate")) ? ", estimate"
								     : "");
	}
}

static void print_programmes(struct cli *cli, const json_t *result)
{
	const json_t *all = json_object_get(result, "programmes");

	for (size_t i = 0; i < json_array_size(all); i++)
		print_programme(cli, json_array_get(all, i));
}

static void print_progress(struct cli *cli, const json_t *result)
{
	const json_t *all = json_object_get(result, "exercises");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *e = json_array_get(all, i);
		const json_t *trend = json_object_get(e, "trend");

		fprintf(cli->out, "%-24s", members_text(e, "title"));
		for (size_t k = 0; k < json_array_size(trend); k++)
			fprintf(cli->out, " %.1f",
				json_number_value(json_array_get(trend, k)));
		fprintf(cli->out, " %s. %s\n", members_text(e, "unit"),
			members_text(json_object_get(e, "change"), "text"));
	}
	if (json_array_size(all) == 0)
		cli_note(cli, "no training");
}

/* --- words ------------------------------------------------------------------------------- */

static int word_run(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .options = run_options,
		.parser = parse_option,
		.doc = "Arm the station: whoever steps on trains. Ends with the "
		       "session; "
		       "an interrupt ends it." };
	struct request r = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);
	struct training_wish wish;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	wish = (struct training_wish){ r.patient, r.programme, r.beyond_dose,
		r.supervised };
	return training_run(cli, &wish);
}

/* Parameters with the patient, NULL after saying that the code is no text. */
static json_t *params_of(struct cli *cli, const struct request *r)
{
	json_t *params = json_object();

	if (members_set_text(params, "patient", r->patient) == 0)
		return params;
	json_decref(params);
	cli_error(cli, "a patient's code must be valid UTF-8");
	return NULL;
}

static int word_list(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .options = patient_options,
		.parser = parse_option,
		.doc = "List sessions, the newest first." };
	struct request r = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);
	json_t *params;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	params = params_of(cli, &r);
	return params ? ask(cli, false, "training.list", params, print_sessions)
		      : CLI_USAGE;
}

static int word_show(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_id, .args_doc = "ID", .doc = "Show one session."
	};
	struct request r = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	return ask(cli, false, "training.show", json_pack("{sI}", "id", r.id),
		training_text_session);
}

static int word_progress(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .options = patient_options,
		.parser = parse_option,
		.args_doc = "--patient CODE",
		.doc = "Show each exercise's last sessions, and what changed." };
	struct request r = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);
	json_t *params;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	params = params_of(cli, &r);
	return params ? ask(cli, false, "training.progress", params, print_progress)
		      : CLI_USAGE;
}

static int set_programme(struct cli *cli, const struct request *r)
{
	json_t *params = params_of(cli, r), *programme;

	if (!params)
		return CLI_USAGE;
	programme = json_loads(r->programme, 0, NULL);
	if (programme)
		json_object_set_new(params, "programme", programme);
	else
		members_set_text(params, "programme", r->programme);
	return ask(cli, true, "training.set", params, print_programme);
}

static int word_programme(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .options = programme_options,
		.parser = parse_option,
		.doc = "Show the table of programmes, or a patient's; or set it." };
	struct request r = { .cli = cli };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (r.programme && !r.patient) {
		cli_error(cli, "say whose programme to set: --patient CODE");
		return CLI_USAGE;
	}
	if (r.programme)
		return set_programme(cli, &r);
	if (!r.patient)
		return ask(cli, false, "training.programmes", NULL, print_programmes);
	return ask(cli, false, "training.programme",
		json_pack("{ss}", "patient", r.patient), print_programme);
}

/* What the daemon alone knows: who trains now. */
static int ask_daemon(struct cli *cli, int argc, char **argv, const struct argp *argp,
	const char *method)
{
	struct client *client = NULL;
	struct client_message message;
	int code, parsed = cli_parse(cli, argp, argc, argv, NULL);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = connect_open(cli, &client);
	if (code == CLI_OK)
		code = connect_call(cli, client, method, NULL, ANSWER_MS, &message);
	if (code == CLI_OK && cli->json)
		connect_print_result(cli, &message);
	else if (code == CLI_OK)
		fprintf(cli->out, "%s%s%s\n", members_text(message.result, "state"),
			*members_text(message.result, "title") ? ": " : "",
			members_text(message.result, "title"));
	client_close(client);
	return code;
}

static int word_status(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .doc = "Show whether somebody trains." };

	return ask_daemon(cli, argc, argv, &argp, "training.status");
}

static int word_stop(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "End the session that runs; what was done is kept."
	};

	return ask_daemon(cli, argc, argv, &argp, "training.stop");
}

int verb_training(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "run", "[--patient CODE]: arm, follow one session, show it",
			word_run },
		{ "status", "whether somebody trains now", word_status },
		{ "stop", "end the session that runs; what was done is kept",
			word_stop },
		{ "list", "sessions, the newest first", word_list },
		{ "show", "ID: its exercises and scores", word_show },
		{ "progress", "--patient CODE: the last sessions, and what changed",
			word_progress },
		{ "programme", "[--patient CODE [--programme NAME]]: show or set it",
			word_programme },
		{ NULL },
	};

	return subverb_run(cli, subverbs,
		"Training: exercises with feedback, begun by stepping on.", argc, argv);
}
