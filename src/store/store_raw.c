/* Files beside the database: recordings, and what is kept for a full disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "src/store/store_internal.h"

#define N_SWEEP 64 /* names taken from the table at a time */

static bool uid_ok(const char *uid)
{
	return strlen(uid) == 32 && strspn(uid, "0123456789abcdef") == 32;
}

int store_raw_path(const struct store *store, const char *uid, char *path, size_t size)
{
	int n;

	if (!uid_ok(uid))
		return -EINVAL;
	n = snprintf(path, size, "%s/recordings/%s.srec", store->folder, uid);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

bool store_raw_exists(const struct store *store, const char *uid)
{
	char path[PATH_MAX];

	return store_raw_path(store, uid, path, sizeof(path)) >= 0 &&
	       access(path, F_OK) == 0;
}

/* --- deleting ------------------------------------------------------------------------------ */

/* Read up to N_SWEEP names. */
static int names_to_delete(struct store *store, char uids[][33])
{
	struct sql_query *q = NULL;
	int n = 0;

	if (sql_query(store->db, &q, "SELECT uid FROM raw_to_delete LIMIT ?", "i",
		    N_SWEEP) < 0)
		return 0;
	while (n < N_SWEEP && sql_step(q) == 1)
		sql_text(q, 0, uids[n++], 33);
	sql_reset(q);
	return n;
}

struct sweep {
	int n;
	char uids[N_SWEEP][33];
	bool gone[N_SWEEP];
};

static int forget_names(struct store *store, void *ctx)
{
	const struct sweep *sweep = ctx;
	int error = 0;

	for (int i = 0; i < sweep->n && error == 0; i++)
		if (sweep->gone[i])
			error = sql_run(store->db,
				"DELETE FROM raw_to_delete WHERE uid = ?", "t",
				sweep->uids[i]);
	return error;
}

/* Unlink, and see to it that the names stay away after a power cut. Returns how many went. */
static int unlink_all(struct store *store, struct sweep *sweep)
{
	char path[PATH_MAX];
	int n_gone = 0;
	int fd;

	for (int i = 0; i < sweep->n; i++) {
		sweep->gone[i] = store_raw_path(store, sweep->uids[i], path,
					 sizeof(path)) == 0 &&
				 (unlink(path) == 0 || errno == ENOENT);
		n_gone += sweep->gone[i];
	}
	snprintf(path, sizeof(path), "%s/recordings", store->folder);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	return n_gone;
}

void store_raw_sweep(struct store *store)
{
	struct sweep sweep;

	do {
		sweep.n = names_to_delete(store, sweep.uids);
		if (sweep.n == 0 || unlink_all(store, &sweep) < sweep.n)
			break; /* what cannot go now is tried at the next start */
		if (store_change(store, STORE_MUST, forget_names, &sweep) < 0)
			break;
	} while (sweep.n == N_SWEEP);
}

struct prune {
	int64_t before_ms;
	const char *by;
	int64_t n;
};

/* Sessions of training have recordings of the same kind. */
static int prune_training(struct store *store, struct prune *p)
{
	int error = sql_run(store->db,
		"INSERT OR IGNORE INTO raw_to_delete SELECT uid FROM training WHERE"
		" has_raw = 1 AND state = 'done' AND started_unix_ms < ?",
		"l", p->before_ms);

	if (error == 0)
		error = sql_run(store->db,
			"UPDATE training SET has_raw = 0 WHERE has_raw = 1"
			" AND state = 'done' AND started_unix_ms < ?",
			"l", p->before_ms);
	p->n += sql_n_changed(store->db);
	return error;
}

static int prune(struct store *store, void *ctx)
{
	struct prune *p = ctx;
	static const int64_t nobody[] = { 0 };
	int error = sql_run(store->db,
		"INSERT OR IGNORE INTO raw_to_delete SELECT uid FROM trial WHERE "
		"has_raw = 1"
		" AND state = 'done' AND started_unix_ms < ? AND started_unix_ms > ?",
		"ll", p->before_ms, INT64_MIN); /* INT64_MIN: nobody knows when */

	if (error == 0)
		error = sql_run(store->db,
			"UPDATE trial SET has_raw = 0 WHERE has_raw = 1"
			" AND state = 'done' AND started_unix_ms < ? AND "
			"started_unix_ms > ?",
			"ll", p->before_ms, INT64_MIN);
	p->n = sql_n_changed(store->db);
	if (error == 0)
		error = prune_training(store, p);
	if (error < 0 || p->n == 0)
		return error;
	return store_audit_add(store, p->by, "raw.prune", nobody, "recordings",
		"%lld recordings from before %lld", (long long)p->n,
		(long long)p->before_ms);
}

int store_raw_prune(struct store *store, int64_t unix_ms, const char *by)
{
	struct prune p = { unix_ms, by, 0 };
	const int error = store_change(store, STORE_MUST, prune, &p);

	if (error < 0)
		return error;
	store_raw_sweep(store);
	store_reserve_take(store);
	return (int)p.n;
}

/* --- room ---------------------------------------------------------------------------------- */

static void reserve_path(const struct store *store, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/reserve", store->folder);
}

uint64_t store_free_bytes(const struct store *store)
{
	struct statvfs fs;

	if (statvfs(store->folder, &fs) < 0)
		return 0;
	return (uint64_t)fs.f_bavail * (uint64_t)fs.f_frsize;
}

int store_reserve_take(struct store *store)
{
	char path[PATH_MAX];
	struct stat st;
	int error;
	int fd;

	reserve_path(store, path);
	if (lstat(path, &st) == 0 && st.st_blocks >= STORE_RESERVE_BYTES / 512)
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	error = -posix_fallocate(fd, 0, STORE_RESERVE_BYTES);
	close(fd);
	if (error < 0)
		unlink(path); /* half of it would keep room from others for nothing */
	return error;
}

int store_reserve_release(struct store *store)
{
	char path[PATH_MAX];

	reserve_path(store, path);
	return unlink(path) < 0 ? -errno : 0;
}
