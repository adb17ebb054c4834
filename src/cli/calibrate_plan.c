#include "src/cli/calibrate_plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/members.h"

#define SAME_FRAC 0.002 /* two masses nearer than this are one */
#define SAME_MM   2.0
#define PLACE_FRAC                                                                     \
	0.45 /* of half the mat: far from the middle, but a disc still fits */
#define HEAVY_KG    40.0 /* feet press as hard; below it a person's own weight helps */
#define ROLL_SWEEPS 2

static struct calibrate_plan_step *add(
	struct calibrate_plan *p, const char *method, const char *kind)
{
	struct calibrate_plan_step *s;

	if (p->n == CALIBRATE_PLAN_MAX)
		return &p->steps[p->n - 1];
	s = &p->steps[p->n++];
	*s = (struct calibrate_plan_step){
		.method = method, .kind = kind, .mass_kg = NAN, .x_mm = NAN, .y_mm = NAN
	};
	return s;
}

__attribute__((format(printf, 3, 4))) static void put(
	char *out, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, size, format, args);
	va_end(args);
}

static void add_rolls(struct calibrate_plan *p, const struct calibrate_tools *t)
{
	static const char *const ways[] = {
		"from the front edge to the rear and back, its axle from left to "
		"right",
		"the same way, but turned end for end",
		"from the left edge to the right and back, its axle from front to "
		"rear",
		"the same way, but turned end for end",
	};

	for (int i = 0; i < 4; i++) {
		struct calibrate_plan_step *s = add(p, "calibrate.roll", "roll");

		s->n_passes = ROLL_SWEEPS;
		s->mass_kg = t->roller_kg;
		put(s->title, sizeof(s->title), "roll %d of 4", i + 1);
		put(s->what, sizeof(s->what),
			"Roll slowly and evenly over the whole mat, %s. The map turns "
			"green where the roller has been.",
			ways[i]);
	}
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

static void add_load(struct calibrate_plan *p, double mass_kg, double x_mm, double y_mm)
{
	struct calibrate_plan_step *s = add(p, "calibrate.load", "load");
	char place[96];

	s->mass_kg = mass_kg;
	s->x_mm = x_mm;
	s->y_mm = y_mm;
	put(s->title, sizeof(s->title), "load %g kg", mass_kg);
	say_place(place, sizeof(place), x_mm, y_mm);
	put(s->what, sizeof(s->what), "Take off what stands there; then put %g kg %s.",
		mass_kg, place);
}

/* Feet press single cells harder than a heavy weight on a large disc does. */
static void on_small_disc(struct calibrate_plan_step *s)
{
	size_t n = strlen(s->what);

	put(s->what + n, sizeof(s->what) - n,
		" Stand it on the small disc if you have one: it should press as hard "
		"as a heel.");
}

static void add_body(struct calibrate_plan *p, const struct calibrate_tools *t)
{
	struct calibrate_plan_step *s = add(p, "calibrate.load", "load");

	s->mass_kg = t->body_kg;
	put(s->title, sizeof(s->title), "load %g kg (you)", t->body_kg);
	put(s->what, sizeof(s->what),
		"Empty the mat, then step on with both feet and stand still, eyes "
		"ahead, as weighed (with what you wore then).");
}

static void add_stairs(struct calibrate_plan *p, const struct calibrate_tools *t)
{
	struct calibrate_plan_step *s = add(p, "calibrate.staircase", "staircase");

	s->is_staircase = s->optional = true;
	put(s->title, sizeof(s->title), "staircase");
	put(s->what, sizeof(s->what),
		"Put %g kg on one disc in the middle of the mat. Then change the load "
		"as the screen says, %d loads of 3 s each, without lifting the disc.",
		t->stairs_kg[0], t->n_stairs);
}

void calibrate_plan_readings(struct calibrate_plan *p, const struct calibrate_tools *t)
{
	double x = PLACE_FRAC * t->half_x_mm, y = PLACE_FRAC * t->half_y_mm;
	double heaviest = t->n_masses > 0 ? t->masses_kg[t->n_masses - 1] : 0;
	struct calibrate_plan_step *zero;

	p->n = 0;
	zero = add(p, "calibrate.zero", "zero");
	put(zero->title, sizeof(zero->title), "zero");
	put(zero->what, sizeof(zero->what),
		"Take everything off the mat, and nobody touches it.");
	if (t->has_roller)
		add_rolls(p, t);
	for (int i = 0; i < t->n_masses; i++)
		add_load(p, t->masses_kg[i], 0, 0);
	if (t->n_masses > 0) {
		add_load(p, heaviest, -x, y);
		on_small_disc(&p->steps[p->n - 1]);
		add_load(p, heaviest, x, -y);
	}
	if (!t->has_roller && t->n_masses > 0) {
		add_load(p, heaviest, x, y);
		add_load(p, heaviest, -x, -y);
	}
	if (t->n_stairs > 0)
		add_stairs(p, t);
	if (isfinite(t->body_kg) && heaviest < HEAVY_KG)
		add_body(p, t);
}

void calibrate_plan_verification(
	struct calibrate_plan *p, const struct calibrate_tools *t)
{
	static const double places[][2] = { { 0, 0 }, { -1, 0 }, { 1, 0 }, { 0, 1 },
		{ 0, -1 }, { 0, 0 } };

	p->n = 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct calibrate_plan_step *s;

		add_load(p, t->verify_kg,
			round(places[i][0] * PLACE_FRAC * t->half_x_mm),
			round(places[i][1] * PLACE_FRAC * t->half_y_mm));
		s = &p->steps[p->n - 1];
		s->method = "calibrate.verify";
		s->kind = "verify";
		put(s->title, sizeof(s->title), "verify %g kg, place %zu of %zu",
			t->verify_kg, i + 1, sizeof(places) / sizeof(places[0]));
	}
}

/* --- what is done ------------------------------------------------------------------------- */

static bool is_near(double a, double b, double within)
{
	return isnan(a) || isnan(b) || fabs(a - b) <= within;
}

static bool is_of(const json_t *item, const struct calibrate_plan_step *s)
{
	return !json_is_true(json_object_get(item, "dropped")) &&
	       strcmp(members_text(item, "step"), s->kind) == 0 &&
	       (s->is_staircase || is_near(members_number(item, "mass_kg"), s->mass_kg,
					   SAME_FRAC * s->mass_kg)) &&
	       is_near(members_number(item, "x_mm"), s->x_mm, SAME_MM) &&
	       is_near(members_number(item, "y_mm"), s->y_mm, SAME_MM);
}

/* Each item ticks off one step, the first that it fits. */
void calibrate_plan_tick(struct calibrate_plan *p, const json_t *draft)
{
	const json_t *items = json_object_get(draft, "items");

	for (int k = 0; k < p->n; k++)
		p->steps[k].done = false;
	for (size_t i = 0; i < json_array_size(items); i++) {
		for (int k = 0; k < p->n; k++) {
			if (p->steps[k].done ||
				!is_of(json_array_get(items, i), &p->steps[k]))
				continue;
			p->steps[k].done = true;
			break;
		}
	}
}

const char *calibrate_plan_worth(const struct calibrate_tools *t)
{
	if (t->n_masses == 0 && isnan(t->body_kg))
		return "Without any known weight there is nothing to go by.";
	if (t->n_masses + isfinite(t->body_kg) < 2 || !t->has_roller)
		return "This makes a quick calibration, and it will be marked so. A "
		       "roller makes all cells alike; a second, different weight shows "
		       "the curve.";
	if (t->n_stairs == 0)
		return "This makes a good calibration. Sway will read a little low, "
		       "because hysteresis stays unknown without a staircase.";
	return "This makes the best calibration there is.";
}
