/* The methods that calibrate: a step each, answered when it is over. Those that read what is kept are in
 * methods_calibration_files.c. */
#include "src/daemon/methods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/daemon/calibrating_put.h"
#include "src/daemon/reader.h"

/* Chosen: what nobody puts on a mat is a slip of the finger, or pounds. */
#define MASS_MIN_KG    0.1
#define MASS_MAX_KG    500.0
#define PLACE_MAX_MM   5000.0
#define PASSES_MAX     50
#define PLACING_MAX_MM 50.0
#define MASS_FRAC_MAX  0.2
#define STAIRS_MIN     3

/* --- answers ----------------------------------------------------------------------------- */

static void on_done(const struct calibrating_outcome *outcome, void *ctx)
{
	struct call_owed *owed = ctx;
	struct call call;

	if (call_resume(owed, &call)) {
		if (outcome->error.code) {
			server_refuse(call.server, call.conn, call.id, &outcome->error);
		} else {
			calibrating_put_step(call_begin(&call), outcome);
			call_end(&call);
		}
	}
	free(owed);
}

/* Owe the answer. Returns false after refusing. */
static bool defer(const struct call *call, struct calibrating_asker *asker)
{
	struct call_owed *owed;

	if (trials_is_busy(call->m->trials)) {
		call_refuse(call, RPC_BUSY,
			N_("A trial is running; calibrate when it has ended."));
		return false;
	}
	if (call->m->trainer && trainer_is_busy(call->m->trainer)) {
		call_refuse(call, RPC_BUSY,
			N_("Somebody is training; calibrate when it has ended."));
		return false;
	}
	owed = calloc(1, sizeof(*owed));
	if (!owed) {
		call_refuse(call, RPC_INTERNAL,
			N_("There is not enough memory for this request."));
		return false;
	}
	call_defer(call, owed);
	*asker = (struct calibrating_asker){
		.client = call->conn->number, .done_fn = on_done, .ctx = owed
	};
	return true;
}

static bool has_mat(const struct call *call)
{
	if (call->m->mat && mat_state(mat_io_mat(call->m->mat)) == MAT_STREAMING)
		return true;
	call_refuse(call, RPC_NO_MAT,
		N_("No mat is streaming; \"status\" says what it waits for."));
	return false;
}

/* --- steps ------------------------------------------------------------------------------- */

static struct procedure_request request_of(
	const struct call *call, enum reading_kind kind)
{
	const struct mat_info *info =
		call->m->mat ? mat_info(mat_io_mat(call->m->mat)) : NULL;

	return (struct procedure_request){ .kind = kind,
		.mass_kg = NAN,
		.x_mm = NAN,
		.y_mm = NAN,
		.temperature_c = info && info->has_mat ? info->temperature_c : NAN };
}

static void step(const struct call *call, const struct reader *r,
	const struct procedure_request *request)
{
	struct calibrating_asker asker;

	if (!r->refused && has_mat(call) && defer(call, &asker))
		calibrating_step(call->m->calibrating, request, &asker);
}

static void read_mass(struct reader *r, struct procedure_request *request)
{
	request->mass_kg = reader_needed(r, "mass_kg", MASS_MIN_KG, MASS_MAX_KG);
}

static double read_place(struct reader *r, const char *key, bool needed)
{
	return needed ? reader_needed(r, key, -PLACE_MAX_MM, PLACE_MAX_MM)
		      : reader_number(r, key, -PLACE_MAX_MM, PLACE_MAX_MM, NAN);
}

static void serve_zero(const struct call *call)
{
	struct reader r = reader_of(call);
	struct procedure_request request = request_of(call, READING_ZERO);

	step(call, &r, &request);
}

/* A mass, and where it is put if that is said. */
static void read_load(struct reader *r, struct procedure_request *request)
{
	read_mass(r, request);
	request->x_mm = read_place(r, "x_mm", false);
	request->y_mm = read_place(r, "y_mm", false);
	if (isnan(request->x_mm) != isnan(request->y_mm))
		reader_refuse(r, "Give both \"x_mm\" and \"y_mm\", or neither.");
}

static void serve_load(const struct call *call)
{
	struct reader r = reader_of(call);
	struct procedure_request request = request_of(call, READING_LOAD);

	read_load(&r, &request);
	step(call, &r, &request);
}

static void serve_roll(const struct call *call)
{
	struct reader r = reader_of(call);
	struct procedure_request request = request_of(call, READING_ROLL);

	request.n_passes =
		(int)reader_whole(&r, "passes", 1, PASSES_MAX, PROCEDURE_ROLL_PASSES);
	request.mass_kg = reader_number(&r, "mass_kg", MASS_MIN_KG, MASS_MAX_KG, NAN);
	step(call, &r, &request);
}

static void read_masses(struct reader *r, struct procedure_request *request)
{
	const json_t *masses = reader_member(r, "masses_kg");
	size_t n = json_array_size(masses);
	bool good =
		json_is_array(masses) && n >= STAIRS_MIN && n <= PROCEDURE_MAX_MASSES;

	for (size_t i = 0; good && i < n; i++) {
		const json_t *mass = json_array_get(masses, i);

		request->masses_kg[i] = json_number_value(mass);
		good = json_is_number(mass) && request->masses_kg[i] >= MASS_MIN_KG &&
		       request->masses_kg[i] <= MASS_MAX_KG;
	}
	request->n_masses = (int)n;
	if (!good)
		reader_refuse(r,
			"\"masses_kg\" must be a list of %d to %d numbers from %.6g to "
			"%.6g.",
			STAIRS_MIN, PROCEDURE_MAX_MASSES, MASS_MIN_KG, MASS_MAX_KG);
}

static void serve_staircase(const struct call *call)
{
	struct reader r = reader_of(call);
	struct procedure_request request = request_of(call, READING_STAIRCASE);

	read_masses(&r, &request);
	step(call, &r, &request);
}

static void serve_creep(const struct call *call)
{
	struct reader r = reader_of(call);
	struct procedure_request request = request_of(call, READING_CREEP);

	read_load(&r, &request);
	step(call, &r, &request);
}

static void serve_verify(const struct call *call)
{
	struct reader r = reader_of(call);
	struct procedure_request request = request_of(call, READING_VERIFY);

	read_mass(&r, &request);
	request.x_mm = read_place(&r, "x_mm", true);
	request.y_mm = read_place(&r, "y_mm", true);
	step(call, &r, &request);
}

/* --- what follows them ------------------------------------------------------------------- */

static void serve_fit(const struct call *call)
{
	struct reader r = reader_of(call);
	double placing_mm = reader_number(&r, "placing_mm", 0, PLACING_MAX_MM, NAN);
	double mass_frac = reader_number(&r, "mass_frac", 0, MASS_FRAC_MAX, NAN);
	struct calibrating_asker asker;

	if (!r.refused && defer(call, &asker))
		calibrating_fit(call->m->calibrating, placing_mm, mass_frac, &asker);
}

static void serve_judge(const struct call *call)
{
	struct reader r = reader_of(call);
	double placing_mm = reader_number(&r, "placing_mm", 0, PLACING_MAX_MM, NAN);
	struct calibrating_asker asker;

	if (!r.refused && defer(call, &asker))
		calibrating_judge(call->m->calibrating, placing_mm, &asker);
}

static void serve_accept(const struct call *call)
{
	struct reader r = reader_of(call);
	char name[CALIBRATION_NAME_SIZE];
	struct calibrating_asker asker;

	reader_text(&r, "operator", name, sizeof(name));
	if (!name[strspn(name, " ")])
		reader_refuse(&r, "\"operator\" must name who answers for it.");
	if (!r.refused && defer(call, &asker))
		calibrating_accept(call->m->calibrating, name, &asker);
}

static void serve_check(const struct call *call)
{
	struct reader r = reader_of(call);
	double mass_kg = reader_needed(&r, "mass_kg", MASS_MIN_KG, MASS_MAX_KG);
	struct calibrating_asker asker;

	if (!r.refused && has_mat(call) && defer(call, &asker))
		calibrating_check(call->m->calibrating, mass_kg, &asker);
}

static void serve_drop(const struct call *call)
{
	struct reader r = reader_of(call);
	int64_t item = reader_whole(&r, "item", 0, READINGS_MAX_ITEMS - 1, -1);
	bool dropped = reader_bool(&r, "dropped", true);
	struct calibrating_asker asker;

	if (item < 0)
		reader_refuse(&r, "\"item\" must be the number of a reading.");
	if (!r.refused && defer(call, &asker))
		calibrating_drop(call->m->calibrating, (int)item, dropped, &asker);
}

static void serve_abort(const struct call *call)
{
	struct reader r = reader_of(call);
	bool all = reader_bool(&r, "all", false);
	struct calibrating_asker asker;

	if (!r.refused && defer(call, &asker))
		calibrating_abort(call->m->calibrating, all, &asker);
}

static void put_running(struct jsonw *w, const struct calibrating *calibrating)
{
	const struct calibration *draft = calibrating_draft(calibrating);
	struct procedure_view view;
	const uint8_t *coverage;

	jsonw_key(w, "running");
	if (calibrating_step_name(calibrating) && draft &&
		calibrating_view(calibrating, &view, &coverage) &&
		view.state != PROCEDURE_IDLE)
		calibrating_put_progress(w, &view, coverage, &draft->device.geometry);
	else
		jsonw_null(w);
}

static void serve_status(const struct call *call)
{
	const struct calibrating *calibrating = call->m->calibrating;
	const struct calibration *draft = calibrating_draft(calibrating);
	struct calibrations_standing standing;
	struct jsonw *w = call_begin_document(call, "stance.calibration-status/1");

	calibrations_standing(call->m->calibrations, &standing);
	jsonw_key(w, "calibration");
	calibrating_put_standing(w, &standing);
	jsonw_key(w, "step");
	jsonw_string(w, calibrating_step_name(calibrating));
	put_running(w, calibrating);
	jsonw_key(w, "draft");
	if (draft && draft->readings.n_items > 0)
		calibrating_put_draft(w, draft);
	else
		jsonw_null(w);
	call_end_document(call, w);
}

const struct method methods_of_calibrations[] = {
	{ "calibrate.zero", METHODS_TECHNICIAN, serve_zero },
	{ "calibrate.load", METHODS_TECHNICIAN, serve_load },
	{ "calibrate.roll", METHODS_TECHNICIAN, serve_roll },
	{ "calibrate.staircase", METHODS_TECHNICIAN, serve_staircase },
	{ "calibrate.creep", METHODS_TECHNICIAN, serve_creep },
	{ "calibrate.verify", METHODS_TECHNICIAN, serve_verify },
	{ "calibrate.fit", METHODS_TECHNICIAN, serve_fit },
	{ "calibrate.judge", METHODS_TECHNICIAN, serve_judge },
	{ "calibrate.accept", METHODS_TECHNICIAN, serve_accept },
	{ "calibrate.check", METHODS_OPERATOR, serve_check },
	{ "calibrate.drop", METHODS_TECHNICIAN, serve_drop },
	{ "calibrate.abort", METHODS_TECHNICIAN, serve_abort },
	{ "calibrate.status", METHODS_ANYONE, serve_status },
	{ NULL },
};
