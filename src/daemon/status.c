#include "src/daemon/status.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/base/version.h"
#include "src/daemon/panel.h"

#define PERIOD_US       1000000 /* docs/api.md: once a second */
#define PERIOD_SLACK_US 20000

struct status {
	sd_event *event;
	sd_event_source *timer;
	struct server *server;
	const struct mat_io *mat;
	const struct trials *trials;
	const struct archive *archive;
	const struct live *live;
	const struct calibrations *calibrations;
	const struct calibrating *calibrating;
	const struct panel *panel;
	const char *state_dir;
	int64_t start_ns;
	char told[160]; /* the line the service manager has */
};

/* Numbers that run are told each second; where nothing runs, as often as somebody wants it. */
static uint64_t period_us(const struct status *status)
{
	if (status->live && live_is_ready(status->live))
		return PERIOD_US;
	return (uint64_t)(server_quiet_s(status->server, STREAM_STATUS) * PERIOD_US);
}

/* The next one, unless something new comes before. */
static void plan_next(struct status *status)
{
	uint64_t now_us;

	if (sd_event_now(status->event, CLOCK_MONOTONIC, &now_us) < 0)
		return;
	sd_event_source_set_time(status->timer, now_us + period_us(status));
	sd_event_source_set_enabled(status->timer, SD_EVENT_ONESHOT);
}

static int on_period(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source, (void)usec;
	status_publish(userdata);
	return 0;
}

int status_new(struct sd_event *event, struct server *server, const char *state_dir,
	int64_t start_ns, struct status **out)
{
	struct status *status = calloc(1, sizeof(*status));
	int err;

	if (!status)
		return -ENOMEM;
	*status = (struct status){ .event = sd_event_ref(event),
		.server = server,
		.state_dir = state_dir,
		.start_ns = start_ns };
	err = sd_event_add_time(event, &status->timer, CLOCK_MONOTONIC, 0,
		PERIOD_SLACK_US, on_period, status);
	if (err >= 0)
		err = sd_event_source_set_enabled(status->timer, SD_EVENT_OFF);
	if (err < 0) {
		status_free(status);
		return err;
	}
	*out = status;
	return 0;
}

void status_free(struct status *status)
{
	if (!status)
		return;
	sd_event_source_disable_unref(status->timer);
	sd_event_unref(status->event);
	free(status);
}

void status_set_mat(struct status *status, const struct mat_io *mat)
{
	status->mat = mat;
}

void status_set_live(struct status *status, const struct live *live)
{
	status->live = live;
}

void status_set_trials(struct status *status, const struct trials *trials,
	const struct archive *archive)
{
	status->trials = trials;
	status->archive = archive;
}

void status_set_calibrations(struct status *status,
	const struct calibrations *calibrations, const struct calibrating *calibrating)
{
	status->calibrations = calibrations;
	status->calibrating = calibrating;
}

void status_set_panel(struct status *status, const struct panel *panel)
{
	status->panel = panel;
}

/* --- the document ------------------------------------------------------------------------ */

static void copy_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}

static void fill_info(const struct mat_info *info, struct status_document *out)
{
	out->temperature_c = NAN;
	if (!info->has_mat)
		return;
	copy_text(out->driver, sizeof(out->driver), info->driver);
	copy_text(out->path, sizeof(out->path), info->path);
	copy_text(out->serial, sizeof(out->serial), info->serial);
	copy_text(out->model, sizeof(out->model), info->model);
	copy_text(out->firmware, sizeof(out->firmware), info->firmware);
	out->rows = info->geometry.n_rows;
	out->cols = info->geometry.n_cols;
	out->pitch_x_mm = info->geometry.pitch_x_mm;
	out->pitch_y_mm = info->geometry.pitch_y_mm;
	out->unit_is_force = info->unit == FRAME_UNIT_FORCE_MN;
	out->temperature_c = info->temperature_c;
}

static void fill_mat(const struct mat *mat, struct status_document *out)
{
	struct mat_counters counters;

	mat_counters(mat, &counters);
	copy_text(
		out->mat_state, sizeof(out->mat_state), mat_state_name(mat_state(mat)));
	copy_text(out->mat_reason, sizeof(out->mat_reason), mat_reason(mat));
	fill_info(mat_info(mat), out);
	out->bytes = counters.bytes;
	out->frames = counters.frames;
	out->bad_frames = counters.bad_frames;
	out->lost_frames = counters.lost_frames;
	out->resyncs = counters.resyncs;
	out->rate_hz = counters.rate_hz;
	out->latency_p50_ms = counters.latency_p50_ms;
	out->latency_p99_ms = counters.latency_p99_ms;
}

static double free_bytes(const char *path)
{
	struct statvfs fs;

	if (statvfs(path, &fs) < 0)
		return NAN;
	return (double)fs.f_bavail * (double)fs.f_frsize;
}

static void fill_trial(const struct trials *trials, struct status_document *out)
{
	struct progress_document progress;

	trials_progress(trials, &progress);
	copy_text(out->trial_state, sizeof(out->trial_state), progress.state);
	copy_text(out->trial_protocol, sizeof(out->trial_protocol),
		progress.protocol ? progress.protocol : "");
	out->trial_elapsed_s = progress.elapsed_s;
}

static void fill_check(
	const struct calibration_check *check, struct status_document *out)
{
	if (!check)
		return;
	out->last_check = (struct status_check){ .at_unix_ms = check->at_unix_ms,
		.mass_kg = check->mass_kg,
		.measured_kg = check->measured_kg,
		.error_frac = check->error_frac,
		.limit_frac = check->limit_frac,
		.ok = check->ok };
}

static void fill_calibration(const struct status *status, struct status_document *out)
{
	struct calibrations_standing standing;
	const char *step = NULL;

	if (!status->calibrations) {
		copy_text(out->calibration_state, sizeof(out->calibration_state),
			out->rows > 0 && out->unit_is_force ? "not_needed" : "none");
		return;
	}
	calibrations_standing(status->calibrations, &standing);
	copy_text(
		out->calibration_state, sizeof(out->calibration_state), standing.state);
	copy_text(out->calibration_id, sizeof(out->calibration_id), standing.id);
	copy_text(out->calibration_reason, sizeof(out->calibration_reason),
		standing.reason);
	out->calibration_age_days = standing.age_days;
	out->calibration_expires_days = standing.expires_days;
	out->calibration_quick = standing.quick;
	out->calibration_drift = standing.drift;
	fill_check(standing.last_check, out);
	if (status->calibrating)
		step = calibrating_step_name(status->calibrating);
	copy_text(
		out->calibration_step, sizeof(out->calibration_step), step ? step : "");
}

void status_fill(const struct status *status, struct status_document *out)
{
	*out = (struct status_document){ .uptime_s = (double)(clock_now_ns() -
							      status->start_ns) /
						     (double)CLOCK_NS_PER_S,
		.pid = getpid(),
		.mat_state = "searching",
		.pitch_x_mm = NAN,
		.pitch_y_mm = NAN,
		.rate_hz = NAN,
		.latency_p50_ms = NAN,
		.latency_p99_ms = NAN,
		.temperature_c = NAN,
		.calibration_age_days = NAN,
		.calibration_expires_days = NAN,
		.store_trials =
			status->archive ? archive_n_trials(status->archive) : -1,
		.store_free_bytes = free_bytes(status->state_dir),
		.trial_state = "idle",
		.trial_elapsed_s = NAN,
		.clients = (uint64_t)server_n_clients(status->server) };
	copy_text(out->version, sizeof(out->version), STANCE_VERSION);
	copy_text(out->store_path, sizeof(out->store_path), status->state_dir);
	if (status->mat)
		fill_mat(mat_io_mat(status->mat), out);
	if (status->live && !live_is_ready(status->live) &&
		strcmp(out->mat_state, mat_state_name(MAT_STREAMING)) == 0)
		/* its calibration is looked up: nothing can be measured yet */
		copy_text(out->mat_state, sizeof(out->mat_state),
			mat_state_name(MAT_SEARCHING));
	if (status->trials)
		fill_trial(status->trials, out);
	fill_calibration(status, out);
	out->gpio.pulse_error_ms = NAN;
	if (status->panel)
		panel_describe(status->panel, &out->gpio);
}

/* --- telling ----------------------------------------------------------------------------- */

static void tell_service_manager(struct status *status)
{
	char line[sizeof(status->told)];
	const struct mat *mat = status->mat ? mat_io_mat(status->mat) : NULL;

	if (!mat)
		return;
	snprintf(line, sizeof(line), "STATUS=mat %s%s%.80s",
		mat_state_name(mat_state(mat)), mat_info(mat)->has_mat ? " on " : "",
		mat_info(mat)->has_mat ? mat_info(mat)->path : "");
	if (strcmp(line, status->told) == 0)
		return;
	copy_text(status->told, sizeof(status->told), line);
	sd_notify(0, line);
}

void status_publish(struct status *status)
{
	int64_t now_ns = clock_now_ns();
	struct status_document document;

	tell_service_manager(status);
	if (!server_wants(status->server, STREAM_STATUS, now_ns))
		return;
	status_fill(status, &document);
	document_put_status(
		server_publish_begin(status->server, STREAM_STATUS), &document);
	server_publish_end(status->server, STREAM_STATUS, now_ns);
	plan_next(status);
}

void status_follow(struct status *status)
{
	status_publish(status);
}
