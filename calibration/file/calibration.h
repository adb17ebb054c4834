/* A calibration as a file: canonical JSON, checksummed, refused where it does not belong.
 * Reads and writes memory, not the disk (src/daemon, src/cli). Uses the heap, so it is apart from the pure
 * part of calibration/.
 * Format: docs/calibration.md, "The file" (schema stance.calibration/1). */
#ifndef STANCE_CALIBRATION_FILE_CALIBRATION_H
#define STANCE_CALIBRATION_FILE_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calibration/fit.h"
#include "calibration/model.h"
#include "calibration/readings.h"
#include "calibration/verify.h"

#define CALIBRATION_ID_SIZE    33 /* first 128 bits of the checksum, hexadecimal */
#define CALIBRATION_NAME_SIZE  65
#define CALIBRATION_VALID_DAYS 365 /* by default, from accept; docs/calibration.md */

/* Which mat, and how it was set. All of it must match for the calibration to load. */
struct calibration_device {
	char driver[16], serial[17], model[25],
		firmware[17]; /* firmware and model: told, not compared */
	struct mat_geometry geometry;
	enum frame_unit unit;
	double unit_scale;
	uint32_t full_scale;
	bool has_divider;
	uint32_t r_reference_ohm, r_series_ohm;
	bool applies_threshold, applies_autozero;
};

struct calibration {
	char id[CALIBRATION_ID_SIZE]; /* of the text: filled in by writing and parsing */
	char operator_name[CALIBRATION_NAME_SIZE];
	char previous_id[CALIBRATION_ID_SIZE]; /* the calibration before, "" none */
	char excerpt_of
		[CALIBRATION_ID_SIZE]; /* "": whole; else, and `id` too, of the whole one */
	char algorithm
		[32]; /* version that fitted; "": not fitted yet, a draft: model, report empty */
	int64_t created_unix_ms, expires_unix_ms; /* wall clock; accept to expiry */
	int utc_offset_min;
	double temperature_c; /* of the mat when zeroed; NaN unknown */
	bool accepted, quick;
	bool verified; /* passed; accepted without it is "unverified" */
	struct calibration_device device;
	struct model model;
	struct fit_report report;
	struct verify_result verification; /* n_rows 0: none */
	struct readings readings;
};

/* Why a calibration cannot be in force on this mat, or that it can. */
enum calibration_fitness {
	CALIBRATION_FITS,
	CALIBRATION_EXPIRED,
	CALIBRATION_OTHER_MAT,
	CALIBRATION_OTHER_GEOMETRY,
	CALIBRATION_OTHER_UNIT,
	CALIBRATION_OTHER_SETTING,
	CALIBRATION_NOT_ACCEPTED,
};

/* The largest text: a full procedure on a mat of 256 x 256 cells takes some 30 MB. */
#define CALIBRATION_TEXT_MAX (64 * 1024 * 1024)

/* Judge; `message` (`size` bytes) receives a sentence that names what differs and what to do, "" if
 * it fits. The first of the reasons in the order above that is not expiry comes before expiry. */
enum calibration_fitness calibration_fitness(const struct calibration *calibration,
	const struct calibration_device *mat, int64_t now_unix_ms, char *message,
	size_t size);

/* Make the model's and the readings' description of the mat that of `mat`, which is copied. */
void calibration_set_device(
	struct calibration *calibration, const struct calibration_device *mat);

/* Write the canonical text: keys in fixed order, the shortest digits that give the same number back,
 * arrays of cells in rows; last the checksum. `*text` (NUL-terminated, `*n` bytes without it) is the
 * caller's to free(). Fills in calibration->id. Returns 0 or -ENOMEM. */
int calibration_write(struct calibration *calibration, char **text, size_t *n);

/* Write it without its readings, for recordings: it measures as the whole one and has its id. Errors and
 * `*text` as above. */
int calibration_write_excerpt(
	const struct calibration *calibration, char **text, size_t *n);

/* Make an empty one with room for readings of such a mat; freed with calibration_free(). NULL: no
 * memory. */
struct calibration *calibration_new(const struct mat_geometry *geometry);
void calibration_free(struct calibration *calibration);

/* Make a copy with room for no more readings than there are: for another thread. NULL: no memory. */
struct calibration *calibration_copy(const struct calibration *calibration);

/* Write the members of stance.calibration-certificate/1 into the object that is open: the file's without
 * its maps and moments. Uses no heap. */
struct jsonw;
void calibration_put_certificate(
	struct jsonw *w, const struct calibration *calibration);

/* Members of documents: a fit's outcome, its budget, a verdict; each one value, as in the file. */
void calibration_put_report(struct jsonw *w, const struct fit_report *report);
void calibration_put_budget(struct jsonw *w, const struct sensor_budget *budget);
void calibration_put_verification(struct jsonw *w, const struct verify_result *result);

/* What the first lines of a file say. */
struct calibration_head {
	struct calibration_device device;
	char operator_name[CALIBRATION_NAME_SIZE];
	int64_t created_unix_ms, expires_unix_ms;
	bool accepted, quick, verified;
};

/* Read those lines of a canonical text of which `n` bytes are at hand (CALIBRATION_HEAD_MAX are enough),
 * for a list. The checksum is not looked at. Returns 0, -EBADMSG or -ENOMEM. */
#define CALIBRATION_HEAD_MAX 4096
int calibration_peek(const char *text, size_t n, struct calibration_head *head);

/* Parse a text of `n` bytes. `*out` is freed with calibration_free(). Returns 0; -EBADMSG: not a
 * calibration, damaged or edited by hand (checksum), -EPROTO: of a later version, -ENOMEM. `message`
 * then names the place and says what to do. With `ignore_checksum`, for `fit --from` of a damaged
 * file, the readings are taken as they are, and `accepted` is false whatever the file says. */
int calibration_parse(const char *text, size_t n, bool ignore_checksum,
	struct calibration **out, char *message, size_t size);

#endif
