/* A recorded stance on two force plates, one under each foot, from a CSV file.
 * Does not place feet on a mat and does not change what was recorded.
 * Follows stance-sim(1), --feet:
 * t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm. */
#ifndef STANCE_HW_SIM_PLATES_H
#define STANCE_HW_SIM_PLATES_H

#include <stddef.h>

#include "src/core/geometry.h"

enum plates_side { PLATES_LEFT, PLATES_RIGHT, PLATES_N_SIDES };

/* Both feet at one time; plate coordinates. A foot without load has NaN in `cop`. */
struct plates_row {
	double t_s;
	double force_n[PLATES_N_SIDES];
	struct pos_mm cop[PLATES_N_SIDES];
};

/* One recording, on the heap. */
struct plates {
	struct plates_row *rows;
	size_t n_rows;
	struct pos_mm mean[PLATES_N_SIDES]; /* of the COP; NaN if never loaded */
	double mean_n;                      /* of the total force */
	double mean_share;                  /* of the left foot */
	double rms_mm; /* of the net COP's distance from its mean */
};

/* Read a CSV text of `n` bytes; `file` names it in messages. The columns may come in any order and
 * others may stand among them. Returns 0 and a recording to be freed with plates_free();
 * -EINVAL with a sentence naming file and line in `message` (`size` bytes); -ENOMEM. */
int plates_parse(const char *text, size_t n, const char *file, struct plates **out,
	char *message, size_t size);

/* Read a file. Errors as plates_parse(), and a negative errno with a message if it cannot be
 * read. */
int plates_load(const char *path, struct plates **out, char *message, size_t size);

/* Free; NULL does nothing. */
void plates_free(struct plates *plates);

/* Return the stance at `t_s` (>= 0) since the beginning, interpolated linearly; at its end the
 * recording is played backwards, and so on, so that nothing ever jumps. */
struct plates_row plates_at(const struct plates *plates, double t_s);

#endif
