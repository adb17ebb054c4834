/* calibrating_parts.h: one step of the procedure on the live frames. */
#include "src/daemon/calibrating_parts.h"

#include <errno.h>
#include <stdio.h>

#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "src/daemon/calibrating_put.h"

/* Between progress reports; docs/api.md: at most ten a second. */
#define TELL_NS (100 * CLOCK_NS_PER_MS)

static void publish(struct calibrating *c)
{
	int64_t now_ns = clock_now_ns();
	const uint8_t *coverage;
	struct procedure_view view;

	if (!server_wants(c->server, STREAM_CALIBRATION, now_ns) ||
		!calibrating_view(c, &view, &coverage))
		return;
	calibrating_put_progress(server_publish_begin(c->server, STREAM_CALIBRATION),
		&view, coverage, &c->draft->device.geometry);
	server_publish_end(c->server, STREAM_CALIBRATION, now_ns);
}

static void fill_outcome(
	const struct calibrating *c, struct calibrating_outcome *outcome)
{
	*outcome = (struct calibrating_outcome){ .step = c->step,
		.item = -1,
		.saw = &c->view,
		.note = "",
		.reason = "",
		.next = c->view.next };
}

static void on_step_saved(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	struct calibrating_outcome outcome;

	fill_outcome(c, &outcome);
	outcome.ok = true;
	outcome.item = c->draft && work->mat_number == c->mat_number
			       ? c->draft->readings.n_items - 1
			       : -1;
	if (work->err < 0)
		outcome.note = N_("This step could not be kept on the disk: if the "
				  "station is switched off now, it is lost. Make room, "
				  "then go on.");
	calibrating_work_free(work);
	calibrating_finish(c, &outcome);
}

static void end_done(struct calibrating *c)
{
	struct calibrating_work *work;

	if (c->request.kind == READING_VERIFY)
		calibrating_forget_judgement(c);
	else
		calibrating_forget_fit(c);
	c->state = CALIBRATING_WORKING;
	work = calibrating_copy_draft(c);
	if (work)
		calibrating_work_save(work, archive_worker(c->archive), on_step_saved);
}

static void end_refused(struct calibrating *c, bool timed_out)
{
	struct calibrating_outcome outcome;

	fill_outcome(c, &outcome);
	outcome.timed_out = timed_out;
	outcome.reason = c->aborted ? N_("It was aborted; nothing of it is kept.")
				    : c->view.reason;
	calibrating_finish(c, &outcome);
}

/* Nobody came in time: it was still waiting, and not for the mat to be cleared. */
static bool has_timed_out(const struct calibrating *c, int64_t t_ns)
{
	return c->stepped == PROCEDURE_WAITING && c->request.kind != READING_ZERO &&
	       (double)(t_ns - c->stepped_ns) * 1e-9 >= PROCEDURE_WAIT_S - 1;
}

/* How the step stands after a frame of `t_ns`. */
static void follow_step(struct calibrating *c, enum procedure_state state, int64_t t_ns)
{
	bool timed_out;

	if (c->stepped_ns == 0)
		c->stepped_ns = t_ns;
	timed_out = has_timed_out(c, t_ns);
	if (state != c->stepped)
		c->stepped_ns = t_ns;
	c->stepped = state;
	if (state != PROCEDURE_DONE && state != PROCEDURE_REFUSED)
		return;
	procedure_view(c->procedure, &c->view);
	publish(c);
	if (state == PROCEDURE_DONE)
		end_done(c);
	else
		end_refused(c, timed_out);
}

void calibrating_take_back(struct calibrating *c)
{
	procedure_view(c->procedure, &c->view);
	procedure_abort(c->procedure);
	c->aborted = true;
	publish(c);
	end_refused(c, false);
}

void calibrating_begin_step(struct calibrating *c)
{
	struct rpc_error error = { .code = RPC_INVALID_PARAMS };
	int err = procedure_begin(
		c->procedure, &c->request, error.message, sizeof(error.message));

	if (err == -EBUSY) {
		error.code = RPC_BUSY;
		snprintf(error.message, sizeof(error.message),
			N_("A step is under way; abort it first."));
	}
	if (err < 0) {
		calibrating_finish_error(c, &error);
		return;
	}
	c->state = CALIBRATING_RUNNING;
	c->stepped = PROCEDURE_WAITING;
	c->stepped_ns = c->told_ns = 0;
}

void calibrating_on_frame(const struct raw_frame *frame, void *ctx)
{
	struct calibrating *c = ctx;

	if (!frame && c->state == CALIBRATING_CHECKING)
		calibrating_break_check(c);
	if (frame && c->candidate)
		candidate_push(c->candidate, frame);
	if (!c->procedure)
		return;
	if (!frame) {
		procedure_break(c->procedure);
		if (c->state == CALIBRATING_RUNNING)
			follow_step(c, PROCEDURE_REFUSED, c->stepped_ns);
		return;
	}
	if (c->state == CALIBRATING_RUNNING) {
		follow_step(c, procedure_push(c->procedure, frame), frame->t_ns);
		if (c->state != CALIBRATING_RUNNING ||
			frame->t_ns - c->told_ns < TELL_NS)
			return;
		c->told_ns = frame->t_ns;
		if (calibrating_is_asker_gone(c))
			calibrating_take_back(c);
		else
			publish(c);
	} else {
		procedure_push(c->procedure, frame);
	}
}

void calibrating_step(struct calibrating *c, const struct procedure_request *request,
	const struct calibrating_asker *asker)
{
	if (!calibrating_begin(
		    c, reading_kind_name(request->kind), CALIBRATING_OPENING, asker))
		return;
	c->request = *request;
	c->request.at_unix_ms = calibrating_now_unix_ms(NULL);
	if (c->procedure)
		calibrating_begin_step(c);
	else
		calibrating_find_draft(c, true);
}
