#define _GNU_SOURCE /* mkostemp() */
#include "src/daemon/calibration_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/slurp.h"

#define PATH_SIZE 4096
#define NAME_SIZE 96
#define FOLDER    "calibrations"
#define NEW_NAME  ".new-"

/* --- names ------------------------------------------------------------------------------- */

/* A serial number in a name: what is not a letter, digit or dash becomes %XX. */
static void put_serial(const char *serial, char *out)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *serial; serial++) {
		unsigned char c = (unsigned char)*serial;

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c >= '0' && c <= '9') || c == '-') {
			*out++ = (char)c;
		} else {
			*out++ = '%';
			*out++ = hex[c >> 4];
			*out++ = hex[c & 15];
		}
	}
	*out = '\0';
}

static int path_of(const char *state_dir, const char *name, char path[PATH_SIZE])
{
	int n = snprintf(path, PATH_SIZE, "%s/" FOLDER "/%s", state_dir, name);

	return n < PATH_SIZE ? 0 : -ENAMETOOLONG;
}

static int path_of_id(const char *state_dir, const char *id, char path[PATH_SIZE])
{
	char name[NAME_SIZE];

	if (!calibration_files_is_id(id))
		return -ENOENT;
	snprintf(name, sizeof(name), "%s.json", id);
	return path_of(state_dir, name, path);
}

static int path_of_mat(const char *state_dir, const char *before, const char *serial,
	const char *after, char path[PATH_SIZE])
{
	char plain[3 * 17 + 1], name[NAME_SIZE];

	if (strlen(serial) > 16)
		return -EINVAL;
	put_serial(serial, plain);
	snprintf(name, sizeof(name), "%s%s%s", before, plain, after);
	return path_of(state_dir, name, path);
}

bool calibration_files_is_id(const char *id)
{
	return strlen(id) == CALIBRATION_ID_SIZE - 1 &&
	       strspn(id, "0123456789abcdef") == CALIBRATION_ID_SIZE - 1;
}

/* --- writing ----------------------------------------------------------------------------- */

static int write_all(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t wrote = write(fd, text, n);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -errno;
		text += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

/* Names in the folder are on the disk. */
static int sync_folder(const char *state_dir)
{
	char path[PATH_SIZE];
	int err = path_of(state_dir, "", path), fd;

	if (err < 0)
		return err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* A new file with all of it, under a name of its own, on the disk: mkstemp's mode is 0600. */
static int write_new(const char *state_dir, const char *text, size_t n, char *path)
{
	int err = path_of(state_dir, NEW_NAME "XXXXXX", path), fd;

	if (err < 0)
		return err;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, n);
	if (err == 0 && fsync(fd) < 0)
		err = -errno;
	if (close(fd) < 0 && err == 0)
		err = -errno;
	if (err < 0)
		unlink(path);
	return err;
}

/* All of it or what was there before. */
static int replace(const char *state_dir, const char *path, const char *text, size_t n)
{
	char new_path[PATH_SIZE];
	int err = write_new(state_dir, text, n, new_path);

	if (err < 0)
		return err;
	if (rename(new_path, path) < 0) {
		err = -errno;
		unlink(new_path);
		return err;
	}
	return sync_folder(state_dir);
}

int calibration_files_init(const char *state_dir)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	DIR *folder;
	int err = path_of(state_dir, "", path);

	if (err < 0)
		return err;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	folder = opendir(path);
	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		if (strncmp(entry->d_name, NEW_NAME, strlen(NEW_NAME)) == 0)
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	return 0;
}

/* The id names the content: a file that is there is this one, or a damaged one of it. */
static bool is_there(const char *path, const char *text, size_t n)
{
	char *there;
	size_t n_there;
	bool same;

	if (slurp_file(path, CALIBRATION_TEXT_MAX, &there, &n_there) < 0)
		return false;
	same = n_there == n && memcmp(there, text, n) == 0;
	free(there);
	return same;
}

int calibration_files_put(
	const char *state_dir, const char *id, const char *text, size_t n)
{
	char path[PATH_SIZE];
	int err = path_of_id(state_dir, id, path);

	if (err < 0)
		return err;
	if (is_there(path, text, n))
		return 0;
	return replace(state_dir, path, text, n);
}

/* --- reading ----------------------------------------------------------------------------- */

int calibration_files_get(const char *state_dir, const char *id, char **text, size_t *n)
{
	char path[PATH_SIZE];
	int err = path_of_id(state_dir, id, path);

	return err < 0 ? err : slurp_file(path, CALIBRATION_TEXT_MAX, text, n);
}

int calibration_files_piece(const char *state_dir, const char *id, size_t offset,
	char *piece, size_t size, size_t *total)
{
	char path[PATH_SIZE];
	struct stat what;
	ssize_t n;
	int err = path_of_id(state_dir, id, path), fd;

	if (err < 0)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = fstat(fd, &what) < 0 ? -1 : pread(fd, piece, size, (off_t)offset);
	err = n < 0 ? -errno : (int)n;
	if (n >= 0)
		*total = (size_t)what.st_size;
	close(fd);
	return err;
}

int calibration_files_force(const char *state_dir, const char *serial, const char *id)
{
	char path[PATH_SIZE], line[CALIBRATION_ID_SIZE + 1];
	int err = path_of_mat(state_dir, "in-force-", serial, "", path), n;

	if (err < 0)
		return err;
	n = snprintf(line, sizeof(line), "%s\n", id);
	return replace(state_dir, path, line, (size_t)n);
}

int calibration_files_in_force(
	const char *state_dir, const char *serial, char id[CALIBRATION_ID_SIZE])
{
	char path[PATH_SIZE], *text;
	size_t n;
	int err = path_of_mat(state_dir, "in-force-", serial, "", path);

	if (err == 0)
		err = slurp_file(path, PATH_SIZE, &text, &n);
	if (err < 0)
		return err;
	if (n == 1 && text[0] == '\n')
		err = -ENOENT;
	else if (n != CALIBRATION_ID_SIZE || text[n - 1] != '\n')
		err = -EBADMSG;
	if (err == 0) {
		text[n - 1] = '\0';
		if (calibration_files_is_id(text))
			memcpy(id, text, CALIBRATION_ID_SIZE);
		else
			err = -EBADMSG;
	}
	free(text);
	return err;
}

int calibration_files_put_draft(
	const char *state_dir, const char *serial, const char *text, size_t n)
{
	char path[PATH_SIZE];
	int err = path_of_mat(state_dir, "draft-", serial, ".json", path);

	return err < 0 ? err : replace(state_dir, path, text, n);
}

int calibration_files_get_draft(
	const char *state_dir, const char *serial, char **text, size_t *n)
{
	char path[PATH_SIZE];
	int err = path_of_mat(state_dir, "draft-", serial, ".json", path);

	return err < 0 ? err : slurp_file(path, CALIBRATION_TEXT_MAX, text, n);
}

int calibration_files_drop_draft(const char *state_dir, const char *serial)
{
	char path[PATH_SIZE];
	int err = path_of_mat(state_dir, "draft-", serial, ".json", path);

	if (err < 0)
		return err;
	if (unlink(path) < 0)
		return errno == ENOENT ? 0 : -errno;
	return sync_folder(state_dir);
}

/* --- all of them ------------------------------------------------------------------------- */

static void call_for(
	const char *state_dir, const char *name, calibration_files_fn *fn, void *ctx)
{
	char id[CALIBRATION_ID_SIZE], head[CALIBRATION_HEAD_MAX];
	size_t total;
	int n;

	if (strlen(name) != CALIBRATION_ID_SIZE - 1 + strlen(".json") ||
		strcmp(name + CALIBRATION_ID_SIZE - 1, ".json") != 0)
		return;
	memcpy(id, name, sizeof(id));
	id[sizeof(id) - 1] = '\0';
	n = calibration_files_piece(state_dir, id, 0, head, sizeof(head), &total);
	fn(id, head, n < 0 ? 0 : (size_t)n, ctx);
}

int calibration_files_each(const char *state_dir, calibration_files_fn *fn, void *ctx)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	DIR *folder;
	int err = path_of(state_dir, "", path);

	if (err < 0)
		return err;
	folder = opendir(path);
	if (!folder)
		return -errno;
	while ((entry = readdir(folder)))
		call_for(state_dir, entry->d_name, fn, ctx);
	closedir(folder);
	return 0;
}
