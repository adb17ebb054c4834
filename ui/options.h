/* The command line of stance-ui, and what the configuration adds to it.
 * Does not act on any of it.
 * Follows stance-ui(1) and stance.conf(5). */
#ifndef STANCE_UI_OPTIONS_H
#define STANCE_UI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/colormap.h"
#include "ui/core/theme.h"
#include "ui/core/touch.h"
#include "ui/core/units_text.h"

/* What is in force. Strings of the arguments are borrowed. */
struct options {
	char socket[256];
	int w, h; /* pixels of the profile */
	double w_mm;
	double near_mm, far_mm, low_vision, pressure_kpa;
	bool far, both; /* both: a window for each role */
	char language[32];
	enum theme_name theme;
	enum units_text_system units;
	bool sound;
	double lock_min;
	bool live_first; /* the mat is the first screen, not who waits */
	enum colormap map;
	bool kiosk, fullscreen, verbose;
	int rotation_deg;
	struct touch_matrix touch;
	char connector[32]; /* "": chosen */
	double dark_min;
	bool warnings;
	const char *config;                          /* NULL: the usual ones */
	const char *screenshot, *script, *frame_log; /* NULL: not asked for */
};

/* Read the arguments, then the configuration for what they leave open. Returns 0 or -EINVAL;
 * `message` says what is wrong and what is right. --help, --version and usage errors (exit 2) end
 * the program. */
int options_read(struct options *o, int argc, char **argv, char *message, size_t size);

#endif
