/* JSON-RPC 2.0, one object a line: a line into a request, and the texts that answer it.
 * Pure. Does not know sockets, clients or any method. Follows the JSON-RPC 2.0
 * specification (2013) and docs/api.md ("Lines"); batches, which the specification
 * allows, are refused: one object a line is the framing. */
#ifndef STANCE_IPC_RPC_H
#define STANCE_IPC_RPC_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/jsonw.h"

struct json_t;

#define RPC_LINE_MAX  (64 * 1024) /* of a request, without newline (docs/api.md) */
#define RPC_DEPTH_MAX 16  /* chosen: the deepest request of the contract nests 3 */
#define RPC_ID_SIZE   128 /* of an id as JSON with NUL; chosen: two UUIDs and more */

/* Codes of errors; those above -32100 are ours and listed in docs/api.md. */
enum rpc_code {
	RPC_PARSE_ERROR = -32700,
	RPC_INVALID_REQUEST = -32600,
	RPC_UNKNOWN_METHOD = -32601,
	RPC_INVALID_PARAMS = -32602,
	RPC_INTERNAL = -32603,
	RPC_TOO_MANY_CLIENTS = -32000,
	RPC_NOT_ALLOWED = -32001, /* the peer's role may not do this */
	RPC_NO_MAT = -32002,
	RPC_MAT_LOADED = -32003, /* someone or something is on the mat */
	RPC_BUSY = -32004,       /* the same is already being done */
	RPC_TIMEOUT = -32005,    /* it began and did not come to an end */
	RPC_NO_TRIAL = -32006,   /* no trial is running */
	RPC_DISK = -32007,       /* the disk is full, damaged or does not answer */
	RPC_NOT_FOUND = -32008,  /* no such patient, visit or trial */
	RPC_EXISTS = -32009,     /* there is one of that name */
	RPC_NOT_NOW = -32010,    /* not in the state that it is in */
	RPC_DAMAGED = -32011,    /* what is stored does not hold together */
	RPC_LOCKED = -32012,     /* the station is locked */
	RPC_WRONG_PIN = -32013,
};

/* A request taken apart; free with rpc_request_fini(). */
struct rpc_request {
	bool has_id;          /* false: a notification, which is never answered */
	char id[RPC_ID_SIZE]; /* JSON text, "null" without one */
	const char *method;   /* borrowed from `root` */
	const struct json_t *params; /* an object, or NULL; borrowed from `root` */
	struct json_t *root;
};

/* Why a request failed. */
struct rpc_error {
	int code;          /* enum rpc_code */
	char message[256]; /* a sentence for a person */
};

/* Take one line of `n` bytes (no newline; need not be NUL-terminated) apart. Returns 0;
 * or -EBADMSG with `*error` filled in and in `request->id` the id to answer to.
 * rpc_request_fini() is due in both cases. Uses jansson's heap. */
int rpc_parse(const char *line, size_t n, struct rpc_request *request,
	struct rpc_error *error);
void rpc_request_fini(struct rpc_request *request);

/* Fill in an error; the message is cut if longer. */
void rpc_error_set(struct rpc_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Write a whole error answer, newline included. `id` is JSON text. */
void rpc_put_error(struct jsonw *w, const char *id, const struct rpc_error *error);

/* Begin an answer or a notification: the caller then writes one JSON value and calls
 * rpc_end_line(), which closes the object and adds the newline. */
void rpc_begin_result(struct jsonw *w, const char *id);
void rpc_begin_notification(struct jsonw *w, const char *method);
void rpc_end_line(struct jsonw *w);

#endif
