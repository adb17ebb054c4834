/* Training in the store: sessions with their blocks, and each patient's programme.
 * Programmes and blocks are kept as the JSON that documents show (docs/api.md), and beside it the numbers that
 * are looked for. Does not measure or encode. Follows docs/store.md; errors are those of store.h. */
#ifndef STANCE_STORE_STORE_TRAINING_H
#define STANCE_STORE_STORE_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/trial/record.h"
#include "src/store/store.h"

#define STORE_PROGRAMME_SIZE 4096
#define STORE_BLOCK_SIZE     2048
#define STORE_N_LIMITS       8

struct store_training {
	int64_t id;
	char uid[33];
	char patient[RECORD_CODE_SIZE]; /* "": anonymous */
	int64_t started_unix_ms;
	int utc_offset_min;
	bool running, has_raw;
	char end[RECORD_WORD_SIZE]; /* "running" until it is finished */
	char programme[STORE_PROGRAMME_SIZE];
	char name[RECORD_WORD_SIZE]; /* of the programme */
	int level, band;
	double exercise_s, success_pct;
	double limits_mm[STORE_N_LIMITS]; /* the first NaN: unknown */
	int n_blocks;
};

struct store_training_block {
	char exercise[RECORD_WORD_SIZE];
	bool is_whole;
	double score; /* NaN: none */
	char text[STORE_BLOCK_SIZE];
};

/* Begin a session: its row says that it runs. -ENOENT no such patient; -EEXIST the uid is taken. */
int store_training_begin(
	struct store *store, const struct store_training *training, int64_t *id);

/* Write the blocks that are finished so far, in place of those that were; of a running session (-EPERM). */
int store_training_put(struct store *store, int64_t id,
	const struct store_training_block *blocks, int n);

/* Finish it with all its blocks in one transaction; -EPERM unless it runs. What is finished is never
 * changed. */
int store_training_finish(struct store *store, const struct store_training *training,
	const struct store_training_block *blocks, int n);

/* Finish what a crash left running, as ended by the daemon; what reached the disk is kept. A session without
 * a whole block and without a recording goes as if it had never begun. Returns how many. */
int store_training_recover(struct store *store);

int store_training_get(struct store *store, int64_t id, struct store_training *out);

typedef int store_training_fn(const struct store_training *training, void *ctx);
/* Call `fn` for at most `limit` sessions, the newest first, below `before_id` (0: from the newest); `patient`
 * NULL: everybody's. A non-zero return of `fn` ends it. Returns the number of calls. */
int store_training_list(struct store *store, const char *patient, int64_t before_id,
	int limit, store_training_fn *fn, void *ctx);

typedef int store_training_block_fn(
	const struct store_training_block *block, void *ctx);
/* Call `fn` for each block, in the order done. Returns the number of calls. */
int store_training_blocks(
	struct store *store, int64_t id, store_training_block_fn *fn, void *ctx);

typedef void store_training_score_fn(
	const char *exercise, double mean, int n_blocks, void *ctx);
/* Call `fn` with each finished session's mean score of each exercise, over its whole blocks, the oldest
 * session first; of at most the 60 newest sessions below `before_id` (0: all). Returns 0. */
int store_training_scores(struct store *store, const char *patient, int64_t before_id,
	store_training_score_fn *fn, void *ctx);

/* Count a patient's sessions with at least one block since then. */
int store_training_count(
	struct store *store, const char *patient, int64_t since_unix_ms, int64_t *n);

/* A patient's programme as text, -ENOENT if none was set; and set it, audited. */
int store_programme_get(
	struct store *store, const char *patient, char *out, size_t size);
int store_programme_set(
	struct store *store, const char *patient, const char *text, const char *by);

#endif
