/* What follows from a visit or a trial, as its document says it. */
#include <math.h>
#include <string.h>

#include "src/report/docread.h"
#include "src/report/report_parts.h"

static void read_alignment(const json_t *from, struct report *r)
{
	const json_t *a = json_object_get(from, "alignment");

	r->has_alignment = json_is_object(a);
	for (int q = 0; q < INFERENCE_N && r->has_alignment; q++) {
		const json_t *range = json_object_get(
			a, inference_info((enum inference_quantity)q)->key);

		r->alignment.range[q] = (struct inference_range){ docread_number(range,
									  "median"),
			docread_number(range, "p5"), docread_number(range, "p95") };
	}
	r->alignment.pelvis_shift_most_mm = docread_number(a, "pelvis_shift_most_mm");
	r->alignment.beyond_model = docread_bool(a, "beyond_model");
}

static void read_why(const json_t *why, struct report_finding *f)
{
	f->source = docread_text(why, "source");
	f->next = docread_text(why, "next");
	f->all = docread_bool(why, "all");
	for (size_t i = 0; i < docread_count(why, "conditions") &&
			   f->n_conditions < FINDING_MAX_CONDITIONS;
		i++) {
		const json_t *c = docread_item(why, "conditions", i);
		const char *test = docread_text(c, "test");

		f->conditions[f->n_conditions++] =
			(struct report_condition){ docread_text(c, "fact"),
				docread_text(c, "label"), docread_number(c, "value"),
				docread_number(c, "limit"),
				strcmp(test, "below") == 0   ? BELOW
				: strcmp(test, "above") == 0 ? ABOVE
							     : AT_LEAST,
				docread_bool(c, "magnitude") };
	}
}

static void read_findings(const json_t *from, struct report *r)
{
	for (size_t i = 0; i < docread_count(from, "findings") &&
			   r->n_findings < REPORT_MAX_FINDINGS;
		i++) {
		const json_t *f = docread_item(from, "findings", i);
		struct report_finding *out = &r->findings[r->n_findings++];
		char grade = docread_text(f, "grade")[0];

		*out = (struct report_finding){ .id = docread_text(f, "id"),
			.text = docread_text(f, "text"),
			.grade = grade >= 'A' && grade <= 'D'
					 ? (enum finding_grade)(grade - 'A')
					 : GRADE_D,
			.audience = strcmp(docread_text(f, "audience"), "patient") == 0
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
		i < docread_count(from, "gates") && r->n_gates < REPORT_MAX_NOTES; i++)
		r->gates[r->n_gates++] =
			json_string_value(docread_item(from, "gates", i));
	r->card = docread_text(from, "card");
	r->next_protocol = docread_text(next, "protocol");
	r->next_reason = docread_text(next, "reason");
}
