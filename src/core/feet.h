/* Two feet in one picture: the straight line between them, and which is which.
 * Keeps no memory of earlier pictures (track.c does) and shares no load out (force.c does).
 * Two feet are bodies that a straight line can part, so every line that leaves little load on
 * itself is a candidate; each side is judged by how well a model footprint explains it. The
 * same search covers touching feet, split-off toes and high arches. Told in docs/feet.md;
 * thresholds are our own, chosen on the scenes of tests/support/scene.c. */
#ifndef STANCE_CORE_FEET_H
#define STANCE_CORE_FEET_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/footprint.h"

/* The loaded cells of a picture, specks left out. Caller-owned; `scratch` holds 6 * n floats.
 * Parts (components) beyond FEET_MAX_PARTS must not occur: merge them before. */
#define FEET_MAX_PARTS 64

/* A component with less of its load across the line stays whole. Chosen on the scenes. */
#define FEET_SNAP_SHARE 0.06

struct feet_picture {
	int n;
	float *x_mm;
	float *y_mm;
	float *load;
	float *root;           /* square root of load */
	uint8_t *part;         /* component of each cell */
	const uint8_t *before; /* 1 where a lone foot stood before; NULL: not known */
	float *scratch;
	int n_parts;
	double pitch_mm; /* the larger one */
	double cell_mm2;
};

/* Index of everything that there is for each foot. */
enum feet_side { FEET_LEFT, FEET_RIGHT };

/* The line between the feet: nx * x + ny * y - offset is above 0 on the right foot's side. */
struct feet_line {
	double nx, ny;
	double offset_mm;
};

/* How the picture is parted: by a line; or, where feet hook into each other and no line parts them,
 * by whole components, bit k of `positive` set for component k on the line's positive side. Then
 * the line lies halfway between both and says little. */
struct feet_parting {
	struct feet_line line;
	bool by_parts;
	uint64_t positive;
};

/* What the search says. */
struct feet_found {
	int n_feet;                    /* 0 to 2 */
	enum feet_side lone;           /* which one, if n_feet is 1 */
	struct feet_parting at;        /* if n_feet is 2; positive is right */
	struct footprint_pose pose[2]; /* by feet_side; the present feet's */
	double contact_mm[2];          /* length of each one's contact along its axis */
	double match[2];               /* how well the model explains each, 0..1 */
	bool tandem;                   /* one stands behind the other */
	bool touch;                    /* a component lies on both sides of the line */
	bool side_clear;               /* left and right are certain */
	bool back;                     /* toes point to -y */
	bool doubtful;     /* another split explains the picture nearly as well */
	double light_frac; /* share of the load on the lighter foot's side */
	double cut_frac;   /* share of the load in cells that the line crosses */
};

/* Find the feet. Some hundred microseconds for two feet. */
void feet_find(const struct feet_picture *p, const struct footprint *model,
	struct feet_found *found);

/* Decide for each component on which side it lies whole: -1, +1, or 0 if it is cut. `whole`:
 * p->n_parts of them. */
void feet_judge_parts(
	const struct feet_picture *p, const struct feet_parting *at, int8_t *whole);

/* Put left for right: for a caller who knows better. */
void feet_swap(struct feet_found *found);

/* Return the share (0..1) of the cell at x, y that lies on the line's positive side. */
double feet_share(const struct feet_line *line, double x_mm, double y_mm,
	double pitch_x_mm, double pitch_y_mm);

#endif
