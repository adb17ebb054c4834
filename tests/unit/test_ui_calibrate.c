/* The calibration on the screen: what its creep step asks of the daemon, that it can be left out, and what a draft tells of
 * what is at hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCENE_SECONDS 1
#include "tests/ui/stage.h"
#include "ui/screens/calibrate.h"

#define S INT64_C(1000000000)

#define ITEM(n, step, kg, x, y)                                                        \
	"{\"item\":" #n ",\"step\":\"" step "\",\"mass_kg\":" kg ",\"x_mm\":" x        \
	",\"y_mm\":" y ",\"dropped\":false}"
#define STATUS(items)                                                                  \
	"{\"calibration\":{},\"running\":null,\"draft\":{\"items\":[" items            \
	"],\"fitted\":false}}"
#define ROLL(n) "," ITEM(n, "roll", "null", "null", "null")
/* All but the creep of a mat of 480 x 480 mm with a roller and one weight. */
#define LOADED                                                                         \
	ITEM(0, "zero", "null", "null", "null")                                        \
	ROLL(1)                                                                        \
	ROLL(2)                                                                        \
	ROLL(3)                                                                        \
	ROLL(4)                                                                        \
	"," ITEM(5, "load", "20.0", "0", "0") "," ITEM(                                \
		6, "load", "20.0", "-108.0", "108.0")
#define CREPT LOADED "," ITEM(7, "creep", "20.0", "108.0", "-108.0")

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

/* The creep step, with the draft above. */
static struct app *open_creep(int64_t *now_ns)
{
	struct app_setup setup = scene_setup(layout_profile_find("1280x800"), false, 1);
	struct status_document status;
	struct app *app;

	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	*now_ns = scene_named(app, "empty");
	status = scene_status("streaming", false);
	snprintf(status.calibration_state, sizeof(status.calibration_state), "none");
	model_status(&app->model, &status, *now_ns);
	stage_go(app, "calibrate", "", *now_ns);
	assert_true(stage_answer(app, "calibrate.status", 0, STATUS(LOADED), *now_ns));
	assert_true(stage_tap(app, "begin", *now_ns += S)); /* go on with it */
	assert_true(stage_tap(app, "begin", *now_ns += S));
	return app;
}

static double number(const json_t *params, const char *key)
{
	const json_t *value = json_object_get(params, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static void creep_is_asked_for_at_its_place(void **state)
{
	int64_t now_ns;
	struct app *app = open_creep(&now_ns);
	const struct app_ask *ask;
	json_t *params;

	(void)state;
	assert_true(stage_reads(app, "8/8 Creep, 20 kg"));
	assert_true(stage_tap(app, "begin", now_ns += S));
	ask = stage_next_ask(app, now_ns);
	assert_non_null(ask);
	assert_string_equal(ask->method, "calibrate.creep");
	params = json_loads(ask->params, 0, NULL);
	assert_true(fabs(number(params, "mass_kg") - 20) < 1e-9);
	assert_true(fabs(number(params, "x_mm") - 108) < 1e-9);
	assert_true(fabs(number(params, "y_mm") + 108) < 1e-9);
	assert_true(isnan(number(params, "passes")));
	json_decref(params);
	/* two minutes, half a minute for the weight to come, and what a restless one is waited for */
	assert_true(ask->timeout_ns >= 165 * S);
	app_free(app);
}

static void creep_ends_the_readings(void **state)
{
	int64_t now_ns;
	struct app *app = open_creep(&now_ns);

	(void)state;
	assert_true(stage_tap(app, "begin", now_ns += S));
	assert_true(stage_tell(app, "calibration",
		"{\"state\":\"measuring\",\"hint\":\"Hold still: do not touch the "
		"weight.\",\"elapsed_s\":30,\"remaining_s\":90,\"at_mm\":[108,-108],"
		"\"coverage\":null,\"coverage_frac\":null}",
		now_ns += 37 * S));
	assert_true(stage_reads(app, "Hold still: do not touch"));
	assert_true(stage_answer(app, "calibrate.creep", 0,
		"{\"ok\":true,\"step\":\"creep\",\"item\":7,\"notes\":[]}",
		now_ns += 90 * S));
	assert_true(stage_answer(app, "calibrate.status", 0, STATUS(CREPT), now_ns));
	assert_true(stage_reads(app, "All is read"));
	app_free(app);
}

static void creep_can_be_skipped(void **state)
{
	int64_t now_ns;
	struct app *app = open_creep(&now_ns);

	(void)state;
	assert_true(stage_tap(app, "second", now_ns += S));
	assert_true(stage_reads(app, "All is read"));
	app_free(app);
}

/* A weight that was only ever left to creep is at hand, too, and nobody's own mass. */
static void a_weight_that_crept_is_at_hand(void **state)
{
	struct calibrate s = { .tools = { .body_kg = NAN } };

	(void)state;
	s.draft = json_loads("{\"items\":[" ITEM(0, "creep", "25.0", "null",
				     "null") "," ITEM(1, "load", "20.0", "0", "0") "]}",
		0, NULL);
	assert_non_null(s.draft);
	calibrate_tools_guess(&s);
	assert_int_equal(s.tools.n_masses, 2);
	assert_true(fabs(s.tools.masses_kg[0] - 20) < 1e-9);
	assert_true(fabs(s.tools.masses_kg[1] - 25) < 1e-9);
	assert_true(isnan(s.tools.body_kg));
	json_decref(s.draft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creep_is_asked_for_at_its_place),
		cmocka_unit_test(creep_ends_the_readings),
		cmocka_unit_test(creep_can_be_skipped),
		cmocka_unit_test(a_weight_that_crept_is_at_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
