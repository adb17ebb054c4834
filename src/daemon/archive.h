/* The store behind the worker's thread: opened there, asked there, pruned there once a day.
 * Does not know sockets. Nothing here waits for the disk on the loop's thread.
 * Follows docs/store.md. A store that cannot be opened is a state, not a failure: live pictures go
 * on, jobs are told why, and it is tried again with the next job. */
#ifndef STANCE_DAEMON_ARCHIVE_H
#define STANCE_DAEMON_ARCHIVE_H

#include <stdint.h>

#include "src/daemon/worker.h"
#include "src/store/store.h"

struct sd_event;
struct archive;

/* `store` NULL: it cannot be opened, and `trouble` says why and what to do. The worker's thread. */
typedef void archive_run_fn(struct store *store, const char *trouble, void *ctx);

/* A job on the store, caller-owned as struct worker_job. */
struct archive_job {
	archive_run_fn *run_fn;
	worker_fn *done_fn; /* on the loop's thread */
	void *ctx;
	struct archive *archive; /* the archive's, as is the next */
	struct worker_job job;
};

/* Start the worker, open DIR's store and store what a crash left running (recovery.h), all in the
 * background. Raw frames older than `keep_raw_days` go, 0: never. `dir` is borrowed. Returns 0 or a
 * negative errno. */
int archive_new(struct sd_event *event, const char *dir, double keep_raw_days,
	struct archive **out);

/* Finish what was posted, close the store; NULL does nothing. */
void archive_free(struct archive *archive);

void archive_post(struct archive *archive, struct archive_job *job);

/* For worker_wake(), worker_follow() and worker_drain(). */
struct worker *archive_worker(struct archive *archive);

/* Return the number of finished trials as last counted, -1 unknown. */
int64_t archive_n_trials(const struct archive *archive);

/* Count again: trials came or went. The worker's thread. */
void archive_count(struct archive *archive, struct store *store);

#endif
