/* What a clinician noted beside the mat. */
#include "src/records/notes.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "src/records/params.h"
#include "src/records/serve.h"

#define AT(member) offsetof(struct visit_entered, member)

/* One key: a measure between limits, or a yes (1) or no (0). */
static const struct note {
	const char *key;
	double low, high;
	bool is_answer;
	size_t at; /* in struct visit_entered: a double, an int for an answer */
} notes[] = {
	{ "block_mm", -60, 60, false, AT(block_mm) },
	{ "extension_deficit_left_deg", 0, 90, false, AT(extension_deficit_deg[0]) },
	{ "extension_deficit_right_deg", 0, 90, false, AT(extension_deficit_deg[1]) },
	{ "pain_knee_left", 0, 1, true, AT(pain_knee[0]) },
	{ "pain_knee_right", 0, 1, true, AT(pain_knee[1]) },
	{ "pain_back", 0, 1, true, AT(pain_back) },
	{ "pain_leg", 0, 1, true, AT(pain_leg) },
	{ "red_flag", 0, 1, true, AT(red_flag) },
};
#define N_NOTES (sizeof(notes) / sizeof(notes[0]))

static void take(const char *key, double value, void *ctx)
{
	char *entered = ctx;

	for (size_t i = 0; i < N_NOTES; i++) {
		if (strcmp(notes[i].key, key) != 0)
			continue;
		if (notes[i].is_answer)
			*(int *)(entered + notes[i].at) =
				isnan(value) ? -1 : (int)value;
		else
			*(double *)(entered + notes[i].at) = value;
	}
}

int notes_read(struct store *store, int64_t visit_id, struct visit_entered *entered)
{
	visit_entered_init(entered);
	return store_visit_notes(store, visit_id, take, entered);
}

void notes_put(struct jsonw *out, const struct visit_entered *entered)
{
	const char *base = (const char *)entered;

	jsonw_key(out, "entered");
	jsonw_begin_object(out);
	for (size_t i = 0; i < N_NOTES; i++) {
		int answer =
			notes[i].is_answer ? *(const int *)(base + notes[i].at) : 0;

		jsonw_key(out, notes[i].key);
		if (!notes[i].is_answer)
			jsonw_real(out, *(const double *)(base + notes[i].at));
		else if (answer < 0)
			jsonw_null(out);
		else
			jsonw_bool(out, answer > 0);
	}
	jsonw_end_object(out);
}

/* Take one key's value: absent leaves *given false. */
static bool read_note(const struct json_t *params, const struct note *n, bool *given,
	double *value, struct rpc_error *error)
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
	double value[N_NOTES];
	bool given[N_NOTES];
	int err = 0;

	/* all are read before any is stored */
	for (size_t i = 0; i < N_NOTES; i++)
		if (!read_note(params, &notes[i], &given[i], &value[i], error))
			return -EREMOTEIO;
	for (size_t i = 0; i < N_NOTES && err == 0; i++) {
		if (!given[i])
			continue;
		err = store_visit_note(store, id, notes[i].key, value[i], by);
		++*n_noted;
	}
	return err < 0 ? serve_fail(err, error, "visit %lld", (long long)id) : 0;
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
