/* One request being served, and answers that come later.
 * Does not know any method.
 * Follows docs/api.md ("Lines", "Errors"). */
#ifndef STANCE_DAEMON_CALL_H
#define STANCE_DAEMON_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "src/ipc/server.h"

struct methods;

struct call {
	struct methods *m;
	struct server *server;
	struct conn *conn;
	const struct rpc_request *request;
	const char *id; /* NULL: nobody waits for the answer */
};

/* Refuse with a sentence. */
void call_refuse(const struct call *call, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Answer: one JSON value between begin and server_reply_end(), or the members of a document between
 * begin_document and end_document. */
struct jsonw *call_begin(const struct call *call);
void call_end(const struct call *call);
struct jsonw *call_begin_document(const struct call *call, const char *schema);
void call_end_document(const struct call *call, struct jsonw *w);

/* An answer that is owed. */
struct call_owed {
	struct methods *m;
	struct server *server;
	uint64_t client; /* number of the connection */
	bool has_id;
	bool holds; /* the client's next request waits for this answer */
	char id[RPC_ID_SIZE];
};

/* Put the answer off. */
void call_defer(const struct call *call, struct call_owed *owed);

/* The same, and serve nothing further of this client until call_resume(). */
void call_defer_alone(const struct call *call, struct call_owed *owed);

/* Make a call of it again, without a request. Returns false if the client has gone. The call borrows
 * `owed`. */
bool call_resume(const struct call_owed *owed, struct call *call);

#endif
