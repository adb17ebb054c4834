/* `stance trial run`: one trial from the first word to the result. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/base/clock.h"
#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/members.h"
#include "src/cli/subverb.h"
#include "src/cli/terminal.h"
#include "src/cli/trial_progress.h"
#include "src/cli/trial_text.h"
#include "src/cli/trials.h"
#include "src/cli/verbs.h"
#include "src/core/trial/protocol.h"
#include "src/ipc/rpc.h"

#define ANSWER_MS 10000 /* chosen: a trial begins when the disk has answered */
#define NO_MAT_S  5.0   /* as `watch`: a mat that was just plugged in may come */
#define RETRY_NS  200000000
#define SILENCE_S                                                                      \
	15.0 /* chosen: the daemon tells five times a second, or stores for 6 s */
#define ABORT_S     10.0 /* chosen: to store what was measured before the interrupt */
#define MAX_PAIN    10
#define MAX_LIFT_MM 60.0
#define MAX_WAIT_S  3600

/* What was asked for, and how it goes. */
struct run {
	struct cli *cli;
	bool list, practice;
	const char *protocol, *patient, *operator_name;
	const char *footwear, *support, *orthosis;
	long long visit;
	double duration_s, settle_s, wait_s; /* NaN: the protocol's */
	int pain;                            /* -1: not said */
	double lift_mm;                      /* plate under one foot, + right */

	struct client *client;
	struct trial_progress progress;
	int signals; /* descriptor */
	long long id;
	bool done, interrupted;
	int64_t heard_ns, interrupted_ns;
	int code;
};

static double since_s(int64_t t_ns)
{
	return (double)(clock_now_ns() - t_ns) / (double)CLOCK_NS_PER_S;
}

static void finish(struct run *r, int code)
{
	trial_progress_end(&r->progress);
	if (!r->done)
		r->code = code;
	r->done = true;
}

/* --- starting ------------------------------------------------------------------------------ */

static void set_number(json_t *object, const char *key, double value)
{
	if (!isnan(value))
		json_object_set_new(object, key, json_real(value));
}

/* The request as text, to be freed; NULL without memory or for texts that are no UTF-8. */
static char *make_request(const struct run *r)
{
	json_t *params = json_object(), *condition = json_object();
	char *text;
	int err = 0;

	err |= members_set_text(params, "protocol", r->protocol);
	err |= members_set_text(params, "patient", r->patient);
	err |= members_set_text(params, "operator", r->operator_name);
	if (r->visit > 0)
		json_object_set_new(params, "visit", json_integer(r->visit));
	if (r->practice)
		json_object_set_new(params, "practice", json_true());
	set_number(params, "duration_s", r->duration_s);
	set_number(params, "settle_s", r->settle_s);
	set_number(params, "wait_s", r->wait_s);
	err |= members_set_text(condition, "footwear", r->footwear);
	err |= members_set_text(condition, "support", r->support);
	err |= members_set_text(condition, "orthosis", r->orthosis);
	if (r->pain >= 0)
		json_object_set_new(condition, "pain", json_integer(r->pain));
	if (r->lift_mm != 0)
		json_object_set_new(condition, "lift_mm", json_real(r->lift_mm));
	json_object_set_new(params, "condition", condition);
	text = err ? NULL : json_dumps(params, JSON_COMPACT);
	json_decref(params);
	return text;
}

static bool was_no_mat(const struct client_message *message)
{
	return json_integer_value(json_object_get(message->error, "code")) ==
	       RPC_NO_MAT;
}

/* A mat that has just been plugged in, or a daemon that has just been started, gets its seconds. */
static int start(struct run *r)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	int64_t begun_ns = clock_now_ns();
	struct client_message message;
	char *request = make_request(r);
	int err = request ? 0 : -EINVAL;

	if (!request)
		cli_error(r->cli, "the words of this command must be valid UTF-8");
	while (err == 0) {
		err = client_call(
			r->client, "trial.start", request, ANSWER_MS, &message);
		if (err != -EREMOTEIO || !was_no_mat(&message) ||
			since_s(begun_ns) > NO_MAT_S ||
			terminal_signal(r->signals) == SIGINT)
			break;
		nanosleep(&pause, NULL);
		err = 0;
	}
	free(request);
	if (err == -EINVAL)
		return CLI_USAGE;
	if (err == -EREMOTEIO)
		return connect_refused(r->cli, "trial.start", message.error);
	if (err < 0)
		return connect_failed(r->cli, err);
	r->id = json_integer_value(json_object_get(message.result, "id"));
	r->heard_ns = clock_now_ns();
	trial_progress_show(&r->progress, message.result);
	return CLI_OK;
}

/* --- following ----------------------------------------------------------------------------- */

static void say_reasons(const struct run *r, const char *before, const json_t *document)
{
	const json_t *reasons = json_object_get(document, "reasons");

	if (json_array_size(reasons) == 0)
		cli_error(r->cli, "%s", before);
	for (size_t i = 0; i < json_array_size(reasons); i++)
		cli_error(r->cli, "%s: %s", before,
			json_string_value(json_array_get(reasons, i)));
}

static void take_progress(struct run *r, const json_t *document)
{
	const char *state = json_string_value(json_object_get(document, "state"));

	if (!state || json_integer_value(json_object_get(document, "id")) != r->id)
		return;
	if (strcmp(state, "stored") == 0) {
		finish(r, CLI_OK);
	} else if (strcmp(state, "timeout") == 0) {
		finish(r, CLI_TIMEOUT);
		say_reasons(r, "no trial", document);
	} else if (strcmp(state, "failed") == 0) {
		finish(r, CLI_FAILURE);
		say_reasons(r, "the trial could not be stored", document);
	} else {
		trial_progress_show(&r->progress, document);
	}
}

static void take_messages(struct run *r)
{
	struct client_message message;
	int n = 0;

	while (!r->done && (n = client_poll(r->client, &message)) != 0) {
		r->heard_ns = clock_now_ns();
		if (n > 0 && message.method && strcmp(message.method, "trial") == 0)
			take_progress(r, message.params);
		else if (n < 0 && n != -EBADMSG) {
			finish(r, CLI_NO_DAEMON);
			cli_error(r->cli,
				"the daemon has gone (%s); what was recorded of trial "
				"%lld is kept as interrupted when it starts again",
				strerror(-n), r->id);
		}
	}
}

/* The first interrupt ends the trial in order, the second leaves it to the daemon. */
static void take_signals(struct run *r)
{
	char params[64];
	int number;

	while ((number = terminal_signal(r->signals)) != 0) {
		if (number == SIGWINCH)
			continue;
		if (number == SIGTSTP) {
			raise(SIGSTOP);
			continue;
		}
		if (r->interrupted) {
			finish(r, CLI_INTERRUPTED);
			return;
		}
		r->interrupted = true;
		r->interrupted_ns = clock_now_ns();
		snprintf(params, sizeof(params), "{\"id\":%lld}", r->id);
		client_send(r->client, "trial.abort", params);
	}
}

static void check_deadlines(struct run *r)
{
	if (r->interrupted && since_s(r->interrupted_ns) > ABORT_S) {
		finish(r, CLI_INTERRUPTED);
		cli_error(
			r->cli, "trial %lld was aborted, but is not stored yet", r->id);
	} else if (since_s(r->heard_ns) > SILENCE_S) {
		finish(r, CLI_TIMEOUT);
		cli_error(r->cli,
			"nothing was heard of trial %lld for %.0f s; stance status "
			"says how the station stands",
			r->id, SILENCE_S);
	}
}

static void follow(struct run *r)
{
	while (!r->done) {
		struct pollfd fds[] = {
			{ .fd = client_fd(r->client), .events = POLLIN },
			{ .fd = r->signals, .events = POLLIN },
		};

		if (client_wants_write(r->client))
			fds[0].events |= POLLOUT;
		if (poll(fds, 2, 500) < 0 && errno != EINTR) {
			cli_error(r->cli, "poll: %s", strerror(errno));
			finish(r, CLI_FAILURE);
		}
		if (fds[1].revents)
			take_signals(r);
		take_messages(r);
		if (!r->done)
			check_deadlines(r);
	}
}

/* --- the result ---------------------------------------------------------------------------- */

static int show(struct run *r)
{
	struct client_message message;
	char params[64];
	int code;

	snprintf(params, sizeof(params), "{\"id\":%lld}", r->id);
	code = connect_call(
		r->cli, r->client, "trial.show", params, ANSWER_MS, &message);
	if (code != CLI_OK)
		return code;
	if (r->cli->json)
		connect_print_result(r->cli, &message);
	else
		trial_text_print(r->cli, message.result, r->cli->verbose > 0);
	return CLI_OK;
}

/* What is not said is what was noted of the visit, else what the protocol asks for; it is shown with the result. */
static const char *footwear_of(struct run *r, char *noted, size_t size)
{
	struct client_message message;
	char params[64];

	if (r->footwear)
		return strcmp(r->footwear, "unknown") == 0 ? NULL : r->footwear;
	snprintf(params, sizeof(params), "{\"id\":%lld}", r->visit);
	if (r->visit > 0 && client_call(r->client, "visit.plan", params, ANSWER_MS,
				    &message) == 0) {
		snprintf(noted, size, "%s", members_text(message.result, "footwear"));
		if (*noted)
			return noted;
	}
	return *protocol_footwear(protocol_find(r->protocol))
		       ? protocol_footwear(protocol_find(r->protocol))
		       : NULL;
}

static int run(struct run *r)
{
	struct client_message message;
	char noted[RECORD_WORD_SIZE];
	int code = connect_open(r->cli, &r->client);

	if (code != CLI_OK)
		return code;
	trial_progress_init(&r->progress, r->cli);
	r->signals = terminal_signals_open();
	code = connect_call(r->cli, r->client, "subscribe", "{\"streams\":[\"trial\"]}",
		ANSWER_MS, &message);
	if (code == CLI_OK) {
		r->footwear = footwear_of(r, noted, sizeof(noted));
		code = start(r);
	}
	if (code == CLI_OK) {
		follow(r);
		code = r->code;
	}
	if (code == CLI_OK)
		code = show(r);
	if (code == CLI_OK && r->interrupted)
		code = CLI_INTERRUPTED;
	terminal_signals_close(r->signals);
	client_close(r->client);
	return code;
}

/* --- words --------------------------------------------------------------------------------- */

enum {
	KEY_PROTOCOL = 0x200,
	KEY_PATIENT,
	KEY_VISIT,
	KEY_DURATION,
	KEY_SETTLE,
	KEY_WAIT,
	KEY_FOOTWEAR,
	KEY_SUPPORT,
	KEY_ORTHOSIS,
	KEY_PAIN,
	KEY_LIFT,
	KEY_OPERATOR,
	KEY_LIST,
	KEY_PRACTICE,
};

static error_t read_seconds(const struct run *r, const char *option, const char *value,
	double most, double *out)
{
	char *end;

	*out = strtod(value, &end);
	if (end != value && !*end && *out >= 0 && *out <= most)
		return 0;
	cli_error(r->cli, "%s %s: give seconds, at most %g", option, value, most);
	return EINVAL;
}

static error_t read_pain(struct run *r, const char *value)
{
	char *end;
	long pain = strtol(value, &end, 10);

	r->pain = (int)pain;
	if (end != value && !*end && pain >= 0 && pain <= MAX_PAIN)
		return 0;
	cli_error(
		r->cli, "--pain %s: give a whole number from 0 to %d", value, MAX_PAIN);
	return EINVAL;
}

static error_t read_lift(struct run *r, const char *value)
{
	char *end;

	r->lift_mm = strtod(value, &end);
	if (end != value && !*end && fabs(r->lift_mm) <= MAX_LIFT_MM)
		return 0;
	cli_error(r->cli,
		"--lift-mm %s: give the plate's height in millimetres, at most %g; "
		"positive "
		"under the right foot, negative under the left",
		value, MAX_LIFT_MM);
	return EINVAL;
}

/* Options that are texts: where each goes. */
static const char **text_place(struct run *r, int key)
{
	switch (key) {
	case KEY_PROTOCOL:
		return &r->protocol;
	case KEY_PATIENT:
		return &r->patient;
	case KEY_FOOTWEAR:
		return &r->footwear;
	case KEY_SUPPORT:
		return &r->support;
	case KEY_ORTHOSIS:
		return &r->orthosis;
	case KEY_OPERATOR:
		return &r->operator_name;
	default:
		return NULL;
	}
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct run *r = state->input;
	const char **place = text_place(r, key);

	if (place) {
		*place = value;
		return 0;
	}
	switch (key) {
	case KEY_VISIT:
		return subverb_parse_id(r->cli, "visit", value, &r->visit);
	case KEY_DURATION:
		return read_seconds(r, "--duration", value, MAX_WAIT_S, &r->duration_s);
	case KEY_SETTLE:
		return read_seconds(r, "--settle", value, MAX_WAIT_S, &r->settle_s);
	case KEY_WAIT:
		return read_seconds(r, "--wait", value, MAX_WAIT_S, &r->wait_s);
	case KEY_PAIN:
		return read_pain(r, value);
	case KEY_LIFT:
		return read_lift(r, value);
	case KEY_LIST:
		r->list = true;
		return 0;
	case KEY_PRACTICE:
		r->practice = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "protocol", KEY_PROTOCOL, "KEY", 0,
		"What is done; stance protocols lists them", 0 },
	{ "patient", KEY_PATIENT, "CODE", 0, "Whose trial it is; else anonymous", 0 },
	{ "visit", KEY_VISIT, "ID", 0, "Which visit it belongs to", 0 },
	{ "practice", KEY_PRACTICE, NULL, 0,
		"To get used to it: stored, but it counts for nothing", 0 },
	{ "duration", KEY_DURATION, "S", 0, "Measure S seconds, not the protocol's",
		0 },
	{ "settle", KEY_SETTLE, "S", 0, "Let S seconds pass before measuring", 0 },
	{ "wait", KEY_WAIT, "S", 0, "Wait S seconds for a person (60)", 0 },
	{ "footwear", KEY_FOOTWEAR, "WORD", 0,
		"barefoot, socks, shoes, unknown (else the visit's, or what the "
		"protocol asks for)",
		1 },
	{ "support", KEY_SUPPORT, "WORD", 0, "none, rail, aid", 1 },
	{ "orthosis", KEY_ORTHOSIS, "TEXT", 0, "What is worn", 1 },
	{ "pain", KEY_PAIN, "N", 0, "0 none to 10 worst", 1 },
	{ "lift-mm", KEY_LIFT, "B", 0,
		"Height of the plate under one foot: + right, - left (protocol lift)",
		1 },
	{ "operator", KEY_OPERATOR, "NAME", 0, "Who runs the trial", 1 },
	{ "list", KEY_LIST, NULL, 0, "List the protocols and leave", 2 },
	{ 0 },
};

static const struct argp run_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "--protocol KEY",
	.doc = "Run one trial and print its result.\v"
	       "It begins with a person who stands on the mat already, or waits for "
	       "one (exit code 5 if none comes). Exit code 0 whenever a result was "
	       "stored, whatever its verdict. Ctrl-C ends the trial: it is stored as "
	       "interrupted, exit code 130.",
};

int trial_run(struct cli *cli, int argc, char **argv)
{
	char name[64] = "stance protocols";
	char *words[] = { name, NULL };
	struct run r = { .cli = cli,
		.duration_s = NAN,
		.settle_s = NAN,
		.wait_s = NAN,
		.pain = -1,
		.signals = -1 };
	int parsed = cli_parse(cli, &run_argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (r.list)
		return verb_protocols(cli, 1, words);
	if (!r.protocol) {
		cli_error(cli,
			"say which trial: --protocol KEY; stance protocols lists "
			"them");
		return CLI_USAGE;
	}
	if (!protocol_find(r.protocol))
		return trial_unknown_protocol(cli, r.protocol);
	return run(&r);
}
