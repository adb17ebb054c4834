#define _GNU_SOURCE /* ppoll() */
#include "ui/loop.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "ui/app/app.h"
#include "ui/core/dark.h"
#include "ui/sdl/backend.h"
#include "ui/sdl/backlight.h"
#include "ui/sdl/speaker.h"
#include "ui/link.h"
#include "ui/machine.h"
#include "ui/png_file.h"
#include "ui/runner.h"
#include "ui/script.h"
#include "ui/screens/screens.h"
#include "ui/app/mat_words.h"

#define LOG_TAG "ui"
#include "src/base/log.h"

/* At most 60 pictures a second. */
#define FRAME_NS (16600 * CLOCK_NS_PER_US)
/* Touch and keys are looked at this often: SDL cannot be polled by descriptor everywhere. */
#define INPUT_LIVE_NS (8 * CLOCK_NS_PER_MS)
#define INPUT_IDLE_NS (30 * CLOCK_NS_PER_MS)
/* Where it can, it is slept once nothing came for a while; seldom interrupted, for the clock on
 * the screen. */
#define AWAKE_NS   (500 * CLOCK_NS_PER_MS)
#define PLUGGED_NS (3000 * CLOCK_NS_PER_MS)
#define SLEEP_NS   (10000 * CLOCK_NS_PER_MS)
/* How often it is looked whether the display is still there: a file, read when we are awake anyway. */
#define DISPLAY_NS (2000 * CLOCK_NS_PER_MS)
#define MACHINE_NS (20000 * CLOCK_NS_PER_MS)
/* --screenshot: how long it waits for data, for a person on a streaming mat, and how long the
 * person is watched, so that numbers and trail are there. */
#define SHOT_WAIT_NS   (5000 * CLOCK_NS_PER_MS)
#define SHOT_EMPTY_NS  (2000 * CLOCK_NS_PER_MS)
#define SHOT_SETTLE_NS (400 * CLOCK_NS_PER_MS)

/* Signals, daemon, a program that was started, the windows. */
#define N_FDS (3 + VIEW_N_ROLES)

struct window {
	struct backend *backend;
	uint32_t *pixels;
	int w, h;
	int64_t drawn_ns;
	uint64_t shown; /* fingerprint of the picture it shows, 0 unknown */
};

struct loop {
	const struct options *o;
	struct window windows[VIEW_N_ROLES];
	int n_windows;
	int scripted; /* the window that the script is at */
	struct app *app;
	struct link *link;
	struct runner runner;
	struct speaker speaker;
	struct script *script;
	FILE *frame_log;
	int signals;
	int64_t start_ns, state_since_ns;
	int64_t awake_until_ns;
	struct machine machine;
	int64_t machine_due_ns; /* when to look at it */
	int64_t display_due_ns; /* when to look whether it is still there */
	struct dark dark;
	struct backlight light;
	bool is_lit;
	enum model_state state;
	int result;
	bool over;
};

static void say(const char *text)
{
	fprintf(stderr, "stance-ui: %s\n", text);
}

/* A picture that is there already (a status with the same words, a list that has not changed) is not painted again.
 * Returns whether it was painted. */
static bool draw(struct loop *l, int window)
{
	struct window *w = &l->windows[window];
	struct view *view = app_view(l->app, window);
	int64_t begin_ns = clock_now_ns(), end_ns;
	uint64_t shown = w->shown;
	bool must;

	app_draw(l->app, window, begin_ns);
	w->shown = draw_fingerprint(&view->ui.list);
	must = w->shown != shown;
	if (must)
		backend_draw(w->backend, &view->ui.list);
	end_ns = clock_now_ns();
	if (must)
		backend_show(w->backend);
	w->drawn_ns = begin_ns;
	if (l->frame_log && window == 0)
		fprintf(l->frame_log, "%" PRIu64 " %" PRId64 " %" PRId64 "\n",
			l->app->model.sample.seq, clock_now_ns(),
			must ? (end_ns - begin_ns) / CLOCK_NS_PER_US : 0);
	return must;
}

static int take_shot(const char *path, void *ctx)
{
	struct loop *l = ctx;
	struct window *w = &l->windows[l->scripted];
	int error;

	app_draw(l->app, l->scripted, clock_now_ns());
	backend_draw(w->backend, &app_view(l->app, l->scripted)->ui.list);
	w->shown = 0;
	error = backend_read(w->backend, w->pixels);
	if (error == 0)
		error = png_file_write(path, w->pixels, w->w, w->h);
	backend_show(w->backend);
	return error;
}

/* --- what a script may do ------------------------------------------------------------------ */

static int script_widget(const char *name, int *x, int *y, void *ctx)
{
	struct loop *l = ctx;
	const struct widget *item =
		widgets_find_name(&app_view(l->app, l->scripted)->ui.widgets, name);

	if (!item)
		return -ENOENT;
	*x = item->rect.x + item->rect.w / 2;
	*y = item->rect.y + item->rect.h / 2;
	return item->enabled ? 0 : -EAGAIN;
}

static void script_pointer(bool down, int x, int y, void *ctx)
{
	struct loop *l = ctx;
	struct window *w = &l->windows[l->scripted];

	backend_push_touch(w->backend, down ? INPUT_POINTER_DOWN : INPUT_POINTER_UP,
		(x + 0.5) / w->w, (y + 0.5) / w->h);
}

static void script_key(bool down, int key, void *ctx)
{
	struct loop *l = ctx;
	const struct input_event event = { .kind = down ? INPUT_KEY_DOWN : INPUT_KEY_UP,
		.key = key };

	app_event(l->app, l->scripted, &event, clock_now_ns());
}

static void script_type(const char *character, void *ctx)
{
	struct loop *l = ctx;
	struct input_event event = { .kind = INPUT_TEXT };

	snprintf(event.text, sizeof(event.text), "%s", character);
	app_event(l->app, l->scripted, &event, clock_now_ns());
}

static void script_panel(const struct touch_matrix *skew, void *ctx)
{
	struct loop *l = ctx;

	backend_skew_panel(l->windows[0].backend, skew);
}

static int script_role(const char *name, void *ctx)
{
	struct loop *l = ctx;

	if (l->n_windows < VIEW_N_ROLES)
		return -ENOENT;
	l->scripted = strcmp(name, "far") == 0 ? VIEW_FAR : VIEW_NEAR;
	return 0;
}

static const char *script_screen(void *ctx)
{
	struct loop *l = ctx;

	return view_screen_name(app_view(l->app, l->scripted));
}

static const char *script_state(void *ctx)
{
	struct loop *l = ctx;

	return model_state_name(model_state(&l->app->model, clock_now_ns()));
}

static void script_quit(void *ctx)
{
	struct loop *l = ctx;

	l->over = true;
}

static const struct script_ops script_ops = {
	.widget_at = script_widget,
	.pointer = script_pointer,
	.key = script_key,
	.type = script_type,
	.panel = script_panel,
	.role = script_role,
	.shot = take_shot,
	.screen = script_screen,
	.state = script_state,
	.quit = script_quit,
};

static void step_script(struct loop *l, int64_t now_ns)
{
	char message[512];
	int done;

	if (!l->script)
		return;
	done = script_step(l->script, &script_ops, l, now_ns, message, sizeof(message));
	if (done < 0) {
		say(message);
		l->result = LOOP_FAILED;
		l->over = true;
	} else if (done > 0) {
		script_free(l->script);
		l->script = NULL;
	}
}

/* --- --screenshot --------------------------------------------------------------------------- */

static void finish_shot(struct loop *l, int result)
{
	int error = take_shot(l->o->screenshot, l);

	if (error != 0) {
		fprintf(stderr, "stance-ui: cannot write %s: %s\n", l->o->screenshot,
			strerror(-error));
		result = LOOP_FAILED;
	}
	l->result = result;
	l->over = true;
}

/* A person first; an empty mat if nobody comes; what there is if no mat does. */
static void step_shot(struct loop *l, int64_t now_ns)
{
	const struct model *m = &l->app->model;
	enum model_state state = model_state(m, now_ns);
	int64_t in_state_ns;

	if (state != l->state) {
		l->state = state;
		l->state_since_ns = now_ns;
	}
	in_state_ns = now_ns - l->state_since_ns;
	if (!l->o->screenshot || l->script || l->over)
		return;
	if (state == MODEL_LIVE && m->has_frame && in_state_ns >= SHOT_SETTLE_NS) {
		finish_shot(l, LOOP_OK);
	} else if (state == MODEL_EMPTY && m->has_frame &&
		   in_state_ns >= SHOT_EMPTY_NS) {
		finish_shot(l, LOOP_OK);
	} else if (now_ns - l->start_ns >= SHOT_WAIT_NS) {
		bool data = model_is_live(state) && m->has_frame;
		char words[512];

		mat_words_no_data(m, state, words, sizeof(words));
		if (!data)
			fprintf(stderr, "stance-ui: no data after 5 s: %s\n", words);
		finish_shot(l, data ? LOOP_OK : LOOP_NO_DATA);
	}
}

/* --- the loop ------------------------------------------------------------------------------- */

static void read_clock(struct loop *l)
{
	time_t now = time(NULL);
	struct tm local;
	char day[12];

	if (!localtime_r(&now, &local))
		return;
	app_set_clock(l->app, local.tm_hour * 60 + local.tm_min);
	if (strftime(day, sizeof(day), "%Y-%m-%d", &local) > 0)
		app_set_today(l->app, day);
}

static void earlier(int64_t *next_ns, int64_t at_ns)
{
	if (at_ns < *next_ns)
		*next_ns = at_ns;
}

static bool anything_pressed(struct loop *l)
{
	bool pressed = false;

	for (int i = 0; i < l->n_windows; i++)
		pressed |= app_view(l->app, i)->ui.widgets.pressed != WIDGETS_NONE;
	return pressed;
}

/* Return when the window drawn longest ago may be drawn again. */
static int64_t next_frame_ns(const struct loop *l)
{
	int64_t at_ns = INT64_MAX;

	for (int i = 0; i < l->n_windows; i++)
		earlier(&at_ns, l->windows[i].drawn_ns + FRAME_NS);
	return at_ns;
}

static int fd_of_window(const struct loop *l, int window)
{
	return window < l->n_windows ? backend_fd(l->windows[window].backend) : -1;
}

/* How long nobody needs to look for touch and keys. Beside an empty mat a touch wakes us, as without one. */
static int64_t input_wait_ns(struct loop *l, int64_t now_ns)
{
	if (l->state == MODEL_LIVE || anything_pressed(l) ||
		sound_is_heard(&l->app->sound))
		return INPUT_LIVE_NS;
	for (int i = 0; i < l->n_windows; i++)
		if (fd_of_window(l, i) < 0)
			return INPUT_IDLE_NS;
	return now_ns < l->awake_until_ns ? INPUT_IDLE_NS : SLEEP_NS;
}

static void stay_awake(struct loop *l, int64_t wait_ns)
{
	int64_t until_ns = clock_now_ns() + wait_ns;

	if (until_ns > l->awake_until_ns)
		l->awake_until_ns = until_ns;
}

static void hear(struct loop *l, const struct pollfd *fds)
{
	for (int i = 0; i < l->n_windows; i++)
		if (fds[i].revents != 0)
			stay_awake(l, backend_heard(l->windows[i].backend) ? PLUGGED_NS
									   : AWAKE_NS);
}

static void wait_for_something(struct loop *l, int64_t now_ns)
{
	int64_t next_ns = now_ns + input_wait_ns(l, now_ns);
	int64_t draw_ns =
		l->dark.is_dark ? INT64_MAX : app_next_draw_ns(l->app, now_ns);
	struct pollfd fds[N_FDS] = {
		{ .fd = l->signals, .events = POLLIN },
		{ .fd = link_fd(l->link), .events = POLLIN },
		{ .fd = runner_fd(&l->runner), .events = POLLIN },
		{ .fd = fd_of_window(l, 0), .events = POLLIN },
		{ .fd = fd_of_window(l, 1), .events = POLLIN },
	};
	struct timespec wait = { 0 };

	if (draw_ns < next_frame_ns(l))
		draw_ns = next_frame_ns(l);
	earlier(&next_ns, draw_ns);
	earlier(&next_ns, link_next_ns(l->link));
	earlier(&next_ns, runner_next_ns(&l->runner, now_ns));
	earlier(&next_ns, dark_due_ns(&l->dark));
	earlier(&next_ns, touch_try_due_ns(&l->app->touch));
	if (l->script)
		earlier(&next_ns, script_next_ns(l->script));
	if (link_wants_write(l->link))
		fds[1].events |= POLLOUT;
	if (next_ns > now_ns)
		wait = (struct timespec){ (next_ns - now_ns) / CLOCK_NS_PER_S,
			(next_ns - now_ns) % CLOCK_NS_PER_S };
	ppoll(fds, N_FDS, &wait, NULL);
	hear(l, &fds[N_FDS - VIEW_N_ROLES]);
	if (fds[0].revents != 0)
		l->over = true;
}

/* Drawing may read events that no descriptor tells of any more: one more look. */
static void draw_and_stay_awake(struct loop *l, int window)
{
	if (draw(l, window))
		stay_awake(l, INPUT_IDLE_NS);
}

static void go_dark(struct loop *l)
{
	for (int i = 0; i < l->n_windows; i++) {
		backend_black(l->windows[i].backend);
		l->windows[i].shown = 0;
	}
	backlight_off(&l->light, "");
	l->is_lit = false;
}

/* The picture first, then the light. */
static void light_up(struct loop *l)
{
	for (int i = 0; i < l->n_windows; i++)
		draw(l, i);
	backlight_on(&l->light);
	l->is_lit = true;
}

/* Somebody on the mat, or a trial under way, keeps it lit. */
static void step_dark(struct loop *l, int64_t now_ns)
{
	const struct model *m = &l->app->model;
	bool is_busy = l->state == MODEL_LIVE ||
		       (m->has_status && strcmp(m->status.trial_state, "idle") != 0);

	dark_tick(&l->dark, is_busy, now_ns);
	if (l->dark.is_dark && l->is_lit)
		go_dark(l);
	else if (!l->dark.is_dark && !l->is_lit)
		light_up(l);
}

static void step_machine(struct loop *l, int64_t now_ns)
{
	if (!l->o->warnings || now_ns < l->machine_due_ns)
		return;
	l->machine_due_ns = now_ns + MACHINE_NS;
	app_set_warning(l->app, machine_look(&l->machine, "", now_ns));
}

static void step_display(struct loop *l, int64_t now_ns)
{
	if (now_ns < l->display_due_ns || l->over)
		return;
	l->display_due_ns = now_ns + DISPLAY_NS;
	if (backend_is_current())
		return;
	say("the display was changed: starting anew");
	l->result = LOOP_DISPLAY;
	l->over = true;
}

/* What it does may change where the next touch is. Whatever it is, the window is painted: it may have been covered. */
static void take_event(
	struct loop *l, int window, const struct input_event *event, int64_t now_ns)
{
	l->windows[window].shown = 0;
	if (dark_event(&l->dark, event, now_ns))
		app_event(l->app, window, event, now_ns);
	backend_set_touch(l->windows[0].backend, &l->app->touch.now);
}

static void step(struct loop *l)
{
	struct input_event event;
	int64_t now_ns = clock_now_ns();

	link_step(l->link, l->app, now_ns);
	runner_step(&l->runner, l->app, now_ns);
	touch_try_tick(&l->app->touch, now_ns);
	backend_set_touch(l->windows[0].backend, &l->app->touch.now);
	for (int i = 0; i < l->n_windows; i++)
		while (backend_poll(l->windows[i].backend, &event))
			take_event(l, i, &event, now_ns);
	app_tick(l->app, now_ns);
	speaker_feed(&l->speaker, &l->app->sound);
	l->app->mute = l->speaker.failed;
	read_clock(l);
	step_script(l, now_ns);
	step_shot(l, now_ns);
	step_dark(l, now_ns);
	step_display(l, now_ns);
	step_machine(l, now_ns);
	now_ns = clock_now_ns();
	for (int i = 0; i < l->n_windows; i++)
		if (!l->over && !l->dark.is_dark &&
			now_ns - l->windows[i].drawn_ns >= FRAME_NS &&
			app_needs_draw(l->app, i, now_ns))
			draw_and_stay_awake(l, i);
	l->over |= l->app->quit;
}

/* Ctrl-C and a service's stop end the loop in order. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The panel keeps its millimetres where the window system changes its pixels; a second display is
 * the known one of its size. */
static struct layout_display display_of(const struct loop *l, int window)
{
	const struct options *o = l->o;
	const struct window *w = &l->windows[window];
	struct layout_display d = layout_display_make(
		w->w, w->h, o->w_mm, o->near_mm, o->far_mm, o->low_vision);
	const struct layout_profile *p;

	if (!o->fullscreen)
		d.ppm = o->w / o->w_mm;
	for (int i = 0; window > 0 && (p = layout_profile_at(i)) != NULL; i++)
		if (p->w == w->w && p->h == w->h)
			d.ppm = p->w / p->w_mm;
	return d;
}

static int open_window(struct loop *l, int window)
{
	const struct options *o = l->o;
	struct window *w = &l->windows[window];
	const struct backend_setup setup = { .w = o->w,
		.h = o->h,
		.fullscreen = o->fullscreen,
		.unseen = o->screenshot || o->script,
		.display = window,
		.title = !o->both      ? NULL
			 : window == 0 ? "Stance"
				       : "Stance (patient)",
		.rotation_deg = window == 0 ? o->rotation_deg : 0,
		.touch = window == 0 ? &o->touch : NULL,
		.connector = o->connector };
	char message[512];
	int error = backend_open(&setup, &w->backend, message, sizeof(message));

	if (error != 0) {
		say(message);
		l->result = error == -EACCES  ? LOOP_DENIED
			    : error == -ENXIO ? LOOP_DISPLAY
					      : LOOP_FAILED;
		return error;
	}
	l->n_windows++;
	backend_size(w->backend, &w->w, &w->h);
	log_info("%d x %d pixels on %s", w->w, w->h, backend_name(w->backend));
	w->pixels = malloc((size_t)w->w * (size_t)w->h * sizeof(*w->pixels));
	return w->pixels ? 0 : -ENOMEM;
}

static int open_app(struct loop *l)
{
	const struct options *o = l->o;
	struct app_setup app = { .screens = screens_all,
		.home = o->live_first ? "live" : "worklist",
		.touch = &o->touch,
		.rotation_deg = o->rotation_deg,
		.role = o->far ? VIEW_FAR : VIEW_NEAR,
		.two_windows = o->both,
		.map = o->map,
		.pressure_kpa = o->pressure_kpa,
		.lock_ns = (int64_t)(o->lock_min * 60 * CLOCK_NS_PER_S),
		.sound = o->sound,
		.kiosk = o->kiosk,
		.read_picture = png_file_read,
		.can_print = runner_args_on_path("lp") };

	for (int i = 0; i < VIEW_N_ROLES; i++) {
		int window = i < l->n_windows ? i : 0;
		app.display[i] = display_of(l, window);
		app.measure[i] = backend_measure;
		app.measure_ctx[i] = l->windows[window].backend;
	}
	l->app = app_new(&app);
	return l->app ? 0 : -ENOMEM;
}

static int open_windows(struct loop *l)
{
	int error = 0;

	for (int i = 0; i <= l->o->both && error == 0; i++)
		error = open_window(l, i);
	return error != 0 ? error : open_app(l);
}

static int open_files(struct loop *l)
{
	char message[512];

	if (l->o->script &&
		script_open(l->o->script, &l->script, message, sizeof(message)) != 0) {
		say(message);
		return -EINVAL;
	}
	if (l->o->frame_log && !(l->frame_log = fopen(l->o->frame_log, "w"))) {
		fprintf(stderr, "stance-ui: cannot write %s: %s\n", l->o->frame_log,
			strerror(errno));
		return -EIO;
	}
	/* Whoever follows it sees each line. */
	if (l->frame_log)
		setvbuf(l->frame_log, NULL, _IOLBF, 0);
	return 0;
}

static void close_all(struct loop *l)
{
	if (l->frame_log)
		fclose(l->frame_log);
	script_free(l->script);
	link_free(l->link);
	runner_stop(&l->runner);
	speaker_close(&l->speaker);
	if (!l->is_lit)
		backlight_on(&l->light); /* whoever comes next sees something */
	app_free(l->app);
	for (int i = 0; i < VIEW_N_ROLES; i++) {
		free(l->windows[i].pixels);
		backend_close(l->windows[i].backend);
	}
	if (l->signals >= 0)
		close(l->signals);
}

int loop_run(const struct options *o)
{
	struct loop l = {
		.o = o, .is_lit = true, .result = LOOP_FAILED, .state = MODEL_NO_DAEMON
	};

	runner_init(&l.runner, o->socket);
	l.runner.config = o->config;
	l.signals = open_signals();
	if (open_files(&l) == 0 && open_windows(&l) == 0 &&
		(l.link = link_new(o->socket)) != NULL) {
		l.result = LOOP_OK;
		l.start_ns = l.state_since_ns = clock_now_ns();
		dark_init(&l.dark, (int64_t)(o->dark_min * 60 * CLOCK_NS_PER_S),
			l.start_ns);
		while (!l.over) {
			step(&l);
			if (!l.over)
				wait_for_something(&l, clock_now_ns());
		}
	}
	close_all(&l);
	return l.result;
}
