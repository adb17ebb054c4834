/* A stance whose truth is known cell by cell, put on a sheet of the laboratory and read back.
 * Does not calibrate. The person, soles and imprints are those of hw/sim; the motion is a real recording of
 * two force plates where $STANCE_SHARED has it, else that of the simulated person. */
#ifndef STANCE_TESTS_LAB_STANCE_H
#define STANCE_TESTS_LAB_STANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/geometry.h"
#include "src/core/sensor.h"
#include "tests/support/lab_sheet.h"

#define LAB_N_STANCES 6

/* Everything that happened, on the heap. Frames come at LAB_RATE_HZ. */
struct lab_stance {
	bool is_recorded; /* a real person's */
	struct mat_geometry geometry;
	int n_frames, first;     /* frames before `first` are for settling */
	int n_touched, *touched; /* cells that are ever loaded */
	double middle_mm;        /* x between the feet */
	float *force_n;          /* n_frames * n_touched */
	double most_n;           /* on any cell */
	double *x_mm, *y_mm;     /* COP of the cells' own forces */
	double *total_n, *left_frac;
	double velocity_mm_s, area_mm2;
	double *cells_n; /* n_rows * n_cols, scratch */
};

/* Load stance `index` (0..LAB_N_STANCES-1) for `seconds` on a mat, the first `settle_s` of it for
 * settling. Returns it, NULL without memory; lab_stance_free() it. */
struct lab_stance *lab_stance_new(int index, const struct mat_geometry *geometry,
	double seconds, double settle_s);
void lab_stance_free(struct lab_stance *stance); /* NULL does nothing */

/* How a mat is read: with a calibration, or as counts over zero. */
struct lab_reader {
	const struct sensor *sensor; /* NULL: counts */
	struct sensor_zero zero;
	const float *gain; /* counts only; NULL: all alike */
	double n_per_cnt;  /* counts only */
};

/* What came back, against the truth; relative where the name says so. */
struct lab_errors {
	double cop_x_mm, cop_y_mm, cop_mm; /* of the mean COP */
	double rms_mm;                     /* of the COP about its mean error */
	double share;                      /* of the left foot, 0..1 */
	double force_frac;
	double drift_frac; /* change of the force's error over 60 s */
	double velocity_frac;
	double area_frac;
	double renormal_frac; /* force's error once it is renormalised to the weight while settling */
	double sd_force_frac; /* of the force about its mean error and drift */
	bool extrapolated, full;
};

/* Let the person step onto `sheet` at `*t_s`, read every frame, and compare. Returns 0 or -ENOMEM. */
int lab_stance_read(const struct lab_stance *stance, struct lab_sheet *sheet,
	double *t_s, const struct lab_reader *reader, struct lab_errors *errors);

#endif
