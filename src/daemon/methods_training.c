/* The methods that run training: training.arm, disarm, status, stop, skip, answer. Those that read what is
 * stored, and programmes, belong to the records. */
#include "src/daemon/methods.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/daemon/reader.h"

#define ESTIMATE_MM 100.0
#define WHY_SIZE    200

static void reply(const struct call *call)
{
	struct training_document document;

	trainer_describe(call->m->trainer, &document);
	if (methods_veils(call->conn, call->m))
		document.patient = NULL;
	document_put_training(call_begin(call), &document);
	call_end(call);
}

/* --- arming ------------------------------------------------------------------------------ */

static void read_programme(struct reader *r, struct trainer_request *request)
{
	const json_t *value = reader_member(r, "programme");
	const char *name = json_string_value(value);
	char why[WHY_SIZE] = "";

	if (!value || r->refused)
		return;
	request->has_programme = true;
	if (name && programme_find(name))
		request->programme = *programme_find(name);
	else if (name)
		reader_refuse(r,
			"There is no programme \"%.40s\"; training.programmes lists "
			"those there are.",
			name);
	else if (document_get_programme(value, &request->programme, why, sizeof(why)) <
		 0)
		reader_refuse(r, "%s", why);
}

static bool read_request(const struct call *call, struct trainer_request *request)
{
	struct reader r = reader_of(call);

	*request = (struct trainer_request){ .repeat = false };
	reader_text(&r, "patient", request->patient, sizeof(request->patient));
	read_programme(&r, request);
	request->repeat = reader_bool(&r, "repeat", !request->patient[0]);
	request->beyond_dose = reader_bool(&r, "beyond_dose", false);
	request->supervised = reader_bool(&r, "supervised", false);
	return !r.refused;
}

static void on_armed(const struct rpc_error *error, void *ctx)
{
	struct call_owed *owed = ctx;
	struct call call;

	if (call_resume(owed, &call)) {
		if (error->code)
			server_refuse(call.server, call.conn, call.id, error);
		else
			reply(&call);
	}
	free(owed);
}

static void refuse_busy(const struct call *call)
{
	call_refuse(call, RPC_BUSY,
		N_("Somebody is training; wait for the end, or stop it with "
		   "training.stop."));
}

static void serve_arm(const struct call *call)
{
	struct trainer_request request;
	struct call_owed *owed;

	if (!read_request(call, &request))
		return;
	owed = calloc(1, sizeof(*owed));
	if (!owed) {
		call_refuse(call, RPC_INTERNAL,
			N_("There is not enough memory for training."));
		return;
	}
	if (trainer_arm(call->m->trainer, &request, on_armed, owed) < 0) {
		free(owed);
		refuse_busy(call);
		return;
	}
	call_defer(call, owed);
}

static void serve_disarm(const struct call *call)
{
	if (trainer_disarm(call->m->trainer) < 0)
		refuse_busy(call);
	else
		reply(call);
}

/* --- a session --------------------------------------------------------------------------- */

static void serve_status(const struct call *call)
{
	reply(call);
}

static void serve_stop(const struct call *call)
{
	if (trainer_stop(call->m->trainer) < 0)
		call_refuse(call, RPC_NO_TRIAL, N_("Nobody is training."));
	else
		reply(call);
}

static void serve_skip(const struct call *call)
{
	if (trainer_skip(call->m->trainer) < 0)
		call_refuse(call, RPC_NOT_NOW,
			N_("There is nothing to skip: only a rest, a block's result "
			   "and "
			   "the session's."));
	else
		reply(call);
}

static void serve_answer(const struct call *call)
{
	struct reader r = reader_of(call);
	double estimate_mm =
		reader_needed(&r, "estimate_mm", -ESTIMATE_MM, ESTIMATE_MM);

	if (r.refused)
		return;
	if (trainer_answer(call->m->trainer, estimate_mm) < 0)
		call_refuse(call, RPC_NOT_NOW, N_("No estimate is asked for now."));
	else
		reply(call);
}

const struct method methods_of_training[] = {
	{ "training.arm", METHODS_OPERATOR, serve_arm },
	{ "training.disarm", METHODS_OPERATOR, serve_disarm },
	{ "training.status", METHODS_ANYONE, serve_status },
	{ "training.stop", METHODS_OPERATOR, serve_stop },
	{ "training.skip", METHODS_OPERATOR, serve_skip },
	{ "training.answer", METHODS_OPERATOR, serve_answer },
	{ NULL },
};
