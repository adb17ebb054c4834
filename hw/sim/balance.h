/* Quiet standing along one axis: an inverted pendulum held up by noisy, delayed control.
 * Does not know feet, forces or mats: it gives one coordinate of the centre of pressure.
 * Follows Peterka 2002 and Maurer & Peterka 2005 (single-link body, PID control with a delay and
 * coloured torque noise); how it is sized is told in docs/simulator.md. */
#ifndef STANCE_HW_SIM_BALANCE_H
#define STANCE_HW_SIM_BALANCE_H

#include <stdint.h>

#include "src/base/rng.h"

#define BALANCE_STEP_S 0.002
/* 171 ms of neural delay (Maurer & Peterka 2005), in steps. */
#define BALANCE_DELAY_N 86

/* Sideways, and fore and aft. */
enum balance_axis { BALANCE_ML, BALANCE_AP, BALANCE_N_AXES };

/* RMS of the centre of pressure over 60 s that the two axes are sized to, of a young adult with
 * open eyes: about 200 mm2 of 95 % ellipse (docs/simulator.md). */
#define BALANCE_RMS_ML_MM 2.55
#define BALANCE_RMS_AP_MM 4.15

/* Caller-owned, no heap. */
struct balance {
	struct rng rng;
	double angle[BALANCE_DELAY_N]; /* rad: the delay line */
	double speed[BALANCE_DELAY_N]; /* rad/s */
	int next;                      /* oldest entry of the line */
	double theta, omega, integral; /* rad, rad/s, rad s */
	double drift_rad, aim_rad; /* where the controller wants to be: raw, smoothed */
	double drive_n_m, tremor_n_m; /* noise of the muscles: raw, smoothed */
	double drift_sd_rad, drive_sd_n_m;
	double cop_mm, last_cop_mm;
	double t_s; /* of cop_mm; last_cop_mm is a step before */
};

/* Start an axis from `seed`, already settled at t = 0. */
void balance_init(struct balance *b, enum balance_axis axis, uint64_t seed);

/* Return the centre of pressure at `t_s`, millimetres about the upright mean. `t_s` never falls
 * from call to call (an earlier time gives the present value). */
double balance_at(struct balance *b, double t_s);

#endif
