#include "calibration/model.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/model_plan.h"
#include "src/base/root_sum_sq.h"
#include "src/core/carve.h"

#define MOST_TAU_S 1e6 /* chosen: longer is a constant */
#define RESOLUTION_CNT                                                                 \
	0.28867513459481287 /* sd of rounding to whole counts: 1 / sqrt(12) */

/* --- words --------------------------------------------------------------------------------- */

const char *cell_state_name(enum cell_state state)
{
	static const char *const names[CELL_N_STATES] = { "ok", "dead", "stuck",
		"noisy", "uncovered" };

	return (unsigned)state < CELL_N_STATES ? names[state] : "unknown";
}

const char *curve_kind_name(enum curve_kind kind)
{
	static const char *const names[CURVE_N_KINDS] = { "linear", "power", "cubic" };

	return (unsigned)kind < CURVE_N_KINDS ? names[kind] : "unknown";
}

bool model_cell_is_dead(uint8_t state)
{
	return state == CELL_DEAD || state == CELL_STUCK || state == CELL_NOISY;
}

/* --- what makes a model -------------------------------------------------------------------- */

static bool is_positive(double x)
{
	return x > 0.0 && isfinite(x);
}

static bool geometry_is_valid(const struct mat_geometry *g)
{
	return g->n_rows >= 1 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE && is_positive(g->pitch_x_mm) &&
	       is_positive(g->pitch_y_mm);
}

static bool unit_is_valid(const struct model *m)
{
	if (m->unit == FRAME_UNIT_CONDUCTANCE_NS)
		return is_positive(m->unit_scale) && m->full_scale >= 1;
	if (m->unit != FRAME_UNIT_COUNTS || m->full_scale < 1)
		return false;
	return !m->has_divider ||
	       (is_positive(m->r_reference_ohm) && m->r_series_ohm >= 0.0 &&
		       isfinite(m->r_series_ohm));
}

static bool curve_is_valid(const struct model_curve *c)
{
	if (!is_positive(c->w_max))
		return false;
	if (c->kind != CURVE_CUBIC)
		return (c->kind == CURVE_LINEAR || c->kind == CURVE_POWER) &&
		       is_positive(c->scale_n) &&
		       (c->kind == CURVE_LINEAR || is_positive(c->exponent));
	if (c->n_knots < 2 || c->n_knots > MODEL_MAX_KNOTS ||
		!is_positive(c->knot_w[0]) || !is_positive(c->knot_s_n[0]))
		return false;
	for (int i = 1; i < c->n_knots; i++)
		if (!(c->knot_w[i] > c->knot_w[i - 1]) || !isfinite(c->knot_w[i]) ||
			!(c->knot_s_n[i] > c->knot_s_n[i - 1]) ||
			!isfinite(c->knot_s_n[i]))
			return false;
	return is_positive(model_curve_slope(c, c->knot_w[0])) &&
	       is_positive(model_curve_slope(c, c->w_max));
}

static bool memory_is_valid(const struct model *m)
{
	double slipping = 0.0;

	if (m->creep.n < 0 || m->creep.n > MODEL_MAX_CREEP || m->play.n < 0 ||
		m->play.n > MODEL_MAX_PLAY)
		return false;
	for (int k = 0; k < m->creep.n; k++)
		if (!is_positive(m->creep.tau_s[k]) ||
			!(m->creep.amplitude[k] >= 0.0) ||
			!isfinite(m->creep.amplitude[k]))
			return false;
	for (int k = 0; k < m->play.n; k++) {
		if (!(m->play.width_n[k] >= 0.0) || !isfinite(m->play.width_n[k]) ||
			!(m->play.weight[k] >= 0.0))
			return false;
		slipping += m->play.weight[k];
	}
	return slipping < 1.0;
}

static bool cells_are_valid(const struct model *m)
{
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++) {
		if (m->state[i] >= CELL_N_STATES)
			return false;
		if (model_cell_is_dead(m->state[i]))
			continue;
		if (!(m->gain[i] > 0.0f) || !isfinite(m->gain[i]) ||
			!(m->noise_cnt[i] >= 0.0f) || !isfinite(m->noise_cnt[i]) ||
			!isfinite(m->zero_cnt[i]) ||
			(m->bend_w > 0.0 && !(fabsf(m->bend[i]) < 1.0f)))
			return false;
	}
	return m->bend_w >= 0.0 && isfinite(m->bend_w);
}

static bool crosstalk_is_valid(const struct model *m)
{
	double row = m->crosstalk.row_frac, col = m->crosstalk.col_frac;

	return row >= 0.0 && col >= 0.0 && row + col < 0.5;
}

/* --- its stages ---------------------------------------------------------------------------- */

static int n_blocks_of(const struct mat_geometry *g)
{
	return (geometry_n_cells(g) + MODEL_LANES - 1) / MODEL_LANES;
}

static int count_dead(const struct model *m)
{
	int n = 0;

	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		n += model_cell_is_dead(m->state[i]);
	return n;
}

/* Lay everything out in `memory`, the struct first; returns the bytes it takes. */
static size_t lay_out(struct model_plan *p, const struct model *m, void *memory)
{
	size_t plane = (size_t)n_blocks_of(&m->geometry) * MODEL_LANES * sizeof(float);
	struct carve c = { .memory = memory };

	(void)carve_take(&c, sizeof(*p));
	p->zero_cnt = carve_take(&c, plane);
	p->threshold_cnt = carve_take(&c, plane);
	p->gain = carve_take(&c, plane);
	p->floor_n = carve_take(&c, plane);
	p->bend_ln2 = m->bend_w > 0.0 ? carve_take(&c, plane) : NULL;
	p->pieces = carve_take(&c, MODEL_N_PIECES * sizeof(*p->pieces));
	p->limit_cnt = carve_take(
		&c, (size_t)n_blocks_of(&m->geometry) * MODEL_LANES * sizeof(uint16_t));
	p->fills = carve_take(&c, (size_t)count_dead(m) * sizeof(*p->fills));
	return c.used;
}

size_t model_plan_size(const struct model *model)
{
	struct model_plan p;

	return geometry_is_valid(&model->geometry) ? lay_out(&p, model, NULL) : 0;
}

static void plan_unit(struct model_plan *p, const struct model *m)
{
	p->full_scale = (uint16_t)(m->full_scale < 65535 ? m->full_scale : 65535);
	if (m->unit == FRAME_UNIT_CONDUCTANCE_NS) {
		p->unit = (float)m->unit_scale;
		p->full = 1.0f;
		p->least = 1.0f;
		return;
	}
	p->unit = 1.0f;
	p->full = (float)m->full_scale;
	p->taken = 1.0f;
	if (m->has_divider)
		p->taken += (float)(m->r_series_ohm / m->r_reference_ohm);
	p->least = (float)m->full_scale / 256.0f;
}

/* The median by counting: noise is of some counts, a hundredth of one is enough. */
static float ordinary_noise(const struct model *m)
{
	enum { N_BINS = 4096, PER_COUNT = 64 };
	uint32_t bins[N_BINS] = { 0 };
	int n = 0, seen = 0;

	for (int i = 0; i < geometry_n_cells(&m->geometry); i++) {
		float at = m->noise_cnt[i] * PER_COUNT;

		if (model_cell_is_dead(m->state[i]))
			continue;
		bins[at < N_BINS - 1 ? (int)at : N_BINS - 1]++;
		n++;
	}
	for (int k = 0; k < N_BINS; k++) {
		seen += (int)bins[k];
		if (2 * seen > n)
			return ((float)k + 0.5f) / PER_COUNT;
	}
	return 0.0f;
}

/* What a cell reads as force where its contact begins. */
static double floor_n(const struct model *m, int i, double threshold_cnt)
{
	return model_curve_n(&m->curve,
		model_equalise(m, i, model_linearise(m, threshold_cnt, 0.0)));
}

static void plan_cells(struct model_plan *p, const struct model *m)
{
	for (int i = 0; i < p->n_blocks * MODEL_LANES; i++) {
		double threshold;

		p->threshold_cnt[i] = HUGE_VALF; /* never in contact */
		if (i >= p->n_cells)
			continue;
		p->zero_cnt[i] = isfinite(m->zero_cnt[i]) ? m->zero_cnt[i] : 0.0f;
		if (model_cell_is_dead(m->state[i]))
			continue;
		threshold = m->threshold_sds *
			    root_sum_sq((double)m->noise_cnt[i], RESOLUTION_CNT);
		p->threshold_cnt[i] = (float)threshold;
		p->gain[i] = m->gain[i] * p->unit;
		if (p->bend_ln2)
			p->bend_ln2[i] = m->bend[i] * (float)M_LN2;
		p->floor_n[i] =
			(float)floor_n(m, i, (double)p->beside_frac * threshold);
	}
	p->ordinary_noise_cnt = ordinary_noise(m);
}

static float most_gain(const struct model *m)
{
	float most = 0.0f;

	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		if (!model_cell_is_dead(m->state[i]))
			most = fmaxf(most, m->gain[i]);
	return m->bend_w > 0.0 ? most * expf((float)MODEL_BEND_LOG) : most;
}

/* The w at which piece `i` begins; pieces from 1. */
static double piece_begin(int i, int octave)
{
	int k = i - 1;
	int part = k & ((1 << MODEL_PIECE_BITS) - 1);

	return ldexp(1.0 + part / (double)(1 << MODEL_PIECE_BITS),
		octave + (k >> MODEL_PIECE_BITS));
}

/* The pieces end above the highest w that any count can give. */
static void plan_curve(struct model_plan *p, const struct model *m)
{
	double most = fmax(m->curve.w_max,
		(double)most_gain(m) * model_linearise(m, 65535.0, 0.0));
	int octave = (int)ceil(log2(most)) - MODEL_OCTAVES;
	double low = ldexp(1.0, octave);
	double low_n = model_curve_n(&m->curve, low);

	p->first_piece = (octave + 127) * (1 << MODEL_PIECE_BITS) - 1;
	/* the floats just below two powers of two */
	p->least_w = (float)(low * (1.0 - 0x1p-24));
	p->most_w = (float)ldexp(low * (1.0 - 0x1p-24), MODEL_OCTAVES);
	p->pieces[0].slope_n = (float)(low_n / low);
	for (int i = 1; i < MODEL_N_PIECES; i++) {
		double high = piece_begin(i + 1, octave);
		double high_n = model_curve_n(&m->curve, high);
		double slope = (high_n - low_n) / (high - low);

		p->pieces[i].slope_n = (float)slope;
		p->pieces[i].offset_n = (float)(low_n - slope * low);
		low = high;
		low_n = high_n;
	}
}

/* An even number, the last one perhaps of nothing: model_read.c has loops of 2, 4, 6 and 8. */
static void plan_creep(struct model_plan *p, const struct model_creep *creep)
{
	for (int k = 0; k < creep->n; k++) {
		if (!(creep->amplitude[k] > 0.0) || creep->tau_s[k] > MOST_TAU_S)
			continue;
		p->tau_s[p->n_creep] = creep->tau_s[k];
		p->amplitude[p->n_creep++] = (float)creep->amplitude[k];
	}
	if (p->n_creep % 2)
		p->tau_s[p->n_creep++] = MOST_TAU_S;
}

/* The play operators in rising width; returns how many weigh anything. */
static int sort_play(const struct model_play *play, double width[], double weight[])
{
	int n = 0;

	for (int k = 0; k < play->n; k++) {
		int at = n;

		if (!(play->weight[k] > 0.0) || !(play->width_n[k] > 0.0))
			continue;
		for (; at > 0 && width[at - 1] > play->width_n[k]; at--) {
			width[at] = width[at - 1];
			weight[at] = weight[at - 1];
		}
		width[at] = play->width_n[k];
		weight[at] = play->weight[k];
		n++;
	}
	return n;
}

void model_play_invert(
	const struct model_play *play, struct model_play_inverse *inverse)
{
	double width[MODEL_MAX_PLAY], weight[MODEL_MAX_PLAY];
	double slope = 1.0, total = 0.0, moved = 0.0;

	inverse->n = sort_play(play, width, weight);
	for (int k = 0; k < inverse->n; k++)
		slope -= weight[k];
	inverse->own = 1.0 / slope;
	for (int k = 0; k < inverse->n; k++) {
		/* r' is how far the total has come when operator k begins to slip */
		moved += slope * (width[k] - total);
		total = width[k];
		inverse->width_n[k] = moved;
		inverse->weight[k] = -weight[k] / (slope * (slope + weight[k]));
		slope += weight[k];
	}
}

static void plan_play(struct model_plan *p, const struct model_play *play)
{
	struct model_play_inverse inverse;

	model_play_invert(play, &inverse);
	p->n_play = inverse.n;
	p->inverse_0 = (float)inverse.own;
	for (int k = 0; k < inverse.n; k++) {
		p->inverse_width_n[k] = (float)inverse.width_n[k];
		p->inverse_weight[k] = (float)inverse.weight[k];
	}
}

int model_plan_init(
	void *memory, size_t size, const struct model *model, struct model_plan **out)
{
	struct model_plan *p = memory;

	if (!geometry_is_valid(&model->geometry) || !unit_is_valid(model) ||
		!curve_is_valid(&model->curve) || !memory_is_valid(model) ||
		!cells_are_valid(model) || !crosstalk_is_valid(model) ||
		!(model->threshold_sds >= 0.0) || !isfinite(model->threshold_sds))
		return -EINVAL;
	if (size < model_plan_size(model))
		return -ENOBUFS;
	memset(memory, 0, model_plan_size(model));
	lay_out(p, model, memory);
	p->geometry = model->geometry;
	p->n_cells = geometry_n_cells(&model->geometry);
	p->n_blocks = n_blocks_of(&model->geometry);
	p->has_crosstalk =
		model->crosstalk.row_frac > 0.0 || model->crosstalk.col_frac > 0.0;
	p->beside_frac =
		(float)(p->has_crosstalk ? MODEL_BESIDE_LEAKY_FRAC : MODEL_BESIDE_FRAC);
	p->row_frac = model->crosstalk.row_frac;
	p->col_frac = model->crosstalk.col_frac;
	p->w_max = (float)model->curve.w_max;
	p->most_n = (float)model_curve_n(&model->curve, model->curve.w_max);
	p->curve = model->curve;
	p->bend_log2_w = model->bend_w > 0.0 ? (float)log2(model->bend_w) : 0.0f;
	plan_unit(p, model);
	plan_cells(p, model);
	plan_curve(p, model);
	p->creeps_response = model->creep.of_response;
	plan_creep(p, &model->creep);
	plan_play(p, &model->play);
	p->a_block = (size_t)(p->n_creep + p->n_play + 1) * MODEL_LANES;
	p->n_fills = model_find_fills(model, p->fills);
	model_limits(p, &(struct sensor_zero){ p->zero_cnt, 0.0f, NULL }, p->limit_cnt);
	*out = p;
	return 0;
}

/* --- as a sensor --------------------------------------------------------------------------- */

static size_t n_state(const void *model)
{
	const struct model_plan *p = model;

	return (size_t)p->n_blocks * (p->a_block + 1);
}

static void state_reset(const void *model, float *state)
{
	memset(state, 0, n_state(model) * sizeof(*state));
}

static struct sensor_zero zero(const void *model)
{
	const struct model_plan *p = model;

	return (struct sensor_zero){ p->zero_cnt, p->ordinary_noise_cnt, p->limit_cnt };
}

/* The slope of the whole way at `cell_n`, gain 1: newtons a count, times a count's noise. Where there is
 * no force, the slope that the noise itself sees. */
static double cell_noise_n(const void *model, double cell_n)
{
	const struct model_plan *p = model;
	double noise = root_sum_sq((double)p->ordinary_noise_cnt, RESOLUTION_CNT);
	double unit = (double)p->unit, full = (double)p->full;
	double w = fmax(model_curve_w(&p->curve, cell_n), noise * unit / full);
	double bent = 1.0 + w / unit * (double)p->taken;

	return model_curve_slope(&p->curve, w) * model_curve_n(&p->curve, w) / w *
	       (unit * bent * bent / full) * noise;
}

const struct sensor_ops model_sensor_ops = { .n_state = n_state,
	.state_reset = state_reset,
	.zero = zero,
	.limits = model_limits,
	.read = model_read,
	.cell_noise_n = cell_noise_n };
