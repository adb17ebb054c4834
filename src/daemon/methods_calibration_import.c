/* The method that takes a calibration from elsewhere, in pieces. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/daemon/calibrating_put.h"
#include "src/base/i18n.h"
#include "src/daemon/methods.h"
#include "src/daemon/reader.h"

static void drop_import(struct methods *m)
{
	free(m->import.text);
	m->import = (struct methods_import){ 0 };
}

static void reply_received(const struct call *call)
{
	struct jsonw *w = call_begin_document(call, "stance.calibration-step/1");

	jsonw_key(w, "ok");
	jsonw_bool(w, true);
	jsonw_key(w, "step");
	jsonw_string(w, "import");
	jsonw_key(w, "received");
	jsonw_int(w, (int64_t)call->m->import.n);
	call_end_document(call, w);
}

static void on_imported(const struct rpc_error *error, void *ctx)
{
	struct call_owed *owed = ctx;
	struct calibrations_standing standing;
	struct calibrating_outcome outcome = {
		.step = "import", .item = -1, .ok = true
	};
	struct call call;

	if (call_resume(owed, &call)) {
		if (error->code) {
			server_refuse(call.server, call.conn, call.id, error);
		} else {
			calibrations_standing(call.m->calibrations, &standing);
			outcome.id = standing.id;
			outcome.state = standing.state;
			calibrating_put_step(call_begin(&call), &outcome);
			call_end(&call);
		}
	}
	free(owed);
}

/* Returns false after refusing. */
static bool may_import(const struct call *call)
{
	const struct calibration_device *mat = calibrations_mat(call->m->calibrations);

	if (!mat)
		call_refuse(call, RPC_NO_MAT,
			N_("No mat is streaming; a calibration is taken for the mat "
			   "that "
			   "is there."));
	else if (trials_is_busy(call->m->trials) ||
		 calibrating_is_busy(call->m->calibrating))
		call_refuse(call, RPC_BUSY,
			N_("A trial or a step of a calibration is running; import when "
			   "it has ended."));
	else if (call->m->trainer && trainer_is_busy(call->m->trainer))
		call_refuse(call, RPC_BUSY,
			N_("Somebody is training; import when it has ended."));
	else
		return true;
	return false;
}

static void finish_import(const struct call *call)
{
	struct methods_import *import = &call->m->import;
	struct call_owed *owed = calloc(1, sizeof(*owed));
	char *text = import->text;
	size_t n = import->n;

	if (!owed) {
		drop_import(call->m);
		call_refuse(call, RPC_INTERNAL,
			N_("There is not enough memory for this request."));
		return;
	}
	import->text = NULL;
	drop_import(call->m);
	call_defer(call, owed);
	calibrations_import(call->m->calibrations, text, n, on_imported, owed);
}

/* Offset 0 begins anew, whoever was at it. Returns false after refusing. */
static bool make_room(const struct call *call, size_t offset, size_t total)
{
	struct methods_import *import = &call->m->import;

	if (offset == 0) {
		drop_import(call->m);
		import->text = malloc(total + 1);
		import->total = total;
		import->client = call->conn->number;
	}
	if (import->text && import->client == call->conn->number &&
		import->n == offset && import->total == total)
		return true;
	call_refuse(call, import->text ? RPC_INVALID_PARAMS : RPC_INTERNAL,
		"This piece does not follow the one before; begin again at offset 0.");
	return false;
}

static void serve_import(const struct call *call)
{
	struct methods_import *import = &call->m->import;
	struct reader r = reader_of(call);
	const json_t *text = reader_member(&r, "text");
	size_t n = json_string_length(text), offset, total;

	offset = (size_t)reader_whole(&r, "offset", 0, CALIBRATION_TEXT_MAX, 0);
	total = (size_t)reader_whole(
		&r, "total", 1, CALIBRATION_TEXT_MAX, (int64_t)(offset + n));
	if (n == 0 || offset + n > total)
		reader_refuse(
			&r, "\"text\" must be a text that ends within \"total\".");
	if (r.refused || !may_import(call) || !make_room(call, offset, total))
		return;
	memcpy(import->text + offset, json_string_value(text), n);
	import->n += n;
	import->text[import->n] = '\0';
	if (import->n < total)
		reply_received(call);
	else
		finish_import(call);
}

const struct method methods_of_calibration_import[] = {
	{ "calibrate.import", METHODS_TECHNICIAN, serve_import },
	{ NULL },
};
