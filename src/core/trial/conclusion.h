/* What one trial says of the body above the feet: the modelled ranges, and the findings that a single trial can
 * carry. Those that need repetition belong to the visit.
 * Measures nothing anew and stores nothing: the same record gives the same numbers.
 * Follows docs/clinical-basis.md. */
#ifndef STANCE_CORE_TRIAL_CONCLUSION_H
#define STANCE_CORE_TRIAL_CONCLUSION_H

#include <stddef.h>

#include "src/core/align/inference.h"
#include "src/core/findings/findings.h"
#include "src/core/trial/record.h"

/* Standard uncertainties of one trial fore and aft: repeating it (from an MDC95 of 13 mm for the mean of
 * three), and finding the ankle at a quarter of the foot's length (3 % of it differ between people). */
#define CONCLUSION_SD_AP_MM      8.1
#define CONCLUSION_SD_ANKLE_FRAC 0.03
/* Of a measured mass, where none was entered. */
#define CONCLUSION_SD_MASS_FRAC 0.02

struct conclusion {
	bool has_alignment; /* standing on two feet with straight knees, and usable */
	struct inference alignment;
	struct findings findings;
};

/* Return the bytes of scratch that each of the following needs. */
size_t conclusion_scratch_size(void);

/* Return the standard uncertainty of the mean of `n_trials` forward offsets, ankles included. */
double conclusion_sd_ap_mm(const double *value, int n_trials);

/* Write what is known of a stretch as the model wants it. `value`: METRIC_N numbers. */
void conclusion_input(const struct trial_person *person, const double *value,
	struct inference_input *input);

/* Write the facts that the numbers and the model give; what other tests or the clinician give stays unknown. */
void conclusion_facts(
	const double *value, const struct inference *alignment, struct facts *facts);

/* (8) External knee adduction moment of one leg (`side` -1 left, +1 right), body weights times metres, from the
 * vertical force alone and with the shear that two feet press inwards with. Both are possible and differ in sign
 * even for an even stance: for a research view that says so, never for a finding. NaN where shares or stature are
 * unknown. */
void conclusion_knee_frontal(const struct trial_person *person, const double *value,
	int side, double *vertical_bwm, double *with_shear_bwm);

/* Conclude from one trial. `scratch` aligned for doubles. Takes some milliseconds. */
void conclusion_of_trial(
	const struct trial_record *record, void *scratch, struct conclusion *out);

#endif
