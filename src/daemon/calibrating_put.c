#include "src/daemon/calibrating_put.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "src/base/base64.h"

#define DECIMALS_S    3
#define DECIMALS_FRAC 4
#define DECIMALS_MM   2
#define DECIMALS_CNT  1
#define DECIMALS_KG   3

#define BITS_MAX (MODEL_MAX_CELLS / 8)

/* --- members ----------------------------------------------------------------------------- */

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text && text[0] ? text : NULL);
}

static void put_fixed(struct jsonw *w, const char *key, double value, int decimals)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, decimals);
}

static void put_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}

static void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

static void put_at(struct jsonw *w, struct pos_mm at)
{
	jsonw_key(w, "at_mm");
	if (isnan(at.x) || isnan(at.y)) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_fixed(w, at.x, DECIMALS_MM);
	jsonw_fixed(w, at.y, DECIMALS_MM);
	jsonw_end_array(w);
}

/* --- progress ---------------------------------------------------------------------------- */

static void put_seen(struct jsonw *w, const struct procedure_view *v)
{
	bool is_roll = v->kind == READING_ROLL, is_stair = v->kind == READING_STAIRCASE;

	put_fixed(w, "elapsed_s", v->elapsed_s, DECIMALS_S);
	put_fixed(w, "remaining_s", v->remaining_s, DECIMALS_S);
	put_fixed(w, "load_cnt", v->load_cnt, DECIMALS_CNT);
	put_at(w, v->at_mm);
	put_fixed(w, "radius_mm", v->radius_mm, DECIMALS_MM);
	put_fixed(w, "steadiness_frac", v->steadiness_frac, DECIMALS_FRAC);
	put_fixed(w, "coverage_frac", is_roll ? v->coverage_frac : NAN, DECIMALS_FRAC);
	put_int(w, "sweeps", is_roll ? v->n_sweeps : 0);
	put_fixed(w, "mass_now_kg", is_stair ? v->mass_now_kg : NAN, DECIMALS_KG);
	put_int(w, "i_mass", is_stair ? v->i_mass : 0);
	put_int(w, "frames", v->n_frames);
	put_int(w, "lost", v->n_lost);
}

static void put_coverage(
	struct jsonw *w, const uint8_t *coverage, const struct mat_geometry *geometry)
{
	uint8_t bits[BITS_MAX] = { 0 };
	char text[BITS_MAX / 3 * 4 + 8];
	size_t n_cells = (size_t)geometry_n_cells(geometry), n;

	for (size_t i = 0; i < n_cells; i++) {
		if (coverage[i])
			bits[i / 8] |= (uint8_t)(1U << i % 8);
	}
	text[0] = '"';
	n = base64_encode(bits, (n_cells + 7) / 8, text + 1);
	text[n + 1] = '"';
	jsonw_key(w, "coverage");
	jsonw_raw(w, text, n + 2);
}

static void put_notes(
	struct jsonw *w, const struct procedure_view *view, const char *note)
{
	jsonw_key(w, "notes");
	jsonw_begin_array(w);
	for (int i = 0; view && i < view->n_notes; i++)
		jsonw_string(w, view->notes[i]);
	if (note && note[0])
		jsonw_string(w, note);
	jsonw_end_array(w);
}

void calibrating_put_progress(struct jsonw *w, const struct procedure_view *v,
	const uint8_t *coverage, const struct mat_geometry *geometry)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.calibration-progress/1");
	put_text(w, "state", procedure_state_name(v->state));
	put_text(w, "step", reading_kind_name(v->kind));
	put_text(w, "hint", v->hint);
	put_text(w, "next", v->next);
	put_text(w, "reason", v->reason);
	put_notes(w, v, NULL);
	put_seen(w, v);
	if (v->kind == READING_ROLL && coverage) {
		put_coverage(w, coverage, geometry);
	} else {
		jsonw_key(w, "coverage");
		jsonw_null(w);
	}
	jsonw_end_object(w);
}

/* --- how a step ended -------------------------------------------------------------------- */

void calibrating_put_check(struct jsonw *w, const struct calibration_check *check)
{
	jsonw_begin_object(w);
	put_int(w, "at_unix_ms", check->at_unix_ms);
	put_fixed(w, "mass_kg", check->mass_kg, DECIMALS_KG);
	put_fixed(w, "measured_kg", check->measured_kg, DECIMALS_KG);
	put_fixed(w, "error_frac", check->error_frac, DECIMALS_FRAC);
	put_fixed(w, "limit_frac", check->limit_frac, DECIMALS_FRAC);
	put_bool(w, "ok", check->ok);
	jsonw_end_object(w);
}

static void put_results(struct jsonw *w, const struct calibrating_outcome *o)
{
	if (o->report) {
		jsonw_key(w, "report");
		calibration_put_report(w, o->report);
	}
	if (o->budget) {
		jsonw_key(w, "budget");
		calibration_put_budget(w, o->budget);
	}
	if (o->verification) {
		jsonw_key(w, "verification");
		calibration_put_verification(w, o->verification);
	}
	if (o->check) {
		jsonw_key(w, "check");
		calibrating_put_check(w, o->check);
	}
	if (o->id) {
		put_text(w, "id", o->id);
		put_text(w, "state", o->state);
	}
}

void calibrating_put_step(struct jsonw *w, const struct calibrating_outcome *o)
{
	jsonw_begin_object(w);
	put_text(w, "schema", "stance.calibration-step/1");
	put_bool(w, "ok", o->ok);
	put_text(w, "step", o->step);
	jsonw_key(w, "item");
	if (o->item >= 0)
		jsonw_int(w, o->item);
	else
		jsonw_null(w);
	jsonw_key(w, "saw");
	if (o->saw) {
		jsonw_begin_object(w);
		put_seen(w, o->saw);
		jsonw_end_object(w);
	} else {
		jsonw_null(w);
	}
	put_notes(w, o->saw, o->note);
	put_text(w, "reason", o->ok ? NULL : o->reason);
	put_bool(w, "timed_out", o->timed_out);
	put_text(w, "next", o->next);
	put_results(w, o);
	jsonw_end_object(w);
}

/* --- status ------------------------------------------------------------------------------ */

void calibrating_put_standing(
	struct jsonw *w, const struct calibrations_standing *standing)
{
	jsonw_begin_object(w);
	put_text(w, "id", standing->id);
	put_text(w, "state", standing->state);
	put_fixed(w, "age_days", standing->age_days, DECIMALS_FRAC);
	put_text(w, "reason", standing->reason);
	put_fixed(w, "expires_days", standing->expires_days, DECIMALS_FRAC);
	put_bool(w, "quick", standing->quick);
	put_bool(w, "drift", standing->drift);
	jsonw_key(w, "last_check");
	if (standing->last_check)
		calibrating_put_check(w, standing->last_check);
	else
		jsonw_null(w);
	jsonw_end_object(w);
}

static void put_item(struct jsonw *w, int i, const struct reading *item)
{
	jsonw_begin_object(w);
	put_int(w, "item", i);
	put_text(w, "step", reading_kind_name(item->kind));
	put_int(w, "at_unix_ms", item->at_unix_ms);
	put_fixed(w, "mass_kg", item->mass_kg, DECIMALS_KG);
	put_fixed(w, "x_mm", item->x_mm, DECIMALS_MM);
	put_fixed(w, "y_mm", item->y_mm, DECIMALS_MM);
	put_fixed(w, "coverage_frac", item->coverage_frac, DECIMALS_FRAC);
	put_bool(w, "dropped", item->dropped);
	jsonw_end_object(w);
}

/* Of all passes so far. */
static double coverage_frac(const struct readings *r)
{
	double frac = NAN;

	for (int i = 0; i < r->n_items; i++) {
		if (r->items[i].kind == READING_ROLL && !r->items[i].dropped)
			frac = r->items[i].coverage_frac;
	}
	return frac;
}

void calibrating_put_draft(struct jsonw *w, const struct calibration *draft)
{
	const struct readings *r = &draft->readings;
	bool fitted = draft->algorithm[0], judged = draft->verification.n_rows > 0;

	jsonw_begin_object(w);
	jsonw_key(w, "items");
	jsonw_begin_array(w);
	for (int i = 0; i < r->n_items; i++)
		put_item(w, i, &r->items[i]);
	jsonw_end_array(w);
	put_fixed(w, "coverage_frac", coverage_frac(r), DECIMALS_FRAC);
	put_bool(w, "fitted", fitted);
	put_bool(w, "judged", judged);
	put_bool(w, "passed", judged && draft->verification.passed);
	if (fitted) {
		jsonw_key(w, "report");
		calibration_put_report(w, &draft->report);
	}
	if (judged) {
		jsonw_key(w, "verification");
		calibration_put_verification(w, &draft->verification);
	}
	jsonw_end_object(w);
}
