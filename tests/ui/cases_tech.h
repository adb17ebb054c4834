/* The technician's screens. Included by cases.h. */

#include <time.h>

static void tech_mat(struct app *app, int64_t now_ns)
{
	struct status_document s = scene_status("streaming", false);

	snprintf(s.version, sizeof(s.version), "0.1.0");
	snprintf(s.driver, sizeof(s.driver), "smp");
	snprintf(s.path, sizeof(s.path), "/dev/serial/by-id/usb-STANCE_mat-if00");
	snprintf(s.serial, sizeof(s.serial), "ST-2024-0117");
	snprintf(s.model, sizeof(s.model), "SM-48");
	snprintf(s.firmware, sizeof(s.firmware), "1.4.2");
	snprintf(s.store_path, sizeof(s.store_path), "/var/lib/stance");
	snprintf(s.calibration_state, sizeof(s.calibration_state), "valid");
	s.calibration_age_days = 81.4;
	s.calibration_expires_days = 283.6;
	s.frames = 1234567;
	s.lost_frames = 12;
	s.latency_p99_ms = 4.2;
	s.temperature_c = 27.4;
	s.uptime_s = 9 * 3600;
	s.store_free_bytes = 21.7e9;
	s.store_trials = 1841;
	s.unit_is_force = true;
	model_status(&app->model, &s, now_ns);
}

static void tech_sick(struct app *app, int64_t now_ns)
{
	struct status_document s;

	tech_mat(app, now_ns);
	s = app->model.status;
	snprintf(s.calibration_state, sizeof(s.calibration_state), "expired");
	s.calibration_expires_days = -3;
	s.calibration_drift = true;
	s.bad_frames = 9000;
	s.store_free_bytes = 0.07e9;
	s.temperature_c = NAN;
	app->clock = APP_CLOCK_FREE;
	model_status(&app->model, &s, now_ns);
}

#define TECH_LINE(n, level, tag, text)                                                 \
	"{\"n\":" #n ",\"at_unix_ms\":179585" #n "000,\"level\":\"" level              \
	"\",\"tag\":\"" tag "\",\"text\":\"" text "\"}"

static const char *const tech_answers[] = {
	"log.tail",
	"{\"lines\":[" TECH_LINE(9214, "info", "trials", "trial 1841: stored, good") "," TECH_LINE(
		9180, "warning", "mat",
		"/dev/serial/by-id/usb-STANCE_mat_with_a_long_name-if00-port0: 3 of "
		"120 frames bad") "," TECH_LINE(9011, "error", "store",
		"the store cannot be opened: disk image is malformed") "," TECH_LINE(8703,
		"info", "stanced", "stanced 0.1.0 listens on "
				   "/run/stance/stance.sock") "],\"more\":true}",
	NULL,
};

/* "screen state then": goes there with the station in that state. */
static int64_t tech_play(struct app *app, const char *what)
{
	char screen[24] = "", station[24] = "", then[24] = "";
	int64_t now_ns;

	setenv("TZ", "UTC", 1);
	tzset();
	sscanf(what, "%23s %23s %23s", screen, station, then);
	now_ns = scene_named(app, strcmp(station, "gone") == 0 ? "no-daemon" : "empty");
	app->clock = APP_CLOCK_SYNCHRONISED;
	if (strcmp(station, "well") == 0)
		tech_mat(app, now_ns);
	if (strcmp(station, "sick") == 0)
		tech_sick(app, now_ns);
	stage_go(app, screen, "", now_ns);
	stage_serve(app, tech_answers, now_ns);
	if (then[0] != '\0' && strchr("0123456789", then[0])) /* pages on */
		for (int i = 0; i < atoi(then); i++, now_ns += 400 * SCENE_MS)
			stage_tap(app, "next", now_ns);
	else if (strcmp(then, "touched") == 0)
		for (int i = 0; i < 5; i++, now_ns += 400 * SCENE_MS) {
			struct input_event e = { .kind = INPUT_POINTER_DOWN,
				.x = 60 + 30 * i,
				.y = 70 + i };
			if (i == 0)
				stage_tap(app, "touch", now_ns);
			else
				app_event(app, 0, &e, now_ns);
		}
	else if (then[0] != '\0')
		stage_tap(app, then, now_ns);
	stage_serve(app, tech_answers, now_ns);
	return now_ns;
}

static const struct screen_case cases_tech[] = {
	{ "tech-service", false, tech_play, "service well", 7, false },
	{ "tech-service-sick", false, tech_play, "service sick", 7, false },
	{ "tech-service-gone", false, tech_play, "service gone", 0, false },
	{ "tech-log", false, tech_play, "log well", 7, false },
	{ "tech-log-bundle", false, tech_play, "log well bundle", 0, false },
	{ "tech-display", false, tech_play, "display well", 7, false },
	{ "tech-display-colours", false, tech_play, "display well 1", 7, false },
	{ "tech-display-greys", false, tech_play, "display well 2", 1, false },
	{ "tech-display-pixels", false, tech_play, "display well 3", 1, false },
	{ "tech-display-text", false, tech_play, "display well 4", 1, false },
	{ "tech-display-touch", false, tech_play, "display well touch", 1, true },
	{ "tech-display-touched", false, tech_play, "display well touched", 1, false },
	{ "tech-wipe", false, tech_play, "wipe well", 7, false },
};
