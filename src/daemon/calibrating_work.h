/* What a calibration does on the worker's thread: its draft found, kept, forgotten; fitted, judged. Each on
 * a copy of the draft, so that frames go on meanwhile.
 * Does not run steps: calibrating.h does, on the loop's thread. */
#ifndef STANCE_DAEMON_CALIBRATING_WORK_H
#define STANCE_DAEMON_CALIBRATING_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "calibration/file/calibration.h"
#include "src/daemon/candidate.h"
#include "src/daemon/worker.h"

struct calibrating_work;
typedef void calibrating_work_fn(struct calibrating_work *work);

/* One job. The worker's while it is posted, the loop's otherwise. */
struct calibrating_work {
	struct worker_job job;
	calibrating_work_fn *done_fn; /* on the loop's thread; frees it */
	const char *state_dir;
	void *owner;
	uint64_t mat_number;           /* the owner's, as it was */
	struct calibration_device mat; /* open, forget */
	bool makes;                    /* open: make one if there is none */
	double placing_mm, mass_frac;
	/* In: a copy of the draft. Out: with what was found; of open, the draft itself, NULL if there is none. */
	struct calibration *calibration;
	struct candidate *candidate; /* open, fit: of what is fitted; NULL: nothing */
	bool has_result;             /* fit: `report` says how it went */
	int err;                     /* 0 or negative */
	char message[256];
	const char *note; /* static; done, but this should be known; "" none */
};

/* Make one, with a copy of `draft` unless that is NULL. Returns NULL without memory. */
struct calibrating_work *calibrating_work_new(const char *state_dir,
	const struct calibration *draft, uint64_t mat_number, void *owner);
void calibrating_work_free(struct calibrating_work *work);

/* Post one of these. */
void calibrating_work_open(struct calibrating_work *work, struct worker *worker,
	const struct calibration_device *mat, bool makes, calibrating_work_fn *done_fn);
void calibrating_work_save(struct calibrating_work *work, struct worker *worker,
	calibrating_work_fn *done_fn);
void calibrating_work_forget(struct calibrating_work *work, struct worker *worker,
	const struct calibration_device *mat, calibrating_work_fn *done_fn);
void calibrating_work_fit(struct calibrating_work *work, struct worker *worker,
	double placing_mm, double mass_frac, calibrating_work_fn *done_fn);
void calibrating_work_judge(struct calibrating_work *work, struct worker *worker,
	double placing_mm, calibrating_work_fn *done_fn);

#endif
