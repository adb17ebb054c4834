/* The morning check: does one known weight on the calibrated mat weigh what it should?
 * Takes samples of the live picture, some ten seconds; keeps nothing.
 * Follows docs/calibration.md ("Drift and expiry"). */
#ifndef STANCE_DAEMON_MAT_CHECK_H
#define STANCE_DAEMON_MAT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/sample.h"

/* Chosen: as long as a weight is awaited elsewhere; then the sheet may settle, and seconds of sway of a
 * hand-placed weight average out. Together some ten seconds. */
#define MAT_CHECK_WAIT_S   30.0
#define MAT_CHECK_SETTLE_S 4.0
#define MAT_CHECK_READ_S   4.0

/* A figure that is off by more is a warning, or by more than the calibration's own k = 2. */
#define MAT_CHECK_LIMIT_FRAC 0.05

enum mat_check_state {
	MAT_CHECK_WAITING,
	MAT_CHECK_READING,
	MAT_CHECK_DONE,
	MAT_CHECK_NOTHING
};

/* Caller-owned. */
struct mat_check {
	double mass_kg;
	enum mat_check_state state;
	int64_t begun_ns, onset_ns; /* by the samples' time */
	bool has_begun;
	double onset_n; /* the load that settles */
	double sum_n;
	int n;
};

/* Begin with the weight there already or not. */
void mat_check_init(struct mat_check *check, double mass_kg);

/* Take a sample; returns the state after it. MAT_CHECK_NOTHING: no weight came in time. */
enum mat_check_state mat_check_push(
	struct mat_check *check, const struct stance_sample *sample);

/* Return what the weight weighed, of a check that is done. */
double mat_check_measured_kg(const struct mat_check *check);

#endif
