#include "src/core/trial/plates.h"

#include <math.h>

#include "src/base/root_sum_sq.h"
#include "src/base/units.h"
#include "src/core/trial/distribution.h"
#include "src/core/trial/quality.h"

/* Where heel and forefoot carry, of the foot's length from its rear end. */
#define HEEL_AT     0.16
#define FOREFOOT_AT 0.73

#define THIN_S        0.3  /* as on mats: a shorter one is no step */
#define NARROW_MM     20.0 /* chosen: feet are wider; closer COPs are in another unit */
#define WIDE_MM       1000.0 /* chosen: legs are shorter */
#define ANKLE_AWAY_MM 200.0  /* chosen: further from the ankle no foot carries */

/* --- one row ------------------------------------------------------------------------------- */

static double loaded(double force_n)
{
	return force_n >= PLATES_FOOT_N ? force_n : 0.0;
}

/* Force times COP; 0 for an unloaded plate, whose COP may be absent. */
static double moment(double force_n, double at_mm)
{
	return force_n > 0.0 ? force_n * at_mm : 0.0;
}

bool plates_net(
	const struct plates_series *s, int i, struct pos_mm *cop_mm, double *force_n)
{
	double left = loaded(s->left_n[i]), right = loaded(s->right_n[i]);
	double both = left + right;
	struct pos_mm cop = {
		(moment(left, s->left_x_mm[i]) + moment(right, s->right_x_mm[i])) /
			both,
		(moment(left, s->left_y_mm[i]) + moment(right, s->right_y_mm[i])) /
			both,
	};

	if (!(both >= PLATES_LEAST_N) || isnan(cop.x) || isnan(cop.y))
		return false;
	if (isnan(s->left_n[i]) || isnan(s->right_n[i]))
		return false;
	*cop_mm = cop;
	*force_n = both;
	return true;
}

/* --- means --------------------------------------------------------------------------------- */

/* What all rows with a COP give. */
struct means {
	int n;
	double force_n, left_frac, left_sd;
	struct pos_mm net,
		foot[ENGINE_N_FEET]; /* foot: over rows in which it is loaded */
};

static void add_foot(struct pos_mm *sum, int *n, double force_n, double x, double y)
{
	if (!(force_n >= PLATES_FOOT_N))
		return;
	sum->x += x;
	sum->y += y;
	++*n;
}

static struct pos_mm over(struct pos_mm sum, int n)
{
	return n > 0 ? (struct pos_mm){ sum.x / n, sum.y / n }
		     : (struct pos_mm){ NAN, NAN };
}

static double sd_of_left(const struct plates_series *s, const struct means *m)
{
	double squares = 0.0, force_n;
	struct pos_mm cop;

	for (int i = 0; i < s->n; i++) {
		double d;

		if (!plates_net(s, i, &cop, &force_n))
			continue;
		d = loaded(s->left_n[i]) / force_n - m->left_frac;
		squares += d * d;
	}
	return m->n > 1 ? sqrt(squares / (m->n - 1)) : NAN;
}

static struct means take_means(const struct plates_series *s)
{
	struct means m = { 0 };
	int n_foot[ENGINE_N_FEET] = { 0 };

	for (int i = 0; i < s->n; i++) {
		struct pos_mm cop;
		double force_n;

		if (!plates_net(s, i, &cop, &force_n))
			continue;
		m.n++;
		m.force_n += force_n;
		m.left_frac += loaded(s->left_n[i]) / force_n;
		m.net.x += cop.x;
		m.net.y += cop.y;
		add_foot(&m.foot[ENGINE_LEFT], &n_foot[ENGINE_LEFT], s->left_n[i],
			s->left_x_mm[i], s->left_y_mm[i]);
		add_foot(&m.foot[ENGINE_RIGHT], &n_foot[ENGINE_RIGHT], s->right_n[i],
			s->right_x_mm[i], s->right_y_mm[i]);
	}
	m.force_n = m.n > 0 ? m.force_n / m.n : NAN;
	m.left_frac = m.n > 0 ? m.left_frac / m.n : NAN;
	m.net = over(m.net, m.n);
	for (int side = 0; side < ENGINE_N_FEET; side++)
		m.foot[side] = over(m.foot[side], n_foot[side]);
	m.left_sd = sd_of_left(s, &m);
	return m;
}

/* --- weight -------------------------------------------------------------------------------- */

/* The load ahead of half the foot's length, from where its COP lies. */
static double fore_of(double cop_y_mm, double ankle_y_mm, double stature_m)
{
	double length_mm = 1000.0 * PLATES_FOOT_FRAC * stature_m;
	double at = DISTRIBUTION_ANKLE_FRAC + (cop_y_mm - ankle_y_mm) / length_mm;
	double fore = (at - HEEL_AT) / (FOREFOOT_AT - HEEL_AT);

	return fore >= 0.0 && fore <= 1.0 ? fore : NAN;
}

static void measure_fore(
	const struct means *m, const struct plates_setup *setup, double *value)
{
	double stature_m = setup->person.stature_m;
	double left = fore_of(m->foot[ENGINE_LEFT].y, setup->left_ankle.y, stature_m);
	double right =
		fore_of(m->foot[ENGINE_RIGHT].y, setup->right_ankle.y, stature_m);

	value[METRIC_LEFT_FORE_FRAC] = left;
	value[METRIC_RIGHT_FORE_FRAC] = right;
	value[METRIC_FORE_FRAC] = m->left_frac * left + (1.0 - m->left_frac) * right;
}

void plates_measure(
	const struct plates_series *s, const struct plates_setup *setup, double *value)
{
	struct means m = take_means(s);
	struct distribution_stance stance = {
		.com = m.net,
		/* fore and aft they are unknown: no part of the lateral offset */
		.ankle = { { m.foot[ENGINE_LEFT].x, m.net.y },
			{ m.foot[ENGINE_RIGHT].x, m.net.y } },
		.forward = { 0.0, 1.0 },
		.left_frac = m.left_frac,
		.cop_width_mm = fabs(m.foot[ENGINE_RIGHT].x - m.foot[ENGINE_LEFT].x),
		.ref_sd_mm =
			setup->has_ankles ? DISTRIBUTION_SD_REF_MM : PLATES_SD_REF_MM,
	};

	for (int k = 0; k < METRIC_N; k++) {
		if (metric_info((enum metric)k)->group == METRIC_GROUP_WEIGHT)
			value[k] = NAN;
	}
	if (setup->has_ankles) {
		stance.ankle[ENGINE_LEFT] = setup->left_ankle;
		stance.ankle[ENGINE_RIGHT] = setup->right_ankle;
		measure_fore(&m, setup, value);
	}
	value[METRIC_MASS_KG] = m.force_n / UNITS_GRAVITY_M_S2;
	value[METRIC_MEASURED_MASS_KG] = value[METRIC_MASS_KG];
	value[METRIC_LEFT_FRAC] = m.left_frac;
	value[METRIC_LEFT_FRAC_SD] = m.left_sd;
	value[METRIC_RIGHT_FRAC] = 1.0 - m.left_frac;
	value[METRIC_STANCE_WIDTH_MM] =
		stance.ankle[ENGINE_RIGHT].x - stance.ankle[ENGINE_LEFT].x;
	distribution_offset(&stance, value);
	if (!setup->has_ankles)
		value[METRIC_COM_AP_MM] = NAN;
}

/* --- judging ------------------------------------------------------------------------------- */

static void judge_geometry(
	const struct means *m, const struct plates_setup *setup, struct trial_record *r)
{
	double width_mm = m->foot[ENGINE_RIGHT].x - m->foot[ENGINE_LEFT].x;
	double left_mm = root_sum_sq(m->foot[ENGINE_LEFT].x - setup->left_ankle.x,
		m->foot[ENGINE_LEFT].y - setup->left_ankle.y);
	double right_mm = root_sum_sq(m->foot[ENGINE_RIGHT].x - setup->right_ankle.x,
		m->foot[ENGINE_RIGHT].y - setup->right_ankle.y);

	if (width_mm < 0.0)
		quality_add(r, TRIAL_CHECK,
			"The left foot's COP lies %.0f mm to the right of the right "
			"foot's: are the columns swapped, or does the person face "
			"back?",
			-width_mm);
	if (fabs(width_mm) < NARROW_MM || fabs(width_mm) > WIDE_MM)
		quality_add(r, TRIAL_CHECK,
			"The feet's COPs lie %.1f mm apart: are they in millimetres, "
			"and in one frame?",
			fabs(width_mm));
	if (setup->has_ankles && fmax(left_mm, right_mm) > ANKLE_AWAY_MM)
		quality_add(r, TRIAL_UNUSABLE,
			"A foot's COP lies %.0f mm from its ankle: are the ankles "
			"given in the frame of the file, in millimetres?",
			fmax(left_mm, right_mm));
}

static void judge_load(const struct plates_series *s, const struct means *m,
	const struct trial_person *person, struct trial_record *r)
{
	double mass_kg = m->force_n / UNITS_GRAVITY_M_S2;
	double left = quality_drift_n_per_min(s->t_s, s->left_n, s->n);
	double right = quality_drift_n_per_min(s->t_s, s->right_n, s->n);
	double drift = (left + right) / m->force_n;

	if (fabs(mass_kg / person->mass_kg - 1.0) > QUALITY_WEIGHT_MISFIT)
		quality_add(r, TRIAL_CHECK,
			"The plates show %.1f kg, %.1f kg were entered: trust the "
			"shares only.",
			mass_kg, person->mass_kg);
	if (s->t_s[s->n - 1] - s->t_s[0] >= QUALITY_DRIFT_LEAST_S &&
		fabs(drift) > QUALITY_DRIFT_PER_MIN)
		quality_add(r, TRIAL_CHECK,
			"The total load drifted by %+.0f %% of body weight a minute.",
			100.0 * drift);
}

static void judge_feet(const struct plates_series *s, struct trial_record *r)
{
	double since_s = NAN;
	int n_thin = 0;

	for (int i = 0; i < s->n; i++) {
		double left = loaded(s->left_n[i]), right = loaded(s->right_n[i]);

		if (fmin(left, right) >= ENGINE_THIN_FRAC * (left + right)) {
			since_s = NAN;
			continue;
		}
		n_thin++;
		since_s = isnan(since_s) ? s->t_s[i] : since_s;
		if (s->t_s[i] - since_s < THIN_S)
			continue;
		quality_add(r, TRIAL_UNUSABLE,
			"A foot carried less than 5 %% of the weight at %.1f s.",
			since_s - s->t_s[0]);
		return;
	}
	if (n_thin > QUALITY_THIN_FRAMES * s->n)
		quality_add(r, TRIAL_CHECK,
			"A foot carried less than 5 %% of the weight in %.0f %% of the "
			"rows.",
			100.0 * n_thin / s->n);
}

void plates_judge(const struct plates_series *s, const struct plates_setup *setup,
	struct trial_record *r)
{
	struct means m = take_means(s);
	double rate_hz = r->phases[0].rate_hz;

	judge_geometry(&m, setup, r);
	judge_load(s, &m, &setup->person, r);
	judge_feet(s, r);
	if (rate_hz < QUALITY_RATE_LEAST_HZ - 0.5)
		quality_add(r, TRIAL_CHECK,
			"The plates sent %.0f samples a second; sway needs at least "
			"%.0f.",
			rate_hz, QUALITY_RATE_LEAST_HZ);
}
