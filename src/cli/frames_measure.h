/* What can be read off a pressure map of another maker: totals, shares, centres, contact.
 * Does not read files, and does not claim what a map cannot tell: absent is NaN.
 * Follows docs/mats.md, "Files of other makers". */
#ifndef STANCE_CLI_FRAMES_MEASURE_H
#define STANCE_CLI_FRAMES_MEASURE_H

#include <stdbool.h>

#include "hw/mapfile.h"

/* Of one sensor, or of all of a frame's. Places are from the middle of the sensor, x to the right, y
 * towards its first row. */
struct frames_figures {
	double sum;     /* of the cells, in the file's unit */
	double force_n; /* NaN without pressure and size of the cells */
	double peak;
	int n_contact; /* cells above 0 */
	double contact_mm2;
	double cop_x_cells, cop_y_cells; /* NaN: no load, or sensors apart */
	double cop_x_mm, cop_y_mm;
};

struct frames_measures {
	struct frames_figures all, part[MAPFILE_MAX_PARTS];
	double left_frac; /* NaN: not two feet */
	double told_n;    /* the file's own total; NaN: not said */
	double told_frac; /* that it is off by, relative; NaN */
};

/* Measure one frame. */
void frames_measure(const struct mapfile_head *head, const struct mapfile_frame *frame,
	struct frames_measures *measures);

#define FRAMES_MAX_LABELS 16

/* The left share of the frames that carry one label. */
struct frames_label {
	char label[MAPFILE_TEXT_SIZE];
	int n;
	double left_sum;
};

/* What was seen over all frames. Starts zeroed. */
struct frames_summary {
	int n_labels; /* of frames that show two feet; the first FRAMES_MAX_LABELS */
	struct frames_label labels[FRAMES_MAX_LABELS];
	int n, n_two_feet;
	bool has_time, has_force, has_pitch, apart; /* apart: a sensor for each foot */
	bool has_side;                              /* which foot is said */
	double sum_least, sum_most, force_least_n, force_most_n;
	double left_least, left_most, left_sum;
	double last_t_s, told_worst_frac;
};

void frames_summary_add(struct frames_summary *summary,
	const struct mapfile_frame *frame, const struct frames_measures *measures);

#define FRAMES_MAX_NOTES 12
#define FRAMES_NOTE_SIZE 200

/* Write what cannot be known from such a file, a sentence each. Returns how many. */
int frames_notes(const struct mapfile_head *head, const struct frames_summary *summary,
	char notes[FRAMES_MAX_NOTES][FRAMES_NOTE_SIZE]);

#endif
