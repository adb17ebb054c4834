/* A made-up COP series that moves as a standing person's does, from a seed.
 * Does not claim to be anybody: its speed and spread are those of the norms, eyes open, firm.
 * A noisy pendulum held upright: an Ornstein-Uhlenbeck drift and a faster, smaller swing on it. */
#ifndef STANCE_TESTS_SWAY_SERIES_H
#define STANCE_TESTS_SWAY_SERIES_H

#include <stdint.h>

/* Fill x and y (n each), mm, at `rate_hz`. */
void sway_series(uint64_t seed, int n, double rate_hz, double *x, double *y);

#endif
