/* What several trials say together: means with intervals, ratios between conditions, changes against
 * what repeats by chance, and which test would come next.
 * Trials that are voided, unusable or interrupted are named and left out; practice is flagged, not
 * left out, because nobody marked it. Does not draw conclusions about the person.
 * Follows docs/protocols.md ("Visits"). Pure: memory is the caller's. */
#ifndef STANCE_CORE_TRIAL_VISIT_H
#define STANCE_CORE_TRIAL_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/trial/record.h"

#define VISIT_MAX_TRIALS 128
#define VISIT_MAX_GROUPS 32 /* what one answer of the socket can hold */
#define VISIT_MAX_RATIOS 16

/* Standard error of a mean lateral offset of n trials is at least this over sqrt(n): trials repeat
 * no better (docs/protocols.md; the SEM of three repetitions in Santos & Duarte 2016). */
#define VISIT_SEM_FLOOR_MM 5.0

struct visit_trial {
	int64_t id;
	char protocol[RECORD_WORD_SIZE];
	int64_t started_unix_ms;
	int utc_offset_min;
	enum trial_verdict verdict;
	bool voided;
	bool used;     /* it is in the means */
	bool practice; /* it was done to get used to it: voided for that */
	char patient[RECORD_CODE_SIZE];
	double duration_s, left_frac,
		mean_velocity_mm_s; /* the last two of the first part */
	double com_ml_mm, stance_width_mm, ap_difference_mm,
		diagonal_index; /* of it too */
	double lift_mm;         /* under a foot, + right; 0 none */
	bool is_calibrated;
	bool stepped, drifted, at_edge; /* what its reasons say (quality.h) */
};

struct visit_mean {
	int n; /* trials that have this number */
	double mean;
	double sd; /* NaN for one */
	double low,
		high; /* 95 %; NaN for one, unless the trial has an interval itself */
};

/* Trials of one protocol under one condition; of a protocol with phases, one phase (all metrics) or
 * the whole (phase "": its outcomes alone). */
struct visit_group {
	char protocol[RECORD_WORD_SIZE], phase[RECORD_WORD_SIZE];
	struct trial_condition condition;
	int n;
	int64_t trials[VISIT_MAX_TRIALS];
	bool has_practice; /* more trials than the protocol counts: the first was practice */
	double shortest_s, longest_s; /* measured time of its trials */
	double rate_hz,
		cutoff_hz; /* of the first one's series: NaN without one, without a low-pass */
	bool is_mixed; /* another's was sampled or filtered otherwise */
	struct visit_mean value[METRIC_N];
};

/* M(of) / M(over), of the groups' means. */
struct visit_ratio {
	const char *key;     /* as in the outcomes of romberg and mctsib */
	const char *surface; /* of the numerator */
	double value;
	int of, over; /* indices of groups */
};

struct visit_next {
	const char *protocol; /* NULL: none is proposed */
	char reason[RECORD_REASON_SIZE];
};

/* Caller-owned, some 200 kB: on the heap. Read it after visit_finish(). */
struct visit {
	int n_trials,
		n_left_out; /* left out: beyond VISIT_MAX_TRIALS or VISIT_MAX_GROUPS */
	struct visit_trial trials[VISIT_MAX_TRIALS];
	int n_groups;
	struct visit_group groups[VISIT_MAX_GROUPS];
	int n_ratios;
	struct visit_ratio ratios[VISIT_MAX_RATIOS];
	struct visit_next next;
};

/* Start with no trials. */
void visit_init(struct visit *visit);

/* Add a finished trial, oldest first. */
void visit_add(struct visit *visit, const struct trial_record *record);

/* Compute intervals, ratios, and the next test. `planned` is the visit's protocol, "" if none. */
void visit_finish(struct visit *visit, const char *planned);

/* Return the group with the protocol, part and circumstances of `like`, NULL if there is none. */
const struct visit_group *visit_find(
	const struct visit *visit, const struct visit_group *like);

/* Return the half-width of a 95 % t-interval, t(0.975, n - 1) * sem; NaN for n < 2. */
double visit_t_half(int n, double sem);

/* Whether a person changed more than chance between two groups of trials of the same protocol. */
struct visit_change {
	double ratio;      /* now / before; NaN for a metric that may be negative */
	double difference; /* now - before */
	double limit; /* MDC95: of the ratio (or its inverse), or of the difference */
	bool is_real; /* beyond it */
};

/* Compare a metric's means. Velocity and area by norms_reliability(), the lateral offset of quiet stance
 * on firm ground with open eyes by 13.9 mm for single trials and 8.0 mm for means of three; on
 * different days 1.3 times as wide. Returns 0; -ENOENT if it is not known how well the metric repeats
 * under this condition; -ERANGE for an age outside the norms; -EDOM for velocity or area of trials
 * under VISIT_LEAST_S, or of times that differ by more than VISIT_LIKE; -ENODATA without both
 * means; -EINVAL for different protocols. Where how well it repeats is unknown, all but limit and
 * is_real is filled in nevertheless, the limit NaN. */
#define VISIT_LEAST_S 20.0 /* shorter ones repeat worse, by how much is not known */
#define VISIT_LIKE    1.1  /* longest over shortest: areas grow with time */
const char *visit_change_source(void); /* where the limits come from, a sentence */
int visit_change(const struct visit_group *now, const struct visit_group *before,
	enum metric metric, double age_years, bool same_day, struct visit_change *out);

#endif
