#include "src/core/training/safety.h"

#include <math.h>

/* A foot below the first is left, above the second carries all: clinical practice. Exercises that ask for
 * leaning are stopped only below 5 % of the load. */
#define LEAST_FRAC      0.20
#define LEAST_LEAN_FRAC 0.05
#define SHARE_S         1.0
/* The centre of pressure this near to the mat's edge: as a trial's quality (docs/protocols.md). */
#define EDGE_MM 20.0
#define EDGE_S  0.3
/* More than a foot may carry. */
#define CAP_S 0.5

static bool asks_to_lean(enum exercise exercise)
{
	switch (exercise) {
	case EXERCISE_TARGETS:
	case EXERCISE_METRONOME:
	case EXERCISE_SLALOM:
	case EXERCISE_MATCH:
	case EXERCISE_LIMITS:
		return true;
	default:
		return false;
	}
}

/* A foot that is not there carries nothing; which one it is does not matter. */
static bool is_uneven(const struct stance_sample *s, enum exercise exercise)
{
	double least = asks_to_lean(exercise) ? LEAST_LEAN_FRAC : LEAST_FRAC;

	return isnan(s->left_frac) || s->left_frac < least || s->left_frac > 1 - least;
}

static bool is_at_edge(const struct stance_sample *s, const struct mat_geometry *g)
{
	double half_x = 0.5 * g->n_cols * g->pitch_x_mm;
	double half_y = 0.5 * g->n_rows * g->pitch_y_mm;

	return fabs(s->cop_mm.x) > half_x - EDGE_MM ||
	       fabs(s->cop_mm.y) > half_y - EDGE_MM;
}

static void count(double *seconds, bool is_so, double dt_s)
{
	*seconds = is_so ? *seconds + dt_s : 0;
}

enum safety safety_push(struct safety_watch *w, const struct stance_sample *s,
	double dt_s, enum exercise exercise, const struct programme *p,
	const struct mat_geometry *geometry)
{
	bool uneven = is_uneven(s, exercise), edge = is_at_edge(s, geometry);
	bool cap_left = s->left.force_n > p->cap_left_n;
	bool cap_right = s->right.force_n > p->cap_right_n;

	count(&w->share_s, uneven, dt_s);
	count(&w->edge_s, edge, dt_s);
	count(&w->cap_left_s, cap_left, dt_s);
	count(&w->cap_right_s, cap_right, dt_s);
	count(&w->good_s, !uneven && !edge && !cap_left && !cap_right, dt_s);
	if (w->edge_s >= EDGE_S)
		return SAFETY_EDGE;
	if (w->cap_left_s >= CAP_S)
		return SAFETY_CAP_LEFT;
	if (w->cap_right_s >= CAP_S)
		return SAFETY_CAP_RIGHT;
	return w->share_s >= SHARE_S ? SAFETY_SHARE : SAFETY_GOOD;
}
