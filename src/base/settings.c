#include "src/base/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct settings_info the_keys[SETTINGS_N_KEYS] = {
	[SETTINGS_MAT_PATH] = { .name = "mat.path",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "the mat's serial port; empty: search the ports for one" },
	[SETTINGS_MAT_DRIVER] = { .name = "mat.driver",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "the driver to use; empty: try them all" },
	[SETTINGS_MAT_RATE_HZ] = { .name = "mat.rate_hz",
		.type = SETTINGS_NUMBER,
		.initial = "0",
		.low = 0,
		.high = 1000,
		.help = "frames a second to ask the mat for; 0: the mat's own" },
	[SETTINGS_MAT_BAUD] = { .name = "mat.baud",
		.type = SETTINGS_NUMBER,
		.initial = "0",
		.low = 0,
		.high = 12000000,
		.integer = true,
		.help = "speed of the serial line; 0: try what the driver lists" },
	[SETTINGS_DAEMON_SOCKET] = { .name = "daemon.socket",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "the socket for clients; empty: the usual place" },
	[SETTINGS_DAEMON_STATE_DIR] = { .name = "daemon.state_dir",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "where data are kept; empty: the usual place" },
	[SETTINGS_DAEMON_LOG_LEVEL] = { .name = "daemon.log_level",
		.type = SETTINGS_CHOICE,
		.initial = "info",
		.choices = "err warn info debug",
		.help = "the least urgent messages to log" },
	[SETTINGS_DAEMON_MAX_CLIENTS] = { .name = "daemon.max_clients",
		.type = SETTINGS_NUMBER,
		.initial = "64",
		.low = 1,
		.high = 1024,
		.integer = true,
		.help = "clients served at the same time" },
	[SETTINGS_STORE_KEEP_RAW_DAYS] = { .name = "store.keep_raw_days",
		.type = SETTINGS_NUMBER,
		.initial = "0",
		.low = 0,
		.high = 36500,
		.help = "days after which raw frames are deleted, numbers and series "
			"stay; 0: never" },
	[SETTINGS_EXPORT_GDT_IN] = { .name = "export.gdt_in",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "folder that a practice's system puts GDT requests in; empty: "
			"none is watched" },
	[SETTINGS_EXPORT_GDT_OUT] = { .name = "export.gdt_out",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "folder for GDT answers, written when a visit is signed; "
			"empty: "
			"none are written" },
	[SETTINGS_EXPORT_GDT_CHARSET] = { .name = "export.gdt_charset",
		.type = SETTINGS_CHOICE,
		.initial = "latin1",
		.choices = "latin1 cp437",
		.help = "character set of GDT answers" },
	[SETTINGS_EXPORT_GDT_RECEIVER] = { .name = "export.gdt_receiver",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "the practice's system in GDT answers (field 8315), up to 8 "
			"characters" },
	[SETTINGS_EXPORT_GDT_SENDER] = { .name = "export.gdt_sender",
		.type = SETTINGS_TEXT,
		.initial = "STANCE",
		.help = "this station in GDT answers (field 8316), up to 8 "
			"characters" },
	[SETTINGS_EXPORT_GDT_TEST] = { .name = "export.gdt_test",
		.type = SETTINGS_TEXT,
		.initial = "STANCE",
		.help = "what the examination is called in GDT answers (field 8402), "
			"up "
			"to 6 characters" },
	[SETTINGS_EXPORT_PATIENT_SYSTEM] = { .name = "export.patient_system",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "URI that patients' codes are identifiers of, for FHIR; empty: "
			"Stance's own" },
	[SETTINGS_TRIAL_CUTOFF_HZ] = { .name = "trial.cutoff_hz",
		.type = SETTINGS_NUMBER,
		.initial = "5",
		.low = 0,
		.high = 50,
		.help = "cut-off of the low-pass before sway is measured, Hz; 0: "
			"none" },
	[SETTINGS_STATION_CLOCK] = { .name = "station.clock",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "when the clock is right, so that reports can be signed; "
			"empty: while "
			"the kernel says so; trusted: always; a path: while that file "
			"is there" },
	[SETTINGS_TRAINING_ATTRACT] = { .name = "training.attract",
		.type = SETTINGS_NUMBER,
		.initial = "0",
		.low = 0,
		.high = 1,
		.integer = true,
		.help = "1: whoever steps onto an idle station begins to train" },
	[SETTINGS_ROLES_STATION] = { .name = "roles.station",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "Unix group that may run trials and set the zero; empty: "
			"none" },
	[SETTINGS_ROLES_CLINICIAN] = { .name = "roles.clinician",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "Unix group that may see patients and set the zero; empty: "
			"none" },
	[SETTINGS_ROLES_TECHNICIAN] = { .name = "roles.technician",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "Unix group that may calibrate and set the zero; empty: none" },
	[SETTINGS_GPIO_CHIP] = { .name = "gpio.chip",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "label of the GPIO chip where a line below names none; empt"
			"y: any that has the line" },
	[SETTINGS_GPIO_START] = { .name = "gpio.start",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the button that starts the next trial and stops on"
			"e; empty: none" },
	[SETTINGS_GPIO_FOOT] = { .name = "gpio.foot",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the foot switch, which does the same" },
	[SETTINGS_GPIO_TARE] = { .name = "gpio.tare",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the button that sets the zero" },
	[SETTINGS_GPIO_READY] = { .name = "gpio.ready",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the green lamp: a trial can begin" },
	[SETTINGS_GPIO_MEASURING] = { .name = "gpio.measuring",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the amber lamp: a trial is under way" },
	[SETTINGS_GPIO_FAULT] = { .name = "gpio.fault",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the red lamp: no mat, or nothing can be stored" },
	[SETTINGS_GPIO_BUZZER] = { .name = "gpio.buzzer",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line of the buzzer: begin, end, broken off" },
	[SETTINGS_GPIO_SYNC_GATE] = { .name = "gpio.sync_gate",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line that is active while a trial measures" },
	[SETTINGS_GPIO_SYNC_PULSE] = { .name = "gpio.sync_pulse",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line with a pulse at every n-th frame while a trial measur"
			"es" },
	[SETTINGS_GPIO_SYNC_IN] = { .name = "gpio.sync_in",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "line whose edges are kept in the recording, with their tim"
			"es" },
	[SETTINGS_GPIO_PULSE_EVERY] = { .name = "gpio.pulse_every",
		.type = SETTINGS_NUMBER,
		.initial = "100",
		.low = 1,
		.high = 1000000,
		.integer = true,
		.help = "frames from one pulse of gpio.sync_pulse to the next" },
	[SETTINGS_GPIO_DEBOUNCE_MS] = { .name = "gpio.debounce_ms",
		.type = SETTINGS_NUMBER,
		.initial = "25",
		.low = 0,
		.high = 500,
		.help = "how long a button must hold still to count, ms" },
	[SETTINGS_UI_PROFILE] = { .name = "ui.profile",
		.type = SETTINGS_CHOICE,
		.initial = "",
		.choices = "800x480 720x1280 1280x800 1920x1080",
		.help = "the screen's layout; empty: by the size of the display" },
	[SETTINGS_UI_ROLE] = { .name = "ui.role",
		.type = SETTINGS_CHOICE,
		.initial = "near",
		.choices = "near far both",
		.help = "who looks: near (operator), far (person), both (two "
			"windows)" },
	[SETTINGS_UI_NEAR_MM] = { .name = "ui.near_mm",
		.type = SETTINGS_NUMBER,
		.initial = "550",
		.low = 200,
		.high = 2000,
		.help = "viewing distance of the near role, mm" },
	[SETTINGS_UI_FAR_MM] = { .name = "ui.far_mm",
		.type = SETTINGS_NUMBER,
		.initial = "1500",
		.low = 500,
		.high = 6000,
		.help = "viewing distance of the far role, mm" },
	[SETTINGS_UI_LOW_VISION] = { .name = "ui.low_vision",
		.type = SETTINGS_NUMBER,
		.initial = "1.0",
		.low = 1,
		.high = 3,
		.help = "text this many times larger, for low vision" },
	[SETTINGS_UI_COLORMAP] = { .name = "ui.colormap",
		.type = SETTINGS_CHOICE,
		.initial = "inferno",
		.choices = "inferno cividis",
		.help = "the colours of pressure" },
	[SETTINGS_UI_LANGUAGE] = { .name = "ui.language",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "language of the screen, as de; empty: of the environment" },
	[SETTINGS_UI_UNITS] = { .name = "ui.units",
		.type = SETTINGS_CHOICE,
		.initial = "auto",
		.choices = "auto metric imperial",
		.help = "kg and cm, or lb and in; auto: as the country has it" },
	[SETTINGS_UI_THEME] = { .name = "ui.theme",
		.type = SETTINGS_CHOICE,
		.initial = "usual",
		.choices = "usual contrast",
		.help = "colours of the screen: usual, or of high contrast" },
	[SETTINGS_UI_SOUND] = { .name = "ui.sound",
		.type = SETTINGS_CHOICE,
		.initial = "on",
		.choices = "on off",
		.help = "sounds at start, end and stop, and spoken prompts" },
	[SETTINGS_UI_LOCK_MIN] = { .name = "ui.lock_min",
		.type = SETTINGS_NUMBER,
		.initial = "2",
		.low = 0,
		.high = 120,
		.help = "idle minutes before the near screen locks; 0: never" },
	[SETTINGS_UI_HOME] = { .name = "ui.home",
		.type = SETTINGS_CHOICE,
		.initial = "worklist",
		.choices = "worklist live",
		.help = "first screen of the near role: who waits, or the mat" },
	[SETTINGS_DISPLAY_CONNECTOR] = { .name = "display.connector",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "the display's connector without a window system, as HDMI-A-1; "
			"empty: DSI, else the first" },
	[SETTINGS_DISPLAY_ROTATE] = { .name = "display.rotate",
		.type = SETTINGS_CHOICE,
		.initial = "0",
		.choices = "0 90 180 270",
		.help = "the picture turned clockwise on its panel, degrees" },
	[SETTINGS_DISPLAY_TOUCH_MATRIX] = { .name = "display.touch_matrix",
		.type = SETTINGS_TEXT,
		.initial = "",
		.help = "six numbers that put touches where they belong, before "
			"display.rotate; empty: none" },
	[SETTINGS_DISPLAY_DARK_MIN] = { .name = "display.dark_min",
		.type = SETTINGS_NUMBER,
		.initial = "0",
		.low = 0,
		.high = 1440,
		.help = "idle minutes before the screen goes dark; 0: never" },
	[SETTINGS_DISPLAY_WARNINGS] = { .name = "display.warnings",
		.type = SETTINGS_CHOICE,
		.initial = "on",
		.choices = "on off",
		.help = "say it on the screen when the supply is weak or the machine "
			"is hot" },
	[SETTINGS_DISPLAY_WIDTH_MM] = { .name = "display.width_mm",
		.type = SETTINGS_NUMBER,
		.initial = "0",
		.low = 0,
		.high = 2000,
		.help = "width of the visible screen, mm; 0: as the layout assumes" },
	[SETTINGS_UI_PRESSURE_KPA] = { .name = "ui.pressure_kpa",
		.type = SETTINGS_NUMBER,
		.initial = "150",
		.low = 10,
		.high = 1000,
		.help = "pressure at the top of the fixed colour scale, kPa" },
};

const struct settings_info *settings_keys(void)
{
	return the_keys;
}

void settings_init(struct settings *s)
{
	for (int k = 0; k < SETTINGS_N_KEYS; k++) {
		snprintf(s->value[k], sizeof(s->value[k]), "%s", the_keys[k].initial);
		snprintf(s->origin[k], sizeof(s->origin[k]), "default");
	}
}

/* --- values ----------------------------------------------------------------------- */

static bool is_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);

	for (const char *p = choices; n && p && *p;) {
		size_t length = strcspn(p, " ");

		if (length == n && strncmp(p, value, n) == 0)
			return true;
		p += length + strspn(p + length, " ");
	}
	return false;
}

static int check_number(
	const struct settings_info *key, const char *value, char *why, size_t size)
{
	char *end = NULL;
	double number;

	if (!*value || value[strspn(value, "+-.0123456789eE")]) {
		snprintf(why, size,
			"%s = \"%s\" is not a number; it takes %.10g to %.10g",
			key->name, value, key->low, key->high);
		return -EINVAL;
	}
	number = strtod(value, &end);
	if (end == value || *end || (key->integer && value[strcspn(value, ".eE")])) {
		snprintf(why, size,
			"%s = \"%s\" is not a %snumber; it takes %.10g to %.10g",
			key->name, value, key->integer ? "whole " : "", key->low,
			key->high);
		return -EINVAL;
	}
	if (!(number >= key->low && number <= key->high)) {
		snprintf(why, size, "%s = %s is out of range; it takes %.10g to %.10g",
			key->name, value, key->low, key->high);
		return -EINVAL;
	}
	return 0;
}

static int check_text(
	const struct settings_info *key, const char *value, char *why, size_t size)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			snprintf(why, size,
				"%s holds a control character (byte %d); write it anew",
				key->name, (unsigned char)*c);
			return -EINVAL;
		}
	return 0;
}

int settings_check(enum settings_key index, const char *value, char *why, size_t size)
{
	const struct settings_info *key = &the_keys[index];

	if (strlen(value) >= SETTINGS_VALUE_SIZE) {
		snprintf(why, size, "%s is longer than %d bytes", key->name,
			SETTINGS_VALUE_SIZE - 1);
		return -EINVAL;
	}
	if (check_text(key, value, why, size) < 0)
		return -EINVAL;
	if (key->type == SETTINGS_NUMBER)
		return check_number(key, value, why, size);
	if (key->type == SETTINGS_CHOICE && strcmp(value, key->initial) != 0 &&
		!is_choice(key->choices, value)) {
		snprintf(why, size, "%s = \"%s\" is not one of: %s", key->name, value,
			key->choices);
		return -EINVAL;
	}
	return 0;
}

int settings_set(struct settings *s, enum settings_key key, const char *value,
	const char *origin, char *message, size_t size)
{
	if (settings_check(key, value, message, size) < 0)
		return -EINVAL;
	snprintf(s->value[key], sizeof(s->value[key]), "%s", value);
	snprintf(s->origin[key], sizeof(s->origin[key]), "%s", origin);
	return 0;
}

const char *settings_text(const struct settings *s, enum settings_key key)
{
	return s->value[key];
}

double settings_number(const struct settings *s, enum settings_key key)
{
	return strtod(s->value[key], NULL);
}
