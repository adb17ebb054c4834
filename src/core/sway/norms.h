/* How a person's sway compares with other people's: norms, percentiles, and the smallest change that
 * is more than chance.
 * Does not judge: a percentile is a place among others, no finding. Force plates, not mats.
 * Computed from Santos & Duarte 2016 (PeerJ 4:e2648, CC BY 4.0), people without self-declared
 * disability, mean of up to 3 trials of 60 s, barefoot; logarithms are taken as normal. */
#ifndef STANCE_CORE_SWAY_NORMS_H
#define STANCE_CORE_SWAY_NORMS_H

#include <stdbool.h>

#include "src/core/metrics.h"

enum norms_condition {
	NORMS_EO_FIRM, /* eyes open, firm ground */
	NORMS_EC_FIRM,
	NORMS_EO_FOAM,
	NORMS_EC_FOAM,
	NORMS_N_CONDITIONS,
};

/* Return the word of a condition: "eo-firm", "ec-firm", "eo-foam", "ec-foam". */
const char *norms_condition_name(enum norms_condition condition);

/* Return the condition with this word, or NORMS_N_CONDITIONS. */
enum norms_condition norms_condition_find(const char *name);

/* Who was measured, and how. Of a ratio (Romberg and foam) the condition is that of its numerator. */
struct norms_case {
	enum norms_condition condition;
	double age_years;
	char sex;          /* 'F', 'M', 0: both together */
	double duration_s; /* norms are of 60 s; brought to this duration, 10 s or more */
	double cutoff_hz; /* NaN: none. Velocities are brought to this low-pass */
	double rate_hz;   /* and to this rate */
};

/* The log-normal distribution to compare with. */
struct norms_value {
	double median; /* in the metric's unit */
	double ln_sd;
	int n;            /* people that it rests on */
	char sex;         /* as in the case, 0 where there were too few of that sex */
	const char *ages; /* "18-39", "60-69", "70-85", "60-85", or "40-59" */
	bool provisional; /* 40 to 59 years: interpolated; or the duration is not comparable */
};

/* Find the norm of a metric: mean velocity, 95 % ellipse, mean power frequency, and the ratios.
 * Returns 0; -ENOENT if there is none for that metric and condition; -ERANGE for an age outside
 * 18 to 85 or less than 10 s. */
int norms_find(
	enum metric metric, const struct norms_case *who, struct norms_value *out);

/* Return what share of people have a smaller value, 0 to 100; NaN for a value that is not above 0. */
double norms_percentile(const struct norms_value *norm, double value);

/* Return the value that a share of people, above 0 and below 100, stay under. */
double norms_quantile(const struct norms_value *norm, double percentile);

/* How well a measurement repeats. */
struct norms_reliability {
	double icc_single, icc_mean3; /* ICC(3,1), ICC(3,3) within a session */
	/* Two values whose ratio is within this or its inverse may be the same state (MDC95), for
	 * single trials and means of three. On different days logarithms are taken 1.3 times as wide. */
	double change_single, change_mean3;
};

/* Find it. Returns as norms_find(); ratios have none. From 40 to 59 years the less reliable of the
 * groups beside is given. */
int norms_reliability(enum metric metric, enum norms_condition condition,
	double age_years, bool same_day, struct norms_reliability *out);

/* Return where they come from. */
const char *norms_source(void);

/* Return the notice that goes with every percentile. */
const char *norms_notice(void);

#endif
