/* What must hold on every screen, whatever its size, reader and text scale: nothing overlaps,
 * nothing is cut or left out, targets can be hit, texts can be read. Measured with the real fonts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define SCENE_SECONDS 0.5 /* enough for a trail */
#include "tests/ui/cases.h"
#include "tests/ui/rules.h"
#include "tests/ui/fates.h"
#include "ui/app/frame.h"
#include "ui/sdl/backend.h"

/* Text scales and languages, and the panels (by the order of layout_profile_at()) that they meet: the smallest meets all,
 * each other one three. UI_ALL=1 takes all with all. */
static const struct {
	double scale;
	const char *language;
	unsigned panels; /* CASE_... */
} worlds[] = {
	{ 1.0, "en", CASE_800X480 | CASE_720X1280 | CASE_1920X1080 },
	{ 1.0, "de", CASE_800X480 | CASE_720X1280 | CASE_1280X800 },
	{ 1.5, "de", CASE_800X480 | CASE_1280X800 },
	{ 3.0, "en", CASE_800X480 | CASE_1280X800 | CASE_1920X1080 },
	{ 3.0, "de", CASE_800X480 | CASE_720X1280 },
	{ 1.0, "en_XA", CASE_800X480 | CASE_1280X800 },
	{ 2.0, "en_XA", CASE_800X480 | CASE_720X1280 },
	{ 1.0, "ar_XB", CASE_800X480 | CASE_720X1280 | CASE_1920X1080 },
};
#define N_WORLDS (sizeof(worlds) / sizeof(worlds[0]))
static const double scales[] = { 1.0, 1.5, 2.0, 3.0 };
#define N_SCALES (sizeof(scales) / sizeof(scales[0]))

/* The shares are never shown without their error, or the words that it is unknown, which may stand on
 * two lines. */
static void check_errors_are_told(struct rules_seen *s)
{
	const struct draw_list *list = &s->view->ui.list;
	bool percent = false;
	char all[DRAW_TEXT_BYTES] = "";
	size_t n = 0;

	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		if (c->kind != DRAW_TEXT)
			continue;
		percent |= strcmp(draw_text_of(list, c), "%") == 0;
		n += (size_t)snprintf(
			all + n, sizeof(all) - n, "%s ", draw_text_of(list, c));
	}
	if (percent && !strstr(all, "±") && !strstr(all, _("error unknown")))
		rules_bad(s, "shows shares without their error", "%");
}

/* The sway disc never stands without its scale. */
static void check_sway_has_scale(struct rules_seen *s)
{
	static const char *const scales_mm[] = { "1 mm", "2 mm", "5 mm", "10 mm",
		"20 mm", "50 mm", "100 mm" };
	const struct draw_list *list = &s->view->ui.list;
	bool disc = false, scale = false;

	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		disc |= c->kind == DRAW_IMAGE && c->image == &s->view->sway.canvas;
		for (size_t k = 0; c->kind == DRAW_TEXT && k < 7; k++)
			scale |= strcmp(draw_text_of(list, c), scales_mm[k]) == 0;
	}
	if (disc && !scale)
		rules_bad(s, "shows the sway without a scale", "");
	if (!disc && s->view->state == MODEL_LIVE &&
		strcmp(view_screen_name(s->view), "live") == 0 &&
		s->view->ui.display.low_vision < 1.2)
		rules_bad(s, "does not show the sway", "");
}

/* The body is never drawn without the words that its ranges are a model's. */
static void check_ranges_are_called_so(struct rules_seen *s)
{
	const struct draw_list *list = &s->view->ui.list;
	bool picture = false;
	char all[DRAW_TEXT_BYTES] = "";
	size_t n = 0;

	if (strcmp(view_screen_name(s->view), "findings") != 0)
		return;
	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		picture |= c->kind == DRAW_IMAGE;
		if (c->kind == DRAW_TEXT)
			n += (size_t)snprintf(
				all + n, sizeof(all) - n, "%s ", draw_text_of(list, c));
	}
	if (picture && !strstr(all, _("Seen from behind. Model ranges, not "
				      "measurements; knees: per cent of body weight.")))
		rules_bad(s, "shows the body without the words that it is a model's",
			all);
}

/* At the usual size and in a real language nothing is shortened to its beginning and an ellipsis, but what people type:
 * the longest code and the longest name of the cases. */
static void check_nothing_is_shortened(
	struct rules_seen *s, double scale, const char *language)
{
	const struct draw_list *list = &s->view->ui.list;
	const char *found = "";
	int n_typed = 0;

	if (scale > 1 || strchr(language, '_'))
		return;
	for (int i = 0; i < list->n_commands; i++) {
		const char *text = draw_text_of(list, &list->commands[i]);
		if (list->commands[i].kind != DRAW_TEXT || !strstr(text, "…"))
			continue;
		if (strstr(text, "WWWW") || strstr(text, "Maximil"))
			n_typed++;
		else
			found = text;
	}
	if (list->n_shortened > n_typed)
		rules_bad(s, "is shortened", found);
}

static int check_screen(struct backend *b, const struct layout_profile *p,
	const struct screen_case *c, double scale, const char *language)
{
	static struct fates fates;
	struct rules_seen s = { 0 };
	int64_t now_ns;
	struct app *app = case_open(c, p, scale, backend_measure, b, &now_ns);

	s.view = app_view(app, 0);
	fates.n = 0;
	app_view(app, 0)->ui.list.fate = fates_note;
	app_view(app, 0)->ui.list.fate_ctx = &fates;
	snprintf(s.where, sizeof(s.where), "%s %s x%.1f %s", c->name, p->name, scale,
		language);
	app_draw(app, 0, now_ns);
	if (s.view->ui.list.overflow)
		rules_bad(&s, "has no room in the draw list", "");
	if (!c->far && !c->bare && s.view->ui.widgets.n_items == 0)
		rules_bad(&s, "has no button", "");
	rules_texts(&s);
	rules_contrast(&s);
	rules_widgets(&s);
	check_errors_are_told(&s);
	check_sway_has_scale(&s);
	check_ranges_are_called_so(&s);
	check_nothing_is_shortened(&s, scale, language);
	fates_check(&s, &fates, scale);
	app_free(app);
	return s.n_bad;
}

static struct backend *open_backend(void)
{
	struct backend_setup setup = { .w = 64, .h = 64, .software = true };
	struct backend *b;
	char message[256] = "";

	setenv("SDL_VIDEODRIVER", "dummy", 1);
	if (backend_open(&setup, &b, message, sizeof(message)) != 0)
		fail_msg("%s", message);
	return b;
}

/* Every case on one panel. `*n` grows by those looked at. */
static int check_panel(struct backend *b, const struct layout_profile *p, double scale,
	const char *language, int *n)
{
	int n_bad = 0;

	for (int a = 0; a < CASE_N_AREAS; a++)
		for (int k = 0; case_is_wanted(&case_areas[a]) && k < case_areas[a].n;
			k++, (*n)++)
			n_bad += check_screen(
				b, p, &case_areas[a].cases[k], scale, language);
	return n_bad;
}

static int check_world(
	struct backend *b, double scale, const char *language, unsigned panels, int *n)
{
	const struct layout_profile *p;
	int n_bad = 0;

	case_language(language);
	for (int i = 0; (p = layout_profile_at(i)) != NULL; i++)
		if (panels & 1U << i)
			n_bad += check_panel(b, p, scale, language, n);
	return n_bad;
}

static void test_every_screen(void **state)
{
	struct backend *b = open_backend();
	int n_bad = 0, n = 0;

	(void)state;
	for (size_t i = 0; i < N_WORLDS; i++)
		n_bad += check_world(
			b, worlds[i].scale, worlds[i].language, worlds[i].panels, &n);
	for (size_t i = 0; i < N_SCALES && getenv("UI_ALL"); i++)
		for (int l = 0; l < CASE_N_LANGUAGES; l++)
			n_bad += check_world(b, scales[i], case_languages[l], ~0U, &n);
	backend_close(b);
	print_message("%d screens looked at\n", n);
	assert_int_equal(n_bad, 0);
}

/* The same rules in the theme of high contrast, which must keep 7 to 1. Its colours are those of every
 * panel, and its layout is the usual one's: one panel shows them. */
static void test_high_contrast(void **state)
{
	struct backend *b = open_backend();
	int n = 0;

	(void)state;
	theme_use(THEME_CONTRAST);
	case_language("en");
	assert_int_equal(check_panel(b, layout_profile_at(0), 1.0, "en", &n), 0);
	assert_true(theme_contrast(THEME_TEXT, THEME_BACKGROUND) >= 20);
	assert_true(theme_contrast(THEME_MUTED, THEME_SURFACE) >= 7);
	assert_true(theme_contrast(THEME_LEFT, THEME_BACKGROUND) >= 7);
	assert_true(theme_contrast(THEME_RIGHT, THEME_BACKGROUND) >= 7);
	assert_true(theme_contrast(THEME_FAULT, THEME_BACKGROUND) >= 7);
	theme_use(THEME_USUAL);
	backend_close(b);
}

/* A label that is longer than its place, and one without contrast, must be found: else the rules
 * above guard nothing. */
static void test_mutations_break_the_rules(void **state)
{
	struct backend *b = open_backend();
	const struct layout_profile *p = layout_profile_at(0);

	(void)state;
	case_language("en");
	for (int m = 0; m < 6; m++) {
		struct rules_seen s = { .where = "mutated" };
		int64_t now_ns;
		struct app *app =
			case_open(&cases_core[0], p, 1, backend_measure, b, &now_ns);
		struct draw_command *c = NULL;
		s.view = app_view(app, 0);
		app_draw(app, 0, now_ns);
		for (int i = 0; !c || c->kind != DRAW_TEXT; i++)
			c = &app_view(app, 0)->ui.list.commands[i];
		if (m == 0)
			c->rect.w = c->box.w + 1;
		if (m == 1)
			c->color = theme_mix(THEME_BACKGROUND, THEME_TEXT, 0.2);
		if (m == 2)
			c->style.size_px /= 2;
		if (m == 3)
			c->rect.x = -3;
		if (m == 4)
			app_view(app, 0)->ui.widgets.items[0].rect.w = 20;
		if (m == 5)
			app_view(app, 0)->ui.list.n_shortened = 1;
		rules_texts(&s);
		rules_contrast(&s);
		rules_widgets(&s);
		check_nothing_is_shortened(&s, 1, "en");
		if (s.n_bad == 0)
			fail_msg("mutation %d breaks no rule", m);
		app_free(app);
	}
	backend_close(b);
}

/* A text that a screen asked for and left out is found, whether it says so or not; what was drawn or is elsewhere is not. */
static void test_left_out_is_found(void **state)
{
	static const int n_bad[] = { 0, 0, 1, 1, 0 };
	struct backend *b = open_backend();
	int64_t now_ns;

	(void)state;
	case_language("en");
	for (int m = 0; m < 5; m++) {
		static struct fates fates;
		struct app *app = case_open(&cases_results[0], layout_profile_at(0), 1,
			backend_measure, b, &now_ns);
		struct view *v = app_view(app, 0);
		struct rules_seen s = { .view = v, .where = "mutated" };
		struct parts_type t = frame_type(v);
		const struct draw_style style = parts_regular(&t, t.caption);
		struct rect r = { 0, 0, 400, m == 2 ? t.caption / 2 : 400 };
		ui_begin(&v->ui, now_ns);
		fates.n = 0;
		v->ui.list.fate = fates_note;
		v->ui.list.fate_ctx = &fates;
		if (m == 0 || m == 2) /* with room, and with none */
			frame_read(v, &r, &style, 1, THEME_TEXT, "Stand quietly.");
		if (m == 1 || m == 3)
			draw_measure(&v->ui.list, &style, "Stand quietly.");
		if (m == 1)
			draw_elsewhere(&v->ui.list, "Stand quietly.");
		if (m == 4)
			draw_measure(&v->ui.list, &style, "12 %");
		fates_check(&s, &fates, 1);
		assert_int_equal(s.n_bad, n_bad[m]);
		app_free(app);
	}
	backend_close(b);
}

/* The near live screen says all it should at the usual text scale. */
static void test_nothing_is_dropped_at_usual_size(void **state)
{
	static const char *const must[] = { "Front", "Back", "Weight", "kg", "mm", "L",
		"R", "150 kPa" };
	const struct layout_profile *p;
	struct backend *b = open_backend();

	(void)state;
	case_language("en");
	for (int i = 0; (p = layout_profile_at(i)) != NULL; i++) {
		struct app_setup app_setup = scene_setup(p, false, 1);
		struct app *app;
		scene_measure(&app_setup, backend_measure, b);
		app = app_new(&app_setup);
		assert_non_null(app);
		app_draw(app, 0, scene_named(app, "live"));
		for (size_t k = 0; k < sizeof(must) / sizeof(must[0]); k++) {
			bool found = false;
			for (int c = 0; c < app_view(app, 0)->ui.list.n_commands; c++)
				found |= app_view(app, 0)->ui.list.commands[c].kind ==
						 DRAW_TEXT &&
					 strcmp(draw_text_of(&app_view(app, 0)->ui.list,
							&app_view(app, 0)
								 ->ui.list.commands[c]),
						 must[k]) == 0;
			if (!found)
				fail_msg("%s: \"%s\" is not shown", p->name, must[k]);
		}
		assert_int_equal(app_view(app, 0)->ui.widgets.n_items, 5);
		app_free(app);
	}
	backend_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_screen),
		cmocka_unit_test(test_high_contrast),
		cmocka_unit_test(test_mutations_break_the_rules),
		cmocka_unit_test(test_left_out_is_found),
		cmocka_unit_test(test_nothing_is_dropped_at_usual_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
