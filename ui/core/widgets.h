/* Buttons: hit-testing, one finger at a time, holding to confirm, keyboard focus.
 * Knows no meaning, no SDL and no clock: ids, pixels and times come from outside.
 * Follows docs/screens.md ("Touch and keys"): acts on release inside the target, the same one
 * once in 300 ms. */
#ifndef STANCE_UI_WIDGETS_H
#define STANCE_UI_WIDGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/clock.h"
#include "ui/core/input.h"
#include "ui/core/rect.h"

/* Chosen: a finger bounces for less, a second press takes longer; nobody holds so long in error. */
#define WIDGETS_DEBOUNCE_NS (300 * CLOCK_NS_PER_MS)
#define WIDGETS_HOLD_NS     (1200 * CLOCK_NS_PER_MS)
#define WIDGETS_MAX         96
#define WIDGETS_NONE        0

/* The parts of a composite (rows, keys, choices) share an id and differ in their index. */
#define WIDGET_ID(id, index) ((id) | (index) << 12)
#define WIDGET_ID_OF(id)     ((id)&0xFFF)
#define WIDGET_INDEX_OF(id)  ((id) >> 12)

/* One button. */
struct widget {
	int id;           /* > 0 */
	const char *name; /* as scripts call it */
	struct rect rect;
	bool primary;
	bool hold; /* must be held for WIDGETS_HOLD_NS */
	bool enabled;
	bool start; /* INPUT_KEY_START presses it */
	bool key;   /* one of many: may be as small as LAYOUT_FLOOR_MM */
};

/* Caller-owned; zeroed is empty. */
struct widgets {
	struct widget items[WIDGETS_MAX];
	int n_items;
	int focus;   /* id, WIDGETS_NONE; shown only while the keyboard is used */
	int pressed; /* id of the widget under the finger that went down on it */
	bool inside; /* that finger is still on it */
	bool by_key;
	int pressed_key;
	int64_t pointer;
	int64_t pressed_at_ns;
	int acted; /* id that acted last: the same one does not act again at once */
	int64_t acted_at_ns; /* 0: never */
};

/* Take away all widgets, keeping focus and press: a new layout adds them again. */
void widgets_clear(struct widgets *w);

/* Forget focus and press: another screen is shown. A finger that is down does nothing more. */
void widgets_forget(struct widgets *w);

/* Mirror their places in a screen `w` wide. */
void widgets_mirror(struct widgets *w, int screen_w);

/* Add one; ignored when there is no room. */
void widgets_add(struct widgets *w, const struct widget *item);

/* Return a widget by id, by name, or under a pixel; NULL if there is none. */
const struct widget *widgets_find(const struct widgets *w, int id);
const struct widget *widgets_find_name(const struct widgets *w, const char *name);
const struct widget *widgets_at(const struct widgets *w, int x, int y);

/* Feed an event; returns the id of the widget that acts now, WIDGETS_NONE if none does. `*used`
 * tells whether the event was for a widget at all. */
int widgets_event(
	struct widgets *w, const struct input_event *event, int64_t now_ns, bool *used);

/* Press a widget by its own key, until that key comes up. */
void widgets_press_key(struct widgets *w, int id, int key, int64_t now_ns);

/* Press the one that START means (`start`) by a key, if there is one. */
void widgets_press_start(struct widgets *w, int key, int64_t now_ns);

/* Let time pass: returns the id of a widget that has been held long enough, once. */
int widgets_tick(struct widgets *w, int64_t now_ns);

/* Return how much of its hold time the widget has been held, 0..1. */
double widgets_hold_frac(const struct widgets *w, int id, int64_t now_ns);

#endif
