/* Square root of a sum of squares: the length of a vector in the plane, the sd of a sum of independent errors.
 * Instead of hypot(), whose last digit is each C library's own: results must agree to the printed digit on every machine.
 * Squares of millimetres and newtons are far from any limit of a double, which is what hypot() is for. */
#ifndef STANCE_BASE_ROOT_SUM_SQ_H
#define STANCE_BASE_ROOT_SUM_SQ_H

#include <math.h>

/* Return sqrt(x^2 + y^2), in the unit of both. */
static inline double root_sum_sq(double x, double y)
{
	return sqrt(x * x + y * y);
}

#endif
