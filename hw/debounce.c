#include "hw/debounce.h"

void debounce_init(
	struct debounce *d, int64_t settle_ns, bool is_active, int64_t now_ns)
{
	*d = (struct debounce){ .settle_ns = settle_ns,
		.is_active = is_active,
		.raw = is_active,
		.held_ns = now_ns };
}

bool debounce_settle(struct debounce *d, int64_t now_ns, struct debounce_event *event)
{
	if (d->raw == d->is_active || now_ns - d->raw_ns < d->settle_ns)
		return false;
	d->is_active = d->raw;
	d->held_ns = d->begun_ns;
	*event = (struct debounce_event){ d->is_active, d->begun_ns };
	return true;
}

/* A bounce that goes back leaves `begun_ns`: the change began with its first edge, whatever came in between, unless the
 * old level settled again meanwhile. */
static void note(struct debounce *d, bool is_active, int64_t t_ns)
{
	bool was_quiet = d->raw == d->is_active && t_ns - d->raw_ns >= d->settle_ns;

	if (is_active != d->is_active && was_quiet)
		d->begun_ns = t_ns;
	d->raw = is_active;
	d->raw_ns = t_ns;
}

bool debounce_edge(
	struct debounce *d, bool is_active, int64_t t_ns, struct debounce_event *event)
{
	bool has_event;

	if (t_ns < d->raw_ns)
		t_ns = d->raw_ns;
	has_event = debounce_settle(d, t_ns, event);
	note(d, is_active, t_ns);
	if (has_event)
		return true;
	return debounce_settle(d, t_ns, event); /* at once where nothing must settle */
}

bool debounce_is_stuck(const struct debounce *d, int64_t now_ns)
{
	return d->is_active && d->raw && now_ns - d->held_ns >= DEBOUNCE_STUCK_NS;
}

int64_t debounce_due_ns(const struct debounce *d, int64_t now_ns)
{
	if (d->raw != d->is_active)
		return d->raw_ns + d->settle_ns;
	if (d->is_active && !debounce_is_stuck(d, now_ns))
		return d->held_ns + DEBOUNCE_STUCK_NS;
	return INT64_MAX;
}
