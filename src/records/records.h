/* What may be asked of the store, as JSON: the methods patient.*, visit.* and those of trial.* that
 * only read or annotate. The daemon serves them on its worker thread; `stance` serves itself with
 * them where no daemon runs.
 * Does not measure, does not know sockets. Follows docs/api.md ("Methods"). */
#ifndef STANCE_RECORDS_RECORDS_H
#define STANCE_RECORDS_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/jsonw.h"
#include "src/ipc/rpc.h"
#include "src/store/store.h"

struct json_t;

/* One method. `roles` as in src/ipc/roles.h: any of these may call it. */
struct records_method {
	const char *name;
	unsigned roles;
	bool writes; /* needs a store that was not opened read-only */
	int (*serve)(struct store *store, const struct json_t *params, const char *by,
		struct jsonw *out, struct rpc_error *error);
};

/* Return method `index`, NULL past the end; or by name, NULL if there is none. */
const struct records_method *records_method_at(size_t index);
const struct records_method *records_method_find(const char *name);

/* Serve a method: one JSON value into `out`, whose buffer the caller made SERVER_REPLY_MAX large.
 * Returns 0, or -EREMOTEIO with `*error` filled in. */
int records_call(struct store *store, const struct records_method *method,
	const struct json_t *params, const char *by, struct jsonw *out,
	struct rpc_error *error);

#endif
