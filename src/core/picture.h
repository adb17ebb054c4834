/* From a plane of values to the cells worth segmenting: specks out, components numbered.
 * Does not look for feet.
 * A speck is a small light component away from anything large; toes are near a forefoot. */
#ifndef STANCE_CORE_PICTURE_H
#define STANCE_CORE_PICTURE_H

#include <stdint.h>

#include "src/core/contact.h"
#include "src/core/feet.h"

/* Caller-owned; arrays of n_cells each. */
struct picture {
	struct contact contact;
	float *kept;    /* values without specks */
	uint8_t *label; /* per cell: part number + 1, 0 where not in the picture */
	uint8_t *small; /* per part of the plain contact: contact_max_runs() */
	struct feet_picture feet;
};

/* Build p->feet, p->kept and p->label from `values` (0 where no contact; may be p->kept). */
void picture_build(
	struct picture *p, const float *values, const struct mat_geometry *g);

/* Set p->kept to 0 at small light components that lie where the feet found have no toes.
 * Returns how many runs of cells went; if any, build and find again. */
int picture_drop_stray(struct picture *p, const struct feet_found *found,
	const struct mat_geometry *g);

#endif
