/* How long one picture of the live screen takes in the software renderer, beside what clearing
 * and copying as many pixels takes in the same run. A person sways on the mat; every picture has
 * a new frame and a new sample. */
#include <stdlib.h>

#include "src/base/clock.h"
#include "tests/ui/scene.h"
#include "ui/sdl/backend.h"

#define N_PICTURES 240
#define N_SCENES   40

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

struct figures {
	double median_ms, p99_ms;
};

static struct figures summary(int64_t *ns, int n)
{
	qsort(ns, (size_t)n, sizeof(*ns), by_value);
	return (struct figures){ (double)ns[n / 2] * 1e-6,
		(double)ns[n * 99 / 100] * 1e-6 };
}

/* The live screen, from new data to finished pixels. */
static struct figures measure_screen(
	struct backend *b, struct app *app, struct scene *scenes)
{
	static int64_t ns[N_PICTURES];
	int64_t t_ns = SCENE_START;

	scene_play(app, &scenes[0], 2);
	for (int i = -20; i < N_PICTURES; i++) {
		struct scene *s = &scenes[(i + 20) % N_SCENES];
		int64_t begin_ns;
		t_ns += 16 * SCENE_MS;
		s->sample.t_ns = t_ns + 3000 * SCENE_MS;
		model_sample(&app->model, &s->sample, t_ns);
		scene_feed_frame(app, s, t_ns);
		begin_ns = clock_now_ns();
		app_draw(app, 0, t_ns);
		backend_draw(b, &app_view(app, 0)->ui.list);
		if (i >= 0)
			ns[i] = clock_now_ns() - begin_ns;
		backend_show(b);
	}
	return summary(ns, N_PICTURES);
}

/* Clear, then upload and copy one picture of the whole screen: the floor of any redraw that
 * touches every pixel twice. */
static struct figures measure_floor(
	struct backend *b, struct draw_list *list, int w, int h)
{
	static int64_t ns[N_PICTURES];
	struct canvas canvas = { 0 };

	if (canvas_resize(&canvas, w, h) != 0)
		exit(1);
	canvas_fill(&canvas, UINT32_C(0xFF123456));
	for (int i = 0; i < N_PICTURES; i++) {
		int64_t begin_ns = clock_now_ns();
		canvas_touch(&canvas);
		draw_clear(list);
		draw_rect(list, (struct rect){ 0, 0, w, h }, UINT32_C(0xFF000000));
		draw_image(list, 0, 0, &canvas);
		backend_draw(b, list);
		ns[i] = clock_now_ns() - begin_ns;
		backend_show(b);
	}
	canvas_fini(&canvas);
	return summary(ns, N_PICTURES);
}

static void bench(const struct layout_profile *p, bool far, struct scene *scenes)
{
	struct backend_setup setup = { .w = p->w, .h = p->h, .software = true };
	struct app_setup app_setup = scene_setup(p, far, 1);
	struct figures screen, floor;
	char message[256];
	struct backend *b;
	struct app *app;

	if (backend_open(&setup, &b, message, sizeof(message)) != 0) {
		printf("%s\n", message);
		exit(77);
	}
	scene_measure(&app_setup, backend_measure, b);
	app = app_new(&app_setup);
	if (!app)
		exit(1);
	screen = measure_screen(b, app, scenes);
	floor = measure_floor(b, &app_view(app, 0)->ui.list, p->w, p->h);
	printf("draw %-9s %-4s  %6.2f ms median %6.2f ms p99   floor (clear + copy) "
	       "%5.2f ms   %4.1f x floor\n",
		p->name, far ? "far" : "near", screen.median_ms, screen.p99_ms,
		floor.median_ms, screen.median_ms / floor.median_ms);
	app_free(app);
	backend_close(b);
}

int main(void)
{
	static struct scene scenes[N_SCENES];
	const struct layout_profile *p;

	setenv("SDL_VIDEODRIVER", "dummy", 1);
	for (int i = 0; i < N_SCENES; i++) {
		scenes[i] = scene_person();
		scene_make(&scenes[i], i / 15.0, SCENE_START, (uint64_t)i);
	}
	for (int i = 0; (p = layout_profile_at(i)) != NULL; i++)
		for (int far = 0; far < 2; far++)
			bench(p, far, scenes);
	return 0;
}
