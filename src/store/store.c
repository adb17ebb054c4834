/* Opening, closing, and what every change has in common. */
#include "src/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/base/i18n.h"
#include "src/store/schema.h"
#include "src/store/store_internal.h"

#define MS_PER_S 1000

/* --- saying what is wrong ------------------------------------------------------------------ */

__attribute__((format(printf, 3, 4))) static void say(
	char *message, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, size, format, args);
	va_end(args);
}

static void explain(int error, const char *dir, char *message, size_t size)
{
	switch (error) {
	case -ENOENT:
		say(message, size,
			N_("There is no store in %s yet: nothing was ever stored."),
			dir);
		break;
	case -EBADMSG:
		say(message, size,
			N_("%s/stance.db is damaged or not a database of Stance. Put a "
			   "backup"
			   " in its place; the recordings beside it are not affected."),
			dir);
		break;
	case -EPROTO:
		say(message, size,
			N_("%s/stance.db was written by a later version of Stance. "
			   "Update"
			   " Stance; the file was left as it is."),
			dir);
		break;
	case -ENOSPC:
		say(message, size, N_("The disk of %s is full. Free some space."), dir);
		break;
	case -EBUSY:
		say(message, size,
			N_("%s/stance.db is in use by another program. Is a second "
			   "stanced"
			   " running?"),
			dir);
		break;
	case -EROFS:
		say(message, size,
			N_("%s/stance.db is of an earlier version and was opened for "
			   "reading"
			   " only, or the disk is read-only. Start stanced once."),
			dir);
		break;
	default:
		say(message, size, N_("%s/stance.db cannot be opened: %s."), dir,
			strerror(-error));
	}
}

/* --- folders ------------------------------------------------------------------------------- */

/* Make a folder and those above it, for us alone. */
static int make_folders(const char *path)
{
	char part[PATH_MAX];
	const int n = snprintf(part, sizeof(part), "%s", path);

	if (n < 0 || (size_t)n >= sizeof(part))
		return -ENAMETOOLONG;
	for (char *c = part + 1; *c; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -errno;
		*c = '/';
	}
	return mkdir(part, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

static void path_in(const struct store *store, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", store->folder, name);
}

/* Names must survive a power cut as well as bytes. */
static int sync_folder(const char *path)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return error;
}

/* --- opening ------------------------------------------------------------------------------- */

static int load_metrics(struct store *store)
{
	struct sql_query *q = NULL;
	int error = sql_query(store->db, &q, "SELECT id, key FROM metric", "");

	while (error == 0) {
		char key[64];
		enum metric metric;

		error = sql_step(q);
		if (error <= 0)
			break;
		sql_text(q, 1, key, sizeof(key));
		metric = metric_find(key);
		if (metric != METRIC_N)
			store->metric_id[metric] = sql_int(q, 0);
		error = 0;
	}
	sql_reset(q);
	return error;
}

/* Keys that this version adds get a row; those of other versions stay. */
static int add_metrics(struct store *store, void *ctx)
{
	int error = 0;

	(void)ctx;
	for (int i = 0; i < METRIC_N && error == 0; i++)
		error = sql_run(store->db,
			"INSERT OR IGNORE INTO metric (key) VALUES (?)", "t",
			metric_info((enum metric)i)->key);
	return error;
}

static bool knows_all_metrics(const struct store *store)
{
	for (int i = 0; i < METRIC_N; i++)
		if (store->metric_id[i] == 0)
			return false;
	return true;
}

static int prepare_metrics(struct store *store)
{
	int error = load_metrics(store);

	if (error < 0 || store->read_only || knows_all_metrics(store))
		return error;
	error = store_change(store, STORE_MUST, add_metrics, NULL);
	return error < 0 ? error : load_metrics(store);
}

static int bring_up_to_date(struct store *store)
{
	const int version = schema_version(store->db);
	char name[32];
	char path[PATH_MAX];
	int error;

	if (version < 0 || version == SCHEMA_VERSION)
		return version < 0 ? version : 0;
	if (store->read_only)
		return version == 0 ? -ENOENT : -EROFS;
	snprintf(name, sizeof(name), "stance.db.v%d.bak", version);
	path_in(store, name, path);
	error = schema_migrate(store->db, version, path);
	/* nothing is acknowledged before the file itself and its name are on the disk */
	if (error == 0)
		error = sql_checkpoint(store->db);
	return error < 0 ? error : sync_folder(store->folder);
}

/* Finish what a kill may have left undone. */
static void tidy(struct store *store)
{
	if (store->read_only)
		return;
	sql_checkpoint(store->db); /* the log may still hold what was erased */
	store_raw_sweep(store);
	store_reserve_take(store); /* without room: tried again when a trial begins */
}

static int open_file(struct store *store)
{
	char path[PATH_MAX];
	int error = 0;

	path_in(store, "stance.db", path);
	if (store->read_only)
		return access(path, F_OK) < 0
			       ? -errno
			       : sql_open(path, SQL_READ_ONLY, &store->db);
	error = make_folders(store->folder);
	if (error == 0) {
		char recordings[PATH_MAX];

		path_in(store, "recordings", recordings);
		error = make_folders(recordings);
	}
	return error < 0 ? error : sql_open(path, SQL_READ_WRITE, &store->db);
}

int store_open(
	const char *dir, bool read_only, struct store **out, char *message, size_t size)
{
	struct store *store = calloc(1, sizeof(*store));
	int error = store ? 0 : -ENOMEM;

	if (error == 0 && strlen(dir) >= sizeof(store->folder))
		error = -ENAMETOOLONG;
	if (error == 0) {
		strcpy(store->folder, dir);
		store->read_only = read_only;
		store->zip = zip_new();
		error = store->zip ? open_file(store) : -ENOMEM;
	}
	if (error == 0)
		error = bring_up_to_date(store);
	if (error == 0)
		error = prepare_metrics(store);
	if (error < 0) {
		explain(error, dir, message, size);
		store_close(store);
		return error;
	}
	tidy(store);
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sql_close(store->db);
	zip_free(store->zip);
	free(store);
}

const char *store_folder(const struct store *store)
{
	return store->folder;
}

/* --- changes ------------------------------------------------------------------------------- */

static int change_once(struct store *store, store_change_fn *fn, void *ctx)
{
	int error = sql_begin(store->db);

	if (error < 0)
		return error;
	error = fn(store, ctx);
	if (error < 0) {
		sql_rollback(store->db);
		return error;
	}
	return sql_commit(store->db);
}

int store_change(
	struct store *store, enum store_urgency urgency, store_change_fn *fn, void *ctx)
{
	int error;

	if (store->read_only)
		return -EROFS;
	error = change_once(store, fn, ctx);
	if (error == -ENOSPC && urgency == STORE_MUST &&
		store_reserve_release(store) == 0)
		error = change_once(store, fn, ctx);
	return error;
}

int64_t store_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / 1000000;
}

int store_utc_offset_min(int64_t unix_ms)
{
	const time_t seconds = (time_t)(unix_ms / MS_PER_S);
	struct tm local;

	return localtime_r(&seconds, &local) ? (int)(local.tm_gmtoff / 60) : 0;
}

int store_new_uid(char uid[33])
{
	uint8_t bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return -EIO;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(uid + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* --- looking at the whole ------------------------------------------------------------------ */

int store_totals(struct store *store, int64_t *n_trials, uint64_t *free_bytes)
{
	int64_t n;
	const int error = sql_number(store->db, &n,
		"SELECT (SELECT count(*) FROM trial) -"
		" (SELECT count(*) FROM trial WHERE state = 'running')",
		"");

	if (error < 0)
		return error;
	*n_trials = n;
	*free_bytes = store_free_bytes(store);
	return 0;
}

int store_check(struct store *store, char *message, size_t size)
{
	struct sql_query *q = NULL;
	int error = sql_query(store->db, &q, "PRAGMA integrity_check(1)", "");
	int row;

	if (error < 0)
		return error;
	row = sql_step(q);
	if (row == 1)
		sql_text(q, 0, message, size);
	sql_reset(q);
	if (row < 0)
		return row;
	return strcmp(message, "ok") == 0 ? 0 : -EBADMSG;
}
