#include "ui/core/widgets.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void widgets_clear(struct widgets *w)
{
	w->n_items = 0;
}

void widgets_forget(struct widgets *w)
{
	w->n_items = 0;
	w->focus = w->pressed = WIDGETS_NONE;
}

void widgets_mirror(struct widgets *w, int screen_w)
{
	for (int i = 0; i < w->n_items; i++)
		w->items[i].rect.x = screen_w - w->items[i].rect.x - w->items[i].rect.w;
}

void widgets_add(struct widgets *w, const struct widget *item)
{
	if (w->n_items < WIDGETS_MAX)
		w->items[w->n_items++] = *item;
}

const struct widget *widgets_find(const struct widgets *w, int id)
{
	for (int i = 0; i < w->n_items; i++)
		if (w->items[i].id == id)
			return &w->items[i];
	return NULL;
}

const struct widget *widgets_find_name(const struct widgets *w, const char *name)
{
	for (int i = 0; i < w->n_items; i++)
		if (strcmp(w->items[i].name, name) == 0)
			return &w->items[i];
	return NULL;
}

const struct widget *widgets_at(const struct widgets *w, int x, int y)
{
	for (int i = 0; i < w->n_items; i++)
		if (rect_contains(&w->items[i].rect, x, y))
			return &w->items[i];
	return NULL;
}

static int act(struct widgets *w, int id, int64_t now_ns)
{
	bool bounced =
		w->acted_at_ns != 0 && now_ns - w->acted_at_ns < WIDGETS_DEBOUNCE_NS;

	if (bounced)
		return WIDGETS_NONE;
	w->acted = id;
	w->acted_at_ns = now_ns;
	return id;
}

static void press(struct widgets *w, const struct widget *item, int64_t now_ns)
{
	w->pressed = item->id;
	w->inside = true;
	w->pressed_at_ns = now_ns;
}

/* Let go of the pressed widget; it acts if it is one to tap and was released inside. */
static int release(struct widgets *w, int64_t now_ns)
{
	const struct widget *item = widgets_find(w, w->pressed);
	bool acts = item && item->enabled && !item->hold && w->inside;
	int id = w->pressed;

	w->pressed = WIDGETS_NONE;
	return acts ? act(w, id, now_ns) : WIDGETS_NONE;
}

static void move_focus(struct widgets *w, int step)
{
	int at = step > 0 ? -1 : w->n_items;

	for (int i = 0; i < w->n_items; i++)
		if (w->items[i].id == w->focus)
			at = i;
	for (int i = 0; i < w->n_items; i++) {
		at = (at + step + w->n_items) % w->n_items;
		if (w->items[at].enabled) {
			w->focus = w->items[at].id;
			return;
		}
	}
}

void widgets_press_key(struct widgets *w, int id, int key, int64_t now_ns)
{
	const struct widget *item = widgets_find(w, id);

	if (!item || !item->enabled || w->pressed != WIDGETS_NONE)
		return;
	press(w, item, now_ns);
	w->focus = id;
	w->by_key = true;
	w->pressed_key = key;
}

/* How far `to` lies from `from` in the direction of a key; what lies aside counts double, what does
 * not lie there at all is -1. */
static int distance(const struct rect *from, const struct rect *to, int key)
{
	int dx = to->x + to->w / 2 - from->x - from->w / 2;
	int dy = to->y + to->h / 2 - from->y - from->h / 2;
	int ahead, aside;

	if (key == INPUT_KEY_LEFT || key == INPUT_KEY_RIGHT) {
		ahead = key == INPUT_KEY_RIGHT ? dx : -dx;
		aside = abs(dy);
	} else {
		ahead = key == INPUT_KEY_DOWN_ARROW ? dy : -dy;
		aside = abs(dx);
	}
	return ahead > 0 && aside <= 2 * ahead ? ahead + 2 * aside : -1;
}

/* Move the focus to the nearest one where the arrow points; it stays where there is none. */
static void point_focus(struct widgets *w, int key)
{
	const struct widget *from = widgets_find(w, w->focus);
	int best = 0;

	if (!from) {
		move_focus(w,
			key == INPUT_KEY_RIGHT || key == INPUT_KEY_DOWN_ARROW ? 1 : -1);
		return;
	}
	for (int i = 0; i < w->n_items; i++) {
		int far = distance(&from->rect, &w->items[i].rect, key);
		if (!w->items[i].enabled || far < 0 || (best != 0 && far >= best))
			continue;
		best = far;
		w->focus = w->items[i].id;
	}
}

/* A clicker has one button: it means what is to be done now. */
void widgets_press_start(struct widgets *w, int key, int64_t now_ns)
{
	int focus = w->focus;

	for (int i = 0; i < w->n_items; i++)
		if (w->items[i].start && w->items[i].enabled) {
			widgets_press_key(w, w->items[i].id, key, now_ns);
			w->focus = focus;
			return;
		}
}

static int key_down(struct widgets *w, int key, int64_t now_ns, bool *used)
{
	*used = true;
	switch (key) {
	case INPUT_KEY_TAB:
		move_focus(w, 1);
		break;
	case INPUT_KEY_BACKTAB:
		move_focus(w, -1);
		break;
	case INPUT_KEY_LEFT:
	case INPUT_KEY_RIGHT:
	case INPUT_KEY_UP_ARROW:
	case INPUT_KEY_DOWN_ARROW:
		point_focus(w, key);
		break;
	case INPUT_KEY_ENTER:
	case INPUT_KEY_SPACE:
		*used = w->focus != WIDGETS_NONE;
		widgets_press_key(w, w->focus, key, now_ns);
		break;
	case INPUT_KEY_START:
		widgets_press_start(w, key, now_ns);
		break;
	default:
		*used = false;
	}
	return WIDGETS_NONE;
}

static int pointer_event(
	struct widgets *w, const struct input_event *event, int64_t now_ns, bool *used)
{
	bool mine = w->pressed != WIDGETS_NONE && !w->by_key &&
		    w->pointer == event->pointer;
	const struct widget *item;

	*used = mine;
	if (event->kind == INPUT_POINTER_DOWN) {
		item = widgets_at(w, event->x, event->y);
		*used = item != NULL;
		w->focus = WIDGETS_NONE;
		if (!item || !item->enabled || w->pressed != WIDGETS_NONE)
			return WIDGETS_NONE;
		press(w, item, now_ns);
		w->by_key = false;
		w->pointer = event->pointer;
	} else if (mine) {
		item = widgets_find(w, w->pressed);
		w->inside = item && rect_contains(&item->rect, event->x, event->y);
		if (event->kind == INPUT_POINTER_UP)
			return release(w, now_ns);
		/* A finger that slides off a held button lets go of it. */
		if (event->kind == INPUT_POINTER_CANCEL || !item ||
			(item->hold && !w->inside))
			w->pressed = WIDGETS_NONE;
	}
	return WIDGETS_NONE;
}

int widgets_event(
	struct widgets *w, const struct input_event *event, int64_t now_ns, bool *used)
{
	*used = false;
	switch (event->kind) {
	case INPUT_KEY_DOWN:
		return key_down(w, event->key, now_ns, used);
	case INPUT_KEY_UP:
		*used = w->pressed != WIDGETS_NONE && w->by_key &&
			w->pressed_key == event->key;
		return *used ? release(w, now_ns) : WIDGETS_NONE;
	case INPUT_POINTER_DOWN:
	case INPUT_POINTER_MOVE:
	case INPUT_POINTER_UP:
	case INPUT_POINTER_CANCEL:
		return pointer_event(w, event, now_ns, used);
	default:
		return WIDGETS_NONE;
	}
}

double widgets_hold_frac(const struct widgets *w, int id, int64_t now_ns)
{
	const struct widget *item = widgets_find(w, id);
	double frac;

	if (!item || !item->hold || w->pressed != id || !w->inside)
		return 0;
	frac = (double)(now_ns - w->pressed_at_ns) / (double)WIDGETS_HOLD_NS;
	return frac > 0 ? (frac < 1 ? frac : 1) : 0;
}

int widgets_tick(struct widgets *w, int64_t now_ns)
{
	const struct widget *item = widgets_find(w, w->pressed);
	int id = w->pressed;

	if (id == WIDGETS_NONE)
		return WIDGETS_NONE;
	if (!item || !item->enabled) {
		w->pressed = WIDGETS_NONE; /* it went away under the finger */
		return WIDGETS_NONE;
	}
	if (!item->hold || widgets_hold_frac(w, id, now_ns) < 1)
		return WIDGETS_NONE;
	w->pressed = WIDGETS_NONE;
	return act(w, id, now_ns);
}
