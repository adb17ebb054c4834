#include "src/export/fhir_parts.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/sha256.h"
#include "src/base/version.h"
#include "src/core/trial/protocol.h"
#include "src/export/doc.h"
#include "src/export/moment.h"
#include "src/export/trial.h"

void fhir_uuid(const char *kind, const char *of, char out[FHIR_UUID_SIZE])
{
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;
	size_t n = strlen(strcpy(out, "urn:uuid:"));

	sha256_init(&h);
	sha256_push(&h, kind, strlen(kind) + 1);
	sha256_push(&h, of, strlen(of));
	sha256_end(&h, digest);
	digest[6] = (uint8_t)((digest[6] & 0x0f) | 0x80); /* version 8: RFC 9562, 5.8 */
	digest[8] = (uint8_t)((digest[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		n += (size_t)snprintf(out + n, FHIR_UUID_SIZE - n, "%s%02x",
			i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", digest[i]);
}

static json_t *coding(const char *system, const char *code, const char *display)
{
	return json_pack(
		"{ssssss}", "system", system, "code", code, "display", display);
}

json_t *fhir_concept(const char *code, const char *display)
{
	return json_pack("{s[o]ss}", "coding", coding(FHIR_CODES, code, display),
		"text", display);
}

/* Those that public text confirms, and no others (docs/exports.md, "Codes"). */
static const struct {
	enum metric metric;
	bool snomed;
	const char *code, *display;
} others[] = {
	{ METRIC_MASS_KG, false, "29463-7", "Body weight" },
	{ METRIC_MASS_KG, true, "27113001", "Body weight" },
};

json_t *fhir_metric_concept(enum metric metric, const struct fhir_options *options)
{
	const struct metric_info *info = metric_info(metric);
	json_t *concept = fhir_concept(info->key, info->label);

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (others[i].metric == metric &&
			(others[i].snomed ? options->snomed : options->loinc))
			json_array_append_new(json_object_get(concept, "coding"),
				coding(others[i].snomed ? FHIR_SNOMED : FHIR_LOINC,
					others[i].code, others[i].display));
	return concept;
}

/* The units of metrics.h are UCUM's but for the pure number. */
json_t *fhir_quantity(double value, const char *unit)
{
	return json_pack("{sfssssss}", "value", value, "unit", *unit ? unit : "1",
		"system", FHIR_UCUM, "code", *unit ? unit : "1");
}

json_t *fhir_component(json_t *code, const char *key, json_t *value)
{
	return json_pack("{soso}", "code", code, key, value);
}

json_t *fhir_reference(const char *uuid)
{
	return json_pack("{ss}", "reference", uuid);
}

json_t *fhir_period(const struct export_trial *trial, double from_s, double to_s)
{
	struct moment m;
	char start[40], end[40];

	if (moment_parse(doc_text(trial->document, "started"), &m) < 0)
		return NULL;
	moment_text(moment_after(m, from_s), start, sizeof(start));
	moment_text(moment_after(m, to_s), end, sizeof(end));
	return json_pack("{ssss}", "start", start, "end", end);
}

/* --- the code system ----------------------------------------------------------------------- */

static const struct {
	const char *code, *display;
} own[] = {
	{ "cop_trace", "centre of pressure over time, x then y" },
	{ "phase", "part of the protocol" },
	{ "eyes", "eyes" },
	{ "surface", "surface" },
	{ "stance", "stance" },
	{ "footwear", "footwear" },
	{ "support", "support" },
	{ "orthosis", "orthosis" },
	{ "pain", "pain, 0 to 10" },
	{ "lift_mm", "plate under one foot, + right" },
	{ "quality_verdict", "quality of the measurement" },
	{ "calibration_id", "calibration in force" },
	{ "calibration_state", "state of the calibration" },
	{ "algorithm_version", "version that computed the numbers" },
	{ "body_position", "body position" },
	{ "posture_report", "posture measurement report" },
	{ "recording", "recording" },
};

static void add_code(json_t *all, const char *code, const char *display)
{
	json_array_append_new(
		all, json_pack("{ssss}", "code", code, "display", display));
}

json_t *fhir_code_system(void)
{
	json_t *all = json_array();
	const struct protocol *p;

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		add_code(all, own[i].code, own[i].display);
	for (size_t i = 0; (p = protocol_at(i)); i++)
		add_code(all, p->key, p->title);
	for (int m = 0; m < METRIC_N; m++)
		add_code(all, metric_info((enum metric)m)->key,
			metric_info((enum metric)m)->label);
	return json_pack("{ssssssssssssssss so}", "resourceType", "CodeSystem", "url",
		FHIR_CODES, "version", STANCE_VERSION, "name", "StanceCodes", "title",
		"Stance: posture and sway on a force mat", "status", "active",
		"content", "complete", "description",
		"Codes of what a Stance station measures; keys as in its own "
		"documents.",
		"concept", all);
}
