#include "hw/sim/simbody.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "hw/sim/simopts.h"

#define MASS_KG 72.0 /* of person_defaults() */

void simbody_init(struct simopts *o)
{
	struct skeleton_options *b = &o->body;

	b->pelvis_shift_mm = b->trunk_lean_mm = b->leg_difference_mm = NAN;
	b->lift_mm = b->lift_response = b->spare_frac = b->com_ap_mm = NAN;
	b->sex = 0;
}

static void lay_over(double *value, double given)
{
	if (!isnan(given))
		*value = given;
}

static bool has_none(const struct skeleton_options *b)
{
	return isnan(b->pelvis_shift_mm) && isnan(b->trunk_lean_mm) &&
	       isnan(b->leg_difference_mm) && isnan(b->lift_mm) &&
	       isnan(b->lift_response) && isnan(b->spare_frac) && isnan(b->com_ap_mm);
}

int simbody_settle(struct simopts *o, char *message, size_t size)
{
	struct person_options *p = &o->scene.person;
	struct skeleton_options given = o->body, *b = &o->body;

	if (!given.sex && has_none(&given))
		return 0;
	if (!given.sex) {
		snprintf(message, size, "a body needs --sex M or F beside its numbers");
		return -EINVAL;
	}
	if (!isnan(p->left_frac) || !isnan(p->fore_frac)) {
		snprintf(message, size,
			"the body decides where the weight falls: give --left-frac and "
			"--fore-frac, or --sex, not both");
		return -EINVAL;
	}
	skeleton_defaults(
		b, given.sex, p->stature_m, isnan(p->mass_kg) ? MASS_KG : p->mass_kg);
	lay_over(&b->pelvis_shift_mm, given.pelvis_shift_mm);
	lay_over(&b->trunk_lean_mm, given.trunk_lean_mm);
	lay_over(&b->leg_difference_mm, given.leg_difference_mm);
	lay_over(&b->lift_mm, given.lift_mm);
	lay_over(&b->lift_response, given.lift_response);
	lay_over(&b->spare_frac, given.spare_frac);
	lay_over(&b->com_ap_mm, given.com_ap_mm);
	p->body = b;
	return 0;
}
