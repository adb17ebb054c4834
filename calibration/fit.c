#include "calibration/fit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/fit_parts.h"

#define ORDINARY_LOADS 3 /* fewer make a quick calibration */

size_t fit_scratch_size(const struct readings *readings)
{
	size_t equalise = fit_equalise_scratch_size(readings);
	size_t response = fit_response_scratch_size(readings);

	size_t watch = fit_watch_scratch_size(readings);
	size_t bends = fit_bends_scratch_size(readings);
	size_t most = equalise > response ? equalise : response;

	most = most > watch ? most : watch;
	return most > bends ? most : bends;
}

static void begin(
	const struct fit_setup *setup, struct model *model, struct fit_report *report)
{
	memset(model, 0, sizeof(*model));
	memset(report, 0, sizeof(*report));
	for (int kind = 0; kind < CURVE_N_KINDS; kind++)
		report->cv_rms_frac[kind] = NAN;
	report->uniformity_frac = NAN;
	report->hidden_frac = NAN;
	model->geometry = setup->geometry;
	model->unit = setup->unit;
	model->unit_scale = setup->unit_scale;
	model->full_scale = setup->full_scale;
	model->has_divider = setup->has_divider;
	model->r_reference_ohm = setup->r_reference_ohm;
	model->r_series_ohm = setup->r_series_ohm;
}

static bool is_possible(const struct fit_setup *setup, const struct readings *readings)
{
	const struct mat_geometry *g = &setup->geometry;

	return g->n_rows == readings->geometry.n_rows &&
	       g->n_cols == readings->geometry.n_cols && g->n_rows >= 1 &&
	       g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE && setup->full_scale >= 1 &&
	       setup->unit != FRAME_UNIT_FORCE_MN &&
	       (setup->unit == FRAME_UNIT_COUNTS || setup->unit_scale > 0) &&
	       (!setup->has_divider ||
		       (setup->r_reference_ohm > 0 && setup->r_series_ohm >= 0));
}

static void count_states(const struct model *model, struct fit_report *report)
{
	memset(report->n_states, 0, sizeof(report->n_states));
	for (int i = 0; i < geometry_n_cells(&model->geometry); i++)
		report->n_states[model->state[i]]++;
}

static bool is_refused(const struct fit_report *report)
{
	for (int k = 0; k < report->n_problems; k++)
		if (report->problems[k].severity == FIT_REFUSE)
			return true;
	return false;
}

int fit_run(const struct fit_setup *setup, const struct readings *readings,
	void *scratch, size_t size, struct model *model, struct fit_report *report)
{
	int rc;

	if (!is_possible(setup, readings))
		return -EINVAL;
	if (size < fit_scratch_size(readings))
		return -ENOBUFS;
	begin(setup, model, report);
	rc = fit_zero(setup, readings, model, report);
	if (rc)
		return rc;
	fit_crosstalk(readings, model, report);
	rc = fit_equalise(readings, scratch, size, model, report);
	if (rc)
		return rc;
	fit_watch(readings, scratch, model, report);
	report->unlike_frac = fit_bends(readings, scratch, model);
	rc = fit_response(setup, readings, scratch, size, model, report);
	if (rc)
		return rc;
	if (report->n_loads < ORDINARY_LOADS)
		report->quick = true;
	count_states(model, report);
	budget_fill(setup, readings, model, report);
	return is_refused(report) ? -ERANGE : 0;
}
