/* Contact and connected components, by runs of bits.
 * Does not decide what a component is.
 * Run-based labelling: Suzuki, Horiba & Sugie 2003, Comput Vis Image Und 89:1 (idea); eight
 * neighbours connect. */
#ifndef STANCE_CORE_CONTACT_H
#define STANCE_CORE_CONTACT_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/geometry.h"

/* A stretch of touching cells in one row: columns from..to, both included. */
struct contact_run {
	int16_t row;
	int16_t from;
	int16_t to;
	int32_t part; /* index of its component after contact_find() */
};

/* One component. */
struct contact_part {
	int n_cells;
	double load; /* sum of values */
	int row_from, row_to;
	int col_from, col_to;
};

/* Caller-owned arrays; capacity: contact_max_runs() each. */
struct contact {
	struct contact_run *runs;
	struct contact_part *parts;
	int32_t *parent; /* scratch */
	int n_runs;
	int n_parts;
};

/* Return the most runs that a mat of this size can have. */
size_t contact_max_runs(const struct mat_geometry *g);

/* Find the components of the cells whose value is above `threshold`. `values`: n_rows *
 * n_cols, row-major. Parts are numbered in the order their first run appears. */
void contact_find(struct contact *c, const float *values, const struct mat_geometry *g,
	float threshold);

#endif
