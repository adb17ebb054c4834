/* What the numbers rest on: the trials with their verdicts, the method, the calibration, the signature. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/intended_use.h"
#include "src/base/version.h"
#include "src/core/sway/norms.h"
#include "src/core/trial/protocol.h"
#include "src/report/pages.h"
#include "src/report/say.h"
#include "src/base/say_sentence.h"

#define TEXT_SIZE 640
#define SIGN_MM   24.0

static const struct {
	const char *key, *word;
} verdicts[] = {
	{ "good", N_("good") },
	{ "check", N_("look at it") },
	{ "unusable", N_("unusable") },
	{ "interrupted", N_("interrupted") },
};

static const char *verdict_word(const char *key)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (strcmp(verdicts[i].key, key) == 0)
			return _(verdicts[i].word);
	return key;
}

/* --- trials ------------------------------------------------------------------------------------- */

enum { N_COLUMNS = 7 };
static const struct {
	const char *head;
	double width_mm;
	enum paper_align align;
} columns[N_COLUMNS] = {
	{ N_("trial"), 11, PAPER_LEFT },
	{ N_("time"), 12, PAPER_LEFT },
	{ N_("test"), 48, PAPER_LEFT },
	{ N_("measured"), 16, PAPER_RIGHT },
	{ N_("left"), 16, PAPER_RIGHT },
	{ N_("velocity"), 20, PAPER_RIGHT },
	{ N_("quality"), 51, PAPER_LEFT },
};

static void quality_text(const struct report_trial *t, char *out, size_t size)
{
	char reason[TEXT_SIZE];
	size_t n;

	snprintf(out, size, "%s%s", verdict_word(t->verdict),
		t->voided  ? _(", voided")
		: !t->used ? _(", not in the means")
			   : "");
	for (int i = 0; i < t->n_reasons; i++) {
		n = strlen(out);
		if (n + 3 < size && t->reasons[i])
			snprintf(out + n, size - n, "%s%s", i ? " " : ". ",
				say_sentence(reason, sizeof(reason), t->reasons[i]));
	}
}

static void fill_cells(const struct report_trial *t, char cell[N_COLUMNS][TEXT_SIZE])
{
	const struct protocol *protocol = protocol_find(t->protocol);
	char number[SAY_SIZE];

	snprintf(cell[0], TEXT_SIZE, "%lld", (long long)t->id);
	snprintf(cell[1], TEXT_SIZE, "%.5s",
		strlen(t->started) >= 16 ? t->started + 11 : "");
	snprintf(cell[2], TEXT_SIZE, "%s", protocol ? _(protocol->title) : t->protocol);
	snprintf(cell[3], TEXT_SIZE, "%s s",
		say_number(number, sizeof(number), t->duration_s, 0));
	say_number(number, sizeof(number), 100 * t->left_frac, 1);
	snprintf(cell[4], TEXT_SIZE, "%s%s", number, isnan(t->left_frac) ? "" : " %");
	say_number(number, sizeof(number), t->velocity_mm_s, 1);
	snprintf(cell[5], TEXT_SIZE, "%s%s", number,
		isnan(t->velocity_mm_s) ? "" : " mm/s");
	quality_text(t, cell[6], TEXT_SIZE);
}

static void draw_line(struct page *p, const char *tag, const struct paper_type *type,
	char cell[N_COLUMNS][TEXT_SIZE])
{
	double x = SHEET_LEFT_MM, height = 0;

	for (int i = 0; i < N_COLUMNS; i++)
		height = fmax(
			height, page_height(p, columns[i].width_mm - 2, type, cell[i]));
	page_need(p, height + 0.8);
	paper_tag(p->paper, "TR");
	for (int i = 0; i < N_COLUMNS; i++) {
		struct paper_type one = *type;

		one.align = columns[i].align;
		sheet_put(p->paper, tag, x, p->y_mm, columns[i].width_mm - 2, &one,
			cell[i]);
		x += columns[i].width_mm;
	}
	paper_untag(p->paper, "TR");
	p->y_mm += height + 0.8;
}

void pages_trials(struct page *p)
{
	struct paper_type type = page_small(p), body = page_small(p);
	char cell[N_COLUMNS][TEXT_SIZE], text[120];

	body.colour = sheet_ink;
	page_need(p, 22);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1, _("Trials and their quality"));
	for (int i = 0; i < N_COLUMNS; i++)
		snprintf(cell[i], TEXT_SIZE, "%s", _(columns[i].head));
	paper_tag(p->paper, "Table");
	draw_line(p, "TH", &type, cell);
	paper_line(p->paper, SHEET_LEFT_MM, p->y_mm - 0.5, SHEET_RIGHT_MM,
		p->y_mm - 0.5, 0.15, sheet_rule);
	for (int i = 0; i < p->r->n_trials; i++) {
		fill_cells(&p->r->trials[i], cell);
		draw_line(p, "TD", &body, cell);
	}
	paper_untag(p->paper, "Table");
	if (p->r->n_trials_more <= 0)
		return;
	snprintf(text, sizeof(text), _("and %d more, which are not listed"),
		p->r->n_trials_more);
	page_need(p, 5);
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &type, text);
}

/* --- method and calibration ------------------------------------------------------------------------ */

static const struct report_trial *first_usable(const struct report *r)
{
	for (int i = 0; i < r->n_trials; i++)
		if (r->trials[i].used)
			return &r->trials[i];
	return r->n_trials ? &r->trials[0] : NULL;
}

static void method_text(const struct report *r, char *out, size_t size)
{
	const struct report_trial *t = first_usable(r);
	char settle[SAY_SIZE], rate[SAY_SIZE], cutoff[SAY_SIZE];

	*out = '\0';
	if (!t)
		return;
	snprintf(out, size,
		_("%s s of settling discarded, %s frames a second, low-pass %s Hz "
		  "(zero-lag). Numbers computed by Stance %s, sheet set by Stance %s. "
		  "Intervals are 95 %%; ellipse: 95 %% prediction (F); asymmetry: "
		  "100 (R - L)/(R + L)."),
		say_number(settle, sizeof(settle), t->settle_s, 0),
		say_number(rate, sizeof(rate), t->rate_hz, 0),
		say_number(cutoff, sizeof(cutoff), t->cutoff_hz, 0), r->algorithm,
		STANCE_VERSION);
}

static const struct {
	const char *key, *word;
} states[] = {
	{ "valid", N_("valid") },
	{ "unverified", N_("never verified") },
	{ "expired", N_("expired") },
	{ "none", N_("none, so that shares and places are shown, forces are not") },
	{ "mismatch", N_("of another mat and not used") },
	{ "not_needed", N_("not needed, as the mat sends force") },
};

static const char *state_word(const char *key)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].key, key) == 0)
			return _(states[i].word);
	return *key ? key : _("not known");
}

static void calibration_text(const struct report_calibration *c, char *out, size_t size)
{
	char age[SAY_SIZE], when[SAY_SIZE];
	size_t n;

	if (*c->id)
		snprintf(out, size, _("Calibration %.12s, %s."), c->id,
			state_word(c->state));
	else
		snprintf(out, size, _("Calibration: %s."), state_word(c->state));
	n = strlen(out);
	if (!isnan(c->age_days) && n < size)
		n += (size_t)snprintf(out + n, size - n,
			_(" Made on %s, %s days before; mat %s."),
			say_date(when, sizeof(when), c->created),
			say_number(age, sizeof(age), c->age_days, 0), c->serial);
}

static void noise_text(const struct report *r, char *out, size_t size)
{
	const struct report_trial *t = first_usable(r);
	char number[SAY_SIZE];

	*out = '\0';
	if (!t)
		return;
	if (isnan(t->noise_velocity_mm_s))
		snprintf(
			out, size, "%s", _("The noise floor of the mat is not known."));
	else
		snprintf(out, size,
			_("Noise floor: a dead weight would read as %s mm/s of sway."),
			say_number(number, sizeof(number), t->noise_velocity_mm_s, 2));
	if (!isnan(t->velocity_bias_pct) && t->velocity_bias_pct != 0) {
		size_t n = strlen(out);

		snprintf(out + n, size - n,
			_(" Velocities read about %s %% low (no staircase in the "
			  "calibration)."),
			say_number(number, sizeof(number), -t->velocity_bias_pct, 0));
	}
}

static void say(struct page *p, const char *text)
{
	struct paper_type type = page_small(p);

	if (!*text)
		return;
	page_need(p, page_height(p, SHEET_WIDTH_MM, &type, text));
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &type, text);
}

void pages_method(struct page *p)
{
	char text[TEXT_SIZE];

	page_need(p, 28);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1, _("Method and calibration"));
	method_text(p->r, text, sizeof(text));
	say(p, text);
	for (int i = 0; i < p->r->n_calibrations; i++) {
		calibration_text(&p->r->calibrations[i], text, sizeof(text));
		say(p, text);
	}
	noise_text(p->r, text, sizeof(text));
	say(p, text);
	say(p, _(norms_notice()));
	if (*p->r->changes_source)
		say(p, _(p->r->changes_source));
	say(p, _(*p->r->intended_use ? p->r->intended_use : intended_use()));
}

/* --- signature ---------------------------------------------------------------------------------------- */

static void draw_lines(struct page *p)
{
	const double half = 0.5 * (SHEET_WIDTH_MM - 10);
	const char *const words[] = { _("Place, date"), _("Signature") };
	struct paper_type type = page_small(p);

	page_need(p, SIGN_MM);
	p->y_mm += 14.0;
	for (int i = 0; i < 2; i++) {
		double x = SHEET_LEFT_MM + i * (half + 10);

		paper_line(p->paper, x, p->y_mm, x + half, p->y_mm, 0.2, sheet_ink);
		sheet_put(p->paper, "P", x, p->y_mm + 0.8, half, &type, words[i]);
	}
	p->y_mm += 6.0;
}

static void draw_signed(struct page *p)
{
	const struct report_signature *s = &p->r->signature;
	struct paper_type type = page_body(p);
	char when[SAY_SIZE], text[TEXT_SIZE];

	page_need(p, 20);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1, _("Signed"));
	snprintf(text, sizeof(text), _("%s on %s, as %s of this station; version %d."),
		s->operator_name, say_date_time(when, sizeof(when), s->at), s->by,
		s->version);
	p->y_mm = sheet_put(
		p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM, &type, text);
	if (s->amends > 0) {
		snprintf(text, sizeof(text), _("Amends version %d."), s->amends);
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
			SHEET_WIDTH_MM, &type, text);
	}
	if (*s->comment) {
		page_need(p, page_height(p, SHEET_WIDTH_MM, &type, s->comment));
		p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm,
			SHEET_WIDTH_MM, &type, s->comment);
	}
	if (*s->sha256) {
		snprintf(text, sizeof(text), _("SHA-256 of what was signed: %s"),
			s->sha256);
		say(p, text);
	}
}

void pages_signature(struct page *p)
{
	if (p->r->is_signed)
		draw_signed(p);
	else
		draw_lines(p);
}
