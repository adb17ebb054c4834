/* Simulated people of known make: what is true of their pelvis, knees and lower back, why they stand as they do, and
 * how they do in each of a visit's tests. A trial of theirs goes by way of the wire's bytes (stage.h).
 * Drawn from other distributions than the model's priors: offsets from Laplace, triangle and rectangle, the trunk's
 * share from triangles, builds and constants from rectangles. Infers nothing. */
#ifndef STANCE_TESTS_SUPPORT_PEOPLE_H
#define STANCE_TESTS_SUPPORT_PEOPLE_H

#include <stdbool.h>

#include "hw/sim/skeleton.h"
#include "src/base/rng.h"
#include "src/core/align/inference.h"
#include "tests/support/stage.h"

enum people_kind {
	PEOPLE_HABIT, /* healthy: a habit, corrected when seen */
	PEOPLE_LEG,   /* a leg-length difference, and a load that answers to lifts */
	PEOPLE_SILENT, /* a difference, and a load that does not answer: no information about it */
	PEOPLE_LEAN, /* the trunk leans, sitting too */
	PEOPLE_PAIN, /* spares a sore knee, the more the deeper it bends */
	PEOPLE_N_KINDS,
};
const char *people_kind_name(enum people_kind kind);

struct somebody {
	enum people_kind kind;
	struct skeleton_options habit; /* eyes open, on the bare floor */
	double width_mm, foot_length_mm;
	double ankles_ml_mm, ankles_ap_mm; /* what their footprints do not tell */
	double null_lift_mm; /* evens the load on the feet as they stand, + under the right; NaN: none does */
	int sore_side;            /* knee: -1 left, +1 right, 0 none */
	struct trial_person told; /* what was entered */
	struct skeleton truth;
};

/* Draw one. */
void people_draw(struct rng *rng, enum people_kind kind, struct somebody *somebody);

/* List what is true, as the model's quantities. */
void people_truth(const struct somebody *somebody, double truth[INFERENCE_N]);

/* Do a trial of `protocol` (quiet-eo, lift, seated, correct-seen, squat-60) with a plate of `lift_mm` under a foot, as that
 * person does it that time; the record is the stage's, as the daemon keeps it of a mat that needs no calibration.
 * Returns 0 or a negative errno of stage_play(); release with stage_close(). */
int people_stand(struct rng *rng, const struct somebody *somebody, const char *protocol,
	double lift_mm, struct stage *stage);

#endif
