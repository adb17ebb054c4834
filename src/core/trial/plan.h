/* Plans of a visit as data: which trials, in which order, why, and how long it takes; and from what was done,
 * what is next.
 * Does not run trials and does not judge them: a step counts what the visit uses (visit.h).
 * Follows docs/protocols.md ("Plans"). Pure. */
#ifndef STANCE_CORE_TRIAL_PLAN_H
#define STANCE_CORE_TRIAL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "src/core/trial/protocol.h"
#include "src/core/trial/visit.h"

#define PLAN_MAX_STEPS 20

/* Between two trials: a word, stepping off and on. Chosen; measured visits are in docs/protocols.md. */
#define PLAN_BETWEEN_S 10.0

struct plan_step {
	const char *protocol;
	int n;             /* trials that count */
	int n_practice;    /* before them; voided as RECORD_PRACTICE */
	double duration_s; /* of each part; 0: the protocol's */
	double lift_mm;    /* plate under one foot, + right */
	bool interleaved; /* with its neighbours of the same protocol, a trial of each in turn */
	bool optional; /* only if the results ask for it */
	const char *why;
};

struct plan {
	const char *key, *title;
	int minutes;      /* as planned, for people */
	const char *note; /* what it cannot give, "" nothing */
	int n_steps;
	struct plan_step steps[PLAN_MAX_STEPS];
};

/* Return plan `index`, NULL past the end; or by key, NULL if there is none. */
const struct plan *plan_at(size_t index);
const struct plan *plan_find(const char *key);

enum plan_state { PLAN_DONE, PLAN_NEXT, PLAN_LATER, PLAN_SKIPPED };
const char *plan_state_name(enum plan_state state);

/* How far a visit is. Caller-owned. */
struct plan_progress {
	const struct plan *plan;
	int n_done[PLAN_MAX_STEPS], n_practised[PLAN_MAX_STEPS];
	bool skipped[PLAN_MAX_STEPS]; /* the caller's to set, after plan_count() */
	bool wanted[PLAN_MAX_STEPS];  /* optional ones that the results ask for */
};

/* Count a finished visit's trials on the plan; nothing is skipped. */
void plan_count(const struct plan *plan, const struct visit *visit,
	struct plan_progress *progress);

/* Return the step that is next, -1: all is done. */
int plan_next(const struct plan_progress *progress);

enum plan_state plan_state_of(const struct plan_progress *progress, int step);

/* Return the trials of a step that are still to be done, practice included; 0 if it is skipped or optional and
 * not wanted. And how long a step's trial takes with the pause before it; NaN for a protocol that there is not. */
int plan_left(const struct plan_progress *progress, int step);
/* Return how many of them are practice. */
int plan_practice_left(const struct plan_progress *progress, int step);
double plan_trial_s(const struct plan_step *step);

/* Return how long all that is left takes. */
double plan_seconds_left(const struct plan_progress *progress);

/* Return how long the plan takes without what is optional. */
double plan_seconds(const struct plan *plan);

/* Return whether somebody must stand beside the person: closed eyes, foam, one leg, heel to toe, leaning, bending,
 * sit-to-stand. */
bool plan_needs_helper(const struct protocol *protocol);

#endif
