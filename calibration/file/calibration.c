#include "calibration/file/calibration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/file/block.h"

#define ALIGNMENT 64

/* --- memory ------------------------------------------------------------------------------ */

/* One block: the calibration, the texts of its lines, and the readings' arrays behind it. Untouched
 * pages of the latter cost nothing. */
struct calibration *calibration_new(const struct mat_geometry *geometry)
{
	size_t n_readings = readings_size(geometry, READINGS_MAX_ITEMS,
		READINGS_MAX_SNAPSHOTS, READINGS_MAX_CELLS);
	struct block *block;
	uintptr_t memory;

	if (n_readings == 0)
		return NULL;
	block = calloc(1, sizeof(*block) + ALIGNMENT + n_readings);
	if (!block)
		return NULL;
	memory = ((uintptr_t)(block + 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (readings_init(&block->calibration.readings, (void *)memory, n_readings,
		    geometry, READINGS_MAX_ITEMS, READINGS_MAX_SNAPSHOTS,
		    READINGS_MAX_CELLS) < 0) {
		free(block);
		return NULL;
	}
	block->calibration.temperature_c = NAN;
	block->calibration.device.geometry = *geometry;
	block->calibration.model.geometry = *geometry;
	return &block->calibration;
}

void calibration_free(struct calibration *calibration)
{
	/* the calibration is the first member of its block */
	free(calibration);
}

void calibration_set_device(
	struct calibration *calibration, const struct calibration_device *mat)
{
	struct model *model = &calibration->model;

	calibration->device = *mat;
	model->geometry = mat->geometry;
	model->unit = mat->unit;
	model->unit_scale = mat->unit_scale;
	model->full_scale = mat->full_scale;
	model->has_divider = mat->has_divider;
	model->r_reference_ohm = mat->r_reference_ohm;
	model->r_series_ohm = mat->r_series_ohm;
	calibration->readings.geometry = mat->geometry;
}

/* --- fitness ----------------------------------------------------------------------------- */

/* Exactly: both come from the same HELLO fields, and the file gives the same digits back. */
static bool is_same(double a, double b)
{
	return !(a < b) && !(a > b);
}

static const char *unit_word(enum frame_unit unit)
{
	static const char *const words[] = { "counts", "nanosiemens", "millinewtons" };

	return words[unit];
}

static bool is_other_geometry(const struct calibration_device *own,
	const struct calibration_device *mat, char *message, size_t size)
{
	const struct mat_geometry *a = &own->geometry, *b = &mat->geometry;

	if (a->n_rows == b->n_rows && a->n_cols == b->n_cols &&
		is_same(a->pitch_x_mm, b->pitch_x_mm) &&
		is_same(a->pitch_y_mm, b->pitch_y_mm))
		return false;
	snprintf(message, size,
		"This calibration is for %d x %d cells of %.4g x %.4g mm; the mat has "
		"%d x %d of %.4g x %.4g mm. Calibrate it anew.",
		a->n_rows, a->n_cols, a->pitch_x_mm, a->pitch_y_mm, b->n_rows,
		b->n_cols, b->pitch_x_mm, b->pitch_y_mm);
	return true;
}

static bool is_other_unit(const struct calibration_device *own,
	const struct calibration_device *mat, char *message, size_t size)
{
	if (own->unit == mat->unit && is_same(own->unit_scale, mat->unit_scale) &&
		own->full_scale == mat->full_scale)
		return false;
	snprintf(message, size,
		"This calibration is for %s times %.4g up to %u; the mat sends %s "
		"times %.4g up to %u. Set the mat as it was, or calibrate it anew.",
		unit_word(own->unit), own->unit_scale, own->full_scale,
		unit_word(mat->unit), mat->unit_scale, mat->full_scale);
	return true;
}

/* What the mat does to its numbers before it sends them. */
static bool is_other_setting(const struct calibration_device *own,
	const struct calibration_device *mat, char *message, size_t size)
{
	const char *what = NULL;

	if (own->has_divider != mat->has_divider ||
		own->r_reference_ohm != mat->r_reference_ohm ||
		own->r_series_ohm != mat->r_series_ohm)
		what = "the resistors of its divider";
	else if (own->applies_threshold != mat->applies_threshold)
		what = "the threshold that it applies itself";
	else if (own->applies_autozero != mat->applies_autozero)
		what = "its zeroing by itself";
	if (!what)
		return false;
	snprintf(message, size,
		"This mat was set otherwise when it was calibrated: %s differs. Set "
		"it as it was, or calibrate it anew.",
		what);
	return true;
}

static bool is_other_mat(const struct calibration_device *own,
	const struct calibration_device *mat, char *message, size_t size)
{
	if (strcmp(own->driver, mat->driver) == 0 &&
		strcmp(own->serial, mat->serial) == 0)
		return false;
	snprintf(message, size,
		"This calibration is for mat %s (%s); this is mat %s (%s). Each mat "
		"needs its own.",
		own->serial, own->driver, mat->serial, mat->driver);
	return true;
}

static void tell_age(
	const struct calibration *c, int64_t now_unix_ms, char *message, size_t size)
{
	const double ms_per_day = 86400e3;

	snprintf(message, size,
		"This calibration expired %.0f days ago; calibrate the mat anew.",
		floor((double)(now_unix_ms - c->expires_unix_ms) / ms_per_day));
}

enum calibration_fitness calibration_fitness(const struct calibration *c,
	const struct calibration_device *mat, int64_t now_unix_ms, char *message,
	size_t size)
{
	message[0] = '\0';
	if (is_other_mat(&c->device, mat, message, size))
		return CALIBRATION_OTHER_MAT;
	if (is_other_geometry(&c->device, mat, message, size))
		return CALIBRATION_OTHER_GEOMETRY;
	if (is_other_unit(&c->device, mat, message, size))
		return CALIBRATION_OTHER_UNIT;
	if (is_other_setting(&c->device, mat, message, size))
		return CALIBRATION_OTHER_SETTING;
	if (!c->accepted || !c->algorithm[0]) {
		snprintf(message, size,
			"This calibration was never accepted; finish it with \"stance "
			"calibrate accept\".");
		return CALIBRATION_NOT_ACCEPTED;
	}
	if (now_unix_ms >= c->expires_unix_ms) {
		tell_age(c, now_unix_ms, message, size);
		return CALIBRATION_EXPIRED;
	}
	return CALIBRATION_FITS;
}
