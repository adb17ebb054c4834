/* What a clinician noted beside the mat. */
#include "src/records/notes.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "src/records/params.h"
#include "src/records/refuse.h"
#include "src/records/serve.h"
#include "src/store/visit_read.h"

#define MAX_NOTES 16

void notes_put(struct jsonw *out, const struct visit_entered *entered)
{
	const char *base = (const char *)entered;
	const struct visit_read_note *n;

	jsonw_key(out, "entered");
	jsonw_begin_object(out);
	for (size_t i = 0; (n = visit_read_note_at(i)); i++) {
		int answer = n->is_answer ? *(const int *)(base + n->at) : 0;

		jsonw_key(out, n->key);
		if (!n->is_answer)
			jsonw_real(out, *(const double *)(base + n->at));
		else if (answer < 0)
			jsonw_null(out);
		else
			jsonw_bool(out, answer > 0);
	}
	jsonw_end_object(out);
}

/* Take one key's value: absent leaves *given false. */
static bool read_note(const struct json_t *params, const struct visit_read_note *n,
	bool *given, double *value, struct rpc_error *error)
{
	if (!params_number(params, n->key, n->low, n->high, value, error))
		return false;
	*given = !isnan(*value);
	if (*given && n->is_answer && *value != 0 && *value != 1) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"\"%s\" is 1 for yes or 0 for no.", n->key);
		return false;
	}
	return true;
}

static int note_all(struct store *store, int64_t id, const struct json_t *params,
	const char *by, int *n_noted, struct rpc_error *error)
{
	const struct visit_read_note *n;
	double value[MAX_NOTES];
	bool given[MAX_NOTES];
	int err = 0;

	/* all are read before any is stored */
	for (size_t i = 0; (n = visit_read_note_at(i)); i++)
		if (!read_note(params, n, &given[i], &value[i], error))
			return -EREMOTEIO;
	for (size_t i = 0; (n = visit_read_note_at(i)) && err == 0; i++) {
		if (!given[i])
			continue;
		err = store_visit_note(store, id, n->key, value[i], by);
		++*n_noted;
	}
	return err < 0 ? refuse_visit(store, id, 0, err, error) : 0;
}

int serve_visit_note(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	int64_t id;
	int n_noted = 0, err;

	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error))
		return -EREMOTEIO;
	err = note_all(store, id, params, by, &n_noted, error);
	if (err < 0)
		return err;
	if (n_noted == 0) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Say what to note: block_mm, pain_back, ...; docs/api.md lists "
			"all.");
		return -EREMOTEIO;
	}
	return serve_visit_show(store, params, by, out, error);
}
