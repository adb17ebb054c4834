/* calibrating_parts.h: the draft is signed and put in force. */
#include "src/daemon/calibrating_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"

#define MS_PER_DAY INT64_C(86400000)

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
		calibrating_finish(c, &outcome);
		return;
	}
	if (c->accepted_number == c->mat_number) {
		hand_memory_over(c);
		calibrating_close_draft(c);
	}
	calibrations_standing(c->calibrations, &standing);
	outcome.id = standing.id;
	outcome.state = standing.state;
	if (strcmp(standing.state, "unverified") == 0)
		outcome.note = N_("It never passed a verification: every result is "
				  "flagged with that.");
	calibrating_finish(c, &outcome);
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
	out->created_unix_ms = calibrating_now_unix_ms(&out->utc_offset_min);
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

	if (!calibrating_begin(c, "accept", CALIBRATING_WORKING, asker) ||
		!calibrating_has_draft(c))
		return;
	problem = refused_by(&c->draft->report);
	if (!c->draft->algorithm[0] || problem) {
		calibrating_finish_refused(
			c, problem && !c->draft->algorithm[0]
				   ? problem
				   : N_("There is no fit to accept; \"stance "
					"calibrate fit\" first."));
		return;
	}
	accepted = calibration_copy(c->draft);
	if (!accepted) {
		calibrating_finish_no_memory(c);
		return;
	}
	sign(c, accepted, operator_name);
	c->accepted_number = c->mat_number;
	calibrations_accept(c->calibrations, accepted, on_accepted, c);
}
