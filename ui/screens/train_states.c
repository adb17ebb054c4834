/* What is shown of a training besides its exercises: waiting, finding the place, counting, pausing, resting, results. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/core/theme.h"
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

/* Two feet side by side, dotted: where to stand. */
static void outline(struct view *v, struct rect mat, int side, double px_mm)
{
	/* Ahead of the middle, outwards of the foot's axis; millimetres. */
	static const double points[][2] = { { -120, 0 }, { -110, 25 }, { -60, 30 },
		{ 0, 35 }, { 60, 46 }, { 100, 40 }, { 125, 8 }, { 132, -22 },
		{ 100, -42 }, { 50, -38 }, { 0, -24 }, { -60, -26 }, { -110, -22 },
		{ -120, 0 } };
	int n = (int)(sizeof(points) / sizeof(points[0]));
	double mx = mat.x + mat.w / 2.0 + side * 85 * px_mm, my = mat.y + mat.h / 2.0;
	int dot = (int)(4 * px_mm) + 1;

	for (int i = 0; i + 1 < n; i++)
		for (int k = 0; k < 3; k++) {
			double f = k / 3.0;
			double y = points[i][0] + f * (points[i + 1][0] - points[i][0]);
			double x = points[i][1] + f * (points[i + 1][1] - points[i][1]);
			draw_circle(&v->ui.list, (int)lrint(mx + side * x * px_mm),
				(int)lrint(my - y * px_mm), dot,
				side < 0 ? THEME_LEFT : THEME_RIGHT);
		}
}

/* The mat with the target feet; an arrow towards the middle for who stands away from it. */
static void feet_picture(struct view *v, struct rect r, bool arrow)
{
	const struct model *m = &v->app->model;
	struct rect mat = far_mat(v, r, !model_is_live(v->state));
	double width_mm =
		m->has_frame ? m->geometry.n_cols * m->geometry.pitch_x_mm : 480;
	double x = m->has_sample ? m->sample.cop_mm.x : NAN,
	       y = m->has_sample ? m->sample.cop_mm.y : NAN;

	if (mat.w == 0)
		return;
	draw_keep_begin(&v->ui.list, mat);
	outline(v, mat, -1, mat.w / width_mm);
	outline(v, mat, 1, mat.w / width_mm);
	if (arrow && !isnan(x) && !isnan(y))
		far_arrow(v, mat.x + mat.w / 2, mat.y + mat.h / 2, -x, y, mat.w / 5,
			THEME_CAUTION);
	draw_keep_end(&v->ui.list);
	far_letters(v, mat);
}

void train_attract(struct view *v, struct rect r, const json_t *doc)
{
	struct rect picture = far_cut_picture(v, &r);

	feet_picture(v, picture, false);
	words(v, r, doc, 60, _("Step on"));
}

void train_placement(struct view *v, struct rect r, const json_t *doc)
{
	struct rect picture = far_cut_picture(v, &r);

	feet_picture(v, picture, strcmp(train_word(doc, "place"), "edge") == 0);
	words(v, r, doc, 52, _("One moment"));
}

void train_countdown(struct view *v, struct rect r, const json_t *doc)
{
	char count[8];
	const char *const texts[] = { count };
	struct rect top = rect_cut_top(&r, r.h * 6 / 10);

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
