/* calibrations_parts.h: a mat comes, and the calibration that is named for it is looked up. */
#include "src/daemon/calibrations_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

#define LOG_TAG "calibrations"
#include "src/base/log.h"

static int error_of(enum calibration_fitness fitness)
{
	switch (fitness) {
	case CALIBRATION_FITS:
		return 0;
	case CALIBRATION_EXPIRED:
		return -EKEYEXPIRED;
	case CALIBRATION_OTHER_MAT:
	case CALIBRATION_OTHER_GEOMETRY:
	case CALIBRATION_OTHER_UNIT:
	case CALIBRATION_OTHER_SETTING:
	case CALIBRATION_NOT_ACCEPTED:
		break;
	}
	return -EKEYREJECTED;
}

/* Read the one that is named; whatever is wrong with it, it stays where it is. */
static int read_named(struct calibrations_work *work, char **text, size_t *n)
{
	const char *dir = work->calibrations->state_dir;
	int err = calibration_files_in_force(dir, work->mat.serial, work->id);

	if (err < 0)
		return err;
	err = calibration_files_get(dir, work->id, text, n);
	if (err == -ENOENT)
		snprintf(work->message, sizeof(work->message),
			N_("The file of calibration %s is gone; import a copy of it, "
			   "or "
			   "calibrate the mat anew."),
			work->id);
	return err == -ENOENT ? -EBADMSG : err;
}

/* As in_force; one that is not for this mat, or too old, is let go again. */
int calibrations_make_fit(struct calibrations_work *work, const char *text, size_t n)
{
	int err = calibrated_parse(
		text, n, &work->in_force, work->message, sizeof(work->message));

	if (err == 0 && calibrated_calibration(work->in_force)->excerpt_of[0]) {
		snprintf(work->message, sizeof(work->message),
			N_("This is an excerpt out of a recording; import the whole "
			   "file "
			   "of calibration %s."),
			calibrated_calibration(work->in_force)->id);
		err = -EKEYREJECTED;
	} else if (err == 0)
		err = error_of(
			calibration_fitness(calibrated_calibration(work->in_force),
				&work->mat, calibrations_now_unix_ms(), work->message,
				sizeof(work->message)));
	if (err == 0)
		return 0;
	calibrated_drop(work->in_force);
	work->in_force = NULL;
	return err;
}

static int make_named(struct calibrations_work *work, const char *text, size_t n)
{
	int err = calibrations_make_fit(work, text, n);

	if (err < 0) {
		calibration_peek(text, n, &work->head);
		return err;
	}
	if (strcmp(calibrated_calibration(work->in_force)->id, work->id) == 0)
		return 0;
	calibrated_drop(work->in_force);
	work->in_force = NULL;
	snprintf(work->message, sizeof(work->message),
		N_("The file of calibration %s holds another one; import a copy of it, "
		   "or "
		   "calibrate the mat anew."),
		work->id);
	return -EBADMSG;
}

static void run_find(void *ctx)
{
	struct calibrations_work *work = ctx;
	const char *dir = work->calibrations->state_dir;
	char *text = NULL;
	size_t n = 0;

	work->err = read_named(work, &text, &n);
	if (work->err == 0)
		work->err = make_named(work, text, n);
	free(text);
	if (work->err < 0 && work->err != -ENOENT && !work->message[0])
		snprintf(work->message, sizeof(work->message),
			N_("The calibration of this mat cannot be read: %s."),
			strerror(-work->err));
	if (calibration_files_last_check(dir, work->mat.serial, &work->check) < 0)
		log_warn("the morning checks cannot be read");
}

/* A damaged file is none; its reason says so. */
static const char *word_of(int err)
{
	switch (err) {
	case -EKEYEXPIRED:
		return "expired";
	case -EKEYREJECTED:
		return "mismatch";
	default:
		return "none";
	}
}

static void on_found(void *ctx)
{
	struct calibrations_work *work = ctx;
	struct calibrations *c = work->calibrations;

	if (work->mat_number != c->mat_number) {
		calibrations_work_free(work);
		return;
	}
	c->last_check = work->check;
	if (work->in_force) {
		calibrations_put_in_force(c, calibrated_hold(work->in_force));
	} else if (work->err == -ENOENT) {
		calibrations_put_none(c, "none", "");
	} else {
		memcpy(c->refused_id, work->id, sizeof(work->id));
		c->refused_created_ms = work->head.created_unix_ms;
		c->refused_expires_ms = work->head.expires_unix_ms;
		calibrations_put_none(c, word_of(work->err), work->message);
	}
	calibrations_work_free(work);
}

static void describe_device(
	const struct mat_info *info, struct calibration_device *device)
{
	*device = (struct calibration_device){ .geometry = info->geometry,
		.unit = info->unit,
		.unit_scale = info->unit_scale,
		.full_scale = info->full_scale,
		.has_divider = info->has_divider,
		.applies_threshold = info->applies_threshold,
		.applies_autozero = info->applies_autozero };
	if (info->has_divider) {
		device->r_reference_ohm = info->r_reference_ohm;
		device->r_series_ohm = info->r_series_ohm;
	}
	snprintf(device->driver, sizeof(device->driver), "%s", info->driver);
	snprintf(device->serial, sizeof(device->serial), "%s", info->serial);
	snprintf(device->model, sizeof(device->model), "%s", info->model);
	snprintf(device->firmware, sizeof(device->firmware), "%s", info->firmware);
}

void calibrations_take_mat(struct calibrations *c, const struct mat_info *info)
{
	struct calibrations_work *work;

	c->mat_number++;
	c->has_mat = true;
	describe_device(info, &c->mat);
	c->refused_id[0] = '\0';
	c->refused_created_ms = c->refused_expires_ms = 0;
	c->last_check.at_unix_ms = 0;
	if (info->unit == FRAME_UNIT_FORCE_MN) {
		calibrations_put_none(c, "not_needed", "");
		return;
	}
	calibrations_put_none(c, "none", "");
	work = calibrations_work_new(c);
	if (!work) {
		log_err("not enough memory to look for a calibration");
		return;
	}
	live_hold(c->live);
	calibrations_post(work, run_find, on_found);
}
