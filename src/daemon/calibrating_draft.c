/* calibrating_parts.h: the draft, on the disk after each step. */
#include "src/daemon/calibrating_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

#define LOG_TAG "calibrating"
#include "src/base/log.h"

void calibrating_close_draft(struct calibrating *c)
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

	calibrating_close_draft(c);
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
		calibrating_close_draft(c);
	return err;
}

void calibrating_forget_judgement(struct calibrating *c)
{
	c->draft->verification.n_rows = 0;
	c->draft->verification.passed = false;
	c->draft->verified = false;
}

/* The draft is another one than was fitted. */
void calibrating_forget_fit(struct calibrating *c)
{
	c->draft->algorithm[0] = '\0';
	candidate_free(c->candidate);
	c->candidate = NULL;
	calibrating_forget_judgement(c);
}

/* A copy for the worker; NULL after the asker was told. */
struct calibrating_work *calibrating_copy_draft(struct calibrating *c)
{
	struct calibrating_work *work =
		calibrating_work_new(c->state_dir, c->draft, c->mat_number, c);

	if (!work)
		calibrating_finish_no_memory(c);
	return work;
}

bool calibrating_has_draft(struct calibrating *c)
{
	if (c->draft)
		return true;
	calibrating_finish_refused(
		c, N_("Nothing was measured yet; begin with \"stance calibrate "
		      "zero\"."));
	return false;
}

/* What the worker found goes into the draft, unless that is another one now. */
bool calibrating_is_of_draft(
	const struct calibrating *c, const struct calibrating_work *work)
{
	return c->draft && work->mat_number == c->mat_number;
}

/* --- opening ----------------------------------------------------------------------------- */

/* A draft was looked for or made; meanwhile another mat may have come. */
static void on_opened(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	bool is_ours = work->mat_number == c->mat_number;
	bool is_wanted = c->state == CALIBRATING_OPENING && work->makes;

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
		calibrating_begin_step(c);
	else
		calibrating_finish_no_memory(c);
}

void calibrating_find_draft(struct calibrating *c, bool makes)
{
	struct calibrating_work *work =
		calibrating_work_new(c->state_dir, NULL, c->mat_number, c);

	if (!work) {
		if (makes)
			calibrating_finish_no_memory(c);
		return;
	}
	calibrating_work_open(work, archive_worker(c->archive),
		calibrations_mat(c->calibrations), makes, on_opened);
}

void calibrating_take_mat(struct calibrating *c)
{
	const struct calibration_device *mat = calibrations_mat(c->calibrations);

	c->mat_number++;
	calibrating_close_draft(c);
	if (mat->unit != FRAME_UNIT_FORCE_MN)
		calibrating_find_draft(c, false);
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
			N_("The draft on the disk could not be changed: %s."),
			strerror(-work->err));
	}
	calibrating_work_free(work);
	calibrating_finish(c, &outcome);
}

void calibrating_drop(struct calibrating *c, int item, bool dropped,
	const struct calibrating_asker *asker)
{
	struct calibrating_work *work;
	struct rpc_error error = { .code = RPC_NOT_FOUND };

	if (!calibrating_begin(c, "drop", CALIBRATING_WORKING, asker) ||
		!calibrating_has_draft(c))
		return;
	if (procedure_drop(c->procedure, item, dropped) < 0) {
		snprintf(error.message, sizeof(error.message),
			N_("The draft has no reading %d; \"calibrate.status\" lists "
			   "them."),
			item);
		calibrating_finish_error(c, &error);
		return;
	}
	if (c->draft->readings.items[item].kind == READING_VERIFY)
		calibrating_forget_judgement(c);
	else
		calibrating_forget_fit(c);
	work = calibrating_copy_draft(c);
	if (work)
		calibrating_work_save(work, archive_worker(c->archive), on_changed);
}

void calibrating_forget_all(struct calibrating *c)
{
	struct calibrating_work *work =
		calibrating_work_new(c->state_dir, NULL, c->mat_number, c);

	if (!work) {
		calibrating_finish_no_memory(c);
		return;
	}
	calibrating_close_draft(c);
	calibrating_work_forget(work, archive_worker(c->archive),
		calibrations_mat(c->calibrations), on_changed);
}
