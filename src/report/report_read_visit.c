/* The conditions of a visit: its means, what changed, where others are. */
#include <math.h>
#include <string.h>

#include "src/report/docread.h"
#include "src/report/report_parts.h"

/* --- where others are: stands in each trial ----------------------------------------------------- */

static const json_t *find_trial(const json_t *d, int64_t id)
{
	for (size_t i = 0; i < docread_count(d, "trials"); i++)
		if (docread_int(docread_item(d, "trials", i), "id") == id)
			return docread_item(d, "trials", i);
	return NULL;
}

/* The sway of a trial or of one of its parts. */
static const json_t *find_sway(const json_t *trial, const char *phase)
{
	for (size_t i = 0; *phase && i < docread_count(trial, "phases"); i++) {
		const json_t *part = docread_item(trial, "phases", i);

		if (strcmp(docread_text(part, "key"), phase) == 0)
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
			g->norm[m] = (struct report_norm){ docread_number(n, "p5"),
				docread_number(n, "p50"), docread_number(n, "p95"),
				docread_bool(n, "provisional") };
	}
	*velocity = 0.01 * docread_number(u95, "velocity_pct") *
		    g->value[METRIC_MEAN_VELOCITY_MM_S].mean;
	*area = 0.01 * docread_number(u95, "area_pct") *
		g->value[METRIC_ELLIPSE95_MM2].mean;
}

/* --- means ---------------------------------------------------------------------------------------- */

void report_read_condition(const json_t *c, struct report_group *g)
{
	g->eyes = docread_text(c, "eyes");
	g->surface = docread_text(c, "surface");
	g->stance = docread_text(c, "stance");
	g->footwear = docread_text(c, "footwear");
	g->support = docread_text(c, "support");
}

static void read_metrics(const json_t *metrics, struct report_group *g)
{
	for (int m = 0; m < METRIC_N; m++) {
		const json_t *one =
			json_object_get(metrics, metric_info((enum metric)m)->key);

		if (json_is_object(one))
			g->value[m] = (struct report_mean){ (int)docread_int(one, "n"),
				docread_number(one, "mean"),
				docread_number_at(one, "ci95", 0),
				docread_number_at(one, "ci95", 1) };
	}
}

static bool is_alike(const json_t *change, const struct report_group *g)
{
	return strcmp(docread_text(change, "protocol"), g->protocol) == 0 &&
	       strcmp(docread_text(change, "phase"), g->phase) == 0 &&
	       strcmp(docread_text(change, "footwear"), g->footwear) == 0 &&
	       strcmp(docread_text(change, "support"), g->support) == 0;
}

static int larger_of(const char *word)
{
	return strcmp(word, "yes") == 0 ? 1 : strcmp(word, "no") == 0 ? 0 : -1;
}

static void read_changes(const json_t *visit, struct report_group *g)
{
	const json_t *change = NULL;

	for (size_t i = 0; i < docread_count(visit, "changes") && !change; i++)
		if (is_alike(docread_item(visit, "changes", i), g))
			change = docread_item(visit, "changes", i);
	g->before_started = docread_text(change, "before_started");
	for (int m = 0; m < METRIC_N; m++) {
		const json_t *one = json_object_get(json_object_get(change, "metrics"),
			metric_info((enum metric)m)->key);

		if (json_is_object(one))
			g->change[m] = (struct report_change){ docread_number(
								       one, "before"),
				docread_number(one, "difference"),
				docread_number(one, "mdc95"),
				strcmp(docread_text(one, "mdc95_of"), "ratio") == 0,
				larger_of(docread_text(one, "larger")) };
	}
}

static void read_group(const json_t *d, const json_t *from, struct report_group *g)
{
	g->protocol = docread_text(from, "protocol");
	g->phase = docread_text(from, "phase");
	report_read_condition(json_object_get(from, "condition"), g);
	for (size_t i = 0;
		i < docread_count(from, "trials") && g->n_trials < REPORT_MAX_TRIALS;
		i++)
		g->trials[g->n_trials++] =
			json_integer_value(docread_item(from, "trials", i));
	read_metrics(json_object_get(from, "metrics"), g);
	read_changes(json_object_get(d, "visit"), g);
	if (g->n_trials > 0)
		report_read_sway(find_sway(find_trial(d, g->trials[0]), g->phase), g);
}

void report_read_visit(const json_t *d, struct report *r)
{
	const json_t *visit = json_object_get(d, "visit");

	for (size_t i = 0;
		i < docread_count(visit, "means") && r->n_groups < REPORT_MAX_GROUPS;
		i++)
		read_group(
			d, docread_item(visit, "means", i), &r->groups[r->n_groups++]);
	for (size_t i = 0;
		i < docread_count(visit, "ratios") && r->n_ratios < REPORT_MAX_GROUPS;
		i++) {
		const json_t *ratio = docread_item(visit, "ratios", i);

		r->ratios[r->n_ratios++] =
			(struct report_ratio){ docread_text(ratio, "key"),
				docread_text(ratio, "surface"),
				docread_number(ratio, "value") };
	}
	r->changes_source = docread_text(visit, "changes_source");
}
