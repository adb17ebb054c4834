/* What the clinician asks of the person, while a trial runs. Within a measured interval nothing moves, sounds or
 * counts: the words and a dot to look at; but for the trial of even weight that is watched on bars. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/mat_words.h"
#include "ui/core/theme.h"
#include "ui/screens/far_feet.h"
#include "ui/screens/screens.h"
#include "ui/screens/train.h"

enum { STATUS = 1, PLACEMENT };

struct mirror {
	json_t *doc; /* the last one, owned */
	struct far_placement placement;
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

/* The shortest settling in which a prompt has time: it must be over before the interval. Chosen: the longest is
 * read in three and a half seconds, after the second that the end motif takes. */
#define SPEAK_S 4.5

/* What is told now, where there is a recording of it; once more where a motif broke it off. Never within a measured
 * interval. */
static void prompt(
	struct view *v, const struct mirror *s, const json_t *doc, bool was_broken_off)
{
	const char *cue = train_word(doc, "cue");
	bool is_new = !s->doc || strcmp(train_word(s->doc, "cue"), cue) != 0;

	if (*cue == '\0' || !(is_new || was_broken_off) || is(doc, "measuring") ||
		(is(doc, "settling") && !(train_number(doc, "remaining_s") >= SPEAK_S)))
		return;
	sound_say(&v->app->sound, cue);
}

static void take(struct view *v, struct mirror *s, const json_t *doc)
{
	struct sound *sound = &v->app->sound;
	bool measured = s->doc && is(s->doc, "measuring"),
	     measures = is(doc, "measuring"), speaks = sound->speaks;

	/* Before the interval: within it, not even the end of a tone. */
	if (is(doc, "settling") && !(s->doc && is(s->doc, "settling")))
		sound_play(sound, SOUND_START);
	sound_silence(sound, measures);
	if (measured && !measures)
		sound_play(sound, is(doc, "failed") || is(doc, "timeout") ? SOUND_STOP
									  : SOUND_END);
	prompt(v, s, doc, speaks && !sound->speaks);
	far_placement_ask(v, &s->placement, train_word(doc, "patient"), PLACEMENT);
	json_decref(s->doc);
	s->doc = json_incref((json_t *)doc);
	s->end_ns = mirror_is_on(doc) ? 0 : v->ui.now_ns + AFTER_NS;
}

static void leave(struct view *v, void *state)
{
	struct mirror *s = state;

	json_decref(s->doc);
	far_placement_drop(&s->placement);
	sound_silence(&v->app->sound, false);
}

static void load(struct view *v, void *state)
{
	(void)state;
	view_ask(v, STATUS, "trial.status", NULL);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct mirror *s = state;

	if (tag == PLACEMENT)
		far_placement_take(v, &s->placement, a);
	else if (a->code == 0)
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

/* What is asked in few words, where the whole instruction has no room: by its part, else its protocol. */
static const char *few_words(const json_t *doc)
{
	static const struct {
		const char *key, *few;
	} all[] = {
		{ "quiet-eo", N_("Stand still. Look at the dot.") },
		{ "quiet-ec", N_("Eyes closed. Stand still.") },
		{ "foam-eo", N_("Stand still. Look at the dot.") },
		{ "foam-ec", N_("Eyes closed. Stand still.") },
		{ "eo", N_("Stand still. Look at the dot.") },
		{ "ec", N_("Eyes closed. Stand still.") },
		{ "tandem-left", N_("Right foot before the left.") },
		{ "tandem-right", N_("Left foot before the right.") },
		{ "single-left", N_("Stand on your left leg.") },
		{ "single-right", N_("Stand on your right leg.") },
		{ "front", N_("Lean forward.") },
		{ "front-right", N_("Lean forward to the right.") },
		{ "right", N_("Lean to the right.") },
		{ "back-right", N_("Lean back to the right.") },
		{ "back", N_("Lean back.") },
		{ "back-left", N_("Lean back to the left.") },
		{ "left", N_("Lean to the left.") },
		{ "front-left", N_("Lean forward to the left.") },
		{ "squat-0", N_("Straight knees. Even weight.") },
		{ "squat-30", N_("Bend the knees a little.") },
		{ "squat-60", N_("Bend the knees half way.") },
		{ "squat-90", N_("Bend the knees as in sitting.") },
		{ "sts5", N_("Stand up five times.") },
		{ "natural", N_("Stand as you like.") },
		{ "correct-seen", N_("Make both bars the same.") },
		{ "correct-hidden", N_("Keep your weight even.") },
		{ "lift", N_("Stand as usual.") },
		{ "seated", N_("Sit upright.") },
	};
	const char *part = train_word(doc, "phase_key"),
		   *key = *part ? part : train_word(doc, "protocol");

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].key, key) == 0)
			return _(all[i].few);
	return "";
}

/* The load on each foot as a bar beside the other, and the line that both shall reach: of the trial that asks for it. */
static void bars_draw(struct far_picture *p, double left)
{
	float w = (float)p->r.w, foot = w * 0.92F, full = w * 0.84F;

	for (int side = 0; side < 2 && !isnan(left); side++) {
		float x = w * (side == 0 ? 0.3F : 0.7F);
		float load = (float)(side == 0 ? left : 1 - left);
		/* Its round end reaches as far as the load. */
		far_line(p, x, w * 1.1F, x,
			foot - full * fminf(1, fmaxf(0.02F, load)) + w * 0.1F, w * 0.2F,
			side == 0 ? THEME_LEFT : THEME_RIGHT);
	}
	far_line(p, w * 0.1F, foot - full / 2, w * 0.9F, foot - full / 2, 2 * p->line,
		THEME_ACTION);
}

/* Before it: where to stand, if that was saved. While it measures: the dot to look at, or the bars. */
static void picture_draw(struct view *v, struct rect r, const struct mirror *s)
{
	bool bars = strcmp(train_word(s->doc, "protocol"), "correct-seen") == 0;
	struct far_picture p;

	if (s->placement.saved && is(s->doc, "waiting")) {
		far_feet(v, r, s->placement.saved, false);
		return;
	}
	if (!far_picture_begin(&p, v, r, 60))
		return;
	if (bars)
		bars_draw(&p,
			v->state == MODEL_LIVE ? v->app->model.numbers.left_frac : NAN);
	else
		train_look(&p, s->doc, NULL);
	far_picture_end(&p);
	if (bars)
		far_letters(v, r);
}

static void draw(struct view *v, void *state)
{
	const struct mirror *s = state;
	struct rect r = far_begin(v), picture;
	bool runs = s->doc && mirror_is_on(s->doc);
	const char *const asked[] = { train_said(train_word(s->doc, "instruction")),
		few_words(s->doc), _("Wait") };
	const char *const done[] = { _("Thank you. You may move."), _("Thank you.") };
	const char *const opened[] = { _("Open your eyes. Thank you. You may move."),
		_("Open your eyes.") };
	bool blind = strcmp(train_word(s->doc, "cue"), "open-eyes") == 0;

	if (!runs || !is(s->doc, "measuring"))
		far_role_button(v, &r);
	if (!runs) {
		far_words(v, r, 60, THEME_TEXT,
			!s->doc ? asked + 2
			: blind ? opened
				: done,
			s->doc ? 2 : 1);
		return;
	}
	picture = far_cut_picture(v, &r);
	picture_draw(v, picture, s);
	far_words(v, r, 52, THEME_TEXT, asked, 2);
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
