/* The methods that run trials: trial.start, trial.stop, trial.abort, trial.status. Those that read and
 * annotate stored ones belong to the records. */
#include "src/daemon/methods_trial.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/daemon/reader.h"

/* Chosen: an hour is twelve times the longest protocol. */
#define MAX_DURATION_S 3600.0
#define MAX_SETTLE_S   60.0
#define MAX_WAIT_S     3600.0
#define MAX_PAIN       10
#define MAX_LIFT_MM    60

/* --- parameters -------------------------------------------------------------------------- */

static const struct protocol *read_protocol(struct reader *r)
{
	const char *key = json_string_value(reader_member(r, "protocol"));
	const struct protocol *protocol = key ? protocol_find(key) : NULL;

	if (protocol || r->refused)
		return protocol;
	if (key)
		reader_refuse(r,
			"There is no protocol \"%.40s\"; stance(1) lists those there "
			"are.",
			key);
	else
		reader_refuse(r, "\"protocol\" must name a protocol, as quiet-eo.");
	return NULL;
}

static void read_condition(struct reader *parent, struct trial_condition *c)
{
	struct reader r = { .call = parent->call,
		.object = reader_member(parent, "condition"),
		.refused = parent->refused };

	if (r.object && !json_is_object(r.object))
		reader_refuse(&r, "\"condition\" must be an object.");
	reader_text(&r, "eyes", c->eyes, sizeof(c->eyes));
	reader_text(&r, "surface", c->surface, sizeof(c->surface));
	reader_text(&r, "stance", c->stance, sizeof(c->stance));
	reader_text(&r, "footwear", c->footwear, sizeof(c->footwear));
	reader_text(&r, "support", c->support, sizeof(c->support));
	reader_text(&r, "orthosis", c->orthosis, sizeof(c->orthosis));
	c->pain = (int)lrint(reader_number(&r, "pain", 0, MAX_PAIN, -1));
	c->lift_mm = reader_number(&r, "lift_mm", -MAX_LIFT_MM, MAX_LIFT_MM, 0);
	parent->refused = r.refused;
}

static bool read_request(const struct call *call, struct trial_request *request)
{
	struct reader r = reader_of(call);
	double cutoff_hz = settings_number(call->m->settings, SETTINGS_TRIAL_CUTOFF_HZ);

	*request =
		(struct trial_request){ .cutoff_hz = cutoff_hz > 0 ? cutoff_hz : NAN };
	request->protocol = read_protocol(&r);
	reader_text(&r, "patient", request->patient, sizeof(request->patient));
	request->visit_id = reader_id(&r, "visit");
	reader_text(
		&r, "operator", request->operator_name, sizeof(request->operator_name));
	request->duration_s = reader_number(&r, "duration_s", 1, MAX_DURATION_S, NAN);
	request->settle_s = reader_number(&r, "settle_s", 0, MAX_SETTLE_S, NAN);
	request->wait_s = reader_number(&r, "wait_s", 0, MAX_WAIT_S, TRIALS_WAIT_S);
	request->practice = reader_bool(&r, "practice", false);
	read_condition(&r, &request->condition);
	return !r.refused;
}

/* --- answers ----------------------------------------------------------------------------- */

static void reply_progress(const struct call *call)
{
	struct progress_document document;

	trials_progress(call->m->trials, &document);
	if (methods_veils(call->conn, call->m))
		document.patient = NULL;
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
			N_("A trial is running already; wait for its end, or stop it "
			   "with trial.stop or trial.abort."));
		break;
	case -ENODEV:
		call_refuse(call, RPC_NO_MAT,
			N_("No mat is streaming; \"status\" says what it waits for."));
		break;
	default:
		call_refuse(call, RPC_INTERNAL,
			N_("There is not enough memory for a trial."));
		break;
	}
}

void methods_trial_begin(struct call_owed *owed, const struct trial_request *request)
{
	const int err = trials_start(owed->m->trials, request, on_begun, owed);
	struct call call;

	if (err == 0)
		return;
	if (call_resume(owed, &call))
		refuse_start(&call, err);
	free(owed);
}

bool methods_trial_refuse_taken(const struct call *call)
{
	if (call->m->calibrating && calibrating_is_busy(call->m->calibrating)) {
		call_refuse(call, RPC_BUSY,
			N_("The mat is being calibrated; wait for the step's end, or "
			   "abort it."));
		return true;
	}
	if (call->m->trainer && trainer_is_busy(call->m->trainer)) {
		call_refuse(call, RPC_BUSY,
			N_("Somebody is training; wait for the end, or stop it with "
			   "training.stop."));
		return true;
	}
	return false;
}

static void serve_start(const struct call *call)
{
	struct trial_request request;
	struct call_owed *owed;

	if (!read_request(call, &request) || methods_trial_refuse_taken(call))
		return;
	owed = calloc(1, sizeof(*owed));
	if (!owed) {
		refuse_start(call, -ENOMEM);
		return;
	}
	call_defer(call, owed);
	methods_trial_begin(owed, &request);
}

/* An `id` that is not the running trial's is refused: the wrong trial shall not be ended. */
static void stop(const struct call *call, enum session_stop why)
{
	struct reader r = reader_of(call);
	struct progress_document progress;
	int64_t id = reader_id(&r, "id");

	if (r.refused)
		return;
	trials_progress(call->m->trials, &progress);
	if (id != 0 && id != progress.id) {
		call_refuse(call, RPC_NO_TRIAL, N_("Trial %lld is not running."),
			(long long)id);
		return;
	}
	if (trials_stop(call->m->trials, why) < 0) {
		call_refuse(call, RPC_NO_TRIAL,
			N_("No trial is running; trial.start begins one."));
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
