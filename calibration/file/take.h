/* The parts of a calibration's text, read and checked: the other way of put.h.
 * Private to calibration/file. Follows docs/calibration.md ("The file"). */
#ifndef STANCE_CALIBRATION_FILE_TAKE_H
#define STANCE_CALIBRATION_FILE_TAKE_H

#include "calibration/file/block.h"
#include "calibration/file/field.h"

/* Each reads the members of `object`; what is wrong is noted in `f`. The geometry of what they fill in is
 * that of the device, which comes first. */
void take_device(struct field *f, const struct json_t *object,
	struct calibration_device *device);
void take_model(struct field *f, const struct json_t *object, struct model *model);
void take_budget(
	struct field *f, const struct json_t *object, struct sensor_budget *budget);
void take_report(
	struct field *f, const struct json_t *object, struct fit_report *report);
void take_verification(
	struct field *f, const struct json_t *object, struct block *block);
void take_readings(
	struct field *f, const struct json_t *object, struct readings *readings);

#endif
