#include "src/cli/training_run.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/connect.h"
#include "src/cli/members.h"
#include "src/cli/phrases.h"
#include "src/cli/terminal.h"

#define ANSWER_MS 10000

struct follow {
	struct cli *cli;
	struct client *client;
	int signals;
	long long before, id; /* session stored before, and this one */
	char told[256];
	bool done, interrupted;
	int code;
};

/* --- telling ----------------------------------------------------------------------------- */

void training_text_session(struct cli *cli, const json_t *session)
{
	const json_t *blocks = json_object_get(session, "blocks");
	char started[24];

	fprintf(cli->out, "training %lld  %s  %s  %s\n",
		(long long)json_integer_value(json_object_get(session, "id")),
		phrases_minute(
			members_text(session, "started"), started, sizeof(started)),
		*members_text(session, "patient") ? members_text(session, "patient")
						  : "anonymous",
		members_text(session, "end"));
	for (size_t i = 0; i < json_array_size(blocks); i++) {
		const json_t *b = json_array_get(blocks, i);
		const json_t *change = json_object_get(b, "change");
		double score = members_number(b, "score");

		fprintf(cli->out, "  %-24s ", members_text(b, "title"));
		if (isnan(score))
			fprintf(cli->out, "too short to score\n");
		else
			fprintf(cli->out, "%.1f %s %s. %s\n", score,
				members_text(b, "unit"), members_text(b, "score_text"),
				members_text(change, "text"));
	}
}

static void tell(struct follow *f, const json_t *d)
{
	const char *title = members_text(d, "title");
	char line[256];

	snprintf(line, sizeof(line), "%s%s%s: %s", members_text(d, "state"),
		*title ? ", " : "", title, members_text(d, "say"));
	if (strcmp(line, f->told) == 0 || !*members_text(d, "say"))
		return;
	memcpy(f->told, line, sizeof(line));
	cli_note(f->cli, "%s", line);
}

/* --- following --------------------------------------------------------------------------- */

static void finish(struct follow *f, int code)
{
	if (!f->done)
		f->code = code;
	f->done = true;
}

static void take(struct follow *f, const json_t *d)
{
	const json_t *last = json_object_get(d, "last");
	long long id = json_integer_value(json_object_get(last, "id"));

	tell(f, d);
	if (id > f->before) {
		f->id = id;
		finish(f, CLI_OK);
	} else if (strcmp(members_text(d, "state"), "off") == 0) {
		if (*members_text(d, "reason"))
			cli_error(f->cli, "%s", members_text(d, "reason"));
		finish(f, f->interrupted ? CLI_INTERRUPTED : CLI_FAILURE);
	}
}

static void take_messages(struct follow *f)
{
	struct client_message message;
	int n;

	while (!f->done && (n = client_poll(f->client, &message)) != 0) {
		if (n < 0 && n != -EBADMSG) {
			cli_error(f->cli, "the daemon has gone (%s)", strerror(-n));
			finish(f, CLI_NO_DAEMON);
		} else if (n > 0 && message.method &&
			   strcmp(message.method, "training") == 0) {
			take(f, message.params);
		}
	}
}

/* A session is ended, and stored; where none has begun the station is disarmed. */
static void take_signals(struct follow *f)
{
	int number;

	while ((number = terminal_signal(f->signals)) != 0) {
		if (number == SIGWINCH || number == SIGTSTP)
			continue;
		if (f->interrupted)
			finish(f, CLI_INTERRUPTED);
		f->interrupted = true;
		client_send(f->client, "training.stop", NULL);
		client_send(f->client, "training.disarm", NULL);
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
		if (poll(fds, 2, 500) < 0 && errno != EINTR) {
			cli_error(f->cli, "poll: %s", strerror(errno));
			finish(f, CLI_FAILURE);
		}
		if (fds[1].revents)
			take_signals(f);
		take_messages(f);
	}
}

/* --- arming ------------------------------------------------------------------------------ */

/* A programme is a name, or JSON. Returns NULL for texts that are no UTF-8. */
static char *make_request(const struct training_wish *wish)
{
	json_t *params = json_object();
	json_t *programme =
		wish->programme ? json_loads(wish->programme, 0, NULL) : NULL;
	int err = members_set_text(params, "patient", wish->patient);
	char *text;

	if (programme)
		json_object_set_new(params, "programme", programme);
	else
		err |= members_set_text(params, "programme", wish->programme);
	json_object_set_new(params, "repeat", json_false());
	json_object_set_new(params, "beyond_dose", json_boolean(wish->beyond_dose));
	json_object_set_new(params, "supervised", json_boolean(wish->supervised));
	text = err ? NULL : json_dumps(params, JSON_COMPACT);
	json_decref(params);
	return text;
}

static int arm(struct follow *f, const struct training_wish *wish)
{
	struct client_message message;
	char *request = make_request(wish);
	int code;

	if (!request) {
		cli_error(f->cli, "the words of this command must be valid UTF-8");
		return CLI_USAGE;
	}
	code = connect_call(
		f->cli, f->client, "training.arm", request, ANSWER_MS, &message);
	free(request);
	if (code != CLI_OK)
		return code;
	f->before = json_integer_value(
		json_object_get(json_object_get(message.result, "last"), "id"));
	tell(f, message.result);
	return CLI_OK;
}

static int show(struct follow *f)
{
	struct client_message message;
	char params[64];
	int code;

	snprintf(params, sizeof(params), "{\"id\":%lld}", f->id);
	code = connect_call(
		f->cli, f->client, "training.show", params, ANSWER_MS, &message);
	if (code != CLI_OK)
		return code;
	if (f->cli->json)
		connect_print_result(f->cli, &message);
	else
		training_text_session(f->cli, message.result);
	return f->interrupted ? CLI_INTERRUPTED : CLI_OK;
}

int training_run(struct cli *cli, const struct training_wish *wish)
{
	struct follow f = { .cli = cli };
	struct client_message message;
	int code = connect_open(cli, &f.client);

	if (code != CLI_OK)
		return code;
	f.signals = terminal_signals_open();
	code = arm(&f, wish);
	if (code == CLI_OK)
		code = connect_call(cli, f.client, "subscribe",
			"{\"streams\":[\"training\"],\"max_hz\":10}", ANSWER_MS,
			&message);
	if (code == CLI_OK) {
		follow(&f);
		code = f.code;
	}
	if (code == CLI_OK)
		code = show(&f);
	terminal_signals_close(f.signals);
	client_close(f.client);
	return code;
}
