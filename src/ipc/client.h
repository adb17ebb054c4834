/* A client of the daemon's socket: connect, ask, follow the live data.
 * Does not retry by itself and never blocks unless asked to wait.
 * Follows docs/api.md: JSON-RPC 2.0, one object a line. */
#ifndef STANCE_IPC_CLIENT_H
#define STANCE_IPC_CLIENT_H

#include <stddef.h>
#include <stdint.h>

struct json_t;

/* The longest line a client accepts: notifications of the contract are up to 1 MiB. */
#define CLIENT_LINE_MAX (1024 * 1024)

struct client;

/* One message from the daemon. `method` NULL: an answer to the request `id`. `json` (params,
 * result or error) belongs to the client and is valid until the next client_poll() or
 * client_call(). `line` is the text as received, without the newline, equally borrowed. */
struct client_message {
	const char *method;
	int64_t id;
	const struct json_t *params;
	const struct json_t *result;
	const struct json_t *error;
	const char *line;
	size_t n_line;
};

/* Connect to the socket at `path`. Returns 0; -ECONNREFUSED or -ENOENT: no daemon; -EACCES: not
 * allowed; -EAGAIN: the daemon is busy accepting others, try again; -ENAMETOOLONG; other
 * negative errno. `*out` is freed with client_close(). */
int client_open(const char *path, struct client **out);
void client_close(struct client *client);

/* The descriptor to poll for POLLIN (and POLLOUT while client_wants_write()). */
int client_fd(const struct client *client);
int client_wants_write(const struct client *client);

/* Queue a request; `params` is a JSON text ("{...}") or NULL. Returns its id (> 0), or -ENOMEM,
 * -EPIPE. */
int64_t client_send(struct client *client, const char *method, const char *params);

/* Read and write what is possible now, without waiting, and take the next message. Returns 1 with
 * `*message` filled in, 0 if there is none yet, -EPIPE when the daemon is gone, -EBADMSG for a
 * line that is not a JSON-RPC object (skipped: call again), -ENOMEM. */
int client_poll(struct client *client, struct client_message *message);

/* Wait until client_poll() has something to do. Returns 1, 0 on time-out, -EINTR on a signal. */
int client_wait(struct client *client, int timeout_ms);

/* Send a request and wait for its answer; notifications in between are dropped. Returns 0 with
 * `*message` holding a result; -EREMOTEIO with an error object in it; -ETIMEDOUT; -EPIPE; -EINTR
 * on a signal; -ENOMEM. */
int client_call(struct client *client, const char *method, const char *params,
	int timeout_ms, struct client_message *message);

#endif
