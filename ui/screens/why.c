/* Why one finding is said: its grade, the numbers with their limits, what it is based on, and which test
 * would tell more. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/trial/protocol.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/findings_words.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1 };

struct why {
	json_t *document;
	char message[400];
};

static void load(struct view *v, void *state)
{
	(void)state;
	results_ask(v, LOAD);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct why *)state)->document);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct why *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->document);
	s->document = json_deep_copy(a->result);
}

static void paragraph(
	struct view *v, struct rect *r, const char *text, bool large, uint32_t color)
{
	struct parts_type t = frame_type(v);
	struct draw_style style =
		large ? parts_bold(&t, t.body) : parts_regular(&t, t.caption);
	int widest, h = draw_wrapped_height(&v->ui.list, &style, r->w, text, &widest);

	if (h > r->h && large) {
		paragraph(v, r, text, false, color);
		return;
	}
	if (text[0] == '\0' || h > r->h || widest > r->w)
		return;
	draw_wrapped(&v->ui.list, &style, rect_cut_top(r, h), DRAW_LEFT, color, text);
	rect_cut_top(r, t.gap / 2);
}

static void labelled(
	struct view *v, struct rect *r, const char *label, const char *value)
{
	struct parts_type t = frame_type(v);
	int h = value[0] != '\0' ? clinic_line_draw(&v->ui, &t, *r, label, value) : 0;

	rect_cut_top(r, h > 0 ? h + t.gap / 2 : 0);
}

static void why_draw(struct view *v, const json_t *finding, struct rect r)
{
	const json_t *why = json_object_get(finding, "why");
	const json_t *conditions = json_object_get(why, "conditions");
	const char *source = clinic_text(why, "source"),
		   *next = clinic_text(why, "next");
	const struct protocol *p = next[0] != '\0' ? protocol_find(next) : NULL;
	struct parts_type t = frame_type(v);
	char text[FINDINGS_TEXT_BYTES];

	paragraph(v, &r, findings_say(finding, text, sizeof(text)), true, THEME_TEXT);
	rect_cut_top(&r, t.gap);
	labelled(v, &r, _("Grade"), findings_grade(clinic_text(finding, "grade")));
	paragraph(v, &r,
		json_is_false(json_object_get(why, "all"))
			? _("Said because at least one of these holds:")
			: _("Said because all of this holds:"),
		false, THEME_MUTED);
	for (size_t i = 0; i < json_array_size(conditions); i++)
		paragraph(v, &r,
			findings_condition(
				json_array_get(conditions, i), text, sizeof(text)),
			false, THEME_TEXT);
	labelled(v, &r, _("Based on"), source[0] != '\0' ? _(source) : "");
	labelled(v, &r, _("Would tell more"), p ? _(p->title) : next);
}

static void draw(struct view *v, void *state)
{
	struct why *s = state;
	const json_t *finding = json_array_get(json_object_get(s->document, "findings"),
		(size_t)results_of(view_arg(v)).group);
	struct rect r = frame_begin(v, _("Why?"));

	if (s->message[0] != '\0' || !finding)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else
		why_draw(v, finding, r);
}

const struct screen screen_why = {
	.name = "why",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct why),
	.leave = leave,
	.load = load,
	.answer = answer,
	.draw = draw,
};
