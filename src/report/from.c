#include "src/report/from.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/paths.h"
#include "src/base/sha256.h"
#include "src/ipc/client.h"
#include "src/ipc/rpc.h"
#include "src/records/report_document.h"
#include "src/report/docread.h"

#define PATH_SIZE 4400
/* Chosen: a full visit is put together in well under a second, on a slow card behind a trial that is stored in some. */
#define ANSWER_MS 20000
#define TRIES     3 /* of a draft that changes while it is read */

struct from {
	struct store *store;
	struct client *client;
};

/* --- the daemon ------------------------------------------------------------------------------- */

static int open_daemon(
	const char *socket, struct client **out, char *message, size_t size)
{
	char path[PATH_SIZE];
	int err = paths_socket(socket, path, sizeof(path));

	if (err == 0 || err > 0)
		err = client_open(path, out);
	if (err == -EACCES)
		snprintf(message, size,
			"\"%s\" may not be opened: its users are of the "
			"group stance.",
			path);
	else if (err < 0)
		snprintf(message, size, "no daemon answers on \"%s\": %s.", path,
			strerror(-err));
	return err == -ENOENT ? -ECONNREFUSED : err;
}

static int errno_of(int code)
{
	switch (code) {
	case RPC_NOT_FOUND:
		return -ENOENT;
	case RPC_NOT_ALLOWED:
	case RPC_LOCKED:
		return -EACCES;
	case RPC_DAMAGED:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

/* One request; the result is borrowed until the next. */
static int ask(struct client *client, const char *method, const json_t *params,
	const json_t **result, char *message, size_t size)
{
	char *text = json_dumps(params, JSON_COMPACT);
	struct client_message m;
	int err = text ? client_call(client, method, text, ANSWER_MS, &m) : -ENOMEM;

	free(text);
	if (err == 0)
		*result = m.result;
	else if (err == -EREMOTEIO) {
		snprintf(message, size, "%s", docread_text(m.error, "message"));
		err = errno_of((int)docread_int(m.error, "code"));
	} else
		snprintf(message, size, "the daemon does not answer: %s.",
			strerror(-err));
	return err;
}

/* What has been put together of a text that comes in pieces. */
struct pieces {
	char *text;
	size_t n;
	char sha256[STORE_SHA256_SIZE];
};

/* Take one piece. Returns 1: all is there, 0: there is more, -EAGAIN: it is of another text than those before. */
static int take(struct pieces *p, const json_t *piece)
{
	const char *text = docread_text(piece, "text"),
		   *sha256 = docread_text(piece, "sha256");
	size_t n = strlen(text);
	char *longer;

	if (p->n > 0 && strcmp(p->sha256, sha256) != 0)
		return -EAGAIN;
	if (n == 0 || p->n + n > STORE_REPORT_MAX)
		return -EBADMSG;
	longer = realloc(p->text, p->n + n + 1);
	if (!longer)
		return -ENOMEM;
	p->text = longer;
	memcpy(p->text + p->n, text, n + 1);
	p->n += n;
	snprintf(p->sha256, sizeof(p->sha256), "%s", sha256);
	return json_is_integer(json_object_get(piece, "next_offset")) ? 0 : 1;
}

static bool is_whole(const struct pieces *p)
{
	uint8_t digest[SHA256_SIZE];
	char hex[STORE_SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, p->text, p->n);
	sha256_end(&h, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return strcmp(hex, p->sha256) == 0;
}

/* Ask for piece after piece. Returns 0 and the text, or a negative errno. */
static int read_once(struct client *client, const char *method, json_t *params,
	struct pieces *p, char *message, size_t size)
{
	const json_t *piece = NULL;
	int err;

	do {
		json_object_set_new(params, "offset", json_integer((json_int_t)p->n));
		err = ask(client, method, params, &piece, message, size);
		if (err < 0)
			return err;
		err = take(p, piece);
	} while (err == 0);
	if (err == 1 && is_whole(p))
		return 0;
	snprintf(message, size, "what the daemon sent does not hold together.");
	return err == 1 ? -EBADMSG : err;
}

/* Takes `params`. */
static int read_pieces(struct client *client, const char *method, json_t *params,
	struct pieces *p, char *message, size_t size)
{
	int err = params ? -EAGAIN : -ENOMEM;

	for (int i = 0; i < TRIES && err == -EAGAIN; i++) {
		free(p->text);
		*p = (struct pieces){ .text = NULL };
		err = read_once(client, method, params, p, message, size);
	}
	if (err < 0) {
		free(p->text);
		p->text = NULL;
	}
	json_decref(params);
	return err;
}

/* --- the store --------------------------------------------------------------------------------- */

static int open_store(
	const char *state_dir, struct store **store, char *message, size_t size)
{
	char dir[PATH_SIZE];
	int error = paths_state_dir(state_dir, dir, sizeof(dir));

	if (error < 0) {
		snprintf(message, size, "the state directory's path is too long.");
		return error;
	}
	error = store_open(dir, true, store, message, size);
	if (error == -ENOENT)
		snprintf(message, size, "there is no store in \"%s\".", dir);
	return error;
}

static int store_signed(struct store *store, int64_t visit, int version, char **text,
	char sha256[STORE_SHA256_SIZE], char *message, size_t size)
{
	struct store_report head;
	int error = store_report_get(store, visit, version, &head, text);

	if (error == 0)
		snprintf(sha256, STORE_SHA256_SIZE, "%s", head.sha256);
	else
		snprintf(message, size,
			"the signed report of visit %lld cannot be read: %s.",
			(long long)visit,
			error == -EBADMSG ? "it is not what was signed"
					  : strerror(-error));
	return error;
}

static int store_draft(struct store *store, int64_t visit, int64_t trial, char **text,
	size_t *n, char *message, size_t size)
{
	struct rpc_error error = { .code = 0 };
	int err = report_document_draft(store, visit, trial, text, n, &error);

	if (err == 0)
		return 0;
	snprintf(message, size, "%s",
		err == -EREMOTEIO ? error.message
		: err == -EFBIG   ? "the visit is too large for one document."
				  : "not enough memory.");
	return err != -EREMOTEIO ? err : error.code == RPC_NOT_FOUND ? -ENOENT : -EIO;
}

/* --- either ------------------------------------------------------------------------------------ */

int from_open(const char *state_dir, const char *socket, struct from **out,
	char *message, size_t size)
{
	struct from *f = calloc(1, sizeof(*f));
	int err = -ENOMEM;

	if (!f)
		snprintf(message, size, "not enough memory.");
	else if (socket)
		err = open_daemon(socket, &f->client, message, size);
	else
		err = open_store(state_dir, &f->store, message, size);
	if (err < 0)
		free(f);
	else
		*out = f;
	return err < 0 ? err : 0;
}

void from_close(struct from *f)
{
	if (!f)
		return;
	if (f->client)
		client_close(f->client);
	if (f->store)
		store_close(f->store);
	free(f);
}

int from_signed(struct from *f, int64_t visit, int version, char **text,
	char sha256[STORE_SHA256_SIZE], char *message, size_t size)
{
	struct pieces p = { .text = NULL };
	json_t *params;
	int err;

	if (f->store)
		return store_signed(
			f->store, visit, version, text, sha256, message, size);
	params = json_pack("{s:I}", "visit", (json_int_t)visit);
	if (params && version > 0)
		json_object_set_new(params, "version", json_integer(version));
	err = read_pieces(f->client, "report.get", params, &p, message, size);
	*text = p.text;
	memcpy(sha256, p.sha256, STORE_SHA256_SIZE);
	return err;
}

int from_draft(struct from *f, int64_t visit, int64_t trial, char **text, size_t *n,
	char *message, size_t size)
{
	struct pieces p = { .text = NULL };
	int err;

	if (f->store)
		return store_draft(f->store, visit, trial, text, n, message, size);
	err = read_pieces(f->client, "report.draft",
		visit ? json_pack("{s:I}", "visit", (json_int_t)visit)
		      : json_pack("{s:I}", "trial", (json_int_t)trial),
		&p, message, size);
	*text = p.text;
	*n = p.n;
	return err;
}

int from_figures(struct from *f, int64_t trial, int most_frames, char **text, size_t *n,
	char *message, size_t size)
{
	struct pieces p = { .text = NULL };
	int err;

	if (f->store) {
		err = report_document_figures(f->store, trial, most_frames, text, n);
		if (err < 0)
			snprintf(message, size, "what was measured cannot be read: %s.",
				strerror(-err));
		return err;
	}
	err = read_pieces(f->client, "report.figures",
		json_pack("{s:I, s:i}", "trial", (json_int_t)trial, "frames",
			most_frames),
		&p, message, size);
	*text = p.text;
	*n = p.n;
	return err;
}
