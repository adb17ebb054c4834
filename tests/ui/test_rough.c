/* Every screen roughly handled: touches beside the panel, two fingers, a monkey, the mat unplugged, the daemon gone and back,
 * emoji and three hundred characters typed. In every situation of cases.h; every screen of the table is among them. After
 * each the picture keeps the rules of the layout, and what must be said is said. UI_SEED chooses other fingers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define SCENE_SECONDS 0.5
#include "tests/ui/cases.h"
#include "tests/ui/rules.h"
#include "ui/app/mat_words.h"
#include "ui/sdl/backend.h"

/* A situation in which something is done. */
struct rough {
	const struct screen_case *c;
	const char *what;
	struct app *app;
	int64_t now_ns;
	char screen[24]; /* on top before it */
	int n_bad;
};

static struct backend *backend;

static int setup(void **state)
{
	const struct backend_setup small = { .w = 64, .h = 64, .software = true };
	char message[256] = "";

	(void)state;
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	if (backend_open(&small, &backend, message, sizeof(message)) != 0) {
		print_error("%s\n", message);
		return -1;
	}
	case_language("en");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	backend_close(backend);
	return 0;
}

static void wrong(struct rough *r, const char *text)
{
	print_error("%s (%s), %s: %s\n", r->c->name, r->screen, r->what, text);
	r->n_bad++;
}

static const char *screen_of(const struct rough *r)
{
	return view_screen_name(app_view(r->app, 0));
}

/* Let time pass and look at the picture. */
static void look(struct rough *r)
{
	struct rules_seen s = { .view = app_view(r->app, 0) };

	stage_settle(r->app, r->now_ns);
	snprintf(s.where, sizeof(s.where), "%s (%s), %s", r->c->name, screen_of(r),
		r->what);
	if (s.view->ui.list.overflow)
		rules_bad(&s, "has no room in the draw list", "");
	rules_texts(&s);
	rules_contrast(&s);
	rules_widgets(&s);
	r->n_bad += s.n_bad;
	if (r->app->quit)
		wrong(r, "ends the program");
}

static bool says(const struct rough *r, const char *text)
{
	static char all[2 * DRAW_TEXT_BYTES];
	const struct draw_list *list = &app_view(r->app, 0)->ui.list;
	size_t n = 0;

	all[0] = '\0';
	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_TEXT)
			n += (size_t)snprintf(all + n, sizeof(all) - n, "%s ",
				draw_text_of(list, &list->commands[i]));
	return strstr(all, text) != NULL;
}

static bool says_state(const struct rough *r, enum model_state state)
{
	return says(r, mat_words_state(state)) || says(r, mat_words_brief(state));
}

/* Refuse what is asked, as an older daemon would. Returns how many requests of the window's screen there were. */
static int refuse_all(struct rough *r)
{
	const struct app_ask *ask;
	int n = 0;

	while (n < 200 && (ask = app_next_ask(r->app)) != NULL) {
		n += ask->view == app_view(r->app, 0);
		app_answered(
			r->app, ask->id, NULL, -32601, "no such method", r->now_ns);
		stage_settle(r->app, r->now_ns);
	}
	while ((ask = app_next_run(r->app)) != NULL)
		app_answered(
			r->app, ask->id, NULL, -32601, "no such program", r->now_ns);
	return n;
}

static void finger(struct rough *r, enum input_kind kind, int64_t pointer, int x, int y)
{
	const struct layout_display *d = &app_view(r->app, 0)->ui.display;
	const struct input_event e = { .kind = kind,
		.pointer = pointer,
		.x = x,
		.y = y,
		.on_panel = true,
		.panel_x = (double)x / d->w,
		.panel_y = (double)y / d->h };

	app_event(r->app, 0, &e, r->now_ns);
}

/* --- what is done ----------------------------------------------------------------------------- */

/* Screens that anything closes or turns. */
static bool takes_any_touch(const struct rough *r)
{
	return r->c->bare || r->c->far;
}

static void beside_the_panel(struct rough *r)
{
	static const int places[][2] = { { -1, 100 }, { 100, -1 }, { -100000, -100000 },
		{ 100000, 5 }, { 5, 100000 }, { INT32_MAX, INT32_MIN } };
	const int n = (int)(sizeof(places) / sizeof(places[0]));

	for (int i = 0; i < n; i++) {
		r->now_ns += 400 * SCENE_MS;
		finger(r, INPUT_POINTER_DOWN, 1, places[i][0], places[i][1]);
		finger(r, INPUT_POINTER_MOVE, 1, places[n - 1 - i][0], places[i][1]);
		finger(r, INPUT_POINTER_UP, 1, places[i][0], places[i][1]);
	}
	if (!takes_any_touch(r) && strcmp(screen_of(r), r->screen) != 0)
		wrong(r, "leads elsewhere");
	look(r);
}

/* A second finger is nobody's, wherever it is, while the first is on a button; that one slides off. A hand that rests
 * where nothing can be touched keeps no finger from a button. */
static void two_fingers(struct rough *r)
{
	const struct widgets *w;

	look(r);
	refuse_all(r);
	w = &app_view(r->app, 0)->ui.widgets;
	for (int i = 0; i + 1 < w->n_items && i < 8 && !takes_any_touch(r); i++) {
		struct rect one = w->items[i].rect, two = w->items[i + 1].rect;
		if (!w->items[i].enabled)
			continue;
		r->now_ns += 400 * SCENE_MS;
		finger(r, INPUT_POINTER_DOWN, 1, one.x + one.w / 2, one.y + one.h / 2);
		finger(r, INPUT_POINTER_DOWN, 2, two.x + two.w / 2, two.y + two.h / 2);
		finger(r, INPUT_POINTER_UP, 2, two.x + two.w / 2, two.y + two.h / 2);
		finger(r, INPUT_POINTER_MOVE, 1, -5, -5);
		finger(r, INPUT_POINTER_UP, 1, -5, -5);
		if (strcmp(screen_of(r), r->screen) != 0) {
			wrong(r, "leads elsewhere");
			return;
		}
	}
	look(r);
}

static void monkey(struct rough *r)
{
	const char *seed = getenv("UI_SEED");
	const struct layout_display *d = &app_view(r->app, 0)->ui.display;
	struct rng rng;

	rng_init(&rng, seed ? strtoull(seed, NULL, 10) : 1, 0);
	for (int i = 0; i < 60; i++) {
		int x = (int)rng_between(&rng, -20, d->w + 20);
		int y = (int)rng_between(&rng, -20, d->h + 20);
		r->now_ns += (int64_t)rng_between(&rng, 5, 600) * SCENE_MS;
		finger(r, (enum input_kind)(rng_u64(&rng) % 4),
			1 + (int64_t)(rng_u64(&rng) % 3), x, y);
		app_tick(r->app, r->now_ns);
		if (i % 10 == 9) {
			refuse_all(r);
			look(r);
		}
	}
}

/* Screens that say nothing of the mat: they close at once, take the whole panel (a sheet of paper, a cloth, crosses), are locked, or
 * are not the product's. */
static bool speaks_of_the_mat(const char *screen)
{
	static const char *const silent[] = { "help", "wipe", "touch", "lock",
		"gallery", "pages" };

	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		if (strcmp(screen, silent[i]) == 0)
			return false;
	return true;
}

static void unplugged(struct rough *r)
{
	struct status_document status = scene_status("lost", false);

	r->now_ns += 400 * SCENE_MS;
	if (!r->app->model.connected)
		return;
	model_status(&r->app->model, &status, r->now_ns);
	look(r);
	if (!r->c->far && !r->c->bare && speaks_of_the_mat(screen_of(r)) &&
		!says_state(r, MODEL_LOST))
		wrong(r, "does not say that the mat is gone");
	r->now_ns += 2000 * SCENE_MS;
	look(r);
	refuse_all(r);
	look(r);
}

static void restarted(struct rough *r)
{
	app_disconnected(r->app, r->now_ns);
	r->now_ns += 500 * SCENE_MS;
	look(r);
	if (!r->c->far && !r->c->bare && speaks_of_the_mat(screen_of(r)) &&
		!says_state(r, MODEL_NO_DAEMON))
		wrong(r, "does not say that the daemon is gone");
	r->now_ns += 12000 * SCENE_MS; /* what was asked is late by now */
	look(r);
	app_connected(r->app, r->now_ns);
	look(r);
	refuse_all(r);
	look(r);
}

/* What a barcode reader, or a cat, types. */
static void typed(struct rough *r)
{
	static const char *const odd[] = { "\xF0\x9F\xA6\xB6", "\"", "\\", "\xC3\xBC",
		"\xD7\xA9", "\xE2\x80\xAE", "W", "'", "<" };

	for (int i = 0; i < 300; i++) {
		struct input_event e = { .kind = INPUT_TEXT };
		snprintf(e.text, sizeof(e.text), "%s", odd[i % 9]);
		app_event(r->app, 0, &e, r->now_ns);
		if (i % 50 == 49)
			stage_settle(r->app, r->now_ns += 100 * SCENE_MS);
	}
	look(r);
	refuse_all(r);
	look(r);
	stage_key(r->app, INPUT_KEY_ENTER, r->now_ns);
	refuse_all(r);
	look(r);
}

/* --- everywhere ------------------------------------------------------------------------------- */

static int handle(const struct screen_case *c, const char *what,
	void (*act)(struct rough *), int panel)
{
	struct rough r = { .c = c, .what = what };

	r.app = case_open(
		c, layout_profile_at(panel), 1, backend_measure, backend, &r.now_ns);
	snprintf(r.screen, sizeof(r.screen), "%s", screen_of(&r));
	act(&r);
	app_free(r.app);
	return r.n_bad;
}

static void everywhere(const char *what, void (*act)(struct rough *))
{
	int n_bad = 0, n = 0;

	for (int a = 0; a < CASE_N_AREAS; a++)
		for (int k = 0; k < case_areas[a].n; k++, n++)
			n_bad += handle(&case_areas[a].cases[k], what, act, n % 2);
	print_message("%s: %d situations\n", what, n);
	assert_int_equal(n_bad, 0);
}

static void test_touches_beside_the_panel(void **state)
{
	(void)state;
	everywhere("touches beside the panel", beside_the_panel);
}

static void test_two_fingers(void **state)
{
	(void)state;
	everywhere("two fingers", two_fingers);
}

static void test_monkey(void **state)
{
	(void)state;
	everywhere("a monkey", monkey);
}

static void test_mat_unplugged(void **state)
{
	(void)state;
	everywhere("the mat unplugged", unplugged);
}

static void test_daemon_restarted(void **state)
{
	(void)state;
	everywhere("the daemon restarted", restarted);
}

static void test_odd_texts(void **state)
{
	(void)state;
	everywhere("odd texts", typed);
}

static void test_no_screen_is_left_out(void **state)
{
	bool seen[64] = { false };
	int n_bad = 0;

	(void)state;
	for (int a = 0; a < CASE_N_AREAS; a++)
		for (int k = 0; k < case_areas[a].n; k++) {
			int64_t now_ns;
			struct app *app =
				case_open(&case_areas[a].cases[k], layout_profile_at(0),
					1, backend_measure, backend, &now_ns);
			for (int i = 0; i < 64 && screens_all[i]; i++)
				seen[i] |= strcmp(screens_all[i]->name,
						   view_screen_name(
							   app_view(app, 0))) == 0;
			app_free(app);
		}
	for (int i = 0; i < 64 && screens_all[i]; i++)
		if (!seen[i]) {
			print_error(
				"%s: no situation shows it\n", screens_all[i]->name);
			n_bad++;
		}
	assert_int_equal(n_bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_screen_is_left_out),
		cmocka_unit_test(test_touches_beside_the_panel),
		cmocka_unit_test(test_two_fingers),
		cmocka_unit_test(test_monkey),
		cmocka_unit_test(test_mat_unplugged),
		cmocka_unit_test(test_daemon_restarted),
		cmocka_unit_test(test_odd_texts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
