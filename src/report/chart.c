#include "src/report/chart.h"

#include <math.h>
#include <stdio.h>

#include "src/report/say.h"
#include "src/report/sheet.h"

#define DOT_MM      1.05
#define WHISKER_MM  0.45
#define CAP_MM      1.8
#define ARROW_MM    1.6
#define ENDS_PT     6.5
#define ENDS_UP_MM  1.5 /* half a line */
#define ENDS_AIR_MM 1.2

double chart_at(const struct chart *c, double value)
{
	double at = c->is_log ? log(fmax(value, 1e-9) / c->low) / log(c->high / c->low)
			      : (value - c->low) / (c->high - c->low);

	return c->x_mm + c->width_mm * fmin(fmax(at, 0), 1);
}

void chart_ground(struct paper *paper, const struct chart *c, double y_mm)
{
	paper_line(paper, c->x_mm, y_mm, c->x_mm + c->width_mm, y_mm, 0.15, sheet_rule);
}

void chart_tick(struct paper *paper, const struct chart *c, double y_mm,
	double height_mm, double value)
{
	double x = chart_at(c, value);

	paper_line(paper, x, y_mm - height_mm / 2, x, y_mm + height_mm / 2, 0.25,
		sheet_muted);
}

void chart_band(struct paper *paper, const struct chart *c, double y_mm,
	double height_mm, double low, double middle, double high)
{
	double from = chart_at(c, low), to = chart_at(c, high);

	if (isnan(low) || isnan(high))
		return;
	paper_shade(paper, from, y_mm - height_mm / 2, to - from, height_mm, sheet_rule,
		0.75);
	if (!isnan(middle))
		chart_tick(paper, c, y_mm, height_mm, middle);
}

/* Beyond an end: an arrow that says so. */
static void arrow(struct paper *paper, const struct chart *c, double y_mm, double value,
	struct paper_colour colour)
{
	double side = value > c->high ? 1 : value < c->low ? -1 : 0;
	double x = chart_at(c, value);
	const double xs[] = { x + side * (DOT_MM + 0.4), x + side * (DOT_MM + 0.4),
		x + side * (DOT_MM + 0.4 + ARROW_MM) };
	const double ys[] = { y_mm - ARROW_MM / 2, y_mm + ARROW_MM / 2, y_mm };

	if (side != 0)
		paper_area(paper, xs, ys, 3, colour, 1);
}

void chart_value(struct paper *paper, const struct chart *c, double y_mm, double value,
	double low, double high, struct paper_colour colour, bool is_hollow)
{
	double x = chart_at(c, value);

	if (isnan(value))
		return;
	if (!isnan(low) && !isnan(high)) {
		double from = chart_at(c, low), to = chart_at(c, high);

		paper_line(paper, from, y_mm, to, y_mm, WHISKER_MM, colour);
		paper_line(paper, from, y_mm - CAP_MM / 2, from, y_mm + CAP_MM / 2,
			WHISKER_MM, colour);
		paper_line(paper, to, y_mm - CAP_MM / 2, to, y_mm + CAP_MM / 2,
			WHISKER_MM, colour);
	}
	if (is_hollow) {
		paper_ring(paper, x, y_mm, DOT_MM - 0.15, 0.3, colour);
	} else {
		paper_disc(paper, x, y_mm, DOT_MM, colour);
		arrow(paper, c, y_mm, value, colour);
	}
}

void chart_range(struct paper *paper, const struct chart *c, double y_mm,
	double height_mm, double p5, double median, double p95,
	struct paper_colour colour)
{
	double from = chart_at(c, p5), to = chart_at(c, p95), at = chart_at(c, median);

	if (isnan(median))
		return;
	paper_shade(paper, from, y_mm - height_mm / 2, fmax(to - from, 0.3), height_mm,
		colour, 0.40);
	paper_line(paper, at, y_mm - height_mm / 2 - 0.6, at,
		y_mm + height_mm / 2 + 0.6, 0.6, colour);
}

void chart_ends(struct paper *paper, const struct chart *c, double y_mm, int decimals,
	const char *unit)
{
	struct paper_type type = sheet_small();
	char number[SAY_SIZE], text[SAY_SIZE + 16];

	type.size_pt = ENDS_PT;
	type.align = PAPER_RIGHT;
	say_number(number, sizeof(number), c->low, decimals);
	sheet_put(paper, "P", c->x_mm - CHART_ENDS_MM, y_mm - ENDS_UP_MM,
		CHART_ENDS_MM - ENDS_AIR_MM, &type, number);
	type.align = PAPER_LEFT;
	snprintf(text, sizeof(text), "%s %s",
		say_number(number, sizeof(number), c->high, decimals), unit);
	sheet_put(paper, "P", c->x_mm + c->width_mm + ENDS_AIR_MM, y_mm - ENDS_UP_MM,
		CHART_ENDS_MM - ENDS_AIR_MM, &type, text);
}
