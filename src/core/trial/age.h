/* How old somebody is of whom only the year of birth is known.
 * Reads no clock: the moment is an argument.
 * Follows docs/metrics.md ("Norms"): the one rule for recordings, trials and visits. */
#ifndef STANCE_CORE_TRIAL_AGE_H
#define STANCE_CORE_TRIAL_AGE_H

#include <stdint.h>

/* Return the whole years from the middle of the year of birth to `unix_ms` (wall clock): within one year
 * of the truth, and half of the time the truth. NaN if the year is unknown (0), the moment unknown
 * (INT64_MIN) or before the birth, as on a station without a clock, where it is 1970. */
double age_years(int birth_year, int64_t unix_ms);

#endif
