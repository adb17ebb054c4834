/* Two visits beside each other on the clinician's screen: what is asked of the daemon, which other visit is taken, and
 * that a difference is drawn with its sign, in shapes and colours both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "tests/ui/clinic_stage.h"
#include "ui/core/theme.h"
#include "ui/screens/compare.h"

#define SIDE    8
#define N_CELLS (SIDE * SIDE)

/* --- documents ------------------------------------------------------------------------------- */

static const char *cells_text(const int16_t *cells)
{
	static char text[3][4 * N_CELLS];
	static int next;
	uint8_t bytes[2 * N_CELLS];
	char *out = text[next++ % 3];

	for (int i = 0; i < N_CELLS; i++)
		bytes_put_u16(bytes + 2 * i, (uint16_t)cells[i]);
	out[base64_encode(bytes, sizeof(bytes), out)] = '\0';
	return out;
}

/* A foot of two cells on the left, one of two on the right; `left` and `right` are what is more on them. */
static json_t *document(int left, int right)
{
	int16_t a[N_CELLS] = { 0 }, b[N_CELLS] = { 0 }, difference[N_CELLS];

	for (int row = 3; row < 5; row++) {
		a[row * SIDE + 1] = a[row * SIDE + 6] = 100;
		b[row * SIDE + 1] = (int16_t)(100 + left);
		b[row * SIDE + 6] = (int16_t)(100 + right);
	}
	for (int i = 0; i < N_CELLS; i++)
		difference[i] = (int16_t)(b[i] - a[i]);
	return json_pack("{s:{s:i, s:s}, s:{s:i, s:s}, s:s, s:b, s:[{s:s, s:[{s:s, "
			 "s:s, s:s, s:i, s:b, s:f, s:i, s:f, s:i, s:f, s:f, s:s, "
			 "s:s}]}], s:{s:i, s:i, s:[i, i], s:f, s:s, s:s, s:s}}",
		"a", "visit", 1, "started", "2026-11-02T10:00:00+01:00", "b", "visit",
		3, "started", "2026-11-28T09:12:00+01:00", "patient", "P-0107",
		"same_day", 0, "groups", "title", "Quiet stance, eyes open", "rows",
		"key", "mean_velocity_mm_s", "label", "mean velocity", "unit", "mm/s",
		"decimals", 1, "headline", 1, "a", 12.0, "a_n", 1, "b", 14.5, "b_n", 1,
		"difference", 2.5, "mdc95", 1.18, "mdc95_of", "ratio", "larger", "yes",
		"map", "rows", SIDE, "cols", SIDE, "pitch_mm", 10, 10, "scale", 0.5,
		"a", cells_text(a), "b", cells_text(b), "difference",
		cells_text(difference));
}

static void serve(struct app *app, int left, int right)
{
	json_t *d = document(left, right);
	char *text = json_dumps(d, JSON_COMPACT);

	assert_non_null(text);
	answer(app, text);
	free(text);
	json_decref(d);
}

static struct app *open_compared(int left, int right)
{
	struct app *app = open_app("compare", "1 3");

	json_decref(take(app, "visit.compare"));
	serve(app, left, right);
	return app;
}

static int64_t number(const json_t *params, const char *key)
{
	return json_integer_value(json_object_get(params, key));
}

/* --- cases ----------------------------------------------------------------------------------- */

static void two_visits_are_asked_for_and_shown(void **state)
{
	struct app *app = open_app("compare", "1 3");
	json_t *params = take(app, "visit.compare");

	(void)state;
	assert_int_equal(number(params, "a"), 1);
	assert_int_equal(number(params, "b"), 3);
	json_decref(params);
	assert_true(shows(app, "One moment"));
	serve(app, 10, -10);
	assert_true(shows(app, "12.0") && shows(app, "14.5"));
	assert_true(shows(app, "+2.5 mm/s") && shows(app, "more than"));
	assert_true(shows(app, "one trial"));
	app_free(app);
}

static void a_refusal_is_said(void **state)
{
	struct app *app = open_app("compare", "1 3");

	(void)state;
	json_decref(take(app, "visit.compare"));
	refuse(app, -32602, "Visits 1 and 3 are of two patients.");
	assert_true(shows(app, "of two patients"));
	app_free(app);
}

/* The way there is open where there is an earlier visit to compare with, and from a visit's results alone. */
static void the_results_lead_here(void **state)
{
	static const char visit[] =
		"{\"of\": \"visit\", \"id\": 3, \"patient\": \"P\", \"groups\": "
		"[], \"previous\": {\"visit\": 1, \"started\": "
		"\"2026-11-02T10:00:00+01:00\"}}";
	static const char first[] = "{\"of\": \"visit\", \"id\": 3, \"patient\": "
				    "\"P\", \"groups\": [], \"previous\": null}";
	struct app *app = open_app("results", "visit 3");
	json_t *params;

	(void)state;
	json_decref(take(app, "visit.results"));
	answer(app, first);
	assert_false(stage_tap(app, "compare", now + 500 * MS));
	app_free(app);
	app = open_app("results", "visit 3");
	json_decref(take(app, "visit.results"));
	answer(app, visit);
	tap(app, "compare");
	assert_string_equal(screen_of(app), "compare");
	params = take(app, "visit.compare");
	assert_int_equal(number(params, "a"), 1);
	assert_int_equal(number(params, "b"), 3);
	json_decref(params);
	app_free(app);
}

/* Of the earlier visits one that has a trial; back from the comparison leads where it came from. */
static void another_visit_can_be_taken(void **state)
{
	struct app *app = open_compared(10, -10);
	json_t *params;

	(void)state;
	tap(app, "other");
	assert_string_equal(screen_of(app), "compare-with");
	params = take(app, "visit.list");
	assert_string_equal(
		json_string_value(json_object_get(params, "patient")), "P-0107");
	assert_int_equal(number(params, "before_id"), 3);
	json_decref(params);
	answer(app, "{\"visits\": [{\"id\": 2, \"started\": "
		    "\"2026-11-16T08:30:00+01:00\", \"trials\": 0}, {\"id\": 1, "
		    "\"started\": \"2026-11-02T10:00:00+01:00\", \"trials\": 3}]}");
	assert_false(shows(app, "2026-11-16"));
	tap(app, "visit-0");
	assert_string_equal(screen_of(app), "compare");
	params = take(app, "visit.compare");
	assert_int_equal(number(params, "a"), 1);
	assert_int_equal(number(params, "b"), 3);
	json_decref(params);
	tap(app, "back");
	assert_string_equal(screen_of(app), "worklist");
	app_free(app);
}

static void without_an_earlier_visit_it_is_said(void **state)
{
	struct app *app = open_app("compare-with", "3 P-0107");

	(void)state;
	json_decref(take(app, "visit.list"));
	answer(app, "{\"visits\": []}");
	assert_true(shows(app, "no earlier visit"));
	app_free(app);
}

/* --- the difference -------------------------------------------------------------------------- */

/* How many pixels of the pictures have a colour, on the left half of each and on the right. */
static void count(struct app *app, uint32_t color, int n[2])
{
	const struct draw_list *list = &app_view(app, 0)->ui.list;

	n[0] = n[1] = 0;
	stage_settle(app, now);
	for (int k = 0; k < list->n_commands; k++) {
		const struct canvas *c = list->commands[k].image;

		if (list->commands[k].kind != DRAW_IMAGE)
			continue;
		for (int i = 0; i < c->w * c->h; i++)
			n[i % c->w >= c->w / 2] += c->pixels[i] == color;
	}
}

/* What is more is filled, what is less a frame of another colour, each where it is: a sign that is lost, or feet that are
 * swapped, are seen. */
static void a_difference_has_its_sign_and_its_place(void **state)
{
	static const int cases[][2] = { { 30, -30 }, { -30, 30 }, { 30, 30 },
		{ -30, 0 } };

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
		struct app *app = open_compared(cases[k][0], cases[k][1]);
		int more[2], less[2];

		tap(app, "feet");
		count(app, THEME_MORE, more);
		count(app, THEME_LESS, less);
		for (int side = 0; side < 2; side++) {
			assert_int_equal(more[side] > 0, cases[k][side] > 0);
			assert_int_equal(less[side] > 0, cases[k][side] < 0);
			/* a frame has fewer pixels than a square of the same size */
			if (cases[k][side] < 0 && more[1 - side] > 0)
				assert_true(less[side] < more[1 - side]);
		}
		tap(app, "numbers");
		assert_true(shows(app, "14.5"));
		app_free(app);
	}
}

/* --- documents from outside ------------------------------------------------------------------ */

static void pictures_that_do_not_fit_are_not_shown(void **state)
{
	static const char *const keys[] = { "rows", "scale", "a", "difference",
		"pitch_mm" };

	(void)state;
	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
		struct compare_map map;
		json_t *d = document(5, -5), *m = json_object_get(d, "map");

		assert_int_equal(compare_map_read(d, &map), 0);
		assert_int_equal(map.geometry.n_rows, 4);
		assert_int_equal(map.geometry.n_cols, 8);
		assert_true(map.top > 52 && map.top < 53 && map.most > 2.4f);
		compare_map_fini(&map);
		json_object_set_new(m, keys[k],
			k == 2 || k == 3 ? json_string("AAAA") : json_integer(300));
		if (k == 1)
			json_object_set_new(m, keys[k], json_null());
		assert_true(compare_map_read(d, &map) < 0);
		assert_null(map.a);
		json_decref(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_visits_are_asked_for_and_shown),
		cmocka_unit_test(a_refusal_is_said),
		cmocka_unit_test(the_results_lead_here),
		cmocka_unit_test(another_visit_can_be_taken),
		cmocka_unit_test(without_an_earlier_visit_it_is_said),
		cmocka_unit_test(a_difference_has_its_sign_and_its_place),
		cmocka_unit_test(pictures_that_do_not_fit_are_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
