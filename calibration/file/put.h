/* The parts of a calibration's text, written as members of the object that is open.
 * Private to calibration/file; the other way is take.h.
 * Follows docs/calibration.md ("The file"). */
#ifndef STANCE_CALIBRATION_FILE_PUT_H
#define STANCE_CALIBRATION_FILE_PUT_H

#include "calibration/file/calibration.h"
#include "src/base/jsonw.h"

/* Each writes one value. `scratch` is as long as the longest moment's cells: 6 bytes each and their
 * base64 behind. */
void put_device(struct jsonw *w, const struct calibration_device *device);
void put_model(struct jsonw *w, const struct model *model);
void put_model_head(struct jsonw *w, const struct model *model); /* without maps */
void put_budget(struct jsonw *w, const struct sensor_budget *budget);
void put_report(struct jsonw *w, const struct fit_report *report);
void put_verification(struct jsonw *w, const struct verify_result *result);
void put_readings(struct jsonw *w, const struct readings *readings, char *scratch);

/* Members. */
void put_real(struct jsonw *w, const char *key, double value);
void put_int(struct jsonw *w, const char *key, int64_t value);
void put_bool(struct jsonw *w, const char *key, bool value);
void put_text(struct jsonw *w, const char *key, const char *text);
void put_rows(struct jsonw *w, const char *key, const struct mat_geometry *geometry,
	const float *cells);

#endif
