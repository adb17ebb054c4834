/* What the clinician asks of the person, while a trial runs. Within a measured interval nothing moves, sounds or
 * counts: the words and a dot to look at. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/mat_words.h"
#include "ui/core/theme.h"
#include "ui/screens/screens.h"
#include "ui/screens/train.h"

enum { STATUS = 1 };

struct mirror {
	json_t *doc;    /* the last one, owned */
	int64_t end_ns; /* when the words after a trial are taken away; 0: it runs */
};

/* How long "Thank you" stays. Chosen. */
#define AFTER_NS (4 * CLOCK_NS_PER_S)

static bool is(const json_t *doc, const char *state)
{
	return strcmp(train_word(doc, "state"), state) == 0;
}

bool mirror_is_on(const struct json_t *document)
{
	return is(document, "waiting") || is(document, "settling") ||
	       is(document, "measuring") || is(document, "storing");
}

static void take(struct view *v, struct mirror *s, const json_t *doc)
{
	struct sound *sound = &v->app->sound;
	bool measured = s->doc && is(s->doc, "measuring"),
	     measures = is(doc, "measuring");

	/* Before the interval: within it, not even the end of a tone. */
	if (is(doc, "settling") && !(s->doc && is(s->doc, "settling")))
		sound_play(sound, SOUND_START);
	sound_silence(sound, measures);
	if (measured && !measures)
		sound_play(sound, is(doc, "failed") || is(doc, "timeout") ? SOUND_STOP
									  : SOUND_END);
	json_decref(s->doc);
	s->doc = json_incref((json_t *)doc);
	s->end_ns = mirror_is_on(doc) ? 0 : v->ui.now_ns + AFTER_NS;
}

static void leave(struct view *v, void *state)
{
	struct mirror *s = state;

	json_decref(s->doc);
	sound_silence(&v->app->sound, false);
}

static void load(struct view *v, void *state)
{
	(void)state;
	view_ask(v, STATUS, "trial.status", NULL);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	(void)tag;
	if (a->code == 0)
		take(v, state, a->result);
}

static void told(
	struct view *v, void *state, const char *stream, const struct json_t *document)
{
	if (strcmp(stream, "trial") == 0)
		take(v, state, document);
}

static void tick(struct view *v, void *state)
{
	const struct mirror *s = state;

	if (s->doc && s->end_ns != 0 && v->ui.now_ns >= s->end_ns)
		view_back(v);
}

static void draw(struct view *v, void *state)
{
	const struct mirror *s = state;
	struct rect r = far_begin(v), picture;
	bool runs = s->doc && mirror_is_on(s->doc);
	const char *const asked[] = { train_said(train_word(s->doc, "instruction")),
		_("Stand still. Look at the dot."), _("Stand still."), _("Wait") };
	const char *const done[] = { _("Thank you. You may move."), _("Thank you.") };
	struct far_picture p;

	if (!runs || !is(s->doc, "measuring"))
		far_role_button(v, &r);
	if (!runs) {
		far_words(v, r, 60, THEME_TEXT, s->doc ? done : asked + 3,
			s->doc ? 2 : 1);
		return;
	}
	picture = far_cut_picture(v, &r);
	if (far_picture_begin(&p, v, picture, 60)) {
		train_look(&p, s->doc, NULL);
		far_picture_end(&p);
	}
	far_words(v, r, 52, THEME_TEXT, asked, 4);
}

const struct screen screen_mirror = {
	.name = "mirror",
	.role = VIEW_FAR,
	.state_size = sizeof(struct mirror),
	.leave = leave,
	.load = load,
	.answer = answer,
	.told = told,
	.tick = tick,
	.draw = draw,
};
