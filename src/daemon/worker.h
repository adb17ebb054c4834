/* The one thread that waits for the disk: jobs run there in the order they were posted, and what is
 * to happen afterwards is called on the loop's thread.
 * Does not know what the jobs do.
 * Follows docs/architecture.md ("Decisions"): a card's sync may stall for hundreds of milliseconds,
 * and no frame and no client waits for it. */
#ifndef STANCE_DAEMON_WORKER_H
#define STANCE_DAEMON_WORKER_H

struct sd_event;
struct worker;

typedef void worker_fn(void *ctx);

/* One job, caller-owned, untouched by the caller between worker_post() and `done_fn`, which may free
 * or post it again: so posting cannot fail. */
struct worker_job {
	worker_fn *run_fn;  /* called on the worker's thread */
	worker_fn *done_fn; /* then called on the loop's */
	void *ctx;
	struct worker_job *next; /* the worker's */
};

/* Start the thread. Signals stay with the loop. Returns 0 or a negative errno. */
int worker_new(struct sd_event *event, struct worker **out);

/* Run what was posted to its end, call what is due and end the thread; NULL does nothing. */
void worker_free(struct worker *worker);

/* Post a job. The loop's thread. */
void worker_post(struct worker *worker, struct worker_job *job);

/* Return how many jobs wait or run. The loop's thread. */
int worker_n_jobs(struct worker *worker);

/* Wait until everything that was posted has run and was followed up; jobs that are posted by those
 * called here count too. The loop's thread. */
void worker_drain(struct worker *worker);

/* Have `fn` called on the worker's thread whenever worker_wake() was called and after each job; NULL
 * ends it. From within a job. */
void worker_follow(struct worker *worker, worker_fn *fn, void *ctx);

/* Wake the thread for that. Takes no lock, never waits, uses no heap: fit for every frame. */
void worker_wake(struct worker *worker);

#endif
