/* calibrations_parts.h: what comes to the disk: a calibration accepted or imported, a morning check. */
#include "src/daemon/calibrations_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

#define LOG_TAG "calibrations"
#include "src/base/log.h"

static int refuse(struct calibrations_work *work, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(struct calibrations_work *work, int code, const char *format, ...)
{
	va_list args;

	work->error.code = code;
	va_start(args, format);
	vsnprintf(work->error.message, sizeof(work->error.message), format, args);
	va_end(args);
	return -1;
}

static int refuse_disk(struct calibrations_work *work, int err)
{
	if (err == -ENOSPC)
		return refuse(work, RPC_DISK,
			N_("The disk is full: nothing was changed. Delete old files, "
			   "then "
			   "try again."));
	return refuse(work, RPC_DISK,
		N_("It cannot be written: %s. Nothing was changed."), strerror(-err));
}

/* First the file, then its name for this mat: at every moment one that is whole is named. */
static int write_and_name(struct calibrations_work *work)
{
	const char *dir = work->calibrations->state_dir;
	int err = calibrations_make_fit(work, work->text, work->n_text);
	const char *id;

	if (err == -ENOMEM)
		return refuse(work, RPC_INTERNAL, "%.250s", work->message);
	if (err == -EBADMSG || err == -EPROTO)
		return refuse(work, RPC_DAMAGED, "%.250s", work->message);
	if (err < 0)
		return refuse(work, RPC_NOT_NOW, "%.250s", work->message);
	id = calibrated_calibration(work->in_force)->id;
	err = calibration_files_put(dir, id, work->text, work->n_text);
	if (err == 0)
		err = calibration_files_force(dir, work->mat.serial, id);
	return err < 0 ? refuse_disk(work, err) : 0;
}

static void run_accept(void *ctx)
{
	struct calibrations_work *work = ctx;

	if (calibration_write(work->calibration, &work->text, &work->n_text) < 0)
		refuse(work, RPC_INTERNAL,
			N_("There is not enough memory to write the calibration."));
	else if (write_and_name(work) == 0 &&
		 calibration_files_drop_draft(
			 work->calibrations->state_dir, work->mat.serial) < 0)
		log_warn("the draft of mat %s stays: it cannot be deleted",
			work->mat.serial);
}

static void run_import(void *ctx)
{
	write_and_name(ctx);
}

static void on_written(void *ctx)
{
	struct calibrations_work *work = ctx;
	struct calibrations *c = work->calibrations;

	if (!work->error.code && work->mat_number == c->mat_number)
		calibrations_put_in_force(c, calibrated_hold(work->in_force));
	calibrations_finish(work);
}

/* Without memory the answer is as if it had been tried. */
static void refuse_memory(calibrations_done_fn *done_fn, void *ctx)
{
	const struct rpc_error error = { .code = RPC_INTERNAL,
		.message = N_("There is not enough memory for this.") };

	done_fn(&error, ctx);
}

void calibrations_accept(struct calibrations *c, struct calibration *calibration,
	calibrations_done_fn *done_fn, void *ctx)
{
	struct calibrations_work *work = calibrations_work_new(c);

	if (!work) {
		calibration_free(calibration);
		refuse_memory(done_fn, ctx);
		return;
	}
	work->calibration = calibration;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	calibrations_post(work, run_accept, on_written);
}

void calibrations_import(struct calibrations *c, char *text, size_t n,
	calibrations_done_fn *done_fn, void *ctx)
{
	struct calibrations_work *work = calibrations_work_new(c);

	if (!work) {
		free(text);
		refuse_memory(done_fn, ctx);
		return;
	}
	work->text = text;
	work->n_text = n;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	calibrations_post(work, run_import, on_written);
}

/* --- morning checks ---------------------------------------------------------------------- */

static void run_keep(void *ctx)
{
	struct calibrations_work *work = ctx;
	int err = calibration_files_add_check(
		work->calibrations->state_dir, &work->check);

	if (err < 0)
		refuse_disk(work, err);
}

static void on_kept(void *ctx)
{
	struct calibrations_work *work = ctx;
	struct calibrations *c = work->calibrations;

	if (!work->error.code && work->mat_number == c->mat_number) {
		c->last_check = work->check;
		calibrations_changed(c);
	}
	calibrations_finish(work);
}

void calibrations_keep_check(struct calibrations *c,
	const struct calibration_check *check, calibrations_done_fn *done_fn, void *ctx)
{
	struct calibrations_work *work = calibrations_work_new(c);

	if (!work) {
		refuse_memory(done_fn, ctx);
		return;
	}
	work->check = *check;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	calibrations_post(work, run_keep, on_kept);
}
