#include "calibration/file/take.h"

#include <math.h>

#include <jansson.h>

/* Wider than anything that measuring can give, narrow enough that no later sum overflows. */
#define ANY        1e12
#define MOST_OHM   4294967295.0
#define MOST_COUNT 65535.0

static void at(struct field *f, const char *place, int index)
{
	f->place = place;
	f->index = index;
}

static double any(struct field *f, const json_t *object, const char *key)
{
	return field_real_or_nan(f, object, key, -ANY, ANY);
}

/* --- device ------------------------------------------------------------------------------ */

void take_device(struct field *f, const json_t *object, struct calibration_device *d)
{
	at(f, "device", -1);
	field_text(f, object, "driver", d->driver, sizeof(d->driver));
	field_text(f, object, "serial", d->serial, sizeof(d->serial));
	field_text(f, object, "model", d->model, sizeof(d->model));
	field_text(f, object, "firmware", d->firmware, sizeof(d->firmware));
	d->geometry.n_rows = (int)field_int(f, object, "rows", 1, GEOMETRY_MAX_SIDE);
	d->geometry.n_cols = (int)field_int(f, object, "cols", 1, GEOMETRY_MAX_SIDE);
	d->geometry.pitch_x_mm = field_real(f, object, "pitch_x_mm", 0.1, 1000);
	d->geometry.pitch_y_mm = field_real(f, object, "pitch_y_mm", 0.1, 1000);
	d->unit = (enum frame_unit)field_word(
		f, object, "unit", block_unit_word, FRAME_UNIT_FORCE_MN + 1);
	d->unit_scale = field_real(f, object, "unit_scale", 1e-9, MOST_OHM);
	d->full_scale = (uint32_t)field_int(f, object, "full_scale", 1, UINT32_MAX);
	d->has_divider = field_bool(f, object, "has_divider");
	d->r_reference_ohm =
		(uint32_t)field_int(f, object, "r_reference_ohm", 0, UINT32_MAX);
	d->r_series_ohm = (uint32_t)field_int(f, object, "r_series_ohm", 0, UINT32_MAX);
	d->applies_threshold = field_bool(f, object, "applies_threshold");
	d->applies_autozero = field_bool(f, object, "applies_autozero");
}

/* --- model ------------------------------------------------------------------------------- */

static bool is_rising(const double *values, int n)
{
	for (int i = 0; i < n; i++) {
		if (!(values[i] > (i > 0 ? values[i - 1] : 0)))
			return false;
	}
	return true;
}

static bool is_positive(const double *values, int n)
{
	for (int i = 0; i < n; i++) {
		if (!(values[i] > 0))
			return false;
	}
	return true;
}

static void take_curve(struct field *f, const json_t *object, struct model_curve *c)
{
	at(f, "model.curve", -1);
	c->kind = (enum curve_kind)field_word(
		f, object, "kind", block_curve_word, CURVE_N_KINDS);
	c->scale_n = field_real(f, object, "scale_n", 0, ANY);
	c->exponent = field_real(f, object, "exponent", 0.05, 20);
	c->n_knots = field_pairs(
		f, object, "knots", MODEL_MAX_KNOTS, 0, ANY, c->knot_w, c->knot_s_n);
	c->w_max = field_real(f, object, "w_max", 0, ANY);
	if (c->kind == CURVE_CUBIC) {
		if (c->n_knots < 2 || !is_rising(c->knot_w, c->n_knots) ||
			!is_rising(c->knot_s_n, c->n_knots))
			field_refuse(f, "knots", "two or more pairs that rise in both");
	} else if (!(c->scale_n > 0)) {
		field_refuse(f, "scale_n", "above 0");
	}
}

static void take_dynamics(struct field *f, const json_t *object, struct model *m)
{
	at(f, "model", -1);
	m->threshold_sds = field_real(f, object, "threshold_sds", 0, 1000);
	m->crosstalk.row_frac = field_real(f, object, "crosstalk_row_frac", 0, 1);
	m->crosstalk.col_frac = field_real(f, object, "crosstalk_col_frac", 0, 1);
	if (json_object_get(object, "creep_of_response"))
		m->creep.of_response = field_bool(f, object, "creep_of_response");
	if (json_object_get(object, "bend_w"))
		m->bend_w = field_real(f, object, "bend_w", 0, ANY);
	m->creep.n = field_pairs(f, object, "creep", MODEL_MAX_CREEP, 0, ANY,
		m->creep.tau_s, m->creep.amplitude);
	if (!is_positive(m->creep.tau_s, m->creep.n))
		field_refuse(f, "creep", "pairs of a time above 0 and an amplitude");
	m->play.n = field_pairs(f, object, "play", MODEL_MAX_PLAY, -ANY, ANY,
		m->play.width_n, m->play.weight);
	if (!is_positive(m->play.width_n, m->play.n))
		field_refuse(f, "play", "pairs of a width above 0 and a weight");
}

static void take_state(
	struct field *f, const json_t *object, enum cell_state state, struct model *m)
{
	const char *word = cell_state_name(state);
	int n_cells = geometry_n_cells(&m->geometry);
	const json_t *cells = field_array(f, object, word, (size_t)n_cells);
	int last = -1;

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);
		json_int_t k = json_integer_value(cell);

		if (!json_is_integer(cell) || k <= last || k >= n_cells ||
			m->state[k] != CELL_OK) {
			field_refuse(f, word,
				"numbers of cells that rise, each cell in one list");
			return;
		}
		m->state[k] = (uint8_t)state;
		last = (int)k;
	}
}

static void take_maps(struct field *f, const json_t *object, struct model *m)
{
	int n_rows = m->geometry.n_rows, n_cols = m->geometry.n_cols;

	at(f, "model", -1);
	field_rows(f, object, "zero_cnt", n_rows, n_cols, 0, MOST_COUNT, m->zero_cnt);
	field_rows(f, object, "noise_cnt", n_rows, n_cols, 0, MOST_COUNT, m->noise_cnt);
	field_rows(f, object, "gain", n_rows, n_cols, 0, 1e6, m->gain);
	if (m->bend_w > 0.0)
		field_rows(f, object, "bend", n_rows, n_cols, -1, 1, m->bend);
}

void take_model(struct field *f, const json_t *object, struct model *m)
{
	const json_t *states;

	take_dynamics(f, object, m);
	take_curve(f, field_object(f, object, "curve"), &m->curve);
	at(f, "model", -1);
	states = field_object(f, object, "states");
	at(f, "model.states", -1);
	for (int state = CELL_OK + 1; state < CELL_N_STATES; state++)
		take_state(f, states, (enum cell_state)state, m);
	take_maps(f, object, m);
}

void take_budget(struct field *f, const json_t *object, struct sensor_budget *b)
{
	at(f, "budget", -1);
	b->force_frac = field_real(f, object, "force_frac", 0, ANY);
	b->share_frac = field_real(f, object, "share_frac", 0, ANY);
	b->cop_x_mm = field_real(f, object, "cop_x_mm", 0, ANY);
	b->cop_y_mm = field_real(f, object, "cop_y_mm", 0, ANY);
	b->drift_frac_per_min = field_real(f, object, "drift_frac_per_min", 0, ANY);
	b->velocity_frac = field_real(f, object, "velocity_frac", 0, ANY);
	b->area_frac = field_real(f, object, "area_frac", 0, ANY);
	b->velocity_bias_frac = field_real(f, object, "velocity_bias_frac", 0, 1);
	b->noise_velocity_mm_s =
		field_real_or_nan(f, object, "noise_velocity_mm_s", 0, ANY);
}

/* --- report ------------------------------------------------------------------------------ */

static void take_loads(struct field *f, const json_t *object, struct fit_report *r)
{
	const json_t *loads = field_array(f, object, "loads", FIT_MAX_LOADS);

	r->n_loads = (int)json_array_size(loads);
	for (int i = 0; i < r->n_loads; i++) {
		const json_t *load = json_array_get(loads, (size_t)i);
		struct fit_load *out = &r->loads[i];

		at(f, "report.loads", i);
		out->item = (int)field_int(f, load, "item", -1, READINGS_MAX_ITEMS);
		out->mass_kg = any(f, load, "mass_kg");
		out->fit_kg = any(f, load, "fit_kg");
		out->pressed_n = any(f, load, "pressed_n");
		out->used = field_bool(f, load, "used");
	}
	at(f, "report", -1);
}

static void take_problems(struct field *f, const json_t *object, struct fit_report *r)
{
	const json_t *problems = field_array(f, object, "problems", FIT_MAX_PROBLEMS);

	r->n_problems = (int)json_array_size(problems);
	for (int i = 0; i < r->n_problems; i++) {
		const json_t *problem = json_array_get(problems, (size_t)i);
		struct fit_problem *out = &r->problems[i];

		at(f, "report.problems", i);
		out->severity = (enum fit_severity)field_word(
			f, problem, "severity", block_severity_word, FIT_REFUSE + 1);
		out->item = (int)field_int(f, problem, "item", -1, READINGS_MAX_ITEMS);
		field_text(f, problem, "text", out->text, sizeof(out->text));
	}
	at(f, "report", -1);
}

static void take_counts(struct field *f, const json_t *object, struct fit_report *r)
{
	const json_t *kinds, *cells;

	at(f, "report", -1);
	kinds = field_object(f, object, "cv_rms_frac");
	cells = field_object(f, object, "cells");
	for (int k = 0; k < CURVE_N_KINDS; k++)
		r->cv_rms_frac[k] = any(f, kinds, block_curve_word(k));
	for (int k = 0; k < CELL_N_STATES; k++)
		r->n_states[k] = (int)field_int(
			f, cells, block_cell_state_word(k), 0, MODEL_MAX_CELLS);
}

void take_report(struct field *f, const json_t *object, struct fit_report *r)
{
	take_counts(f, object, r);
	r->uniformity_frac = any(f, object, "uniformity_frac");
	r->creep_per_decade_frac = any(f, object, "creep_per_decade_frac");
	r->hysteresis_frac = any(f, object, "hysteresis_frac");
	if (json_object_get(object, "unlike_frac"))
		r->unlike_frac = any(f, object, "unlike_frac");
	r->has_staircase = field_bool(f, object, "has_staircase");
	r->has_turned_passes = field_bool(f, object, "has_turned_passes");
	r->quick = field_bool(f, object, "quick");
	r->hidden_frac = any(f, object, "hidden_frac");
	take_loads(f, object, r);
	take_problems(f, object, r);
}

/* --- verification ------------------------------------------------------------------------ */

static void take_row(struct field *f, const json_t *row, struct verify_row *out)
{
	out->mass_kg = any(f, row, "mass_kg");
	out->x_mm = any(f, row, "x_mm");
	out->y_mm = any(f, row, "y_mm");
	out->measured_kg = any(f, row, "measured_kg");
	out->cop_x_mm = any(f, row, "cop_x_mm");
	out->cop_y_mm = any(f, row, "cop_y_mm");
	out->force_error_frac = any(f, row, "force_error_frac");
	out->cop_error_mm = any(f, row, "cop_error_mm");
	out->cop_rms_mm = any(f, row, "cop_rms_mm");
	out->noise_velocity_mm_s = any(f, row, "noise_velocity_mm_s");
	out->return_frac = any(f, row, "return_frac");
	out->rate_hz = any(f, row, "rate_hz");
	out->lost_frac = any(f, row, "lost_frac");
	out->jitter_p99_ms = any(f, row, "jitter_p99_ms");
}

static void take_line(struct field *f, const json_t *line, struct block *b, int i)
{
	struct verify_line *out = &b->calibration.verification.lines[i];

	field_text(f, line, "key", b->lines[i].key, sizeof(b->lines[i].key));
	field_text(f, line, "label", b->lines[i].label, sizeof(b->lines[i].label));
	field_text(f, line, "unit", b->lines[i].unit, sizeof(b->lines[i].unit));
	out->key = b->lines[i].key;
	out->label = b->lines[i].label;
	out->unit = b->lines[i].unit;
	out->figure = any(f, line, "figure");
	out->limit = any(f, line, "limit");
	out->at_least = field_bool(f, line, "at_least");
	out->judgement = (enum verify_judgement)field_word(
		f, line, "judgement", block_judgement_word, VERIFY_NOT_TESTED + 1);
}

/* Of a test that the version which wrote the file did not have. */
static const struct verify_line the_line_of_no_test = { .key = "",
	.label = "",
	.unit = "",
	.figure = NAN,
	.limit = NAN,
	.judgement = VERIFY_NOT_TESTED };

void take_verification(struct field *f, const json_t *object, struct block *block)
{
	struct verify_result *v = &block->calibration.verification;
	const json_t *rows, *lines;

	at(f, "verification", -1);
	v->passed = field_bool(f, object, "passed");
	field_text(f, object, "text", v->text, sizeof(v->text));
	rows = field_array(f, object, "rows", VERIFY_MAX_ROWS);
	lines = field_array(f, object, "lines", VERIFY_N_TESTS);
	v->n_rows = (int)json_array_size(rows);
	if (v->n_rows == 0)
		field_refuse(f, "rows", "a list of at least one");
	for (int i = 0; i < v->n_rows; i++) {
		at(f, "verification.rows", i);
		take_row(f, json_array_get(rows, (size_t)i), &v->rows[i]);
	}
	for (int i = 0; i < VERIFY_N_TESTS; i++) {
		at(f, "verification.lines", i);
		if (i < (int)json_array_size(lines))
			take_line(f, json_array_get(lines, (size_t)i), block, i);
		else
			v->lines[i] = the_line_of_no_test;
	}
}
