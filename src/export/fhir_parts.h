/* What the resources of a FHIR bundle are put together from. Private to src/export.
 * Each function returns a new reference, or NULL without memory, which jansson's setters pass on. */
#ifndef STANCE_EXPORT_FHIR_PARTS_H
#define STANCE_EXPORT_FHIR_PARTS_H

#include "src/core/metrics.h"
#include "src/export/fhir.h"

struct json_t;

#define FHIR_UUID_SIZE 46 /* "urn:uuid:" and 36 characters and a NUL */

/* The station's own, made once by chance; they never change. */
#define FHIR_CODES   "urn:uuid:5c0f7a52-61f4-4e0b-9d0b-7f1a0d3c8e21"
#define FHIR_CODE_ID "urn:uuid:91d3a6de-0c52-4f7e-8a0d-2b5c4e6f7a10" /* patients' */
#define FHIR_SERIALS "urn:uuid:c2b7e914-3f68-4d55-b1e0-8d9a5f60412c" /* mats' */
#define FHIR_URIS    "urn:ietf:rfc:3986"
#define FHIR_UCUM    "http://unitsofmeasure.org"
#define FHIR_LOINC   "http://loinc.org"
#define FHIR_SNOMED  "http://snomed.info/sct"

/* Name a thing the same on every export: a hash over what it is and its trial's or visit's uid. */
void fhir_uuid(const char *kind, const char *of, char out[FHIR_UUID_SIZE]);

/* A CodeableConcept of our code system. */
struct json_t *fhir_concept(const char *code, const char *display);

/* The same of a metric, with other systems' codes as the site wants them. */
struct json_t *fhir_metric_concept(
	enum metric metric, const struct fhir_options *options);

/* A Quantity in UCUM. `unit` as metrics.h writes it. */
struct json_t *fhir_quantity(double value, const char *unit);

/* One of Observation.component with value[x] `key`; takes `value` over. */
struct json_t *fhir_component(
	struct json_t *code, const char *key, struct json_t *value);
struct json_t *fhir_reference(const char *uuid);

/* The Observations of one trial, appended to the bundle's entries as `entry_fn` makes them: the trial's own
 * last, whose uuid is written to `uuid`. Returns 0 or -ENOMEM. */
struct export_trial;
typedef int fhir_entry_fn(const char *uuid, struct json_t *resource, void *ctx);
struct fhir_about {
	const struct fhir_options *options;
	const char *subject; /* Patient's uuid, NULL: anonymous */
	const char *device;  /* Device's uuid */
};
int fhir_observe(const struct export_trial *trial, const struct fhir_about *about,
	fhir_entry_fn *entry_fn, void *ctx, char uuid[FHIR_UUID_SIZE]);

/* The period that a trial was measured in; NULL if it is not known. */
struct json_t *fhir_period(
	const struct export_trial *trial, double from_s, double to_s);

/* Our CodeSystem resource. */
struct json_t *fhir_code_system(void);

#endif
