/* visit.*: trials that belong together, and what only several of them can say. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/trial/protocol.h"
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

static int reply_visit(
	struct store *store, int64_t id, struct jsonw *out, struct rpc_error *error)
{
	struct store_visit visit;
	int err = store_visit_get(store, id, &visit);

	if (err < 0)
		return serve_fail(err, error, "visit %lld", (long long)id);
	serve_begin(out, "stance.visit/1");
	put_head(out, &visit);
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
