/* The technician's screens. Included by cases.h. */

#include <time.h>

#include "src/base/base64.h"

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
	"{\"lines\":[" TECH_LINE(9214, "info", "trials",
		"trial 1841: stored, good") "," TECH_LINE(9180, "warning", "mat",
		"/dev/serial/by-id/"
		"usb-STANCE_mat_with_a_long_name-if00-port0: 3 "
		"of "
		"120 frames bad") "," TECH_LINE(9011, "error", "store",
		"the store cannot be opened: disk image is "
		"malformed") "," TECH_LINE(8703, "info", "stanced",
		"stanced 0.1.0 listens on "
		"/run/stance/stance.sock") "],\"more\":true}",
	NULL,
};

#define TECH_DRAFT(items, more)                                                        \
	"{\"calibration\":{},\"running\":null,\"draft\":{\"items\":[" items            \
	"],\"coverage_frac\":0.98" more "}}"
#define TECH_ITEM(n, step, kg, x, y)                                                   \
	"{\"item\":" #n ",\"step\":\"" step "\",\"mass_kg\":" #kg ",\"x_mm\":" #x      \
	",\"y_mm\":" #y ",\"dropped\":false}"
#define TECH_ZERO    TECH_ITEM(0, "zero", null, null, null)
#define TECH_ROLL(n) "," TECH_ITEM(n, "roll", null, null, null)
#define TECH_LOAD(n) "," TECH_ITEM(n, "load", 20, 0, 0)
#define TECH_READ    TECH_ZERO TECH_ROLL(1) TECH_ROLL(2) TECH_ROLL(3) TECH_ROLL(4)
#define TECH_LOADS   TECH_LOAD(5) "," TECH_ITEM(6, "load", 20, -108, 108)
#define TECH_OTHERS  TECH_LOADS "," TECH_ITEM(7, "creep", 20, 108, -108)
#define TECH_REPORT                                                                    \
	",\"report\":{\"cells\":{\"ok\":2290,\"dead\":3,\"stuck\":0,\"noisy\":11,"     \
	"\"uncovered\":0},\"hidden_frac\":0.021,\"hysteresis_frac\":0.043,\"quick\":"  \
	"true,\"problems\":[{\"severity\":\"note\",\"item\":3,\"text\":\"Something "   \
	"that is not in the catalogue.\"}]}"
#define TECH_TEST(label, unit, figure, limit, word)                                    \
	"{\"label\":\"" label "\",\"unit\":\"" unit "\",\"figure\":" #figure           \
	",\"limit\":" #limit ",\"at_least\":false,\"judgement\":\"" word "\"}"
#define TECH_TESTS                                                                     \
	",\"verification\":{\"passed\":false,\"lines\":[" TECH_TEST("Total force",     \
		"%", 2.31, 5, "pass") "," TECH_TEST("Centre of pressure", "mm", 7.2,   \
		3, "fail") "," TECH_TEST("Left against right", "%", null, 1.5,         \
		"not_tested") "," TECH_TEST("Noise as sway velocity", "mm/s", 1.9, 2,  \
		"pass") "]}"

/* The draft of the daemon, by what of the procedure is done. */
static const char *tech_draft(const char *what)
{
	if (strcmp(what, "zero") == 0)
		return TECH_DRAFT(TECH_ZERO TECH_LOAD(1), ",\"fitted\":false");
	if (strcmp(what, "rolled") == 0)
		return TECH_DRAFT(TECH_READ TECH_LOAD(5), ",\"fitted\":false");
	if (strcmp(what, "loaded") == 0)
		return TECH_DRAFT(TECH_READ TECH_LOADS, ",\"fitted\":false");
	if (strcmp(what, "ready") == 0)
		return TECH_DRAFT(TECH_READ TECH_OTHERS, ",\"fitted\":false");
	if (strcmp(what, "fitted") == 0)
		return TECH_DRAFT(
			TECH_READ TECH_OTHERS, ",\"fitted\":true" TECH_REPORT);
	if (strcmp(what, "judged") == 0)
		return TECH_DRAFT(TECH_READ TECH_OTHERS,
			",\"fitted\":true,\"judged\":true" TECH_REPORT TECH_TESTS);
	return "{\"calibration\":{},\"running\":null,\"draft\":null}";
}

/* "draft tap,tap,...": the calibration with that draft, and then what is touched. `hint=` in place of a
 * name tells what a running step says; `refuse=`, how it ended. */
static int64_t tech_calibrate(struct app *app, const char *what)
{
	char draft[24] = "", taps[200] = "", text[400], *name, *rest;
	int64_t now_ns = scene_named(app, "empty");
	const char *answers[] = { "calibrate.status", NULL, NULL };
	const char *steps[] = { "calibrate.status", NULL, "calibrate.load", NULL,
		NULL };

	sscanf(what, "%23s %199[^\n]", draft, taps);
	tech_mat(app, now_ns);
	stage_go(app, "calibrate", "", now_ns);
	answers[1] = steps[1] = tech_draft(draft);
	stage_serve(app, answers, now_ns);
	for (name = strtok_r(taps, ",", &rest); name;
		name = strtok_r(NULL, ",", &rest)) {
		if (strncmp(name, "hint=", 5) == 0) {
			snprintf(text, sizeof(text),
				"{\"state\":\"measuring\",\"hint\":\"%s\",\"elapsed_s\""
				":4,\"remaining_s\":6,\"at_mm\":[12,-30],"
				"\"coverage\":null,\"coverage_frac\":null}",
				name + 5);
			assert_true(stage_tell(app, "calibration", text, now_ns));
		} else if (strncmp(name, "refuse=", 7) == 0) {
			snprintf(text, sizeof(text),
				"{\"ok\":false,\"step\":\"load\",\"notes\":[],"
				"\"reason\":\"%s\"}",
				name + 7);
			steps[3] = text;
			stage_serve(app, steps, now_ns);
		} else if (name[0] == '=') {
			stage_type(app, name + 1, now_ns);
		} else {
			stage_tap(app, name, now_ns);
		}
		now_ns += 400 * SCENE_MS;
		app->model.sample_at_ns = now_ns; /* the mat goes on */
	}
	return now_ns;
}

static const char *const tech_cells_answers[] = { "mat.describe",
	"{\"rows\":48,\"cols\":48,\"pitch_x_mm\":10,\"pitch_y_mm\":10,\"full_scale\":"
	"4095,"
	"\"calibration_id\":\"abc\"}",
	"subscribe", "{}", "calibrate.export",
	"{\"text\":\"{\\\"model\\\":{\\\"states\\\":{\\\"dead\\\":[100,101,148],"
	"\\\"stuck\\\":[],\\\"noisy\\\":[2000],\\\"uncovered\\\":[0,1,2,3,48,49]}}}\","
	"\"next_offset\":null}",
	NULL };

/* A frame of the mat: a person on cells that stutter, one stuck at full scale, one that flickers. */
static void tech_raw(struct app *app, int k, int64_t now_ns)
{
	static uint16_t cells[SCENE_SIDE * SCENE_SIDE];
	static char text[sizeof(cells) * 2], line[sizeof(text) + 100];

	for (int i = 0; i < SCENE_SIDE * SCENE_SIDE; i++)
		cells[i] = (uint16_t)(40 + (i * 7 + k * 13) % 5 +
				      (k > 60 && i % 48 > 10 && i % 48 < 18 &&
							      i > 800 && i < 1600
						      ? 300
						      : 0));
	cells[700] = 4095;
	cells[1200] = (uint16_t)(k % 2 ? 400 : 40);
	text[base64_encode((const uint8_t *)cells, sizeof(cells), text)] = '\0';
	snprintf(line, sizeof(line), "{\"cells\":\"%s\"}", text);
	assert_true(stage_tell(app, "raw", line, now_ns));
}

/* How often to touch "show"; then "x" touches a cell. */
static int64_t tech_cells(struct app *app, const char *what)
{
	int64_t now_ns = scene_named(app, "empty");
	struct input_event e = { .kind = INPUT_POINTER_DOWN };

	tech_mat(app, now_ns);
	stage_go(app, "cells", "", now_ns);
	stage_serve(app, tech_cells_answers, now_ns);
	for (int k = 0; k < 120; k++)
		tech_raw(app, k, now_ns);
	app->model.sample_at_ns = now_ns += 600 * SCENE_MS;
	for (int i = atoi(what); i > 0; i--) {
		stage_tap(app, "show", now_ns);
		app->model.sample_at_ns = now_ns += 400 * SCENE_MS;
	}
	stage_settle(app, now_ns);
	e.x = app_view(app, 0)->ui.display.w / 5;
	e.y = app_view(app, 0)->ui.display.h / 3;
	if (strchr(what, 'x'))
		app_event(app, 0, &e, now_ns);
	return now_ns;
}

static int64_t tech_check(struct app *app, const char *what)
{
	const char *answers[] = { "calibrate.check", NULL, NULL };
	int64_t now_ns = scene_named(app, "empty");

	tech_mat(app, now_ns);
	app->model.status.last_check =
		(struct status_check){ .at_unix_ms = 1795850000000,
			.mass_kg = strcmp(what, "weight") == 0 ? NAN : 20,
			.error_frac = 0.012,
			.ok = true };
	stage_go(app, "check", "", now_ns);
	if (strcmp(what, "good") != 0 && strcmp(what, "bad") != 0)
		return now_ns;
	assert_true(stage_tap(app, "begin", now_ns));
	answers[1] =
		strcmp(what, "good") == 0
			? "{\"ok\":true,\"check\":{\"mass_kg\":20,\"measured_kg\":20."
			  "31,\"error_frac\":0.0155,\"limit_frac\":0.05,\"ok\":true}}"
			: "{\"ok\":true,\"check\":{\"mass_kg\":20,\"measured_kg\":17.2,"
			  "\"error_frac\":-0.14,\"limit_frac\":0.05,\"ok\":false}}";
	stage_serve(app, answers, now_ns);
	return now_ns;
}

/* Four touches and a fifth of a panel that is mirrored, as far as `what` says: how many marks, "two" fingers on the next,
 * "line" all in one place, "off" one elsewhere, and what is done with the matrix. */
static int64_t tech_touch(struct app *app, const char *what)
{
	const struct touch_matrix mirrored = { { -1, 0, 1, 0, 1, 0 } };
	int64_t now_ns = scene_named(app, "empty");
	int n = what[0] >= '0' && what[0] <= '5' ? what[0] - '0' : TOUCH_N_MARKS;
	const struct app_ask *ask;

	tech_mat(app, now_ns);
	stage_go(app, "touch", "", now_ns);
	for (int i = 0; i < n; i++) {
		double u, v;
		touch_mark(i, &u, &v);
		if (strcmp(what, "line") == 0 || (strcmp(what, "off") == 0 && i == 2))
			u = 0.5;
		stage_finger_tap(app, &mirrored, u, v, now_ns += 800 * SCENE_MS);
	}
	if (strstr(what, "two")) {
		stage_finger(app, &mirrored, INPUT_POINTER_DOWN, 1, 0.2, 0.2, now_ns);
		stage_finger(app, &mirrored, INPUT_POINTER_DOWN, 2, 0.8, 0.2, now_ns);
	}
	now_ns += 800 * SCENE_MS;
	if (strcmp(what, "spot") == 0)
		stage_finger_tap(app, &mirrored, 0.3, 0.6, now_ns);
	if (strcmp(what, "back") == 0)
		now_ns += 20000 * SCENE_MS;
	if (strcmp(what, "kept") == 0 || strcmp(what, "unkept") == 0) {
		bool ok = what[0] == 'k';
		json_t *said = json_pack("{s:b, s:s}", "ok", ok, "text",
			"/var/lib/stance-ui/.config/stance/stance.conf.d/"
			"90-touch.conf: "
			"No space left on device");
		if (!stage_tap(app, "keep", now_ns)) { /* among the others */
			stage_tap(app, "actions", now_ns += 400 * SCENE_MS);
			stage_tap(app, "keep", now_ns += 400 * SCENE_MS);
		}
		ask = app_next_run(app);
		assert_non_null(ask);
		app_answered(app, ask->id, said, 0, NULL, now_ns);
		json_decref(said);
	}
	stage_settle(app, now_ns);
	app->model.sample_at_ns = now_ns; /* the mat goes on */
	stage_settle(app, now_ns);
	return now_ns;
}

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
	{ "tech-service-sick", false, tech_play, "service sick", 3, false },
	{ "tech-service-row", false, tech_play, "service sick row-1", 0, false },
	{ "tech-service-gone", false, tech_play, "service gone", 0, false },
	{ "tech-log", false, tech_play, "log well", 3, false },
	{ "tech-log-bundle", false, tech_play, "log well bundle", 0, false },
	{ "tech-display", false, tech_play, "display well", 1, false },
	{ "tech-display-colours", false, tech_play, "display well 1", 1, false },
	{ "tech-display-greys", false, tech_play, "display well 2", 1, false },
	{ "tech-display-pixels", false, tech_play, "display well 3", 1, false },
	{ "tech-display-text", false, tech_play, "display well 4", 1, false },
	{ "tech-display-touch", false, tech_play, "display well touch", 1, true },
	{ "tech-display-touched", false, tech_play, "display well touched", 1, false },
	{ "tech-touch", false, tech_touch, "0", 3, true },
	{ "tech-touch-second", false, tech_touch, "1", 0, true },
	{ "tech-touch-middle", false, tech_touch, "4", 1, true },
	{ "tech-touch-two", false, tech_touch, "2 two", 1, true },
	{ "tech-touch-line", false, tech_touch, "line", 0, false },
	{ "tech-touch-off", false, tech_touch, "off", 1, false },
	{ "tech-touch-tried", false, tech_touch, "tried", 3, false },
	{ "tech-touch-spot", false, tech_touch, "spot", 0, false },
	{ "tech-touch-back", false, tech_touch, "back", 0, false },
	{ "tech-touch-kept", false, tech_touch, "kept", 1, false },
	{ "tech-touch-unkept", false, tech_touch, "unkept", 1, false },
	{ "tech-cells", false, tech_cells, "0", 1, false },
	{ "tech-cells-touched", false, tech_cells, "0x", 1, false },
	{ "tech-cells-noise", false, tech_cells, "1", 1, false },
	{ "tech-cells-states", false, tech_cells, "2", 3, false },
	{ "tech-calibrate", false, tech_calibrate, "none", 1, false },
	{ "tech-calibrate-begun", false, tech_calibrate, "rolled", 0, false },
	{ "tech-calibrate-tools", false, tech_calibrate, "rolled begin", 3, false },
	{ "tech-calibrate-worth", false, tech_calibrate, "rolled begin,read", 0,
		false },
	{ "tech-calibrate-weights", false, tech_calibrate,
		"none begin,tool-0,=20,pad-ok,=40.5", 1, false },
	{ "tech-calibrate-step", false, tech_calibrate, "rolled begin,begin", 3,
		false },
	{ "tech-calibrate-running", false, tech_calibrate,
		"rolled begin,begin,begin,hint=Hold still: do not touch the weight.", 3,
		false },
	{ "tech-calibrate-refused", false, tech_calibrate,
		"rolled begin,begin,begin,refuse=No weight came within 30 s.", 1,
		false },
	{ "tech-calibrate-zero", false, tech_calibrate,
		"none begin,tool-2,=80,pad-ok,begin", 0, false },
	{ "tech-calibrate-roll", false, tech_calibrate, "zero begin,tool-1,begin", 0,
		false },
	{ "tech-calibrate-creep", false, tech_calibrate, "loaded begin,begin", 5,
		false },
	{ "tech-calibrate-creeps", false, tech_calibrate,
		"loaded begin,begin,begin,hint=Hold still: do not touch the weight.", 1,
		false },
	{ "tech-calibrate-ready", false, tech_calibrate, "ready begin,begin", 1,
		false },
	{ "tech-calibrate-fitted", false, tech_calibrate, "fitted begin", 1, false },
	{ "tech-calibrate-verify", false, tech_calibrate,
		"fitted begin,begin,=25,pad-ok", 1, false },
	{ "tech-calibrate-judged", false, tech_calibrate, "judged begin", 7, false },
	{ "tech-calibrate-test", false, tech_calibrate, "judged begin,read,test-1", 0,
		false },
	{ "tech-calibrate-sign", false, tech_calibrate, "judged begin,begin,=A. Miller",
		1, false },
	{ "tech-check", false, tech_check, "again", 1, false },
	{ "tech-check-weight", false, tech_check, "weight", 1, false },
	{ "tech-check-good", false, tech_check, "good", 1, false },
	{ "tech-check-bad", false, tech_check, "bad", 0, false },
	{ "tech-wipe", false, tech_play, "wipe well", 1, false },
};
