#include "src/ipc/document_visit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/trial/protocol.h"
#include "src/ipc/document_trial.h"

/* A mean's own error is far above it; and VISIT_MAX_GROUPS groups must fit one answer. */
#define MEAN_DECIMALS 6

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value);
}

static void put_ids(struct jsonw *w, const char *key, const struct visit_group *g)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int k = 0; k < g->n; k++)
		jsonw_int(w, g->trials[k]);
	jsonw_end_array(w);
}

static void put_trials(struct jsonw *w, const struct visit *v)
{
	jsonw_key(w, "trials");
	jsonw_begin_array(w);
	for (int k = 0; k < v->n_trials; k++) {
		const struct visit_trial *t = &v->trials[k];

		jsonw_begin_object(w);
		jsonw_key(w, "id");
		jsonw_int(w, t->id);
		put_text(w, "protocol", t->protocol);
		jsonw_key(w, "started");
		document_put_time(w, t->started_unix_ms, t->utc_offset_min);
		put_text(w, "patient", t->patient);
		put_real(w, "duration_s", t->duration_s);
		put_text(w, "verdict", trial_verdict_name(t->verdict));
		put_real(w, "left_frac", t->left_frac);
		put_real(w, "mean_velocity_mm_s", t->mean_velocity_mm_s);
		jsonw_key(w, "voided");
		jsonw_bool(w, t->voided);
		jsonw_key(w, "used");
		jsonw_bool(w, t->used);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_key(w, "trials_left_out");
	jsonw_int(w, v->n_left_out);
}

/* A limit of an interval is no quantity whose mean says anything. */
static bool has_mean(int m)
{
	return m != METRIC_ASYMMETRY_PCT_CI95_LOW &&
	       m != METRIC_ASYMMETRY_PCT_CI95_HIGH && m != METRIC_COM_ML_MM_CI95_LOW &&
	       m != METRIC_COM_ML_MM_CI95_HIGH &&
	       !metric_info((enum metric)m)->exploratory;
}

static void put_fixed(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, MEAN_DECIMALS);
}

static void put_mean(struct jsonw *w, const char *key, const struct visit_mean *mean)
{
	jsonw_key(w, key);
	jsonw_begin_object(w);
	jsonw_key(w, "n");
	jsonw_int(w, mean->n);
	put_fixed(w, "mean", mean->mean);
	put_fixed(w, "sd", mean->sd);
	jsonw_key(w, "ci95");
	if (isnan(mean->low)) {
		jsonw_null(w);
	} else {
		jsonw_begin_array(w);
		jsonw_fixed(w, mean->low, MEAN_DECIMALS);
		jsonw_fixed(w, mean->high, MEAN_DECIMALS);
		jsonw_end_array(w);
	}
	jsonw_end_object(w);
}

static void put_group(struct jsonw *w, const struct visit_group *g)
{
	jsonw_begin_object(w);
	put_text(w, "protocol", g->protocol);
	put_text(w, "phase", g->phase);
	jsonw_key(w, "condition");
	document_put_condition(w, &g->condition);
	put_ids(w, "trials", g);
	jsonw_key(w, "has_practice");
	jsonw_bool(w, g->has_practice);
	jsonw_key(w, "metrics");
	jsonw_begin_object(w);
	for (int m = 0; m < METRIC_N; m++) {
		if (g->value[m].n > 0 && has_mean(m))
			put_mean(w, metric_info((enum metric)m)->key, &g->value[m]);
	}
	jsonw_end_object(w);
	jsonw_end_object(w);
}

static void put_ratio(
	struct jsonw *w, const struct visit *v, const struct visit_ratio *ratio)
{
	const struct visit_group *of = &v->groups[ratio->of],
				 *over = &v->groups[ratio->over];

	jsonw_begin_object(w);
	put_text(w, "key", ratio->key);
	put_text(w, "surface", ratio->surface);
	put_real(w, "value", ratio->value);
	put_text(w, "of", of->protocol);
	put_ids(w, "of_trials", of);
	put_text(w, "over", over->protocol);
	put_ids(w, "over_trials", over);
	jsonw_end_object(w);
}

void document_put_next(struct jsonw *w, const struct visit_next *next)
{
	jsonw_key(w, "next");
	if (!next->protocol) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_text(w, "protocol", next->protocol);
	put_text(w, "reason", next->reason);
	jsonw_end_object(w);
}

void document_put_visit(struct jsonw *w, const struct visit *v)
{
	put_trials(w, v);
	jsonw_key(w, "means");
	jsonw_begin_array(w);
	for (int k = 0; k < v->n_groups; k++)
		put_group(w, &v->groups[k]);
	jsonw_end_array(w);
	jsonw_key(w, "ratios");
	jsonw_begin_array(w);
	for (int k = 0; k < v->n_ratios; k++)
		put_ratio(w, v, &v->ratios[k]);
	jsonw_end_array(w);
	document_put_next(w, &v->next);
}

/* --- changes ------------------------------------------------------------------------------- */

/* Why visit_change() knows no limit. */
static const char *why_unknown(int err)
{
	switch (err) {
	case 0:
		return NULL;
	case -ERANGE:
		return N_("The age is unknown, or nobody of that age was studied.");
	case -EDOM:
		return N_("The trials are shorter than 20 s, or not equally long.");
	case -ENODATA:
		return N_("It was not measured in both visits.");
	default:
		return N_("It is not known how well this repeats here.");
	}
}

void document_put_judgement(struct jsonw *w, const struct visit_change *change, int err)
{
	bool is_ratio = !isnan(change->ratio);

	put_fixed(w, "difference", change->difference);
	put_fixed(w, "ratio", change->ratio);
	put_fixed(w, "mdc95", change->limit);
	put_text(w, "mdc95_of", err < 0 ? NULL : is_ratio ? "ratio" : "difference");
	put_text(w, "larger", err < 0 ? "unknown" : change->is_real ? "yes" : "no");
	put_text(w, "why_unknown", why_unknown(err));
}

static void put_change(struct jsonw *w, const char *key, const struct visit_mean *now,
	const struct visit_mean *before, const struct visit_change *change, int err)
{
	jsonw_key(w, key);
	jsonw_begin_object(w);
	put_fixed(w, "now", now->mean);
	jsonw_key(w, "now_n");
	jsonw_int(w, now->n);
	put_fixed(w, "before", before->mean);
	jsonw_key(w, "before_n");
	jsonw_int(w, before->n);
	document_put_judgement(w, change, err);
	jsonw_end_object(w);
}

static void put_change_of(struct jsonw *w, const struct visit_group *now,
	const struct visit_group *before, const struct document_before *meta, int m)
{
	const struct metric_info *info = metric_info((enum metric)m);
	struct visit_change change;
	int err = visit_change(
		now, before, (enum metric)m, meta->age_years, meta->same_day, &change);
	bool told = err == 0 || err == -ERANGE || err == -EDOM ||
		    protocol_is_main(protocol_find(now->protocol), info->key);

	if (err != -ENODATA && err != -EINVAL && told && has_mean(m))
		put_change(
			w, info->key, &now->value[m], &before->value[m], &change, err);
}

void document_put_change(struct jsonw *w, const struct visit_group *now,
	const struct visit_group *before, const struct document_before *meta)
{
	jsonw_begin_object(w);
	put_text(w, "protocol", now->protocol);
	put_text(w, "phase", now->phase);
	put_text(w, "footwear", now->condition.footwear);
	put_text(w, "support", now->condition.support);
	put_text(w, "orthosis", now->condition.orthosis);
	jsonw_key(w, "before_visit");
	jsonw_int(w, meta->visit_id);
	jsonw_key(w, "before_started");
	document_put_time(w, meta->started_unix_ms, meta->utc_offset_min);
	jsonw_key(w, "same_day");
	jsonw_bool(w, meta->same_day);
	jsonw_key(w, "metrics");
	jsonw_begin_object(w);
	for (int m = 0; m < METRIC_N; m++)
		put_change_of(w, now, before, meta, m);
	jsonw_end_object(w);
	jsonw_end_object(w);
}
