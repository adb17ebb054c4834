/* The report on the screen: what is asked of the daemon and of stance-report, and when; the sheets and how one moves over
 * them; signing and amending, refused, lost and done. Without a window: texts are measured by a fake. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCENE_SECONDS 1
#include "tests/ui/stage.h"

#include "src/base/rng.h"
#include "ui/core/shrink.h"

#define MS   INT64_C(1000000)
#define T0   SCENE_START
#define HOLD (WIDGETS_HOLD_NS + 50 * MS)

static const char plan[] = "{\"visit\": 3, \"patient\": \"P-7\", \"signed\": 0}";
static const char nobody[] = "{\"reports\": [], \"total\": 0}";
static const char signers[] =
	"{\"reports\": [{\"visit\": 9, \"version\": 1, \"operator\": \"B. Lind\"},"
	"{\"visit\": 8, \"version\": 1, \"operator\": \"A. Weber\"},"
	"{\"visit\": 7, \"version\": 1, \"operator\": \"B. Lind\"},"
	"{\"visit\": 6, \"version\": 1, \"operator\": \"\"}], \"total\": 4}";
static const char two_versions[] =
	"{\"reports\": [{\"visit\": 3, \"version\": 2, \"operator\": \"B. Lind\","
	"\"signed_at\": \"2026-11-28T11:02:40+01:00\", \"sha256\": "
	"\"0123456789abcdef\"},"
	"{\"visit\": 3, \"version\": 1, \"operator\": \"A. Weber\", \"superseded\": "
	"true,"
	"\"signed_at\": \"2026-11-28T09:31:12+01:00\", \"sha256\": "
	"\"fedcba9876543210\"}],"
	"\"total\": 2}";
static const char shared_3[] = "{\"shared_visit\": 3}";
static const char shared_none[] = "{\"shared_visit\": null}";
static const char results[] =
	"{\"of\": \"visit\", \"groups\": [{\"protocol\": \"quiet-eo\", \"title\": "
	"\"Quiet\"}],"
	"\"trials\": [{\"id\": 5, \"protocol\": \"quiet-eo\", \"started\":"
	"\"2026-11-28T09:12:00+01:00\", \"used\": true, \"voided\": false},"
	"{\"id\": 6, \"protocol\": \"quiet-eo\", \"voided\": true},"
	"{\"id\": 7, \"protocol\": \"quiet-eo\", \"started\": "
	"\"2026-11-28T09:13:00+01:00\","
	"\"used\": false, \"voided\": false}]}";

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

static struct app *open_app_for(double low_vision)
{
	struct app_setup setup = scene_setup(layout_profile_at(0), false, low_vision);
	struct app *app;

	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	scene_named(app, "empty");
	return app;
}

static struct app *open_app(void)
{
	return open_app_for(1);
}

static void serve(struct app *app, const char *versions, const char *shared)
{
	const char *const answers[] = { "visit.plan", plan, "report.list", versions,
		"station.status", shared, "visit.results", results, NULL };

	stage_serve(app, answers, T0);
}

static bool has(struct app *app, const char *widget)
{
	stage_settle(app, T0);
	return widgets_find_name(&app_view(app, 0)->ui.widgets, widget) != NULL;
}

static bool is_enabled(struct app *app, const char *widget)
{
	const struct widget *w;

	stage_settle(app, T0);
	w = widgets_find_name(&app_view(app, 0)->ui.widgets, widget);
	assert_non_null(w);
	return w->enabled;
}

static bool says(struct app *app, const char *part)
{
	const struct draw_list *list = &app_view(app, 0)->ui.list;

	stage_settle(app, T0);
	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_TEXT &&
			strstr(draw_text_of(list, &list->commands[i]), part))
			return true;
	return false;
}

static const char *screen_of(struct app *app)
{
	return view_screen_name(app_view(app, 0));
}

/* Later by the finger's bounce each time. */
static void tap(struct app *app, const char *widget)
{
	static int64_t now_ns = T0;

	now_ns += 400 * MS;
	if (!stage_tap(app, widget, now_ns))
		fail_msg("no %s on the screen %s", widget, screen_of(app));
}

/* The next request of the daemon as text, which must be `method`; its id in `*id`. */
static const char *asked(struct app *app, const char *method, int64_t *id)
{
	const struct app_ask *ask;

	stage_settle(app, T0);
	ask = stage_next_ask(app, T0);
	assert_non_null(ask);
	assert_string_equal(ask->method, method);
	*id = ask->id;
	return ask->params;
}

static struct app *open_report_for(const char *versions, double low_vision)
{
	struct app *app = open_app_for(low_vision);

	stage_go(app, "report", "visit 3", T0);
	serve(app, versions, shared_none);
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	serve(app, versions, shared_none);
	return app;
}

static struct app *open_report(const char *versions)
{
	return open_report_for(versions, 1);
}

/* --- a picture made smaller --------------------------------------------------------------------- */

static void test_shrink(void **state)
{
	/* two by two, each block of four to one: (0 + 255 + 255 + 255) / 4 = 191.25 */
	static const uint32_t four[16] = { 0xff000000, 0xffffffff, 0xffff0000,
		0xffff0000, 0xffffffff, 0xffffffff, 0xffff0000, 0xffff0000, 0xff00ff00,
		0xff00ff00, 0xff0000ff, 0xff0000ff, 0xff00ff00, 0xff00ff00, 0xff0000ff,
		0xff0000ff };
	struct canvas out = { .pixels = NULL };

	(void)state;
	assert_int_equal(shrink_picture(&out, four, 4, 4, 2, 2), 0);
	assert_int_equal(out.pixels[0], 0xffbfbfbf);
	assert_int_equal(out.pixels[1], 0xffff0000);
	assert_int_equal(out.pixels[2], 0xff00ff00);
	assert_int_equal(out.pixels[3], 0xff0000ff);
	/* as it is */
	assert_int_equal(shrink_picture(&out, four, 4, 4, 4, 4), 0);
	assert_memory_equal(out.pixels, four, sizeof(four));
	/* three to two: the middle one counts half on both sides: (2 * 255 + 0) / 3 */
	assert_int_equal(shrink_picture(&out, &four[4], 3, 1, 2, 1), 0);
	assert_int_equal(out.pixels[0], 0xffffffff);
	assert_int_equal(out.pixels[1], 0xffff5555);
	canvas_fini(&out);
}

/* The mean brightness stays, whatever the sizes. */
static void test_shrink_keeps_the_mean(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int round = 0; round < 40; round++) {
		int w = 1 + (int)(rng_uniform(&rng) * 90),
		    h = 1 + (int)(rng_uniform(&rng) * 90);
		int out_w = 1 + (int)(rng_uniform(&rng) * (w - 1)),
		    out_h = 1 + (int)(rng_uniform(&rng) * (h - 1));
		uint32_t *pixels = malloc((size_t)w * (size_t)h * sizeof(*pixels));
		struct canvas out = { .pixels = NULL };
		double before = 0, after = 0;

		assert_non_null(pixels);
		for (int i = 0; i < w * h; i++) {
			pixels[i] = 0xff000000u | (uint32_t)(rng_uniform(&rng) * 255);
			before += pixels[i] & 0xff;
		}
		assert_int_equal(shrink_picture(&out, pixels, w, h, out_w, out_h), 0);
		for (int i = 0; i < out_w * out_h; i++)
			after += out.pixels[i] & 0xff;
		assert_true(fabs(before / w / h - after / out_w / out_h) < 0.6);
		free(pixels);
		canvas_fini(&out);
	}
}

/* --- the report --------------------------------------------------------------------------------- */

static void test_draft(void **state)
{
	struct app *app = open_app();
	const struct app_ask *run;

	(void)state;
	stage_go(app, "report", "visit 3", T0);
	assert_false(has(app, "sheet"));
	serve(app, nobody, shared_none);
	run = app_next_run(app);
	assert_non_null(run);
	assert_int_equal(run->run.program, RUN_PREVIEW);
	assert_int_equal(run->run.visit, 3);
	assert_int_equal(run->run.version, 0);
	assert_int_equal(run->run.page, 1);
	assert_true(says(app, "P-7"));
	assert_true(says(app, "Not signed yet"));
	assert_true(is_enabled(app, "sign"));
	/* nothing is signed by touching it: there is no name yet */
	tap(app, "sign");
	assert_string_equal(screen_of(app), "sign");
	app_free(app);
}

static void test_signed_versions(void **state)
{
	struct app *app = open_report(two_versions);

	(void)state;
	assert_true(says(app, "Version 2, 2026-11-28 11:02"));
	assert_true(says(app, "SHA-256 01234567 · B. Lind"));
	assert_true(says(app, "Version 1, 2026-11-28 09:31"));
	assert_false(has(app, "sign"));
	tap(app, "version-1"); /* the older one */
	assert_string_equal(screen_of(app), "pages");
	assert_string_equal(view_arg(app_view(app, 0)), "3 1");
	app_free(app);
}

/* As the picture is, whatever the time. */
static bool shows(struct app *app, const char *widget)
{
	return widgets_find_name(&app_view(app, 0)->ui.widgets, widget) != NULL;
}

/* In very large type not all actions have room side by side: the others are behind one button, for ten seconds, and the one
 * to do now stays. */
static void test_actions_without_room(void **state)
{
	struct app *app = open_report_for(two_versions, 3);
	static const char *const others[] = { "amend", "print", "share" };
	bool seen[3] = { false };

	(void)state;
	assert_true(shows(app, "done"));
	assert_false(shows(app, "amend"));
	for (int page = 0; page < 4; page++) {
		for (int i = 0; i < 3; i++)
			seen[i] |= shows(app, others[i]);
		assert_true(shows(app, "done"));
		assert_true(stage_tap(app, "actions", T0 + (page + 1) * 400 * MS));
	}
	for (int i = 0; i < 3; i++)
		assert_true(seen[i]);
	for (int i = 0; i < 4 && !shows(app, "amend"); i++)
		assert_true(stage_tap(app, "actions", T0 + (i + 6) * 400 * MS));
	assert_true(shows(app, "amend"));
	stage_settle(app, T0 + 12000 * MS);
	assert_true(shows(app, "amend"));
	stage_settle(app, T0 + 14000 * MS);
	assert_false(shows(app, "amend"));
	app_free(app);
}

/* What a message says to do is read in parts where it has no room beside its headline. */
static void test_a_text_in_parts(void **state)
{
	struct app *app = open_app_for(3);
	static const char *const words[] = { "Nothing was measured", "This visit",
		"finished", "Measure one", "report." };
	bool seen[5] = { false };

	(void)state;
	stage_go(app, "report", "visit 3", T0);
	serve(app, nobody, shared_none);
	assert_true(stage_run(app, RUN_PREVIEW, 5, "nothing was measured", T0));
	assert_true(stage_reads(app, words[0]));
	assert_false(stage_reads(app, words[4]));
	for (int s = 0; s < 60; s++) {
		stage_settle(app, T0 + s * 1000 * MS);
		for (int i = 0; i < 5; i++)
			seen[i] |= stage_reads(app, words[i]);
	}
	for (int i = 0; i < 5; i++)
		if (!seen[i])
			fail_msg("\"%s\" is never to be read", words[i]);
	app_free(app);
}

static void test_nothing_was_measured(void **state)
{
	struct app *app = open_app();

	(void)state;
	stage_go(app, "report", "visit 3", T0);
	serve(app, nobody, shared_none);
	assert_true(stage_run(app, RUN_PREVIEW, 5, "nothing was measured", T0));
	assert_true(says(app, "Nothing was measured yet"));
	assert_false(is_enabled(app, "sign"));
	assert_false(is_enabled(app, "share"));
	/* measured meanwhile */
	tap(app, "again");
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	assert_true(is_enabled(app, "sign"));
	app_free(app);
}

/* Without the program, or with one that fails, it can be signed. */
static void test_no_picture(void **state)
{
	static const int ends[] = { RUN_MISSING, RUN_HUNG, RUN_CRASHED, 1, 4, 8 };

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct app *app = open_app();

		stage_go(app, "report", "visit 3", T0);
		serve(app, nobody, shared_none);
		assert_true(stage_run(app, RUN_PREVIEW, ends[i], "?", T0));
		assert_true(is_enabled(app, "sign"));
		assert_true(has(app, "again"));
		assert_false(says(app, "Not signed yet"));
		app_free(app);
	}
}

/* A program that says it ended well and left no picture. */
static void test_unreadable_picture(void **state)
{
	struct app *app = open_app();

	(void)state;
	app->setup.read_picture = NULL;
	stage_go(app, "report", "visit 3", T0);
	serve(app, nobody, shared_none);
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	assert_true(says(app, "The report could not be drawn"));
	app_free(app);
}

static void test_sign_at_once(void **state)
{
	struct app *app = open_app();
	int64_t id;

	(void)state;
	snprintf(app->operator_name, sizeof(app->operator_name), "A. Weber");
	stage_go(app, "report", "visit 3", T0);
	serve(app, nobody, shared_none);
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	/* a touch is not enough */
	stage_tap(app, "sign", T0);
	assert_null(stage_next_ask(app, T0));
	stage_hold(app, "sign", T0 + 1000 * MS, HOLD);
	assert_string_equal(asked(app, "report.sign", &id),
		"{\"visit\":3,\"operator\":\"A. Weber\",\"comment\":\"\"}");
	assert_false(is_enabled(app, "sign"));
	app_answered(app, id, NULL, -32010,
		"Visit 3 has no finished trial; measure one before it is signed.", T0);
	assert_true(says(app, "has no finished trial"));
	serve(app, nobody, shared_none);
	assert_true(is_enabled(app, "sign"));
	stage_hold(app, "sign", T0 + 5000 * MS, HOLD);
	asked(app, "report.sign", &id);
	app_answered(app, id, json_null(), 0, NULL, T0);
	serve(app, two_versions, shared_none);
	assert_true(says(app, "Signed"));
	/* what was signed is drawn, not the draft */
	assert_true(stage_wants_run(app, RUN_PREVIEW));
	assert_int_equal(app_next_run(app)->run.version, 2);
	app_free(app);
}

/* The daemon goes while it signs, and has signed: that is seen when it is back. */
static void test_daemon_restarts(void **state)
{
	struct app *app = open_app();
	int64_t id;

	(void)state;
	snprintf(app->operator_name, sizeof(app->operator_name), "A. Weber");
	stage_go(app, "report", "visit 3", T0);
	serve(app, nobody, shared_none);
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	stage_hold(app, "sign", T0 + 1000 * MS, HOLD);
	asked(app, "report.sign", &id);
	app_disconnected(app, T0 + 3000 * MS);
	stage_settle(app, T0 + 3000 * MS);
	assert_false(is_enabled(app, "sign"));
	app_connected(app, T0 + 4000 * MS);
	serve(app, two_versions, shared_none);
	assert_true(says(app, "Version 2"));
	assert_false(has(app, "sign"));
	app_free(app);
}

static void test_share(void **state)
{
	struct app *app = open_report(two_versions);
	int64_t id;

	(void)state;
	assert_true(says(app, "Show to the patient"));
	tap(app, "share");
	assert_string_equal(
		asked(app, "visit.share", &id), "{\"id\":3,\"shared\":true}");
	app_answered(app, id, json_null(), 0, NULL, T0);
	stage_settle(app, T0);
	/* the only window shows it to the patient */
	assert_string_equal(screen_of(app), "shared");
	app_switch_role(app);
	serve(app, two_versions, shared_3);
	assert_true(says(app, "Hide from the patient"));
	tap(app, "share");
	assert_string_equal(
		asked(app, "visit.share", &id), "{\"id\":3,\"shared\":false}");
	app_free(app);
}

static void test_print(void **state)
{
	struct app *app = open_report(two_versions);
	const struct app_ask *run;

	(void)state;
	tap(app, "print");
	assert_true(has(app, "print-patient"));
	stage_key(app, INPUT_KEY_ESCAPE, T0); /* not now */
	assert_false(has(app, "print-patient"));
	tap(app, "print");
	tap(app, "print-patient");
	run = app_next_run(app);
	assert_non_null(run);
	assert_int_equal(run->run.program, RUN_PRINT);
	assert_int_equal(run->run.visit, 3);
	assert_true(run->run.for_patient);
	assert_false(is_enabled(app, "print"));
	app_answered(app, run->id, json_null(), 0, NULL, T0);
	assert_true(says(app, "Given to the printer."));
	tap(app, "print");
	tap(app, "print-clinician");
	assert_true(stage_run(app, RUN_PRINT, 1, "lp: no destination", T0));
	assert_true(says(app, "Not printed."));
	assert_true(says(app, "no destination"));
	app->setup.can_print = false;
	tap(app, "print");
	assert_false(has(app, "print-patient"));
	assert_true(says(app, "cups-client"));
	app_free(app);
}

/* --- the sheets --------------------------------------------------------------------------------- */

static const struct app_ask *next_page(struct app *app)
{
	stage_settle(app, T0);
	assert_true(stage_wants_run(app, RUN_PREVIEW));
	return app_next_run(app);
}

/* From the first corner to the last and back, and every sheet is asked for once. */
static void test_pages_reading(void **state)
{
	struct app *app = open_app();
	int steps = 0, back = 0;

	(void)state;
	stage_go(app, "pages", "3 2", T0);
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	assert_true(says(app, "page 1 of 2"));
	assert_false(is_enabled(app, "backward"));
	tap(app, "larger");
	while (is_enabled(app, "forward") && steps < 100) {
		tap(app, "forward");
		steps += 1;
		stage_run(app, RUN_PREVIEW, 0, "", T0);
	}
	assert_true(says(app, "page 2 of 2"));
	assert_true(steps > 8 && steps < 40);
	while (is_enabled(app, "backward") && back < 100) {
		tap(app, "backward");
		back += 1;
		stage_run(app, RUN_PREVIEW, 0, "", T0);
	}
	assert_true(says(app, "page 1 of 2"));
	assert_int_equal(back, steps);
	app_free(app);
}

static void test_pages_wishes(void **state)
{
	struct app *app = open_app();
	const struct app_ask *run;
	int64_t id;

	(void)state;
	stage_go(app, "pages", "3 2", T0);
	run = next_page(app);
	assert_int_equal(run->run.version, 2);
	assert_false(run->run.for_patient);
	/* 7 pt must be 16 arc-minutes high: 18.6 px of em on the 7-inch panel */
	assert_in_range(run->run.dpi, 180, 200);
	id = run->id;
	/* another wish while the program runs: one at a time, and then it */
	tap(app, "audience");
	assert_false(stage_wants_run(app, RUN_PREVIEW));
	app_answered(app, id, json_null(), 0, NULL, T0);
	run = next_page(app);
	assert_true(run->run.for_patient);
	assert_int_equal(run->run.page, 1);
	app_free(app);
}

/* A finger takes the sheet along, and not past its edges; another finger does not. */
static void test_pages_dragging(void **state)
{
	struct app *app = open_app();
	struct input_event e = {
		.kind = INPUT_POINTER_DOWN, .pointer = 3, .x = 200, .y = 300
	};
	uint64_t first;

	(void)state;
	stage_go(app, "pages", "3 2", T0);
	assert_true(stage_run(app, RUN_PREVIEW, 0, "", T0));
	assert_false(is_enabled(app, "backward"));
	app_event(app, 0, &e, T0);
	e.kind = INPUT_POINTER_MOVE;
	e.y = 200;
	app_event(app, 0, &e, T0);
	assert_true(is_enabled(app, "backward"));
	e.pointer = 4;
	e.y = 900;
	app_event(app, 0, &e, T0);
	assert_true(is_enabled(app, "backward"));
	e.pointer = 3;
	e.y = 5000;
	app_event(app, 0, &e, T0);
	assert_false(is_enabled(app, "backward"));
	e.kind = INPUT_POINTER_UP;
	app_event(app, 0, &e, T0);
	e.kind = INPUT_POINTER_MOVE;
	e.y = 100;
	first = app_view(app, 0)->ui.widgets.n_items;
	app_event(app, 0, &e, T0);
	assert_false(is_enabled(app, "backward"));
	assert_int_equal(first, app_view(app, 0)->ui.widgets.n_items);
	app_free(app);
}

/* --- signing ------------------------------------------------------------------------------------- */

static struct app *open_sign(const char *screen, const char *list)
{
	struct app *app = open_app();

	stage_go(app, "report", "visit 3", T0);
	serve(app, strcmp(screen, "amend") == 0 ? two_versions : nobody, shared_none);
	stage_run(app, RUN_PREVIEW, 0, "", T0);
	stage_go(app, screen, "3", T0);
	serve(app, list, shared_none);
	return app;
}

static void hold_sign(struct app *app)
{
	assert_true(stage_hold(app, "sign", T0 + 900000 * MS, HOLD));
}

static void test_name_by_touch(void **state)
{
	struct app *app = open_sign("sign", signers);
	int64_t id;

	(void)state;
	/* each once, the last first; nobody without a name */
	assert_true(has(app, "name-0") && has(app, "name-1") && has(app, "name-2"));
	assert_false(has(app, "name-3"));
	tap(app, "name-1");
	assert_true(says(app, "You sign as A. Weber."));
	hold_sign(app);
	assert_string_equal(asked(app, "report.sign", &id),
		"{\"visit\":3,\"operator\":\"A. Weber\",\"comment\":\"\"}");
	app_answered(app, id, json_null(), 0, NULL, T0);
	stage_settle(app, T0);
	assert_string_equal(screen_of(app), "report");
	/* for this session */
	assert_string_equal(app->operator_name, "A. Weber");
	app_free(app);
}

static void test_name_typed(void **state)
{
	struct app *app = open_sign("sign", nobody);
	int64_t id;

	(void)state;
	/* nobody has signed here: the keyboard at once; blanks are no name */
	assert_true(has(app, "key-ok"));
	tap(app, "key-space");
	tap(app, "key-ok");
	assert_true(has(app, "key-ok"));
	stage_type(app, "C. \"Q\" ", T0);
	tap(app, "key-ok");
	tap(app, "comment");
	stage_type(app, "with shoes", T0);
	tap(app, "key-ok");
	hold_sign(app);
	assert_string_equal(asked(app, "report.sign", &id),
		"{\"visit\":3,\"operator\":\"C. \\\"Q\\\"\",\"comment\":\"with "
		"shoes\"}");
	app_free(app);
}

/* 300 characters, and characters of four bytes: never more than the daemon takes. */
static void test_long_names(void **state)
{
	struct app *app = open_sign("sign", nobody);
	struct input_event e = { .kind = INPUT_TEXT, .text = "\xF0\x9F\xA6\xB6" };

	(void)state;
	for (int i = 0; i < 300; i++)
		stage_type(app, "x", T0);
	tap(app, "key-ok");
	assert_true(says(app, "You sign as"));
	assert_true(says(app, "xxxx")); /* on a line of its own, and broken */
	tap(app, "name");
	for (int i = 0; i < 70; i++)
		stage_key(app, INPUT_KEY_BACKSPACE, T0);
	for (int i = 0; i < 30; i++)
		app_event(app, 0, &e, T0);
	tap(app, "key-ok");
	assert_true(says(app, "too long"));
	app_free(app);
}

static void test_refused_in_its_words(void **state)
{
	struct app *app = open_sign("sign", signers);
	int64_t id;

	(void)state;
	tap(app, "name-0");
	hold_sign(app);
	asked(app, "report.sign", &id);
	app_answered(app, id, NULL, -32010,
		"A trial of visit 3 still runs; sign when it has ended.", T0);
	assert_true(says(app, "still runs"));
	assert_string_equal(screen_of(app), "sign");
	assert_string_equal(app->operator_name, "");
	/* and again, when it has ended */
	assert_true(is_enabled(app, "sign"));
	app_free(app);
}

/* What was lost must not be given a second time: an amendment would be two. */
static void test_lost_answer(void **state)
{
	struct app *app = open_sign("amend", signers);
	int64_t id;

	(void)state;
	tap(app, "name-0");
	tap(app, "comment");
	stage_type(app, "other shoes", T0);
	tap(app, "key-ok");
	hold_sign(app);
	asked(app, "report.amend", &id);
	app_disconnected(app, T0 + 1000 * MS);
	app_connected(app, T0 + 2000 * MS);
	serve(app, signers, shared_none);
	assert_true(says(app, "go back and look"));
	assert_false(is_enabled(app, "sign"));
	app_free(app);
}

static void test_amend(void **state)
{
	struct app *app = open_sign("amend", signers);
	int64_t id;

	(void)state;
	tap(app, "name-0");
	assert_false(has(app, "sign")); /* a reason first */
	tap(app, "trials");
	/* two: what was voided is out already */
	assert_true(has(app, "trial-0") && has(app, "trial-1"));
	assert_false(has(app, "trial-2"));
	tap(app, "trial-0");
	tap(app, "reason-0");
	assert_true(says(app, "Left out: moved or spoke"));
	tap(app, "trial-1");
	tap(app, "reason-4");
	stage_type(app, "laughed", T0);
	tap(app, "key-ok");
	tap(app, "trial-0"); /* kept after all */
	tap(app, "go-on");
	tap(app, "comment");
	stage_type(app, "one trial disturbed", T0);
	tap(app, "key-ok");
	assert_true(says(app, "One trial is left out."));
	hold_sign(app);
	assert_string_equal(asked(app, "report.amend", &id),
		"{\"visit\":3,\"operator\":\"B. Lind\",\"comment\":\"one trial "
		"disturbed\","
		"\"discard\":[{\"trial\":7,\"reason\":\"laughed\"}]}");
	app_free(app);
}

/* Whoever comes after the station was locked is somebody else. */
static void test_name_is_forgotten(void **state)
{
	struct app *app = open_report(two_versions);
	json_t *locked = json_pack("{s:b, s:b}", "locked", 1, "pin_set", 1);

	(void)state;
	snprintf(app->operator_name, sizeof(app->operator_name), "A. Weber");
	guard_station(app, locked);
	assert_string_equal(app->operator_name, "");
	json_decref(locked);
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_shrink_keeps_the_mean),
		cmocka_unit_test(test_draft),
		cmocka_unit_test(test_signed_versions),
		cmocka_unit_test(test_nothing_was_measured),
		cmocka_unit_test(test_actions_without_room),
		cmocka_unit_test(test_a_text_in_parts),
		cmocka_unit_test(test_no_picture),
		cmocka_unit_test(test_unreadable_picture),
		cmocka_unit_test(test_sign_at_once),
		cmocka_unit_test(test_daemon_restarts),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_pages_reading),
		cmocka_unit_test(test_pages_wishes),
		cmocka_unit_test(test_pages_dragging),
		cmocka_unit_test(test_name_by_touch),
		cmocka_unit_test(test_name_typed),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_refused_in_its_words),
		cmocka_unit_test(test_lost_answer),
		cmocka_unit_test(test_amend),
		cmocka_unit_test(test_name_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
