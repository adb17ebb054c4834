#include "src/daemon/calibrating_work.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/version.h"
#include "src/daemon/calibration_files.h"

#define ALIGNMENT 64

struct calibrating_work *calibrating_work_new(const char *state_dir,
	const struct calibration *draft, uint64_t mat_number, void *owner)
{
	struct calibrating_work *work = calloc(1, sizeof(*work));

	if (!work)
		return NULL;
	work->state_dir = state_dir;
	work->mat_number = mat_number;
	work->owner = owner;
	work->note = "";
	if (draft) {
		work->mat = draft->device;
		work->calibration = calibration_copy(draft);
		if (!work->calibration) {
			free(work);
			return NULL;
		}
	}
	return work;
}

void calibrating_work_free(struct calibrating_work *work)
{
	if (!work)
		return;
	calibration_free(work->calibration);
	candidate_free(work->candidate);
	free(work);
}

static void call_done(void *ctx)
{
	struct calibrating_work *work = ctx;

	work->done_fn(work);
}

static void post(struct calibrating_work *work, struct worker *worker,
	worker_fn *run_fn, calibrating_work_fn *done_fn)
{
	work->done_fn = done_fn;
	work->job = (struct worker_job){
		.run_fn = run_fn, .done_fn = call_done, .ctx = work
	};
	worker_post(worker, &work->job);
}

static void *aligned(size_t size)
{
	return size ? aligned_alloc(
			      ALIGNMENT, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)
		    : NULL;
}

/* --- the draft --------------------------------------------------------------------------- */

static int save(struct calibrating_work *work)
{
	char *text;
	size_t n;
	int err = calibration_write(work->calibration, &text, &n);

	if (err < 0)
		return err;
	err = calibration_files_put_draft(work->state_dir, work->mat.serial, text, n);
	free(text);
	return err;
}

/* For this very mat as it is set now, whether or not it could be in force. */
static bool is_of_this_mat(struct calibrating_work *work)
{
	enum calibration_fitness fitness = calibration_fitness(
		work->calibration, &work->mat, 0, work->message, sizeof(work->message));

	if (fitness == CALIBRATION_NOT_ACCEPTED || fitness == CALIBRATION_FITS)
		work->message[0] = '\0';
	return !work->message[0];
}

static void find_draft(struct calibrating_work *work)
{
	char *text;
	size_t n;
	int err = calibration_files_get_draft(
		work->state_dir, work->mat.serial, &text, &n);

	if (err == -ENOENT)
		return;
	if (err < 0) {
		snprintf(work->message, sizeof(work->message),
			"the draft of mat %s cannot be read: %s", work->mat.serial,
			strerror(-err));
		return;
	}
	err = calibration_parse(text, n, false, &work->calibration, work->message,
		sizeof(work->message));
	free(text);
	if (err == 0 && !is_of_this_mat(work)) {
		calibration_free(work->calibration);
		work->calibration = NULL;
	}
}

static void run_open(void *ctx)
{
	struct calibrating_work *work = ctx;

	find_draft(work);
	if (work->calibration && work->calibration->algorithm[0])
		work->candidate = candidate_new(
			&work->calibration->model, &work->calibration->readings);
	if (work->calibration || !work->makes)
		return;
	work->calibration = calibration_new(&work->mat.geometry);
	if (work->calibration)
		calibration_set_device(work->calibration, &work->mat);
}

void calibrating_work_open(struct calibrating_work *work, struct worker *worker,
	const struct calibration_device *mat, bool makes, calibrating_work_fn *done_fn)
{
	work->mat = *mat;
	work->makes = makes;
	post(work, worker, run_open, done_fn);
}

static void run_save(void *ctx)
{
	struct calibrating_work *work = ctx;

	work->err = save(work);
}

void calibrating_work_save(struct calibrating_work *work, struct worker *worker,
	calibrating_work_fn *done_fn)
{
	post(work, worker, run_save, done_fn);
}

static void run_forget(void *ctx)
{
	struct calibrating_work *work = ctx;

	work->err = calibration_files_drop_draft(work->state_dir, work->mat.serial);
}

void calibrating_work_forget(struct calibrating_work *work, struct worker *worker,
	const struct calibration_device *mat, calibrating_work_fn *done_fn)
{
	work->mat = *mat;
	post(work, worker, run_forget, done_fn);
}

static void save_result(struct calibrating_work *work)
{
	if (save(work) < 0)
		work->note = N_("This could not be kept on the disk: if the station is "
				"switched off now, it must be done again.");
}

/* --- fit --------------------------------------------------------------------------------- */

/* The first problem that speaks of it, else the error's own sentence. */
static void tell_fit(struct calibrating_work *work, const char *otherwise)
{
	const struct fit_report *report = &work->calibration->report;
	const char *text = otherwise;

	for (int i = report->n_problems - 1; i >= 0; i--) {
		if (report->problems[i].severity == FIT_REFUSE)
			text = report->problems[i].text;
	}
	snprintf(work->message, sizeof(work->message), "%s", text);
}

static void tell_fit_error(struct calibrating_work *work)
{
	switch (work->err) {
	case 0:
		break;
	case -ENODATA:
		tell_fit(work,
			N_("A zero and at least one load of known mass are needed "
			   "before a fit; \"calibrate.status\" lists what there "
			   "is."));
		break;
	case -ENOMEM:
		tell_fit(work, N_("There is not enough memory for a fit."));
		break;
	default:
		tell_fit(
			work, N_("These readings do not make a calibration; repeat the "
				 "steps."));
		break;
	}
}

static struct fit_setup setup_of(const struct calibrating_work *work)
{
	const struct calibration_device *mat = &work->calibration->device;

	return (struct fit_setup){ .geometry = mat->geometry,
		.unit = mat->unit,
		.unit_scale = mat->unit_scale,
		.full_scale = mat->full_scale,
		.has_divider = mat->has_divider,
		.r_reference_ohm = mat->r_reference_ohm,
		.r_series_ohm = mat->r_series_ohm,
		.placing_mm = work->placing_mm,
		.mass_frac = work->mass_frac };
}

static void run_fit(void *ctx)
{
	struct calibrating_work *work = ctx;
	struct calibration *c = work->calibration;
	const struct fit_setup setup = setup_of(work);
	size_t size = fit_scratch_size(&c->readings);
	void *scratch = aligned(size);

	work->err = scratch ? fit_run(&setup, &c->readings, scratch, size, &c->model,
				      &c->report)
			    : -ENOMEM;
	free(scratch);
	work->has_result = scratch != NULL;
	snprintf(c->algorithm, sizeof(c->algorithm), "%s",
		work->err == 0 ? STANCE_VERSION : "");
	c->verification.n_rows = 0;
	c->verified = false;
	c->quick = c->report.quick;
	if (work->err == 0)
		work->candidate = candidate_new(&c->model, &c->readings);
	tell_fit_error(work);
	save_result(work);
}

void calibrating_work_fit(struct calibrating_work *work, struct worker *worker,
	double placing_mm, double mass_frac, calibrating_work_fn *done_fn)
{
	work->placing_mm = placing_mm;
	work->mass_frac = mass_frac;
	post(work, worker, run_fit, done_fn);
}

/* --- judgement --------------------------------------------------------------------------- */

static void run_judge(void *ctx)
{
	struct calibrating_work *work = ctx;
	struct calibration *c = work->calibration;
	size_t size = verify_size(&c->model);
	void *memory = aligned(size);

	work->err = memory ? verify_judge(&c->model, &c->readings, work->placing_mm,
				     memory, size, &c->verification)
			   : -ENOMEM;
	free(memory);
	if (work->err < 0)
		c->verification.n_rows = 0;
	c->verified = work->err == 0 && c->verification.passed;
	if (work->err == -ENODATA)
		snprintf(work->message, sizeof(work->message),
			N_("No weight was put there to verify with; \"stance calibrate "
			   "verify --mass-kg M --x-mm X --y-mm Y\" first."));
	else if (work->err < 0)
		snprintf(work->message, sizeof(work->message),
			N_("It could not be judged: %s."), strerror(-work->err));
	save_result(work);
}

void calibrating_work_judge(struct calibrating_work *work, struct worker *worker,
	double placing_mm, calibrating_work_fn *done_fn)
{
	work->placing_mm = placing_mm;
	post(work, worker, run_judge, done_fn);
}
