/* The feet as they pressed, and the centre of pressure magnified.
 * Computes nothing: a mean picture and a path are drawn as they are.
 * Colours: cividis, whose dark end marks the edge of a foot on white paper. */
#ifndef STANCE_REPORT_FEET_FIGURE_H
#define STANCE_REPORT_FEET_FIGURE_H

#include "src/report/paper.h"
#include "src/report/report.h"

/* How large the letters and the numbers over the feet are, points; and whether the scale of pressure is told. */
struct feet_style {
	double share_pt;
	int share_decimals;
	bool has_legend, has_cop;
	const char *share_unit;
};

/* Footprints in a box, seen from above, toes up, left foot left; both shares over them. Where there is no picture, the
 * outline of what the feet touched; where there is none either, a sentence. */
void feet_figure_draw(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm, const struct report *report, const struct feet_style *style);

/* The path of the centre of pressure with its 95 % prediction ellipse, magnified, with a scale, in a square. */
void feet_figure_cop(struct paper *paper, double x_mm, double y_mm, double size_mm,
	const struct report *report);

#endif
