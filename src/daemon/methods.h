/* The methods of the socket: a table of names, roles and handlers.
 * Does not parse lines.
 * Follows docs/api.md ("Methods"). */
#ifndef STANCE_DAEMON_METHODS_H
#define STANCE_DAEMON_METHODS_H

#include "src/base/settings.h"
#include "src/daemon/live.h"
#include "src/daemon/mat_io.h"
#include "src/daemon/status.h"
#include "src/ipc/server.h"

struct sd_event;
struct sd_event_source;

/* A tare whose answer is still owed. */
struct methods_tare {
	uint64_t client; /* number of the connection; 0: nobody waits */
	bool has_id;
	char id[RPC_ID_SIZE];
	int n_frames;
	struct sd_event_source *timer;
};

/* What the methods act on; borrowed. Set `mat` as soon as there is one. */
struct methods {
	struct sd_event *event;
	struct server *server;
	struct live *live;
	struct status *status;
	struct mat_io *mat;
	const struct settings *settings;
	struct methods_tare tare;
};

/* Serve one request; server_handlers.request_fn with `ctx` a struct methods. */
void methods_serve(struct conn *conn, const struct rpc_request *request, void *ctx);

/* Forget a tare that is under way; nobody is answered. */
void methods_fini(struct methods *methods);

#endif
