/* A lift under one foot, by steps, and what the load answers: the regression, the lift that would even it out,
 * and what that says about a difference of leg lengths.
 * The null lift evens the LOAD; it is not a leg-length difference (docs/clinical-basis.md, T5).
 * Interval of the ratio: Fieller 1954, J R Stat Soc B 16:175. */
#ifndef STANCE_CORE_ALIGN_TITRATION_H
#define STANCE_CORE_ALIGN_TITRATION_H

#include <stdbool.h>

struct titration {
	int n;
	double response;  /* g: mm of COM offset per mm of lift */
	double offset_mm; /* d0, at no lift */
	double response_se, offset_se_mm;
	double residual_mm; /* sd about the line */
	double response_t;  /* g over its standard error */
	double null_mm;     /* b*, + under the right foot */
	double null_se_mm;  /* delta method */
	double null_low_mm,
		null_high_mm; /* 95 %, Fieller; infinite where the response is not certain */
	bool responds;        /* |t| > 2 and |g| >= TITRATION_LEAST_RESPONSE */
};

/* Below this a response cannot be told from none with the usual fourteen trials. */
#define TITRATION_LEAST_RESPONSE 0.45

/* Fit d = d0 + g b. `lift_mm` (+ right), `com_ml_mm`: n each. Returns 0; -ENODATA below four trials or three
 * lifts; -EINVAL for a number that is none. */
int titration_fit(
	const double *lift_mm, const double *com_ml_mm, int n, struct titration *out);

/* What is thought of the signed leg-length difference (mm, + right leg short) after an equivalent lift of
 * `null_mm` +- `null_se_mm`: normal prior 0 +- 6.6 mm (Knutson 2005), model error 9 mm. NaN: the prior. */
void titration_length_difference(
	double null_mm, double null_se_mm, double *mean_mm, double *sd_mm);

/* The difference from knees straight and bent by 30 degrees, which removes what both share; mm, its sd. */
void titration_extension_difference(double straight_mm, double bent_mm, double se_mm,
	const struct titration *titration, double *difference_mm, double *sd_mm);

#endif
