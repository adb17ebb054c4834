/* Sway density: how long the COP stays within a small circle about each of its places.
 * Counts samples in a row, forwards and backwards, not all that ever come near.
 * Jacono et al. 2004 (Motor Control 8:292) as computed by Quijoux et al. 2021. */
#ifndef STANCE_CORE_SWAY_DENSITY_H
#define STANCE_CORE_SWAY_DENSITY_H

#include <stddef.h>

struct density {
	int n_peaks;
	double peak_s; /* mean height of the curve's peaks; NaN without any */
	double distance; /* mean distance between the places of peaks that follow each other;
	                    NaN with fewer than two */
};

/* Return the bytes that the functions below need for n samples, n >= 1. */
size_t density_size(int n);

/* For every sample but the last, count the samples in a row about it that lie within `radius`
 * (at most, same unit as x, y), itself not counted. `counts`: n - 1. `memory`: density_size()
 * bytes, aligned to CARVE_ALIGNMENT. O(n log n): stretches are skipped by their bounding boxes. */
void density_counts(const double *x, const double *y, int n, double radius,
	void *memory, double *counts);

/* Measure the peaks (higher than both neighbours) of the curve of counts in seconds, smoothed by
 * a zero-lag Butterworth low-pass of order 4 at 2.5 Hz. A curve that never changes has none.
 * Returns 0; -ENODATA for too few samples to filter (17); -EINVAL for a rate of 5 Hz or less. */
int density_measure(const double *x, const double *y, int n, double rate_hz,
	double radius, void *memory, struct density *out);

#endif
