#include "src/daemon/trainer.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "src/daemon/trainer_work.h"

#define LOG_TAG "training"
#include "src/base/log.h"

/* Between reports of what does not move: about five a second, as of trials (docs/api.md). */
#define TELL_NS (200 * CLOCK_NS_PER_MS)

/* A mat that does not come back in that time ends the session; as long as a pause. */
#define LOST_US (UINT64_C(30) * 1000000)

struct trainer {
	struct trainer_options options;
	struct sd_event_source
		*lost; /* armed while the stream is broken in a session */
	bool is_lost;
	bool is_armed;     /* the engine is set up and takes samples */
	bool has_geometry; /* the engine knows the mat */
	bool was_taken;    /* by a trial or a calibration, at the last sample */
	struct training engine;
	struct trainer_request request; /* it is armed with */
	struct trainer_work work;
	struct recorder
		*recorder; /* of the session that runs, while the loop may push */
	bool is_loading, was_begun, was_finished;
	int n_put;
	trainer_armed_fn *armed_fn; /* of the load under way; NULL: nobody asked */
	void *armed_ctx;
	enum training_state told_state;
	int told_count;
	int64_t told_ns;
	int64_t last_id;
	char last_end[32];
	char reason[256];
};

static void pump(struct trainer *t);

/* --- telling ----------------------------------------------------------------------------- */

static struct training_view off_view(void)
{
	return (struct training_view){ .state = TRAINING_OFF,
		.say = "",
		.cue = "",
		.elapsed_s = NAN,
		.remaining_s = NAN,
		.done_frac = NAN,
		.session_frac = NAN,
		.view_mm = NAN,
		.target_mm = NAN,
		.picture = exercise_view_none(),
		.estimate_mm = NAN,
		.estimate_held_frac = NAN,
		.last_block = -1 };
}

void trainer_describe(const struct trainer *t, struct training_document *out)
{
	*out = (struct training_document){ .patient = "",
		.programme = "",
		.reason = t->reason,
		.view = off_view(),
		.last_id = t->last_id,
		.last_end = t->last_end };
	if (!t->is_armed)
		return;
	out->id = t->work.is_posted ? 0 : t->work.row.id;
	out->patient = t->request.patient;
	out->programme = t->engine.setup.programme.name;
	training_view(&t->engine, &out->view);
	switch (out->view.state) {
	case TRAINING_RESULT:
		out->with_blocks = true;
		out->summary = training_summary(&t->engine);
		break;
	case TRAINING_REVEAL:
	case TRAINING_REST:
		out->summary = training_summary(&t->engine);
		break;
	default:
		break;
	}
}

/* 3, 2, 1, else 0: each sounds on the screen. */
static int count_of(const struct trainer *t)
{
	struct training_view view;

	if (!t->is_armed || t->engine.state != TRAINING_COUNTDOWN)
		return 0;
	training_view(&t->engine, &view);
	return view.count;
}

/* What changed is told to those too who want less of it. */
static void tell(struct trainer *t, int64_t t_ns)
{
	struct server *server = t->options.server;
	struct training_document document;
	enum training_state state = t->is_armed ? t->engine.state : TRAINING_OFF;
	int count = count_of(t);
	bool is_change = state != t->told_state || count != t->told_count;

	t->told_ns = t_ns;
	t->told_state = state;
	t->told_count = count;
	if (!(is_change ? server_is_followed(server, STREAM_TRAINING)
			: server_wants(server, STREAM_TRAINING, t_ns)))
		return;
	trainer_describe(t, &document);
	document_put_training(server_publish_begin(server, STREAM_TRAINING), &document);
	if (document.patient[0]) {
		document.patient = NULL;
		document_put_training(
			server_publish_veil(server, STREAM_TRAINING), &document);
	}
	if (is_change)
		server_publish_change(server, STREAM_TRAINING);
	server_publish_end(server, STREAM_TRAINING, t_ns);
}

static bool moves(enum training_state state)
{
	return state == TRAINING_EXERCISE || state == TRAINING_ESTIMATE;
}

static void tell_sample(struct trainer *t, int64_t t_ns)
{
	enum training_state state = t->engine.state;

	if (moves(state) || state != t->told_state || count_of(t) != t->told_count ||
		t_ns - t->told_ns >= TELL_NS)
		tell(t, t_ns);
}

/* --- arming ------------------------------------------------------------------------------ */

static void go_off(struct trainer *t)
{
	t->is_armed = false;
	trainer_work_reset(&t->work);
	tell(t, clock_now_ns());
}

static void set_up(struct trainer *t)
{
	const struct training_loaded *loaded = &t->work.loaded;
	struct training_setup setup = { .programme = loaded->programme,
		.geometry = t->engine.setup.geometry,
		.history = loaded->history };

	memcpy(setup.limits_mm, loaded->limits_mm, sizeof(setup.limits_mm));
	if (getrandom(&setup.seed, sizeof(setup.seed), GRND_NONBLOCK) !=
		(ssize_t)sizeof(setup.seed))
		setup.seed = (uint64_t)clock_now_ns();
	if (t->is_armed)
		training_begin(&t->engine, &setup);
	else
		training_init(&t->engine, &setup);
	t->is_armed = true;
	t->was_begun = t->was_finished = false;
	t->n_put = 0;
}

static void answer_arm(struct trainer *t, const struct rpc_error *error)
{
	trainer_armed_fn *fn = t->armed_fn;

	t->armed_fn = NULL;
	if (fn)
		fn(error, t->armed_ctx);
}

/* What it was armed with before stays if it cannot be armed anew by a request; by itself it goes off. */
static void on_loaded(void *ctx)
{
	struct trainer *t = ctx;
	const struct rpc_error error = t->work.error;

	t->is_loading = false;
	if (error.code && !t->armed_fn) {
		/* the reason is told to all, and its sentence may name the patient */
		snprintf(t->reason, sizeof(t->reason), "%s",
			error.code == RPC_NOT_FOUND
				? N_("The patient's card is not there any more; arm it "
				     "for somebody else.")
				: error.message);
		go_off(t);
	} else if (!error.code) {
		t->reason[0] = '\0';
		t->request = t->work.request;
		set_up(t);
		tell(t, clock_now_ns());
	}
	answer_arm(t, &error);
}

static void load(struct trainer *t, const struct trainer_request *request)
{
	t->is_loading = true;
	t->work.request = *request;
	trainer_work_load(&t->work, on_loaded, t);
}

bool trainer_is_busy(const struct trainer *t)
{
	return t->is_armed && (training_is_busy(&t->engine) || t->was_begun);
}

int trainer_arm(struct trainer *t, const struct trainer_request *request,
	trainer_armed_fn *fn, void *ctx)
{
	if (trainer_is_busy(t) || t->work.is_posted)
		return -EBUSY;
	t->armed_fn = fn;
	t->armed_ctx = ctx;
	load(t, request);
	return 0;
}

int trainer_disarm(struct trainer *t)
{
	if (trainer_is_busy(t) || t->work.is_posted)
		return -EBUSY;
	t->reason[0] = '\0';
	go_off(t);
	return 0;
}

static void load_anonymous(struct trainer *t)
{
	const struct trainer_request anonymous = { .repeat = true };

	load(t, &anonymous);
}

/* A session is over and stored: whoever comes next is somebody else, unless it was said otherwise. */
static void arm_next(struct trainer *t)
{
	trainer_work_reset(&t->work);
	t->was_begun = false;
	if (t->request.repeat)
		load(t, &t->request);
	else if (t->options.attract)
		load_anonymous(t);
	else
		go_off(t);
}

/* --- the store --------------------------------------------------------------------------- */

static void on_stored(void *ctx)
{
	struct trainer *t = ctx;

	if (t->work.error.code) {
		snprintf(t->reason, sizeof(t->reason), "%s", t->work.error.message);
		log_warn("%s", t->reason);
	}
	pump(t);
}

static void on_begun(void *ctx)
{
	struct trainer *t = ctx;

	t->recorder = t->work.recorder;
	on_stored(t);
}

static void on_finished(void *ctx)
{
	struct trainer *t = ctx;

	t->was_finished = true;
	if (!t->work.error.code) {
		t->last_id = t->work.row.id;
		snprintf(t->last_end, sizeof(t->last_end), "%s", t->work.row.end);
		log_info("training %lld: %s", (long long)t->last_id, t->last_end);
	}
	on_stored(t);
}

static void begin(struct trainer *t)
{
	struct mat_document mat;
	bool has_mat = live_describe(t->options.live, &mat) == 0;

	t->was_begun = true;
	t->work.request = t->request;
	t->work.loaded.programme = t->engine.setup.programme;
	trainer_work_begin(&t->work, has_mat ? &mat : NULL,
		live_calibrated(t->options.live), on_begun, t);
}

static bool has_ended(const struct trainer *t)
{
	return training_summary(&t->engine)->end != TRAINING_RUNNING;
}

static void put(struct trainer *t)
{
	t->n_put = training_n_finished(&t->engine);
	trainer_work_put(
		&t->work, training_summary(&t->engine), t->n_put, on_stored, t);
}

static void finish(struct trainer *t)
{
	t->recorder = NULL;
	trainer_work_finish(&t->work, training_summary(&t->engine),
		training_n_finished(&t->engine), on_finished, t);
}

/* The next thing that the store should know, one at a time. A session that could not be begun there is not
 * kept, and goes on all the same. */
static void pump(struct trainer *t)
{
	bool is_kept = t->work.row.id > 0;

	if (t->work.is_posted || !t->is_armed || !training_has_begun(&t->engine))
		return;
	if (!t->was_begun)
		begin(t);
	else if (has_ended(t) && is_kept && !t->was_finished)
		finish(t);
	else if (has_ended(t) && t->engine.state == TRAINING_ATTRACT)
		arm_next(t);
	else if (is_kept && !t->was_finished &&
		 training_n_finished(&t->engine) > t->n_put)
		put(t);
}

/* --- frames ------------------------------------------------------------------------------ */

static void watch_lost(struct trainer *t, bool is_lost)
{
	t->is_lost = is_lost;
	if (is_lost)
		sd_event_source_set_time_relative(t->lost, LOST_US);
	sd_event_source_set_enabled(t->lost, is_lost ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static int on_lost(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct trainer *t = ctx;

	(void)source;
	(void)usec;
	t->is_lost = false;
	training_stop(&t->engine, TRAINING_MAT_LOST);
	training_skip(&t->engine); /* nobody sees a result without a mat */
	pump(t);
	tell(t, clock_now_ns());
	return 0;
}

static void on_break(struct trainer *t)
{
	t->has_geometry = false;
	if (!t->is_armed)
		return;
	training_break(&t->engine);
	if (trainer_is_busy(t) && !t->is_lost)
		watch_lost(t, true);
	tell(t, clock_now_ns());
}

/* Frames are recorded from the first exercise on, rests and pauses too: what a replay needs. */
static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct trainer *t = ctx;

	if (!frame) {
		on_break(t);
		return;
	}
	if (t->recorder && recorder_push(t->recorder, frame) < 0)
		t->recorder = NULL; /* it ends here; the session goes on */
}

static void learn_geometry(struct trainer *t)
{
	struct mat_document mat;

	if (t->has_geometry || live_describe(t->options.live, &mat) < 0)
		return;
	t->engine.setup.geometry = mat.mat.geometry;
	t->has_geometry = true;
}

/* A limit in kilograms cannot be kept by a mat that gives no force. */
static bool is_cap_blind(const struct trainer *t, const struct stance_sample *s)
{
	const struct programme *p = &t->engine.setup.programme;

	return t->engine.state == TRAINING_PLACEMENT && isnan(s->force_n) &&
	       !isnan(s->cop_mm.x) && !(isnan(p->cap_left_n) && isnan(p->cap_right_n));
}

static void on_sample(const struct stance_sample *sample, void *ctx)
{
	struct trainer *t = ctx;
	bool is_taken;

	if (!t->is_armed)
		return;
	if (t->is_lost)
		watch_lost(t, false);
	is_taken = !trainer_is_busy(t) && t->options.is_taken_fn(t->options.ctx);
	if (is_taken || t->was_taken)
		training_wait(&t->engine);
	t->was_taken = is_taken;
	if (is_taken || (t->is_loading && t->engine.state == TRAINING_ATTRACT))
		return;
	learn_geometry(t);
	training_push(&t->engine, sample);
	if (is_cap_blind(t, sample)) {
		snprintf(t->reason, sizeof(t->reason),
			N_("This programme limits what a foot may carry, which needs a "
			   "mat that gives force: calibrate it."));
		go_off(t);
		return;
	}
	pump(t);
	if (t->is_armed)
		tell_sample(t, sample->t_ns);
}

/* --- from outside ------------------------------------------------------------------------ */

int trainer_stop(struct trainer *t)
{
	if (!t->is_armed || !training_is_busy(&t->engine) ||
		t->engine.state == TRAINING_RESULT)
		return -ENOENT;
	training_stop(&t->engine, TRAINING_STOPPED);
	pump(t);
	tell(t, clock_now_ns());
	return 0;
}

int trainer_skip(struct trainer *t)
{
	if (!t->is_armed || !training_skip(&t->engine))
		return -EPERM;
	pump(t);
	tell(t, clock_now_ns());
	return 0;
}

int trainer_answer(struct trainer *t, double estimate_mm)
{
	if (!t->is_armed || !training_answer(&t->engine, estimate_mm))
		return -EPERM;
	tell(t, clock_now_ns());
	return 0;
}

int trainer_new(const struct trainer_options *options, struct trainer **out)
{
	struct trainer *t = calloc(1, sizeof(*t));
	int err = t ? 0 : -ENOMEM;

	if (err == 0)
		err = sd_event_add_time_relative(options->event, &t->lost,
			CLOCK_MONOTONIC, LOST_US, 0, on_lost, t);
	if (err < 0) {
		free(t);
		return err;
	}
	sd_event_source_set_enabled(t->lost, SD_EVENT_OFF);
	t->options = *options;
	t->work.archive = options->archive;
	live_watch(options->live, LIVE_WATCH_TRAINING, on_frame, t);
	live_watch_training(options->live, on_sample, t);
	if (options->attract)
		load_anonymous(t);
	*out = t;
	return 0;
}

void trainer_free(struct trainer *t)
{
	if (!t)
		return;
	live_watch(t->options.live, LIVE_WATCH_TRAINING, NULL, NULL);
	live_watch_training(t->options.live, NULL, NULL);
	t->options.attract = t->request.repeat = false;
	t->armed_fn = NULL;
	worker_drain(archive_worker(t->options.archive));
	if (t->is_armed) {
		training_stop(&t->engine, TRAINING_DAEMON);
		training_skip(&t->engine);
		pump(t);
	}
	worker_drain(archive_worker(t->options.archive));
	trainer_work_reset(&t->work);
	sd_event_source_disable_unref(t->lost);
	free(t);
}
