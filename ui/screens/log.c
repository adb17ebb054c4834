/* The daemon's last log lines, the newest first, as they are, in English; and the support bundle. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { TAIL = 1, NEWER, OLDER, BUNDLE };

#define LINES 100

static const char *const newer_texts[] = { N_("Newer"), NULL };
static const char *const older_texts[] = { N_("Older"), NULL };
static const char *const bundle_texts[] = { N_("Make a support bundle"),
	N_("Support bundle"), N_("Bundle"), NULL };

struct log {
	json_t *lines; /* the newest first; NULL: not heard yet */
	int first;     /* at the top */
	int shown;     /* drawn last */
	bool making;
	bool is_alone; /* what was said, on the screen */
	enum parts_sign sign;
	char said[700]; /* of the bundle, or why there is no log; "" nothing */
};

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct log *)state)->lines);
}

static void load(struct view *v, void *state)
{
	(void)state;
	view_ask(v, TAIL, "log.tail", json_pack("{s:i}", "limit", LINES));
}

static void made(struct log *s, const struct view_answer *a)
{
	const char *text = a->code == 0 ? clinic_text(a->result, "text") : a->message;
	bool ok = a->code == 0 && json_is_true(json_object_get(a->result, "ok"));

	s->making = false;
	s->sign = ok ? PARTS_GOOD : PARTS_CAUTION;
	snprintf(s->said, sizeof(s->said),
		ok ? _("Made: %s") : _("No bundle could be made: %s"), text);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct log *s = state;

	(void)v;
	if (tag == BUNDLE) {
		made(s, a);
	} else if (a->code != 0) {
		s->sign = PARTS_CAUTION;
		snprintf(s->said, sizeof(s->said), "%s", a->message);
	} else {
		json_decref(s->lines);
		s->lines = json_deep_copy(json_object_get(a->result, "lines"));
		s->first = 0;
	}
}

static void act(struct view *v, void *state, int id, int index)
{
	const struct run_wish bundle = { .program = RUN_SUPPORT_BUNDLE };
	struct log *s = state;

	(void)index;
	if (s->is_alone && (id == OLDER || id == NEWER)) {
		s->said[0] = '\0'; /* read: back to the lines */
	} else if (id == OLDER) {
		s->first += s->shown;
	} else if (id == NEWER) {
		s->first = s->first > s->shown ? s->first - s->shown : 0;
	} else if (id == BUNDLE) {
		s->making = true;
		s->sign = PARTS_INFO;
		snprintf(s->said, sizeof(s->said), "%s",
			_("Collecting; nothing of patients…"));
		view_run(v, BUNDLE, &bundle);
	}
}

static uint32_t level_color(const char *level)
{
	if (strcmp(level, "error") == 0)
		return THEME_FAULT;
	return strcmp(level, "warning") == 0 ? THEME_CAUTION : THEME_MUTED;
}

/* One line of the log: when and what. Returns its height, 0 if there is no room; the first has to do with what there is,
 * a few lines at a time. */
static int line_draw(struct view *v, struct rect r, const json_t *line, bool first)
{
	struct parts_type t = frame_type(v);
	struct draw_style plain = parts_regular(&t, t.caption);
	time_t at = (time_t)(clinic_int(line, "at_unix_ms") / 1000);
	const char *text = clinic_text(line, "text");
	char when[40] = "", head[100];
	int head_h, h, widest, all_h = r.h;
	uint32_t color = level_color(clinic_text(line, "level"));
	bool fits = false;
	struct tm local;

	plain.breaks = true; /* paths are long */
	/* the year, which tells what is the month, where it has room */
	if (localtime_r(&at, &local))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &local);
	for (int i = 0; i < 2 && !fits; i++) {
		snprintf(head, sizeof(head), "%s · %s",
			i > 0 && strchr(when, '-') ? strchr(when, '-') + 1 : when,
			clinic_text(line, "tag"));
		fits = draw_measure(&v->ui.list, &plain, head).w <= r.w;
		if (!fits && i == 0)
			draw_elsewhere(&v->ui.list, head); /* shorter */
	}
	head_h = fits ? t.caption * 4 / 3
		      : draw_wrapped_height(&v->ui.list, &plain, r.w, head, &widest);
	h = draw_wrapped_height(&v->ui.list, &plain, r.w, text, &widest);
	if ((head_h + h > r.h && !first) || head_h > r.h) {
		draw_elsewhere(&v->ui.list, head); /* a touch of Older away */
		draw_elsewhere(&v->ui.list, text);
		return 0;
	}
	if (fits)
		draw_text(&v->ui.list, &plain, rect_cut_top(&r, head_h), DRAW_LEFT,
			color, head);
	else
		draw_wrapped(&v->ui.list, &plain, rect_cut_top(&r, head_h), DRAW_LEFT,
			color, head);
	if (h > r.h)
		return frame_read(v, &r, &plain, 1, THEME_TEXT, text) ? all_h : 0;
	draw_wrapped(
		&v->ui.list, &plain, rect_cut_top(&r, h), DRAW_LEFT, THEME_TEXT, text);
	return head_h + h;
}

static void lines_draw(struct view *v, struct log *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	int n = (int)json_array_size(s->lines), i = s->first, h;

	while (i < n && (h = line_draw(v, r, json_array_get(s->lines, (size_t)i),
				 i == s->first)) > 0) {
		rect_cut_top(&r, h + t.gap / 2);
		i++;
	}
	s->shown = i - s->first;
}

/* Below the lines; in place of them where it leaves no room for one. */
static void said_draw(struct view *v, struct log *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	int h = parts_notice_height(&v->ui, &t, r->w, s->said);

	s->is_alone = h + t.gap + 4 * t.caption > r->h;
	if (s->is_alone) {
		frame_message(v, *r, s->sign, _("Support"), s->said);
		return;
	}
	parts_notice_draw(&v->ui, &t, rect_cut_bottom(r, h), s->sign, s->said);
	rect_cut_bottom(r, t.gap);
}

static void draw(struct view *v, void *state)
{
	struct log *s = state;
	struct rect r = frame_begin(v, _("Log and support"));
	int n = (int)json_array_size(s->lines);
	struct parts_button buttons[] = {
		{ .id = NEWER, .name = "newer", .texts = newer_texts },
		{ .id = OLDER, .name = "older", .texts = older_texts },
		{ .id = BUNDLE,
			.name = "bundle",
			.texts = bundle_texts,
			.primary = true,
			.enabled = !s->making },
	};
	struct rect actions = r;

	/* what is shown decides whether there is more: the place of the actions first */
	frame_actions_place(v, &r, buttons, 3);
	s->is_alone = false;
	if (s->said[0] != '\0')
		said_draw(v, s, &r);
	if (n > 0 && !s->is_alone)
		lines_draw(v, s, r);
	else if (s->said[0] == '\0')
		frame_message(v, r, PARTS_INFO,
			s->lines ? _("Nothing was logged yet") : _("One moment"), "");
	buttons[0].enabled = s->first > 0;
	buttons[1].enabled = s->is_alone ? n > 0 && !s->making
					 : s->shown > 0 && s->first + s->shown < n;
	frame_actions(v, &actions, buttons, 3);
}

const struct screen screen_log = {
	.name = "log",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct log),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
