/* The procedure on the live frames: one step at a time, the draft that it fills, its fit and judgement,
 * and the morning check. The draft is on the disk after each finished step, so that a restart of the daemon
 * or a mat that was unplugged goes on where it was.
 * Does not know the steps (calibration/procedure.h) nor what is in force (calibrations.h).
 * Follows docs/calibration.md ("The procedure") and docs/api.md ("Calibrating"):
 *
 *   idle --step--> opening --draft is there--> running --done--> working (saving) --> idle: answered
 *                                                |--refused, aborted, asker gone--> idle: answered
 *   idle --fit, judge, accept, drop, forget--> working --> idle: answered
 *   idle --check--> checking --enough--> working (keeping) --> idle: answered
 */
#ifndef STANCE_DAEMON_CALIBRATING_H
#define STANCE_DAEMON_CALIBRATING_H

#include <stdbool.h>
#include <stdint.h>

#include "calibration/file/calibration.h"
#include "calibration/procedure.h"
#include "src/daemon/archive.h"
#include "src/daemon/calibrations.h"
#include "src/daemon/live.h"
#include "src/ipc/rpc.h"
#include "src/ipc/server.h"

struct calibrating;

/* How something ended. Borrowed during the call. */
struct calibrating_outcome {
	struct rpc_error error; /* code 0: none, and the rest says how it went */
	bool ok, timed_out;
	const char *step;                 /* its word in docs/api.md */
	int item;                         /* of the draft, -1 none */
	const struct procedure_view *saw; /* NULL: no frames */
	const char *note;                 /* besides those of `saw`; "" none */
	const char *reason;               /* not ok: why; "" */
	const char *next;                 /* "" not said */
	const struct fit_report *report;  /* fit; NULL */
	const struct sensor_budget *budget;
	const struct verify_result *verification; /* judge; NULL */
	const struct calibration_check *check;    /* check; NULL */
	const char *id, *state;                   /* accept: now in force; NULL */
};

typedef void calibrating_done_fn(const struct calibrating_outcome *outcome, void *ctx);

/* Who asked: answered once, at the end, unless he has gone. */
struct calibrating_asker {
	uint64_t client; /* number of his connection */
	calibrating_done_fn *done_fn;
	void *ctx;
};

/* `changed_fn` comes when a step begins or ends. Returns 0 or -ENOMEM. */
int calibrating_new(struct archive *archive, struct calibrations *calibrations,
	struct live *live, struct server *server, const char *state_dir,
	worker_fn *changed_fn, void *ctx, struct calibrating **out);

/* Take a running step back, wait for what was posted, free; NULL does nothing. */
void calibrating_free(struct calibrating *calibrating);

/* Another mat came (calibrations_take_mat() was called before): look its draft up. */
void calibrating_take_mat(struct calibrating *calibrating);

/* Return whether anything is being done: nothing else may begin, no trial either. */
bool calibrating_is_busy(const struct calibrating *calibrating);

/* Return the word of the step that runs, NULL between steps. */
const char *calibrating_step_name(const struct calibrating *calibrating);

/* Do one thing each. The asker is told in every case, possibly before the call returns. */
void calibrating_step(struct calibrating *calibrating,
	const struct procedure_request *request, const struct calibrating_asker *asker);
void calibrating_fit(struct calibrating *calibrating, double placing_mm,
	double mass_frac, const struct calibrating_asker *asker);
void calibrating_judge(struct calibrating *calibrating, double placing_mm,
	const struct calibrating_asker *asker);
void calibrating_accept(struct calibrating *calibrating, const char *operator_name,
	const struct calibrating_asker *asker);
void calibrating_check(struct calibrating *calibrating, double mass_kg,
	const struct calibrating_asker *asker);
void calibrating_drop(struct calibrating *calibrating, int item, bool dropped,
	const struct calibrating_asker *asker);
void calibrating_abort(struct calibrating *calibrating, bool all,
	const struct calibrating_asker *asker);

/* Return the draft, NULL without one; its readings change with every frame. */
const struct calibration *calibrating_draft(const struct calibrating *calibrating);

/* Write how the procedure stands and return true; false if none has begun. `coverage`: as
 * procedure_coverage(). */
bool calibrating_view(const struct calibrating *calibrating,
	struct procedure_view *view, const uint8_t **coverage);

#endif
