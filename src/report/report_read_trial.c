/* One trial as if it were a visit of one: a condition for each part, without changes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/report/docread.h"
#include "src/report/report_parts.h"

static void put(struct report_group *g, enum metric m, double value)
{
	if (!isnan(value))
		g->value[m] = (struct report_mean){ 1, value, NAN, NAN };
}

static void put_interval(
	const json_t *weight, const char *key, struct report_mean *mean)
{
	mean->low = docread_number_at(weight, key, 0);
	mean->high = docread_number_at(weight, key, 1);
}

/* Members by their metrics' keys; pairs and intervals are nested (docs/api.md, "weight"). */
static void read_weight(const json_t *weight, struct report_group *g)
{
	const json_t *toes = json_object_get(weight, "toe_out_deg"),
		     *lengths = json_object_get(weight, "foot_length_mm");

	for (int m = 0; m < METRIC_N; m++)
		if (metric_info((enum metric)m)->group == METRIC_GROUP_WEIGHT)
			put(g, (enum metric)m,
				docread_number(
					weight, metric_info((enum metric)m)->key));
	put(g, METRIC_TOE_OUT_LEFT_DEG, docread_number(toes, "left"));
	put(g, METRIC_TOE_OUT_RIGHT_DEG, docread_number(toes, "right"));
	put(g, METRIC_FOOT_LENGTH_LEFT_MM, docread_number(lengths, "left"));
	put(g, METRIC_FOOT_LENGTH_RIGHT_MM, docread_number(lengths, "right"));
	put_interval(weight, "asymmetry_pct_ci95", &g->value[METRIC_ASYMMETRY_PCT]);
	put_interval(weight, "com_ml_mm_ci95", &g->value[METRIC_COM_ML_MM]);
}

/* What the test itself measures, of a part under its key: "front_max_excursion_mm" (docs/api.md, "outcomes"). */
static void read_outcomes(const json_t *trial, struct report_group *g)
{
	const json_t *outcomes = json_object_get(trial, "outcomes");
	char key[96];

	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		if (info->group != METRIC_GROUP_OUTCOME)
			continue;
		snprintf(key, sizeof(key), "%s%s%s", g->phase, *g->phase ? "_" : "",
			info->key);
		for (char *c = key; *c; c++)
			*c = *c == '-' ? '_' : *c;
		put(g, (enum metric)m, docread_number(outcomes, key));
	}
}

static void read_stretch(const json_t *from, const json_t *trial, const char *phase,
	struct report_group *g)
{
	const json_t *sway = json_object_get(from, "sway");
	const json_t *metrics = json_object_get(sway, "metrics");

	g->protocol = docread_text(trial, "protocol");
	g->phase = phase;
	g->before_started = "";
	g->trials[0] = docread_int(trial, "id");
	g->n_trials = 1;
	report_read_condition(json_object_get(from, "condition"), g);
	read_weight(json_object_get(from, "weight"), g);
	for (int m = 0; m < METRIC_N; m++)
		if (metric_info((enum metric)m)->group == METRIC_GROUP_SWAY)
			put(g, (enum metric)m,
				docread_number(
					metrics, metric_info((enum metric)m)->key));
	read_outcomes(trial, g);
	report_read_sway(sway, g);
}

static void read_ratios(const json_t *trial, struct report *r)
{
	static const enum metric ratios[] = { METRIC_ROMBERG_VELOCITY,
		METRIC_ROMBERG_AREA, METRIC_FOAM_VELOCITY_RATIO,
		METRIC_VESTIBULAR_VELOCITY_RATIO };
	const json_t *outcomes = json_object_get(trial, "outcomes");

	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		const char *key = metric_info(ratios[i])->key;

		if (!isnan(docread_number(outcomes, key)))
			r->ratios[r->n_ratios++] = (struct report_ratio){ key, "",
				docread_number(outcomes, key) };
	}
}

void report_read_single(const json_t *d, struct report *r)
{
	const json_t *trial = docread_item(d, "trials", 0);
	size_t n = docread_count(trial, "phases");

	if (n == 0)
		read_stretch(trial, trial, "", &r->groups[r->n_groups++]);
	for (size_t i = 0; i < n && r->n_groups < REPORT_MAX_GROUPS; i++) {
		const json_t *part = docread_item(trial, "phases", i);

		read_stretch(part, trial, docread_text(part, "key"),
			&r->groups[r->n_groups++]);
	}
	read_ratios(trial, r);
}
