/* What the files of the store share. Not for others. */
#ifndef STANCE_STORE_STORE_INTERNAL_H
#define STANCE_STORE_STORE_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/core/metrics.h"
#include "src/store/sql.h"
#include "src/store/store.h"
#include "src/store/zip.h"

/* Kept free for the last transaction of a running trial and for deleting: the series of the longest
 * protocol (300 s at 100 Hz, 3 MB unpacked) twice, once in the log and once in the file. */
#define STORE_RESERVE_BYTES (8 << 20)
/* Besides, a trial begins only with room for its recording: 300 s of a noisy 32 x 32 mat. */
#define STORE_TRIAL_BYTES (8 << 20)

#define STORE_FOLDER_SIZE                                                              \
	(PATH_MAX - 128) /* leaves room for the names of files in it */

struct store {
	struct sql *db;
	struct zip *zip;
	bool read_only;
	char folder[STORE_FOLDER_SIZE];
	int64_t metric_id[METRIC_N]; /* in the table metric; 0: not there */
};

/* Whether a change may use up what is kept for a full disk. */
enum store_urgency { STORE_ORDINARY, STORE_MUST };

typedef int store_change_fn(struct store *store, void *ctx);

/* Run `fn` in one transaction; what it returns below 0 undoes everything. */
int store_change(struct store *store, enum store_urgency urgency, store_change_fn *fn,
	void *ctx);

/* Return the wall clock in milliseconds, for labels, and its offset from UTC. */
int64_t store_now_ms(void);
int store_utc_offset_min(int64_t unix_ms);

/* Append to the audit log, within a change. `patients`: whom it is about, ended by 0. */
int store_audit_add(struct store *store, const char *by, const char *action,
	const int64_t *patients, const char *subject, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* Find a patient's row; "" gives 0. -ENOENT. */
int store_patient_id(struct store *store, const char *code, int64_t *id);

/* Return true for a text that may be a code: 1 to 64 bytes of UTF-8, no control characters. */
bool store_code_ok(const char *code);

/* Delete the recordings that the table raw_to_delete names; what fails is tried again later. */
void store_raw_sweep(struct store *store);

/* Make the file that is kept for a full disk, if there is room. Returns 0 or a negative errno. */
int store_reserve_take(struct store *store);

uint64_t store_free_bytes(const struct store *store);

/* Write and read a series as a block. Encode: *out on the heap. */
int store_series_encode(
	struct zip *zip, const struct trial_series *series, uint8_t **out, size_t *n);
int store_series_decode(
	struct zip *zip, const uint8_t *bytes, size_t n, struct trial_series *out);

#endif
