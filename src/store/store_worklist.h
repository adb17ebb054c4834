/* Who is to be measured: entries of the worklist, by hand or asked for by another system.
 * Does not know where requests come from.
 * Follows docs/api.md ("stance.worklist/1"). All functions return as those of store.h. */
#ifndef STANCE_STORE_STORE_WORKLIST_H
#define STANCE_STORE_STORE_WORKLIST_H

#include "src/store/store.h"

#define STORE_DUE_SIZE    11 /* "2026-11-28" and a NUL */
#define STORE_REASON_SIZE 201

struct store_worklist_entry {
	int64_t id;
	char patient[RECORD_CODE_SIZE];
	char due[STORE_DUE_SIZE];    /* a day; "": any */
	char plan[RECORD_WORD_SIZE]; /* key of a plan; "": none */
	char reason[STORE_REASON_SIZE];
	char reference[RECORD_CODE_SIZE]; /* the asker's number; "": none */
	char source[RECORD_WORD_SIZE];    /* "manual", "gdt" */
	char state[RECORD_WORD_SIZE];     /* waiting, measuring, done, removed */
	int64_t visit_id;                 /* 0: none yet */
	int64_t created_unix_ms;
	int utc_offset_min;
	char by[RECORD_NAME_SIZE];
	/* of the patient, as of now */
	char sex;
	int birth_year;
	int64_t last_visit_unix_ms; /* INT64_MIN: none */
	int last_visit_offset_min;
	bool red_flag;
};

/* Add one that waits: patient, due, plan, reason, reference and source of `entry` are read. -ENOENT: no such
 * patient; -EEXIST: one with this source and reference waits or is measured already; -EINVAL: a text or the
 * day cannot be. */
int store_worklist_add(struct store *store, const struct store_worklist_entry *entry,
	const char *by, int64_t *id);

/* Take a waiting one off; -EPERM if it does not wait any more. */
int store_worklist_remove(
	struct store *store, int64_t id, const char *reason, const char *by);

int store_worklist_get(
	struct store *store, int64_t id, struct store_worklist_entry *out);

/* The entry that a visit was made for; -ENOENT if there is none. */
int store_worklist_of_visit(
	struct store *store, int64_t visit_id, struct store_worklist_entry *out);

struct store_worklist_query {
	const char *due_by; /* a day; NULL: all. Entries without a day are always due */
	bool with_done;     /* done and removed ones too */
	int64_t offset;
	int limit;
};

typedef int store_worklist_fn(const struct store_worklist_entry *entry, void *ctx);
/* Those due first, without a day last, then as they came. Returns the number of calls; `*total` receives how
 * many there are without offset and limit. */
int store_worklist_list(struct store *store, const struct store_worklist_query *query,
	store_worklist_fn *fn, void *ctx, int64_t *total);

#endif
