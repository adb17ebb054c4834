/* Small charts in a line of text: a value with its interval against a band, on a scale.
 * Knows no quantities.
 * A value beyond the scale is shown at its end with an arrow, never left out. */
#ifndef STANCE_REPORT_CHART_H
#define STANCE_REPORT_CHART_H

#include <stdbool.h>

#include "src/report/paper.h"

/* From `low` at x_mm to `high` at x_mm + width_mm; logarithmic where both are above 0 and that is wanted. */
struct chart {
	double x_mm, width_mm, low, high;
	bool is_log;
};

/* Return where a value lies, at the nearest end if it is beyond the scale. */
double chart_at(const struct chart *chart, double value);

/* The ground: a hairline over the whole scale around `y_mm`. */
void chart_ground(struct paper *paper, const struct chart *chart, double y_mm);

/* A band from low to high, `height_mm` around `y_mm`, with a tick at `middle` unless NaN. */
void chart_band(struct paper *paper, const struct chart *chart, double y_mm,
	double height_mm, double low, double middle, double high);

/* A tick across the ground. */
void chart_tick(struct paper *paper, const struct chart *chart, double y_mm,
	double height_mm, double value);

/* A value as a dot with its interval as a whisker; NaN limits: the dot alone; NaN value: nothing. `is_hollow`: an
 * earlier value. */
void chart_value(struct paper *paper, const struct chart *chart, double y_mm,
	double value, double low, double high, struct paper_colour colour,
	bool is_hollow);

/* A range as a bar, solid between p5 and p95, with a tick at the median. */
void chart_range(struct paper *paper, const struct chart *chart, double y_mm,
	double height_mm, double p5, double median, double p95,
	struct paper_colour colour);

/* The ends of a scale, beside it on its line: the chart must leave CHART_ENDS_MM free on the left and on the right. */
#define CHART_ENDS_MM 11.0
void chart_ends(struct paper *paper, const struct chart *chart, double y_mm,
	int decimals, const char *unit);

#endif
