#include "src/core/trial/age.h"

#include <math.h>

#define S_PER_YEAR (365.2425 * 86400.0)
#define EPOCH_YEAR 1970.0

double age_years(int birth_year, int64_t unix_ms)
{
	double years;

	if (birth_year <= 0 || unix_ms == INT64_MIN)
		return NAN;
	years = EPOCH_YEAR + (double)unix_ms / 1000.0 / S_PER_YEAR - (birth_year + 0.5);
	if (years >= 0.0)
		return floor(years);
	return years >= -0.5 ? 0.0 : NAN; /* in the first half of the year of birth */
}
