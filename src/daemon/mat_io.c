#include "src/daemon/mat_io.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/daemon/dev_watch.h"

#define LOG_TAG "mat_io"
#include "src/base/log.h"

#define DEADLINE_SLACK_US 1000
#define PRIORITY          SD_EVENT_PRIORITY_IMPORTANT /* the mat before any client */
/* After the port: whoever was kept from running for long reads what has come before the mat is lost. */
#define TIMER_PRIORITY (PRIORITY + 1)

struct mat_io {
	sd_event *event;
	struct mat *mat;
	struct live *live;
	struct dev_watch *watch; /* NULL: none to be had */
	mat_io_changed_fn *changed_fn;
	void *ctx;
	bool changed;
	sd_event_source *timer, *io; /* io: NULL while no port is open */
	int fd;
	uint32_t events;
	int64_t armed_ns; /* when the timer will fire */
};

/* --- what to wait for -------------------------------------------------------------------- */

static int on_port(sd_event_source *source, int fd, uint32_t revents, void *userdata);

/* epoll's bits equal poll's on Linux for those that a port can have. */
_Static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLHUP == POLLHUP &&
		       EPOLLERR == POLLERR,
	"epoll and poll bits differ");

/* A port closed and another opened within one call may have the same number, and epoll forgets a
 * descriptor that is closed. It happens only while the mat is looked for. */
static void register_again(struct mat_io *io)
{
	if (mat_state(io->mat) == MAT_STREAMING && !io->changed)
		return;
	sd_event_source_set_enabled(io->io, SD_EVENT_OFF);
	sd_event_source_set_enabled(io->io, SD_EVENT_ON);
}

static void follow_fd(struct mat_io *io)
{
	int fd = mat_fd(io->mat), err;
	uint32_t events =
		fd >= 0 ? (uint32_t)(unsigned short)mat_poll_events(io->mat) : 0;

	if (io->io && fd == io->fd) {
		if (events != io->events)
			sd_event_source_set_io_events(io->io, events);
		io->events = events;
		register_again(io);
		return;
	}
	io->io = sd_event_source_disable_unref(io->io);
	io->fd = fd;
	io->events = events;
	if (fd < 0)
		return;
	err = sd_event_add_io(io->event, &io->io, fd, events, on_port, io);
	if (err < 0) {
		log_err("the mat's port cannot be polled (error %d): restart the "
			"daemon",
			-err);
		return;
	}
	sd_event_source_set_priority(io->io, PRIORITY);
}

/* While frames come, the deadline moves away with each. A timer that fires too early wakes the daemon for
 * nothing, and one set with each frame costs a call each: it is set when the deadline has moved further than
 * there is time left, which in a steady stream is every other frame. */
static bool is_armed_for(const struct mat_io *io, int64_t deadline_ns, int64_t now_ns)
{
	return io->armed_ns <= deadline_ns &&
	       deadline_ns - io->armed_ns <= io->armed_ns - now_ns;
}

static void follow_deadline(struct mat_io *io, int64_t now_ns)
{
	int64_t deadline_ns = mat_deadline_ns(io->mat);

	if (deadline_ns == io->armed_ns || is_armed_for(io, deadline_ns, now_ns))
		return;
	if (deadline_ns == INT64_MAX) {
		sd_event_source_set_enabled(io->timer, SD_EVENT_OFF);
	} else {
		sd_event_source_set_time(io->timer,
			deadline_ns > 0 ? (uint64_t)deadline_ns / 1000 + 1 : 0);
		sd_event_source_set_enabled(io->timer, SD_EVENT_ONESHOT);
	}
	io->armed_ns = deadline_ns;
}

/* After every call of the mat. */
static void follow(struct mat_io *io, int64_t now_ns)
{
	follow_fd(io);
	follow_deadline(io, now_ns);
	if (!io->changed)
		return;
	io->changed = false;
	io->changed_fn(io->ctx);
}

static int on_port(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct mat_io *io = userdata;
	int64_t now_ns = clock_now_ns();

	(void)source;
	(void)fd;
	mat_ready(io->mat, (short)revents, now_ns);
	follow(io, now_ns);
	return 0;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mat_io *io = userdata;
	int64_t now_ns = clock_now_ns();

	(void)source;
	(void)usec;
	io->armed_ns = INT64_MAX;
	if (now_ns >= mat_deadline_ns(io->mat))
		mat_tick(io->mat, now_ns);
	follow(io, now_ns);
	return 0;
}

static void on_port_may_have_come(void *ctx)
{
	struct mat_io *io = ctx;
	int64_t now_ns = clock_now_ns();

	mat_look(io->mat, now_ns);
	follow(io, now_ns);
}

/* --- what comes -------------------------------------------------------------------------- */

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct mat_io *io = ctx;

	live_push(io->live, mat_info(io->mat), frame);
}

static void on_state(enum mat_state state, const char *reason, void *ctx)
{
	struct mat_io *io = ctx;

	(void)reason;
	if (state != MAT_STREAMING)
		live_break(io->live);
	io->changed = true;
}

int mat_io_new(struct sd_event *event, const struct mat_options *options,
	struct live *live, mat_io_changed_fn *changed_fn, void *ctx,
	struct mat_io **out)
{
	struct mat_io *io = calloc(1, sizeof(*io));
	const struct mat_handlers handlers = { on_frame, on_state, io };
	int err;

	if (!io)
		return -ENOMEM;
	*io = (struct mat_io){ .event = sd_event_ref(event),
		.live = live,
		.changed_fn = changed_fn,
		.ctx = ctx,
		.fd = -1,
		.armed_ns = INT64_MAX };
	err = mat_new(options, &handlers, &io->mat);
	if (err == 0)
		err = sd_event_add_time(event, &io->timer, CLOCK_MONOTONIC, 0,
			DEADLINE_SLACK_US, on_deadline, io);
	if (err < 0) {
		mat_io_free(io);
		return err;
	}
	sd_event_source_set_priority(io->timer, TIMER_PRIORITY);
	mat_watch(io->mat, dev_watch_new(event, options->path, on_port_may_have_come,
				   io, &io->watch) >= 0);
	*out = io;
	return 0;
}

void mat_io_free(struct mat_io *io)
{
	if (!io)
		return;
	sd_event_source_disable_unref(io->io);
	sd_event_source_disable_unref(io->timer);
	dev_watch_free(io->watch);
	mat_free(io->mat);
	sd_event_unref(io->event);
	free(io);
}

const struct mat *mat_io_mat(const struct mat_io *io)
{
	return io->mat;
}

int mat_io_identify(struct mat_io *io)
{
	int64_t now_ns = clock_now_ns();
	int err = mat_identify(io->mat, now_ns);

	follow(io, now_ns);
	return err;
}
