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

/* Marks of the calibration: four that are fitted, at an eighth from the edges, and one in the middle that the fit
 * does not know. */
#define TOUCH_N_MARKS 5

/* How far off the marks may be afterwards. A corner that was touched d beside its mark leaves d/4 at each of the four, and
 * d/4 in the middle: the four are held to 1.5 mm (a finger 6 mm beside), the fifth, where a finger's own 1 to 2 mm add up, to
 * 3 mm. An offset that all five share is no fault but what is to be put right. */
#define TOUCH_FIT_MM   1.5
#define TOUCH_CHECK_MM 3.0

/* Where mark i = 0 .. TOUCH_N_MARKS - 1 is shown, 0..1 of the scene. */
void touch_mark(int i, double *u, double *v);

/* The marks as shown and as the panel said of the finger, both 0..1 of the panel; its size. */
struct touch_marks {
	double shown[TOUCH_N_MARKS][2], touched[TOUCH_N_MARKS][2];
	double w_mm, h_mm;
};

enum touch_verdict {
	TOUCH_FITS,
	TOUCH_ON_A_LINE, /* three of the four in one place or on one line */
	TOUCH_APART, /* no matrix leads from one to the other: a finger was elsewhere */
};

struct touch_fitted {
	enum touch_verdict verdict;
	struct touch_matrix matrix; /* not if on a line */
	double fit_mm, check_mm;    /* the farthest of the four, and the fifth; so */
};

void touch_judge(const struct touch_marks *marks, struct touch_fitted *out);

#endif
