/* The patient's screens, hands-free: what steps on the mat, time and the daemon's documents bring and take away.
 * Without a window, with a fake daemon. Figures computed by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCENE_SECONDS 0.5
#include "tests/ui/stage.h"
#include "ui/screens/far_parts.h"
#include "ui/screens/plain.h"
#include "ui/screens/shared.h"

#define MS INT64_C(1000000)

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

static int64_t now;
static uint64_t seq;

static struct app *open_app(void)
{
	struct app_setup setup = scene_setup(layout_profile_find("800x480"), true, 1);
	struct app *app;

	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	app_connected(app, SCENE_START);
	now = scene_play_empty(app, false);
	seq = 1;
	return app;
}

static const char *screen_of(struct app *app)
{
	return view_screen_name(app_view(app, 0));
}

/* Ten samples a second of a mat with somebody on it, or nobody. */
static void pass(struct app *app, double seconds, bool stands)
{
	struct scene person = scene_person();

	for (int i = 0; i < (int)lrint(10 * seconds); i++) {
		struct stance_sample sample = sample_absent();
		now += 100 * MS;
		if (stands) {
			scene_make(&person, i / 10.0, now, seq);
			sample = person.sample;
		} else {
			sample.force_n = 0;
		}
		sample.t_ns = now;
		sample.seq = seq++;
		model_sample(&app->model, &sample, now);
		app_tick(app, now);
	}
	stage_settle(app, now);
}

static const char attract[] = "{\"state\":\"attract\",\"say\":\"Step on to begin.\"}";

/* --- in plain words -------------------------------------------------------------------------- */

/* 10 mm of 200 mm: 55 parts of 100. Knee: 2.14 x 0.55 and 1.07 + 3.04 x 0.05 over 1.07. Pelvis: 10 mm / 0.855.
 * Back: 0.01 / (0.07 x 0.85). */
static void test_figures(void **state)
{
	struct plain_figures f = plain_compute();

	(void)state;
	assert_float_equal((float)f.left_pct, 45, 1e-4F);
	assert_float_equal((float)f.right_pct, 55, 1e-4F);
	assert_float_equal((float)f.knee_low, 10, 1e-4F);
	assert_float_equal((float)f.knee_high, 14.2, 0.05F);
	assert_float_equal((float)f.pelvis_mm, 11.7, 0.1F);
	assert_float_equal((float)f.back_pct, 16.8, 0.05F);
}

static void test_pages_come_and_go_by_themselves(void **state)
{
	struct app *app = open_app();

	(void)state;
	pass(app, 29, false);
	assert_string_equal(screen_of(app), "live-far");
	pass(app, 2, false);
	assert_string_equal(screen_of(app), "plain");
	/* ten pages of 12 s */
	pass(app, 110, false);
	assert_string_equal(screen_of(app), "plain");
	pass(app, 12, false);
	assert_string_equal(screen_of(app), "live-far");
	pass(app, 31, false);
	assert_string_equal(screen_of(app), "plain");
	pass(app, 0.5, true);
	assert_string_equal(screen_of(app), "live-far");
	app_free(app);
}

static void feed_empty(struct app *app)
{
	struct stance_sample sample = sample_absent();

	sample.force_n = 0;
	sample.t_ns = now;
	sample.seq = seq++;
	model_sample(&app->model, &sample, now);
}

/* A page begins to move after a second and rests when it has; one that shows no movement is painted once. So most of an
 * idle station's time nothing is painted, though statuses come and what is shared is asked for. */
static void test_pages_are_painted_where_they_move(void **state)
{
	struct app *app = open_app();
	struct status_document status = scene_status("streaming", false);
	int n_painted = 0, n_moving = 0;
	uint64_t shown = 0;

	(void)state;
	for (int page = 0; page < PLAIN_N_PAGES; page++)
		n_moving += plain_moves((enum plain_page)page);
	pass(app, 31, false);
	for (int i = 0; strcmp(screen_of(app), "plain") == 0; i++) {
		assert_true(i < 120 * 50);
		now += 20 * MS;
		if (i % 50 == 0)
			model_status(&app->model, &status, now);
		if (i % 5 == 0)
			feed_empty(app);
		app_tick(app, now);
		if (!app_needs_draw(app, 0, now))
			continue;
		app_draw(app, 0, now);
		n_painted += draw_fingerprint(&app_view(app, 0)->ui.list) != shown;
		shown = draw_fingerprint(&app_view(app, 0)->ui.list);
	}
	/* every 80 ms of three seconds, and with each status in them; no fewer than an eye sees as one movement */
	assert_in_range(n_painted, PLAIN_N_PAGES + 25 * n_moving,
		PLAIN_N_PAGES + 42 * n_moving);
	app_free(app);
}

static void test_waiting_for_training_too(void **state)
{
	struct app *app = open_app();

	(void)state;
	assert_true(stage_tell(app, "training", attract, now));
	assert_string_equal(screen_of(app), "train");
	for (int i = 0; i < 31; i++) {
		assert_true(stage_tell(app, "training", attract, now));
		pass(app, 1, false);
	}
	assert_string_equal(screen_of(app), "plain");
	/* somebody steps on: the daemon goes on to the placement */
	assert_true(stage_tell(app, "training", "{\"state\":\"placement\"}", now));
	assert_string_equal(screen_of(app), "train");
	app_free(app);
}

static void test_asked_for_they_are_turned_by_steps(void **state)
{
	struct app *app = open_app();

	(void)state;
	stage_key(app, 'p', now);
	assert_string_equal(screen_of(app), "plain");
	for (int i = 0; i < PLAIN_N_PAGES; i++) {
		assert_string_equal(screen_of(app), "plain");
		pass(app, 0.5, false);
		pass(app, 0.5, true);
	}
	assert_string_equal(screen_of(app), "live-far");
	/* a measurement goes first */
	stage_key(app, 'p', now);
	assert_string_equal(screen_of(app), "plain");
	assert_true(stage_tell(app, "trial", "{\"state\":\"waiting\"}", now));
	assert_string_equal(screen_of(app), "mirror");
	app_free(app);
}

/* --- what was shared ------------------------------------------------------------------------- */

/* One group of eyes-open stance: the share, asymmetry and sway with what they were before. */
static json_t *results_of(const char *asymmetry_larger, double asymmetry,
	const char *sway_larger, double sway)
{
	json_t *rows =
		json_pack("[{s:s, s:f}, {s:s, s:f, s:f, s:s}, {s:s, s:f, s:f, s:s}]",
			"key", "left_frac", "value", 0.5 - asymmetry / 200, "key",
			"asymmetry_pct", "value", asymmetry, "previous", 20.0, "larger",
			asymmetry_larger, "key", "mean_velocity_mm_s", "value", sway,
			"previous", 10.0, "larger", sway_larger);

	assert_non_null(rows);
	return json_pack("{s:[{s:s, s:n, s:o}], s:[]}", "groups", "protocol",
		"quiet-eo", "phase", "rows", rows, "findings");
}

static void check_said(const char *asymmetry_larger, double asymmetry,
	const char *sway_larger, double sway, const char *const *expected, int n)
{
	struct shared_thing things[SHARED_MAX];
	json_t *results = results_of(asymmetry_larger, asymmetry, sway_larger, sway);

	assert_int_equal(shared_things(results, things), n);
	for (int i = 0; i < n; i++)
		assert_string_equal(things[i].few, expected[i]);
	json_decref(results);
}

/* Better or less is said where the daemon calls a change larger than the error of measurement, and nowhere else. */
static void test_progress_beyond_the_error_only(void **state)
{
	const char *const plain[] = { "About 41 % left, 59 % right." };
	const char *const same[] = { plain[0], "About as steady as last time." };
	const char *const worse[] = { plain[0], "More sway than last time." };
	const char *const better[] = { "About 45 % left, 55 % right.",
		"More even than last time.", "Steadier than last time." };
	const char *const less[] = { "About 35 % left, 65 % right.",
		"Less even than last time." };

	(void)state;
	check_said("no", 18, "unknown", 6, plain, 1);
	check_said("unknown", 18, "no", 9, same, 2);
	check_said("no", 18, "yes", 14, worse, 2);
	check_said("yes", 10, "yes", 6, better, 3);
	check_said("yes", 30, "unknown", 6, less, 2);
	/* as uneven as before, to the other side: neither */
	check_said("yes", -20, "unknown", 6,
		(const char *[]){ "About 60 % left, 40 % right." }, 1);
	assert_int_equal(
		shared_things(NULL, (struct shared_thing[SHARED_MAX]){ 0 }), 0);
}

static const char shared[] =
	"{\"of\":\"visit\",\"groups\":[{\"protocol\":\"quiet-eo\",\"rows\":[{\"key\":"
	"\"left_frac\",\"value\":0.57}]}]}";

static void test_shared_until_taken_back(void **state)
{
	static const char *const yes[] = { "visit.shared", shared, NULL };
	static const char *const no[] = { "visit.shared", "null", NULL };
	struct app *app = open_app();

	(void)state;
	stage_serve(app, yes, now);
	assert_string_equal(screen_of(app), "shared");
	/* a training is done meanwhile; afterwards it is there again */
	assert_true(stage_tell(app, "training", "{\"state\":\"placement\"}", now));
	assert_string_equal(screen_of(app), "train");
	assert_true(stage_tell(app, "training", "{\"state\":\"off\"}", now));
	pass(app, 4, false);
	stage_serve(app, yes, now);
	assert_string_equal(screen_of(app), "shared");
	pass(app, 4, false);
	stage_serve(app, no, now);
	assert_string_equal(screen_of(app), "live-far");
	app_free(app);
}

/* --- what sounds ------------------------------------------------------------------------------- */

static void tell_beat(struct app *app, double beat, bool silent)
{
	char text[200];

	snprintf(text, sizeof(text),
		"{\"state\":\"exercise\",\"exercise\":\"metronome\",\"silent\":%s,"
		"\"picture\":{\"kind\":\"track\",\"beat_frac\":%.2f}}",
		silent ? "true" : "false", beat);
	assert_true(stage_tell(app, "training", text, now));
}

/* One sound at each beat: where a new round of the time between beats begins. None where nothing may sound. */
static void test_beats_are_heard(void **state)
{
	struct app *app = open_app();
	int begun;

	(void)state;
	app->sound.on = true;
	tell_beat(app, 0.1, false);
	tell_beat(app, 0.1, false);
	begun = app->sound.n_started;
	for (int i = 2; i <= 40; i++)
		tell_beat(app, i % 10 / 10.0, false);
	assert_int_equal(app->sound.n_started - begun, 4);
	for (int i = 1; i <= 40; i++)
		tell_beat(app, i % 10 / 10.0, true);
	assert_int_equal(app->sound.n_started - begun, 4);
	app_free(app);
}

/* --- prompts --------------------------------------------------------------------------------- */

static void tell_trial(
	struct app *app, const char *state, const char *cue, double left_s)
{
	char text[200];

	snprintf(text, sizeof(text),
		"{\"state\":\"%s\",\"cue\":\"%s\",\"remaining_s\":%.1f}", state, cue,
		left_s);
	assert_true(stage_tell(app, "trial", text, now));
}

static void assert_named(struct app *app, int n, const char *name)
{
	assert_string_equal(app->sound.named, name);
	assert_int_equal(app->sound.n_named, n);
}

/* The instruction once, while it waits; between parts after the end motif, if there is time; never while it
 * measures; thanks at the end. What there is no file for is asked for, and nothing happens. */
static void test_trial_is_said(void **state)
{
	struct app *app = open_app();

	(void)state;
	app->sound.on = true;
	tell_trial(app, "waiting", "eo", 0); /* which brings the screen */
	tell_trial(app, "waiting", "eo", 0);
	assert_named(app, 1, "eo");
	tell_trial(app, "waiting", "eo", 0);
	tell_trial(app, "settling", "eo", 5);
	tell_trial(app, "measuring", "eo", 30);
	assert_named(app, 1, "eo");
	assert_true(app->sound.silent);
	tell_trial(app, "settling", "ec", 5);
	assert_named(app, 2, "ec");
	tell_trial(app, "measuring", "ec", 30);
	tell_trial(app, "settling", "wait-word", 3); /* no time for it */
	tell_trial(app, "measuring", "front", 8);
	assert_named(app, 2, "ec");
	tell_trial(app, "storing", "open-eyes", 0);
	tell_trial(app, "stored", "open-eyes", 0);
	assert_named(app, 3, "open-eyes");
	assert_ptr_equal(app->sound.playing.samples, app->sound.motifs[SOUND_END]);
	app_free(app);
}

/* A training's cue, once for each that is new, and after its motif; the pages only if they were asked for. */
static void test_training_and_pages_are_said(void **state)
{
	struct app *app = open_app();

	(void)state;
	app->sound.on = true;
	pass(app, 31, false);
	assert_string_equal(screen_of(app), "plain");
	assert_int_equal(app->sound.n_named, 0);
	pass(app, 0.5, true);
	stage_key(app, 'p', now);
	assert_named(app, 1, "plain-feet");
	pass(app, 12.5, false);
	assert_named(app, 2, "plain-side");
	for (int i = 0; i < 2; i++)
		assert_true(stage_tell(app, "training",
			"{\"state\":\"placement\",\"cue\":\"edge\",\"silent\":false}",
			now));
	assert_named(app, 3, "edge");
	assert_true(stage_tell(app, "training",
		"{\"state\":\"exercise\",\"cue\":\"hold-dot\",\"silent\":true}", now));
	assert_named(app, 3, "edge");
	assert_true(stage_tell(app, "training",
		"{\"state\":\"pause\",\"cue\":\"back-on\",\"silent\":false}", now));
	assert_named(app, 4, "back-on");
	assert_ptr_equal(app->sound.playing.samples, app->sound.motifs[SOUND_STOP]);
	app_free(app);
}

/* --- eyes closed ----------------------------------------------------------------------------- */

static void tell_tone(struct app *app, const char *exercise, const char *state,
	double volume, bool silent)
{
	char text[400];

	snprintf(text, sizeof(text),
		"{\"state\":\"%s\",\"exercise\":\"%s\",\"silent\":%s,\"cue\":\"\","
		"\"count\":0,\"picture\":{\"kind\":\"tone\",\"tone\":{"
		"\"volume_frac\":%.2f,\"pitch_hz\":800,\"pan_frac\":-0.5,"
		"\"reed_frac\":0.5,\"flutter_frac\":0}}}",
		state, exercise, silent ? "true" : "false", volume);
	assert_true(stage_tell(app, "training", text, now));
}

static void tick_after(struct app *app, int ms)
{
	now += ms * MS;
	app_tick(app, now);
}

/* What the engine asks for is what sounds, in the exercise with closed eyes alone; within what is measured
 * nothing does. */
static void test_tone_is_heard_by_ear_only(void **state)
{
	struct app *app = open_app();
	struct sound *sound = &app->sound;

	(void)state;
	sound->on = true;
	tell_tone(app, "by-ear", "exercise", 0.4, false); /* which brings the screen */
	tell_tone(app, "by-ear", "exercise", 0.4, false);
	tick_after(app, 10);
	assert_true(sound->feedback);
	assert_float_equal((float)sound->asked.volume_frac, 0.4F, 1e-6F);
	assert_float_equal((float)sound->asked.pitch_hz, 800, 1e-6F);
	assert_float_equal((float)sound->asked.pan_frac, -0.5F, 1e-6F);
	assert_float_equal((float)sound->asked.reed_frac, 0.5F, 1e-6F);
	tell_tone(app, "by-ear", "exercise", 0.4, true);
	assert_false(sound->feedback || sound_is_heard(sound));
	tell_tone(app, "by-ear", "exercise", 0.4, false);
	assert_true(sound->feedback);
	tell_tone(app, "hold-dot", "exercise", 0.4, false);
	assert_false(sound->feedback);
	tell_tone(app, "by-ear", "exercise", 0.4, false);
	tell_tone(app, "by-ear", "pause", 0.4, false);
	assert_false(sound->feedback);
	tell_tone(app, "by-ear", "exercise", 0.4, false);
	/* a trial measures after it: its screen is silent, and no tone is left */
	assert_true(stage_tell(app, "training", "{\"state\":\"off\"}", now));
	for (int i = 0; i < 2; i++)
		assert_true(stage_tell(app, "trial", "{\"state\":\"measuring\"}", now));
	assert_string_equal(screen_of(app), "mirror");
	assert_false(sound->feedback || sound_is_heard(sound));
	assert_true(sound->silent);
	app_free(app);
}

/* Documents that stay away end the tone, audibly: silence would say that she stands well. */
static void test_tone_does_not_outlive_the_daemon(void **state)
{
	struct app *app = open_app();
	int begun;

	(void)state;
	app->sound.on = true;
	for (int i = 0; i < 20; i++) {
		tell_tone(app, "by-ear", "exercise", 0.4, false);
		tick_after(app, 20);
	}
	begun = app->sound.n_started;
	tick_after(app, 250);
	assert_true(app->sound.feedback);
	tick_after(app, 100);
	assert_false(app->sound.feedback);
	assert_int_equal(app->sound.n_started, begun + 1);
	tick_after(app, 500);
	assert_int_equal(app->sound.n_started, begun + 1);
	app_free(app);
}

/* It is announced by a short note nine seconds before, begins and ends with the motifs. */
static void test_closed_eyes_are_announced(void **state)
{
	static const char said[] = "{\"state\":\"countdown\",\"exercise\":\"by-ear\","
				   "\"silent\":false,\"cue\":\"\",\"count\":%d}";
	struct app *app = open_app();
	char text[200];
	int begun;

	(void)state;
	app->sound.on = true;
	assert_true(stage_tell(app, "training", "{\"state\":\"placement\"}", now));
	begun = app->sound.n_started;
	for (int count = 3; count >= 0; count--) {
		snprintf(text, sizeof(text), said, count == 3 ? 0 : count + 1);
		assert_true(stage_tell(app, "training", text, now));
		assert_int_equal(app->sound.n_started, begun + (count == 0 ? 2 : 1));
	}
	tell_tone(app, "by-ear", "exercise", 0, false);
	tell_tone(app, "by-ear", "reveal", 0, false);
	assert_int_equal(app->sound.n_started, begun + 3);
	assert_ptr_equal(app->sound.playing.samples, app->sound.motifs[SOUND_END]);
	app_free(app);
}

/* --- words for poor sight ---------------------------------------------------------------------- */

/* What is drawn of two texts in 455 x 400 pixels, joined; `*style` receives how. */
static const char *words_drawn(struct app *app, const char *text, const char *shorter,
	struct draw_style *style)
{
	static char out[200];
	struct view *v = app_view(app, 0);
	const char *const texts[] = { text, shorter };

	ui_begin(&v->ui, now += MS);
	far_words(v, (struct rect){ 0, 0, 455, 400 }, 60, 0, texts, 2);
	out[0] = '\0';
	*style = (struct draw_style){ 0 };
	for (int i = 0; i < v->ui.list.n_commands; i++) {
		const struct draw_command *c = &v->ui.list.commands[i];
		assert_true(c->rect.w <= 455);
		strcat(out, i > 0 ? "|" : "");
		strcat(out, draw_text_of(&v->ui.list, c));
		*style = c->style;
	}
	return out;
}

/* Three times the size on the 7-inch panel: 16 arc-minutes at 1.5 m are 51 pixels, asked for are 152, of which 455 have
 * room for 5 letters of 76. A word of 7 is set at 130 at most, one of 19 would need 47 and is broken at 51. */
static void test_words_are_whole_before_they_are_large(void **state)
{
	struct app_setup setup = scene_setup(layout_profile_find("800x480"), true, 3);
	struct draw_style style;
	struct app *app;

	(void)state;
	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	assert_string_equal(words_drawn(app, "Stand", "", &style), "Stand");
	assert_int_equal(style.size_px, 152);
	assert_false(style.smaller);
	assert_string_equal(words_drawn(app, "Balance", "", &style), "Balance");
	assert_in_range(style.size_px, 110, 130);
	assert_true(style.smaller);
	/* The one whose words have room as asked for, though it is the longer one. */
	assert_string_equal(
		words_drawn(app, "Lean back", "Balance", &style), "Lean|back");
	assert_int_equal(style.size_px, 152);
	assert_string_equal(words_drawn(app, "Gewichtsverlagerung", NULL, &style),
		"Gewichtsverlage-|rung");
	assert_int_equal(style.size_px, 51);
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_pages_come_and_go_by_themselves),
		cmocka_unit_test(test_pages_are_painted_where_they_move),
		cmocka_unit_test(test_waiting_for_training_too),
		cmocka_unit_test(test_asked_for_they_are_turned_by_steps),
		cmocka_unit_test(test_progress_beyond_the_error_only),
		cmocka_unit_test(test_shared_until_taken_back),
		cmocka_unit_test(test_beats_are_heard),
		cmocka_unit_test(test_trial_is_said),
		cmocka_unit_test(test_training_and_pages_are_said),
		cmocka_unit_test(test_tone_is_heard_by_ear_only),
		cmocka_unit_test(test_tone_does_not_outlive_the_daemon),
		cmocka_unit_test(test_closed_eyes_are_announced),
		cmocka_unit_test(test_words_are_whole_before_they_are_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
