#include "src/daemon/methods.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <systemd/sd-event.h>

#include "src/base/version.h"

#define LOG_TAG "methods"
#include "src/base/log.h"

#define PROTOCOL_VERSION 1

/* chosen: a second of frames, and as much again for a mat that pauses */
#define TARE_TIMEOUT_US 3000000

#define MAX_HZ_LIMIT 10000.0 /* chosen: above any mat; catches a mistaken unit */

/* One call being served. */
struct call {
	struct methods *m;
	struct conn *conn;
	const struct rpc_request *request;
	const char *id; /* NULL: nobody waits for the answer */
};

struct method {
	const char *name;
	unsigned roles; /* any of these may call it */
	void (*serve_fn)(const struct call *call);
};

static const struct method *method_at(size_t i);

static void refuse(const struct call *call, int code, const char *sentence)
{
	struct rpc_error error;

	rpc_error_set(&error, code, "%s", sentence);
	server_refuse(call->m->server, call->conn, call->id, &error);
}

static struct jsonw *begin(const struct call *call)
{
	return server_reply_begin(call->m->server, call->id);
}

static struct jsonw *begin_document(const struct call *call, const char *schema)
{
	struct jsonw *w = begin(call);

	jsonw_begin_object(w);
	jsonw_key(w, "schema");
	jsonw_string(w, schema);
	return w;
}

static void end_document(const struct call *call, struct jsonw *w)
{
	jsonw_end_object(w);
	server_reply_end(call->m->server, call->conn);
}

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

static void serve_hello(const struct call *call)
{
	struct jsonw *w = begin_document(call, "stance.hello/1");
	const struct method *method;

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
	for (size_t i = 0; (method = method_at(i)); i++)
		jsonw_string(w, method->name);
	jsonw_end_array(w);
	end_document(call, w);
}

static void serve_status(const struct call *call)
{
	struct status_document document;

	status_fill(call->m->status, &document);
	document_put_status(begin(call), &document);
	server_reply_end(call->m->server, call->conn);
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
		refuse(call, RPC_INVALID_PARAMS,
			"\"streams\" must be a list of sample, frame, status, trial, "
			"raw.");
		return false;
	}
	for (size_t i = 0; i < json_array_size(streams); i++) {
		const char *name = json_string_value(json_array_get(streams, i));
		int kind = find_stream(name);
		struct rpc_error error;

		if (kind < 0) {
			rpc_error_set(&error, RPC_INVALID_PARAMS,
				"There is no stream \"%.40s\"; choose from sample, "
				"frame, status, trial, raw.",
				name ? name : "(not a string)");
			server_refuse(call->m->server, call->conn, call->id, &error);
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
	refuse(call, RPC_INVALID_PARAMS,
		"\"max_hz\" must be a number above 0 and at most 10000; leave it out "
		"for every frame.");
	return false;
}

static void reply_streams(const struct call *call)
{
	struct jsonw *w = begin_document(call, "stance.subscription/1");

	jsonw_key(w, "streams");
	jsonw_begin_array(w);
	for (int k = 0; k < STREAM_N; k++) {
		if (call->conn->subscriptions[k].on)
			jsonw_string(w, stream_name(k));
	}
	jsonw_end_array(w);
	end_document(call, w);
}

static void refuse_memory(const struct call *call)
{
	refuse(call, RPC_INTERNAL,
		"There is not enough memory for another subscription.");
}

static void serve_subscribe(const struct call *call)
{
	struct methods *m = call->m;
	unsigned set;
	double max_hz;

	if (!read_streams(call, &set) || !read_max_hz(call, &max_hz))
		return;
	if (set & 1U << STREAM_RAW && live_want_raw(m->live) < 0) {
		refuse_memory(call);
		return;
	}
	for (int k = 0; k < STREAM_N; k++) {
		/* The rate limit is for what comes with frames: changes of state all pass. */
		bool timed = k == STREAM_SAMPLE || k == STREAM_FRAME;

		if (set & 1U << k && server_subscribe(m->server, call->conn, k,
					     timed ? max_hz : 0) < 0) {
			refuse_memory(call);
			return;
		}
	}
	reply_streams(call);
	if (set & 1U << STREAM_STATUS)
		status_follow(m->status);
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

/* --- mat.tare, mat.identify ---------------------------------------------------------------- */

static void reply_tare(const struct call *call, enum live_tare how, int n_frames)
{
	struct jsonw *w;

	if (how == LIVE_TARE_LOADED) {
		refuse(call, RPC_MAT_LOADED,
			"Someone or something is on the mat; clear it and tare again. "
			"The old zero stays in force.");
		return;
	}
	if (how == LIVE_TARE_NO_FRAMES) {
		refuse(call, RPC_TIMEOUT,
			"The mat sent no frames while it was tared; see that it "
			"streams and try again. The old zero stays in force.");
		return;
	}
	w = begin_document(call, "stance.tare/1");
	jsonw_key(w, "ok");
	jsonw_bool(w, true);
	jsonw_key(w, "frames");
	jsonw_int(w, n_frames);
	end_document(call, w);
}

/* The answer to whoever asked, if he is still there. */
static void on_tare(enum live_tare how, void *ctx)
{
	struct methods *m = ctx;
	struct methods_tare tare = m->tare;
	struct call call = { .m = m, .id = tare.has_id ? tare.id : NULL };

	m->tare.client = 0;
	if (m->tare.timer)
		sd_event_source_set_enabled(m->tare.timer, SD_EVENT_OFF);
	log_info("tare %s", how == LIVE_TARE_DONE     ? "done"
			    : how == LIVE_TARE_LOADED ? "refused: the mat is loaded"
						      : "given up: no frames");
	call.conn = server_undefer(m->server, tare.client);
	if (call.conn)
		reply_tare(&call, how, tare.n_frames);
}

static int on_tare_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct methods *m = userdata;

	(void)source;
	(void)usec;
	live_tare_abort(m->live);
	return 0;
}

static int start_tare_timer(struct methods *m)
{
	uint64_t now_us;
	int err = sd_event_now(m->event, CLOCK_MONOTONIC, &now_us);

	if (err < 0)
		return err;
	if (!m->tare.timer)
		return sd_event_add_time(m->event, &m->tare.timer, CLOCK_MONOTONIC,
			now_us + TARE_TIMEOUT_US, 0, on_tare_timeout, m);
	sd_event_source_set_time(m->tare.timer, now_us + TARE_TIMEOUT_US);
	return sd_event_source_set_enabled(m->tare.timer, SD_EVENT_ONESHOT);
}

static bool has_mat(const struct call *call)
{
	if (call->m->mat && mat_state(mat_io_mat(call->m->mat)) == MAT_STREAMING)
		return true;
	refuse(call, RPC_NO_MAT,
		"No mat is streaming; \"status\" says what it waits for.");
	return false;
}

static void serve_tare(const struct call *call)
{
	struct methods *m = call->m;
	int n_frames;

	if (!has_mat(call))
		return;
	if (m->tare.client) {
		refuse(call, RPC_BUSY,
			"The mat is being tared already; wait a second.");
		return;
	}
	if (start_tare_timer(m) < 0) {
		refuse(call, RPC_INTERNAL,
			"There is not enough memory to tare the mat.");
		return;
	}
	m->tare.client = call->conn->number;
	m->tare.has_id = call->id != NULL;
	memcpy(m->tare.id, call->request->id, sizeof(m->tare.id));
	server_defer(m->server, call->conn);
	n_frames = live_tare_begin(m->live, on_tare, m);
	m->tare.n_frames = n_frames;
	if (n_frames < 0)
		on_tare(LIVE_TARE_NO_FRAMES, m);
}

static void serve_identify(const struct call *call)
{
	struct jsonw *w;

	if (!has_mat(call))
		return;
	if (mat_io_identify(call->m->mat) < 0) {
		refuse(call, RPC_NO_MAT,
			"The mat could not be reached; \"status\" says how it stands.");
		return;
	}
	w = begin_document(call, "stance.identify/1");
	jsonw_key(w, "ok");
	jsonw_bool(w, true);
	end_document(call, w);
}

static void serve_describe(const struct call *call)
{
	struct mat_document document;

	if (!has_mat(call))
		return;
	if (live_describe(call->m->live, &document) < 0) {
		refuse(call, RPC_NO_MAT,
			"The mat has not sent a frame yet; ask again in a moment.");
		return;
	}
	document_put_mat(begin(call), &document);
	server_reply_end(call->m->server, call->conn);
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
		refuse(call, RPC_INVALID_PARAMS,
			"There is no such key; config.get without \"key\" lists all.");
		return;
	}
	w = begin_document(call, "stance.config/1");
	jsonw_key(w, "settings");
	jsonw_begin_object(w);
	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		if (!key || strcmp(key, settings_keys()[k].name) == 0)
			put_setting(w, call->m->settings, k);
	}
	jsonw_end_object(w);
	end_document(call, w);
}

/* --- the table ----------------------------------------------------------------------------- */

#define ANYONE   ROLE_VIEWER
#define OPERATOR (ROLE_STATION | ROLE_CLINICIAN | ROLE_TECHNICIAN)

static const struct method the_methods[] = {
	{ "hello", ANYONE, serve_hello },
	{ "status", ANYONE, serve_status },
	{ "subscribe", ANYONE, serve_subscribe },
	{ "unsubscribe", ANYONE, serve_unsubscribe },
	{ "mat.tare", OPERATOR, serve_tare },
	{ "mat.identify", OPERATOR, serve_identify },
	{ "mat.describe", ANYONE, serve_describe },
	{ "config.get", ANYONE, serve_config },
};
#define N_METHODS (sizeof(the_methods) / sizeof(the_methods[0]))

static const struct method *method_at(size_t i)
{
	return i < N_METHODS ? &the_methods[i] : NULL;
}

static void refuse_role(const struct call *call, const struct method *method)
{
	char sentence[200], needed[64] = "";

	for (int i = 0; i < ROLE_N; i++) {
		if (!(method->roles & 1U << i))
			continue;
		if (needed[0])
			strcat(needed, ", ");
		strcat(needed, role_name(i));
	}
	snprintf(sentence, sizeof(sentence),
		"%s needs one of the roles %s; ask to be put into a group that the "
		"configuration names under [roles].",
		method->name, needed);
	refuse(call, RPC_NOT_ALLOWED, sentence);
}

static void refuse_unknown(const struct call *call)
{
	struct rpc_error error;

	rpc_error_set(&error, RPC_UNKNOWN_METHOD,
		"There is no method \"%.60s\" in version %s; \"hello\" lists those "
		"there are.",
		call->request->method, STANCE_VERSION);
	server_refuse(call->m->server, call->conn, call->id, &error);
}

void methods_serve(struct conn *conn, const struct rpc_request *request, void *ctx)
{
	const struct call call = { .m = ctx,
		.conn = conn,
		.request = request,
		.id = request->has_id ? request->id : NULL };

	for (size_t i = 0; i < N_METHODS; i++) {
		const struct method *method = &the_methods[i];

		if (strcmp(request->method, method->name) != 0)
			continue;
		if (method->roles & conn->roles)
			method->serve_fn(&call);
		else
			refuse_role(&call, method);
		return;
	}
	refuse_unknown(&call);
}

void methods_fini(struct methods *methods)
{
	methods->tare.timer = sd_event_source_disable_unref(methods->tare.timer);
}
