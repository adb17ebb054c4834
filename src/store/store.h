/* The station's memory: patients, visits, trials, their numbers and series, and an audit log.
 * SQLite in WAL mode, synchronous FULL, one transaction per call that changes anything. Raw frames
 * lie beside it in recordings (recording.h). One thread at a time per struct store; a second,
 * read-only store on the same folder may be open in another thread or process.
 * Does not encode JSON and does not measure. Follows docs/store.md. */
#ifndef STANCE_STORE_STORE_H
#define STANCE_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/trial/record.h"

struct store;

#define STORE_MESSAGE_SIZE 512
#define STORE_NOTES_SIZE   2048
#define STORE_TEXT_SIZE    501
#define STORE_WORDS_SIZE   256 /* all words of a list at once */

/* Open DIR/stance.db, making it or migrating it from every earlier version as needed. Read-only
 * neither makes nor migrates. Returns 0; -ENOENT (read-only and nothing there); -EBADMSG damaged;
 * -EPROTO written by a later version; -ENOSPC; -EBUSY; another negative errno. `message` then says
 * what to do. `*out` is freed with store_close(). */
int store_open(const char *dir, bool read_only, struct store **out, char *message,
	size_t size);
void store_close(struct store *store);

/* Return the folder that it was opened with, borrowed: what belongs to the store lies beside it. */
const char *store_folder(const struct store *store);

/* All functions below return 0 (or a count) or a negative errno: -ENOENT no such thing, -EEXIST,
 * -ENOSPC disk full (nothing was changed), -EROFS, -EBADMSG damaged, -EIO. Results are written only
 * on success. `by` names who did it, for the audit log. */

struct store_patient {
	int64_t id;
	char code[RECORD_CODE_SIZE]; /* pseudonym, unique, case kept */
	char sex;                    /* 'M', 'F', 0 unknown */
	int birth_year;              /* 0 unknown */
	double stature_m, mass_kg;   /* NaN unknown */
	char notes[STORE_NOTES_SIZE];
	int64_t created_unix_ms;
	int64_t n_trials;
	/* Beside the mat. Lists of words of patient_words.h, blanks between: "" not asked, "none". */
	char pain_sites[STORE_WORDS_SIZE], red_flags[STORE_WORDS_SIZE];
	double extension_deficit_deg[2];     /* left, right; NaN unknown */
	char knee_axis[2][RECORD_WORD_SIZE]; /* neutral, varus, valgus, "" unknown */
	char surgery[STORE_TEXT_SIZE], restrictions[STORE_TEXT_SIZE];
};

/* Set all of a patient to unknown. */
void store_patient_init(struct store_patient *patient);

int store_patient_add(struct store *store, const struct store_patient *patient,
	const char *by, int64_t *id);
/* Replace what is known of patient `id`; the earlier state stays in the audit log. */
int store_patient_update(
	struct store *store, const struct store_patient *patient, const char *by);
int store_patient_get(struct store *store, const char *code, struct store_patient *out);

typedef int store_patient_fn(const struct store_patient *patient, void *ctx);
/* Call `fn` for at most `limit` patients whose code comes after `after` ("" : from the first), in
 * byte order; a non-zero return of `fn` ends it. Returns the number of calls. */
int store_patient_list(struct store *store, const char *after, int limit,
	store_patient_fn *fn, void *ctx);

/* One line of what is found. */
struct store_patient_line {
	char code[RECORD_CODE_SIZE];
	char sex;
	int birth_year;
	int64_t n_trials;
	int64_t last_visit_id; /* the newest that has trials; 0: none */
	int64_t last_visit_unix_ms;
	int last_visit_offset_min;
	int64_t open_visit_id; /* the newest that is not closed; 0: none */
	bool red_flag;
	bool waits; /* on the worklist */
};

typedef int store_found_fn(const struct store_patient_line *line, void *ctx);
/* Find patients whose code holds `query`, without regard to the case of ASCII letters; "" finds all. What begins
 * with it comes first, each part by code. Calls `fn` for at most `limit` after the first `offset`. Returns the
 * number of calls; `*total` receives how many there are. */
int store_patient_find(struct store *store, const char *query, int64_t offset,
	int limit, store_found_fn *fn, void *ctx, int64_t *total);

/* The same of one patient, and how many visits there are. -ENOENT. */
int store_patient_line(struct store *store, const char *code,
	struct store_patient_line *out, int64_t *n_visits);

/* Forget a person: identity, notes, visits, trials, series, overwritten in the file; their recordings
 * are deleted. The audit log keeps its entries without names, and that an erasure happened. -EBUSY
 * while a trial of theirs runs. */
int store_patient_erase(struct store *store, const char *code, const char *by);

struct store_visit {
	int64_t id;
	char uid[33];
	char patient[RECORD_CODE_SIZE];
	char protocol[RECORD_WORD_SIZE]; /* planned; "" none */
	int64_t started_unix_ms;
	int utc_offset_min;
	bool closed;
	int64_t n_trials;
	char plan
		[RECORD_WORD_SIZE]; /* key of a plan (src/core/trial/plan.h); "" none */
	bool shared;                /* its results may be shown to the patient */
	int signed_version;         /* of its report; 0: not signed */
};

/* What the patient's card says of deficits, pain and red flags is noted beside the visit, and the oldest entry of
 * the worklist that waits for the patient is measured by it. */
int store_visit_start_planned(struct store *store, const char *patient,
	const char *protocol, const char *plan, const char *by, int64_t *id);
/* The same without a plan. */
int store_visit_start(struct store *store, const char *patient, const char *protocol,
	const char *by, int64_t *id);
/* Plan otherwise, "": nothing. -EPERM when the visit is closed. */
int store_visit_set_plan(
	struct store *store, int64_t id, const char *plan, const char *by);
/* Leave a step of the visit's plan out. -EPERM when the visit is closed or has no plan. */
int store_visit_skip(
	struct store *store, int64_t id, int step, const char *reason, const char *by);
typedef void store_skip_fn(int step, const char *reason, void *ctx);
/* Call `fn` with what was left out of the plan that the visit has now. */
int store_visit_skips(struct store *store, int64_t id, store_skip_fn *fn, void *ctx);
/* Show the visit's results to the patient, and no other's; or not any more. */
int store_visit_share(struct store *store, int64_t id, bool shared, const char *by);
/* The visit that is shown. -ENOENT. */
int store_visit_shared(struct store *store, struct store_visit *out);
/* The newest open visit that began after `since_unix_ms`. -ENOENT. */
int store_visit_open(
	struct store *store, int64_t since_unix_ms, struct store_visit *out);
int store_visit_get(struct store *store, int64_t id, struct store_visit *out);
typedef int store_visit_fn(const struct store_visit *visit, void *ctx);
/* Call `fn` for at most `limit` visits, the newest first: of one patient (NULL: everybody's), and only
 * those with a number below `before_id` (0: from the newest); a non-zero return of `fn` ends it.
 * Returns the number of calls; -ENOENT if there is no such patient. */
int store_visit_list(struct store *store, const char *patient, int64_t before_id,
	int limit, store_visit_fn *fn, void *ctx);
/* -EPERM when the visit is closed or belongs to another patient than the trial. */
int store_visit_add(
	struct store *store, int64_t visit_id, int64_t trial_id, const char *by);
int store_visit_close(struct store *store, int64_t id, const char *by);

/* Note a number beside a visit; NaN takes the last one back. -ENOENT; -EPERM when the visit is closed. */
int store_visit_note(struct store *store, int64_t visit_id, const char *key,
	double value, const char *by);

/* Call `fn` with the latest of each key. */
typedef void store_note_fn(const char *key, double value, void *ctx);
int store_visit_notes(
	struct store *store, int64_t visit_id, store_note_fn *fn, void *ctx);

/* Write 128 random bits as 32 hexadecimal digits, which name a trial on every station. */
int store_new_uid(char uid[33]);

/* Begin a trial: a row that says it is running, so that a crash leaves a trace. `record` carries the
 * identity and conditions; its patient and visit must exist (-ENOENT),
 * the visit be open and the patient's (-EPERM), its uid be one of store_new_uid() (-EINVAL, -EEXIST).
 * One that is voided from the first (practice) stays so, whatever becomes of it.
 * -ENOSPC if there is not enough room to record and end it: then begin nothing. */
int store_trial_begin(
	struct store *store, const struct trial_record *record, int64_t *id);

/* Complete a begun trial in one transaction: numbers, reasons, series. Only a running one (-EPERM
 * otherwise): what is finished is never changed. `series` may be NULL. */
int store_trial_finish(struct store *store, const struct trial_record *record,
	const struct trial_series *series);

/* Take back a running trial as if it had never begun, for nobody came to it: its row goes, its number
 * is not used again, its recording is the caller's to delete. -EPERM unless it runs. */
int store_trial_discard(struct store *store, int64_t id);

/* Give up the space that is kept for a full disk (a file beside the database), so that what was
 * measured can still be stored; it is taken again when there is room. Returns 0, or -ENOENT if there
 * is nothing to give up. */
int store_reserve_release(struct store *store);

int store_trial_get(struct store *store, int64_t id, struct trial_record *out);

/* Read a trial's series; arrays in one block on the heap, freed with store_series_free(). */
int store_trial_series(struct store *store, int64_t id, struct trial_series *out);
void store_series_free(struct trial_series *series);

/* One line of a listing. */
struct store_trial_line {
	int64_t id, visit_id;
	char patient[RECORD_CODE_SIZE];
	char protocol[RECORD_WORD_SIZE];
	int64_t started_unix_ms;
	int utc_offset_min;
	double duration_s;
	enum trial_verdict verdict;
	bool running, voided, has_raw;
	double left_frac, mean_velocity_mm_s; /* of the first phase */
};

struct store_trial_query {
	const char *patient;  /* NULL: everybody's; "": anonymous ones */
	const char *protocol; /* NULL: all */
	int64_t visit_id;     /* 0: all */
	int64_t before_id; /* 0: from the newest; else only trials with a smaller id */
	bool with_voided;
	int limit; /* at most this many */
};

typedef int store_trial_fn(const struct store_trial_line *line, void *ctx);
/* Newest first. Returns the number of calls. */
int store_trial_list(struct store *store, const struct store_trial_query *query,
	store_trial_fn *fn, void *ctx);

/* Return true for a trial of no patient and no visit; false, too, if there is none. */
bool store_trial_is_anonymous(struct store *store, int64_t id);

/* Mark as not to be used, or give to another patient (and out of its visit); audited. -EPERM if
 * voided already, or running. */
int store_trial_void(
	struct store *store, int64_t id, const char *reason, const char *by);
int store_trial_move(
	struct store *store, int64_t id, const char *patient, const char *by);

/* The trials left running by a crash, oldest first: up to `max` ids. Returns their number. */
int store_trial_running(struct store *store, int64_t *ids, int max);

/* Return where a trial's raw frames are or would be, DIR/recordings/UID.srec. */
int store_raw_path(const struct store *store, const char *uid, char *path, size_t size);

/* Is that file there? A trial that is finished has raw frames if it is. */
bool store_raw_exists(const struct store *store, const char *uid);

/* Delete raw frames of finished trials that started before `unix_ms`; series stay; audited.
 * Returns how many recordings went. */
int store_raw_prune(struct store *store, int64_t unix_ms, const char *by);

struct store_audit {
	int64_t id, at_unix_ms;
	char by[RECORD_NAME_SIZE];
	char action[RECORD_WORD_SIZE];
	char subject[RECORD_CODE_SIZE + 16]; /* "trial 12", "patient P-7" */
	char detail[512];
};
typedef int store_audit_fn(const struct store_audit *entry, void *ctx);
int store_audit_list(struct store *store, int64_t after_id, int limit,
	store_audit_fn *fn, void *ctx);
/* Check that no entry was changed or cut out (each carries a hash over the one before). Returns 0 or
 * -EBADMSG with the first wrong entry's id in `*bad_id`. */
int store_audit_verify(struct store *store, int64_t *bad_id);

/* Read the whole database for damage, which takes seconds with 100,000 trials. Returns 0, or -EBADMSG
 * and the first thing found. */
int store_check(struct store *store, char *message, size_t size);

/* Count finished trials and tell the free bytes beside the database. */
int store_totals(struct store *store, int64_t *n_trials, uint64_t *free_bytes);

#endif
