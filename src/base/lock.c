#include "src/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_one(const char *path, mode_t mode)
{
	struct stat what;

	if (mkdir(path, mode) == 0)
		return 0;
	if (errno != EEXIST && stat(path, &what) < 0)
		return -errno;
	if (stat(path, &what) < 0)
		return -errno;
	return S_ISDIR(what.st_mode) ? 0 : -ENOTDIR;
}

int lock_make_dir(const char *path, mode_t mode, char *message, size_t size)
{
	char part[PATH_MAX];
	int err = 0;

	if (strlen(path) >= sizeof(part)) {
		snprintf(message, size, "The path of a folder is too long: %s", path);
		return -ENAMETOOLONG;
	}
	for (const char *p = path; err == 0 && *p;) {
		p += 1 + strcspn(p + 1, "/");
		memcpy(part, path, (size_t)(p - path));
		part[p - path] = '\0';
		err = make_one(part, mode);
	}
	if (err < 0)
		snprintf(message, size,
			"Cannot make the folder %s: %s; check who may write there.",
			part, strerror(-err));
	return err;
}

static long read_pid(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strtol(text, NULL, 10);
}

static int write_pid(int fd)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) != n)
		return errno ? -errno : -EIO;
	return 0;
}

int lock_take(const char *dir, char *message, size_t size)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (snprintf(path, sizeof(path), "%s/stanced.pid", dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		err = write_pid(fd);
	} else if (fd >= 0 && errno == EWOULDBLOCK) {
		snprintf(message, size,
			"%s is in use by process %ld (a daemon, or a command that "
			"changes "
			"the store); wait or stop it, or choose another folder with "
			"--state-dir.",
			dir, read_pid(fd));
		close(fd);
		return -EBUSY;
	} else {
		err = -errno;
	}
	if (err == 0)
		return fd;
	snprintf(message, size, "Cannot write %s: %s; check who may write there.", path,
		strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}
