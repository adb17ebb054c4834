/* Observations of one trial: one, or one for each part and one above them. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/export/doc.h"
#include "src/export/fhir_parts.h"
#include "src/export/grid.h"
#include "src/export/trial.h"

#define ABSENT_REASONS "http://terminology.hl7.org/CodeSystem/data-absent-reason"
#define CATEGORIES     "http://terminology.hl7.org/CodeSystem/observation-category"

#define UM_PER_MM   1000.0
#define MS_PER_S    1000.0
#define SAMPLE_SIZE 16 /* bytes of one number of a trace: "-1234567 " and more */

/* One Observation on its way: the trial's own (`phase` NULL), or of a part. */
struct part {
	const struct export_trial *trial;
	const struct fhir_about *about;
	const json_t *phase; /* of the document's "phases" */
	int k;               /* which of the series' phases; -1: all of them */
	bool has_numbers;    /* it was measured, and may be used */
	json_t *components;
};

static void add(const struct part *p, json_t *component)
{
	json_array_append_new(p->components, component);
}

/* --- what is known about the measurement --------------------------------------------------- */

static const char *verdict(const struct export_trial *trial)
{
	return doc_text(json_object_get(trial->document, "quality"), "verdict");
}

static bool is_usable(const struct export_trial *trial)
{
	return strcmp(verdict(trial), "good") == 0 ||
	       strcmp(verdict(trial), "check") == 0;
}

/* ObservationStatus: what cannot be used was not completed. */
static const char *status(const struct export_trial *trial)
{
	if (json_is_true(json_object_get(trial->document, "voided")))
		return "entered-in-error";
	return is_usable(trial) ? "final" : "cancelled";
}

static void add_text(
	const struct part *p, const char *code, const char *display, const char *text)
{
	if (*text)
		add(p, fhir_component(fhir_concept(code, display), "valueString",
			       json_string(text)));
}

static void add_conditions(const struct part *p)
{
	static const char *const words[] = { "eyes", "surface", "stance", "footwear",
		"support", "orthosis" };
	const json_t *c =
		json_object_get(p->phase ? p->phase : p->trial->document, "condition");
	const json_t *pain = json_object_get(c, "pain");
	double lift_mm = doc_number(c, "lift_mm");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		add_text(p, words[i], words[i], doc_text(c, words[i]));
	if (json_is_integer(pain))
		add(p, fhir_component(fhir_concept("pain", "pain, 0 to 10"),
			       "valueInteger", json_copy((json_t *)pain)));
	if (!isnan(lift_mm) && lift_mm != 0.0)
		add(p, fhir_component(
			       fhir_concept("lift_mm", "plate under one foot, + right"),
			       "valueQuantity", fhir_quantity(lift_mm, "mm")));
}

/* LOINC asks, SNOMED CT answers: only where the site wants both. */
static void add_position(const struct part *p)
{
	const struct fhir_options *o = p->about->options;
	json_t *code;

	if (!o->loinc || !o->snomed ||
		strcmp(doc_text(p->trial->document, "protocol"), "seated") == 0)
		return;
	code = fhir_concept("body_position", "body position");
	json_array_append_new(json_object_get(code, "coding"),
		json_pack("{ssssss}", "system", FHIR_LOINC, "code", "8361-8", "display",
			"Body position with respect to gravity"));
	add(p, fhir_component(code, "valueCodeableConcept",
		       json_pack("{s[{ssssss}]}", "coding", "system", FHIR_SNOMED,
			       "code", "10904000", "display",
			       "Orthostatic body position")));
}

static void add_origin(const struct part *p)
{
	const json_t *d = p->trial->document;

	if (p->phase)
		add_text(p, "phase", "part of the protocol", doc_text(p->phase, "key"));
	add_text(p, "quality_verdict", "quality of the measurement", verdict(p->trial));
	add_text(p, "calibration_id", "calibration in force",
		doc_text(d, "calibration_id"));
	add_text(p, "calibration_state", "state of the calibration",
		doc_text(d, "calibration_state"));
	add_text(p, "algorithm_version", "version that computed the numbers",
		doc_text(json_object_get(d, "algorithm"), "version"));
}

/* --- numbers ------------------------------------------------------------------------------- */

/* A trial of parts has only its outcomes of its own: weight and sway there repeat the first part. */
static double number(const struct part *p, enum metric m)
{
	bool is_outcome = metric_info(m)->group == METRIC_GROUP_OUTCOME;
	bool has_parts =
		json_array_size(json_object_get(p->trial->document, "phases")) > 0;

	if (p->phase)
		return is_outcome ? doc_phase_outcome(p->trial->document, p->phase, m)
				  : doc_metric(p->phase, m);
	return has_parts && !is_outcome ? NAN : doc_metric(p->trial->document, m);
}

static void add_numbers(const struct part *p)
{
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);
		double value = info->exploratory ? NAN : number(p, (enum metric)m);

		if (!isfinite(value))
			continue;
		add(p, fhir_component(
			       fhir_metric_concept((enum metric)m, p->about->options),
			       "valueQuantity", fhir_quantity(value, info->unit)));
	}
}

/* --- the trace ----------------------------------------------------------------------------- */

/* Micrometres, "E" where nothing was measured. */
static char *trace_text(const struct trial_series *s, const struct grid *grid)
{
	char *text = malloc((size_t)grid->n * 2 * SAMPLE_SIZE + 1);
	size_t n = 0;

	for (int i = 0; text && i < grid->n; i++)
		for (int axis = 0; axis < 2; axis++) {
			const double *column = axis == 0 ? s->x_mm : s->y_mm;
			double um = grid->row[i] < 0 ? NAN
						     : column[grid->row[i]] * UM_PER_MM;

			n += (size_t)snprintf(text + n, SAMPLE_SIZE,
				fabs(um) < 1e8 ? "%s%ld" : "%sE", n ? " " : "",
				fabs(um) < 1e8 ? lround(um) : 0L);
		}
	return text;
}

static json_t *trace(const struct export_trial *trial, const struct grid *grid)
{
	char *text = trace_text(&trial->series, grid);
	json_t *data = text ? json_pack("{s{sissssss}sfsfsiss}", "origin", "value", 0,
				      "unit", "mm", "system", FHIR_UCUM, "code", "mm",
				      "period", grid->step_s * MS_PER_S, "factor",
				      1.0 / UM_PER_MM, "dimensions", 2, "data", text)
			    : NULL;

	free(text);
	return data;
}

static int add_trace(const struct part *p)
{
	struct grid grid;
	int err;

	if (p->k < 0 || isnan(p->trial->first_s[p->k]))
		return 0;
	err = grid_make(
		p->trial, p->trial->first_s[p->k], p->trial->last_s[p->k], &grid);
	if (err < 0)
		return err == -ENODATA ? 0 : err;
	add(p, fhir_component(fhir_concept("cop_trace",
				      "centre of pressure over time, x then y"),
		       "valueSampledData", trace(p->trial, &grid)));
	grid_free(&grid);
	return 0;
}

/* --- the resource -------------------------------------------------------------------------- */

static json_t *notes(const struct export_trial *trial)
{
	const json_t *d = trial->document;
	const json_t *reasons =
		json_object_get(json_object_get(d, "quality"), "reasons");
	json_t *all = json_array();

	for (size_t i = 0; i < json_array_size(reasons); i++)
		json_array_append_new(
			all, json_pack("{sO}", "text", json_array_get(reasons, i)));
	if (*doc_text(d, "void_reason"))
		json_array_append_new(
			all, json_pack("{ss}", "text", doc_text(d, "void_reason")));
	return all;
}

/* An array that is empty must not be there. */
static void set_list(json_t *object, const char *key, json_t *list)
{
	if (json_array_size(list) > 0)
		json_object_set_new(object, key, list);
	else
		json_decref(list);
}

static void set_times(const struct part *p, json_t *o)
{
	const struct export_trial *t = p->trial;
	int from = p->k < 0 ? 0 : p->k, to = p->k < 0 ? t->n_phases - 1 : p->k;
	json_t *period;

	if (to < from || isnan(t->first_s[from]) || isnan(t->last_s[to]))
		period = fhir_period(t, 0.0, 0.0);
	else
		period = fhir_period(t, t->first_s[from], t->last_s[to]);
	if (period)
		json_object_set_new(o, "effectivePeriod", period);
}

static json_t *category(void)
{
	return json_pack("[{s[{ssssss}]}]", "coding", "system", CATEGORIES, "code",
		"exam", "display", "Exam");
}

static json_t *protocol_concept(const struct export_trial *trial)
{
	const char *key = doc_text(trial->document, "protocol");

	return *key ? fhir_concept(key, doc_protocol_title(trial->document))
		    : fhir_concept("recording", "recording");
}

static json_t *resource(const struct part *p, const char *uuid)
{
	json_t *o = json_pack("{sss[{ssss}]ssso so}", "resourceType", "Observation",
		"identifier", "system", FHIR_URIS, "value", uuid, "status",
		status(p->trial), "category", category(), "code",
		protocol_concept(p->trial));

	if (p->about->subject)
		json_object_set_new(o, "subject", fhir_reference(p->about->subject));
	set_times(p, o);
	json_object_set_new(o, "device", fhir_reference(p->about->device));
	if (!p->has_numbers)
		json_object_set_new(o, "dataAbsentReason",
			json_pack("{s[{ssssss}]}", "coding", "system", ABSENT_REASONS,
				"code", "error", "display", "Error"));
	set_list(o, "note", notes(p->trial));
	return o;
}

static int observe(struct part *p, const char *uuid, json_t *members,
	fhir_entry_fn *entry_fn, void *ctx)
{
	json_t *o = resource(p, uuid);
	int err = 0;

	p->components = json_array();
	add_conditions(p);
	add_position(p);
	add_origin(p);
	if (p->has_numbers) {
		add_numbers(p);
		err = add_trace(p);
	}
	set_list(o, "component", p->components);
	set_list(o, "hasMember", members);
	if (err == 0 && !o)
		err = -ENOMEM;
	if (err < 0) {
		json_decref(o);
		return err;
	}
	return entry_fn(uuid, o, ctx);
}

int fhir_observe(const struct export_trial *trial, const struct fhir_about *about,
	fhir_entry_fn *entry_fn, void *ctx, char uuid[FHIR_UUID_SIZE])
{
	const json_t *phases = json_object_get(trial->document, "phases");
	const char *uid = doc_text(trial->document, "uid");
	struct part part = {
		.trial = trial, .about = about, .has_numbers = is_usable(trial)
	};
	json_t *members = json_array();
	int err = 0;

	for (size_t k = 0; err == 0 && k < json_array_size(phases); k++) {
		part.phase = json_array_get(phases, k);
		part.k = (int)k < RECORD_MAX_PHASES ? (int)k : -1;
		fhir_uuid(doc_text(part.phase, "key"), uid, uuid);
		err = observe(&part, uuid, json_array(), entry_fn, ctx);
		json_array_append_new(members, fhir_reference(uuid));
	}
	part.phase = NULL;
	part.k = json_array_size(phases) > 0 ? -1 : 0;
	fhir_uuid("trial", uid, uuid);
	if (err == 0)
		return observe(&part, uuid, members, entry_fn, ctx);
	json_decref(members);
	return err;
}
