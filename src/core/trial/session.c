#include "src/core/trial/session.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/base/text.h"
#include "src/base/units.h"
#include "src/base/version.h"
#include "src/core/carve.h"
#include "src/core/sway/series.h"
#include "src/core/sway/sway.h"
#include "src/core/trial/distribution.h"
#include "src/core/trial/outcomes.h"
#include "src/core/trial/outline.h"
#include "src/core/trial/plantar.h"
#include "src/core/trial/quality.h"
#include "src/base/i18n.h"

#define MAX_DURATION_S 3600.0
#define MAX_RATE_HZ    2000.0

/* What stood on the mat in a phase. */
struct support {
	int n;
	double x_mm[RECORD_MAX_OUTLINE], y_mm[RECORD_MAX_OUTLINE];
};

struct session {
	struct session_setup setup;
	struct engine engine;
	struct analysis *analysis;
	void *sway_memory;
	size_t sway_size;
	double *scratch;        /* of outcomes, and of rows without absent ones */
	struct outline outline; /* of the stretch being measured */
	struct plantar plantar; /* likewise */
	float *picture;         /* the mean of the first stretch */
	bool has_picture;
	struct plantar_load under[RECORD_MAX_PHASES][ENGINE_N_FEET];
	struct support supports[RECORD_MAX_PHASES];
};

/* --- memory -------------------------------------------------------------------------------- */

static void settle_times(const struct session_setup *setup, struct engine_setup *out)
{
	*out = (struct engine_setup){ .protocol = setup->protocol,
		.geometry = setup->mat.geometry,
		.duration_s = isnan(setup->duration_s) ? setup->protocol->duration_s
						       : setup->duration_s,
		.settle_s = isnan(setup->settle_s) ? setup->protocol->settle_s
						   : setup->settle_s };
}

static bool setup_is_valid(const struct engine_setup *e, double rate_hz)
{
	return e->duration_s > 0.0 && e->duration_s <= MAX_DURATION_S &&
	       e->settle_s >= 0.0 && e->settle_s <= SESSION_MAX_SETTLE_S &&
	       rate_hz >= 0.0 && rate_hz <= MAX_RATE_HZ;
}

static void carve_series(struct carve *c, int capacity, struct trial_series *series)
{
	double **columns[TRIAL_SERIES_N_COLUMNS] = { &series->t_s, &series->x_mm,
		&series->y_mm, &series->force_n, &series->left_frac, &series->fore_frac,
		&series->left_n, &series->left_x_mm, &series->left_y_mm,
		&series->right_n, &series->right_x_mm, &series->right_y_mm };
	size_t n = (size_t)capacity;

	series->capacity = capacity;
	for (int k = 0; k < TRIAL_SERIES_N_COLUMNS; k++)
		*columns[k] = carve_take(c, n * sizeof(double));
	series->flags = carve_take(c, n * sizeof(*series->flags));
	series->phase = carve_take(c, n);
}

/* Memory that a part of the session is initialised with. */
struct layout {
	void *analysis, *outline, *plantar;
	float *picture;
};

/* Lay everything out; with no memory only count. Sway needs three columns without absent rows, and
 * its own memory; one phase is measured at a time. */
static size_t lay_out(struct session *s, const struct session_setup *setup,
	struct trial_series *series, struct layout *layout, void *memory)
{
	struct carve c = { .memory = memory };
	struct engine_setup engine;
	int capacity;

	settle_times(setup, &engine);
	if (!setup_is_valid(&engine, setup->mat.rate_hz))
		return 0;
	capacity = engine_capacity(&engine, setup->mat.rate_hz);
	(void)carve_take(&c, sizeof(struct session));
	layout->analysis = carve_take(&c, analysis_size(&setup->mat));
	layout->outline = carve_take(&c, outline_size(&setup->mat.geometry));
	layout->plantar = carve_take(&c, plantar_size(&setup->mat.geometry));
	layout->picture = carve_take(
		&c, (size_t)geometry_n_cells(&setup->mat.geometry) * sizeof(float));
	carve_series(&c, capacity, series);
	s->scratch =
		carve_take(&c, OUTCOMES_SCRATCH((size_t)capacity) * sizeof(double));
	s->sway_size = sway_size(
		capacity, engine.duration_s + 1.0, capacity / engine.duration_s);
	s->sway_memory = carve_take(&c, s->sway_size);
	return s->sway_size == 0 ? 0 : c.used;
}

size_t session_size(const struct session_setup *setup)
{
	struct trial_series series;
	struct layout layout;
	struct session s;

	if (!setup->protocol || analysis_size(&setup->mat) == 0)
		return 0;
	return lay_out(&s, setup, &series, &layout, NULL);
}

double session_longest_s(const struct session_setup *setup)
{
	struct session_setup tried = *setup;
	int low = 0, high = (int)MAX_DURATION_S + 1; /* low fits, high does not */

	while (high - low > 1) {
		int middle = low + (high - low) / 2;

		tried.duration_s = middle;
		if (session_size(&tried) > 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int session_init(void *memory, size_t size, const struct session_setup *setup,
	struct session **out)
{
	size_t need = session_size(setup);
	struct session *s = memory;
	struct engine_setup engine;
	struct trial_series series;
	struct layout layout;
	int err;

	if (need == 0)
		return -EINVAL;
	if (size < need)
		return -ENOBUFS;
	memset(s, 0, sizeof(*s));
	lay_out(s, setup, &series, &layout, memory);
	s->setup = *setup;
	s->setup.zero.map = NULL; /* the analysis has its own copy of both */
	s->setup.memory.state = NULL;
	if (isnan(s->setup.noise_velocity_mm_s) && setup->mat.sensor.budget)
		s->setup.noise_velocity_mm_s =
			setup->mat.sensor.budget->noise_velocity_mm_s;
	err = analysis_init(
		layout.analysis, analysis_size(&setup->mat), &setup->mat, &s->analysis);
	if (err < 0)
		return err;
	analysis_set_zero(s->analysis, &setup->zero);
	err = analysis_set_memory(s->analysis, &setup->memory);
	if (err < 0)
		return err;
	outline_init(&s->outline, &setup->mat.geometry, layout.outline);
	plantar_init(&s->plantar, &setup->mat.geometry, layout.plantar);
	s->picture = layout.picture;
	settle_times(setup, &engine);
	engine_init(&s->engine, &engine, &series);
	*out = s;
	return 0;
}

/* --- frames -------------------------------------------------------------------------------- */

static void keep_support(struct session *s, int phase)
{
	struct support *support = &s->supports[phase];

	support->n = outline_find(
		&s->outline, RECORD_MAX_OUTLINE, support->x_mm, support->y_mm);
}

static void clear_support(struct session *s)
{
	outline_clear(&s->outline);
	plantar_clear(&s->plantar);
}

/* The feet as they stood on average. */
static void keep_plantar(struct session *s, int phase)
{
	const struct engine_phase *p = &s->engine.phases[phase];

	for (int side = 0; side < ENGINE_N_FEET; side++) {
		double x = engine_mean(&p->axis_x[side]),
		       y = engine_mean(&p->axis_y[side]);
		double norm = root_sum_sq(x, y);
		struct plantar_foot foot = { .is_right = side == ENGINE_RIGHT,
			.heel_mm = { engine_mean(&p->heel_x_mm[side]),
				engine_mean(&p->heel_y_mm[side]) },
			.axis = { x / norm, y / norm },
			.length_mm = engine_mean(&p->length_mm[side]) };

		s->under[phase][side] = plantar_measure(&s->plantar, &foot);
	}
}

/* Of the first stretch alone; the sum is the next one's soon. */
static void keep_picture(struct session *s, int phase)
{
	if (phase == 0)
		s->has_picture = plantar_mean(&s->plantar, s->picture) == 0;
}

/* Frames of a measured stretch make its outline and its picture, which are kept when it is over. */
static void follow_support(struct session *s, enum session_state was, int phase)
{
	const struct engine *e = &s->engine;

	if (e->state == SESSION_MEASURING) {
		if (was != SESSION_MEASURING)
			clear_support(s);
		plantar_add(&s->plantar, analysis_labels(s->analysis),
			analysis_cells(s->analysis));
		outline_add(&s->outline, analysis_labels(s->analysis),
			analysis_cells(s->analysis));
	} else if (was == SESSION_MEASURING) {
		keep_support(s, phase);
		keep_plantar(s, phase);
		keep_picture(s, phase);
	}
}

enum session_state session_push(
	struct session *s, const struct raw_frame *frame, struct stance_sample *sample)
{
	struct stance_sample own;
	enum session_state was;
	int phase;

	if (!sample)
		sample = &own;
	if (s->engine.state == SESSION_DONE)
		return SESSION_DONE;
	analysis_push(s->analysis, frame, sample);
	phase = s->engine.phase;
	was = s->engine.state;
	engine_push(&s->engine, sample, frame->n_lost);
	follow_support(s, was, phase);
	return s->engine.state;
}

void session_stop(struct session *s, enum session_stop why)
{
	if (s->engine.state == SESSION_MEASURING) {
		keep_support(s, s->engine.phase);
		keep_picture(s, s->engine.phase);
	}
	engine_stop(&s->engine, why);
}

const char *session_instruction(
	const struct protocol *protocol, int phase, enum session_state state)
{
	/* A lean begins with its cue, and from where she stood before it. */
	if (protocol->kind == PROTOCOL_LIMITS && state != SESSION_MEASURING)
		return N_("Stand upright in the middle and wait for the word.");
	return protocol->phases[phase].instruction;
}

const char *session_cue(
	const struct protocol *protocol, int phase, enum session_state state)
{
	const char *key = protocol->phases[phase].key;

	if (protocol->kind == PROTOCOL_LIMITS && state != SESSION_MEASURING)
		return "wait-word";
	return *key ? key : protocol->key;
}

/* Whether the person stood there with closed eyes until now. */
static bool had_closed_eyes(const struct engine *e)
{
	int phase = e->state == SESSION_DONE ? e->phase : e->phase - 1;

	return phase >= 0 &&
	       strcmp(e->setup.protocol->phases[phase].eyes, "closed") == 0;
}

static const char *cue(const struct session *s)
{
	const struct engine *e = &s->engine;

	if (e->state == SESSION_DONE)
		return had_closed_eyes(e) ? "open-eyes" : "thank-you";
	if (e->state == SESSION_WAITING && e->must_empty)
		return had_closed_eyes(e) ? "open-eyes-step-off" : "step-off";
	return session_cue(e->setup.protocol, e->phase, e->state);
}

static const char *say(const struct session *s)
{
	const struct engine *e = &s->engine;

	if (e->state == SESSION_DONE)
		return had_closed_eyes(e)
			       ? N_("Open your eyes. That was it. Thank you.")
			       : N_("That was it. Thank you.");
	if (e->state == SESSION_WAITING && e->must_empty)
		return had_closed_eyes(e)
			       ? N_("Open your eyes. Step off the mat, please.")
			       : N_("Step off the mat, please.");
	return session_instruction(e->setup.protocol, e->phase, e->state);
}

void session_progress(const struct session *s, struct session_progress *p)
{
	const struct engine *e = &s->engine;
	bool open_end = e->setup.protocol->kind == PROTOCOL_HOLD ||
			e->setup.protocol->kind == PROTOCOL_STS;
	double whole_s = e->state == SESSION_MEASURING && !open_end
				 ? e->setup.duration_s
			 : e->state == SESSION_SETTLING ? e->setup.settle_s
							: NAN;

	*p = (struct session_progress){ .state = e->state,
		.phase = e->phase,
		.n_phases = e->setup.protocol->n_phases,
		.instruction = say(s),
		.cue = cue(s),
		.elapsed_s = e->now_s - e->since_s };
	p->remaining_s = isnan(whole_s) ? NAN : fmax(0.0, whole_s - p->elapsed_s);
	p->done_frac = e->phase;
	if (e->state == SESSION_MEASURING)
		p->done_frac += fmin(1.0, p->elapsed_s / e->setup.duration_s);
	p->done_frac /= p->n_phases;
	if (e->state == SESSION_DONE)
		p->done_frac = 1.0;
}

void session_quality(const struct session *s, struct trial_record *record)
{
	quality_judge_live(&s->engine, record);
}

const struct trial_series *session_series(const struct session *s)
{
	return &s->engine.series;
}

const float *session_picture(const struct session *s, bool *is_force)
{
	if (!s->has_picture)
		return NULL;
	*is_force = analysis_unit_is_force(s->analysis);
	return s->picture;
}

/* --- the result ---------------------------------------------------------------------------- */

/* The COP of a stretch without its absent rows; returns their number. */
static int take_cop(const struct session *s, const struct engine_phase *p, double *t_s,
	double *x_mm, double *y_mm)
{
	const struct trial_series *r = &s->engine.series;
	int n = 0;

	for (int i = p->first; i < p->first + p->n; i++) {
		if (isnan(r->x_mm[i]) || (n > 0 && r->t_s[i] <= t_s[n - 1]))
			continue;
		t_s[n] = r->t_s[i];
		x_mm[n] = r->x_mm[i];
		y_mm[n] = r->y_mm[i];
		n++;
	}
	return n;
}

static double rate_of(const double *t_s, int n)
{
	return n > 1 ? (n - 1) / (t_s[n - 1] - t_s[0]) : NAN;
}

/* How much of the time is missing where it is too much to measure. */
static double missing_of(const struct session *s, const double *t_s, int n)
{
	struct series_timing timing = { .missing_frac = 1.0 };

	if (series_timing_size(n) <= s->sway_size)
		(void)series_timing(t_s, n, s->sway_memory, &timing);
	return timing.missing_frac;
}

/* Needs the outline. */
static void measure_sway(
	struct session *s, const struct engine_phase *p, struct trial_phase *out)
{
	double *t_s = s->scratch, *x_mm = t_s + p->n, *y_mm = x_mm + p->n;
	int n = take_cop(s, p, t_s, x_mm, y_mm);
	struct sway_input input = { .n = n,
		.t_s = t_s,
		.x_mm = x_mm,
		.y_mm = y_mm,
		.cutoff_hz = s->setup.cutoff_hz,
		.noise_velocity_mm_s = s->setup.noise_velocity_mm_s,
		.n_outline = out->n_outline,
		.outline_x_mm = out->outline_x_mm,
		.outline_y_mm = out->outline_y_mm };
	struct sway_result result;
	int err;

	out->n = n;
	out->rate_hz = rate_of(t_s, n);
	if (!(input.cutoff_hz < 0.5 * out->rate_hz))
		input.cutoff_hz = NAN; /* the mat is slower than the filter */
	out->cutoff_hz = input.cutoff_hz;
	err = sway_measure(&input, s->sway_memory, s->sway_size, &result);
	if (err < 0) {
		out->missing_frac = err == -ERANGE ? missing_of(s, t_s, n) : NAN;
		return;
	}
	out->n = result.n;
	out->rate_hz = result.rate_hz;
	out->cutoff_hz = result.cutoff_hz;
	out->missing_frac = result.missing_frac;
	/* a mat's unit is known, and who sits sways little */
	out->sway_notes = result.notes & ~(uint32_t)(SWAY_NOTE_SMALL | SWAY_NOTE_LARGE);
	for (int k = 0; k < METRIC_N; k++) {
		if (metric_info((enum metric)k)->group == METRIC_GROUP_SWAY)
			out->value[k] = result.value[k];
	}
}

static void say_word(char *to, const char *word)
{
	if (word && word[0])
		text_copy(to, RECORD_WORD_SIZE, word);
}

/* What the protocol fixes goes over what was entered. */
static void set_condition(const struct session *s, int phase, struct trial_condition *c)
{
	const struct protocol *protocol = s->setup.protocol;

	*c = s->setup.condition;
	say_word(c->eyes, protocol->phases[phase].eyes);
	say_word(c->surface, protocol->phases[phase].surface);
	say_word(c->stance, protocol->stance);
}

/* What the calibration leaves on sway; absent where no sway was measured. */
static void add_sway_budget(const struct session *s, double *value)
{
	const struct sensor_budget *b = s->setup.mat.sensor.budget;

	if (!b || isnan(value[METRIC_PATH_MM]))
		return;
	value[METRIC_VELOCITY_U95_PCT] = 200.0 * b->velocity_frac;
	value[METRIC_AREA_U95_PCT] = 200.0 * b->area_frac;
	value[METRIC_VELOCITY_BIAS_PCT] = -100.0 * b->velocity_bias_frac;
}

/* The mat's mass is the person's where all of her stands on it, and only a calibrated sheet's is off by a
 * factor that a scale can tell. */
static bool may_scale(const struct session *s)
{
	return s->setup.mat.sensor.ops && !s->setup.protocol->seated &&
	       !s->setup.condition.support[0];
}

/* Of standing on both feet; a seat has none. */
static void add_plantar(const struct session *s, int k, double *value)
{
	const struct plantar_load *under = s->under[k];

	if (s->setup.protocol->seated || isnan(value[METRIC_LEFT_FRAC]))
		return;
	value[METRIC_MEDIAL_LATERAL_LEFT] = under[ENGINE_LEFT].medial_lateral;
	value[METRIC_MEDIAL_LATERAL_RIGHT] = under[ENGINE_RIGHT].medial_lateral;
	value[METRIC_ARCH_INDEX_LEFT] = under[ENGINE_LEFT].arch_index;
	value[METRIC_ARCH_INDEX_RIGHT] = under[ENGINE_RIGHT].arch_index;
}

static void measure_phase(struct session *s, int k, struct trial_phase *out)
{
	const struct engine_phase *p = &s->engine.phases[k];
	const struct outcomes_context context = {
		.weight_n = s->setup.person.mass_kg * UNITS_GRAVITY_M_S2,
		.stature_m = s->setup.person.stature_m,
		.scratch = s->scratch,
	};

	memset(out, 0, sizeof(*out));
	say_word(out->key, s->setup.protocol->phases[k].key);
	set_condition(s, k, &out->condition);
	out->start_s = p->start_s;
	out->duration_s = p->end_s - p->start_s;
	out->noise_velocity_mm_s = s->setup.noise_velocity_mm_s;
	out->rate_hz = out->cutoff_hz = out->missing_frac = NAN;
	for (int m = 0; m < METRIC_N; m++)
		out->value[m] = NAN;
	if (p->n == 0)
		return;
	out->n_outline = s->supports[k].n;
	memcpy(out->outline_x_mm, s->supports[k].x_mm, sizeof(out->outline_x_mm));
	memcpy(out->outline_y_mm, s->supports[k].y_mm, sizeof(out->outline_y_mm));
	measure_sway(s, p, out);
	add_sway_budget(s, out->value);
	distribution_measure(&s->engine, p, s->setup.mat.sensor.budget, out->value);
	add_plantar(s, k, out->value);
	distribution_scale(s->setup.person.mass_kg, may_scale(s), out->value);
	outcomes_phase(&s->engine, k, &context, out->value);
}

static void judge(struct session *s, struct trial_record *record)
{
	const struct quality_context context = {
		.needs_force = s->setup.protocol->kind == PROTOCOL_STS &&
			       !analysis_unit_is_force(s->analysis),
		.weight_n = s->setup.person.mass_kg * UNITS_GRAVITY_M_S2,
		.scales = may_scale(s),
	};

	quality_judge(&s->engine, &context, record);
}

int session_result(struct session *s, struct trial_record *record)
{
	const struct engine *e = &s->engine;

	if (e->state != SESSION_DONE)
		return -EBUSY;
	memset(record, 0, sizeof(*record));
	text_copy(record->protocol, sizeof(record->protocol), s->setup.protocol->key);
	text_copy(record->algorithm, sizeof(record->algorithm), STANCE_VERSION);
	set_condition(s, 0, &record->condition);
	record->person = s->setup.person;
	record->started_unix_ms = INT64_MIN;
	record->settle_s = e->setup.settle_s;
	record->n_phases = e->phase + 1;
	for (int k = 0; k < record->n_phases; k++) {
		measure_phase(s, k, &record->phases[k]);
		record->duration_s += record->phases[k].duration_s;
	}
	record->rate_hz = record->phases[0].rate_hz;
	outcomes_trial(record);
	judge(s, record);
	return e->phases[0].n > 0 ? 0 : -ENODATA;
}
