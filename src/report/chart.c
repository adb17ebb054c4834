#include "src/report/chart.h"

#include <math.h>
#include <stdio.h>

#include "src/report/say.h"
#include "src/report/sheet.h"

#define DOT_MM     1.05
#define WHISKER_MM 0.45
#define CAP_MM     1.8
#define ARROW_MM   1.6
#define NUMBER_MM  24.0

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

static void number(struct paper *paper, double x_mm, double y_mm,
	enum paper_align align, const char *text)
{
	struct paper_type type = sheet_small();

	type.size_pt = 6.5;
	type.align = align;
	x_mm -= align == PAPER_CENTRE  ? NUMBER_MM / 2
		: align == PAPER_RIGHT ? NUMBER_MM
				       : 0;
	paper_text(paper, x_mm, y_mm, NUMBER_MM, &type, text);
}

double chart_numbers(struct paper *paper, const struct chart *c, double y_mm,
	int decimals, const char *unit)
{
	double middle = c->is_log ? sqrt(c->low * c->high) : 0.5 * (c->low + c->high);
	char text[SAY_SIZE], with_unit[SAY_SIZE + 16];

	number(paper, c->x_mm, y_mm, PAPER_LEFT,
		say_number(text, sizeof(text), c->low, decimals));
	number(paper, c->x_mm + c->width_mm / 2, y_mm, PAPER_CENTRE,
		say_number(text, sizeof(text), middle, decimals));
	snprintf(with_unit, sizeof(with_unit), "%s %s",
		say_number(text, sizeof(text), c->high, decimals), unit);
	number(paper, c->x_mm + c->width_mm, y_mm, PAPER_RIGHT, with_unit);
	return 2.8;
}
