#include "calibration/file/put.h"

#include "calibration/file/block.h"

/* Zero has one sign: "-0" would be read as a whole number, which has none. */
void put_real(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_real(w, value + 0.0);
}

void put_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}

void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text);
}

void put_rows(struct jsonw *w, const char *key, const struct mat_geometry *geometry,
	const float *cells)
{
	jsonw_break(w);
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int row = 0; row < geometry->n_rows; row++) {
		if (row > 0)
			jsonw_break(w);
		jsonw_begin_array(w);
		for (int col = 0; col < geometry->n_cols; col++)
			jsonw_real32(w, *cells++ + 0.0f);
		jsonw_end_array(w);
	}
	jsonw_end_array(w);
}

void put_device(struct jsonw *w, const struct calibration_device *d)
{
	jsonw_begin_object(w);
	put_text(w, "driver", d->driver);
	put_text(w, "serial", d->serial);
	put_text(w, "model", d->model);
	put_text(w, "firmware", d->firmware);
	put_int(w, "rows", d->geometry.n_rows);
	put_int(w, "cols", d->geometry.n_cols);
	put_real(w, "pitch_x_mm", d->geometry.pitch_x_mm);
	put_real(w, "pitch_y_mm", d->geometry.pitch_y_mm);
	put_text(w, "unit", block_unit_word((int)d->unit));
	put_real(w, "unit_scale", d->unit_scale);
	put_int(w, "full_scale", d->full_scale);
	put_bool(w, "has_divider", d->has_divider);
	put_int(w, "r_reference_ohm", d->r_reference_ohm);
	put_int(w, "r_series_ohm", d->r_series_ohm);
	put_bool(w, "applies_threshold", d->applies_threshold);
	put_bool(w, "applies_autozero", d->applies_autozero);
	jsonw_end_object(w);
}

/* --- model ------------------------------------------------------------------------------- */

static void put_pairs(struct jsonw *w, const char *key, int n, const double *first,
	const double *second)
{
	jsonw_key(w, key);
	jsonw_begin_array(w);
	for (int i = 0; i < n; i++) {
		jsonw_begin_array(w);
		jsonw_real(w, first[i] + 0.0);
		jsonw_real(w, second[i] + 0.0);
		jsonw_end_array(w);
	}
	jsonw_end_array(w);
}

static void put_curve(struct jsonw *w, const struct model_curve *c)
{
	jsonw_key(w, "curve");
	jsonw_begin_object(w);
	put_text(w, "kind", block_curve_word((int)c->kind));
	put_real(w, "scale_n", c->scale_n);
	put_real(w, "exponent", c->exponent);
	put_pairs(w, "knots", c->n_knots, c->knot_w, c->knot_s_n);
	put_real(w, "w_max", c->w_max);
	jsonw_end_object(w);
}

/* The cells that are not ok, by what they are. */
static void put_states(struct jsonw *w, const struct model *model)
{
	int n_cells = geometry_n_cells(&model->geometry);

	jsonw_key(w, "states");
	jsonw_begin_object(w);
	for (int state = CELL_OK + 1; state < CELL_N_STATES; state++) {
		jsonw_key(w, block_cell_state_word(state));
		jsonw_begin_array(w);
		for (int i = 0; i < n_cells; i++) {
			if (model->state[i] == state)
				jsonw_int(w, i);
		}
		jsonw_end_array(w);
	}
	jsonw_end_object(w);
}

static void put_model_members(struct jsonw *w, const struct model *m)
{
	put_real(w, "threshold_sds", m->threshold_sds);
	put_real(w, "crosstalk_row_frac", m->crosstalk.row_frac);
	put_real(w, "crosstalk_col_frac", m->crosstalk.col_frac);
	put_curve(w, &m->curve);
	if (m->creep.of_response) {
		jsonw_key(w, "creep_of_response");
		jsonw_bool(w, true);
	}
	if (m->bend_w > 0.0)
		put_real(w, "bend_w", m->bend_w);
	put_pairs(w, "creep", m->creep.n, m->creep.tau_s, m->creep.amplitude);
	put_pairs(w, "play", m->play.n, m->play.width_n, m->play.weight);
}

void put_model_head(struct jsonw *w, const struct model *m)
{
	jsonw_begin_object(w);
	put_model_members(w, m);
	jsonw_end_object(w);
}

void put_model(struct jsonw *w, const struct model *m)
{
	jsonw_begin_object(w);
	put_model_members(w, m);
	put_states(w, m);
	put_rows(w, "zero_cnt", &m->geometry, m->zero_cnt);
	put_rows(w, "noise_cnt", &m->geometry, m->noise_cnt);
	put_rows(w, "gain", &m->geometry, m->gain);
	if (m->bend_w > 0.0)
		put_rows(w, "bend", &m->geometry, m->bend);
	jsonw_end_object(w);
}

void put_budget(struct jsonw *w, const struct sensor_budget *b)
{
	jsonw_begin_object(w);
	put_real(w, "force_frac", b->force_frac);
	put_real(w, "share_frac", b->share_frac);
	put_real(w, "cop_x_mm", b->cop_x_mm);
	put_real(w, "cop_y_mm", b->cop_y_mm);
	put_real(w, "drift_frac_per_min", b->drift_frac_per_min);
	put_real(w, "velocity_frac", b->velocity_frac);
	put_real(w, "area_frac", b->area_frac);
	put_real(w, "velocity_bias_frac", b->velocity_bias_frac);
	put_real(w, "noise_velocity_mm_s", b->noise_velocity_mm_s);
	jsonw_end_object(w);
}

/* --- report ------------------------------------------------------------------------------ */

static void put_loads(struct jsonw *w, const struct fit_report *r)
{
	jsonw_break(w);
	jsonw_key(w, "loads");
	jsonw_begin_array(w);
	for (int i = 0; i < r->n_loads; i++) {
		const struct fit_load *load = &r->loads[i];

		jsonw_begin_object(w);
		put_int(w, "item", load->item);
		put_real(w, "mass_kg", load->mass_kg);
		put_real(w, "fit_kg", load->fit_kg);
		put_real(w, "pressed_n", load->pressed_n);
		put_bool(w, "used", load->used);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void put_problems(struct jsonw *w, const struct fit_report *r)
{
	jsonw_break(w);
	jsonw_key(w, "problems");
	jsonw_begin_array(w);
	for (int i = 0; i < r->n_problems; i++) {
		const struct fit_problem *problem = &r->problems[i];

		jsonw_begin_object(w);
		put_text(w, "severity", block_severity_word((int)problem->severity));
		put_int(w, "item", problem->item);
		put_text(w, "text", problem->text);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void put_report(struct jsonw *w, const struct fit_report *r)
{
	jsonw_begin_object(w);
	jsonw_key(w, "cv_rms_frac");
	jsonw_begin_object(w);
	for (int k = 0; k < CURVE_N_KINDS; k++)
		put_real(w, block_curve_word(k), r->cv_rms_frac[k]);
	jsonw_end_object(w);
	jsonw_key(w, "cells");
	jsonw_begin_object(w);
	for (int k = 0; k < CELL_N_STATES; k++)
		put_int(w, block_cell_state_word(k), r->n_states[k]);
	jsonw_end_object(w);
	put_real(w, "uniformity_frac", r->uniformity_frac);
	put_real(w, "creep_per_decade_frac", r->creep_per_decade_frac);
	put_real(w, "hysteresis_frac", r->hysteresis_frac);
	if (r->unlike_frac > 0.0)
		put_real(w, "unlike_frac", r->unlike_frac);
	put_bool(w, "has_staircase", r->has_staircase);
	put_bool(w, "has_turned_passes", r->has_turned_passes);
	put_bool(w, "quick", r->quick);
	put_real(w, "hidden_frac", r->hidden_frac);
	put_loads(w, r);
	put_problems(w, r);
	jsonw_end_object(w);
}

/* --- verification ------------------------------------------------------------------------ */

static void put_row(struct jsonw *w, const struct verify_row *row)
{
	jsonw_begin_object(w);
	put_real(w, "mass_kg", row->mass_kg);
	put_real(w, "x_mm", row->x_mm);
	put_real(w, "y_mm", row->y_mm);
	put_real(w, "measured_kg", row->measured_kg);
	put_real(w, "cop_x_mm", row->cop_x_mm);
	put_real(w, "cop_y_mm", row->cop_y_mm);
	put_real(w, "force_error_frac", row->force_error_frac);
	put_real(w, "cop_error_mm", row->cop_error_mm);
	put_real(w, "cop_rms_mm", row->cop_rms_mm);
	put_real(w, "noise_velocity_mm_s", row->noise_velocity_mm_s);
	put_real(w, "return_frac", row->return_frac);
	put_real(w, "rate_hz", row->rate_hz);
	put_real(w, "lost_frac", row->lost_frac);
	put_real(w, "jitter_p99_ms", row->jitter_p99_ms);
	jsonw_end_object(w);
}

static void put_line(struct jsonw *w, const struct verify_line *line)
{
	jsonw_begin_object(w);
	put_text(w, "key", line->key);
	put_text(w, "label", line->label);
	put_text(w, "unit", line->unit);
	put_real(w, "figure", line->figure);
	put_real(w, "limit", line->limit);
	put_bool(w, "at_least", line->at_least);
	put_text(w, "judgement", block_judgement_word((int)line->judgement));
	jsonw_end_object(w);
}

void put_verification(struct jsonw *w, const struct verify_result *v)
{
	jsonw_begin_object(w);
	put_bool(w, "passed", v->passed);
	put_text(w, "text", v->text);
	jsonw_break(w);
	jsonw_key(w, "rows");
	jsonw_begin_array(w);
	for (int i = 0; i < v->n_rows; i++)
		put_row(w, &v->rows[i]);
	jsonw_end_array(w);
	jsonw_break(w);
	jsonw_key(w, "lines");
	jsonw_begin_array(w);
	for (int i = 0; i < VERIFY_N_TESTS; i++) {
		if (v->lines[i].key && v->lines[i].key[0])
			put_line(w, &v->lines[i]);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}
