/* Programs that a screen has run beside it: their arguments, their end, and what happens where one is missing,
 * fails, hangs or dies. The programs are scripts of this test's, found on $PATH. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SCENE_SECONDS 1
#include "tests/ui/stage.h"

#include "ui/runner.h"

#define S  INT64_C(1000000000)
#define T0 SCENE_START

static char folder[256], path_before[4096];

/* What the screen was told last. */
static struct {
	int n, status, pages;
	bool ok, readable;
	char text[256], picture[256];
} told;

static void take(struct view *v, void *state, int tag, const struct view_answer *a)
{
	(void)v;
	(void)state;
	(void)tag;
	told.n++;
	assert_int_equal(a->code, 0);
	told.ok = json_is_true(json_object_get(a->result, "ok"));
	told.status = (int)json_integer_value(json_object_get(a->result, "status"));
	told.pages = (int)json_integer_value(json_object_get(a->result, "pages"));
	snprintf(told.text, sizeof(told.text), "%s",
		json_string_value(json_object_get(a->result, "text")));
	snprintf(told.picture, sizeof(told.picture), "%s",
		json_object_get(a->result, "picture")
			? json_string_value(json_object_get(a->result, "picture"))
			: "");
	told.readable = access(told.picture, R_OK) == 0;
}

static void nothing_draw(struct view *v, void *state)
{
	(void)state;
	frame_begin(v, "Nothing");
}

static const struct screen near = {
	.name = "near", .role = VIEW_NEAR, .answer = take, .draw = nothing_draw
};
static const struct screen far = {
	.name = "far", .role = VIEW_FAR, .draw = nothing_draw
};
static const struct screen *const screens[] = { &near, &far, NULL };

static void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

static struct app *open_app(void)
{
	struct app_setup setup = scene_setup(layout_profile_at(0), false, 1);
	struct app *app;

	scene_measure(&setup, fake_measure, NULL);
	setup.screens = screens;
	setup.home = NULL;
	app = app_new(&setup);
	assert_non_null(app);
	memset(&told, 0, sizeof(told));
	return app;
}

static void script(const char *name, const char *text)
{
	char path[400];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	fclose(f);
	assert_int_equal(chmod(path, 0755), 0);
}

static void read_text(const char *name, char *out, size_t size)
{
	char path[400];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	fclose(f);
}

/* Step until `n` answers came; the clock of the runner stands at `now_ns`. */
static void run_until(struct runner *r, struct app *app, int n, int64_t now_ns)
{
	const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };

	for (int i = 0; i < 5000 && told.n < n; i++) {
		runner_step(r, app, now_ns);
		nanosleep(&pause, NULL);
	}
	assert_int_equal(told.n, n);
}

static const struct run_wish preview = {
	.program = RUN_PREVIEW, .visit = 12, .version = 2, .page = 3, .dpi = 150
};

/* Run one wish with `text` as stance-report. */
static void run_one(const char *text, const struct run_wish *wish)
{
	struct app *app = open_app();
	struct runner r;

	if (text)
		script("stance-report", text);
	runner_init(&r, NULL);
	view_run(&app->views[VIEW_NEAR], 1, wish);
	run_until(&r, app, 1, T0);
	assert_int_equal(runner_fd(&r), -1);
	assert_true(runner_next_ns(&r, T0) == INT64_MAX);
	runner_stop(&r);
	assert_true(r.folder[0] == '\0' || access(r.folder, F_OK) != 0);
	app_free(app);
}

/* --- arguments -------------------------------------------------------------------------------- */

static const char writes[] =
	"printf '%s\\n' \"$@\" >\"$HOME/args\"\n"
	"for a; do case $a in --output=*) out=${a#--output=};; esac; "
	"done\n"
	"echo picture >\"$out\"; echo \"$out\"; echo 'pages 3'";

static void test_preview(void **state)
{
	char args[800], wanted[800];

	(void)state;
	run_one(writes, &preview);
	assert_true(told.ok);
	assert_int_equal(told.status, 0);
	assert_int_equal(told.pages, 3);
	assert_true(told.readable);
	assert_int_not_equal(access(told.picture, F_OK), 0);
	read_text("args", args, sizeof(args));
	snprintf(wanted, sizeof(wanted),
		"--socket=\n--visit=12\n--language=en\n--revision=2\n--preview\n--"
		"count\n"
		"--page=3\n--dpi=150\n--output=%s\n",
		told.picture);
	assert_string_equal(args, wanted);
}

static void test_print(void **state)
{
	const struct run_wish print = {
		.program = RUN_PRINT, .visit = 7, .for_patient = true
	};
	char args[400];

	(void)state;
	run_one("printf '%s\\n' \"$@\" >\"$HOME/args\"", &print);
	assert_true(told.ok);
	assert_string_equal(told.picture, "");
	read_text("args", args, sizeof(args));
	assert_string_equal(args,
		"--socket=\n--visit=7\n--language=en\n--audience=patient\n--print\n");
}

static void test_bundle(void **state)
{
	const struct run_wish bundle = { .program = RUN_SUPPORT_BUNDLE };
	char args[800];

	(void)state;
	script("stance", "printf '%s\\n' \"$@\" >\"$HOME/args\"; echo made it");
	run_one(NULL, &bundle);
	assert_true(told.ok);
	assert_string_equal(told.text, "made it");
	read_text("args", args, sizeof(args));
	assert_int_equal(strncmp(args, "support-bundle\n--quiet\n/", 24), 0);
	assert_non_null(strstr(args, "/stance-support-"));
	assert_non_null(strstr(args, ".tar.gz\n"));
}

/* A wish that no program can have starts none. */
static void test_wrong_wishes(void **state)
{
	const struct run_wish wrong[] = { { .program = RUN_PREVIEW },
		{ .program = RUN_PREVIEW, .visit = 1, .page = 1 },
		{ .program = RUN_PREVIEW, .visit = -1, .page = 1, .dpi = 100 },
		{ .program = RUN_PRINT },
		{ .program = RUN_N_PROGRAMS, .visit = 1, .page = 1, .dpi = 100 } };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		run_one("touch \"$HOME/started\"", &wrong[i]);
		assert_false(told.ok);
		assert_int_equal(told.status, RUN_CRASHED);
	}
	assert_int_not_equal(access("started", F_OK), 0);
}

static void test_on_path(void **state)
{
	(void)state;
	assert_true(runner_args_on_path("sh"));
	assert_false(runner_args_on_path("no-such-program-of-anybody"));
	setenv("PATH", "", 1);
	assert_false(runner_args_on_path("sh"));
	setenv("PATH", path_before, 1);
}

/* --- what goes wrong --------------------------------------------------------------------------- */

static void test_failing(void **state)
{
	(void)state;
	run_one("echo before; echo 'stance-report: nothing was measured yet.' >&2; "
		"exit 5",
		&preview);
	assert_false(told.ok);
	assert_int_equal(told.status, 5);
	assert_string_equal(told.text, "stance-report: nothing was measured yet.");
	assert_string_equal(told.picture, "");
}

static void test_missing(void **state)
{
	char path[400];

	(void)state;
	snprintf(path, sizeof(path), "%s/stance-report", folder);
	unlink(path);
	setenv("PATH", folder, 1);
	run_one(NULL, &preview);
	setenv("PATH", path_before, 1);
	assert_false(told.ok);
	assert_int_equal(told.status, RUN_MISSING);
}

static void test_crashing(void **state)
{
	(void)state;
	run_one("kill -9 $$", &preview);
	assert_int_equal(told.status, RUN_CRASHED);
}

/* Broken bytes are no reason to end, nor is a success that tells of no picture. */
static void test_strange_words(void **state)
{
	(void)state;
	run_one("printf 'a\\377b\\n'", &preview);
	assert_true(told.ok);
	assert_string_equal(told.text, "");
	assert_string_equal(told.picture, "");
	run_one("i=0; while [ $i -lt 300 ]; do echo 0123456789; i=$((i+1)); done; "
		"printf last",
		&preview);
	assert_string_equal(told.text, "last");
}

/* One that closes its output and goes on is waited for without waiting. */
static void test_silent_end(void **state)
{
	struct app *app = open_app();
	struct timespec begin, end;
	struct runner r;
	double longest = 0;

	(void)state;
	script("stance-report", "exec >&- 2>&-; sleep 0.3; exit 3");
	runner_init(&r, NULL);
	view_run(&app->views[VIEW_NEAR], 1, &preview);
	while (told.n == 0) {
		double s;
		clock_gettime(CLOCK_MONOTONIC, &begin);
		runner_step(&r, app, T0);
		clock_gettime(CLOCK_MONOTONIC, &end);
		s = (double)(end.tv_sec - begin.tv_sec) +
		    1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
		longest = s > longest ? s : longest;
	}
	assert_int_equal(told.status, 3);
	assert_true(longest < 0.2);
	runner_stop(&r);
	app_free(app);
}

/* One that ended and that nobody has asked after is not alive. */
static bool is_alive(const char *file)
{
	char text[40], path[80], state = 'Z';
	FILE *f;

	read_text(file, text, sizeof(text));
	snprintf(path, sizeof(path), "/proc/%d/stat", atoi(text));
	f = fopen(path, "r");
	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	if (f)
		fclose(f);
	return state != 'Z' && state != 'X';
}

static void wait_for_file(struct runner *r, struct app *app, const char *name)
{
	const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
	char path[400];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (int i = 0; i < 5000 && (stat(path, &st) != 0 || st.st_size == 0); i++) {
		runner_step(r, app, T0);
		nanosleep(&pause, NULL);
	}
}

/* Half of a picture, a grandchild that goes on, and no end. */
static const char hangs[] =
	"for a; do case $a in --output=*) out=${a#--output=};; esac; done\n"
	"echo half >\"$out.part\"; sleep 60 & echo $! >\"$HOME/sleeper\"; wait";

static void test_hanging(void **state)
{
	struct app *app = open_app();
	struct runner r;

	(void)state;
	script("stance-report", hangs);
	runner_init(&r, NULL);
	view_run(&app->views[VIEW_NEAR], 1, &preview);
	wait_for_file(&r, app, "sleeper");
	assert_int_equal(told.n, 0);
	assert_true(runner_next_ns(&r, T0) > T0 + 5 * S);
	assert_true(is_alive("sleeper"));
	run_until(&r, app, 1, runner_next_ns(&r, T0));
	assert_int_equal(told.status, RUN_HUNG);
	/* the next one is run as if nothing had been */
	script("stance-report", writes);
	view_run(&app->views[VIEW_NEAR], 1, &preview);
	run_until(&r, app, 2, T0 + 100 * S);
	assert_true(told.ok && told.readable);
	runner_stop(&r);
	assert_int_not_equal(access(r.folder, F_OK), 0);
	assert_false(is_alive("sleeper"));
	app_free(app);
}

static void test_stop(void **state)
{
	struct app *app = open_app();
	char gone[400];
	struct runner r;

	(void)state;
	snprintf(gone, sizeof(gone), "%s/sleeper", folder);
	unlink(gone);
	script("stance-report", hangs);
	runner_init(&r, NULL);
	view_run(&app->views[VIEW_NEAR], 1, &preview);
	wait_for_file(&r, app, "sleeper");
	runner_stop(&r);
	assert_false(is_alive("sleeper"));
	assert_int_not_equal(access(r.folder, F_OK), 0);
	assert_int_equal(told.n, 0);
	app_free(app);
}

/* One at a time, in the order they were asked for. */
static void test_order(void **state)
{
	const struct run_wish print = { .program = RUN_PRINT, .visit = 7 };
	struct app *app = open_app();
	struct runner r;
	char text[200];

	(void)state;
	script("stance-report", "echo \"$2\" >>\"$HOME/order\"; sleep 0.05; "
				"echo end >>\"$HOME/order\"; echo \"$2\"");
	runner_init(&r, NULL);
	view_run(&app->views[VIEW_NEAR], 1, &print);
	view_run(&app->views[VIEW_NEAR], 1, &preview);
	run_until(&r, app, 1, T0);
	assert_string_equal(told.text, "--visit=7");
	run_until(&r, app, 2, T0);
	assert_string_equal(told.text, "--visit=12");
	read_text("order", text, sizeof(text));
	assert_string_equal(text, "--visit=7\nend\n--visit=12\nend\n");
	runner_stop(&r);
	app_free(app);
}

static int set_up(void **state)
{
	const char *path = getenv("PATH");
	char with[4500];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/stance-test-runner-XXXXXX");
	snprintf(with, sizeof(with), "%s", path ? path : "/usr/bin:/bin");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path_before, sizeof(path_before), "%s:%.3000s", folder, with);
	setenv("PATH", path_before, 1);
	setenv("HOME", folder, 1);
	setenv("TMPDIR", folder, 1);
	unsetenv("XDG_RUNTIME_DIR");
	return chdir(folder);
}

static int tear_down(void **state)
{
	const char *const names[] = { "args", "order", "sleeper", "started", "stance",
		"stance-report" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preview),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_wrong_wishes),
		cmocka_unit_test(test_on_path),
		cmocka_unit_test(test_failing),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_crashing),
		cmocka_unit_test(test_strange_words),
		cmocka_unit_test(test_silent_end),
		cmocka_unit_test(test_hanging),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
