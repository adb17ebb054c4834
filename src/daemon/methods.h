/* The methods of the socket: a table of names, roles and handlers.
 * Does not parse lines.
 * Follows docs/api.md ("Methods"). */
#ifndef STANCE_DAEMON_METHODS_H
#define STANCE_DAEMON_METHODS_H

#include "src/base/settings.h"
#include "src/daemon/archive.h"
#include "src/daemon/calibrating.h"
#include "src/daemon/calibrations.h"
#include "src/daemon/call.h"
#include "src/daemon/exchange.h"
#include "src/daemon/gate.h"
#include "src/daemon/live.h"
#include "src/daemon/mat_io.h"
#include "src/daemon/status.h"
#include "src/daemon/trainer.h"
#include "src/daemon/trials.h"
#include "src/ipc/server.h"

struct sd_event;
struct sd_event_source;

/* A tare whose answer is still owed. */
struct methods_tare {
	bool runs;
	struct call_owed owed;
	int n_frames;
	struct sd_event_source *timer;
};

/* A calibration that comes in pieces, from one client at a time. */
struct methods_import {
	uint64_t client;
	char *text; /* `total` bytes and a NUL; NULL: none */
	size_t n, total;
};

/* What the methods act on; borrowed. Set `mat` as soon as there is one. */
struct methods {
	struct sd_event *event;
	struct server *server;
	struct live *live;
	struct status *status;
	struct mat_io *mat;
	struct archive *archive;
	struct trials *trials;
	struct exchange *exchange; /* NULL: none */
	struct trainer *trainer;
	struct calibrations *calibrations;
	struct calibrating *calibrating;
	struct methods_import import;
	const char *state_dir;
	const struct settings *settings;
	struct methods_tare tare;
	/* As the worker last read it; true until it did: whom the lock holds waits for the store. */
	bool locked;
	bool lock_read;              /* the worker's, until the job is done */
	struct archive_job lock_job; /* reads it at the start */
};

/* One method: a row of the tables in methods.c and methods_NAME.c, ended by a NULL name. */
struct method {
	const char *name;
	unsigned roles; /* any of these may call it */
	void (*serve_fn)(const struct call *call);
};

#define METHODS_ANYONE     ROLE_VIEWER
#define METHODS_OPERATOR   (ROLE_STATION | ROLE_CLINICIAN | ROLE_TECHNICIAN)
#define METHODS_TECHNICIAN ROLE_TECHNICIAN

extern const struct method methods_of_mat[]; /* mat.*: methods_mat.c */
extern const struct method
	methods_of_trials[]; /* trial.start and on: methods_trial.c */
extern const struct method methods_of_running_trial
	[]; /* trial.mark, trial.repeat: methods_trial_during.c */
extern const struct method
	methods_of_training[]; /* training.arm and on: methods_training.c */
extern const struct method
	methods_of_calibrations[]; /* calibrate.*: methods_calibrate.c */
extern const struct method methods_of_calibration_files
	[]; /* those that read: methods_calibration_files.c */
extern const struct method methods_of_calibration_import
	[]; /* and the one that takes a file: methods_calibration_import.c */

extern const struct method
	methods_of_precheck[]; /* precheck, placement.save: methods_precheck.c */
extern const struct method methods_of_log[]; /* log.tail: methods_log.c */

/* Serve a method of the records (src/records/records.h) on the worker's thread; it exists and the peer
 * may call it, if the station is not locked or `gate` is open: methods_store.c. */
struct records_method;
void methods_store_serve(
	const struct call *call, const struct records_method *method, enum gate gate);

/* Write who a peer is, for the audit log. It may ask the network: from within a job. methods_store.c. */
void methods_name_peer(uid_t uid, char *out, size_t size);

/* Refuse because the station is locked. */
void methods_refuse_locked(struct rpc_error *error);

/* Return whether a client may not know whose trial or training runs: a mere viewer, and whom the lock holds while the
 * station is locked. server_handlers.is_veiled_fn. */
bool methods_veils(const struct conn *conn, void *ctx);

/* Learn from the store whether the station is locked; `m->archive` is set. */
void methods_begin(struct methods *m);

/* Serve one request; server_handlers.request_fn with `ctx` a struct methods. */
void methods_serve(struct conn *conn, const struct rpc_request *request, void *ctx);

/* Forget a tare that is under way; nobody is answered. */
void methods_fini(struct methods *methods);

#endif
