/* The clinician's way to a training, touch by touch: which programme, what is asked of the daemon for it, and that closed
 * eyes need somebody beside. Without a window, with a fake daemon. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/ui/clinic_stage.h"

#define EVEN                                                                           \
	"{\"name\":\"even-weight\",\"blocks\":[{\"exercise\":\"hold-dot\","            \
	"\"duration_s\":60}]}"
#define BLIND                                                                          \
	"{\"name\":\"eyes-closed\",\"blocks\":[{\"exercise\":\"probe\","               \
	"\"duration_s\":30},{\"exercise\":\"by-ear\",\"duration_s\":60}]}"
#define TABLE "{\"programmes\":[" EVEN "," BLIND "]}"
#define OFF   "{\"state\":\"off\"}"
#define WAITS "{\"state\":\"attract\",\"patient\":\"P-1\"}"

static void serve(struct app *app, const char *method, const char *text)
{
	json_decref(take(app, method));
	answer(app, text);
}

/* From the card to what was chosen: row 0 is theirs, row 1 is not. */
static struct app *open_arm(int row)
{
	struct app *app = open_app("patient", "P-1");

	/* what the first screen asked for is not looked at */
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "patient.show") != 0);
	answer(app, "{\"code\":\"P-1\"}");
	tap(app, "train");
	assert_string_equal(screen_of(app), "programmes");
	serve(app, "training.programmes", TABLE);
	serve(app, "training.programme", EVEN);
	assert_true(shows(app, "theirs so far"));
	tap(app, row == 0 ? "programme-0" : "programme-1");
	assert_string_equal(screen_of(app), "arm");
	serve(app, "training.programmes", TABLE);
	serve(app, "training.programme", EVEN);
	serve(app, "training.status", OFF);
	return app;
}

static void test_theirs_is_armed_at_once(void **state)
{
	struct app *app = open_arm(0);
	json_t *p;

	(void)state;
	assert_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "beside"));
	tap(app, "start");
	p = take(app, "training.arm");
	assert_string_equal(json_string_value(json_object_get(p, "patient")), "P-1");
	assert_true(json_is_false(json_object_get(p, "supervised")));
	json_decref(p);
	answer(app, WAITS);
	/* one display: it is the patient's now */
	assert_string_equal(screen_of(app), "live-far");
	app_free(app);
}

/* Another becomes theirs; closed eyes wait for somebody beside, and the daemon is told that somebody is. */
static void test_closed_eyes_need_somebody(void **state)
{
	struct app *app = open_arm(1);
	json_t *p;

	(void)state;
	tap(app, "start");
	assert_null(next_ask(app));
	tap(app, "beside");
	tap(app, "start");
	p = take(app, "training.set");
	assert_string_equal(json_string_value(json_object_get(p, "patient")), "P-1");
	assert_string_equal(
		json_string_value(json_object_get(p, "programme")), "eyes-closed");
	json_decref(p);
	tap(app, "start"); /* while it is on its way */
	assert_null(next_ask(app));
	answer(app, BLIND);
	p = take(app, "training.arm");
	assert_true(json_is_true(json_object_get(p, "supervised")));
	json_decref(p);
	app_free(app);
}

/* Refused: what the daemon says, and it can be tried again. Armed: it is told and can be taken back. */
static void test_refused_and_taken_back(void **state)
{
	struct app *app = open_arm(0);

	(void)state;
	tap(app, "start");
	json_decref(take(app, "training.arm"));
	refuse(app, -32010, "This patient has trained enough for now.");
	assert_true(shows(app, "This patient has trained enough for now."));
	tap(app, "start");
	json_decref(take(app, "training.arm"));
	app->setup.two_windows = true;
	answer(app, WAITS);
	assert_true(shows(app, "Ready: it begins with a step on."));
	tap(app, "stop");
	serve(app, "training.disarm", OFF);
	tap(app, "start");
	json_decref(take(app, "training.arm"));
	answer(app, WAITS);
	assert_true(stage_tell(app, "training", "{\"state\":\"exercise\"}", now));
	tap(app, "stop");
	serve(app, "training.stop", "{\"state\":\"result\"}");
	app_free(app);
}

/* A station that waits for anybody can be armed for somebody. */
static void test_waiting_for_anybody_hinders_nothing(void **state)
{
	struct app *app = open_arm(0);

	(void)state;
	assert_true(stage_tell(
		app, "training", "{\"state\":\"attract\",\"patient\":null}", now));
	assert_false(shows(app, "Ready"));
	tap(app, "start");
	json_decref(take(app, "training.arm"));
	app_free(app);
}

/* The card shows the pages in plain words to the patient. */
static void test_explains(void **state)
{
	struct app *app;

	(void)state;
	panel = "1280x800";
	app = open_app("patient", "P-1");
	tap(app, "explain");
	assert_string_equal(screen_of(app), "plain");
	app_free(app);
	panel = "800x480";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_theirs_is_armed_at_once),
		cmocka_unit_test(test_closed_eyes_need_somebody),
		cmocka_unit_test(test_refused_and_taken_back),
		cmocka_unit_test(test_waiting_for_anybody_hinders_nothing),
		cmocka_unit_test(test_explains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
