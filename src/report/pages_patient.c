/* The patient's page: large, plain, one thing first. Words, not figures; nothing that frightens, nothing that
 * judges (docs/clinical-basis.md, "Wording"). */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "src/report/feet_figure.h"
#include "src/report/pages.h"
#include "src/report/say.h"
#include "src/report/say_finding.h"

#define BODY_PT    13.0
#define LEAST_PT   9.0 /* it shrinks to fit the page, never below this */
#define HEAD_PT    15.0
#define FEET_MM    86.0
#define BULLET_MM  6.0
#define FEET_INSET 22.0

/* Sizes of this page: all shrink alike where there is much to say. */
struct size {
	double body_pt, head_pt, feet_mm;
};

static struct paper_type body_type(const struct size *s)
{
	struct paper_type type = sheet_body();

	type.size_pt = s->body_pt;
	return type;
}

static void heading(struct page *p, const struct size *s, const char *text)
{
	struct paper_type type = {
		.size_pt = s->head_pt, .bold = 1, .colour = sheet_left
	};

	page_need(p, 2 * s->head_pt);
	p->y_mm = sheet_put(p->paper, "H2", SHEET_LEFT_MM, p->y_mm + 0.22 * s->head_pt,
			  SHEET_WIDTH_MM, &type, text) +
		  0.8;
}

static void bullet(struct page *p, const struct size *s, const char *text)
{
	struct paper_type type = body_type(s);

	page_need(p, page_height(p, SHEET_WIDTH_MM - BULLET_MM, &type, text));
	paper_disc(p->paper, SHEET_LEFT_MM + 1.6, p->y_mm + 0.2 * s->body_pt, 0.9,
		sheet_left);
	p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM + BULLET_MM, p->y_mm,
			  SHEET_WIDTH_MM - BULLET_MM, &type, text) +
		  0.09 * s->body_pt;
}

/* --- the feet ----------------------------------------------------------------------------------- */

static void draw_feet(struct page *p, const struct size *s)
{
	const struct feet_style style = {
		.share_pt = 30, .share_decimals = 0, .share_unit = ""
	};
	const struct report_group *g = report_habitual(p->r);
	struct paper_type type = body_type(s);
	char number[SAY_SIZE], text[256];
	double wide;

	if (!g || isnan(g->value[METRIC_LEFT_FRAC].mean))
		return;
	feet_figure_draw(p->paper, SHEET_LEFT_MM + FEET_INSET, p->y_mm + 2,
		SHEET_WIDTH_MM - 2 * FEET_INSET, s->feet_mm, p->r, &style);
	/* the share is 50 + A / 2 */
	wide = 0.25 * (g->value[METRIC_ASYMMETRY_PCT].high -
			      g->value[METRIC_ASYMMETRY_PCT].low);
	if (isnan(wide))
		snprintf(text, sizeof(text), "%s",
			_("Of 100 parts of your weight. Bright: more pressure."));
	else
		snprintf(text, sizeof(text),
			_("Of 100 parts of your weight, give or take %s. Bright: more "
			  "pressure."),
			say_number(number, sizeof(number), fmax(1, ceil(wide)), 0));
	type.align = PAPER_CENTRE;
	type.colour = sheet_muted;
	p->y_mm = sheet_put(p->paper, "Caption", SHEET_LEFT_MM,
		p->y_mm + s->feet_mm + 3, SHEET_WIDTH_MM, &type, text);
}

/* --- what was seen -------------------------------------------------------------------------------- */

/* Against the person's own last visit, and only beyond the error of measurement. */
static const char *sway_sentence(const struct report *r)
{
	const struct report_group *g = report_habitual(r);
	const struct report_change *c =
		g ? &g->change[METRIC_MEAN_VELOCITY_MM_S] : NULL;

	if (!c || isnan(c->before) || c->larger < 0)
		return NULL;
	if (c->larger == 0)
		return _("You stand about as steadily as at your last visit.");
	return c->difference < 0
		       ? _("You stand more steadily than at your last visit.")
		       : _("You sway more than at your last visit. Being tired or "
			   "distracted can do that.");
}

static void draw_seen(struct page *p, const struct size *s)
{
	char text[2 * FINDING_TEXT_SIZE];
	const char *sway = sway_sentence(p->r);
	int n = 0;

	heading(p, s, _("What we saw"));
	for (int i = 0; i < p->r->n_findings; i++) {
		const struct report_finding *f = &p->r->findings[i];

		if (f->audience != AUDIENCE_PATIENT)
			continue;
		say_finding(f->id, f->audience, f->text, text, sizeof(text));
		bullet(p, s, text);
		n++;
	}
	if (sway)
		bullet(p, s, sway);
	if (n == 0 && !sway)
		bullet(p, s,
			p->r->has_alignment && p->r->is_visit
				? _("Nothing stood out.")
				: _("One short measurement says little about how you "
				    "usually stand."));
}

static void draw_meaning(struct page *p, const struct size *s)
{
	heading(p, s, _("What it can mean"));
	bullet(p, s,
		_("The mat felt how your weight lies on your feet. Hardly anybody "
		  "stands "
		  "quite evenly, and how you stand changes from day to day."));
	bullet(p, s,
		_("Legs, pelvis and back share the load. If one side carries more, the "
		  "others may carry more or less, too."));
	heading(p, s, _("What it cannot tell"));
	bullet(p, s,
		_("The mat cannot see bones, joints or the spine. It does not say "
		  "whether you are ill or well, and it does not show where pain comes "
		  "from."));
	heading(p, s, _("What comes next"));
	bullet(p, s,
		_("Talk about this page with the person who measured you, and bring it "
		  "to your next visit: then both can be compared."));
}

/* --- the page ------------------------------------------------------------------------------------- */

static void draw(struct page *p, const struct size *s)
{
	page_begin(p);
	draw_feet(p, s);
	draw_seen(p, s);
	draw_meaning(p, s);
}

/* Whether all of it has room on one sheet. */
static bool fits(const struct page *page, const struct size *s)
{
	const struct paper_meta meta = { .title = "" };
	struct page trial = *page;
	bool is_one;

	if (paper_open("", PAPER_NONE, &meta, &trial.paper) != 0)
		return true;
	draw(&trial, s);
	is_one = paper_sheet(trial.paper) == 1;
	paper_close(trial.paper);
	return is_one;
}

/* One page is meant. Where even the least size is too large, a second sheet is better than a small or a cut one. */
void pages_patient(struct page *p)
{
	struct size s = { BODY_PT, HEAD_PT, FEET_MM };

	while (!fits(p, &s) && s.body_pt > LEAST_PT) {
		s.body_pt -= 1.0;
		s.head_pt -= 1.0;
		s.feet_mm -= 8.0;
	}
	draw(p, &s);
	page_end(p);
}
