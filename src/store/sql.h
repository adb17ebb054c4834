/* SQL statements on one SQLite file: prepared once and kept, values always bound, errors as errno.
 * The only user of SQLite. Knows no tables.
 * Follows sqlite.org/c3ref; NaN is NULL in both directions. */
#ifndef STANCE_STORE_SQL_H
#define STANCE_STORE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A connection. One thread at a time. */
struct sql;

/* A running query; it lives in its connection and must be reset. */
struct sql_query;

enum sql_mode {
	SQL_READ_ONLY,
	SQL_READ_WRITE, /* made, with mode 0600, if it is not there */
};

/* Errors: -ENOSPC disk or file limit full; -EBUSY locked for more than 5 s; -EROFS; -EBADMSG damaged
 * or not a database; -EEXIST not unique; -ENOENT refers to what is not there; -EPERM forbidden by a
 * trigger; -ENOMEM; -EIO and other errno values of the system. */

/* Open a file. WAL, synchronous FULL, secure_delete and foreign keys are on afterwards. */
int sql_open(const char *path, enum sql_mode mode, struct sql **out);
void sql_close(struct sql *db);

/* What went wrong last, SQLite's words; borrowed until the next call. */
const char *sql_message(const struct sql *db);

/* Run fixed text of several statements, without values. */
int sql_script(struct sql *db, const char *text);

/* A transaction that takes the write lock at once. A failed commit has rolled back. */
int sql_begin(struct sql *db);
int sql_commit(struct sql *db);
void sql_rollback(struct sql *db);

/* Bind values as `types` says, one letter each, and run to the end:
 * i int, l int64_t, d double, t const char *, b const void * and size_t (NULL: NULL),
 * k int64_t key that is NULL if 0. */
int sql_run(struct sql *db, const char *text, const char *types, ...);

/* The same, to be stepped through. */
int sql_query(struct sql *db, struct sql_query **out, const char *text,
	const char *types, ...);

/* Return 1 with a row, 0 at the end, negative errno. Reset frees the locks; NULL does nothing. */
int sql_step(struct sql_query *query);
void sql_reset(struct sql_query *query);

/* Columns of the row, from 0. Text is cut to `size` before a character; a blob is borrowed until the
 * next step. */
int64_t sql_int(struct sql_query *query, int column);
double sql_double(struct sql_query *query, int column);
bool sql_is_null(struct sql_query *query, int column);
void sql_text(struct sql_query *query, int column, char *out, size_t size);
const void *sql_blob(struct sql_query *query, int column, size_t *n);

/* Run a query that gives one number. -ENOENT if it gives no row. */
int sql_number(struct sql *db, int64_t *out, const char *text, const char *types, ...);

int64_t sql_last_id(const struct sql *db);
int64_t sql_n_changed(const struct sql *db);

/* Write the whole log into the file and empty it, so that nothing deleted remains. -EBUSY if a reader
 * holds it. */
int sql_checkpoint(struct sql *db);

#endif
