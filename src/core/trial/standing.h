/* How somebody stands now: means of the last second, whether the person holds still, and how far the feet are
 * from where they stood before. For the look before a trial.
 * Does not judge a trial (quality.h) and decides nothing.
 * Follows docs/api.md ("stance.precheck/1", "stance.placement/1"). Pure: memory is the caller's. */
#ifndef STANCE_CORE_TRIAL_STANDING_H
#define STANCE_CORE_TRIAL_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/sample.h"

#define STANDING_ROWS                                                                  \
	256 /* of the window: a second at 250 frames, less of faster mats */
#define STANDING_SPAN_S 1.0
#define STANDING_LEAST_S                                                               \
	0.8 /* of it must be there before anything is told; frames may be lost */

/* Still is: chosen, from what quiet standing on a mat of 10 mm cells shows in a second. */
#define STANDING_STILL_FRAC 0.03 /* of the load, farthest from the mean */
#define STANDING_STILL_MM   6.0  /* a heel, farthest from its mean */

/* As near to a saved placement as feet are put down again: chosen, two cells of a mat of 5 mm; d changes by 5 mm
 * between trials (docs/protocols.md). */
#define STANDING_LIMIT_MM  10.0
#define STANDING_LIMIT_DEG 5.0

struct standing_foot {
	bool present;
	struct pos_mm heel_mm;
	double direction_deg, length_mm;
};

struct standing_row {
	int64_t t_ns;
	double force_n, u95_n; /* NaN unknown */
	bool has_load;
	struct standing_foot foot[2]; /* left, right */
	double width_mm;
};

/* Caller-owned; all zero is empty. */
struct standing {
	int n, next;
	struct standing_row rows[STANDING_ROWS];
};

/* Take a frame, in rising time. Costs a row. */
void standing_push(struct standing *standing, const struct stance_sample *sample);

/* The stream broke. */
void standing_clear(struct standing *standing);

/* Means of the last second. */
struct standing_now {
	bool is_known;  /* enough frames, the last not older than half a second */
	bool has_load;  /* somebody or something is there, now */
	double force_n; /* NaN: the mat gives none */
	double u95_n;   /* k = 2, of the mean as of one frame; NaN unknown */
	bool is_steady; /* the load holds still */
	struct standing_foot foot[2];
	bool feet_still; /* both were there in all frames, and no heel moved */
	double width_mm; /* NaN unknown */
};

void standing_read(
	const struct standing *standing, int64_t now_ns, struct standing_now *out);

/* How far a foot is from where it was, in the frame of the person who stood there. */
struct standing_off {
	double dx_mm, dy_mm,
		angle_deg; /* + to the right, forward, turned to the right */
	bool ok;           /* within the limits */
};

/* `saved` are both feet, of which `side` is compared with `now`. */
struct standing_off standing_compare(
	const struct standing_foot saved[2], int side, const struct standing_foot *now);

#endif
