#include "src/ipc/document_alignment.h"

#include <math.h>
#include <math.h>
#include <stdlib.h>

#include "src/core/trial/conclusion.h"

/* A range that nothing is known of is null as a whole. */
static void put_range(
	struct jsonw *w, const struct inference_range *r, const char *unit)
{
	if (isnan(r->median)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	jsonw_key(w, "median");
	jsonw_real(w, r->median);
	jsonw_key(w, "p5");
	jsonw_real(w, r->p5);
	jsonw_key(w, "p95");
	jsonw_real(w, r->p95);
	jsonw_key(w, "unit");
	jsonw_string(w, unit);
	jsonw_end_object(w);
}

static void put_list(struct jsonw *w, const char *key, const char *const *words)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (; *words; words++)
		jsonw_string(w, *words);
	jsonw_end_array(w);
}

void document_put_alignment(struct jsonw *w, const struct inference *a)
{
	if (!a) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	for (int q = 0; q < INFERENCE_N; q++) {
		const struct inference_info *info =
			inference_info((enum inference_quantity)q);

		jsonw_key(w, info->key);
		put_range(w, &a->range[q], info->unit);
	}
	jsonw_key(w, "pelvis_shift_most_mm");
	jsonw_real(w, a->pelvis_shift_most_mm);
	jsonw_key(w, "beyond_model");
	jsonw_bool(w, a->beyond_model);
	put_list(w, "inferable", inference_inferable);
	put_list(w, "not_inferable", inference_not_inferable);
	jsonw_end_object(w);
}

static const char *test_word(enum finding_test test)
{
	static const char *const words[] = { "at_least", "above", "below" };

	return words[test];
}

/* The numbers, the rule, the paper. */
static void put_why(struct jsonw *w, const struct finding *f)
{
	jsonw_begin_object(w);
	jsonw_key(w, "all");
	jsonw_bool(w, !f->rule->any);
	jsonw_key(w, "conditions");
	jsonw_begin_array(w);
	for (int i = 0; i < f->rule->n_conditions; i++) {
		const struct finding_condition *c = &f->rule->conditions[i];

		jsonw_begin_object(w);
		jsonw_key(w, "fact");
		jsonw_string(w, fact_info(c->fact)->key);
		jsonw_key(w, "label");
		jsonw_string(w, fact_info(c->fact)->label);
		jsonw_key(w, "value");
		jsonw_real(w, f->value[i]);
		jsonw_key(w, "magnitude");
		jsonw_bool(w, c->magnitude);
		jsonw_key(w, "test");
		jsonw_string(w, test_word(c->test));
		jsonw_key(w, "limit");
		jsonw_real(w, c->limit);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_key(w, "source");
	jsonw_string(w, f->rule->source);
	jsonw_key(w, "next");
	jsonw_string(w, *f->rule->next ? f->rule->next : NULL);
	jsonw_end_object(w);
}

void document_put_findings(struct jsonw *w, const struct findings *findings)
{
	jsonw_begin_array(w);
	for (int i = 0; findings && i < findings->n; i++) {
		const struct finding *f = &findings->items[i];

		jsonw_begin_object(w);
		jsonw_key(w, "id");
		jsonw_string(w, f->rule->id);
		jsonw_key(w, "grade");
		jsonw_string(w, finding_grade_name(f->rule->grade));
		jsonw_key(w, "audience");
		jsonw_string(w, finding_audience_name(f->audience));
		jsonw_key(w, "text");
		jsonw_string(w, f->text);
		jsonw_key(w, "why");
		put_why(w, f);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void document_put_conclusion(struct jsonw *w, const struct trial_record *record)
{
	struct conclusion *c = malloc(sizeof(*c));
	void *scratch = malloc(conclusion_scratch_size());
	bool is_there = c && scratch;

	if (is_there)
		conclusion_of_trial(record, scratch, c);
	is_there = is_there && c->has_alignment;
	jsonw_key(w, "alignment");
	document_put_alignment(w, is_there ? &c->alignment : NULL);
	jsonw_key(w, "findings");
	document_put_findings(w, is_there ? &c->findings : NULL);
	free(scratch);
	free(c);
}

/* --- a visit ---------------------------------------------------------------------------------- */

static void put_gates(struct jsonw *w, unsigned gates)
{
	jsonw_key(w, "gates");
	jsonw_begin_array(w);
	for (int g = 0; g < GATE_N; g++)
		if (gates >> g & 1)
			jsonw_string(w, finding_gate_text((enum finding_gate)g));
	jsonw_end_array(w);
}

static void put_number(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value);
}

static void put_titration(struct jsonw *w, const struct visit_findings *f)
{
	const struct titration *t = &f->titration;

	jsonw_key(w, "titration");
	if (!f->has_titration) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	jsonw_key(w, "n");
	jsonw_int(w, t->n);
	put_number(w, "response", t->response);
	put_number(w, "response_se", t->response_se);
	put_number(w, "response_t", t->response_t);
	jsonw_key(w, "responds");
	jsonw_bool(w, t->responds);
	put_number(w, "offset_mm", t->offset_mm);
	put_number(w, "residual_mm", t->residual_mm);
	put_number(w, "null_lift_mm", t->null_mm);
	put_number(w, "null_lift_se_mm", t->null_se_mm);
	jsonw_key(w, "null_lift_mm_ci95");
	jsonw_begin_array(w);
	/* unbounded is null */
	jsonw_real(w, isinf(t->null_low_mm) ? NAN : t->null_low_mm);
	jsonw_real(w, isinf(t->null_high_mm) ? NAN : t->null_high_mm);
	jsonw_end_array(w);
	put_number(w, "length_difference_mm", f->length_difference_mm);
	put_number(w, "length_difference_sd_mm", f->length_difference_sd_mm);
	jsonw_end_object(w);
}

void document_put_visit_findings(struct jsonw *w, const struct visit_findings *f)
{
	jsonw_key(w, "alignment");
	document_put_alignment(w, f->has_alignment ? &f->alignment : NULL);
	jsonw_key(w, "findings");
	document_put_findings(w, &f->findings);
	put_gates(w, f->findings.gates);
	jsonw_key(w, "card");
	jsonw_string(w, *f->findings.card ? f->findings.card : NULL);
	put_titration(w, f);
}
