#include "src/store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#define BUSY_MS      5000
#define N_QUERIES    96 /* more different texts than the store has */
#define MESSAGE_SIZE 256

struct sql_query {
	struct sql *db;
	sqlite3_stmt *statement;
};

struct sql {
	sqlite3 *handle;
	int n_queries;
	struct sql_query queries[N_QUERIES];
	char message[MESSAGE_SIZE];
};

/* --- errors -------------------------------------------------------------------------------- */

static int io_error(struct sql *db)
{
	const int system = sqlite3_system_errno(db->handle);

	if (system == ENOSPC || system == EDQUOT || system == EFBIG)
		return -ENOSPC;
	return system > 0 ? -system : -EIO;
}

static int constraint_error(int extended)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return -EEXIST;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return -ENOENT;
	case SQLITE_CONSTRAINT_TRIGGER:
		return -EPERM;
	default:
		return -EINVAL;
	}
}

static int translate(struct sql *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CONSTRAINT:
		return constraint_error(sqlite3_extended_errcode(db->handle));
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_TOOBIG:
		return -E2BIG;
	default:
		return io_error(db);
	}
}

/* Translate, and keep the words. */
static int result(struct sql *db, int code)
{
	const int error = translate(db, code);

	if (error < 0) {
		strncpy(db->message, sqlite3_errmsg(db->handle), MESSAGE_SIZE - 1);
		db->message[MESSAGE_SIZE - 1] = '\0';
	}
	return error;
}

const char *sql_message(const struct sql *db)
{
	return db->message;
}

/* --- opening ------------------------------------------------------------------------------- */

/* SQLite gives its other files the mode of this one. */
static int make_private(const char *path)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int sql_open(const char *path, enum sql_mode mode, struct sql **out)
{
	static const char settings[] = "PRAGMA foreign_keys = ON;"
				       "PRAGMA secure_delete = ON;"
				       "PRAGMA trusted_schema = OFF;";
	static const char writing[] = "PRAGMA journal_mode = WAL;"
				      "PRAGMA synchronous = FULL;"
				      "PRAGMA journal_size_limit = 4194304;";
	const int flags =
		mode == SQL_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	struct sql *db = calloc(1, sizeof(*db));
	int error = db ? 0 : -ENOMEM;

	if (error == 0 && mode != SQL_READ_ONLY)
		error = make_private(path);
	if (error == 0 && sqlite3_open_v2(path, &db->handle,
				  flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
				  NULL) != SQLITE_OK)
		error = db->handle ? result(db, sqlite3_errcode(db->handle)) : -ENOMEM;
	if (error == 0) {
		sqlite3_extended_result_codes(db->handle, 1);
		sqlite3_busy_timeout(db->handle, BUSY_MS);
		error = sql_script(db, settings);
	}
	if (error == 0 && mode != SQL_READ_ONLY)
		error = sql_script(db, writing);
	if (error < 0) {
		sql_close(db);
		return error;
	}
	*out = db;
	return 0;
}

void sql_close(struct sql *db)
{
	if (!db)
		return;
	for (int i = 0; i < db->n_queries; i++)
		sqlite3_finalize(db->queries[i].statement);
	sqlite3_close(db->handle);
	free(db);
}

int sql_script(struct sql *db, const char *text)
{
	return result(db, sqlite3_exec(db->handle, text, NULL, NULL, NULL));
}

int sql_begin(struct sql *db)
{
	return sql_run(db, "BEGIN IMMEDIATE", "");
}

int sql_commit(struct sql *db)
{
	const int error = sql_run(db, "COMMIT", "");

	if (error < 0)
		sql_rollback(db);
	return error;
}

void sql_rollback(struct sql *db)
{
	/* Some errors have rolled back already. */
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* --- statements ---------------------------------------------------------------------------- */

/* Find the statement of this text, or prepare it. */
static int prepare(struct sql *db, const char *text, struct sql_query **out)
{
	struct sql_query *q;
	int error;

	for (int i = 0; i < db->n_queries; i++) {
		q = &db->queries[i];
		if (!sqlite3_stmt_busy(q->statement) &&
			strcmp(sqlite3_sql(q->statement), text) == 0) {
			*out = q;
			return 0;
		}
	}
	if (db->n_queries == N_QUERIES)
		return -ENOBUFS;
	q = &db->queries[db->n_queries];
	q->db = db;
	error = result(db, sqlite3_prepare_v3(db->handle, text, -1,
				   SQLITE_PREPARE_PERSISTENT, &q->statement, NULL));
	if (error < 0)
		return error;
	db->n_queries++;
	*out = q;
	return 0;
}

static int bind(sqlite3_stmt *s, const char *types, va_list args)
{
	int code = SQLITE_OK;
	int at = 0;

	for (const char *type = types; *type && code == SQLITE_OK; type++) {
		const void *pointer;
		int64_t key;

		at++;
		switch (*type) {
		case 'i':
			code = sqlite3_bind_int(s, at, va_arg(args, int));
			break;
		case 'l':
			code = sqlite3_bind_int64(s, at, va_arg(args, int64_t));
			break;
		case 'k':
			key = va_arg(args, int64_t);
			code = key != 0 ? sqlite3_bind_int64(s, at, key)
					: sqlite3_bind_null(s, at);
			break;
		case 'd':
			code = sqlite3_bind_double(s, at, va_arg(args, double));
			break;
		case 't':
			code = sqlite3_bind_text(s, at, va_arg(args, const char *), -1,
				SQLITE_TRANSIENT);
			break;
		default:
			pointer = va_arg(args, const void *);
			code = sqlite3_bind_blob64(
				s, at, pointer, va_arg(args, size_t), SQLITE_TRANSIENT);
		}
	}
	return code;
}

static int start(struct sql *db, struct sql_query **out, const char *text,
	const char *types, va_list args)
{
	struct sql_query *q;
	int error = prepare(db, text, &q);

	if (error < 0)
		return error;
	error = result(db, bind(q->statement, types, args));
	if (error < 0)
		sql_reset(q);
	else
		*out = q;
	return error;
}

int sql_query(struct sql *db, struct sql_query **out, const char *text,
	const char *types, ...)
{
	va_list args;
	int error;

	va_start(args, types);
	error = start(db, out, text, types, args);
	va_end(args);
	return error;
}

int sql_run(struct sql *db, const char *text, const char *types, ...)
{
	struct sql_query *q = NULL;
	va_list args;
	int error;

	va_start(args, types);
	error = start(db, &q, text, types, args);
	va_end(args);
	while (error == 0) {
		const int step = sql_step(q);

		if (step <= 0) {
			error = step;
			break;
		}
	}
	sql_reset(q);
	return error;
}

int sql_number(struct sql *db, int64_t *out, const char *text, const char *types, ...)
{
	struct sql_query *q = NULL;
	va_list args;
	int error;

	va_start(args, types);
	error = start(db, &q, text, types, args);
	va_end(args);
	if (error < 0)
		return error;
	error = sql_step(q);
	if (error == 1)
		*out = sql_int(q, 0);
	sql_reset(q);
	return error < 0 ? error : error == 1 ? 0 : -ENOENT;
}

int sql_step(struct sql_query *q)
{
	const int code = sqlite3_step(q->statement);

	return code == SQLITE_ROW ? 1 : result(q->db, code);
}

void sql_reset(struct sql_query *q)
{
	if (!q)
		return;
	sqlite3_reset(q->statement);
	sqlite3_clear_bindings(q->statement); /* nothing personal stays in memory */
}

/* --- columns ------------------------------------------------------------------------------- */

int64_t sql_int(struct sql_query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

bool sql_is_null(struct sql_query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

double sql_double(struct sql_query *q, int column)
{
	return sql_is_null(q, column) ? (double)NAN
				      : sqlite3_column_double(q->statement, column);
}

void sql_text(struct sql_query *q, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(q->statement, column);
	size_t n = text ? strlen(text) : 0;

	if (n >= size)
		for (n = size - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
			n--;
	if (n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
}

const void *sql_blob(struct sql_query *q, int column, size_t *n)
{
	const void *bytes = sqlite3_column_blob(q->statement, column);

	*n = (size_t)sqlite3_column_bytes(q->statement, column);
	return bytes;
}

int64_t sql_last_id(const struct sql *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int64_t sql_n_changed(const struct sql *db)
{
	return sqlite3_changes64(db->handle);
}

int sql_checkpoint(struct sql *db)
{
	return result(db, sqlite3_wal_checkpoint_v2(db->handle, NULL,
				  SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}
