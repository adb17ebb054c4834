#include "src/cli/calibrate_plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/members.h"

__attribute__((format(printf, 3, 4))) static void put(
	char *out, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, size, format, args);
	va_end(args);
}

static void say_roll(struct calibrate_plan_step *s, const struct agenda_step *a)
{
	static const char *const ways[AGENDA_ROLLS] = {
		"from the front edge to the rear and back, its axle from left to "
		"right",
		"the same way, but turned end for end",
		"from the left edge to the right and back, its axle from front to "
		"rear",
		"the same way, but turned end for end",
	};

	s->n_passes = AGENDA_SWEEPS;
	put(s->title, sizeof(s->title), "roll %d of %d", a->n, a->of);
	put(s->what, sizeof(s->what),
		"Roll slowly and evenly over the whole mat, %s. The map turns green "
		"where the roller has been.",
		ways[a->n - 1]);
}

/* "in the middle", "108 mm to the left of the middle", "... and 90 mm to the front of the middle". */
static void say_place(char *out, size_t size, double x_mm, double y_mm)
{
	const char *side = x_mm < 0 ? "left" : "right",
		   *end = y_mm < 0 ? "rear" : "front";

	if (fabs(x_mm) < 0.5 && fabs(y_mm) < 0.5)
		put(out, size, "in the middle of the mat");
	else if (fabs(y_mm) < 0.5)
		put(out, size, "%.0f mm to the %s of the middle", fabs(x_mm), side);
	else if (fabs(x_mm) < 0.5)
		put(out, size, "%.0f mm to the %s of the middle", fabs(y_mm), end);
	else
		put(out, size, "%.0f mm to the %s and %.0f mm to the %s of the middle",
			fabs(x_mm), side, fabs(y_mm), end);
}

static void say_load(struct calibrate_plan_step *s, const struct agenda_step *a)
{
	char place[96];

	if (a->is_body) {
		put(s->title, sizeof(s->title), "load %g kg (you)", a->mass_kg);
		put(s->what, sizeof(s->what),
			"Empty the mat, then step on with both feet and stand still, "
			"eyes ahead, as weighed (with what you wore then).");
		return;
	}
	if (a->kind == AGENDA_VERIFY)
		put(s->title, sizeof(s->title), "verify %g kg, place %d of %d",
			a->mass_kg, a->n, a->of);
	else
		put(s->title, sizeof(s->title), "load %g kg", a->mass_kg);
	say_place(place, sizeof(place), a->x_mm, a->y_mm);
	/* Feet press single cells harder than a heavy weight on a large disc does. */
	put(s->what, sizeof(s->what),
		"Take off what stands there; then put %g kg %s.%s", a->mass_kg, place,
		a->on_small_disc ? " Stand it on the small disc if you have one: it "
				   "should press as hard as a heel."
				 : "");
}

static void say_creep(struct calibrate_plan_step *s, const struct agenda_step *a)
{
	char place[96];

	put(s->title, sizeof(s->title), "creep %g kg", a->mass_kg);
	say_place(place, sizeof(place), a->x_mm, a->y_mm);
	put(s->what, sizeof(s->what),
		"Take off what stands there; then put %g kg %s, where no weight stood "
		"before, and leave it alone for two minutes.",
		a->mass_kg, place);
}

static void say_stairs(struct calibrate_plan_step *s, const struct agenda_tools *t)
{
	s->is_staircase = s->optional = true;
	put(s->title, sizeof(s->title), "staircase");
	put(s->what, sizeof(s->what),
		"Put %g kg on one disc in the middle of the mat. Then change the load "
		"as the screen says, %d loads of 3 s each, without lifting the disc.",
		t->stairs_kg[0], t->n_stairs);
}

static void say_step(struct calibrate_plan_step *s, const struct agenda_step *a,
	const struct agenda_tools *t)
{
	static const char *const methods[] = { "calibrate.zero", "calibrate.roll",
		"calibrate.load", "calibrate.staircase", "calibrate.creep",
		"calibrate.verify" };

	*s = (struct calibrate_plan_step){ .method = methods[a->kind],
		.kind = agenda_word(a->kind),
		.mass_kg = a->mass_kg,
		.x_mm = a->x_mm,
		.y_mm = a->y_mm };
	if (a->kind == AGENDA_ZERO) {
		put(s->title, sizeof(s->title), "zero");
		put(s->what, sizeof(s->what),
			"Take everything off the mat, and nobody touches it.");
	} else if (a->kind == AGENDA_ROLL) {
		say_roll(s, a);
	} else if (a->kind == AGENDA_STAIRCASE) {
		say_stairs(s, t);
	} else if (a->kind == AGENDA_CREEP) {
		say_creep(s, a);
	} else {
		say_load(s, a);
	}
}

static void say_all(struct calibrate_plan *p, const struct agenda_tools *t)
{
	p->n = p->agenda.n;
	for (int i = 0; i < p->n; i++)
		say_step(&p->steps[i], &p->agenda.steps[i], t);
}

void calibrate_plan_readings(struct calibrate_plan *p, const struct agenda_tools *t)
{
	agenda_readings(&p->agenda, t);
	say_all(p, t);
}

void calibrate_plan_verification(struct calibrate_plan *p, const struct agenda_tools *t)
{
	agenda_verification(&p->agenda, t);
	say_all(p, t);
}

/* --- what is done ------------------------------------------------------------------------- */

/* Each item ticks off one step, the first that it fits. */
void calibrate_plan_tick(struct calibrate_plan *p, const json_t *draft)
{
	const json_t *items = json_object_get(draft, "items"), *item;
	size_t i;

	for (int k = 0; k < p->n; k++)
		p->agenda.steps[k].done = false;
	json_array_foreach(
		items, i, item) for (int kind = AGENDA_ZERO; kind <= AGENDA_VERIFY;
				     kind++) if (!json_is_true(json_object_get(item,
							 "dropped")) &&
						 strcmp(members_text(item, "step"),
							 agenda_word(kind)) == 0)
		agenda_tick(&p->agenda, kind, members_number(item, "mass_kg"),
			members_number(item, "x_mm"), members_number(item, "y_mm"));
	for (int k = 0; k < p->n; k++)
		p->steps[k].done = p->agenda.steps[k].done;
}

const char *calibrate_plan_worth(const struct agenda_tools *t)
{
	switch (agenda_worth(t)) {
	case AGENDA_NOTHING:
		return "Without any known weight there is nothing to go by.";
	case AGENDA_QUICK:
		return "This makes a quick calibration, and it will be marked so. A "
		       "roller makes all cells alike; a second, different weight shows "
		       "the curve.";
	case AGENDA_GOOD:
		return "This makes a good calibration. Sway will read a little low, "
		       "because hysteresis stays unknown without a staircase.";
	case AGENDA_THE_BEST:
		break;
	}
	return "This makes the best calibration there is.";
}
