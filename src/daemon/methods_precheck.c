/* precheck, and placement.save: what the mat shows before a trial, beside what is known of the patient. */
#include "src/daemon/methods.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "src/daemon/precheck.h"
#include "src/daemon/reader.h"
#include "src/records/placement.h"

/* What the store knows, or is to keep. */
struct look {
	struct call_owed owed;
	struct archive_job job;
	uid_t uid;
	char patient[RECORD_CODE_SIZE];
	double entered_kg;
	bool has_placement;
	struct store_placement placement;
	int err;
	char trouble[STORE_MESSAGE_SIZE];
};

static struct look *look_new(const struct call *call, const char *patient)
{
	struct look *look = calloc(1, sizeof(*look));

	if (!look) {
		call_refuse(call, RPC_INTERNAL, N_("There is not enough memory."));
		return NULL;
	}
	look->entered_kg = NAN;
	look->uid = call->conn->uid;
	snprintf(look->patient, sizeof(look->patient), "%s", patient);
	return look;
}

static void post(const struct call *call, struct look *look, archive_run_fn *run_fn,
	worker_fn *done_fn)
{
	look->job = (struct archive_job){
		.run_fn = run_fn, .done_fn = done_fn, .ctx = look
	};
	call_defer(call, &look->owed);
	archive_post(call->m->archive, &look->job);
}

static void refuse(const struct call *call, const struct look *look)
{
	if (look->err == -ENOENT)
		call_refuse(call, RPC_NOT_FOUND, N_("There is no patient %s."),
			look->patient);
	else if (look->err == -ENOSPC)
		call_refuse(call, RPC_DISK,
			N_("The disk is full: the placement is not kept. Free some "
			   "space."));
	else
		call_refuse(call, RPC_DISK, N_("The store failed: %s."),
			look->trouble[0] ? look->trouble : strerror(-look->err));
}

/* --- precheck ---------------------------------------------------------------------------- */

static void put_saved(
	const struct look *look, const char *serial, struct precheck_facts *facts)
{
	facts->has_saved =
		look->has_placement && strcmp(look->placement.serial, serial) == 0;
	for (int side = 0; side < 2; side++) {
		const struct store_foot *foot = &look->placement.foot[side];

		facts->saved[side] = (struct standing_foot){ true,
			{ foot->heel_x_mm, foot->heel_y_mm }, foot->direction_deg,
			foot->length_mm };
	}
	facts->saved_width_mm = look->placement.width_mm;
}

/* `look` NULL: of nobody in particular. */
static void reply(const struct call *call, const struct look *look)
{
	struct status_document status;
	const int64_t tared_ns = live_tared_ns(call->m->live);
	struct precheck_facts facts = { .status = &status,
		.patient = look ? look->patient : "",
		.entered_kg = look ? look->entered_kg : NAN,
		.tare_age_s = tared_ns ? (double)(clock_now_ns() - tared_ns) /
						 (double)CLOCK_NS_PER_S
				       : NAN };

	status_fill(call->m->status, &status);
	live_standing(call->m->live, &facts.now);
	if (look)
		put_saved(look, status.serial, &facts);
	precheck_put(call_begin(call), &facts);
	call_end(call);
}

static void run_look(struct store *store, const char *trouble, void *ctx)
{
	struct look *look = ctx;
	struct store_patient patient;

	look->err = -EIO;
	if (!store) {
		snprintf(look->trouble, sizeof(look->trouble), "%s", trouble);
		return;
	}
	look->err = store_patient_get(store, look->patient, &patient);
	if (look->err < 0)
		return;
	look->entered_kg = patient.mass_kg;
	look->err = store_placement_get(store, look->patient, &look->placement);
	look->has_placement = look->err == 0;
	if (look->err == -ENOENT)
		look->err = 0;
}

static void on_looked(void *ctx)
{
	struct look *look = ctx;
	struct call call;

	if (call_resume(&look->owed, &call)) {
		if (look->err < 0)
			refuse(&call, look);
		else
			reply(&call, look);
	}
	free(look);
}

static void serve_precheck(const struct call *call)
{
	struct reader r = reader_of(call);
	char patient[RECORD_CODE_SIZE];
	struct look *look;

	reader_text(&r, "patient", patient, sizeof(patient));
	if (r.refused)
		return;
	if (!patient[0]) {
		reply(call, NULL);
		return;
	}
	look = look_new(call, patient);
	if (look)
		post(call, look, run_look, on_looked);
}

/* --- placement --------------------------------------------------------------------------- */

static void run_save(struct store *store, const char *trouble, void *ctx)
{
	struct look *look = ctx;
	char by[RECORD_NAME_SIZE];

	look->err = -EIO;
	if (!store) {
		snprintf(look->trouble, sizeof(look->trouble), "%s", trouble);
		return;
	}
	methods_name_peer(look->uid, by, sizeof(by));
	look->err = store_placement_put(store, look->patient, &look->placement, by);
	if (look->err == 0)
		look->err = store_placement_get(store, look->patient, &look->placement);
}

static void on_saved(void *ctx)
{
	struct look *look = ctx;
	struct call call;

	if (call_resume(&look->owed, &call)) {
		if (look->err < 0) {
			refuse(&call, look);
		} else {
			placement_put(
				call_begin(&call), look->patient, &look->placement);
			call_end(&call);
		}
	}
	free(look);
}

/* Returns false where the feet do not stand still. */
static bool take_feet(const struct call *call, struct store_placement *out)
{
	struct standing_now now;
	struct mat_document mat;

	live_standing(call->m->live, &now);
	if (!now.feet_still || live_describe(call->m->live, &mat) < 0)
		return false;
	for (int side = 0; side < 2; side++) {
		const struct standing_foot *foot = &now.foot[side];

		out->foot[side] = (struct store_foot){ foot->heel_mm.x, foot->heel_mm.y,
			foot->direction_deg, foot->length_mm };
	}
	out->width_mm = now.width_mm;
	snprintf(out->serial, sizeof(out->serial), "%s", mat.serial);
	return true;
}

static void serve_save(const struct call *call)
{
	struct reader r = reader_of(call);
	char patient[RECORD_CODE_SIZE];
	struct look *look;

	reader_text(&r, "patient", patient, sizeof(patient));
	if (!patient[0])
		reader_refuse(&r, "\"patient\" must be given: whose feet stand there.");
	if (r.refused)
		return;
	if (!live_is_ready(call->m->live)) {
		call_refuse(call, RPC_NO_MAT,
			N_("No mat is streaming; \"status\" says what it waits for."));
		return;
	}
	look = look_new(call, patient);
	if (!look)
		return;
	if (!take_feet(call, &look->placement)) {
		call_refuse(call, RPC_NOT_NOW,
			N_("Both feet must stand still on the mat for a second; then "
			   "save "
			   "it again."));
		free(look);
		return;
	}
	post(call, look, run_save, on_saved);
}

const struct method methods_of_precheck[] = {
	{ "precheck", METHODS_OPERATOR, serve_precheck },
	{ "placement.save", METHODS_OPERATOR, serve_save },
	{ NULL },
};
