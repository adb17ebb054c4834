#define _GNU_SOURCE /* renameat2() */
#include "src/export/parcel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int parcel_add(struct parcel *parcel, const char *name, char *bytes, size_t n)
{
	struct parcel_file *files =
		bytes ? realloc(parcel->files,
				((size_t)parcel->n + 1) * sizeof(*parcel->files))
		      : NULL;

	if (!files) {
		free(bytes);
		return -ENOMEM;
	}
	parcel->files = files;
	files += parcel->n++;
	snprintf(files->name, sizeof(files->name), "%s", name);
	files->bytes = bytes;
	files->n = n;
	return 0;
}

void parcel_fini(struct parcel *parcel)
{
	for (int i = 0; i < parcel->n; i++)
		free(parcel->files[i].bytes);
	free(parcel->files);
	*parcel = (struct parcel){ 0 };
}

/* --- writing ------------------------------------------------------------------------------- */

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		bytes += written;
		n -= (size_t)written;
	}
	return 0;
}

/* A file system that cannot sync a folder keeps its own promises. */
static int sync_folder(int dir_fd)
{
	return fsync(dir_fd) < 0 && errno != EINVAL && errno != ENOTSUP ? -errno : 0;
}

/* Not every file system knows "only if there is none"; a link tells as surely, and where neither is
 * known one look must do. */
static int put_in_place(int dir_fd, const char *part, const char *name, bool replace)
{
	struct stat there;

	if (replace)
		return renameat(dir_fd, part, dir_fd, name) < 0 ? -errno : 0;
	if (renameat2(dir_fd, part, dir_fd, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (fstatat(dir_fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(dir_fd, part, dir_fd, name) < 0 ? -errno : 0;
}

static int part_name(const char *name, char part[NAME_MAX + 1])
{
	return snprintf(part, NAME_MAX + 1, ".%s.part", name) > NAME_MAX ? -ENAMETOOLONG
									 : 0;
}

static void drop_part(int dir_fd, const char *name)
{
	char part[NAME_MAX + 1];

	if (part_name(name, part) == 0)
		unlinkat(dir_fd, part, 0);
}

/* Write it under its hidden name, on the disk. */
static int write_part(int dir_fd, const char *name, const char *bytes, size_t n)
{
	char part[NAME_MAX + 1];
	int fd, err = part_name(name, part);

	if (err < 0)
		return err;
	/* One that is left from a crash is nobody's. */
	if (unlinkat(dir_fd, part, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(dir_fd, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, bytes, n);
	if (err == 0 && fsync(fd) < 0)
		err = -errno;
	if (close(fd) < 0 && err == 0)
		err = -errno;
	if (err < 0)
		unlinkat(dir_fd, part, 0);
	return err;
}

static int place_part(int dir_fd, const char *name, bool replace)
{
	char part[NAME_MAX + 1];
	int err = part_name(name, part);

	return err < 0 ? err : put_in_place(dir_fd, part, name, replace);
}

static int open_folder(const char *dir)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir_fd < 0 ? -errno : dir_fd;
}

int parcel_write(
	const char *dir, const char *name, const char *bytes, size_t n, bool replace)
{
	int dir_fd = open_folder(dir);
	int err;

	if (dir_fd < 0)
		return dir_fd;
	err = write_part(dir_fd, name, bytes, n);
	if (err == 0) {
		err = place_part(dir_fd, name, replace);
		if (err < 0)
			drop_part(dir_fd, name);
	}
	if (err == 0)
		err = sync_folder(dir_fd);
	close(dir_fd);
	return err;
}

/* --- all of them --------------------------------------------------------------------------- */

static bool is_taken(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat there;

	return snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path) &&
	       lstat(path, &there) == 0;
}

/* All parts before the first of them is placed: what runs out of room leaves nothing behind. */
static int write_files(
	const struct parcel *parcel, int dir_fd, bool replace, const char **failed)
{
	const struct parcel_file *files = parcel->files;
	int n_written = 0, n_placed = 0, err = 0;

	while (n_written < parcel->n && err == 0) {
		const struct parcel_file *f = &files[n_written++];

		*failed = f->name;
		err = write_part(dir_fd, f->name, f->bytes, f->n);
	}
	while (n_placed < parcel->n && err == 0) {
		*failed = files[n_placed].name;
		err = place_part(dir_fd, files[n_placed].name, replace);
		n_placed += err == 0;
	}
	for (int i = n_placed; i < n_written && err < 0; i++)
		drop_part(dir_fd, files[i].name);
	return err == 0 ? sync_folder(dir_fd) : err;
}

int parcel_write_all(
	const struct parcel *parcel, const char *dir, bool replace, const char **failed)
{
	int dir_fd, err;

	for (int i = 0; !replace && i < parcel->n; i++)
		if (is_taken(dir, parcel->files[i].name)) {
			*failed = parcel->files[i].name;
			return -EEXIST;
		}
	if (parcel->n > 0)
		*failed = parcel->files[0].name;
	dir_fd = open_folder(dir);
	if (dir_fd < 0)
		return dir_fd;
	err = write_files(parcel, dir_fd, replace, failed);
	close(dir_fd);
	return err;
}
