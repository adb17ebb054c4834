#include "src/daemon/calibrations_parts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/i18n.h"

#define LOG_TAG "calibrations"
#include "src/base/log.h"

#define MS_PER_DAY 86400e3

/* How often it is looked whether it has expired. Chosen: it is valid for a year. */
#define EXPIRY_PERIOD_US (UINT64_C(600) * 1000000)
#define EXPIRY_SLACK_US  (UINT64_C(10) * 1000000)

static const char the_drift_reason[] = N_(
	"The empty mat's zero has moved since it was measured; clear the mat and tare "
	"it.");

int64_t calibrations_now_unix_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- standing ---------------------------------------------------------------------------- */

void calibrations_changed(struct calibrations *c)
{
	c->changed_fn(c->ctx);
}

static const char *state_word(const struct calibration *said)
{
	return said->verified ? "valid" : "unverified";
}

/* With one in force, or without for a reason; the live picture follows at once. */
void calibrations_put_in_force(struct calibrations *c, struct calibrated *in_force)
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
	calibrations_changed(c);
}

void calibrations_put_none(
	struct calibrations *c, const char *state, const char *reason)
{
	calibrated_drop(c->in_force);
	c->in_force = NULL;
	c->drift = false;
	c->state = state;
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
	live_calibrate(c->live, NULL, state, c->refused_id);
	if (reason[0])
		log_warn_event(LOG_EVENT_MAT_UNCALIBRATED,
			"mat %s is measured uncalibrated: %s", c->mat.serial, reason);
	calibrations_changed(c);
}

static void put_ages(
	int64_t created_ms, int64_t expires_ms, struct calibrations_standing *out)
{
	double now_ms = (double)calibrations_now_unix_ms();

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
		log_warn_event(LOG_EVENT_MAT_DRIFTS, "mat %s: %s", c->mat.serial,
			the_drift_reason);
	else
		log_info("mat %s: the empty mat's zero is where it was", c->mat.serial);
	calibrations_changed(c);
}

/* --- work -------------------------------------------------------------------------------- */

struct calibrations_work *calibrations_work_new(struct calibrations *c)
{
	struct calibrations_work *work = calloc(1, sizeof(*work));

	if (!work)
		return NULL;
	work->calibrations = c;
	work->mat_number = c->mat_number;
	work->mat = c->mat;
	return work;
}

void calibrations_work_free(struct calibrations_work *work)
{
	calibration_free(work->calibration);
	free(work->text);
	calibrated_drop(work->in_force);
	free(work);
}

void calibrations_post(
	struct calibrations_work *work, worker_fn *run_fn, worker_fn *done_fn)
{
	work->job = (struct worker_job){
		.run_fn = run_fn, .done_fn = done_fn, .ctx = work
	};
	worker_post(archive_worker(work->calibrations->archive), &work->job);
}

void calibrations_finish(struct calibrations_work *work)
{
	if (work->done_fn)
		work->done_fn(&work->error, work->done_ctx);
	calibrations_work_free(work);
}

/* --- expiry, beginning and end ----------------------------------------------------------- */

static void expire(struct calibrations *c)
{
	const struct calibration *f = calibrated_calibration(c->in_force);
	char reason[160];

	snprintf(reason, sizeof(reason),
		N_("This calibration expired %.0f days ago; calibrate the mat anew."),
		floor((double)(calibrations_now_unix_ms() - f->expires_unix_ms) /
			MS_PER_DAY));
	memcpy(c->refused_id, f->id, sizeof(f->id));
	c->refused_created_ms = f->created_unix_ms;
	c->refused_expires_ms = f->expires_unix_ms;
	calibrations_put_none(c, "expired", reason);
}

static int on_period(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct calibrations *c = userdata;

	if (c->in_force && calibrations_now_unix_ms() >=
				   calibrated_calibration(c->in_force)->expires_unix_ms)
		expire(c);
	sd_event_source_set_time(source, usec + EXPIRY_PERIOD_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void run_init(void *ctx)
{
	struct calibrations_work *work = ctx;
	int err = calibration_files_init(work->calibrations->state_dir);

	if (err < 0)
		log_err("calibrations cannot be kept: %s", strerror(-err));
}

static void on_init(void *ctx)
{
	calibrations_work_free(ctx);
}

int calibrations_new(struct sd_event *event, struct archive *archive, struct live *live,
	const char *state_dir, worker_fn *changed_fn, void *ctx,
	struct calibrations **out)
{
	struct calibrations *c = calloc(1, sizeof(*c));
	struct calibrations_work *work = c ? calibrations_work_new(c) : NULL;
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
	calibrations_post(work, run_init, on_init);
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
