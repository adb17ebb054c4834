/* calibrate.h: the guide through all of a calibration, on a terminal. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/cli/calibrate.h"
#include "src/cli/calibrate_plan.h"
#include "src/cli/connect.h"
#include "src/cli/members.h"
#include "src/ipc/client.h"
#include "src/ipc/documents.h"

#define ANSWER_MS   15000
#define ANSWER_SIZE 256
#define ATTEMPTS    3 /* at understanding an answer */

struct guide {
	struct cli *cli;
	struct client *client;
	struct agenda_tools tools;
	struct calibrate_plan plan;
	json_t *draft; /* as far as the daemon has come; NULL: nothing */
};

/* --- asking ------------------------------------------------------------------------------- */

/* Ask and read a line without its newline. Returns false at the end of input. */
static bool ask(const struct guide *g, const char *question, char answer[ANSWER_SIZE])
{
	fprintf(g->cli->err, "%s ", question);
	fflush(g->cli->err);
	if (!fgets(answer, ANSWER_SIZE, g->cli->in))
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return true;
}

/* Returns 1 yes, 0 no, -1 the end of input. */
static int ask_yes(const struct guide *g, const char *question, bool otherwise)
{
	char answer[ANSWER_SIZE];

	if (!ask(g, question, answer))
		return -1;
	if (!*answer)
		return otherwise;
	return *answer == 'y' || *answer == 'Y';
}

/* A mass, NaN for an empty answer. Returns false if none was understood. */
static bool ask_mass(const struct guide *g, const char *question, double *mass_kg)
{
	char answer[ANSWER_SIZE];

	for (int i = 0; i < ATTEMPTS; i++) {
		*mass_kg = NAN;
		if (!ask(g, question, answer))
			return false;
		if (!*answer || calibrate_words_mass(g->cli, "", answer, mass_kg) == 0)
			return true;
	}
	return false;
}

/* Masses, none for an empty answer. Returns how many, or -1. */
static int ask_masses(const struct guide *g, const char *question,
	double masses_kg[CALIBRATE_MAX_MASSES])
{
	char answer[ANSWER_SIZE];

	for (int i = 0; i < ATTEMPTS; i++) {
		int n;

		if (!ask(g, question, answer))
			return -1;
		n = calibrate_words_masses(g->cli, "", answer, masses_kg);
		if (n >= 0)
			return n;
	}
	return -1;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void say(const struct guide *g, const char *text)
{
	fprintf(g->cli->err, "%s\n", text);
}

/* Returns false if the answers end. */
static bool ask_tools(struct guide *g)
{
	struct agenda_tools *t = &g->tools;
	int yes;

	say(g, "\nWhat is at hand decides how sure the mat will be:\n"
	       "  one known weight, or you on a scale   a quick calibration, marked "
	       "so\n"
	       "  two weights or more, light and heavy  the curve of the cells\n"
	       "  a roller (a dumb-bell bar will do)    all cells alike\n"
	       "  discs to stack, 3 kg to 35 kg steps   hysteresis: sway not too low\n"
	       "A small footprint (30 mm radius) presses as hard as feet do.\n");
	t->n_masses = ask_masses(g,
		"Weights, kilograms, commas between (20,40,60), Enter for none:",
		t->masses_kg);
	if (t->n_masses < 0)
		return false;
	qsort(t->masses_kg, (size_t)t->n_masses, sizeof(t->masses_kg[0]), by_size);
	yes = ask_yes(g, "A roller? [y/N]", false);
	t->has_roller = yes > 0;
	t->roller_kg = NAN;
	if (yes < 0 ||
		(t->has_roller &&
			!ask_mass(g, "Its mass, Enter if unknown:", &t->roller_kg)))
		return false;
	if (!ask_mass(g, "Your own mass by a scale, Enter if unknown:", &t->body_kg))
		return false;
	t->n_stairs = ask_masses(g,
		"Loads to stack one after another on one disc, for instance\n"
		"60,57,50,40,25,40,50,57,60, Enter for none:",
		t->stairs_kg);
	if (t->n_stairs < 0)
		return false;
	say(g, calibrate_plan_worth(t));
	return t->n_masses > 0 || isfinite(t->body_kg);
}

/* --- steps -------------------------------------------------------------------------------- */

static void forget_draft(struct guide *g)
{
	json_decref(g->draft);
	g->draft = NULL;
}

static int look_at_draft(struct guide *g)
{
	struct client_message message;
	int code = connect_call(
		g->cli, g->client, "calibrate.status", NULL, ANSWER_MS, &message);
	const json_t *draft;

	if (code != CLI_OK)
		return code;
	forget_draft(g);
	draft = json_object_get(message.result, "draft");
	if (json_is_object(draft))
		g->draft = json_deep_copy(draft);
	return CLI_OK;
}

static json_t *params_of(const struct guide *g, const struct calibrate_plan_step *s)
{
	struct calibrate_words w = { .mass_kg = s->mass_kg,
		.x_mm = s->x_mm,
		.y_mm = s->y_mm,
		.placing_mm = NAN,
		.mass_frac = NAN,
		.n_passes = s->n_passes };

	if (s->is_staircase) {
		w.n_masses = g->tools.n_stairs;
		memcpy(w.masses_kg, g->tools.stairs_kg, sizeof(w.masses_kg));
	}
	return calibrate_words_params(&w);
}

/* One request, with its live picture and what came of it. Returns the exit code. */
static int request(
	struct guide *g, const char *method, json_t *params, const char *title)
{
	json_t *step = NULL;
	int code =
		calibrate_step_follow(g->cli, g->client, method, params, title, &step);

	if (code == CLI_OK) {
		code = calibrate_step_exit(step);
		json_object_del(step, "next"); /* here the plan says what is next */
		calibrate_text_step(g->cli, step);
	}
	json_decref(step);
	fflush(g->cli->out);
	return code;
}

enum choice { CHOICE_GO, CHOICE_SKIP, CHOICE_LEAVE };

static enum choice choose(const struct guide *g, const char *go)
{
	char question[96], answer[ANSWER_SIZE];

	snprintf(question, sizeof(question), "[Enter %s, s skips, q leaves]", go);
	if (!ask(g, question, answer) || *answer == 'q' || *answer == 'Q')
		return CHOICE_LEAVE;
	return *answer == 's' || *answer == 'S' ? CHOICE_SKIP : CHOICE_GO;
}

static bool is_final(int code)
{
	return code == CLI_NO_DAEMON || code == CLI_PERMISSION;
}

/* One step until it went well, was skipped or left. Returns CLI_OK to go on, else the exit code. */
static int do_step(struct guide *g, const struct calibrate_plan_step *s, int i, int n)
{
	const char *go = "begins";

	fprintf(g->cli->err, "\nStep %d of %d: %s\n  %s\n", i + 1, n, s->title,
		s->what);
	for (;;) {
		enum choice choice = choose(g, go);
		int code;

		if (choice == CHOICE_SKIP)
			return CLI_OK;
		if (choice == CHOICE_LEAVE)
			return CLI_CANCELLED;
		code = request(g, s->method, params_of(g, s), s->title);
		if (code == CLI_OK || is_final(code))
			return code;
		go = "tries again";
	}
}

static int do_plan(struct guide *g)
{
	int code = look_at_draft(g), n_done = 0;

	if (code != CLI_OK)
		return code;
	calibrate_plan_tick(&g->plan, g->draft);
	for (int i = 0; i < g->plan.n; i++)
		n_done += g->plan.steps[i].done;
	if (n_done > 0)
		fprintf(g->cli->err, "%d of %d steps are done.\n", n_done, g->plan.n);
	for (int i = 0; code == CLI_OK && i < g->plan.n; i++)
		if (!g->plan.steps[i].done)
			code = do_step(g, &g->plan.steps[i], i, g->plan.n);
	return code;
}

/* --- the course of it --------------------------------------------------------------------- */

/* Is there a mat that can be calibrated? Learns its size. */
static int look_at_mat(struct guide *g)
{
	struct client_message message;
	struct status_document status;
	int code = connect_call(g->cli, g->client, "status", NULL, ANSWER_MS, &message);

	if (code != CLI_OK)
		return code;
	if (document_get_status(message.result, &status) < 0 ||
		strcmp(status.mat_state, "streaming") != 0) {
		cli_error(g->cli, "no mat is streaming; stance doctor says why");
		return CLI_NO_MAT;
	}
	if (strcmp(members_text(
			   json_object_get(message.result, "calibration"), "state"),
		    "not_needed") == 0) {
		cli_error(g->cli, "this mat sends force: it needs no calibration");
		return CLI_FAILURE;
	}
	g->tools.half_x_mm = 0.5 * status.cols * status.pitch_x_mm;
	g->tools.half_y_mm = 0.5 * status.rows * status.pitch_y_mm;
	fprintf(g->cli->err, "%s, serial %s: %.0f x %.0f mm, %d x %d cells.\n",
		status.model, status.serial, 2 * g->tools.half_x_mm,
		2 * g->tools.half_y_mm, status.cols, status.rows);
	return CLI_OK;
}

/* Go on with what was begun, or begin anew? */
static int ask_resume(struct guide *g)
{
	int yes, code = look_at_draft(g);
	size_t n = json_array_size(json_object_get(g->draft, "items"));
	char question[128];

	if (code != CLI_OK || n == 0)
		return code;
	snprintf(question, sizeof(question),
		"\nA calibration was begun: %zu reading%s. Go on with it? [Y/n]", n,
		n == 1 ? "" : "s");
	yes = ask_yes(g, question, true);
	if (yes < 0)
		return CLI_CANCELLED;
	if (yes > 0)
		return CLI_OK;
	return request(
		g, "calibrate.abort", json_pack("{s:b}", "all", 1), "begin anew");
}

static int fit(struct guide *g)
{
	int code;

	say(g, "\nFitting.");
	code = request(g, "calibrate.fit", NULL, "fit");
	if (code != CLI_OK && !is_final(code))
		say(g, "Do what it says and call stance calibrate run again: what is "
		       "done is kept. stance calibrate drop leaves a reading out.");
	return code;
}

static int verify(struct guide *g)
{
	int code;

	say(g, "\nVerification: a weight that was not used above, put exactly (a jig, "
	       "or lines on the mat) at six places. Without it the calibration counts "
	       "as unverified, and every result says so.");
	if (!ask_mass(g, "Its mass, Enter to do without:", &g->tools.verify_kg))
		return CLI_CANCELLED;
	if (isnan(g->tools.verify_kg))
		return CLI_OK;
	calibrate_plan_verification(&g->plan, &g->tools);
	code = do_plan(g);
	if (code != CLI_OK)
		return code;
	code = request(g, "calibrate.judge", NULL, "verification");
	return code == CLI_VERIFICATION ? CLI_OK
					: code; /* who is asked next may decide */
}

static int accept(struct guide *g)
{
	char name[ANSWER_SIZE] = "";
	json_t *params;
	int code;

	say(g, "");
	if (!ask(g, "Put it in force? Your name, Enter to leave it for now:", name))
		return CLI_CANCELLED;
	if (!*name) {
		say(g, "Not in force. Later: stance calibrate accept --operator NAME");
		return CLI_CANCELLED;
	}
	params = json_object();
	if (members_set_text(params, "operator", name) < 0) {
		json_decref(params);
		cli_error(g->cli, "the name must be valid UTF-8");
		return CLI_FAILURE;
	}
	code = request(g, "calibrate.accept", params, "accept");
	if (code == CLI_OK)
		say(g, "The sheet remembers the weights for some minutes: let it rest "
		       "before somebody is measured.");
	return code;
}

static int guide(struct guide *g)
{
	int code = look_at_mat(g);

	if (code == CLI_OK)
		code = ask_resume(g);
	if (code == CLI_OK && !ask_tools(g))
		code = CLI_CANCELLED;
	if (code == CLI_OK) {
		calibrate_plan_readings(&g->plan, &g->tools);
		code = do_plan(g);
	}
	if (code == CLI_OK)
		code = fit(g);
	if (code == CLI_OK)
		code = verify(g);
	if (code == CLI_OK)
		code = accept(g);
	if (code == CLI_CANCELLED)
		say(g, "What was done is kept; stance calibrate run goes on with it.");
	return code;
}

int calibrate_run(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Be guided through a calibration: asks what is at hand, says "
		       "what to do, shows what the mat sees, and can be left and gone "
		       "on with at any step.\v"
		       "Needs a terminal. With one known weight and a person it takes "
		       "five minutes, with a roller and three weights half an hour."
	};
	struct guide g = { .cli = cli };
	int code, parsed = cli_parse(cli, &argp, argc, argv, NULL);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!cli->in_is_terminal || !isatty(fileno(cli->err))) {
		cli_error(cli,
			"this asks questions and needs a terminal; in a script say "
			"zero, roll, load, fit, verify and accept one by one (stance "
			"calibrate --help)");
		return CLI_USAGE;
	}
	g.tools.verify_kg = NAN;
	code = connect_open(cli, &g.client);
	if (code == CLI_OK)
		code = guide(&g);
	forget_draft(&g);
	client_close(g.client);
	return code;
}
