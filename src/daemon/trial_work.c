#include "src/daemon/trial_work.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "src/base/i18n.h"
#include "src/base/version.h"
#include "src/core/trial/age.h"
#include "src/daemon/trial_picture.h"
#include "src/daemon/trial_record.h"
#include "src/store/replay.h"

#define LOG_TAG "trial"
#include "src/base/log.h"

#define PATH_SIZE 4096

/* Room for the numbers, the series and the database's own log beside the raw frames; chosen: ten times
 * the longest series. */
#define DISK_RESERVE_BYTES 16e6
/* A frame on the disk at worst: its cells as they are, and what goes with it (docs/recordings.md). */
#define FRAME_HEAD_BYTES 48.0
#define WORST_RATIO      1.01 /* zstd on noise, and the chunks' heads */

/* --- beginning and end of the thing itself ------------------------------------------------ */

static void copy_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}

static void fill_header(struct trial_work *work, const struct mat_document *mat)
{
	const struct trial_request *request = &work->request;
	struct recording_header *h = &work->header;

	*h = (struct recording_header){ .n_hello = mat->n_hello,
		.mat = mat->mat,
		.zero = mat->zero,
		.memory = mat->memory,
		.duration_s = request->duration_s,
		.settle_s = request->settle_s,
		.cutoff_hz = request->cutoff_hz,
		.noise_velocity_mm_s = NAN,
		.person = { .mass_kg = NAN, .stature_m = NAN, .age_years = NAN },
		.condition = request->condition };
	_Static_assert(RECORDING_HELLO_MAX == DOCUMENT_MAT_HELLO_MAX, "HELLO sizes");
	memcpy(h->hello, mat->hello, sizeof(h->hello));
	copy_text(h->driver, sizeof(h->driver), mat->driver);
	copy_text(h->serial, sizeof(h->serial), mat->serial);
	copy_text(h->model, sizeof(h->model), mat->model);
	copy_text(h->firmware, sizeof(h->firmware), mat->firmware);
	copy_text(h->calibration_id, sizeof(h->calibration_id), mat->calibration_id);
	copy_text(h->calibration_state, sizeof(h->calibration_state),
		mat->calibration_state);
	copy_text(h->algorithm, sizeof(h->algorithm), STANCE_VERSION);
	copy_text(h->protocol, sizeof(h->protocol), request->protocol->key);
}

/* Returns NULL for nothing to copy, too: then *failed is as it was. */
static float *copy_floats(const float *from, size_t n, bool *failed)
{
	float *to = from && n > 0 ? malloc(n * sizeof(*to)) : NULL;

	if (to)
		memcpy(to, from, n * sizeof(*to));
	else
		*failed |= from && n > 0;
	return to;
}

/* The person's own sway is told beside what a dead weight shows. */
static void use_calibration(struct trial_work *work, struct calibrated *calibrated)
{
	struct recording_header *h = &work->header;

	work->calibrated = calibrated_hold(calibrated);
	if (!calibrated)
		return;
	h->calibration = (char *)calibrated_text(calibrated);
	h->noise_velocity_mm_s =
		calibrated_calibration(calibrated)->model.budget.noise_velocity_mm_s;
}

int trial_work_new(struct archive *archive, const struct trial_request *request,
	const struct mat_document *mat, struct calibrated *calibrated,
	struct trial_work **out)
{
	size_t n_cells = (size_t)geometry_n_cells(&mat->mat.geometry);
	struct trial_work *work = calloc(1, sizeof(*work));
	bool failed = false;

	if (!work)
		return -ENOMEM;
	work->archive = archive;
	work->request = *request;
	fill_header(work, mat);
	use_calibration(work, calibrated);
	work->map = copy_floats(mat->zero.map, n_cells, &failed);
	work->memory = copy_floats(mat->memory.state, mat->memory.n, &failed);
	work->header.zero.map = work->map;
	work->header.memory.state = work->memory;
	if (failed) {
		trial_work_free(work);
		return -ENOMEM;
	}
	*out = work;
	return 0;
}

void trial_work_free(struct trial_work *work)
{
	if (!work)
		return;
	free(work->session_memory);
	free(work->map);
	free(work->memory);
	calibrated_drop(work->calibrated);
	free(work);
}

static void call_done(void *ctx)
{
	struct trial_work *work = ctx;

	work->done_fn(work->done_ctx);
}

static void post(
	struct trial_work *work, archive_run_fn *run_fn, worker_fn *done_fn, void *ctx)
{
	work->error.code = 0;
	work->done_fn = done_fn;
	work->done_ctx = ctx;
	work->job = (struct archive_job){
		.run_fn = run_fn, .done_fn = call_done, .ctx = work
	};
	archive_post(work->archive, &work->job);
}

/* --- begin ------------------------------------------------------------------------------- */

static int refuse(struct trial_work *work, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(struct trial_work *work, int code, const char *format, ...)
{
	va_list args;

	work->error.code = code;
	va_start(args, format);
	vsnprintf(work->error.message, sizeof(work->error.message), format, args);
	va_end(args);
	return -1;
}

/* What is known of the person goes into the setup: nothing else of him leaves the database. */
static int find_patient(struct trial_work *work, struct store *store)
{
	struct trial_person *person = &work->header.person;
	struct store_patient patient;
	int err;

	if (!work->request.patient[0])
		return 0;
	err = store_patient_get(store, work->request.patient, &patient);
	if (err == -ENOENT)
		return refuse(work, RPC_NOT_FOUND,
			N_("There is no patient \"%s\"; add him first, or leave the "
			   "patient out for an anonymous trial."),
			work->request.patient);
	if (err < 0)
		return refuse(work, RPC_INTERNAL, N_("The patient cannot be read: %s."),
			strerror(-err));
	person->mass_kg = patient.mass_kg;
	person->stature_m = patient.stature_m;
	person->sex = patient.sex;
	person->age_years = age_years(patient.birth_year, (int64_t)time(NULL) * 1000);
	return 0;
}

static int find_visit(struct trial_work *work, struct store *store)
{
	struct trial_request *request = &work->request;
	struct store_visit visit;
	int err;

	if (request->visit_id == 0)
		return 0;
	err = store_visit_get(store, request->visit_id, &visit);
	if (err == -ENOENT)
		return refuse(work, RPC_NOT_FOUND, N_("There is no visit %lld."),
			(long long)request->visit_id);
	if (err < 0)
		return refuse(work, RPC_INTERNAL, N_("The visit cannot be read: %s."),
			strerror(-err));
	if (visit.closed)
		return refuse(work, RPC_NOT_NOW,
			N_("Visit %lld is closed; start another one."),
			(long long)request->visit_id);
	if (!request->patient[0])
		copy_text(request->patient, sizeof(request->patient), visit.patient);
	if (strcmp(request->patient, visit.patient) != 0)
		return refuse(work, RPC_NOT_NOW,
			N_("Visit %lld belongs to another patient than \"%s\"."),
			(long long)request->visit_id, request->patient);
	return 0;
}

/* The longest that it can take, in raw frames that no compression helps. */
static double worst_bytes(const struct trial_work *work)
{
	const struct trial_request *request = &work->request;
	const struct analysis_setup *mat = &work->header.mat;
	double duration_s = isnan(request->duration_s) ? request->protocol->duration_s
						       : request->duration_s;
	double settle_s = isnan(request->settle_s) ? request->protocol->settle_s
						   : request->settle_s;
	double seconds =
		request->protocol->n_phases * (duration_s + settle_s) + request->wait_s;
	double frame_bytes = 2.0 * geometry_n_cells(&mat->geometry) + FRAME_HEAD_BYTES;

	return seconds * mat->rate_hz * frame_bytes * WORST_RATIO + DISK_RESERVE_BYTES;
}

static int find_room(struct trial_work *work, struct store *store)
{
	double need_bytes = worst_bytes(work);
	uint64_t free_bytes;
	int64_t n_trials;

	if (store_totals(store, &n_trials, &free_bytes) < 0 ||
		(double)free_bytes >= need_bytes)
		return 0;
	return refuse(work, RPC_DISK,
		N_("The disk has %.0f MB left and this trial may need %.0f MB: delete "
		   "old "
		   "files or raw frames, or set store.keep_raw_days, then start it "
		   "again."),
		floor((double)free_bytes / 1e6), ceil(need_bytes / 1e6));
}

/* A trial with parts is kept in memory whole. */
static int refuse_length(struct trial_work *work, const struct session_setup *setup)
{
	double longest_s = session_longest_s(setup);
	int n = setup->protocol->n_phases;

	if (longest_s < 1.0)
		return refuse(work, RPC_INVALID_PARAMS,
			N_("The settling time is out of range: it may be %.0f s at "
			   "most."),
			SESSION_MAX_SETTLE_S);
	if (n == 1)
		return refuse(work, RPC_INVALID_PARAMS,
			N_("The duration is out of range: %s may last %.0f s at most "
			   "on "
			   "this mat."),
			setup->protocol->key, longest_s);
	return refuse(work, RPC_INVALID_PARAMS,
		N_("The duration is out of range: each of the %d parts of %s may last "
		   "%.0f s at most on this mat."),
		n, setup->protocol->key, longest_s);
}

static int make_session(struct trial_work *work)
{
	struct session_setup setup;
	size_t size;

	if (replay_setup(&work->header, NAN, &setup) < 0)
		return refuse(
			work, RPC_INVALID_PARAMS, N_("There is no such protocol."));
	size = session_size(&setup);
	if (size == 0)
		return refuse_length(work, &setup);
	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	work->session_memory = aligned_alloc(ANALYSIS_ALIGNMENT, size);
	if (!work->session_memory)
		return refuse(work, RPC_INTERNAL,
			N_("There is not enough memory for a trial of this length."));
	if (session_init(work->session_memory, size, &setup, &work->session) < 0)
		return refuse(work, RPC_INVALID_PARAMS,
			N_("A trial cannot be set up for this mat and protocol."));
	return 0;
}

static int put_start(struct recording_header *h)
{
	uint8_t random[16];
	struct timespec now;
	struct tm tm;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(h->uid + 2 * i, 3, "%02x", random[i]);
	clock_gettime(CLOCK_REALTIME, &now);
	h->started_unix_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (localtime_r(&now.tv_sec, &tm))
		h->utc_offset_min = (int)(tm.tm_gmtoff / 60);
	return 0;
}

/* The row of a trial that runs: what is known before the first frame. */
static void fill_row(struct trial_work *work)
{
	const struct trial_request *request = &work->request;
	struct trial_record *row = &work->record;

	*row = (struct trial_record){ .visit_id = request->visit_id,
		.condition = request->condition,
		.duration_s = NAN,
		.settle_s = NAN,
		.rate_hz = work->header.mat.rate_hz,
		.verdict = TRIAL_INTERRUPTED,
		.voided = request->practice,
		.has_raw = true };
	replay_label(&work->header, row);
	copy_text(row->patient, sizeof(row->patient), request->patient);
	if (request->practice)
		copy_text(row->void_reason, sizeof(row->void_reason), RECORD_PRACTICE);
	copy_text(
		row->operator_name, sizeof(row->operator_name), request->operator_name);
	for (int m = 0; m < METRIC_N; m++)
		row->outcome[m] = NAN;
}

static int refuse_disk(struct trial_work *work, int err, const char *what)
{
	if (err == -ENOSPC)
		return refuse(work, RPC_DISK,
			N_("The disk is full: %s cannot be begun. Delete old files or "
			   "raw "
			   "frames, then start it again."),
			what);
	return refuse(
		work, RPC_DISK, N_("%s cannot be begun: %s."), what, strerror(-err));
}

static int make_row(struct trial_work *work, struct store *store)
{
	int err = put_start(&work->header);

	if (err == 0) {
		fill_row(work);
		err = store_trial_begin(store, &work->record, &work->record.id);
	}
	return err < 0 ? refuse_disk(work, err, "The trial") : 0;
}

static void unmake_row(struct trial_work *work, struct store *store)
{
	int err = store_trial_discard(store, work->record.id);

	if (err < 0)
		log_warn("trial %lld, which never began, stays as interrupted: %s",
			(long long)work->record.id, strerror(-err));
}

static int make_recording(struct trial_work *work, struct store *store)
{
	char path[PATH_SIZE] = "";
	int err = store_raw_path(store, work->record.uid, path, sizeof(path));

	if (err >= 0)
		err = recorder_open(archive_worker(work->archive), path, &work->header,
			&work->recorder);
	if (err >= 0)
		return 0;
	refuse_disk(work, err, "The recording");
	if (path[0] && err != -EEXIST)
		unlink(path);
	unmake_row(work, store);
	return err;
}

static void run_begin(struct store *store, const char *trouble, void *ctx)
{
	struct trial_work *work = ctx;

	if (!store) {
		refuse(work, RPC_DISK, N_("The store cannot be opened: %s"), trouble);
		return;
	}
	if (find_visit(work, store) == 0 && find_patient(work, store) == 0 &&
		find_room(work, store) == 0 && make_session(work) == 0 &&
		make_row(work, store) == 0)
		make_recording(work, store);
}

void trial_work_begin(struct trial_work *work, worker_fn *done_fn, void *ctx)
{
	post(work, run_begin, done_fn, ctx);
}

/* --- finish ------------------------------------------------------------------------------ */

/* What a disk did in the end cannot be noted in the recording on it (docs/recordings.md, "Stop"). */
static void add_reasons(const struct trial_work *work, struct trial_record *record)
{
	if (work->zero_moved)
		trial_record_reason(
			record, N_("The empty mat's zero had moved before it "
				   "began; tare the mat."));
	if (work->stop == SESSION_STOP_DISK_SLOW)
		return;
	if (work->disk_error == -ENOSPC)
		trial_record_reason(
			record, N_("The disk is full: the recording ends early."));
	else if (work->disk_error < 0)
		trial_record_reason(record,
			N_("The recording could not be written to its end: %s."),
			strerror(-work->disk_error));
}

static void store_picture(struct trial_work *work, struct store *store)
{
	bool is_force = false;
	const float *cells = session_picture(work->session, &is_force);

	trial_picture_put(
		store, work->record.id, &work->header.mat.geometry, cells, is_force);
}

/* The numbers come first: room for them is kept, and raw frames are given up before they are. */
static int store_result(
	struct trial_work *work, struct store *store, const struct trial_series *series)
{
	int err = store_trial_finish(store, &work->record, series);

	if (err != -ENOSPC || store_reserve_release(store) < 0)
		return err;
	return store_trial_finish(store, &work->record, series);
}

static void run_finish(struct store *store, const char *trouble, void *ctx)
{
	struct trial_work *work = ctx;
	struct trial_record *result = calloc(1, sizeof(*result));
	int err = recorder_close(work->recorder, work->stop);

	(void)trouble; /* it was open when the trial began, and stays so */
	work->recorder = NULL;
	if (err < 0 && work->disk_error == 0)
		work->disk_error = err;
	err = result ? session_result(work->session, result) : -ENOMEM;
	if (err == 0 || err == -ENODATA) {
		trial_record_identify(result, &work->record);
		memcpy(result->algorithm, work->record.algorithm,
			sizeof(result->algorithm));
		add_reasons(work, result);
		work->record = *result;
		store_picture(work, store);
		err = store_result(work, store, session_series(work->session));
	}
	if (err < 0)
		refuse(work, RPC_DISK, N_("Trial %lld could not be stored: %s."),
			(long long)work->record.id, strerror(-err));
	free(result);
	archive_count(work->archive, store);
}

void trial_work_finish(struct trial_work *work, worker_fn *done_fn, void *ctx)
{
	post(work, run_finish, done_fn, ctx);
}

static void run_discard(struct store *store, const char *trouble, void *ctx)
{
	struct trial_work *work = ctx;
	char path[PATH_SIZE];

	(void)trouble;
	recorder_abandon(work->recorder);
	work->recorder = NULL;
	if (store_raw_path(store, work->record.uid, path, sizeof(path)) >= 0)
		unlink(path);
	unmake_row(work, store);
}

void trial_work_discard(struct trial_work *work, worker_fn *done_fn, void *ctx)
{
	post(work, run_discard, done_fn, ctx);
}
