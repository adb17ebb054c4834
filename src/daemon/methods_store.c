/* The methods of the records, served on the worker's thread: what is asked of the store waits for the
 * disk there, and no one else does. */
#include "src/daemon/methods.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/records/records.h"
#include "src/store/store_station.h"

/* Chosen: sixteen clients with all that one may be promised. */
#define MAX_JOBS (16 * CONN_DEFERRED_PAUSE)

/* One request on its way. */
struct store_call {
	struct call_owed owed;
	struct archive_job job;
	const struct records_method *method;
	enum gate gate;
	bool locked;    /* is the station, afterwards */
	json_t *params; /* ours, NULL: none */
	uid_t uid;      /* of the peer */
	int err;
	struct rpc_error error;
	size_t length;
	char value[SERVER_VALUE_MAX];
};

void methods_name_peer(uid_t uid, char *out, size_t size)
{
	char buffer[4096];
	struct passwd entry, *found = NULL;

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(out, size, "%s", found->pw_name);
	else
		snprintf(out, size, "uid %u", (unsigned)uid);
}

/* --- the lock ------------------------------------------------------------------------------ */

void methods_refuse_locked(struct rpc_error *error)
{
	rpc_error_set(error, RPC_LOCKED,
		N_("The station is locked; unlock it with its PIN (station.unlock)."));
}

/* A row that cannot be read is no open door. */
static bool is_locked(struct store *store)
{
	struct store_station station;

	return store_station_get(store, &station) < 0 || station.locked;
}

bool methods_veils(const struct conn *conn, void *ctx)
{
	const struct methods *m = ctx;

	return !(conn->roles & METHODS_OPERATOR) || (m->locked && gate_holds(conn));
}

static void run_lock(struct store *store, const char *trouble, void *ctx)
{
	struct methods *m = ctx;

	(void)trouble;
	m->lock_read = !store || is_locked(store);
}

static void on_lock_read(void *ctx)
{
	struct methods *m = ctx;

	m->locked = m->lock_read;
}

void methods_begin(struct methods *m)
{
	m->locked = true;
	m->lock_job = (struct archive_job){
		.run_fn = run_lock, .done_fn = on_lock_read, .ctx = m
	};
	archive_post(m->archive, &m->lock_job);
}

static bool is_anonymous(struct store *store, const json_t *params)
{
	return store_trial_is_anonymous(
		store, json_integer_value(json_object_get(params, "id")));
}

static bool is_refused(struct store *store, struct store_call *c)
{
	if (c->gate == GATE_OPEN || !is_locked(store) ||
		(c->gate == GATE_ANONYMOUS && is_anonymous(store, c->params)))
		return false;
	methods_refuse_locked(&c->error);
	return true;
}

/* --- a call -------------------------------------------------------------------------------- */

static void serve(struct store *store, struct store_call *c)
{
	char by[RECORD_NAME_SIZE];
	struct jsonw w;

	methods_name_peer(c->uid, by, sizeof(by));
	jsonw_init(&w, c->value, sizeof(c->value));
	c->err = records_call(store, c->method, c->params, by, &w, &c->error);
	c->length = w.length;
	if (c->err == 0 && jsonw_finish(&w) < 0) {
		rpc_error_set(&c->error, RPC_INTERNAL,
			N_("The answer is longer than %d bytes; ask for less at a "
			   "time."),
			SERVER_VALUE_MAX);
		c->err = -1;
	}
	if (c->method->writes)
		archive_count(c->job.archive, store);
}

static void run(struct store *store, const char *trouble, void *ctx)
{
	struct store_call *c = ctx;

	c->locked = true;
	c->err = -1;
	if (!store) {
		rpc_error_set(&c->error, RPC_DISK, N_("The store cannot be opened: %s"),
			trouble);
		return;
	}
	if (!is_refused(store, c))
		serve(store, c);
	c->locked = is_locked(store);
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

	c->owed.m->locked = c->locked;
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

void methods_store_serve(
	const struct call *call, const struct records_method *method, enum gate gate)
{
	struct archive *archive = call->m->archive;
	struct store_call *c;

	if (worker_n_jobs(archive_worker(archive)) >= MAX_JOBS) {
		call_refuse(call, RPC_BUSY,
			N_("Too many requests wait for the disk; ask again in a "
			   "moment."));
		return;
	}
	c = malloc(sizeof(*c));
	if (!c) {
		call_refuse(call, RPC_INTERNAL,
			N_("There is not enough memory for this request."));
		return;
	}
	c->method = method;
	c->gate = gate;
	c->params = json_incref((json_t *)call->request->params);
	c->uid = call->conn->uid;
	c->job = (struct archive_job){ .run_fn = run, .done_fn = on_served, .ctx = c };
	/* What is asked after them depends on how they end. */
	if (strcmp(method->name, "station.lock") == 0 ||
		strcmp(method->name, "station.unlock") == 0)
		call_defer_alone(call, &c->owed);
	else
		call_defer(call, &c->owed);
	archive_post(archive, &c->job);
}
