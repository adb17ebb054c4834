#include "ui/core/dark.h"

void dark_init(struct dark *d, int64_t after_ns, int64_t now_ns)
{
	*d = (struct dark){ .after_ns = after_ns, .busy_ns = now_ns };
}

static bool is_press(const struct input_event *e)
{
	return e->kind == INPUT_POINTER_DOWN || e->kind == INPUT_KEY_DOWN ||
	       e->kind == INPUT_TEXT;
}

static bool is_for_people(const struct input_event *e)
{
	return e->kind != INPUT_EXPOSE && e->kind != INPUT_QUIT &&
	       e->kind != INPUT_POINTER_CANCEL;
}

/* The rest of the gesture that woke it: moves of its finger, the letter of its key, and its end. */
static bool belongs_to_waking(struct dark *d, const struct input_event *e)
{
	if (!d->swallows)
		return false;
	if (e->kind == d->until &&
		(e->kind == INPUT_KEY_UP ? e->key == d->key
					 : e->pointer == d->pointer)) {
		d->swallows = false;
		return true;
	}
	if (d->until == INPUT_KEY_UP)
		return e->kind == INPUT_TEXT;
	return e->kind == INPUT_POINTER_MOVE && e->pointer == d->pointer;
}

bool dark_event(struct dark *d, const struct input_event *e, int64_t now_ns)
{
	if (!is_for_people(e))
		return true;
	d->busy_ns = now_ns;
	if (belongs_to_waking(d, e))
		return false;
	if (!d->is_dark)
		return true;
	d->is_dark = false;
	d->swallows = is_press(e) && e->kind != INPUT_TEXT;
	d->until = e->kind == INPUT_KEY_DOWN ? INPUT_KEY_UP : INPUT_POINTER_UP;
	d->pointer = e->pointer;
	d->key = e->key;
	return false;
}

bool dark_tick(struct dark *d, bool is_busy, int64_t now_ns)
{
	bool was_dark = d->is_dark;

	if (is_busy) {
		d->busy_ns = now_ns;
		d->is_dark = false;
	} else if (d->after_ns > 0 && now_ns - d->busy_ns >= d->after_ns) {
		d->is_dark = true;
	}
	return d->is_dark != was_dark;
}

int64_t dark_due_ns(const struct dark *d)
{
	return d->after_ns > 0 && !d->is_dark ? d->busy_ns + d->after_ns : INT64_MAX;
}
