#include "tests/support/stage_sensor.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "calibration/model.h"
#include "src/base/rng.h"

#define GAIN_SD_FRAC  0.02
#define CREEP_UNDONE  0.8
#define CREEP_RATIO   3.1622776601683795 /* half a decade */
#define THRESHOLD_SDS 4.0

static const struct sensor_budget budget = { .force_frac = 0.03,
	.share_frac = 0.005,
	.cop_x_mm = 1,
	.cop_y_mm = 1,
	.noise_velocity_mm_s = NAN };

static void fill_cells(struct model *m, const struct sheet *sheet)
{
	struct rng rng;

	rng_init(&rng, sheet->options.seed, 0x901);
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++) {
		double wrong = exp(GAIN_SD_FRAC * rng_normal(&rng));

		m->zero_cnt[i] = (float)sheet->zero[i];
		m->noise_cnt[i] = (float)sheet->options.noise_counts;
		m->gain[i] = (float)(wrong / sheet->gain[i]);
		m->state[i] = CELL_OK;
	}
}

/* Newtons on a cell of gain 1: at `half_kpa` it conducts 1. */
static void fill_material(struct model *m, const struct sheet_options *o)
{
	double area_mm2 = m->geometry.pitch_x_mm * m->geometry.pitch_y_mm;
	double tau_s = o->creep_first_s;

	m->curve = (struct model_curve){ .kind = CURVE_POWER,
		.scale_n = o->half_kpa * 1e-3 * area_mm2,
		.exponent = 1 / o->exponent,
		.w_max = 4 };
	m->creep.n = o->n_creep < MODEL_MAX_CREEP ? o->n_creep : MODEL_MAX_CREEP;
	for (int k = 0; k < m->creep.n; k++, tau_s *= CREEP_RATIO) {
		m->creep.tau_s[k] = tau_s;
		m->creep.amplitude[k] = CREEP_UNDONE * 0.5 * o->creep_frac;
	}
}

static int make_plan(struct stage *s, const struct model *m)
{
	size_t size = model_plan_size(m);
	struct model_plan *plan;
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
	int rc = memory ? model_plan_init(memory, size, m, &plan) : -ENOMEM;

	if (rc < 0) {
		free(memory);
		return rc;
	}
	s->sensor_memory = memory;
	s->sensor = (struct sensor){
		.ops = &model_sensor_ops, .model = plan, .budget = &budget
	};
	return 0;
}

int stage_sensor_make(struct stage *s)
{
	struct model *m = calloc(1, sizeof(*m));
	struct sheet sheet;
	int rc = m ? sheet_init(&sheet, &s->scene.sheet, &s->scene.geometry, 1)
		   : -ENOMEM;

	if (rc == 0) {
		m->geometry = s->scene.geometry;
		m->unit = FRAME_UNIT_COUNTS;
		m->unit_scale = 1;
		m->full_scale = sheet.full_scale;
		m->has_divider = true;
		m->r_reference_ohm = SHEET_R_REFERENCE_OHM;
		m->r_series_ohm = SHEET_R_SERIES_OHM;
		m->threshold_sds = THRESHOLD_SDS;
		m->budget = budget;
		fill_cells(m, &sheet);
		fill_material(m, &s->scene.sheet);
		rc = make_plan(s, m);
		sheet_fini(&sheet);
	}
	free(m);
	return rc;
}

void stage_sensor_free(struct stage *s)
{
	free(s->sensor_memory);
	s->sensor_memory = NULL;
	s->sensor = (struct sensor){ .ops = NULL };
}
