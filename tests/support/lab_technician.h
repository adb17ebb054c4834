/* A technician of the laboratory, in simulated time: an empty mat, a roller, weights put nearly where they
 * should be, and what the mat showed meanwhile.
 * Knows of the sheet only how to press it. Follows docs/calibration.md, "The procedure". */
#ifndef STANCE_TESTS_LAB_TECHNICIAN_H
#define STANCE_TESTS_LAB_TECHNICIAN_H

#include <stdbool.h>
#include <stdint.h>

#include "calibration/fit.h"
#include "calibration/readings.h"
#include "src/base/rng.h"
#include "tests/support/lab_press.h"
#include "tests/support/lab_sheet.h"

#define LAB_RATE_HZ    100.0
#define LAB_MAX_LOADS  12
#define LAB_MAX_STAIRS 16
#define LAB_MAX_PASSES 8

/* What is done, and how clumsily. */
struct lab_plan {
	uint64_t seed;
	/* What is done. */
	int n_passes; /* 0: none */
	bool roll_turns; /* along y, turned, along x, turned, and so on; else always along y */
	int n_loads; /* discs as stated: the place is where it should be */
	struct lab_disc loads[LAB_MAX_LOADS];
	int n_stairs; /* 0: no staircase */
	double stairs_kg[LAB_MAX_STAIRS];
	struct lab_disc stairs_disc;
	bool has_creep; /* two minutes, where nothing stood before */
	struct lab_disc creep_disc;
	int n_verify; /* places, 50 kg each */
	/* How. */
	double warm_s; /* power is on for so long before */
	double zero_s, load_s, stair_s, creep_s;
	double placing_mm;   /* a weight lands within so far of its place */
	double rim_frac;     /* of every disc */
	double mass_sd_frac; /* what weights really weigh, over what is said */
	double roll_kg, roll_contact_mm;
	double roll_tilt_frac; /* heavier at one end */
	double roll_hand_frac; /* how evenly it is pushed: slow changes of its weight */
	double roll_askew; /* sd of how far ahead one end is, of its length: another in each pass */
	bool roll_told;    /* the roller's mass is known */
	bool roll_stays;   /* never leaves the mat */
	bool knows_places; /* says where weights were put */
};

/* The whole procedure for a class of sheets: warmed up, 4 turned passes, five discs and a light one, the staircase,
 * two minutes of creep. */
void lab_plan_full(struct lab_plan *plan, enum lab_class kind, uint64_t seed);

/* Without what is easily left out: the light load, the creep step. */
void lab_plan_short(struct lab_plan *plan);

/* Leave the first `n` weights (1..6; the most telling first), and no more: of fewer than all no creep step either. */
void lab_plan_weights(struct lab_plan *plan, int n);

/* Carry the plan out on `sheet`, from its time `*t_s` on, into `readings` (as readings_init() left
 * them). Returns 0, -ENOMEM, or -ENOSPC if the readings do not hold it. */
int lab_technician_run(const struct lab_plan *plan, struct lab_sheet *sheet,
	const struct mat_geometry *geometry, double *t_s, struct readings *readings);

/* What a technician knows of the mat. */
void lab_technician_setup(const struct lab_sheet *sheet,
	const struct mat_geometry *geometry, struct fit_setup *setup);

#endif
