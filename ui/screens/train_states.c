/* What is shown of a training besides its exercises: waiting, finding the place, counting, pausing, resting, results. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/core/theme.h"
#include "ui/screens/far_feet.h"
#include "ui/screens/train.h"

static const char *said(const json_t *doc)
{
	return train_said(train_word(doc, "say"));
}

/* The daemon's sentence; shorter ones where it has no room. */
static void words(struct view *v, struct rect r, const json_t *doc, double arcmin,
	const char *shorter)
{
	const char *const texts[] = { said(doc), shorter };

	far_words(v, r, arcmin, THEME_TEXT, texts, 2);
}

void train_attract(struct view *v, struct rect r, const json_t *doc)
{
	struct rect picture = far_cut_picture(v, &r);

	far_feet(v, picture, json_object_get(doc, "saved"), false);
	words(v, r, doc, 60, _("Step on"));
}

void train_placement(struct view *v, struct rect r, const json_t *doc)
{
	struct rect picture = far_cut_picture(v, &r);
	bool edge = strcmp(train_word(doc, "place"), "edge") == 0;

	far_feet(v, picture, json_object_get(doc, "saved"), edge);
	/* Whoever shall move is told so, if only part by part. */
	words(v, r, doc, 52, edge ? NULL : _("One moment"));
}

bool train_is_mute(const struct view *v)
{
	return v->app->mute || !v->app->sound.on;
}

/* Before 3, 2, 1, where eyes will be closed: what comes, and who is needed for it. */
static void announce(struct view *v, struct rect r, const json_t *doc)
{
	const char *const mute[] = { _("There is no loudspeaker, or it is switched "
				       "off."),
		_("No sound here.") };
	const char *const texts[] = { said(doc),
		_("Close your eyes at the sound. Somebody stands beside you."),
		_("Eyes closed. Somebody stands beside you.") };
	struct rect picture = far_cut_picture(v, &r), note;
	struct far_picture p;

	if (far_picture_begin(&p, v, picture, 60)) {
		train_by_ear(&p, doc, NULL);
		far_picture_end(&p);
	}
	if (train_is_mute(v)) {
		note = rect_cut_bottom(&r, r.h / 3);
		far_words(v, note, 32, THEME_CAUTION, mute, 2);
	}
	far_words(v, r, 45, THEME_TEXT, texts, 3);
}

void train_countdown(struct view *v, struct rect r, const json_t *doc)
{
	char count[8];
	const char *const texts[] = { count };
	struct rect top;

	if (train_number(doc, "count") == 0) {
		announce(v, r, doc);
		return;
	}
	top = rect_cut_top(&r, r.h * 6 / 10);
	snprintf(count, sizeof(count), "%.0f", train_number(doc, "count"));
	far_words(v, top, 160, THEME_ACTION, texts, 1);
	words(v, r, doc, 45, train_said(train_word(doc, "title")));
}

void train_pause(struct view *v, struct rect r, const json_t *doc)
{
	words(v, r, doc, 60, _("Take your time."));
}

void train_rest(struct view *v, struct rect r, const json_t *doc)
{
	struct parts_type t = parts_far_type(&v->ui.display);
	struct rect bar = rect_cut_bottom(&r, t.caption / 2);

	far_progress(v, bar, train_number(doc, "done_frac"));
	words(v, r, doc, 60, _("Well done."));
}

void train_block_number(const json_t *block, char *text, size_t size)
{
	double score = train_number(block, "score");
	const char *unit = train_word(block, "unit");

	*text = '\0';
	/* Of what is said below it: "% of weight" is "%" here. */
	if (!isnan(score))
		snprintf(text, size, "%.0f %s", score, *unit == '%' ? "%" : unit);
}

/* Where the person thought the weight was, above; where it was, below: the same line of the mat. */
static void estimate_draw(struct view *v, struct rect r, double at, double actual)
{
	struct far_picture p;
	float top, bottom;
	bool near = fabs(at - actual) < 5;

	r = rect_middle(r, r.w < r.h ? r.w : r.h, r.w < r.h ? r.w : r.h);
	if (isnan(at) || isnan(actual) || !far_picture_begin(&p, v, r, 60))
		return;
	top = (float)r.h * 0.3F;
	bottom = (float)r.h * 0.7F;
	far_line(&p, 0, top, (float)r.w, top, p.line, THEME_LINE);
	far_line(&p, 0, bottom, (float)r.w, bottom, p.line, THEME_LINE);
	far_dot(&p, at, r.h * 0.2 / p.px_mm, THEME_MUTED);
	far_dot(&p, actual, -r.h * 0.2 / p.px_mm, near ? THEME_ACTION : THEME_TEXT);
	far_picture_end(&p);
	far_letters(v, r);
}

/* "You thought: 12 mm right. It was: 4 mm right." */
static void estimate_words(double at, double actual, char *text, size_t size)
{
	if (fabs(at - actual) < 5)
		snprintf(text, size, "%s", _("Just as you thought."));
	else if (actual > at)
		snprintf(text, size, _("It was %.0f mm further right."), actual - at);
	else
		snprintf(text, size, _("It was %.0f mm further left."), at - actual);
}

void train_reveal(struct view *v, struct rect r, const json_t *doc)
{
	const json_t *e = json_object_get(doc, "estimate");
	const json_t *block = json_array_get(json_object_get(doc, "blocks"), 0);
	double at = train_number(e, "at_mm"), actual = train_number(e, "actual_mm");
	char number[64], text[160];
	const char *const numbers[] = { number };
	const char *const texts[] = { text, _("Well done.") };

	if (!isnan(at) && !isnan(actual)) {
		estimate_draw(v, far_cut_picture(v, &r), at, actual);
		estimate_words(at, actual, text, sizeof(text));
		far_words(v, r, 45, THEME_TEXT, texts, 2);
		return;
	}
	train_block_number(block, number, sizeof(number));
	snprintf(text, sizeof(text), "%s", train_said(train_word(block, "score_text")));
	if (*number)
		far_words(v, rect_cut_top(&r, r.h / 2), 120, THEME_ACTION, numbers, 1);
	far_words(v, r, 45, THEME_TEXT, texts, 2);
}

/* The one change that is told first: in the daemon's words, which speak of more only beyond chance. */
static const json_t *headline_block(const json_t *doc)
{
	const char *exercise = train_word(json_object_get(doc, "headline"), "exercise");
	const json_t *blocks = json_object_get(doc, "blocks");

	for (size_t i = 0; i < json_array_size(blocks); i++)
		if (strcmp(train_word(json_array_get(blocks, i), "exercise"),
			    exercise) == 0)
			return json_array_get(blocks, i);
	return NULL;
}

/* A change in few words; the daemon's `word` is beyond chance already. */
static const char *change_words(const char *word)
{
	if (strcmp(word, "better") == 0)
		return _("Better than last time.");
	if (strcmp(word, "worse") == 0)
		return _("Less than last time.");
	return strcmp(word, "first") == 0 ? _("The first time.") : _("About the same.");
}

void train_result(struct view *v, struct rect r, const json_t *doc)
{
	const json_t *change =
		json_object_get(json_object_get(doc, "headline"), "change");
	const char *const told[] = { train_said(train_word(change, "text")),
		change_words(train_word(change, "word")) };
	const char *const title[] = { train_said(
		train_word(headline_block(doc), "title")) };
	struct rect top = rect_cut_top(&r, change ? r.h * 4 / 10 : r.h), name;

	words(v, top, doc, 60, _("Well done."));
	if (!change)
		return;
	/* What changed before what of: without room for both, the first. */
	name = rect_cut_top(&r, r.h * 3 / 10);
	if (far_words(v, r, 38, THEME_ACTION, told, 2).w > 0)
		far_words(v, name, 32, THEME_MUTED, title, 1);
}
