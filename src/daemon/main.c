/* stanced: owns the mat, analyses each frame, answers clients. Read this file first: it starts the
 * parts in the order of their dependence and stops them in reverse. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "src/base/clock.h"
#include "src/base/clock_trust.h"
#include "src/base/lock.h"
#include "src/base/paths.h"
#include "src/base/settings.h"
#include "src/base/version.h"
#include "src/daemon/archive.h"
#include "src/daemon/calibrating.h"
#include "src/daemon/calibrations.h"
#include "src/daemon/exchange.h"
#include "src/daemon/journal.h"
#include "src/daemon/live.h"
#include "src/daemon/log_tail.h"
#include "src/daemon/loop.h"
#include "src/daemon/mat_io.h"
#include "src/daemon/methods.h"
#include "src/daemon/options.h"
#include "src/daemon/panel.h"
#include "src/daemon/status.h"
#include "src/daemon/trainer.h"
#include "src/daemon/trials.h"
#include "src/ipc/server.h"

#define LOG_TAG "stanced"
#include "src/base/log.h"

/* stanced(8), "Exit status" */
#define EXIT_CONFIG 2
#define EXIT_BUSY   4

#define PATH_SIZE    4096
#define MESSAGE_SIZE 1024

struct daemon {
	struct settings settings;
	char state_dir[PATH_SIZE], socket[PATH_SIZE];
	char message[MESSAGE_SIZE]; /* why a step failed */
	int64_t start_ns;
	int lock_fd;
	struct sd_event *event;
	struct methods methods;
	struct server *server;
	struct live *live;
	struct status *status;
	struct archive *archive;
	struct trials *trials;
	struct exchange *exchange; /* NULL: no folder is named */
	struct trainer *trainer;
	struct calibrations *calibrations;
	struct calibrating *calibrating;
	struct mat_io *mat;
	struct panel *panel; /* NULL before it starts */
};

static int exit_code(int err)
{
	switch (-err) {
	case 0:
		return EXIT_SUCCESS;
	case EINVAL:
	case ENAMETOOLONG:
		return EXIT_CONFIG;
	case EACCES:
	case EPERM:
	case EROFS:
	case EBUSY:
	case EADDRINUSE:
	case EEXIST:
		return EXIT_BUSY;
	default:
		return EXIT_FAILURE;
	}
}

/* --- the parts, in the order they start ---------------------------------------------------- */

static int start_log(struct daemon *d)
{
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = { { "err", LOG_LEVEL_ERR }, { "warn", LOG_LEVEL_WARN },
		{ "info", LOG_LEVEL_INFO }, { "debug", LOG_LEVEL_DEBUG } };
	const char *word = settings_text(&d->settings, SETTINGS_DAEMON_LOG_LEVEL);

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(word, levels[i].word) == 0)
			log_set_level(levels[i].level);
	}
	journal_use();
	log_tail_begin();
	clock_trust_configure(settings_text(&d->settings, SETTINGS_STATION_CLOCK));
	d->start_ns = clock_now_ns();
	return 0;
}

static int start_paths(struct daemon *d)
{
	const char *state = settings_text(&d->settings, SETTINGS_DAEMON_STATE_DIR);
	const char *socket = settings_text(&d->settings, SETTINGS_DAEMON_SOCKET);
	int err = paths_state_dir(state, d->state_dir, sizeof(d->state_dir));

	if (err >= 0)
		err = paths_socket(socket, d->socket, sizeof(d->socket));
	if (err >= 0)
		return 0;
	snprintf(d->message, sizeof(d->message),
		"It is not known where to keep data: give --state-dir and --socket, or "
		"set HOME.");
	return -EINVAL;
}

/* The state directory is private; the socket's folder is open to whom the socket is. */
static int start_lock(struct daemon *d)
{
	mode_t socket_mode = geteuid() == 0 ? 0755 : 0700;
	char folder[PATH_SIZE], *slash;
	int err;

	umask(0077);
	err = lock_make_dir(d->state_dir, 0700, d->message, sizeof(d->message));
	if (err < 0)
		return err;
	d->lock_fd = lock_take(d->state_dir, d->message, sizeof(d->message));
	if (d->lock_fd < 0)
		return d->lock_fd;
	memcpy(folder, d->socket, sizeof(folder));
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	umask(0022);
	err = lock_make_dir(folder, socket_mode, d->message, sizeof(d->message));
	umask(0077);
	return err;
}

static void stop_lock(struct daemon *d)
{
	close(d->lock_fd);
}

static int start_loop(struct daemon *d)
{
	return loop_new(&d->event);
}

static void stop_loop(struct daemon *d)
{
	loop_free(d->event);
}

static int start_server(struct daemon *d)
{
	const struct server_handlers handlers = { methods_serve, &d->methods,
		methods_veils };
	struct server_options options = { .path = d->socket,
		.max_clients = (int)settings_number(
			&d->settings, SETTINGS_DAEMON_MAX_CLIENTS) };
	const char *unknown;

	if (roles_init(&options.roles, geteuid(),
		    settings_text(&d->settings, SETTINGS_ROLES_STATION),
		    settings_text(&d->settings, SETTINGS_ROLES_CLINICIAN),
		    settings_text(&d->settings, SETTINGS_ROLES_TECHNICIAN),
		    &unknown) > 0)
		log_warn_event(LOG_EVENT_GROUP_UNKNOWN,
			"there is no group \"%s\": nobody has its role", unknown);
	return server_new(d->event, &options, &handlers, &d->server, d->message,
		sizeof(d->message));
}

static void stop_server(struct daemon *d)
{
	server_free(d->server);
}

static int start_live(struct daemon *d)
{
	return live_new(d->server, d->start_ns, &d->live);
}

static void stop_live(struct daemon *d)
{
	live_free(d->live);
}

static int start_status(struct daemon *d)
{
	return status_new(d->event, d->server, d->state_dir, d->start_ns, &d->status);
}

static void stop_status(struct daemon *d)
{
	status_free(d->status);
}

static void on_changed(void *ctx)
{
	struct daemon *d = ctx;

	if (d->panel)
		panel_update(d->panel);
	status_publish(d->status);
}

static int start_archive(struct daemon *d)
{
	return archive_new(d->event, d->state_dir,
		settings_number(&d->settings, SETTINGS_STORE_KEEP_RAW_DAYS),
		&d->archive);
}

static void stop_archive(struct daemon *d)
{
	archive_free(d->archive);
}

static void on_mat(const struct mat_info *info, void *ctx)
{
	struct daemon *d = ctx;

	calibrations_take_mat(d->calibrations, info);
	calibrating_take_mat(d->calibrating);
}

static void on_drift(bool has_moved, void *ctx)
{
	struct daemon *d = ctx;

	calibrations_set_drift(d->calibrations, has_moved);
}

/* Before the mat: its calibration is looked up with its first frame. */
static int start_calibrations(struct daemon *d)
{
	int err = calibrations_new(d->event, d->archive, d->live, d->state_dir,
		on_changed, d, &d->calibrations);

	if (err < 0)
		return err;
	err = calibrating_new(d->archive, d->calibrations, d->live, d->server,
		d->state_dir, on_changed, d, &d->calibrating);
	if (err < 0) {
		calibrations_free(d->calibrations);
		return err;
	}
	status_set_calibrations(d->status, d->calibrations, d->calibrating);
	live_on_mat(d->live, on_mat, d);
	live_on_drift(d->live, on_drift, d);
	return 0;
}

static void stop_calibrations(struct daemon *d)
{
	calibrating_free(d->calibrating);
	live_on_mat(d->live, NULL, NULL);
	live_on_drift(d->live, NULL, NULL);
	status_set_calibrations(d->status, NULL, NULL);
	calibrations_free(d->calibrations);
}

static int start_mat(struct daemon *d)
{
	const char *path = settings_text(&d->settings, SETTINGS_MAT_PATH);
	const char *driver = settings_text(&d->settings, SETTINGS_MAT_DRIVER);
	const struct mat_options options = { .path = path[0] ? path : NULL,
		.driver = driver[0] ? driver : NULL,
		.rate_hz = settings_number(&d->settings, SETTINGS_MAT_RATE_HZ),
		.baud = (int)settings_number(&d->settings, SETTINGS_MAT_BAUD) };
	int err = mat_io_new(d->event, &options, d->live, on_changed, d, &d->mat);

	if (err == -EINVAL)
		snprintf(d->message, sizeof(d->message),
			"There is no mat driver \"%s\"; leave mat.driver empty to try "
			"all.",
			driver);
	if (err == 0)
		status_set_mat(d->status, d->mat);
	status_set_live(d->status, d->live);
	live_on_ready(d->live, on_changed, d);
	return err;
}

static void stop_mat(struct daemon *d)
{
	live_on_ready(d->live, NULL, NULL);
	status_set_live(d->status, NULL);
	status_set_mat(d->status, NULL);
	mat_io_free(d->mat);
}

static int start_trials(struct daemon *d)
{
	int err = trials_new(d->archive, d->live, d->server, on_changed, d, &d->trials);

	if (err == 0)
		status_set_trials(d->status, d->trials, d->archive);
	return err;
}

/* Before the mat goes: what was measured is stored as what it is, not as a mat that was lost. */
static void stop_trials(struct daemon *d)
{
	trials_free(d->trials);
	status_set_trials(d->status, NULL, NULL);
}

static int start_exchange(struct daemon *d)
{
	return exchange_new(
		d->event, d->archive, &d->settings, d->state_dir, &d->exchange);
}

static void stop_exchange(struct daemon *d)
{
	exchange_free(d->exchange);
	d->methods.exchange = NULL; /* what the archive still serves tells nobody */
}

static bool mat_is_taken(void *ctx)
{
	struct daemon *d = ctx;

	return trials_is_busy(d->trials) || calibrating_is_busy(d->calibrating);
}

static int start_trainer(struct daemon *d)
{
	const struct trainer_options options = { .event = d->event,
		.archive = d->archive,
		.live = d->live,
		.server = d->server,
		.attract = settings_number(&d->settings, SETTINGS_TRAINING_ATTRACT) > 0,
		.is_taken_fn = mat_is_taken,
		.ctx = d };

	return trainer_new(&options, &d->trainer);
}

static void stop_trainer(struct daemon *d)
{
	trainer_free(d->trainer);
}

static int start_panel(struct daemon *d)
{
	const struct panel_options options = { .event = d->event,
		.ops = &gpio_system,
		.settings = &d->settings,
		.archive = d->archive,
		.live = d->live,
		.trials = d->trials,
		.trainer = d->trainer,
		.calibrating = d->calibrating,
		.mat = d->mat,
		.changed_fn = on_changed,
		.ctx = d };
	int err = panel_new(&options, &d->panel);

	if (err == 0)
		status_set_panel(d->status, d->panel);
	return err;
}

static void stop_panel(struct daemon *d)
{
	status_set_panel(d->status, NULL);
	panel_free(d->panel);
	d->panel = NULL;
}

static int start_methods(struct daemon *d)
{
	d->methods.event = d->event;
	d->methods.server = d->server;
	d->methods.live = d->live;
	d->methods.status = d->status;
	d->methods.mat = d->mat;
	d->methods.archive = d->archive;
	methods_begin(&d->methods);
	d->methods.trials = d->trials;
	d->methods.exchange = d->exchange;
	d->methods.trainer = d->trainer;
	d->methods.calibrations = d->calibrations;
	d->methods.calibrating = d->calibrating;
	d->methods.state_dir = d->state_dir;
	d->methods.settings = &d->settings;
	return 0;
}

static void stop_methods(struct daemon *d)
{
	methods_fini(&d->methods);
}

static int start_service(struct daemon *d)
{
	log_info("stanced %s listens on %s", STANCE_VERSION, d->socket);
	sd_notify(0, "READY=1");
	status_publish(d->status);
	return 0;
}

static void stop_service(struct daemon *d)
{
	(void)d;
	sd_notify(0, "STOPPING=1");
}

static const struct part {
	const char *name;
	int (*start)(struct daemon *d);
	void (*stop)(struct daemon *d);
} the_parts[] = {
	{ "log", start_log, NULL },
	{ "paths", start_paths, NULL },
	{ "lock", start_lock, stop_lock },
	{ "loop", start_loop, stop_loop },
	{ "server", start_server, stop_server },
	{ "live", start_live, stop_live },
	{ "status", start_status, stop_status },
	{ "archive", start_archive, stop_archive },
	{ "calibrations", start_calibrations, stop_calibrations },
	{ "mat", start_mat, stop_mat },
	{ "trials", start_trials, stop_trials },
	{ "exchange", start_exchange, stop_exchange },
	{ "training", start_trainer, stop_trainer },
	{ "panel", start_panel, stop_panel },
	{ "methods", start_methods, stop_methods },
	{ "service", start_service, stop_service },
};
#define N_PARTS (sizeof(the_parts) / sizeof(the_parts[0]))

static int run(struct daemon *d)
{
	size_t n_started = 0;
	int err = 0;

	while (n_started < N_PARTS) {
		d->message[0] = '\0';
		err = the_parts[n_started].start(d);
		if (err < 0)
			break;
		n_started++;
	}
	if (err < 0)
		log_err_event(LOG_EVENT_START_REFUSED, "%s: %s",
			the_parts[n_started].name,
			d->message[0] ? d->message : strerror(-err));
	else
		err = loop_run(d->event);
	while (n_started-- > 0) {
		if (the_parts[n_started].stop)
			the_parts[n_started].stop(d);
	}
	return err;
}

int main(int argc, char **argv)
{
	static struct daemon d;
	struct options options;
	int err;

	options_parse(&options, argc, argv);
	err = options_settle(&options, &d.settings, d.message, sizeof(d.message));
	if (err < 0) {
		journal_use();
		log_err_event(LOG_EVENT_START_REFUSED, "%s", d.message);
		return err == -EACCES || err == -EPERM ? EXIT_BUSY : EXIT_CONFIG;
	}
	if (options.print_config) {
		options_print(&d.settings);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	return exit_code(run(&d));
}
