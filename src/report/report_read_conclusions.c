/* What follows from a visit or a trial, as its document says it. */
#include <math.h>
#include <string.h>

#include "src/report/doc.h"
#include "src/report/report_parts.h"

static void read_alignment(const json_t *from, struct report *r)
{
	const json_t *a = json_object_get(from, "alignment");

	r->has_alignment = json_is_object(a);
	for (int q = 0; q < INFERENCE_N && r->has_alignment; q++) {
		const json_t *range = json_object_get(
			a, inference_info((enum inference_quantity)q)->key);

		r->alignment.range[q] =
			(struct inference_range){ doc_number(range, "median"),
				doc_number(range, "p5"), doc_number(range, "p95") };
	}
	r->alignment.pelvis_shift_most_mm = doc_number(a, "pelvis_shift_most_mm");
	r->alignment.beyond_model = doc_bool(a, "beyond_model");
}

static void read_why(const json_t *why, struct report_finding *f)
{
	f->source = doc_text(why, "source");
	f->next = doc_text(why, "next");
	f->all = doc_bool(why, "all");
	for (size_t i = 0; i < doc_count(why, "conditions") &&
			   f->n_conditions < FINDING_MAX_CONDITIONS;
		i++) {
		const json_t *c = doc_item(why, "conditions", i);
		const char *test = doc_text(c, "test");

		f->conditions[f->n_conditions++] =
			(struct report_condition){ doc_text(c, "fact"),
				doc_text(c, "label"), doc_number(c, "value"),
				doc_number(c, "limit"),
				strcmp(test, "below") == 0   ? BELOW
				: strcmp(test, "above") == 0 ? ABOVE
							     : AT_LEAST,
				doc_bool(c, "magnitude") };
	}
}

static void read_findings(const json_t *from, struct report *r)
{
	for (size_t i = 0;
		i < doc_count(from, "findings") && r->n_findings < REPORT_MAX_FINDINGS;
		i++) {
		const json_t *f = doc_item(from, "findings", i);
		struct report_finding *out = &r->findings[r->n_findings++];
		char grade = doc_text(f, "grade")[0];

		*out = (struct report_finding){ .id = doc_text(f, "id"),
			.text = doc_text(f, "text"),
			.grade = grade >= 'A' && grade <= 'D'
					 ? (enum finding_grade)(grade - 'A')
					 : GRADE_D,
			.audience = strcmp(doc_text(f, "audience"), "patient") == 0
					    ? AUDIENCE_PATIENT
					    : AUDIENCE_CLINICIAN };
		read_why(json_object_get(f, "why"), out);
	}
}

void report_read_conclusions(const json_t *from, struct report *r)
{
	const json_t *next = json_object_get(from, "next");

	read_alignment(from, r);
	read_findings(from, r);
	for (size_t i = 0;
		i < doc_count(from, "gates") && r->n_gates < REPORT_MAX_NOTES; i++)
		r->gates[r->n_gates++] = json_string_value(doc_item(from, "gates", i));
	r->card = doc_text(from, "card");
	r->next_protocol = doc_text(next, "protocol");
	r->next_reason = doc_text(next, "reason");
}
