/* One trial as it is stored, sent and printed: what was done, how good it is, what it gave.
 * Plain data, no function but names. The common currency of engine, store, documents and reports.
 * Follows docs/api.md (stance.trial/1). Absent numbers are NaN, absent texts "". */
#ifndef STANCE_CORE_TRIAL_RECORD_H
#define STANCE_CORE_TRIAL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/metrics.h"

#define RECORD_MAX_PHASES  8
#define RECORD_MAX_REASONS 16
#define RECORD_REASON_SIZE 128
#define RECORD_CODE_SIZE   65 /* a patient's code: 1 to 64 bytes of UTF-8 */
#define RECORD_WORD_SIZE   32
#define RECORD_NAME_SIZE   65
#define RECORD_MAX_OUTLINE 64 /* corners */
/* Why a practice trial is voided: it was done to get used to it. */
#define RECORD_PRACTICE "practice"

enum trial_verdict {
	TRIAL_GOOD,
	TRIAL_CHECK,       /* usable, but look at the reasons */
	TRIAL_UNUSABLE,    /* to be repeated, never averaged */
	TRIAL_INTERRUPTED, /* aborted, or the daemon, the mat or the disk was lost */
};

/* Return the verdict's word in documents. */
const char *trial_verdict_name(enum trial_verdict verdict);

/* Under what conditions. Words are those of docs/protocols.md; "" is: not said. */
struct trial_condition {
	char eyes[RECORD_WORD_SIZE];     /* open, closed */
	char surface[RECORD_WORD_SIZE];  /* firm, foam */
	char stance[RECORD_WORD_SIZE];   /* bipedal, tandem-left, single-right, ... */
	char footwear[RECORD_WORD_SIZE]; /* barefoot, socks, shoes */
	char support[RECORD_WORD_SIZE];  /* none, rail, aid, ... */
	char orthosis[RECORD_NAME_SIZE];
	int pain;       /* 0 to 10, -1: not said */
	double lift_mm; /* plate under one foot, + right, - left; 0: none */
};

/* Who stands there, as far as it is known; NaN and 0 are: unknown. */
struct trial_person {
	double mass_kg;
	double stature_m;
	char sex; /* 'M', 'F', 0 */
	double age_years;
};

/* One measured stretch. A simple protocol has one; Romberg two, mCTSIB four, limits of stability
 * eight. */
struct trial_phase {
	char key[RECORD_WORD_SIZE]; /* "eo", "foam-ec", "front-left"; "" for a simple protocol */
	struct trial_condition condition;
	double start_s, duration_s; /* start: seconds after the first recorded frame */
	int n;                      /* samples in the filtered series */
	double rate_hz, cutoff_hz, noise_velocity_mm_s, missing_frac;
	uint32_t sway_notes; /* enum sway_note bits */
	/* The base of support, mat plane: convex, counter-clockwise; 0: unknown. */
	int n_outline;
	double outline_x_mm[RECORD_MAX_OUTLINE], outline_y_mm[RECORD_MAX_OUTLINE];
	double value[METRIC_N]; /* sway, weight and outcomes of this stretch */
};

struct trial_record {
	int64_t id;   /* in this station's store, from 1; 0: not stored */
	char uid[33]; /* 128 random bits in hexadecimal: the same on every station */
	int64_t visit_id;               /* 0: none */
	char patient[RECORD_CODE_SIZE]; /* "": anonymous */
	char operator_name[RECORD_NAME_SIZE];
	char protocol[RECORD_WORD_SIZE]; /* "": a plain recording */
	struct trial_condition condition;
	struct trial_person person; /* as known when it was measured */
	int64_t started_unix_ms;    /* wall clock, a label only; INT64_MIN: unknown */
	int utc_offset_min;
	double duration_s, settle_s, rate_hz; /* measured, discarded, of the frames */
	enum trial_verdict verdict;
	int n_reasons;
	char reasons[RECORD_MAX_REASONS]
		    [RECORD_REASON_SIZE]; /* sentences for a person */
	int n_phases;
	struct trial_phase phases[RECORD_MAX_PHASES];
	double outcome
		[METRIC_N]; /* of the whole trial; single-phase protocols: phase 0's */
	char calibration_id[RECORD_NAME_SIZE];
	char calibration_state[RECORD_WORD_SIZE];
	char algorithm[RECORD_WORD_SIZE]; /* version that computed the numbers */
	bool voided;
	char void_reason[RECORD_REASON_SIZE];
	bool has_raw; /* the raw frames are still there */
};

/* The columns of a trial, one entry a frame, from the start of settling to the end. Caller-owned
 * arrays of `capacity`; absent numbers are NaN. */
struct trial_series {
	int n, capacity;
	double *t_s; /* since the first recorded frame */
	double *x_mm, *y_mm, *force_n;
	double *left_frac, *fore_frac;
	double *left_n, *left_x_mm, *left_y_mm;
	double *right_n, *right_x_mm, *right_y_mm;
	uint32_t *flags; /* enum sample_flag bits */
	uint8_t *phase;  /* index of the phase, 255: settling or between phases */
};
#define TRIAL_SERIES_N_COLUMNS 12 /* of doubles */
#define TRIAL_NO_PHASE         255

#endif
