/* Type three times as large on the smallest panel: what has no room beside the rest is a touch away. Without a window, with a
 * fake daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/ui/clinic_stage.h"

#define CARD "{\"code\":\"P-1\",\"mass_kg\":72.4,\"surgery\":null}"
#define PLANS                                                                          \
	"{\"plans\":[{\"key\":\"quick\",\"title\":\"Quick\",\"minutes\":3},"           \
	"{\"key\":\"standard\",\"title\":\"Standard\",\"minutes\":10},"                \
	"{\"key\":\"full\",\"title\":\"Full\",\"minutes\":25}]}"

static void serve(struct app *app, const char *method, const char *text)
{
	json_decref(take(app, method));
	answer(app, text);
}

static struct app *open_field(const char *key)
{
	char arg[64];
	struct app *app;

	snprintf(arg, sizeof(arg), "P-1\n%s", key);
	text_scale = 3;
	app = open_app("field", arg);
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "patient.show") != 0);
	assert_non_null(taken);
	answer(app, CARD);
	return app;
}

/* The unit and the range stand above the number pad; what is out of it is refused with it. */
static void test_a_number_has_its_range(void **state)
{
	struct app *app = open_field("mass_kg");
	json_t *params;

	(void)state;
	assert_true(shows(app, "Between 3 and 350 kg"));
	assert_true(shows(app, "72.4"));
	tap(app, "key-9");
	tap(app, "key-9");
	tap(app, "key-9");
	tap(app, "key-ok");
	assert_null(next_ask(app));
	assert_true(shows(app, "Between 3 and 350 kg"));
	tap(app, "key-rub");
	tap(app, "key-ok");
	params = take(app, "patient.update");
	assert_float_equal(
		json_number_value(json_object_get(params, "mass_kg")), 99, 1e-9);
	json_decref(params);
	app_free(app);
}

/* Letters, and digits among the symbols, each key as high as a finger needs. */
static void test_a_text_is_typed_on_the_screen(void **state)
{
	struct app *app = open_field("surgery");
	const struct widgets *w = &app_view(app, 0)->ui.widgets;
	double ppm = app_view(app, 0)->ui.display.ppm;
	json_t *params;

	(void)state;
	assert_null(widgets_find_name(w, "key-1"));
	for (int i = 0; i < w->n_items; i++)
		if (strncmp(w->items[i].name, "key-", 4) == 0)
			assert_true(w->items[i].rect.h >= LAYOUT_FLOOR_MM * ppm);
	tap(app, "key-k");
	tap(app, "key-n");
	tap(app, "key-symbols");
	tap(app, "key-1");
	tap(app, "key-symbols");
	tap(app, "key-e");
	tap(app, "key-ok");
	params = take(app, "patient.update");
	assert_string_equal(
		json_string_value(json_object_get(params, "surgery")), "kn1e");
	json_decref(params);
	app_free(app);
}

/* Why a text was not taken has the place of the field until something is typed. */
static void test_a_refused_text_says_why(void **state)
{
	struct app *app = open_field("surgery");

	(void)state;
	tap(app, "key-k");
	tap(app, "key-ok");
	json_decref(take(app, "patient.update"));
	refuse(app, -32602, "Too long.");
	assert_true(shows(app, "Too long."));
	assert_non_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "key-ok"));
	tap(app, "key-n");
	assert_false(shows(app, "Too long."));
	assert_true(shows(app, "kn"));
	app_free(app);
}

/* A visit a page, each with what is done in it; the last one is chosen. */
static void test_every_visit_says_what_it_is(void **state)
{
	struct app *app;
	json_t *params;

	(void)state;
	text_scale = 3;
	app = open_app("visit", "P-1");
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "visit.current") != 0);
	assert_non_null(taken);
	answer(app, "null");
	serve(app, "visit.plans", PLANS);
	assert_true(shows(app, "Weight"));
	assert_false(shows(app, "25 min"));
	tap(app, "plans-down");
	assert_true(shows(app, "10 min"));
	assert_true(shows(app, "Eyes open,"));
	tap(app, "plans-down");
	assert_true(shows(app, "25 min"));
	assert_true(shows(app, "Standard, and"));
	tap(app, "plan-2");
	params = take(app, "visit.start");
	assert_string_equal(json_string_value(json_object_get(params, "plan")), "full");
	json_decref(params);
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_number_has_its_range),
		cmocka_unit_test(test_a_text_is_typed_on_the_screen),
		cmocka_unit_test(test_a_refused_text_says_why),
		cmocka_unit_test(test_every_visit_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
