/* What is known of one thing, in pages (ui/screens/facts.h): whatever there is of it, all of it is on one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCENE_SECONDS 0.5
#include "tests/ui/stage.h"
#include "src/base/rng.h"
#include "ui/screens/facts.h"

#define TURN 7

/* Every character is half as wide as the type is large. */
static void measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

static struct app *open_app(double scale)
{
	struct app_setup setup =
		scene_setup(layout_profile_find("800x480"), false, scale);
	struct app *app;

	scene_measure(&setup, measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	return app;
}

/* Draw one page; appends its texts to `out`, with blanks, without those of the buttons at the right. */
static void page_draw(
	struct facts *f, struct rect r, struct list *pages, char *out, size_t size)
{
	struct ui *ui = &f->v->ui;
	int right = r.x + r.w;

	facts_draw(f, r, TURN, "facts", pages);
	if (ui->widgets.n_items > 0)
		right = ui->widgets.items[0].rect.x;
	for (int i = 0; i < ui->list.n_commands; i++) {
		const struct draw_command *c = &ui->list.commands[i];
		size_t n = strlen(out);
		if (c->kind != DRAW_TEXT || c->rect.x + c->rect.w / 2 > right)
			continue;
		assert_true(c->rect.y >= r.y && c->rect.y + c->rect.h <= r.y + r.h);
		assert_true(c->rect.x + c->rect.w <= right);
		snprintf(out + n, size - n, "%s ", draw_text_of(&ui->list, c));
	}
	assert_false(ui->list.overflow);
}

/* Three labelled values of one line each, in a place for two: two pages. Down turns, up turns back. */
static void test_pages_by_hand(void **state)
{
	struct app *app = open_app(1);
	struct view *v = app_view(app, 0);
	struct parts_type t = parts_near_type(&v->ui.display);
	struct list pages = { 0 };
	struct facts f;
	int line = t.caption * 4 / 3;
	struct rect r = { 0, 0, 600, 3 * line + 2 * (t.gap / 3) };
	char out[200] = "";

	(void)state;
	for (int round = 0; round < 4; round++) {
		ui_begin(&v->ui, 0);
		facts_begin(&f, v);
		facts_line(&f, "One", "1");
		facts_line(&f, "Nothing", "");
		facts_line(&f, "Two", "2");
		facts_line(&f, "Three", "3");
		r.h -= round == 1;
		assert_int_equal(facts_fit(&f, r), round == 0);
		if (round == 2)
			list_act(&pages, 1); /* down */
		if (round == 3)
			list_act(&pages, 0);
		out[0] = '\0';
		page_draw(&f, r, &pages, out, sizeof(out));
		assert_string_equal(out, round == 0   ? "One 1 Two 2 Three 3 "
					 : round == 2 ? "Three 3 "
						      : "One 1 Two 2 ");
		assert_int_equal(v->ui.widgets.n_items, round == 0 ? 0 : 2);
	}
	app_free(app);
}

/* A text of more than a page, with its label: spread evenly, no line alone at the end. */
static void test_long_text_is_spread(void **state)
{
	struct app *app = open_app(1);
	struct view *v = app_view(app, 0);
	struct parts_type t = parts_near_type(&v->ui.display);
	struct list pages = { 0 };
	struct facts f;
	int line = draw_measure(
		&v->ui.list, &(struct draw_style){ .size_px = t.caption }, "X")
			   .h;
	/* Six lines on a page, each of one word. */
	struct rect r = { 0, 0, 0, 6 * line + line / 2 };
	char out[200] = "";

	(void)state;
	r.w = list_pager_width(&v->ui, &t, 1, r.h) + t.gap + 5 * t.caption;
	ui_begin(&v->ui, 0);
	facts_begin(&f, v);
	facts_words(&f,
		"aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg "
		"hhhhhhhhh",
		THEME_TEXT);
	page_draw(&f, r, &pages, out, sizeof(out));
	assert_string_equal(out, "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd ");
	assert_int_equal(pages.n_rows, 2);
	app_free(app);
}

/* Random facts in random places: over all pages every word is there, in its order. */
static void test_nothing_is_left_out(void **state)
{
	static char all[FACTS_TEXT_BYTES], out[2 * FACTS_TEXT_BYTES];
	struct app *app;
	struct rng rng;

	(void)state;
	rng_init(&rng, 6, 0);
	for (int round = 0; round < 400; round++) {
		struct view *v;
		struct list pages = { 0 };
		struct facts f;
		struct rect r;
		int n = 1 + (int)(rng_u64(&rng) % 12), word = 0;
		app = open_app(1 + (double)(rng_u64(&rng) % 3));
		v = app_view(app, 0);
		r = (struct rect){ 10, 10, 500 + (int)(rng_u64(&rng) % 250),
			180 + (int)(rng_u64(&rng) % 250) };
		ui_begin(&v->ui, 0);
		facts_begin(&f, v);
		all[0] = out[0] = '\0';
		for (int i = 0; i < n; i++) {
			char text[400] = "", label[40];
			int words = 1 + (int)(rng_u64(&rng) % 30), kind;
			for (int k = 0; k < words; k++)
				snprintf(text + strlen(text),
					sizeof(text) - strlen(text), "%sw%d",
					k > 0 ? " " : "", word++);
			kind = (int)(rng_u64(&rng) % 3);
			snprintf(label, sizeof(label), "label%d", i);
			if (kind == 0) {
				facts_line(&f, label, text);
				strcat(all, label);
				strcat(all, " ");
			} else if (kind == 1) {
				facts_words(&f, text, THEME_TEXT);
			} else {
				facts_headline(&f, text);
			}
			strcat(all, text);
			strcat(all, " ");
		}
		do {
			draw_clear(&v->ui.list);
			widgets_clear(&v->ui.widgets);
			page_draw(&f, r, &pages, out, sizeof(out));
		} while (pages.n_rows > 0 && ++pages.first < pages.n_rows);
		for (char *at = all, *found = out; *at != '\0';) {
			size_t w = strcspn(at, " ") + 1;
			char one[420];
			snprintf(one, sizeof(one), "%.*s", (int)w, at);
			found = strstr(found, one);
			if (!found)
				fail_msg("\"%s\" is on no page of \"%s\"", one, out);
			at += w;
		}
		app_free(app);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_by_hand),
		cmocka_unit_test(test_long_text_is_spread),
		cmocka_unit_test(test_nothing_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
