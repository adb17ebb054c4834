#include "src/core/budget.h"

#include <math.h>

#define COVERAGE 2.0
/* Chosen: inside the foot a cell is loaded all over and only its slope moves the force's place;
 * a quarter of the rectangular limit covers the cells at the rim. */
#define INSIDE 0.25

static double root_sum(double a, double b, double c)
{
	return sqrt(a * a + b * b + c * c);
}

struct sample_u95 budget_u95(const struct budget_input *in)
{
	double cell = root_sum(in->noise, in->resolution / sqrt(12.0), 0.0);
	double fill = in->filled_frac / sqrt(3.0);
	double sum = cell * sqrt(in->n_cells) / in->load;
	double line = in->line_frac_per_mm * 0.5 * in->pitch_mm / sqrt(3.0);
	double apart = sqrt(in->left_frac * in->left_frac +
			    (1.0 - in->left_frac) * (1.0 - in->left_frac));
	double place = sqrt(in->square_frac) * in->pitch_mm / sqrt(12.0) * INSIDE;
	struct sample_u95 u;

	u.force_n = COVERAGE * in->load * root_sum(sum, fill, 0.0);
	u.cop_mm = COVERAGE * root_sum(cell * sqrt(in->distances) / in->load, place,
				      fill * in->pitch_mm);
	u.left_frac = COVERAGE * root_sum(sum * apart, 0.5 * fill, line);
	u.fore_frac = COVERAGE * root_sum(0.5 * sum, 0.5 * fill, place / 250.0);
	return u;
}
