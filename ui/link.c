#include "ui/link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/clock.h"
#include "src/ipc/client.h"
#include "src/ipc/documents.h"

#define LOG_TAG "link"
#include "src/base/log.h"

/* Between two attempts to connect: quick enough that nobody waits, slow enough to cost nothing. */
/* A daemon that starts beside us is there at once; one that does not is asked for more rarely. */
#define RETRY_FIRST_NS (20 * CLOCK_NS_PER_MS)
#define RETRY_LAST_NS  (320 * CLOCK_NS_PER_MS)
/* The screen shows at most this many pictures a second. */
#define MAX_HZ 60
/* ... and this many while nobody stands on the mat: who steps on is seen a tenth of a second later at most. */
#define IDLE_HZ  10
#define IDLE_NS  (2 * CLOCK_NS_PER_S)
#define STATUS_S 20 /* a change is told at once */
/* Messages taken in one step: a burst must not starve the screen. */
#define MAX_MESSAGES 64

/* A request that was sent: the daemon's number and the app's. */
struct sent {
	int64_t wire_id, ask_id; /* 0: free */
};

struct link {
	char *path;
	struct client *client;
	int64_t next_ns;
	int64_t hello_id, status_id;
	int64_t retry_ns; /* how long to wait for the next try */
	bool said_no;
	uint16_t *cells;
	json_t *streams; /* that are followed, NULL before */
	int hz;          /* how often at most */
	int64_t busy_ns; /* when the mat was last not empty */
	struct sent sent[APP_ASK_PLACES];
};

struct link *link_new(const char *path)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->retry_ns = RETRY_FIRST_NS;
	link->path = strdup(path);
	link->cells = calloc(
		(size_t)GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE, sizeof(*link->cells));
	if (!link->path || !link->cells) {
		link_free(link);
		return NULL;
	}
	return link;
}

void link_free(struct link *link)
{
	if (!link)
		return;
	if (link->client)
		client_close(link->client);
	json_decref(link->streams);
	free(link->cells);
	free(link->path);
	free(link);
}

static void hang_up(struct link *link, struct app *app, int64_t now_ns)
{
	client_close(link->client);
	link->client = NULL;
	link->retry_ns = RETRY_FIRST_NS;
	link->next_ns = now_ns + link->retry_ns;
	link->hello_id = link->status_id = 0;
	json_decref(link->streams);
	link->streams = NULL;
	link->hz = 0;
	memset(link->sent, 0, sizeof(link->sent));
	app_disconnected(app, now_ns);
	log_info("%s: connection closed, trying again", link->path);
}

static void connect_now(struct link *link, struct app *app, int64_t now_ns)
{
	int error = client_open(link->path, &link->client);

	if (error != 0) {
		link->client = NULL;
		link->next_ns = now_ns + link->retry_ns;
		link->retry_ns = 2 * link->retry_ns < RETRY_LAST_NS ? 2 * link->retry_ns
								    : RETRY_LAST_NS;
		if (!link->said_no)
			log_info("%s: %s, trying again", link->path, strerror(-error));
		link->said_no = true;
		return;
	}
	link->said_no = false;
	link->status_id = client_send(link->client, "status", NULL);
	link->hello_id = client_send(link->client, "hello", "{\"client\":\"screen\"}");
	if (link->status_id < 0 || link->hello_id < 0) {
		hang_up(link, app, now_ns);
		return;
	}
	log_info("%s: connected", link->path);
	app_connected(app, now_ns);
}

/* Every stream that the daemon offers but the raw frames, which only the cell map shows. */
static void note_streams(struct link *link, const struct json_t *offered)
{
	const json_t *name;
	size_t i;

	json_decref(link->streams);
	link->streams = json_array();
	json_array_foreach(
		offered, i, name) if (json_is_string(name) &&
				      strcmp(json_string_value(name), "raw") != 0)
		json_array_append_new(
			link->streams, json_string(json_string_value(name)));
}

static int subscribe(struct link *link, int hz)
{
	json_t *params = json_pack("{s:O, s:i, s:i}", "streams", link->streams,
		"max_hz", hz, "status_s", STATUS_S);
	char *text = params ? json_dumps(params, JSON_COMPACT) : NULL;
	int64_t id = text ? client_send(link->client, "subscribe", text) : -ENOMEM;

	free(text);
	json_decref(params);
	link->hz = hz;
	return id < 0 ? (int)id : 0;
}

/* An empty mat is followed at leisure: an idle station costs next to nothing. */
static int follow_pace(struct link *link, const struct app *app, int64_t now_ns)
{
	int hz;

	if (!link->streams)
		return 0;
	if (model_state(&app->model, now_ns) != MODEL_EMPTY)
		link->busy_ns = now_ns;
	hz = now_ns - link->busy_ns > IDLE_NS ? IDLE_HZ : MAX_HZ;
	return hz == link->hz ? 0 : subscribe(link, hz);
}

static void take_notification(struct link *link, struct app *app,
	const struct client_message *m, int64_t now_ns)
{
	struct stance_sample sample;
	struct status_document status;
	struct frame_document frame = { .cells = link->cells,
		.max_cells = (size_t)GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE };

	if (!m->params)
		return;
	if (strcmp(m->method, "sample") == 0) {
		if (document_get_sample(m->params, &sample) == 0)
			model_sample(&app->model, &sample, now_ns);
	} else if (strcmp(m->method, "frame") == 0) {
		if (document_get_frame(m->params, &frame) == 0)
			model_frame(&app->model, &frame, now_ns);
	} else {
		if (strcmp(m->method, "status") == 0 &&
			document_get_status(m->params, &status) == 0)
			model_status(&app->model, &status, now_ns);
		app_told(app, m->method, m->params);
	}
}

/* An answer to a request of a screen. */
static void take_answer(struct link *link, struct app *app,
	const struct client_message *m, int64_t now_ns)
{
	const json_t *code = m->error ? json_object_get(m->error, "code") : NULL;
	const char *said =
		m->error ? json_string_value(json_object_get(m->error, "message"))
			 : NULL;

	for (int i = 0; i < APP_ASK_PLACES; i++) {
		struct sent sent = link->sent[i];
		if (sent.wire_id != m->id || m->id == 0)
			continue;
		link->sent[i] = (struct sent){ 0 };
		app_answered(app, sent.ask_id, m->result,
			m->error ? (int)json_integer_value(code) : 0,
			m->error && !said ? "The daemon refused." : said, now_ns);
		return;
	}
}

static void take(struct link *link, struct app *app, const struct client_message *m,
	int64_t now_ns)
{
	struct status_document status;

	if (m->method) {
		take_notification(link, app, m, now_ns);
	} else if (m->id == link->hello_id) {
		link->hello_id = 0;
		if (m->result)
			note_streams(link, json_object_get(m->result, "streams"));
	} else if (m->id == link->status_id) {
		link->status_id = 0;
		if (m->result && document_get_status(m->result, &status) == 0)
			model_status(&app->model, &status, now_ns);
	} else {
		take_answer(link, app, m, now_ns);
	}
}

/* Send what the screens ask. Returns 0 or a negative errno: the connection is of no use. */
static int send_asks(struct link *link, struct app *app)
{
	const struct app_ask *ask;

	while ((ask = app_next_ask(app)) != NULL) {
		int64_t id = client_send(link->client, ask->method, ask->params);
		int i = 0;
		if (id < 0)
			return (int)id;
		/* There are as many places as the app has requests; late ones free theirs. */
		while (i < APP_ASK_PLACES - 1 && link->sent[i].wire_id != 0)
			i++;
		link->sent[i] = (struct sent){ id, ask->id };
	}
	return 0;
}

/* Take what came. Returns 0 or a negative errno: the connection is of no use. */
static int receive(struct link *link, struct app *app, int64_t now_ns)
{
	struct client_message message;

	for (int i = 0; i < MAX_MESSAGES; i++) {
		int got = client_poll(link->client, &message);
		if (got == 1)
			take(link, app, &message, now_ns);
		else if (got != -EBADMSG)
			return got;
	}
	return 0;
}

void link_step(struct link *link, struct app *app, int64_t now_ns)
{
	if (!link->client) {
		if (now_ns >= link->next_ns)
			connect_now(link, app, now_ns);
		return;
	}
	if (send_asks(link, app) < 0 || receive(link, app, now_ns) < 0 ||
		follow_pace(link, app, now_ns) < 0)
		hang_up(link, app, now_ns);
}

int link_fd(const struct link *link)
{
	return link->client ? client_fd(link->client) : -1;
}

bool link_wants_write(const struct link *link)
{
	return link->client && client_wants_write(link->client);
}

int64_t link_next_ns(const struct link *link)
{
	return link->client ? INT64_MAX : link->next_ns;
}
