#include "src/records/report_document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/intended_use.h"
#define LOG_TAG "report"
#include "src/base/log.h"
#include "src/base/version.h"
#include "src/records/patient_visits.h"
#include "src/records/report_calibrations.h"
#include "src/records/report_figures.h"
#include "src/records/serve.h"
#include "src/store/visit_read.h"

/* What is put together, and where it comes from. */
struct making {
	struct store *store;
	struct store_visit head; /* id 0: of one trial alone */
	int n_trials;            /* oldest first */
	int64_t trials[VISIT_MAX_TRIALS];
	int n_used; /* those in the means: figures are of them */
	int64_t used[VISIT_MAX_TRIALS];
	char patient[RECORD_CODE_SIZE]; /* "" nobody */
	struct report_calibration_use uses[VISIT_MAX_TRIALS];
	char algorithms[VISIT_MAX_TRIALS][RECORD_WORD_SIZE];
	struct rpc_error *error; /* of the part that cannot be told */
	struct jsonw w;
};

/* --- parts that are documents of their own ------------------------------------------------- */

/* Write what a method answers. */
static int put_answer(struct making *m, records_serve_fn *serve, json_t *params)
{
	int err = params ? serve(m->store, params, "", &m->w, m->error) : -ENOMEM;

	json_decref(params);
	return err;
}

static int put_by_id(struct making *m, records_serve_fn *serve, int64_t id)
{
	return put_answer(m, serve, json_pack("{s:I}", "id", (json_int_t)id));
}

static int put_patient(struct making *m)
{
	jsonw_key(&m->w, "patient");
	if (!m->patient[0]) {
		jsonw_null(&m->w);
		return 0;
	}
	return put_answer(m, serve_patient_get, json_pack("{s:s}", "code", m->patient));
}

/* What only a visit has. */
static int put_visit(struct making *m)
{
	int err;

	if (m->head.id == 0)
		return 0;
	jsonw_key(&m->w, "history");
	err = patient_visits_put_history(m->store, m->patient, m->head.id + 1, &m->w);
	jsonw_key(&m->w, "visit");
	if (err == 0)
		err = put_by_id(m, serve_visit_show, m->head.id);
	jsonw_key(&m->w, "results");
	return err < 0 ? err : put_by_id(m, serve_visit_results, m->head.id);
}

static int put_trials(struct making *m)
{
	int err = 0;

	jsonw_key(&m->w, "trials");
	jsonw_begin_array(&m->w);
	for (int i = 0; i < m->n_trials && err == 0; i++)
		err = put_by_id(m, serve_trial_show, m->trials[i]);
	jsonw_end_array(&m->w);
	return err;
}

/* The mat that each trial was measured with, as long as its recording is there to tell. */
static int put_devices(struct making *m)
{
	int err = 0;

	jsonw_key(&m->w, "devices");
	jsonw_begin_array(&m->w);
	for (int i = 0; i < m->n_trials && err == 0; i++) {
		jsonw_begin_object(&m->w);
		serve_int(&m->w, "trial", m->trials[i]);
		jsonw_key(&m->w, "device");
		err = put_by_id(m, serve_trial_device, m->trials[i]);
		jsonw_end_object(&m->w);
	}
	jsonw_end_array(&m->w);
	return err;
}

/* --- what computed it ---------------------------------------------------------------------- */

static void put_software(struct making *m)
{
	struct jsonw *w = &m->w;

	jsonw_key(w, "software");
	jsonw_begin_object(w);
	serve_text(w, "version", STANCE_VERSION);
	jsonw_key(w, "algorithms");
	jsonw_begin_array(w);
	for (int i = 0; i < m->n_trials; i++) {
		bool is_said = false;

		for (int k = 0; k < i && !is_said; k++)
			is_said = strcmp(m->algorithms[i], m->algorithms[k]) == 0;
		if (!is_said)
			jsonw_string(w, m->algorithms[i]);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void put_origins(struct making *m)
{
	put_software(m);
	jsonw_key(&m->w, "calibrations");
	report_calibrations_put(m->store, m->uses, m->n_trials, &m->w);
}

/* --- signature ------------------------------------------------------------------------------ */

static void put_discarded(const struct store_amendment *a, struct jsonw *w)
{
	jsonw_key(w, "discard");
	jsonw_begin_array(w);
	for (int i = 0; i < a->n_discard; i++) {
		jsonw_begin_object(w);
		serve_int(w, "trial", a->discard[i].trial_id);
		serve_text(w, "reason", a->discard[i].reason);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_amendment(const struct store_amendment *a, struct jsonw *w)
{
	jsonw_key(w, "amended");
	if (!a) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_discarded(a, w);
	jsonw_key(w, "note");
	jsonw_begin_object(w);
	for (int i = 0; i < a->n_notes; i++)
		serve_real(w, a->note[i].key, a->note[i].value);
	jsonw_end_object(w);
	jsonw_end_object(w);
}

static void put_previous(const struct store_report *report, struct jsonw *w)
{
	jsonw_key(w, "previous");
	if (report->previous <= 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	serve_int(w, "version", report->previous);
	serve_text(w, "sha256", report->previous_sha256);
	jsonw_end_object(w);
}

static void put_signature(const struct store_report *report,
	const struct report_document *document, struct jsonw *w)
{
	serve_int(w, "version", report->version);
	put_previous(report, w);
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

static void put_no_signature(struct jsonw *w)
{
	serve_int(w, "version", 0);
	serve_text(w, "previous", "");
	serve_text(w, "amended", "");
	serve_text(w, "signed", "");
}

/* --- what it is of -------------------------------------------------------------------------- */

static int add_trial(struct making *m, int64_t id, struct trial_record *record)
{
	struct report_calibration_use *use = &m->uses[m->n_trials];
	int err = store_trial_get(m->store, id, record);

	if (err < 0)
		return err;
	memcpy(use->id, record->calibration_id, sizeof(use->id));
	memcpy(use->state, record->calibration_state, sizeof(use->state));
	use->started_unix_ms = record->started_unix_ms;
	use->utc_offset_min = record->utc_offset_min;
	memcpy(m->algorithms[m->n_trials], record->algorithm,
		sizeof(record->algorithm));
	m->trials[m->n_trials++] = id;
	return 0;
}

static int find_visit(struct making *m, int64_t id, struct trial_record *record)
{
	struct visit *visit = malloc(sizeof(*visit));
	int err = visit ? store_visit_get(m->store, id, &m->head) : -ENOMEM;

	if (err == 0)
		err = visit_read_trials(m->store, &m->head, visit);
	for (int i = 0; err == 0 && i < visit->n_trials; i++) {
		err = add_trial(m, visit->trials[i].id, record);
		if (err == 0 && visit->trials[i].used)
			m->used[m->n_used++] = visit->trials[i].id;
	}
	free(visit);
	memcpy(m->patient, m->head.patient, sizeof(m->patient));
	return err;
}

static int find_trial(struct making *m, int64_t id, struct trial_record *record)
{
	const int err = add_trial(m, id, record);

	if (err == 0) {
		m->used[m->n_used++] = id;
		memcpy(m->patient, record->patient, sizeof(m->patient));
	}
	return err;
}

static int find(struct making *m, int64_t visit, int64_t trial)
{
	struct trial_record *record = malloc(sizeof(*record));
	int err = !record ? -ENOMEM
		  : visit ? find_visit(m, visit, record)
			  : find_trial(m, trial, record);

	free(record);
	return err;
}

/* --- all of it ------------------------------------------------------------------------------ */

static int put_all(struct making *m, const struct store_report *report,
	const struct report_document *document)
{
	struct jsonw *w = &m->w;
	int err;

	serve_begin(w, "stance.report/1");
	if (report)
		put_signature(report, document, w);
	else
		put_no_signature(w);
	put_origins(m);
	err = put_patient(m);
	if (err == 0)
		err = put_visit(m);
	if (err == 0)
		err = put_trials(m);
	if (err == 0)
		err = put_devices(m);
	if (err == 0 && report)
		err = report_figures_put(m->store, m->used, m->n_used, 0, w);
	serve_text(w, "intended_use", intended_use());
	serve_text(w, "footer", intended_use_footer());
	jsonw_end_object(w);
	return err;
}

static int begin_text(struct jsonw *w, char **buffer)
{
	*buffer = malloc(STORE_REPORT_MAX + 1);
	if (*buffer)
		jsonw_init(w, *buffer, STORE_REPORT_MAX);
	return *buffer ? 0 : -ENOMEM;
}

/* The buffer was for the largest; the caller gets what was used of it. */
static int end_text(
	const struct jsonw *w, int err, char *buffer, char **text, size_t *n)
{
	char *smaller;

	if (err == 0 && w->overflow)
		err = -EFBIG;
	if (err < 0) {
		free(buffer);
		return err;
	}
	smaller = realloc(buffer, w->length + 1);
	*n = w->length;
	*text = smaller ? smaller : buffer;
	(*text)[*n] = '\0';
	return 0;
}

static int make(struct making *m, const struct store_report *report,
	const struct report_document *document, char **text, size_t *n)
{
	char *buffer = NULL;
	int err = begin_text(&m->w, &buffer);

	if (err == 0)
		err = put_all(m, report, document);
	return end_text(&m->w, err, buffer, text, n);
}

int report_document_make(struct store *store, const struct store_report *report,
	char **text, size_t *n, void *ctx)
{
	struct rpc_error error = { .code = 0 };
	struct making *m = calloc(1, sizeof(*m));
	int err = -ENOMEM;

	if (m) {
		m->store = store;
		m->error = &error;
		err = find(m, report->visit_id, 0);
	}
	if (err == 0)
		err = make(m, report, ctx, text, n);
	free(m);
	if (err != -EREMOTEIO)
		return err;
	/* its sentence may name the patient */
	log_err("a part of a report cannot be told (%d)", error.code);
	return -EIO;
}

int report_document_draft(struct store *store, int64_t visit, int64_t trial,
	char **text, size_t *n, struct rpc_error *error)
{
	struct making *m = calloc(1, sizeof(*m));
	int err = -ENOMEM;

	if (m) {
		m->store = store;
		m->error = error;
		err = find(m, visit, trial);
		if (err < 0)
			err = serve_fail(err, error, "%s %lld",
				visit ? "visit" : "trial",
				(long long)(visit ? visit : trial));
	}
	if (err == 0)
		err = make(m, NULL, NULL, text, n);
	free(m);
	return err;
}

int report_document_figures(
	struct store *store, int64_t trial, int most_frames, char **text, size_t *n)
{
	char *buffer = NULL;
	struct jsonw w;
	int err = begin_text(&w, &buffer);

	if (err == 0) {
		jsonw_begin_object(&w);
		err = report_figures_put(store, &trial, 1, most_frames, &w);
		jsonw_end_object(&w);
	}
	return end_text(&w, err, buffer, text, n);
}
