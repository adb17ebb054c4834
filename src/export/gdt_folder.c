#define _GNU_SOURCE /* renameat2() */
#include "src/export/gdt_folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/export/gdt.h"

#define MAX_SAME 1000 /* refused files of one name */
#define NAME_CUT 230  /* leaves room for a number and .txt */

/* A candidate, before it is read. */
struct candidate {
	char *name;
	int64_t mtime_ns;
};

struct listing {
	struct candidate *all;
	int n, capacity;
};

static int64_t mtime_ns(const struct stat *s)
{
	return (int64_t)s->st_mtim.tv_sec * INT64_C(1000000000) + s->st_mtim.tv_nsec;
}

static bool is_candidate(const char *name)
{
	const char *end = strrchr(name, '.');

	if (name[0] == '.' || !end)
		return false;
	if (strcasecmp(end, ".gdt") == 0)
		return true;
	return strlen(end) == 4 && isdigit((unsigned char)end[1]) &&
	       isdigit((unsigned char)end[2]) && isdigit((unsigned char)end[3]);
}

/* --- what is there ------------------------------------------------------------------------- */

static int add(struct listing *l, const char *name, int64_t at_ns)
{
	if (l->n == l->capacity) {
		int capacity = l->capacity > 0 ? l->capacity * 2 : 64;
		struct candidate *all =
			realloc(l->all, (size_t)capacity * sizeof(*l->all));

		if (!all)
			return -ENOMEM;
		l->all = all;
		l->capacity = capacity;
	}
	l->all[l->n].name = strdup(name);
	if (!l->all[l->n].name)
		return -ENOMEM;
	l->all[l->n++].mtime_ns = at_ns;
	return 0;
}

static void free_listing(struct listing *l)
{
	for (int i = 0; i < l->n; i++)
		free(l->all[i].name);
	free(l->all);
}

static int by_age(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns < y->mtime_ns ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int list(int dir_fd, struct listing *l)
{
	int own = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0), err = 0;
	DIR *dir = own >= 0 ? fdopendir(own) : NULL;
	const struct dirent *entry;

	if (!dir) {
		err = -errno;
		if (own >= 0)
			close(own);
		return err;
	}
	rewinddir(dir);
	for (errno = 0; err == 0 && (entry = readdir(dir)); errno = 0) {
		struct stat s;

		if (is_candidate(entry->d_name) &&
			fstatat(dir_fd, entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(s.st_mode))
			err = add(l, entry->d_name, mtime_ns(&s));
	}
	if (err == 0 && errno != 0)
		err = -errno;
	closedir(dir);
	qsort(l->all, (size_t)l->n, l->n > 0 ? sizeof(*l->all) : 1, by_age);
	return err;
}

/* --- one file ------------------------------------------------------------------------------ */

/* Returns the bytes read, at most GDT_MAX_BYTES + 1; a negative errno. */
static ssize_t read_bytes(int fd, char *bytes)
{
	size_t n = 0;

	while (n <= GDT_MAX_BYTES) {
		ssize_t got = read(fd, bytes + n, GDT_MAX_BYTES + 1 - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int open_file(int dir_fd, const char *name, struct gdt_folder_item *item)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat s;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &s) < 0 || !S_ISREG(s.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	item->dev = s.st_dev;
	item->ino = s.st_ino;
	item->size = s.st_size;
	item->mtime_ns = mtime_ns(&s);
	return fd;
}

/* Returns whether there is something to do with it now. */
static bool read_item(int dir_fd, const char *name, int64_t now_s, char *bytes,
	struct gdt_folder_item *item)
{
	int fd, err;
	ssize_t n;

	*item = (struct gdt_folder_item){ 0 };
	snprintf(item->name, sizeof(item->name), "%s", name);
	fd = open_file(dir_fd, name, item);
	if (fd < 0)
		return false; /* gone, or not ours to read: it stays */
	n = read_bytes(fd, bytes);
	close(fd);
	if (n < 0)
		return false;
	err = gdt_request_read(
		bytes, (size_t)n, &item->request, item->reason, sizeof(item->reason));
	item->is_request = err == 0;
	if (err == -ENOMEM)
		return false;
	return err != -EAGAIN ||
	       now_s - item->mtime_ns / 1000000000 >= GDT_FOLDER_PATIENCE_S;
}

int gdt_folder_read(const char *dir, int64_t now_s, struct gdt_folder_item *items,
	int max, bool *more)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *bytes = malloc(GDT_MAX_BYTES + 1);
	struct listing l = { 0 };
	int err = dir_fd < 0 ? -errno : bytes ? 0 : -ENOMEM;
	int n = 0, i = 0;

	/* What cannot be taken away afterwards would be read for ever. */
	if (err == 0 && faccessat(dir_fd, ".", W_OK, 0) < 0)
		err = -errno;
	if (err == 0)
		err = list(dir_fd, &l);
	for (; err == 0 && i < l.n && n < max; i++)
		n += read_item(dir_fd, l.all[i].name, now_s, bytes, &items[n]);
	*more = err == 0 && i < l.n;
	free_listing(&l);
	free(bytes);
	if (dir_fd >= 0)
		close(dir_fd);
	return err < 0 ? err : n;
}

/* --- afterwards ---------------------------------------------------------------------------- */

static bool is_same(int dir_fd, const struct gdt_folder_item *item)
{
	struct stat s;

	return fstatat(dir_fd, item->name, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
	       s.st_dev == item->dev && s.st_ino == item->ino &&
	       s.st_size == item->size && mtime_ns(&s) == item->mtime_ns;
}

int gdt_folder_take(const char *dir, const struct gdt_folder_item *item)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (dir_fd < 0)
		return -errno;
	if (is_same(dir_fd, item) && unlinkat(dir_fd, item->name, 0) < 0 &&
		errno != ENOENT)
		err = -errno;
	close(dir_fd);
	return err;
}

static int open_refused(int dir_fd)
{
	int fd;

	if (mkdirat(dir_fd, GDT_FOLDER_REFUSED, 0770) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(dir_fd, GDT_FOLDER_REFUSED,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int move_new(int from_fd, const char *from, int to_fd, const char *to)
{
	struct stat there;

	if (renameat2(from_fd, from, to_fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (fstatat(to_fd, to, &there, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(from_fd, from, to_fd, to) < 0 ? -errno : 0;
}

/* The whole line, on the disk, or nothing. */
static int write_line(int fd, const char *path, const char *text)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%s\r\n", text);
	int out = openat(
		fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0660);
	bool is_whole;

	if (out < 0)
		return -errno;
	is_whole = write(out, line, (size_t)n) == n && fsync(out) == 0;
	close(out);
	if (is_whole)
		return 0;
	unlinkat(fd, path, 0);
	return -EIO;
}

/* Full disk or not, the file is moved: then its reason is in the log alone. Whoever watches the folder finds it
 * whole. */
static void write_reason(int fd, const char *name, const char *reason)
{
	char path[NAME_MAX + 1], begun[NAME_MAX + 1];

	snprintf(path, sizeof(path), "%.*s.txt", NAME_CUT + 10, name);
	snprintf(begun, sizeof(begun), ".%.*s.part", NAME_CUT + 10, name);
	if (write_line(fd, begun, reason) == 0 && renameat(fd, begun, fd, path) < 0)
		unlinkat(fd, begun, 0);
}

static int refuse(int dir_fd, int to_fd, const struct gdt_folder_item *item)
{
	char name[NAME_MAX + 1];
	int err = -EEXIST;

	for (int k = 1; err == -EEXIST && k < MAX_SAME; k++) {
		if (k == 1)
			snprintf(name, sizeof(name), "%.*s", NAME_CUT, item->name);
		else
			snprintf(
				name, sizeof(name), "%.*s.%d", NAME_CUT, item->name, k);
		err = move_new(dir_fd, item->name, to_fd, name);
	}
	if (err == 0)
		write_reason(to_fd, name, item->reason);
	return err;
}

int gdt_folder_refuse(const char *dir, const struct gdt_folder_item *item)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int to_fd = dir_fd < 0 ? -errno : open_refused(dir_fd);
	int err = to_fd < 0 ? to_fd : 0;

	if (err == 0 && is_same(dir_fd, item))
		err = refuse(dir_fd, to_fd, item);
	if (to_fd >= 0)
		close(to_fd);
	if (dir_fd >= 0)
		close(dir_fd);
	return err;
}
