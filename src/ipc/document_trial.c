#include "src/ipc/document_trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/ipc/document_alignment.h"
#include "src/ipc/document_sway.h"

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value);
}

static void put_id(struct jsonw *w, const char *key, int64_t id)
{
	jsonw_key(w, key);
	if (id > 0)
		jsonw_int(w, id);
	else
		jsonw_null(w);
}

void document_put_time(struct jsonw *w, int64_t unix_ms, int utc_offset_min)
{
	char text[40];
	time_t local = (time_t)(unix_ms / 1000 + (int64_t)utc_offset_min * 60);
	struct tm tm;
	size_t n;

	if (unix_ms == INT64_MIN || !gmtime_r(&local, &tm)) {
		jsonw_null(w);
		return;
	}
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, "%c%02d:%02d",
		utc_offset_min < 0 ? '-' : '+', abs(utc_offset_min) / 60,
		abs(utc_offset_min) % 60);
	jsonw_string(w, text);
}

/* --- weight -------------------------------------------------------------------------------- */

static void put_interval(
	struct jsonw *w, const char *key, const double *value, enum metric low)
{
	jsonw_key(w, key);
	if (isnan(value[low])) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_real(w, value[low]);
	jsonw_real(w, value[low + 1]);
	jsonw_end_array(w);
}

static void put_sides(
	struct jsonw *w, const char *key, const double *value, enum metric left)
{
	jsonw_key(w, key);
	jsonw_begin_object(w);
	put_real(w, "left", value[left]);
	put_real(w, "right", value[left + 1]);
	jsonw_end_object(w);
}

/* Pairs stand side by side in the table: the low end before the high, the left before the right. */
_Static_assert(METRIC_ASYMMETRY_PCT_CI95_HIGH == METRIC_ASYMMETRY_PCT_CI95_LOW + 1 &&
		       METRIC_COM_ML_MM_CI95_HIGH == METRIC_COM_ML_MM_CI95_LOW + 1 &&
		       METRIC_FOOT_LENGTH_RIGHT_MM == METRIC_FOOT_LENGTH_LEFT_MM + 1 &&
		       METRIC_TOE_OUT_RIGHT_DEG == METRIC_TOE_OUT_LEFT_DEG + 1,
	"pairs of metrics are apart");

void document_put_weight(struct jsonw *w, const double value[METRIC_N])
{
	jsonw_begin_object(w);
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		if (info->group != METRIC_GROUP_WEIGHT)
			continue;
		switch (m) {
		case METRIC_ASYMMETRY_PCT_CI95_LOW:
			put_interval(w, "asymmetry_pct_ci95", value, m);
			break;
		case METRIC_COM_ML_MM_CI95_LOW:
			put_interval(w, "com_ml_mm_ci95", value, m);
			break;
		case METRIC_FOOT_LENGTH_LEFT_MM:
			put_sides(w, "foot_length_mm", value, m);
			break;
		case METRIC_TOE_OUT_LEFT_DEG:
			put_sides(w, "toe_out_deg", value, m);
			break;
		case METRIC_ASYMMETRY_PCT_CI95_HIGH:
		case METRIC_COM_ML_MM_CI95_HIGH:
		case METRIC_FOOT_LENGTH_RIGHT_MM:
		case METRIC_TOE_OUT_RIGHT_DEG:
			break;
		default:
			put_real(w, info->key, value[m]);
		}
	}
	jsonw_end_object(w);
}

/* --- sway ---------------------------------------------------------------------------------- */

/* Norms are of two feet side by side. */
static bool find_case(const struct trial_phase *phase,
	const struct trial_person *person, struct norms_case *who)
{
	const struct trial_condition *c = &phase->condition;
	bool closed = strcmp(c->eyes, "closed") == 0;
	bool foam = strcmp(c->surface, "foam") == 0;

	*who = (struct norms_case){ .condition = foam     ? closed ? NORMS_EC_FOAM
								   : NORMS_EO_FOAM
						 : closed ? NORMS_EC_FIRM
							  : NORMS_EO_FIRM,
		.age_years = person->age_years,
		.sex = person->sex,
		.duration_s = phase->duration_s,
		.cutoff_hz = phase->cutoff_hz,
		.rate_hz = phase->rate_hz };
	return person->age_years > 0.0 && strcmp(c->stance, "bipedal") == 0;
}

void document_put_phase_sway(struct jsonw *w, const struct trial_phase *phase,
	const struct trial_person *person)
{
	struct sway_result result = { .n = phase->n,
		.rate_hz = phase->rate_hz,
		.duration_s = (phase->n - 1) / phase->rate_hz,
		.cutoff_hz = phase->cutoff_hz,
		.noise_velocity_mm_s = phase->noise_velocity_mm_s,
		.missing_frac = phase->missing_frac,
		.notes = phase->sway_notes };
	struct norms_case who;
	bool has_case = find_case(phase, person, &who);

	memcpy(result.value, phase->value, sizeof(result.value));
	document_put_sway(w, &result, has_case ? &who : NULL);
}

/* --- outcomes ------------------------------------------------------------------------------ */

/* Only what was measured: a protocol has few of them. `prefix` is a phase's key. */
static void put_outcomes(struct jsonw *w, const double *value, const char *prefix)
{
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);
		char key[RECORD_WORD_SIZE + 64];

		if (info->group != METRIC_GROUP_OUTCOME || isnan(value[m]))
			continue;
		snprintf(key, sizeof(key), "%s%s%s", prefix, prefix[0] ? "_" : "",
			info->key);
		for (char *c = key; *c; c++)
			*c = *c == '-' ? '_' : *c;
		put_real(w, key, value[m]);
	}
}

static void put_all_outcomes(struct jsonw *w, const struct trial_record *r)
{
	jsonw_key(w, "outcomes");
	jsonw_begin_object(w);
	put_outcomes(w, r->outcome, "");
	for (int k = 0; r->n_phases > 1 && k < r->n_phases; k++)
		put_outcomes(w, r->phases[k].value, r->phases[k].key);
	jsonw_end_object(w);
}

/* --- the trial ----------------------------------------------------------------------------- */

void document_put_condition(struct jsonw *w, const struct trial_condition *c)
{
	jsonw_begin_object(w);
	put_text(w, "eyes", c->eyes);
	put_text(w, "surface", c->surface);
	put_text(w, "stance", c->stance);
	put_text(w, "footwear", c->footwear);
	put_text(w, "support", c->support);
	put_text(w, "orthosis", c->orthosis);
	jsonw_key(w, "pain");
	if (c->pain >= 0)
		jsonw_int(w, c->pain);
	else
		jsonw_null(w);
	put_real(w, "lift_mm", c->lift_mm);
	jsonw_end_object(w);
}

void document_put_quality(struct jsonw *w, const struct trial_record *r)
{
	jsonw_begin_object(w);
	put_text(w, "verdict", trial_verdict_name(r->verdict));
	jsonw_key(w, "reasons");
	jsonw_begin_array(w);
	for (int k = 0; k < r->n_reasons; k++)
		jsonw_string(w, r->reasons[k]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void put_identity(struct jsonw *w, const struct trial_record *r)
{
	put_text(w, "schema", "stance.trial/1");
	put_id(w, "id", r->id);
	put_text(w, "uid", r->uid);
	put_id(w, "visit", r->visit_id);
	put_text(w, "patient", r->patient);
	put_text(w, "operator", r->operator_name);
	put_text(w, "protocol", r->protocol);
	jsonw_key(w, "condition");
	document_put_condition(w, &r->condition);
	jsonw_key(w, "started");
	document_put_time(w, r->started_unix_ms, r->utc_offset_min);
	put_real(w, "duration_s", r->duration_s);
	put_real(w, "settle_s", r->settle_s);
	put_real(w, "rate_hz", r->rate_hz);
}

/* What the person stood on, corner by corner. */
static void put_outline(struct jsonw *w, const struct trial_phase *p)
{
	jsonw_key(w, "outline_mm");
	if (p->n_outline == 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	for (int i = 0; i < p->n_outline; i++) {
		jsonw_begin_array(w);
		jsonw_real(w, p->outline_x_mm[i]);
		jsonw_real(w, p->outline_y_mm[i]);
		jsonw_end_array(w);
	}
	jsonw_end_array(w);
}

static void put_phases(struct jsonw *w, const struct trial_record *r)
{
	jsonw_key(w, "phases");
	jsonw_begin_array(w);
	for (int k = 0; r->n_phases > 1 && k < r->n_phases; k++) {
		const struct trial_phase *p = &r->phases[k];

		jsonw_begin_object(w);
		put_text(w, "key", p->key);
		jsonw_key(w, "condition");
		document_put_condition(w, &p->condition);
		put_real(w, "start_s", p->start_s);
		put_real(w, "duration_s", p->duration_s);
		jsonw_key(w, "weight");
		document_put_weight(w, p->value);
		jsonw_key(w, "sway");
		document_put_phase_sway(w, p, &r->person);
		put_outline(w, p);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_first_phase(struct jsonw *w, const struct trial_record *r)
{
	jsonw_key(w, "weight");
	if (r->n_phases > 0)
		document_put_weight(w, r->phases[0].value);
	else
		jsonw_null(w);
	jsonw_key(w, "sway");
	if (r->n_phases > 0)
		document_put_phase_sway(w, &r->phases[0], &r->person);
	else
		jsonw_null(w);
	if (r->n_phases > 0)
		put_outline(w, &r->phases[0]);
}

void document_begin_trial(struct jsonw *w, const struct trial_record *r)
{
	jsonw_begin_object(w);
	put_identity(w, r);
	jsonw_key(w, "quality");
	document_put_quality(w, r);
	put_all_outcomes(w, r);
	put_first_phase(w, r);
	put_phases(w, r);
	document_put_conclusion(w, r);
	put_text(w, "calibration_id", r->calibration_id);
	put_text(w, "calibration_state", r->calibration_state);
	jsonw_key(w, "algorithm");
	jsonw_begin_object(w);
	put_text(w, "version", r->algorithm);
	jsonw_end_object(w);
	jsonw_key(w, "voided");
	jsonw_bool(w, r->voided);
	put_text(w, "void_reason", r->void_reason);
	jsonw_key(w, "has_raw");
	jsonw_bool(w, r->has_raw);
}

void document_put_trial(struct jsonw *w, const struct trial_record *r)
{
	document_begin_trial(w, r);
	jsonw_end_object(w);
}
