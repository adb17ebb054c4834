#include "ui/options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/paths.h"
#include "src/base/settings.h"
#include "src/base/version.h"
#include "ui/core/layout.h"

/* The panel assumed when nobody says which. */
#define USUAL_PROFILE "800x480"

enum {
	OPTION_SCREENSHOT = 0x100,
	OPTION_SCRIPT,
	OPTION_FRAME_LOG,
	OPTION_LOW_VISION,
	OPTION_KIOSK,
	OPTION_FULLSCREEN,
	OPTION_DISTANCE,
	OPTION_ROTATE,
	OPTION_COLORMAP,
	OPTION_CONFIG,
	OPTION_LANGUAGE,
	OPTION_THEME,
	OPTION_HOME,
};

static const struct argp_option argp_options[] = {
	{ "socket", 's', "PATH", 0, "the daemon's socket", 0 },
	{ "profile", 'p', "WxH", 0, "800x480, 720x1280, 1280x800 or 1920x1080", 0 },
	{ "role", 'r', "ROLE", 0,
		"near (clinician), far (patient, from the mat) or both (two windows)",
		0 },
	{ "language", OPTION_LANGUAGE, "LANGUAGE", 0, "say everything in it, as de",
		0 },
	{ "theme", OPTION_THEME, "THEME", 0, "usual or contrast", 0 },
	{ "home", OPTION_HOME, "SCREEN", 0,
		"first screen of the near role: worklist, live", 0 },
	{ "screenshot", OPTION_SCREENSHOT, "FILE", 0,
		"write the first live picture as PNG and exit; 3 after 5 s without "
		"data",
		0 },
	{ "script", OPTION_SCRIPT, "FILE", 0, "let a script press the buttons", 0 },
	{ "frame-log", OPTION_FRAME_LOG, "FILE", 0,
		"write a line for each picture drawn", 0 },
	{ "low-vision", OPTION_LOW_VISION, "SCALE", 0, "text 1.0 to 3.0 times as large",
		0 },
	{ "distance-mm", OPTION_DISTANCE, "MM", 0, "viewing distance of the role shown",
		0 },
	{ "colormap", OPTION_COLORMAP, "MAP", 0, "inferno or cividis", 0 },
	{ "rotate", OPTION_ROTATE, "DEG", 0, "turn the picture 90, 180 or 270 degrees",
		0 },
	{ "kiosk", OPTION_KIOSK, NULL, 0, "q and Esc do not quit", 0 },
	{ "fullscreen", OPTION_FULLSCREEN, NULL, 0, "fill the display", 0 },
	{ "config", 'c', "FILE", 0, "read this configuration instead of the usual ones",
		0 },
	{ "verbose", 'v', NULL, 0, "log what helps to find a fault", 0 },
	{ 0 },
};

/* What was given, still as text. */
struct given {
	const char *socket, *profile, *role, *low_vision, *distance, *map, *rotate,
		*config, *language, *theme, *home;
	struct options *o;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct given *g = state->input;

	switch (key) {
	case 's':
		g->socket = arg;
		break;
	case 'p':
		g->profile = arg;
		break;
	case 'r':
		g->role = arg;
		break;
	case 'c':
		g->config = arg;
		break;
	case OPTION_SCREENSHOT:
		g->o->screenshot = arg;
		break;
	case OPTION_SCRIPT:
		g->o->script = arg;
		break;
	case OPTION_FRAME_LOG:
		g->o->frame_log = arg;
		break;
	case OPTION_LOW_VISION:
		g->low_vision = arg;
		break;
	case OPTION_DISTANCE:
		g->distance = arg;
		break;
	case OPTION_COLORMAP:
		g->map = arg;
		break;
	case OPTION_ROTATE:
		g->rotate = arg;
		break;
	case OPTION_LANGUAGE:
		g->language = arg;
		break;
	case OPTION_THEME:
		g->theme = arg;
		break;
	case OPTION_HOME:
		g->home = arg;
		break;
	case OPTION_KIOSK:
		g->o->kiosk = true;
		break;
	case OPTION_FULLSCREEN:
		g->o->fullscreen = true;
		break;
	case 'v':
		g->o->verbose = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument: %s", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Put one given option over the configuration, which checks it. */
static int override(struct settings *s, enum settings_key key, const char *value,
	const char *option, char *message, size_t size)
{
	return value ? settings_set(s, key, value, option, message, size) : 0;
}

static int apply_given(
	struct settings *s, const struct given *g, char *message, size_t size)
{
	bool far = strcmp(settings_text(s, SETTINGS_UI_ROLE), "far") == 0;
	int error = override(
		s, SETTINGS_UI_PROFILE, g->profile, "--profile", message, size);

	if (g->role)
		far = strcmp(g->role, "far") == 0;
	if (error == 0)
		error = override(s, SETTINGS_UI_ROLE, g->role, "--role", message, size);
	if (error == 0)
		error = override(s, SETTINGS_UI_LOW_VISION, g->low_vision,
			"--low-vision", message, size);
	if (error == 0)
		error = override(s, SETTINGS_UI_LANGUAGE, g->language, "--language",
			message, size);
	if (error == 0)
		error = override(
			s, SETTINGS_UI_THEME, g->theme, "--theme", message, size);
	if (error == 0) /* a picture of the mat, unless said otherwise */
		error = override(s, SETTINGS_UI_HOME,
			g->home            ? g->home
			: g->o->screenshot ? "live"
					   : NULL,
			"--home", message, size);
	if (error == 0)
		error = override(
			s, SETTINGS_UI_COLORMAP, g->map, "--colormap", message, size);
	if (error == 0)
		error = override(s, far ? SETTINGS_UI_FAR_MM : SETTINGS_UI_NEAR_MM,
			g->distance, "--distance-mm", message, size);
	return error;
}

static int fill_in(
	struct options *o, const struct settings *s, char *message, size_t size)
{
	const char *name = settings_text(s, SETTINGS_UI_PROFILE);
	const struct layout_profile *profile =
		layout_profile_find(*name ? name : USUAL_PROFILE);
	double width_mm = settings_number(s, SETTINGS_DISPLAY_WIDTH_MM);

	if (!profile) {
		snprintf(message, size,
			"no such profile: %s; use 800x480, 720x1280, 1280x800 or "
			"1920x1080",
			name);
		return -EINVAL;
	}
	o->w = profile->w;
	o->h = profile->h;
	o->w_mm = width_mm > 0 ? width_mm : profile->w_mm;
	o->near_mm = settings_number(s, SETTINGS_UI_NEAR_MM);
	o->far_mm = settings_number(s, SETTINGS_UI_FAR_MM);
	o->low_vision = settings_number(s, SETTINGS_UI_LOW_VISION);
	o->pressure_kpa = settings_number(s, SETTINGS_UI_PRESSURE_KPA);
	o->far = strcmp(settings_text(s, SETTINGS_UI_ROLE), "far") == 0;
	o->both = strcmp(settings_text(s, SETTINGS_UI_ROLE), "both") == 0;
	snprintf(o->language, sizeof(o->language), "%s",
		settings_text(s, SETTINGS_UI_LANGUAGE));
	o->theme = strcmp(settings_text(s, SETTINGS_UI_THEME), "contrast") == 0
			   ? THEME_CONTRAST
			   : THEME_USUAL;
	o->units = units_text_system(settings_text(s, SETTINGS_UI_UNITS));
	o->sound = strcmp(settings_text(s, SETTINGS_UI_SOUND), "on") == 0;
	o->lock_min = settings_number(s, SETTINGS_UI_LOCK_MIN);
	o->live_first = strcmp(settings_text(s, SETTINGS_UI_HOME), "live") == 0;
	o->map = strcmp(settings_text(s, SETTINGS_UI_COLORMAP), "cividis") == 0
			 ? COLORMAP_CIVIDIS
			 : COLORMAP_INFERNO;
	return 0;
}

/* What belongs to the panel rather than to the screen on it. */
static int fill_in_display(
	struct options *o, const struct settings *s, char *message, size_t size)
{
	const char *touch = settings_text(s, SETTINGS_DISPLAY_TOUCH_MATRIX);

	snprintf(o->connector, sizeof(o->connector), "%.31s",
		settings_text(s, SETTINGS_DISPLAY_CONNECTOR));
	o->rotation_deg = (int)settings_number(s, SETTINGS_DISPLAY_ROTATE);
	o->dark_min = settings_number(s, SETTINGS_DISPLAY_DARK_MIN);
	o->warnings = strcmp(settings_text(s, SETTINGS_DISPLAY_WARNINGS), "on") == 0;
	if (touch_parse(touch, &o->touch) == 0)
		return 0;
	snprintf(message, size,
		"display.touch_matrix = \"%s\": it takes six numbers, as 1 0 0 0 1 0, "
		"that do not put everything on one line",
		touch);
	return -EINVAL;
}

static int find_socket(struct options *o, const struct settings *s, const char *given,
	char *message, size_t size)
{
	const char *set = settings_text(s, SETTINGS_DAEMON_SOCKET);

	if (!given && *set && !getenv("STANCE_SOCKET"))
		given = set;
	if (paths_socket(given, o->socket, sizeof(o->socket)) < 0) {
		snprintf(message, size,
			"cannot tell where the socket is: give --socket PATH");
		return -EINVAL;
	}
	return 0;
}

static int take_rotation(
	struct options *o, const char *text, char *message, size_t size)
{
	static const char *const names[] = { "0", "90", "180", "270" };

	for (int i = 0; text && i < 4; i++) {
		if (strcmp(text, names[i]) == 0) {
			o->rotation_deg = 90 * i;
			return 0;
		}
	}
	if (!text)
		return 0;
	snprintf(message, size, "--rotate %s: use 0, 90, 180 or 270", text);
	return -EINVAL;
}

int options_read(struct options *o, int argc, char **argv, char *message, size_t size)
{
	static const struct argp argp = { argp_options, parse_option, NULL,
		"The live screen of Stance: a person on the mat, seen by the clinician "
		"or from the mat itself.",
		NULL, NULL, NULL };
	struct given given = { .o = o };
	struct settings *settings = malloc(sizeof(*settings));
	int error;

	*o = (struct options){ 0 };
	argp_program_version = "stance-ui " STANCE_VERSION;
	argp_err_exit_status = 2;
	if (!settings) {
		snprintf(message, size, "out of memory");
		return -ENOMEM;
	}
	argp_parse(&argp, argc, argv, 0, NULL, &given);
	o->config = given.config;
	settings_init(settings);
	error = settings_load(settings, given.config, message, size);
	if (error == 0)
		error = apply_given(settings, &given, message, size);
	if (error == 0)
		error = fill_in(o, settings, message, size);
	if (error == 0)
		error = fill_in_display(o, settings, message, size);
	if (error == 0)
		error = take_rotation(o, given.rotate, message, size);
	if (error == 0)
		error = find_socket(o, settings, given.socket, message, size);
	free(settings);
	return error;
}
