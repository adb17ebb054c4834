#include "src/daemon/trainer_work.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/i18n.h"
#include "src/ipc/document_training.h"

#define LOG_TAG "training"
#include "src/base/log.h"

#define PATH_SIZE 4096

/* A recording is made only with room for the programme at its longest: frames as they are, pauses and rests
 * taken to be as long as the exercise; and as much again is left for trials. */
#define PAUSES_FACTOR    2.0
#define SPARE_FACTOR     2.0
#define FRAME_HEAD_BYTES 48.0

static void call_done(void *ctx)
{
	struct trainer_work *work = ctx;

	work->is_posted = false;
	work->done_fn(work->done_ctx);
}

static void post(struct trainer_work *work, archive_run_fn *run_fn, worker_fn *done_fn,
	void *ctx)
{
	work->error.code = 0;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	work->is_posted = true;
	work->job = (struct archive_job){
		.run_fn = run_fn, .done_fn = call_done, .ctx = work
	};
	archive_post(work->archive, &work->job);
}

static void refuse_store(struct trainer_work *work, const char *trouble)
{
	rpc_error_set(
		&work->error, RPC_DISK, N_("The store cannot be opened: %s"), trouble);
}

/* --- load -------------------------------------------------------------------------------- */

static void refuse_load(struct trainer_work *work, int err)
{
	if (err == -ENOENT)
		rpc_error_set(&work->error, RPC_NOT_FOUND,
			N_("There is no patient \"%s\"; add him first, or leave the "
			   "patient out."),
			work->request.patient);
	else
		rpc_error_set(&work->error, RPC_DISK,
			N_("The patient's training cannot be read: %s."),
			strerror(-err));
}

/* Somebody anonymous can train without a store: it is not kept then. */
static void run_load(struct store *store, const char *trouble, void *ctx)
{
	struct trainer_work *work = ctx;
	const struct trainer_request *r = &work->request;
	const struct programme *chosen = r->has_programme ? &r->programme : NULL;
	int err;

	if (!store && r->patient[0]) {
		refuse_store(work, trouble);
		return;
	}
	err = training_load(store, r->patient, chosen, &work->loaded);
	if (err < 0)
		refuse_load(work, err);
	else if (programme_is_blind(&work->loaded.programme) && !r->supervised)
		rpc_error_set(&work->error, RPC_NOT_NOW,
			N_("This programme has an exercise with closed eyes: somebody "
			   "must stand right beside. Give supervised when somebody "
			   "does."));
	else if (work->loaded.is_enough && !r->beyond_dose)
		rpc_error_set(&work->error, RPC_NOT_NOW,
			N_("This patient has trained enough for now: %lld today, %lld "
			   "in "
			   "seven days. Rest, or give beyond_dose."),
			(long long)work->loaded.n_today,
			(long long)work->loaded.n_week);
}

void trainer_work_load(struct trainer_work *work, worker_fn *done_fn, void *ctx)
{
	post(work, run_load, done_fn, ctx);
}

/* --- begin ------------------------------------------------------------------------------- */

static int fill_row(struct trainer_work *work)
{
	struct store_training *row = &work->row;
	const struct programme *p = &work->loaded.programme;
	struct timespec now;
	struct jsonw w;
	struct tm tm;

	*row = (struct store_training){ .level = p->level,
		.band = p->band,
		.exercise_s = NAN,
		.success_pct = NAN };
	clock_gettime(CLOCK_REALTIME, &now);
	row->started_unix_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (localtime_r(&now.tv_sec, &tm))
		row->utc_offset_min = (int)(tm.tm_gmtoff / 60);
	snprintf(row->patient, sizeof(row->patient), "%s", work->request.patient);
	snprintf(row->name, sizeof(row->name), "%s", p->name);
	jsonw_init(&w, row->programme, sizeof(row->programme));
	document_put_programme(&w, p);
	return jsonw_finish(&w) < 0 ? -ENOBUFS : store_new_uid(row->uid);
}

static bool has_room(const struct trainer_work *work, struct store *store)
{
	const struct analysis_setup *mat = &work->raw->header.mat;
	double seconds = PAUSES_FACTOR * programme_duration_s(&work->loaded.programme);
	double bytes = 2.0 * geometry_n_cells(&mat->geometry) + FRAME_HEAD_BYTES;
	uint64_t free_bytes;
	int64_t n;

	return store_totals(store, &n, &free_bytes) == 0 &&
	       (double)free_bytes > SPARE_FACTOR * seconds * mat->rate_hz * bytes;
}

static void open_recording(struct trainer_work *work, struct store *store)
{
	struct recording_header *h = &work->raw->header;
	char path[PATH_SIZE];
	int err = has_room(work, store) ? 0 : -ENOSPC;

	snprintf(h->uid, sizeof(h->uid), "%s", work->row.uid);
	h->started_unix_ms = work->row.started_unix_ms;
	h->utc_offset_min = work->row.utc_offset_min;
	if (err == 0)
		err = store_raw_path(store, work->row.uid, path, sizeof(path));
	if (err == 0)
		err = recorder_open(
			archive_worker(work->archive), path, h, &work->recorder);
	work->row.has_raw = err == 0;
	if (err < 0)
		log_warn("this training is not recorded: %s", strerror(-err));
}

static void run_begin(struct store *store, const char *trouble, void *ctx)
{
	struct trainer_work *work = ctx;
	int err;

	if (!store) {
		refuse_store(work, trouble);
		return;
	}
	err = fill_row(work);
	if (err == 0 && work->raw)
		open_recording(work, store);
	if (err == 0)
		err = store_training_begin(store, &work->row, &work->row.id);
	if (err < 0)
		rpc_error_set(&work->error, RPC_DISK,
			N_("This training cannot be stored: %s."), strerror(-err));
}

/* A plain recording: no protocol of trials. */
static const struct protocol the_plain = { .key = "" };

void trainer_work_begin(struct trainer_work *work, const struct mat_document *mat,
	struct calibrated *calibrated, worker_fn *done_fn, void *ctx)
{
	const struct trial_request request = { .protocol = &the_plain,
		.duration_s = NAN,
		.settle_s = NAN,
		.cutoff_hz = NAN };

	if (mat && work->request.patient[0] &&
		trial_work_new(work->archive, &request, mat, calibrated, &work->raw) <
			0)
		work->raw = NULL;
	post(work, run_begin, done_fn, ctx);
}

/* --- blocks and end ---------------------------------------------------------------------- */

static void fill_block(
	const struct training_block *from, struct store_training_block *to)
{
	struct jsonw w;

	snprintf(to->exercise, sizeof(to->exercise), "%s",
		exercise_info(from->exercise)->key);
	to->is_whole = from->is_whole;
	to->score = from->score.value;
	jsonw_init(&w, to->text, sizeof(to->text));
	jsonw_begin_object(&w);
	document_put_training_block(&w, from);
	jsonw_end_object(&w);
	if (jsonw_finish(&w) < 0)
		snprintf(to->text, sizeof(to->text), "{}");
}

static void fill_blocks(struct trainer_work *work)
{
	for (int i = 0; i < work->n_finished; i++)
		fill_block(&work->summary.blocks[i], &work->blocks[i]);
}

static void note(struct trainer_work *work, int err)
{
	if (err < 0)
		rpc_error_set(&work->error, RPC_DISK,
			N_("This training cannot be stored: %s."), strerror(-err));
}

static void run_put(struct store *store, const char *trouble, void *ctx)
{
	struct trainer_work *work = ctx;

	if (!store) {
		refuse_store(work, trouble);
		return;
	}
	fill_blocks(work);
	note(work, store_training_put(
			   store, work->row.id, work->blocks, work->n_finished));
}

static void close_recording(struct trainer_work *work)
{
	int err;

	if (!work->recorder)
		return;
	err = recorder_close(work->recorder, SESSION_STOP_NONE);
	work->recorder = NULL;
	if (err < 0)
		log_warn("the recording of a training ends early: %s", strerror(-err));
}

static void run_finish(struct store *store, const char *trouble, void *ctx)
{
	struct trainer_work *work = ctx;
	struct store_training *row = &work->row;
	const struct training_summary *s = &work->summary;

	close_recording(work);
	if (!store) {
		refuse_store(work, trouble);
		return;
	}
	fill_blocks(work);
	snprintf(row->end, sizeof(row->end), "%s", training_end_word(s->end));
	row->exercise_s = s->exercise_s;
	row->success_pct = s->success_pct;
	_Static_assert(STORE_N_LIMITS == EXERCISE_N_DIRECTIONS, "limits");
	memcpy(row->limits_mm, s->limits_mm, sizeof(row->limits_mm));
	note(work, store_training_finish(store, row, work->blocks, work->n_finished));
}

static void take(struct trainer_work *work, const struct training_summary *summary,
	int n_finished)
{
	work->summary = *summary;
	work->n_finished = n_finished;
}

void trainer_work_put(struct trainer_work *work, const struct training_summary *summary,
	int n_finished, worker_fn *done_fn, void *ctx)
{
	take(work, summary, n_finished);
	post(work, run_put, done_fn, ctx);
}

void trainer_work_finish(struct trainer_work *work,
	const struct training_summary *summary, int n_finished, worker_fn *done_fn,
	void *ctx)
{
	take(work, summary, n_finished);
	post(work, run_finish, done_fn, ctx);
}

void trainer_work_reset(struct trainer_work *work)
{
	trial_work_free(work->raw);
	work->raw = NULL;
	work->row = (struct store_training){ .id = 0 };
	work->n_finished = 0;
}
