/* What the files of a calibration under way share: its state, the begin and end of each thing that is asked, and
 * its draft. Nobody else includes this.
 *
 *   calibrating.c         what is asked: one thing at a time, answered once
 *   calibrating_draft.c   the draft: found, made, taken back, thrown away
 *   calibrating_step.c    a step of the procedure on the live frames
 *   calibrating_fit.c     fit and judgement, by calibrating_work.h
 *   calibrating_accept.c  signed and put in force
 *   calibrating_check.c   the morning check on the live samples
 *
 * Follows calibrating.h. */
#ifndef STANCE_DAEMON_CALIBRATING_PARTS_H
#define STANCE_DAEMON_CALIBRATING_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/daemon/calibrating.h"
#include "src/daemon/calibrating_work.h"
#include "src/daemon/mat_check.h"

/* As the diagram in calibrating.h. */
enum calibrating_state {
	CALIBRATING_IDLE,
	CALIBRATING_OPENING,
	CALIBRATING_RUNNING,
	CALIBRATING_CHECKING,
	CALIBRATING_WORKING
};

struct calibrating {
	struct archive *archive;
	struct calibrations *calibrations;
	struct live *live;
	struct server *server;
	const char *state_dir;
	worker_fn *changed_fn;
	void *changed_ctx;
	enum calibrating_state state;
	struct calibrating_asker asker; /* done_fn NULL: nobody waits */
	const char *step;               /* that is being done */
	bool aborted;                   /* the running step, on request */
	struct procedure_request request;
	struct procedure_view view;   /* of the running step, at its end */
	enum procedure_state stepped; /* of the step, after the last frame */
	int64_t stepped_ns;           /* since when; 0: no frame yet */
	int64_t told_ns;
	struct calibration *draft;   /* NULL: none */
	struct candidate *candidate; /* of the draft's fit; NULL: not fitted */
	void *memory;                /* of the procedure, as is the next */
	struct procedure *procedure;
	uint64_t mat_number; /* counts mats: work about an old one is thrown away */
	uint64_t accepted_number; /* of the mat whose draft is being accepted */
	struct mat_check check;
	struct calibration_check kept;
};

/* --- calibrating.c: what was asked ---------------------------------------------------------- */

/* Return the wall clock; `utc_offset_min` may be NULL. */
int64_t calibrating_now_unix_ms(int *utc_offset_min);
/* Tell an asker, if there is one. */
void calibrating_tell(const struct calibrating_asker *asker,
	const struct calibrating_outcome *outcome);
/* Take the asker's thing on, or refuse him; `step` is static. */
bool calibrating_begin(struct calibrating *c, const char *step,
	enum calibrating_state state, const struct calibrating_asker *asker);
/* Idle again, then the answer: it may ask for the next thing. */
void calibrating_finish(
	struct calibrating *c, const struct calibrating_outcome *outcome);
void calibrating_finish_error(struct calibrating *c, const struct rpc_error *error);
void calibrating_finish_no_memory(struct calibrating *c);
void calibrating_finish_refused(struct calibrating *c, const char *reason);
/* Return true if nobody waits for the answer any more. */
bool calibrating_is_asker_gone(const struct calibrating *c);

/* --- calibrating_draft.c -------------------------------------------------------------------- */

void calibrating_close_draft(struct calibrating *c);
/* Return true if there is a draft; else the asker was told. */
bool calibrating_has_draft(struct calibrating *c);
/* Look for the mat's draft on the disk; `makes`: a step waits for it, make one if there is none. */
void calibrating_find_draft(struct calibrating *c, bool makes);
/* The draft is another one than was judged, or than was fitted. */
void calibrating_forget_judgement(struct calibrating *c);
void calibrating_forget_fit(struct calibrating *c);
/* Throw the mat's draft away, on the disk too, and answer. */
void calibrating_forget_all(struct calibrating *c);
/* Return a copy for the worker; NULL after the asker was told. */
struct calibrating_work *calibrating_copy_draft(struct calibrating *c);
/* Return true if what the worker found is about the draft that is there now. */
bool calibrating_is_of_draft(
	const struct calibrating *c, const struct calibrating_work *work);

/* --- calibrating_step.c --------------------------------------------------------------------- */

/* The draft is there: begin the step that was asked for. */
void calibrating_begin_step(struct calibrating *c);
/* The running step is given up. */
void calibrating_take_back(struct calibrating *c);
/* A frame came, or with NULL the stream broke. */
void calibrating_on_frame(const struct raw_frame *frame, void *ctx);

/* --- calibrating_check.c -------------------------------------------------------------------- */

void calibrating_break_check(struct calibrating *c);

#endif
