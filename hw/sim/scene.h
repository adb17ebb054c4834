/* A person and a technician's weights on a sheet: one scan of the cells and what was true at that instant.
 * Does not know wires, clocks or files.
 * Follows docs/simulator.md; truth is computed from the soles, never from the cells. */
#ifndef STANCE_HW_SIM_SCENE_H
#define STANCE_HW_SIM_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/sim/imprint.h"
#include "hw/sim/person.h"
#include "hw/sim/sheet.h"
#include "hw/sim/technician.h"
#include "src/core/geometry.h"

struct scene_options {
	struct person_options person;
	struct sheet_options sheet;
	struct mat_geometry geometry;
};

/* What was true for one scan; mat plane. Absent is NaN, and a force of zero. */
struct scene_truth {
	double t_s;
	double force_n;
	struct pos_mm cop;
	double left_frac; /* NaN without both feet */
	double fore_frac;
	double off_n;                    /* pressing beside the sheet */
	double weights_n;                /* of force_n, what is not the person's */
	const char *posture;             /* person_word() */
	const struct skeleton *skeleton; /* borrowed from the person; NULL: none */
	struct imprint_load foot[PERSON_N_FEET];
};

/* Caller-owned; the person and the sheet may be looked at. */
struct scene {
	struct person person;
	struct imprint imprint[PERSON_N_FEET];
	int n_moves; /* of the person that the imprints know */
	struct sheet sheet;
	struct technician technician;
	int next_event;  /* of the timeline, for technician and sheet */
	double *cells_n; /* of the last scan */
};

/* Put a person on a sheet. Returns 0, -EINVAL or -ENOMEM; release with scene_fini(). What the
 * options borrow must outlive the scene. */
int scene_init(struct scene *scene, const struct scene_options *options);
void scene_fini(struct scene *scene);

/* Say that the first `n` events of the timeline were forgotten. */
void scene_forget(struct scene *scene, int n);

/* Scan at `t_s` (>= 0, never falling): sensor numbers into `cells` (n_rows * n_cols, front row
 * first, left to right). Returns true if a cell is at full scale. Takes memory when a foot was set
 * elsewhere; without any the foot stays where it was. */
bool scene_scan(
	struct scene *scene, double t_s, uint16_t *cells, struct scene_truth *truth);

#endif
