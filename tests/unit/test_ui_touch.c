/* Touch put right on the screen: panels that are turned, mirrored, skewed; fingers that are elsewhere, two, slide or bounce; a
 * matrix that nobody keeps; and what is kept in a file. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SCENE_SECONDS 1
#include "src/base/settings.h"
#include "tests/support/folder.h"
#include "tests/ui/stage.h"
#include "ui/keep.h"

#define MS INT64_C(1000000)
#define S  (1000 * MS)
#define T0 SCENE_START

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

/* --- what the marks say ----------------------------------------------------------------------- */

static struct touch_marks marks_of(
	const struct touch_matrix *skew, double noise_mm, struct rng *rng)
{
	struct touch_marks m = { .w_mm = 154, .h_mm = 86 };

	for (int i = 0; i < TOUCH_N_MARKS; i++) {
		double x, y;
		touch_mark(i, &x, &y);
		m.shown[i][0] = x;
		m.shown[i][1] = y;
		x += noise_mm * (2 * rng_uniform(rng) - 1) / m.w_mm;
		y += noise_mm * (2 * rng_uniform(rng) - 1) / m.h_mm;
		touch_apply(skew, &x, &y);
		m.touched[i][0] = x;
		m.touched[i][1] = y;
	}
	return m;
}

static struct touch_matrix any_skew(struct rng *rng)
{
	static const double turns[4][4] = { { 1, 0, 0, 1 }, { 0, -1, 1, 0 },
		{ -1, 0, 0, -1 }, { 0, 1, 1, 0 } };
	const double *turn = turns[rng_u64(rng) % 4];
	struct touch_matrix t = { { turn[0], turn[1], 0, turn[2], turn[3], 0 } };

	for (int i = 0; i < 6; i++)
		t.m[i] += 0.1 * (rng_uniform(rng) - 0.5);
	return t;
}

/* Without noise the marks are hit exactly; a finger that is within a millimetre passes. */
static void good_marks_fit(void **state)
{
	struct touch_fitted fitted;
	struct rng rng;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int trial = 0; trial < 500; trial++) {
		struct touch_matrix skew = any_skew(&rng);
		double noise_mm = trial % 2 ? 0.7 : 0;
		struct touch_marks m = marks_of(&skew, noise_mm, &rng);

		touch_judge(&m, &fitted);
		assert_int_equal(fitted.verdict, TOUCH_FITS);
		if (noise_mm == 0)
			assert_true(fitted.fit_mm < 1e-6 && fitted.check_mm < 1e-6);
	}
}

/* A corner 8 mm beside leaves 2 mm at each corner and in the middle, by hand: the affine fit spreads it. */
static void a_finger_elsewhere_is_refused(void **state)
{
	struct touch_fitted fitted;
	struct rng rng;

	(void)state;
	rng_init(&rng, 12, 0);
	for (int i = 0; i < TOUCH_N_MARKS; i++) {
		struct touch_marks m = marks_of(&TOUCH_IDENTITY, 0, &rng);
		m.touched[i][0] += 8 / m.w_mm;
		touch_judge(&m, &fitted);
		assert_int_equal(fitted.verdict, TOUCH_APART);
		if (i < 4) {
			assert_true(fabs(fitted.fit_mm - 2) < 0.3);
			assert_true(fabs(fitted.check_mm - 2) < 0.3);
		} else {
			assert_true(fitted.fit_mm < 1e-6);
			assert_true(fabs(fitted.check_mm - 8) < 1e-6);
		}
	}
}

static void one_place_is_no_matrix(void **state)
{
	struct touch_fitted fitted;
	struct rng rng;
	struct touch_marks m;

	(void)state;
	rng_init(&rng, 13, 0);
	m = marks_of(&TOUCH_IDENTITY, 0, &rng);
	for (int i = 0; i < TOUCH_N_MARKS; i++)
		m.touched[i][0] = m.touched[i][1] = 0.5;
	touch_judge(&m, &fitted);
	assert_int_equal(fitted.verdict, TOUCH_ON_A_LINE);
	for (int i = 0; i < TOUCH_N_MARKS; i++)
		m.touched[i][0] = m.touched[i][1] = 0.2 * i;
	touch_judge(&m, &fitted);
	assert_int_equal(fitted.verdict, TOUCH_ON_A_LINE);
}

/* --- on the screen ---------------------------------------------------------------------------- */

static struct app *open_app(
	const char *profile, int rotation_deg, const struct touch_matrix *touch)
{
	struct app_setup setup = scene_setup(layout_profile_find(profile), false, 1);
	struct app *app;

	setup.rotation_deg = rotation_deg;
	setup.touch = touch;
	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	stage_settle(app, T0);
	stage_go(app, "display", "", T0);
	assert_true(stage_tap(app, "calibrate", T0 + S));
	assert_string_equal(view_screen_name(app_view(app, 0)), "touch");
	return app;
}

static const char *screen_of(struct app *app)
{
	return view_screen_name(app_view(app, 0));
}

static bool has_button(struct app *app, const char *name)
{
	return widgets_find_name(&app_view(app, 0)->ui.widgets, name) != NULL;
}

/* Touch mark `i` where it is; returns the time after it. */
static int64_t touch_at(
	struct app *app, const struct touch_matrix *skew, int i, int64_t now_ns)
{
	double u, v;

	touch_mark(i, &u, &v);
	stage_finger_tap(app, skew, u, v, now_ns);
	return now_ns + S;
}

static int64_t touch_all(
	struct app *app, const struct touch_matrix *skew, int64_t now_ns)
{
	for (int i = 0; i < TOUCH_N_MARKS; i++)
		now_ns = touch_at(app, skew, i, now_ns);
	return now_ns;
}

/* The finger on the middle of a button, on that panel. */
static void press(struct app *app, const struct touch_matrix *skew, const char *name,
	int64_t now_ns)
{
	const struct layout_display *d = &app_view(app, 0)->ui.display;
	const struct widget *w;

	stage_settle(app, now_ns);
	w = widgets_find_name(&app_view(app, 0)->ui.widgets, name);
	assert_non_null(w);
	stage_finger_tap(app, skew, (w->rect.x + w->rect.w / 2.0) / d->w,
		(w->rect.y + w->rect.h / 2.0) / d->h, now_ns);
}

/* Answer the wish to keep it, as the loop does. */
static void answer_keep(struct app *app, bool ok, const char *text, int64_t now_ns)
{
	const struct app_ask *ask = app_next_run(app);
	json_t *result = json_pack("{s:b, s:s}", "ok", ok, "text", text);

	assert_non_null(ask);
	assert_int_equal(ask->run.program, RUN_KEEP_TOUCH);
	app_answered(app, ask->id, result, 0, NULL, now_ns);
	json_decref(result);
	stage_settle(app, now_ns);
}

/* How far a touch lands from where the finger is, mm, at worst over the panel. */
static double worst_mm(struct app *app, const struct touch_matrix *skew)
{
	const struct layout_display *d = &app_view(app, 0)->ui.display;
	double worst = 0;

	for (int i = 0; i <= 10; i++)
		for (int k = 0; k <= 10; k++) {
			double u = i / 10.0, v = k / 10.0, nx, ny;
			int x, y;
			layout_panel_at(app->setup.rotation_deg, u, v, &nx, &ny);
			touch_apply(skew, &nx, &ny);
			touch_apply(&app->touch.now, &nx, &ny);
			layout_touch_px(
				d->w, d->h, app->setup.rotation_deg, nx, ny, &x, &y);
			worst = fmax(worst,
				hypot(x + 0.5 - u * d->w, y + 0.5 - v * d->h) / d->ppm);
		}
	return worst;
}

/* Panels as they come, and however the picture is turned: afterwards every touch lands within a millimetre. */
static void panels_are_put_right(void **state)
{
	static const struct touch_matrix skews[] = {
		{ { 1, 0, 0, 0, 1, 0 } }, { { -1, 0, 1, 0, 1, 0 } }, /* mirrored */
		{ { 0, -1, 1, 1, 0, 0 } },                    /* a quarter turn */
		{ { 0, 1, 0, 1, 0, 0 } },                     /* swapped */
		{ { 0.86, 0.05, 0.06, -0.04, 0.9, 0.05 } },   /* askew */
		{ { -0.02, -0.91, 0.96, 0.88, 0.03, 0.05 } }, /* all of it */
	};
	static const char *const profiles[] = { "800x480", "720x1280" };

	(void)state;
	for (int rotation_deg = 0; rotation_deg < 360; rotation_deg += 90)
		for (size_t i = 0; i < sizeof(skews) / sizeof(skews[0]); i++) {
			struct app *app = open_app(profiles[i % 2], rotation_deg, NULL);
			int64_t now_ns = touch_all(app, &skews[i], T0 + 2 * S);

			assert_true(has_button(app, "keep"));
			press(app, &skews[i], "keep", now_ns);
			answer_keep(app, true, "/there", now_ns + S);
			assert_true(app->touch.until_ns == 0);
			assert_true(worst_mm(app, &skews[i]) < 0.3);
			press(app, &skews[i], "done", now_ns + 2 * S);
			assert_string_equal(screen_of(app), "display");
			app_tick(app, now_ns + 60 * S);
			assert_true(worst_mm(app, &skews[i]) < 0.3);
			app_free(app);
		}
}

/* A panel that is wrong in force already makes no difference: what counts is what the panel says. */
static void a_wrong_matrix_is_no_hindrance(void **state)
{
	static const struct touch_matrix skew = { { 0, 1, 0, 1, 0, 0 } };
	static const struct touch_matrix wrong = { { 0.2, 0, 0, 0, 0.2, 0.4 } };
	struct app *app = open_app("800x480", 0, &wrong);
	int64_t now_ns = touch_all(app, &skew, T0 + 2 * S);

	(void)state;
	press(app, &skew, "keep", now_ns);
	answer_keep(app, true, "/there", now_ns + S);
	assert_true(worst_mm(app, &skew) < 0.3);
	app_free(app);
}

static void assert_as_before(const struct app *app)
{
	assert_memory_equal(&app->touch.now, &TOUCH_IDENTITY, sizeof(app->touch.now));
	assert_true(app->touch.until_ns == 0);
}

/* Nobody keeps it, somebody leaves, the station locks meanwhile: as before, by itself. */
static void what_is_not_kept_goes_back(void **state)
{
	static const struct touch_matrix skew = { { -1, 0, 1, 0, 1, 0 } };

	(void)state;
	for (int how = 0; how < 4; how++) {
		struct app *app = open_app("800x480", 0, NULL);
		int64_t now_ns = touch_all(app, &skew, T0 + 2 * S);

		assert_true(worst_mm(app, &skew) < 0.3);
		if (how == 1)
			stage_key(app, INPUT_KEY_ESCAPE, now_ns);
		if (how == 2)
			press(app, &skew, "undo", now_ns);
		if (how == 3) {
			view_lock(app_view(app, 0));
			stage_settle(app, now_ns);
			assert_string_equal(screen_of(app), "lock");
		}
		if (how == 0 || how == 3) {
			app_tick(app, now_ns + 13 * S);
			assert_true(worst_mm(app, &skew) < 0.3);
			now_ns += 16 * S;
			stage_settle(app, now_ns);
		}
		assert_as_before(app);
		assert_null(app_next_run(app));
		if (how == 0)
			assert_false(has_button(app, "keep"));
		app_free(app);
	}
}

/* Where the panel is not what was touched, Keep cannot be hit: only what is right can be kept. */
static void only_what_is_right_is_kept(void **state)
{
	static const struct touch_matrix mirrored = { { -1, 0, 1, 0, 1, 0 } };
	struct app *app = open_app("800x480", 0, NULL);
	int64_t now_ns = touch_all(app, &mirrored, T0 + 2 * S);

	(void)state;
	/* the finger on the other end of the screen, as the panel was before */
	press(app, &TOUCH_IDENTITY, "keep", now_ns);
	assert_null(app_next_run(app));
	app_free(app);
}

static void what_cannot_be_written_is_said(void **state)
{
	static const struct touch_matrix skew = { { -1, 0, 1, 0, 1, 0 } };
	struct app *app = open_app("800x480", 0, NULL);
	int64_t now_ns = touch_all(app, &skew, T0 + 2 * S);
	const struct draw_list *list = &app_view(app, 0)->ui.list;
	bool said = false;

	(void)state;
	press(app, &skew, "keep", now_ns);
	answer_keep(app, false, "/etc/x: no", now_ns + S);
	for (int i = 0; i < list->n_commands; i++)
		said |= list->commands[i].kind == DRAW_TEXT &&
			strstr(draw_text_of(list, &list->commands[i]), "/etc/x") !=
				NULL;
	assert_true(said);
	assert_true(worst_mm(app, &skew) < 0.3); /* in force all the same */
	app_free(app);
}

/* --- fingers ---------------------------------------------------------------------------------- */

static void two_fingers_slides_and_bounces_do_not_count(void **state)
{
	const struct touch_matrix *skew = &TOUCH_IDENTITY;
	struct app *app = open_app("800x480", 0, NULL);
	struct input_event mouse = { .kind = INPUT_POINTER_DOWN, .x = 100, .y = 60 };
	int64_t now_ns = T0 + 2 * S;

	(void)state;
	/* two at once */
	stage_finger(app, skew, INPUT_POINTER_DOWN, 1, 0.1, 0.1, now_ns);
	stage_finger(app, skew, INPUT_POINTER_DOWN, 2, 0.7, 0.7, now_ns);
	stage_finger(app, skew, INPUT_POINTER_UP, 1, 0.1, 0.1, now_ns + 50 * MS);
	stage_finger(app, skew, INPUT_POINTER_UP, 2, 0.7, 0.7, now_ns + 60 * MS);
	/* one that slides */
	now_ns += S;
	stage_finger(app, skew, INPUT_POINTER_DOWN, 1, 0.1, 0.1, now_ns);
	stage_finger(app, skew, INPUT_POINTER_MOVE, 1, 0.2, 0.2, now_ns + 20 * MS);
	stage_finger(app, skew, INPUT_POINTER_UP, 1, 0.2, 0.2, now_ns + 60 * MS);
	/* a mouse, and an up without a down */
	app_event(app, 0, &mouse, now_ns + 200 * MS);
	mouse.kind = INPUT_POINTER_UP;
	app_event(app, 0, &mouse, now_ns + 300 * MS);
	stage_finger(app, skew, INPUT_POINTER_UP, 9, 0.5, 0.5, now_ns + 400 * MS);
	/* the first bounces; the finger trembles within what is allowed */
	now_ns = touch_at(app, skew, 0, now_ns + S);
	stage_finger_tap(app, skew, 0.3, 0.3, now_ns - 800 * MS);
	for (int i = 1; i < TOUCH_N_MARKS; i++) {
		double u, v;
		assert_false(has_button(app, "keep"));
		touch_mark(i, &u, &v);
		stage_finger(app, skew, INPUT_POINTER_DOWN, 1, u + 0.005, v, now_ns);
		stage_finger(app, skew, INPUT_POINTER_MOVE, 1, u - 0.005, v,
			now_ns + 20 * MS);
		stage_finger(app, skew, INPUT_POINTER_UP, 1, u, v, now_ns + 60 * MS);
		stage_settle(app, now_ns + 60 * MS);
		now_ns += S;
	}
	assert_true(has_button(app, "keep"));
	assert_true(worst_mm(app, skew) < 0.3);
	app_free(app);
}

static void a_refusal_can_be_tried_again(void **state)
{
	const struct touch_matrix *skew = &TOUCH_IDENTITY;
	struct app *app = open_app("800x480", 0, NULL);
	int64_t now_ns = T0 + 2 * S;

	(void)state;
	for (int i = 0; i < TOUCH_N_MARKS; i++, now_ns += S)
		stage_finger_tap(app, skew, 0.4, 0.4, now_ns);
	assert_true(has_button(app, "again"));
	assert_as_before(app);
	assert_true(stage_tap(app, "again", now_ns));
	now_ns = touch_all(app, skew, now_ns + S);
	assert_true(has_button(app, "keep"));
	app_free(app);
}

static void nobody_there_ends_it(void **state)
{
	struct app *app = open_app("800x480", 0, NULL);

	(void)state;
	touch_at(app, &TOUCH_IDENTITY, 0, T0 + 2 * S);
	stage_settle(app, T0 + 20 * S);
	assert_string_equal(screen_of(app), "touch");
	stage_settle(app, T0 + 40 * S);
	assert_string_equal(screen_of(app), "display");
	assert_as_before(app);
	app_free(app);
}

/* --- the file --------------------------------------------------------------------------------- */

static int setup_folder(void **state)
{
	static char path[64];

	snprintf(path, sizeof(path), "/tmp/stance-touch-XXXXXX");
	*state = mkdtemp(path);
	return *state ? setenv("XDG_CONFIG_HOME", path, 1) : -1;
}

static int teardown_folder(void **state)
{
	folder_remove(*state);
	unsetenv("XDG_CONFIG_HOME");
	return 0;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* What a program would start with. */
static struct touch_matrix kept_now(void)
{
	static struct settings s;
	struct touch_matrix t;
	char message[256];

	settings_init(&s);
	assert_int_equal(settings_load(&s, NULL, message, sizeof(message)), 0);
	assert_int_equal(
		touch_parse(settings_text(&s, SETTINGS_DISPLAY_TOUCH_MATRIX), &t), 0);
	return t;
}

static void it_is_kept_and_replaced(void **state)
{
	const struct touch_matrix first = { { -1, 0, 1, 0, 1, 0 } },
				  second = { { 0.5, 0.25, 0, 0, 1, 0.125 } };
	const char *folder = *state;
	char text[700], wanted[700];
	struct touch_matrix t;

	snprintf(wanted, sizeof(wanted), "%s/stance/stance.conf.d/90-touch.conf",
		folder);
	assert_int_equal(keep_touch(&first, NULL, text, sizeof(text)), 0);
	assert_string_equal(text, wanted);
	t = kept_now();
	assert_memory_equal(&t, &first, sizeof(t));
	assert_int_equal(keep_touch(&second, NULL, text, sizeof(text)), 0);
	t = kept_now();
	assert_memory_equal(&t, &second, sizeof(t));
}

/* Where the next start would not use it, it says so and leaves no trace. */
static void what_overrides_it_is_named(void **state)
{
	const struct touch_matrix mine = { { -1, 0, 1, 0, 1, 0 } };
	const char *folder = *state;
	char text[700], path[700];
	struct stat seen;

	assert_int_equal(
		keep_touch(&mine, "/srv/one.conf", text, sizeof(text)), -EPERM);
	assert_non_null(strstr(text, "/srv/one.conf"));
	assert_int_equal(keep_touch(&mine, NULL, text, sizeof(text)), 0);
	snprintf(path, sizeof(path), "%s/stance/stance.conf.d/95-other.conf", folder);
	write_file(path, "[display]\ntouch_matrix = 0 1 0 1 0 0\n");
	assert_int_equal(
		keep_touch(&TOUCH_IDENTITY, NULL, text, sizeof(text)), -EINVAL);
	assert_non_null(strstr(text, "95-other.conf:2"));
	assert_int_equal(unlink(path), 0);
	/* the one that was kept before is still there */
	assert_true(kept_now().m[0] == -1);
	snprintf(path, sizeof(path), "%s/stance/stance.conf.d/90-touch.conf.part",
		folder);
	assert_int_equal(stat(path, &seen), -1);
}

static void no_folder_is_said(void **state)
{
	const char *folder = *state;
	char text[700], path[600];

	snprintf(path, sizeof(path), "%s/stance", folder);
	write_file(path, "a file where a folder should be\n");
	assert_int_equal(
		keep_touch(&TOUCH_IDENTITY, NULL, text, sizeof(text)), -ENOTDIR);
	assert_non_null(strstr(text, "90-touch.conf"));
}

int main(void)
{
#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, setup_folder, teardown_folder)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_marks_fit),
		cmocka_unit_test(a_finger_elsewhere_is_refused),
		cmocka_unit_test(one_place_is_no_matrix),
		cmocka_unit_test(panels_are_put_right),
		cmocka_unit_test(a_wrong_matrix_is_no_hindrance),
		cmocka_unit_test(what_is_not_kept_goes_back),
		cmocka_unit_test(only_what_is_right_is_kept),
		cmocka_unit_test(what_cannot_be_written_is_said),
		cmocka_unit_test(two_fingers_slides_and_bounces_do_not_count),
		cmocka_unit_test(a_refusal_can_be_tried_again),
		cmocka_unit_test(nobody_there_ends_it),
		WITH_FOLDER(it_is_kept_and_replaced),
		WITH_FOLDER(what_overrides_it_is_named),
		WITH_FOLDER(no_folder_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
