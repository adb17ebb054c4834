/* What a person does besides swaying and stepping: sits and stands up, bends the knees, lifts a
 * foot, closes the eyes, stands on foam.
 * Does not know feet, soles or forces: it tells which part of body weight the feet carry, and how
 * large the sway is.
 * Follows docs/simulator.md ("What she does"). */
#ifndef STANCE_HW_SIM_POSTURE_H
#define STANCE_HW_SIM_POSTURE_H

#include <stdbool.h>

#include "hw/sim/ramp.h"
#include "hw/sim/timeline.h"

/* A person's COM height over stature: what leans by an angle are counted with. */
#define POSTURE_COM_FRAC 0.5527

/* Share of body weight that the feet carry of somebody who sits. */
#define POSTURE_SEATED_FRAC 0.17

enum posture_stance {
	POSTURE_BIPEDAL,
	POSTURE_TANDEM_LEFT,  /* the left foot behind the right */
	POSTURE_TANDEM_RIGHT, /* the right foot behind the left */
	POSTURE_SINGLE_LEFT,  /* on the left leg */
	POSTURE_SINGLE_RIGHT,
	POSTURE_NONE,   /* nobody there until somebody steps on */
	POSTURE_SEATED, /* on the mat itself, which lies on a stool; the feet hang */
};

/* Caller-owned. */
struct posture {
	double stature_m;
	struct ramp lift[TIMELINE_N_SIDES]; /* 0 on the floor, 1 in the air */
	struct ramp drop_m;                 /* of the trunk, from bent knees */
	struct ramp eyes, foam;             /* 0 open, firm; 1 closed, foam */
	bool on_seat;                       /* sits on the mat and stays there */
	bool seated;                        /* or sitting down */
	double seat_s, seat_over_s; /* the last sit or stand; far past if never */
};

/* Begin in `stance`, or as the timeline tells: who first stands up was seated, who first lowers a
 * foot had lifted it. `timeline` may be NULL. */
void posture_init(struct posture *posture, enum posture_stance stance, double stature_m,
	const struct timeline *timeline);

/* Let an event happen; returns false if it is none of posture's. */
bool posture_follow(struct posture *posture, const struct timeline_event *event);

/* Return the part of body weight on the feet at `t_s`, more than 1 while the body is pushed up. */
double posture_load(const struct posture *posture, double t_s);

/* Return how much of a foot's load it gives away at `t_s`: 0 stands, 1 is in the air. */
double posture_lift(const struct posture *posture, enum timeline_side side, double t_s);

/* Return the factor on the sway for eyes and surface. */
double posture_sway(const struct posture *posture, double t_s);

/* Return a word for it: standing, rising, seated, sitting, squatting, single-left, single-right. */
const char *posture_word(const struct posture *posture, double t_s);

#endif
