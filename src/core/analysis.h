/* The analysis of one frame: raw cells in, forces, centre of pressure and two feet out.
 * Reads no clock, file or heap: memory is the caller's, time comes with the frames.
 * Follows docs/architecture.md ("the way of the data") and the sources named in each stage. */
#ifndef STANCE_CORE_ANALYSIS_H
#define STANCE_CORE_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/frame.h"
#include "src/core/geometry.h"
#include "src/core/sample.h"
#include "src/core/sensor.h"

/* What the analysis must know of the mat. */
struct analysis_setup {
	struct mat_geometry geometry;
	enum frame_unit unit;
	double unit_scale; /* a cell's value is its number times this (SMP/1 HELLO, tag 2) */
	uint32_t full_scale; /* largest number of a cell: 2^adc_bits - 1, or 65535 */
	double rate_hz;      /* nominal; below SAMPLE_LOW_RATE_HZ is flagged */
	/* The calibration in force; all zero: none. With one, values are newtons whatever the unit.
	 * Borrowed as long as the analysis is used. Its flags are set on every sample in any case. */
	struct sensor sensor;
};

/* How an empty mat was averaged into a zero map. */
enum analysis_tare {
	ANALYSIS_TARE_IDLE,
	ANALYSIS_TARE_RUNNING,
	ANALYSIS_TARE_DONE,
	ANALYSIS_TARE_REFUSED_LOADED, /* someone stood on the mat: the old zero stays in force */
};

/* The zero in force: what an empty mat reads, and what counts as contact above it. In value units, but
 * with a calibration in the mat's own numbers. */
struct analysis_zero {
	const float
		*map; /* n_rows * n_cols, row-major; NULL: nothing is known, or with a
	                     calibration: its own */
	double noise; /* sd of one cell */
	float threshold; /* above zero that is no contact; a calibration has its own */
	bool tared; /* measured on request; else taken from the frames themselves */
};

/* What a calibrated sheet remembers of the load on it, for creep and hysteresis. */
struct analysis_memory {
	const float *state; /* `n` numbers */
	size_t n;           /* 0: it remembers nothing */
	int64_t t_ns;       /* of the frame it was last brought up to */
};

/* What the memory must be aligned to: a cache line. */
#define ANALYSIS_ALIGNMENT 64

/* Opaque; lives in caller's memory. One thread at a time. */
struct analysis;

/* Return the bytes that analysis_init() needs for this geometry and sensor, 0 if it is out of range. */
size_t analysis_size(const struct analysis_setup *setup);

/* Build an analysis in `memory` (`size` bytes, zeroed by this call), which must
 * outlive it. Returns 0; -EINVAL for a geometry, unit or scale out of range; -ENOBUFS if
 * `size` is too small. `*out` points into `memory`. */
int analysis_init(void *memory, size_t size, const struct analysis_setup *setup,
	struct analysis **out);

/* Analyse one frame; frames come in rising t_ns. Never fails: what cannot be said is NaN and
 * flagged. Costs a few microseconds while the feet are locked; finding them anew costs some
 * hundred. Allocates nothing. */
void analysis_push(struct analysis *a, const struct raw_frame *frame,
	struct stance_sample *sample);

/* Forget the feet, the person's weight and any tare in progress; the zero map stays. */
void analysis_reset(struct analysis *a);

/* Read and set the zero in force. Read: the map is borrowed until the next call that is given `a`.
 * Set: the map is copied; NULL goes back to knowing nothing. With the zero of one analysis in another,
 * both give the same values from the same frame, though the second never saw the mat empty. */
struct analysis_zero analysis_zero(const struct analysis *a);
void analysis_set_zero(struct analysis *a, const struct analysis_zero *zero);

/* Read and set what the calibrated sheet remembers, likewise: so that a person who has stood there for a
 * while is measured by a second analysis as by the first. Read before a frame is pushed, it is the
 * memory which that frame will meet. Set: returns 0, or -EINVAL if it is of another calibration; n 0 is a
 * mat that has been empty for long. */
struct analysis_memory analysis_memory(const struct analysis *a);
int analysis_set_memory(struct analysis *a, const struct analysis_memory *memory);

/* Average the next `n_frames` (>= 1) into a new zero map, unless the mat is loaded. */
void analysis_tare_begin(struct analysis *a, int n_frames);

/* Return how that stands. */
enum analysis_tare analysis_tare_state(const struct analysis *a);

/* The last frame's cells after zero, in the unit of analysis_unit_is_force(): n_rows * n_cols,
 * row-major, 0 where no contact. Borrowed until the next call. */
const float *analysis_cells(const struct analysis *a);

/* Return true if analysis_cells() are newtons (the mat sends force, or is calibrated), false if they
 * are counts. */
bool analysis_unit_is_force(const struct analysis *a);

/* Return the label of each cell of the last frame: 0 none, 1 left, 2 right, 3 shared by both,
 * 4 a foot whose side is unknown. n_rows * n_cols, row-major. Borrowed until the next call. */
const uint8_t *analysis_labels(const struct analysis *a);

#endif
