#include "src/export/doc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/core/trial/protocol.h"

const char *doc_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

double doc_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Metrics that do not stand under their own key: member, then its part or its index. */
static const struct {
	enum metric metric;
	const char *key, *part;
	int index;
} nested[] = {
	{ METRIC_ASYMMETRY_PCT_CI95_LOW, "asymmetry_pct_ci95", NULL, 0 },
	{ METRIC_ASYMMETRY_PCT_CI95_HIGH, "asymmetry_pct_ci95", NULL, 1 },
	{ METRIC_COM_ML_MM_CI95_LOW, "com_ml_mm_ci95", NULL, 0 },
	{ METRIC_COM_ML_MM_CI95_HIGH, "com_ml_mm_ci95", NULL, 1 },
	{ METRIC_FOOT_LENGTH_LEFT_MM, "foot_length_mm", "left", 0 },
	{ METRIC_FOOT_LENGTH_RIGHT_MM, "foot_length_mm", "right", 0 },
	{ METRIC_TOE_OUT_LEFT_DEG, "toe_out_deg", "left", 0 },
	{ METRIC_TOE_OUT_RIGHT_DEG, "toe_out_deg", "right", 0 },
};

static double weight(const json_t *object, enum metric metric)
{
	for (size_t i = 0; i < sizeof(nested) / sizeof(*nested); i++) {
		const json_t *value;

		if (nested[i].metric != metric)
			continue;
		value = json_object_get(object, nested[i].key);
		if (nested[i].part)
			return doc_number(value, nested[i].part);
		value = json_array_get(value, (size_t)nested[i].index);
		return json_is_number(value) ? json_number_value(value) : NAN;
	}
	return doc_number(object, metric_info(metric)->key);
}

static double budget(const json_t *sway, enum metric metric)
{
	const json_t *u95 = json_object_get(sway, "u95");

	switch ((int)metric) {
	case METRIC_VELOCITY_U95_PCT:
		return doc_number(u95, "velocity_pct");
	case METRIC_AREA_U95_PCT:
		return doc_number(u95, "area_pct");
	default:
		return doc_number(sway, metric_info(metric)->key);
	}
}

double doc_metric(const json_t *part, enum metric metric)
{
	const json_t *sway = json_object_get(part, "sway");
	const char *key = metric_info(metric)->key;

	switch (metric_info(metric)->group) {
	case METRIC_GROUP_SWAY:
		return doc_number(json_object_get(sway, "metrics"), key);
	case METRIC_GROUP_SWAY_U95:
		return budget(sway, metric);
	case METRIC_GROUP_WEIGHT:
		return weight(json_object_get(part, "weight"), metric);
	default:
		return doc_number(json_object_get(part, "outcomes"), key);
	}
}

double doc_phase_outcome(const json_t *trial, const json_t *phase, enum metric metric)
{
	char key[96];

	snprintf(key, sizeof(key), "%s_%s", doc_text(phase, "key"),
		metric_info(metric)->key);
	for (char *c = key; *c; c++)
		if (*c == '-')
			*c = '_';
	return doc_number(json_object_get(trial, "outcomes"), key);
}

const char *doc_protocol_title(const json_t *trial)
{
	const char *key = doc_text(trial, "protocol");
	const struct protocol *protocol = protocol_find(key);

	return protocol ? protocol->title : key;
}
