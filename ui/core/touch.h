/* A touch panel that does not agree with its display: a matrix of six numbers, as people write them and as four touches
 * show them.
 * Pure. x' = a x + b y + c, y' = d x + e y + f; both in 0..1 of the panel, before --rotate: the same six that
 * LIBINPUT_CALIBRATION_MATRIX has, which a screen without a window system does not hear of.
 * The fit is ordinary least squares over the four points, x' and y' apart. */
#ifndef STANCE_UI_TOUCH_H
#define STANCE_UI_TOUCH_H

#include <stddef.h>

struct touch_matrix {
	double m[6];
};

#define TOUCH_IDENTITY ((struct touch_matrix){ { 1, 0, 0, 0, 1, 0 } })

/* Read "a b c d e f"; "" is the identity. Returns 0, or -EINVAL for anything else and for a matrix that maps the panel onto
 * a line. */
int touch_parse(const char *text, struct touch_matrix *out);

/* Write it so that touch_parse() reads it back. */
void touch_text(const struct touch_matrix *t, char *text, size_t size);

void touch_apply(const struct touch_matrix *t, double *x, double *y);

/* From where four marks were shown and where they were touched (as the panel says). Returns 0; -EINVAL if three of the
 * touches lie on a line or the result maps the panel onto one. `*worst` is how far the farthest mark is off afterwards. */
int touch_fit(const double shown[4][2], const double touched[4][2],
	struct touch_matrix *out, double *worst);

#endif
