/* Which graphics card and which of its connectors the picture goes to, chosen before SDL is asked: SDL 2.26 may settle on a
 * card without a display, depending on the order of files.
 * Does not open a card.
 * Follows the kernel's /sys/class/drm: cardN-TYPE-M/status, and connector_id where there is one. */
#ifndef STANCE_UI_SDL_CARDS_H
#define STANCE_UI_SDL_CARDS_H

#include <stdbool.h>
#include <stddef.h>

struct card_choice {
	int card;    /* N of /dev/dri/cardN */
	int display; /* which of its connected displays, from 0, as SDL counts them */
	char connector[32]; /* "DSI-1" */
};

/* Choose below `root` ("" for this machine): the connector named `wanted` if it is connected, else a DSI one, else the first
 * by card and number. Returns 0; -ENODEV: there is no card; -ENOENT: nothing is connected. `message` (`size` bytes) then
 * says what to do. */
int cards_choose(const char *root, const char *wanted, struct card_choice *out,
	char *message, size_t size);

/* Whether what was chosen is still what would be: a display that came or went wants a new start (exit 75). */
bool cards_still(
	const char *root, const char *wanted, const struct card_choice *choice);

#endif
