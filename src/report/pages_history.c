/* The same quantity at earlier visits, with the band that chance alone explains around the last one. */
#include <math.h>
#include <stdio.h>

#include "src/report/pages.h"
#include "src/report/say.h"

#define CHART_MM   24.0
#define GAP_MM     10.0
#define NUMBERS_MM 11.0 /* left of a chart: its scale */
#define DATES_MM   3.6

struct curve {
	const char *label, *unit;
	int decimals;
	double value[REPORT_MAX_HISTORY];
	int n;
	double before, low, high; /* the band; NaN: not known */
	double floor; /* the scale reaches down to here at least; NaN: free */
};

static void spread(const struct curve *c, double *low, double *high)
{
	double air;

	*low = *high = NAN;
	for (int i = 0; i < c->n; i++) {
		*low = fmin(isnan(*low) ? c->value[i] : *low, c->value[i]);
		*high = fmax(isnan(*high) ? c->value[i] : *high, c->value[i]);
	}
	*low = fmin(*low, c->low);
	*high = fmax(*high, c->high);
	air = 0.2 * fmax(*high - *low, 1e-6);
	*low -= air;
	*high += air;
	if (!isnan(c->floor) && *low < c->floor)
		*low = c->floor;
}

static double up(double value, double low, double high, double y_mm)
{
	return y_mm + CHART_MM * (1 - (value - low) / (high - low));
}

static void draw_scale(
	struct page *p, double x_mm, double y_mm, double low, double high, int decimals)
{
	struct paper_type type = sheet_small();
	char text[SAY_SIZE];

	type.size_pt = 6.5;
	type.align = PAPER_RIGHT;
	sheet_put(p->paper, "P", x_mm, y_mm - 0.6, NUMBERS_MM - 1.5, &type,
		say_number(text, sizeof(text), high, decimals));
	sheet_put(p->paper, "P", x_mm, y_mm + CHART_MM - 2.2, NUMBERS_MM - 1.5, &type,
		say_number(text, sizeof(text), low, decimals));
}

static void draw_dates(struct page *p, double x_mm, double y_mm, double width_mm)
{
	struct paper_type type = sheet_small();
	const struct report *r = p->r;
	char text[SAY_SIZE];

	type.size_pt = 6.5;
	sheet_put(p->paper, "P", x_mm, y_mm, width_mm / 2, &type,
		say_date(text, sizeof(text), r->history[0].started));
	type.align = PAPER_RIGHT;
	sheet_put(p->paper, "P", x_mm + width_mm / 2, y_mm, width_mm / 2, &type,
		say_date(text, sizeof(text), r->history[r->n_history - 1].started));
}

static void draw_points(struct page *p, const struct curve *c, double x_mm, double y_mm,
	double width_mm, double low, double high)
{
	double x[REPORT_MAX_HISTORY], y[REPORT_MAX_HISTORY];

	for (int i = 0; i < c->n; i++) {
		x[i] = x_mm +
		       width_mm * (c->n > 1 ? 0.04 + 0.92 * i / (c->n - 1) : 0.5);
		y[i] = isnan(c->value[i]) ? NAN : up(c->value[i], low, high, y_mm);
	}
	paper_path(p->paper, x, y, c->n, 0.35, sheet_muted);
	for (int i = 0; i < c->n; i++) {
		if (isnan(y[i]))
			continue;
		if (i == c->n - 1)
			paper_disc(p->paper, x[i], y[i], 1.15, sheet_ink);
		else
			paper_disc(p->paper, x[i], y[i], 0.75, sheet_muted);
	}
}

static void draw_curve(
	struct page *p, const struct curve *c, double x_mm, double width_mm)
{
	struct paper_type type = sheet_small();
	double low, high, left = x_mm + NUMBERS_MM, wide = width_mm - NUMBERS_MM;
	char text[160];

	snprintf(text, sizeof(text), "%s, %s", _(c->label), c->unit);
	paper_tag(p->paper, "Figure");
	sheet_put(p->paper, "Caption", x_mm, p->y_mm, width_mm, &type, text);
	spread(c, &low, &high);
	if (isnan(low)) {
		sheet_put(p->paper, "P", left, p->y_mm + 10, wide, &type,
			_("Not known."));
		paper_untag(p->paper, "Figure");
		return;
	}
	draw_scale(p, x_mm, p->y_mm + 4.4, low, high, c->decimals);
	paper_frame(p->paper, left, p->y_mm + 4.4, wide, CHART_MM, 0.15, sheet_rule);
	if (!isnan(c->low))
		paper_shade(p->paper, left, up(c->high, low, high, p->y_mm + 4.4), wide,
			up(c->low, low, high, p->y_mm + 4.4) -
				up(c->high, low, high, p->y_mm + 4.4),
			sheet_rule, 0.7);
	draw_points(p, c, left, p->y_mm + 4.4, wide, low, high);
	draw_dates(p, left, p->y_mm + 4.4 + CHART_MM + 0.5, wide);
	paper_untag(p->paper, "Figure");
}

static double last_before(const struct curve *c)
{
	for (int i = c->n - 2; i >= 0; i--)
		if (!isnan(c->value[i]))
			return c->value[i];
	return NAN;
}

static void draw_curves(struct page *p)
{
	const struct report *r = p->r;
	double wide = 0.5 * (SHEET_WIDTH_MM - GAP_MM);
	struct curve velocity = { .label = N_("Mean velocity, eyes open"),
		.unit = "mm/s",
		.decimals = 1,
		.n = r->n_history,
		.low = NAN,
		.high = NAN,
		.floor = 0 };
	struct curve offset = { .label = N_("Centre of mass, + to the right"),
		.unit = "mm",
		.decimals = 0,
		.n = r->n_history,
		.low = NAN,
		.high = NAN,
		.floor = NAN };

	for (int i = 0; i < r->n_history; i++) {
		velocity.value[i] = r->history[i].velocity_mm_s;
		offset.value[i] = r->history[i].com_ml_mm;
	}
	velocity.before = last_before(&velocity);
	offset.before = last_before(&offset);
	velocity.low = velocity.before / r->velocity_mdc_ratio;
	velocity.high = velocity.before * r->velocity_mdc_ratio;
	offset.low = offset.before - r->offset_mdc_mm;
	offset.high = offset.before + r->offset_mdc_mm;
	draw_curve(p, &velocity, SHEET_LEFT_MM, wide);
	draw_curve(p, &offset, SHEET_LEFT_MM + wide + GAP_MM, wide);
	p->y_mm += 4.4 + CHART_MM + DATES_MM;
}

void pages_history(struct page *p)
{
	struct paper_type type = sheet_small();

	if (!p->r->is_visit)
		return;
	if (p->r->n_history > 1)
		page_need(p, 48);
	p->y_mm = sheet_heading(p->paper, p->y_mm - 1.5, _("Visit by visit"));
	if (p->r->n_history < 2) {
		p->y_mm =
			sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM,
				&type, _("There is no earlier visit to compare with."));
		return;
	}
	draw_curves(p);
	p->y_mm = sheet_put(p->paper, "P", SHEET_LEFT_MM, p->y_mm, SHEET_WIDTH_MM,
		&type,
		_("Shaded: what repeating the measurement alone would give around the "
		  "last visit's value (MDC95). Only what lies outside is a change."));
}
