/* The daemon's socket: accepts clients within limits, passes their requests on, answers, and
 * publishes live data to those who subscribed.
 * Does not know any method and creates no folder.
 * Follows docs/api.md. Publishing uses no heap: each message is encoded once, into
 * the stream that all its subscribers read from. */
#ifndef STANCE_IPC_SERVER_H
#define STANCE_IPC_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/ipc/conn.h"
#include "src/ipc/roles.h"
#include "src/ipc/rpc.h"
#include "src/ipc/stream.h"

struct sd_event;
struct server;

/* The longest answer, and the longest value that one holds; chosen: the zero map of the largest mat
 * (256 KiB as base64 is 342) fits. */
#define SERVER_REPLY_MAX (512 * 1024)
#define SERVER_VALUE_MAX (SERVER_REPLY_MAX - 1024)

/* `request_fn` answers at once with server_reply_begin() and server_reply_end(), or
 * server_refuse(); or later, by the connection's number (see server_defer()). */
struct server_handlers {
	void (*request_fn)(
		struct conn *conn, const struct rpc_request *request, void *ctx);
	void *ctx;
	/* Whether a client may not know whose the live data are; NULL: all may. Asked whenever some are sent. */
	bool (*is_veiled_fn)(const struct conn *conn, void *ctx);
};

/* Borrowed during server_new(). */
struct server_options {
	const char *path; /* of the socket; its folder exists */
	int max_clients;  /* >= 1 */
	struct roles roles;
};

/* Listen. A socket file that nobody answers is replaced. Returns 0; -EADDRINUSE if a daemon answers
 * there, -EEXIST if something else lies there, -ENAMETOOLONG, -EACCES, another negative errno; then
 * `message` says what to do. `*out` is freed with server_free(), which removes the file. */
int server_new(struct sd_event *event, const struct server_options *options,
	const struct server_handlers *handlers, struct server **out, char *message,
	size_t size);
void server_free(struct server *server);

/* Write an answer: one JSON value between begin and end. `id` is the request's as JSON text; NULL
 * for a notification, whose answer or refusal is dropped. */
struct jsonw *server_reply_begin(struct server *server, const char *id);
void server_reply_end(struct server *server, struct conn *conn);
void server_refuse(struct server *server, struct conn *conn, const char *id,
	const struct rpc_error *error);

/* Promise an answer that comes later, which keeps a half-closed client; a client may be promised
 * several. server_undefer() then returns it, or NULL once it has gone, and forgets one promise. */
void server_defer(struct server *server, struct conn *conn);
struct conn *server_undefer(struct server *server, uint64_t number);

/* Take no further request of a client until it is released, just before an answer is sent to it: what it asks next
 * shall find the state that this one leaves. */
void server_hold(struct server *server, struct conn *conn);
void server_release(struct server *server, struct conn *conn);

/* Return whether that client is still there. */
bool server_has(const struct server *server, uint64_t number);

/* Let a client follow a stream (enum stream_kind) from the next message on, at most `max_hz`
 * times a second, 0 for all; or no longer. Returns 0, or -ENOMEM with nothing changed. */
int server_subscribe(struct server *server, struct conn *conn, int kind, double max_hz);
void server_unsubscribe(struct server *server, struct conn *conn, int kind);

/* Make room for messages of that stream of up to `size` bytes, newline and frame included.
 * Returns 0 or -ENOMEM. */
int server_resize(struct server *server, int kind, size_t size);

/* Return the shortest time, in seconds, after which somebody wants a stream told anew although nothing changed; 1 unless
 * all that listen said more. */
double server_quiet_s(const struct server *server, int kind);

/* Return true if anyone would be sent a message of that stream now: else save the encoding. */
bool server_wants(const struct server *server, int kind, int64_t t_ns);

/* Return true if anyone follows that stream, be a message due or not: for what is told on change. */
bool server_is_followed(const struct server *server, int kind);

/* Publish: write one JSON value between begin and end. A message that does not fit is dropped and
 * logged. Not to be called from within request_fn for the same stream's begin/end pair. */
struct jsonw *server_publish_begin(struct server *server, int kind);
void server_publish_end(struct server *server, int kind, int64_t t_ns);

/* Between begin and end, once the value is written: write it again without saying whose it is, for those who may
 * not know. Only of the streams trial and training. */
struct jsonw *server_publish_veil(struct server *server, int kind);

/* Between begin and end: the message tells a change, and reaches those too who asked for less. */
void server_publish_change(struct server *server, int kind);

/* Return how many clients are served now. */
int server_n_clients(const struct server *server);

#endif
