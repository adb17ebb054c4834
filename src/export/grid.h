/* A trial's series on even steps, as EDF+ and FHIR's sampled data need it: each step takes the frame
 * nearest to it, unchanged, or nothing where none is near.
 * Does not interpolate: every number that is written was measured.
 * Follows docs/exports.md ("Even steps"). */
#ifndef STANCE_EXPORT_GRID_H
#define STANCE_EXPORT_GRID_H

struct export_trial;

struct grid {
	double step_s, start_s; /* start: in the time of the series */
	int n;
	int *row; /* of the series, for each step; -1: no frame within half a step and a bit */
};

/* Lay a grid from `from_s` to `to_s` (both included) over the series, at the rate of the trial, or where that
 * is unknown at the median of the steps. `row` is freed with grid_free(). Returns 0; -ENODATA without two
 * frames; -ENOMEM. */
int grid_make(
	const struct export_trial *trial, double from_s, double to_s, struct grid *out);
void grid_free(struct grid *grid);

/* Return the rate that a grid would have, Hz; NaN without two frames. Rates within a thousandth of a whole
 * number are that number. */
double grid_rate_hz(const struct export_trial *trial);

#endif
