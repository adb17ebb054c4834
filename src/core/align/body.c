#include "src/core/align/body.h"

#include <math.h>
#include <stddef.h>

/* One segment of de Leva 1996: mass fraction, centre from the upper end over length, length at the
 * sample's mean stature. */
struct segment {
	double mass_frac, centre_frac, length_m;
};

enum {
	HEAD,
	UPPER_TRUNK,
	MIDDLE_TRUNK,
	LOWER_TRUNK,
	UPPER_ARM,
	FOREARM,
	HAND,
	THIGH,
	SHANK,
	FOOT,
	N_SEGMENTS
};

struct table {
	double stature_m; /* of the sample */
	double shoulder_above_hip_m;
	double hip_width_frac; /* of stature: 0.16 to 0.18 m between the hips' centres */
	struct segment segment[N_SEGMENTS];
};

static const struct table male = { 1.741, 0.5155, 0.0978,
	{ { .0694, .5002, .2429 }, { .1596, .2999, .1707 }, { .1633, .4502, .2155 },
		{ .1117, .6115, .1457 }, { .0271, .5772, .2817 },
		{ .0162, .4574, .2689 }, { .0061, .7900, .0862 },
		{ .1416, .4095, .4222 }, { .0433, .4459, .4340 },
		{ .0137, .4415, .2581 } } };
static const struct table female = { 1.735, 0.4979, 0.1012,
	{ { .0668, .4841, .2437 }, { .1545, .2077, .1425 }, { .1465, .4512, .2053 },
		{ .1247, .4920, .1815 }, { .0255, .5754, .2751 },
		{ .0138, .4559, .2643 }, { .0056, .7474, .0780 },
		{ .1478, .3612, .3685 }, { .0481, .4416, .4323 },
		{ .0129, .4014, .2283 } } };

#define ANKLE_HEIGHT_FRAC 0.039  /* of stature */
#define L5S1_HEIGHT_FRAC  0.0575 /* of stature, above the hips: about 0.10 m */
#define ABOVE_ANKLES      (1 - 2 * 0.0135) /* all but the feet */

/* Segments with their lengths at this stature, and where their centres are. */
struct figure {
	const struct table *table;
	double scale;
	double z_m[N_SEGMENTS];
};

static double length_of(const struct figure *f, int segment)
{
	return f->table->segment[segment].length_m * f->scale;
}

static double mass_of(const struct figure *f, int segment)
{
	double both = segment >= UPPER_ARM ? 2.0 : 1.0;

	return both * f->table->segment[segment].mass_frac;
}

/* Hang the chain of segments `from`..`to` below `top_m`, one under the other; returns its lower end. */
static double hang(struct figure *f, double top_m, int from, int to)
{
	for (int s = from; s <= to; s++) {
		f->z_m[s] = top_m - f->table->segment[s].centre_frac * length_of(f, s);
		top_m -= length_of(f, s);
	}
	return top_m;
}

static void stand_up(
	struct figure *f, const struct table *table, double stature_m, struct body *b)
{
	double trunk_m;

	f->table = table;
	f->scale = stature_m / table->stature_m;
	b->thigh_m = length_of(f, THIGH);
	b->shank_m = length_of(f, SHANK);
	b->leg_m = b->thigh_m + b->shank_m;
	b->ankle_z_m = ANKLE_HEIGHT_FRAC * stature_m;
	b->knee_z_m = b->ankle_z_m + b->shank_m;
	b->hip_z_m = b->ankle_z_m + b->leg_m;
	b->l5s1_z_m = b->hip_z_m + L5S1_HEIGHT_FRAC * stature_m;
	b->hip_width_m = table->hip_width_frac * stature_m;
	trunk_m = length_of(f, UPPER_TRUNK) + length_of(f, MIDDLE_TRUNK) +
		  length_of(f, LOWER_TRUNK);
	hang(f, stature_m, HEAD, HEAD);
	hang(f, b->hip_z_m + trunk_m, UPPER_TRUNK, LOWER_TRUNK);
	hang(f, b->hip_z_m + table->shoulder_above_hip_m * f->scale, UPPER_ARM, HAND);
	hang(f, b->hip_z_m, THIGH, THIGH);
	f->z_m[SHANK] =
		b->ankle_z_m + b->shank_m * (1 - table->segment[SHANK].centre_frac);
	f->z_m[FOOT] = 0.5 * b->ankle_z_m;
}

/* The part above L5/S1: of the lower trunk, what lies over it, with its centre in the middle. */
static void weigh_upper(const struct figure *f, double whole, struct body *b)
{
	double lower_m = length_of(f, LOWER_TRUNK);
	double over =
		fmin(fmax((lower_m - (b->l5s1_z_m - b->hip_z_m)) / lower_m, 0), 1);
	double mass = over * mass_of(f, LOWER_TRUNK);
	double moment = mass * (b->l5s1_z_m + 0.5 * over * lower_m);

	for (int s = HEAD; s < THIGH; s++) {
		if (s == LOWER_TRUNK)
			continue;
		mass += mass_of(f, s);
		moment += mass_of(f, s) * f->z_m[s];
	}
	b->upper_frac = mass / whole;
	b->upper_com_m = moment / mass - b->l5s1_z_m;
}

/* With the hips displaced by s and the trunk upright, the trunk moves by s, a leg's point by its height over
 * the ankle on the leg. */
static void weigh_shift(const struct figure *f, double whole, struct body *b)
{
	const struct segment *thigh = &f->table->segment[THIGH];
	const struct segment *shank = &f->table->segment[SHANK];
	double sum = 0;

	for (int s = HEAD; s < THIGH; s++)
		sum += mass_of(f, s);
	sum += mass_of(f, THIGH) *
	       (b->shank_m + b->thigh_m * (1 - thigh->centre_frac)) / b->leg_m;
	sum += mass_of(f, SHANK) * b->shank_m * (1 - shank->centre_frac) / b->leg_m;
	b->shift_frac = sum / whole;
}

static void init_of(struct body *b, const struct table *table, double stature_m)
{
	struct figure f;
	double whole = 0, moment = 0;

	stand_up(&f, table, stature_m, b);
	for (int s = 0; s < N_SEGMENTS; s++) {
		whole += mass_of(&f, s);
		moment += mass_of(&f, s) * f.z_m[s];
	}
	b->com_z_m = moment / whole;
	weigh_upper(&f, whole, b);
	weigh_shift(&f, whole, b);
	b->rigid_lean_frac =
		b->upper_frac * b->upper_com_m / (b->com_z_m - b->ankle_z_m);
	b->above_ankle_frac = ABOVE_ANKLES;
}

void body_init(struct body *body, char sex, double stature_m)
{
	struct body other;
	double *mean = (double *)body;
	const double *more = (const double *)&other;

	init_of(body, sex == 'F' ? &female : &male, stature_m);
	if (sex == 'M' || sex == 'F')
		return;
	init_of(&other, &female, stature_m);
	/* a struct of doubles and nothing else */
	for (size_t i = 0; i < sizeof(*body) / sizeof(double); i++)
		mean[i] = 0.5 * (mean[i] + more[i]);
}
