#include "src/core/analysis.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/core/budget.h"
#include "src/core/carve.h"
#include "src/core/force.h"
#include "src/core/plane.h"
#include "src/core/track.h"
#include "src/core/weight.h"

#define LOAD_LEAST_N    20.0 /* docs/api.md: load threshold */
#define LOAD_LEAST_FULL 0.03 /* docs/api.md: of full scale, summed, on raw counts */
#define NOISE_SDS       6.0 /* chosen: one false contact in 1e9 cells of normal noise */
#define FORCE_NOISE_N   0.05 /* chosen: more on half of the cells is load, not noise */
#define LEAST_COUNTS    3.0  /* chosen: quantisation of an ADC's lowest bits */
#define FOOT_LEAST_FRAC 0.01 /* of the load: less is no foot on the ground */
#define POOR_MATCH      0.45 /* chosen on the scenes: no foot looks like this */
#define FILLED_LEAST                                                                   \
	1e-3 /* of the load, in cells known to be dead: less is no foot's */
#define BEYOND_FRAC                                                                    \
	0.5 /* chosen: force beyond the calibrated span may be off by half */
#define STRIP_LEAST 0.003 /* of the load, outside the feet: as for a new look at them */

struct analysis {
	struct analysis_setup setup;
	struct plane_rule rule;
	struct track track;
	struct weight weight;
	float *values;
	float *zero;
	uint32_t *bins;
	double *tare_sum;
	uint8_t *labels;
	uint16_t *limits; /* of contact, and the sheet's memory: with a sensor */
	float *memory;
	size_t n_memory;
	int64_t memory_ns; /* of the last frame read with the sensor */
	bool has_memory_ns;
	struct sensor_totals read; /* of the last frame, with the sensor */
	double noise;              /* sd of a cell, in the unit of `zero` */
	bool is_force;
	bool tared;
	bool was_given_zero; /* then a loaded frame is no reason to guess another */
	enum analysis_tare tare;
	int tare_left;
	int tare_n;
	double tare_squares;
};

static bool geometry_is_valid(const struct mat_geometry *g)
{
	return g->n_rows >= 1 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE && g->pitch_x_mm > 0.0 &&
	       g->pitch_y_mm > 0.0 && isfinite(g->pitch_x_mm) &&
	       isfinite(g->pitch_y_mm);
}

/* Lay everything out in `memory`, the struct first; returns the bytes it takes. */
static size_t lay_out(
	struct analysis *a, const struct analysis_setup *setup, void *memory)
{
	const struct mat_geometry *g = &setup->geometry;
	const struct sensor *sensor = &setup->sensor;
	size_t n = (size_t)geometry_n_cells(g);
	struct carve c = { .memory = memory };
	void *track;

	(void)carve_take(&c, sizeof(*a));
	a->values = carve_take(&c, n * sizeof(*a->values));
	a->zero = carve_take(&c, n * sizeof(*a->zero));
	a->bins = carve_take(&c, PLANE_N_BINS * sizeof(*a->bins));
	a->tare_sum = carve_take(&c, n * sizeof(*a->tare_sum));
	a->labels = carve_take(&c, n);
	a->n_memory = sensor->ops ? sensor->ops->n_state(sensor->model) : 0;
	a->limits = carve_take(&c, sensor->ops ? n * sizeof(*a->limits) : 0);
	a->memory = carve_take(&c, a->n_memory * sizeof(*a->memory));
	track = carve_take(&c, track_size(g));
	if (memory)
		track_init(&a->track, g, track);
	return c.used;
}

static void set_sensor_zero(struct analysis *a, const float *map_cnt, double noise_cnt)
{
	const struct sensor *s = &a->setup.sensor;
	size_t n = (size_t)geometry_n_cells(&a->setup.geometry);
	struct sensor_zero zero = { a->zero, (float)noise_cnt, a->limits };

	memmove(a->zero, map_cnt, n * sizeof(*a->zero));
	a->noise = noise_cnt;
	s->ops->limits(s->model, &zero, a->limits);
}

/* Begin with what the calibration knows: its zero, and a sheet at rest. */
static void take_sensor(struct analysis *a)
{
	const struct sensor *s = &a->setup.sensor;
	struct sensor_zero zero = s->ops->zero(s->model);

	set_sensor_zero(a, zero.map_cnt, (double)zero.noise_cnt);
	s->ops->state_reset(s->model, a->memory);
}

size_t analysis_size(const struct analysis_setup *setup)
{
	struct analysis a;

	return geometry_is_valid(&setup->geometry) ? lay_out(&a, setup, NULL) : 0;
}

static bool sensor_is_valid(const struct analysis_setup *setup)
{
	const struct sensor *s = &setup->sensor;

	return !s->ops || (s->model && s->budget && setup->unit != FRAME_UNIT_FORCE_MN);
}

int analysis_init(void *memory, size_t size, const struct analysis_setup *setup,
	struct analysis **out)
{
	size_t need = analysis_size(setup);
	struct analysis *a = memory;
	bool sends_force = setup->unit == FRAME_UNIT_FORCE_MN;

	if (need == 0 || !(setup->unit_scale > 0.0) || !isfinite(setup->unit_scale) ||
		setup->full_scale < 1 || (unsigned)setup->unit > FRAME_UNIT_FORCE_MN ||
		!sensor_is_valid(setup))
		return -EINVAL;
	if (size < need)
		return -ENOBUFS;
	memset(memory, 0, need);
	a->setup = *setup;
	lay_out(a, setup, memory);
	a->is_force = sends_force || setup->sensor.ops;
	a->rule.gain = (float)(setup->unit_scale * (sends_force ? 1e-3 : 1.0));
	a->rule.threshold = 0.5f * a->rule.gain;
	a->rule.full_scale =
		(uint16_t)(setup->full_scale < 65535 ? setup->full_scale : 65535);
	weight_init(&a->weight);
	if (setup->sensor.ops)
		take_sensor(a);
	*out = a;
	return 0;
}

void analysis_reset(struct analysis *a)
{
	track_forget(&a->track);
	weight_init(&a->weight);
	if (a->tare == ANALYSIS_TARE_RUNNING)
		a->tare = ANALYSIS_TARE_IDLE;
}

static double load_least(const struct analysis *a)
{
	return a->is_force
		       ? LOAD_LEAST_N
		       : LOAD_LEAST_FULL * a->setup.full_scale * (double)a->rule.gain;
}

/* --- zero and threshold -------------------------------------------------------------------- */

/* Without a zero map: take the background's level and spread from the frame itself. A sheet
 * that sends force has its zero; a high background on it is load (a plate, a rug). */
static void adapt(struct analysis *a, const struct raw_frame *frame)
{
	int n = geometry_n_cells(&a->setup.geometry);
	struct plane_background b = plane_find_background(frame->cells, n, a->bins);
	double least = a->is_force ? 0.5 : LEAST_COUNTS;
	double gain = (double)a->rule.gain;

	if (a->is_force && b.level * gain > FORCE_NOISE_N)
		b.spread = 0.0;
	if (a->is_force)
		b.level = 0.0;
	for (int i = 0; i < n; i++)
		a->zero[i] = (float)(b.level * gain);
	a->noise = b.spread * gain;
	a->rule.threshold = (float)(fmax(least, NOISE_SDS * b.spread) * gain);
}

struct analysis_zero analysis_zero(const struct analysis *a)
{
	return (struct analysis_zero){ .map = a->zero,
		.noise = a->noise,
		.threshold = a->rule.threshold,
		.tared = a->tared };
}

void analysis_set_zero(struct analysis *a, const struct analysis_zero *zero)
{
	size_t n = (size_t)geometry_n_cells(&a->setup.geometry);

	a->was_given_zero = zero->map != NULL;
	a->tared = zero->map && zero->tared;
	if (a->setup.sensor.ops && !zero->map) {
		struct sensor_zero own =
			a->setup.sensor.ops->zero(a->setup.sensor.model);

		set_sensor_zero(a, own.map_cnt, (double)own.noise_cnt);
	}
	if (!zero->map)
		return;
	if (a->setup.sensor.ops) {
		set_sensor_zero(a, zero->map, zero->noise);
		return;
	}
	memcpy(a->zero, zero->map, n * sizeof(*a->zero));
	a->noise = zero->noise;
	a->rule.threshold = zero->threshold;
}

struct analysis_memory analysis_memory(const struct analysis *a)
{
	return (struct analysis_memory){ .state = a->memory,
		.n = a->has_memory_ns ? a->n_memory : 0,
		.t_ns = a->memory_ns };
}

int analysis_set_memory(struct analysis *a, const struct analysis_memory *memory)
{
	const struct sensor *s = &a->setup.sensor;

	if (memory->n != 0 && memory->n != a->n_memory)
		return -EINVAL;
	a->has_memory_ns = memory->n != 0;
	a->memory_ns = memory->t_ns;
	if (memory->n != 0)
		memcpy(a->memory, memory->state, memory->n * sizeof(*a->memory));
	else if (s->ops)
		s->ops->state_reset(s->model, a->memory);
	return 0;
}

/* Is there more on the mat than nothing, by the zero in force? */
static bool is_loaded(struct analysis *a, const struct raw_frame *frame)
{
	return plane_convert(frame->cells, a->zero, a->rule,
		       geometry_n_cells(&a->setup.geometry), a->values)
		       .sum >= load_least(a);
}

void analysis_tare_begin(struct analysis *a, int n_frames)
{
	size_t n = (size_t)geometry_n_cells(&a->setup.geometry);

	memset(a->tare_sum, 0, n * sizeof(*a->tare_sum));
	a->tare_squares = 0.0;
	a->tare_left = n_frames;
	a->tare_n = n_frames;
	a->tare = ANALYSIS_TARE_RUNNING;
}

enum analysis_tare analysis_tare_state(const struct analysis *a)
{
	return a->tare;
}

/* The numbers' own mean; how noisy each cell is the calibration knows better than one second. */
static void tare_finish_sensor(struct analysis *a)
{
	for (int i = 0; i < geometry_n_cells(&a->setup.geometry); i++)
		a->zero[i] = (float)(a->tare_sum[i] / a->tare_n);
	set_sensor_zero(a, a->zero, a->noise);
}

static void tare_finish(struct analysis *a)
{
	int n = geometry_n_cells(&a->setup.geometry);
	double gain = (double)a->rule.gain;
	double variance = a->tare_squares;
	double least = a->is_force ? 0.5 : LEAST_COUNTS;

	for (int i = 0; i < n; i++) {
		double mean = a->tare_sum[i] / a->tare_n;

		variance -= mean * mean * a->tare_n;
		a->zero[i] = (float)(mean * gain);
	}
	variance = fmax(variance, 0.0) / ((double)n * fmax(1.0, a->tare_n - 1.0));
	a->noise = sqrt(variance) * gain;
	a->rule.threshold = (float)(fmax(least, NOISE_SDS * sqrt(variance)) * gain);
}

static void tare_push(struct analysis *a, const struct raw_frame *frame, double load)
{
	int n = geometry_n_cells(&a->setup.geometry);

	if (load >= load_least(a)) {
		a->tare = ANALYSIS_TARE_REFUSED_LOADED;
		return;
	}
	for (int i = 0; i < n; i++) {
		double number = frame->cells[i];

		a->tare_sum[i] += number;
		a->tare_squares += number * number;
	}
	if (--a->tare_left > 0)
		return;
	if (a->setup.sensor.ops)
		tare_finish_sensor(a);
	else
		tare_finish(a);
	a->tared = true;
	a->tare = ANALYSIS_TARE_DONE;
}

/* --- the sample ---------------------------------------------------------------------------- */

static double kpa(const struct analysis *a, double peak_n)
{
	const struct mat_geometry *g = &a->setup.geometry;

	return a->is_force ? peak_n / (g->pitch_x_mm * g->pitch_y_mm) * 1e3 : NAN;
}

static void fill_foot(const struct analysis *a, struct foot_sample *foot,
	const struct force_sums *sums, enum feet_side side, double load)
{
	const struct mat_geometry *g = &a->setup.geometry;

	if (!(sums->load > FOOT_LEAST_FRAC * load))
		return;
	foot->present = true;
	foot->force_n = a->is_force ? sums->load : NAN;
	foot->share_frac = sums->load / load;
	foot->cop_mm = (struct pos_mm){ sums->x_mm, sums->y_mm };
	foot->fore_frac = sums->fore / sums->load;
	foot->heel_mm = a->track.place[side].heel_mm;
	foot->length_mm = a->track.found.contact_mm[side];
	foot->direction_deg = a->track.place[side].direction_deg;
	foot->contact_area_mm2 = sums->n_contact * g->pitch_x_mm * g->pitch_y_mm;
	foot->peak_kpa = kpa(a, sums->peak);
}

static void fill_both(const struct analysis *a, struct stance_sample *out,
	const struct force_sums sums[2], double load)
{
	const struct mat_geometry *g = &a->setup.geometry;

	out->force_n = a->is_force ? load : NAN;
	out->cop_mm = (struct pos_mm){ 0.0, 0.0 };
	out->fore_frac = (sums[0].fore + sums[1].fore) / load;
	for (int side = 0; side < 2; side++) {
		if (!(sums[side].load > 0.0))
			continue;
		out->cop_mm.x += sums[side].load / load * sums[side].x_mm;
		out->cop_mm.y += sums[side].load / load * sums[side].y_mm;
	}
	out->contact_area_mm2 =
		(sums[0].n_contact + sums[1].n_contact) * g->pitch_x_mm * g->pitch_y_mm;
	out->peak_kpa = kpa(a, fmax(sums[0].peak, sums[1].peak));
	if (out->left.present && out->right.present) {
		out->left_frac = sums[0].load / load;
		out->stance_width_mm = a->track.width_mm;
	}
	out->facing_back = a->track.found.back;
}

/* What the calibration leaves besides the noise, in quadrature (GUM 5.1.2), k = 2. */
static void add_sensor_budget(
	const struct analysis *a, double load, struct sample_u95 *u95)
{
	const struct sensor_budget *b = a->setup.sensor.budget;
	double beyond = a->read.beyond_n * BEYOND_FRAC / sqrt(3.0) / load;
	double frac = root_sum_sq(b->force_frac, beyond);
	double share = root_sum_sq(b->share_frac, 0.5 * beyond);

	u95->force_n = root_sum_sq(u95->force_n, 2.0 * frac * load);
	u95->cop_mm =
		root_sum_sq(u95->cop_mm, 2.0 * root_sum_sq(b->cop_x_mm, b->cop_y_mm));
	u95->left_frac = root_sum_sq(u95->left_frac, 2.0 * share);
	u95->fore_frac = root_sum_sq(u95->fore_frac, 2.0 * share);
}

/* The noise of one cell, and the smallest step that it can show. */
static void fill_noise(const struct analysis *a, struct budget_input *in)
{
	const struct sensor *s = &a->setup.sensor;

	in->noise = a->noise;
	in->resolution = (double)a->rule.gain;
	if (!s->ops)
		return;
	in->noise = s->ops->cell_noise_n(s->model, in->load / fmax(in->n_cells, 1.0));
	in->resolution = 0.0;
	in->filled_frac += a->read.filled_n / in->load;
}

static void fill_u95(const struct analysis *a, struct stance_sample *out,
	const struct force_sums sums[2], double load)
{
	const struct mat_geometry *g = &a->setup.geometry;
	const struct track *t = &a->track;
	struct budget_input in = {
		.pitch_mm = fmax(g->pitch_x_mm, g->pitch_y_mm),
		.load = load,
		.left_frac = sums[0].load / load,
		.n_cells = t->n_zone[0] + t->n_zone[1],
		.square_frac = t->square_frac,
		.filled_frac = t->fill_share,
		.line_frac_per_mm = t->line_load_per_mm,
	};

	if (!a->is_force)
		return;
	fill_noise(a, &in);
	for (int side = 0; side < 2; side++) {
		const struct force_zone *z = &t->zone[side];
		double dx = geometry_x_mm(g, 0.5 * (z->col_from + z->col_to)) -
			    out->cop_mm.x;

		if (t->n_zone[side] > 0.0)
			in.distances += t->squares_x[side] + t->n_zone[side] * dx * dx;
	}
	out->u95 = budget_u95(&in);
	if (a->setup.sensor.ops)
		add_sensor_budget(a, load, &out->u95);
	if (isnan(out->left_frac))
		out->u95.left_frac = NAN;
}

static uint32_t mat_flags(
	const struct analysis *a, const struct raw_frame *frame, bool full)
{
	uint32_t flags = a->setup.sensor.flags |
			 (a->is_force ? 0 : (uint32_t)SAMPLE_UNCALIBRATED);

	if (frame->status & FRAME_SATURATED || full)
		flags |= SAMPLE_SATURATED;
	if (frame->status & FRAME_OVERRUN)
		flags |= SAMPLE_OVERRUN;
	if (frame->n_lost > 0)
		flags |= SAMPLE_GAP;
	if (a->setup.rate_hz < SAMPLE_LOW_RATE_HZ)
		flags |= SAMPLE_LOW_RATE;
	return flags;
}

/* Is there load on the mat's outermost cells that belongs to no foot? Most of a foot may stand
 * beside the mat and leave a strip too small to be one. */
static bool has_strip(
	const struct analysis *a, const struct force_sums sums[2], double load)
{
	double outside = load - sums[0].load - sums[1].load;

	return outside > STRIP_LEAST * load &&
	       force_edge(a->values, &a->setup.geometry) - sums[0].edge - sums[1].edge >
		       0.5 * STRIP_LEAST * load;
}

static uint32_t feet_flags(
	const struct analysis *a, const struct force_sums sums[2], double load)
{
	const struct track *t = &a->track;
	const struct feet_found *f = &t->found;
	uint32_t flags = 0;

	if (t->defect.n_fills > 0 || a->read.filled_n > FILLED_LEAST * load)
		flags |= SAMPLE_DEAD_CELLS;
	if (a->read.extrapolated)
		flags |= SAMPLE_EXTRAPOLATED;
	if (t->identity == TRACK_UNNAMED || (f->n_feet == 2 && !f->side_clear))
		flags |= SAMPLE_SIDE_UNKNOWN;
	if (f->n_feet == 2 && f->touch)
		flags |= SAMPLE_FEET_TOUCH;
	if (sums[0].edge + sums[1].edge > 0.0 || has_strip(a, sums, load))
		flags |= SAMPLE_EDGE;
	if (track_restless(t) || f->doubtful ||
		(f->n_feet == 2 && fmin(f->match[0], f->match[1]) < POOR_MATCH))
		flags |= SAMPLE_UNSTABLE;
	return flags;
}

static void sum_zones(struct analysis *a, struct force_sums sums[2])
{
	for (int side = 0; side < 2; side++)
		sums[side] =
			force_sum(a->values, &a->track.zone[side], &a->setup.geometry);
}

/* Return whether there are feet, measured into `out`. */
static bool measure(struct analysis *a, const struct raw_frame *frame, double load,
	struct stance_sample *out)
{
	const double all = load;
	struct force_sums sums[2];
	double inside[2];

	sum_zones(a, sums);
	inside[0] = sums[0].load;
	inside[1] = sums[1].load;
	if (track_update(&a->track, a->values, load, inside,
		    sums[0].n_contact + sums[1].n_contact, frame->t_ns))
		sum_zones(a, sums);
	load = sums[0].load + sums[1].load;
	if (!(load >= load_least(a)))
		return false;
	fill_foot(a, &out->left, &sums[FEET_LEFT], FEET_LEFT, load);
	fill_foot(a, &out->right, &sums[FEET_RIGHT], FEET_RIGHT, load);
	fill_both(a, out, sums, load);
	fill_u95(a, out, sums, load);
	out->flags |= feet_flags(a, sums, all);
	if (a->is_force) {
		weight_push(&a->weight, frame->t_ns, load);
		out->load_frac = load / weight_n(&a->weight);
	}
	return true;
}

/* Too little for feet: what there is, and on an empty mat a measured zero. */
static void measure_little(
	const struct analysis *a, double load, struct stance_sample *out)
{
	const struct mat_geometry *g = &a->setup.geometry;
	double peak = 0.0;
	int n = 0;

	for (int i = 0; load > 0.0 && i < geometry_n_cells(g); i++) {
		peak = fmax(peak, (double)a->values[i]);
		n += a->values[i] > 0.0f;
	}
	out->force_n = a->is_force ? load : NAN;
	out->peak_kpa = kpa(a, peak);
	out->contact_area_mm2 = n * g->pitch_x_mm * g->pitch_y_mm;
}

static struct plane_totals read_sensor(
	struct analysis *a, const struct raw_frame *frame)
{
	const struct sensor *s = &a->setup.sensor;
	struct sensor_zero zero = { a->zero, (float)a->noise, a->limits };
	double dt_s =
		a->has_memory_ns ? (double)(frame->t_ns - a->memory_ns) * 1e-9 : 0.0;

	a->read = s->ops->read(s->model, a->memory, frame, &zero, dt_s, a->values);
	a->memory_ns = frame->t_ns;
	a->has_memory_ns = true;
	return (struct plane_totals){ a->read.sum_n, a->read.full };
}

/* The frame's numbers as values, 0 where there is no contact. */
static struct plane_totals read_values(
	struct analysis *a, const struct raw_frame *frame)
{
	if (a->setup.sensor.ops)
		return read_sensor(a, frame);
	if (!a->tared && a->track.state == TRACK_EMPTY &&
		!(a->was_given_zero && is_loaded(a, frame)))
		adapt(a, frame);
	return plane_convert(frame->cells, a->zero, a->rule,
		geometry_n_cells(&a->setup.geometry), a->values);
}

void analysis_push(
	struct analysis *a, const struct raw_frame *frame, struct stance_sample *sample)
{
	struct plane_totals totals;
	double load;

	*sample = sample_absent();
	sample->seq = frame->seq;
	sample->device_us = frame->device_us;
	sample->has_device_us = frame->has_device_us;
	sample->t_ns = frame->t_ns;
	totals = read_values(a, frame);
	load = totals.sum + defect_fill(&a->track.defect, a->values);
	sample->flags = mat_flags(a, frame, totals.full);
	if (a->tare == ANALYSIS_TARE_RUNNING)
		tare_push(a, frame, load);
	if (load < load_least(a)) {
		measure_little(a, totals.sum, sample);
		track_idle(&a->track, frame->t_ns);
	} else if (!measure(a, frame, load, sample)) {
		measure_little(a, totals.sum, sample);
	}
}

/* --- views --------------------------------------------------------------------------------- */

const float *analysis_cells(const struct analysis *a)
{
	return a->values;
}

bool analysis_unit_is_force(const struct analysis *a)
{
	return a->is_force;
}

const uint8_t *analysis_labels(const struct analysis *a)
{
	const struct track *t = &a->track;
	bool unknown = t->identity == TRACK_UNNAMED;

	for (int i = 0; i < geometry_n_cells(&a->setup.geometry); i++) {
		float left = t->zone[FEET_LEFT].share[i];
		float right = t->zone[FEET_RIGHT].share[i];

		a->labels[i] = 0;
		if (a->values[i] <= 0.0f || left + right <= 0.0f)
			continue;
		if (unknown)
			a->labels[i] = 4;
		else
			a->labels[i] = right < 0.01f ? 1 : left < 0.01f ? 2 : 3;
	}
	return a->labels;
}
