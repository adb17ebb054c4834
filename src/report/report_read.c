#include "src/report/report_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/report/docread.h"
#include "src/report/report_parts.h"
#include "src/report/say.h"

static void group_init(struct report_group *g)
{
	static const struct report_mean no_mean = { 0, NAN, NAN, NAN };
	static const struct report_change no_change = { NAN, NAN, NAN, false, -1 };
	static const struct report_norm no_norm = { NAN, NAN, NAN, false };

	*g = (struct report_group){ .protocol = "", .phase = "", .before_started = "" };
	g->eyes = g->surface = g->stance = g->footwear = g->support = "";
	for (int m = 0; m < METRIC_N; m++) {
		g->value[m] = no_mean;
		g->change[m] = no_change;
		g->norm[m] = no_norm;
		g->u95[m] = NAN;
	}
}

void report_init(struct report *r)
{
	memset(r, 0, sizeof(*r));
	r->patient = r->started = r->title = r->operator_name = "";
	r->changes_source = r->card = "";
	r->next_protocol = r->next_reason = r->algorithm = r->software = "";
	r->intended_use = r->footer = "";
	r->signature = (struct report_signature){ .operator_name = "",
		.by = "",
		.at = "",
		.clock = "",
		.comment = "",
		.sha256 = "" };
	r->age_years = r->stature_m = r->mass_kg = NAN;
	r->velocity_mdc_ratio = r->offset_mdc_mm = NAN;
	r->habitual = -1;
	r->ellipse_major_mm = r->ellipse_minor_mm = r->ellipse_angle_deg = NAN;
	for (int i = 0; i < REPORT_MAX_GROUPS; i++)
		group_init(&r->groups[i]);
	for (int q = 0; q < INFERENCE_N; q++)
		r->alignment.range[q] = (struct inference_range){ NAN, NAN, NAN };
	r->alignment.pelvis_shift_most_mm = NAN;
}

void report_fini(struct report *r)
{
	footmap_fini(&r->map);
	free(r->path_x_mm);
	free(r->path_y_mm);
	r->path_x_mm = r->path_y_mm = NULL;
}

const struct report_group *report_group(
	const struct report *r, const char *protocol, const char *phase)
{
	for (int i = 0; i < r->n_groups; i++)
		if (strcmp(r->groups[i].protocol, protocol) == 0 &&
			strcmp(r->groups[i].phase, phase) == 0)
			return &r->groups[i];
	return NULL;
}

const struct report_group *report_habitual(const struct report *r)
{
	return r->habitual < 0 ? NULL : &r->groups[r->habitual];
}

/* --- who ------------------------------------------------------------------------------------- */

static void add_entered(struct report *r, const char *what)
{
	size_t n = strlen(r->entered);

	snprintf(r->entered + n, sizeof(r->entered) - n, "%s%s", n ? "\n" : "", what);
}

/* What was noted beside the mat, a line each: key and value, to be said by who draws it. */
static void read_entered(const json_t *entered, struct report *r)
{
	static const char *const keys[] = { "pain_knee_left", "pain_knee_right",
		"pain_back", "pain_leg", "red_flag", "block_mm",
		"extension_deficit_left_deg", "extension_deficit_right_deg" };
	char line[64];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		double value = docread_number(entered, keys[i]);

		if (docread_bool(entered, keys[i]))
			add_entered(r, keys[i]);
		if (isnan(value) || value == 0)
			continue;
		snprintf(line, sizeof(line), "%s %g", keys[i], value);
		add_entered(r, line);
	}
}

static void read_person(const json_t *d, struct report *r)
{
	const json_t *patient = json_object_get(d, "patient");
	int64_t born = docread_int(patient, "birth_year");

	r->patient = docread_text(patient, "code");
	r->sex = docread_text(patient, "sex")[0];
	r->stature_m = docread_number(patient, "stature_m");
	r->mass_kg = docread_number(patient, "mass_kg");
	r->age_years = docread_number(patient, "age_years");
	/* as src/core/trial/age.h: within a year of the truth */
	if (isnan(r->age_years) && born > 0 && strlen(r->started) >= 4)
		r->age_years = atof(r->started) - (double)born;
}

static void add_point(
	struct report *r, const char *started, double velocity_mm_s, double com_ml_mm)
{
	if (r->n_history < REPORT_MAX_HISTORY)
		r->history[r->n_history++] =
			(struct report_point){ started, velocity_mm_s, com_ml_mm };
}

/* A visit without habitual standing is no point of a curve. */
static void read_points(const json_t *of, struct report *r)
{
	for (size_t i = 0; i < docread_count(of, "history"); i++) {
		const json_t *p = docread_item(of, "history", i);
		double velocity_mm_s = docread_number(p, "mean_velocity_mm_s");
		double com_ml_mm = docread_number(p, "com_ml_mm");

		/* what came after this visit is not its history */
		if (docread_int(p, "visit") <= r->id &&
			!(isnan(velocity_mm_s) && isnan(com_ml_mm)))
			add_point(r, docread_text(p, "started"), velocity_mm_s,
				com_ml_mm);
	}
}

/* A document without them still has what its values were compared with. */
static void read_last(struct report *r)
{
	const struct report_group *g = report_group(r, "quiet-eo", "");

	if (!g || !*g->before_started)
		return;
	add_point(r, g->before_started, g->change[METRIC_MEAN_VELOCITY_MM_S].before,
		g->change[METRIC_COM_ML_MM].before);
	add_point(r, r->started, g->value[METRIC_MEAN_VELOCITY_MM_S].mean,
		g->value[METRIC_COM_ML_MM].mean);
}

/* One that was signed before it had a history of its own has the card's, of the newest visits then. */
static void read_history(const json_t *d, struct report *r)
{
	read_points(d, r);
	if (r->n_history == 0)
		read_points(json_object_get(d, "patient"), r);
	if (r->n_history == 0)
		read_last(r);
}

static void read_limits(struct report *r)
{
	const struct report_group *g = report_group(r, "quiet-eo", "");

	if (!g)
		return;
	if (g->change[METRIC_MEAN_VELOCITY_MM_S].mdc_is_ratio)
		r->velocity_mdc_ratio = g->change[METRIC_MEAN_VELOCITY_MM_S].mdc95;
	if (!g->change[METRIC_COM_ML_MM].mdc_is_ratio)
		r->offset_mdc_mm = g->change[METRIC_COM_ML_MM].mdc95;
}

/* What weight and ranges are of: habitual standing; else the first condition with shares. */
static int find_habitual(const struct report *r)
{
	static const char *const wanted[] = { "quiet-eo", "natural" };

	for (size_t k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++)
		for (int i = 0; i < r->n_groups; i++)
			if (strcmp(r->groups[i].protocol, wanted[k]) == 0)
				return i;
	for (int i = 0; i < r->n_groups; i++)
		if (!isnan(r->groups[i].value[METRIC_LEFT_FRAC].mean))
			return i;
	return -1;
}

/* --- trials ---------------------------------------------------------------------------------- */

static void read_trial(const json_t *t, struct report_trial *out)
{
	const json_t *quality = json_object_get(t, "quality");
	const json_t *sway = json_object_get(t, "sway");
	const json_t *weight = json_object_get(t, "weight");

	*out = (struct report_trial){ .id = docread_int(t, "id"),
		.protocol = docread_text(t, "protocol"),
		.started = docread_text(t, "started"),
		.verdict = docread_text(quality, "verdict"),
		.calibration_id = docread_text(t, "calibration_id"),
		.calibration_state = docread_text(t, "calibration_state"),
		.algorithm = docread_text(json_object_get(t, "algorithm"), "version"),
		.operator_name = docread_text(t, "operator"),
		.duration_s = docread_number(t, "duration_s"),
		.settle_s = docread_number(t, "settle_s"),
		.rate_hz = docread_number(t, "rate_hz"),
		.cutoff_hz = docread_number(sway, "cutoff_hz"),
		.left_frac = docread_number(weight, "left_frac"),
		.velocity_mm_s = docread_number(
			json_object_get(sway, "metrics"), "mean_velocity_mm_s"),
		.measured_mass_kg = docread_number(weight, "measured_mass_kg"),
		.noise_velocity_mm_s = docread_number(sway, "noise_velocity_mm_s"),
		.velocity_bias_pct = docread_number(sway, "velocity_bias_pct"),
		.voided = docread_bool(t, "voided") };
	for (size_t i = 0; i < docread_count(quality, "reasons") &&
			   out->n_reasons < REPORT_MAX_REASONS;
		i++)
		out->reasons[out->n_reasons++] =
			json_string_value(docread_item(quality, "reasons", i));
}

/* Whether a trial is in the means stands in the visit. */
static void mark_used(const json_t *visit, struct report *r)
{
	for (int k = 0; k < r->n_trials && !r->is_visit; k++)
		r->trials[k].used = !r->trials[k].voided;
	for (size_t i = 0; i < docread_count(visit, "trials"); i++) {
		const json_t *line = docread_item(visit, "trials", i);

		for (int k = 0; k < r->n_trials; k++)
			if (r->trials[k].id == docread_int(line, "id"))
				r->trials[k].used = docread_bool(line, "used");
	}
}

static void read_trials(const json_t *d, struct report *r)
{
	size_t n = docread_count(d, "trials");

	for (size_t i = 0; i < n && r->n_trials < REPORT_MAX_TRIALS; i++)
		read_trial(docread_item(d, "trials", i), &r->trials[r->n_trials++]);
	r->n_trials_more = (int)n - r->n_trials;
	mark_used(json_object_get(d, "visit"), r);
	for (int i = 0; i < r->n_trials; i++) {
		if (*r->trials[i].operator_name && !*r->operator_name)
			r->operator_name = r->trials[i].operator_name;
		if (*r->trials[i].algorithm && !*r->algorithm)
			r->algorithm = r->trials[i].algorithm;
	}
}

static void read_calibrations(const json_t *d, struct report *r)
{
	for (size_t i = 0; i < docread_count(d, "calibrations") &&
			   r->n_calibrations < REPORT_MAX_CALIBRATIONS;
		i++) {
		const json_t *c = docread_item(d, "calibrations", i);

		r->calibrations[r->n_calibrations++] =
			(struct report_calibration){ .id = docread_text(c, "id"),
				.state = docread_text(c, "state"),
				.serial = docread_text(c, "serial"),
				.operator_name = docread_text(c, "operator"),
				.created = docread_text(c, "created"),
				.age_days = docread_number(c, "age_days") };
	}
}

/* --- signature -------------------------------------------------------------------------------- */

static void read_signature(const json_t *d, struct report *r)
{
	const json_t *s = json_object_get(d, "signed");

	r->is_signed = json_is_object(s);
	if (!r->is_signed)
		return;
	r->signature = (struct report_signature){ .operator_name =
							  docread_text(s, "operator"),
		.by = docread_text(s, "by"),
		.at = docread_text(s, "at"),
		.clock = docread_text(s, "clock"),
		.comment = docread_text(s, "comment"),
		.sha256 = "",
		.version = (int)docread_int(d, "version"),
		.amends = (int)docread_int(json_object_get(d, "previous"), "version") };
}

/* --- all of it ------------------------------------------------------------------------------- */

static void read_head(const json_t *d, const json_t *of, struct report *r)
{
	const struct protocol *protocol = NULL;

	r->is_visit = json_is_object(json_object_get(d, "visit"));
	r->id = docread_int(of, "id");
	r->started = docread_text(of, "started");
	r->software = docread_text(json_object_get(d, "software"), "version");
	r->intended_use = docread_text(d, "intended_use");
	r->footer = docread_text(d, "footer");
	if (!r->is_visit)
		protocol = protocol_find(docread_text(of, "protocol"));
	r->title = protocol ? protocol->title : N_("Recording");
}

int report_read(const json_t *d, struct report *r)
{
	const json_t *visit = json_object_get(d, "visit"),
		     *of = json_is_object(visit) ? visit : docread_item(d, "trials", 0);
	int error;

	if (strcmp(docread_text(d, "schema"), "stance.report/1") != 0 || !of)
		return -EBADMSG;
	report_init(r);
	read_head(d, of, r);
	read_person(d, r);
	read_signature(d, r);
	read_trials(d, r);
	read_calibrations(d, r);
	read_entered(json_object_get(of, "entered"), r);
	if (r->is_visit)
		report_read_visit(d, r);
	else
		report_read_single(d, r);
	r->habitual = find_habitual(r);
	report_read_conclusions(of, r);
	if (r->is_visit) {
		read_limits(r);
		read_history(d, r);
	}
	error = report_read_picture(d, r);
	if (error)
		report_fini(r);
	return error;
}
