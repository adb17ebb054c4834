#include "src/daemon/archive.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/daemon/recovery.h"
#include "src/store/store_training.h"

#define LOG_TAG "archive"
#include "src/base/log.h"

#define DAY_S          INT64_C(86400)
#define PRUNE_SLACK_US 60000000
#define PRUNED_BY      "stanced"

/* How soon a store that could not be opened is tried again. Chosen. */
#define RETRY_NS (1 * CLOCK_NS_PER_S)

struct archive {
	struct worker *worker;
	const char *dir;
	sd_event_source *prune_timer;
	double keep_raw_days;
	struct archive_job open_job, prune_job;
	bool prunes; /* the job is under way */
	_Atomic int64_t n_trials;
	/* The worker's thread alone. */
	struct store *store;
	char trouble[STORE_MESSAGE_SIZE];
	int64_t tried_ns; /* 0: never */
};

/* --- on the worker's thread -------------------------------------------------------------- */

void archive_count(struct archive *archive, struct store *store)
{
	int64_t n_trials;
	uint64_t free_bytes;

	if (store_totals(store, &n_trials, &free_bytes) == 0)
		archive->n_trials = n_trials;
}

static void recover_training(struct store *store)
{
	int n = store_training_recover(store);

	if (n < 0)
		log_err("interrupted training cannot be stored: %s", strerror(-n));
	else if (n > 0)
		log_info("%d sessions of training were interrupted by a crash", n);
}

static void open_store(struct archive *archive)
{
	int64_t now_ns = clock_now_ns();
	char trouble[STORE_MESSAGE_SIZE] = "";
	int err;

	if (archive->tried_ns != 0 && now_ns - archive->tried_ns < RETRY_NS)
		return;
	err = store_open(
		archive->dir, false, &archive->store, trouble, sizeof(trouble));
	archive->tried_ns = now_ns;
	if (err < 0) {
		archive->store = NULL;
		if (!trouble[0])
			snprintf(trouble, sizeof(trouble), "%s", strerror(-err));
		if (strcmp(trouble, archive->trouble) != 0)
			log_err_event(LOG_EVENT_STORE_CLOSED,
				"the store cannot be opened: %s", trouble);
		memcpy(archive->trouble, trouble, sizeof(trouble));
		return;
	}
	archive->trouble[0] = '\0';
	recovery_run(archive->store);
	recover_training(archive->store);
	archive_count(archive, archive->store);
}

static void run_job(void *ctx)
{
	struct archive_job *job = ctx;
	struct archive *archive = job->archive;

	if (!archive->store)
		open_store(archive);
	job->run_fn(archive->store, archive->trouble, job->ctx);
}

static void run_open(struct store *store, const char *trouble, void *ctx)
{
	(void)store; /* opening was all */
	(void)trouble;
	(void)ctx;
}

static void run_prune(struct store *store, const char *trouble, void *ctx)
{
	const struct archive *archive = ctx;
	struct timespec now;
	int64_t now_ms, keep_ms;
	int n;

	(void)trouble;
	if (!store)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	keep_ms = (int64_t)(archive->keep_raw_days * (double)DAY_S * 1000);
	n = store_raw_prune(store, now_ms - keep_ms, PRUNED_BY);
	if (n > 0)
		log_info("raw frames of %d trials older than %.6g days deleted", n,
			archive->keep_raw_days);
	else if (n < 0)
		log_warn("old raw frames could not be deleted: %s", strerror(-n));
}

/* --- on the loop's thread ---------------------------------------------------------------- */

static void done_job(void *ctx)
{
	struct archive_job *job = ctx;

	if (job->done_fn)
		job->done_fn(job->ctx);
}

void archive_post(struct archive *archive, struct archive_job *job)
{
	job->archive = archive;
	job->job = (struct worker_job){
		.run_fn = run_job, .done_fn = done_job, .ctx = job
	};
	worker_post(archive->worker, &job->job);
}

static void done_prune(void *ctx)
{
	struct archive *archive = ctx;

	archive->prunes = false;
}

static void post_prune(struct archive *archive)
{
	if (archive->prunes)
		return;
	archive->prunes = true;
	archive->prune_job = (struct archive_job){
		.run_fn = run_prune, .done_fn = done_prune, .ctx = archive
	};
	archive_post(archive, &archive->prune_job);
}

static int on_day(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct archive *archive = userdata;

	post_prune(archive);
	sd_event_source_set_time(source, usec + (uint64_t)DAY_S * 1000000);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int start_timer(struct archive *archive, struct sd_event *event)
{
	return sd_event_add_time_relative(event, &archive->prune_timer, CLOCK_MONOTONIC,
		(uint64_t)DAY_S * 1000000, PRUNE_SLACK_US, on_day, archive);
}

int archive_new(struct sd_event *event, const char *dir, double keep_raw_days,
	struct archive **out)
{
	struct archive *archive = calloc(1, sizeof(*archive));
	int err;

	if (!archive)
		return -ENOMEM;
	archive->dir = dir;
	archive->keep_raw_days = keep_raw_days;
	archive->n_trials = -1;
	err = worker_new(event, &archive->worker);
	if (err == 0 && keep_raw_days > 0)
		err = start_timer(archive, event);
	if (err < 0) {
		archive_free(archive);
		return err;
	}
	archive->open_job = (struct archive_job){ .run_fn = run_open };
	archive_post(archive, &archive->open_job);
	if (keep_raw_days > 0)
		post_prune(archive);
	*out = archive;
	return 0;
}

void archive_free(struct archive *archive)
{
	if (!archive)
		return;
	sd_event_source_disable_unref(archive->prune_timer);
	worker_free(archive->worker);
	/* The thread is gone: what was its alone is ours. */
	store_close(archive->store);
	free(archive);
}

struct worker *archive_worker(struct archive *archive)
{
	return archive->worker;
}

int64_t archive_n_trials(const struct archive *archive)
{
	return archive->n_trials;
}
