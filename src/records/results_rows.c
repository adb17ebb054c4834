/* The rows of stance.results/1: a metric of a group with all that helps to read it. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/ipc/document_trial.h"
#include "src/ipc/document_visit.h"
#include "src/records/results_parts.h"
#include "src/records/serve.h"

/* A mean's own error is far above it. */
#define DECIMALS 6

static bool is_limit(enum metric m)
{
	return m == METRIC_ASYMMETRY_PCT_CI95_LOW ||
	       m == METRIC_ASYMMETRY_PCT_CI95_HIGH || m == METRIC_COM_ML_MM_CI95_LOW ||
	       m == METRIC_COM_ML_MM_CI95_HIGH;
}

bool results_has_row(
	const struct visit_group *g, enum metric metric, enum results_detail detail)
{
	const struct metric_info *info = metric_info(metric);

	if (g->value[metric].n == 0 || is_limit(metric) ||
		info->group == METRIC_GROUP_SWAY_U95)
		return false;
	if (detail == RESULTS_MAIN)
		return results_is_main(g, metric);
	return detail == RESULTS_ALL || !info->exploratory;
}

bool results_is_main(const struct visit_group *g, enum metric metric)
{
	return protocol_is_main(protocol_find(g->protocol), metric_info(metric)->key);
}

static void put_fixed(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, DECIMALS);
}

void results_put_name(struct jsonw *w, const struct visit_group *g, enum metric metric)
{
	const struct metric_info *info = metric_info(metric);

	serve_text(w, "key", info->key);
	serve_text(w, "label", info->label);
	jsonw_key(w, "unit"); /* "" is a pure number, not an unknown one */
	jsonw_string(w, info->unit);
	serve_int(w, "decimals", info->decimals);
	serve_bool(w, "headline", results_is_main(g, metric));
	serve_bool(w, "exploratory", info->exploratory);
}

void results_put_interval(
	struct jsonw *w, const char *key, const struct visit_mean *mean)
{
	jsonw_key(w, key);
	if (isnan(mean->low) || isnan(mean->high)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_fixed(w, mean->low, DECIMALS);
	jsonw_fixed(w, mean->high, DECIMALS);
	jsonw_end_array(w);
}

/* What the calibration leaves on a value, in its unit, k = 2: it was worked out for velocities and the path, and for
 * areas (stance.sway/1, `u95`). */
static double calibration_u95(const struct visit_group *g, enum metric metric)
{
	enum metric pct;

	switch (metric) {
	case METRIC_PATH_MM:
	case METRIC_MEAN_VELOCITY_MM_S:
	case METRIC_MEAN_VELOCITY_ML_MM_S:
	case METRIC_MEAN_VELOCITY_AP_MM_S:
	case METRIC_MEAN_VELOCITY_CORRECTED_MM_S:
		pct = METRIC_VELOCITY_U95_PCT;
		break;
	case METRIC_ELLIPSE95_MM2:
	case METRIC_HULL_MM2:
		pct = METRIC_AREA_U95_PCT;
		break;
	default:
		return NAN;
	}
	return g->value[pct].n > 0
		       ? 0.01 * g->value[pct].mean * fabs(g->value[metric].mean)
		       : NAN;
}

static void put_previous(struct jsonw *w, const struct visit_group *now,
	const struct changes_before *before, enum metric metric,
	const struct trial_person *person)
{
	struct visit_change change = { NAN, NAN, NAN, false };
	const struct visit_mean none = { .n = 0, .mean = NAN }, *was = &none;
	int err = -ENODATA;

	if (before->is_there && before->group.value[metric].n > 0) {
		was = &before->group.value[metric];
		err = visit_change(now, &before->group, metric, person->age_years,
			before->same_day, &change);
	}
	put_fixed(w, "previous", was->mean);
	serve_int(w, "previous_n", was->n);
	document_put_judgement(w, &change, err);
}

static void put_row(struct jsonw *w, const struct visit_group *g, enum metric metric,
	const struct changes_before *before, const struct trial_person *person,
	const char *why_not)
{
	const struct visit_mean *mean = &g->value[metric];

	jsonw_begin_object(w);
	results_put_name(w, g, metric);
	serve_int(w, "n", mean->n);
	put_fixed(w, "value", mean->mean);
	put_fixed(w, "sd", mean->sd);
	results_put_interval(w, "ci95", mean);
	put_fixed(w, "u95", calibration_u95(g, metric));
	put_previous(w, g, before, metric, person);
	results_put_norm(w, g, metric, mean->mean, person, why_not);
	jsonw_end_object(w);
}

void results_put_ids(struct jsonw *w, const char *key, const struct visit_group *g)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int i = 0; i < g->n; i++)
		jsonw_int(w, g->trials[i]);
	jsonw_end_array(w);
}

void results_put_group_head(struct jsonw *w, const struct visit_group *g)
{
	const struct protocol *protocol = protocol_find(g->protocol);

	serve_text(w, "protocol", g->protocol);
	serve_text(w, "title", protocol ? protocol->title : g->protocol);
	serve_text(w, "phase", g->phase);
	jsonw_key(w, "condition");
	document_put_condition(w, &g->condition);
}

void results_put_group(struct jsonw *w, const struct visit_group *g,
	const struct changes_before *before, const struct trial_person *person,
	const char *why_not, enum results_detail detail)
{
	jsonw_begin_object(w);
	results_put_group_head(w, g);
	results_put_ids(w, "trials", g);
	serve_bool(w, "has_practice", g->has_practice);
	serve_id(w, "previous_visit", before->is_there ? before->head.id : 0);
	jsonw_key(w, "rows");
	jsonw_begin_array(w);
	/* the protocol's own first, the others as they stand in the table */
	for (int first = 1; first >= 0; first--)
		for (int m = 0; m < METRIC_N; m++)
			if (results_has_row(g, (enum metric)m, detail) &&
				results_is_main(g, (enum metric)m) == first)
				put_row(w, g, (enum metric)m, before, person, why_not);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

void results_put_ratios(struct jsonw *w, const struct visit *visit,
	const struct trial_person *person, const char *why_not)
{
	jsonw_key(w, "ratios");
	jsonw_begin_array(w);
	for (int k = 0; k < visit->n_ratios; k++) {
		const struct visit_ratio *r = &visit->ratios[k];
		const struct visit_group *of = &visit->groups[r->of],
					 *over = &visit->groups[r->over];
		enum metric metric = metric_find(r->key);

		jsonw_begin_object(w);
		serve_text(w, "key", r->key);
		serve_text(w, "label", metric_info(metric)->label);
		serve_text(w, "surface", r->surface);
		put_fixed(w, "value", r->value);
		serve_text(w, "of", of->protocol);
		serve_text(w, "over", over->protocol);
		results_put_ids(w, "of_trials", of);
		results_put_ids(w, "over_trials", over);
		results_put_norm(w, of, metric, r->value, person, why_not);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}
