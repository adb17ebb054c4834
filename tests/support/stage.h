/* A simulated person does a whole trial in simulated time: scene to cells, cells to session; by way of the wire's
 * bytes if asked. No ports, no daemon and no clock, so that an hour of standing takes seconds.
 * Follows src/core/trial/session.h and docs/simulator.md. */
#ifndef STANCE_TESTS_SUPPORT_STAGE_H
#define STANCE_TESTS_SUPPORT_STAGE_H

#include "hw/sim/scene.h"
#include "hw/sim/timeline.h"
#include "src/core/trial/record.h"
#include "src/core/trial/session.h"
#include "tests/support/wire.h"

/* What was true and what the session made of it, frame by frame. */
typedef void stage_look_fn(double t_s, const struct scene_truth *truth,
	const struct stance_sample *sample, enum session_state state, void *ctx);

struct stage {
	/* Asked for: stage_defaults() sets them. */
	const char *protocol;
	struct scene_options scene; /* the timeline is set from the script */
	double rate_hz;
	double duration_s, settle_s; /* NaN: the protocol's */
	double cutoff_hz;
	double stop_s;    /* end by hand then; NaN: never */
	double give_up_s; /* longest time played */
	bool cue_at_once; /* the script's time begins with the first frame, else when measuring
			     begins */
	int lose_one_in; /* frames lost; 0: none */
	double lift_mm;  /* a plate under one foot, as told to the session; + right */
	bool by_wire; /* firmware, bytes and driver between sheet and session: wire.h */
	struct trial_person person;
	struct sensor sensor; /* of the sheet; all zero: uncalibrated. stage_sensor.h */
	void *sensor_memory;
	stage_look_fn *look; /* may be NULL */
	void *ctx;

	/* What came of it. */
	struct timeline line;
	double measuring_s; /* since the first frame: when measuring began; NaN: never */
	double end_s;       /* when the session was done */
	void *memory;
	struct session *session;
	struct wire wire;            /* with by_wire, while it plays */
	struct stance_sample sample; /* of the last frame that arrived */
	enum session_state state;
	int rc; /* of session_result() */
	struct trial_record record;
};

/* A person of 72 kg and 1.70 m who is known by name, on an ideal sheet of 48 x 48 cells at 100 Hz. */
void stage_defaults(struct stage *stage, const char *protocol);

/* Play `script` (may be "") until the session is done. Returns 0, or a negative errno if nothing could
 * be played or the session did not end in time. Release with stage_close(). */
int stage_play(struct stage *stage, const char *script);
void stage_close(struct stage *stage);

/* Is there a reason that holds these words? */
bool stage_says(const struct stage *stage, const char *words);

/* Print verdict and reasons, for a failing test. */
void stage_print(const struct stage *stage);

#endif
