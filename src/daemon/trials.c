#include "src/daemon/trials.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/i18n.h"

#define LOG_TAG "trials"
#include "src/base/log.h"

/* Between progress reports; docs/api.md: about five a second. */
#define TELL_NS (200 * CLOCK_NS_PER_MS)

/* How long a person may take between two phases: foam is fetched and laid. Chosen. */
#define BETWEEN_PHASES_S 300.0

/* As the diagram in the header. */
enum trials_state {
	TRIALS_IDLE,
	TRIALS_OPENING,
	TRIALS_RUNNING,
	TRIALS_STORING,
	TRIALS_DISCARDING,
};

struct trials {
	struct archive *archive;
	struct live *live;
	struct server *server;
	worker_fn *changed_fn;
	void *ctx;
	enum trials_state state;
	struct trial_work *work; /* NULL while idle; the worker's unless running */
	/* Of the trial under way, so that it can be told while the worker has the rest. */
	const struct protocol *protocol;
	int64_t id; /* 0 while opening */
	trials_begun_fn *begun_fn;
	void *begun_ctx;
	bool stop_wanted; /* while opening */
	enum session_stop stop_why;
	struct session_progress progress; /* as of the last frame */
	struct session_progress told;     /* as of the last report */
	int64_t told_ns;                  /* by the frames' time; 0: never */
	trials_measuring_fn *measuring_fn;
	void *measuring_ctx;
	bool is_measuring; /* as last told to it */
	uint64_t seq;      /* of the last frame */
	int64_t first_ns,
		frame_ns; /* of the first that is recorded, and the last; 0: none */
	bool has_request;
	struct trial_request request;   /* of the trial under way, or the last */
	char patient[RECORD_CODE_SIZE]; /* of the visit where the request has none */
	int n_marks;
	struct trial_record quality; /* its verdict and reasons as they stand */
	trials_idle_fn *idle_fn;
	void *idle_ctx;
	bool is_ending;
	struct progress_end last;
	char reason[256]; /* what last.reason points to */
};

int trials_new(struct archive *archive, struct live *live, struct server *server,
	worker_fn *changed_fn, void *ctx, struct trials **out)
{
	struct trials *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->archive = archive;
	t->live = live;
	t->server = server;
	t->changed_fn = changed_fn;
	t->ctx = ctx;
	*out = t;
	return 0;
}

bool trials_is_busy(const struct trials *t)
{
	return t->state != TRIALS_IDLE;
}

/* --- telling ----------------------------------------------------------------------------- */

static const char *state_word(const struct trials *t)
{
	switch (t->state) {
	case TRIALS_IDLE:
		return "idle";
	case TRIALS_OPENING:
	case TRIALS_DISCARDING:
		return session_state_name(SESSION_WAITING);
	case TRIALS_STORING:
		return "storing";
	case TRIALS_RUNNING:
		break;
	}
	return session_state_name(t->progress.state);
}

void trials_progress(const struct trials *t, struct progress_document *out)
{
	const struct protocol *protocol = t->protocol;
	int phase = t->progress.phase;

	*out = (struct progress_document){ .state = state_word(t),
		.elapsed_s = NAN,
		.remaining_s = NAN,
		.done_frac = NAN,
		.last = &t->last };
	if (t->state == TRIALS_IDLE)
		return;
	out->id = t->id;
	out->visit_id = t->request.visit_id;
	out->patient = t->patient;
	out->practice = t->request.practice;
	out->n_marks = t->n_marks;
	if (t->state == TRIALS_RUNNING && t->progress.state != SESSION_WAITING)
		out->quality = &t->quality;
	out->protocol = protocol->key;
	out->phase = phase;
	out->n_phases = protocol->n_phases;
	out->phase_key = phase < protocol->n_phases ? protocol->phases[phase].key : "";
	out->instruction = t->progress.instruction;
	out->cue = t->progress.cue;
	out->elapsed_s = t->progress.elapsed_s;
	out->remaining_s = t->progress.remaining_s;
	out->done_frac = t->progress.done_frac;
}

static void publish(struct trials *t, const struct progress_document *document)
{
	int64_t now_ns = clock_now_ns();

	if (!server_wants(t->server, STREAM_TRIAL, now_ns))
		return;
	document_put_progress(server_publish_begin(t->server, STREAM_TRIAL), document);
	if (document->patient && document->patient[0]) {
		struct progress_document veiled = *document;

		veiled.patient = NULL;
		document_put_progress(
			server_publish_veil(t->server, STREAM_TRIAL), &veiled);
	}
	server_publish_end(t->server, STREAM_TRIAL, now_ns);
}

static void tell(struct trials *t)
{
	struct progress_document document;

	if (t->state == TRIALS_RUNNING)
		session_quality(t->work->session, &t->quality);
	trials_progress(t, &document);
	document.last = NULL;
	publish(t, &document);
	t->told = t->progress;
}

static void tell_end(struct trials *t)
{
	const struct progress_document document = { .id = t->last.id,
		.protocol = t->protocol->key,
		.state = t->last.state,
		.visit_id = t->request.visit_id,
		.patient = t->patient,
		.practice = t->request.practice,
		.n_marks = t->n_marks,
		.elapsed_s = NAN,
		.remaining_s = NAN,
		.done_frac = NAN,
		.end = &t->last };

	publish(t, &document);
}

/* --- the end ----------------------------------------------------------------------------- */

static void go_idle(struct trials *t)
{
	trials_idle_fn *idle_fn = t->idle_fn;

	trial_work_free(t->work);
	t->work = NULL;
	t->state = TRIALS_IDLE;
	t->idle_fn = NULL;
	t->changed_fn(t->ctx);
	if (idle_fn)
		idle_fn(t->is_ending, t->idle_ctx);
}

const struct trial_request *trials_request(const struct trials *t)
{
	return t->has_request ? &t->request : NULL;
}

int trials_when_idle(struct trials *t, trials_idle_fn *fn, void *ctx)
{
	if (t->state == TRIALS_IDLE)
		return -ENOENT;
	if (t->idle_fn)
		return -EBUSY;
	t->idle_fn = fn;
	t->idle_ctx = ctx;
	return 0;
}

int trials_now(const struct trials *t, int64_t *id, double *t_s)
{
	if (t->state != TRIALS_RUNNING)
		return -ENOENT;
	*id = t->id;
	*t_s = (double)(t->frame_ns - t->first_ns) / (double)CLOCK_NS_PER_S;
	return 0;
}

void trials_marked(struct trials *t, int64_t id)
{
	if (t->state == TRIALS_IDLE || t->id != id)
		return;
	t->n_marks++;
	tell(t);
}

static void note_end(struct trials *t, const char *state, const char *reason)
{
	const struct trial_record *record = &t->work->record;

	t->last = (struct progress_end){
		.id = record->id, .state = state, .verdict = record->verdict
	};
	t->last.reason = "";
	if (reason) {
		snprintf(t->reason, sizeof(t->reason), "%s", reason);
		t->last.reason = t->reason;
	} else {
		t->last.n_reasons = record->n_reasons;
		memcpy(t->last.reasons, record->reasons, sizeof(t->last.reasons));
	}
	log_info("trial %lld: %s%s%s", (long long)record->id, state,
		reason ? ": " : ", ",
		reason ? reason : trial_verdict_name(record->verdict));
	tell_end(t);
}

static void on_finished(void *ctx)
{
	struct trials *t = ctx;
	const struct rpc_error *error = &t->work->error;

	if (error->code)
		note_end(t, "failed", error->message);
	else
		note_end(t, "stored", NULL);
	go_idle(t);
}

static void on_discarded(void *ctx)
{
	struct trials *t = ctx;

	note_end(t, "timeout",
		N_("Nobody stood on the mat as the protocol asks in time; nothing is "
		   "stored."));
	go_idle(t);
}

void trials_on_measuring(struct trials *t, trials_measuring_fn *fn, void *ctx)
{
	t->measuring_fn = fn;
	t->measuring_ctx = ctx;
}

int trials_edge(struct trials *t, const struct recording_edge *edge)
{
	if (t->state != TRIALS_RUNNING)
		return -ENOENT;
	return recorder_push_edge(t->work->recorder, edge);
}

/* After each look at the session's progress, before the recording is closed. */
static void tell_measuring(struct trials *t)
{
	bool is_measuring = t->progress.state == SESSION_MEASURING;

	if (is_measuring == t->is_measuring)
		return;
	t->is_measuring = is_measuring;
	if (t->measuring_fn)
		t->measuring_fn(is_measuring, t->seq, t->work->stop, t->measuring_ctx);
}

/* The session is done: nothing more of it happens on this thread. */
static void finish(struct trials *t)
{
	live_watch(t->live, LIVE_WATCH_TRIAL, NULL, NULL);
	session_progress(t->work->session, &t->progress);
	tell_measuring(t);
	t->state = TRIALS_STORING;
	tell(t);
	trial_work_finish(t->work, on_finished, t);
}

static void discard(struct trials *t)
{
	live_watch(t->live, LIVE_WATCH_TRIAL, NULL, NULL);
	t->state = TRIALS_DISCARDING;
	trial_work_discard(t->work, on_discarded, t);
}

static void stop_session(struct trials *t, enum session_stop why)
{
	session_stop(t->work->session, why);
	t->work->stop = why;
	finish(t);
}

int trials_stop(struct trials *t, enum session_stop why)
{
	switch (t->state) {
	case TRIALS_OPENING:
		t->stop_why = t->stop_wanted ? t->stop_why : why;
		t->stop_wanted = true;
		return 0;
	case TRIALS_RUNNING:
		stop_session(t, why);
		return 0;
	case TRIALS_STORING:
		return 0;
	case TRIALS_IDLE:
	case TRIALS_DISCARDING:
		break;
	}
	return -ENOENT;
}

void trials_free(struct trials *t)
{
	if (!t)
		return;
	t->is_ending = true;
	trials_stop(t, SESSION_STOP_DAEMON);
	worker_drain(archive_worker(t->archive));
	live_watch(t->live, LIVE_WATCH_TRIAL, NULL, NULL);
	free(t);
}

/* --- frames ------------------------------------------------------------------------------ */

static bool has_news(const struct trials *t, const struct raw_frame *frame)
{
	return t->progress.state != t->told.state ||
	       t->progress.phase != t->told.phase ||
	       frame->t_ns - t->told_ns >= TELL_NS;
}

/* Nobody came, or nobody came back. */
static bool is_overdue(const struct trials *t)
{
	const struct session_progress *p = &t->progress;

	return p->state == SESSION_WAITING &&
	       p->elapsed_s >
		       (p->phase == 0 ? t->work->request.wait_s : BETWEEN_PHASES_S);
}

/* What the session sees is what the recording holds: a frame that cannot be kept ends both. */
static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct trials *t = ctx;
	enum session_state state;

	if (!frame) {
		trials_stop(t, SESSION_STOP_MAT_LOST);
		return;
	}
	if (t->state != TRIALS_RUNNING)
		return;
	t->work->disk_error = recorder_push(t->work->recorder, frame);
	if (t->work->disk_error < 0) {
		stop_session(t, t->work->disk_error == -ENOBUFS ? SESSION_STOP_DISK_SLOW
								: SESSION_STOP_DISK);
		return;
	}
	t->seq = frame->seq;
	t->frame_ns = frame->t_ns;
	if (t->first_ns == 0)
		t->first_ns = frame->t_ns;
	state = session_push(t->work->session, frame, NULL);
	session_progress(t->work->session, &t->progress);
	tell_measuring(t);
	if (state == SESSION_DONE) {
		finish(t);
	} else if (is_overdue(t)) {
		if (t->progress.phase == 0)
			discard(t);
		else
			stop_session(t, SESSION_STOP_ABORTED);
	} else if (has_news(t, frame)) {
		tell(t);
		t->told_ns = frame->t_ns;
	}
}

/* --- the beginning ----------------------------------------------------------------------- */

static void tell_begun(struct trials *t, const struct rpc_error *error, int64_t id)
{
	trials_begun_fn *begun_fn = t->begun_fn;

	t->begun_fn = NULL;
	begun_fn(error, id, t->begun_ctx);
}

static void on_begun(void *ctx)
{
	struct trials *t = ctx;
	const struct rpc_error error = t->work->error;

	if (error.code) {
		live_watch(t->live, LIVE_WATCH_TRIAL, NULL, NULL);
		/* the others may name the patient */
		log_warn("a trial was refused (%d): %s", error.code,
			error.code == RPC_DISK ? error.message : "see its answer");
		go_idle(t);
		tell_begun(t, &error, 0);
		return;
	}
	t->id = t->work->record.id;
	snprintf(t->patient, sizeof(t->patient), "%s", t->work->record.patient);
	log_info("trial %lld: %s", (long long)t->id, t->protocol->key);
	t->state = TRIALS_RUNNING;
	session_progress(t->work->session, &t->progress);
	tell_begun(t, &error, t->id);
	tell(t);
	t->changed_fn(t->ctx);
	if (t->stop_wanted)
		stop_session(t, t->stop_why);
}

int trials_start(struct trials *t, const struct trial_request *request,
	trials_begun_fn *begun_fn, void *ctx)
{
	struct mat_document mat;
	int err;

	if (t->state != TRIALS_IDLE)
		return -EBUSY;
	err = t->is_ending ? -ENODEV : live_describe(t->live, &mat);
	if (err == 0)
		err = trial_work_new(
			t->archive, request, &mat, live_calibrated(t->live), &t->work);
	if (err < 0)
		return err;
	t->work->zero_moved = live_zero_moved(t->live);
	t->state = TRIALS_OPENING;
	t->protocol = request->protocol;
	t->id = 0;
	t->begun_fn = begun_fn;
	t->begun_ctx = ctx;
	t->stop_wanted = false;
	t->request = *request;
	t->has_request = true;
	snprintf(t->patient, sizeof(t->patient), "%s", request->patient);
	t->n_marks = 0;
	t->first_ns = t->frame_ns = 0;
	t->told_ns = 0;
	t->progress = (struct session_progress){ .state = SESSION_WAITING,
		.instruction =
			session_instruction(request->protocol, 0, SESSION_WAITING),
		.cue = session_cue(request->protocol, 0, SESSION_WAITING),
		.elapsed_s = 0,
		.remaining_s = NAN,
		.done_frac = 0 };
	live_watch(t->live, LIVE_WATCH_TRIAL, on_frame,
		t); /* from now on a break of the stream counts */
	trial_work_begin(t->work, on_begun, t);
	return 0;
}
