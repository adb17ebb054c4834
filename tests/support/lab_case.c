#include "tests/support/lab_case.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/units.h"

#define REST_S 1800.0 /* between calibration and stances, and from one to the next */

/* One case at work, and its memory. */
struct bench {
	const struct lab_case *c;
	struct lab_sheet *sheet;
	struct readings readings;
	void *readings_memory, *scratch, *plan_memory;
	struct model_plan *plan;
	double t_s;
	struct lab_outcome *out;
};

void lab_case_draw(struct lab_case *c, enum lab_class kind, enum lab_level level,
	const struct mat_geometry *geometry, uint64_t seed)
{
	memset(c, 0, sizeof(*c));
	c->geometry = *geometry;
	c->level = level;
	lab_sheet_draw(&c->sheet, kind, seed);
	lab_plan_full(&c->plan, kind, seed);
	c->hides_divider = seed & 1;
	if (level == LAB_STAIRCASE)
		return;
	lab_plan_short(&c->plan);
	c->plan.n_stairs = 0;
	c->plan.n_passes = 3;
	c->plan.roll_turns = false;
}

static void *room(size_t size)
{
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static int measure(struct bench *b)
{
	size_t size = readings_size(&b->c->geometry, READINGS_MAX_ITEMS,
		READINGS_MAX_SNAPSHOTS, READINGS_MAX_CELLS);
	int rc;

	b->readings_memory = room(size);
	b->sheet = lab_sheet_new(&b->c->sheet, &b->c->geometry);
	if (!b->readings_memory || !b->sheet)
		return -ENOMEM;
	rc = readings_init(&b->readings, b->readings_memory, size, &b->c->geometry,
		READINGS_MAX_ITEMS, READINGS_MAX_SNAPSHOTS, READINGS_MAX_CELLS);
	return rc < 0 ? rc
		      : lab_technician_run(&b->c->plan, b->sheet, &b->c->geometry,
				&b->t_s, &b->readings);
}

static int fit(struct bench *b)
{
	size_t size = fit_scratch_size(&b->readings);
	struct fit_setup setup;

	b->scratch = room(size);
	if (!b->scratch)
		return -ENOMEM;
	lab_technician_setup(b->sheet, &b->c->geometry, &setup);
	setup.has_divider = !b->c->hides_divider;
	return fit_run(&setup, &b->readings, b->scratch, size, &b->out->model,
		&b->out->report);
}

/* Newtons in a count, from the first load when it counts. */
static double scale_n(const struct bench *b, const float *gain)
{
	const struct readings *r = &b->readings;
	const struct reading *load = NULL;
	double sum = 0;

	for (int k = 0; !load && k < r->n_items; k++)
		load = r->items[k].kind == READING_LOAD ? &r->items[k] : NULL;
	for (int s = load ? load->first : 0; load && s < load->first + load->n; s++) {
		const struct snapshot *moment = &r->snapshots[s];

		if (moment->t_s < load->onset_s + load->read_s)
			continue;
		for (int k = moment->first; k < moment->first + moment->n; k++) {
			int cell = r->cell[k];

			sum += ((double)r->count[k] - (double)r->zero_cnt[cell]) *
			       (gain ? (double)gain[cell] : 1);
		}
		return load->mass_kg * UNITS_GRAVITY_M_S2 / sum;
	}
	return NAN;
}

static void read_stances(struct bench *b, const struct lab_reader *reader,
	struct lab_stance *const *stances, int n_stances)
{
	for (int k = 0; k < n_stances; k++) {
		b->t_s += REST_S;
		lab_sheet_feel(b->sheet, b->t_s, NULL);
		lab_stance_read(
			stances[k], b->sheet, &b->t_s, reader, &b->out->errors[k]);
	}
}

static void read_raw(struct bench *b, struct lab_stance *const *stances, int n_stances)
{
	const struct model *m = &b->out->model;
	struct lab_reader reader = { .gain = b->c->level == LAB_GAIN ? m->gain : NULL };
	double noise = 0;
	int n = geometry_n_cells(&b->c->geometry);

	for (int i = 0; i < n; i++)
		noise += (double)b->readings.zero_sd_cnt[i] / n;
	reader.zero.map_cnt = b->readings.zero_cnt;
	reader.zero.noise_cnt = (float)noise;
	reader.n_per_cnt = scale_n(b, reader.gain);
	read_stances(b, &reader, stances, n_stances);
}

static int read_calibrated(
	struct bench *b, struct lab_stance *const *stances, int n_stances)
{
	size_t size = model_plan_size(&b->out->model);
	struct sensor sensor = { .ops = &model_sensor_ops };
	struct lab_reader reader = { .sensor = &sensor };
	int rc;

	b->plan_memory = room(size);
	if (!b->plan_memory)
		return -ENOMEM;
	rc = model_plan_init(b->plan_memory, size, &b->out->model, &b->plan);
	if (rc < 0)
		return rc;
	sensor.model = b->plan;
	sensor.budget = &b->out->model.budget;
	reader.zero = model_sensor_ops.zero(b->plan);
	read_stances(b, &reader, stances, n_stances);
	return 0;
}

struct lab_outcome *lab_case_run(
	const struct lab_case *c, struct lab_stance *const *stances, int n_stances)
{
	struct bench b = { .c = c, .out = calloc(1, sizeof(*b.out)) };
	int rc = b.out ? measure(&b) : -ENOMEM;

	for (int k = 0; b.out && k < LAB_N_STANCES; k++)
		memset(&b.out->errors[k], 0xff, sizeof(b.out->errors[k])); /* NaN */
	if (rc == 0) {
		b.out->fit_rc = c->level == LAB_RAW ? 0 : fit(&b);
		if (b.out->fit_rc == 0 && c->level <= LAB_GAIN)
			read_raw(&b, stances, n_stances);
		else if (b.out->fit_rc == 0)
			b.out->fit_rc = read_calibrated(&b, stances, n_stances);
	}
	lab_sheet_free(b.sheet);
	free(b.readings_memory);
	free(b.scratch);
	free(b.plan_memory);
	if (rc < 0) {
		free(b.out);
		return NULL;
	}
	return b.out;
}
