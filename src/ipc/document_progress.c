#include "src/ipc/document_progress.h"

#include <stddef.h>

#include "src/ipc/document_trial.h"

#define DECIMALS_S    3
#define DECIMALS_FRAC 4

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_id(struct jsonw *w, const char *key, int64_t id)
{
	jsonw_key(w, key);
	if (id > 0)
		jsonw_int(w, id);
	else
		jsonw_null(w);
}

static void put_fixed(struct jsonw *w, const char *key, double value, int decimals)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, decimals);
}

static void put_count(struct jsonw *w, const char *key, bool known, int n)
{
	jsonw_key(w, key);
	if (known)
		jsonw_int(w, n);
	else
		jsonw_null(w);
}

/* A trial that was not stored has a reason and no verdict. */
static void put_end(struct jsonw *w, const struct progress_end *end)
{
	bool has_verdict = end && !end->reason[0];

	put_text(w, "verdict", has_verdict ? trial_verdict_name(end->verdict) : NULL);
	jsonw_key(w, "reasons");
	jsonw_begin_array(w);
	for (int i = 0; has_verdict && i < end->n_reasons; i++)
		jsonw_string(w, end->reasons[i]);
	if (end && end->reason[0])
		jsonw_string(w, end->reason);
	jsonw_end_array(w);
}

static void put_last(struct jsonw *w, const struct progress_end *last)
{
	jsonw_key(w, "last");
	if (!last || last->id == 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_id(w, "id", last->id);
	put_text(w, "state", last->state);
	put_end(w, last);
	jsonw_end_object(w);
}

void document_put_progress(struct jsonw *w, const struct progress_document *p)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.trial-progress/1");
	put_id(w, "id", p->id);
	put_text(w, "protocol", p->protocol);
	put_text(w, "state", p->state);
	put_count(w, "phase", p->n_phases > 0, p->phase);
	put_count(w, "n_phases", p->n_phases > 0, p->n_phases);
	put_text(w, "phase_key", p->phase_key);
	put_text(w, "instruction", p->instruction);
	put_text(w, "cue", p->cue);
	put_fixed(w, "elapsed_s", p->elapsed_s, DECIMALS_S);
	put_fixed(w, "remaining_s", p->remaining_s, DECIMALS_S);
	put_fixed(w, "done_frac", p->done_frac, DECIMALS_FRAC);
	put_id(w, "visit", p->visit_id);
	put_text(w, "patient", p->patient);
	jsonw_key(w, "practice");
	jsonw_bool(w, p->practice);
	jsonw_key(w, "n_marks");
	jsonw_int(w, p->n_marks);
	jsonw_key(w, "quality");
	if (p->quality)
		document_put_quality(w, p->quality);
	else
		jsonw_null(w);
	put_end(w, p->end);
	if (p->last)
		put_last(w, p->last);
	jsonw_end_object(w);
}
