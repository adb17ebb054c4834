/* The trials of stance.results/1: what was measured, how good it is, what was decided of it. */
#include <string.h>

#include "src/ipc/document_trial.h"
#include "src/records/marks.h"
#include "src/records/results_parts.h"
#include "src/records/serve.h"

static void put_reasons(struct jsonw *w, const struct trial_record *record)
{
	jsonw_key(w, "reasons");
	jsonw_begin_array(w);
	for (int i = 0; i < record->n_reasons; i++)
		jsonw_string(w, record->reasons[i]);
	jsonw_end_array(w);
}

static int put_trial(struct store *store, const struct visit_trial *t, struct jsonw *w)
{
	struct trial_record record;
	int err = store_trial_get(store, t->id, &record);

	if (err < 0)
		return err;
	jsonw_begin_object(w);
	serve_int(w, "id", t->id);
	serve_text(w, "protocol", t->protocol);
	serve_time(w, "started", t->started_unix_ms, t->utc_offset_min);
	serve_real(w, "duration_s", t->duration_s);
	serve_text(w, "verdict", trial_verdict_name(record.verdict));
	put_reasons(w, &record);
	serve_bool(w, "voided", record.voided);
	serve_bool(w, "used", t->used);
	err = marks_put(store, t->id, w);
	jsonw_end_object(w);
	return err;
}

int results_put_trials(struct store *store, const struct visit *visit, struct jsonw *w)
{
	int err = 0;

	jsonw_key(w, "trials");
	jsonw_begin_array(w);
	for (int i = 0; err >= 0 && i < visit->n_trials; i++)
		err = put_trial(store, &visit->trials[i], w);
	jsonw_end_array(w);
	return err;
}
