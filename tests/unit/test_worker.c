/* The thread that waits for the disk: order, completion on the loop's thread, waking, the end. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <systemd/sd-event.h>

#include "src/daemon/worker.h"

#define N_JOBS 500

struct bench {
	sd_event *event;
	struct worker *worker;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_true(sd_event_new(&b->event) >= 0);
	assert_int_equal(worker_new(b->event, &b->worker), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	worker_free(b->worker);
	sd_event_unref(b->event);
	free(b);
	return 0;
}

/* Everything below is written by one thread at a time: by the job, then by its completion. */
struct log {
	int n_run, n_done;
	int run[N_JOBS], done[N_JOBS];
	pthread_t run_thread, done_thread;
};

struct numbered {
	struct worker_job job;
	struct log *log;
	int number;
};

static void run_numbered(void *ctx)
{
	struct numbered *n = ctx;

	n->log->run[n->log->n_run++] = n->number;
	n->log->run_thread = pthread_self();
}

static void done_numbered(void *ctx)
{
	struct numbered *n = ctx;
	struct log *log = n->log;

	log->done[log->n_done++] = n->number;
	log->done_thread = pthread_self();
	free(n); /* is the caller's again */
}

static void post_numbered(struct bench *b, struct log *log, int number)
{
	struct numbered *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	n->log = log;
	n->number = number;
	n->job = (struct worker_job){
		.run_fn = run_numbered, .done_fn = done_numbered, .ctx = n
	};
	worker_post(b->worker, &n->job);
}

static void check_log(const struct log *log)
{
	assert_int_equal(log->n_run, N_JOBS);
	assert_int_equal(log->n_done, N_JOBS);
	for (int i = 0; i < N_JOBS; i++) {
		assert_int_equal(log->run[i], i);
		assert_int_equal(log->done[i], i);
	}
	assert_false(pthread_equal(log->run_thread, pthread_self()));
	assert_true(pthread_equal(log->done_thread, pthread_self()));
}

static void jobs_run_in_order_and_end_on_the_loop(void **state)
{
	struct bench *b = *state;
	static struct log log;

	memset(&log, 0, sizeof(log));
	for (int i = 0; i < N_JOBS; i++)
		post_numbered(b, &log, i);
	while (log.n_done < N_JOBS)
		assert_true(sd_event_run(b->event, 5000000) >= 0);
	check_log(&log);
	assert_int_equal(worker_n_jobs(b->worker), 0);
}

static void draining_waits_for_all(void **state)
{
	struct bench *b = *state;
	static struct log log;

	memset(&log, 0, sizeof(log));
	for (int i = 0; i < N_JOBS; i++)
		post_numbered(b, &log, i);
	worker_drain(b->worker);
	check_log(&log);
}

static void freeing_runs_what_was_posted(void **state)
{
	struct bench *b = *state;
	static struct log log;

	memset(&log, 0, sizeof(log));
	for (int i = 0; i < N_JOBS; i++)
		post_numbered(b, &log, i);
	worker_free(b->worker);
	b->worker = NULL;
	check_log(&log);
}

/* --- a job that posts another ------------------------------------------------------------ */

struct chain {
	struct bench *bench;
	struct worker_job job;
	int n_left, n_run;
};

static void run_link(void *ctx)
{
	struct chain *c = ctx;

	c->n_run++;
}

static void done_link(void *ctx)
{
	struct chain *c = ctx;

	if (--c->n_left > 0)
		worker_post(c->bench->worker, &c->job);
}

static void what_follows_is_waited_for_too(void **state)
{
	struct bench *b = *state;
	struct chain c = { .bench = b,
		.job = { .run_fn = run_link, .done_fn = done_link },
		.n_left = 20 };

	c.job.ctx = &c;
	worker_post(b->worker, &c.job);
	worker_drain(b->worker);
	assert_int_equal(c.n_run, 20);
	assert_int_equal(c.n_left, 0);
}

/* --- waking ------------------------------------------------------------------------------ */

struct waking {
	struct bench *bench;
	struct worker_job job;
	_Atomic int n_called;
	bool follows;
};

static void count_call(void *ctx)
{
	struct waking *w = ctx;

	w->n_called++;
}

static void set_follow(void *ctx)
{
	struct waking *w = ctx;

	worker_follow(w->bench->worker, w->follows ? count_call : NULL, w);
}

static void no_more(void *ctx)
{
	(void)ctx;
}

static void run_set_follow(struct waking *w, bool follows)
{
	w->follows = follows;
	w->job = (struct worker_job){
		.run_fn = set_follow, .done_fn = no_more, .ctx = w
	};
	worker_post(w->bench->worker, &w->job);
	worker_drain(w->bench->worker);
}

static void a_follower_is_called_when_woken(void **state)
{
	struct bench *b = *state;
	struct waking w = { .bench = b };
	int n, i;

	run_set_follow(&w, true);
	for (int k = 0; k < 20; k++) {
		n = w.n_called;
		worker_wake(b->worker);
		for (i = 0; w.n_called == n && i < 5000; i++)
			usleep(1000);
		assert_true(w.n_called > n);
	}
	run_set_follow(&w, false);
	n = w.n_called;
	worker_wake(b->worker);
	worker_drain(b->worker);
	usleep(20000);
	assert_int_equal(w.n_called, n);
}

/* --- signals ----------------------------------------------------------------------------- */

struct masked {
	sigset_t set;
};

static void read_mask(void *ctx)
{
	struct masked *m = ctx;

	pthread_sigmask(SIG_SETMASK, NULL, &m->set);
}

static void signals_stay_with_the_loop(void **state)
{
	struct bench *b = *state;
	struct masked m;
	struct worker_job job = { .run_fn = read_mask, .done_fn = no_more, .ctx = &m };
	sigset_t own;

	sigemptyset(&m.set);
	worker_post(b->worker, &job);
	worker_drain(b->worker);
	assert_true(sigismember(&m.set, SIGTERM) && sigismember(&m.set, SIGINT));
	pthread_sigmask(SIG_SETMASK, NULL, &own);
	assert_false(sigismember(&own, SIGTERM));
	worker_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_run_in_order_and_end_on_the_loop),
		TEST(draining_waits_for_all),
		TEST(freeing_runs_what_was_posted),
		TEST(what_follows_is_waited_for_too),
		TEST(a_follower_is_called_when_woken),
		TEST(signals_stay_with_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
