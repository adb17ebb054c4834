/* visit.*: trials that belong together, and what only several of them can say. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/trial/plan.h"
#include "src/core/trial/protocol.h"
#include "src/core/trial/age.h"
#include "src/core/trial/conclusion.h"
#include "src/core/trial/visit.h"
#include "src/core/trial/visit_findings.h"
#include "src/ipc/document_alignment.h"
#include "src/ipc/document_visit.h"
#include "src/records/changes.h"
#include "src/records/notes.h"
#include "src/records/params.h"
#include "src/records/refuse.h"
#include "src/records/serve.h"
#include "src/records/visit_parts.h"
#include "src/store/visit_read.h"

static bool read_id(const struct json_t *params, int64_t *id, struct rpc_error *error)
{
	return params_int(params, "id", true, 0, 1, INT64_MAX / 2, id, error);
}

#define LIST_INITIAL 100
#define LIST_MOST    200

static void put_head(struct jsonw *out, const struct store_visit *v)
{
	serve_int(out, "id", v->id);
	serve_text(out, "uid", v->uid);
	serve_text(out, "patient", v->patient);
	serve_text(out, "protocol", v->protocol);
	serve_time(out, "started", v->started_unix_ms, v->utc_offset_min);
	serve_bool(out, "closed", v->closed);
}

int visit_person(
	struct store *store, const struct store_visit *v, struct trial_person *person)
{
	struct store_patient patient;
	int err = store_patient_get(store, v->patient, &patient);

	if (err == 0)
		*person = (struct trial_person){ .mass_kg = patient.mass_kg,
			.stature_m = patient.stature_m,
			.sex = patient.sex,
			.age_years =
				age_years(patient.birth_year, v->started_unix_ms) };
	return err;
}

int visit_put_findings(struct store *store, const struct store_visit *v,
	const struct visit *visit, struct jsonw *out)
{
	struct visit_findings *f = malloc(sizeof(*f));
	void *scratch = malloc(conclusion_scratch_size());
	struct visit_entered entered;
	struct trial_person person;
	int err = f && scratch ? 0 : -ENOMEM;

	if (err == 0)
		err = visit_person(store, v, &person);
	if (err == 0)
		err = visit_read_entered(store, v->id, &entered);
	if (err == 0) {
		visit_findings_conclude(visit, &person, &entered, scratch, f);
		notes_put(out, &entered);
		document_put_visit_findings(out, f);
	}
	free(scratch);
	free(f);
	return err;
}

static int put_trials(
	struct store *store, const struct store_visit *v, struct jsonw *out)
{
	struct visit *visit = malloc(sizeof(*visit));
	int err;

	if (!visit)
		return -ENOMEM;
	err = changes_read(store, v, visit);
	if (err == 0) {
		document_put_visit(out, visit);
		err = visit_put_findings(store, v, visit, out);
	}
	if (err == 0)
		err = changes_put(store, v, visit, out);
	free(visit);
	return err;
}

static int reply_visit(
	struct store *store, int64_t id, struct jsonw *out, struct rpc_error *error)
{
	struct store_visit visit;
	int err = store_visit_get(store, id, &visit);

	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "visit %lld"), (long long)id);
	serve_begin(out, "stance.visit/1");
	put_head(out, &visit);
	err = put_trials(store, &visit, out);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "visit %lld"), (long long)id);
	jsonw_end_object(out);
	return 0;
}

int serve_visit_start(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE], protocol[RECORD_WORD_SIZE];
	char plan[RECORD_WORD_SIZE];
	int64_t id;
	int err;

	if (!params_code(params, "patient", true, patient, sizeof(patient), error) ||
		!params_text(params, "protocol", false, false, protocol,
			sizeof(protocol), error) ||
		!params_text(params, "plan", false, false, plan, sizeof(plan), error))
		return -EREMOTEIO;
	if (plan[0] && !plan_find(plan)) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"There is no plan \"%s\": quick, standard or full.", plan);
		return -EREMOTEIO;
	}
	if (protocol[0] && !protocol_find(protocol)) {
		rpc_error_set(error, RPC_INVALID_PARAMS, "There is no protocol \"%s\".",
			protocol);
		return -EREMOTEIO;
	}
	err = store_visit_start_planned(store, patient, protocol, plan, by, &id);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient %s"), patient);
	return reply_visit(store, id, out, error);
}

int serve_visit_add(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t id, trial;
	int err;

	if (!read_id(params, &id, error) ||
		!params_int(params, "trial", true, 0, 1, INT64_MAX / 2, &trial, error))
		return -EREMOTEIO;
	err = store_visit_add(store, id, trial, by);
	if (err < 0)
		return refuse_visit(store, id, trial, err, error);
	return reply_visit(store, id, out, error);
}

int serve_visit_close(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t id;
	int err;

	if (!read_id(params, &id, error))
		return -EREMOTEIO;
	err = store_visit_close(store, id, by);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "visit %lld"), (long long)id);
	return reply_visit(store, id, out, error);
}

int serve_visit_show(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t id;

	(void)by;
	if (!read_id(params, &id, error))
		return -EREMOTEIO;
	return reply_visit(store, id, out, error);
}

/* --- listing ------------------------------------------------------------------------------- */

static int put_line(const struct store_visit *v, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	put_head(out, v);
	serve_int(out, "trials", v->n_trials);
	jsonw_end_object(out);
	return 0;
}

int serve_visit_list(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE];
	int64_t before_id, limit;
	int n;

	(void)by;
	if (!params_code(params, "patient", false, patient, sizeof(patient), error) ||
		!params_int(params, "before_id", false, 0, 1, INT64_MAX / 2, &before_id,
			error) ||
		!params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, &limit,
			error))
		return -EREMOTEIO;
	serve_begin(out, "stance.visits/1");
	jsonw_key(out, "visits");
	jsonw_begin_array(out);
	n = store_visit_list(store, patient[0] ? patient : NULL, before_id, (int)limit,
		put_line, out);
	if (n == -ENOENT)
		return serve_fail(n, error, NC_("thing", "patient %s"), patient);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "list of visits"));
	jsonw_end_array(out);
	serve_bool(out, "more", n == limit);
	jsonw_end_object(out);
	return 0;
}
