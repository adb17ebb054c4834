#include "ui/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/paths.h"
#include "src/base/settings.h"

#define PATH_SIZE 768
#define TEXT_SIZE 320

/* Make the folders on the way to `path`. Returns 0 or a negative errno. */
static int make_folders(const char *path)
{
	char part[PATH_SIZE];

	for (const char *c = path + 1; *c != '\0'; c++) {
		if (*c != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)(c - path), path);
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int write_all(int fd, const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t done = write(fd, text, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		n -= (size_t)done;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* Put `text` in the place of `path`: after a power cut it is the old one or the new one. */
static int replace(const char *path, const char *text)
{
	char part[PATH_SIZE + 8], folder[PATH_SIZE];
	int error = make_folders(path), fd;

	snprintf(part, sizeof(part), "%s.part", path);
	if (error == 0) {
		fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0)
			return -errno;
		error = write_all(fd, text);
		close(fd);
	}
	if (error == 0 && rename(part, path) < 0)
		error = -errno;
	if (error < 0) {
		unlink(part);
		return error;
	}
	snprintf(
		folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	return 0;
}

/* Read the file as it was, "" where there was none. */
static void read_before(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, size - 1) : 0;

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* What the next start will read. Returns 0 if it is this matrix. */
static int look_again(const char *wanted, const char *path, char *text, size_t size)
{
	struct settings *s = malloc(sizeof(*s));
	int error;

	if (!s) {
		snprintf(text, size, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	settings_init(s);
	error = settings_load(s, NULL, text, size);
	if (error == 0 &&
		strcmp(settings_text(s, SETTINGS_DISPLAY_TOUCH_MATRIX), wanted) != 0) {
		snprintf(text, size, "%s", s->origin[SETTINGS_DISPLAY_TOUCH_MATRIX]);
		error = -EINVAL;
	}
	if (error == 0)
		snprintf(text, size, "%s", path);
	free(s);
	return error;
}

int keep_touch(
	const struct touch_matrix *matrix, const char *config, char *text, size_t size)
{
	char folder[PATH_SIZE - 64], path[PATH_SIZE], before[TEXT_SIZE],
		after[TEXT_SIZE], numbers[128];
	int error;

	if (config) {
		snprintf(text, size, "%s", config);
		return -EPERM;
	}
	error = paths_user_config_dir(folder, sizeof(folder));
	if (error < 0) {
		snprintf(text, size, "HOME");
		return error;
	}
	snprintf(path, sizeof(path), "%s/stance.conf.d/" KEEP_TOUCH_FILE, folder);
	touch_text(matrix, numbers, sizeof(numbers));
	snprintf(after, sizeof(after),
		"; Written by the screen (Calibrate touch). Delete it to be without.\n"
		"[display]\ntouch_matrix = %s\n",
		numbers);
	read_before(path, before, sizeof(before));
	error = replace(path, after);
	if (error < 0) {
		snprintf(text, size, "%.512s: %s", path, strerror(-error));
		return error;
	}
	error = look_again(numbers, path, text, size);
	if (error == -EINVAL || error == -ENOMEM) {
		if (before[0] != '\0')
			replace(path, before);
		else
			unlink(path);
	}
	return error;
}
