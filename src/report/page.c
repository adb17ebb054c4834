#include "src/base/intended_use.h"
#include "src/report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/report/say.h"

#define TITLE_PT   17.0
#define FURTHER_PT 11.0
#define PATIENT_PT 24.0
#define DRAFT_PT   110.0
#define STATE_MM   70.0
#define LINE_SIZE  320

static const struct paper_colour draft_grey = { 0.955, 0.96, 0.965 };

struct paper_type page_body(const struct page *p)
{
	struct paper_type type = sheet_body();

	type.size_pt = p->is_dense ? 7.6 : 8.5;
	return type;
}

struct paper_type page_small(const struct page *p)
{
	struct paper_type type = sheet_small();

	type.size_pt = p->is_dense ? 6.5 : 7.2;
	return type;
}

/* --- words ------------------------------------------------------------------------------------- */

static void add(char *out, size_t size, const char *what)
{
	size_t n = strlen(out);

	if (*what)
		snprintf(out + n, size - n, "%s%s", n ? ", " : "", what);
}

static void add_number(
	char *out, size_t size, const char *format, double value, int decimals)
{
	char number[SAY_SIZE], text[SAY_SIZE + 32];
	const char *at = strstr(format, "%s");

	if (isnan(value) || !at)
		return;
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - format), format,
		say_number(number, sizeof(number), value, decimals), at + 2);
	add(out, size, text);
}

void page_person(const struct report *r, char *out, size_t size)
{
	*out = '\0';
	add(out, size, r->sex == 'F' ? _("woman") : r->sex == 'M' ? _("man") : "");
	add_number(out, size, _("%s years"), r->age_years, 0);
	add_number(out, size, "%s m", r->stature_m, 2);
	add_number(out, size, "%s kg", r->mass_kg, 1);
}

static void add_test(const struct protocol *p, char *out, size_t size)
{
	size_t n = strlen(out);

	snprintf(out + n, size - n, "%s%s", n ? " \xc2\xb7 " : "", _(p->title));
}

void page_condition(
	const struct report *r, const struct report_group *g, char *out, size_t size)
{
	const struct protocol *p = protocol_find(g->protocol);
	bool is_quiet = p && p->kind == PROTOCOL_QUIET && !p->seated;

	*out = '\0';
	if (!is_quiet) {
		if (*g->phase)
			add(out, size, _(protocol_phase_title(g->protocol, g->phase)));
		if (p)
			add_test(p, out, size);
		else
			add(out, size, g->protocol);
		return;
	}
	if (*g->eyes)
		add(out, size,
			strcmp(g->eyes, "closed") == 0 ? _("Eyes closed")
						       : _("Eyes open"));
	if (*g->surface)
		add(out, size,
			strcmp(g->surface, "foam") == 0 ? _("foam") : _("firm ground"));
	if (strcmp(g->protocol, "lift") == 0 ||
		strncmp(g->protocol, "correct", 7) == 0 || !*out)
		add(out, size, _(p->title));
	else if (*g->phase && r->is_visit)
		add_test(p, out, size);
}

static const char *visit_text(const struct report *r, char *out, size_t size)
{
	char when[SAY_SIZE];

	say_date_time(when, sizeof(when), r->started);
	if (r->is_visit)
		snprintf(out, size, _("Visit %lld, %s"), (long long)r->id, when);
	else
		snprintf(out, size, _("Trial %lld, %s"), (long long)r->id, when);
	return out;
}

static void state_text(const struct report *r, char *out, size_t size)
{
	char when[SAY_SIZE];

	if (!r->is_signed)
		snprintf(out, size, "%s", _("Draft, not signed"));
	else
		snprintf(out, size, _("Signed %s, version %d"),
			say_date_time(when, sizeof(when), r->signature.at),
			r->signature.version);
}

/* --- head and foot ------------------------------------------------------------------------------ */

static void draw_top(struct page *p)
{
	struct paper_type type = sheet_small();
	char text[LINE_SIZE];

	sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM - STATE_MM,
		&type, _("Stance, posture station"));
	state_text(p->r, text, sizeof(text));
	type.align = PAPER_RIGHT;
	type.bold = 1;
	type.colour = p->r->is_signed ? sheet_good : sheet_attention;
	sheet_put(p->paper, "P", SHEET_RIGHT_MM - STATE_MM, p->y_mm, STATE_MM, &type,
		text);
	p->y_mm += 3.6;
}

/* Whose it is on every sheet; on the first who that is. */
static void draw_who(struct page *p)
{
	bool is_whole = p->audience == AUDIENCE_CLINICIAN && paper_sheet(p->paper) == 1;
	struct paper_type type = sheet_body();
	char line[2 * LINE_SIZE], person[LINE_SIZE];
	size_t n;

	type.bold = 1;
	if (*p->r->patient)
		snprintf(line, sizeof(line), _("Patient %.64s"), p->r->patient);
	else
		snprintf(line, sizeof(line), "%s", _("Anonymous"));
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &type, line);
	visit_text(p->r, line, sizeof(line));
	page_person(p->r, person, sizeof(person));
	n = strlen(line);
	if (*person && is_whole)
		n += (size_t)snprintf(
			line + n, sizeof(line) - n, "  \xc2\xb7  %s", person);
	if (*p->r->operator_name && is_whole && n < sizeof(line))
		snprintf(line + n, sizeof(line) - n, _("  \xc2\xb7  measured by %.64s"),
			p->r->operator_name);
	type.bold = 0;
	type.colour = sheet_muted;
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &type, line);
}

void page_begin(struct page *p)
{
	struct paper_type type = {
		.size_pt = TITLE_PT, .bold = 1, .colour = sheet_ink
	};
	struct paper_type mark = {
		.size_pt = DRAFT_PT, .bold = 1, .colour = draft_grey
	};

	if (!p->r->is_signed)
		paper_watermark(p->paper, &mark, _("DRAFT"));
	p->y_mm = SHEET_TOP_MM;
	draw_top(p);
	if (p->audience == AUDIENCE_PATIENT)
		type.size_pt = PATIENT_PT;
	else if (paper_sheet(p->paper) > 1)
		type.size_pt = FURTHER_PT;
	p->y_mm = sheet_put(p->paper, "H1", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM,
			  &type, p->title) +
		  0.8;
	draw_who(p);
	p->y_mm += 1.6;
	paper_line(p->paper, SHEET_LEFT_MM, p->y_mm, SHEET_RIGHT_MM, p->y_mm, 0.3,
		sheet_rule);
}

void page_end(struct page *p)
{
	sheet_footer(p->paper,
		*p->r->footer ? _(p->r->footer) : _(intended_use_footer()),
		paper_sheet(p->paper), p->n_sheets);
}

void page_need(struct page *p, double height_mm)
{
	if (p->y_mm + height_mm <= PAGE_BOTTOM_MM)
		return;
	page_end(p);
	paper_turn(p->paper);
	page_begin(p);
}

double page_height(struct page *p, double width_mm, const struct paper_type *type,
	const char *text)
{
	return paper_text(p->paper, 0, NAN, width_mm, type, text);
}
