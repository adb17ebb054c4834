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
#define RETRY_NS (300 * CLOCK_NS_PER_MS)
/* The screen shows at most this many pictures a second. */
#define SUBSCRIBE "{\"streams\":[\"sample\",\"frame\",\"status\"],\"max_hz\":60}"
/* Messages taken in one step: a burst must not starve the screen. */
#define MAX_MESSAGES 64

struct link {
	char *path;
	struct client *client;
	int64_t next_ns;
	int64_t tare_id, status_id;
	bool said_no;
	uint16_t *cells;
};

struct link *link_new(const char *path)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
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
	free(link->cells);
	free(link->path);
	free(link);
}

static void hang_up(struct link *link, struct model *model, int64_t now_ns)
{
	client_close(link->client);
	link->client = NULL;
	link->next_ns = now_ns + RETRY_NS;
	link->tare_id = link->status_id = 0;
	model_disconnected(model, now_ns);
	log_info("%s: connection closed, trying again", link->path);
}

static void connect_now(struct link *link, struct model *model, int64_t now_ns)
{
	int error = client_open(link->path, &link->client);

	if (error != 0) {
		link->client = NULL;
		link->next_ns = now_ns + RETRY_NS;
		if (!link->said_no)
			log_info("%s: %s, trying again", link->path, strerror(-error));
		link->said_no = true;
		return;
	}
	link->said_no = false;
	link->status_id = client_send(link->client, "status", NULL);
	if (link->status_id < 0 ||
		client_send(link->client, "subscribe", SUBSCRIBE) < 0) {
		hang_up(link, model, now_ns);
		return;
	}
	log_info("%s: connected", link->path);
	model_connected(model, now_ns);
}

static void take_notification(struct link *link, struct model *model,
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
			model_sample(model, &sample, now_ns);
	} else if (strcmp(m->method, "frame") == 0) {
		if (document_get_frame(m->params, &frame) == 0)
			model_frame(model, &frame, now_ns);
	} else if (strcmp(m->method, "status") == 0) {
		if (document_get_status(m->params, &status) == 0)
			model_status(model, &status, now_ns);
	}
}

/* The first sentence of the daemon's own words, which says what to do; else ours. */
static void take_tare(
	struct model *model, const struct client_message *m, int64_t now_ns)
{
	const char *said =
		m->error ? json_string_value(json_object_get(m->error, "message"))
			 : NULL;
	const char *end = said ? strstr(said, ". ") : NULL;
	char text[256];

	if (!m->error) {
		model_notice(model, "Zero set on the empty mat.", false, now_ns);
		return;
	}
	if (!said)
		said = "the daemon refused.";
	snprintf(text, sizeof(text), "Zero not set: %.*s",
		(int)(end ? end - said + 1 : (long)strlen(said)), said);
	model_notice(model, text, true, now_ns);
}

static void take(struct link *link, struct model *model, const struct client_message *m,
	int64_t now_ns)
{
	struct status_document status;

	if (m->method) {
		take_notification(link, model, m, now_ns);
	} else if (m->id == link->tare_id) {
		link->tare_id = 0;
		take_tare(model, m, now_ns);
	} else if (m->id == link->status_id && m->result) {
		if (document_get_status(m->result, &status) == 0)
			model_status(model, &status, now_ns);
	}
}

void link_step(struct link *link, struct model *model, int64_t now_ns)
{
	struct client_message message;

	if (!link->client) {
		if (now_ns >= link->next_ns)
			connect_now(link, model, now_ns);
		return;
	}
	for (int i = 0; i < MAX_MESSAGES; i++) {
		int got = client_poll(link->client, &message);
		if (got == 1) {
			take(link, model, &message, now_ns);
		} else if (got != -EBADMSG) {
			if (got < 0)
				hang_up(link, model, now_ns);
			return;
		}
	}
}

void link_tare(struct link *link, struct model *model, int64_t now_ns)
{
	if (link->client)
		link->tare_id = client_send(link->client, "mat.tare", NULL);
	if (!link->client || link->tare_id < 0) {
		link->tare_id = 0;
		model_notice(
			model, "Zero not set: Stance is not running.", true, now_ns);
	}
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
