/* Golden screens: every profile in every situation, compared pixel by pixel with the PNG of
 * tests/ui/golden. REGEN=1 writes them anew; a difference leaves NAME.actual.png and
 * NAME.diff.png in build/golden. Exact on amd64, within 8 of 255 elsewhere. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/ui/scene.h"
#include "ui/sdl/backend.h"
#include "ui/png_file.h"

#if defined(__x86_64__)
#define TOLERANCE 0
#else
#define TOLERANCE 8
#endif

struct golden {
	const char *profile;
	bool far;
	const char *scene;
};

static const struct golden cases[] = {
	{ "800x480", false, "live" },
	{ "800x480", false, "uncalibrated" },
	{ "800x480", false, "feet-touch" },
	{ "800x480", false, "stale" },
	{ "800x480", false, "lost" },
	{ "800x480", false, "searching" },
	{ "800x480", false, "empty" },
	{ "800x480", false, "no-daemon" },
	{ "800x480", true, "live" },
	{ "800x480", true, "uncalibrated" },
	{ "800x480", true, "lost" },
	{ "800x480", true, "empty" },
	{ "720x1280", false, "live" },
	{ "720x1280", false, "uncalibrated" },
	{ "720x1280", false, "stale" },
	{ "720x1280", false, "searching" },
	{ "720x1280", false, "no-daemon" },
	{ "720x1280", true, "live" },
	{ "720x1280", true, "empty" },
	{ "1280x800", false, "live" },
	{ "1280x800", false, "uncalibrated" },
	{ "1280x800", false, "feet-touch" },
	{ "1280x800", false, "lost" },
	{ "1280x800", false, "empty" },
	{ "1280x800", true, "live" },
	{ "1280x800", true, "searching" },
	{ "1920x1080", false, "live" },
	{ "1920x1080", false, "stale" },
	{ "1920x1080", true, "live" },
	{ "1920x1080", true, "empty" },
};
#define N_CASES (sizeof(cases) / sizeof(cases[0]))

/* A screen without a window: the dummy driver and the software renderer. */
struct shot {
	struct backend *backend;
	struct app *app;
	int w, h;
	uint32_t *pixels;
};

static void shot_open(struct shot *s, const char *profile, bool far)
{
	const struct layout_profile *p = layout_profile_find(profile);
	struct backend_setup setup = { .w = p->w, .h = p->h, .software = true };
	struct app_setup app = scene_setup(p, far, 1);
	char message[256] = "";

	setenv("SDL_VIDEODRIVER", "dummy", 1);
	if (backend_open(&setup, &s->backend, message, sizeof(message)) != 0)
		fail_msg("%s", message);
	scene_measure(&app, backend_measure, s->backend);
	s->app = app_new(&app);
	assert_non_null(s->app);
	app_set_clock(s->app, 14 * 60 + 32);
	s->w = p->w;
	s->h = p->h;
	s->pixels = malloc((size_t)s->w * (size_t)s->h * 4);
	assert_non_null(s->pixels);
}

static void shot_take(struct shot *s, int64_t now_ns)
{
	app_draw(s->app, 0, now_ns);
	assert_false(app_view(s->app, 0)->ui.list.overflow);
	backend_draw(s->backend, &app_view(s->app, 0)->ui.list);
	assert_int_equal(backend_read(s->backend, s->pixels), 0);
	backend_show(s->backend);
}

static void shot_close(struct shot *s)
{
	free(s->pixels);
	app_free(s->app);
	backend_close(s->backend);
}

/* Return how many pixels differ by more than the tolerance; `diff` shows them bright. */
static int compare(
	const uint32_t *a, const uint32_t *b, int n, int tolerance, uint32_t *diff)
{
	int n_bad = 0;

	for (int i = 0; i < n; i++) {
		int most = 0;
		for (int shift = 0; shift <= 16; shift += 8) {
			int d = abs((int)((a[i] >> shift) & 0xFF) -
				    (int)((b[i] >> shift) & 0xFF));
			most = d > most ? d : most;
		}
		if (diff)
			diff[i] = most > tolerance
					  ? 0xFFFFFFFFU
					  : (a[i] >> 2 & 0x3F3F3F) | 0xFF000000U;
		n_bad += most > tolerance;
	}
	return n_bad;
}

static void golden_name(const struct golden *c, char *out, size_t size)
{
	snprintf(out, size, "%s-%s-%s", c->far ? "far" : "near", c->scene, c->profile);
}

static void keep_evidence(
	const char *name, const struct shot *s, const uint32_t *golden)
{
	uint32_t *diff = malloc((size_t)s->w * (size_t)s->h * 4);
	char path[512];

	mkdir("build", 0777);
	mkdir("build/golden", 0777);
	snprintf(path, sizeof(path), "build/golden/%s.actual.png", name);
	png_file_write(path, s->pixels, s->w, s->h);
	if (diff && golden) {
		compare(s->pixels, golden, s->w * s->h, TOLERANCE, diff);
		snprintf(path, sizeof(path), "build/golden/%s.diff.png", name);
		png_file_write(path, diff, s->w, s->h);
	}
	free(diff);
}

static int check_case(const struct golden *c, bool regen)
{
	struct shot s = { 0 };
	char name[96], path[512];
	uint32_t *golden = NULL;
	int w = 0, h = 0, bad = 0;

	golden_name(c, name, sizeof(name));
	snprintf(path, sizeof(path), "tests/ui/golden/%s.png", name);
	shot_open(&s, c->profile, c->far);
	shot_take(&s, scene_named(s.app, c->scene));
	if (regen) {
		assert_int_equal(png_file_write(path, s.pixels, s.w, s.h), 0);
	} else if (png_file_read(path, &golden, &w, &h) != 0 || w != s.w || h != s.h) {
		print_error(
			"%s: cannot be read, or has another size: REGEN=1 makes it\n",
			path);
		keep_evidence(name, &s, NULL);
		bad = 1;
	} else {
		int n = compare(s.pixels, golden, s.w * s.h, TOLERANCE, NULL);
		if (n != 0) {
			print_error(
				"%s: %d pixels differ; see build/golden/%s.diff.png\n",
				path, n, name);
			keep_evidence(name, &s, golden);
			bad = 1;
		}
	}
	free(golden);
	shot_close(&s);
	return bad;
}

static void test_golden_screens(void **state)
{
	bool regen = getenv("REGEN") != NULL;
	int n_bad = 0;

	(void)state;
	for (size_t i = 0; i < N_CASES; i++)
		n_bad += check_case(&cases[i], regen);
	assert_int_equal(n_bad, 0);
}

/* What would be a serious mistake must show in the pixels: else goldens guard nothing. */
enum mutation {
	MUTATION_NONE,
	MUTATION_FEET_SWAPPED,
	MUTATION_UNIT_LOST,
	MUTATION_HEATMAP_FROZEN,
	MUTATION_LABEL_CUT,
	MUTATION_BAR_MOVED,
	N_MUTATIONS,
};

static struct draw_command *find_text(struct draw_list *list, const char *text)
{
	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_TEXT &&
			strcmp(draw_text_of(list, &list->commands[i]), text) == 0)
			return &list->commands[i];
	return NULL;
}

static void mutate_list(struct draw_list *list, enum mutation mutation)
{
	struct draw_command *c = NULL;

	if (mutation == MUTATION_UNIT_LOST)
		c = find_text(list, "kg");
	else if (mutation == MUTATION_LABEL_CUT)
		c = find_text(list, "Front");
	else
		return;
	assert_non_null(c);
	list->text[c->text + strlen(&list->text[c->text]) - 1] = '\0';
}

static void render_mutated(struct shot *s, enum mutation mutation)
{
	struct scene scene = scene_person();
	int64_t now_ns = scene_play(s->app, &scene, 12);

	if (mutation == MUTATION_FEET_SWAPPED) {
		struct foot_sample left = scene.sample.left;
		scene.sample.left = scene.sample.right;
		scene.sample.right = left;
		s->app->model.sample = scene.sample;
	}
	if (mutation == MUTATION_HEATMAP_FROZEN) {
		scene_make(&scene, 10, now_ns, 600);
		scene_feed_frame(s->app, &scene, now_ns);
	}
	if (mutation == MUTATION_BAR_MOVED)
		s->app->model.numbers.left_frac += 0.01;
	app_draw(s->app, 0, now_ns);
	mutate_list(&app_view(s->app, 0)->ui.list, mutation);
	backend_draw(s->backend, &app_view(s->app, 0)->ui.list);
	assert_int_equal(backend_read(s->backend, s->pixels), 0);
	backend_show(s->backend);
}

static void test_mutations_change_the_picture(void **state)
{
	const struct golden live = { "800x480", false, "live" };
	char name[96], path[512];
	uint32_t *golden = NULL;
	int w, h;

	(void)state;
	golden_name(&live, name, sizeof(name));
	snprintf(path, sizeof(path), "tests/ui/golden/%s.png", name);
	assert_int_equal(png_file_read(path, &golden, &w, &h), 0);
	for (int m = MUTATION_NONE; m < N_MUTATIONS; m++) {
		struct shot s = { 0 };
		int n;
		shot_open(&s, live.profile, live.far);
		render_mutated(&s, (enum mutation)m);
		n = compare(s.pixels, golden, w * h, TOLERANCE, NULL);
		if (m == MUTATION_NONE)
			assert_int_equal(n, 0);
		else if (n < 20)
			fail_msg("mutation %d changes only %d pixels", m, n);
		shot_close(&s);
	}
	free(golden);
}

/* The second picture of the same moment is the same picture: nothing depends on what was
 * drawn before. */
static void test_drawing_again_changes_nothing(void **state)
{
	struct shot s = { 0 };
	uint32_t *first;
	int64_t now_ns;
	size_t n;

	(void)state;
	shot_open(&s, "800x480", false);
	n = (size_t)s.w * (size_t)s.h;
	now_ns = scene_named(s.app, "live");
	shot_take(&s, now_ns);
	first = malloc(n * 4);
	assert_non_null(first);
	memcpy(first, s.pixels, n * 4);
	for (int i = 0; i < 3; i++)
		shot_take(&s, now_ns);
	assert_memory_equal(first, s.pixels, n * 4);
	free(first);
	shot_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_screens),
		cmocka_unit_test(test_mutations_change_the_picture),
		cmocka_unit_test(test_drawing_again_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
