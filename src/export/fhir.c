#include "src/export/fhir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/base64.h"
#include "src/export/doc.h"
#include "src/export/fhir_parts.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

/* All digits that mean anything, and no 0.10000000000000001. */
#define DIGITS 12

struct bundle {
	const struct fhir_options *options;
	json_t *entries;
	char subject[FHIR_UUID_SIZE]; /* "" anonymous */
	json_t *results;              /* references to the trials' Observations */
};

/* --- entries ------------------------------------------------------------------------------- */

/* Percent-encode what a query may not hold as it is. */
static void encode(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; *text && n + 4 < size; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || strchr("-._~:", c))
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, size - n, "%%%02X", c);
	}
	out[n] = '\0';
}

/* Posting the same bundle twice makes nothing twice. */
static int add_once(struct bundle *b, const char *uuid, json_t *resource,
	const char *parameter, const char *system, const char *value)
{
	const char *type = doc_text(resource, "resourceType");
	char encoded[1024], query[1536];

	if (!resource)
		return -ENOMEM;
	encode(value, encoded, sizeof(encoded));
	snprintf(query, sizeof(query), "%s=%s%s%s", parameter, system,
		*system ? "%7C" : "", encoded);
	return json_array_append_new(b->entries,
		       json_pack("{sssos{ssssss}}", "fullUrl", uuid, "resource",
			       resource, "request", "method", "POST", "url", type,
			       "ifNoneExist", query)) == 0
		       ? 0
		       : -ENOMEM;
}

static int add_observation(const char *uuid, json_t *resource, void *ctx)
{
	return add_once(ctx, uuid, resource, "identifier", FHIR_URIS, uuid);
}

static int add_codes(struct bundle *b)
{
	return add_once(b, FHIR_CODES, fhir_code_system(), "url", "", FHIR_CODES);
}

static int add_patient(struct bundle *b, const char *code)
{
	const char *system = b->options->patient_system;
	char encoded[1024];

	if (!*code)
		return 0;
	system = system && *system ? system : FHIR_CODE_ID;
	encode(system, encoded, sizeof(encoded));
	fhir_uuid(system, code, b->subject);
	return add_once(b, b->subject,
		json_pack("{sss[{ssss}]}", "resourceType", "Patient", "identifier",
			"system", system, "value", code),
		"identifier", encoded, code);
}

/* --- the mat ------------------------------------------------------------------------------- */

static void add_version(json_t *all, const char *what, const char *value)
{
	if (*value)
		json_array_append_new(all,
			json_pack("{s{ss}ss}", "type", "text", what, "value", value));
}

static json_t *device(const struct export_trial *t, const char *uuid)
{
	const char *serial = doc_text(t->device, "serial");
	const char *model = doc_text(t->device, "model");
	const char *name = *model ? model : "force-sensing mat";
	json_t *versions = json_array();
	json_t *d = json_pack("{sss[{ssss}]s[{ssss}]}", "resourceType", "Device",
		"identifier", "system", *serial ? FHIR_SERIALS : FHIR_URIS, "value",
		*serial ? serial : uuid, "deviceName", "name", name, "type",
		"model-name");

	if (*serial)
		json_object_set_new(d, "serialNumber", json_string(serial));
	add_version(versions, "firmware", doc_text(t->device, "firmware"));
	add_version(versions, "Stance",
		doc_text(json_object_get(t->document, "algorithm"), "version"));
	if (json_array_size(versions) > 0)
		json_object_set_new(d, "version", versions);
	else
		json_decref(versions);
	return d;
}

static bool has_entry(const struct bundle *b, const char *uuid)
{
	for (size_t i = 0; i < json_array_size(b->entries); i++)
		if (strcmp(doc_text(json_array_get(b->entries, i), "fullUrl"), uuid) ==
			0)
			return true;
	return false;
}

/* One mat measures many trials. */
static int add_device(
	struct bundle *b, const struct export_trial *t, char uuid[FHIR_UUID_SIZE])
{
	const char *serial = doc_text(t->device, "serial");
	const char *version =
		doc_text(json_object_get(t->document, "algorithm"), "version");
	char what[256];

	snprintf(what, sizeof(what), "%s|%s|%s", serial,
		doc_text(t->device, "firmware"), version);
	fhir_uuid("device", what, uuid);
	if (has_entry(b, uuid))
		return 0;
	return add_once(b, uuid, device(t, uuid), "identifier",
		*serial ? FHIR_SERIALS : FHIR_URIS, *serial ? serial : uuid);
}

static int add_trial(struct bundle *b, const struct export_trial *t)
{
	char device_uuid[FHIR_UUID_SIZE], uuid[FHIR_UUID_SIZE];
	struct fhir_about about = { .options = b->options,
		.subject = b->subject[0] ? b->subject : NULL,
		.device = device_uuid };
	int err = add_device(b, t, device_uuid);

	if (err == 0)
		err = fhir_observe(t, &about, add_observation, b, uuid);
	if (err == 0)
		json_array_append_new(b->results, fhir_reference(uuid));
	return err;
}

/* --- the report ---------------------------------------------------------------------------- */

static json_t *presented(const struct fhir_options *o)
{
	char *text = malloc(o->n_pdf / 3 * 4 + 8);
	json_t *form = NULL;

	if (text)
		form = json_pack("[{ssssss%}]", "contentType", "application/pdf",
			"title", "Posture measurement report", "data", text,
			base64_encode(o->pdf, o->n_pdf, text));
	free(text);
	return form;
}

/* Each signed version is a report of its own: what was signed before, and drafts, stay what they were. */
static void identify(const char *of, json_int_t version, char uuid[FHIR_UUID_SIZE])
{
	char what[128];

	snprintf(what, sizeof(what), "%s", of);
	if (version > 0)
		snprintf(what, sizeof(what), "%s|%lld", of, (long long)version);
	fhir_uuid("report", what, uuid);
}

static int add_report(
	struct bundle *b, const char *of, const json_t *frozen, json_t *period)
{
	const json_int_t version =
		json_integer_value(json_object_get(frozen, "version"));
	const char *at = doc_text(json_object_get(frozen, "signed"), "at");
	char uuid[FHIR_UUID_SIZE];
	json_t *r;

	identify(of, version, uuid);
	r = json_pack("{sss[{ssss}]ssso}", "resourceType", "DiagnosticReport",
		"identifier", "system", FHIR_URIS, "value", uuid, "status",
		version > 1    ? "amended"
		: version == 1 ? "final"
			       : "preliminary",
		"code", fhir_concept("posture_report", "posture measurement report"));
	if (b->subject[0])
		json_object_set_new(r, "subject", fhir_reference(b->subject));
	if (period)
		json_object_set_new(r, "effectivePeriod", period);
	if (*at)
		json_object_set_new(r, "issued", json_string(at));
	if (json_array_size(b->results) > 0)
		json_object_set(r, "result", b->results);
	if (b->options->pdf)
		json_object_set_new(r, "presentedForm", presented(b->options));
	return add_once(b, uuid, r, "identifier", FHIR_URIS, uuid);
}

/* --- bundles ------------------------------------------------------------------------------- */

static int begin(
	struct bundle *b, const struct fhir_options *options, const char *patient)
{
	int err;

	*b = (struct bundle){
		.options = options, .entries = json_array(), .results = json_array()
	};
	err = add_codes(b);
	return err == 0 ? add_patient(b, patient) : err;
}

/* Takes what is in the bundle. */
static int finish(struct bundle *b, int err, const char *name, struct parcel *parcel)
{
	json_t *all = json_pack("{sssssO}", "resourceType", "Bundle", "type",
		"transaction", "entry", b->entries);
	char *text =
		err == 0 && all
			? json_dumps(all, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS))
			: NULL;

	json_decref(all);
	json_decref(b->entries);
	json_decref(b->results);
	if (err < 0)
		return err;
	return parcel_add(parcel, name, text, text ? strlen(text) : 0);
}

/* From the first measured frame to the last. */
static json_t *whole(const struct export_trial *t)
{
	return t->n_phases > 0
		       ? fhir_period(t, t->first_s[0], t->last_s[t->n_phases - 1])
		       : NULL;
}

int export_fhir_trial(const struct export_trial *trial,
	const struct fhir_options *options, struct parcel *parcel)
{
	char name[PARCEL_NAME_SIZE];
	struct bundle b;
	int err = begin(&b, options, doc_text(trial->document, "patient"));

	if (err == 0)
		err = add_trial(&b, trial);
	if (err == 0)
		err = add_report(&b, doc_text(trial->document, "uid"), trial->frozen,
			whole(trial));
	snprintf(name, sizeof(name), "trial-%lld.fhir.json", trial->id);
	return finish(&b, err, name, parcel);
}

static json_t *visit_period(const struct export_visit *v)
{
	json_t *period = v->n_trials > 0 ? whole(&v->trials[0]) : NULL;
	json_t *last = v->n_trials > 0 ? whole(&v->trials[v->n_trials - 1]) : NULL;

	if (period && last)
		json_object_set(period, "end", json_object_get(last, "end"));
	json_decref(last);
	return period;
}

int export_fhir_visit(const struct export_visit *visit,
	const struct fhir_options *options, struct parcel *parcel)
{
	char name[PARCEL_NAME_SIZE];
	struct bundle b;
	int err = begin(&b, options, doc_text(visit->document, "patient"));

	for (int i = 0; err == 0 && i < visit->n_trials; i++)
		err = add_trial(&b, &visit->trials[i]);
	if (err == 0)
		err = add_report(&b, doc_text(visit->document, "uid"), visit->frozen,
			visit_period(visit));
	snprintf(name, sizeof(name), "visit-%lld.fhir.json", visit->id);
	return finish(&b, err, name, parcel);
}
