/* The methods mat.*: zero it, let it blink, describe it. */
#include "src/daemon/methods.h"

#include <systemd/sd-event.h>

#include "src/base/i18n.h"

#define LOG_TAG "methods"
#include "src/base/log.h"

/* chosen: a second of frames, and as much again for a mat that pauses */
#define TARE_TIMEOUT_US 3000000

static void reply_tare(const struct call *call, enum live_tare how, int n_frames)
{
	struct jsonw *w;

	if (how == LIVE_TARE_LOADED) {
		call_refuse(call, RPC_MAT_LOADED,
			N_("Someone or something is on the mat; clear it and tare "
			   "again. "
			   "The old zero stays in force."));
		return;
	}
	if (how == LIVE_TARE_NO_FRAMES) {
		call_refuse(call, RPC_TIMEOUT,
			N_("The mat sent no frames while it was tared; see that it "
			   "streams and try again. The old zero stays in force."));
		return;
	}
	w = call_begin_document(call, "stance.tare/1");
	jsonw_key(w, "ok");
	jsonw_bool(w, true);
	jsonw_key(w, "frames");
	jsonw_int(w, n_frames);
	call_end_document(call, w);
}

/* The answer to whoever asked, if he is still there. */
static void on_tare(enum live_tare how, void *ctx)
{
	struct methods *m = ctx;
	struct call call;

	m->tare.runs = false;
	if (m->tare.timer)
		sd_event_source_set_enabled(m->tare.timer, SD_EVENT_OFF);
	log_info("tare %s", how == LIVE_TARE_DONE     ? "done"
			    : how == LIVE_TARE_LOADED ? "refused: the mat is loaded"
						      : "given up: no frames");
	if (call_resume(&m->tare.owed, &call))
		reply_tare(&call, how, m->tare.n_frames);
}

static int on_tare_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct methods *m = userdata;

	(void)source;
	(void)usec;
	live_tare_abort(m->live);
	return 0;
}

static int start_tare_timer(struct methods *m)
{
	uint64_t now_us;
	int err = sd_event_now(m->event, CLOCK_MONOTONIC, &now_us);

	if (err < 0)
		return err;
	if (!m->tare.timer)
		return sd_event_add_time(m->event, &m->tare.timer, CLOCK_MONOTONIC,
			now_us + TARE_TIMEOUT_US, 0, on_tare_timeout, m);
	sd_event_source_set_time(m->tare.timer, now_us + TARE_TIMEOUT_US);
	return sd_event_source_set_enabled(m->tare.timer, SD_EVENT_ONESHOT);
}

static bool has_mat(const struct call *call)
{
	if (call->m->mat && mat_state(mat_io_mat(call->m->mat)) == MAT_STREAMING)
		return true;
	call_refuse(call, RPC_NO_MAT,
		N_("No mat is streaming; \"status\" says what it waits for."));
	return false;
}

static void serve_tare(const struct call *call)
{
	struct methods *m = call->m;
	int n_frames;

	if (!has_mat(call))
		return;
	if (m->tare.runs) {
		call_refuse(call, RPC_BUSY,
			N_("The mat is being tared already; wait a second."));
		return;
	}
	if (trials_is_busy(m->trials)) {
		call_refuse(call, RPC_BUSY,
			N_("A trial is running, and keeps the zero it began with; tare "
			   "when it has ended."));
		return;
	}
	if (m->trainer && trainer_is_busy(m->trainer)) {
		call_refuse(call, RPC_BUSY,
			N_("Somebody is training; tare when it has ended."));
		return;
	}
	if (start_tare_timer(m) < 0) {
		call_refuse(call, RPC_INTERNAL,
			N_("There is not enough memory to tare the mat."));
		return;
	}
	m->tare.runs = true;
	call_defer(call, &m->tare.owed);
	n_frames = live_tare_begin(m->live, on_tare, m);
	m->tare.n_frames = n_frames;
	if (n_frames < 0)
		on_tare(LIVE_TARE_NO_FRAMES, m);
}

static void serve_identify(const struct call *call)
{
	struct jsonw *w;

	if (!has_mat(call))
		return;
	if (mat_io_identify(call->m->mat) < 0) {
		call_refuse(call, RPC_NO_MAT,
			N_("The mat could not be reached; \"status\" says how it "
			   "stands."));
		return;
	}
	w = call_begin_document(call, "stance.identify/1");
	jsonw_key(w, "ok");
	jsonw_bool(w, true);
	call_end_document(call, w);
}

static void serve_describe(const struct call *call)
{
	struct mat_document document;

	if (live_describe(call->m->live, &document) < 0) {
		call_refuse(call, RPC_NO_MAT,
			N_("No mat is streaming; \"status\" says what it waits for."));
		return;
	}
	document_put_mat(call_begin(call), &document);
	call_end(call);
}

const struct method methods_of_mat[] = {
	{ "mat.tare", METHODS_OPERATOR, serve_tare },
	{ "mat.identify", METHODS_OPERATOR, serve_identify },
	{ "mat.describe", METHODS_ANYONE, serve_describe },
	{ NULL },
};
