/* trial.results, visit.results, visit.share, visit.shared: what was measured, beside what helps to read it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/intended_use.h"
#include "src/core/trial/age.h"
#include "src/ipc/document_alignment.h"
#include "src/ipc/document_visit.h"
#include "src/records/params.h"
#include "src/records/results_parts.h"
#include "src/records/serve.h"
#include "src/records/visit_parts.h"

/* All that one document is made from, on the heap: some 500 kB. */
struct results {
	struct store_visit head; /* of a trial without a visit: no number */
	struct trial_person person;
	struct visit visit;
	struct changes changes;
	struct trial_record trial; /* of a trial */
	const char *why_not;       /* there are no norms for it; NULL */
};

static bool read_id(const struct json_t *params, int64_t *id, struct rpc_error *error)
{
	return params_int(params, "id", true, 0, 1, INT64_MAX / 2, id, error);
}

/* --- what trial and visit share ------------------------------------------------------------------ */

static void put_person(struct jsonw *w, const struct trial_person *person)
{
	const char sex[2] = { person->sex, '\0' };

	jsonw_key(w, "person");
	jsonw_begin_object(w);
	serve_real(w, "age_years", person->age_years);
	serve_text(w, "sex", sex);
	serve_real(w, "mass_kg", person->mass_kg);
	serve_real(w, "stature_m", person->stature_m);
	jsonw_end_object(w);
}

static int n_compared(const struct results *r, int64_t visit)
{
	int n = 0;

	for (int k = 0; k < r->visit.n_groups; k++)
		n += r->changes.before[k].is_there &&
		     r->changes.before[k].head.id == visit;
	return n;
}

/* The visit that most groups are compared with; the newer of two. */
static void put_previous(struct jsonw *w, const struct results *r)
{
	const struct changes_before *most = NULL;

	for (int k = 0; k < r->visit.n_groups; k++) {
		const struct changes_before *b = &r->changes.before[k];
		int n = b->is_there ? n_compared(r, b->head.id) : 0;
		int n_most = most ? n_compared(r, most->head.id) : 0;

		if (n > n_most || (n > 0 && n == n_most && b->head.id > most->head.id))
			most = b;
	}
	jsonw_key(w, "previous");
	if (!most) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	serve_int(w, "visit", most->head.id);
	serve_time(w, "started", most->head.started_unix_ms, most->head.utc_offset_min);
	serve_bool(w, "same_day", most->same_day);
	jsonw_end_object(w);
}

static int n_left_out(const struct results *r, enum results_detail detail)
{
	int n = 0;

	for (int k = 0; k < r->visit.n_groups; k++)
		for (int m = 0; m < METRIC_N; m++)
			n += results_has_row(&r->visit.groups[k], (enum metric)m,
				     RESULTS_ALL) &&
			     !results_has_row(
				     &r->visit.groups[k], (enum metric)m, detail);
	return n;
}

static void put_groups(
	struct jsonw *w, const struct results *r, enum results_detail detail)
{
	jsonw_key(w, "groups");
	jsonw_begin_array(w);
	for (int k = 0; k < r->visit.n_groups; k++)
		results_put_group(w, &r->visit.groups[k], &r->changes.before[k],
			&r->person, r->why_not, detail);
	jsonw_end_array(w);
	serve_int(w, "rows_left_out", n_left_out(r, detail));
	results_put_ratios(w, &r->visit, &r->person, r->why_not);
}

static void put_head(
	struct jsonw *w, const struct results *r, const char *of, int64_t id)
{
	serve_begin(w, "stance.results/1");
	serve_text(w, "of", of);
	serve_int(w, "id", id);
	serve_text(w, "patient", r->head.patient);
	serve_time(w, "started", r->head.started_unix_ms, r->head.utc_offset_min);
	put_person(w, &r->person);
	put_previous(w, r);
}

static void put_foot(struct jsonw *w, const struct results *r)
{
	serve_text(w, "norms_notice", norms_notice());
	serve_text(w, "changes_source", visit_change_source());
	serve_text(w, "intended_use", intended_use());
	serve_bool(w, "shared", r->head.id > 0 && r->head.shared);
	serve_int(w, "signed", r->head.id > 0 ? r->head.signed_version : 0);
}

/* --- a visit --------------------------------------------------------------------------------------- */

static int read_visit(struct store *store, int64_t id, struct results *r)
{
	int err = store_visit_get(store, id, &r->head);

	if (err == 0)
		err = visit_person(store, &r->head, &r->person);
	if (err == 0)
		err = changes_read(store, &r->head, &r->visit);
	if (err == 0)
		err = changes_find(store, &r->head, &r->visit, &r->changes);
	return err;
}

static int put_visit(struct store *store, const struct results *r,
	enum results_detail detail, struct jsonw *w)
{
	int err;

	put_head(w, r, "visit", r->head.id);
	put_groups(w, r, detail);
	err = results_put_trials(store, &r->visit, w);
	if (err == 0)
		err = visit_put_findings(store, &r->head, &r->visit, w);
	document_put_next(w, &r->visit.next);
	put_foot(w, r);
	jsonw_end_object(w);
	return err;
}

/* --- a trial ---------------------------------------------------------------------------------------- */

static bool is_usable(const struct trial_record *t)
{
	return !t->voided && t->verdict != TRIAL_UNUSABLE &&
	       t->verdict != TRIAL_INTERRUPTED;
}

/* The visit that it is of; or, without one, all that stands for it. */
static int read_head(struct store *store, struct results *r)
{
	int err = r->trial.visit_id
			  ? store_visit_get(store, r->trial.visit_id, &r->head)
			  : 0;

	memcpy(r->head.patient, r->trial.patient, sizeof(r->head.patient));
	r->head.started_unix_ms = r->trial.started_unix_ms;
	r->head.utc_offset_min = r->trial.utc_offset_min;
	return err;
}

/* Its numbers are shown whatever they are worth: their verdict stands beside them. */
static int take_trial(struct results *r)
{
	struct trial_record *shown = malloc(sizeof(*shown));

	if (!shown)
		return -ENOMEM;
	*shown = r->trial;
	shown->voided = false;
	shown->verdict = is_usable(&r->trial) ? r->trial.verdict : TRIAL_CHECK;
	visit_init(&r->visit);
	visit_add(&r->visit, shown);
	visit_finish(&r->visit, "");
	r->visit.trials[0].used = is_usable(&r->trial);
	free(shown);
	return 0;
}

static int read_trial(struct store *store, int64_t id, struct results *r)
{
	int err = store_trial_get(store, id, &r->trial);

	r->person = (struct trial_person){ NAN, NAN, 0, NAN };
	if (err == 0)
		err = read_head(store, r);
	if (err == 0 && r->head.patient[0])
		err = visit_person(store, &r->head, &r->person);
	if (err == 0)
		err = take_trial(r);
	if (err == 0 && !is_usable(&r->trial))
		r->why_not = N_("The trial is not usable.");
	else if (err == 0 && r->head.patient[0])
		err = changes_find(store, &r->head, &r->visit, &r->changes);
	return err;
}

static int put_trial(struct store *store, const struct results *r,
	enum results_detail detail, struct jsonw *w)
{
	struct trial_record *known = malloc(sizeof(*known));
	int err;

	if (!known)
		return -ENOMEM;
	*known = r->trial;
	known->person = r->person;
	put_head(w, r, "trial", r->trial.id);
	put_groups(w, r, detail);
	err = results_put_trials(store, &r->visit, w);
	document_put_conclusion(w, known);
	put_foot(w, r);
	jsonw_end_object(w);
	free(known);
	return err;
}

/* --- serving --------------------------------------------------------------------------------------- */

typedef int read_fn(struct store *store, int64_t id, struct results *r);
typedef int put_fn(struct store *store, const struct results *r,
	enum results_detail detail, struct jsonw *w);

/* As many rows as there is room for: a visit of very many protocols goes without the less settled metrics. */
static int put_fitting(
	struct store *store, const struct results *r, put_fn *put, struct jsonw *out)
{
	const struct jsonw before = *out;
	int err = 0;

	for (int detail = RESULTS_ALL; detail <= RESULTS_MAIN; detail++) {
		*out = before;
		err = put(store, r, (enum results_detail)detail, out);
		if (err < 0 || !out->overflow)
			break;
	}
	return err;
}

static int reply(struct store *store, const char *what, int64_t id, read_fn *read,
	put_fn *put, struct jsonw *out, struct rpc_error *error)
{
	struct results *r = calloc(1, sizeof(*r));
	int err = r ? read(store, id, r) : -ENOMEM;

	if (err == 0)
		err = put_fitting(store, r, put, out);
	free(r);
	return err < 0 ? serve_fail(err, error, "%s %lld", what, (long long)id) : 0;
}

int serve_trial_results(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	int64_t id;

	(void)by;
	if (!read_id(params, &id, error))
		return -EREMOTEIO;
	return reply(store, "trial", id, read_trial, put_trial, out, error);
}

int serve_visit_results(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	int64_t id;

	(void)by;
	if (!read_id(params, &id, error))
		return -EREMOTEIO;
	return reply(store, "visit", id, read_visit, put_visit, out, error);
}

int serve_visit_share(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	bool shared = false;
	int64_t id;
	int err;

	if (!read_id(params, &id, error) ||
		!params_bool(params, "shared", &shared, error))
		return -EREMOTEIO;
	err = store_visit_share(store, id, shared, by);
	if (err < 0)
		return serve_fail(
			err, error, NC_("thing", "visit %lld"), (long long)id);
	return serve_visit_show(store, params, by, out, error);
}

int serve_visit_shared(struct store *store, const struct json_t *params, const char *by,
	struct jsonw *out, struct rpc_error *error)
{
	struct store_visit head;
	int err = store_visit_shared(store, &head);

	(void)params;
	(void)by;
	if (err == -ENOENT) {
		jsonw_null(out);
		return 0;
	}
	if (err < 0)
		return serve_fail(err, error, NC_("thing", "visit that is shared"));
	return reply(store, "visit", head.id, read_visit, put_visit, out, error);
}
