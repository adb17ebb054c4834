/* calibrating_parts.h: the morning check, on the live samples. */
#include "src/daemon/calibrating_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"

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
		N_("%.1f kg read as %.1f kg, %+.1f %%; up to %.1f %% is allowed. Tare "
		   "the "
		   "empty mat and check again, else calibrate anew."),
		kept->mass_kg, kept->measured_kg, 100 * kept->error_frac,
		100 * kept->limit_frac);
	if (!kept->ok)
		outcome.reason = reason;
	calibrating_finish(c, &outcome);
}

static void end_check(struct calibrating *c, const struct calibrated *calibrated)
{
	const struct calibration *said = calibrated_calibration(calibrated);
	struct calibration_check *kept = &c->kept;

	*kept = (struct calibration_check){ .at_unix_ms = calibrating_now_unix_ms(NULL),
		.mass_kg = c->check.mass_kg,
		.measured_kg = mat_check_measured_kg(&c->check) };
	memcpy(kept->serial, said->device.serial, sizeof(kept->serial));
	memcpy(kept->calibration_id, said->id, sizeof(kept->calibration_id));
	kept->error_frac = kept->measured_kg / kept->mass_kg - 1;
	kept->limit_frac =
		fmax(MAT_CHECK_LIMIT_FRAC, 2 * said->model.budget.force_frac);
	kept->ok = fabs(kept->error_frac) <= kept->limit_frac;
	c->state = CALIBRATING_WORKING;
	calibrations_keep_check(c->calibrations, kept, on_check_kept, c);
}

static void end_check_without(struct calibrating *c, bool timed_out, const char *reason)
{
	const struct calibrating_outcome outcome = {
		.step = c->step, .item = -1, .timed_out = timed_out, .reason = reason
	};

	live_watch_samples(c->live, NULL, NULL);
	calibrating_finish(c, &outcome);
}

void calibrating_break_check(struct calibrating *c)
{
	end_check_without(c, false,
		c->aborted ? N_("It was aborted.")
			   : N_("The mat stopped sending; try again."));
}

static void on_sample(const struct stance_sample *sample, void *ctx)
{
	struct calibrating *c = ctx;
	const struct calibrated *calibrated = calibrations_in_force(c->calibrations);
	enum mat_check_state state = mat_check_push(&c->check, sample);

	if (!calibrated || calibrating_is_asker_gone(c)) {
		c->aborted = calibrated;
		calibrating_break_check(c);
	} else if (state == MAT_CHECK_NOTHING) {
		end_check_without(c, true,
			N_("No weight came to rest on the mat in time; put it there "
			   "and "
			   "check again."));
	} else if (state == MAT_CHECK_DONE) {
		live_watch_samples(c->live, NULL, NULL);
		end_check(c, calibrated);
	}
}

void calibrating_check(
	struct calibrating *c, double mass_kg, const struct calibrating_asker *asker)
{
	if (!calibrating_begin(c, "check", CALIBRATING_CHECKING, asker))
		return;
	if (!calibrations_in_force(c->calibrations)) {
		calibrating_finish_refused(
			c, N_("No calibration is in force; \"status\" says why."));
		return;
	}
	mat_check_init(&c->check, mass_kg);
	live_watch_samples(c->live, on_sample, c);
}
