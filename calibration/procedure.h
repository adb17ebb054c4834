/* The steps of a calibration, each watching the mat frame by frame until it has what it needs or can say
 * why not. Pure: frames and requests in, readings, hints and problems out.
 * Does not fit, store or speak to anybody. Follows docs/calibration.md, "The procedure".
 *
 *   idle --begin--> waiting --the mat shows what the step wants--> measuring --enough--> done
 *                      |                    |                                              |
 *                      +--time is up, loaded when it must be empty, ...--> refused <-------+ (judged bad)
 *   done, refused --begin--> waiting; any --abort--> idle (the step's reading is taken away)
 */
#ifndef STANCE_CALIBRATION_PROCEDURE_H
#define STANCE_CALIBRATION_PROCEDURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calibration/readings.h"
#include "src/core/frame.h"

#define PROCEDURE_MAX_MASSES 16
#define PROCEDURE_TEXT_SIZE  192
#define PROCEDURE_MAX_NOTES  6

/* Times, seconds; docs/calibration.md says why. Contract: zero <= 10, load <= 15 after it stands. */
#define PROCEDURE_WAIT_S      30.0 /* for a weight to come */
#define PROCEDURE_ROLL_S      60.0 /* for all passes of one roll step */
#define PROCEDURE_ROLL_PASSES 2    /* by default */
#define PROCEDURE_STAIR_S     3.0  /* each mass of the staircase */
#define PROCEDURE_CREEP_S     120.0

struct procedure_setup {
	struct mat_geometry geometry;
	uint32_t full_scale;
	double rate_hz; /* nominal */
};

struct procedure_request {
	enum reading_kind kind;
	double mass_kg;    /* load, creep, verify; roll: NaN not known */
	double x_mm, y_mm; /* NaN: not said */
	int n_passes;      /* roll; 0: the default */
	int n_masses;      /* staircase */
	double masses_kg[PROCEDURE_MAX_MASSES];
	int64_t at_unix_ms; /* wall clock, a label */
	double temperature_c;
};

enum procedure_state {
	PROCEDURE_IDLE,
	PROCEDURE_WAITING,
	PROCEDURE_MEASURING,
	PROCEDURE_DONE,
	PROCEDURE_REFUSED,
};

/* Return the state's word in documents: "idle", "waiting", ... */
const char *procedure_state_name(enum procedure_state state);

/* What a screen shows while a step runs, and what the step's document tells at its end. */
struct procedure_view {
	enum procedure_state state;
	enum reading_kind kind;
	char hint
		[PROCEDURE_TEXT_SIZE]; /* what to do now: "Hold still", "Empty the mat", ... */
	char next[PROCEDURE_TEXT_SIZE];   /* once done: what comes next */
	char reason[PROCEDURE_TEXT_SIZE]; /* refused: why, and what to do about it */
	int n_notes;                      /* done, but look at these */
	char notes[PROCEDURE_MAX_NOTES][PROCEDURE_TEXT_SIZE];
	double elapsed_s, remaining_s; /* of this state; NaN without a fixed end */
	double load_cnt; /* sum above zero, counts: how much stands there, roughly */
	struct pos_mm at_mm; /* its centre; NaN on an empty mat */
	double radius_mm; /* of a disc of the same contact area; NaN on an empty mat */
	double steadiness_frac; /* change of the load over the last second, relative; NaN unknown */
	double coverage_frac; /* roll: of all cells so far; else NaN */
	int n_sweeps;         /* roll: completed in this step */
	double mass_now_kg; /* staircase: the mass that should stand there now; else NaN */
	int i_mass;         /* staircase: its number from 0 */
	int n_frames, n_lost;
};

struct procedure;

/* Return the bytes that a procedure of this setup takes, 0 if it is out of range. */
size_t procedure_size(const struct procedure_setup *setup);

/* Build one in `memory` (aligned to 64), adding to `readings`, which is borrowed and may hold those of
 * an earlier sitting. Returns 0, -EINVAL, -ENOBUFS. */
int procedure_init(void *memory, size_t size, const struct procedure_setup *setup,
	struct readings *readings, struct procedure **out);

/* Begin a step. Returns 0; -EBUSY while one runs; -EINVAL with a sentence in `message` (`size` bytes):
 * a mass that cannot be, a place beside the mat, no zero yet, too few masses, no room for more. */
int procedure_begin(struct procedure *procedure,
	const struct procedure_request *request, char *message, size_t size);

/* Take a frame, in rising t_ns, whether a step runs or not: between steps the empty mat is watched.
 * Allocates nothing. Returns the state after it. */
enum procedure_state procedure_push(
	struct procedure *procedure, const struct raw_frame *frame);

/* The stream broke or the mat went: a running step is refused, with a reason. */
void procedure_break(struct procedure *procedure);

/* Give the running step up; its reading goes. */
void procedure_abort(struct procedure *procedure);

/* Write how it stands. */
void procedure_view(const struct procedure *procedure, struct procedure_view *view);

/* Return which cells were pressed by rollers so far (0, 1 per cell, n_rows * n_cols) for the map. */
const uint8_t *procedure_coverage(const struct procedure *procedure);

/* Take reading `item` back (or, `dropped` false, in again). Returns 0 or -ENOENT. */
int procedure_drop(struct procedure *procedure, int item, bool dropped);

#endif
