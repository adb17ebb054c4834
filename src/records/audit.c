/* store.*: the audit log, and raw frames that may go. */
#include <errno.h>
#include <time.h>

#include "src/base/i18n.h"
#include "src/records/params.h"
#include "src/records/serve.h"

#define LIST_INITIAL 50
#define LIST_MOST    80 /* entries of the longest fit one answer */
#define MAX_DAYS     36500
#define MS_PER_DAY   INT64_C(86400000)

static int put_entry(const struct store_audit *entry, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	serve_int(out, "id", entry->id);
	serve_time(out, "at", entry->at_unix_ms, 0);
	serve_text(out, "by", entry->by);
	serve_text(out, "action", entry->action);
	serve_text(out, "subject", entry->subject);
	serve_text(out, "detail", entry->detail);
	jsonw_end_object(out);
	return 0;
}

int serve_store_audit(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t after, limit;
	int n;

	(void)by;
	if (!params_int(
		    params, "after_id", false, 0, 0, INT64_MAX / 2, &after, error) ||
		!params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, &limit,
			error))
		return -EREMOTEIO;
	serve_begin(out, "stance.audit/1");
	jsonw_key(out, "entries");
	jsonw_begin_array(out);
	n = store_audit_list(store, after, (int)limit, put_entry, out);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "audit log"));
	jsonw_end_array(out);
	serve_bool(out, "more", n == limit);
	jsonw_end_object(out);
	return 0;
}

int serve_store_audit_verify(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	int64_t bad_id = 0;
	int err = store_audit_verify(store, &bad_id);

	(void)params;
	(void)by;
	if (err < 0 && err != -EBADMSG)
		return serve_fail(err, error, NC_("thing", "audit log"));
	serve_begin(out, "stance.audit-verification/1");
	serve_bool(out, "ok", err == 0);
	serve_id(out, "first_bad_id", err < 0 ? bad_id : 0);
	jsonw_end_object(out);
	return 0;
}

int serve_store_prune(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t days, now_ms = (int64_t)time(NULL) * 1000;
	int n;

	if (!params_int(params, "older_than_days", true, 0, 0, MAX_DAYS, &days, error))
		return -EREMOTEIO;
	n = store_raw_prune(store, now_ms - days * MS_PER_DAY, by);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "raw frames"));
	serve_begin(out, "stance.prune/1");
	serve_int(out, "recordings", n);
	jsonw_end_object(out);
	return 0;
}
