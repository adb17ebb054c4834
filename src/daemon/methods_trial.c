/* The methods that run trials: trial.start, trial.stop, trial.abort, trial.status. Those that read and
 * annotate stored ones belong to the records. */
#include "src/daemon/methods.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* Chosen: an hour is twelve times the longest protocol. */
#define MAX_DURATION_S 3600.0
#define MAX_SETTLE_S   60.0
#define MAX_WAIT_S     3600.0
#define MAX_PAIN       10

/* --- parameters -------------------------------------------------------------------------- */

/* What is read, and whether it was refused: the first wrong parameter ends the reading. */
struct reader {
	const struct call *call;
	const json_t *object;
	bool refused;
};

static const json_t *member(const struct reader *r, const char *key)
{
	const json_t *value = json_object_get(r->object, key);

	return json_is_null(value) ? NULL : value;
}

/* Nothing that a terminal would obey: names come back on many of them. */
static bool has_control(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

static void read_text(struct reader *r, const char *key, char *out, size_t size)
{
	const json_t *value = member(r, key);

	out[0] = '\0';
	if (r->refused || !value)
		return;
	if (json_is_string(value) && json_string_length(value) < size &&
		strlen(json_string_value(value)) == json_string_length(value) &&
		!has_control(json_string_value(value))) {
		memcpy(out, json_string_value(value), json_string_length(value) + 1);
		return;
	}
	call_refuse(r->call, RPC_INVALID_PARAMS,
		"\"%s\" must be a text of at most %zu bytes, without control "
		"characters.",
		key, size - 1);
	r->refused = true;
}

static double read_number(
	struct reader *r, const char *key, double low, double high, double otherwise)
{
	const json_t *value = member(r, key);
	double number = json_number_value(value);

	if (r->refused || !value)
		return otherwise;
	if (json_is_number(value) && number >= low && number <= high)
		return number;
	call_refuse(r->call, RPC_INVALID_PARAMS,
		"\"%s\" must be a number from %.6g to %.6g.", key, low, high);
	r->refused = true;
	return otherwise;
}

static int64_t read_id(struct reader *r, const char *key)
{
	const json_t *value = member(r, key);

	if (r->refused || !value)
		return 0;
	if (json_is_integer(value) && json_integer_value(value) > 0)
		return json_integer_value(value);
	call_refuse(
		r->call, RPC_INVALID_PARAMS, "\"%s\" must be a number above 0.", key);
	r->refused = true;
	return 0;
}

static const struct protocol *read_protocol(struct reader *r)
{
	const char *key = json_string_value(member(r, "protocol"));
	const struct protocol *protocol = key ? protocol_find(key) : NULL;

	if (protocol || r->refused)
		return protocol;
	if (key)
		call_refuse(r->call, RPC_INVALID_PARAMS,
			"There is no protocol \"%.40s\"; stance(1) lists those there "
			"are.",
			key);
	else
		call_refuse(r->call, RPC_INVALID_PARAMS,
			"\"protocol\" must name a protocol, as quiet-eo.");
	r->refused = true;
	return NULL;
}

static void read_condition(struct reader *parent, struct trial_condition *c)
{
	struct reader r = { .call = parent->call,
		.object = member(parent, "condition"),
		.refused = parent->refused };

	if (!r.refused && r.object && !json_is_object(r.object)) {
		call_refuse(
			r.call, RPC_INVALID_PARAMS, "\"condition\" must be an object.");
		r.refused = true;
	}
	read_text(&r, "eyes", c->eyes, sizeof(c->eyes));
	read_text(&r, "surface", c->surface, sizeof(c->surface));
	read_text(&r, "stance", c->stance, sizeof(c->stance));
	read_text(&r, "footwear", c->footwear, sizeof(c->footwear));
	read_text(&r, "support", c->support, sizeof(c->support));
	read_text(&r, "orthosis", c->orthosis, sizeof(c->orthosis));
	c->pain = (int)lrint(read_number(&r, "pain", 0, MAX_PAIN, -1));
	parent->refused = r.refused;
}

static bool read_request(const struct call *call, struct trial_request *request)
{
	struct reader r = { .call = call, .object = call->request->params };
	double cutoff_hz = settings_number(call->m->settings, SETTINGS_TRIAL_CUTOFF_HZ);

	*request =
		(struct trial_request){ .cutoff_hz = cutoff_hz > 0 ? cutoff_hz : NAN };
	request->protocol = read_protocol(&r);
	read_text(&r, "patient", request->patient, sizeof(request->patient));
	request->visit_id = read_id(&r, "visit");
	read_text(
		&r, "operator", request->operator_name, sizeof(request->operator_name));
	request->duration_s = read_number(&r, "duration_s", 1, MAX_DURATION_S, NAN);
	request->settle_s = read_number(&r, "settle_s", 0, MAX_SETTLE_S, NAN);
	request->wait_s = read_number(&r, "wait_s", 0, MAX_WAIT_S, TRIALS_WAIT_S);
	read_condition(&r, &request->condition);
	return !r.refused;
}

/* --- answers ----------------------------------------------------------------------------- */

static void reply_progress(const struct call *call)
{
	struct progress_document document;

	trials_progress(call->m->trials, &document);
	document_put_progress(call_begin(call), &document);
	call_end(call);
}

static void on_begun(const struct rpc_error *error, int64_t id, void *ctx)
{
	struct call_owed *owed = ctx;
	struct call call;

	(void)id; /* the progress has it */
	if (call_resume(owed, &call)) {
		if (error->code)
			server_refuse(call.server, call.conn, call.id, error);
		else
			reply_progress(&call);
	}
	free(owed);
}

static void refuse_start(const struct call *call, int err)
{
	switch (err) {
	case -EBUSY:
		call_refuse(call, RPC_BUSY,
			"A trial is running already; wait for its end, or stop it "
			"with trial.stop or trial.abort.");
		break;
	case -ENODEV:
		call_refuse(call, RPC_NO_MAT,
			"No mat is streaming; \"status\" says what it waits for.");
		break;
	default:
		call_refuse(
			call, RPC_INTERNAL, "There is not enough memory for a trial.");
		break;
	}
}

static void serve_start(const struct call *call)
{
	struct trial_request request;
	struct call_owed *owed;
	int err;

	if (!read_request(call, &request))
		return;
	owed = calloc(1, sizeof(*owed));
	err = owed ? trials_start(call->m->trials, &request, on_begun, owed) : -ENOMEM;
	if (err < 0) {
		free(owed);
		refuse_start(call, err);
		return;
	}
	call_defer(call, owed);
}

/* An `id` that is not the running trial's is refused: the wrong trial shall not be ended. */
static void stop(const struct call *call, enum session_stop why)
{
	struct reader r = { .call = call, .object = call->request->params };
	struct progress_document progress;
	int64_t id = read_id(&r, "id");

	if (r.refused)
		return;
	trials_progress(call->m->trials, &progress);
	if (id != 0 && id != progress.id) {
		call_refuse(call, RPC_NO_TRIAL, "Trial %lld is not running.",
			(long long)id);
		return;
	}
	if (trials_stop(call->m->trials, why) < 0) {
		call_refuse(call, RPC_NO_TRIAL,
			"No trial is running; trial.start begins one.");
		return;
	}
	reply_progress(call);
}

static void serve_stop(const struct call *call)
{
	stop(call, SESSION_STOP_FINISH);
}

static void serve_abort(const struct call *call)
{
	stop(call, SESSION_STOP_ABORTED);
}

static void serve_status(const struct call *call)
{
	reply_progress(call);
}

const struct method methods_of_trials[] = {
	{ "trial.start", METHODS_OPERATOR, serve_start },
	{ "trial.stop", METHODS_OPERATOR, serve_stop },
	{ "trial.abort", METHODS_OPERATOR, serve_abort },
	{ "trial.status", METHODS_ANYONE, serve_status },
	{ NULL },
};
