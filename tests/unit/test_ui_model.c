/* What the screen believes and says: states by an injected clock, steadied numbers, words, and
 * the app from event to wish. No window: texts are measured by a fake. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/ui/stage.h"
#include "ui/app/mat_words.h"

#define MS SCENE_MS

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

static struct app *open_app(bool kiosk)
{
	struct app_setup setup = scene_setup(layout_profile_find("800x480"), false, 1);
	struct app *app;

	scene_measure(&setup, fake_measure, NULL);
	setup.kiosk = kiosk;
	app = app_new(&setup);
	assert_non_null(app);
	return app;
}

static const char *screen_name(struct app *app)
{
	return view_screen_name(app_view(app, 0));
}

/* Return true if the screens ask for a new zero; the request then counts as sent. */
static bool asks_zero(struct app *app)
{
	const struct app_ask *ask = app_next_ask(app);

	return ask && strcmp(ask->method, "mat.tare") == 0;
}

/* --- states -------------------------------------------------------------------------------- */

static void test_stale_within_300_ms(void **state)
{
	struct app *app = open_app(false);
	struct scene s = scene_person();
	int64_t t_ns = scene_play(app, &s, 1);

	(void)state;
	assert_int_equal(model_state(&app->model, t_ns), MODEL_LIVE);
	assert_int_equal(model_state(&app->model, t_ns + 249 * MS), MODEL_LIVE);
	app_draw(app, 0, t_ns);
	assert_false(app_needs_draw(app, 0, t_ns + 200 * MS));
	/* The loop is told when to look again, and by 300 ms the words are there. */
	assert_true(app_next_draw_ns(app, t_ns) <= t_ns + 250 * MS);
	assert_true(app_needs_draw(app, 0, t_ns + 251 * MS));
	app_draw(app, 0, t_ns + 251 * MS);
	assert_int_equal(app_view(app, 0)->state, MODEL_STALE);
	assert_true(stage_reads(app, "Frozen"));
	app_free(app);
}

static void test_states_follow_the_daemon(void **state)
{
	struct app *app = open_app(false);
	struct model *m = &app->model;
	struct scene s = scene_person();
	struct status_document status = scene_status("searching", false);
	int64_t t_ns = SCENE_START;

	(void)state;
	assert_int_equal(model_state(m, t_ns), MODEL_NO_DAEMON);
	model_connected(m, t_ns);
	assert_int_equal(model_state(m, t_ns), MODEL_WAITING);
	model_status(m, &status, t_ns);
	assert_int_equal(model_state(m, t_ns), MODEL_SEARCHING);
	t_ns = scene_play(app, &s, 1);
	assert_int_equal(model_state(m, t_ns), MODEL_LIVE);
	/* A sample still warm when the mat is lost, and searched for, is not live. */
	status = scene_status("lost", false);
	model_status(m, &status, t_ns + 10 * MS);
	assert_int_equal(model_state(m, t_ns + 10 * MS), MODEL_LOST);
	status = scene_status("searching", false);
	model_status(m, &status, t_ns + 20 * MS);
	assert_int_equal(model_state(m, t_ns + 20 * MS), MODEL_SEARCHING);
	/* But one that comes after the word is. */
	s.sample.t_ns += 3000 * MS;
	model_sample(m, &s.sample, t_ns + 30 * MS);
	assert_int_equal(model_state(m, t_ns + 30 * MS), MODEL_LIVE);
	model_disconnected(m, t_ns + 40 * MS);
	assert_int_equal(model_state(m, t_ns + 40 * MS), MODEL_NO_DAEMON);
	app_free(app);
}

/* What the terminal says when a screenshot has nothing to show: words, not our names of states. */
static void test_no_data_in_words(void **state)
{
	struct app *app = open_app(false);
	struct model *m = &app->model;
	struct status_document status = scene_status("searching", false);
	char text[512];

	(void)state;
	mat_words_no_data(m, MODEL_NO_DAEMON, text, sizeof(text));
	assert_non_null(strstr(text, "Stance is not running"));
	assert_non_null(strstr(text, "systemctl start stanced"));
	model_connected(m, SCENE_START);
	snprintf(status.mat_reason, sizeof(status.mat_reason), "Plug it in.");
	model_status(m, &status, SCENE_START);
	mat_words_no_data(m, MODEL_SEARCHING, text, sizeof(text));
	assert_string_equal(text, "Searching for the mat. Plug it in.");
	for (enum model_state s = MODEL_NO_DAEMON; s <= MODEL_LIVE; s++) {
		mat_words_no_data(m, s, text, sizeof(text));
		assert_null(strchr(text, '_'));
		assert_int_equal(text[strlen(text) - 1], '.');
		assert_null(strstr(text, ". ."));
	}
	app_free(app);
}

static void test_numbers_are_means_not_guesses(void **state)
{
	struct app *app = open_app(false);
	struct model *m = &app->model;
	struct stance_sample s = sample_absent();
	int64_t t_ns = SCENE_START;

	(void)state;
	s.cop_mm = (struct pos_mm){ 0, 0 };
	s.left_frac = 0.4;
	s.t_ns = t_ns;
	model_sample(m, &s, t_ns);
	assert_true(fabs(m->numbers.left_frac - 0.4) <
		    1e-9);                      /* the first is taken as it is */
	assert_true(isnan(m->numbers.mass_kg)); /* absent stays absent */
	s.left_frac = 0.6;
	for (int i = 0; i < 25; i++) {
		s.t_ns += 10 * MS;
		model_sample(m, &s, s.t_ns);
	}
	/* One time constant later: 0.4 + 0.2 (1 - 1/e). */
	assert_true(fabs(m->numbers.left_frac - (0.4 + 0.2 * (1 - exp(-1)))) < 1e-6);
	s.cop_mm.x = NAN;
	s.t_ns += 10 * MS;
	model_sample(m, &s, s.t_ns);
	assert_true(isnan(m->numbers.left_frac)); /* nobody there: no number */
	app_free(app);
}

static void test_flags_stay_long_enough_to_read(void **state)
{
	struct app *app = open_app(false);
	struct model *m = &app->model;
	struct stance_sample s = sample_absent();

	(void)state;
	s.flags = SAMPLE_GAP;
	s.t_ns = SCENE_START;
	model_sample(m, &s, SCENE_START);
	s.flags = 0;
	s.t_ns += 10 * MS;
	model_sample(m, &s, SCENE_START + 10 * MS);
	assert_int_equal(model_flags(m, SCENE_START + 900 * MS), SAMPLE_GAP);
	assert_int_equal(model_flags(m, SCENE_START + 1001 * MS), 0);
	app_free(app);
}

static void test_counts_scale_only_grows(void **state)
{
	struct app *app = open_app(false);
	uint16_t cells[4] = { 0, 900, 10, 0 };
	struct frame_document f = {
		.geometry = { 2, 2, 10, 10 }, .scale = 1, .cells = cells
	};

	(void)state;
	model_frame(&app->model, &f, SCENE_START);
	assert_true(fabsf(app->model.counts_top - 1024) < 0.5F);
	cells[1] = 3;
	model_frame(&app->model, &f, SCENE_START);
	assert_true(fabsf(app->model.counts_top - 1024) < 0.5F);
	f.geometry.n_rows = 5000; /* a hostile frame is ignored */
	model_frame(&app->model, &f, SCENE_START);
	assert_int_equal(app->model.geometry.n_rows, 2);
	app_free(app);
}

/* --- words --------------------------------------------------------------------------------- */

static void test_errors_are_rounded_up_and_honest(void **state)
{
	char text[64];

	(void)state;
	mat_words_u95(1.21, 1, "points", false, 0, text, sizeof(text));
	assert_string_equal(text, "±1.3 points");
	mat_words_u95(1.2, 1, "points", false, 0, text, sizeof(text));
	assert_string_equal(text, "±1.2 points");
	mat_words_u95(NAN, 1, "points", true, 0, text, sizeof(text));
	assert_string_equal(text, "not calibrated: error unknown");
	mat_words_u95(NAN, 1, "kg", false, 0, text, sizeof(text));
	assert_string_equal(text, "error unknown");
	/* A whole per cent cannot be surer than its rounding. */
	assert_true(mat_words_shown_u95(0, 1) > 0.5);
	assert_true(fabs(mat_words_shown_u95(3, 1) - sqrt(9 + 0.48)) < 1e-9);
	assert_true(isnan(mat_words_shown_u95(NAN, 1)));
}

static void test_every_flag_has_words_once(void **state)
{
	int n_more;

	(void)state;
	assert_null(mat_words_flags(0, false, &n_more));
	/* Said where the error is told, or by the state of the screen. */
	assert_null(
		mat_words_flags(SAMPLE_UNCALIBRATED | SAMPLE_STALE, false, &n_more));
	for (int i = 0; i < SAMPLE_N_FLAGS; i++) {
		uint32_t flag = 1U << i;
		if (flag == SAMPLE_UNCALIBRATED || flag == SAMPLE_STALE)
			continue;
		assert_non_null(mat_words_flags(flag, false, &n_more));
		assert_int_equal(n_more, 0);
	}
	assert_non_null(mat_words_flags(SAMPLE_EDGE | SAMPLE_GAP, true, &n_more));
	assert_int_equal(n_more, 2);
}

/* No unit of pressure and no kilograms on a mat that was never calibrated. */
static void test_no_kpa_without_calibration(void **state)
{
	struct app *app = open_app(false);

	(void)state;
	app_draw(app, 0, scene_named(app, "uncalibrated"));
	assert_false(stage_reads(app, "kPa"));
	assert_false(stage_reads(app, "kg"));
	assert_true(stage_reads(app, "counts"));
	assert_true(stage_reads(app, "error unknown"));
	app_free(app);
}

/* --- the app ------------------------------------------------------------------------------- */

static void press(struct app *app, int key, int64_t t_ns)
{
	const struct input_event down = { .kind = INPUT_KEY_DOWN, .key = key };
	const struct input_event up = { .kind = INPUT_KEY_UP, .key = key };

	app_event(app, 0, &down, t_ns);
	app_event(app, 0, &up, t_ns + 10 * MS);
}

static void test_zero_is_held(void **state)
{
	struct app *app = open_app(false);
	const struct input_event down = { .kind = INPUT_KEY_DOWN, .key = 'z' };
	const struct input_event up = { .kind = INPUT_KEY_UP, .key = 'z' };
	int64_t t_ns = scene_play_empty(app, false);

	(void)state;
	app_draw(app, 0, t_ns);
	press(app, 'z', t_ns);
	app_tick(app, t_ns + 2000 * MS);
	assert_false(asks_zero(app));
	app_event(app, 0, &down, t_ns + 3000 * MS);
	app_tick(app, t_ns + 4190 * MS);
	assert_false(asks_zero(app));
	app_tick(app, t_ns + 4200 * MS);
	assert_true(asks_zero(app));
	app_event(app, 0, &up, t_ns + 4300 * MS);
	app_free(app);
}

static void test_zero_needs_a_mat(void **state)
{
	struct app *app = open_app(false);
	const struct input_event down = { .kind = INPUT_KEY_DOWN, .key = 'z' };

	(void)state;
	app_draw(app, 0, SCENE_START);
	app_event(app, 0, &down, SCENE_START);
	app_tick(app, SCENE_START + 5000 * MS);
	assert_false(asks_zero(app));
	app_free(app);
}

static void test_keys(void **state)
{
	struct app *app = open_app(false), *kiosk = open_app(true);
	int64_t t_ns = SCENE_START;

	(void)state;
	app_draw(app, 0, t_ns);
	press(app, 'r', t_ns);
	assert_string_equal(screen_name(app), "live-far");
	press(app, 'r', t_ns);
	press(app, 'c', t_ns);
	assert_int_equal(app->map, COLORMAP_CIVIDIS);
	press(app, 'm', t_ns);
	assert_true(app->raw_cells);
	press(app, INPUT_KEY_F1, t_ns);
	assert_string_equal(screen_name(app), "help");
	press(app, 'q', t_ns); /* closes the help only */
	assert_false(app->quit);
	press(app, 'q', t_ns);
	assert_true(app->quit);
	press(kiosk, 'q', t_ns);
	press(kiosk, INPUT_KEY_ESCAPE, t_ns);
	assert_false(kiosk->quit);
	app_free(app);
	app_free(kiosk);
}

/* Nothing new: nothing drawn. */
static void test_idle_draws_nothing(void **state)
{
	struct app *app = open_app(false);
	struct status_document status = scene_status("searching", false);

	(void)state;
	model_connected(&app->model, SCENE_START);
	model_status(&app->model, &status, SCENE_START);
	app_draw(app, 0, SCENE_START);
	assert_false(app_needs_draw(app, 0, SCENE_START + 3600000 * MS));
	assert_true(app_next_draw_ns(app, SCENE_START) == INT64_MAX);
	app_set_clock(app, 5);
	assert_true(app_needs_draw(app, 0, SCENE_START));
	app_free(app);
}

static void feed_empty(struct app *app, struct scene *s, int64_t now_ns)
{
	s->sample.t_ns = now_ns;
	s->sample.seq++;
	model_sample(&app->model, &s->sample, now_ns);
	scene_feed_frame(app, s, now_ns);
}

/* An empty mat goes on saying so, ten times a second: nothing of it is drawn, and it is not stale. */
static void test_empty_mat_draws_nothing(void **state)
{
	struct app *app = open_app(false);
	struct scene s = scene_person();
	int64_t now_ns = scene_play_empty(app, false);

	(void)state;
	s.sample = sample_absent();
	memset(s.cells, 0, sizeof(s.cells));
	feed_empty(app, &s, now_ns += 100 * MS);
	app_draw(app, 0, now_ns);
	for (int i = 0; i < 100; i++) {
		feed_empty(app, &s, now_ns += 100 * MS);
		assert_false(app_needs_draw(app, 0, now_ns));
		assert_true(app_next_draw_ns(app, now_ns) == now_ns + MODEL_STALE_NS);
	}
	assert_true(app_needs_draw(app, 0, now_ns + MODEL_STALE_NS));
	app_draw(app, 0, now_ns + MODEL_STALE_NS);
	assert_int_equal(app_view(app, 0)->state, MODEL_STALE);
	/* and it is there again with the first sample */
	feed_empty(app, &s, now_ns += 400 * MS);
	assert_true(app_needs_draw(app, 0, now_ns));
	app_free(app);
}

/* What there is to be seen is drawn at once: a cell, a flag, somebody, and that he left. */
static void test_empty_mat_changes(void **state)
{
	struct app *app = open_app(false);
	struct scene s = scene_person(), person = s;
	int64_t now_ns = scene_play_empty(app, false);

	(void)state;
	s.sample = sample_absent();
	memset(s.cells, 0, sizeof(s.cells));
	for (int what = 0; what < 4; what++) {
		feed_empty(app, &s, now_ns += 100 * MS);
		app_draw(app, 0, now_ns);
		feed_empty(app, &s, now_ns += 100 * MS);
		assert_false(app_needs_draw(app, 0, now_ns));
		if (what == 0) {
			s.cells[77] = 3;
		} else if (what == 1) {
			s.sample.flags |= SAMPLE_OVERRUN;
		} else if (what == 2) {
			scene_make(&person, 1, now_ns, s.sample.seq);
			s.sample = person.sample;
		} else {
			scene_make(&person, 1.1, now_ns, s.sample.seq);
			model_sample(&app->model, &person.sample, now_ns += 100 * MS);
			app_draw(app, 0, now_ns);
		}
		feed_empty(app, &s, now_ns += 100 * MS);
		assert_true(app_needs_draw(app, 0, now_ns));
		s.sample = sample_absent();
	}
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stale_within_300_ms),
		cmocka_unit_test(test_states_follow_the_daemon),
		cmocka_unit_test(test_no_data_in_words),
		cmocka_unit_test(test_numbers_are_means_not_guesses),
		cmocka_unit_test(test_flags_stay_long_enough_to_read),
		cmocka_unit_test(test_counts_scale_only_grows),
		cmocka_unit_test(test_errors_are_rounded_up_and_honest),
		cmocka_unit_test(test_every_flag_has_words_once),
		cmocka_unit_test(test_no_kpa_without_calibration),
		cmocka_unit_test(test_zero_is_held),
		cmocka_unit_test(test_zero_needs_a_mat),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_idle_draws_nothing),
		cmocka_unit_test(test_empty_mat_draws_nothing),
		cmocka_unit_test(test_empty_mat_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
