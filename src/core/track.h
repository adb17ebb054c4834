/* Where the feet stand, kept from frame to frame, and whose foot is whose.
 * Does not convert frames or fill samples (analysis.c does); reads no clock.
 * Segment once, lock, re-check (docs/feet.md): the labels come from one picture and are used for
 * every frame until load appears where none was or the picture's load has changed; after a
 * second of quiet they are made again from the second's mean and locked.
 *
 *   EMPTY --load--> LOOSE --1 s without a new picture--> LOCKED
 *     ^               ^ \__ new load outside: new labels __/ |
 *     |               \______ new load outside ______________/
 *     \_____ no load for 0.3 s (from any state)
 */
#ifndef STANCE_CORE_TRACK_H
#define STANCE_CORE_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/defect.h"
#include "src/core/feet.h"
#include "src/core/force.h"
#include "src/core/footprint.h"
#include "src/core/picture.h"

/* As drawn above. */
enum track_state { TRACK_EMPTY, TRACK_LOOSE, TRACK_LOCKED };

/* How sure it is whose foot is whose. */
enum track_identity {
	TRACK_UNNAMED, /* guessed; flagged */
	TRACK_NAMED,   /* by a lone foot's anatomy: two feet may correct it */
	TRACK_SURE,    /* by two feet: never changed in a stance */
};

/* Where a foot stands, for the sample: the same until new labels are made. */
struct track_place {
	struct pos_mm heel_mm;
	double direction_deg;
};

/* Caller-owned; the pointers lead into the caller's memory. */
struct track {
	struct mat_geometry geometry;
	struct footprint model;
	struct defect defect;
	struct picture picture;
	struct force_zone zone[2]; /* by feet_side */
	float *mean;               /* sum of values since the labels were made */
	float *average;            /* the mean, while it is looked at */
	uint8_t *before;           /* per picture cell: held by a lone foot before */
	enum track_state state;
	enum track_identity identity;
	struct feet_found found;
	struct track_place place[2]; /* by feet_side */
	double width_mm; /* between the heels, across the stance; NaN without both feet */
	int64_t made_ns;   /* when the labels were made */
	int64_t loaded_ns; /* when load was last seen */
	double made_right; /* the right foot's share of it then */
	double made_area;  /* cells in contact then */
	double made_load;  /* the picture's load then */
	double stray_load; /* load outside the labels then: specks */
	int n_mean;
	double restless; /* rises with each new picture, decays: see track_restless() */
	/* Sum of squared distances of a zone's cells from its middle column, mm2. */
	double squares_x[2];
	double n_zone[2];   /* cells in a zone */
	double square_frac; /* sum of squared cell loads over the squared load */
	double line_load_per_mm; /* load that a mm of the line's shift moves, over made_load */
	double fill_share; /* share of the load that was filled in */
};

/* Bytes of planes that track_init() carves from `memory`, aligned to 64. */
size_t track_size(const struct mat_geometry *g);

/* Start with no feet. `memory`: track_size() bytes. */
void track_init(struct track *t, const struct mat_geometry *g, void *memory);

/* Forget feet and names. */
void track_forget(struct track *t);

/* Say that this frame carries no load. */
void track_idle(struct track *t, int64_t t_ns);

/* Make the labels fit this frame: `values` n_rows * n_cols, already filled by t->defect;
 * `load` is their sum, `inside` what each zone holds of it, `area` the cells in contact there. May fill newly found dead cells in
 * `values`. Returns true if the labels are new. */
bool track_update(struct track *t, float *values, double load, const double inside[2],
	double area, int64_t t_ns);

/* Return true while labels change so often that the picture is not to be trusted. */
bool track_restless(const struct track *t);

#endif
