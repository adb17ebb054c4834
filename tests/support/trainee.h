/* A scripted person for the exercises: samples as the analysis would give them, from somebody who follows
 * what is shown, or does not.
 * Knows no mat: the centre of pressure is a body that goes where it aims, with quiet sway on top. Seeded. */
#ifndef STANCE_TESTS_SUPPORT_TRAINEE_H
#define STANCE_TESTS_SUPPORT_TRAINEE_H

#include "src/base/rng.h"
#include "src/core/sample.h"
#include "src/core/training/exercise.h"

enum trainee_skill {
	TRAINEE_GOOD, /* does what is shown, within what people can do */
	TRAINEE_IDLE, /* stands quietly where she likes: 20 mm to the side */
	TRAINEE_WILD, /* follows, but sways four times as much and late */
	TRAINEE_N
};

/* Samples from the ear to the lean: a fifth of a second. */
#define TRAINEE_N_HEARD 20

struct trainee {
	enum trainee_skill skill;
	struct rng rng;
	double mass_kg, width_mm, rate_hz;
	struct pos_mm feet_mm; /* the middle between the ankles, mat plane */
	int64_t t_ns;
	struct pos_mm at, speed;  /* of the body, about the feet */
	struct pos_mm sway[3];    /* white noise, smoothed twice */
	struct pos_mm shown_last; /* target of the last view */
	double remembered_mm;     /* of blind-match */
	struct pos_mm wander_mm;  /* by-ear: where she stands without knowing it */
	struct exercise_tone
		heard[TRAINEE_N_HEARD]; /* by-ear: what reaches her mind late */
	int n_heard;
	bool is_off;
};

void trainee_init(struct trainee *trainee, enum trainee_skill skill, uint64_t seed);

/* One frame later: where she aims at comes from what she sees. */
struct stance_sample trainee_step(struct trainee *trainee,
	const struct exercise_setup *setup, const struct exercise_view *view);

/* The same with an aim of the caller's, about her feet. */
struct stance_sample trainee_lean(struct trainee *trainee, double x_mm, double y_mm);

#endif
