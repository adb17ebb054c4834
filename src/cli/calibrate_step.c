/* calibrate.h: one step of the daemon's, followed to its end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/base/clock.h"
#include "src/cli/calibrate.h"
#include "src/cli/calibrate_progress.h"
#include "src/cli/connect.h"
#include "src/cli/terminal.h"
#include "src/ipc/client.h"
#include "src/ipc/rpc.h"

#define ANSWER_MS 10000
#define SILENCE_S                                                                      \
	30.0 /* chosen: progress comes ten times a second; a fit takes seconds */
#define ABORT_S  3.0 /* chosen: the daemon takes a step back at once */
#define NO_MAT_S 5.0 /* as `watch`: a mat that was just plugged in may come */
#define RETRY_NS 200000000
#define WAKE_MS  40

struct follow {
	struct cli *cli;
	struct client *client;
	const char *method, *params;
	struct calibrate_progress progress;
	int signals;
	int64_t id; /* of the request */
	int64_t begun_ns, heard_ns, aborted_ns;
	bool done, aborted;
	int code;
	json_t *step;
};

static double since_s(int64_t t_ns)
{
	return (double)(clock_now_ns() - t_ns) / (double)CLOCK_NS_PER_S;
}

static void finish(struct follow *f, int code)
{
	calibrate_progress_end(&f->progress);
	if (!f->done)
		f->code = code;
	f->done = true;
}

static void ask(struct follow *f)
{
	f->id = client_send(f->client, f->method, f->params);
	if (f->id < 0)
		finish(f, connect_failed(f->cli, (int)f->id));
}

/* Refused with an error: a mat that was just plugged in gets its seconds. */
static void take_error(struct follow *f, const json_t *error)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };

	if (json_integer_value(json_object_get(error, "code")) == RPC_NO_MAT &&
		!f->aborted && since_s(f->begun_ns) < NO_MAT_S) {
		nanosleep(&pause, NULL);
		ask(f);
		return;
	}
	calibrate_progress_end(&f->progress);
	finish(f, connect_refused(f->cli, f->method, error));
}

static void take_message(struct follow *f, const struct client_message *message)
{
	if (!message->method && message->id == f->id) {
		if (message->error) {
			take_error(f, message->error);
			return;
		}
		finish(f, f->aborted ? CLI_INTERRUPTED : CLI_OK);
		f->step = json_deep_copy(message->result);
	} else if (message->method && strcmp(message->method, "calibration") == 0) {
		f->heard_ns = clock_now_ns();
		calibrate_progress_take(&f->progress, message->params);
	} else if (message->method && strcmp(message->method, "frame") == 0) {
		calibrate_progress_take_frame(&f->progress, message->params);
	}
}

static void take_messages(struct follow *f)
{
	struct client_message message;
	int n = 0;

	while (!f->done && (n = client_poll(f->client, &message)) != 0) {
		if (n > 0) {
			take_message(f, &message);
		} else if (n != -EBADMSG) {
			finish(f, CLI_NO_DAEMON);
			cli_error(f->cli,
				"the daemon has gone (%s); the steps before this one "
				"are kept",
				strerror(-n));
		}
	}
}

/* The first interrupt takes the step back and waits for the daemon to say so; the second leaves. */
static void take_signals(struct follow *f)
{
	int number;

	while ((number = terminal_signal(f->signals)) != 0) {
		if (number == SIGWINCH) {
			calibrate_progress_resize(&f->progress);
		} else if (number == SIGTSTP) {
			calibrate_progress_suspend(&f->progress);
		} else if (f->aborted) {
			finish(f, CLI_INTERRUPTED);
			return;
		} else {
			f->aborted = true;
			f->aborted_ns = clock_now_ns();
			client_send(f->client, "calibrate.abort", "{}");
		}
	}
}

static void check_deadlines(struct follow *f)
{
	if (f->aborted && since_s(f->aborted_ns) > ABORT_S) {
		finish(f, CLI_INTERRUPTED);
	} else if (since_s(f->heard_ns) > SILENCE_S) {
		finish(f, CLI_TIMEOUT);
		cli_error(f->cli,
			"nothing was heard of this step for %.0f s; stance status says "
			"how the station stands",
			SILENCE_S);
	}
}

static void follow(struct follow *f)
{
	while (!f->done) {
		struct pollfd fds[] = {
			{ .fd = client_fd(f->client), .events = POLLIN },
			{ .fd = f->signals, .events = POLLIN },
		};

		if (client_wants_write(f->client))
			fds[0].events |= POLLOUT;
		if (poll(fds, 2, f->progress.live ? WAKE_MS : 500) < 0 &&
			errno != EINTR) {
			cli_error(f->cli, "poll: %s", strerror(errno));
			finish(f, CLI_FAILURE);
		}
		if (fds[1].revents)
			take_signals(f);
		take_messages(f);
		if (!f->done)
			check_deadlines(f);
		if (!f->done)
			calibrate_progress_draw(&f->progress);
	}
}

static int subscribe(struct follow *f)
{
	struct client_message message;
	const char *params = f->progress.live
				     ? "{\"streams\":[\"calibration\",\"frame\"],"
				       "\"max_hz\":10}"
				     : "{\"streams\":[\"calibration\"]}";

	return connect_call(
		f->cli, f->client, "subscribe", params, ANSWER_MS, &message);
}

int calibrate_step_follow(struct cli *cli, struct client *client, const char *method,
	json_t *params, const char *title, json_t **step)
{
	char *text = params ? json_dumps(params, JSON_COMPACT) : NULL;
	struct follow f = { .cli = cli,
		.client = client,
		.method = method,
		.params = text,
		.begun_ns = clock_now_ns(),
		.heard_ns = clock_now_ns() };

	json_decref(params);
	calibrate_progress_init(&f.progress, cli, title);
	f.signals = terminal_signals_open();
	f.code = subscribe(&f);
	f.done = f.code != CLI_OK;
	if (!f.done)
		ask(&f);
	follow(&f);
	calibrate_progress_end(&f.progress);
	terminal_signals_close(f.signals);
	free(text);
	if (f.code == CLI_INTERRUPTED)
		cli_note(cli, "%s: taken back; what was done before is kept", title);
	if (f.code == CLI_OK && f.step)
		*step = f.step;
	else
		json_decref(f.step);
	return f.code == CLI_OK && !f.step ? CLI_FAILURE : f.code;
}

int calibrate_step_exit(const json_t *step)
{
	const char *name = json_string_value(json_object_get(step, "step"));
	bool is_verdict = name && (!strcmp(name, "judge") || !strcmp(name, "check"));

	if (json_is_true(json_object_get(step, "ok")))
		return CLI_OK;
	if (json_is_true(json_object_get(step, "timed_out")))
		return CLI_TIMEOUT;
	/* judged, and found wanting; or nothing there that could be judged */
	if (is_verdict && (json_is_object(json_object_get(step, "verification")) ||
				  json_is_object(json_object_get(step, "check"))))
		return CLI_VERIFICATION;
	return CLI_FAILURE;
}

int calibrate_step_run(
	struct cli *cli, const char *method, json_t *params, const char *title)
{
	struct client *client = NULL;
	json_t *step = NULL;
	int code = connect_open(cli, &client);

	if (code != CLI_OK) {
		json_decref(params);
		return code;
	}
	code = calibrate_step_follow(cli, client, method, params, title, &step);
	if (code == CLI_OK) {
		code = calibrate_step_exit(step);
		if (cli->json) {
			json_dumpf(
				step, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(15));
			fputc('\n', cli->out);
		}
		if (!cli->json || code != CLI_OK)
			calibrate_text_step(cli, step);
	}
	json_decref(step);
	client_close(client);
	return code;
}
