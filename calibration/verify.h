/* Does the calibrated mat tell the truth? Weights that took no part in the fit, against stated limits.
 * Does not fit. Limits: docs/calibration.md, "Verification". */
#ifndef STANCE_CALIBRATION_VERIFY_H
#define STANCE_CALIBRATION_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/model.h"
#include "calibration/readings.h"

#define VERIFY_MAX_ROWS  32
#define VERIFY_TEXT_SIZE 160

/* One weight, put once at one place. */
struct verify_row {
	double mass_kg, x_mm, y_mm; /* stated; x, y NaN not said */
	double measured_kg, cop_x_mm, cop_y_mm;
	double force_error_frac, cop_error_mm;
	double cop_rms_mm, noise_velocity_mm_s; /* at rest */
	double return_frac; /* what the empty mat read half a minute afterwards, over this load; NaN not
	                       seen so long */
	double rate_hz, lost_frac, jitter_p99_ms;
};

enum verify_judgement { VERIFY_PASS, VERIFY_FAIL, VERIFY_NOT_TESTED };

/* Return "pass", "fail", "not_tested". */
const char *verify_judgement_name(enum verify_judgement judgement);

enum verify_test {
	VERIFY_TOTAL_FORCE,
	VERIFY_RETURN_TO_ZERO,
	VERIFY_LEFT_RIGHT,    /* equal weights on mirrored places */
	VERIFY_COP,           /* worst of the places */
	VERIFY_REPEATABILITY, /* the same weight at the same place again */
	VERIFY_COP_NOISE,     /* dead weight, rms */
	VERIFY_NOISE_VELOCITY, /* dead weight, as sway velocity; reported, limit for information */
	VERIFY_RATE,
	VERIFY_LOSSES,
	VERIFY_JITTER,
	VERIFY_GAINS, /* the least covered ninth of the mat, of a mat that was rolled */
	VERIFY_CELLS, /* read nothing amid load, though their gain was measured */
	VERIFY_N_TESTS,
};

/* One line of the verdict. */
struct verify_line {
	const char *key, *label, *unit; /* static */
	double figure, limit;           /* figure NaN: not tested */
	bool at_least; /* the figure must reach the limit; else must not exceed it */
	enum verify_judgement judgement;
};

struct verify_result {
	int n_rows;
	struct verify_row rows[VERIFY_MAX_ROWS];
	struct verify_line lines[VERIFY_N_TESTS];
	bool passed;                 /* no line failed, and force and COP were tested */
	char text[VERIFY_TEXT_SIZE]; /* the verdict in a sentence */
};

/* Return the bytes of `memory` that verify_judge() needs, 0 for a geometry out of range. */
size_t verify_size(const struct model *model);

/* Judge the verification readings of `readings` by `model`, each weight read as a person would be, from the
 * moment it came, on a sheet that remembers all that stood there before. `placing_mm`: how exactly the
 * weights were put, added to the limit on COP; NaN: the default. `memory`: verify_size() bytes, aligned to 64.
 * Of more than VERIFY_MAX_ROWS rows the latest count. Returns 0; -ENODATA without any row; -EINVAL for a
 * model that is none, or readings of another mat; -ENOBUFS. */
int verify_judge(const struct model *model, const struct readings *readings,
	double placing_mm, void *memory, size_t size, struct verify_result *result);

#endif
