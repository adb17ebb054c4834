/* The tables of the store, version by version, and how an older file becomes a newer one.
 * Knows no rows. Follows docs/store.md ("Schema"). */
#ifndef STANCE_STORE_SCHEMA_H
#define STANCE_STORE_SCHEMA_H

#include <stddef.h>

#include "src/store/sql.h"

#define SCHEMA_VERSION 7
#define SCHEMA_APPLICATION_ID                                                          \
	0x53746e63 /* "Stnc", in the file's head: what file(1) would look at */

/* Return the file's version, 0 if it is empty; -EBADMSG if it is another program's; -EPROTO if it is
 * of a later version; other errors as in sql.h. */
int schema_version(struct sql *db);

/* Bring the file from `version` to SCHEMA_VERSION, all steps in one transaction. Unless it is empty, a
 * copy is left beforehand at `backup_path`, synced; a failure leaves the file as it was and no copy. */
int schema_migrate(struct sql *db, int version, const char *backup_path);

#endif
