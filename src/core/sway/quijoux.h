/* Mode quijoux: the 72 descriptors of the reference code of Quijoux et al. 2021 (Physiol Rep
 * 9:e15067; code at github.com/Jythen/code_descriptors_postural_control, MIT), digit for digit.
 * Does not mend that code's conventions: docs/metrics-quijoux.md lists them. Centimetres. Never
 * mixed with mode native (sway.h). Reads no file, clock or heap: memory is the caller's. */
#ifndef STANCE_CORE_SWAY_QUIJOUX_H
#define STANCE_CORE_SWAY_QUIJOUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUIJOUX_N         72
#define QUIJOUX_CUTOFF_HZ 10.0 /* of the low-pass after resampling */

/* One descriptor, in the reference's order. Strings are static. */
struct quijoux_info {
	const char *key;  /* as the reference spells it */
	const char *unit; /* for people: "cm", "cm^2/s^2H", "" for a pure number */
	const char *label;
	const char *source; /* section of docs/metrics-quijoux.md */
	bool exploratory;   /* not settled enough to decide by, as in mode native */
};

/* Return the entry of descriptor i, 0 <= i < QUIJOUX_N. */
const struct quijoux_info *quijoux_info(int i);

/* Return the index of the descriptor with this key, -1 if there is none. */
int quijoux_find(const char *key);

/* What was noticed; bits of quijoux_result.notes. */
enum quijoux_note {
	QUIJOUX_NOTE_IRREGULAR =
		1 << 0,             /* no steady clock: resampled by the times given */
	QUIJOUX_NOTE_GAPS = 1 << 1, /* windows without a sample were bridged by lines */
	QUIJOUX_NOTE_SHORT = 1
			     << 2, /* under 10 s: the spectrum has one short segment */
	QUIJOUX_NOTE_CONSTANT = 1 << 3, /* the COP does not move in one axis or both */
	QUIJOUX_NOTE_SPIKES = 1 << 4,   /* samples were cut as artefacts */
	QUIJOUX_NOTE_UNDEFINED = 1
				 << 5, /* some descriptors are NaN: the reference would
	                                    divide by zero, or stop, or fit two points */
};

#define QUIJOUX_N_NOTES 6

/* Return the word of bit `index` (0 .. QUIJOUX_N_NOTES - 1) for documents, and a sentence about it
 * for people. Static. */
const char *quijoux_note_word(int index);
const char *quijoux_note_text(int index);

/* Absent is NaN. */
struct quijoux_result {
	int n;               /* samples after resampling */
	double rate_hz;      /* 25 */
	double duration_s;   /* (n - 1) / rate */
	int n_spikes;        /* samples cut as artefacts */
	double missing_frac; /* time in gaps over 100 ms, over the whole */
	uint32_t notes;      /* enum quijoux_note bits */
	double value[QUIJOUX_N];
};

/* Return the bytes that quijoux_measure() needs for n points over `duration_s`, 0 if they are out
 * of range (n from 2 to QUIJOUX_MAX_N, duration up to QUIJOUX_MAX_S). */
size_t quijoux_size(int n, double duration_s);

/* Measure a COP series: t_s (n, strictly rising), x_mm (ML), y_mm (AP), all finite; any origin,
 * which only mean_value keeps. `memory` has `size` bytes, aligned to CARVE_ALIGNMENT, contents
 * undefined afterwards.
 * Returns 0; -EINVAL for times that do not rise, numbers that are not finite or beyond
 * QUIJOUX_MAX_MM; -ENODATA for
 * fewer than QUIJOUX_MIN_N samples after resampling (5 s); -ERANGE if more than 5 % of the time is
 * in gaps over 100 ms; -ENOBUFS if `size` is too small. `*result` is written only on success. */
int quijoux_measure(int n, const double *t_s, const double *x_mm, const double *y_mm,
	void *memory, size_t size, struct quijoux_result *result);

#define QUIJOUX_MIN_N                                                                  \
	126 /* the reference's spectrum needs more than its overlap of 125 */
#define QUIJOUX_MAX_N  (1 << 22)
#define QUIJOUX_MAX_S  36000.0
#define QUIJOUX_MAX_MM 1e9 /* no power of it overflows */

#endif
