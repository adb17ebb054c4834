/* A calibration ready to read frames: the text, what it says, the plan and the sensor, as one object.
 * Shared: the live analysis and a trial that began before another calibration came may use the same one.
 * Does not judge whether it belongs to the mat or is still valid (calibration_fitness()). Uses the heap. */
#ifndef STANCE_CALIBRATION_FILE_CALIBRATED_H
#define STANCE_CALIBRATION_FILE_CALIBRATED_H

#include <stddef.h>

#include "calibration/file/calibration.h"
#include "src/core/sensor.h"

/* Immutable; held by as many as called calibrated_hold(). Any thread. */
struct calibrated;

/* Make one from the text of a calibration (`n` bytes). Returns 0, held once; -EINVAL if it
 * holds readings that were never fitted; otherwise as calibration_parse(). `message` (`size` bytes) then says what is wrong
 * and what to do. */
int calibrated_parse(const char *text, size_t n, struct calibrated **out, char *message,
	size_t size);

/* Hold it once more; returns it. NULL stays NULL. */
struct calibrated *calibrated_hold(struct calibrated *calibrated);

/* Let go; the last one frees it. NULL does nothing. */
void calibrated_drop(struct calibrated *calibrated);

/* Return it as a sensor, borrowed while it is held; of NULL none. Its flag is SAMPLE_UNVERIFIED if it never
 * passed verification; that it is too old is for the caller to add. */
struct sensor calibrated_sensor(const struct calibrated *calibrated);

/* Return what it says, without its readings, and its text for recordings (NUL-terminated; as
 * calibration_write_excerpt()), borrowed while it is held. */
const struct calibration *calibrated_calibration(const struct calibrated *calibrated);
const char *calibrated_text(const struct calibrated *calibrated);

#endif
