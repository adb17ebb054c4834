/* The ellipse that 95 % of further samples are expected in.
 * Is the prediction ellipse; not the confidence ellipse of the mean, which is hundreds of times
 * smaller, nor the chi-square form, a thousandth smaller.
 * Schubert & Kirchner 2014 (Gait Posture 39:518), eq. 9 to 12. */
#ifndef STANCE_CORE_SWAY_ELLIPSE_H
#define STANCE_CORE_SWAY_ELLIPSE_H

struct ellipse {
	double area;
	double major, minor; /* semi-axes */
	double angle_deg; /* of the major axis from +x towards +y, in (-90, 90]; NaN for a point */
};

/* Measure a series about its mean: x, y (n >= 3, mean 0), any unit. */
void ellipse_measure(const double *x, const double *y, int n, struct ellipse *out);

/* The same of n (>= 3) points whose sums of squares and of products about their mean are known. */
void ellipse_of_sums(double xx, double yy, double xy, int n, struct ellipse *out);

/* Return the 95 % quantile of Fisher's distribution with 2 and m (> 0) degrees of freedom, in
 * closed form: (m / 2) (0.05^(-2 / m) - 1). */
double ellipse_f95(double m);

#endif
