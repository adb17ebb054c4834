/* The methods beside a trial that runs: trial.mark, and trial.repeat, which does the same once more. */
#include "src/daemon/methods.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/daemon/methods_trial.h"
#include "src/daemon/reader.h"
#include "src/records/refuse.h"
#include "src/store/store_clinic.h"

/* --- marks ------------------------------------------------------------------------------- */

struct mark {
	struct call_owed owed;
	struct archive_job job;
	uid_t uid;
	int64_t trial_id;
	double t_s;
	char text[STORE_MARK_SIZE];
	int n, err;
	char trouble[STORE_MESSAGE_SIZE];
};

static void run_mark(struct store *store, const char *trouble, void *ctx)
{
	struct mark *mark = ctx;
	char by[RECORD_NAME_SIZE];

	mark->err = -EIO;
	if (!store) {
		snprintf(mark->trouble, sizeof(mark->trouble), "%s", trouble);
		return;
	}
	methods_name_peer(mark->uid, by, sizeof(by));
	mark->err = store_mark_add(
		store, mark->trial_id, mark->t_s, mark->text, by, &mark->n);
}

static void refuse_mark(const struct call *call, const struct mark *mark)
{
	if (mark->err == -EPERM || mark->err == -ENOENT)
		call_refuse(call, RPC_NO_TRIAL,
			N_("Trial %lld is not running any more; the mark is not kept."),
			(long long)mark->trial_id);
	else if (mark->err == -ENOBUFS)
		call_refuse(call, RPC_NOT_NOW,
			N_("Trial %lld has %d marks already, as many as it may have."),
			(long long)mark->trial_id, STORE_MAX_MARKS);
	else
		call_refuse(call, RPC_DISK, N_("The mark could not be kept: %s."),
			mark->trouble[0] ? mark->trouble : strerror(-mark->err));
}

static void on_marked(void *ctx)
{
	struct mark *mark = ctx;
	struct call call;
	struct jsonw *w;

	if (mark->err == 0)
		trials_marked(mark->owed.m->trials, mark->trial_id);
	if (call_resume(&mark->owed, &call)) {
		if (mark->err < 0) {
			refuse_mark(&call, mark);
		} else {
			w = call_begin_document(&call, "stance.mark/1");
			jsonw_key(w, "trial");
			jsonw_int(w, mark->trial_id);
			jsonw_key(w, "n");
			jsonw_int(w, mark->n);
			jsonw_key(w, "t_s");
			jsonw_real(w, mark->t_s);
			jsonw_key(w, "text");
			jsonw_string(w, mark->text[0] ? mark->text : NULL);
			call_end_document(&call, w);
		}
	}
	free(mark);
}

static void serve_mark(const struct call *call)
{
	struct mark *mark = calloc(1, sizeof(*mark));
	struct reader r = reader_of(call);
	int64_t id = reader_id(&r, "id");

	if (!mark) {
		call_refuse(call, RPC_INTERNAL, N_("There is not enough memory."));
		return;
	}
	reader_text(&r, "text", mark->text, sizeof(mark->text));
	if (r.refused) {
		free(mark);
		return;
	}
	if (trials_now(call->m->trials, &mark->trial_id, &mark->t_s) < 0 ||
		(id != 0 && id != mark->trial_id)) {
		call_refuse(call, RPC_NO_TRIAL,
			id ? N_("Trial %lld is not running.")
			   : N_("No trial is running; trial.start begins one."),
			(long long)id);
		free(mark);
		return;
	}
	mark->uid = call->conn->uid;
	mark->job = (struct archive_job){
		.run_fn = run_mark, .done_fn = on_marked, .ctx = mark
	};
	call_defer(call, &mark->owed);
	archive_post(call->m->archive, &mark->job);
}

/* --- once more --------------------------------------------------------------------------- */

struct repeat {
	struct call_owed owed; /* first: methods_trial_begin() frees all by it */
	struct archive_job job;
	struct trial_request request;
	uid_t uid;
	int64_t trial_id;
	char reason[RECORD_REASON_SIZE];
	struct rpc_error error;
};

/* What was voided before needs no word more. */
static bool is_voided(struct store *store, int64_t id)
{
	struct trial_record *record = malloc(sizeof(*record));
	bool voided =
		record && store_trial_get(store, id, record) == 0 && record->voided;

	free(record);
	return voided;
}

static void run_review(struct store *store, const char *trouble, void *ctx)
{
	struct repeat *repeat = ctx;
	char by[RECORD_NAME_SIZE];
	int err;

	if (!store) {
		rpc_error_set(&repeat->error, RPC_DISK,
			N_("The store cannot be opened: %s"), trouble);
		return;
	}
	methods_name_peer(repeat->uid, by, sizeof(by));
	err = store_review_add(
		store, repeat->trial_id, STORE_REPEAT, repeat->reason, by);
	if (err == -EPERM && is_voided(store, repeat->trial_id))
		return;
	if (err < 0)
		refuse_trial(store, repeat->trial_id, err, &repeat->error);
}

static void give_up(struct repeat *repeat)
{
	struct call call;

	if (call_resume(&repeat->owed, &call))
		server_refuse(call.server, call.conn, call.id, &repeat->error);
	free(repeat);
}

static void on_reviewed(void *ctx)
{
	struct repeat *repeat = ctx;

	if (repeat->error.code)
		give_up(repeat);
	else
		methods_trial_begin(&repeat->owed, &repeat->request);
}

/* None runs now. Nothing is left to review of one that nobody came to, or that could not be stored. */
static void review(struct repeat *repeat)
{
	struct methods *m = repeat->owed.m;
	struct progress_document progress;

	trials_progress(m->trials, &progress);
	if (!progress.last || progress.last->id != repeat->trial_id ||
		strcmp(progress.last->state, "stored") != 0) {
		methods_trial_begin(&repeat->owed, &repeat->request);
		return;
	}
	repeat->job = (struct archive_job){
		.run_fn = run_review, .done_fn = on_reviewed, .ctx = repeat
	};
	archive_post(m->archive, &repeat->job);
}

static void on_idle(bool is_ending, void *ctx)
{
	struct repeat *repeat = ctx;

	if (is_ending) {
		rpc_error_set(&repeat->error, RPC_NO_MAT, N_("The daemon is ending."));
		give_up(repeat);
	} else {
		review(repeat);
	}
}

/* Return the trial to repeat, 0 after refusing: the one that runs, else the last. */
static int64_t find_trial(const struct call *call, int64_t wanted)
{
	struct progress_document progress;
	int64_t id;

	trials_progress(call->m->trials, &progress);
	id = progress.id ? progress.id : progress.last ? progress.last->id : 0;
	if (!trials_request(call->m->trials) || id == 0)
		call_refuse(call, RPC_NO_TRIAL,
			N_("No trial has run since the daemon's start; trial.start "
			   "begins "
			   "one."));
	else if (wanted != 0 && wanted != id)
		call_refuse(call, RPC_NO_TRIAL,
			N_("Trial %lld is neither the running one nor the last."),
			(long long)wanted);
	else
		return id;
	return 0;
}

static void wait_for_end(const struct call *call, struct repeat *repeat)
{
	if (trials_when_idle(call->m->trials, on_idle, repeat) < 0) {
		call_refuse(call, RPC_BUSY,
			N_("The trial is being repeated already; wait."));
		free(repeat);
		return;
	}
	call_defer(call, &repeat->owed);
	trials_stop(call->m->trials, SESSION_STOP_ABORTED);
}

static void serve_repeat(const struct call *call)
{
	struct reader r = reader_of(call);
	char reason[RECORD_REASON_SIZE];
	int64_t id = reader_id(&r, "id");
	struct repeat *repeat;

	reader_text(&r, "reason", reason, sizeof(reason));
	if (r.refused)
		return;
	id = find_trial(call, id);
	if (id == 0 || methods_trial_refuse_taken(call))
		return;
	repeat = calloc(1, sizeof(*repeat));
	if (!repeat) {
		call_refuse(call, RPC_INTERNAL, N_("There is not enough memory."));
		return;
	}
	repeat->request = *trials_request(call->m->trials);
	repeat->uid = call->conn->uid;
	repeat->trial_id = id;
	snprintf(repeat->reason, sizeof(repeat->reason), "%s",
		reason[0] ? reason : "repeated at once");
	if (trials_is_busy(call->m->trials)) {
		wait_for_end(call, repeat);
		return;
	}
	call_defer(call, &repeat->owed);
	review(repeat);
}

const struct method methods_of_running_trial[] = {
	{ "trial.mark", METHODS_OPERATOR, serve_mark },
	{ "trial.repeat", METHODS_OPERATOR, serve_repeat },
	{ NULL },
};
