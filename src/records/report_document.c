#include "src/records/report_document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/base/intended_use.h"
#define LOG_TAG "report"
#include "src/base/log.h"
#include "src/base/version.h"
#include "src/core/trial/age.h"
#include "src/records/footmap.h"
#include "src/records/serve.h"
#include "src/store/visit_read.h"

#define TRACE_STEP_S 0.05 /* 20 per second: what a plot can show */
#define PATH_SIZE    4400
#define MOST         65535.0 /* of a cell's number */

/* --- parts that are documents of their own ------------------------------------------------- */

/* Write what a method answers under the key that is open. */
static int put_answer(
	struct store *store, records_serve_fn *serve, json_t *params, struct jsonw *w)
{
	struct rpc_error error = { .code = 0 };
	int err = params ? serve(store, params, "", w, &error) : -ENOMEM;

	if (err == -EREMOTEIO)
		log_err("a part of a report cannot be told: %s", error.message);
	json_decref(params);
	return err == -EREMOTEIO ? -EIO : err;
}

static int put_by_id(struct store *store, records_serve_fn *serve, const char *key,
	int64_t id, struct jsonw *w)
{
	jsonw_key(w, key);
	return put_answer(store, serve, json_pack("{s:I}", "id", (json_int_t)id), w);
}

static int put_patient(struct store *store, const char *code, struct jsonw *w)
{
	jsonw_key(w, "patient");
	return put_answer(
		store, serve_patient_get, json_pack("{s:s}", "code", code), w);
}

static int put_trials(struct store *store, const struct visit *visit, struct jsonw *w)
{
	int err = 0;

	jsonw_key(w, "trials");
	jsonw_begin_array(w);
	for (int i = 0; i < visit->n_trials && err == 0; i++)
		err = put_answer(store, serve_trial_show,
			json_pack("{s:I}", "id", (json_int_t)visit->trials[i].id), w);
	jsonw_end_array(w);
	return err;
}

/* --- what computed it ---------------------------------------------------------------------- */

struct origins {
	int n;
	struct origin_entry {
		char id[RECORD_NAME_SIZE], state[RECORD_WORD_SIZE],
			algorithm[RECORD_WORD_SIZE];
	} of[VISIT_MAX_TRIALS];
};

static void put_algorithms(const struct origins *origins, struct jsonw *w)
{
	jsonw_key(w, "software");
	jsonw_begin_object(w);
	serve_text(w, "version", STANCE_VERSION);
	jsonw_key(w, "algorithms");
	jsonw_begin_array(w);
	for (int i = 0; i < origins->n; i++) {
		bool is_said = false;

		for (int k = 0; k < i; k++)
			is_said = is_said || strcmp(origins->of[i].algorithm,
						     origins->of[k].algorithm) == 0;
		if (!is_said)
			jsonw_string(w, origins->of[i].algorithm);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void put_calibrations(const struct origins *origins, struct jsonw *w)
{
	jsonw_key(w, "calibrations");
	jsonw_begin_array(w);
	for (int i = 0; i < origins->n; i++) {
		bool is_said = false;

		for (int k = 0; k < i; k++)
			is_said = is_said ||
				  (strcmp(origins->of[i].id, origins->of[k].id) == 0 &&
					  strcmp(origins->of[i].state,
						  origins->of[k].state) == 0);
		if (is_said)
			continue;
		jsonw_begin_object(w);
		serve_text(w, "id", origins->of[i].id);
		serve_text(w, "state", origins->of[i].state);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* --- the way of the COP ------------------------------------------------------------------- */

static void put_column(struct jsonw *w, const char *key, const double *values,
	const struct trial_series *s, int phase)
{
	double next_s = -INFINITY;

	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int i = 0; i < s->n; i++) {
		if (s->phase[i] != phase || s->t_s[i] < next_s)
			continue;
		next_s = s->t_s[i] + TRACE_STEP_S - 1e-6;
		jsonw_fixed(w, values[i], 4);
	}
	jsonw_end_array(w);
}

static int put_trace(struct store *store, int64_t id, struct jsonw *w)
{
	struct trial_series series;
	int err = store_trial_series(store, id, &series);

	if (err == -ENOENT)
		return 0;
	if (err < 0)
		return err;
	jsonw_begin_object(w);
	serve_int(w, "trial", id);
	serve_int(w, "phase", 0);
	jsonw_key(w, "step_s");
	jsonw_fixed(w, TRACE_STEP_S, 3);
	put_column(w, "x_mm", series.x_mm, &series, 0);
	put_column(w, "y_mm", series.y_mm, &series, 0);
	put_column(w, "left_frac", series.left_frac, &series, 0);
	jsonw_end_object(w);
	store_series_free(&series);
	return 0;
}

/* --- the mean picture ----------------------------------------------------------------------- */

static int put_cells(const struct footmap *map, struct jsonw *w)
{
	const int n = geometry_n_cells(&map->geometry);
	const double scale = map->peak / MOST;
	uint8_t *bytes = malloc(2 * (size_t)n);
	char *text = malloc(base64_length(2 * (size_t)n) + 1);
	size_t length = 0;

	if (bytes && text) {
		for (int i = 0; i < n; i++)
			bytes_put_u16(bytes + 2 * i,
				(uint16_t)lround(fmax(0, map->cells[i]) / scale));
		length = base64_encode(bytes, 2 * (size_t)n, text);
		text[length] = '\0';
		serve_real(w, "scale", scale);
		serve_text(w, "cells", text);
	}
	free(text);
	free(bytes);
	return length > 0 ? 0 : -ENOMEM;
}

static int put_map(const struct footmap *map, int64_t id, struct jsonw *w)
{
	int err;

	jsonw_begin_object(w);
	serve_int(w, "trial", id);
	serve_int(w, "rows", map->geometry.n_rows);
	serve_int(w, "cols", map->geometry.n_cols);
	jsonw_key(w, "pitch_mm");
	jsonw_begin_array(w);
	jsonw_real(w, map->geometry.pitch_x_mm);
	jsonw_real(w, map->geometry.pitch_y_mm);
	jsonw_end_array(w);
	serve_text(w, "unit", map->is_force ? "n" : "counts");
	err = put_cells(map, w);
	jsonw_end_object(w);
	return err;
}

/* Nothing where the recording is gone: then the outline is drawn. */
static int put_picture(
	struct store *store, const struct trial_record *record, struct jsonw *w)
{
	struct footmap map = { .cells = NULL };
	char path[PATH_SIZE];
	int err = 0;

	if (record->n_phases == 0 || !store_raw_exists(store, record->uid) ||
		store_raw_path(store, record->uid, path, sizeof(path)) < 0)
		return 0;
	if (footmap_read(path, record->phases[0].start_s, record->phases[0].duration_s,
		    0, &map) == 0 &&
		map.peak > 0)
		err = put_map(&map, record->id, w);
	footmap_fini(&map);
	return err;
}

/* --- all of it ------------------------------------------------------------------------------ */

static int read_origins(
	struct store *store, const struct visit *visit, struct origins *origins)
{
	struct trial_record *record = malloc(sizeof(*record));
	int err = record ? 0 : -ENOMEM;

	for (int i = 0; i < visit->n_trials && err == 0; i++) {
		struct origin_entry *entry = &origins->of[origins->n];

		err = store_trial_get(store, visit->trials[i].id, record);
		if (err != 0)
			break;
		memcpy(entry->id, record->calibration_id, sizeof(entry->id));
		memcpy(entry->state, record->calibration_state, sizeof(entry->state));
		memcpy(entry->algorithm, record->algorithm, sizeof(entry->algorithm));
		origins->n++;
	}
	free(record);
	return err;
}

static int put_figures(struct store *store, const struct visit *visit, struct jsonw *w)
{
	struct trial_record *record = malloc(sizeof(*record));
	int err = record ? 0 : -ENOMEM;

	jsonw_key(w, "traces");
	jsonw_begin_array(w);
	for (int i = 0; i < visit->n_trials && err == 0; i++)
		if (visit->trials[i].used)
			err = put_trace(store, visit->trials[i].id, w);
	jsonw_end_array(w);
	jsonw_key(w, "pictures");
	jsonw_begin_array(w);
	for (int i = 0; i < visit->n_trials && err == 0; i++) {
		if (!visit->trials[i].used)
			continue;
		err = store_trial_get(store, visit->trials[i].id, record);
		if (err == 0)
			err = put_picture(store, record, w);
	}
	jsonw_end_array(w);
	free(record);
	return err;
}

static void put_amendment(const struct store_amendment *a, struct jsonw *w)
{
	jsonw_key(w, "amended");
	if (!a) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	jsonw_key(w, "discard");
	jsonw_begin_array(w);
	for (int i = 0; i < a->n_discard; i++) {
		jsonw_begin_object(w);
		serve_int(w, "trial", a->discard[i].trial_id);
		serve_text(w, "reason", a->discard[i].reason);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_key(w, "note");
	jsonw_begin_object(w);
	for (int i = 0; i < a->n_notes; i++)
		serve_real(w, a->note[i].key, a->note[i].value);
	jsonw_end_object(w);
	jsonw_end_object(w);
}

static void put_signature(const struct store_report *report,
	const struct report_document *document, struct jsonw *w)
{
	serve_int(w, "version", report->version);
	jsonw_key(w, "previous");
	if (report->previous > 0) {
		jsonw_begin_object(w);
		serve_int(w, "version", report->previous);
		serve_text(w, "sha256", report->previous_sha256);
		jsonw_end_object(w);
	} else {
		jsonw_null(w);
	}
	put_amendment(document->amendment, w);
	jsonw_key(w, "signed");
	jsonw_begin_object(w);
	serve_time(w, "at", report->signed_unix_ms, report->utc_offset_min);
	serve_text(w, "operator", report->operator_name);
	serve_text(w, "by", report->by);
	serve_text(w, "clock", clock_trust_word(document->clock));
	serve_text(w, "comment", report->comment);
	jsonw_end_object(w);
}

static int put_all(struct store *store, const struct store_report *report,
	const struct report_document *document, struct visit *visit,
	struct origins *origins, struct jsonw *w)
{
	struct store_visit head;
	int err = store_visit_get(store, report->visit_id, &head);

	if (err == 0)
		err = visit_read_trials(store, &head, visit);
	if (err == 0)
		err = read_origins(store, visit, origins);
	if (err < 0)
		return err;
	serve_begin(w, "stance.report/1");
	put_signature(report, document, w);
	put_algorithms(origins, w);
	put_calibrations(origins, w);
	err = put_patient(store, head.patient, w);
	if (err == 0)
		err = put_by_id(store, serve_visit_show, "visit", head.id, w);
	if (err == 0)
		err = put_by_id(store, serve_visit_results, "results", head.id, w);
	if (err == 0)
		err = put_trials(store, visit, w);
	if (err == 0)
		err = put_figures(store, visit, w);
	serve_text(w, "intended_use", intended_use());
	serve_text(w, "footer", intended_use_footer());
	jsonw_end_object(w);
	return err;
}

int report_document_make(struct store *store, const struct store_report *report,
	char **text, size_t *n, void *ctx)
{
	struct visit *visit = malloc(sizeof(*visit));
	struct origins *origins = calloc(1, sizeof(*origins));
	char *buffer = malloc(STORE_REPORT_MAX);
	struct jsonw w;
	int err = visit && origins && buffer ? 0 : -ENOMEM;

	if (err == 0) {
		jsonw_init(&w, buffer, STORE_REPORT_MAX);
		err = put_all(store, report, ctx, visit, origins, &w);
	}
	if (err == 0 && w.overflow)
		err = -EFBIG;
	if (err == 0) {
		*n = w.length;
		*text = realloc(buffer, w.length + 1);
		buffer = NULL;
		err = *text ? 0 : -ENOMEM;
	}
	free(buffer);
	free(origins);
	free(visit);
	return err;
}
