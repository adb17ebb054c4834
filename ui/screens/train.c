/* A training as the person on the mat sees it. Comes and goes by itself with the daemon's states. */
#include "ui/screens/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/mat_words.h"
#include "ui/core/theme.h"
#include "ui/screens/far_feet.h"
#include "ui/screens/screens.h"
#include "ui/screens/shared.h"

enum { STATUS = 1, SHARED, PLACEMENT, PLAIN };

/* A screen that hears nothing for so long asks: the last document may have gone with a full socket. Five times
 * the pace of what says that nothing changed. */
#define QUIET_NS (1 * CLOCK_NS_PER_S)

/* A picture that is older is said to be (docs/screens.md); a tone ends. */
#define STALE_NS (300 * CLOCK_NS_PER_MS)

struct train {
	json_t *doc; /* the last one, owned */
	char state[16], cue[32];
	int count;
	double beat; /* the last one's beat_frac */
	int64_t tone_ns; /* when the tone was last told of; 0: there is none; -1: since the last tick */
	int64_t heard_ns; /* when it came, or was asked for */
	struct far_idle idle;
	struct shared_watch watch;
	struct far_placement placement;
};

bool train_is_on(const struct json_t *document)
{
	const char *state = train_word(document, "state");

	return *state && strcmp(state, "off") != 0;
}

bool train_takes(const char *stream, const struct json_t *document)
{
	if (strcmp(stream, "trial") == 0)
		return mirror_is_on(document);
	return strcmp(stream, "training") == 0 && train_is_on(document) &&
	       strcmp(train_word(document, "state"), "attract") != 0;
}

double train_number(const json_t *document, const char *key)
{
	const json_t *value = json_object_get(document, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

double train_pair(const json_t *document, const char *key, int i)
{
	const json_t *value = json_array_get(json_object_get(document, key), (size_t)i);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *train_word(const json_t *document, const char *key)
{
	const char *word = json_string_value(json_object_get(document, key));

	return word ? word : "";
}

bool train_flag(const json_t *document, const char *key)
{
	return json_is_true(json_object_get(document, key));
}

const char *train_said(const char *english)
{
	return *english ? _(english) : "";
}

/* --- sounds ------------------------------------------------------------------------------------ */

static bool is(const char *state, const char *other)
{
	return strcmp(state, other) == 0;
}

/* At each beat that is shown: the time between beats begins anew. */
static void beat_sound(struct view *v, struct train *s, const json_t *doc)
{
	double beat = train_number(json_object_get(doc, "picture"), "beat_frac");

	if (beat < 0.5 && s->beat >= 0.5)
		sound_play(&v->app->sound, SOUND_BEAT);
	s->beat = beat;
}

/* The tone of biofeedback: in the one exercise that is done with closed eyes, and nowhere else. */
static void tone_sound(struct view *v, struct train *s, const json_t *doc)
{
	const json_t *pic = json_object_get(doc, "picture");
	const json_t *told = json_object_get(pic, "tone");
	const struct sound_tone tone = { train_number(told, "volume_frac"),
		train_number(told, "pitch_hz"), train_number(told, "pan_frac"),
		train_number(told, "reed_frac"), train_number(told, "flutter_frac") };
	/* A moment without a tone leaves the loudspeaker awake. */
	bool sounds = is(train_word(pic, "kind"), "tone") &&
		      is(train_word(doc, "state"), "exercise") &&
		      is(train_word(doc, "exercise"), "by-ear");

	sound_feedback(&v->app->sound, sounds ? &tone : NULL);
	s->tone_ns = sounds ? -1 : 0;
}

/* A tone that nothing keeps up with would say where she stood, and silence that all is well: it is broken off. */
static void tone_tick(struct view *v, struct train *s)
{
	if (s->tone_ns < 0)
		s->tone_ns = v->ui.now_ns;
	if (s->tone_ns == 0 || v->ui.now_ns < s->tone_ns + STALE_NS)
		return;
	s->tone_ns = 0;
	sound_feedback(&v->app->sound, NULL);
	sound_play(&v->app->sound, SOUND_STOP);
}

/* Start at the last of 3, 2, 1, while it may still sound; end and stop when an exercise is over or broken off; a
 * short note where something is announced first. A prompt that there is no file for is only read. */
static void motif_sound(struct view *v, const struct train *s, const json_t *doc)
{
	struct sound *sound = &v->app->sound;
	const char *state = train_word(doc, "state");
	bool changed = !is(s->state, state);
	double count = train_number(doc, "count");

	if (count == 1 && s->count != 1)
		sound_play(sound, SOUND_START);
	else if (changed && is(s->state, "exercise"))
		sound_play(sound, is(state, "pause") ? SOUND_STOP : SOUND_END);
	else if (changed && is(state, "countdown") && count == 0)
		sound_play(sound, SOUND_BEAT);
}

static void sounds(struct view *v, struct train *s, const json_t *doc)
{
	struct sound *sound = &v->app->sound;
	const char *state = train_word(doc, "state"), *cue = train_word(doc, "cue");
	double count = train_number(doc, "count");

	sound_silence(sound, train_flag(doc, "silent"));
	motif_sound(v, s, doc);
	if (*cue && !is(s->cue, cue) && !is(state, "exercise"))
		sound_say(sound, cue);
	beat_sound(v, s, doc);
	tone_sound(v, s, doc);
	s->count = count > 0 ? (int)count : 0;
	snprintf(s->state, sizeof(s->state), "%s", state);
	snprintf(s->cue, sizeof(s->cue), "%s", cue);
}

/* --- the screen's life ------------------------------------------------------------------------- */

static void take(struct view *v, struct train *s, const json_t *doc)
{
	sounds(v, s, doc);
	far_placement_ask(v, &s->placement, train_word(doc, "patient"), PLACEMENT);
	json_decref(s->doc);
	/* With where the feet shall stand, for the states that show it. */
	s->doc = json_copy((json_t *)doc);
	if (s->doc && s->placement.saved)
		json_object_set(s->doc, "saved", s->placement.saved);
	s->heard_ns = v->ui.now_ns;
}

static void leave(struct view *v, void *state)
{
	struct train *s = state;

	json_decref(s->doc);
	far_placement_drop(&s->placement);
	sound_feedback(&v->app->sound, NULL);
	sound_silence(&v->app->sound, false);
}

static void load(struct view *v, void *state)
{
	(void)state;
	view_ask(v, STATUS, "training.status", NULL);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct train *s = state;

	if (tag == SHARED && shared_take(&s->watch, a) && is(s->state, "attract"))
		view_go(v, "shared", NULL);
	else if (tag == PLACEMENT)
		far_placement_take(v, &s->placement, a);
	else if (tag == STATUS && a->code == 0)
		take(v, s, a->result);
}

static void act(struct view *v, void *state, int id, int index)
{
	(void)state;
	(void)index;
	if (id == PLAIN)
		view_go(v, "plain", "asked");
}

static void told(
	struct view *v, void *state, const char *stream, const struct json_t *document)
{
	if (strcmp(stream, "training") == 0)
		take(v, state, document);
}

static void tick(struct view *v, void *state)
{
	struct train *s = state;

	tone_tick(v, s);
	if (is(s->state, "attract"))
		shared_tick(v, &s->watch, SHARED);
	if (s->doc && !train_is_on(s->doc)) {
		view_back(v);
	} else if (is(s->state, "attract") && far_is_idle(v, &s->idle)) {
		view_go(v, "plain", NULL);
	} else if (v->ui.now_ns >= s->heard_ns + QUIET_NS) {
		s->heard_ns = v->ui.now_ns;
		load(v, state);
	}
}

/* --- drawing ----------------------------------------------------------------------------------- */

/* What is asked in the part of an exercise that runs; the daemon's sentence else. */
static const char *part_words(const json_t *doc, const json_t *pic)
{
	const char *part = train_word(pic, "part");

	if (is(part, "learn"))
		return _("Remember this load.");
	if (is(part, "back"))
		return _("Back to the middle.");
	if (is(part, "reproduce"))
		return _("Find it again.");
	return train_said(train_word(doc, "say"));
}

/* What is to be done, in few words; "" where the title says it. */
static const char *short_words(const char *exercise)
{
	if (is(exercise, "targets-8"))
		return _("Lean to the ring.");
	if (is(exercise, "still-lake"))
		return _("Stand quietly.");
	return is(exercise, "slalom") ? _("Steer through the gates.") : "";
}

static void score_draw(struct view *v, struct rect r, const json_t *doc)
{
	const json_t *pic = json_object_get(doc, "picture");
	char number[64];
	const char *const texts[] = { number };

	train_block_number(pic, number, sizeof(number));
	if (*number)
		far_words(v, r, 60, THEME_TEXT, texts, 1);
}

/* Closed eyes need no words to read; who stands beside reads them, and sees what is heard. Without a loudspeaker
 * he says it. */
static void by_ear_draw(struct view *v, struct rect r, const json_t *doc)
{
	const json_t *pic = json_object_get(doc, "picture");
	const char *const texts[] = { train_said(train_word(doc, "say")),
		_("Eyes closed.") };
	const char *const mute[] = {
		_("No sound here. Who stands beside says which way to lean."),
		_("No sound. Say which way.")
	};
	bool is_mute = train_is_mute(v) && is(train_word(pic, "kind"), "tone");
	struct parts_type t = parts_far_type(&v->ui.display);
	struct rect bar = rect_cut_bottom(&r, t.caption / 3), picture;
	struct far_picture p;

	rect_cut_bottom(&r, t.gap);
	far_progress(v, bar, train_number(doc, "done_frac"));
	picture = far_cut_picture(v, &r);
	if (far_picture_begin(&p, v, picture, 60)) {
		train_by_ear(&p, doc, pic);
		far_picture_end(&p);
	}
	far_words(v, r, 45, THEME_TEXT, is_mute ? mute : texts, 2);
}

/* What is measured in silence shows the dot to look at, and nothing that moves. */
static void look_draw(struct view *v, struct rect r, const json_t *doc)
{
	struct rect picture = far_cut_picture(v, &r);
	const char *const texts[] = { train_said(train_word(doc, "say")),
		_("Look at the dot.") };
	struct far_picture p;

	if (far_picture_begin(&p, v, picture, 60)) {
		train_look(&p, doc, NULL);
		far_picture_end(&p);
	}
	far_words(v, r, 45, THEME_TEXT, texts, 2);
}

static void exercise_draw(struct view *v, struct rect r, const json_t *doc)
{
	const json_t *pic = json_object_get(doc, "picture");
	const char *kind = train_word(pic, "kind");
	const char *const texts[] = { part_words(doc, pic),
		short_words(train_word(doc, "exercise")),
		train_said(train_word(doc, "title")) };
	struct parts_type t = parts_far_type(&v->ui.display);
	struct rect picture, bar;
	struct far_picture p;

	if (is(train_word(doc, "exercise"), "by-ear")) {
		by_ear_draw(v, r, doc);
		return;
	}
	if (!*kind || is(kind, "none")) {
		look_draw(v, r, doc);
		return;
	}
	bar = rect_cut_bottom(&r, t.caption / 3);
	rect_cut_bottom(&r, t.gap);
	far_progress(v, bar, train_number(doc, "done_frac"));
	picture = far_cut_picture(v, &r);
	if (far_picture_begin(&p, v, picture, train_number(doc, "view_mm"))) {
		train_picture(train_word(doc, "exercise"), kind)(&p, doc, pic);
		far_picture_end(&p);
		if (is(kind, "beam") || is(kind, "track"))
			far_letters(v, picture);
	}
	score_draw(v, rect_cut_bottom(&r, r.h / 3), doc);
	far_words(v, r, 45, THEME_TEXT, texts, 3);
}

/* A pointer that leaning moves and holding answers. */
static void estimate_draw(struct view *v, struct rect r, const json_t *doc)
{
	const json_t *e = json_object_get(doc, "estimate");
	double at = train_number(e, "at_mm"), held = train_number(e, "held_frac");
	struct rect picture = far_cut_picture(v, &r);
	const char *const texts[] = { train_said(train_word(doc, "say")),
		_("Where was your weight?") };
	struct far_picture p;

	if (far_picture_begin(&p, v, picture, train_number(doc, "view_mm"))) {
		far_line(&p, 0, (float)picture.h / 2, (float)picture.w,
			(float)picture.h / 2, p.line, THEME_LINE);
		far_line(&p, (float)picture.w / 2, (float)picture.h * 0.4F,
			(float)picture.w / 2, (float)picture.h * 0.6F, p.line,
			THEME_MUTED);
		far_dot(&p, at, 0, THEME_CAUTION);
		if (!isnan(at) && held > 0)
			canvas_arc(p.canvas, far_x(&p, at), (float)picture.h / 2,
				(float)picture.w / 14, 2 * p.line, (float)held,
				THEME_ACTION);
		far_picture_end(&p);
		far_letters(v, picture);
	}
	far_words(v, r, 45, THEME_TEXT, texts, 2);
}

static bool state_draw(struct view *v, struct rect r, const json_t *doc)
{
	static const struct {
		const char *state;
		train_state_fn *draw;
	} all[] = {
		{ "attract", train_attract },
		{ "placement", train_placement },
		{ "countdown", train_countdown },
		{ "exercise", exercise_draw },
		{ "estimate", estimate_draw },
		{ "reveal", train_reveal },
		{ "rest", train_rest },
		{ "result", train_result },
		{ "pause", train_pause },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (is(all[i].state, train_word(doc, "state"))) {
			all[i].draw(v, r, doc);
			return true;
		}
	return false;
}

static void draw(struct view *v, void *state)
{
	const struct train *s = state;
	const char *name = train_word(s->doc, "state");
	struct rect r = far_begin(v);
	const char *const texts[] = { mat_words_patient(v->state), _("One moment"),
		_("Wait") };
	bool mat = v->state == MODEL_LIVE || v->state == MODEL_EMPTY;

	/* Nothing else to look at, or to touch by mistake, while something is done. */
	if (is(name, "attract"))
		far_explain_buttons(v, &r, PLAIN);
	else if (!is(name, "exercise") && !is(name, "estimate") &&
		 !is(name, "countdown"))
		far_role_button(v, &r);
	if (!mat || !s->doc || !state_draw(v, r, s->doc))
		far_words(v, r, 60, THEME_TEXT, texts + (mat ? 1 : 0), mat ? 2 : 3);
}

const struct screen screen_train = {
	.name = "train",
	.role = VIEW_FAR,
	.state_size = sizeof(struct train),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.told = told,
	.tick = tick,
	.draw = draw,
};
