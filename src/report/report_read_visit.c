/* The conditions of a visit: its means, what changed, where others are. */
#include <math.h>
#include <string.h>

#include "src/report/doc.h"
#include "src/report/report_parts.h"

/* --- where others are: stands in each trial ----------------------------------------------------- */

static const json_t *find_trial(const json_t *d, int64_t id)
{
	for (size_t i = 0; i < doc_count(d, "trials"); i++)
		if (doc_int(doc_item(d, "trials", i), "id") == id)
			return doc_item(d, "trials", i);
	return NULL;
}

/* The sway of a trial or of one of its parts. */
static const json_t *find_sway(const json_t *trial, const char *phase)
{
	for (size_t i = 0; *phase && i < doc_count(trial, "phases"); i++) {
		const json_t *part = doc_item(trial, "phases", i);

		if (strcmp(doc_text(part, "key"), phase) == 0)
			return json_object_get(part, "sway");
	}
	return *phase ? NULL : json_object_get(trial, "sway");
}

void report_read_sway(const json_t *sway, struct report_group *g)
{
	const json_t *norms = json_object_get(sway, "norms"),
		     *u95 = json_object_get(sway, "u95");
	double *velocity = &g->u95[METRIC_MEAN_VELOCITY_MM_S],
	       *area = &g->u95[METRIC_ELLIPSE95_MM2];

	for (int m = 0; m < METRIC_N; m++) {
		const json_t *n =
			json_object_get(norms, metric_info((enum metric)m)->key);

		if (json_is_object(n))
			g->norm[m] = (struct report_norm){ doc_number(n, "p5"),
				doc_number(n, "p50"), doc_number(n, "p95"),
				doc_bool(n, "provisional") };
	}
	*velocity = 0.01 * doc_number(u95, "velocity_pct") *
		    g->value[METRIC_MEAN_VELOCITY_MM_S].mean;
	*area = 0.01 * doc_number(u95, "area_pct") *
		g->value[METRIC_ELLIPSE95_MM2].mean;
}

/* --- means ---------------------------------------------------------------------------------------- */

void report_read_condition(const json_t *c, struct report_group *g)
{
	g->eyes = doc_text(c, "eyes");
	g->surface = doc_text(c, "surface");
	g->stance = doc_text(c, "stance");
	g->footwear = doc_text(c, "footwear");
	g->support = doc_text(c, "support");
}

static void read_metrics(const json_t *metrics, struct report_group *g)
{
	for (int m = 0; m < METRIC_N; m++) {
		const json_t *one =
			json_object_get(metrics, metric_info((enum metric)m)->key);

		if (json_is_object(one))
			g->value[m] = (struct report_mean){ (int)doc_int(one, "n"),
				doc_number(one, "mean"), doc_number_at(one, "ci95", 0),
				doc_number_at(one, "ci95", 1) };
	}
}

static bool is_alike(const json_t *change, const struct report_group *g)
{
	return strcmp(doc_text(change, "protocol"), g->protocol) == 0 &&
	       strcmp(doc_text(change, "phase"), g->phase) == 0 &&
	       strcmp(doc_text(change, "footwear"), g->footwear) == 0 &&
	       strcmp(doc_text(change, "support"), g->support) == 0;
}

static int larger_of(const char *word)
{
	return strcmp(word, "yes") == 0 ? 1 : strcmp(word, "no") == 0 ? 0 : -1;
}

static void read_changes(const json_t *visit, struct report_group *g)
{
	const json_t *change = NULL;

	for (size_t i = 0; i < doc_count(visit, "changes") && !change; i++)
		if (is_alike(doc_item(visit, "changes", i), g))
			change = doc_item(visit, "changes", i);
	g->before_started = doc_text(change, "before_started");
	for (int m = 0; m < METRIC_N; m++) {
		const json_t *one = json_object_get(json_object_get(change, "metrics"),
			metric_info((enum metric)m)->key);

		if (json_is_object(one))
			g->change[m] = (struct report_change){ doc_number(
								       one, "before"),
				doc_number(one, "difference"), doc_number(one, "mdc95"),
				strcmp(doc_text(one, "mdc95_of"), "ratio") == 0,
				larger_of(doc_text(one, "larger")) };
	}
}

static void read_group(const json_t *d, const json_t *from, struct report_group *g)
{
	g->protocol = doc_text(from, "protocol");
	g->phase = doc_text(from, "phase");
	report_read_condition(json_object_get(from, "condition"), g);
	for (size_t i = 0;
		i < doc_count(from, "trials") && g->n_trials < REPORT_MAX_TRIALS; i++)
		g->trials[g->n_trials++] =
			json_integer_value(doc_item(from, "trials", i));
	read_metrics(json_object_get(from, "metrics"), g);
	read_changes(json_object_get(d, "visit"), g);
	if (g->n_trials > 0)
		report_read_sway(find_sway(find_trial(d, g->trials[0]), g->phase), g);
}

void report_read_visit(const json_t *d, struct report *r)
{
	const json_t *visit = json_object_get(d, "visit");

	for (size_t i = 0;
		i < doc_count(visit, "means") && r->n_groups < REPORT_MAX_GROUPS; i++)
		read_group(d, doc_item(visit, "means", i), &r->groups[r->n_groups++]);
	for (size_t i = 0;
		i < doc_count(visit, "ratios") && r->n_ratios < REPORT_MAX_GROUPS;
		i++) {
		const json_t *ratio = doc_item(visit, "ratios", i);

		r->ratios[r->n_ratios++] = (struct report_ratio){ doc_text(
									  ratio, "key"),
			doc_text(ratio, "surface"), doc_number(ratio, "value") };
	}
	r->changes_source = doc_text(visit, "changes_source");
}
