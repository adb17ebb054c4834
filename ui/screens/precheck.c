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
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/precheck_mat.h"
#include "ui/screens/precheck_parts.h"
#include "ui/screens/precheck_words.h"
#include "ui/screens/precheck_worn.h"
#include "ui/screens/screens.h"

enum { PLAN = 1, LOOK, ZERO, SAVE, CLEAR, START, WORN, PAGES };

/* How often it is looked; and how long a word about what was done stays. Chosen. */
#define LOOK_NS (300 * CLOCK_NS_PER_MS)
#define SAID_NS (4 * CLOCK_NS_PER_S)

#define CROWDED_OF 7 /* captions: what a title, a notice and a part need */

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
	if (index < 0 || index >= PRECHECK_N_WORN || index == worn_of(s))
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

/* What was said is so for some seconds. */
static bool is_news(const struct view *v, const struct precheck *s)
{
	return s->said[0] != '\0' && v->ui.now_ns - s->said_ns < SAID_NS;
}

/* Very large type on a small screen: what is to be known, without a picture. */
static void words_draw(struct view *v, struct precheck *s, struct rect r)
{
	const json_t *next = json_object_get(s->plan, "next");
	char text[240];
	struct facts f;

	facts_begin(&f, v);
	if (is_news(v, s)) {
		ui_redraw_at(&v->ui, s->said_ns + SAID_NS);
		facts_words(&f, s->said, s->said_bad ? THEME_CAUTION : THEME_TEXT);
		s->pages.first = 0;
	}
	precheck_parts_say(&f, s->check);
	if (json_is_true(json_object_get(next, "supervise")))
		facts_words(&f, _("Stand beside the person."), THEME_CAUTION);
	facts_headline(&f,
		clinic_sentence(json_object_get(next, "title"), text, sizeof(text)));
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

/* What was said last; else whether somebody must stand beside. */
static const char *notice_of(const struct view *v, const struct precheck *s)
{
	const json_t *next = json_object_get(s->plan, "next");

	return is_news(v, s) ? s->said
	       : json_is_true(json_object_get(next, "supervise"))
		       ? _("Stand beside the person.")
		       : "";
}

/* Whether a notice leaves no room for the parts: then all of it is in pages. */
static bool is_crowded(struct view *v, const struct precheck *s, struct rect r)
{
	return s->check && notice_of(v, s)[0] != '\0' &&
	       r.h < CROWDED_OF * frame_type(v).caption;
}

/* What will be measured, and the notice. */
static void next_draw(struct view *v, const struct precheck *s, struct rect *r)
{
	const json_t *next = json_object_get(s->plan, "next");
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.body);
	bool said = is_news(v, s);
	const char *text = notice_of(v, s);
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

/* Type so large that there is no room for a picture. */
static bool is_cramped(const struct view *v)
{
	return frame_type(v).caption * 9 > v->ui.display.h;
}

static void actions_draw(struct view *v, const struct precheck *s, struct rect *r)
{
	const json_t *p = json_object_get(s->check, "placement");
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
		shown[n++] = precheck_worn_button(worn, WORN);
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
	if (worn_of(s) >= 0)
		precheck_worn_draw(v, worn_of(s), WORN, &mat);
	precheck_mat_draw(v, s->check, mat);
	if (is_crowded(v, s, r)) {
		words_draw(v, s, r);
		return;
	}
	next_draw(v, s, &r);
	if (s->check)
		precheck_parts_draw(v, s->check, r, PAGES, &s->pages);
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
