/* visit.compare: two visits of one person, each number beside the other, and whether the difference says anything. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/intended_use.h"
#include "src/ipc/document_visit.h"
#include "src/records/compare_map.h"
#include "src/records/params.h"
#include "src/records/results_parts.h"
#include "src/records/serve.h"
#include "src/records/visit_parts.h"

/* All that one document is made from, on the heap: some 400 kB. */
struct comparison {
	struct store_visit head[2]; /* a, b */
	struct visit visit[2];
	struct trial_person person; /* as old as in b */
	bool same_day;
};

/* --- the two visits -------------------------------------------------------------------------------- */

static int read_one(struct store *store, int64_t id, struct store_visit *head,
	struct rpc_error *error)
{
	int err = store_visit_get(store, id, head);

	return err < 0 ? serve_fail(err, error, "visit %lld", (long long)id) : 0;
}

static int read_heads(struct store *store, const int64_t id[2], struct comparison *c,
	struct rpc_error *error)
{
	long long a = (long long)id[0], b = (long long)id[1];
	int err = 0;

	if (a == b) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Visit %lld is asked for twice: two different visits are "
			"compared.",
			a);
		return -EREMOTEIO;
	}
	for (int i = 0; i < 2 && err == 0; i++)
		err = read_one(store, id[i], &c->head[i], error);
	if (err < 0)
		return err;
	if (strcmp(c->head[0].patient, c->head[1].patient) != 0) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Visits %lld and %lld are of two patients: only one person's "
			"visits are compared.",
			a, b);
		return -EREMOTEIO;
	}
	/* as everywhere by their numbers: a clock may have been wrong */
	if (a > b) {
		rpc_error_set(error, RPC_INVALID_PARAMS,
			"Visit %lld is later than visit %lld: \"a\" is the earlier "
			"one.",
			a, b);
		return -EREMOTEIO;
	}
	return 0;
}

static int read_visits(struct store *store, struct comparison *c)
{
	int err = visit_person(store, &c->head[1], &c->person);

	for (int i = 0; i < 2 && err == 0; i++)
		err = changes_read(store, &c->head[i], &c->visit[i]);
	c->same_day = changes_day(&c->head[0]) == changes_day(&c->head[1]);
	return err;
}

/* --- rows ------------------------------------------------------------------------------------------ */

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, 6); /* as in results_rows.c */
}

static void put_mean(
	struct jsonw *w, const char *const keys[3], const struct visit_mean *mean)
{
	put_real(w, keys[0], mean->n > 0 ? mean->mean : NAN);
	serve_int(w, keys[1], mean->n);
	results_put_interval(w, keys[2], mean);
}

static void put_row(struct jsonw *w, const struct visit_group *a,
	const struct visit_group *b, enum metric metric, const struct comparison *c)
{
	static const char *const of_a[] = { "a", "a_n", "a_ci95" };
	static const char *const of_b[] = { "b", "b_n", "b_ci95" };
	struct visit_change change = { NAN, NAN, NAN, false };
	int err = visit_change(b, a, metric, c->person.age_years, c->same_day, &change);

	jsonw_begin_object(w);
	results_put_name(w, b, metric);
	put_mean(w, of_a, &a->value[metric]);
	put_mean(w, of_b, &b->value[metric]);
	document_put_judgement(w, &change, err);
	jsonw_end_object(w);
}

/* What one of them has is a row: the other's is null. */
static bool has_row(const struct visit_group *a, const struct visit_group *b,
	enum metric metric, enum results_detail detail)
{
	return results_has_row(a, metric, detail) || results_has_row(b, metric, detail);
}

static void put_group(struct jsonw *w, const struct visit_group *a,
	const struct visit_group *b, const struct comparison *c,
	enum results_detail detail)
{
	jsonw_begin_object(w);
	results_put_group_head(w, b);
	results_put_ids(w, "a_trials", a);
	results_put_ids(w, "b_trials", b);
	jsonw_key(w, "rows");
	jsonw_begin_array(w);
	/* the protocol's own first, the others as they stand in the table */
	for (int first = 1; first >= 0; first--)
		for (int m = 0; m < METRIC_N; m++)
			if (has_row(a, b, (enum metric)m, detail) &&
				results_is_main(b, (enum metric)m) == first)
				put_row(w, a, b, (enum metric)m, c);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static int n_left_out(const struct comparison *c, enum results_detail detail)
{
	int n = 0;

	for (int k = 0; k < c->visit[1].n_groups; k++) {
		const struct visit_group *b = &c->visit[1].groups[k];
		const struct visit_group *a = visit_find(&c->visit[0], b);

		for (int m = 0; a && m < METRIC_N; m++)
			n += has_row(a, b, (enum metric)m, RESULTS_ALL) &&
			     !has_row(a, b, (enum metric)m, detail);
	}
	return n;
}

static void put_groups(
	struct jsonw *w, const struct comparison *c, enum results_detail detail)
{
	jsonw_key(w, "groups");
	jsonw_begin_array(w);
	for (int k = 0; k < c->visit[1].n_groups; k++) {
		const struct visit_group *b = &c->visit[1].groups[k];
		const struct visit_group *a = visit_find(&c->visit[0], b);

		if (a)
			put_group(w, a, b, c, detail);
	}
	jsonw_end_array(w);
	serve_int(w, "rows_left_out", n_left_out(c, detail));
}

/* What the other does not have under these circumstances. */
static void put_only(struct jsonw *w, const char *key, const struct visit *visit,
	const struct visit *other)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int k = 0; k < visit->n_groups; k++) {
		if (visit_find(other, &visit->groups[k]))
			continue;
		jsonw_begin_object(w);
		results_put_group_head(w, &visit->groups[k]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* --- the document ---------------------------------------------------------------------------------- */

static void put_visit(struct jsonw *w, const char *key, const struct store_visit *head)
{
	jsonw_key(w, key);
	jsonw_begin_object(w);
	serve_int(w, "visit", head->id);
	serve_time(w, "started", head->started_unix_ms, head->utc_offset_min);
	serve_int(w, "signed", head->signed_version);
	jsonw_end_object(w);
}

static int put_all(struct store *store, const struct comparison *c,
	enum results_detail detail, bool with_map, struct jsonw *w)
{
	int err;

	serve_begin(w, "stance.comparison/1");
	put_visit(w, "a", &c->head[0]);
	put_visit(w, "b", &c->head[1]);
	serve_text(w, "patient", c->head[1].patient);
	serve_bool(w, "same_day", c->same_day);
	serve_int(w, "days", changes_day(&c->head[1]) - changes_day(&c->head[0]));
	put_groups(w, c, detail);
	put_only(w, "only_a", &c->visit[0], &c->visit[1]);
	put_only(w, "only_b", &c->visit[1], &c->visit[0]);
	err = compare_put_map(store, &c->visit[0], &c->visit[1], with_map, w);
	serve_text(w, "changes_source", visit_change_source());
	serve_text(w, "intended_use", intended_use());
	jsonw_end_object(w);
	return err;
}

/* As much as there is room for: exploratory rows go first, then all but the protocols' own, then the pictures. */
static int put_fitting(
	struct store *store, const struct comparison *c, struct jsonw *out)
{
	const struct jsonw before = *out;
	int err = 0;

	for (int k = 0; k <= RESULTS_MAIN + 1; k++) {
		bool with_map = k <= RESULTS_MAIN;

		*out = before;
		err = put_all(store, c,
			with_map ? (enum results_detail)k : RESULTS_MAIN, with_map,
			out);
		if (err < 0 || !out->overflow)
			break;
	}
	return err;
}

int serve_visit_compare(struct store *store, const struct json_t *params,
	const char *by, struct jsonw *out, struct rpc_error *error)
{
	struct comparison *c;
	int64_t id[2];
	int err;

	(void)by;
	if (!params_int(params, "a", true, 0, 1, INT64_MAX / 2, &id[0], error) ||
		!params_int(params, "b", true, 0, 1, INT64_MAX / 2, &id[1], error))
		return -EREMOTEIO;
	c = calloc(1, sizeof(*c));
	if (!c)
		return serve_fail(-ENOMEM, error, "visit %lld", (long long)id[1]);
	err = read_heads(store, id, c, error);
	if (err == 0) {
		err = read_visits(store, c);
		if (err == 0)
			err = put_fitting(store, c, out);
		if (err < 0)
			err = serve_fail(err, error, "visits %lld and %lld",
				(long long)id[0], (long long)id[1]);
	}
	free(c);
	return err;
}
