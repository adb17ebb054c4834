/* A window, or two: replays a draw list, measures text, reads touch, mouse and keyboard.
 * Only the files of ui/sdl know SDL.
 * Follows docs/screens.md ("Drawing", "Touch and keys"). */
#ifndef STANCE_UI_BACKEND_H
#define STANCE_UI_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/core/draw.h"
#include "ui/core/input.h"
#include "ui/core/touch.h"

struct backend;

struct backend_setup {
	int w, h;
	bool fullscreen;
	bool software; /* the software renderer even where a faster one exists: tests */
	bool unseen;   /* nobody needs to see it: works without a display */
	int display;   /* 0 the first */
	const char *title; /* NULL: "Stance" */
	int rotation_deg; /* 0, 90, 180, 270 clockwise: how the scene is turned on the panel */
	const struct touch_matrix *touch; /* NULL: touches are where they are */
	const char *
		connector; /* the display's, without a window system; NULL or "": chosen */
};

/* Open the window and the fonts. Returns 0; -ENODEV: no display; -ENXIO: none is connected now, but one may be; -EACCES: no
 * right to the display or its input; -ENOENT: no font; -ENOMEM. `message` receives a sentence with the remedy. */
int backend_open(const struct backend_setup *setup, struct backend **out, char *message,
	size_t size);
void backend_close(struct backend *b);

/* The size of the scene in pixels, which the window system may have decided. */
void backend_size(const struct backend *b, int *w, int *h);

/* A draw_measure_fn; `ctx` is the backend. */
void backend_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *metrics, void *ctx);

/* Replay a list into the scene, and show it. With a paced renderer, showing waits for the
 * display. */
void backend_draw(struct backend *b, const struct draw_list *list);
void backend_show(struct backend *b);

/* Copy the scene drawn last: w * h pixels 0xAARRGGBB, alpha 255. Call between backend_draw() and
 * backend_show(). Returns 0 or -EIO. */
int backend_read(struct backend *b, uint32_t *pixels);

/* Take the next input event; false if there is none. Never waits. */
bool backend_poll(struct backend *b, struct input_event *event);

/* Where to sleep: a descriptor that is readable when an input event may have come, -1 if they must be looked for by the
 * clock. It stays with the window. */
int backend_fd(const struct backend *b);

/* It was readable. Returns true if more may come that it does not tell of: look by the clock for some seconds. */
bool backend_heard(struct backend *b);

/* Whether the display that was chosen is still the one to choose: if not, start anew. Always true in a window system. */
bool backend_is_current(void);

/* A black picture, whatever was drawn. */
void backend_black(struct backend *b);

/* Put touches right by another matrix from now on. */
void backend_set_touch(struct backend *b, const struct touch_matrix *touch);

/* Put a touch into the queue as the panel would: `nx`, `ny` 0..1 of the scene. For scripts. */
void backend_push_touch(struct backend *b, enum input_kind kind, double nx, double ny);

/* Let such touches be on a panel that says `skew` of where the finger is. */
void backend_skew_panel(struct backend *b, const struct touch_matrix *skew);

/* Return "driver/renderer", for messages. */
const char *backend_name(const struct backend *b);

#endif
