/* What the mat showed during the procedure, raw, so that it can be fitted again by a later version.
 * Plain data over caller's memory; kept in the calibration file.
 * Everything is counts as received, averaged over a stated time; zero is NOT taken off. */
#ifndef STANCE_CALIBRATION_READINGS_H
#define STANCE_CALIBRATION_READINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/geometry.h"

enum reading_kind {
	READING_ZERO,      /* the empty mat */
	READING_LOAD,      /* one known mass at rest */
	READING_ROLL,      /* passes of a roller */
	READING_STAIRCASE, /* one disc through a loop of masses */
	READING_CREEP,     /* one mass for two minutes */
	READING_VERIFY,    /* a mass that must not take part in the fit */
	READING_N_KINDS,
};

/* Return the kind's word in the file and in step documents: "zero", "load", ... */
const char *reading_kind_name(enum reading_kind kind);

/* The mat for a moment: the cells off their zero by more than a noise band (below it too: a zero that was
 * taken under a load shows so), in rising order; the rest are at zero. Under a roller all cells of the lines near it,
 * as their mean tells more than each alone; the rest were not looked at. */
struct snapshot {
	double t_s; /* middle of the moment, on the procedure's clock (frames' own stamps) */
	double span_s; /* averaged over this long */
	double mass_kg; /* that stands on the mat now; NaN unknown (a roller of unknown mass, hands on it) */
	int pass;     /* roll: number of the pass, from 0; else 0 */
	int first, n; /* into cell[] and count[] */
};

/* One step's result. */
struct reading {
	enum reading_kind kind;
	int64_t at_unix_ms; /* wall clock, a label */
	double mass_kg; /* the mass; staircase: the greatest; roll: the roller's, NaN unknown */
	double x_mm, y_mm; /* where it was placed, NaN not said; roll: NaN */
	double onset_s; /* when this load came onto the mat, on the procedure's clock */
	double read_s;  /* load: the fixed delay after onset at which it counts */
	double off_s; /* when it began to leave the mat or to be changed, once the step was over; NaN: it
	                 stands there still, or nobody saw it go */
	double coverage_frac; /* roll: of all cells, pressed at least once over all passes so far */
	double temperature_c;                     /* of the mat, NaN none */
	double rate_hz, lost_frac, jitter_p99_ms; /* of the frames of this step */
	double cop_rms_mm,
		noise_velocity_mm_s; /* a load at rest: the COP's own noise; NaN else */
	int first, n;                /* into snapshots */
	bool dropped; /* taken back by the technician: kept, never used */
};

/* All of them, in the order they were taken. */
struct readings {
	struct mat_geometry geometry;
	int n_items, max_items;
	struct reading *items;
	int n_snapshots, max_snapshots;
	struct snapshot *snapshots;
	int n_cells, max_cells;
	uint16_t *cell; /* index row * n_cols + col */
	float *count;
	/* The last zero: per cell, n_rows * n_cols. n_zero_frames 0: none yet. */
	int n_zero_frames;
	float *zero_cnt, *zero_sd_cnt;
	/* The latest empty mat seen after that (between steps), for drift; n_late_frames 0: none. */
	int n_late_frames;
	double late_s;
	float *late_cnt;
};

/* Room for a full procedure with all its options. */
#define READINGS_MAX_ITEMS     96
#define READINGS_MAX_SNAPSHOTS 6144
#define READINGS_MAX_CELLS     (2 * 1024 * 1024)

/* Return the bytes for the readings of such a mat, each number within its READINGS_MAX_*; 0 if one is
 * not. */
size_t readings_size(const struct mat_geometry *geometry, int max_items,
	int max_snapshots, int max_cells);

/* Lay them out, empty, in `memory` (aligned to 64). Returns 0, -EINVAL or -ENOBUFS. */
int readings_init(struct readings *readings, void *memory, size_t size,
	const struct mat_geometry *geometry, int max_items, int max_snapshots,
	int max_cells);

/* Begin a step's reading: appended to items; later snapshots belong to it. Returns it, its numbers NaN
 * where that means absent; NULL if full. */
struct reading *readings_begin(struct readings *readings, enum reading_kind kind);

/* Append a moment to the last reading: the cells of `counts` (n_rows * n_cols) that stand out of the
 * zero map, up or down, by more than `band_cnt`; `first` and `n` of `moment` are filled in. Returns 0, or
 * -ENOSPC with nothing appended (full, or no reading begun). */
int readings_add(struct readings *readings, const struct snapshot *moment,
	const float *counts, float band_cnt);

/* Take the last reading away again with all its snapshots: a step that was aborted or refused. */
void readings_undo(struct readings *readings);

#endif
