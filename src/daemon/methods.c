#include "src/daemon/methods.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <systemd/sd-event.h>

#include "src/base/i18n.h"
#include "src/base/version.h"
#include "src/records/records.h"

#define PROTOCOL_VERSION 1

#define MAX_HZ_LIMIT   10000.0 /* chosen: above any mat; catches a mistaken unit */
#define STATUS_S_LIMIT 60

static void put_methods(struct jsonw *w);

static void put_roles(struct jsonw *w, unsigned roles)
{
	jsonw_begin_array(w);
	for (int i = 0; i < ROLE_N; i++) {
		if (roles & 1U << i)
			jsonw_string(w, role_name(i));
	}
	jsonw_end_array(w);
}

/* --- hello, status ------------------------------------------------------------------------ */

/* What is a screen stays one: what it could take back would be no lock. */
static void note_client(const struct call *call)
{
	const char *client =
		json_string_value(json_object_get(call->request->params, "client"));

	if (client && strcmp(client, "screen") == 0)
		call->conn->is_screen = true;
}

static void serve_hello(const struct call *call)
{
	struct jsonw *w;

	note_client(call);
	w = call_begin_document(call, "stance.hello/1");
	jsonw_key(w, "version");
	jsonw_string(w, STANCE_VERSION);
	jsonw_key(w, "protocol");
	jsonw_int(w, PROTOCOL_VERSION);
	jsonw_key(w, "roles");
	put_roles(w, call->conn->roles);
	jsonw_key(w, "streams");
	jsonw_begin_array(w);
	for (int k = 0; k < STREAM_N; k++)
		jsonw_string(w, stream_name(k));
	jsonw_end_array(w);
	jsonw_key(w, "methods");
	jsonw_begin_array(w);
	put_methods(w);
	jsonw_end_array(w);
	call_end_document(call, w);
}

static void serve_status(const struct call *call)
{
	struct status_document document;

	status_fill(call->m->status, &document);
	document_put_status(call_begin(call), &document);
	call_end(call);
}

/* --- subscribe, unsubscribe ---------------------------------------------------------------- */

static int find_stream(const char *name)
{
	for (int k = 0; name && k < STREAM_N; k++) {
		if (strcmp(name, stream_name(k)) == 0)
			return k;
	}
	return -1;
}

/* Read "streams" into a set of bits. Returns false after refusing. */
static bool read_streams(const struct call *call, unsigned *set)
{
	const json_t *streams = json_object_get(call->request->params, "streams");

	*set = 0;
	if (json_array_size(streams) == 0) {
		call_refuse(call, RPC_INVALID_PARAMS,
			"\"streams\" must be a list of sample, frame, status, trial, "
			"raw, calibration, training.");
		return false;
	}
	for (size_t i = 0; i < json_array_size(streams); i++) {
		const char *name = json_string_value(json_array_get(streams, i));
		int kind = find_stream(name);

		if (kind < 0) {
			call_refuse(call, RPC_INVALID_PARAMS,
				"There is no stream \"%.40s\"; choose from sample, "
				"frame, status, trial, raw, calibration, training.",
				name ? name : "(not a string)");
			return false;
		}
		*set |= 1U << kind;
	}
	return true;
}

static bool read_max_hz(const struct call *call, double *max_hz)
{
	const json_t *value = json_object_get(call->request->params, "max_hz");

	*max_hz = 0;
	if (!value || json_is_null(value))
		return true;
	*max_hz = json_number_value(value);
	if (*max_hz > 0 && *max_hz <= MAX_HZ_LIMIT)
		return true;
	call_refuse(call, RPC_INVALID_PARAMS,
		"\"max_hz\" must be a number above 0 and at most 10000; leave it out "
		"for every frame.");
	return false;
}

/* How long a status without news may be held back. */
static bool read_status_s(const struct call *call, double *status_s)
{
	const json_t *value = json_object_get(call->request->params, "status_s");

	*status_s = 0;
	if (!value || json_is_null(value))
		return true;
	*status_s = json_number_value(value);
	if (*status_s >= 1 && *status_s <= STATUS_S_LIMIT)
		return true;
	call_refuse(call, RPC_INVALID_PARAMS,
		"\"status_s\" must be a number from 1 to 60; leave it out for a status "
		"each second.");
	return false;
}

static void reply_streams(const struct call *call)
{
	struct jsonw *w = call_begin_document(call, "stance.subscription/1");

	jsonw_key(w, "streams");
	jsonw_begin_array(w);
	for (int k = 0; k < STREAM_N; k++) {
		if (call->conn->subscriptions[k].on)
			jsonw_string(w, stream_name(k));
	}
	jsonw_end_array(w);
	call_end_document(call, w);
}

static void refuse_memory(const struct call *call)
{
	call_refuse(call, RPC_INTERNAL,
		N_("There is not enough memory for another subscription."));
}

static void serve_subscribe(const struct call *call)
{
	struct methods *m = call->m;
	unsigned set;
	double max_hz, status_s;

	if (!read_streams(call, &set) || !read_max_hz(call, &max_hz) ||
		!read_status_s(call, &status_s))
		return;
	if (set & 1U << STREAM_RAW && live_want_raw(m->live) < 0) {
		refuse_memory(call);
		return;
	}
	for (int k = 0; k < STREAM_N; k++) {
		/* The rate limit is for what comes with frames: changes of state all pass. */
		bool timed =
			k == STREAM_SAMPLE || k == STREAM_FRAME || k == STREAM_TRAINING;

		if (set & 1U << k && server_subscribe(m->server, call->conn, k,
					     timed ? max_hz : 0) < 0) {
			refuse_memory(call);
			return;
		}
	}
	reply_streams(call);
	if (set & 1U << STREAM_STATUS) {
		call->conn->subscriptions[STREAM_STATUS].quiet_s = status_s;
		status_follow(m->status);
	}
}

static void serve_unsubscribe(const struct call *call)
{
	unsigned set = (1U << STREAM_N) - 1;

	if (json_object_get(call->request->params, "streams") &&
		!read_streams(call, &set))
		return;
	for (int k = 0; k < STREAM_N; k++) {
		if (set & 1U << k)
			server_unsubscribe(call->m->server, call->conn, k);
	}
	reply_streams(call);
}

/* --- config.get ---------------------------------------------------------------------------- */

static void put_setting(struct jsonw *w, const struct settings *s, int k)
{
	const struct settings_info *info = &settings_keys()[k];

	jsonw_key(w, info->name);
	jsonw_begin_object(w);
	jsonw_key(w, "value");
	if (info->type == SETTINGS_NUMBER)
		jsonw_fixed(w, settings_number(s, k), 6);
	else
		jsonw_string(w, settings_text(s, k));
	jsonw_key(w, "origin");
	jsonw_string(w, s->origin[k]);
	jsonw_end_object(w);
}

static void serve_config(const struct call *call)
{
	const json_t *wanted = json_object_get(call->request->params, "key");
	const char *key = json_string_value(wanted);
	struct jsonw *w;
	bool found = !wanted;

	for (int k = 0; key && k < SETTINGS_N_KEYS; k++)
		found |= strcmp(key, settings_keys()[k].name) == 0;
	if (!found) {
		call_refuse(call, RPC_INVALID_PARAMS,
			"There is no such key; config.get without \"key\" lists all.");
		return;
	}
	w = call_begin_document(call, "stance.config/1");
	jsonw_key(w, "settings");
	jsonw_begin_object(w);
	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		if (!key || strcmp(key, settings_keys()[k].name) == 0)
			put_setting(w, call->m->settings, k);
	}
	jsonw_end_object(w);
	call_end_document(call, w);
}

/* --- the tables ---------------------------------------------------------------------------- */

static const struct method the_methods[] = {
	{ "hello", METHODS_ANYONE, serve_hello },
	{ "status", METHODS_ANYONE, serve_status },
	{ "subscribe", METHODS_ANYONE, serve_subscribe },
	{ "unsubscribe", METHODS_ANYONE, serve_unsubscribe },
	{ "config.get", METHODS_ANYONE, serve_config },
	{ NULL },
};

static const struct method *const the_tables[] = { the_methods, methods_of_mat,
	methods_of_trials, methods_of_running_trial, methods_of_training,
	methods_of_calibrations, methods_of_calibration_files,
	methods_of_calibration_import, methods_of_precheck, methods_of_log };
#define N_TABLES (sizeof(the_tables) / sizeof(the_tables[0]))

static void put_methods(struct jsonw *w)
{
	const struct records_method *record;

	for (size_t i = 0; i < N_TABLES; i++) {
		for (const struct method *m = the_tables[i]; m->name; m++)
			jsonw_string(w, m->name);
	}
	for (size_t i = 0; (record = records_method_at(i)); i++)
		jsonw_string(w, record->name);
}

static const struct method *find_method(const char *name)
{
	for (size_t i = 0; i < N_TABLES; i++) {
		for (const struct method *m = the_tables[i]; m->name; m++) {
			if (strcmp(name, m->name) == 0)
				return m;
		}
	}
	return NULL;
}

static bool may_call(const struct call *call, const char *name, unsigned roles)
{
	char needed[64] = "";

	if (roles & call->conn->roles)
		return true;
	for (int i = 0; i < ROLE_N; i++) {
		if (!(roles & 1U << i))
			continue;
		if (needed[0])
			strcat(needed, ", ");
		strcat(needed, role_name(i));
	}
	call_refuse(call, RPC_NOT_ALLOWED,
		N_("%s needs one of the roles %s; ask to be put into a group that the "
		   "configuration names under [roles]."),
		name, needed);
	return false;
}

/* PINs are set by who owns the station, and by nobody at a locked screen. */
static bool may_set_pin(const struct call *call)
{
	if (strcmp(call->request->method, "station.set_pin") != 0 ||
		(gate_owns(call->conn->uid, geteuid()) &&
			!(call->conn->is_screen && call->m->locked)))
		return true;
	call_refuse(call, RPC_NOT_ALLOWED,
		N_("Only root and the daemon's own user set the PIN of the station."));
	return false;
}

static void serve_method(
	const struct call *call, const struct method *method, enum gate gate)
{
	struct rpc_error error;

	if (!may_call(call, method->name, method->roles))
		return;
	if (gate != GATE_OPEN && call->m->locked) {
		methods_refuse_locked(&error);
		server_refuse(call->server, call->conn, call->id, &error);
	} else {
		method->serve_fn(call);
	}
}

void methods_serve(struct conn *conn, const struct rpc_request *request, void *ctx)
{
	struct methods *m = ctx;
	const struct call call = { .m = m,
		.server = m->server,
		.conn = conn,
		.request = request,
		.id = request->has_id ? request->id : NULL };
	const struct method *method = find_method(request->method);
	const struct records_method *record = records_method_find(request->method);
	const enum gate gate = gate_holds(conn)
				       ? gate_of(request->method, request->params)
				       : GATE_OPEN;

	if (method) {
		serve_method(&call, method, gate);
	} else if (record) {
		if (may_call(&call, record->name, record->roles) && may_set_pin(&call))
			methods_store_serve(&call, record, gate);
	} else {
		call_refuse(&call, RPC_UNKNOWN_METHOD,
			"There is no method \"%.60s\" in version %s; \"hello\" lists "
			"those there are.",
			request->method, STANCE_VERSION);
	}
}

void methods_fini(struct methods *methods)
{
	methods->tare.timer = sd_event_source_disable_unref(methods->tare.timer);
	free(methods->import.text);
	methods->import.text = NULL;
}
