/* Controls, lists, entry and the stack of screens, by touch and keys, without a window: texts are
 * measured by a fake. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCENE_SECONDS 1
#include "tests/ui/stage.h"

#define MS INT64_C(1000000)
#define T0 SCENE_START

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

/* Home screens that ask for nothing. */
static void plain_draw(struct view *v, void *state)
{
	(void)state;
	frame_begin(v, "Plain");
}

static const struct screen plain_near = {
	.name = "plain", .role = VIEW_NEAR, .draw = plain_draw
};
static const struct screen plain_far = {
	.name = "plain-far", .role = VIEW_FAR, .draw = plain_draw
};
static const struct screen *const few_screens[] = { &plain_near, &plain_far,
	&screen_gallery, NULL };

static struct app *open_app(const char *profile, const char *what)
{
	struct app_setup setup = scene_setup(layout_profile_find(profile), false, 1);
	struct app *app;

	setup.sound = true;
	setup.screens = few_screens;
	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	app_connected(app, T0);
	stage_go(app, "gallery", what, T0);
	assert_string_equal(view_screen_name(app_view(app, 0)), "gallery");
	return app;
}

static const char *screen_of(struct app *app)
{
	return view_screen_name(app_view(app, 0));
}

/* --- controls ------------------------------------------------------------------------------ */

static void test_controls_act(void **state)
{
	struct app *app = open_app("1280x800", "");
	struct gallery *g = gallery_of(app);

	(void)state;
	assert_true(stage_tap(app, "toggle", T0 + 1000 * MS));
	assert_true(g->on);
	assert_true(stage_tap(app, "choice-2", T0 + 2000 * MS));
	assert_int_equal(g->chosen, 2);
	assert_true(stage_tap(app, "stepper-more", T0 + 3000 * MS));
	assert_true(stage_tap(app, "stepper-more", T0 + 4000 * MS));
	assert_true(stage_tap(app, "stepper-less", T0 + 5000 * MS));
	assert_int_equal(g->steps, 1);
	/* Disabled at its end. */
	assert_true(stage_tap(app, "stepper-less", T0 + 6000 * MS));
	assert_true(stage_tap(app, "stepper-less", T0 + 7000 * MS));
	assert_int_equal(g->steps, 0);
	app_free(app);
}

/* The same finger twice at once is one tap; two fingers are one; a slide off is none. */
static void test_fingers(void **state)
{
	struct app *app = open_app("1280x800", "");
	struct gallery *g = gallery_of(app);
	struct input_event e = { .kind = INPUT_POINTER_DOWN, .pointer = 1 };
	const struct widget *toggle;

	(void)state;
	assert_true(stage_tap(app, "toggle", T0 + 1000 * MS));
	assert_true(stage_tap(app, "toggle", T0 + 1200 * MS));
	assert_true(g->on);
	toggle = widgets_find_name(&app_view(app, 0)->ui.widgets, "toggle");
	e.x = toggle->rect.x + 5;
	e.y = toggle->rect.y + 5;
	app_event(app, 0, &e, T0 + 3000 * MS);
	e.pointer = 2;
	app_event(app, 0, &e, T0 + 3010 * MS);
	e.kind = INPUT_POINTER_UP;
	app_event(app, 0, &e, T0 + 3020 * MS);
	assert_true(g->on); /* the second finger is nobody's */
	e.pointer = 1;
	e.y = -50; /* outside the screen */
	app_event(app, 0, &e, T0 + 3100 * MS);
	assert_true(g->on);
	app_free(app);
}

static void test_undo_for_some_seconds(void **state)
{
	struct app *app = open_app("1280x800", "");
	struct gallery *g = gallery_of(app);

	(void)state;
	assert_false(stage_tap(app, "undo", T0));
	assert_true(stage_tap(app, "card", T0 + 1000 * MS));
	assert_true(stage_tap(app, "undo", T0 + 3000 * MS));
	assert_string_equal(g->undo.text, "");
	assert_true(stage_tap(app, "card", T0 + 5000 * MS));
	/* It goes by itself, and the picture is drawn anew for that. */
	assert_true(app_next_draw_ns(app, T0 + 6000 * MS) <= T0 + 13100 * MS);
	assert_false(stage_tap(app, "undo", T0 + 14000 * MS));
	app_free(app);
}

/* A clicker, whatever it sends, presses what START means. */
static void test_clicker(void **state)
{
	struct app *app = open_app("800x480", "");
	struct gallery *g = gallery_of(app);

	(void)state;
	stage_key(app, INPUT_KEY_START, T0 + 1000 * MS);
	assert_int_equal(g->n_go, 1);
	stage_key(app, 'b', T0 + 2000 * MS);
	assert_int_equal(g->n_go, 2);
	app_free(app);
}

/* Everything can be reached and pressed with Tab and Enter. */
static void test_keyboard_reaches_all(void **state)
{
	struct app *app = open_app("1280x800", "");
	struct gallery *g = gallery_of(app);
	const struct widgets *w = &app_view(app, 0)->ui.widgets;
	int n = w->n_items, seen[WIDGETS_MAX] = { 0 }, n_seen = 0;

	(void)state;
	for (int i = 0; i < 2 * n; i++) {
		stage_key(app, INPUT_KEY_TAB, T0 + i * 50 * MS);
		for (int k = 0; k < w->n_items; k++)
			if (w->items[k].id == w->focus && !seen[k]++)
				n_seen++;
	}
	assert_int_equal(n_seen, n - 1); /* all but "less", which is disabled */
	while (w->focus != GALLERY_TOGGLE)
		stage_key(app, INPUT_KEY_TAB, T0 + 5000 * MS);
	stage_key(app, INPUT_KEY_ENTER, T0 + 6000 * MS);
	assert_true(g->on);
	stage_key(app, INPUT_KEY_ESCAPE, T0 + 7000 * MS);
	assert_string_not_equal(screen_of(app), "gallery");
	app_free(app);
}

/* The arrows go to what lies there. */
static void test_arrows_go_where_they_point(void **state)
{
	struct widgets w = { 0 };
	const int64_t t = T0;
	bool used;

	(void)state;
	for (int i = 0; i < 9; i++)
		widgets_add(&w, &(struct widget){ .id = i + 1,
					.name = "",
					.rect = { i % 3 * 100, i / 3 * 100, 90, 90 },
					.enabled = true });
	w.focus = 5;
	const struct {
		int key, to;
	} steps[] = { { INPUT_KEY_UP_ARROW, 2 }, { INPUT_KEY_LEFT, 1 },
		{ INPUT_KEY_DOWN_ARROW, 4 }, { INPUT_KEY_DOWN_ARROW, 7 },
		{ INPUT_KEY_RIGHT, 8 }, { INPUT_KEY_RIGHT, 9 },
		{ INPUT_KEY_DOWN_ARROW, 9 } };
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct input_event e = { .kind = INPUT_KEY_DOWN,
			.key = steps[i].key };
		widgets_event(&w, &e, t, &used);
		assert_int_equal(w.focus, steps[i].to);
	}
}

/* --- list ---------------------------------------------------------------------------------- */

/* Ten thousand rows: only the page is asked for, drawn and touched. */
static void test_list_of_ten_thousand(void **state)
{
	struct app *app = open_app("800x480", "list");
	struct gallery *g = gallery_of(app);
	int per_page = g->list.per_page, n_texts = 0;
	const struct draw_list *list = &app_view(app, 0)->ui.list;

	(void)state;
	assert_true(per_page >= 3 && per_page < 20);
	assert_int_equal(g->asked_first, 0);
	assert_int_equal(g->asked_n, per_page);
	assert_true(stage_tap(app, "rows-down", T0 + 1000 * MS));
	assert_int_equal(g->list.first, per_page);
	assert_int_equal(g->asked_first, per_page);
	assert_true(stage_tap(app, "rows-1", T0 + 2000 * MS));
	assert_int_equal(g->row, per_page + 1);
	assert_true(stage_tap(app, "rows-up", T0 + 3000 * MS));
	assert_int_equal(g->list.first, 0);
	assert_int_equal(g->row, LIST_NO_ROW);
	for (int i = 0; i < list->n_commands; i++)
		n_texts += list->commands[i].kind == DRAW_TEXT;
	assert_true(n_texts < per_page + 12);
	/* The list became shorter than where we are. */
	g->list.first = 9000;
	g->list.n_rows = 2;
	app_view(app, 0)->dirty = true;
	stage_settle(app, T0 + 4000 * MS);
	assert_int_equal(g->list.first, 0);
	app_free(app);
}

static void test_list_pages_to_the_end(void **state)
{
	struct list list = { .n_rows = 10, .per_page = 4 };
	int first, n;

	(void)state;
	assert_true(list_wants(&list, &first, &n));
	assert_false(list_wants(&list, &first, &n));
	assert_int_equal(list_act(&list, 1), LIST_NO_ROW);
	assert_int_equal(list_act(&list, 1), LIST_NO_ROW);
	assert_int_equal(list.first, 8);
	list_act(&list, 1); /* nothing behind the end */
	assert_int_equal(list.first, 8);
	assert_int_equal(list_act(&list, 2 + 1), 9);
	assert_int_equal(list_act(&list, 2 + 2), LIST_NO_ROW); /* no such row */
	assert_true(list_wants(&list, &first, &n));
	assert_int_equal(first, 8);
	list_forget(&list);
	assert_true(list_wants(&list, &first, &n));
}

/* --- entry --------------------------------------------------------------------------------- */

static void test_pad_and_keys_give_numbers(void **state)
{
	struct app *app = open_app("800x480", "pad");
	struct gallery *g = gallery_of(app);

	(void)state;
	assert_true(stage_tap(app, "pad-7", T0 + 1000 * MS));
	assert_true(stage_tap(app, "pad-2", T0 + 2000 * MS));
	assert_true(stage_tap(app, "pad-point", T0 + 3000 * MS));
	assert_true(stage_tap(app, "pad-point", T0 + 4000 * MS)); /* one is enough */
	stage_type(app, "5x,", T0 + 5000 * MS);
	assert_string_equal(g->entry.text, "72.5");
	assert_float_equal(entry_number(&g->entry), 72.5, 0);
	assert_true(stage_tap(app, "pad-rub", T0 + 6000 * MS));
	assert_string_equal(g->entry.text, "72.");
	assert_true(stage_tap(app, "pad-ok", T0 + 7000 * MS));
	stage_key(app, INPUT_KEY_ENTER, T0 + 8000 * MS);
	assert_int_equal(g->n_done, 2);
	app_free(app);
}

static void test_keyboard_on_the_screen(void **state)
{
	struct app *app = open_app("800x480", "keyboard");
	struct gallery *g = gallery_of(app);
	int64_t t = T0;
	const char *const taps[] = { "keys-shift", "keys-h", "keys-i", "keys-space",
		"keys-symbols", "keys-?", "keys-symbols", "keys-a", "keys-rub" };

	(void)state;
	for (size_t i = 0; i < sizeof(taps) / sizeof(taps[0]); i++) {
		t += 1000 * MS;
		if (!stage_tap(app, taps[i], t))
			fail_msg("%s is not there", taps[i]);
	}
	assert_string_equal(g->entry.text, "Hi ?");
	/* While one types, letters are letters: q does not quit, b does not start. */
	stage_key(app, 'q', t + 1000 * MS);
	stage_key(app, 'b', t + 2000 * MS);
	assert_false(app->quit);
	assert_string_equal(screen_of(app), "gallery");
	stage_key(app, INPUT_KEY_BACKSPACE, t + 3000 * MS);
	assert_string_equal(g->entry.text, "Hi ");
	app_free(app);
}

static void test_entry_takes_only_whole_characters(void **state)
{
	struct entry e = { .max_chars = 3 };
	char longer[1500];

	(void)state;
	entry_set(&e, "a\xC3(b\xE2\x82\xAC"
		      "c");
	assert_string_equal(e.text, "a(b");
	entry_set(&e, "\xE2\x82\xAC\xF0\x9F\x98\x80\"\n");
	assert_string_equal(e.text, "\xE2\x82\xAC\xF0\x9F\x98\x80\"");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	e.max_chars = 0;
	entry_set(&e, longer);
	assert_int_equal(strlen(e.text), ENTRY_BYTES - 1);
	e = (struct entry){ .digits_only = true };
	entry_set(&e, "1,5");
	assert_string_equal(e.text, "15");
	assert_true(isnan(entry_number(&(struct entry){ 0 })));
	assert_float_equal(entry_number(&(struct entry){ .text = "1,5" }), 1.5, 0);
	assert_true(isnan(entry_number(&(struct entry){ .text = "1.5.6" })));
}

/* A patient's code of 300 characters leaves its field as it is: only its end is shown. */
static void test_long_text_stays_in_its_field(void **state)
{
	struct app *app = open_app("800x480", "keyboard");
	const struct draw_list *list = &app_view(app, 0)->ui.list;
	char code[301];

	(void)state;
	memset(code, 'W', 300);
	code[299] = 'Z';
	code[300] = '\0';
	stage_type(app, code, T0 + 1000 * MS);
	assert_int_equal(strlen(gallery_of(app)->entry.text), 300);
	assert_false(list->overflow);
	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		if (c->kind == DRAW_TEXT && strstr(draw_text_of(list, c), "WZ"))
			assert_true(rect_within(&c->rect, &c->box));
	}
	app_free(app);
}

/* --- the stack and the requests ------------------------------------------------------------ */

static void test_stack(void **state)
{
	struct app *app = open_app("800x480", "a");
	struct view *v = app_view(app, 0);

	(void)state;
	assert_string_equal(view_arg(v), "a");
	gallery_of(app)->steps = 3;
	stage_go(app, "gallery", "b", T0);
	assert_int_equal(gallery_of(app)->steps, 0);
	assert_true(stage_tap(app, "back", T0 + 1000 * MS));
	assert_string_equal(view_arg(v), "a");
	assert_int_equal(gallery_of(app)->steps, 3); /* kept while it lay below */
	assert_int_equal(gallery_of(app)->n_loaded, 2);
	stage_go(app, "no-such-screen", "", T0);
	stage_go(app, "plain-far", "", T0); /* of the other role */
	assert_string_equal(view_arg(v), "a");
	stage_go(app, "gallery", "refuse", T0); /* its enter fails */
	assert_string_equal(view_arg(v), "a");
	for (int i = 0; i < 20; i++) /* deeper than there is room */
		stage_go(app, "gallery", "deep", T0);
	assert_int_equal(v->depth, VIEW_MAX_DEPTH);
	view_home(v);
	stage_settle(app, T0);
	assert_int_equal(v->depth, 1);
	view_back(v); /* the first stays */
	stage_settle(app, T0);
	assert_int_equal(v->depth, 1);
	app_free(app);
}

static void test_answers_come_once(void **state)
{
	struct app *app = open_app("800x480", "");
	struct gallery *g = gallery_of(app);

	(void)state;
	assert_true(stage_tap(app, "ask", T0 + 1000 * MS));
	assert_true(stage_answer(app, "test.ask", 0, "\"yes\"", T0 + 2000 * MS));
	assert_string_equal(g->answer, "7:yes");
	assert_null(app_next_ask(app));
	assert_true(stage_tap(app, "ask", T0 + 3000 * MS));
	assert_true(stage_answer(
		app, "test.ask", -32002, "No mat is streaming.", T0 + 4000 * MS));
	assert_string_equal(g->answer, "7:No mat is streaming.");
	assert_int_equal(g->answer_code, -32002);
	app_free(app);
}

/* Late, gone, too many: each is told, and in words. */
static void test_answers_that_do_not_come(void **state)
{
	struct app *app = open_app("800x480", "");
	struct gallery *g = gallery_of(app);
	struct view *v = app_view(app, 0);
	int64_t id, t = T0 + 1000 * MS;

	(void)state;
	assert_true(stage_tap(app, "ask", t));
	id = app_next_ask(app)->id;
	stage_settle(app, t + 9900 * MS);
	assert_int_equal(g->answer_code, 0);
	stage_settle(app, t + 10200 * MS);
	assert_int_equal(g->answer_code, VIEW_ANSWER_LATE);
	g->answer_code = 0;
	app_answered(app, id, NULL, -1, "too late", t + 11000 * MS);
	assert_int_equal(g->answer_code, 0);

	assert_true(stage_tap(app, "ask", t + 12000 * MS));
	assert_non_null(app_next_ask(app));
	app_disconnected(app, t + 13000 * MS);
	assert_int_equal(g->answer_code, VIEW_ANSWER_GONE);
	g->answer_code = 0;
	assert_true(stage_tap(app, "ask", t + 14000 * MS));
	assert_int_equal(g->answer_code, VIEW_ANSWER_GONE); /* nobody to ask */
	int n_loaded = g->n_loaded;
	app_connected(app, t + 15000 * MS);
	assert_int_equal(g->n_loaded, n_loaded + 1);

	g->answer_code = 0;
	for (int i = 0; i <= APP_MAX_ASKS; i++)
		view_ask(v, 7, "test.ask", NULL);
	stage_settle(app, t + 16000 * MS);
	assert_int_equal(g->answer_code, VIEW_ANSWER_FULL);
	for (int i = 0; i < APP_MAX_ASKS; i++)
		assert_non_null(app_next_ask(app));
	assert_null(app_next_ask(app));
	app_free(app);
}

/* A screen that has left hears nothing; one that lies below does. */
static void test_answers_find_their_screen(void **state)
{
	struct app *app = open_app("800x480", "");
	struct gallery *below = gallery_of(app);
	int64_t first;

	(void)state;
	assert_true(stage_tap(app, "ask", T0 + 1000 * MS));
	first = app_next_ask(app)->id;
	stage_go(app, "gallery", "", T0 + 2000 * MS);
	assert_true(stage_tap(app, "ask", T0 + 3000 * MS));
	const int64_t second = app_next_ask(app)->id;
	view_back(app_view(app, 0));
	stage_settle(app, T0 + 4000 * MS);
	app_answered(app, second, NULL, -1, "for nobody", T0 + 5000 * MS);
	assert_int_equal(below->answer_code, 0);
	app_answered(app, first, NULL, -1, "for me", T0 + 5000 * MS);
	assert_string_equal(below->answer, "7:for me");
	app_free(app);
}

static void test_roles_in_two_windows(void **state)
{
	struct app_setup setup = scene_setup(layout_profile_find("800x480"), false, 1);
	struct app *app;

	(void)state;
	setup.two_windows = true;
	setup.screens = few_screens;
	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	assert_int_equal(app_view(app, 0)->role, VIEW_NEAR);
	assert_int_equal(app_view(app, 1)->role, VIEW_FAR);
	app_draw(app, 0, T0);
	app_draw(app, 1, T0);
	app_switch_role(app); /* each keeps its own */
	assert_int_equal(app_view(app, 0)->role, VIEW_NEAR);
	scene_play_empty(app, false);
	assert_true(app_needs_draw(app, 0, T0));
	assert_true(app_needs_draw(app, 1, T0));
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_controls_act),
		cmocka_unit_test(test_fingers),
		cmocka_unit_test(test_undo_for_some_seconds),
		cmocka_unit_test(test_clicker),
		cmocka_unit_test(test_keyboard_reaches_all),
		cmocka_unit_test(test_arrows_go_where_they_point),
		cmocka_unit_test(test_list_of_ten_thousand),
		cmocka_unit_test(test_list_pages_to_the_end),
		cmocka_unit_test(test_pad_and_keys_give_numbers),
		cmocka_unit_test(test_keyboard_on_the_screen),
		cmocka_unit_test(test_entry_takes_only_whole_characters),
		cmocka_unit_test(test_long_text_stays_in_its_field),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_answers_come_once),
		cmocka_unit_test(test_answers_that_do_not_come),
		cmocka_unit_test(test_answers_find_their_screen),
		cmocka_unit_test(test_roles_in_two_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
