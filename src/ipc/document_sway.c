#include "src/ipc/document_sway.h"

#include <math.h>
#include <string.h>

static void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value);
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text);
}

static bool is_in(int m, enum metric_group group)
{
	return metric_info((enum metric)m)->group == group;
}

void document_put_metrics(
	struct jsonw *w, const double value[METRIC_N], enum metric_group group)
{
	jsonw_begin_object(w);
	for (int m = 0; m < METRIC_N; m++)
		if (is_in(m, group))
			put_real(w, metric_info((enum metric)m)->key, value[m]);
	jsonw_end_object(w);
}

void document_put_exploratory(struct jsonw *w, enum metric_group group)
{
	jsonw_begin_array(w);
	for (int m = 0; m < METRIC_N; m++)
		if (is_in(m, group) && metric_info((enum metric)m)->exploratory)
			jsonw_string(w, metric_info((enum metric)m)->key);
	jsonw_end_array(w);
}

static void put_note_words(struct jsonw *w, uint32_t notes)
{
	for (int i = 0; i < SWAY_N_NOTES; i++)
		if (notes >> i & 1)
			jsonw_string(w, sway_note_word(i));
}

void document_put_notes(struct jsonw *w, uint32_t notes)
{
	jsonw_begin_array(w);
	put_note_words(w, notes);
	jsonw_end_array(w);
}

/* The head that both modes share. */
static void begin(struct jsonw *w, const char *mode, int n, double rate_hz,
	double duration_s, double cutoff_hz)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.sway/1");
	put_text(w, "mode", mode);
	jsonw_key(w, "n");
	jsonw_int(w, n);
	put_real(w, "rate_hz", rate_hz);
	put_real(w, "duration_s", duration_s);
	put_real(w, "cutoff_hz", cutoff_hz);
}

void document_put_norm(struct jsonw *w, const struct norms_value *norm, double value)
{
	jsonw_key(w, "percentile");
	jsonw_fixed(w, norms_percentile(norm, value), 1);
	put_real(w, "p5", norms_quantile(norm, 5.0));
	put_real(w, "p50", norm->median);
	put_real(w, "p95", norms_quantile(norm, 95.0));
	put_text(w, "ages", norm->ages);
	put_text(w, "sex", norm->sex == 'F' ? "F" : norm->sex == 'M' ? "M" : NULL);
	jsonw_key(w, "people");
	jsonw_int(w, norm->n);
	jsonw_key(w, "provisional");
	jsonw_bool(w, norm->provisional);
}

static void put_norm(
	struct jsonw *w, const char *key, const struct norms_value *norm, double value)
{
	jsonw_key(w, key);
	jsonw_begin_object(w);
	document_put_norm(w, norm, value);
	jsonw_end_object(w);
}

static void put_norms(
	struct jsonw *w, const double value[METRIC_N], const struct norms_case *who)
{
	jsonw_key(w, "norms");
	jsonw_begin_object(w);
	put_text(w, "condition", norms_condition_name(who->condition));
	put_text(w, "notice", norms_notice());
	for (int m = 0; m < METRIC_N; m++) {
		struct norms_value norm;

		if (is_in(m, METRIC_GROUP_SWAY) && isfinite(value[m]) &&
			norms_find((enum metric)m, who, &norm) == 0)
			put_norm(w, metric_info((enum metric)m)->key, &norm, value[m]);
	}
	jsonw_end_object(w);
}

/* What the calibration leaves; nothing without one. */
static void put_budget(struct jsonw *w, const double value[METRIC_N])
{
	if (isnan(value[METRIC_VELOCITY_U95_PCT]))
		return;
	jsonw_key(w, "u95");
	jsonw_begin_object(w);
	put_real(w, "velocity_pct", value[METRIC_VELOCITY_U95_PCT]);
	put_real(w, "area_pct", value[METRIC_AREA_U95_PCT]);
	jsonw_end_object(w);
	put_real(w, "velocity_bias_pct", value[METRIC_VELOCITY_BIAS_PCT]);
}

void document_put_sway(
	struct jsonw *w, const struct sway_result *result, const struct norms_case *who)
{
	begin(w, "native", result->n, result->rate_hz, result->duration_s,
		result->cutoff_hz);
	jsonw_key(w, "metrics");
	document_put_metrics(w, result->value, METRIC_GROUP_SWAY);
	jsonw_key(w, "exploratory");
	document_put_exploratory(w, METRIC_GROUP_SWAY);
	put_real(w, "noise_velocity_mm_s", result->noise_velocity_mm_s);
	put_real(w, "missing_frac", result->missing_frac);
	put_budget(w, result->value);
	jsonw_key(w, "notes");
	document_put_notes(w, result->notes);
	if (who)
		put_norms(w, result->value, who);
	jsonw_end_object(w);
}

void document_put_quijoux(
	struct jsonw *w, const struct quijoux_result *result, uint32_t notes)
{
	begin(w, "quijoux", result->n, result->rate_hz, result->duration_s,
		QUIJOUX_CUTOFF_HZ);
	jsonw_key(w, "metrics");
	jsonw_begin_object(w);
	for (int i = 0; i < QUIJOUX_N; i++)
		put_real(w, quijoux_info(i)->key, result->value[i]);
	jsonw_end_object(w);
	jsonw_key(w, "exploratory");
	jsonw_begin_array(w);
	for (int i = 0; i < QUIJOUX_N; i++)
		if (quijoux_info(i)->exploratory)
			jsonw_string(w, quijoux_info(i)->key);
	jsonw_end_array(w);
	put_real(w, "noise_velocity_mm_s", NAN);
	put_real(w, "missing_frac", result->missing_frac);
	jsonw_key(w, "notes");
	jsonw_begin_array(w);
	for (int i = 0; i < QUIJOUX_N_NOTES; i++)
		if (result->notes >> i & 1)
			jsonw_string(w, quijoux_note_word(i));
	put_note_words(w, notes);
	jsonw_end_array(w);
	jsonw_end_object(w);
}
