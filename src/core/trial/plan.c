#include "src/core/trial/plan.h"

#include <math.h>
#include <string.h>

#include "src/base/i18n.h"

#define STILL_OPEN(practised)                                                          \
	{                                                                              \
		.protocol = "quiet-eo", .n = 3, .n_practice = practised,               \
		.why = N_("How the weight lies, and sway with open eyes; three "       \
			  "trials make an interval.")                                  \
	}
#define STILL_CLOSED                                                                   \
	{                                                                              \
		.protocol = "quiet-ec", .n = 3,                                        \
		.why = N_("What sway and weight do without seeing.")                   \
	}
#define BEND(angle, text)                                                              \
	{                                                                              \
		.protocol = "squat-" angle, .n = 2, .why = text                        \
	}
#define BENDS                                                                          \
	BEND("0", N_("Even weight with straight knees, to compare with.")),            \
		BEND("30", N_("Whether a leg is unloaded when the knees bend a "       \
			      "little.")),                                             \
		BEND("60",                                                             \
			N_("Whether a leg is unloaded when the knees bend half way."))
#define LIFT(mm)                                                                       \
	{                                                                              \
		.protocol = "lift", .n = 2, .lift_mm = mm, .interleaved = true,        \
		.optional = true,                                                      \
		.why = N_("How the weight answers to a plate under one foot.")         \
	}

/* The three visits of docs/protocols.md ("Plans"). */
static const struct plan the_plans[] = {
	{
		.key = "quick",
		.title = N_("Quick"),
		.minutes = 3,
		.note = N_("Weight distribution only: trials of 20 s are too short for "
			   "sway."),
		.n_steps = 1,
		.steps = { { .protocol = "quiet-eo",
			.n = 3,
			.duration_s = 20,
			.why = N_("How the weight lies; three trials make an "
				  "interval.") } },
	},
	{
		.key = "standard",
		.title = N_("Standard"),
		.minutes = 10,
		.note = "",
		.n_steps = 5,
		.steps = { STILL_OPEN(1), STILL_CLOSED, BENDS },
	},
	{
		.key = "full",
		.title = N_("Full"),
		.minutes = 30,
		.note = N_("The block test is noted beside the mat."),
		.n_steps = 18,
		.steps = { STILL_OPEN(1), STILL_CLOSED, BENDS,
			{ .protocol = "natural",
				.n = 1,
				.why = N_("How the weight moves when nobody asks.") },
			{ .protocol = "mctsib",
				.n = 1,
				.why = N_("Sway with less to see and softer ground.") },
			{ .protocol = "los",
				.n = 1,
				.n_practice = 1,
				.why = N_("How far and how surely the body leans.") },
			{ .protocol = "correct-seen",
				.n = 1,
				.why = N_("Whether an uneven stance can be corrected "
					  "when it is seen.") },
			{ .protocol = "correct-hidden",
				.n = 1,
				.why = N_("Whether the correction stays without the "
					  "screen.") },
			{ .protocol = "seated",
				.n = 1,
				.why = N_("Whether it is there when sitting, too: "
					  "above the legs or below.") },
			LIFT(0), LIFT(6), LIFT(-3), LIFT(9), LIFT(-6), LIFT(3),
			LIFT(-9) },
	},
};
#define N_PLANS (sizeof(the_plans) / sizeof(the_plans[0]))

const struct plan *plan_at(size_t index)
{
	return index < N_PLANS ? &the_plans[index] : NULL;
}

const struct plan *plan_find(const char *key)
{
	for (size_t i = 0; i < N_PLANS; i++) {
		if (strcmp(the_plans[i].key, key) == 0)
			return &the_plans[i];
	}
	return NULL;
}

const char *plan_state_name(enum plan_state state)
{
	static const char *const names[] = { "done", "next", "later", "skipped" };

	return names[state];
}

/* --- counting ------------------------------------------------------------------------------ */

static bool belongs(const struct plan_step *step, const struct visit_trial *trial)
{
	return strcmp(step->protocol, trial->protocol) == 0 &&
	       (strcmp(step->protocol, "lift") != 0 || step->lift_mm == trial->lift_mm);
}

void plan_count(const struct plan *plan, const struct visit *visit,
	struct plan_progress *progress)
{
	memset(progress, 0, sizeof(*progress));
	progress->plan = plan;
	for (int k = 0; k < plan->n_steps; k++) {
		const struct plan_step *step = &plan->steps[k];

		for (int i = 0; i < visit->n_trials; i++) {
			const struct visit_trial *trial = &visit->trials[i];

			if (!belongs(step, trial))
				continue;
			progress->n_done[k] += trial->used;
			progress->n_practised[k] += trial->practice;
		}
		progress->wanted[k] = visit->next.protocol &&
				      strcmp(visit->next.protocol, step->protocol) == 0;
		/* once begun it is to be finished */
		progress->wanted[k] |= progress->n_done[k] > 0;
	}
}

/* Practice comes before what counts: somebody who has a trial that counts needs none. */
int plan_practice_left(const struct plan_progress *p, int step)
{
	const int missing = p->plan->steps[step].n_practice - p->n_practised[step];

	return p->n_done[step] == 0 && missing > 0 ? missing : 0;
}

/* Steps that are done in turn are wanted together. */
static bool is_wanted(const struct plan_progress *p, int step)
{
	const struct plan_step *s = &p->plan->steps[step];

	for (int k = 0; k < p->plan->n_steps; k++) {
		if (p->wanted[k] &&
			(k == step ||
				(s->interleaved && strcmp(p->plan->steps[k].protocol,
							   s->protocol) == 0)))
			return true;
	}
	return !s->optional;
}

int plan_left(const struct plan_progress *p, int step)
{
	const int missing = p->plan->steps[step].n - p->n_done[step];

	if (p->skipped[step] || missing <= 0 || !is_wanted(p, step))
		return 0;
	return missing + plan_practice_left(p, step);
}

int plan_next(const struct plan_progress *p)
{
	const struct plan *plan = p->plan;
	int next = -1;

	for (int k = 0; k < plan->n_steps; k++) {
		if (plan_left(p, k) == 0)
			continue;
		if (next < 0)
			next = k;
		/* of those done in turn the one that was done least */
		else if (plan->steps[k].interleaved && plan->steps[next].interleaved &&
			 p->n_done[k] < p->n_done[next])
			next = k;
	}
	return next;
}

enum plan_state plan_state_of(const struct plan_progress *p, int step)
{
	if (p->n_done[step] >= p->plan->steps[step].n)
		return PLAN_DONE;
	if (p->skipped[step])
		return PLAN_SKIPPED;
	return plan_next(p) == step ? PLAN_NEXT : PLAN_LATER;
}

/* --- time ---------------------------------------------------------------------------------- */

double plan_trial_s(const struct plan_step *step)
{
	const struct protocol *protocol = protocol_find(step->protocol);

	if (!protocol)
		return NAN;
	return PLAN_BETWEEN_S +
	       protocol->n_phases *
		       (protocol->settle_s + (step->duration_s > 0
							     ? step->duration_s
							     : protocol->duration_s));
}

double plan_seconds_left(const struct plan_progress *p)
{
	double sum = 0;

	for (int k = 0; k < p->plan->n_steps; k++)
		sum += plan_left(p, k) * plan_trial_s(&p->plan->steps[k]);
	return sum;
}

double plan_seconds(const struct plan *plan)
{
	double sum = 0;

	for (int k = 0; k < plan->n_steps; k++) {
		const struct plan_step *step = &plan->steps[k];

		if (!step->optional)
			sum += (step->n + step->n_practice) * plan_trial_s(step);
	}
	return sum;
}

bool plan_needs_helper(const struct protocol *protocol)
{
	if (protocol->kind != PROTOCOL_QUIET && protocol->kind != PROTOCOL_NATURAL)
		return true;
	for (int k = 0; k < protocol->n_phases; k++) {
		if (strcmp(protocol->phases[k].eyes, "closed") == 0 ||
			strcmp(protocol->phases[k].surface, "foam") == 0)
			return true;
	}
	return false;
}
