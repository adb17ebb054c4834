/* training.*: what is stored of training, and programmes. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/ipc/document_training.h"
#include "src/records/params.h"
#include "src/records/serve.h"
#include "src/records/training_load.h"

#define LIST_INITIAL 50
#define LIST_MOST    100

/* --- programmes -------------------------------------------------------------------------- */

int serve_training_programmes(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	(void)store;
	(void)params;
	(void)by;
	(void)error;
	serve_begin(out, "stance.training-programmes/1");
	jsonw_key(out, "programmes");
	jsonw_begin_array(out);
	for (size_t i = 0; programme_at(i); i++)
		document_put_programme(out, programme_at(i));
	jsonw_end_array(out);
	jsonw_end_object(out);
	return 0;
}

int serve_training_programme(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE];
	struct training_loaded loaded;
	int err;

	(void)by;
	if (!params_code(params, "patient", true, patient, sizeof(patient), error))
		return -EREMOTEIO;
	err = training_load(store, patient, NULL, &loaded);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient \"%s\""), patient);
	document_put_programme(out, &loaded.programme);
	return 0;
}

/* A name, or an object. */
static bool read_programme(
	const struct json_t *params, struct programme *p, struct rpc_error *error)
{
	const json_t *value = json_object_get(params, "programme");
	const char *name = json_string_value(value);
	const struct programme *found = name ? programme_find(name) : NULL;
	char why[200] = "";

	if (found) {
		*p = *found;
		return true;
	}
	if (name) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"There is no programme \"%.40s\"; training.programmes lists "
			"those there are.",
			name);
		return false;
	}
	if (document_get_programme(value, p, why, sizeof(why)) == 0)
		return true;
	rpc_error_set(error, RPC_INVALID_PARAMS, "%s", why);
	return false;
}

int serve_training_set(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE], text[STORE_PROGRAMME_SIZE];
	struct programme programme;
	struct jsonw w;
	int err;

	if (!params_code(params, "patient", true, patient, sizeof(patient), error) ||
		!read_programme(params, &programme, error))
		return -EREMOTEIO;
	jsonw_init(&w, text, sizeof(text));
	document_put_programme(&w, &programme);
	err = jsonw_finish(&w) < 0 ? -ENOBUFS
				   : store_programme_set(store, patient, text, by);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient \"%s\""), patient);
	return serve_training_programme(store, params, by, out, error);
}

/* --- sessions ---------------------------------------------------------------------------- */

static void put_head(struct jsonw *out, const struct store_training *t)
{
	serve_id(out, "id", t->id);
	serve_text(out, "uid", t->uid);
	serve_text(out, "patient", t->patient);
	serve_time(out, "started", t->started_unix_ms, t->utc_offset_min);
	serve_text(out, "end", t->end);
	serve_int(out, "level", t->level);
	serve_real(out, "band_mm", programme_band_mm(t->band));
	serve_real(out, "exercise_s", t->exercise_s);
	serve_real(out, "success_pct", t->success_pct);
	serve_bool(out, "has_raw", t->has_raw);
}

static int put_line(const struct store_training *t, void *ctx)
{
	struct jsonw *out = ctx;

	jsonw_begin_object(out);
	put_head(out, t);
	serve_text(out, "programme", t->name);
	serve_int(out, "blocks", t->n_blocks);
	jsonw_end_object(out);
	return 0;
}

int serve_training_list(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE];
	int64_t before, limit;
	int n;

	(void)by;
	if (!params_code(params, "patient", false, patient, sizeof(patient), error) ||
		!params_int(params, "before_id", false, 0, 0, INT64_MAX / 2, &before,
			error) ||
		!params_int(params, "limit", false, LIST_INITIAL, 1, LIST_MOST, &limit,
			error))
		return -EREMOTEIO;
	serve_begin(out, "stance.training-sessions/1");
	jsonw_key(out, "sessions");
	jsonw_begin_array(out);
	n = store_training_list(
		store, patient[0] ? patient : NULL, before, (int)limit, put_line, out);
	if (n < 0)
		return serve_fail(n, error, NC_("thing", "patient \"%s\""), patient);
	jsonw_end_array(out);
	serve_bool(out, "more", n == limit);
	jsonw_end_object(out);
	return 0;
}

static int put_block(const struct store_training_block *b, void *ctx)
{
	jsonw_raw(ctx, b->text, strlen(b->text));
	return 0;
}

static void put_limits(struct jsonw *out, const struct store_training *t)
{
	jsonw_key(out, "limits_mm");
	if (isnan(t->limits_mm[0])) {
		jsonw_null(out);
		return;
	}
	jsonw_begin_array(out);
	for (int i = 0; i < STORE_N_LIMITS; i++)
		jsonw_fixed(out, t->limits_mm[i], 1);
	jsonw_end_array(out);
}

int serve_training_show(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	struct store_training t;
	int64_t id;
	int err;

	(void)by;
	if (!params_int(params, "id", true, 0, 1, INT64_MAX / 2, &id, error))
		return -EREMOTEIO;
	err = store_training_get(store, id, &t);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "training %lld"), (long long)id);
	serve_begin(out, "stance.training-session/1");
	put_head(out, &t);
	jsonw_key(out, "programme");
	jsonw_raw(out, t.programme, strlen(t.programme));
	put_limits(out, &t);
	jsonw_key(out, "blocks");
	jsonw_begin_array(out);
	err = store_training_blocks(store, id, put_block, out);
	jsonw_end_array(out);
	jsonw_end_object(out);
	return err < 0 ? serve_fail(err, error, NC_("thing", "training %lld"),
				 (long long)id)
		       : 0;
}

/* --- progress ---------------------------------------------------------------------------- */

/* The newest session against those before it. */
static void put_exercise(
	struct jsonw *out, enum exercise exercise, const struct progress_series *all)
{
	const struct exercise_info *info = exercise_info(exercise);
	struct progress_series before = *all;
	struct progress_change change;

	before.n--;
	progress_compare(exercise, all->value[before.n], all->blocks[before.n], &before,
		&change);
	jsonw_begin_object(out);
	serve_text(out, "exercise", info->key);
	serve_text(out, "title", info->title);
	serve_text(out, "unit", info->unit);
	serve_text(out, "score_text", info->score_text);
	serve_bool(out, "higher_is_better", info->higher_is_better);
	jsonw_key(out, "trend");
	jsonw_begin_array(out);
	for (int i = 0; i < all->n; i++)
		jsonw_fixed(out, all->value[i], 2);
	jsonw_end_array(out);
	jsonw_key(out, "change");
	jsonw_begin_object(out);
	document_put_training_change(out, exercise, &change);
	jsonw_end_object(out);
	jsonw_end_object(out);
}

static void put_dose(struct jsonw *out, const struct training_loaded *l)
{
	jsonw_key(out, "dose");
	jsonw_begin_object(out);
	serve_int(out, "today", l->n_today);
	serve_int(out, "last_7_days", l->n_week);
	serve_int(out, "max_per_day", l->programme.max_per_day);
	serve_int(out, "max_per_week", l->programme.max_per_week);
	serve_bool(out, "enough", l->is_enough);
	jsonw_end_object(out);
}

int serve_training_progress(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	char patient[RECORD_CODE_SIZE];
	struct training_loaded loaded;
	int err;

	(void)by;
	if (!params_code(params, "patient", true, patient, sizeof(patient), error))
		return -EREMOTEIO;
	err = training_load(store, patient, NULL, &loaded);
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "patient \"%s\""), patient);
	serve_begin(out, "stance.training-progress/1");
	serve_text(out, "patient", patient);
	jsonw_key(out, "exercises");
	jsonw_begin_array(out);
	for (int e = 0; e < EXERCISE_N; e++) {
		if (loaded.history.of[e].n > 0)
			put_exercise(out, (enum exercise)e, &loaded.history.of[e]);
	}
	jsonw_end_array(out);
	put_dose(out, &loaded);
	jsonw_end_object(out);
	return 0;
}
