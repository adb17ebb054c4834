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

static int write_in(
	int dir_fd, const char *name, const char *bytes, size_t n, bool replace)
{
	char part[NAME_MAX + 1];
	int fd, err;

	if (snprintf(part, sizeof(part), ".%s.part", name) >= (int)sizeof(part))
		return -ENAMETOOLONG;
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
	if (err == 0)
		err = put_in_place(dir_fd, part, name, replace);
	if (err < 0)
		unlinkat(dir_fd, part, 0);
	return err;
}

int parcel_write(
	const char *dir, const char *name, const char *bytes, size_t n, bool replace)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (dir_fd < 0)
		return -errno;
	err = write_in(dir_fd, name, bytes, n, replace);
	if (err == 0)
		err = sync_folder(dir_fd);
	close(dir_fd);
	return err;
}

static bool is_taken(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat there;

	return snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path) &&
	       lstat(path, &there) == 0;
}

int parcel_write_all(
	const struct parcel *parcel, const char *dir, bool replace, const char **failed)
{
	for (int i = 0; !replace && i < parcel->n; i++)
		if (is_taken(dir, parcel->files[i].name)) {
			*failed = parcel->files[i].name;
			return -EEXIST;
		}
	for (int i = 0; i < parcel->n; i++) {
		const struct parcel_file *f = &parcel->files[i];
		int err = parcel_write(dir, f->name, f->bytes, f->n, replace);

		if (err < 0) {
			*failed = f->name;
			return err;
		}
	}
	return 0;
}
