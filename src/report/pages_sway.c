/* Sway: each condition's velocity and area against other people and the last visit; ratios between conditions. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/core/trial/protocol.h"
#include "src/report/chart.h"
#include "src/report/feet_figure.h"
#include "src/report/pages.h"
#include "src/report/say.h"

#define BAND_MM     3.0
#define COP_MM      46.0
#define NAME_MM     27.0
#define VALUE_MM    37.0
#define LAST_MM     27.0
#define AIR_MM      2.0
#define ROW_AIR_MM  1.5
#define MIDDLE_MM   2.0 /* of a line of text, below its top */
#define MOST_RATIOS 4
#define GROUP_MM    18.0

static const struct shown {
	enum metric metric;
	const char *label, *unit;
	int decimals;
	double low, high; /* of the scale, logarithmic */
} the_shown[] = {
	{ METRIC_MEAN_VELOCITY_MM_S, N_("mean velocity"), "mm/s", 1, 2, 80 },
	{ METRIC_ELLIPSE95_MM2, N_("95 % area"), "mm\xc2\xb2", 0, 10, 6000 },
};
#define N_SHOWN (int)(sizeof(the_shown) / sizeof(the_shown[0]))

int pages_sway_groups(const struct report *r, int index[REPORT_MAX_GROUPS])
{
	int n = 0;

	for (int i = 0; i < r->n_groups; i++) {
		const struct protocol *p = protocol_find(r->groups[i].protocol);

		if (p && p->kind == PROTOCOL_QUIET && !p->seated &&
			!isnan(r->groups[i].value[METRIC_MEAN_VELOCITY_MM_S].mean))
			index[n++] = i;
	}
	return n;
}

/* --- one row ------------------------------------------------------------------------------------- */

struct columns {
	double name_x, chart_x, chart_width, value_x, last_x, width;
};

static struct columns columns_in(double x_mm, double width_mm)
{
	struct columns c = { .name_x = x_mm,
		.chart_x = x_mm + NAME_MM,
		.chart_width = width_mm - NAME_MM - VALUE_MM - LAST_MM,
		.width = width_mm };

	c.value_x = c.chart_x + c.chart_width;
	c.last_x = c.value_x + VALUE_MM;
	return c;
}

/* "8.1 (7.2 to 9.0) mm/s"; of one trial, as the heading says, what the mat leaves on it, if that is known. */
static void value_text(
	const struct report_group *g, const struct shown *s, char *out, size_t size)
{
	const struct report_mean *m = &g->value[s->metric];
	char value[SAY_SIZE], low[SAY_SIZE], high[SAY_SIZE];

	say_number(value, sizeof(value), m->mean, s->decimals);
	if (!isnan(m->low))
		snprintf(out, size, _("%s (%s to %s) %s"), value,
			/* a t-interval knows no zero; the quantity does */
			say_number(low, sizeof(low), fmax(m->low, 0), s->decimals),
			say_number(high, sizeof(high), m->high, s->decimals), s->unit);
	else if (!isnan(g->u95[s->metric]))
		snprintf(out, size, "%s \xc2\xb1 %s %s", value,
			say_number(low, sizeof(low), g->u95[s->metric], s->decimals),
			s->unit);
	else
		snprintf(out, size, "%s %s", value, s->unit);
}

/* "3.9, within error". */
static void last_text(
	const struct report_change *c, const struct shown *s, char *out, size_t size)
{
	char number[SAY_SIZE];

	*out = '\0';
	if (isnan(c->before))
		return;
	snprintf(out, size, "%s, %s",
		say_number(number, sizeof(number), c->before, s->decimals),
		c->larger > 0    ? _("beyond error")
		: c->larger == 0 ? _("within error")
				 : _("unclear"));
}

static void draw_chart(struct page *p, const struct columns *c,
	const struct report_group *g, const struct shown *s)
{
	struct chart chart = { c->chart_x, c->chart_width - AIR_MM, s->low, s->high,
		true };
	const struct report_mean *m = &g->value[s->metric];
	const struct report_norm *norm = &g->norm[s->metric];
	double y = p->y_mm + MIDDLE_MM;

	chart_ground(p->paper, &chart, y);
	chart_band(p->paper, &chart, y, BAND_MM, norm->p5, norm->p50, norm->p95);
	chart_value(p->paper, &chart, y, g->change[s->metric].before, NAN, NAN,
		sheet_muted, true);
	chart_value(p->paper, &chart, y, m->mean, m->low, m->high, sheet_ink, false);
}

static void draw_row(struct page *p, const struct columns *c,
	const struct report_group *g, const struct shown *s)
{
	struct paper_type type = sheet_body(), bold;
	char text[4 * SAY_SIZE];
	double y = p->y_mm, end;

	type.size_pt = 8;
	bold = type;
	bold.bold = 1;
	bold.align = PAPER_RIGHT;
	paper_tag(p->paper, "TR");
	end = sheet_put(
		p->paper, "TD", c->name_x + 2, y, NAME_MM - 3, &type, _(s->label));
	draw_chart(p, c, g, s);
	value_text(g, s, text, sizeof(text));
	end = fmax(end, sheet_put(p->paper, "TD", c->value_x, y, VALUE_MM - AIR_MM,
				&bold, text));
	type.bold = g->change[s->metric].larger > 0;
	last_text(&g->change[s->metric], s, text, sizeof(text));
	if (*text)
		end = fmax(end,
			sheet_put(p->paper, "TD", c->last_x, y, LAST_MM, &type, text));
	paper_untag(p->paper, "TR");
	p->y_mm = end + ROW_AIR_MM;
}

static bool has_changes(const struct report *r)
{
	for (int i = 0; i < r->n_groups; i++)
		for (int k = 0; k < N_SHOWN; k++)
			if (!isnan(r->groups[i].change[the_shown[k].metric].before))
				return true;
	return false;
}

static void draw_heads(struct page *p, const struct columns *c)
{
	struct paper_type type = sheet_small();
	double end;

	type.size_pt = 6.5;
	type.align = PAPER_RIGHT;
	paper_tag(p->paper, "TR");
	end = sheet_put(p->paper, "TH", c->value_x, p->y_mm, VALUE_MM - AIR_MM, &type,
		_("now (95 % interval)"));
	type.align = PAPER_LEFT;
	if (has_changes(p->r))
		end = fmax(end, sheet_put(p->paper, "TH", c->last_x, p->y_mm, LAST_MM,
					&type, _("last visit, difference")));
	paper_untag(p->paper, "TR");
	p->y_mm = end + 0.4;
}

static void draw_group(
	struct page *p, const struct columns *c, const struct report_group *g)
{
	struct paper_type type = sheet_small();
	char name[240], text[280];

	page_condition(p->r, g, name, sizeof(name));
	snprintf(text, sizeof(text),
		g->n_trials == 1 ? _("%s, one trial") : _("%s, %d trials"), name,
		g->n_trials);
	type.bold = 1;
	type.colour = sheet_ink;
	paper_tag(p->paper, "TR");
	p->y_mm = sheet_put(p->paper, "TH", c->name_x, p->y_mm, c->width, &type, text) +
		  0.3;
	paper_untag(p->paper, "TR");
	for (int i = 0; i < N_SHOWN; i++)
		if (!isnan(g->value[the_shown[i].metric].mean))
			draw_row(p, c, g, &the_shown[i]);
	p->y_mm += 0.4;
}

/* --- ratios ---------------------------------------------------------------------------------------- */

static const char *ratio_label(const struct report_ratio *ratio)
{
	enum metric m = metric_find(ratio->key);

	return m == METRIC_N ? ratio->key : _(metric_info(m)->label);
}

static void draw_ratio(
	struct page *p, const struct columns *c, const struct report_ratio *ratio)
{
	struct chart chart = { c->value_x + 4, VALUE_MM + LAST_MM - 4, 0.4, 4, true };
	struct paper_type type = sheet_body();
	double y = p->y_mm, middle = y + MIDDLE_MM, end;
	char text[SAY_SIZE];

	type.size_pt = 8;
	paper_tag(p->paper, "TR");
	end = sheet_put(p->paper, "TD", c->name_x + 2, y, c->value_x - c->name_x - 16,
		&type, ratio_label(ratio));
	chart_ground(p->paper, &chart, middle);
	chart_tick(p->paper, &chart, middle, BAND_MM, 1);
	chart_value(p->paper, &chart, middle, ratio->value, NAN, NAN, sheet_ink, false);
	type.bold = 1;
	type.align = PAPER_RIGHT;
	sheet_put(p->paper, "TD", c->value_x - 12, y, 13, &type,
		say_number(text, sizeof(text), ratio->value, 2));
	paper_untag(p->paper, "TR");
	p->y_mm = end + ROW_AIR_MM;
}

static void draw_ratios(struct page *p, const struct columns *c)
{
	int n = p->r->n_ratios < MOST_RATIOS ? p->r->n_ratios : MOST_RATIOS;

	for (int i = 0; i < n; i++)
		draw_ratio(p, c, &p->r->ratios[i]);
}

static void draw_legend(struct page *p, const struct columns *c)
{
	struct paper_type type = sheet_small();
	char low[SAY_SIZE], high[SAY_SIZE], text[512];
	size_t n;

	type.size_pt = 6.5;
	snprintf(text, sizeof(text), "%s",
		_("Shaded: others of this age, 5 to 95 %, and their median; ring: last "
		  "visit. Area: of the 95 % prediction ellipse."));
	for (int i = 0; i < N_SHOWN; i++) {
		n = strlen(text);
		snprintf(text + n, sizeof(text) - n,
			i ? _(" and %s to %s %s.")
			  : _(" Logarithmic scales, %s to %s %s"),
			say_number(low, sizeof(low), the_shown[i].low, 0),
			say_number(high, sizeof(high), the_shown[i].high, 0),
			the_shown[i].unit);
	}
	n = strlen(text);
	if (p->r->n_ratios > 0)
		snprintf(text + n, sizeof(text) - n, "%s",
			_(" Ratios: the tick is 1; less is nothing unusual."));
	p->y_mm = sheet_put(p->paper, "P", c->name_x, p->y_mm, c->width, &type, text);
}

/* --- all of it -------------------------------------------------------------------------------------- */

/* Returns where it ends. */
static double draw_cop(struct page *p, double y_mm)
{
	struct paper_type type = sheet_small();
	char number[SAY_SIZE], text[256];
	double area = M_PI * p->r->ellipse_major_mm * p->r->ellipse_minor_mm;

	feet_figure_cop(p->paper, SHEET_LEFT_MM, y_mm, COP_MM, p->r);
	if (p->r->n_path == 0)
		return y_mm + COP_MM;
	snprintf(text, sizeof(text),
		_("Path of the centre of pressure in trial %lld, front up; ellipse of "
		  "95 %% prediction, %s mm\xc2\xb2."),
		(long long)p->r->picture_trial,
		say_number(number, sizeof(number), area, 0));
	return sheet_put(p->paper, "Caption", SHEET_LEFT_MM, y_mm + COP_MM + 3.4,
		COP_MM, &type, text);
}

void pages_sway(struct page *p, int from, int n)
{
	int index[REPORT_MAX_GROUPS];
	bool is_first = from == 0;
	double x = SHEET_LEFT_MM + (is_first ? COP_MM + 6.0 : 0), end = 0;
	struct columns c = columns_in(x, SHEET_RIGHT_MM - x);
	struct paper_type type = sheet_small();

	pages_sway_groups(p->r, index);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1.5,
		is_first ? _("Sway") : _("Sway, further conditions"));
	if (is_first)
		end = draw_cop(p, p->y_mm);
	if (n == 0)
		p->y_mm = sheet_put(p->paper, "P", x, p->y_mm, SHEET_RIGHT_MM - x,
			&type, _("No usable quiet standing: sway is not known."));
	paper_tag(p->paper, "Table");
	if (n > 0)
		draw_heads(p, &c);
	for (int i = from; i < from + n; i++) {
		if (!is_first)
			page_need(p, GROUP_MM);
		draw_group(p, &c, &p->r->groups[index[i]]);
	}
	if (is_first)
		draw_ratios(p, &c);
	paper_untag(p->paper, "Table");
	if (n > 0)
		draw_legend(p, &c);
	p->y_mm = fmax(p->y_mm, end) + 0.5;
}
