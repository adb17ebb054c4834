#include "calibration/agenda.h"

#include <math.h>

#define SAME_FRAC 0.002 /* two masses nearer than this are one */
#define SAME_MM   2.0
#define PLACE_FRAC                                                                     \
	0.45          /* of half the mat: far from the middle, but a disc still fits */
#define DISC_MM  60.0 /* radius of the broad disc */
#define CLEAR_MM 86.0 /* so far along both axes from it, another one is clear of it */
#define HEAVY_KG 40.0 /* feet press as hard; below it a person's own weight helps */

const char *agenda_word(enum agenda_kind kind)
{
	switch (kind) {
	case AGENDA_ZERO:
		return "zero";
	case AGENDA_ROLL:
		return "roll";
	case AGENDA_LOAD:
		return "load";
	case AGENDA_STAIRCASE:
		return "staircase";
	case AGENDA_CREEP:
		return "creep";
	case AGENDA_VERIFY:
		break;
	}
	return "verify";
}

static struct agenda_step *add(struct agenda *a, enum agenda_kind kind, double mass_kg,
	double x_mm, double y_mm)
{
	struct agenda_step *s =
		&a->steps[a->n < AGENDA_MAX_STEPS ? a->n++ : AGENDA_MAX_STEPS - 1];

	*s = (struct agenda_step){
		.kind = kind, .mass_kg = mass_kg, .x_mm = x_mm, .y_mm = y_mm
	};
	return s;
}

static void add_rolls(struct agenda *a, double roller_kg)
{
	for (int i = 1; i <= AGENDA_ROLLS; i++) {
		struct agenda_step *s = add(a, AGENDA_ROLL, roller_kg, NAN, NAN);

		s->n = i;
		s->of = AGENDA_ROLLS;
	}
}

/* Where creep is measured, along one axis: as far out as other loads, on a small mat farther. */
static double aside(double half_mm)
{
	double place = PLACE_FRAC * half_mm;

	return fmax(place, fmin(CLEAR_MM, half_mm - DISC_MM));
}

void agenda_readings(struct agenda *a, const struct agenda_tools *t)
{
	double x = PLACE_FRAC * t->half_x_mm, y = PLACE_FRAC * t->half_y_mm;
	double heaviest = t->n_masses > 0 ? t->masses_kg[t->n_masses - 1] : 0;

	a->n = 0;
	add(a, AGENDA_ZERO, NAN, NAN, NAN);
	if (t->has_roller)
		add_rolls(a, t->roller_kg);
	for (int i = 0; i < t->n_masses; i++)
		add(a, AGENDA_LOAD, t->masses_kg[i], 0, 0);
	if (t->n_masses > 0)
		add(a, AGENDA_LOAD, heaviest, -x, y)->on_small_disc = true;
	if (!t->has_roller && t->n_masses > 0) {
		add(a, AGENDA_LOAD, heaviest, x, y);
		add(a, AGENDA_LOAD, heaviest, -x, -y);
	}
	if (t->n_stairs > 0)
		add(a, AGENDA_STAIRCASE, NAN, NAN, NAN);
	/* Also the load of this place: no weight is carried more often for it. Cells on which something stood have
	 * crept already and are seen to rise by less; a person's feet would have stood there, too. */
	if (t->n_masses > 0)
		add(a, AGENDA_CREEP, heaviest, aside(t->half_x_mm), -aside(t->half_y_mm));
	if (isfinite(t->body_kg) && heaviest < HEAVY_KG)
		add(a, AGENDA_LOAD, t->body_kg, NAN, NAN)->is_body = true;
}

void agenda_verification(struct agenda *a, const struct agenda_tools *t)
{
	static const double places[][2] = { { 0, 0 }, { -1, 0 }, { 1, 0 }, { 0, 1 },
		{ 0, -1 }, { 0, 0 } };
	int n = (int)(sizeof(places) / sizeof(places[0]));

	a->n = 0;
	for (int i = 0; i < n; i++) {
		struct agenda_step *s = add(a, AGENDA_VERIFY, t->verify_kg,
			round(places[i][0] * PLACE_FRAC * t->half_x_mm),
			round(places[i][1] * PLACE_FRAC * t->half_y_mm));

		s->n = i + 1;
		s->of = n;
	}
}

static bool is_near(double a, double b, double within)
{
	return isnan(a) || isnan(b) || fabs(a - b) <= within;
}

void agenda_tick(struct agenda *a, enum agenda_kind kind, double mass_kg, double x_mm,
	double y_mm)
{
	for (int i = 0; i < a->n; i++) {
		struct agenda_step *s = &a->steps[i];

		if (s->done || s->kind != kind || !is_near(x_mm, s->x_mm, SAME_MM) ||
			!is_near(y_mm, s->y_mm, SAME_MM) ||
			(kind != AGENDA_STAIRCASE &&
				!is_near(mass_kg, s->mass_kg, SAME_FRAC * s->mass_kg)))
			continue;
		s->done = true;
		return;
	}
}

int agenda_next(const struct agenda *a)
{
	int i = 0;

	while (i < a->n && a->steps[i].done)
		i++;
	return i;
}

enum agenda_worth agenda_worth(const struct agenda_tools *t)
{
	int n = t->n_masses + (isfinite(t->body_kg) ? 1 : 0);

	if (n == 0)
		return AGENDA_NOTHING;
	if (n < 2 || !t->has_roller)
		return AGENDA_QUICK;
	return t->n_stairs == 0 ? AGENDA_GOOD : AGENDA_THE_BEST;
}
