/* The little linear algebra that fitting needs, in double, without a heap.
 * Not for large systems: everything is dense.
 * Follows Golub & Van Loan, Matrix Computations (Cholesky), and Lawson & Hanson 1974, Solving Least
 * Squares Problems, ch. 23 (non-negative least squares, here on the normal equations). */
#ifndef STANCE_CALIBRATION_FIT_MATH_H
#define STANCE_CALIBRATION_FIT_MATH_H

#define FIT_MATH_MAX 32 /* unknowns */

/* Solve a x = b; `a` n * n, symmetric and positive definite, row-major, is destroyed; the result is in
 * `b`. n <= FIT_MATH_MAX. Returns 0, or -EDOM for a matrix that is not positive definite. */
int fit_math_solve(double *a, double *b, int n);

/* Minimise x' a x - 2 b' x with x >= 0; `a` n * n as above, kept. Returns 0, or -EDOM with x all 0. */
int fit_math_nnls(const double *a, const double *b, int n, double *x);

/* Return the median of `x` (n, reordered); NaN of none. Of an even number the mean of both. */
double fit_math_median(double *x, int n);

#endif
