#define _GNU_SOURCE /* pthread_setname_np() */
#include "src/daemon/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <systemd/sd-event.h>

/* First in, first out; all zero is empty. */
struct jobs {
	struct worker_job *first, *last;
	int n;
};

struct worker {
	sd_event *event;
	sd_event_source *io;
	pthread_t thread;
	bool has_thread;
	int wake_fd; /* the thread waits here */
	int done_fd; /* the loop waits here */
	pthread_mutex_t mutex;
	pthread_cond_t idle;  /* signalled after each job: worker_drain() waits here */
	struct jobs todo;     /* under the mutex */
	struct jobs finished; /* under the mutex */
	bool ends, runs;      /* under the mutex: to be ended; a job is being run */
	/* The thread's own. */
	worker_fn *follow_fn;
	void *follow_ctx;
};

static void append(struct jobs *jobs, struct worker_job *job)
{
	job->next = NULL;
	if (jobs->last)
		jobs->last->next = job;
	else
		jobs->first = job;
	jobs->last = job;
	jobs->n++;
}

static struct worker_job *take(struct jobs *jobs)
{
	struct worker_job *job = jobs->first;

	if (!job)
		return NULL;
	jobs->first = job->next;
	if (!jobs->first)
		jobs->last = NULL;
	jobs->n--;
	return job;
}

/* An eventfd of one that is added to is full only after 2^64 - 2 wakings. */
static void signal_fd(int fd)
{
	uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
}

static void clear_fd(int fd)
{
	uint64_t n;

	while (read(fd, &n, sizeof(n)) < 0 && errno == EINTR)
		continue;
}

/* --- the thread -------------------------------------------------------------------------- */

static struct worker_job *begin_job(struct worker *worker, bool *ends)
{
	struct worker_job *job;

	pthread_mutex_lock(&worker->mutex);
	job = take(&worker->todo);
	worker->runs = job;
	*ends = worker->ends;
	pthread_mutex_unlock(&worker->mutex);
	return job;
}

static void end_job(struct worker *worker, struct worker_job *job)
{
	pthread_mutex_lock(&worker->mutex);
	append(&worker->finished, job);
	worker->runs = false;
	pthread_cond_signal(&worker->idle);
	pthread_mutex_unlock(&worker->mutex);
	signal_fd(worker->done_fd);
}

static void follow(struct worker *worker)
{
	if (worker->follow_fn)
		worker->follow_fn(worker->follow_ctx);
}

/* Returns false when the thread is to end: nothing is left to do. */
static bool run_jobs(struct worker *worker)
{
	struct worker_job *job;
	bool ends;

	while ((job = begin_job(worker, &ends))) {
		job->run_fn(job->ctx);
		end_job(worker, job);
		follow(worker);
	}
	return !ends;
}

static void *thread_main(void *ctx)
{
	struct worker *worker = ctx;

	while (run_jobs(worker)) {
		clear_fd(worker->wake_fd); /* blocks */
		follow(worker);
	}
	return NULL;
}

/* Signals are the loop's: a thread that could take one would end the daemon behind its back. */
static int start_thread(struct worker *worker)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&worker->thread, NULL, thread_main, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return -err;
	worker->has_thread = true;
	pthread_setname_np(worker->thread, "stance-disk");
	return 0;
}

/* --- the loop ---------------------------------------------------------------------------- */

static void call_finished(struct worker *worker)
{
	struct worker_job *job;

	for (;;) {
		pthread_mutex_lock(&worker->mutex);
		job = take(&worker->finished);
		pthread_mutex_unlock(&worker->mutex);
		if (!job)
			return;
		job->done_fn(job->ctx);
	}
}

static int on_done(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct worker *worker = userdata;

	(void)source;
	(void)revents;
	clear_fd(fd);
	call_finished(worker);
	return 0;
}

int worker_new(struct sd_event *event, struct worker **out)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int err;

	if (!worker)
		return -ENOMEM;
	worker->event = sd_event_ref(event);
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->idle, NULL);
	worker->wake_fd = eventfd(0, EFD_CLOEXEC);
	worker->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = worker->wake_fd < 0 || worker->done_fd < 0 ? -errno : 0;
	if (err == 0)
		err = sd_event_add_io(
			event, &worker->io, worker->done_fd, EPOLLIN, on_done, worker);
	if (err >= 0)
		err = start_thread(worker);
	if (err < 0) {
		worker_free(worker);
		return err;
	}
	*out = worker;
	return 0;
}

static void end_thread(struct worker *worker)
{
	worker_drain(worker);
	pthread_mutex_lock(&worker->mutex);
	worker->ends = true;
	pthread_mutex_unlock(&worker->mutex);
	signal_fd(worker->wake_fd);
	pthread_join(worker->thread, NULL);
}

void worker_free(struct worker *worker)
{
	if (!worker)
		return;
	if (worker->has_thread)
		end_thread(worker);
	sd_event_source_disable_unref(worker->io);
	if (worker->wake_fd >= 0)
		close(worker->wake_fd);
	if (worker->done_fd >= 0)
		close(worker->done_fd);
	pthread_cond_destroy(&worker->idle);
	pthread_mutex_destroy(&worker->mutex);
	sd_event_unref(worker->event);
	free(worker);
}

void worker_post(struct worker *worker, struct worker_job *job)
{
	pthread_mutex_lock(&worker->mutex);
	append(&worker->todo, job);
	pthread_mutex_unlock(&worker->mutex);
	signal_fd(worker->wake_fd);
}

int worker_n_jobs(struct worker *worker)
{
	int n;

	pthread_mutex_lock(&worker->mutex);
	n = worker->todo.n + worker->runs;
	pthread_mutex_unlock(&worker->mutex);
	return n;
}

/* Wait for the thread to have nothing to do. Returns true if anything was finished meanwhile. */
static bool await_idle(struct worker *worker)
{
	bool has_finished;

	pthread_mutex_lock(&worker->mutex);
	while (worker->todo.first || worker->runs)
		pthread_cond_wait(&worker->idle, &worker->mutex);
	has_finished = worker->finished.first;
	pthread_mutex_unlock(&worker->mutex);
	return has_finished;
}

void worker_drain(struct worker *worker)
{
	while (await_idle(worker))
		call_finished(worker);
}

void worker_follow(struct worker *worker, worker_fn *fn, void *ctx)
{
	worker->follow_fn = fn;
	worker->follow_ctx = ctx;
}

void worker_wake(struct worker *worker)
{
	signal_fd(worker->wake_fd);
}
