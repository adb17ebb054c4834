/* worklist.*, patient.find: who is to be measured, and who is looked for. */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/core/trial/plan.h"
#include "src/records/params.h"
#include "src/records/serve.h"
#include "src/store/store_worklist.h"

#define LIST_INITIAL 20
#define LIST_MOST    100

static bool read_page(
	const json_t *params, int64_t *offset, int64_t *limit, struct rpc_error *error)
{
	return params_int(params, "offset", false, 0, 0, INT32_MAX, offset, error) &&
	       params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, limit,
		       error);
}

static void end_page(struct jsonw *out, int64_t offset, int n, int64_t total)
{
	jsonw_end_array(out);
	serve_int(out, "offset", offset);
	serve_int(out, "total", total);
	serve_bool(out, "more", offset + n < total);
	jsonw_end_object(out);
}

/* --- finding ------------------------------------------------------------------------------- */

static int put_found(const struct store_patient_line *p, void *ctx)
{
	struct jsonw *out = ctx;
	const char sex[2] = { p->sex, '\0' };

	jsonw_begin_object(out);
	serve_text(out, "code", p->code);
	serve_text(out, "sex", sex);
	serve_id(out, "birth_year", p->birth_year);
	serve_int(out, "trials", p->n_trials);
	serve_id(out, "last_visit", p->last_visit_id);
	serve_time(out, "last_visit_started", p->last_visit_unix_ms,
		p->last_visit_offset_min);
	serve_id(out, "open_visit", p->open_visit_id);
	serve_bool(out, "red_flag", p->red_flag);
	serve_bool(out, "waits", p->waits);
	jsonw_end_object(out);
	return 0;
}

int serve_patient_find(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char query[RECORD_CODE_SIZE];
	int64_t offset, limit, total;
	int n;

	(void)by;
	if (!params_text(params, "query", false, false, query, sizeof(query), error) ||
		!read_page(params, &offset, &limit, error))
		return -EREMOTEIO;
	serve_begin(out, "stance.patient-page/1");
	serve_text(out, "query", query);
	jsonw_key(out, "patients");
	jsonw_begin_array(out);
	n = store_patient_find(
		store, query, offset, (int)limit, put_found, out, &total);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "list of patients"));
	end_page(out, offset, n, total);
	return 0;
}

/* --- the worklist -------------------------------------------------------------------------- */

static void put_entry(struct jsonw *out, const struct store_worklist_entry *e)
{
	const char sex[2] = { e->sex, '\0' };

	serve_int(out, "id", e->id);
	serve_text(out, "patient", e->patient);
	serve_text(out, "due", e->due);
	serve_text(out, "plan", e->plan);
	serve_text(out, "reason", e->reason);
	serve_text(out, "reference", e->reference);
	serve_text(out, "source", e->source);
	serve_text(out, "state", e->state);
	serve_id(out, "visit", e->visit_id);
	serve_time(out, "created", e->created_unix_ms, e->utc_offset_min);
	serve_text(out, "by", e->by);
	serve_id(out, "birth_year", e->birth_year);
	serve_text(out, "sex", sex);
	serve_time(out, "last_visit_started", e->last_visit_unix_ms,
		e->last_visit_offset_min);
	serve_bool(out, "red_flag", e->red_flag);
	jsonw_end_object(out);
}

static int put_line(const struct store_worklist_entry *entry, void *ctx)
{
	jsonw_begin_object(ctx);
	put_entry(ctx, entry);
	return 0;
}

static int reply_entry(
	struct store *store, int64_t id, struct jsonw *out, struct rpc_error *error)
{
	struct store_worklist_entry entry;
	const int err = store_worklist_get(store, id, &entry);

	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "worklist entry %lld"), (long long)id);
	serve_begin(out, "stance.worklist-entry/1");
	put_entry(out, &entry);
	return 0;
}

static bool read_entry(
	const json_t *params, struct store_worklist_entry *e, struct rpc_error *error)
{
	memset(e, 0, sizeof(*e));
	if (!params_code(
		    params, "patient", true, e->patient, sizeof(e->patient), error) ||
		!params_text(
			params, "due", false, false, e->due, sizeof(e->due), error) ||
		!params_text(params, "plan", false, false, e->plan, sizeof(e->plan),
			error) ||
		!params_text(params, "reason", false, false, e->reason,
			sizeof(e->reason), error) ||
		!params_text(params, "reference", false, false, e->reference,
			sizeof(e->reference), error) ||
		!params_text(params, "source", false, false, e->source,
			sizeof(e->source), error))
		return false;
	if (!e->plan[0] || plan_find(e->plan))
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS,
		"There is no plan \"%s\"; visit.plans lists those there are.", e->plan);
	return false;
}

int serve_worklist_add(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_worklist_entry entry;
	int64_t id;
	int err;

	if (!read_entry(params, &entry, error))
		return -EREMOTEIO;
	err = store_worklist_add(store, &entry, by, &id);
	if (err == -EINVAL) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"due\" must be a day, as 2026-11-28.");
		return -EREMOTEIO;
	}
	if (err == -EEXIST)
		return serve_fail(
			err, error, NC_("thing", "request %s"), entry.reference);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "patient %s"), entry.patient);
	return reply_entry(store, id, out, error);
}

int serve_worklist_list(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_worklist_query query = { 0 };
	char due_by[STORE_DUE_SIZE];
	int64_t limit, total;
	int n;

	(void)by;
	if (!params_text(
		    params, "due_by", false, false, due_by, sizeof(due_by), error) ||
		!params_bool(params, "with_done", &query.with_done, error) ||
		!read_page(params, &query.offset, &limit, error))
		return -EREMOTEIO;
	query.due_by = due_by[0] ? due_by : NULL;
	query.limit = (int)limit;
	serve_begin(out, "stance.worklist/1");
	jsonw_key(out, "entries");
	jsonw_begin_array(out);
	n = store_worklist_list(store, &query, put_line, out, &total);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "worklist"));
	end_page(out, query.offset, n, total);
	return 0;
}

int serve_worklist_remove(struct store *store, const json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char reason[STORE_REASON_SIZE];
	int64_t id;
	int err;

	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error) ||
		!params_text(
			params, "reason", false, false, reason, sizeof(reason), error))
		return -EREMOTEIO;
	err = store_worklist_remove(store, id, reason, by);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "worklist entry %lld"), (long long)id);
	return reply_entry(store, id, out, error);
}
