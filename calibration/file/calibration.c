#include "calibration/file/calibration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/file/block.h"
#include "src/base/i18n.h"

#define ALIGNMENT 64

/* --- memory ------------------------------------------------------------------------------ */

/* One block: the calibration, the texts of its lines, and the readings' arrays behind it. */
static struct calibration *new_with_room(const struct mat_geometry *geometry,
	int max_items, int max_snapshots, int max_cells)
{
	size_t n_readings =
		readings_size(geometry, max_items, max_snapshots, max_cells);
	struct block *block;
	uintptr_t memory;

	if (n_readings == 0)
		return NULL;
	block = calloc(1, sizeof(*block) + ALIGNMENT + n_readings);
	if (!block)
		return NULL;
	memory = ((uintptr_t)(block + 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (readings_init(&block->calibration.readings, (void *)memory, n_readings,
		    geometry, max_items, max_snapshots, max_cells) < 0) {
		free(block);
		return NULL;
	}
	return &block->calibration;
}

struct calibration *calibration_new(const struct mat_geometry *geometry)
{
	struct calibration *c = new_with_room(geometry, READINGS_MAX_ITEMS,
		READINGS_MAX_SNAPSHOTS, READINGS_MAX_CELLS);

	if (!c)
		return NULL;
	c->temperature_c = NAN;
	c->device.geometry = *geometry;
	c->model.geometry = *geometry;
	return c;
}

static int at_least_one(int n)
{
	return n > 1 ? n : 1;
}

static void copy_readings(struct readings *to, const struct readings *from)
{
	size_t map = (size_t)geometry_n_cells(&from->geometry) * sizeof(float);

	to->n_items = from->n_items;
	to->n_snapshots = from->n_snapshots;
	to->n_cells = from->n_cells;
	to->n_zero_frames = from->n_zero_frames;
	to->n_late_frames = from->n_late_frames;
	to->late_s = from->late_s;
	memcpy(to->items, from->items, (size_t)from->n_items * sizeof(*to->items));
	memcpy(to->snapshots, from->snapshots,
		(size_t)from->n_snapshots * sizeof(*to->snapshots));
	memcpy(to->cell, from->cell, (size_t)from->n_cells * sizeof(*to->cell));
	memcpy(to->count, from->count, (size_t)from->n_cells * sizeof(*to->count));
	memcpy(to->zero_cnt, from->zero_cnt, map);
	memcpy(to->zero_sd_cnt, from->zero_sd_cnt, map);
	memcpy(to->late_cnt, from->late_cnt, map);
}

/* The texts of a verdict's lines go along: they may lie in the other's block. */
static void copy_lines(struct block *to)
{
	for (int i = 0; i < VERIFY_N_TESTS; i++) {
		struct verify_line *line = &to->calibration.verification.lines[i];

		if (!line->key)
			continue;
		snprintf(to->lines[i].key, sizeof(to->lines[i].key), "%s", line->key);
		snprintf(to->lines[i].label, sizeof(to->lines[i].label), "%s",
			line->label);
		snprintf(
			to->lines[i].unit, sizeof(to->lines[i].unit), "%s", line->unit);
		line->key = to->lines[i].key;
		line->label = to->lines[i].label;
		line->unit = to->lines[i].unit;
	}
}

struct calibration *calibration_copy(const struct calibration *from)
{
	const struct readings *r = &from->readings;
	struct calibration *to = new_with_room(&r->geometry, at_least_one(r->n_items),
		at_least_one(r->n_snapshots), at_least_one(r->n_cells));
	struct readings room;

	if (!to)
		return NULL;
	room = to->readings;
	*to = *from;
	to->readings = room;
	copy_readings(&to->readings, r);
	copy_lines((struct block *)to);
	return to;
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
		N_("This calibration is for %d x %d cells of %.4g x %.4g mm; the mat "
		   "has "
		   "%d x %d of %.4g x %.4g mm. Calibrate it anew."),
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
		N_("This calibration is for %s times %.4g up to %u; the mat sends %s "
		   "times %.4g up to %u. Set the mat as it was, or calibrate it anew."),
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
		N_("This mat was set otherwise when it was calibrated: %s differs. Set "
		   "it as it was, or calibrate it anew."),
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
		N_("This calibration is for mat %s (%s); this is mat %s (%s). Each mat "
		   "needs its own."),
		own->serial, own->driver, mat->serial, mat->driver);
	return true;
}

static void tell_age(
	const struct calibration *c, int64_t now_unix_ms, char *message, size_t size)
{
	const double ms_per_day = 86400e3;

	snprintf(message, size,
		N_("This calibration expired %.0f days ago; calibrate the mat anew."),
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
			N_("This calibration was never accepted; finish it with "
			   "\"stance "
			   "calibrate accept\"."));
		return CALIBRATION_NOT_ACCEPTED;
	}
	if (now_unix_ms >= c->expires_unix_ms) {
		tell_age(c, now_unix_ms, message, size);
		return CALIBRATION_EXPIRED;
	}
	return CALIBRATION_FITS;
}
