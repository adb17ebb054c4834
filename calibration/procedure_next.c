#include "calibration/procedure_parts.h"

#include <math.h>

#include "src/base/i18n.h"
#include "src/base/text.h"

#define GOOD_COVERAGE 0.95
#define GOOD_ROLLS    2 /* the second across, the roller turned end for end */
#define GOOD_MASSES   3
#define OTHER_MASS    1.05
#define GOOD_PLACES   3

struct tally {
	int n_rolls, n_masses, n_stairs, n_creeps, n_verified;
	double masses_kg[READINGS_MAX_ITEMS];
};

static void count_mass(struct tally *t, double mass_kg)
{
	for (int i = 0; i < t->n_masses; i++)
		if (fmax(mass_kg, t->masses_kg[i]) <
			OTHER_MASS * fmin(mass_kg, t->masses_kg[i]))
			return;
	if (t->n_masses < READINGS_MAX_ITEMS)
		t->masses_kg[t->n_masses++] = mass_kg;
}

static struct tally count(const struct readings *r)
{
	struct tally t = { 0 };

	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];

		if (item->dropped)
			continue;
		t.n_rolls += item->kind == READING_ROLL;
		t.n_stairs += item->kind == READING_STAIRCASE;
		t.n_creeps += item->kind == READING_CREEP;
		t.n_verified += item->kind == READING_VERIFY;
		if (item->kind == READING_LOAD || item->kind == READING_CREEP)
			count_mass(&t, item->mass_kg);
	}
	return t;
}

void procedure_next(const struct procedure *p, char *text, size_t size)
{
	struct tally t = count(p->readings);
	double coverage = procedure_roll_coverage(p);

	if (!p->watch.has_zero)
		text_copy(text, size, N_("Empty the mat and take the zero."));
	else if (t.n_verified > 0 && t.n_verified < GOOD_PLACES)
		text_copy(text, size,
			N_("Take the weight off; verify at another place, or judge."));
	else if (t.n_verified > 0)
		text_copy(text, size, N_("Judge the verification, then accept."));
	else if (t.n_rolls == 0 && t.n_masses == 0)
		text_copy(text, size,
			N_("Roll over the whole mat, there and back (quick "
			   "calibration: "
			   "go on "
			   "with a known weight)."));
	else if (t.n_rolls > 0 && coverage < GOOD_COVERAGE)
		text_copy(
			text, size, N_("Roll again, over the parts that were missed."));
	else if (t.n_rolls > 0 && t.n_rolls < GOOD_ROLLS && t.n_masses == 0)
		text_copy(text, size,
			N_("Turn the roller end for end and roll across the mat the "
			   "other "
			   "way."));
	else if (t.n_masses < GOOD_MASSES)
		text_format(text, size,
			N_("Load a known weight (%d of %d masses so far; one of them "
			   "heavy on a "
			   "small disc)."),
			t.n_masses, GOOD_MASSES);
	else if (t.n_stairs == 0)
		text_copy(text, size,
			N_("The staircase, which tells hysteresis; or another weight; "
			   "or "
			   "fit."));
	else if (t.n_creeps == 0)
		text_copy(text, size,
			N_("Creep: the heaviest weight for two minutes, where none "
			   "stood before; or fit."));
	else
		text_copy(text, size,
			N_("Fit, then verify with a weight not used so far."));
}
