/* How sure a calibration is, from what the procedure itself showed: a budget by the GUM (JCGM 100:2008), terms
 * in quadrature (eq. 10). Every term and prior: docs/calibration.md, "Uncertainty". */
#include <math.h>

#include "calibration/budget_evidence.h"
#include "calibration/fit.h"
#include "calibration/fit_parts.h"
#include "src/base/root_sum_sq.h"

/* A person who stands, as a mat carries one: means over six recorded stances on simulated soles. */
#define STANCE_AREA_MM2 14000.0 /* (sum F)^2 / sum F^2 over the cells, as an area */
#define STANCE_X_MM     100.0   /* spread of the load about the COP, rms: across */
#define STANCE_Y_MM     75.0    /* and along */
#define STANCE_KPA      35.0    /* middle pressure: by force, of the logarithm */
#define STANCE_N        700.0   /* its weight */
#define STANCE_RIM_MM   1200.0  /* around both soles, where pressure thins out */
/* What force lost at that rim moves, of the whole: the COP, mm; the velocity, of it. */
#define STANCE_RIM_X_MM     10.0
#define STANCE_RIM_Y_MM     30.0
#define STANCE_RIM_VELOCITY 1.2
/* What an exponent that is wrong by itself moves, rms over those stances: the COP, the left share. */
#define STANCE_CURVE_X_MM  6.4
#define STANCE_CURVE_Y_MM  12.8
#define STANCE_CURVE_SHARE 0.03

/* What a calibration leaves moves the area by so much of what it moves the velocity: not twice, as a factor on all
 * excursions would, but 1.4 to 1.7 times, rms over 800 simulated sheets. */
#define AREA_PER_VELOCITY 1.6

/* Priors, for what the procedure does not show. Limits are rectangular: sd is limit / sqrt(3). */
#define MASS_FRAC 0.002 /* sd of weights that nobody certified */
#define TILT_LIMIT_FRAC                                                                \
	0.02             /* a roller that was never turned: one end against the other */
#define HAND_FRAC   0.01 /* sd of how evenly one is pushed: only without crossed passes */
#define TURNED_PART 0.2  /* of what turned passes disagree by: does not cancel */
#define CELL_FRAC   0.05 /* sd between cells */
/* What cells differ by under feet, of what they do under discs: more where their curves are unlike, as feet reach further
 * from the roller's pressure; less where they are alike, as then a part of it is that a disc does not press smoothly. */
#define UNLIKE_REACH     1.1
#define ALIKE_REACH      0.9
#define LOAD_FRAC        0.02 /* sd between placings */
#define CURVE_LIMIT_FRAC 0.15 /* of an exponent that was not measured: 1 +- so much */
#define LOSS_LIMIT_FRAC                                                                \
	0.24            /* velocity that unmeasured hysteresis takes: 0 to so much */
#define PLAY_PART 0.055 /* of the play that the staircase showed: not known */
/* The staircase tells small changes of load no better: 0.2 % from mass to mass over changes of 5 to 58 %. */
#define PLAY_LEAST  0.0038
#define SMALL_BENDS 0.5 /* of that: bends whole loads, too */
/* Of what a cell carries where contact begins: cells beside others in contact count from less on, and noise adds some. */
#define RIM_PART   0.11
#define RIM_UNSEEN 0.5 /* where no light load told how the material answers to little */
#define LATE_PART  0.2 /* of creep later than any load stood: not known */
#define CREEP_PART                                                                     \
	0.02 /* of creep that was watched: cells creep unlike each other, and play looks like it */
#define FROM_S  5.0  /* drift is asked for from here */
#define UNTIL_S 65.0 /* to here */

#define Z95 1.959963984540054

/* An sd of few degrees of freedom, widened so that twice it holds 95 % (GUM G.3.2); Student's quantile by the
 * expansion of Cornish and Fisher (Abramowitz & Stegun 26.7.5). */
static double widened(struct budget_spread s, double prior)
{
	double z = Z95, z3 = z * z * z, z5 = z3 * z * z, n = s.dof;

	if (!(n >= 1) || !isfinite(s.sd))
		return prior;
	z += (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
	return s.sd * z / Z95;
}

static double squared(double x)
{
	return x * x;
}

/* What the calibration does not know, each as a standard uncertainty. */
struct terms {
	double cell_frac;  /* of one cell against its neighbours */
	double tilt_frac;  /* of one end of the mat against the other */
	double load_frac;  /* of the whole, from one placing to another */
	double scale_frac; /* of the whole, in all placings */
	double curve_frac; /* of the exponent */
	double play_frac;  /* of the play that the staircase showed */
	double small_frac; /* of small changes of load, that the staircase could not tell */
	double rise_frac; /* per decade of time */
	double rim_frac;  /* of the whole, below where contact begins */
};

static double tilt(const struct fit_report *r)
{
	double sum;

	if (!isfinite(r->uniformity_frac) || !r->has_turned_passes)
		sum = squared(TILT_LIMIT_FRAC) / 3 + squared(HAND_FRAC);
	else
		sum = squared(TURNED_PART * r->uniformity_frac);
	if (r->quick)
		sum += squared(TILT_LIMIT_FRAC);
	return sqrt(sum);
}

/* Of small changes of load about a resting one, play takes the sum of its weights away. */
static double play_loss(const struct model_play *play)
{
	double sum = 0;

	for (int k = 0; k < play->n; k++)
		sum += play->weight[k];
	return sum;
}

/* A power law's slope rests on all loads, from the least to the greatest; a curve's of free shape only on
 * those beside it, unless the lines of a roller that crossed the mat more than once tie its parts together. */
static double slope_frac(const struct model *model, const struct fit_report *report,
	const struct terms *t, const struct budget_evidence *e)
{
	double apart = e->load_log_spread;

	if (model->curve.kind == CURVE_CUBIC && !isfinite(report->uniformity_frac))
		apart /= sqrt(e->n_loads);
	return t->load_frac / apart;
}

/* What cells carry where contact begins is lost at the rim, in part: as much more or less as a limit. */
static double rim_frac(const struct model *model, const struct fit_report *report)
{
	const struct mat_geometry *g = &model->geometry;
	double pitch_mm = sqrt(g->pitch_x_mm * g->pitch_y_mm), noise_cnt = 0, least_n;
	bool is_seen = fit_lightest_kpa(model, report) <= FIT_LIGHT_KPA;
	int n = 0;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		if (model->state[i] != CELL_OK)
			continue;
		noise_cnt += (double)model->noise_cnt[i];
		n++;
	}
	if (n == 0)
		return 0;
	least_n = model_curve_n(&model->curve,
		model_linearise(model, model->threshold_sds * noise_cnt / n, 0));
	return (is_seen ? RIM_PART : RIM_UNSEEN) * least_n * STANCE_RIM_MM / pitch_mm /
	       STANCE_N / sqrt(3);
}

static struct terms weigh(const struct fit_setup *setup, const struct model *model,
	const struct fit_report *report, const struct budget_evidence *e)
{
	double mass = isfinite(setup->mass_frac) ? setup->mass_frac : MASS_FRAC;
	struct terms t = { .cell_frac = widened(e->cells, CELL_FRAC),
		.tilt_frac = tilt(report),
		.load_frac = widened(e->loads, LOAD_FRAC),
		.rise_frac = root_sum_sq(
			widened(e->rise, LATE_PART * report->creep_per_decade_frac),
			CREEP_PART * report->creep_per_decade_frac),
		.rim_frac = rim_frac(model, report),
		.play_frac = PLAY_PART * play_loss(&model->play),
		.small_frac = PLAY_LEAST };
	double n = fmax(1, e->n_loads), off_log;

	t.curve_frac = CURVE_LIMIT_FRAC / sqrt(3);
	if (e->n_loads > 1 && e->load_log_spread > 0)
		t.curve_frac = fmin(t.curve_frac, slope_frac(model, report, &t, e));
	off_log = e->n_loads > 0 ? log(STANCE_KPA) - e->load_log_mean : 0;
	t.scale_frac = sqrt(squared(mass) / n + squared(t.load_frac) / n +
			    squared(t.curve_frac * off_log));
	return t;
}

static double drift(const struct terms *t, const struct fit_report *report,
	const struct budget_evidence *e)
{
	double unseen = log10(UNTIL_S / fmin(UNTIL_S, fmax(FROM_S, e->longest_s)));
	double late = LATE_PART * report->creep_per_decade_frac * unseen;

	return root_sum_sq(t->rise_frac * log10(UNTIL_S / FROM_S), late);
}

/* The sheet's own noise under the heaviest dead weight. */
static double noise_velocity(const struct readings *readings)
{
	double mass_kg = 0, noise = NAN;

	for (int i = 0; i < readings->n_items; i++) {
		const struct reading *item = &readings->items[i];

		if (item->dropped || !isfinite(item->noise_velocity_mm_s) ||
			!(item->mass_kg > mass_kg))
			continue;
		mass_kg = item->mass_kg;
		noise = item->noise_velocity_mm_s;
	}
	return noise;
}

void budget_fill(const struct fit_setup *setup, const struct readings *readings,
	struct model *model, const struct fit_report *report)
{
	const struct mat_geometry *g = &model->geometry;
	double x_mm = g->n_cols * g->pitch_x_mm, y_mm = g->n_rows * g->pitch_y_mm;
	double one_cell, slope, bent, loss = 0, loss_sd = 0;
	struct budget_evidence e;
	struct terms t;

	budget_evidence(readings, model, report, &e);
	t = weigh(setup, model, report, &e);
	one_cell = (model->bend_w > 0 ? UNLIKE_REACH : ALIKE_REACH) * t.cell_frac *
		   sqrt(g->pitch_x_mm * g->pitch_y_mm / STANCE_AREA_MM2);
	slope = sqrt(squared(t.curve_frac) + squared(t.play_frac) +
		     squared(t.small_frac) + squared(STANCE_RIM_VELOCITY * t.rim_frac));
	bent = sqrt(squared(t.curve_frac) + squared(t.play_frac) +
		    squared(SMALL_BENDS * t.small_frac));
	if (!report->has_staircase) {
		loss = 0.5 * LOSS_LIMIT_FRAC;
		loss_sd = loss / sqrt(3);
	}
	model->budget = (struct sensor_budget){
		.force_frac = sqrt(squared(t.load_frac) + squared(t.scale_frac) +
				   squared(one_cell) + squared(t.rim_frac)),
		.share_frac = sqrt(squared(0.5 * one_cell) +
				   squared(t.tilt_frac * 0.5 * STANCE_X_MM / x_mm) +
				   squared(bent * STANCE_CURVE_SHARE)),
		.cop_x_mm = sqrt(squared(STANCE_X_MM * one_cell) +
				 squared(t.tilt_frac * squared(STANCE_X_MM) / x_mm) +
				 squared(t.rim_frac * STANCE_RIM_X_MM) +
				 squared(bent * STANCE_CURVE_X_MM)),
		.cop_y_mm = sqrt(squared(STANCE_Y_MM * one_cell) +
				 squared(t.tilt_frac * squared(STANCE_Y_MM) / y_mm) +
				 squared(t.rim_frac * STANCE_RIM_Y_MM) +
				 squared(bent * STANCE_CURVE_Y_MM)),
		.drift_frac_per_min = drift(&t, report, &e),
		.velocity_frac = root_sum_sq(slope, loss_sd),
		.area_frac = root_sum_sq(AREA_PER_VELOCITY * slope, 2 * loss_sd),
		.velocity_bias_frac = loss,
		.noise_velocity_mm_s = noise_velocity(readings),
	};
}
