#include "ui/screens/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/app/mat_words.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/plots/stripplot.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/clinic_mat.h"

static const char *const start_texts[] = { N_("START"), NULL };
static const char *const more_texts[] = { N_("Measure it too"), N_("Measure"), NULL };
static const char *const stop_texts[] = { N_("STOP"), NULL };
static const char *const cancel_texts[] = { N_("Break off"), NULL };
static const char *const mark_texts[] = { N_("MARK"), NULL };
static const char *const repeat_texts[] = { N_("Hold: REPEAT"), N_("REPEAT"), NULL };
static const char *const check_texts[] = { N_("Check again"), N_("Check"), NULL };
static const char *const discard_texts[] = { N_("Discard the last"), N_("Discard"),
	NULL };
static const char *const keep_texts[] = { N_("Keep it"), NULL };
static const char *const finish_texts[] = { N_("Finish the visit"), N_("Finish"),
	NULL };

/* A paragraph in the largest of two types that has room, else part by part. */
static void say(
	struct view *v, struct rect *r, const char *text, bool large, uint32_t color)
{
	struct parts_type t = frame_type(v);
	const struct draw_style styles[2] = { parts_bold(&t, t.body),
		parts_regular(&t, t.caption) };
	int first = large ? 0 : 1;

	if (text[0] != '\0' && frame_read(v, r, styles + first, 2 - first, color, text))
		rect_cut_top(r, t.gap - t.gap / 2);
}

/* The same of what the daemon says. */
static void say_theirs(
	struct view *v, struct rect *r, const json_t *value, uint32_t color)
{
	char text[CLINIC_LINE_BYTES];

	say(v, r, clinic_sentence(value, text, sizeof(text)), false, color);
}

/* What was refused, for as long as it may still matter. */
static void message_draw(struct view *v, const struct trial *s, struct rect *r)
{
	if (s->message[0] == '\0' || v->ui.now_ns - s->refused_ns > TRIAL_REFUSED_NS)
		return;
	ui_redraw_at(&v->ui, s->refused_ns + TRIAL_REFUSED_NS);
	say(v, r, s->message, false, THEME_CAUTION);
}

/* Left and right, with their error between them: without it they are not shown. */
static void shares_draw(struct view *v, struct rect *r)
{
	const struct model *m = &v->app->model;
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.body);
	struct draw_style small = parts_regular(&t, t.caption);
	bool raw = (m->sample.flags & SAMPLE_UNCALIBRATED) != 0;
	bool known = v->state == MODEL_LIVE && !isnan(v->shown.left_pct);
	char left[24], right[24], error[80];
	int left_w, right_w, error_w;
	struct rect row;

	if (r->h < t.body * 4 / 3 || !known)
		return;
	snprintf(left, sizeof(left), "%s %.0f %%", C_("left foot", "L"),
		v->shown.left_pct);
	snprintf(right, sizeof(right), "%.0f %% %s", 100 - v->shown.left_pct,
		C_("right foot", "R"));
	mat_words_u95(mat_words_shown_u95(100 * m->numbers.left_u95, 1), 1, _("points"),
		raw, 1, error, sizeof(error));
	left_w = draw_measure(&v->ui.list, &bold, left).w;
	right_w = draw_measure(&v->ui.list, &bold, right).w;
	error_w = draw_measure(&v->ui.list, &small, error).w;
	if (left_w + error_w + right_w + 2 * t.gap > r->w)
		return;
	row = rect_cut_top(r, t.body * 4 / 3);
	draw_keep_begin(&v->ui.list, row);
	draw_text(&v->ui.list, &bold, row, DRAW_LEFT, THEME_LEFT, left);
	draw_text(&v->ui.list, &bold, row, DRAW_RIGHT, THEME_RIGHT, right);
	rect_cut_left(&row, left_w);
	rect_cut_right(&row, right_w);
	draw_text(&v->ui.list, &small, row, DRAW_CENTRE, THEME_MUTED, error);
	draw_keep_end(&v->ui.list);
	rect_cut_top(r, t.gap);
}

/* --- while it runs --------------------------------------------------------------------------- */

static const char *state_words(const char *state)
{
	return strcmp(state, "waiting") == 0     ? _("Waiting for the person")
	       : strcmp(state, "settling") == 0  ? _("Settling")
	       : strcmp(state, "measuring") == 0 ? _("Measuring")
						 : _("Storing");
}

/* What is drawn around the path, and since when. */
static void ellipse_text(const struct trial *s, bool there, char *out, size_t size)
{
	if (there)
		snprintf(out, size, _("95 %% ellipse, %.0f s"),
			floor(scatter_seconds(&s->scatter)));
	else
		snprintf(out, size, "%s", _("Sway, 10 s"));
}

/* The path of the last seconds (false: it has no room), around it the ellipse of what was measured so far, its scale below. */
static bool sway_draw(struct view *v, const struct trial *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	struct draw_list *list = &v->ui.list;
	int line = t.caption * 4 / 3, side = r.h - 2 * line, bar_px;
	struct scatter_ellipse ellipse;
	bool there = trial_is_measuring(s) && scatter_ellipse(&s->scatter, &ellipse);
	char text[80], scale[32];
	struct rect label, disc;
	double bar_mm;

	side = side < r.w ? side : r.w;
	ellipse_text(s, there, text, sizeof(text));
	draw_elsewhere(list, text); /* without it the path is not shown either */
	if (side < 3 * t.caption || draw_measure(list, &small, text).w > r.w ||
		swayplot_prepare(&v->sway, side) != 0)
		return false;
	r = rect_middle(r, r.w, side + 2 * line);
	label = rect_cut_top(&r, line);
	swayplot_paint_with(&v->sway, &v->app->model.trail, there ? &ellipse : NULL,
		t.line_px, !model_is_live(v->state), THEME_BACKGROUND);
	disc = rect_middle(rect_cut_top(&r, side), side, side);
	bar_mm = swayplot_bar_mm(&v->sway, side / 2, &bar_px);
	snprintf(scale, sizeof(scale), "%.0f mm", bar_mm);
	draw_keep_begin(list, disc);
	draw_image(list, disc.x, disc.y, &v->sway.canvas);
	draw_keep_end(list);
	draw_text(list, &small, label, DRAW_CENTRE, there ? THEME_CAUTION : THEME_MUTED,
		text);
	draw_rect(list,
		(struct rect){ disc.x + (side - bar_px) / 2, disc.y + side * 86 / 100,
			bar_px, 2 },
		THEME_MUTED);
	draw_text(list, &small, r, DRAW_CENTRE, THEME_MUTED, scale);
	return true;
}

/* Side to side and front to back over ten seconds, in the scale of the disc: only where that is shown. */
static void strips_draw(struct view *v, struct rect *rest)
{
	static const char *const names[] = { N_("Side to side"), N_("Front to back") };
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int most = 3 * t.caption, label_w = 0;
	int h = (rest->h - t.gap / 2) / 2 < most ? (rest->h - t.gap / 2) / 2 : most;
	struct rect r;

	for (int i = 0; i < 2; i++) {
		int w = draw_measure(&v->ui.list, &small, _(names[i])).w;
		label_w = w > label_w ? w : label_w;
	}
	label_w += t.gap;
	if (h < 3 * t.caption / 2 || rest->w < 2 * label_w || v->sway.half_mm <= 0)
		return;
	r = rect_cut_bottom(rest, 2 * h + t.gap / 2);
	rect_cut_bottom(rest, t.gap);
	for (int i = 0; i < 2; i++) {
		struct rect row = rect_cut_top(&r, h);
		struct canvas *c = ui_canvas(&v->ui, row.w - label_w, h);
		const struct stripplot strip = { i == 0 ? STRIPPLOT_SIDE
							: STRIPPLOT_FRONT,
			v->sway.middle, v->sway.half_mm, 10 * CLOCK_NS_PER_S };
		rect_cut_top(&r, t.gap / 2);
		if (!c)
			return;
		stripplot_paint(c, &strip, &v->app->model.trail, v->sway.strip,
			t.line_px, model_is_live(v->state) ? THEME_TEXT : THEME_MUTED);
		draw_text(&v->ui.list, &small, rect_cut_left(&row, label_w), DRAW_LEFT,
			THEME_MUTED, _(names[i]));
		draw_keep_begin(&v->ui.list, row);
		draw_image(&v->ui.list, row.x, row.y, c);
		draw_keep_end(&v->ui.list);
	}
}

/* How good it is so far, in one sentence; nothing while that is not known. */
static void quality_draw(struct view *v, const struct trial *s, struct rect *r)
{
	const json_t *quality = json_object_get(s->progress, "quality");
	const json_t *why = json_array_get(json_object_get(quality, "reasons"), 0);

	if (!json_is_object(quality))
		return;
	if (strcmp(clinic_text(quality, "verdict"), "good") == 0)
		say(v, r, _("Good so far"), false, THEME_ACTION);
	else
		say_theirs(v, r, why, THEME_CAUTION);
}

/* What it is at, and beside it a mark just set, or how many there are. */
static void state_draw(struct view *v, const struct trial *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.body);
	struct draw_style small = parts_regular(&t, t.caption);
	const char *words = state_words(clinic_text(s->progress, "state"));
	int n = (int)clinic_int(s->progress, "n_marks");
	bool said = s->said[0] != '\0' && v->ui.now_ns - s->said_ns < TRIAL_SAID_NS;
	char marks[80] = "";
	struct rect row = { r->x, r->y, r->w, t.body * 5 / 4 };
	int w;

	if (said) {
		ui_redraw_at(&v->ui, s->said_ns + TRIAL_SAID_NS);
		snprintf(marks, sizeof(marks), "%s", s->said);
	} else if (n > 0) {
		snprintf(marks, sizeof(marks),
			P_("%d mark", "%d marks", (unsigned long)n), n);
	}
	w = draw_measure(&v->ui.list, &small, marks).w;
	draw_elsewhere(&v->ui.list, marks); /* they are stored with the trial */
	if (row.h <= r->h &&
		draw_measure(&v->ui.list, &bold, words).w + t.gap + w <= row.w)
		draw_text(&v->ui.list, &small, row, DRAW_RIGHT,
			said ? THEME_TEXT : THEME_MUTED, marks);
	say(v, r, words, true, THEME_TEXT);
}

/* What is left for path and time once three lines have their room; less where the strips have room as well. */
static int pictures_height(const struct view *v, int h)
{
	struct parts_type t = frame_type(v);
	int left = h - 2 * (t.body * 4 / 3 + t.gap) - t.caption * 5 / 4 - t.gap;

	if (left > 12 * t.caption)
		return left * 11 / 20;
	return left > h * 3 / 5 ? h * 3 / 5 : left < h * 2 / 5 ? h * 2 / 5 : left;
}

static void running_draw(struct view *v, struct trial *s, struct rect r)
{
	const json_t *p = s->progress;
	struct parts_type t = frame_type(v);
	double left_s = clinic_number(p, "remaining_s");
	char seconds[24] = "";
	bool sway;
	struct rect below = rect_cut_bottom(&r, pictures_height(v, r.h)), ring;

	s->pages.first = 0; /* what is said after it is new */
	if (!isnan(left_s))
		snprintf(seconds, sizeof(seconds), "%.0f", ceil(left_s));
	ring = rect_cut_right(&below, below.w * 2 / 5);
	control_ring_draw(
		&v->ui, &t, ring, clinic_number(p, "done_frac"), THEME_ACTION, seconds);
	rect_cut_right(&below, t.gap);
	sway = (v->state == MODEL_LIVE || v->state == MODEL_STALE) &&
	       sway_draw(v, s, below);
	state_draw(v, s, &r);
	message_draw(v, s, &r);
	/* What has no room now is said by the review, and before by what was next. */
	draw_elsewhere_begin(&v->ui.list);
	quality_draw(v, s, &r);
	shares_draw(v, &r);
	rect_cut_bottom(&r, t.gap);
	/* The person hears what to do; while it is measured the strips say more to who watches. */
	if (sway && trial_is_measuring(s))
		strips_draw(v, &r);
	say_theirs(v, &r, json_object_get(p, "instruction"), THEME_TEXT);
	draw_elsewhere_end(&v->ui.list);
}

/* --- before and after ------------------------------------------------------------------------ */

/* How the last one ended, and what becomes of it without a word. */
static const char *ended(const char *state, const char *verdict)
{
	return strcmp(state, "timeout") == 0
		       ? _("Nobody stood on the mat: nothing is kept.")
	       : strcmp(state, "failed") == 0     ? _("It could not be stored.")
	       : strcmp(verdict, "good") == 0     ? _("Good: it is kept.")
	       : strcmp(verdict, "check") == 0    ? _("Kept; look at it.")
	       : strcmp(verdict, "unusable") == 0 ? _("Not usable: it is repeated.")
						  : _("Broken off: it is repeated.");
}

static void last_say(struct facts *f, const json_t *last)
{
	const json_t *why = json_array_get(json_object_get(last, "reasons"), 0);
	const char *verdict = clinic_text(last, "verdict");
	const char *state = clinic_text(last, "state");
	bool practice = trial_is_practice(last), stored = strcmp(state, "stored") == 0;
	char reason[CLINIC_LINE_BYTES], text[2 * CLINIC_LINE_BYTES];

	snprintf(text, sizeof(text), "%s %s",
		practice && stored ? _("Practice: it does not count.")
				   : ended(state, verdict),
		clinic_sentence(why, reason, sizeof(reason)));
	facts_notice(
		f, strcmp(verdict, "good") == 0 ? PARTS_GOOD : PARTS_CAUTION, text);
}

static void next_say(struct view *v, struct trial *s, struct facts *f)
{
	const json_t *next = trial_next(s);
	char title[160], text[CLINIC_LINE_BYTES];

	clinic_sentence(json_object_get(next, "title"), title, sizeof(title));
	if (trial_is_over(v, s))
		snprintf(text, sizeof(text), _("All is measured. Proposed: %s"), title);
	else
		snprintf(text, sizeof(text), _("%s: trial %d of %d"), title,
			(int)clinic_int(next, "trial_n"), (int)clinic_int(next, "of"));
	facts_headline(f, text);
	if (json_is_true(json_object_get(next, "supervise")))
		facts_words(f, _("Stand beside the person."), THEME_CAUTION);
	facts_words(f,
		clinic_sentence(
			json_object_get(next, "instruction"), text, sizeof(text)),
		THEME_TEXT);
	facts_words(f,
		clinic_sentence(json_object_get(next, "reason"), text, sizeof(text)),
		THEME_MUTED);
}

static void next_draw(struct view *v, struct trial *s, struct rect r)
{
	const json_t *last = s->last ? s->last : trial_reviewed(s);
	struct facts f;

	message_draw(v, s, &r);
	facts_begin(&f, v);
	f.words_gap = f.type.gap;
	if (last)
		last_say(&f, last);
	if (trial_next(s)) {
		next_say(v, s, &f);
	} else if (trial_visit(v) > 0 && s->plan) {
		facts_headline(&f, _("All is measured."));
	} else if (trial_visit(v) == 0) {
		facts_headline(&f, _("Quiet standing, eyes open"));
		facts_words(&f, _("Nobody is named: it is stored without a patient."),
			THEME_MUTED);
	}
	rect_cut_top(&r, facts_draw(&f, r, TRIAL_PAGES, "facts", &s->pages));
	shares_draw(v, &r);
}

/* As many reasons as have room, the most usual first. */
static void reason_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	struct draw_style style = parts_regular(t, t->body);

	(void)ctx;
	rect_cut_left(&r, t->gap);
	clinic_part_draw(ui, &style, r, THEME_TEXT, _(trial_reasons[row]));
}

/* All of them, in any case: where the choice has no room they are a list. */
static void reasons_draw(struct view *v, struct trial *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	const struct control_choice choice = { TRIAL_REASON, "reason", trial_reasons,
		TRIAL_N_REASONS, -1, true };
	int h = control_choice_height(&v->ui, &t, r.w, &choice);

	if (h > r.h) {
		s->reasons.n_rows = TRIAL_N_REASONS;
		list_draw(&v->ui, &t, r, TRIAL_REASONS, "reasons", &s->reasons, 0,
			reason_draw, NULL);
		return;
	}
	if (r.h >= h + t.body * 2)
		say(v, &r, _("Why is it discarded?"), true, THEME_TEXT);
	rect_cut_top(&r, r.h >= h + t.gap ? t.gap : 0);
	control_choice_draw(&v->ui, &t, rect_cut_top(&r, h), &choice);
}

/* --- actions --------------------------------------------------------------------------------- */

static void running_actions(struct view *v, struct trial *s, struct rect *r)
{
	const char *state = clinic_text(s->progress, "state");
	bool measuring = trial_is_measuring(s);
	bool standing = measuring || strcmp(state, "settling") == 0;
	const struct parts_button buttons[] = {
		{ .id = TRIAL_REPEAT,
			.name = "repeat",
			.texts = repeat_texts,
			.hold = true,
			.enabled = standing && !s->busy },
		{ .id = TRIAL_MARK,
			.name = "mark",
			.texts = mark_texts,
			.enabled = standing },
		{ .id = TRIAL_STOP,
			.name = "stop",
			.texts = measuring ? stop_texts : cancel_texts,
			.primary = true,
			.start = true,
			.enabled = !s->busy },
	};

	frame_actions(v, r, buttons, 3);
}

/* After a trial: discard and repeat it. `over`: what is left out first is to repeat. Returns how many. */
static int review_actions(
	struct view *v, const struct trial *s, bool over, struct parts_button *buttons)
{
	bool live = model_is_live(v->state) && v->app->model.connected;
	const struct parts_button discard = { .id = TRIAL_DISCARD,
		.name = "discard",
		.texts = discard_texts,
		.enabled = !s->busy };
	const struct parts_button repeat = { .id = TRIAL_REPEAT,
		.name = "repeat",
		.texts = repeat_texts,
		.hold = true,
		.enabled = live && !s->busy };

	buttons[0] = over ? repeat : discard;
	buttons[1] = over ? discard : repeat;
	return 2;
}

static void idle_actions(struct view *v, struct trial *s, struct rect *r)
{
	bool over = trial_is_over(v, s), lit = !s->busy;
	bool live = model_is_live(v->state) && v->app->model.connected;
	bool can_start = live && !s->busy && (trial_next(s) || trial_visit(v) == 0);
	const struct parts_button check = { .id = TRIAL_CHECK,
		.name = "check",
		.texts = check_texts,
		.enabled = !s->busy };
	const struct parts_button start = { .id = TRIAL_START,
		.name = over ? "more" : "start",
		.texts = over ? more_texts : start_texts,
		.primary = !over,
		.start = !over,
		.enabled = can_start,
		.lit = lit && live && !over };
	const struct parts_button finish = { .id = TRIAL_FINISH,
		.name = "finish",
		.texts = finish_texts,
		.primary = true,
		.enabled = !s->busy,
		.lit = lit };
	struct parts_button buttons[4];
	int n = 0;

	if (trial_reviewed(s))
		n = review_actions(v, s, over, buttons);
	else if (!over)
		buttons[n++] = check;
	if (!over || trial_next(s))
		buttons[n++] = start;
	if (over)
		buttons[n++] = finish;
	frame_actions(v, r, buttons, n);
}

static void actions_draw(struct view *v, struct trial *s, struct rect *r)
{
	const struct parts_button back = { .id = TRIAL_KEEP,
		.name = "keep",
		.texts = keep_texts,
		.primary = true,
		.enabled = true };

	if (s->choosing)
		frame_actions(v, r, &back, 1);
	else if (trial_is_running(s))
		running_actions(v, s, r);
	else
		idle_actions(v, s, r);
}

void trial_draw(struct view *v, struct trial *s)
{
	const char *code = clinic_text(s->plan, "patient");
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, code[0] != '\0' ? code : _("Measurement"));

	actions_draw(v, s, &r);
	if (s->choosing) {
		reasons_draw(v, s, r);
		return;
	}
	if (!model_is_live(v->state) && !trial_is_running(s)) {
		frame_message(v, r, PARTS_CAUTION, mat_words_state(v->state),
			mat_words_remedy(&v->app->model, v->state));
		return;
	}
	/* Very large type needs the width; the mat was seen before. */
	if (!trial_is_running(s) && r.w > r.h && r.w * 3 / 5 < 14 * t.caption) {
		next_draw(v, s, r);
		return;
	}
	if (r.w > r.h) {
		clinic_mat_draw(v, rect_cut_left(&r, r.w * 2 / 5));
		rect_cut_left(&r, t.margin);
	} else {
		clinic_mat_draw(v, rect_cut_top(&r, r.h * 2 / 5));
		rect_cut_top(&r, t.gap);
	}
	if (trial_is_running(s))
		running_draw(v, s, r);
	else
		next_draw(v, s, r);
}
