/* Golden screens: every situation of cases.h on every panel in English, and in German, the long and
 * the right-to-left test language on the smallest. The draw list's hash, with the pixels of its
 * pictures, is compared with tests/ui/golden/AREA.hashes; where a case says so, the finished pixels
 * with the PNG of that folder too. REGEN=1 writes both anew; a difference leaves NAME.actual.png and
 * NAME.diff.png in build/golden. Exact on amd64; elsewhere pixels within 8 of 255, and no hashes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/ui/cases.h"
#include "tests/ui/mutations.h"
#include "ui/sdl/backend.h"
#include "ui/png_file.h"

#if defined(__x86_64__)
#define TOLERANCE 0
#define EXACT     true
#else
#define TOLERANCE 8
#define EXACT     false
#endif

/* A screen without a window: the dummy driver and the software renderer. */
struct shot {
	struct backend *backend;
	struct app *app;
	int w, h;
	uint32_t *pixels;
};

static struct backend *open_backend(int w, int h)
{
	struct backend_setup setup = { .w = w, .h = h, .software = true };
	struct backend *b;
	char message[256] = "";

	setenv("SDL_VIDEODRIVER", "dummy", 1);
	if (backend_open(&setup, &b, message, sizeof(message)) != 0)
		fail_msg("%s", message);
	return b;
}

static int64_t shot_open(
	struct shot *s, const struct screen_case *c, const struct layout_profile *p)
{
	int64_t now_ns;

	s->backend = open_backend(p->w, p->h);
	s->app = case_open(c, p, 1, backend_measure, s->backend, &now_ns);
	s->w = p->w;
	s->h = p->h;
	s->pixels = malloc((size_t)s->w * (size_t)s->h * 4);
	assert_non_null(s->pixels);
	return now_ns;
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
		if (a[i] == b[i] && !diff)
			continue;
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

/* Compare the pixels of a situation with its PNG, or write it. Returns 1 if they differ. */
static int check_picture(
	const struct screen_case *c, const struct layout_profile *p, bool regen)
{
	struct shot s = { 0 };
	char name[96], path[512];
	uint32_t *golden = NULL;
	int w = 0, h = 0, bad = 0, n;

	snprintf(name, sizeof(name), "%s-%s", c->name, p->name);
	snprintf(path, sizeof(path), "tests/ui/golden/%s.png", name);
	shot_take(&s, shot_open(&s, c, p));
	if (regen) {
		assert_int_equal(png_file_write(path, s.pixels, s.w, s.h), 0);
	} else if (png_file_read(path, &golden, &w, &h) != 0 || w != s.w || h != s.h) {
		print_error(
			"%s: cannot be read, or has another size: make regen\n", path);
		keep_evidence(name, &s, NULL);
		bad = 1;
	} else if ((n = compare(s.pixels, golden, s.w * s.h, TOLERANCE, NULL)) != 0) {
		print_error("%s: %d pixels differ; see build/golden/%s.diff.png\n",
			path, n, name);
		keep_evidence(name, &s, golden);
		bad = 1;
	}
	free(golden);
	shot_close(&s);
	return bad;
}

/* --- hashes -------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
	const uint8_t *b = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ b[i]) * UINT64_C(1099511628211); /* FNV-1a */
	return hash;
}

/* By words: there are millions of them. */
static uint64_t mix_pixels(uint64_t hash, const struct canvas *c)
{
	for (int i = 0; i < c->w * c->h; i++)
		hash = (hash ^ c->pixels[i]) * UINT64_C(1099511628211);
	return hash;
}

/* All that decides about the pixels. */
static uint64_t list_hash(const struct draw_list *list)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		const int32_t numbers[] = { (int32_t)c->kind, c->rect.x, c->rect.y,
			c->rect.w, c->rect.h, (int32_t)c->color, c->radius,
			(int32_t)c->style.face, c->style.size_px, c->style.tabular };
		hash = mix(hash, numbers, sizeof(numbers));
		if (c->kind == DRAW_TEXT)
			hash = mix(hash, draw_text_of(list, c),
				strlen(draw_text_of(list, c)));
		if (c->kind == DRAW_IMAGE)
			hash = mix_pixels(hash, c->image);
	}
	return hash;
}

/* The hashes of an area as text, one line a situation, panel and language. */
struct hashes {
	char *text; /* read */
	FILE *out;  /* to be written, NULL */
	struct backend *b;
	int n_bad, n;
};

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 20);
	size_t n = 0;

	assert_non_null(text);
	if (file) {
		n = fread(text, 1, (1 << 20) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	return text;
}

static void hash_one(struct hashes *h, const struct screen_case *c,
	const struct layout_profile *p, const char *language)
{
	int64_t now_ns;
	struct app *app = case_open(c, p, 1, backend_measure, h->b, &now_ns);
	const struct draw_list *list = &app_view(app, 0)->ui.list;
	char line[160];

	app_draw(app, 0, now_ns);
	assert_false(list->overflow);
	snprintf(line, sizeof(line), "%s %s %s %016llx\n", c->name, p->name, language,
		(unsigned long long)list_hash(list));
	h->n++;
	if (h->out) {
		fputs(line, h->out);
	} else if (EXACT && !strstr(h->text, line)) {
		struct shot s = { .w = p->w, .h = p->h };
		char name[128];
		snprintf(name, sizeof(name), "%s-%s-%s", c->name, p->name, language);
		print_error(
			"%s: is drawn otherwise than its hash in tests/ui/golden says; "
			"see build/golden/%s.actual.png\n",
			name, name);
		/* Drawn by a window of its size. */
		s.backend = open_backend(p->w, p->h);
		s.pixels = malloc((size_t)p->w * (size_t)p->h * 4);
		assert_non_null(s.pixels);
		backend_draw(s.backend, list);
		assert_int_equal(backend_read(s.backend, s.pixels), 0);
		keep_evidence(name, &s, NULL);
		free(s.pixels);
		backend_close(s.backend);
		h->n_bad++;
	}
	app_free(app);
}

static void check_area(struct hashes *h, const struct case_area *area, bool regen)
{
	const struct layout_profile *p;
	char path[256];

	snprintf(path, sizeof(path), "tests/ui/golden/%s.hashes", area->name);
	h->text = read_all(path);
	h->out = regen ? fopen(path, "w") : NULL;
	for (int l = 0; l < CASE_N_LANGUAGES; l++) {
		case_language(case_languages[l]);
		for (int i = 0;
			(p = layout_profile_at(i)) != NULL && (l == 0 || i == 0); i++)
			for (int k = 0; k < area->n; k++)
				hash_one(h, &area->cases[k], p, case_languages[l]);
	}
	case_language("en");
	if (h->out)
		fclose(h->out);
	free(h->text);
}

static void test_golden_hashes(void **state)
{
	struct hashes h = { .b = open_backend(64, 64) };

	(void)state;
	for (int i = 0; i < CASE_N_AREAS; i++)
		if (case_is_wanted(&case_areas[i]))
			check_area(&h, &case_areas[i], getenv("REGEN") != NULL);
	backend_close(h.b);
	print_message("%d screens drawn\n", h.n);
	assert_int_equal(h.n_bad, 0);
}

static void test_golden_pictures(void **state)
{
	bool regen = getenv("REGEN") != NULL;
	const struct layout_profile *p;
	int n_bad = 0;

	(void)state;
	case_language("en");
	for (int a = 0; a < CASE_N_AREAS; a++)
		for (int k = 0; k < case_areas[a].n; k++)
			for (int i = 0; (p = layout_profile_at(i)) != NULL; i++)
				if (case_areas[a].cases[k].pictures & 1U << i &&
					case_is_wanted(&case_areas[a]))
					n_bad += check_picture(
						&case_areas[a].cases[k], p, regen);
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
	uint32_t *golden = NULL;
	uint64_t hash = 0;
	int w, h;

	(void)state;
	case_language("en");
	assert_int_equal(
		png_file_read("tests/ui/golden/near-live-800x480.png", &golden, &w, &h),
		0);
	for (int m = MUTATION_NONE; m < N_MUTATIONS; m++) {
		struct shot s = { 0 };
		int n;
		shot_open(&s, &cases_core[0], layout_profile_at(0));
		render_mutated(&s, (enum mutation)m);
		if (m == MUTATION_NONE)
			hash = list_hash(&app_view(s.app, 0)->ui.list);
		else if (hash == list_hash(&app_view(s.app, 0)->ui.list))
			fail_msg("mutation %d does not change the hash", m);
		n = compare(s.pixels, golden, w * h, TOLERANCE, NULL);
		if (m == MUTATION_NONE)
			assert_int_equal(n, 0);
		else if (n < 20)
			fail_msg("mutation %d changes only %d pixels", m, n);
		shot_close(&s);
	}
	free(golden);
}

static const struct screen_case *case_called(const char *name)
{
	for (int a = 0; a < CASE_N_AREAS; a++)
		for (int k = 0; k < case_areas[a].n; k++)
			if (strcmp(case_areas[a].cases[k].name, name) == 0)
				return &case_areas[a].cases[k];
	fail_msg("no situation is called %s", name);
	return NULL;
}

/* How many pixels one mutation changes; the hash must change, too. */
static int mutated_pixels(const struct mutation_of_screen *m)
{
	struct shot s = { 0 };
	struct canvas canvas = { 0 };
	int64_t now_ns = shot_open(&s, case_called(m->screen), layout_profile_at(0));
	struct draw_list *list = &app_view(s.app, 0)->ui.list;
	uint32_t *golden = NULL;
	char path[256];
	int w, h, n;
	uint64_t hash;

	snprintf(path, sizeof(path), "tests/ui/golden/%s-800x480.png", m->screen);
	assert_int_equal(png_file_read(path, &golden, &w, &h), 0);
	app_draw(s.app, 0, now_ns);
	hash = list_hash(list);
	mutation_make(m, list, &canvas);
	assert_true(hash != list_hash(list));
	backend_draw(s.backend, list);
	assert_int_equal(backend_read(s.backend, s.pixels), 0);
	backend_show(s.backend);
	n = compare(s.pixels, golden, w * h, TOLERANCE, NULL);
	free(golden);
	canvas_fini(&canvas);
	shot_close(&s);
	return n;
}

static void test_mutations_of_other_screens(void **state)
{
	(void)state;
	case_language("en");
	for (int i = 0; i < N_SCREEN_MUTATIONS; i++) {
		const struct mutation_of_screen *m = &screen_mutations[i];
		int n = mutated_pixels(m);
		if (n < 10)
			fail_msg("mutation %d, of %s, changes only %d pixels", i,
				m->screen, n);
	}
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
	case_language("en");
	now_ns = shot_open(&s, &cases_core[0], layout_profile_at(0));
	n = (size_t)s.w * (size_t)s.h;
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
		cmocka_unit_test(test_golden_pictures),
		cmocka_unit_test(test_golden_hashes),
		cmocka_unit_test(test_mutations_change_the_picture),
		cmocka_unit_test(test_mutations_of_other_screens),
		cmocka_unit_test(test_drawing_again_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
