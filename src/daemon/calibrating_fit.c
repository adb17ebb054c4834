/* calibrating_parts.h: the draft is fitted and judged, on the worker. */
#include "src/daemon/calibrating_parts.h"

#include <string.h>

#include "src/base/i18n.h"

static void on_fitted(struct calibrating_work *work)
{
	struct calibrating *c = work->owner;
	const struct calibration *found = work->calibration;
	struct calibrating_outcome outcome = { .step = c->step,
		.item = -1,
		.ok = work->err == 0,
		.note = work->note,
		.reason = work->err == 0 ? "" : work->message,
		.next = work->err == 0 ? N_("Verify it with weights that took no part: "
					    "\"stance calibrate verify\".")
				       : "",
		.report = work->has_result ? &found->report : NULL,
		.budget = work->err == 0 ? &found->model.budget : NULL };

	if (calibrating_is_of_draft(c, work)) {
		calibrating_forget_fit(c);
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
	calibrating_finish(c, &outcome);
	calibrating_work_free(work);
}

void calibrating_fit(struct calibrating *c, double placing_mm, double mass_frac,
	const struct calibrating_asker *asker)
{
	struct calibrating_work *work;

	if (!calibrating_begin(c, "fit", CALIBRATING_WORKING, asker) ||
		!calibrating_has_draft(c))
		return;
	work = calibrating_copy_draft(c);
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
				? N_("Put it in force: \"stance calibrate accept "
				     "--operator NAME\".")
				: "",
		.verification = work->err == 0 ? found : NULL };

	if (calibrating_is_of_draft(c, work)) {
		calibrating_forget_judgement(c);
		if (work->err == 0)
			c->draft->verification = *found;
		c->draft->verified = work->err == 0 && found->passed;
	}
	calibrating_finish(c, &outcome);
	calibrating_work_free(work);
}

void calibrating_judge(
	struct calibrating *c, double placing_mm, const struct calibrating_asker *asker)
{
	struct calibrating_work *work;

	if (!calibrating_begin(c, "judge", CALIBRATING_WORKING, asker) ||
		!calibrating_has_draft(c))
		return;
	if (!c->draft->algorithm[0]) {
		calibrating_finish_refused(
			c, N_("There is no fit to judge; \"stance calibrate fit\" "
			      "first."));
		return;
	}
	work = calibrating_copy_draft(c);
	if (work)
		calibrating_work_judge(
			work, archive_worker(c->archive), placing_mm, on_judged);
}
