/* Pages in plain words that turn by themselves: while nobody stands on the mat, or when they were asked for. Whoever
 * looks at them on purpose turns them with a step on, a key or a touch. */
#include "ui/screens/plain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/align/loading.h"
#include "ui/core/theme.h"
#include "ui/screens/screens.h"
#include "ui/screens/shared.h"
#include "ui/screens/train.h"

/* A page's movement begins when it was looked at, and is slow. Chosen. */
#define REST_NS (1 * CLOCK_NS_PER_S)
#define LEAN_NS (3 * CLOCK_NS_PER_S)
#define STEP_NS (80 * CLOCK_NS_PER_MS) /* a pixel or less each */

enum { SHARED = 1, NEXT };

static const char *const next_texts[] = { N_("Next"), NULL };

struct plain {
	bool asked; /* for: it does not go when somebody steps on */
	bool begun, stood;
	struct shared_watch watch;
	int page;
	int64_t page_ns; /* since when it is shown */
};

struct plain_figures plain_compute(void)
{
	const double aside_m = PLAIN_SIDE_MM / 1000;
	const double right = 0.5 + PLAIN_SIDE_MM / PLAIN_ANKLES_MM;
	const double even = loading_knee_low(0.5);
	struct body body;
	struct loading_assumed most;
	struct loading_stance stance = { .mass_kg = 75,
		.right_frac = right,
		.com_ml_m = aside_m,
		.com_ap_m = NAN,
		.ankle_width_m = PLAIN_ANKLES_MM / 1000 };
	struct loading loading;

	body_init(&body, '\0', 1.7);
	most = loading_nominal(&body);
	most.trunk_frac =
		1; /* all of it made by the trunk: the back's greatest share */
	loading_compute(&body, &most, &stance, &loading);
	return (struct plain_figures){ .left_pct = 100 * (1 - right),
		.right_pct = 100 * right,
		.knee_low = 100 * (loading_knee_low(right) / even - 1),
		.knee_high = 100 * (loading_knee_steep(right) / even - 1),
		.pelvis_mm = 1000 * loading.pelvis_shift_most_m,
		.back_pct = 100 * loading.l5s1_frontal_frac };
}

/* The prompt of each page, of those that were asked for: what turns by itself is not read out to an empty room. */
static const char *const plain_cues[PLAIN_N_PAGES] = {
	[PLAIN_FEET] = "plain-feet",
	[PLAIN_SIDE] = "plain-side",
	[PLAIN_USUAL] = "plain-usual",
	[PLAIN_KNEE] = "plain-knee",
	[PLAIN_PELVIS] = "plain-pelvis",
	[PLAIN_BACK] = "plain-back",
	[PLAIN_BENT] = "plain-bent",
	[PLAIN_SEES] = "plain-sees",
	[PLAIN_BLIND] = "plain-blind",
	[PLAIN_AIM] = "plain-aim",
};

const char *plain_cue(enum plain_page page)
{
	return plain_cues[page];
}

static void read_out(struct view *v, const struct plain *s)
{
	if (s->asked)
		sound_say(&v->app->sound, plain_cues[s->page]);
}

/* --- what happens ------------------------------------------------------------------------------ */

static int enter(struct view *v, void *state)
{
	((struct plain *)state)->asked = strcmp(view_arg(v), "asked") == 0;
	return 0;
}

static void turn(struct view *v, struct plain *s, int by)
{
	s->page = s->page + by < 0 ? 0 : s->page + by;
	s->page_ns = v->ui.now_ns;
	v->dirty = true;
	if (s->page >= PLAIN_N_PAGES) {
		s->page = PLAIN_N_PAGES - 1;
		view_back(v);
		return;
	}
	read_out(v, s);
}

static void tick(struct view *v, void *state)
{
	struct plain *s = state;
	enum model_state mat = model_state(&v->app->model, v->ui.now_ns);
	bool stands = mat == MODEL_LIVE, stepped = stands && !s->stood;

	if (!s->begun) {
		s->begun = true;
		s->page_ns = v->ui.now_ns;
		stepped = false;
		read_out(v, s);
	}
	s->stood = stands;
	if (!s->asked)
		shared_tick(v, &s->watch, SHARED);
	if (!s->asked && mat != MODEL_EMPTY)
		view_back(v);
	else if (stepped || v->ui.now_ns - s->page_ns >= PLAIN_PAGE_NS)
		turn(v, s, 1);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct plain *s = state;

	if (tag == SHARED && shared_take(&s->watch, a))
		view_replace(v, "shared", NULL);
}

/* What is done on the mat goes first. */
static void told(
	struct view *v, void *state, const char *stream, const struct json_t *document)
{
	(void)state;
	if (train_takes(stream, document))
		view_back(v);
}

static void act(struct view *v, void *state, int id, int index)
{
	(void)index;
	if (id == NEXT)
		turn(v, state, 1);
}

/* A touch anywhere; a clicker where there is no button. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	if (e->kind != INPUT_POINTER_UP &&
		!(e->kind == INPUT_KEY_DOWN && e->key == INPUT_KEY_START))
		return false;
	turn(v, state, 1);
	return true;
}

/* --- what is said ------------------------------------------------------------------------------ */

#define N_SAID 3 /* of each page: as it is meant, shorter, in a few words */
#define SAID   240

/* Pages without figures. */
static const char *const plain_said[PLAIN_N_PAGES][N_SAID] = {
	[PLAIN_FEET] = { N_("Two feet carry you. The mat feels how much each one "
			    "carries."),
		N_("Two feet carry you."), "" },
	[PLAIN_USUAL] = { N_("Nobody stands perfectly even. Between 45 and 55 % on "
			     "each leg "
			     "is usual."),
		N_("Nobody stands perfectly even: 45 to 55 % is usual."),
		N_("45 to 55 % is usual.") },
	[PLAIN_BENT] = { N_("A knee that does not straighten fully may move weight to "
			    "the "
			    "other leg, and pelvis and back with it."),
		N_("A bent knee may move weight to the other leg."), "" },
	[PLAIN_SEES] = { N_("The mat measures the weight on each foot, where it lies, "
			    "and "
			    "how you sway."),
		N_("The mat measures weight and sway."), "" },
	[PLAIN_BLIND] = { N_("It does not see pelvis, knees and back, nor why you "
			     "stand as you "
			     "do. Your clinician can look into that."),
		N_("It does not see why you stand as you do: ask about it."),
		N_("It does not see why.") },
	[PLAIN_AIM] = { N_("Weight can be practised. This is a measurement and "
			   "training aid, "
			   "not a diagnosis."),
		N_("Weight can be practised. This is not a diagnosis."),
		N_("Not a diagnosis") },
};

static void say_side(char said[N_SAID][SAID], const struct plain_figures *f)
{
	snprintf(said[0], SAID,
		_("If your weight moves %.0f mm to the right, the right leg carries "
		  "about "
		  "%.0f %% of it and the left %.0f %%."),
		PLAIN_SIDE_MM, f->right_pct, f->left_pct);
	snprintf(said[1], SAID,
		_("Weight %.0f mm to the right: about %.0f %% on the right leg."),
		PLAIN_SIDE_MM, f->right_pct);
	snprintf(said[2], SAID, _("%.0f mm to the right: about %.0f %% there."),
		PLAIN_SIDE_MM, f->right_pct);
}

static void say_knee(char said[N_SAID][SAID], const struct plain_figures *f)
{
	snprintf(said[0], SAID,
		_("The knee goes with it: the right one then bears about %.0f to %.0f "
		  "%% "
		  "more. That is an estimate."),
		f->knee_low, f->knee_high);
	snprintf(said[1], SAID,
		_("Then the right knee bears about %.0f to %.0f %% more: an estimate."),
		f->knee_low, f->knee_high);
	snprintf(said[2], SAID, _("Right knee: perhaps %.0f to %.0f %% more."),
		f->knee_low, f->knee_high);
}

static void say_pelvis(char said[N_SAID][SAID], const struct plain_figures *f)
{
	snprintf(said[0], SAID,
		_("The pelvis may go along, between 0 and %.0f mm. The mat cannot see "
		  "it."),
		f->pelvis_mm);
	snprintf(said[1], SAID,
		_("The pelvis may go along, by 0 to %.0f mm: an estimate."),
		f->pelvis_mm);
	snprintf(said[2], SAID, _("Pelvis: perhaps 0 to %.0f mm along."), f->pelvis_mm);
}

static void say_back(char said[N_SAID][SAID], const struct plain_figures *f)
{
	snprintf(said[0], SAID,
		_("The lower back may bear between 0 and %.0f %% more. Leaning with "
		  "the "
		  "upper body makes it more."),
		f->back_pct);
	snprintf(said[1], SAID,
		_("The lower back may bear 0 to %.0f %% more: an estimate."),
		f->back_pct);
	snprintf(said[2], SAID, _("Lower back: perhaps 0 to %.0f %% more."),
		f->back_pct);
}

/* A number and its unit stay on one line. */
static void keep_units(char *text)
{
	static const char *const units[] = { " %", " mm" };

	for (int i = 0; i < 2; i++) {
		char *at = text;
		while ((at = strstr(at, units[i])) && strlen(text) + 2 < SAID) {
			memmove(at + 2, at + 1, strlen(at + 1) + 1);
			memcpy(at, "\xC2\xA0", 2);
		}
	}
}

static void words(enum plain_page page, char said[N_SAID][SAID])
{
	static void (*const say[PLAIN_N_PAGES])(
		char said[N_SAID][SAID], const struct plain_figures *f) = {
		[PLAIN_SIDE] = say_side,
		[PLAIN_KNEE] = say_knee,
		[PLAIN_PELVIS] = say_pelvis,
		[PLAIN_BACK] = say_back,
	};
	const struct plain_figures f = plain_compute();

	for (int i = 0; i < N_SAID && !say[page]; i++)
		snprintf(said[i], SAID, "%s", train_said(plain_said[page][i]));
	if (say[page])
		say[page](said, &f);
	for (int i = 0; i < N_SAID; i++)
		keep_units(said[i]);
}

/* 0 to 1, without a jerk at either end. */
static double lean_at(struct view *v, const struct plain *s)
{
	int64_t begin_ns = s->page_ns + REST_NS, now_ns = v->ui.now_ns;
	double x = (double)(now_ns - begin_ns) / (double)LEAN_NS;

	x = fmin(1, fmax(0, x));
	if (s->begun && x < 1 && plain_moves((enum plain_page)s->page))
		ui_redraw_at(&v->ui, now_ns < begin_ns ? begin_ns : now_ns + STEP_NS);
	return x * x * (3 - 2 * x);
}

/* A picture beside the words; where they have no room there, the words alone, and the picture where they have none at
 * all. */
static void page_draw(struct view *v, struct rect r, const struct plain *s)
{
	char said[N_SAID][SAID];
	const char *const texts[N_SAID] = { said[0], said[1], said[2] };
	struct rect all = r, picture = far_cut_picture(v, &r);
	struct far_picture p;
	bool beside = false;

	words((enum plain_page)s->page, said);
	for (int i = 0; i < N_SAID; i++)
		beside |= *said[i] && far_words_size(v, r, 45, said[i]) > 0;
	if (!beside && far_words(v, all, 45, THEME_TEXT, texts, N_SAID).w > 0)
		return;
	if (!beside)
		picture = rect_middle(all, picture.w, picture.h);
	if (far_picture_begin(&p, v, picture, 100)) {
		plain_picture(&p, (enum plain_page)s->page, lean_at(v, s));
		far_picture_end(&p);
		far_letters(v, picture);
	}
	if (beside)
		far_words(v, r, 45, THEME_TEXT, texts, N_SAID);
}

static void draw(struct view *v, void *state)
{
	const struct plain *s = state;
	struct parts_type t = parts_far_type(&v->ui.display);
	const struct parts_button next = { .id = NEXT,
		.name = "next",
		.texts = next_texts,
		.enabled = true,
		.start = true };
	struct rect r = far_begin(v), bar;

	far_buttons(v, &r, &next);
	bar = rect_cut_bottom(&r, t.caption / 6);
	rect_cut_bottom(&r, t.gap);
	far_progress(v, bar, (s->page + 1.0) / PLAIN_N_PAGES);
	page_draw(v, r, s);
}

const struct screen screen_plain = {
	.name = "plain",
	.role = VIEW_FAR,
	.state_size = sizeof(struct plain),
	.enter = enter,
	.act = act,
	.answer = answer,
	.told = told,
	.tick = tick,
	.event = event,
	.draw = draw,
};
