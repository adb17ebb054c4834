/* calibration.h: what a person reads of a calibration. */
#include "calibration/file/block.h"
#include "calibration/file/put.h"

void calibration_put_report(struct jsonw *w, const struct fit_report *report)
{
	put_report(w, report);
}

void calibration_put_budget(struct jsonw *w, const struct sensor_budget *budget)
{
	put_budget(w, budget);
}

void calibration_put_verification(struct jsonw *w, const struct verify_result *result)
{
	put_verification(w, result);
}

static void put_item(struct jsonw *w, const struct reading *item)
{
	jsonw_begin_object(w);
	put_text(w, "step", block_reading_word((int)item->kind));
	put_int(w, "at_unix_ms", item->at_unix_ms);
	put_real(w, "mass_kg", item->mass_kg);
	put_real(w, "x_mm", item->x_mm);
	put_real(w, "y_mm", item->y_mm);
	put_real(w, "coverage_frac", item->coverage_frac);
	put_real(w, "temperature_c", item->temperature_c);
	put_bool(w, "dropped", item->dropped);
	jsonw_end_object(w);
}

static void put_items(struct jsonw *w, const struct readings *r)
{
	jsonw_key(w, "items");
	jsonw_begin_array(w);
	for (int i = 0; i < r->n_items; i++)
		put_item(w, &r->items[i]);
	jsonw_end_array(w);
}

void calibration_put_certificate(struct jsonw *w, const struct calibration *c)
{
	put_text(w, "operator", c->operator_name);
	put_text(w, "previous_id", c->previous_id);
	put_text(w, "algorithm", c->algorithm);
	put_int(w, "created_unix_ms", c->created_unix_ms);
	put_int(w, "expires_unix_ms", c->expires_unix_ms);
	put_int(w, "utc_offset_min", c->utc_offset_min);
	put_real(w, "temperature_c", c->temperature_c);
	put_bool(w, "quick", c->quick);
	put_bool(w, "verified", c->verified);
	jsonw_key(w, "device");
	put_device(w, &c->device);
	jsonw_key(w, "model");
	put_model_head(w, &c->model);
	jsonw_key(w, "budget");
	put_budget(w, &c->model.budget);
	jsonw_key(w, "report");
	put_report(w, &c->report);
	jsonw_key(w, "verification");
	if (c->verification.n_rows > 0)
		put_verification(w, &c->verification);
	else
		jsonw_null(w);
	put_items(w, &c->readings);
}
