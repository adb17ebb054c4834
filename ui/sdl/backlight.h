/* The light behind the screen, off and on.
 * Follows the kernel's /sys/class/backlight: every entry, for its name changes with model and slot; bl_power 4 is off, and
 * where that does nothing brightness 0 is. udev gives both files to the group video. */
#ifndef STANCE_UI_SDL_BACKLIGHT_H
#define STANCE_UI_SDL_BACKLIGHT_H

#include <stdbool.h>

#define BACKLIGHT_MAX 4

/* Zeroed before the first use; remembers how bright each was. */
struct backlight {
	int n; /* that were switched off */
	char path[BACKLIGHT_MAX][256];
	int brightness[BACKLIGHT_MAX];
};

/* Return how many lights were switched; 0: an HDMI screen, or no right to. */
int backlight_off(struct backlight *light, const char *root);
int backlight_on(struct backlight *light);

#endif
