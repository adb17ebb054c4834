/* What is kept beside trials and patients: marks and reviews of a trial, its mean picture, and where a patient's
 * feet stood.
 * Does not measure and does not judge.
 * Follows docs/store.md ("The clinic"). All functions return as those of store.h. */
#ifndef STANCE_STORE_STORE_CLINIC_H
#define STANCE_STORE_STORE_CLINIC_H

#include "src/store/store.h"

#define STORE_MARK_SIZE   81
#define STORE_MAX_MARKS   100 /* of a trial */
#define STORE_SERIAL_SIZE 33

/* --- marks: something happened while a trial ran ------------------------------------------- */

struct store_mark {
	int n;      /* from 1 */
	double t_s; /* since the first recorded frame, as the series counts */
	char text[STORE_MARK_SIZE]; /* "" a plain mark */
};

/* Add one to a running trial. -EPERM if it does not run; -ENOBUFS: it has STORE_MAX_MARKS. */
int store_mark_add(struct store *store, int64_t trial_id, double t_s, const char *text,
	const char *by, int *n);
typedef void store_mark_fn(const struct store_mark *mark, void *ctx);
int store_mark_list(
	struct store *store, int64_t trial_id, store_mark_fn *fn, void *ctx);

/* --- reviews: what a clinician decided of a trial ------------------------------------------ */

enum store_decision {
	STORE_UNDECIDED,
	STORE_KEEP,
	STORE_REPEAT,  /* it is done again; voided */
	STORE_DISCARD, /* it is not used; voided */
};

/* Return the word in documents, NULL for undecided; and the decision of a word, STORE_UNDECIDED if there is
 * none. */
const char *store_decision_name(enum store_decision decision);
enum store_decision store_decision_find(const char *word);

struct store_review {
	enum store_decision decision;
	char reason[RECORD_REASON_SIZE];
	char by[RECORD_NAME_SIZE];
	int64_t at_unix_ms;
};

/* Decide. Repeat and discard void the trial with the reason. -EPERM if it runs, is voided, or its visit is
 * signed. */
int store_review_add(struct store *store, int64_t trial_id,
	enum store_decision decision, const char *reason, const char *by);
/* The latest; undecided if there is none. */
int store_review_get(struct store *store, int64_t trial_id, struct store_review *out);

/* --- pictures: the mean load of each cell while the first part was measured ---------------- */

struct store_picture {
	int n_rows, n_cols;
	double pitch_x_mm, pitch_y_mm;
	bool unit_is_force; /* newtons, else counts */
	float *cells;       /* n_rows * n_cols, front row first */
};

/* Keep a running trial's. -EINVAL for a size that no mat has. */
int store_picture_put(
	struct store *store, int64_t trial_id, const struct store_picture *picture);
/* Read it; cells on the heap, the caller's to free. -ENOENT. */
int store_picture_get(struct store *store, int64_t trial_id, struct store_picture *out);

/* --- placements: where a patient's feet stood ---------------------------------------------- */

struct store_foot {
	double heel_x_mm, heel_y_mm, direction_deg, length_mm; /* NaN unknown */
};

struct store_placement {
	char serial[STORE_SERIAL_SIZE]; /* of the mat */
	struct store_foot foot[2];      /* left, right */
	double width_mm;
	int64_t saved_unix_ms;
	int utc_offset_min;
	char by[RECORD_NAME_SIZE];
};

/* Keep where the feet stand, in place of what was kept; read it (-ENOENT without one); forget it. */
int store_placement_put(struct store *store, const char *patient,
	const struct store_placement *placement, const char *by);
int store_placement_get(
	struct store *store, const char *patient, struct store_placement *out);
int store_placement_clear(struct store *store, const char *patient, const char *by);

#endif
