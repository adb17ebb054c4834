/* Butterworth low-pass of order 4, run forward and backward (zero lag, effective order 8).
 * One direct form, not sections: mode quijoux must round as its reference does.
 * Design by the bilinear transform with pre-warped cut-off (Oppenheim & Schafer, ch. 7); padding
 * and initial state as SciPy's butter() and filtfilt() have them: odd extension of 15 samples,
 * steady state of the first sample (Gustafsson 1996 treats the choice). */
#ifndef STANCE_CORE_SWAY_BUTTER4_H
#define STANCE_CORE_SWAY_BUTTER4_H

#include <stddef.h>

#define BUTTER4_ORDER 4
#define BUTTER4_PAD   15 /* 3 (order + 1) */

/* y = b / a of x in z^-1, a[0] = 1, and the state in which a constant 1 stays 1. */
struct butter4 {
	double b[BUTTER4_ORDER + 1];
	double a[BUTTER4_ORDER + 1];
	double steady[BUTTER4_ORDER];
};

/* Design: -3 dB of one pass at cutoff_hz, 0 < cutoff_hz < rate_hz / 2. */
void butter4_design(struct butter4 *filter, double rate_hz, double cutoff_hz);

/* Return the bytes of scratch that butter4_run() needs for n samples. */
size_t butter4_size(int n);

/* Filter x (n) in place, both ways. `memory`: butter4_size() bytes, aligned to CARVE_ALIGNMENT.
 * Returns 0, or -ENODATA for n <= BUTTER4_PAD, and then leaves x as it is. */
int butter4_run(const struct butter4 *filter, double *x, int n, void *memory);

#endif
