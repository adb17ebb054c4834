#include "src/daemon/calibrations.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-event.h>

#define LOG_TAG "calibrations"
#include "src/base/log.h"

#define MS_PER_DAY 86400e3

/* How often it is looked whether it has expired. Chosen: it is valid for a year. */
#define EXPIRY_PERIOD_US (UINT64_C(600) * 1000000)
#define EXPIRY_SLACK_US  (UINT64_C(10) * 1000000)

static const char the_drift_reason[] =
	"The empty mat's zero has moved since it was measured; clear the mat and tare "
	"it.";

/* One thing to do on the worker's thread, and what came of it. */
struct work {
	struct worker_job job;
	struct calibrations *calibrations;
	uint64_t mat_number; /* of the mat that it is about */
	struct calibration_device mat;
	struct calibration *calibration; /* accept */
	char *text;                      /* import */
	size_t n_text;
	struct calibration_check check;
	calibrations_done_fn *done_fn;
	void *done_ctx;
	/* What came of it. */
	struct calibrated *in_force;
	char id[CALIBRATION_ID_SIZE]; /* that is named for this mat */
	struct calibration_head
		head; /* of the one that is not used; all zero: unknown */
	int err;
	char message[CALIBRATION_FILES_MESSAGE];
	struct rpc_error error;
};

struct calibrations {
	sd_event *event;
	sd_event_source *timer;
	struct archive *archive;
	struct live *live;
	const char *state_dir;
	worker_fn *changed_fn;
	void *ctx;
	uint64_t mat_number; /* counts mats: work about an old one is thrown away */
	struct calibration_device mat;
	bool has_mat, drift;
	struct calibrated *in_force;
	/* Why there is none. */
	const char *state;
	char reason[CALIBRATION_FILES_MESSAGE];
	char refused_id[CALIBRATION_ID_SIZE]; /* of the one that is not used */
	int64_t refused_created_ms, refused_expires_ms; /* 0: not known */
	struct calibration_check last_check;
};

static int64_t now_unix_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- standing ---------------------------------------------------------------------------- */

static void changed(struct calibrations *c)
{
	c->changed_fn(c->ctx);
}

static const char *state_word(const struct calibration *said)
{
	return said->verified ? "valid" : "unverified";
}

/* With one in force, or without for a reason; the live picture follows at once. */
static void put_in_force(struct calibrations *c, struct calibrated *in_force)
{
	const struct calibration *said = calibrated_calibration(in_force);

	calibrated_drop(c->in_force);
	c->in_force = in_force;
	c->drift = false;
	c->reason[0] = '\0';
	c->refused_id[0] = '\0';
	live_calibrate(c->live, in_force, state_word(said), said->id);
	log_info("mat %s: calibration %s, %s", c->mat.serial, said->id,
		state_word(said));
	changed(c);
}

static void put_none(struct calibrations *c, const char *state, const char *reason)
{
	calibrated_drop(c->in_force);
	c->in_force = NULL;
	c->drift = false;
	c->state = state;
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
	live_calibrate(c->live, NULL, state, c->refused_id);
	if (reason[0])
		log_warn("mat %s is measured uncalibrated: %s", c->mat.serial, reason);
	changed(c);
}

static void put_ages(
	int64_t created_ms, int64_t expires_ms, struct calibrations_standing *out)
{
	double now_ms = (double)now_unix_ms();

	if (created_ms == 0)
		return;
	out->age_days = (now_ms - (double)created_ms) / MS_PER_DAY;
	out->expires_days = ((double)expires_ms - now_ms) / MS_PER_DAY;
}

void calibrations_standing(
	const struct calibrations *c, struct calibrations_standing *out)
{
	const struct calibration *said;

	*out = (struct calibrations_standing){ .state = c->state,
		.id = c->refused_id,
		.reason = c->reason,
		.age_days = NAN,
		.expires_days = NAN,
		.drift = c->drift,
		.last_check = c->last_check.at_unix_ms ? &c->last_check : NULL };
	if (!c->in_force) {
		put_ages(c->refused_created_ms, c->refused_expires_ms, out);
		return;
	}
	said = calibrated_calibration(c->in_force);
	out->state = state_word(said);
	out->id = said->id;
	out->quick = said->quick;
	out->reason = c->drift ? the_drift_reason : "";
	put_ages(said->created_unix_ms, said->expires_unix_ms, out);
}

struct calibrated *calibrations_in_force(const struct calibrations *c)
{
	return c->in_force;
}

const struct calibration_device *calibrations_mat(const struct calibrations *c)
{
	return c->has_mat ? &c->mat : NULL;
}

void calibrations_set_drift(struct calibrations *c, bool has_moved)
{
	if (c->drift == has_moved || !c->in_force)
		return;
	c->drift = has_moved;
	if (has_moved)
		log_warn("mat %s: %s", c->mat.serial, the_drift_reason);
	else
		log_info("mat %s: the empty mat's zero is where it was", c->mat.serial);
	changed(c);
}

/* --- work -------------------------------------------------------------------------------- */

static struct work *work_new(struct calibrations *c)
{
	struct work *work = calloc(1, sizeof(*work));

	if (!work)
		return NULL;
	work->calibrations = c;
	work->mat_number = c->mat_number;
	work->mat = c->mat;
	return work;
}

static void work_free(struct work *work)
{
	calibration_free(work->calibration);
	free(work->text);
	calibrated_drop(work->in_force);
	free(work);
}

static void post(struct work *work, worker_fn *run_fn, worker_fn *done_fn)
{
	work->job = (struct worker_job){
		.run_fn = run_fn, .done_fn = done_fn, .ctx = work
	};
	worker_post(archive_worker(work->calibrations->archive), &work->job);
}

static void finish(struct work *work)
{
	if (work->done_fn)
		work->done_fn(&work->error, work->done_ctx);
	work_free(work);
}

/* --- a mat comes ------------------------------------------------------------------------- */

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
static int read_named(struct work *work, char **text, size_t *n)
{
	const char *dir = work->calibrations->state_dir;
	int err = calibration_files_in_force(dir, work->mat.serial, work->id);

	if (err < 0)
		return err;
	err = calibration_files_get(dir, work->id, text, n);
	if (err == -ENOENT)
		snprintf(work->message, sizeof(work->message),
			"The file of calibration %s is gone; import a copy of it, or "
			"calibrate the mat anew.",
			work->id);
	return err == -ENOENT ? -EBADMSG : err;
}

/* As in_force; one that is not for this mat, or too old, is let go again. */
static int make_fit(struct work *work, const char *text, size_t n)
{
	int err = calibrated_parse(
		text, n, &work->in_force, work->message, sizeof(work->message));

	if (err == 0 && calibrated_calibration(work->in_force)->excerpt_of[0]) {
		snprintf(work->message, sizeof(work->message),
			"This is an excerpt out of a recording; import the whole file "
			"of calibration %s.",
			calibrated_calibration(work->in_force)->id);
		err = -EKEYREJECTED;
	} else if (err == 0)
		err = error_of(calibration_fitness(
			calibrated_calibration(work->in_force), &work->mat,
			now_unix_ms(), work->message, sizeof(work->message)));
	if (err == 0)
		return 0;
	calibrated_drop(work->in_force);
	work->in_force = NULL;
	return err;
}

static int make_named(struct work *work, const char *text, size_t n)
{
	int err = make_fit(work, text, n);

	if (err < 0) {
		calibration_peek(text, n, &work->head);
		return err;
	}
	if (strcmp(calibrated_calibration(work->in_force)->id, work->id) == 0)
		return 0;
	calibrated_drop(work->in_force);
	work->in_force = NULL;
	snprintf(work->message, sizeof(work->message),
		"The file of calibration %s holds another one; import a copy of it, or "
		"calibrate the mat anew.",
		work->id);
	return -EBADMSG;
}

static void run_find(void *ctx)
{
	struct work *work = ctx;
	const char *dir = work->calibrations->state_dir;
	char *text = NULL;
	size_t n = 0;

	work->err = read_named(work, &text, &n);
	if (work->err == 0)
		work->err = make_named(work, text, n);
	free(text);
	if (work->err < 0 && work->err != -ENOENT && !work->message[0])
		snprintf(work->message, sizeof(work->message),
			"The calibration of this mat cannot be read: %s.",
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
	struct work *work = ctx;
	struct calibrations *c = work->calibrations;

	if (work->mat_number != c->mat_number) {
		work_free(work);
		return;
	}
	c->last_check = work->check;
	if (work->in_force) {
		put_in_force(c, calibrated_hold(work->in_force));
	} else if (work->err == -ENOENT) {
		put_none(c, "none", "");
	} else {
		memcpy(c->refused_id, work->id, sizeof(work->id));
		c->refused_created_ms = work->head.created_unix_ms;
		c->refused_expires_ms = work->head.expires_unix_ms;
		put_none(c, word_of(work->err), work->message);
	}
	work_free(work);
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
	struct work *work;

	c->mat_number++;
	c->has_mat = true;
	describe_device(info, &c->mat);
	c->refused_id[0] = '\0';
	c->refused_created_ms = c->refused_expires_ms = 0;
	c->last_check.at_unix_ms = 0;
	if (info->unit == FRAME_UNIT_FORCE_MN) {
		put_none(c, "not_needed", "");
		return;
	}
	put_none(c, "none", "");
	work = work_new(c);
	if (!work) {
		log_err("not enough memory to look for a calibration");
		return;
	}
	live_hold(c->live);
	post(work, run_find, on_found);
}

/* --- accepting and importing ------------------------------------------------------------- */

static int refuse(struct work *work, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(struct work *work, int code, const char *format, ...)
{
	va_list args;

	work->error.code = code;
	va_start(args, format);
	vsnprintf(work->error.message, sizeof(work->error.message), format, args);
	va_end(args);
	return -1;
}

static int refuse_disk(struct work *work, int err)
{
	if (err == -ENOSPC)
		return refuse(work, RPC_DISK,
			"The disk is full: nothing was changed. Delete old files, then "
			"try again.");
	return refuse(work, RPC_DISK, "It cannot be written: %s. Nothing was changed.",
		strerror(-err));
}

/* First the file, then its name for this mat: at every moment one that is whole is named. */
static int write_and_name(struct work *work)
{
	const char *dir = work->calibrations->state_dir;
	int err = make_fit(work, work->text, work->n_text);
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
	struct work *work = ctx;

	if (calibration_write(work->calibration, &work->text, &work->n_text) < 0)
		refuse(work, RPC_INTERNAL,
			"There is not enough memory to write the calibration.");
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
	struct work *work = ctx;
	struct calibrations *c = work->calibrations;

	if (!work->error.code && work->mat_number == c->mat_number)
		put_in_force(c, calibrated_hold(work->in_force));
	finish(work);
}

/* Without memory the answer is as if it had been tried. */
static void refuse_memory(calibrations_done_fn *done_fn, void *ctx)
{
	const struct rpc_error error = { .code = RPC_INTERNAL,
		.message = "There is not enough memory for this." };

	done_fn(&error, ctx);
}

void calibrations_accept(struct calibrations *c, struct calibration *calibration,
	calibrations_done_fn *done_fn, void *ctx)
{
	struct work *work = work_new(c);

	if (!work) {
		calibration_free(calibration);
		refuse_memory(done_fn, ctx);
		return;
	}
	work->calibration = calibration;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	post(work, run_accept, on_written);
}

void calibrations_import(struct calibrations *c, char *text, size_t n,
	calibrations_done_fn *done_fn, void *ctx)
{
	struct work *work = work_new(c);

	if (!work) {
		free(text);
		refuse_memory(done_fn, ctx);
		return;
	}
	work->text = text;
	work->n_text = n;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	post(work, run_import, on_written);
}

/* --- morning checks ---------------------------------------------------------------------- */

static void run_keep(void *ctx)
{
	struct work *work = ctx;
	int err = calibration_files_add_check(
		work->calibrations->state_dir, &work->check);

	if (err < 0)
		refuse_disk(work, err);
}

static void on_kept(void *ctx)
{
	struct work *work = ctx;
	struct calibrations *c = work->calibrations;

	if (!work->error.code && work->mat_number == c->mat_number) {
		c->last_check = work->check;
		changed(c);
	}
	finish(work);
}

void calibrations_keep_check(struct calibrations *c,
	const struct calibration_check *check, calibrations_done_fn *done_fn, void *ctx)
{
	struct work *work = work_new(c);

	if (!work) {
		refuse_memory(done_fn, ctx);
		return;
	}
	work->check = *check;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	post(work, run_keep, on_kept);
}

/* --- expiry, beginning and end ----------------------------------------------------------- */

static void expire(struct calibrations *c)
{
	const struct calibration *f = calibrated_calibration(c->in_force);
	char reason[160];

	snprintf(reason, sizeof(reason),
		"This calibration expired %.0f days ago; calibrate the mat anew.",
		floor((double)(now_unix_ms() - f->expires_unix_ms) / MS_PER_DAY));
	memcpy(c->refused_id, f->id, sizeof(f->id));
	c->refused_created_ms = f->created_unix_ms;
	c->refused_expires_ms = f->expires_unix_ms;
	put_none(c, "expired", reason);
}

static int on_period(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct calibrations *c = userdata;

	if (c->in_force &&
		now_unix_ms() >= calibrated_calibration(c->in_force)->expires_unix_ms)
		expire(c);
	sd_event_source_set_time(source, usec + EXPIRY_PERIOD_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void run_init(void *ctx)
{
	struct work *work = ctx;
	int err = calibration_files_init(work->calibrations->state_dir);

	if (err < 0)
		log_err("calibrations cannot be kept: %s", strerror(-err));
}

static void on_init(void *ctx)
{
	work_free(ctx);
}

int calibrations_new(struct sd_event *event, struct archive *archive, struct live *live,
	const char *state_dir, worker_fn *changed_fn, void *ctx,
	struct calibrations **out)
{
	struct calibrations *c = calloc(1, sizeof(*c));
	struct work *work = c ? work_new(c) : NULL;
	int err = work ? 0 : -ENOMEM;

	if (err == 0) {
		*c = (struct calibrations){ .event = sd_event_ref(event),
			.archive = archive,
			.live = live,
			.state_dir = state_dir,
			.changed_fn = changed_fn,
			.ctx = ctx,
			.state = "none" };
		err = sd_event_add_time_relative(event, &c->timer, CLOCK_MONOTONIC,
			EXPIRY_PERIOD_US, EXPIRY_SLACK_US, on_period, c);
	}
	if (err < 0) {
		free(work);
		if (c)
			sd_event_unref(c->event);
		free(c);
		return err;
	}
	post(work, run_init, on_init);
	*out = c;
	return 0;
}

void calibrations_free(struct calibrations *c)
{
	if (!c)
		return;
	worker_drain(archive_worker(c->archive));
	live_calibrate(c->live, NULL, "none", "");
	sd_event_source_disable_unref(c->timer);
	sd_event_unref(c->event);
	calibrated_drop(c->in_force);
	free(c);
}
