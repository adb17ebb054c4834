#include "src/daemon/panel_lines.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <systemd/sd-event.h>

#include "hw/debounce.h"
#include "src/base/clock.h"
#include "src/base/i18n.h"

#define LOG_TAG "panel"
#include "src/base/log.h"

/* A chip that was pulled out may be back at once; one that never was may come late. Only while a line is missing. */
#define RETRY_FIRST_US 250000
#define RETRY_LAST_US  8000000
#define RETRY_SLACK_US 50000
/* Once the wait is this long, two seconds have gone by. */
#define UDEV_US   2000000
#define SETTLE_US 1000 /* accuracy of a button */

enum line_state {
	LINE_OK,
	LINE_STUCK,
	LINE_MISSING,
	LINE_TAKEN,
	LINE_DENIED,
	LINE_WRONG
};

/* One line that the configuration names. */
struct panel_line {
	struct panel_lines *lines;
	enum panel_role role;
	const char *text; /* as configured; NULL: not at all */
	struct gpio_spec spec;
	enum line_state state;
	char reason[320];
	bool is_logged;         /* the state and the reason */
	struct gpio_line *line; /* NULL: not had */
	sd_event_source *source;
	struct debounce contact; /* of a button */
	bool wanted;             /* of an output */
	bool raw;                /* of the sync input */
};

struct panel_lines {
	sd_event *event;
	const struct gpio_ops *ops;
	struct panel_lines_handlers handlers;
	int64_t debounce_ns;
	sd_event_source *retry, *settle;
	uint64_t retry_us; /* how long to wait for the next */
	pthread_mutex_t
		pulse; /* held while the pulse's `line` changes, or is set by its thread */
	struct panel_line line[PANEL_N_ROLES];
};

static const struct {
	const char *name;
	enum settings_key key;
} the_roles[PANEL_N_ROLES] = {
	[PANEL_START] = { "start", SETTINGS_GPIO_START },
	[PANEL_FOOT] = { "foot", SETTINGS_GPIO_FOOT },
	[PANEL_TARE] = { "tare", SETTINGS_GPIO_TARE },
	[PANEL_SYNC_IN] = { "sync_in", SETTINGS_GPIO_SYNC_IN },
	[PANEL_READY] = { "ready", SETTINGS_GPIO_READY },
	[PANEL_MEASURING] = { "measuring", SETTINGS_GPIO_MEASURING },
	[PANEL_FAULT] = { "fault", SETTINGS_GPIO_FAULT },
	[PANEL_BUZZER] = { "buzzer", SETTINGS_GPIO_BUZZER },
	[PANEL_SYNC_GATE] = { "sync_gate", SETTINGS_GPIO_SYNC_GATE },
	[PANEL_SYNC_PULSE] = { "sync_pulse", SETTINGS_GPIO_SYNC_PULSE },
};

const char *panel_role_name(enum panel_role role)
{
	return the_roles[role].name;
}

static bool is_output(enum panel_role role)
{
	return role >= PANEL_READY;
}

static bool is_button(enum panel_role role)
{
	return role < PANEL_SYNC_IN;
}

/* --- states ------------------------------------------------------------------------------ */

static enum line_state state_of(int err)
{
	switch (err) {
	case -ENODEV:
		return LINE_MISSING;
	case -EBUSY:
		return LINE_TAKEN;
	case -EACCES:
	case -EPERM:
		return LINE_DENIED;
	default:
		return LINE_WRONG;
	}
}

/* While a machine starts, udev has a chip's device for a moment before it gives it to the daemon's group. */
static bool is_for_udev_to_mend(const struct panel_line *line)
{
	return line->state == LINE_DENIED && line->lines->retry_us < UDEV_US;
}

static void log_state(struct panel_line *line)
{
	if (line->is_logged || is_for_udev_to_mend(line))
		return;
	line->is_logged = true;
	if (line->state == LINE_OK)
		log_info("%s: line %s is there", panel_role_name(line->role),
			line->text);
	else
		log_warn_event(LOG_EVENT_PANEL_STUCK, "%s: %s",
			panel_role_name(line->role), line->reason);
}

/* Said once for each change: a line is tried again every few seconds. */
static void set_state(
	struct panel_line *line, enum line_state state, const char *reason)
{
	bool is_news = line->state != state || strcmp(line->reason, reason) != 0;

	line->state = state;
	snprintf(line->reason, sizeof(line->reason), "%s", reason);
	line->is_logged = line->is_logged && !is_news;
	log_state(line);
	if (!is_news)
		return;
	if (line->lines->handlers.changed)
		line->lines->handlers.changed(line->lines->handlers.ctx);
}

static void give_up(struct panel_line *line)
{
	line->source = sd_event_source_disable_unref(line->source);
	pthread_mutex_lock(&line->lines->pulse);
	line->lines->ops->close(line->line);
	line->line = NULL;
	pthread_mutex_unlock(&line->lines->pulse);
}

static void plan_retry(struct panel_lines *lines)
{
	int enabled = SD_EVENT_OFF;

	sd_event_source_get_enabled(lines->retry, &enabled);
	if (enabled != SD_EVENT_OFF)
		return;
	sd_event_source_set_time_relative(lines->retry, lines->retry_us);
	lines->retry_us = lines->retry_us < RETRY_LAST_US / 2 ? 2 * lines->retry_us
							      : RETRY_LAST_US;
	sd_event_source_set_enabled(lines->retry, SD_EVENT_ONESHOT);
}

static void lose(struct panel_line *line)
{
	char reason[sizeof(line->reason)];

	snprintf(reason, sizeof(reason),
		N_("The chip of line %.80s is gone: look at its plug. It is tried "
		   "again."),
		line->text);
	give_up(line);
	set_state(line, LINE_MISSING, reason);
	line->lines->retry_us = RETRY_FIRST_US;
	plan_retry(line->lines);
}

/* --- buttons ----------------------------------------------------------------------------- */

static void plan_settle(struct panel_lines *lines)
{
	int64_t due_ns = INT64_MAX, now_ns = clock_now_ns();

	for (int i = 0; i < PANEL_SYNC_IN; i++) {
		int64_t at_ns =
			lines->line[i].line
				? debounce_due_ns(&lines->line[i].contact, now_ns)
				: INT64_MAX;

		due_ns = at_ns < due_ns ? at_ns : due_ns;
	}
	if (due_ns == INT64_MAX) {
		sd_event_source_set_enabled(lines->settle, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time(
		lines->settle, due_ns > 0 ? (uint64_t)due_ns / 1000 + 1 : 0);
	sd_event_source_set_enabled(lines->settle, SD_EVENT_ONESHOT);
}

static void tell_press(struct panel_line *line, const struct debounce_event *event)
{
	if (line->state == LINE_STUCK)
		set_state(line, LINE_OK, "");
	if (event->is_active && line->lines->handlers.press)
		line->lines->handlers.press(
			line->role, event->t_ns, line->lines->handlers.ctx);
}

static void check_stuck(struct panel_line *line, int64_t now_ns)
{
	char reason[sizeof(line->reason)];

	if (!debounce_is_stuck(&line->contact, now_ns) || line->state == LINE_STUCK)
		return;
	snprintf(reason, sizeof(reason),
		N_("%.80s has been held down for more than %d s: free the button, or "
		   "look "
		   "whether its line needs active-low, pull-up or pull-down."),
		line->text, (int)(DEBOUNCE_STUCK_NS / CLOCK_NS_PER_S));
	set_state(line, LINE_STUCK, reason);
}

static int on_settle(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel_lines *lines = userdata;
	int64_t now_ns = clock_now_ns();

	(void)source, (void)usec;
	for (int i = 0; i < PANEL_SYNC_IN; i++) {
		struct panel_line *line = &lines->line[i];
		struct debounce_event event;

		if (!line->line)
			continue;
		if (debounce_settle(&line->contact, now_ns, &event))
			tell_press(line, &event);
		check_stuck(line, now_ns);
	}
	plan_settle(lines);
	return 0;
}

static void take_edge(struct panel_line *line, const struct gpio_edge *edge)
{
	const struct panel_lines_handlers *handlers = &line->lines->handlers;
	struct debounce_event event;

	if (!is_button(line->role)) {
		line->raw = edge->is_active;
		if (handlers->edge)
			handlers->edge(edge, handlers->ctx);
	} else if (debounce_edge(&line->contact, edge->is_active, edge->t_ns, &event)) {
		tell_press(line, &event);
	}
}

static int on_edges(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct panel_line *line = userdata;
	struct gpio_edge edge;
	int got;

	(void)source, (void)fd;
	while ((got = line->lines->ops->read(line->line, &edge)) > 0)
		take_edge(line, &edge);
	if (got < 0 || (revents & (EPOLLHUP | EPOLLERR)))
		lose(line);
	plan_settle(line->lines);
	return 0;
}

/* --- taking a line ----------------------------------------------------------------------- */

static int listen_to(struct panel_line *line)
{
	struct panel_lines *lines = line->lines;
	int level = lines->ops->get(line->line);
	int64_t settle_ns = lines->ops->debounces ? 0 : lines->debounce_ns;

	if (level < 0)
		return level;
	line->raw = level > 0;
	debounce_init(&line->contact, settle_ns, level > 0, clock_now_ns());
	return sd_event_add_io(lines->event, &line->source, lines->ops->fd(line->line),
		EPOLLIN, on_edges, line);
}

static void take(struct panel_line *line)
{
	const struct gpio_ask ask = { .spec = &line->spec,
		.is_output = is_output(line->role),
		.value = line->wanted,
		.debounce_us =
			is_button(line->role) ? line->lines->debounce_ns / 1000 : 0 };
	char detail[GPIO_DETAIL_SIZE] = "", reason[sizeof(line->reason)] = "";
	int err;

	pthread_mutex_lock(&line->lines->pulse);
	err = line->lines->ops->open(&ask, &line->line, detail);
	pthread_mutex_unlock(&line->lines->pulse);
	if (err == 0 && !ask.is_output)
		err = listen_to(line);
	if (err < 0) {
		gpio_explain(&line->spec, err, detail, reason, sizeof(reason));
		give_up(line);
		set_state(line, state_of(err), reason);
		plan_retry(line->lines);
		return;
	}
	set_state(line, LINE_OK, "");
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct panel_lines *lines = userdata;

	(void)source, (void)usec;
	for (int i = 0; i < PANEL_N_ROLES; i++)
		if (lines->line[i].spec.line[0] && !lines->line[i].line)
			take(&lines->line[i]);
	plan_settle(lines);
	return 0;
}

static void begin(struct panel_lines *lines, enum panel_role role,
	const struct settings *settings)
{
	struct panel_line *line = &lines->line[role];
	const char *text = settings_text(settings, the_roles[role].key);
	char why[sizeof(line->reason)];

	line->lines = lines;
	line->role = role;
	line->state = LINE_MISSING;
	if (!text[0])
		return;
	line->text = text;
	if (gpio_spec_parse(text, settings_text(settings, SETTINGS_GPIO_CHIP),
		    &line->spec, why, sizeof(why)) < 0)
		set_state(line, LINE_WRONG, why);
	else
		take(line);
}

int panel_lines_new(struct sd_event *event, const struct gpio_ops *ops,
	const struct settings *settings, const struct panel_lines_handlers *handlers,
	struct panel_lines **out)
{
	struct panel_lines *lines = calloc(1, sizeof(*lines));
	int err;

	if (!lines)
		return -ENOMEM;
	pthread_mutex_init(&lines->pulse, NULL);
	lines->event = sd_event_ref(event);
	lines->ops = ops;
	lines->retry_us = RETRY_FIRST_US;
	lines->debounce_ns =
		(int64_t)(settings_number(settings, SETTINGS_GPIO_DEBOUNCE_MS) *
			  (double)CLOCK_NS_PER_MS);
	err = sd_event_add_time(event, &lines->retry, CLOCK_MONOTONIC, 0,
		RETRY_SLACK_US, on_retry, lines);
	if (err >= 0)
		err = sd_event_add_time(event, &lines->settle, CLOCK_MONOTONIC, 0,
			SETTLE_US, on_settle, lines);
	if (err < 0) {
		panel_lines_free(lines);
		return err;
	}
	sd_event_source_set_enabled(lines->retry, SD_EVENT_OFF);
	sd_event_source_set_enabled(lines->settle, SD_EVENT_OFF);
	for (int i = 0; i < PANEL_N_ROLES; i++)
		begin(lines, (enum panel_role)i, settings);
	lines->handlers = *handlers; /* not before it is whole */
	plan_settle(lines);
	*out = lines;
	return 0;
}

void panel_lines_free(struct panel_lines *lines)
{
	if (!lines)
		return;
	for (int i = 0; i < PANEL_N_ROLES; i++) {
		struct panel_line *line = &lines->line[i];

		if (line->line && is_output(line->role))
			lines->ops->set(line->line, false);
		if (line->lines)
			give_up(line);
	}
	sd_event_source_disable_unref(lines->retry);
	sd_event_source_disable_unref(lines->settle);
	sd_event_unref(lines->event);
	pthread_mutex_destroy(&lines->pulse);
	free(lines);
}

/* --- outputs ----------------------------------------------------------------------------- */

bool panel_lines_set(struct panel_lines *lines, enum panel_role role, bool is_active)
{
	struct panel_line *line = &lines->line[role];

	if (line->wanted == is_active)
		return line->line != NULL;
	line->wanted = is_active;
	if (!line->line)
		return false;
	if (lines->ops->set(line->line, is_active) == 0)
		return true;
	lose(line);
	return false;
}

bool panel_lines_pulse(struct panel_lines *lines, bool is_active)
{
	struct panel_line *line = &lines->line[PANEL_SYNC_PULSE];
	bool is_set;

	pthread_mutex_lock(&lines->pulse);
	is_set = line->line && lines->ops->set(line->line, is_active) == 0;
	pthread_mutex_unlock(&lines->pulse);
	return is_set;
}

void panel_lines_refused(struct panel_lines *lines, enum panel_role role)
{
	if (lines->line[role].line)
		lose(&lines->line[role]);
}

bool panel_lines_has(const struct panel_lines *lines, enum panel_role role)
{
	return lines->line[role].text != NULL;
}

/* --- the document ------------------------------------------------------------------------ */

static bool is_active_now(const struct panel_line *line)
{
	if (!line->line)
		return false;
	if (is_output(line->role))
		return line->wanted;
	return is_button(line->role) ? line->contact.is_active : line->raw;
}

void panel_lines_describe(const struct panel_lines *lines, struct gpio_document *out)
{
	static const char *const states[] = { [LINE_OK] = "ok",
		[LINE_STUCK] = "stuck",
		[LINE_MISSING] = "missing",
		[LINE_TAKEN] = "taken",
		[LINE_DENIED] = "denied",
		[LINE_WRONG] = "wrong" };

	snprintf(out->library, sizeof(out->library), "%s", lines->ops->name);
	out->n_lines = 0;
	for (int i = 0; i < PANEL_N_ROLES; i++) {
		const struct panel_line *line = &lines->line[i];
		struct gpio_document_line *row = &out->lines[out->n_lines];

		if (!line->text)
			continue;
		snprintf(row->role, sizeof(row->role), "%s",
			panel_role_name((enum panel_role)i));
		snprintf(row->line, sizeof(row->line), "%.79s", line->text);
		snprintf(row->state, sizeof(row->state), "%s", states[line->state]);
		snprintf(row->reason, sizeof(row->reason), "%s", line->reason);
		row->is_active = is_active_now(line);
		out->n_lines++;
	}
}
