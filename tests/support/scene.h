/* Seeded pictures of standing feet on a mat, with what is true about them.
 * Does not share any code or shape with src/core: an independent judge of it.
 * Feet are rasters of 2 mm: either our own drawing (ellipses for heel, lateral arch, heads of
 * the metatarsals, hallux and toes) or a mean footprint read from ../shared. Soles that are
 * symmetric about their axis are rectangles, ellipses and boots with a waist. */
#ifndef STANCE_TESTS_SCENE_H
#define STANCE_TESTS_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/rng.h"
#include "src/core/geometry.h"

#define SCENE_MAX_CELLS (GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)

enum scene_kind {
	SCENE_NORMAL,
	SCENE_YAW,
	SCENE_TOE_OUT,
	SCENE_OFF_CENTRE,
	SCENE_UNEQUAL,
	SCENE_WIDE,
	SCENE_HIGH_ARCH,
	SCENE_NARROW,
	SCENE_SPECKS,
	SCENE_STAGGERED,
	SCENE_HEEL_RAISED,
	SCENE_TOUCHING,
	SCENE_DEAD_ROW,
	SCENE_DEAD_MIX, /* specks, a dead row, turned, high arch */
	SCENE_ONE_FOOT,
	SCENE_BACK,
	SCENE_TANDEM,
	SCENE_SOLES, /* two soles, each the same left and right: flat shoes, boots */
	SCENE_SOLES_BACK, /* the same, facing back */
	SCENE_ONE_SOLE,   /* one of them, facing either way */
	SCENE_N_KINDS,
};

const char *scene_kind_name(enum scene_kind kind);

#define SCENE_STAMP_W 90  /* 2 mm steps across */
#define SCENE_STAMP_L 180 /* and along, heel first */
#define SCENE_STEP_MM 2.0

/* A left foot's pressure, any scale; medial is to the right. */
struct scene_stamp {
	float p[SCENE_STAMP_L][SCENE_STAMP_W];
};

/* Where a mean footprint comes from: rows of 27 numbers, heel first. */
struct scene_print {
	int n_rows;
	double p[80][27];
};

/* Read a mean left footprint; false if it is not there. */
bool scene_read_print(struct scene_print *print, const char *path);

struct scene_foot_truth {
	double force_n;
	struct pos_mm cop_mm;
	double direction_deg; /* of the drawn axis, as in sample.h */
	double length_mm;     /* of the drawn foot */
};

struct scene {
	struct mat_geometry geometry;
	double cells[SCENE_MAX_CELLS]; /* newtons */
	double force
		[2]
		[SCENE_MAX_CELLS]; /* each foot's part, before specks and dead lines */
	struct scene_foot_truth foot[2]; /* left, right; force 0: absent */
	struct pos_mm cop_mm;
	double left_frac;
	bool back;
};

/* Draw a scene. `print` NULL: our own feet. */
void scene_make(struct scene *scene, enum scene_kind kind, const struct mat_geometry *g,
	const struct scene_print *print, struct rng *rng);

/* Turn newtons into millinewtons, as a sheet of 16 bits sends them. */
void scene_to_mn(const struct scene *scene, uint16_t *cells, double *scale);

#endif
