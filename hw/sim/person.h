/* A person who stands: where the two feet are, and what each of them carries at any time.
 * Does not know cells or wires; the soles turn loads into pressure.
 * Follows docs/simulator.md: a recording of two force plates, or a model of quiet standing, with
 * stepping on and off and shifts of load on top. */
#ifndef STANCE_HW_SIM_PERSON_H
#define STANCE_HW_SIM_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/sim/balance.h"
#include "hw/sim/imprint.h"
#include "hw/sim/plates.h"
#include "hw/sim/posture.h"
#include "hw/sim/ramp.h"
#include "hw/sim/skeleton.h"
#include "hw/sim/sole.h"
#include "hw/sim/timeline.h"

#define PERSON_LEFT    0
#define PERSON_RIGHT   1
#define PERSON_N_FEET  2
#define PERSON_NO_HEEL (-1)

/* NaN means: not given, so the recording's own or the default. */
struct person_options {
	double foot_length_mm, foot_width_mm; /* width NaN: 0.38 of the length */
	double arch_frac;
	double toe_out_deg;     /* of each foot */
	double stance_width_mm; /* between the feet's axes under the COP; NaN: see above */
	double gap_mm;          /* between the feet's inner outlines; NaN: not used */
	double stagger_mm;      /* left foot ahead of the right */
	double yaw_deg;         /* of the whole person, positive turned to the right */
	struct pos_mm offset; /* of the whole person */
	int heel_raised;      /* PERSON_LEFT, PERSON_RIGHT or PERSON_NO_HEEL */
	int lead_foot;        /* which steps on first */
	double mass_kg, left_frac, fore_frac, sway_mm;
	double stature_m; /* what leans by an angle and bent knees are counted with */
	enum posture_stance stance;
	uint64_t seed;
	const struct skeleton_options
		*body; /* NULL: nobody above the feet; else it decides the shares */
	const struct plates *plates;     /* NULL: the model */
	const struct timeline *timeline; /* NULL: nothing happens */
};

/* What one foot is asked to carry, foot's frame. Without force the COP means nothing. */
struct person_load {
	double force_n;
	struct pos_mm cop;
};

/* Caller-owned; the soles and poses may be read, and the soles pressed, by the owner. */
struct person {
	struct person_options options;
	struct sole *sole[PERSON_N_FEET];
	struct imprint_pose pose[PERSON_N_FEET];
	double turn_rad[PERSON_N_FEET]; /* of each foot within the stance */
	/* In each foot's frame: where a COP at rest lies. */
	struct pos_mm anchor[PERSON_N_FEET];
	struct pos_mm mean[PERSON_N_FEET]; /* of the source's COP about the anchor */
	bool has_skeleton;
	struct skeleton skeleton; /* as she stands when nothing happens */
	double width_mm, mass_kg, mean_share, sway_scale;
	struct balance ml, ap, apart; /* the model's three motions */
	struct ramp share, lean_x_mm, lean_y_mm, sway;
	struct posture posture;
	int n_moves; /* feet set elsewhere so far: their imprints are no longer true */
	int next_event;
	double cue_s;  /* when the script's time began; infinite: not yet */
	bool stands;   /* on the mat, or stepping onto it */
	double step_s; /* when the last step began; far in the past if never */
};

/* Set every option to its default. */
void person_defaults(struct person_options *options);

/* Build a person; plates and timeline are borrowed until person_fini(). Returns 0, -EINVAL for
 * feet that cannot be built, -ENOMEM. */
int person_init(struct person *person, const struct person_options *options);
void person_fini(struct person *person);

/* Say when the script's time begins: 0 unless told, infinite for not yet. */
void person_cue(struct person *person, double t_s);

/* Return a word for what the person does at `t_s`: absent, stepping, or posture_word(). */
const char *person_word(const struct person *person, double t_s);

/* Fill in what each foot carries at `t_s` (>= 0). Time never runs backwards from call to call. */
void person_at(
	struct person *person, double t_s, struct person_load load[PERSON_N_FEET]);

#endif
