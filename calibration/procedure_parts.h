/* What the files of the procedure share: one watch over every frame, a place to average moments in, and a
 * step of each kind. Nobody else includes this.
 * Does not know files, clocks or the fit.
 * Follows docs/calibration.md, "The procedure". */
#ifndef STANCE_CALIBRATION_PROCEDURE_PARTS_H
#define STANCE_CALIBRATION_PROCEDURE_PARTS_H

#include "calibration/procedure.h"
#include "calibration/select.h"

#include "src/core/carve.h"

#define PROCEDURE_N_RING 256 /* frames' totals, at least RING_STEP_S apart */
#define PROCEDURE_N_BINS 16  /* tenths of a second */
#define PROCEDURE_N_STEPS                                                              \
	5000 /* of the histogram of frame intervals, PROCEDURE_STEP_S each */
#define PROCEDURE_STEP_S    1e-4
#define PROCEDURE_MAX_SWAY  16384 /* points of a COP at rest */
#define PROCEDURE_N_MOMENTS 48    /* of one load or creep step */
#define PROCEDURE_NINTHS    9 /* the mat in three times three parts, front left first */

#define PROCEDURE_FULL_FRAC                                                            \
	0.98 /* of full scale: the last bit would be steep and say no more */
#define PROCEDURE_GHOST_FRAC 0.15 /* of the usual cell: less may be crosstalk */

static inline double procedure_linearise(double count, double full)
{
	count = count < PROCEDURE_FULL_FRAC * full ? count : PROCEDURE_FULL_FRAC * full;
	return count / (full - count);
}

/* A total as it went by. */
struct procedure_tick {
	double t_s;
	double total_u; /* of all cells in contact, linearised */
	double rise_u;  /* of what grew since before the movement */
};

/* A tenth of a second of the load. */
struct procedure_bin {
	double t_s, load_u, x_mm, y_mm;
};

/* What every frame is looked at for. Linearised means c / (full - c), less the same of the zero. */
struct procedure_watch {
	/* maps, n_cells each */
	float *limit_cnt;  /* above it a cell is in contact; without a zero: never */
	float *zero_u;     /* the zero, linearised */
	float *second_cnt; /* sums of the running second */
	float *mean_cnt;   /* of the last full second */
	float *before_u;   /* what stood there before the movement, or a moment ago */
	float *block_u;    /* sums of the running block */
	float *scratch;    /* two maps, for whoever needs them within a call */
	uint16_t *contact; /* indices of the cells in contact, n_contact */
	float *contact_u;  /* and what they carry, linearised */
	/* of the zero in force */
	bool has_zero;
	double noise_cnt, floor_u; /* sd of an ordinary cell; a load that is none */
	/* of the last frame */
	double t_s;
	int n_contact, n_full;
	int n_area;                       /* of them without what may be crosstalk */
	double load_cnt, load_u, usual_u; /* usual: of a cell, weighted by itself */
	double x_mm, y_mm, rise_u, fall_u, rise_x_mm, rise_y_mm;
	/* the last second and a half, in tenths */
	struct procedure_bin bins[PROCEDURE_N_BINS];
	struct procedure_bin bin; /* sums of the running one */
	int n_bins, n_in_bin;
	double bin_from_s;
	/* movements */
	struct procedure_tick ring[PROCEDURE_N_RING];
	int n_ring, i_ring;
	int n_in_block;
	double block_from_s, before_total_u;
	bool has_before, is_moving;
	bool is_occupied; /* something stands there, not only what a load left behind */
	double moving_since_s;
	double arrival_s;    /* when what stands there came; NaN: not seen */
	double arrived_frac; /* how much of the load came then */
	double arrival_x_mm,
		arrival_y_mm; /* and where, free of what the load before left */
	double replaced_u;    /* what stood there before it came */
	double departed_s;    /* when the mat became empty; NaN: it did not */
	double settled_s;     /* the end of the last movement */
	int n_moves;   /* movements that changed the load, for whoever compares */
	bool is_fresh; /* a movement ended with this frame */
	/* the running second */
	double second_from_s;
	bool second_moved;
	int n_in_second, n_second; /* frames in it, and in the last full one */
	double shift_cnt; /* of the cells that carry nothing, against the zero; NaN unknown */
	bool zero_was_loaded; /* cells read less than their zero, together: something stood there */
	char hole_name[24]; /* and where */
};

/* Frames of one step. */
struct procedure_timing {
	int n_frames, n_lost;
	double first_s, last_s;
	double worst_gap_s;
	uint32_t steps[PROCEDURE_N_STEPS];
};

/* One moment being averaged. */
struct procedure_take {
	float *sum_cnt; /* n_cells */
	int n;
	double first_s, last_s;
};

/* A step that watches one load: load, verify, creep. */
struct procedure_load {
	double onset_s; /* NaN: not seen */
	double from_s;  /* what times count from: the onset, else the begin */
	double read_s, end_s;
	int i_moment;      /* of the schedule */
	double taken_s;    /* when this load was taken for the one asked for */
	double unsteady_s; /* when it last was */
	double worst_frac; /* and how much */
	bool onset_seen;
};

/* A line that lies on the mat: places on the axis that it moves along, lines across that axis. */
struct procedure_line {
	bool columns; /* it lies along the columns and moves along x; else along rows and y */
	double at_mm;        /* its middle */
	int first, last;     /* lines that it touches */
	double strength_cnt; /* mean of its cells above their zero */
};

/* A sweep of the roller. */
struct procedure_sweep {
	bool is_on;
	bool columns;
	int direction;         /* +1, -1, 0 not known yet */
	double from_mm, to_mm; /* its start and the farthest place so far */
	int first_moment;      /* of those kept since the farthest place */
	double kept_mm;        /* where the last moment was kept; NaN none */
	double taken_mm; /* where the frames of the next one begin; NaN nowhere yet */
	double seen_s;   /* when a line was last seen */
	double still_mm, still_s; /* since when it has not moved */
};

struct procedure_roll {
	struct procedure_sweep sweep;
	struct procedure_line line; /* the last that was seen */
	int pass, n_sweeps, n_wanted;
	double strength_cnt;
	int n_strength;
	bool started;
};

struct procedure_stair {
	int i;          /* of the mass that stands there */
	double since_s; /* when it came */
	double taken_s, x_mm,
		y_mm;      /* when and where the first mass was taken for that */
	double clear_s;    /* since when its line can be told */
	double quiet_s;    /* since when the load belongs to it alone */
	double bin_s;      /* the last tenth of a second that was looked at */
	double change_s;   /* when a change was seen that is not over; NaN none */
	double expected_u; /* what the level would read by now without it */
	double kept_s;     /* end of the last moment */
	double level_u[PROCEDURE_MAX_MASSES]; /* at the end of each */
};

struct procedure_zero {
	float *reference_cnt, *sum_cnt,
		*sum2_cnt; /* n_cells each: first frame, deviations */
	double *tile_sum, *tile_sum2, *tile_time; /* PROCEDURE_MAX_TILES each */
	double time_sum, time_sum2;               /* over the frames */
	int n;
	double from_s;
	char where[24];
};
#define PROCEDURE_MAX_TILES 64 /* eight by eight */

struct procedure {
	struct procedure_setup setup;
	struct readings *readings;
	int n_cells;
	enum procedure_state state;
	struct procedure_request request;
	struct procedure_view
		view; /* hint, reason, notes; the figures are filled in when asked */
	struct procedure_watch watch;
	struct procedure_timing timing;
	struct procedure_take take;
	struct procedure_load load;
	struct procedure_roll roll;
	struct procedure_stair stair;
	struct procedure_zero zero;
	int64_t last_t_ns;
	double begin_s,
		state_s; /* when the step and its state began; NaN before a frame */
	double end_s;    /* when this state ends at the latest; NaN: no fixed end */
	struct reading *reading; /* of the running step, NULL none yet */
	/* the step before, while its load still stands */
	struct procedure_request last;
	bool has_last;
	int last_moves;
	int standing; /* the reading whose load has not moved since its step was over; -1 none */
	int n_empty; /* moments of the empty mat kept after a verification weight */
	uint8_t *coverage; /* n_cells */
	double *sway_t_s, *sway_x_mm, *sway_y_mm, *sway_work;
	int n_sway;
};

/* --- procedure.c ---------------------------------------------------------------------------------- */

/* Change the state, with its clock. */
void procedure_enter(struct procedure *p, enum procedure_state state);
/* End the step: what it leaves in readings is complete, or taken away. `reason` is already written. */
void procedure_finish(struct procedure *p);
void procedure_refuse(struct procedure *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void procedure_note(struct procedure *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void procedure_hint(struct procedure *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Begin the step's reading, with what the request says; false: no room, the step is refused. */
bool procedure_open(struct procedure *p);

/* --- procedure_request.c -------------------------------------------------------------------------- */

/* Return 0, or -EINVAL with a sentence. */
int procedure_request_check(const struct procedure *p,
	const struct procedure_request *request, char *message, size_t size);

/* --- procedure_watch.c ---------------------------------------------------------------------------- */

void procedure_watch_carve(struct procedure_watch *w, struct carve *carve, int n_cells);
/* Take the zero of the readings as the one in force. */
void procedure_watch_zero(struct procedure *p);
void procedure_watch_push(struct procedure *p, const struct raw_frame *frame);
/* Forget what was seen of the load: after a break. */
void procedure_watch_reset(struct procedure *p);
/* Take the mat as known to be empty now. */
void procedure_watch_empty(struct procedure *p);
/* Return how far the last second's load leaves a straight line, relative; NaN: not long enough. */
double procedure_watch_unrest(const struct procedure_watch *w);
/* Return how much the load changed over the last second, relative; NaN: not long enough. */
double procedure_watch_change(const struct procedure_watch *w);
/* Return how far the load's middle went over the last second, mm; NaN: not long enough. */
double procedure_watch_wander(const struct procedure_watch *w);
/* Return true if something stands there that came, or that was there from the start. */
bool procedure_watch_loaded(const struct procedure_watch *w);

/* --- procedure_second.c: the empty mat, once a second --------------------------------------------- */

void procedure_second_end(struct procedure *p);
/* Add the notes about the zero that the watch has. */
void procedure_second_notes(struct procedure *p);

/* A patch of cells that stand out together. */
struct procedure_patch {
	int n;           /* cells; 0 none */
	double row, col; /* its middle */
};

/* Find the largest patch in `map` (n_cells) where the median of each cell and its neighbours is more
 * than `limit` above `level`. `scratch`: two maps. */
struct procedure_patch procedure_patch_find(const struct mat_geometry *geometry,
	const float *map, double level, double limit, float *scratch);
/* Return the level and the spread (robust sd) of such medians over the whole map. */
void procedure_patch_background(const struct mat_geometry *geometry, const float *map,
	float *scratch, double *level, double *spread);
/* Return how many cells a patch needs to be something: about a quarter of a small sole. */
int procedure_patch_least(const struct mat_geometry *geometry);
/* Return "front left", "middle", ... of a place among the cells. */
const char *procedure_ninth_name(int ninth);
int procedure_ninth_of(const struct mat_geometry *geometry, double row, double col);

/* --- procedure_take.c ----------------------------------------------------------------------------- */

void procedure_take_add(struct procedure *p, const struct raw_frame *frame);
void procedure_take_clear(struct procedure *p);
/* Keep the average as a moment of the reading: the cells that stand out of their noise, or all cells of the lines
 * first..last (rows, or columns if `columns`) and no others; last < 0: no lines. Returns false if there is no room. */
bool procedure_take_keep(struct procedure *p, double mass_kg, int pass, int first,
	int last, bool columns);

void procedure_timing_clear(struct procedure_timing *t);
void procedure_timing_add(struct procedure_timing *t, double t_s, int n_lost);
/* Fill rate, losses and jitter of a reading. */
void procedure_timing_tell(const struct procedure_timing *t, struct reading *reading);

/* Collect the COP at rest, and measure it. */
void procedure_sway_add(struct procedure *p);
void procedure_sway_tell(struct procedure *p, struct reading *reading);

/* --- one file a step: the frame that the watch has looked at -------------------------------------- */

void procedure_zero_begin(struct procedure *p);
void procedure_zero_push(struct procedure *p, const struct raw_frame *frame);
void procedure_load_begin(struct procedure *p);
#define PROCEDURE_KG_SIZE 16
/* Write a mass as people say it: "60 kg", "2.50 kg". Returns `text`. */
const char *procedure_kg(char text[PROCEDURE_KG_SIZE], double mass_kg);
void procedure_load_push(struct procedure *p, const struct raw_frame *frame);
/* Return true if a load stands there that may be the one asked for; say why none did. */
bool procedure_load_may_start(const struct procedure *p);
void procedure_load_give_up(struct procedure *p);
struct pos_mm procedure_load_place(const struct procedure *p);
/* Between steps: keep the empty mat after a verification weight, for the return to zero. */
void procedure_load_empty(struct procedure *p, const struct raw_frame *frame);
void procedure_roll_begin(struct procedure *p);
void procedure_roll_push(struct procedure *p, const struct raw_frame *frame);
void procedure_stair_begin(struct procedure *p);
void procedure_stair_push(struct procedure *p, const struct raw_frame *frame);

/* Count again which cells rollers pressed, from the readings. */
void procedure_roll_recount(struct procedure *p);
double procedure_roll_coverage(const struct procedure *p);

/* --- procedure_compare.c: a load beside the others ------------------------------------------------ */

/* Note what is wrong with this load, seen beside the earlier ones: pounds, swapped, too light. */
void procedure_compare_notes(struct procedure *p);
/* Note cells that were pressed by rollers and carry nothing amid load now. */
void procedure_compare_cells(struct procedure *p);

/* --- procedure_next.c ----------------------------------------------------------------------------- */

/* Write what comes next in the recommended order. */
void procedure_next(const struct procedure *p, char *text, size_t size);

#endif
