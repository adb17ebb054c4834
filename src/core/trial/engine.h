/* The states of a trial: samples in, a series with its measured stretches out.
 * Does not analyse frames, compute metrics or judge; knows no clock but the samples' own.
 * Follows docs/protocols.md ("States"). All times are seconds since the first sample. */
#ifndef STANCE_CORE_TRIAL_ENGINE_H
#define STANCE_CORE_TRIAL_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/geometry.h"
#include "src/core/sample.h"
#include "src/core/trial/protocol.h"
#include "src/core/trial/record.h"

/* A foot that carries less than this share of the weight does not stand (clinical practice:
 * 5 % of body weight; docs/protocols.md). */
#define ENGINE_THIN_FRAC 0.05

/* How near to the sheet's edge a COP may come. */
#define ENGINE_EDGE_MM 20.0

enum session_state {
	SESSION_WAITING, /* for somebody to stand on the mat as the protocol asks */
	SESSION_SETTLING,
	SESSION_MEASURING,
	SESSION_DONE,
};
const char *session_state_name(enum session_state state);

/* Why a session was stopped from outside; SESSION_STOP_FINISH ends a free-running measurement
 * (an early end of a timed one is judged as such), the others make it interrupted. */
enum session_stop {
	SESSION_STOP_NONE,
	SESSION_STOP_FINISH,
	SESSION_STOP_ABORTED,
	SESSION_STOP_MAT_LOST,
	SESSION_STOP_DISK,
	SESSION_STOP_RECORDING_ENDS, /* a recording that was cut short, or the daemon died */
	SESSION_STOP_DAEMON,         /* the daemon was stopped */
	SESSION_STOP_DISK_SLOW,      /* it did not keep up */
};
#define SESSION_N_STOPS 8 /* their numbers stand in recordings: add at the end only */

struct engine_setup {
	const struct protocol *protocol;
	double duration_s, settle_s; /* of each phase */
	struct mat_geometry geometry;
};

/* A mean that leaves out what is absent. */
struct engine_mean {
	double sum;
	int n;
};

/* Return the mean, NaN of nothing. */
double engine_mean(const struct engine_mean *mean);

enum engine_foot { ENGINE_LEFT, ENGINE_RIGHT, ENGINE_N_FEET };

/* One measured stretch: rows first .. first + n - 1 of the series. */
struct engine_phase {
	int first, n;
	double start_s, end_s;
	bool complete;        /* it ran to its own end */
	bool stepped_off;     /* the mat was left, or the posture of a hold given up */
	double stepped_off_s; /* since start_s */
	uint64_t n_lost;      /* packets */
	int n_flag[SAMPLE_N_FLAGS];
	int n_thin;    /* frames with a foot below ENGINE_THIN_FRAC */
	double thin_s; /* when that was first, since start_s; NaN: never */
	int n_near_edge;
	int n_facing_back;
	struct engine_mean width_mm, fore[ENGINE_N_FEET], length_mm[ENGINE_N_FEET],
		axis_x[ENGINE_N_FEET], axis_y[ENGINE_N_FEET], heel_x_mm[ENGINE_N_FEET],
		heel_y_mm[ENGINE_N_FEET];
	/* axis: unit vector from heel to toe, so that angles near 180 degrees average, too */
	struct engine_mean u95_share;            /* of the left share, k = 2 */
	struct pos_mm heel_first[ENGINE_N_FEET]; /* at the start of the stretch */
	double moved_mm;      /* farthest that a heel went from there for a while */
	double moved_since_s; /* of the move being watched; NaN: none */
};

/* Caller-owned; read by those that judge and measure, written by engine.c alone. */
struct engine {
	struct engine_setup setup;
	enum session_state state;
	enum session_stop stop;
	int phase;
	int64_t t0_ns;
	bool has_t0;
	double now_s, since_s; /* since: when the state began */
	double ready_s;        /* since when the posture holds; NaN: it does not */
	double off_s;          /* since when it does not while it should; NaN */
	double thin_since_s;
	double empty_s; /* since when the mat is empty; NaN */
	bool arrives; /* the mat was empty, and both feet have not stood on it since */
	bool must_empty; /* the person has to leave the mat before the next phase */
	int mark;        /* rows before it belong to finished stretches */
	bool full;       /* the series has no room left */
	int n_up;        /* repetitions begun */
	bool is_up;
	/* Sit-to-stand: the last rise, the smoothed load, its top, its lowest since the person was
	 * up, and the top that n_up was counted by. */
	double up_s, level, level_top, level_low, counted_top;
	double period_s; /* of the samples, smoothed */
	struct trial_series series;
	struct engine_phase phases[RECORD_MAX_PHASES];
};

/* Rows that a series needs for this setup at `rate_hz`. */
int engine_capacity(const struct engine_setup *setup, double rate_hz);

/* Start waiting. `series` has its columns and capacity set, borrowed. */
void engine_init(struct engine *engine, const struct engine_setup *setup,
	const struct trial_series *series);

/* Take one sample, in rising t_ns, with the packets lost just before it. Allocates nothing. */
void engine_push(
	struct engine *engine, const struct stance_sample *sample, uint32_t n_lost);

/* End it now. The first stop counts. */
void engine_stop(struct engine *engine, enum session_stop why);

#endif
