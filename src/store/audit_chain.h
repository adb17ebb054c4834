/* The chain of hashes through the audit log.
 * An entry's hash covers the one before, its own number, time, author and action, and a salted hash of
 * subject and detail. Erasing a person takes away the texts and the salt: the chain still holds, and
 * nobody can try out which name it was. Follows docs/store.md ("Audit log"). */
#ifndef STANCE_STORE_AUDIT_CHAIN_H
#define STANCE_STORE_AUDIT_CHAIN_H

#include <stdint.h>

#include "src/store/sql.h"

/* What one entry says; borrowed. */
struct audit_entry {
	int64_t at_unix_ms;
	const char *by, *action, *subject, *detail;
};

/* Append an entry and return its id in `*id`. Within a transaction. */
int audit_chain_add(struct sql *db, const struct audit_entry *entry, int64_t *id);

/* Take over the entries of the table audit_1, which had no chain, in their order. */
int audit_chain_adopt(struct sql *db);

/* Take the texts out of every entry about a person. */
int audit_chain_erase(struct sql *db, int64_t patient_id);

/* Check the whole chain. Returns 0, or -EBADMSG with the first wrong entry's id. */
int audit_chain_verify(struct sql *db, int64_t *bad_id);

#endif
