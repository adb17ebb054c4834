#define _GNU_SOURCE /* pthread_setname_np() */
#include "src/daemon/pulse_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "src/base/clock.h"

/* A sleeping processor takes its time to wake: it is woken so much earlier, and the rest is waited out awake. Chosen: 0.1 % of
 * a core at a pulse a second, and less than the slice that a scheduler leaves a thread (from 1.4 ms on two cores): one that had
 * waited its slice out would lose the processor just when the pulse is due. */
static int64_t ahead_ns(int64_t width_ns)
{
	return width_ns < CLOCK_NS_PER_MS ? width_ns : CLOCK_NS_PER_MS;
}

/* The plan belongs to the loop while FREE, to whoever changes ARMED first, to the thread while BUSY. */
enum { FREE, ARMED, BUSY };

struct pulse_thread {
	pulse_set_fn *set;
	void *ctx;
	int64_t late_ns;
	pthread_t thread;
	bool has_thread;
	int timer_fd;
	atomic_bool ends;

	atomic_int state;
	uint64_t n;
	int64_t due_ns, width_ns;

	atomic_bool has_risen; /* `rise` belongs to the loop while it is set */
	struct pulse_rise rise;
};

static struct timespec moment(int64_t t_ns)
{
	return (struct timespec){ .tv_sec = t_ns / CLOCK_NS_PER_S,
		.tv_nsec = t_ns % CLOCK_NS_PER_S };
}

/* A time of 0 would stop the timer. */
static void wake_at(struct pulse_thread *thread, int64_t t_ns)
{
	struct itimerspec at = { .it_value = moment(t_ns > 0 ? t_ns : 1) };

	timerfd_settime(thread->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* --- the thread --------------------------------------------------------------------------- */

static void sleep_until(int64_t t_ns)
{
	struct timespec at = moment(t_ns);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

/* The plan is the thread's. Free for the next one before the fall, which may take as long as the way to the next. */
static void pulse(struct pulse_thread *thread)
{
	int64_t width_ns = thread->width_ns;
	struct pulse_rise rise = { .n = thread->n };

	while (clock_now_ns() < thread->due_ns)
		;
	rise.is_refused = !thread->set(true, thread->ctx);
	rise.t_ns = clock_now_ns();
	thread->rise = rise;
	atomic_store(&thread->has_risen, true);
	atomic_store(&thread->state, FREE);
	if (rise.is_refused)
		return;
	sleep_until(rise.t_ns + width_ns);
	thread->set(false, thread->ctx);
}

static void on_time(struct pulse_thread *thread)
{
	int armed = ARMED;
	int64_t early_ns;

	if (!atomic_compare_exchange_strong(&thread->state, &armed, BUSY))
		return;
	early_ns = thread->due_ns - clock_now_ns();
	/* planned anew meanwhile: the timer comes again */
	if (early_ns > ahead_ns(thread->width_ns) + CLOCK_NS_PER_US)
		atomic_store(&thread->state, ARMED);
	else if (early_ns < -thread->late_ns)
		atomic_store(&thread->state, FREE);
	else
		pulse(thread);
}

static void *thread_main(void *ctx)
{
	struct pulse_thread *thread = ctx;
	uint64_t n_times;

	prctl(PR_SET_TIMERSLACK, 1UL);
	while (read(thread->timer_fd, &n_times, sizeof(n_times)) > 0 ||
		errno == EINTR) {
		if (atomic_load(&thread->ends))
			break;
		on_time(thread);
	}
	return NULL;
}

/* --- the loop ----------------------------------------------------------------------------- */

/* Signals stay with the loop. */
static int start(struct pulse_thread *thread)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread->thread, NULL, thread_main, thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return -err;
	thread->has_thread = true;
	pthread_setname_np(thread->thread, "stance-pulse");
	return 0;
}

int pulse_thread_new(
	pulse_set_fn *set, void *ctx, int64_t late_ns, struct pulse_thread **out)
{
	struct pulse_thread *thread = calloc(1, sizeof(*thread));
	int err;

	if (!thread)
		return -ENOMEM;
	thread->set = set;
	thread->ctx = ctx;
	thread->late_ns = late_ns;
	thread->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	err = thread->timer_fd < 0 ? -errno : start(thread);
	if (err < 0) {
		pulse_thread_free(thread);
		return err;
	}
	*out = thread;
	return 0;
}

void pulse_thread_free(struct pulse_thread *thread)
{
	if (!thread)
		return;
	if (thread->has_thread) {
		atomic_store(&thread->ends, true);
		wake_at(thread, 0);
		pthread_join(thread->thread, NULL);
	}
	if (thread->timer_fd >= 0)
		close(thread->timer_fd);
	free(thread);
}

void pulse_thread_plan(
	struct pulse_thread *thread, uint64_t n, int64_t due_ns, int64_t width_ns)
{
	int armed = ARMED;

	atomic_compare_exchange_strong(&thread->state, &armed, FREE);
	if (atomic_load(&thread->state) != FREE || due_ns == INT64_MAX)
		return;
	thread->n = n;
	thread->due_ns = due_ns;
	thread->width_ns = width_ns;
	atomic_store(&thread->state, ARMED);
	wake_at(thread, due_ns - ahead_ns(width_ns));
}

bool pulse_thread_take(struct pulse_thread *thread, struct pulse_rise *out)
{
	if (!atomic_load(&thread->has_risen))
		return false;
	*out = thread->rise;
	atomic_store(&thread->has_risen, false);
	return true;
}
