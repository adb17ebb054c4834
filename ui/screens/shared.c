/* A visit's results as the person on the mat sees them, for as long as the clinician shares them: one thing at a time,
 * each with its picture, turning by itself. */
#include "ui/screens/shared.h"

#include <math.h>

#include "src/base/i18n.h"
#include "ui/core/theme.h"
#include "ui/screens/plain.h"
#include "ui/screens/screens.h"
#include "ui/screens/train.h"

enum { SHARED = 1, NEXT };

static const char *const next_texts[] = { N_("Next"), NULL };

struct shared {
	struct shared_watch watch;
	json_t *results; /* stance.results/1, owned */
	int page;
	int64_t page_ns;
};

/* --- whether there is something ---------------------------------------------------------------- */

void shared_tick(struct view *v, struct shared_watch *watch, int tag)
{
	bool seen = v->app->setup.two_windows || v->app->shown == VIEW_FAR;

	/* Where the patient's screen is not shown nobody needs to know. */
	if (watch->never || !seen || !v->app->model.connected ||
		v->ui.now_ns - watch->asked_ns < SHARED_EVERY_NS)
		return;
	watch->asked_ns = v->ui.now_ns;
	view_ask(v, tag, "visit.shared", NULL);
}

bool shared_take(struct shared_watch *watch, const struct view_answer *answer)
{
	watch->never = answer->code == -32601;
	return answer->code == 0 && json_is_object(answer->result);
}

/* --- the screen -------------------------------------------------------------------------------- */

static void load(struct view *v, void *state)
{
	struct shared *s = state;

	s->page_ns = v->ui.now_ns;
	s->watch.asked_ns = v->ui.now_ns;
	view_ask(v, SHARED, "visit.shared", NULL);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct shared *)state)->results);
}

/* Taken back, or the daemon cannot say: away with it. */
static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct shared *s = state;

	(void)tag;
	if (a->code == VIEW_ANSWER_LATE)
		return;
	if (!shared_take(&s->watch, a)) {
		view_back(v);
		return;
	}
	json_decref(s->results);
	s->results = json_incref((json_t *)a->result);
	v->dirty = true;
}

static void turn(struct view *v, struct shared *s)
{
	struct shared_thing things[SHARED_MAX];
	int n = shared_things(s->results, things);

	s->page = n > 0 ? (s->page + 1) % n : 0;
	s->page_ns = v->ui.now_ns;
	v->dirty = true;
}

static void tick(struct view *v, void *state)
{
	struct shared *s = state;

	shared_tick(v, &s->watch, SHARED);
	if (v->ui.now_ns - s->page_ns >= PLAIN_PAGE_NS)
		turn(v, s);
}

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
		turn(v, state);
}

static void picture_draw(
	struct view *v, struct rect r, const struct shared *s, enum shared_picture what)
{
	struct far_picture p;
	double left = shared_left_frac(s->results);

	if (!far_picture_begin(&p, v, r, 100))
		return;
	if (what == SHARED_WEIGHT && !isnan(left))
		plain_shares(&p, left);
	else
		plain_picture(&p, PLAIN_SEES, 0);
	far_picture_end(&p);
	if (what == SHARED_WEIGHT)
		far_letters(v, r);
}

static void draw(struct view *v, void *state)
{
	const struct shared *s = state;
	struct shared_thing things[SHARED_MAX];
	int n = shared_things(s->results, things);
	const struct shared_thing *thing = &things[s->page < n ? s->page : 0];
	const char *const none[] = { _("Your clinician will tell you more."),
		_("One moment") };
	const char *const texts[] = { thing->whole, thing->few };
	const struct parts_button next = { .id = NEXT,
		.name = "next",
		.texts = next_texts,
		.enabled = true,
		.start = true };
	struct rect r = far_begin(v), all, picture;

	far_buttons(v, &r, n > 1 ? &next : NULL);
	all = r;
	if (n == 0) {
		far_words(v, r, 60, THEME_TEXT, none + (s->results ? 0 : 1),
			s->results ? 2 : 1);
		return;
	}
	picture = far_cut_picture(v, &r);
	if (far_words(v, r, 45, THEME_TEXT, texts, 2).w > 0)
		picture_draw(v, picture, s, thing->picture);
	else if (far_words(v, all, 45, THEME_TEXT, texts, 2).w == 0)
		picture_draw(
			v, rect_middle(all, picture.w, picture.h), s, thing->picture);
}

const struct screen screen_shared = {
	.name = "shared",
	.role = VIEW_FAR,
	.state_size = sizeof(struct shared),
	.leave = leave,
	.load = load,
	.answer = answer,
	.act = act,
	.told = told,
	.tick = tick,
	.draw = draw,
};
