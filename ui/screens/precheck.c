/* Before the first trial of a visit: mat, zero, weight and feet, as they are now, each with what to do, and what
 * is worn on them: as the protocol asks, unless one touch says otherwise. Its START begins the trial, so that it
 * costs no touch; it may be pressed whatever is said here. Given a visit's number; for a measurement of nobody
 * nothing, or "0 WORD" with what is worn. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/app/mat_words.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/clinic_mat.h"
#include "ui/screens/precheck_words.h"
#include "ui/screens/screens.h"

enum { PLAN = 1, LOOK, ZERO, SAVE, CLEAR, START, WORN, PAGES };

/* How often it is looked; and how long a word about what was done stays. Chosen. */
#define LOOK_NS (300 * CLOCK_NS_PER_MS)
#define SAID_NS (4 * CLOCK_NS_PER_S)

#define NO_SUCH_METHOD -32601

static const char *const zero_texts[] = { N_("Hold to set zero"), N_("Hold: zero"),
	N_("Zero"), NULL };
static const char *const save_texts[] = { N_("Save feet"), N_("Save"), NULL };
static const char *const save_anew_texts[] = { N_("Save feet anew"), N_("Save feet"),
	N_("Save"), NULL };
static const char *const clear_texts[] = { N_("Hold: forget feet"), N_("Forget feet"),
	N_("Forget"), NULL };
static const char *const start_texts[] = { N_("START"), NULL };
static const char *const anyway_texts[] = { N_("START anyway"), N_("START"), NULL };

static const char *const worn_texts[] = { N_("Barefoot"), N_("Socks"), N_("Shoes") };
#define N_WORN ((int)(sizeof(worn_texts) / sizeof(worn_texts[0])))

struct precheck {
	json_t *plan;  /* stance.visit-plan/1 */
	json_t *check; /* stance.precheck/1 */
	bool looking;
	int64_t looked_ns;
	char said[400]; /* about what was done */
	bool said_bad;
	int64_t said_ns;
	struct list pages;
	int worn; /* as touched, not answered yet; -1: as the plan says. Of nobody's: what is worn */
};

static int64_t visit_of(const struct view *v)
{
	return strtoll(view_arg(v), NULL, 10);
}

static int enter(struct view *v, void *state)
{
	int given = clinic_footwear_of(view_arg(v));

	((struct precheck *)state)->worn = visit_of(v) > 0 ? -1 : given < 0 ? 0 : given;
	return 0;
}

static void load(struct view *v, void *state)
{
	struct precheck *s = state;

	s->looking = false;
	s->looked_ns = 0;
	if (visit_of(v) > 0)
		view_ask(v, PLAN, "visit.plan",
			json_pack("{s:I}", "id", (json_int_t)visit_of(v)));
}

static void leave(struct view *v, void *state)
{
	struct precheck *s = state;

	(void)v;
	json_decref(s->plan);
	json_decref(s->check);
}

/* Whose feet: known when the plan has come. */
static const char *patient_of(const struct precheck *s)
{
	return clinic_text(s->plan, "patient");
}

/* What is worn: the number of its word; -1 where it is not known yet, or not asked. */
static int worn_of(const struct precheck *s)
{
	const json_t *start =
		json_object_get(json_object_get(s->plan, "next"), "start");

	return s->worn >= 0 ? s->worn
			    : clinic_footwear_of(clinic_text(
				      json_object_get(start, "condition"), "footwear"));
}

static void tick(struct view *v, void *state)
{
	struct precheck *s = state;
	const char *patient = patient_of(s);

	if (s->looking || v->ui.now_ns - s->looked_ns < LOOK_NS ||
		!v->app->model.connected || (visit_of(v) > 0 && !s->plan))
		return;
	s->looking = true;
	s->looked_ns = v->ui.now_ns;
	view_ask(v, LOOK, "precheck",
		patient[0] != '\0' ? json_pack("{s:s}", "patient", patient) : NULL);
}

static void say(struct view *v, struct precheck *s, bool bad, const char *text)
{
	snprintf(s->said, sizeof(s->said), "%s", text);
	s->said_bad = bad;
	s->said_ns = v->ui.now_ns;
}

static void take(json_t **place, const json_t *document)
{
	json_t *copy = json_deep_copy(document);

	json_decref(*place);
	*place = copy;
}

/* Of a visit the daemon knows what is worn. */
static void go_to_trial(struct view *v, const struct precheck *s, bool start)
{
	bool tell = visit_of(v) <= 0 && s->worn >= 0;
	char arg[60];

	snprintf(arg, sizeof(arg), "%lld%s%s%s", (long long)visit_of(v),
		start ? " start" : "", tell ? " " : "",
		tell ? clinic_footwear(s->worn) : "");
	view_replace(v, "trial", arg);
}

static void wear(struct view *v, struct precheck *s, int index)
{
	if (index < 0 || index >= N_WORN || index == worn_of(s))
		return;
	s->worn = index;
	if (visit_of(v) > 0)
		view_ask(v, WORN, "visit.footwear",
			json_pack("{s:I, s:s}", "id", (json_int_t)visit_of(v),
				"footwear", clinic_footwear(index)));
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct precheck *s = state;

	if (tag == LOOK)
		s->looking = false;
	if (tag == WORN)
		s->worn = -1;
	if (tag == LOOK && a->code == NO_SUCH_METHOD) /* an older daemon has none */
		go_to_trial(v, s, false);
	else if (a->code != 0)
		say(v, s, true, a->message);
	else if (tag == LOOK)
		take(&s->check, a->result);
	else if (tag == PLAN || tag == WORN)
		take(&s->plan, a->result);
	else if (tag == ZERO)
		say(v, s, false, _("Zero set on the empty mat."));
	else
		say(v, s, false,
			tag == SAVE ? _("The feet are saved.")
				    : _("The saved feet are forgotten."));
}

static void act(struct view *v, void *state, int id, int index)
{
	struct precheck *s = state;
	const char *patient = patient_of(s);

	if (id == START)
		go_to_trial(v, s, true);
	else if (id == PAGES)
		list_act(&s->pages, index);
	else if (id == WORN)
		wear(v, s, index);
	else if (id == ZERO) {
		say(v, s, false, _("Zeroing: keep off the mat…"));
		view_ask(v, ZERO, "mat.tare", NULL);
	} else if ((id == SAVE || id == CLEAR) && patient[0] != '\0')
		view_ask(v, id, id == SAVE ? "placement.save" : "placement.clear",
			json_pack("{s:s}", "patient", patient));
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	(void)state;
	if (e->kind != INPUT_KEY_DOWN || e->key != 'z')
		return false;
	widgets_press_key(&v->ui.widgets, ZERO, e->key, v->ui.now_ns);
	return true;
}

/* --- drawing --------------------------------------------------------------------------------- */

static const json_t *placement_of(const struct precheck *s)
{
	return json_object_get(s->check, "placement");
}

static struct pos_mm point_of(const json_t *foot, bool saved)
{
	const json_t *at = json_object_get(foot, "heel_mm");
	struct pos_mm p = { json_number_value(json_array_get(at, 0)),
		json_number_value(json_array_get(at, 1)) };

	if (saved) {
		p.x -= clinic_number(foot, "dx_mm");
		p.y -= clinic_number(foot, "dy_mm");
	}
	return p;
}

/* Where a heel was saved: a ring as wide as what is near enough. */
static void ring_draw(struct view *v, struct rect mat, const json_t *foot,
	uint32_t color, double limit_mm)
{
	struct parts_type t = frame_type(v);
	struct pos_mm at = point_of(foot, true);
	int radius = (int)lrint(limit_mm * clinic_mat_scale(v, mat)), x, y;
	int least = (int)(3 * t.line_px) + 2;
	struct rect box;

	if (isnan(at.x) || isnan(at.y) || isnan(limit_mm))
		return;
	clinic_mat_point(v, mat, at, &x, &y);
	radius = radius < least ? least : radius;
	box = (struct rect){ x - radius, y - radius, 2 * radius, 2 * radius };
	if (rect_within(&box, &mat))
		draw_ring(&v->ui.list, x, y, radius, (int)(2 * t.line_px) + 1, color);
}

static void mat_draw(struct view *v, const struct precheck *s, struct rect r)
{
	const json_t *p = placement_of(s);
	double limit_mm = clinic_number(p, "limit_mm");
	struct parts_type t = frame_type(v);
	struct rect mat;

	if (r.h < 4 * t.body) /* a mat as small as a word tells nothing */
		return;
	mat = clinic_mat_draw(v, r);
	if (mat.w == 0 || !json_is_true(json_object_get(p, "saved")) ||
		!model_is_live(v->state))
		return;
	draw_keep_begin(&v->ui.list, mat);
	if (json_is_object(json_object_get(p, "left")))
		ring_draw(v, mat, json_object_get(p, "left"), THEME_LEFT, limit_mm);
	if (json_is_object(json_object_get(p, "right")))
		ring_draw(v, mat, json_object_get(p, "right"), THEME_RIGHT, limit_mm);
	draw_keep_end(&v->ui.list);
}

static const struct {
	const char *sign;
	enum parts_sign color;
} signs[] = {
	[PRECHECK_GOOD] = { "✓", PARTS_GOOD },
	[PRECHECK_WAITING] = { "…", PARTS_INFO },
	[PRECHECK_CHECK] = { "!", PARTS_CAUTION },
	[PRECHECK_BAD] = { "×", PARTS_FAULT },
};

/* How high a part is in `w` pixels. */
static int part_height(
	struct view *v, const struct precheck *s, int w, enum precheck_part part)
{
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.caption);
	int text_w = w - t.body * 3 / 2 - t.gap;
	char text[240];

	bold.breaks = true;
	precheck_say(s->check, part, text, sizeof(text));
	draw_elsewhere(&v->ui.list, text); /* in its picture */
	return t.caption * 4 / 3 +
	       draw_wrapped_height(&v->ui.list, &bold, text_w, text, NULL);
}

/* A sign, what is looked at, and below it what is so. */
static void part_draw(struct view *v, struct rect r, const struct precheck *s,
	enum precheck_part part)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	struct draw_style bold = parts_bold(&t, t.caption);
	struct draw_style sign = parts_bold(&t, t.body);
	enum precheck_state state = precheck_state(s->check, part);
	int side = t.body * 3 / 2;
	char text[240];

	bold.breaks = true;
	precheck_say(s->check, part, text, sizeof(text));
	draw_text(&v->ui.list, &sign, rect_middle(rect_cut_left(&r, side), side, side),
		DRAW_CENTRE, parts_sign_color(signs[state].color), signs[state].sign);
	rect_cut_left(&r, t.gap);
	draw_text(&v->ui.list, &small, rect_cut_top(&r, t.caption * 4 / 3), DRAW_LEFT,
		THEME_MUTED, _(precheck_name(part)));
	draw_wrapped(&v->ui.list, &bold, r, DRAW_LEFT, THEME_TEXT, text);
}

/* A part as a picture among facts. */
struct part_of {
	const struct precheck *s;
	enum precheck_part part;
};

static void part_of_draw(struct view *v, struct rect r, const void *ctx)
{
	const struct part_of *of = ctx;

	part_draw(v, r, of->s, of->part);
}

/* The calibration only where there is something to say. */
static bool is_said(const struct precheck *s, enum precheck_part part)
{
	return part != PRECHECK_CALIBRATION ||
	       precheck_state(s->check, part) > PRECHECK_WAITING;
}

/* Those that are said, in their order or the worst first. Returns how many. */
static int parts_of(
	const struct precheck *s, bool worst_first, struct part_of of[PRECHECK_N_PARTS])
{
	int n = 0;

	for (int state = PRECHECK_BAD; state >= PRECHECK_GOOD; state--)
		for (int i = 0; i < PRECHECK_N_PARTS; i++) {
			int own = (int)precheck_state(s->check, (enum precheck_part)i);
			bool now = worst_first ? own == state : state == PRECHECK_BAD;
			if (now && is_said(s, (enum precheck_part)i))
				of[n++] = (struct part_of){ s, (enum precheck_part)i };
		}
	return n;
}

/* Take the last away that is good: START says that all else is. Returns false if there is none. */
static bool drop_good(struct part_of *of, int *n)
{
	for (int i = *n - 1; i >= 0; i--) {
		if (precheck_state(of[i].s->check, of[i].part) != PRECHECK_GOOD)
			continue;
		(*n)--;
		for (; i < *n; i++)
			of[i] = of[i + 1];
		return true;
	}
	return false;
}

static void parts_collect(
	struct facts *f, struct view *v, int w, struct part_of *of, int n)
{
	facts_begin(f, v);
	for (int i = 0; i < n; i++) {
		facts_picture(f, part_height(v, of[i].s, w, of[i].part), part_of_draw,
			&of[i]);
		facts_space(f, f->type.gap);
	}
}

/* The parts in words alone, what must be mended first. */
static void parts_say(struct facts *f, const struct precheck *s)
{
	struct part_of of[PRECHECK_N_PARTS];
	int n = parts_of(s, true, of);
	char text[240];

	for (int i = 0; i < n; i++) {
		precheck_say(s->check, of[i].part, text, sizeof(text));
		facts_line(f, _(precheck_name(of[i].part)), text);
		if (precheck_state(s->check, of[i].part) >= PRECHECK_CHECK)
			f->all[f->n - 1].color = THEME_CAUTION;
	}
}

/* Very large type on a small screen: what is to be known, without a picture. */
static void words_draw(struct view *v, struct precheck *s, struct rect r)
{
	const json_t *next = json_object_get(s->plan, "next");
	char text[240];
	struct facts f;

	facts_begin(&f, v);
	if (s->said[0] != '\0' && v->ui.now_ns - s->said_ns < SAID_NS) {
		ui_redraw_at(&v->ui, s->said_ns + SAID_NS);
		facts_words(&f, s->said, s->said_bad ? THEME_CAUTION : THEME_TEXT);
		s->pages.first = 0;
	}
	parts_say(&f, s);
	if (json_is_true(json_object_get(next, "supervise")))
		facts_words(&f, _("Stand beside the person."), THEME_CAUTION);
	facts_headline(&f,
		clinic_sentence(json_object_get(next, "title"), text, sizeof(text)));
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

/* Each in its place; where not all have room, without what is good; else in pages, what must be mended first. */
static void parts_draw(struct view *v, struct precheck *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct part_of of[PRECHECK_N_PARTS];
	int n = parts_of(s, false, of);
	int w = r.w - list_pager_width(&v->ui, &t, r.w, r.h) - t.gap;
	struct facts f;

	parts_collect(&f, v, r.w, of, n);
	while (!facts_fit(&f, r) && drop_good(of, &n))
		parts_collect(&f, v, r.w, of, n);
	if (n == 0 || !facts_fit(&f, r)) {
		n = parts_of(s, true, of);
		parts_collect(&f, v, w, of, n);
	}
	for (int i = 0; i < f.n; i++)
		if (f.all[i].h > r.h) { /* not even one of them */
			facts_begin(&f, v);
			parts_say(&f, s);
		}
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

/* What will be measured, and whether somebody must stand beside. */
static void next_draw(struct view *v, const struct precheck *s, struct rect *r)
{
	const json_t *next = json_object_get(s->plan, "next");
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.body);
	bool supervise = json_is_true(json_object_get(next, "supervise"));
	bool said = s->said[0] != '\0' && v->ui.now_ns - s->said_ns < SAID_NS;
	const char *text = said        ? s->said
			   : supervise ? _("Stand beside the person.")
				       : "";
	char title[160];
	int h;

	clinic_sentence(json_object_get(next, "title"), title, sizeof(title));
	h = draw_wrapped_height(&v->ui.list, &bold, r->w, title, NULL);

	draw_elsewhere(&v->ui.list, title); /* the trial begins with it */
	if (json_is_object(next) && h <= r->h / 4) {
		draw_wrapped(&v->ui.list, &bold, rect_cut_top(r, h), DRAW_LEFT,
			THEME_TEXT, title);
		rect_cut_top(r, t.gap);
	}
	if (text[0] == '\0')
		return;
	if (said)
		ui_redraw_at(&v->ui, s->said_ns + SAID_NS);
	h = parts_notice_height(&v->ui, &t, r->w, text);
	if (h > r->h)
		return;
	parts_notice_draw(&v->ui, &t, rect_cut_top(r, h),
		said && !s->said_bad ? PARTS_INFO : PARTS_CAUTION, text);
	rect_cut_top(r, t.gap);
}

/* Turns to the next that can be worn. */
static struct parts_button worn_button(int worn)
{
	return (struct parts_button){ .id = WIDGET_ID(WORN, (worn + 1) % N_WORN),
		.name = "worn",
		.label = _(worn_texts[worn]),
		.enabled = true };
}

static void turn_draw(struct view *v, int worn, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const struct parts_button b = worn_button(worn);
	int h = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);

	h = h > t.body * 3 / 2 ? h : t.body * 3 / 2;
	if (h <= r->h && parts_button_width(&v->ui, &t, &b, false) <= r->w) {
		parts_button_draw(&v->ui, &t, rect_cut_bottom(r, h), &b);
		rect_cut_bottom(r, t.gap);
	}
}

/* Side by side; where that has no room, one button that turns to the next. Cut from the bottom of `r`. */
static void worn_draw(struct view *v, const struct precheck *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const int worn = worn_of(s);
	const struct control_choice choice = { .id = WORN,
		.name = "worn",
		.texts = worn_texts,
		.n = N_WORN,
		.chosen = worn,
		.enabled = true };
	struct draw_style small = parts_regular(&t, t.caption);
	int h = control_choice_height(&v->ui, &t, r->w, &choice);
	int label_h = t.caption * 4 / 3;

	if (worn < 0)
		return;
	if (h > r->h / 3) {
		turn_draw(v, worn, r);
		return;
	}
	control_choice_draw(&v->ui, &t, rect_cut_bottom(r, h), &choice);
	if (label_h + t.gap < r->h / 2)
		draw_text(&v->ui.list, &small, rect_cut_bottom(r, label_h), DRAW_LEFT,
			THEME_MUTED, _("On the feet"));
	rect_cut_bottom(r, t.gap);
}

/* Type so large that there is no room for a picture. */
static bool is_cramped(const struct view *v)
{
	return frame_type(v).caption * 9 > v->ui.display.h;
}

static void actions_draw(struct view *v, const struct precheck *s, struct rect *r)
{
	const json_t *p = placement_of(s);
	bool saved = json_is_true(json_object_get(p, "saved"));
	bool both = json_is_object(json_object_get(p, "left")) &&
		    json_is_object(json_object_get(p, "right"));
	bool ready = json_is_true(json_object_get(s->check, "ready"));
	bool live = v->app->model.connected && model_is_live(v->state);
	bool known = patient_of(s)[0] != '\0';
	/* Green only while nobody stands there: only then it can work. */
	bool zero_now = precheck_state(s->check, PRECHECK_ZERO) >= PRECHECK_CHECK &&
			v->state == MODEL_EMPTY;
	const int worn = worn_of(s);
	const struct parts_button all[] = {
		{ .id = CLEAR,
			.name = "clear",
			.texts = clear_texts,
			.hold = true,
			.enabled = true },
		{ .id = SAVE,
			.name = "save",
			.texts = saved ? save_anew_texts : save_texts,
			.enabled = both && live },
		{ .id = ZERO,
			.name = "zero",
			.texts = zero_texts,
			.hold = true,
			.enabled = live,
			.lit = live && zero_now },
		{ .id = START,
			.name = "start",
			.texts = ready ? start_texts : anyway_texts,
			.primary = true,
			.start = true,
			.enabled = live,
			.lit = ready && live },
	};
	int from = known && saved ? 0 : known ? 1 : 2, n = 0;
	struct parts_button shown[5];

	if (is_cramped(v) && worn >= 0) /* its own place is taken by words */
		shown[n++] = worn_button(worn);
	while (from < 4)
		shown[n++] = all[from++];
	frame_actions(v, r, shown, n);
}

static void draw(struct view *v, void *state)
{
	struct precheck *s = state;
	const char *code = patient_of(s);
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, code[0] != '\0' ? code : _("Before measuring"));
	struct rect mat;

	actions_draw(v, s, &r);
	if (!model_is_live(v->state)) {
		frame_message(v, r, PARTS_CAUTION, mat_words_state(v->state),
			mat_words_remedy(&v->app->model, v->state));
		return;
	}
	if (is_cramped(v)) {
		if (s->check)
			words_draw(v, s, r);
		return;
	}
	if (r.w > r.h) {
		mat = rect_cut_left(&r, r.w * 2 / 5);
		rect_cut_left(&r, t.margin);
	} else {
		mat = rect_cut_top(&r, r.h * 2 / 5);
		rect_cut_top(&r, t.gap);
	}
	worn_draw(v, s, &mat);
	mat_draw(v, s, mat);
	next_draw(v, s, &r);
	if (s->check)
		parts_draw(v, s, r);
}

const struct screen screen_precheck = {
	.name = "precheck",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct precheck),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.tick = tick,
	.draw = draw,
};
