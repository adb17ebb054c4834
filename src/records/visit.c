/* visit.*: trials that belong together, and what only several of them can say. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/core/trial/visit.h"
#include "src/ipc/document_visit.h"
#include "src/records/params.h"
#include "src/records/serve.h"

static bool read_id(const struct json_t *params, int64_t *id, struct rpc_error *error)
{
	return params_int(params, "id", true, 0, 1, INT64_MAX / 2, id, error);
}

static void put_head(struct jsonw *out, const struct store_visit *v)
{
	serve_int(out, "id", v->id);
	serve_text(out, "uid", v->uid);
	serve_text(out, "patient", v->patient);
	serve_text(out, "protocol", v->protocol);
	serve_time(out, "started", v->started_unix_ms, v->utc_offset_min);
	serve_bool(out, "closed", v->closed);
}

/* The ids of a visit's trials as the store lists them: newest first. */
struct ids {
	int n;
	int64_t id[VISIT_MAX_TRIALS + 1];
};

static int take_id(const struct store_trial_line *line, void *ctx)
{
	struct ids *ids = ctx;

	if (!line->running)
		ids->id[ids->n++] = line->id;
	return 0;
}

/* One more than a visit takes is asked for, so that it can say that some were left out. */
static int read_trials(
	struct store *store, const struct store_visit *v, struct visit *visit)
{
	struct ids ids = { 0 };
	struct store_trial_query query = {
		.visit_id = v->id, .with_voided = true, .limit = VISIT_MAX_TRIALS + 1
	};
	int err = store_trial_list(store, &query, take_id, &ids);

	while (err >= 0 && ids.n > 0) {
		struct trial_record record;

		err = store_trial_get(store, ids.id[--ids.n], &record);
		if (err == 0)
			visit_add(visit, &record);
	}
	return err < 0 ? err : 0;
}

static int put_trials(
	struct store *store, const struct store_visit *v, struct jsonw *out)
{
	struct visit *visit = malloc(sizeof(*visit));
	int err;

	if (!visit)
		return -ENOMEM;
	visit_init(visit);
	err = read_trials(store, v, visit);
	if (err == 0) {
		visit_finish(visit, v->protocol);
		document_put_visit(out, visit);
	}
	free(visit);
	return err;
}

static int reply_visit(
	struct store *store, int64_t id, struct jsonw *out, struct rpc_error *error)
{
	struct store_visit visit;
	int err = store_visit_get(store, id, &visit);

	if (err < 0)
		return serve_fail(err, error, "visit %lld", (long long)id);
	serve_begin(out, "stance.visit/1");
	put_head(out, &visit);
	err = put_trials(store, &visit, out);
	if (err < 0)
		return serve_fail(err, error, "visit %lld", (long long)id);
	jsonw_end_object(out);
	return 0;
}

int serve_visit_start(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE], protocol[RECORD_WORD_SIZE];
	int64_t id;
	int err;

	if (!params_code(params, "patient", true, patient, sizeof(patient), error) ||
		!params_text(params, "protocol", false, false, protocol,
			sizeof(protocol), error))
		return -EREMOTEIO;
	if (protocol[0] && !protocol_find(protocol)) {
		rpc_error_set(error, RPC_INVALID_PARAMS, "There is no protocol \"%s\".",
			protocol);
		return -EREMOTEIO;
	}
	err = store_visit_start(store, patient, protocol, by, &id);
	if (err < 0)
		return serve_fail(err, error, "patient %s", patient);
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
		return serve_fail(err, error, "trial %lld in visit %lld",
			(long long)trial, (long long)id);
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
		return serve_fail(err, error, "visit %lld", (long long)id);
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
