#include "src/daemon/calibrating.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/version.h"
#include "src/daemon/calibrating_put.h"
#include "src/daemon/calibrating_work.h"
#include "src/daemon/mat_check.h"

#define LOG_TAG "calibrating"
#include "src/base/log.h"

/* Between progress reports; docs/api.md: at most ten a second. */
#define TELL_NS (100 * CLOCK_NS_PER_MS)

#define MS_PER_DAY INT64_C(86400000)

/* As the diagram in the header. */
enum state { IDLE, OPENING, RUNNING, CHECKING, WORKING };

struct calibrating {
	struct archive *archive;
	struct calibrations *calibrations;
	struct live *live;
	struct server *server;
	const char *state_dir;
	worker_fn *changed_fn;
	void *changed_ctx;
	enum state state;
	struct calibrating_asker asker; /* done_fn NULL: nobody waits */
	const char *step;               /* that is being done */
	bool aborted;                   /* the running step, on request */
	struct procedure_request request;
	struct procedure_view view;   /* of the running step, at its end */
	enum procedure_state stepped; /* of the step, after the last frame */
	int64_t stepped_ns;           /* since when; 0: no frame yet */
	int64_t told_ns;
	struct calibration *draft;   /* NULL: none */
	struct candidate *candidate; /* of the draft's fit; NULL: not fitted */
	void *memory;                /* of the procedure, as is the next */
	struct procedure *procedure;
	uint64_t mat_number; /* counts mats: work about an old one is thrown away */
	uint64_t accepted_number; /* of the mat whose draft is being accepted */
	struct mat_check check;
	struct calibration_check kept;
};

static int64_t now_unix_ms(int *utc_offset_min)
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

static void tell_asker(const struct calibrating_asker *asker,
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
	tell_asker(asker, &outcome);
}

/* Idle again, then the answer: it may ask for the next thing. */
static void finish(struct calibrating *c, const struct calibrating_outcome *outcome)
{
	struct calibrating_asker asker = c->asker;

	c->state = IDLE;
	c->step = NULL;
	c->asker.done_fn = NULL;
	if (outcome->error.code)
		log_warn("%s: %s", outcome->step, outcome->error.message);
	else
		log_info("%s: %s%s", outcome->step, outcome->ok ? "done" : "refused: ",
			outcome->ok ? "" : outcome->reason);
	c->changed_fn(c->changed_ctx);
	tell_asker(&asker, outcome);
}

static void finish_error(struct calibrating *c, const struct rpc_error *error)
{
	const struct calibrating_outcome outcome = {
		.error = *error, .step = c->step, .item = -1
	};

	finish(c, &outcome);
}

static void finish_no_memory(struct calibrating *c)
{
	const struct rpc_error error = { .code = RPC_INTERNAL,
		.message = "There is not enough memory to calibrate." };

	finish_error(c, &error);
}

static void finish_refused(struct calibrating *c, const char *reason)
{
	const struct calibrating_outcome outcome = {
		.step = c->step, .item = -1, .reason = reason
	};

	finish(c, &outcome);
}

/* Take the asker's thing on, or refuse him. */
static bool begin(struct calibrating *c, const char *step, enum state state,
	const struct calibrating_asker *asker)
{
	const struct calibration_device *mat = calibrations_mat(c->calibrations);

	if (c->state != IDLE) {
		refuse(asker, step, RPC_BUSY,
			"The step \"%s\" is under way; wait for its end, or abort it.",
			c->step);
		return false;
	}
	if (!mat || mat->unit == FRAME_UNIT_FORCE_MN) {
		refuse(asker, step, mat ? RPC_NOT_NOW : RPC_NO_MAT, "%s",
			mat ? "This mat sends force: it needs no calibration."
			    : "No mat is streaming; \"status\" says what it waits "
			      "for.");
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
	return c->state != IDLE;
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

/* --- the draft --------------------------------------------------------------------------- */

static void close_draft(struct calibrating *c)
{
	free(c->memory);
	calibration_free(c->draft);
	candidate_free(c->candidate);
	c->candidate = NULL;
	c->memory = NULL;
	c->procedure = NULL;
	c->draft = NULL;
}

/* A procedure over the draft, which is taken over. Returns 0 or a negative errno. */
static int open_draft(struct calibrating *c, struct calibration *draft)
{
	struct procedure_setup setup = { .geometry = draft->device.geometry,
		.full_scale = draft->device.full_scale };
	struct mat_document mat;
	size_t size;
	int err = live_describe(c->live, &mat);

	close_draft(c);
	c->draft = draft;
	setup.rate_hz = err == 0 ? mat.mat.rate_hz : 2 * SAMPLE_LOW_RATE_HZ;
	size = procedure_size(&setup);
	size = (size + ANALYSIS_ALIGNMENT - 1) / ANALYSIS_ALIGNMENT *
	       ANALYSIS_ALIGNMENT;
	c->memory = size ? aligned_alloc(ANALYSIS_ALIGNMENT, size) : NULL;
	err = c->memory ? procedure_init(c->memory, size, &setup, &draft->readings,
				  &c->procedure)
			: -ENOMEM;
	if (err < 0)
		close_draft(c);
	return err;
}

static void forget_judgement(struct calibrating *c)
{
	c->draft->verification.n_rows = 0;
	c->draft->verification.passed = false;
	c->draft->verified = false;
}

/* The draft is another one than was fitted. */
static void forget_fit(struct calibrating *c)
{
	c->draft->algorithm[0] = '\0';
	candidate_free(c->candidate);
	c->candidate = NULL;
	forget_judgement(c);
}

/* A copy for the worker; NULL after the asker was told. */
static struct calibrating_work *work_on_draft(struct calibrating *c)
{
	struct calibrating_work *work =
		calibrating_work_new(c->state_dir, c->draft, c->mat_number, c);

	if (!work)
		finish_no_memory(c);
	return work;
}

/* --- steps ------------------------------------------------------------------------------- */

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
		outcome.note = "This step could not be kept on the disk: if the "
			       "station is switched off now, it is lost. Make room, "
			       "then go on.";
	calibrating_work_free(work);
	finish(c, &outcome);
}

static void end_done(struct calibrating *c)
{
	struct calibrating_work *work;

	if (c->request.kind == READING_VERIFY)
		forget_judgement(c);
	else
		forget_fit(c);
	c->state = WORKING;
	work = work_on_draft(c);
	if (work)
		calibrating_work_save(work, archive_worker(c->archive), on_step_saved);
}

static void end_refused(struct calibrating *c, bool timed_out)
{
	struct calibrating_outcome outcome;

	fill_outcome(c, &outcome);
	outcome.timed_out = timed_out;
	outcome.reason =
		c->aborted ? "It was aborted; nothing of it is kept." : c->view.reason;
	finish(c, &outcome);
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

static void take_back(struct calibrating *c)
{
	procedure_view(c->procedure, &c->view);
	procedure_abort(c->procedure);
	c->aborted = true;
	publish(c);
	end_refused(c, false);
}

static void begin_step(struct calibrating *c)
{
	struct rpc_error error = { .code = RPC_INVALID_PARAMS };
	int err = procedure_begin(
		c->procedure, &c->request, error.message, sizeof(error.message));

	if (err == -EBUSY) {
		error.code = RPC_BUSY;
		snprintf(error.message, sizeof(error.message),
			"A step is under way; abort it first.");
	}
	if (err < 0) {
		finish_error(c, &error);
		return;
	}
	c->state = RUNNING;
	c->stepped = PROCEDURE_WAITING;
	c->stepped_ns = c->told_ns = 0;
}

static bool is_asker_gone(const struct calibrating *c)
{
	return c->asker.client && !server_has(c->server, c->asker.client);
}

static void on_check_broken(struct calibrating *c);

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct calibrating *c = ctx;

	if (!frame && c->state == CHECKING)
		on_check_broken(c);
	if (frame && c->candidate)
		candidate_push(c->candidate, frame);
	if (!c->procedure)
		return;
	if (!frame) {
		procedure_break(c->procedure);
		if (c->state == RUNNING)
			follow_step(c, PROCEDURE_REFUSED, c->stepped_ns);
		return;
	}
	if (c->state == RUNNING) {
		follow_step(c, procedure_push(c->procedure, frame), frame->t_ns);
		if (c->state != RUNNING || frame->t_ns - c->told_ns < TELL_NS)
			return;
		c->told_ns = frame->t_ns;
		if (is_asker_gone(c))
			take_back(c);
		else
			publish(c);
	} else {
		procedure_push(c->procedure, frame);
	}
}

/* --- opening ----------------------------------------------------------------------------- */

/* A draft was looked for or made; meanwhile another mat may have come. */
static void on_opened(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	bool is_ours = work->mat_number == c->mat_number;
	bool is_wanted = c->state == OPENING && work->makes;

	if (is_ours && !c->procedure && work->calibration) {
		if (open_draft(c, work->calibration) < 0)
			log_err("a procedure cannot be set up for this mat");
		work->calibration = NULL;
		c->candidate = work->candidate;
		work->candidate = NULL;
	}
	if (work->message[0])
		log_warn("%s", work->message);
	calibrating_work_free(work);
	if (!is_wanted)
		return;
	if (c->procedure)
		begin_step(c);
	else
		finish_no_memory(c);
}

static void open(struct calibrating *c, bool makes)
{
	struct calibrating_work *work =
		calibrating_work_new(c->state_dir, NULL, c->mat_number, c);

	if (!work) {
		if (makes)
			finish_no_memory(c);
		return;
	}
	calibrating_work_open(work, archive_worker(c->archive),
		calibrations_mat(c->calibrations), makes, on_opened);
}

void calibrating_step(struct calibrating *c, const struct procedure_request *request,
	const struct calibrating_asker *asker)
{
	if (!begin(c, reading_kind_name(request->kind), OPENING, asker))
		return;
	c->request = *request;
	c->request.at_unix_ms = now_unix_ms(NULL);
	if (c->procedure)
		begin_step(c);
	else
		open(c, true);
}

void calibrating_take_mat(struct calibrating *c)
{
	const struct calibration_device *mat = calibrations_mat(c->calibrations);

	c->mat_number++;
	close_draft(c);
	if (mat->unit != FRAME_UNIT_FORCE_MN)
		open(c, false);
}

/* --- fit, judgement ---------------------------------------------------------------------- */

static bool has_draft(struct calibrating *c)
{
	if (c->draft)
		return true;
	finish_refused(c, "Nothing was measured yet; begin with \"stance calibrate "
			  "zero\".");
	return false;
}

/* What the worker found goes into the draft, unless that is another one now. */
static bool is_still_ours(
	const struct calibrating *c, const struct calibrating_work *work)
{
	return c->draft && work->mat_number == c->mat_number;
}

static void on_fitted(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	const struct calibration *found = work->calibration;
	struct calibrating_outcome outcome = { .step = c->step,
		.item = -1,
		.ok = work->err == 0,
		.note = work->note,
		.reason = work->err == 0 ? "" : work->message,
		.next = work->err == 0 ? "Verify it with weights that took no part: "
					 "\"stance calibrate verify\"."
				       : "",
		.report = work->has_result ? &found->report : NULL,
		.budget = work->err == 0 ? &found->model.budget : NULL };

	if (is_still_ours(c, work)) {
		forget_fit(c);
		if (work->err == 0) {
			c->draft->model = found->model;
			memcpy(c->draft->algorithm, found->algorithm,
				sizeof(c->draft->algorithm));
			c->draft->quick = found->report.quick;
			c->candidate = work->candidate;
			work->candidate = NULL;
		}
		if (work->has_result)
			c->draft->report = found->report;
	}
	finish(c, &outcome);
	calibrating_work_free(work);
}

void calibrating_fit(struct calibrating *c, double placing_mm, double mass_frac,
	const struct calibrating_asker *asker)
{
	struct calibrating_work *work;

	if (!begin(c, "fit", WORKING, asker) || !has_draft(c))
		return;
	work = work_on_draft(c);
	if (work)
		calibrating_work_fit(work, archive_worker(c->archive), placing_mm,
			mass_frac, on_fitted);
}

static void on_judged(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	const struct verify_result *found = &work->calibration->verification;
	struct calibrating_outcome outcome = { .step = c->step,
		.item = -1,
		.ok = work->err == 0 && found->passed,
		.note = work->note,
		.reason = work->err < 0   ? work->message
			  : found->passed ? ""
					  : found->text,
		.next = work->err == 0 && found->passed
				? "Put it in force: \"stance calibrate accept "
				  "--operator NAME\"."
				: "",
		.verification = work->err == 0 ? found : NULL };

	if (is_still_ours(c, work)) {
		forget_judgement(c);
		if (work->err == 0)
			c->draft->verification = *found;
		c->draft->verified = work->err == 0 && found->passed;
	}
	finish(c, &outcome);
	calibrating_work_free(work);
}

void calibrating_judge(
	struct calibrating *c, double placing_mm, const struct calibrating_asker *asker)
{
	struct calibrating_work *work;

	if (!begin(c, "judge", WORKING, asker) || !has_draft(c))
		return;
	if (!c->draft->algorithm[0]) {
		finish_refused(c, "There is no fit to judge; \"stance calibrate fit\" "
				  "first.");
		return;
	}
	work = work_on_draft(c);
	if (work)
		calibrating_work_judge(
			work, archive_worker(c->archive), placing_mm, on_judged);
}

/* --- accept ------------------------------------------------------------------------------ */

/* What the weights left in the sheet is no person's. */
static void hand_memory_over(struct calibrating *c)
{
	struct analysis_memory memory;

	if (!c->candidate)
		return;
	memory = candidate_memory(c->candidate);
	live_set_memory(c->live, &memory);
}

static void on_accepted(const struct rpc_error *error, void *ctx)
{
	struct calibrating *c = ctx;
	struct calibrations_standing standing;
	struct calibrating_outcome outcome = {
		.step = c->step, .item = -1, .error = *error, .ok = true
	};

	if (error->code) {
		finish(c, &outcome);
		return;
	}
	if (c->accepted_number == c->mat_number) {
		hand_memory_over(c);
		close_draft(c);
	}
	calibrations_standing(c->calibrations, &standing);
	outcome.id = standing.id;
	outcome.state = standing.state;
	if (strcmp(standing.state, "unverified") == 0)
		outcome.note = "It never passed a verification: every result is "
			       "flagged with that.";
	finish(c, &outcome);
}

static double zero_temperature_c(const struct readings *r)
{
	double temperature_c = NAN;

	for (int i = 0; i < r->n_items; i++) {
		if (r->items[i].kind == READING_ZERO && !r->items[i].dropped)
			temperature_c = r->items[i].temperature_c;
	}
	return temperature_c;
}

static void sign(struct calibrating *c, struct calibration *out, const char *name)
{
	struct calibrations_standing standing;

	calibrations_standing(c->calibrations, &standing);
	snprintf(out->operator_name, sizeof(out->operator_name), "%s", name);
	snprintf(out->previous_id, sizeof(out->previous_id), "%s", standing.id);
	out->created_unix_ms = now_unix_ms(&out->utc_offset_min);
	out->expires_unix_ms =
		out->created_unix_ms + CALIBRATION_VALID_DAYS * MS_PER_DAY;
	out->temperature_c = zero_temperature_c(&out->readings);
	out->accepted = true;
	out->quick = out->report.quick;
	out->verified = out->verification.n_rows > 0 && out->verification.passed;
}

static const char *refused_by(const struct fit_report *report)
{
	for (int i = 0; i < report->n_problems; i++) {
		if (report->problems[i].severity == FIT_REFUSE)
			return report->problems[i].text;
	}
	return NULL;
}

void calibrating_accept(struct calibrating *c, const char *operator_name,
	const struct calibrating_asker *asker)
{
	struct calibration *accepted;
	const char *problem;

	if (!begin(c, "accept", WORKING, asker) || !has_draft(c))
		return;
	problem = refused_by(&c->draft->report);
	if (!c->draft->algorithm[0] || problem) {
		finish_refused(c, problem && !c->draft->algorithm[0]
					  ? problem
					  : "There is no fit to accept; \"stance "
					    "calibrate fit\" first.");
		return;
	}
	accepted = calibration_copy(c->draft);
	if (!accepted) {
		finish_no_memory(c);
		return;
	}
	sign(c, accepted, operator_name);
	c->accepted_number = c->mat_number;
	calibrations_accept(c->calibrations, accepted, on_accepted, c);
}

/* --- taking back ------------------------------------------------------------------------- */

static void on_changed(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	struct calibrating_outcome outcome = {
		.step = c->step, .item = -1, .ok = work->err == 0, .note = work->note
	};

	if (work->err < 0) {
		outcome.error.code = RPC_DISK;
		snprintf(outcome.error.message, sizeof(outcome.error.message),
			"The draft on the disk could not be changed: %s.",
			strerror(-work->err));
	}
	calibrating_work_free(work);
	finish(c, &outcome);
}

void calibrating_drop(struct calibrating *c, int item, bool dropped,
	const struct calibrating_asker *asker)
{
	struct calibrating_work *work;
	struct rpc_error error = { .code = RPC_NOT_FOUND };

	if (!begin(c, "drop", WORKING, asker) || !has_draft(c))
		return;
	if (procedure_drop(c->procedure, item, dropped) < 0) {
		snprintf(error.message, sizeof(error.message),
			"The draft has no reading %d; \"calibrate.status\" lists them.",
			item);
		finish_error(c, &error);
		return;
	}
	if (c->draft->readings.items[item].kind == READING_VERIFY)
		forget_judgement(c);
	else
		forget_fit(c);
	work = work_on_draft(c);
	if (work)
		calibrating_work_save(work, archive_worker(c->archive), on_changed);
}

static void forget_all(struct calibrating *c)
{
	struct calibrating_work *work =
		calibrating_work_new(c->state_dir, NULL, c->mat_number, c);

	if (!work) {
		finish_no_memory(c);
		return;
	}
	close_draft(c);
	calibrating_work_forget(work, archive_worker(c->archive),
		calibrations_mat(c->calibrations), on_changed);
}

void calibrating_abort(
	struct calibrating *c, bool all, const struct calibrating_asker *asker)
{
	const struct calibrating_outcome nothing = {
		.step = "abort", .item = -1, .reason = "No step is running."
	};
	struct calibrating_outcome done = { .step = "abort", .item = -1, .ok = true };

	if (c->state == RUNNING) {
		take_back(c);
	} else if (c->state == CHECKING) {
		c->aborted = true;
		on_check_broken(c);
	} else if (!all) {
		tell_asker(asker, &nothing);
		return;
	}
	if (!all)
		tell_asker(asker, &done);
	else if (begin(c, "abort", WORKING, asker))
		forget_all(c);
}

/* --- morning check ----------------------------------------------------------------------- */

static void on_check_kept(const struct rpc_error *error, void *ctx)
{
	struct calibrating *c = ctx;
	const struct calibration_check *kept = &c->kept;
	char reason[160];
	struct calibrating_outcome outcome = { .step = c->step,
		.item = -1,
		.error = *error,
		.ok = kept->ok,
		.check = kept,
		.reason = "" };

	snprintf(reason, sizeof(reason),
		"%.1f kg read as %.1f kg, %+.1f %%; up to %.1f %% is allowed. Tare the "
		"empty mat and check again, else calibrate anew.",
		kept->mass_kg, kept->measured_kg, 100 * kept->error_frac,
		100 * kept->limit_frac);
	if (!kept->ok)
		outcome.reason = reason;
	finish(c, &outcome);
}

static void end_check(struct calibrating *c, const struct calibrated *calibrated)
{
	const struct calibration *said = calibrated_calibration(calibrated);
	struct calibration_check *kept = &c->kept;

	*kept = (struct calibration_check){ .at_unix_ms = now_unix_ms(NULL),
		.mass_kg = c->check.mass_kg,
		.measured_kg = mat_check_measured_kg(&c->check) };
	memcpy(kept->serial, said->device.serial, sizeof(kept->serial));
	memcpy(kept->calibration_id, said->id, sizeof(kept->calibration_id));
	kept->error_frac = kept->measured_kg / kept->mass_kg - 1;
	kept->limit_frac =
		fmax(MAT_CHECK_LIMIT_FRAC, 2 * said->model.budget.force_frac);
	kept->ok = fabs(kept->error_frac) <= kept->limit_frac;
	c->state = WORKING;
	calibrations_keep_check(c->calibrations, kept, on_check_kept, c);
}

static void end_check_without(struct calibrating *c, bool timed_out, const char *reason)
{
	const struct calibrating_outcome outcome = {
		.step = c->step, .item = -1, .timed_out = timed_out, .reason = reason
	};

	live_watch_samples(c->live, NULL, NULL);
	finish(c, &outcome);
}

static void on_check_broken(struct calibrating *c)
{
	end_check_without(c, false,
		c->aborted ? "It was aborted." : "The mat stopped sending; try again.");
}

static void on_sample(const struct stance_sample *sample, void *ctx)
{
	struct calibrating *c = ctx;
	const struct calibrated *calibrated = calibrations_in_force(c->calibrations);
	enum mat_check_state state = mat_check_push(&c->check, sample);

	if (!calibrated || is_asker_gone(c)) {
		c->aborted = calibrated;
		on_check_broken(c);
	} else if (state == MAT_CHECK_NOTHING) {
		end_check_without(c, true,
			"No weight came to rest on the mat in time; put it there and "
			"check again.");
	} else if (state == MAT_CHECK_DONE) {
		live_watch_samples(c->live, NULL, NULL);
		end_check(c, calibrated);
	}
}

void calibrating_check(
	struct calibrating *c, double mass_kg, const struct calibrating_asker *asker)
{
	if (!begin(c, "check", CHECKING, asker))
		return;
	if (!calibrations_in_force(c->calibrations)) {
		finish_refused(c, "No calibration is in force; \"status\" says why.");
		return;
	}
	mat_check_init(&c->check, mass_kg);
	live_watch_samples(c->live, on_sample, c);
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
	live_watch(live, LIVE_WATCH_CALIBRATION, on_frame, c);
	*out = c;
	return 0;
}

void calibrating_free(struct calibrating *c)
{
	if (!c)
		return;
	live_watch(c->live, LIVE_WATCH_CALIBRATION, NULL, NULL);
	live_watch_samples(c->live, NULL, NULL);
	if (c->state == RUNNING)
		take_back(c);
	else if (c->state == CHECKING)
		on_check_broken(c);
	worker_drain(archive_worker(c->archive));
	close_draft(c);
	free(c);
}
