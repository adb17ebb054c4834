#include "hw/sim/balance.h"

#include <math.h>
#include <string.h>

#include "src/base/units.h"

/* Body and controller of Maurer & Peterka 2005, a man of 76 kg; degrees turned into radians. */
#define MASS_KG            76.0
#define HEIGHT_M           0.87 /* of the centre of mass above the ankle */
#define INERTIA_KG_M2      66.0
#define STIFFNESS_N_M      1088.6 /* 19 N m/deg */
#define DAMPING_N_M_S      240.6  /* 4.2 N m s/deg */
#define INTEGRAL_N_M_PER_S 34.4   /* 0.6 N m/(deg s) */

#define SETTLE_S 30.0

/* Chosen so that RMS, mean velocity and mean frequency are the norms' (test_sim_balance.c):
 * the aim drifts slowly, the muscles tremble fast. */
#define DRIFT_TAU_S     8.0
#define AIM_TAU_S       0.8
#define DRIVE_TAU_S     0.3
#define MUSCLE_TAU_S    0.06
#define DRIFT_SD_AP_RAD 2.26e-3
#define DRIFT_SD_ML_RAD 1.30e-3
#define DRIVE_SD_AP_N_M 0.200
#define DRIVE_SD_ML_N_M 0.180

static double coloured(struct rng *rng, double value, double sd, double tau_s)
{
	double keep = exp(-BALANCE_STEP_S / tau_s);

	return keep * value + sd * sqrt(1.0 - keep * keep) * rng_normal(rng);
}

/* Let the aim of the controller drift and its muscles tremble. */
static void wander(struct balance *b)
{
	double dt = BALANCE_STEP_S;

	b->drift_rad = coloured(&b->rng, b->drift_rad, b->drift_sd_rad, DRIFT_TAU_S);
	b->aim_rad += (b->drift_rad - b->aim_rad) * dt / AIM_TAU_S;
	b->drive_n_m = coloured(&b->rng, b->drive_n_m, b->drive_sd_n_m, DRIVE_TAU_S);
	b->tremor_n_m += (b->drive_n_m - b->tremor_n_m) * dt / MUSCLE_TAU_S;
}

static void step(struct balance *b)
{
	double angle = b->angle[b->next], speed = b->speed[b->next];
	double torque_n_m, dt = BALANCE_STEP_S;

	b->angle[b->next] = b->theta;
	b->speed[b->next] = b->omega;
	b->next = (b->next + 1) % BALANCE_DELAY_N;
	wander(b);
	b->integral += (angle - b->aim_rad) * dt;
	torque_n_m = STIFFNESS_N_M * (angle - b->aim_rad) + DAMPING_N_M_S * speed +
		     INTEGRAL_N_M_PER_S * b->integral + b->tremor_n_m;
	b->omega += (MASS_KG * UNITS_GRAVITY_M_S2 * HEIGHT_M * b->theta - torque_n_m) /
		    INERTIA_KG_M2 * dt;
	b->theta += b->omega * dt;
	b->last_cop_mm = b->cop_mm;
	b->cop_mm = 1e3 * torque_n_m / (MASS_KG * UNITS_GRAVITY_M_S2);
	b->t_s += dt;
}

void balance_init(struct balance *b, enum balance_axis axis, uint64_t seed)
{
	memset(b, 0, sizeof(*b));
	rng_init(&b->rng, seed, 0x100U + (uint64_t)axis);
	b->drift_sd_rad = axis == BALANCE_AP ? DRIFT_SD_AP_RAD : DRIFT_SD_ML_RAD;
	b->drive_sd_n_m = axis == BALANCE_AP ? DRIVE_SD_AP_N_M : DRIVE_SD_ML_N_M;
	b->drift_rad = b->drift_sd_rad * rng_normal(&b->rng);
	b->aim_rad = b->theta = b->drift_rad;
	for (double t_s = 0; t_s < SETTLE_S; t_s += BALANCE_STEP_S)
		step(b);
	b->t_s = 0;
}

double balance_at(struct balance *b, double t_s)
{
	double back;

	while (b->t_s < t_s)
		step(b);
	back = (b->t_s - t_s) / BALANCE_STEP_S;
	if (back > 1)
		back = 1;
	return b->cop_mm + (b->last_cop_mm - b->cop_mm) * back;
}
