/* How long one picture of each screen takes in the software renderer at 800x480, from new data to finished pixels: every
 * situation of tests/ui, with a person who sways on the mat, a new frame and sample a picture, and everything drawn anew. Each
 * is timed in several rounds, in time of the processor, because that is what one core has to give; the best round counts, as what else
 * the machine does only adds to it. The slowest situation speaks for its screen. Goal: 60 a second, so p99 below 16.6 ms; beside it, what clearing and copying as many pixels takes in
 * the same run. usage: bench_screens [all] [SCREEN]: every situation; of that screen alone */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define SCENE_SECONDS 1

#include "src/base/log.h"
#include "tests/ui/cases.h"
#include "ui/sdl/backend.h"

enum { N_ROUNDS = 3, N_PICTURES = 100, N_SCENES = 20, MAX_SCREENS = 64 };

#define GOAL_MS 16.6

struct figures {
	double median_ms, p99_ms;
};

struct worst {
	const char *screen, *situation;
	struct figures figures;
};

static struct scene scenes[N_SCENES];

static int64_t cpu_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static struct figures summary(int64_t *ns, int n)
{
	qsort(ns, (size_t)n, sizeof(*ns), by_value);
	return (struct figures){ (double)ns[n / 2] * 1e-6,
		(double)ns[n * 99 / 100] * 1e-6 };
}

/* The exercise's document with everything in it that moves, and the raw cells of the mat. */
static void move(struct app *app, const struct screen_case *c, int i, int64_t now_ns)
{
	double wave = sin(0.3 * i);
	json_t *document, *picture, *at;

	if (c->play == tech_cells)
		tech_raw(app, i, now_ns);
	if (c->play != patient_train)
		return;
	document = json_loads(c->what, 0, NULL);
	picture = json_object_get(document, "picture");
	at = json_pack("[f, f]", 14 * wave, 9 * wave);
	if (json_is_array(json_object_get(picture, "dot_mm")))
		json_object_set(picture, "dot_mm", at);
	json_decref(at);
	if (json_object_get(picture, "left_frac"))
		json_object_set_new(picture, "left_frac", json_real(0.5 + 0.1 * wave));
	if (json_object_get(picture, "rough_frac"))
		json_object_set_new(picture, "rough_frac", json_real(0.5 + 0.4 * wave));
	if (json_is_number(json_object_get(picture, "score")))
		json_object_set_new(picture, "score", json_integer(50 + i % 40));
	app_told(app, "training", document);
	json_decref(document);
}

/* A tick of the screens, then the picture; all of it is in the time. */
static int64_t picture_ns(struct backend *b, struct app *app,
	const struct screen_case *c, int i, int64_t now_ns)
{
	const struct scene *s = &scenes[(i + 10) % N_SCENES];
	struct stance_sample sample = s->sample;
	struct scene fed = *s;
	int64_t begin_ns;

	sample.t_ns = now_ns;
	sample.seq = app->model.sample.seq + 1;
	fed.sample = sample;
	begin_ns = cpu_now_ns();
	if (app->model.connected) {
		model_sample(&app->model, &sample, now_ns);
		scene_feed_frame(app, &fed, now_ns);
	}
	move(app, c, i + 10, now_ns);
	app_tick(app, now_ns);
	app_draw(app, 0, now_ns);
	backend_draw(b, &app_view(app, 0)->ui.list);
	begin_ns = cpu_now_ns() - begin_ns;
	backend_show(b);
	return begin_ns;
}

/* One situation, from its start: some screens end by themselves when time passes, so that a round is short and anew. */
static struct figures round_of(struct backend *b, const struct screen_case *c)
{
	static int64_t ns[N_PICTURES];
	int64_t now_ns;
	struct app *app =
		case_open(c, layout_profile_at(0), 1, backend_measure, b, &now_ns);

	for (int i = -10; i < N_PICTURES; i++) {
		int64_t took_ns;
		now_ns += 10 * SCENE_MS;
		took_ns = picture_ns(b, app, c, i, now_ns);
		if (i >= 0)
			ns[i] = took_ns;
	}
	app_free(app);
	return summary(ns, N_PICTURES);
}

static struct figures best_of(struct backend *b, const struct screen_case *c)
{
	struct figures best = { 1e9, 1e9 };

	for (int i = 0; i < N_ROUNDS; i++) {
		struct figures f = round_of(b, c);
		if (f.p99_ms < best.p99_ms)
			best = f;
	}
	return best;
}

static const char *screen_of(struct backend *b, const struct screen_case *c)
{
	int64_t now_ns;
	struct app *app =
		case_open(c, layout_profile_at(0), 1, backend_measure, b, &now_ns);
	const char *name = view_screen_name(app_view(app, 0));

	app_free(app);
	return name;
}

static void print(const char *screen, const char *situation, const struct figures *f)
{
	printf("  %-10s %-26s %6.2f ms median %6.2f ms p99   %s\n", screen, situation,
		f->median_ms, f->p99_ms, f->p99_ms < GOAL_MS ? "met" : "MISSED");
}

static void keep_worst(struct worst *all, int *n, const struct screen_case *c,
	const char *screen, const struct figures *f)
{
	int i = 0;

	while (i < *n && strcmp(all[i].screen, screen) != 0)
		i++;
	if (i == MAX_SCREENS)
		return;
	if (i == *n)
		all[(*n)++] = (struct worst){ screen, c->name, *f };
	else if (f->p99_ms > all[i].figures.p99_ms)
		all[i] = (struct worst){ screen, c->name, *f };
}

static int slower(const void *a, const void *b)
{
	double x = ((const struct worst *)a)->figures.p99_ms;
	double y = ((const struct worst *)b)->figures.p99_ms;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Clear, then copy one picture of the whole screen. */
static double floor_ms(struct backend *b, int w, int h)
{
	static struct draw_list list;
	static int64_t ns[N_PICTURES];
	struct canvas canvas = { 0 };

	if (canvas_resize(&canvas, w, h) != 0)
		exit(1);
	canvas_fill(&canvas, UINT32_C(0xFF123456));
	for (int i = 0; i < N_PICTURES; i++) {
		int64_t begin_ns = cpu_now_ns();
		canvas_touch(&canvas);
		draw_clear(&list);
		draw_rect(&list, (struct rect){ 0, 0, w, h }, UINT32_C(0xFF000000));
		draw_image(&list, 0, 0, &canvas);
		backend_draw(b, &list);
		ns[i] = cpu_now_ns() - begin_ns;
		backend_show(b);
	}
	canvas_fini(&canvas);
	return summary(ns, N_PICTURES).median_ms;
}

int main(int argc, char **argv)
{
	static struct worst worst[MAX_SCREENS];
	const struct layout_profile *p = layout_profile_at(0);
	struct backend_setup setup = { .w = p->w, .h = p->h, .software = true };
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;
	const char *only = argc > 1 + all ? argv[1 + all] : NULL;
	struct backend *b;
	char message[256];
	int n = 0;

	setenv("SDL_VIDEODRIVER", "dummy", 1);
	log_set_level(LOG_LEVEL_WARN);
	if (backend_open(&setup, &b, message, sizeof(message)) != 0) {
		printf("%s\n", message);
		return 77;
	}
	case_language("en");
	for (int i = 0; i < N_SCENES; i++) {
		scenes[i] = scene_person();
		scene_make(&scenes[i], i / 15.0, SCENE_START, (uint64_t)i);
	}
	printf("bench_screens: %s in software, a new frame a picture, best of %d "
	       "rounds "
	       "of %d; clear and copy: %.2f ms\n",
		p->name, N_ROUNDS, N_PICTURES, floor_ms(b, p->w, p->h));
	for (int a = 0; a < CASE_N_AREAS; a++)
		for (int k = 0; k < case_areas[a].n; k++) {
			const struct screen_case *c = &case_areas[a].cases[k];
			const char *screen = screen_of(b, c);
			struct figures f;
			if (only && strcmp(only, screen) != 0)
				continue;
			f = best_of(b, c);
			if (all)
				print(screen, c->name, &f);
			keep_worst(worst, &n, c, screen, &f);
		}
	qsort(worst, (size_t)n, sizeof(worst[0]), slower);
	printf("  each screen's slowest situation, the slowest screen first\n");
	for (int i = 0; i < n; i++)
		print(worst[i].screen, worst[i].situation, &worst[i].figures);
	backend_close(b);
	return 0;
}
