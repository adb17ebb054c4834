/* Calibrations made of random numbers: every member filled in, nothing measured. For what reads and
 * writes them.
 * Does not fit. */
#ifndef STANCE_TESTS_CALIBRATION_SAMPLE_H
#define STANCE_TESTS_CALIBRATION_SAMPLE_H

#include "calibration/file/calibration.h"
#include "src/base/rng.h"

/* Make one of a small mat, accepted and verified; to be freed with calibration_free(). */
struct calibration *calibration_sample(struct rng *rng);

/* Return `text` with the first `from` replaced by `to` and its checksum made right again, `*n` bytes, to
 * be freed; NULL if there is no `from`. */
char *calibration_sample_resealed(
	const char *text, const char *from, const char *to, size_t *n);

#endif
