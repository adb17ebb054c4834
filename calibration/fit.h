/* From raw readings to a model: states, gains, crosstalk, curve, creep, hysteresis, and how sure all that
 * is. Pure and deterministic; takes from milliseconds to a second.
 * Does not judge by verification weights (verify.h). Method and sources: docs/calibration.md. */
#ifndef STANCE_CALIBRATION_FIT_H
#define STANCE_CALIBRATION_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/model.h"
#include "calibration/readings.h"

#define FIT_MAX_LOADS    64
#define FIT_MAX_PROBLEMS 16
#define FIT_TEXT_SIZE    192

/* What is known of the mat beforehand. */
struct fit_setup {
	struct mat_geometry geometry;
	enum frame_unit unit;
	double unit_scale;
	uint32_t full_scale;
	bool has_divider;
	double r_reference_ohm, r_series_ohm;
	double placing_mm; /* standard uncertainty of where weights were put; NaN: the default */
	double mass_frac; /* standard uncertainty of the masses, relative; NaN: the default */
};

/* One known load against the model: the residual plot. */
struct fit_load {
	int item;         /* index of the reading */
	double mass_kg;   /* stated */
	double fit_kg;    /* what the model says */
	double pressed_n; /* the highest cell's force */
	bool used;
};

enum fit_severity { FIT_NOTE, FIT_WARN, FIT_REFUSE };

/* What was noticed, in a sentence for the technician that names the step and says what to do. */
struct fit_problem {
	enum fit_severity severity;
	int item; /* the reading it is about, -1 none */
	char text[FIT_TEXT_SIZE];
};

struct fit_report {
	double cv_rms_frac
		[CURVE_N_KINDS]; /* cross-validated relative residual, NaN not tried */
	int n_loads;
	struct fit_load loads[FIT_MAX_LOADS];
	int n_states[CELL_N_STATES];
	double uniformity_frac; /* sd between turned passes' large-scale gains, NaN with a single pass */
	double unlike_frac; /* sd of the cells' own exponents, found with a roller; 0 alike, or not to be told */
	double creep_per_decade_frac;
	double hysteresis_frac; /* width of the full loop over its height; 0 not identified */
	bool has_staircase,
		has_turned_passes; /* rolled in both directions and end for end */
	bool quick; /* gains or curve rest on one weight or a person: marked wherever it is shown */
	double hidden_frac; /* sd between loads that the model does not explain: the field's own */
	int n_problems;
	struct fit_problem problems[FIT_MAX_PROBLEMS];
};

/* Return the bytes of scratch that a fit of these readings needs. */
size_t fit_scratch_size(const struct readings *readings);

/* Fit. `model` is filled in whole, budget included; `report` says how it went. Returns 0; -ENODATA if
 * zero or the least load is missing; -EINVAL; -ENOBUFS; -ERANGE if a problem of FIT_REFUSE was found
 * (model and report are filled in, but must not be put in force). */
int fit_run(const struct fit_setup *setup, const struct readings *readings,
	void *scratch, size_t size, struct model *model, struct fit_report *report);

/* --- its stages, each in a file of its own, in this order; scratch and errors as above ------------ */

/* Zero, noise, threshold, states by the zero's readings. fit_zero.c */
int fit_zero(const struct fit_setup *setup, const struct readings *readings,
	struct model *model, struct fit_report *report);

/* Crosstalk from the ghosts on the lines of a disc. fit_crosstalk.c */
void fit_crosstalk(const struct readings *readings, struct model *model,
	struct fit_report *report);

/* Gains from the roller's passes (or from one person's or weight's steps where there was no roller), and
 * the cells that never answered. fit_equalise.c */
int fit_equalise(const struct readings *readings, void *scratch, size_t size,
	struct model *model, struct fit_report *report);

/* Curve, creep and play from loads, staircase and creep steps. fit_joint.c, fit_curve.c */
int fit_response(const struct fit_setup *setup, const struct readings *readings,
	void *scratch, size_t size, struct model *model, struct fit_report *report);

/* The budget from all of it. budget.c; sources of every term in docs/calibration.md. */
void budget_fill(const struct fit_setup *setup, const struct readings *readings,
	struct model *model, const struct fit_report *report);

#endif
