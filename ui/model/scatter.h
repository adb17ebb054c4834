/* Where the centre of pressure has been since a moment, as the ellipse that 95 % of further points are expected
 * in: for a picture while it is measured. Not what is reported: that is of the filtered series, and the
 * analysis' work.
 * Follows Welford 1962 for the sums, src/core/sway/ellipse.h for the ellipse. */
#ifndef STANCE_UI_SCATTER_H
#define STANCE_UI_SCATTER_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/model/trail.h"

/* Caller-owned; zeroed is empty. */
struct scatter {
	int n;
	struct pos_mm mean;
	double xx, yy, xy; /* sums of squares and products about the mean */
	int64_t first_ns, last_ns;
};

/* An ellipse to be drawn, mat plane. */
struct scatter_ellipse {
	struct pos_mm middle;
	double major_mm, minor_mm; /* semi-axes */
	double angle_deg;          /* of the major axis, from +x towards +y */
};

/* Take the points of a trail that are newer than the last one taken. */
void scatter_follow(struct scatter *s, const struct trail *trail);

/* Forget all; what is older than `from_ns` is not taken again. */
void scatter_begin(struct scatter *s, int64_t from_ns);

/* Return false while there are too few points, or all are one. */
bool scatter_ellipse(const struct scatter *s, struct scatter_ellipse *out);

/* Return the seconds from the first to the last point. */
double scatter_seconds(const struct scatter *s);

#endif
