/* Sway of one COP series, mode native: resample, filter, then every metric of the group SWAY.
 * Reads no file, clock or heap: memory is the caller's. Never mixed with mode quijoux (quijoux.h).
 * Follows docs/metrics.md ("native"); formulas and sources stand beside each function there. */
#ifndef STANCE_CORE_SWAY_SWAY_H
#define STANCE_CORE_SWAY_SWAY_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/metrics.h"

/* A COP series as it came: n points, t_s strictly rising, mat plane (x = ML, y = AP), none NaN. */
struct sway_input {
	int n;
	const double *t_s;
	const double *x_mm;
	const double *y_mm;
	double cutoff_hz; /* zero-lag low-pass; NaN: none. 5 for cell mats, 10 for plates */
	double noise_velocity_mm_s; /* that the sensor alone makes under a dead weight; NaN: unknown */
	/* Outline of the base of support for time to boundary: convex, counter-clockwise,
	 * n_outline corners; 0: unknown, time to boundary is then absent. */
	int n_outline;
	const double *outline_x_mm, *outline_y_mm;
};

/* What was noticed about the series; bits of sway_result.notes. */
enum sway_note {
	SWAY_NOTE_RESAMPLED =
		1 << 0,          /* steps differ by more than 1 % from their median */
	SWAY_NOTE_GAPS = 1 << 1, /* at least one gap over 100 ms was bridged */
	SWAY_NOTE_SHORT =
		1 << 2, /* shorter than 20 s: areas and spectra are not comparable */
	SWAY_NOTE_CONSTANT =
		1 << 3, /* the COP does not move: ratios and entropies are absent */
	SWAY_NOTE_SMALL = 1 << 4, /* less than anybody standing sways: another unit? */
	SWAY_NOTE_LARGE = 1 << 5, /* further than feet reach: another unit? */
	SWAY_NOTE_NO_COP =
		1 << 6, /* samples without a COP were left out (set by who did) */
};
#define SWAY_N_NOTES 7

/* Return SWAY_NOTE_SMALL or SWAY_NOTE_LARGE, or 0 if the speed and the larger range of a moving COP
 * are those of somebody standing. */
uint32_t sway_plausibility(double velocity_mm_s, double range_mm);

/* Return the word of note `index` (bit 1 << index) in documents: "resampled", "gaps", ... */
const char *sway_note_word(int index);

/* Return what it means, as a sentence for a person. */
const char *sway_note_text(int index);

/* Absent is NaN. */
struct sway_result {
	int n; /* samples after resampling */
	double rate_hz;
	double duration_s; /* (n - 1) / rate */
	double cutoff_hz;  /* NaN: none */
	double noise_velocity_mm_s;
	double missing_frac; /* time in gaps over 100 ms, over the whole */
	uint32_t notes;      /* enum sway_note bits */
	double value
		[METRIC_N]; /* only those of METRIC_GROUP_SWAY are set, the rest NaN */
};

/* Return the bytes that sway_measure() needs for n points at `rate_hz` over `duration_s`,
 * 0 if they are out of range. */
size_t sway_size(int n, double duration_s, double rate_hz);

/* Measure. `memory` has `size` bytes, aligned to CARVE_ALIGNMENT, contents undefined afterwards.
 * Returns 0; -ENODATA for fewer than SWAY_MIN_N points or less than SWAY_MIN_S; -EINVAL for times
 * that do not rise, numbers that are not finite, or a cut-off not below half the rate; -ERANGE if
 * more than 5 % of the time is missing (steps over 100 ms), or for more than SERIES_MAX_N samples;
 * -ENOBUFS if `size` is too small. `*result` is written only on success. */
int sway_measure(const struct sway_input *input, void *memory, size_t size,
	struct sway_result *result);

#define SWAY_MIN_N 10
#define SWAY_MIN_S 1.0

#endif
