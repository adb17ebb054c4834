/* The methods of the records, served on the worker's thread: what is asked of the store waits for the
 * disk there, and no one else does. */
#include "src/daemon/methods.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/records/records.h"

/* Chosen: sixteen clients with all that one may be promised. */
#define MAX_JOBS (16 * CONN_DEFERRED_PAUSE)

/* One request on its way. */
struct store_call {
	struct call_owed owed;
	struct archive_job job;
	const struct records_method *method;
	json_t *params; /* ours, NULL: none */
	uid_t uid;      /* of the peer */
	int err;
	struct rpc_error error;
	size_t length;
	char value[SERVER_VALUE_MAX];
};

/* Who did it, for the audit log. Looked up here, for it may ask the network. */
static void name_peer(uid_t uid, char *out, size_t size)
{
	char buffer[4096];
	struct passwd entry, *found = NULL;

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(out, size, "%s", found->pw_name);
	else
		snprintf(out, size, "uid %u", (unsigned)uid);
}

static void run(struct store *store, const char *trouble, void *ctx)
{
	struct store_call *c = ctx;
	char by[RECORD_NAME_SIZE];
	struct jsonw w;

	if (!store) {
		rpc_error_set(
			&c->error, RPC_DISK, "The store cannot be opened: %s", trouble);
		c->err = -1;
		return;
	}
	name_peer(c->uid, by, sizeof(by));
	jsonw_init(&w, c->value, sizeof(c->value));
	c->err = records_call(store, c->method, c->params, by, &w, &c->error);
	c->length = w.length;
	if (c->err == 0 && jsonw_finish(&w) < 0) {
		rpc_error_set(&c->error, RPC_INTERNAL,
			"The answer is longer than %d bytes; ask for less at a time.",
			SERVER_VALUE_MAX);
		c->err = -1;
	}
	if (c->method->writes)
		archive_count(c->job.archive, store);
}

/* The client may be gone; what it did is done. */
static void follow_up(const struct store_call *c)
{
	if (c->err == 0 && (strcmp(c->method->name, "report.sign") == 0 ||
				   strcmp(c->method->name, "report.amend") == 0))
		exchange_signed(c->owed.m->exchange);
}

static void on_served(void *ctx)
{
	struct store_call *c = ctx;
	struct call call;

	follow_up(c);
	if (call_resume(&c->owed, &call)) {
		if (c->err < 0) {
			server_refuse(call.server, call.conn, call.id, &c->error);
		} else {
			jsonw_raw(call_begin(&call), c->value, c->length);
			call_end(&call);
		}
	}
	json_decref(c->params);
	free(c);
}

void methods_store_serve(const struct call *call, const struct records_method *method)
{
	struct archive *archive = call->m->archive;
	struct store_call *c;

	if (worker_n_jobs(archive_worker(archive)) >= MAX_JOBS) {
		call_refuse(call, RPC_BUSY,
			"Too many requests wait for the disk; ask again in a moment.");
		return;
	}
	c = malloc(sizeof(*c));
	if (!c) {
		call_refuse(call, RPC_INTERNAL,
			"There is not enough memory for this request.");
		return;
	}
	c->method = method;
	c->params = json_incref((json_t *)call->request->params);
	c->uid = call->conn->uid;
	c->job = (struct archive_job){ .run_fn = run, .done_fn = on_served, .ctx = c };
	call_defer(call, &c->owed);
	archive_post(archive, &c->job);
}
