#include "src/daemon/calibrating_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "src/base/i18n.h"

#define LOG_TAG "calibrating"
#include "src/base/log.h"

int64_t calibrating_now_unix_ms(int *utc_offset_min)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	if (utc_offset_min)
		*utc_offset_min =
			localtime_r(&now.tv_sec, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- answering --------------------------------------------------------------------------- */

void calibrating_tell(const struct calibrating_asker *asker,
	const struct calibrating_outcome *outcome)
{
	if (asker->done_fn)
		asker->done_fn(outcome, asker->ctx);
}

static void refuse(const struct calibrating_asker *asker, const char *step, int code,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

static void refuse(const struct calibrating_asker *asker, const char *step, int code,
	const char *format, ...)
{
	struct calibrating_outcome outcome = { .step = step, .item = -1 };
	va_list args;

	outcome.error.code = code;
	va_start(args, format);
	vsnprintf(outcome.error.message, sizeof(outcome.error.message), format, args);
	va_end(args);
	calibrating_tell(asker, &outcome);
}

/* Idle again, then the answer: it may ask for the next thing. */
void calibrating_finish(
	struct calibrating *c, const struct calibrating_outcome *outcome)
{
	struct calibrating_asker asker = c->asker;

	c->state = CALIBRATING_IDLE;
	c->step = NULL;
	c->asker.done_fn = NULL;
	if (outcome->error.code)
		log_warn("%s: %s", outcome->step, outcome->error.message);
	else
		log_info("%s: %s%s", outcome->step, outcome->ok ? "done" : "refused: ",
			outcome->ok ? "" : outcome->reason);
	c->changed_fn(c->changed_ctx);
	calibrating_tell(&asker, outcome);
}

void calibrating_finish_error(struct calibrating *c, const struct rpc_error *error)
{
	const struct calibrating_outcome outcome = {
		.error = *error, .step = c->step, .item = -1
	};

	calibrating_finish(c, &outcome);
}

void calibrating_finish_no_memory(struct calibrating *c)
{
	const struct rpc_error error = { .code = RPC_INTERNAL,
		.message = N_("There is not enough memory to calibrate.") };

	calibrating_finish_error(c, &error);
}

void calibrating_finish_refused(struct calibrating *c, const char *reason)
{
	const struct calibrating_outcome outcome = {
		.step = c->step, .item = -1, .reason = reason
	};

	calibrating_finish(c, &outcome);
}

/* Take the asker's thing on, or refuse him. */
bool calibrating_begin(struct calibrating *c, const char *step,
	enum calibrating_state state, const struct calibrating_asker *asker)
{
	const struct calibration_device *mat = calibrations_mat(c->calibrations);

	if (c->state != CALIBRATING_IDLE) {
		refuse(asker, step, RPC_BUSY,
			N_("The step \"%s\" is under way; wait for its end, or abort "
			   "it."),
			c->step);
		return false;
	}
	if (!mat || mat->unit == FRAME_UNIT_FORCE_MN) {
		refuse(asker, step, mat ? RPC_NOT_NOW : RPC_NO_MAT, "%s",
			mat ? N_("This mat sends force: it needs no calibration.")
			    : N_("No mat is streaming; \"status\" says what it waits "
				 "for."));
		return false;
	}
	c->state = state;
	c->step = step;
	c->asker = *asker;
	c->aborted = false;
	c->changed_fn(c->changed_ctx);
	return true;
}

bool calibrating_is_busy(const struct calibrating *c)
{
	return c->state != CALIBRATING_IDLE;
}

const char *calibrating_step_name(const struct calibrating *c)
{
	return c->step;
}

const struct calibration *calibrating_draft(const struct calibrating *c)
{
	return c->draft;
}

bool calibrating_view(const struct calibrating *c, struct procedure_view *view,
	const uint8_t **coverage)
{
	if (!c->procedure)
		return false;
	procedure_view(c->procedure, view);
	*coverage = procedure_coverage(c->procedure);
	return true;
}

bool calibrating_is_asker_gone(const struct calibrating *c)
{
	return c->asker.client && !server_has(c->server, c->asker.client);
}

/* --- taking back ------------------------------------------------------------------------- */

void calibrating_abort(
	struct calibrating *c, bool all, const struct calibrating_asker *asker)
{
	const struct calibrating_outcome nothing = {
		.step = "abort", .item = -1, .reason = N_("No step is running.")
	};
	struct calibrating_outcome done = { .step = "abort", .item = -1, .ok = true };

	if (c->state == CALIBRATING_RUNNING) {
		calibrating_take_back(c);
	} else if (c->state == CALIBRATING_CHECKING) {
		c->aborted = true;
		calibrating_break_check(c);
	} else if (!all) {
		calibrating_tell(asker, &nothing);
		return;
	}
	if (!all)
		calibrating_tell(asker, &done);
	else if (calibrating_begin(c, "abort", CALIBRATING_WORKING, asker))
		calibrating_forget_all(c);
}

/* --- beginning and end ------------------------------------------------------------------- */

int calibrating_new(struct archive *archive, struct calibrations *calibrations,
	struct live *live, struct server *server, const char *state_dir,
	worker_fn *changed_fn, void *ctx, struct calibrating **out)
{
	struct calibrating *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->archive = archive;
	c->calibrations = calibrations;
	c->live = live;
	c->server = server;
	c->state_dir = state_dir;
	c->changed_fn = changed_fn;
	c->changed_ctx = ctx;
	live_watch(live, LIVE_WATCH_CALIBRATION, calibrating_on_frame, c);
	*out = c;
	return 0;
}

void calibrating_free(struct calibrating *c)
{
	if (!c)
		return;
	live_watch(c->live, LIVE_WATCH_CALIBRATION, NULL, NULL);
	live_watch_samples(c->live, NULL, NULL);
	if (c->state == CALIBRATING_RUNNING)
		calibrating_take_back(c);
	else if (c->state == CALIBRATING_CHECKING)
		calibrating_break_check(c);
	worker_drain(archive_worker(c->archive));
	calibrating_close_draft(c);
	free(c);
}
