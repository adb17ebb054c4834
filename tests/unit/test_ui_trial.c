/* The way of a trial on the clinician's screens: pre-check, the trial with its review, and the lock over it
 * all, with a fake daemon. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/ui/clinic_stage.h"
#include "ui/model/scatter.h"

#define CARD                                                                           \
	"{\"code\":\"P-1\",\"sex\":null,\"mass_kg\":72.5,\"stature_m\":1.64,"          \
	"\"red_flags\":null,\"pain_sites\":[\"back\"]}"

/* --- pre-check ----------------------------------------------------------------------------- */

#define PLAN                                                                           \
	"{\"visit\":3,\"patient\":\"P-1\",\"next\":{\"step\":1,\"title\":\"Quiet "     \
	"standing\","                                                                  \
	"\"start\":{\"protocol\":\"quiet-eo\",\"visit\":3}}}"

/* A pre-check with both feet; `left` and `right` are dx, dy and angle against the saved ones. */
static void answer_check(
	struct app *app, bool ready, const char *left, const char *right)
{
	char text[900];

	snprintf(text, sizeof(text),
		"{\"ready\":%s,\"mat\":{\"state\":\"good\",\"rate_hz\":100},"
		"\"zero\":{\"state\":\"good\"},\"weight\":{\"state\":\"check\","
		"\"mass_kg\":72.4,\"u95_kg\":0.4,\"steady\":true,\"entered_kg\":81},"
		"\"placement\":{\"state\":\"good\",\"saved\":true,\"limit_mm\":15,"
		"\"limit_deg\":5,\"left\":{\"heel_mm\":[-86,0],%s},"
		"\"right\":{\"heel_mm\":[86,0],%s}}}",
		ready ? "true" : "false", left, right);
	answer(app, text);
}

static struct app *open_precheck(void)
{
	struct app *app = open_app("precheck", "3");

	for (const struct app_ask *ask; (ask = next_ask(app)) != NULL;)
		taken = ask;
	assert_string_equal(taken->method, "visit.plan");
	answer(app, PLAN);
	json_decref(take(app, "precheck"));
	return app;
}

#define NEAR "\"dx_mm\":2,\"dy_mm\":-3,\"angle_deg\":1"

/* START there is START of the trial: no second touch. It can be pressed whatever is said. */
static void test_precheck_costs_no_touch(void **state)
{
	(void)state;
	for (int ready = 0; ready < 2; ready++) {
		struct app *app = open_precheck();
		json_t *params;
		answer_check(app, ready, NEAR, NEAR);
		assert_true(shows(app, ready ? "START" : "START anyway"));
		tap(app, "start");
		assert_string_equal(screen_of(app), "trial");
		do { /* the pre-check may have asked again in between */
			taken = next_ask(app);
			assert_non_null(taken);
		} while (strcmp(taken->method, "visit.plan") != 0);
		answer(app, PLAN);
		json_decref(take(app, "trial.status"));
		answer(app, "{\"state\":\"idle\",\"id\":null}");
		params = take(app, "trial.start");
		assert_string_equal(
			json_string_value(json_object_get(params, "protocol")),
			"quiet-eo");
		json_decref(params);
		/* Once: the daemon's restart begins no trial by itself. */
		app_disconnected(app, now);
		app_connected(app, now);
		json_decref(take(app, "visit.plan"));
		answer(app, PLAN);
		json_decref(take(app, "trial.status"));
		answer(app, "{\"state\":\"idle\",\"id\":null}");
		assert_null(next_ask(app));
		app_free(app);
	}
}

/* The foot that is most off is told where to go, as the person would. */
static void test_precheck_says_where_feet_go(void **state)
{
	static const struct {
		const char *left, *right, *said;
	} feet[] = {
		{ NEAR, NEAR, "Where they were saved" },
		{ "\"dx_mm\":23,\"dy_mm\":0,\"angle_deg\":0", NEAR,
			"Left foot: to the left by 23 mm" },
		{ "\"dx_mm\":16,\"dy_mm\":0,\"angle_deg\":0",
			"\"dx_mm\":-31,\"dy_mm\":20,\"angle_deg\":0",
			"Right foot: to the right by 31 mm" },
		{ NEAR, "\"dx_mm\":0,\"dy_mm\":18,\"angle_deg\":6",
			"Right foot: back by 18 mm" },
		{ "\"dx_mm\":0,\"dy_mm\":-16,\"angle_deg\":9", NEAR,
			"Left foot: turn left by 9°" },
	};

	(void)state;
	panel = "1280x800"; /* with room for all */
	for (size_t i = 0; i < sizeof(feet) / sizeof(feet[0]); i++) {
		struct app *app = open_precheck();
		answer_check(app, false, feet[i].left, feet[i].right);
		if (!shows(app, feet[i].said))
			fail_msg("does not say: %s", feet[i].said);
		assert_true(shows(app, "the card says 81.0 kg"));
		app_free(app);
	}
	panel = "800x480";
}

/* What is asked between the looks at the mat. */
static json_t *take_beside_looks(struct app *app, const char *method)
{
	for (;;) {
		stage_settle(app, now);
		taken = next_ask(app);
		assert_non_null(taken);
		if (strcmp(taken->method, "precheck") != 0)
			break;
		answer_check(app, true, NEAR, NEAR);
	}
	assert_string_equal(taken->method, method);
	return json_loads(taken->params ? taken->params : "{}", 0, NULL);
}

static void test_precheck_saves_feet_and_zeroes(void **state)
{
	struct app *app = open_precheck();
	json_t *params;

	(void)state;
	answer_check(app, true, NEAR, NEAR);
	tap(app, "save");
	params = take_beside_looks(app, "placement.save");
	assert_string_equal(
		json_string_value(json_object_get(params, "patient")), "P-1");
	json_decref(params);
	refuse(app, -32010, "Both feet must stand still.");
	assert_true(shows(app, "Both feet must stand still."));
	tap(app, "zero"); /* is held, not tapped */
	hold(app, "zero");
	params = take_beside_looks(app, "mat.tare");
	json_decref(params);
	answer(app, "{}");
	hold(app, "clear");
	json_decref(take_beside_looks(app, "placement.clear"));
	app_free(app);
}

/* Nobody's: no feet to save, and it is asked without a patient. A daemon that has no pre-check: on to the
 * trial, as before. */
static void test_precheck_of_nobody(void **state)
{
	struct app *app = open_app("precheck", "");

	(void)state;
	stage_settle(app, now);
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "precheck") != 0);
	assert_non_null(taken);
	assert_null(taken->params);
	answer_check(app, true, NEAR, NEAR);
	assert_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "save"));
	now += 400 * MS;
	json_decref(take(app, "precheck"));
	refuse(app, -32601, "There is no method \"precheck\".");
	assert_string_equal(screen_of(app), "trial");
	app_free(app);
}

/* --- trial --------------------------------------------------------------------------------- */

static void tell(struct app *app, const char *state, const char *verdict)
{
	char text[300];

	snprintf(text, sizeof(text),
		"{\"id\":7,\"state\":\"%s\",\"verdict\":%s%s%s,\"n_marks\":0}", state,
		verdict ? "\"" : "", verdict ? verdict : "null", verdict ? "\"" : "");
	assert_true(stage_tell(app, "trial", text, now));
}

/* Answer visit.plan and trial.status, whatever else is asked first. */
static struct app *open_trial(void)
{
	struct app *app = open_app("trial", "3");

	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "visit.plan") != 0);
	assert_non_null(taken);
	answer(app, PLAN);
	json_decref(take(app, "trial.status"));
	answer(app, "{\"state\":\"idle\",\"id\":null,\"last\":null}");
	return app;
}

static void run_to_its_end(struct app *app, const char *verdict)
{
	tell(app, "measuring", NULL);
	tell(app, "stored", verdict);
	json_decref(take(app, "visit.plan"));
	answer(app, PLAN);
}

static void assert_review(struct app *app, const char *decision, const char *reason)
{
	json_t *p = take(app, "trial.review");

	assert_int_equal(json_integer_value(json_object_get(p, "id")), 7);
	assert_string_equal(
		json_string_value(json_object_get(p, "decision")), decision);
	if (reason)
		assert_string_equal(
			json_string_value(json_object_get(p, "reason")), reason);
	else
		assert_null(json_object_get(p, "reason"));
	json_decref(p);
}

/* Going on keeps what was good: one touch a trial. What was not needs no word. */
static void test_going_on_keeps(void **state)
{
	static const char *const verdicts[] = { "good", "check", "unusable",
		"interrupted" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct app *app = open_trial();
		run_to_its_end(app, verdicts[i]);
		tap(app, "start");
		if (i < 2)
			assert_review(app, "keep", NULL);
		json_decref(take(app, "trial.start"));
		assert_null(next_ask(app));
		tap(app, "start"); /* while it is on its way */
		assert_null(next_ask(app));
		app_free(app);
	}
}

/* Practice counts for nothing: there is nothing to keep, discard or repeat, whatever its verdict. */
static void test_practice_is_not_reviewed(void **state)
{
	static const char said[] = "{\"id\":7,\"state\":\"%s\",\"verdict\":%s,"
				   "\"practice\":true,\"n_marks\":0}";
	struct app *app = open_trial();
	char text[200];

	(void)state;
	snprintf(text, sizeof(text), said, "measuring", "null");
	assert_true(stage_tell(app, "trial", text, now));
	snprintf(text, sizeof(text), said, "stored", "\"good\"");
	assert_true(stage_tell(app, "trial", text, now));
	json_decref(take(app, "visit.plan"));
	answer(app, PLAN);
	assert_true(shows(app, "Practice: it does not count."));
	assert_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "discard"));
	assert_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "repeat"));
	tap(app, "start");
	json_decref(take(app, "trial.start"));
	assert_null(next_ask(app));
	app_free(app);
}

static void test_discard_needs_a_reason(void **state)
{
	struct app *app = open_trial();

	(void)state;
	run_to_its_end(app, "good");
	tap(app, "discard");
	assert_null(next_ask(app));
	tap(app, "keep"); /* changed their mind */
	tap(app, "discard");
	tap(app, "reason-2");
	assert_review(app, "discard", "held on");
	answer(app, "{\"id\":7}");
	json_decref(take(app, "visit.plan"));
	answer(app, PLAN);
	assert_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "discard"));
	app_free(app);
}

/* REPEAT is held; what it breaks off is no result to look at. */
static void test_repeat(void **state)
{
	struct app *app = open_trial();
	json_t *p;

	(void)state;
	tell(app, "measuring", NULL);
	tap(app, "repeat");
	assert_null(next_ask(app));
	hold(app, "repeat");
	p = take(app, "trial.repeat");
	assert_int_equal(json_integer_value(json_object_get(p, "id")), 7);
	json_decref(p);
	tell(app, "stored", "interrupted");
	json_decref(take(app, "visit.plan"));
	answer(app, PLAN);
	assert_false(shows(app, "Broken off"));
	assert_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "discard"));
	tell(app, "waiting", NULL);
	assert_non_null(widgets_find_name(&app_view(app, 0)->ui.widgets, "stop"));
	app_free(app);
	/* After its end; refused, the review is there again. */
	app = open_trial();
	run_to_its_end(app, "check");
	hold(app, "repeat");
	json_decref(take(app, "trial.repeat"));
	refuse(app, -32010, "Its visit is signed.");
	assert_true(shows(app, "Its visit is signed."));
	app_free(app);
}

static void test_marks(void **state)
{
	struct app *app = open_trial();

	(void)state;
	tell(app, "waiting", NULL);
	tap(app, "mark"); /* nobody stands there yet */
	assert_null(next_ask(app));
	tell(app, "measuring", NULL);
	tap(app, "mark");
	json_decref(take(app, "trial.mark"));
	answer(app, "{\"trial\":7,\"n\":2,\"t_s\":8.04,\"text\":null}");
	assert_true(shows(app, "Mark 2 at 8.0 s"));
	stage_key(app, 'm', now);
	json_decref(take(app, "trial.mark"));
	app_free(app);
}

/* A trial that waited for its review when the screen went away waits still. */
static void test_review_outlives_the_screen(void **state)
{
	struct app *app = open_app("trial", "3");

	(void)state;
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "visit.plan") != 0);
	answer(app,
		"{\"visit\":3,\"patient\":\"P-1\",\"last_trial\":{\"id\":7,"
		"\"protocol\":"
		"\"quiet-eo\",\"verdict\":\"good\",\"decision\":null},\"next\":{"
		"\"step\":1,"
		"\"title\":\"Quiet standing\",\"start\":{\"protocol\":\"quiet-eo\"}}}");
	json_decref(take(app, "trial.status"));
	answer(app, "{\"state\":\"idle\",\"id\":null}");
	assert_true(shows(app, "Good: it is kept."));
	tap(app, "start");
	assert_review(app, "keep", NULL);
	app_free(app);
}

/* After the last planned trial the visit can be finished, whatever the results propose besides; finishing keeps. */
static void test_what_is_proposed_is_no_duty(void **state)
{
	struct app *app = open_trial();

	(void)state;
	tell(app, "measuring", NULL);
	tell(app, "stored", "good");
	json_decref(take(app, "visit.plan"));
	answer(app,
		"{\"visit\":3,\"patient\":\"P-1\",\"next\":{\"step\":null,\"title\":"
		"\"Eyes closed\",\"start\":{\"protocol\":\"quiet-ec\",\"visit\":3}}}");
	assert_true(shows(app, "Proposed: Eyes closed"));
	stage_key(
		app, INPUT_KEY_START, now); /* a clicker neither finishes nor goes on */
	assert_null(next_ask(app));
	tap(app, "finish");
	assert_review(app, "keep", NULL);
	json_decref(take(app, "visit.close"));
	app_free(app);
}

/* The ellipse holds what it should of what was measured, and begins anew with each trial. */
static void test_ellipse_is_of_what_is_measured(void **state)
{
	struct scatter s = { 0 };
	struct trail trail = { 0 };
	struct scatter_ellipse e;

	(void)state;
	trail_push(&trail, 1, (struct pos_mm){ 500, 500 }); /* before it began */
	scatter_begin(&s, 1);
	assert_false(scatter_ellipse(&s, &e));
	/* On a circle of 3 by 1 mm about (10, -20), turned by 30 degrees: variances 4.5 and 0.5. */
	for (int i = 0; i < 1000; i++) {
		double a = 2 * M_PI * i / 1000, u = 3 * cos(a), w = sin(a);
		double c = sqrt(3) / 2, d = 0.5;
		trail_push(&trail, (i + 2) * 10 * MS,
			(struct pos_mm){ 10 + u * c - w * d, -20 + u * d + w * c });
		if (i % 97 == 0)
			scatter_follow(&s, &trail); /* in any pieces */
	}
	scatter_follow(&s, &trail);
	assert_int_equal(s.n, 1000);
	assert_true(scatter_ellipse(&s, &e));
	assert_true(fabs(e.middle.x - 10) < 1e-9 && fabs(e.middle.y + 20) < 1e-9);
	assert_true(fabs(e.angle_deg - 30) < 1e-9);
	/* sqrt(variance) times sqrt(2 F), F(2, 998) = 3.005; 3 in 1000 for a finite n */
	assert_true(fabs(e.major_mm / (sqrt(4.5) * sqrt(2 * 3.005)) - 1) < 0.003);
	assert_true(fabs(e.minor_mm / (sqrt(0.5) * sqrt(2 * 3.005)) - 1) < 0.003);
	assert_true(fabs(scatter_seconds(&s) - 9.99) < 1e-9);
	scatter_begin(&s, s.last_ns);
	scatter_follow(&s, &trail);
	assert_int_equal(s.n, 0);
}

/* --- lock ---------------------------------------------------------------------------------- */

#define S_NS INT64_C(1000000000)

#define STATION(locked, wait, left)                                                    \
	"{\"locked\":" locked ",\"pin_set\":true,\"retry_after_s\":" wait              \
	",\"tries_left\":" left "}"

/* Answer what the app itself asks of the station. */
static void answer_guard(struct app *app, const char *method, const char *text)
{
	stage_settle(app, now);
	do
		taken = app_next_ask(app);
	while (taken && taken->serial != 0);
	assert_non_null(taken);
	assert_string_equal(taken->method, method);
	answer(app, text);
}

/* On a card, with a PIN, locked after two minutes. */
static struct app *open_for_lock(void)
{
	struct app *app = open_app("patient", "P-1");

	app->setup.lock_ns = 120 * S_NS;
	answer_guard(app, "station.status", STATION("false", "0", "5"));
	stage_key(app, INPUT_KEY_TAB, now);
	return app;
}

/* Half a second at a time. */
static void idle(struct app *app, int seconds)
{
	for (int i = 0; i < 2 * seconds; i++) {
		now += S_NS / 2;
		stands(app);
		app_tick(app, now);
	}
}

static void test_locks_when_idle(void **state)
{
	struct app *app = open_for_lock();

	(void)state;
	idle(app, 119);
	assert_string_equal(screen_of(app), "patient");
	idle(app, 2);
	answer_guard(app, "station.lock", STATION("true", "0", "5"));
	assert_string_equal(screen_of(app), "lock");
	assert_false(shows(app, "P-1"));
	app_free(app);
}

/* While a trial runs nobody touches the screen; afterwards the time begins anew. */
static void test_never_locks_while_a_trial_runs(void **state)
{
	struct app *app = open_for_lock();

	(void)state;
	tell(app, "measuring", NULL);
	idle(app, 400);
	assert_string_equal(screen_of(app), "patient");
	tell(app, "stored", "good");
	idle(app, 119);
	while ((taken = app_next_ask(app)))
		assert_string_not_equal(taken->method, "station.lock");
	idle(app, 2);
	answer_guard(app, "station.lock", STATION("true", "0", "5"));
	assert_string_equal(screen_of(app), "lock");
	app_free(app);
}

/* Without a PIN nothing locks: nobody could open it. */
static void test_no_pin_no_lock(void **state)
{
	struct app *app = open_app("patient", "P-1");

	(void)state;
	app->setup.lock_ns = 120 * S_NS;
	answer_guard(app, "station.status",
		"{\"locked\":false,\"pin_set\":false,\"retry_after_s\":0}");
	idle(app, 121);
	do /* it may have got one in the meantime */
		taken = app_next_ask(app);
	while (taken && strcmp(taken->method, "station.lock") != 0);
	assert_non_null(taken);
	refuse(app, -32010, "No PIN is set.");
	assert_string_equal(screen_of(app), "patient");
	stage_go(app, "lock", "", now);
	json_decref(take(app, "station.lock"));
	refuse(app, -32010, "No PIN is set.");
	assert_string_equal(screen_of(app), "patient");
	app_free(app);
}

static struct app *open_locked(void)
{
	struct app *app = open_app("patient", "P-1");

	answer_guard(app, "station.status", STATION("true", "0", "5"));
	assert_string_equal(screen_of(app), "lock");
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "station.status") != 0);
	assert_non_null(taken);
	answer(app, STATION("true", "0", "5"));
	return app;
}

static void type_pin(struct app *app, const char *pin)
{
	char key[8];

	for (; *pin != '\0'; pin++) {
		snprintf(key, sizeof(key), "key-%c", *pin);
		tap(app, key);
	}
	tap(app, "key-ok");
}

static void test_pin_opens(void **state)
{
	struct app *app = open_locked();
	json_t *p;

	(void)state;
	type_pin(app, "0042");
	assert_false(shows(app, "0042"));
	do /* beside whether it was opened elsewhere */
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "station.unlock") != 0);
	assert_non_null(taken);
	p = json_loads(taken->params, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(p, "pin")), "0042");
	json_decref(p);
	answer(app, STATION("false", "0", "5"));
	assert_string_equal(screen_of(app), "patient");
	json_decref(
		take(app, "patient.show")); /* anew: it may have changed meanwhile */
	app_free(app);
}

static void test_wrong_pins_must_wait(void **state)
{
	struct app *app = open_locked();

	(void)state;
	stage_type(app, "111", now);
	stage_key(app, INPUT_KEY_ENTER, now);
	json_decref(take(app, "station.unlock"));
	refuse(app, -32013, "That is not the PIN.");
	json_decref(take(app, "station.status"));
	answer(app, STATION("true", "0", "1"));
	assert_true(shows(app, "one more try"));
	stage_type(app, "112", now);
	stage_key(app, INPUT_KEY_ENTER, now);
	json_decref(take(app, "station.unlock"));
	refuse(app, -32004, "Too many tries.");
	json_decref(take(app, "station.status"));
	answer(app, STATION("true", "5", "0"));
	assert_true(shows(app, "wait 5 seconds"));
	stage_type(app, "113", now);
	stage_key(app, INPUT_KEY_ENTER, now);
	assert_null(next_ask(app)); /* not while one must wait */
	now += 5 * S_NS + 100 * MS;
	stage_key(app, INPUT_KEY_ENTER, now);
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "station.unlock") != 0);
	assert_non_null(taken);
	app_free(app);
}

/* No key leads past it, nor a late answer to a screen below it; what the daemon refuses brings it. */
static void test_nothing_leads_past_the_lock(void **state)
{
	static const int keys[] = { INPUT_KEY_ESCAPE, 'q', 'r', 'b', '?', INPUT_KEY_F1,
		INPUT_KEY_START, INPUT_KEY_BACKSPACE };
	struct app *app = open_app("field", "P-1\nsex");
	int64_t late;

	(void)state;
	do
		taken = next_ask(app);
	while (taken && strcmp(taken->method, "patient.show") != 0);
	answer(app, CARD);
	tap(app, "choice-0");
	json_decref(take(app, "patient.update"));
	late = taken->id;
	view_ask(app_view(app, 0), 99, "patient.show", NULL);
	json_decref(take(app, "patient.show"));
	refuse(app, -32012, "The station is locked.");
	assert_string_equal(screen_of(app), "lock");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		stage_key(app, keys[i], now);
		assert_string_equal(screen_of(app), "lock");
		assert_false(app->quit);
	}
	for (const struct app_ask *a = app->asks; a < app->asks + APP_ASK_PLACES; a++)
		if (a->id == late)
			taken = a;
	answer(app, CARD); /* the field would go back now */
	assert_string_equal(screen_of(app), "lock");
	app_free(app);
}

/* Measuring without a patient goes on under the lock; idle again, it is covered. */
static void test_measures_nobody_while_locked(void **state)
{
	struct app *app = open_locked();

	(void)state;
	app->setup.lock_ns = 120 * S_NS;
	tap(app, "anonymous");
	assert_string_equal(screen_of(app), "precheck");
	tap(app, "start");
	assert_string_equal(screen_of(app), "trial");
	idle(app, 121);
	assert_string_equal(screen_of(app), "lock");
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precheck_costs_no_touch),
		cmocka_unit_test(test_precheck_says_where_feet_go),
		cmocka_unit_test(test_precheck_saves_feet_and_zeroes),
		cmocka_unit_test(test_precheck_of_nobody),
		cmocka_unit_test(test_going_on_keeps),
		cmocka_unit_test(test_practice_is_not_reviewed),
		cmocka_unit_test(test_discard_needs_a_reason),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_review_outlives_the_screen),
		cmocka_unit_test(test_what_is_proposed_is_no_duty),
		cmocka_unit_test(test_ellipse_is_of_what_is_measured),
		cmocka_unit_test(test_locks_when_idle),
		cmocka_unit_test(test_never_locks_while_a_trial_runs),
		cmocka_unit_test(test_no_pin_no_lock),
		cmocka_unit_test(test_pin_opens),
		cmocka_unit_test(test_wrong_pins_must_wait),
		cmocka_unit_test(test_nothing_leads_past_the_lock),
		cmocka_unit_test(test_measures_nobody_while_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
