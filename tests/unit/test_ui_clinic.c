/* What the clinician's lists and card ask of the daemon when they are touched, what they do with what nobody
 * should enter, and what every screen of the clinician does when the mat or the daemon goes: without a
 * window, with a fake daemon. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/ui/clinic_stage.h"
#include "ui/core/units_text.h"

/* --- worklist ------------------------------------------------------------------------------ */

/* A page of a worklist of `total`, as the daemon would answer what was asked. */
static void answer_page(struct app *app, int total, const char *plan)
{
	json_t *params = take(app, "worklist.list"), *entries = json_array(), *page;
	int first = (int)json_integer_value(json_object_get(params, "offset"));
	int n = (int)json_integer_value(json_object_get(params, "limit"));
	char code[24], *text;

	for (int i = first; i < first + n && i < total; i++) {
		snprintf(code, sizeof(code), "K-%05d", i);
		json_array_append_new(
			entries, json_pack("{s:s, s:s?, s:s}", "patient", code, "plan",
					 plan, "state", "waiting"));
	}
	page = json_pack("{s:o, s:i}", "entries", entries, "total", total);
	text = json_dumps(page, 0);
	answer(app, text);
	free(text);
	json_decref(page);
	json_decref(params);
}

/* A list of ten thousand is asked for in pages of what fits, and its last page is reached. */
static void test_worklist_pages(void **state)
{
	struct app *app = open_app(NULL, NULL);
	json_t *params;
	int n;

	(void)state;
	assert_string_equal(screen_of(app), "worklist");
	params = take(app, "worklist.list");
	assert_string_equal(
		json_string_value(json_object_get(params, "due_by")), "2026-11-28");
	json_decref(params);
	answer(app, "{\"entries\":[],\"total\":10000}");
	answer_page(app, 10000, NULL); /* of the size that was drawn */
	assert_true(shows(app, "K-00000"));
	for (n = 0; n < 3; n++) {
		tap(app, "entry-down");
		answer_page(app, 10000, NULL);
	}
	assert_false(shows(app, "K-00000"));
	assert_true(shows(app, "/ 10000"));
	tap(app, "when");
	params = take(app, "worklist.list");
	assert_true(json_is_null(json_object_get(params, "due_by")));
	assert_int_equal(json_integer_value(json_object_get(params, "offset")), 0);
	json_decref(params);
	app_free(app);
}

/* From an entry with a plan to a visit: two touches, and no question which. */
static void test_entry_brings_its_plan(void **state)
{
	struct app *app = open_app(NULL, NULL);
	json_t *params;

	(void)state;
	answer_page(app, 1, "standard");
	answer_page(app, 1, "standard"); /* again, now that it is known how many fit */
	tap(app, "entry-0");
	assert_string_equal(screen_of(app), "patient");
	params = take(app, "patient.show");
	assert_string_equal(
		json_string_value(json_object_get(params, "code")), "K-00000");
	json_decref(params);
	answer(app, "{\"code\":\"K-00000\"}");
	tap(app, "measure");
	json_decref(take(app, "visit.current"));
	answer(app, "null");
	params = take(app, "visit.start");
	assert_string_equal(
		json_string_value(json_object_get(params, "patient")), "K-00000");
	assert_string_equal(
		json_string_value(json_object_get(params, "plan")), "standard");
	json_decref(params);
	refuse(app, -32602, "there is no such plan");
	json_decref(take(app, "visit.plans")); /* then it is chosen by hand */
	app_free(app);
}

/* A barcode reader types at the worklist: letters are no short cuts there, not even q. */
static void test_scanned_at_the_worklist(void **state)
{
	struct app *app = open_app(NULL, NULL);
	json_t *params;

	(void)state;
	answer_page(app, 0, NULL);
	for (const char *c = "q-7"; *c != '\0'; c++) {
		char text[2] = { *c, '\0' };
		stage_key(app, *c, now);
		stage_type(app, text, now);
	}
	assert_false(app->quit);
	assert_string_equal(screen_of(app), "patients");
	stage_key(app, INPUT_KEY_ENTER, now);
	for (int i = 0; i < 4; i++) { /* a search a letter; the last one counts */
		params = take(app, "patient.find");
		if (strcmp(json_string_value(json_object_get(params, "query")),
			    "q-7") == 0)
			i = 4;
		json_decref(params);
	}
	answer(app,
		"{\"query\":\"q-7\",\"patients\":[{\"code\":\"q-7\"}],\"total\":1}");
	assert_string_equal(screen_of(app), "patient");
	app_free(app);
}

/* --- codes that nobody should choose ------------------------------------------------------- */

/* Typed at the search: what is asked for is at most 64 bytes of whole characters. */
static void type_code(struct app *app, const char *text)
{
	while (*text != '\0') {
		struct input_event e = { .kind = INPUT_TEXT };
		size_t n = 1;
		while (((unsigned char)text[n] & 0xC0) == 0x80)
			n++;
		memcpy(e.text, text, n);
		app_event(app, 0, &e, now);
		text += n;
	}
	stage_settle(app, now);
}

static json_t *last_query(struct app *app)
{
	json_t *params = NULL, *query;
	const struct app_ask *ask;

	stage_settle(app, now);
	while ((ask = next_ask(app)) != NULL) {
		json_decref(params);
		params = json_loads(ask->params, 0, NULL);
		taken = ask;
	}
	assert_non_null(params);
	query = json_incref(json_object_get(params, "query"));
	json_decref(params);
	return query;
}

static void test_strange_codes(void **state)
{
	static const char *const feet = "\xF0\x9F\xA6\xB6"; /* of four bytes */
	struct app *app = open_app("patients", "");
	char many[1300] = "";
	json_t *query;

	(void)state;
	for (int i = 0; i < 300; i++)
		strcat(many, i % 2 ? feet : "x");
	type_code(app, many);
	query = last_query(app);
	assert_in_range(json_string_length(query), 61, 64); /* whole characters */
	assert_memory_equal(json_string_value(query), many, 61);
	json_decref(query);
	app_free(app);

	app = open_app("patients", "");
	type_code(app, "O\"Neil\\ 'x' %s");
	query = last_query(app);
	assert_string_equal(json_string_value(query), "O\"Neil\\ 'x' %s");
	json_decref(query);
	answer(app, "{\"query\":\"O\\\"Neil\\\\ 'x' %s\",\"patients\":[],\"total\":0}");
	assert_true(shows(app, "O\"Neil\\ 'x' %s"));
	tap(app, "new");
	query = take(app, "patient.add");
	assert_string_equal(
		json_string_value(json_object_get(query, "code")), "O\"Neil\\ 'x' %s");
	json_decref(query);
	app_free(app);
}

/* --- the card ------------------------------------------------------------------------------ */

#define CARD                                                                           \
	"{\"code\":\"P-1\",\"sex\":null,\"mass_kg\":72.5,\"stature_m\":1.64,"          \
	"\"red_flags\":null,\"pain_sites\":[\"back\"]}"

static struct app *open_field(const char *key)
{
	char arg[80];
	struct app *app;

	snprintf(arg, sizeof(arg), "P-1\n%s", key);
	app = open_app("edit", "P-1");
	stage_go(app, "field", arg, now);
	assert_string_equal(screen_of(app), "field");
	for (const struct app_ask *ask; (ask = next_ask(app)) != NULL;)
		taken = ask; /* the last one is the field's */
	assert_string_equal(taken->method, "patient.show");
	answer(app, CARD);
	return app;
}

/* Return the member that patient.update is asked to change. */
static json_t *kept(struct app *app, const char *key)
{
	json_t *params = take(app, "patient.update");
	json_t *value = json_incref(json_object_get(params, key));

	assert_string_equal(json_string_value(json_object_get(params, "code")), "P-1");
	assert_int_equal(json_object_size(params), 2);
	assert_non_null(value);
	json_decref(params);
	return value;
}

static void test_choice_is_one_touch(void **state)
{
	struct app *app = open_field("sex");
	json_t *value;

	(void)state;
	tap(app, "choice-1");
	value = kept(app, "sex");
	assert_string_equal(json_string_value(value), "M");
	json_decref(value);
	answer(app, CARD);
	assert_string_equal(screen_of(app), "edit");
	app_free(app);
}

static void type_number(struct app *app, const char *text)
{
	for (int i = 0; i < 8; i++)
		stage_key(app, INPUT_KEY_BACKSPACE, now);
	stage_type(app, text, now);
	stage_key(app, INPUT_KEY_ENTER, now);
}

static void test_numbers_have_limits_and_units(void **state)
{
	struct app *app = open_field("mass_kg");
	json_t *value;

	(void)state;
	type_number(app, "900");
	assert_null(next_ask(app));
	assert_true(shows(app, "350"));
	type_number(app, "81,5");
	value = kept(app, "mass_kg");
	assert_true(fabs(json_number_value(value) - 81.5) < 1e-9);
	json_decref(value);
	refuse(app, -32007, "The disk is full.");
	assert_true(shows(app, "The disk is full."));
	assert_string_equal(screen_of(app), "field");
	app_free(app);

	units_text_use(UNITS_IMPERIAL);
	app = open_field("mass_kg");
	assert_true(shows(app, "160")); /* 72.5 kg */
	type_number(app, "200");
	value = kept(app, "mass_kg");
	assert_true(fabs(json_number_value(value) - 90.718474) < 1e-6);
	json_decref(value);
	app_free(app);
	app = open_field("stature_m");
	type_number(app, "70");
	value = kept(app, "stature_m");
	assert_true(fabs(json_number_value(value) - 1.778) < 1e-9);
	json_decref(value);
	app_free(app);
	units_text_use(UNITS_METRIC);
}

/* A number that is there is typed anew; Backspace keeps it. */
static void test_a_digit_replaces_what_was_there(void **state)
{
	struct app *app = open_field("mass_kg");
	json_t *value;

	(void)state;
	tap(app, "key-8");
	tap(app, "key-1");
	tap(app, "key-ok");
	value = kept(app, "mass_kg");
	assert_true(fabs(json_number_value(value) - 81) < 1e-9);
	json_decref(value);
	app_free(app);
	app = open_field("mass_kg"); /* 72.5 */
	tap(app, "key-rub");
	tap(app, "key-4");
	tap(app, "key-ok");
	value = kept(app, "mass_kg");
	assert_true(fabs(json_number_value(value) - 72.4) < 1e-9);
	json_decref(value);
	app_free(app);
}

/* Nobody was born 130 years ago or tomorrow; an empty field is not known. */
static void test_years(void **state)
{
	struct app *app = open_field("birth_year");
	json_t *value;

	(void)state;
	type_number(app, "1896");
	assert_null(next_ask(app));
	type_number(app, "2027");
	assert_null(next_ask(app));
	type_number(app, "");
	value = kept(app, "birth_year");
	assert_true(json_is_null(value));
	json_decref(value);
	app_free(app);
}

/* "Asked: none" is a list without words, "not asked" is null; none is said only when all words were
 * on the screen. */
static void test_red_flags_are_asked_or_not(void **state)
{
	struct app *app = open_field("red_flags");
	json_t *value;

	(void)state;
	for (int i = 0; i < 8 && !shows(app, "Asked: none"); i++)
		tap(app, "keep");
	assert_null(next_ask(app));
	tap(app, "keep");
	value = kept(app, "red_flags");
	assert_true(json_is_array(value));
	assert_int_equal(json_array_size(value), 0);
	json_decref(value);
	app_free(app);

	app = open_field("red_flags");
	tap(app, "unknown");
	value = kept(app, "red_flags");
	assert_true(json_is_null(value));
	json_decref(value);
	app_free(app);

	app = open_field("pain_sites");
	tap(app, "tick-1"); /* the back, which hurt */
	tap(app, "tick-0");
	for (int i = 0; i < 8 && !shows(app, "Keep"); i++)
		tap(app, "keep");
	tap(app, "keep");
	value = kept(app, "pain_sites");
	assert_int_equal(json_array_size(value), 1);
	assert_string_equal(json_string_value(json_array_get(value, 0)), "neck");
	json_decref(value);
	app_free(app);
}

/* A text of more than the daemon takes stays, and is said to be too long. */
static void test_long_text(void **state)
{
	struct app *app = open_field("surgery");
	char text[600];

	(void)state;
	memset(text, 'm', 599);
	text[599] = '\0';
	stage_type(app, text, now);
	stage_key(app, INPUT_KEY_ENTER, now);
	assert_null(next_ask(app));
	assert_string_equal(screen_of(app), "field");
	app_free(app);
}

/* --- every screen: what may happen at any time --------------------------------------------- */

static const char *const every_screen[][2] = {
	{ "worklist", "" },
	{ "patients", "" },
	{ "patient", "P-1" },
	{ "edit", "P-1" },
	{ "field", "P-1\nmass_kg" },
	{ "field", "P-1\nred_flags" },
	{ "field", "P-1\nsurgery" },
	{ "visit", "P-1" },
	{ "precheck", "3" },
	{ "precheck", "" },
	{ "trial", "3" },
	{ "trial", "" },
};
#define N_SCREENS (int)(sizeof(every_screen) / sizeof(every_screen[0]))

static void finger(struct app *app, enum input_kind kind, int64_t which, int x, int y)
{
	struct input_event e = { .kind = kind, .pointer = which, .x = x, .y = y };

	app_event(app, 0, &e, now);
	stage_settle(app, now);
}

/* Outside of the screen and between things nothing acts; of two fingers only the first does. */
static void test_fingers_anywhere(void **state)
{
	(void)state;
	for (int i = 0; i < N_SCREENS; i++) {
		struct app *app = open_app(every_screen[i][0], every_screen[i][1]);
		const struct widgets *w = &app_view(app, 0)->ui.widgets;
		static const int at[][2] = { { -5, -5 }, { 5000, 20 }, { 20, 5000 },
			{ 1, 1 }, { 799, 479 } };
		int a_x, a_y;
		for (int k = 0; k < 5; k++) {
			now += 500 * MS;
			finger(app, INPUT_POINTER_DOWN, 1, at[k][0], at[k][1]);
			finger(app, INPUT_POINTER_UP, 1, at[k][0], at[k][1]);
		}
		assert_string_equal(screen_of(app), every_screen[i][0]);
		assert_true(w->n_items > 0);
		/* One finger rests where nothing is, another touches Back: it is nobody's... */
		a_x = w->items[0].rect.x + w->items[0].rect.w / 2;
		a_y = w->items[0].rect.y + w->items[0].rect.h / 2;
		finger(app, INPUT_POINTER_DOWN, 1, a_x, a_y);
		finger(app, INPUT_POINTER_DOWN, 2, at[4][0], at[4][1]);
		finger(app, INPUT_POINTER_UP, 2, at[4][0], at[4][1]);
		finger(app, INPUT_POINTER_CANCEL, 1, a_x, a_y);
		assert_string_equal(screen_of(app), every_screen[i][0]);
		app_free(app);
	}
}

/* The mat goes, the daemon goes and comes back: the screen stays, says so, and asks again. */
static void test_mat_and_daemon_go(void **state)
{
	(void)state;
	for (int i = 0; i < N_SCREENS; i++) {
		struct app *app = open_app(every_screen[i][0], every_screen[i][1]);
		struct status_document lost = scene_status("lost", false);
		model_status(&app->model, &lost, now);
		now += 400 * MS;
		stage_settle(app, now);
		assert_true(
			shows(app, "ost")); /* "Mat lost" in the strip or below it */
		app_disconnected(app, now);
		stage_settle(app, now);
		now += 1000 * MS;
		stage_settle(app, now);
		while (next_ask(app))
			;
		app_connected(app, now);
		stage_settle(app, now);
		assert_string_equal(screen_of(app), every_screen[i][0]);
		assert_non_null(next_ask(app));
		app_free(app);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worklist_pages),
		cmocka_unit_test(test_entry_brings_its_plan),
		cmocka_unit_test(test_scanned_at_the_worklist),
		cmocka_unit_test(test_strange_codes),
		cmocka_unit_test(test_choice_is_one_touch),
		cmocka_unit_test(test_numbers_have_limits_and_units),
		cmocka_unit_test(test_a_digit_replaces_what_was_there),
		cmocka_unit_test(test_years),
		cmocka_unit_test(test_red_flags_are_asked_or_not),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_fingers_anywhere),
		cmocka_unit_test(test_mat_and_daemon_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
