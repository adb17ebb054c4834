/* Which steps a calibration takes with what a technician has at hand, and which of them are done.
 * Knows no words: those are the terminal's and the screen's.
 * Follows docs/calibration.md, "The procedure". */
#ifndef STANCE_CALIBRATION_AGENDA_H
#define STANCE_CALIBRATION_AGENDA_H

#include <stdbool.h>

#define AGENDA_MAX_STEPS  64
#define AGENDA_MAX_MASSES 16
#define AGENDA_ROLLS      4
#define AGENDA_SWEEPS     2 /* of each */

/* What is at hand. */
struct agenda_tools {
	int n_masses; /* weights, kilograms, rising */
	double masses_kg[AGENDA_MAX_MASSES];
	bool has_roller;
	double roller_kg; /* NaN: unknown */
	double body_kg;   /* of who does it, by a scale; NaN: unknown */
	int n_stairs;     /* loads of a staircase; 0: none */
	double stairs_kg[AGENDA_MAX_MASSES];
	double verify_kg;            /* NaN: none */
	double half_x_mm, half_y_mm; /* half the mat's size */
};

enum agenda_kind {
	AGENDA_ZERO,
	AGENDA_ROLL,
	AGENDA_LOAD,
	AGENDA_STAIRCASE,
	AGENDA_CREEP,
	AGENDA_VERIFY,
};

struct agenda_step {
	enum agenda_kind kind;
	int n, of; /* of the rolls, of the places of a verification; from 1 */
	double mass_kg, x_mm, y_mm; /* NaN: none */
	bool on_small_disc, is_body, done;
};

/* The rolls: 1 from the front edge to the rear, 3 from the left edge to the right, 2 and 4 the same with the
 * roller turned end for end. */
struct agenda {
	int n;
	struct agenda_step steps[AGENDA_MAX_STEPS];
};

/* Return the word of a kind in documents and, after "calibrate.", in methods. */
const char *agenda_word(enum agenda_kind kind);

/* Lay out the steps up to the fit, or those of the verification. */
void agenda_readings(struct agenda *a, const struct agenda_tools *tools);
void agenda_verification(struct agenda *a, const struct agenda_tools *tools);

/* A reading that there is, and that was not left out: tick off the first step that it fits. Its numbers may
 * be NaN. */
void agenda_tick(struct agenda *a, enum agenda_kind kind, double mass_kg, double x_mm,
	double y_mm);

/* Return the first step that is not done, `a->n` if all are. */
int agenda_next(const struct agenda *a);

/* How good a calibration these tools make. */
enum agenda_worth {
	AGENDA_NOTHING,  /* to go by */
	AGENDA_QUICK,    /* and marked so */
	AGENDA_GOOD,     /* but sway will read low */
	AGENDA_THE_BEST, /* there is */
};
enum agenda_worth agenda_worth(const struct agenda_tools *tools);

#endif
