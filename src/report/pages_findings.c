/* Findings for the clinician: the sentence, its grade, why it is said and what would help next. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/report/pages.h"
#include "src/report/say.h"
#include "src/report/say_finding.h"
#include "src/base/say_sentence.h"

#define GRADE_MM 8.0
#define AIR_MM   1.3
#define WHY_SIZE 900
#define CHIP_MM  5.0

static const struct fact_info *find_fact(const char *key)
{
	for (int f = 0; f < FACT_N; f++)
		if (strcmp(fact_info((enum fact)f)->key, key) == 0)
			return fact_info((enum fact)f);
	return NULL;
}

static const char *test_word(enum finding_test test)
{
	return test == AT_LEAST ? _("at least")
	       : test == ABOVE  ? _("above")
				: _("below");
}

static const char *protocol_title(const char *key)
{
	const struct protocol *p = protocol_find(key);

	return p ? _(p->title) : _(key);
}

/* "lateral offset 17.2 mm (at least 15)". A yes or no is its label alone. */
static void add_condition(char *out, size_t size, const struct report_condition *c)
{
	const struct fact_info *info = find_fact(c->fact);
	bool is_answer =
		c->test == AT_LEAST && c->limit == 1 &&
		(!info || (!*info->unit && info != fact_info(FACT_LATERAL_BAND)));
	int decimals = info ? info->decimals : 1;
	char value[SAY_SIZE], limit[SAY_SIZE];
	size_t n = strlen(out);

	if (n > 0)
		n += (size_t)snprintf(out + n, size - n, "; ");
	if (n >= size)
		return;
	if (is_answer) {
		snprintf(out + n, size - n, "%s", _(c->label));
		return;
	}
	snprintf(out + n, size - n, "%s: %s%s%s (%s %s)", _(c->label),
		say_number(value, sizeof(value),
			c->magnitude ? fabs(c->value) : c->value, decimals),
		info && *info->unit ? " " : "", info ? info->unit : "",
		test_word(c->test),
		say_number(limit, sizeof(limit), c->limit,
			c->limit == rint(c->limit) ? 0
			: decimals > 0             ? decimals
						   : 1));
}

static void why_text(const struct report_finding *f, char *out, size_t size)
{
	char conditions[WHY_SIZE / 2] = "";
	size_t n;

	for (int i = 0; i < f->n_conditions; i++)
		add_condition(conditions, sizeof(conditions), &f->conditions[i]);
	snprintf(out, size,
		f->all || f->n_conditions < 2 ? _("Why: %s.") : _("Why, any of: %s."),
		conditions);
	n = strlen(out);
	if (*f->source)
		n += (size_t)snprintf(
			out + n, size - n, _(" Basis: %s."), _(f->source));
	if (*f->next && n < size)
		snprintf(out + n, size - n, _(" Next: %s."), protocol_title(f->next));
}

static void draw_grade(struct page *p, enum finding_grade grade)
{
	struct paper_type type = page_small(p);

	type.bold = 1;
	type.align = PAPER_CENTRE;
	type.colour = sheet_ink;
	paper_frame(p->paper, SHEET_LEFT_MM + 0.2, p->y_mm + 0.2, CHIP_MM, 4.2, 0.2,
		sheet_muted);
	sheet_put(p->paper, "P", SHEET_LEFT_MM + 0.2, p->y_mm + 0.7, CHIP_MM, &type,
		finding_grade_name(grade));
}

static void draw_finding(struct page *p, const struct report_finding *f)
{
	const double x = SHEET_LEFT_MM + GRADE_MM, width = SHEET_WIDTH_MM - GRADE_MM;
	struct paper_type body = page_body(p), small = page_small(p);
	char text[2 * FINDING_TEXT_SIZE], why[WHY_SIZE];

	say_finding(f->id, f->audience, f->text, text, sizeof(text));
	why_text(f, why, sizeof(why));
	page_need(p, page_height(p, width, &body, text) +
			     page_height(p, width, &small, why) + AIR_MM);
	draw_grade(p, f->grade);
	p->y_mm = sheet_put(p->paper, "P", x, p->y_mm, width, &body, text);
	p->y_mm = sheet_put(p->paper, "P", x, p->y_mm, width, &small, why) + AIR_MM;
}

static void draw_gates(struct page *p)
{
	struct paper_type type = page_body(p);

	type.colour = sheet_attention;
	for (int i = 0; i < p->r->n_gates; i++) {
		page_need(p, page_height(p, SHEET_WIDTH_MM, &type, _(p->r->gates[i])));
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
				  SHEET_WIDTH_MM, &type, _(p->r->gates[i])) +
			  0.6;
	}
}

/* --- noted beside the mat ------------------------------------------------------------------------ */

static const struct {
	const char *key, *said; /* with a number: "%s" */
} entries[] = {
	{ "pain_knee_left", N_("pain in the left knee") },
	{ "pain_knee_right", N_("pain in the right knee") },
	{ "pain_back", N_("back pain") },
	{ "pain_leg", N_("leg pain") },
	{ "red_flag", N_("a red flag") },
	{ "block_mm", N_("blocks until level, mm under the right foot") },
	{ "extension_deficit_left_deg", N_("extension deficit, left knee, degrees") },
	{ "extension_deficit_right_deg", N_("extension deficit, right knee, degrees") },
};

static void add_entry(char *out, size_t size, const char *line, size_t n_line)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		size_t n_key = strlen(entries[i].key), n = strlen(out);
		char number[SAY_SIZE] = "";

		if (n_line < n_key || memcmp(line, entries[i].key, n_key) != 0 ||
			(line[n_key] != ' ' && n_key != n_line))
			continue;
		if (n_key < n_line)
			say_number(number, sizeof(number), atof(line + n_key), 0);
		snprintf(out + n, size - n, "%s%s%s%s", n ? ", " : "",
			_(entries[i].said), *number ? " " : "", number);
	}
}

static void draw_entered(struct page *p)
{
	struct paper_type type = page_body(p);
	char list[600] = "", text[700];

	for (const char *at = p->r->entered; *at;) {
		size_t n = strcspn(at, "\n");

		add_entry(list, sizeof(list), at, n);
		at += n + (at[n] == '\n');
	}
	if (!*list)
		return;
	snprintf(text, sizeof(text), _("Noted beside the mat: %s."), list);
	page_need(p, page_height(p, SHEET_WIDTH_MM, &type, text));
	p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM,
			  &type, text) +
		  0.8;
}

static void draw_next(struct page *p)
{
	struct paper_type type = page_body(p);
	char text[512], reason[300];

	if (!*p->r->next_protocol)
		return;
	snprintf(text, sizeof(text), _("Proposed next: %s. %s"),
		protocol_title(p->r->next_protocol),
		say_sentence(reason, sizeof(reason), p->r->next_reason));
	type.bold = 1;
	page_need(p, page_height(p, SHEET_WIDTH_MM, &type, text));
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &type, text);
}

void pages_findings(struct page *p)
{
	struct paper_type small = page_small(p);
	int n = 0;

	page_need(p, 24);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1, _("Findings"));
	p->y_mm =
		sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &small,
			_("In front: the grade of the evidence. A: measured; B: two "
			  "studies of people or a review; C: one study, or indirect; "
			  "D: a model or experience.")) +
		1.0;
	draw_entered(p);
	draw_gates(p);
	for (int i = 0; i < p->r->n_findings; i++) {
		if (p->r->findings[i].audience != AUDIENCE_CLINICIAN)
			continue;
		draw_finding(p, &p->r->findings[i]);
		n++;
	}
	if (n == 0)
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
			SHEET_WIDTH_MM, &small,
			p->r->is_visit
				? _("Nothing that the rules speak of.")
				: _("A single trial concludes little; findings need a "
				    "visit."));
	draw_next(p);
}
