#include "src/daemon/panel.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-event.h>

#include "hw/buzz.h"
#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "src/daemon/panel_lines.h"
#include "src/daemon/panel_next.h"
#include "src/daemon/panel_sync.h"

#define LOG_TAG "panel"
#include "src/base/log.h"

#define BUZZ_SLACK_US 5000

struct panel {
	struct panel_options with;
	struct panel_lines *lines;
	struct panel_sync *sync;
	struct panel_next *next;
	sd_event_source *buzzer;
	enum buzz motif;
	int step;    /* of the motif; -1: silent */
	bool starts; /* a trial, and was not told yet whether it began */
	bool tares;
	char told[256]; /* why the last press did nothing */
};

/* --- the buzzer -------------------------------------------------------------------------- */

static void sound(struct panel *panel)
{
	int ms = buzz_ms(panel->motif, panel->step);

	panel_lines_set(panel->lines, PANEL_BUZZER, ms > 0 && panel->step % 2 == 0);
	if (ms == 0) {
		panel->step = -1;
		return;
	}
	sd_event_source_set_time_relative(panel->buzzer, (uint64_t)ms * 1000);
	sd_event_source_set_enabled(panel->buzzer, SD_EVENT_ONESHOT);
}

static int on_buzzer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel *panel = userdata;

	(void)source, (void)usec;
	panel->step++;
	sound(panel);
	return 0;
}

static void buzz(struct panel *panel, enum buzz motif)
{
	if (!panel_lines_has(panel->lines, PANEL_BUZZER))
		return;
	panel->motif = motif;
	panel->step = 0;
	sound(panel);
}

/* --- lamps ------------------------------------------------------------------------------- */

static bool is_streaming(const struct panel *panel)
{
	if (!live_is_ready(panel->with.live))
		return false;
	return !panel->with.mat ||
	       mat_state(mat_io_mat(panel->with.mat)) == MAT_STREAMING;
}

static bool is_training(const struct panel *panel)
{
	return panel->with.trainer && trainer_is_busy(panel->with.trainer);
}

static bool is_calibrating(const struct panel *panel)
{
	return panel->with.calibrating && calibrating_is_busy(panel->with.calibrating);
}

void panel_update(struct panel *panel)
{
	bool is_well =
		is_streaming(panel) && archive_n_trials(panel->with.archive) >= 0;
	bool is_busy = trials_is_busy(panel->with.trials) || is_training(panel) ||
		       is_calibrating(panel);

	panel_lines_set(panel->lines, PANEL_READY, is_well && !is_busy);
	panel_lines_set(panel->lines, PANEL_MEASURING, is_busy);
	panel_lines_set(panel->lines, PANEL_FAULT, !is_well);
}

/* --- buttons ----------------------------------------------------------------------------- */

static void changed(struct panel *panel)
{
	if (panel->with.changed_fn)
		panel->with.changed_fn(panel->with.ctx);
}

/* Say why a press did nothing: with the buzzer, in the status, in the log. */
static void refuse(struct panel *panel, const char *why)
{
	snprintf(panel->told, sizeof(panel->told), "%s", why);
	log_info("a press did nothing: %s", why);
	buzz(panel, BUZZ_STOP);
	changed(panel);
}

static void on_begun(const struct rpc_error *error, int64_t id, void *ctx)
{
	struct panel *panel = ctx;

	panel->starts = false;
	/* told to all, and logged: the other sentences of that code name the patient */
	if (error->code == RPC_NOT_FOUND)
		refuse(panel, N_("The visit or its patient is not there any more."));
	else if (error->code)
		refuse(panel, error->message);
	else
		log_info("trial %lld was started at the panel", (long long)id);
}

static const char *why_not(int err)
{
	switch (err) {
	case -EBUSY:
		return N_("A trial is running already.");
	case -ENODEV:
		return N_("No mat is streaming: look at its plug.");
	default:
		return N_("There is not enough memory for a trial.");
	}
}

static void on_next(const struct trial_request *request, const char *why, void *ctx)
{
	struct panel *panel = ctx;
	int err;

	if (!request) {
		refuse(panel, why);
		return;
	}
	if (is_training(panel) || is_calibrating(panel)) {
		refuse(panel, N_("The mat is in use: somebody trains or calibrates."));
		return;
	}
	err = trials_start(panel->with.trials, request, on_begun, panel);
	if (err < 0)
		refuse(panel, why_not(err));
	panel->starts = err == 0;
}

static void press_start(struct panel *panel)
{
	if (trials_is_busy(panel->with.trials))
		trials_stop(panel->with.trials, SESSION_STOP_FINISH);
	else if (is_training(panel))
		trainer_stop(panel->with.trainer);
	else if (is_calibrating(panel))
		refuse(panel, N_("The mat is being calibrated."));
	else if (!is_streaming(panel))
		refuse(panel, why_not(-ENODEV));
	else
		panel_next_ask(panel->next);
}

static void on_tared(enum live_tare how, void *ctx)
{
	struct panel *panel = ctx;

	panel->tares = false;
	switch (how) {
	case LIVE_TARE_DONE:
		log_info("the zero was set at the panel");
		buzz(panel, BUZZ_END);
		break;
	case LIVE_TARE_LOADED:
		refuse(panel, N_("The mat is loaded: clear it, then press again."));
		break;
	case LIVE_TARE_NO_FRAMES:
		refuse(panel, N_("The mat was lost while its zero was being set."));
		break;
	}
}

static void press_tare(struct panel *panel)
{
	int err;

	if (trials_is_busy(panel->with.trials) || is_training(panel) ||
		is_calibrating(panel)) {
		refuse(panel, N_("The mat is in use: the zero is kept."));
		return;
	}
	err = is_streaming(panel) ? live_tare_begin(panel->with.live, on_tared, panel)
				  : -ENODEV;
	if (err == -EBUSY)
		refuse(panel, N_("The zero is being set already."));
	else if (err < 0)
		refuse(panel, why_not(-ENODEV));
	panel->tares = err >= 0;
}

static void on_press(enum panel_role role, int64_t t_ns, void *ctx)
{
	struct panel *panel = ctx;

	(void)t_ns;
	panel->told[0] = '\0';
	if (role == PANEL_TARE)
		press_tare(panel);
	else
		press_start(panel);
	panel_update(panel);
	changed(panel);
}

/* --- what comes from the trials and the mat ------------------------------------------------ */

static void on_measuring(
	bool is_measuring, uint64_t seq, enum session_stop why, void *ctx)
{
	struct panel *panel = ctx;
	bool is_well = why == SESSION_STOP_NONE || why == SESSION_STOP_FINISH;

	panel_sync_measuring(panel->sync, is_measuring, seq);
	if (is_measuring)
		buzz(panel, BUZZ_START);
	else
		buzz(panel, is_well ? BUZZ_END : BUZZ_STOP);
}

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct panel *panel = ctx;

	if (frame)
		panel_sync_frame(panel->sync, frame);
	panel_update(panel);
}

static void on_edge(const struct gpio_edge *edge, void *ctx)
{
	struct panel *panel = ctx;

	panel_sync_edge(panel->sync, edge);
}

static void on_lines_changed(void *ctx)
{
	changed(ctx);
}

/* --- all of it ---------------------------------------------------------------------------- */

static int start(struct panel *panel)
{
	const struct panel_lines_handlers handlers = { on_press, on_edge,
		on_lines_changed, panel };
	const struct panel_options *with = &panel->with;
	double cutoff_hz = settings_number(with->settings, SETTINGS_TRIAL_CUTOFF_HZ);
	int every = (int)settings_number(with->settings, SETTINGS_GPIO_PULSE_EVERY);
	int err = panel_lines_new(
		with->event, with->ops, with->settings, &handlers, &panel->lines);

	if (err == 0)
		err = panel_sync_new(panel->lines, with->trials, every, &panel->sync);
	if (err == 0)
		err = panel_next_new(with->archive, cutoff_hz > 0 ? cutoff_hz : NAN,
			on_next, panel, &panel->next);
	if (err == 0)
		err = sd_event_add_time(with->event, &panel->buzzer, CLOCK_MONOTONIC, 0,
			BUZZ_SLACK_US, on_buzzer, panel);
	if (err >= 0)
		err = sd_event_source_set_enabled(panel->buzzer, SD_EVENT_OFF);
	return err < 0 ? err : 0;
}

static bool is_used(const struct panel *panel)
{
	for (int i = 0; i < PANEL_N_ROLES; i++)
		if (panel_lines_has(panel->lines, (enum panel_role)i))
			return true;
	return false;
}

int panel_new(const struct panel_options *options, struct panel **out)
{
	struct panel *panel = calloc(1, sizeof(*panel));
	int err;

	if (!panel)
		return -ENOMEM;
	panel->with = *options;
	panel->step = -1;
	err = start(panel);
	if (err < 0) {
		panel_free(panel);
		return err;
	}
	if (is_used(panel)) {
		trials_on_measuring(options->trials, on_measuring, panel);
		live_watch(options->live, LIVE_WATCH_PANEL, on_frame, panel);
	}
	panel_update(panel);
	*out = panel;
	return 0;
}

void panel_free(struct panel *panel)
{
	if (!panel)
		return;
	trials_on_measuring(panel->with.trials, NULL, NULL);
	live_watch(panel->with.live, LIVE_WATCH_PANEL, NULL, NULL);
	if (panel->tares)
		live_tare_abort(panel->with.live);
	panel_next_free(panel->next);
	if (panel->starts)
		worker_drain(archive_worker(panel->with.archive));
	panel_sync_free(panel->sync);
	sd_event_source_disable_unref(panel->buzzer);
	panel_lines_free(panel->lines);
	free(panel);
}

void panel_describe(const struct panel *panel, struct gpio_document *out)
{
	*out = (struct gpio_document){ .pulse_error_ms = NAN };
	panel_lines_describe(panel->lines, out);
	panel_sync_describe(panel->sync, out);
	snprintf(out->told, sizeof(out->told), "%s", panel->told);
}
