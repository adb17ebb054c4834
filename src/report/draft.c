#include "src/report/draft.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calibration/file/calibration.h"
#include "src/base/slurp.h"
#include "src/base/version.h"
#include "src/ipc/document_trial.h"
#include "src/ipc/server.h"
#include "src/records/records.h"
#include "src/report/docread.h"
#include "src/report/find.h"
#include "src/report/report.h"
#include "src/store/visit_read.h"

#define MAX_CALIBRATION (64u << 20)
#define MS_PER_DAY      86400000.0

/* Call a method of the records; its document as a new reference. */
static int ask(struct store *store, const char *method, json_t *params, json_t **out,
	char *message, size_t size)
{
	const struct records_method *m = records_method_find(method);
	char *buffer = malloc(SERVER_REPLY_MAX);
	struct rpc_error error = { .code = 0 };
	struct jsonw w;
	int err = buffer && params ? 0 : -ENOMEM;

	assert(m);
	if (err == 0) {
		jsonw_init(&w, buffer, SERVER_REPLY_MAX);
		err = records_call(store, m, params, "", &w, &error);
	}
	if (err < 0)
		snprintf(message, size, "%s",
			*error.message ? error.message : "not enough memory.");
	if (err == -EREMOTEIO)
		err = error.code == RPC_NOT_FOUND ? -ENOENT : -EIO;
	if (err == 0)
		*out = json_loadb(buffer, w.length, 0, NULL);
	if (err == 0 && (w.overflow || !*out)) {
		snprintf(message, size, "the visit is too large for one document.");
		err = -EFBIG;
	}
	json_decref(params);
	free(buffer);
	return err;
}

/* Ask and put the answer under `key`. */
static int ask_into(struct store *store, json_t *document, const char *key,
	const char *method, json_t *params, char *message, size_t size)
{
	json_t *value = NULL;
	int err = ask(store, method, params, &value, message, size);

	if (err == 0 && json_object_set_new(document, key, value) != 0)
		err = -ENOMEM;
	return err;
}

static json_t *by_id(int64_t id)
{
	return json_pack("{s:I}", "id", (json_int_t)id);
}

/* --- calibrations ------------------------------------------------------------------------------- */

static int64_t unix_ms_of(const char *iso)
{
	struct tm tm = { .tm_isdst = 0 };

	if (sscanf(iso, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
		return INT64_MIN;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm) * 1000;
}

/* Add what the calibration's own file says; without a file nothing. */
static void describe(
	json_t *entry, const char *id, const char *state_dir, const char *started)
{
	char path[4400], message[256], created[32];
	struct calibration *c = NULL;
	char *text = NULL;
	size_t n;
	time_t at;
	struct tm tm;

	if (find_calibration(
		    id, state_dir, path, sizeof(path), message, sizeof(message)) != 0 ||
		slurp_file(path, MAX_CALIBRATION, &text, &n) != 0)
		return;
	if (calibration_parse(text, n, false, &c, message, sizeof(message)) == 0) {
		at = (time_t)(c->created_unix_ms / 1000) + 60 * c->utc_offset_min;
		gmtime_r(&at, &tm);
		strftime(created, sizeof(created), "%Y-%m-%d", &tm);
		json_object_set_new(entry, "created", json_string(created));
		json_object_set_new(entry, "serial", json_string(c->device.serial));
		json_object_set_new(entry, "operator", json_string(c->operator_name));
		json_object_set_new(entry, "age_days",
			json_real(floor(
				(double)(unix_ms_of(started) - unix_ms_of(created)) /
				MS_PER_DAY)));
		calibration_free(c);
	}
	free(text);
}

static bool has_id(const json_t *list, const char *id, const char *state)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(docread_text(json_array_get(list, i), "id"), id) == 0 &&
			strcmp(docread_text(json_array_get(list, i), "state"), state) ==
				0)
			return true;
	return false;
}

static int add_calibrations(json_t *document, const char *state_dir)
{
	json_t *list = json_array();

	for (size_t i = 0; i < docread_count(document, "trials"); i++) {
		const json_t *t = docread_item(document, "trials", i);
		const char *id = docread_text(t, "calibration_id"),
			   *state = docread_text(t, "calibration_state");
		json_t *entry;

		if (has_id(list, id, state))
			continue;
		entry = json_pack("{s:s, s:s}", "id", id, "state", state);
		if (*id)
			describe(entry, id, state_dir, docread_text(t, "started"));
		json_array_append_new(list, entry);
	}
	return json_object_set_new(document, "calibrations", list) == 0 ? 0 : -ENOMEM;
}

/* --- earlier visits --------------------------------------------------------------------------------- */

struct earlier {
	int n;
	struct store_visit heads[REPORT_MAX_HISTORY]; /* the newest first */
};

static int take_head(const struct store_visit *head, void *ctx)
{
	struct earlier *earlier = ctx;

	earlier->heads[earlier->n++] = *head;
	return 0;
}

static json_t *number_or_null(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

/* A visit's means of habitual standing as a point; nothing where there are none. */
static int add_point(struct store *store, const struct store_visit *head,
	struct visit *visit, json_t *history)
{
	struct jsonw w;
	char started[64];
	int err = visit_read_trials(store, head, visit);

	if (err < 0)
		return err;
	jsonw_init(&w, started, sizeof(started));
	document_put_time(&w, head->started_unix_ms, head->utc_offset_min);
	for (int i = 0; i < visit->n_groups; i++) {
		const struct visit_group *g = &visit->groups[i];

		if (strcmp(g->protocol, "quiet-eo") != 0)
			continue;
		return json_array_append_new(history,
			       json_pack("{s:I, s:o, s:o, s:o}", "visit",
				       (json_int_t)head->id, "started",
				       json_loads(started, JSON_DECODE_ANY, NULL),
				       "com_ml_mm",
				       number_or_null(g->value[METRIC_COM_ML_MM].mean),
				       "mean_velocity_mm_s",
				       number_or_null(
					       g->value[METRIC_MEAN_VELOCITY_MM_S]
						       .mean))) == 0
			       ? 0
			       : -ENOMEM;
	}
	return 0;
}

/* The person's newest visits up to this one, oldest first, into "history" of the patient. */
static int add_history(struct store *store, json_t *document, int64_t visit_id)
{
	json_t *patient = json_object_get(document, "patient");
	struct earlier *earlier = calloc(1, sizeof(*earlier));
	struct visit *visit = malloc(sizeof(*visit));
	json_t *history = json_array();
	int n = earlier && visit && history ? 0 : -ENOMEM;

	if (n == 0)
		n = store_visit_list(store, docread_text(patient, "code"), visit_id + 1,
			REPORT_MAX_HISTORY, take_head, earlier);
	for (int i = n < 0 ? -1 : earlier->n - 1; i >= 0 && n >= 0; i--)
		n = add_point(store, &earlier->heads[i], visit, history);
	if (n >= 0 && json_object_set(patient, "history", history) != 0)
		n = -ENOMEM;
	json_decref(history);
	free(visit);
	free(earlier);
	return n < 0 ? n : 0;
}

/* --- all of it ------------------------------------------------------------------------------------ */

static int add_trial(
	struct store *store, json_t *list, int64_t id, char *message, size_t size)
{
	json_t *trial = NULL;
	int err = ask(store, "trial.show", by_id(id), &trial, message, size);

	if (err == 0 && json_array_append_new(list, trial) != 0)
		err = -ENOMEM;
	return err;
}

/* The one trial, or the visit's, oldest first. */
static int add_trials(struct store *store, json_t *document, int64_t trial,
	char *message, size_t size)
{
	const json_t *visit = json_object_get(document, "visit");
	json_t *list = json_array();
	int err = list ? 0 : -ENOMEM;

	if (err == 0 && trial)
		err = add_trial(store, list, trial, message, size);
	for (size_t i = 0; err == 0 && i < docread_count(visit, "trials"); i++)
		err = add_trial(store, list,
			docread_int(docread_item(visit, "trials", i), "id"), message,
			size);
	if (err == 0 && json_object_set(document, "trials", list) != 0)
		err = -ENOMEM;
	json_decref(list);
	return err;
}

static int add_patient(
	struct store *store, json_t *document, char *message, size_t size)
{
	const json_t *visit = json_object_get(document, "visit");
	const char *code = docread_text(
		visit ? visit : docread_item(document, "trials", 0), "patient");

	if (!*code)
		return 0;
	return ask_into(store, document, "patient", "patient.show",
		json_pack("{s:s}", "code", code), message, size);
}

int draft_make(struct store *store, const char *state_dir, int64_t visit, int64_t trial,
	json_t **out, char *message, size_t size)
{
	json_t *d = json_pack("{s:s, s:i, s:n, s:n, s:{s:s}}", "schema",
		"stance.report/1", "version", 0, "previous", "signed", "software",
		"version", STANCE_VERSION);
	int err = d ? 0 : -ENOMEM;

	if (err == 0 && visit)
		err = ask_into(
			store, d, "visit", "visit.show", by_id(visit), message, size);
	if (err == 0)
		err = add_trials(store, d, trial, message, size);
	if (err == 0)
		err = add_patient(store, d, message, size);
	if (err == 0 && visit)
		err = add_history(store, d, visit);
	if (err == 0)
		err = add_calibrations(d, state_dir);
	if (err)
		json_decref(d);
	else
		*out = d;
	return err;
}
