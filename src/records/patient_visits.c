#include "src/records/patient_visits.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/records/serve.h"
#include "src/store/store_clinic.h"
#include "src/store/visit_read.h"

/* The newest first; visits without a trial say nothing. */
struct newest {
	int n;
	struct store_visit heads[PATIENT_VISITS_HISTORY];
};

static int take_head(const struct store_visit *head, void *ctx)
{
	struct newest *newest = ctx;

	if (head->n_trials > 0)
		newest->heads[newest->n++] = *head;
	return newest->n == PATIENT_VISITS_HISTORY;
}

/* Means of habitual standing: of the first circumstances that it was done under. */
static void put_point(
	const struct store_visit *head, const struct visit *visit, struct jsonw *out)
{
	double com_ml_mm = NAN, velocity = NAN;

	for (int i = visit->n_groups - 1; i >= 0; i--) {
		const struct visit_group *g = &visit->groups[i];

		if (strcmp(g->protocol, "quiet-eo") != 0)
			continue;
		com_ml_mm = g->value[METRIC_COM_ML_MM].mean;
		velocity = g->value[METRIC_MEAN_VELOCITY_MM_S].mean;
	}
	jsonw_begin_object(out);
	serve_int(out, "visit", head->id);
	serve_time(out, "started", head->started_unix_ms, head->utc_offset_min);
	serve_real(out, "com_ml_mm", com_ml_mm);
	serve_real(out, "mean_velocity_mm_s", velocity);
	jsonw_end_object(out);
}

int patient_visits_put_history(
	struct store *store, const char *code, int64_t before_id, struct jsonw *out)
{
	struct newest *newest = calloc(1, sizeof(*newest));
	struct visit *visit = malloc(sizeof(*visit));
	int err = newest && visit ? 0 : -ENOMEM;

	if (err == 0)
		err = store_visit_list(
			store, code, before_id, INT32_MAX, take_head, newest);
	jsonw_begin_array(out);
	for (int i = err < 0 ? -1 : newest->n - 1; i >= 0 && err >= 0; i--) {
		err = visit_read_trials(store, &newest->heads[i], visit);
		if (err == 0)
			put_point(&newest->heads[i], visit, out);
	}
	jsonw_end_array(out);
	free(visit);
	free(newest);
	return err < 0 ? err : 0;
}

static int put_placement(struct store *store, const char *code, struct jsonw *out)
{
	struct store_placement placement;
	const int err = store_placement_get(store, code, &placement);

	serve_bool(out, "placement", err == 0);
	return err == -ENOENT ? 0 : err;
}

int patient_visits_put(
	struct store *store, const char *code, int64_t *last_visit, struct jsonw *out)
{
	struct store_patient_line line;
	int64_t n_visits;
	int err = store_patient_line(store, code, &line, &n_visits);

	if (err < 0)
		return err;
	*last_visit = line.last_visit_id;
	serve_int(out, "visits", n_visits);
	serve_id(out, "last_visit", line.last_visit_id);
	serve_time(out, "last_visit_started",
		line.last_visit_id ? line.last_visit_unix_ms : INT64_MIN,
		line.last_visit_offset_min);
	serve_id(out, "open_visit", line.open_visit_id);
	err = put_placement(store, code, out);
	jsonw_key(out, "history");
	return err < 0 ? err : patient_visits_put_history(store, code, 0, out);
}
