/* The body loading picture: a person from the front and from the side, drawn from the model, with what each part
 * may carry. Bars with their ranges; the pelvis as a band, never as one crooked bone.
 * Only draws: ranges come from the inference, where everything stands from src/core/align/figure.h. */
#ifndef STANCE_REPORT_BODY_FIGURE_H
#define STANCE_REPORT_BODY_FIGURE_H

#include "src/core/align/figure.h"
#include "src/core/align/inference.h"
#include "src/report/paper.h"

/* What is drawn; NaN where unknown. */
struct body_figure {
	struct figure figure;
	double right_frac;
	const struct inference *alignment;
};

#define BODY_FIGURE_HEIGHT_MM 122.0

/* Draw both views side by side into `width_mm`. The view is from behind: the person's left is on the left, as on the
 * mat and on the screens. */
void body_figure_draw(struct paper *paper, double x_mm, double y_mm, double width_mm,
	const struct body_figure *figure);

#endif
