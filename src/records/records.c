#include "src/records/records.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/ipc/document_trial.h"
#include "src/ipc/roles.h"
#include "src/records/serve.h"

#define READERS (ROLE_STATION | ROLE_CLINICIAN | ROLE_TECHNICIAN)
#define STATION (ROLE_STATION | ROLE_CLINICIAN | ROLE_TECHNICIAN)
#define CLINIC  ROLE_CLINICIAN
#define ANYONE  ROLE_VIEWER
#define EITHER  (ROLE_CLINICIAN | ROLE_TECHNICIAN)

static const struct records_method the_methods[] = {
	{ "patient.add", CLINIC, true, serve_patient_add },
	{ "patient.update", CLINIC, true, serve_patient_update },
	{ "patient.list", READERS, false, serve_patient_list },
	{ "patient.show", READERS, false, serve_patient_show },
	{ "patient.get", READERS, false, serve_patient_get },
	{ "patient.erase", CLINIC, true, serve_patient_erase },
	{ "patient.find", READERS, false, serve_patient_find },
	{ "worklist.add", CLINIC, true, serve_worklist_add },
	{ "worklist.list", READERS, false, serve_worklist_list },
	{ "worklist.remove", CLINIC, true, serve_worklist_remove },
	{ "visit.plans", READERS, false, serve_visit_plans },
	{ "visit.plan", READERS, false, serve_visit_plan },
	{ "visit.set_plan", STATION, true, serve_visit_set_plan },
	{ "visit.footwear", STATION, true, serve_visit_footwear },
	{ "visit.next", STATION, true, serve_visit_next },
	{ "visit.current", READERS, false, serve_visit_current },
	{ "visit.start", STATION, true, serve_visit_start },
	{ "visit.add", STATION, true, serve_visit_add },
	{ "visit.note", CLINIC, true, serve_visit_note },
	{ "visit.list", READERS, false, serve_visit_list },
	{ "visit.show", READERS, false, serve_visit_show },
	{ "visit.close", STATION, true, serve_visit_close },
	{ "visit.results", READERS, false, serve_visit_results },
	{ "visit.compare", READERS, false, serve_visit_compare },
	{ "visit.share", CLINIC, true, serve_visit_share },
	{ "visit.shared", READERS, false, serve_visit_shared },
	{ "trial.results", READERS, false, serve_trial_results },
	{ "trial.list", READERS, false, serve_trial_list },
	{ "trial.show", READERS, false, serve_trial_show },
	{ "trial.series", READERS, false, serve_trial_series },
	{ "trial.device", READERS, false, serve_trial_device },
	{ "trial.edges", READERS, false, serve_trial_edges },
	{ "trial.raw", EITHER, false, serve_trial_raw },
	{ "trial.void", CLINIC, true, serve_trial_void },
	{ "trial.review", CLINIC, true, serve_trial_review },
	{ "trial.move", CLINIC, true, serve_trial_move },
	{ "placement.get", READERS, false, serve_placement_get },
	{ "placement.clear", STATION, true, serve_placement_clear },
	{ "report.sign", CLINIC, true, serve_report_sign },
	{ "report.amend", CLINIC, true, serve_report_amend },
	{ "report.list", READERS, false, serve_report_list },
	{ "report.get", READERS, false, serve_report_get },
	{ "report.draft", READERS, false, serve_report_draft },
	{ "report.figures", READERS, false, serve_report_figures },
	{ "training.programmes", READERS, false, serve_training_programmes },
	{ "training.programme", READERS, false, serve_training_programme },
	{ "training.set", CLINIC, true, serve_training_set },
	{ "training.list", READERS, false, serve_training_list },
	{ "training.show", READERS, false, serve_training_show },
	{ "training.progress", READERS, false, serve_training_progress },
	{ "station.status", ANYONE, false, serve_station_status },
	{ "station.lock", ANYONE, true, serve_station_lock },
	{ "station.unlock", ANYONE, true, serve_station_unlock },
	/* and only of the daemon's own user and root: src/daemon/gate.h */
	{ "station.set_pin", CLINIC | ROLE_TECHNICIAN, true, serve_station_set_pin },
	{ "store.audit", EITHER, false, serve_store_audit },
	{ "store.audit_verify", EITHER, false, serve_store_audit_verify },
	{ "store.prune", EITHER, true, serve_store_prune },
};
#define N_METHODS (sizeof(the_methods) / sizeof(the_methods[0]))

const struct records_method *records_method_at(size_t index)
{
	return index < N_METHODS ? &the_methods[index] : NULL;
}

const struct records_method *records_method_find(const char *name)
{
	for (size_t i = 0; i < N_METHODS; i++) {
		if (strcmp(the_methods[i].name, name) == 0)
			return &the_methods[i];
	}
	return NULL;
}

int records_call(struct store *store, const struct records_method *method,
	const struct json_t *params, const char *by, struct jsonw *out,
	struct rpc_error *error)
{
	return method->serve(store, params, by, out, error);
}

/* --- what the methods share ---------------------------------------------------------------- */

int serve_fail(int err, struct rpc_error *error, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	switch (-err) {
	case ENOENT:
		rpc_error_set(error, RPC_NOT_FOUND, N_("There is no %s."), what);
		break;
	case EEXIST:
		rpc_error_set(error, RPC_EXISTS, N_("There is a %s already."), what);
		break;
	case EPERM:
		rpc_error_set(error, RPC_NOT_NOW,
			N_("This cannot be done with %s as it is now: it is running, "
			   "closed, voided, or of another patient."),
			what);
		break;
	case ENOSPC:
		rpc_error_set(error, RPC_DISK,
			N_("The disk is full: nothing was changed with %s. Free some "
			   "space, or let old raw frames go (store.prune)."),
			what);
		break;
	case EBUSY:
		rpc_error_set(error, RPC_BUSY,
			N_("Something else is at work on %s; try again in a moment, "
			   "or when its trial has ended."),
			what);
		break;
	case EACCES:
		rpc_error_set(error, RPC_NOT_ALLOWED,
			N_("This user may not change %s."), what);
		break;
	case EROFS:
		rpc_error_set(error, RPC_NOT_NOW,
			N_("The store is read-only: nothing was changed with %s."),
			what);
		break;
	case EBADMSG:
		rpc_error_set(error, RPC_DAMAGED,
			N_("What is stored of %s is damaged."), what);
		break;
	default:
		rpc_error_set(error, RPC_DISK, N_("The store failed with %s: %s."),
			what, strerror(-err));
		break;
	}
	return -EREMOTEIO;
}

void serve_begin(struct jsonw *out, const char *schema)
{
	jsonw_begin_object(out);
	serve_text(out, "schema", schema);
}

void serve_text(struct jsonw *out, const char *key, const char *text)
{
	jsonw_key(out, key);
	jsonw_string(out, text[0] ? text : NULL);
}

void serve_int(struct jsonw *out, const char *key, int64_t value)
{
	jsonw_key(out, key);
	jsonw_int(out, value);
}

void serve_real(struct jsonw *out, const char *key, double value)
{
	jsonw_key(out, key);
	jsonw_real(out, value);
}

void serve_bool(struct jsonw *out, const char *key, bool value)
{
	jsonw_key(out, key);
	jsonw_bool(out, value);
}

void serve_id(struct jsonw *out, const char *key, int64_t id)
{
	jsonw_key(out, key);
	if (id > 0)
		jsonw_int(out, id);
	else
		jsonw_null(out);
}

void serve_time(struct jsonw *out, const char *key, int64_t unix_ms, int utc_offset_min)
{
	jsonw_key(out, key);
	document_put_time(out, unix_ms, utc_offset_min);
}
