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
#include "ui/screens/facts.h"
#include "ui/screens/findings_words.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1, PAGES };

struct why {
	json_t *document;
	char message[400];
	struct list pages;
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

static void why_draw(
	struct view *v, const json_t *finding, struct rect r, struct why *s)
{
	const json_t *why = json_object_get(finding, "why");
	const json_t *conditions = json_object_get(why, "conditions");
	const char *source = clinic_text(why, "source"),
		   *next = clinic_text(why, "next");
	const struct protocol *p = next[0] != '\0' ? protocol_find(next) : NULL;
	char text[FINDINGS_TEXT_BYTES];
	struct facts f;

	facts_begin(&f, v);
	f.gap = f.type.gap / 2;
	facts_headline(&f, findings_say(finding, text, sizeof(text)));
	facts_space(&f, f.type.gap);
	facts_line(&f, _("Grade"), findings_grade(clinic_text(finding, "grade")));
	facts_words(&f,
		json_is_false(json_object_get(why, "all"))
			? _("Said because at least one of these holds:")
			: _("Said because all of this holds:"),
		THEME_MUTED);
	for (size_t i = 0; i < json_array_size(conditions); i++)
		facts_words(&f,
			findings_condition(
				json_array_get(conditions, i), text, sizeof(text)),
			THEME_TEXT);
	facts_line(&f, _("Based on"), source[0] != '\0' ? _(source) : "");
	facts_line(&f, _("Would tell more"), p ? _(p->title) : next);
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct why *s = state;

	(void)v;
	if (id == PAGES)
		list_act(&s->pages, index);
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
		why_draw(v, finding, r, s);
}

const struct screen screen_why = {
	.name = "why",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct why),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
