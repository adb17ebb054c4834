/* What the methods' files share: their functions, and errors of the store as sentences.
 * Private to src/records. */
#ifndef STANCE_RECORDS_SERVE_H
#define STANCE_RECORDS_SERVE_H

#include "src/records/records.h"

/* An open visit that began longer ago was forgotten, not left. */
#define SERVE_OPEN_MS (12 * INT64_C(3600000))

typedef int records_serve_fn(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error);

records_serve_fn serve_patient_add, serve_patient_update, serve_patient_list,
	serve_patient_show, serve_patient_get, serve_patient_erase;
records_serve_fn serve_patient_find, serve_worklist_add, serve_worklist_list,
	serve_worklist_remove, serve_visit_plans, serve_visit_plan,
	serve_visit_set_plan, serve_visit_footwear, serve_visit_next,
	serve_visit_current;
records_serve_fn serve_visit_start, serve_visit_add, serve_visit_list, serve_visit_show,
	serve_visit_close, serve_visit_note;
records_serve_fn serve_trial_list, serve_trial_show, serve_trial_series,
	serve_trial_raw, serve_trial_device, serve_trial_edges, serve_trial_void,
	serve_trial_review, serve_trial_move;
records_serve_fn serve_placement_get, serve_placement_clear;
records_serve_fn serve_training_programmes, serve_training_programme,
	serve_training_set, serve_training_list, serve_training_show,
	serve_training_progress;
records_serve_fn serve_station_status, serve_station_lock, serve_station_unlock,
	serve_station_set_pin;
records_serve_fn serve_trial_results, serve_visit_results, serve_visit_share,
	serve_visit_shared, serve_visit_compare;
records_serve_fn serve_report_sign, serve_report_amend, serve_report_list,
	serve_report_get, serve_report_draft, serve_report_figures;
records_serve_fn serve_store_audit, serve_store_audit_verify, serve_store_prune;

/* Turn a negative errno of the store into an error about `what` ("patient P-7", "trial 12").
 * Returns -EREMOTEIO, for the caller to return. */
int serve_fail(int err, struct rpc_error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Begin a document: its object and "schema". */
void serve_begin(struct jsonw *out, const char *schema);

/* Members of an object; a text that is "" and a number that is NaN are null. */
void serve_text(struct jsonw *out, const char *key, const char *text);
void serve_int(struct jsonw *out, const char *key, int64_t value);
void serve_real(struct jsonw *out, const char *key, double value);
void serve_bool(struct jsonw *out, const char *key, bool value);
void serve_id(struct jsonw *out, const char *key, int64_t id); /* 0 is null */
void serve_time(
	struct jsonw *out, const char *key, int64_t unix_ms, int utc_offset_min);

#endif
