/* How the weight lies: shares and offsets with their intervals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/core/findings/facts.h"
#include "src/report/chart.h"
#include "src/report/pages.h"
#include "src/report/say.h"

#define CHART_AIR_MM 2.2
#define ROW_AIR_MM   3.4
#define BAND_MM      3.4

/* One quantity: what it is called, on which scale it is shown, what is usual. */
struct quantity {
	const char *label;
	double low, high;             /* of the scale */
	double usual_low, usual_high; /* NaN: not known */
	double zero;                  /* a tick; NaN none */
	const char *unit;
	int decimals;
	bool is_signed;
};

/* Usual: the band of the lateral offset that most healthy adults keep (facts.h), the forward one of clinical
 * reading F1 and F2; of a foot's fore part nothing general is known. */
static const struct quantity quantities[] = {
	{ N_("Load on the right foot"), 20, 80, NAN, NAN, 50, "%", 1, false },
	{ N_("Centre of mass, + to the right"), -40, 40, -FACTS_BAND_SMALL_MM,
		FACTS_BAND_SMALL_MM, 0, "mm", 1, true },
	{ N_("Centre of mass, ahead of the ankles"), 0, 100, 20, 60, NAN, "mm", 1,
		false },
	{ N_("Left foot, load on its fore part"), 0, 100, NAN, NAN, 50, "%", 0, false },
	{ N_("Right foot, load on its fore part"), 0, 100, NAN, NAN, 50, "%", 0,
		false },
};
enum { RIGHT_SHARE, OFFSET, FORWARD, LEFT_FORE, RIGHT_FORE, N_QUANTITIES };

static struct report_mean scaled(struct report_mean m, double factor, double shift)
{
	return (struct report_mean){ m.n, factor * m.mean + shift,
		factor * m.low + shift, factor * m.high + shift };
}

static struct report_mean mean_of(const struct report_group *g, int which)
{
	switch (which) {
	case RIGHT_SHARE:
		/* asymmetry is 100 (R - L), so that the share is 50 + A / 2 */
		if (!isnan(g->value[METRIC_ASYMMETRY_PCT].mean))
			return scaled(g->value[METRIC_ASYMMETRY_PCT], 0.5, 50);
		return scaled(g->value[METRIC_RIGHT_FRAC], 100, 0);
	case OFFSET:
		return g->value[METRIC_COM_ML_MM];
	case FORWARD:
		return g->value[METRIC_COM_AP_MM];
	case LEFT_FORE:
		return scaled(g->value[METRIC_LEFT_FORE_FRAC], 100, 0);
	default:
		return scaled(g->value[METRIC_RIGHT_FORE_FRAC], 100, 0);
	}
}

static const char *put(char *out, size_t size, const struct quantity *q, double value)
{
	return q->is_signed ? say_signed(out, size, value, q->decimals)
			    : say_number(out, size, value, q->decimals);
}

/* "53.8 % (51.2 to 56.4)". */
static void value_text(
	const struct quantity *q, const struct report_mean *m, char *out, size_t size)
{
	char value[SAY_SIZE], low[SAY_SIZE], high[SAY_SIZE];

	put(value, sizeof(value), q, m->mean);
	if (isnan(m->mean))
		snprintf(out, size, "%s", _("not known"));
	else if (isnan(m->low))
		snprintf(out, size, "%s %s", value, q->unit);
	else
		snprintf(out, size, _("%s %s (%s to %s)"), value, q->unit,
			put(low, sizeof(low), q, m->low),
			put(high, sizeof(high), q, m->high));
}

/* The name over its numbers, whatever they take; then the chart. */
static void draw_row(struct page *p, double x_mm, double width_mm,
	const struct quantity *q, const struct report_mean *m)
{
	struct paper_type name = sheet_body(), value = sheet_body();
	struct chart chart = { x_mm + CHART_ENDS_MM, width_mm - 2 * CHART_ENDS_MM,
		q->low, q->high, false };
	char text[4 * SAY_SIZE];
	double y;

	name.colour = sheet_muted;
	name.size_pt = value.size_pt = 8;
	value.bold = 1;
	value_text(q, m, text, sizeof(text));
	y = sheet_put(p->paper, "P", x_mm, p->y_mm, width_mm, &name, _(q->label));
	y = sheet_put(p->paper, "P", x_mm, y, width_mm, &value, text) + CHART_AIR_MM;
	chart_ground(p->paper, &chart, y);
	chart_band(p->paper, &chart, y, BAND_MM, q->usual_low, NAN, q->usual_high);
	if (!isnan(q->zero))
		chart_tick(p->paper, &chart, y, BAND_MM, q->zero);
	chart_value(p->paper, &chart, y, m->mean, m->low, m->high, sheet_ink, false);
	chart_ends(p->paper, &chart, y, 0, q->unit);
	p->y_mm = y + ROW_AIR_MM;
}

static void draw_geometry(
	struct page *p, double x_mm, double width_mm, const struct report_group *g)
{
	double width = g->value[METRIC_STANCE_WIDTH_MM].mean,
	       left = g->value[METRIC_TOE_OUT_LEFT_DEG].mean,
	       right = g->value[METRIC_TOE_OUT_RIGHT_DEG].mean;
	struct paper_type type = sheet_small();
	char a[SAY_SIZE], b[SAY_SIZE], text[4 * SAY_SIZE];

	if (!isnan(width)) {
		snprintf(text, sizeof(text), _("Heels %s mm apart."),
			say_number(a, sizeof(a), width, 0));
		p->y_mm =
			sheet_put(p->paper, "P", x_mm, p->y_mm, width_mm, &type, text);
	}
	if (!isnan(left) && !isnan(right)) {
		snprintf(text, sizeof(text),
			_("Toes out: left %s\xc2\xb0, right %s\xc2\xb0."),
			say_number(a, sizeof(a), left, 0),
			say_number(b, sizeof(b), right, 0));
		p->y_mm =
			sheet_put(p->paper, "P", x_mm, p->y_mm, width_mm, &type, text);
	}
	p->y_mm = sheet_put(p->paper, "P", x_mm, p->y_mm, width_mm, &type,
		_("Shaded: usual. Whisker: 95 % interval."));
}

void pages_load(struct page *p, double x_mm, double width_mm)
{
	const struct report_group *g = report_habitual(p->r);
	struct paper_type type = sheet_small();
	char condition[240], text[320];

	if (!g) {
		p->y_mm = sheet_put(p->paper, "P", x_mm, p->y_mm, width_mm, &type,
			_("No usable standing on two feet: shares are not known."));
		return;
	}
	page_condition(p->r, g, condition, sizeof(condition));
	snprintf(text, sizeof(text),
		g->n_trials == 1 ? _("%s; one trial") : _("%s; means of %d trials"),
		condition, g->n_trials);
	p->y_mm = sheet_put(p->paper, "P", x_mm, p->y_mm, width_mm, &type, text) + 1.5;
	for (int i = 0; i < N_QUANTITIES; i++) {
		struct report_mean m = mean_of(g, i);

		draw_row(p, x_mm, width_mm, &quantities[i], &m);
	}
	draw_geometry(p, x_mm, width_mm, g);
}
