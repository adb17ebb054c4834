/* All that a report of a visit or a trial puts on paper, as plain data.
 * Computes nothing: it is read (report_read.h) from a stance.report/1 of docs/api.md, the frozen one of a signed
 * visit or one that was put together just now (draft.h).
 * NaN and "" are: not known. Strings belong to the document, which lives as long as the report. */
#ifndef STANCE_REPORT_REPORT_H
#define STANCE_REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/align/inference.h"
#include "src/core/findings/findings.h"
#include "src/core/metrics.h"
#include "src/records/footmap.h"

#define REPORT_MAX_TRIALS   64
#define REPORT_MAX_GROUPS   48 /* parts count; every test that there is has 35 */
#define REPORT_MAX_HISTORY  12
#define REPORT_MAX_FINDINGS 40
#define REPORT_MAX_NOTES    16
#define REPORT_MAX_REASONS  4
#define REPORT_MAX_OUTLINE  64

/* A mean of `n` trials with its 95 % interval. */
struct report_mean {
	int n;
	double mean, low, high;
};

/* What it was the last time, and whether the difference is more than chance. */
struct report_change {
	double before, difference, mdc95;
	bool mdc_is_ratio;
	int larger; /* 1 yes, 0 no, -1 unknown */
};

/* Where others are; NaN where nobody was measured. */
struct report_norm {
	double p5, p50, p95;
	bool provisional;
};

/* One condition: the trials of a protocol, or of one part of it. */
struct report_group {
	const char *protocol, *phase; /* "" the whole */
	const char *before_started;   /* the visit that changes are against; "" none */
	const char *eyes, *surface, *stance, *footwear, *support;
	int n_trials; /* in the means */
	int64_t trials[REPORT_MAX_TRIALS];
	struct report_mean value[METRIC_N];
	struct report_change change[METRIC_N];
	struct report_norm norm[METRIC_N];
	double u95[METRIC_N]; /* what the calibration leaves on it */
};

struct report_trial {
	int64_t id;
	const char *protocol, *started, *verdict, *calibration_id, *calibration_state,
		*algorithm, *operator_name;
	const char *reasons[REPORT_MAX_REASONS];
	int n_reasons;
	double duration_s, settle_s, rate_hz, cutoff_hz, left_frac, velocity_mm_s,
		measured_mass_kg, noise_velocity_mm_s, velocity_bias_pct;
	bool used, voided;
};

/* One earlier visit, or this one, as a point of a curve. */
struct report_point {
	const char *started;
	double velocity_mm_s, com_ml_mm; /* of quiet standing, eyes open */
};

/* One condition that a finding rests on. */
struct report_condition {
	const char *fact, *label;
	double value, limit;
	enum finding_test test;
	bool magnitude;
};

struct report_finding {
	const char *id, *text, *source, *next;
	enum finding_grade grade;
	enum finding_audience audience;
	bool all; /* of the conditions; else any */
	int n_conditions;
	struct report_condition conditions[FINDING_MAX_CONDITIONS];
};

struct report_ratio {
	const char *key, *surface;
	double value;
};

/* A calibration that trials were measured with; what is not in the document is "" and NaN. */
#define REPORT_MAX_CALIBRATIONS 4
struct report_calibration {
	const char *id, *state, *serial, *operator_name, *created;
	double age_days; /* when the visit began */
};

struct report_signature {
	const char *operator_name, *by, *at, *clock, *comment, *sha256;
	int version, amends; /* 0: none */
};

struct report {
	bool is_visit;
	int64_t id;
	bool is_signed;
	struct report_signature signature;
	/* who and when */
	const char *patient, *started, *title, *operator_name;
	char sex; /* 'M', 'F', 0 */
	double age_years, stature_m, mass_kg;
	/* what was measured */
	int n_trials, n_trials_more; /* more: not listed */
	struct report_trial trials[REPORT_MAX_TRIALS];
	int n_groups;
	struct report_group groups[REPORT_MAX_GROUPS];
	int habitual; /* index of the group that weight and alignment are of; -1 none */
	int n_ratios;
	struct report_ratio ratios[REPORT_MAX_GROUPS];
	int n_history; /* oldest first, this visit last */
	struct report_point history[REPORT_MAX_HISTORY];
	double velocity_mdc_ratio, offset_mdc_mm; /* of the habitual group's changes */
	const char *changes_source;
	/* what follows */
	bool has_alignment;
	struct inference alignment;
	int n_findings;
	struct report_finding findings[REPORT_MAX_FINDINGS];
	int n_gates;
	const char *gates[REPORT_MAX_NOTES];
	const char *card, *next_protocol, *next_reason;
	char entered
		[256]; /* what was noted beside the mat: keys and values, a line each */
	/* what it rests on */
	int n_calibrations;
	struct report_calibration calibrations[REPORT_MAX_CALIBRATIONS];
	const char *algorithm, *software, *intended_use, *footer;
	/* the picture: of one trial, which the caption names */
	int64_t picture_trial; /* 0: none */
	struct footmap map;
	int n_path; /* COP of that trial's first measured stretch */
	double *path_x_mm, *path_y_mm;
	int n_outline;
	double outline_x_mm[REPORT_MAX_OUTLINE], outline_y_mm[REPORT_MAX_OUTLINE];
	double ellipse_major_mm, ellipse_minor_mm, ellipse_angle_deg;
};

/* Start with nothing known. */
void report_init(struct report *report);

/* Free what it holds: picture and path. */
void report_fini(struct report *report);

/* Return the group of a protocol and part, NULL if there is none. */
const struct report_group *report_group(
	const struct report *report, const char *protocol, const char *phase);

/* Return what weight and alignment are of, NULL if nothing. */
const struct report_group *report_habitual(const struct report *report);

#endif
