#define _GNU_SOURCE /* eaccess(), strverscmp() */
#include "hw/ports.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "hw/mat_driver.h"
#include "hw/transport.h"

/* Where udev links USB ports by what they are. */
static const char by_id_folder[] = "/dev/serial/by-id";

/* USB strings come from the device: nothing that could steer a terminal or a log gets
 * through. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

/* --- who holds it --------------------------------------------------------- */

/* Return whether a descriptor's fdinfo names this pseudo-terminal as the one it is the
 * master of. */
static bool is_master_of(const char *fdinfo_path, int pts_number)
{
	char line[128];
	int number = -1;
	FILE *file = fopen(fdinfo_path, "re");

	if (!file)
		return false;
	while (number < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "tty-index: %d", &number) != 1)
			number = -1;
	fclose(file);
	return number >= 0 && number == pts_number;
}

struct hold {
	bool has_port, has_master;
};

/* Look through one process's descriptors for the port and for its master side. */
static struct hold look_at_process(const char *pid, const char *real, int pts_number)
{
	struct hold hold = { false, false };
	char folder[64];
	DIR *dir;

	snprintf(folder, sizeof(folder), "/proc/%.16s/fd", pid);
	dir = opendir(folder);
	if (!dir)
		return hold;
	for (const struct dirent *e; (e = readdir(dir));) {
		char path[128];
		char target[PATH_MAX];
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%.16s/fd/%.16s", pid, e->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (strcmp(target, real) == 0)
			hold.has_port = true;
		if (pts_number < 0 || !strstr(target, "ptmx"))
			continue;
		snprintf(
			path, sizeof(path), "/proc/%.16s/fdinfo/%.16s", pid, e->d_name);
		hold.has_master = hold.has_master || is_master_of(path, pts_number);
	}
	closedir(dir);
	return hold;
}

static void read_name(const char *pid, char *name, size_t size)
{
	char path[64];
	FILE *file;

	name[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(name, (int)size, file))
		name[strcspn(name, "\n")] = '\0';
	fclose(file);
	make_printable(name);
}

/* Find a process that has the port open. Whoever holds the other side of a
 * pseudo-terminal is the mat itself, not a rival. */
static void find_holder(const char *real, struct port_info *port)
{
	int pts_number = -1;
	DIR *dir = opendir("/proc");

	if (!dir)
		return;
	if (sscanf(real, "/dev/pts/%d", &pts_number) != 1)
		pts_number = -1;
	for (const struct dirent *e; port->holder_pid == 0 && (e = readdir(dir));) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;

		const struct hold hold = look_at_process(e->d_name, real, pts_number);

		if (!hold.has_port || hold.has_master)
			continue;
		port->holder_pid = (pid_t)strtol(e->d_name, NULL, 10);
		read_name(e->d_name, port->holder_name, sizeof(port->holder_name));
	}
	closedir(dir);
}

/* --- what it is ----------------------------------------------------------- */

static void find_by_id(const char *real, struct port_info *port)
{
	DIR *dir = opendir(by_id_folder);

	if (!dir)
		return;
	for (const struct dirent *e; port->by_id[0] == '\0' && (e = readdir(dir));) {
		char path[PATH_MAX];
		char target[PATH_MAX];

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", by_id_folder, e->d_name);
		if (realpath(path, target) && strcmp(target, real) == 0)
			snprintf(port->by_id, sizeof(port->by_id), "%.255s", path);
	}
	closedir(dir);
}

static void find_access(const char *path, struct port_info *port)
{
	struct stat what;

	port->may_open = eaccess(path, R_OK | W_OK) == 0;
	if (stat(path, &what) < 0)
		return;

	const struct group *group = getgrgid(what.st_gid);

	if (group)
		snprintf(port->group, sizeof(port->group), "%s", group->gr_name);
	else
		snprintf(port->group, sizeof(port->group), "%u",
			(unsigned int)what.st_gid);
}

static void guess_driver(struct port_info *port)
{
	const struct mat_driver_ops *const *driver = mat_driver_table();

	for (; *driver; driver++)
		if ((*driver)->claims(port)) {
			snprintf(port->driver_guess, sizeof(port->driver_guess), "%s",
				(*driver)->name);
			return;
		}
}

/* Add what the library does not tell to an entry whose path is known. */
static void complete(struct port_info *port)
{
	char real[PATH_MAX];

	make_printable(port->path);
	make_printable(port->description);
	make_printable(port->usb_serial);
	if (!realpath(port->path, real))
		return;
	find_by_id(real, port);
	make_printable(port->by_id);
	find_access(real, port);
	find_holder(real, port);
	guess_driver(port);
}

static int compare_paths(const void *a, const void *b)
{
	const struct port_info *left = a;
	const struct port_info *right = b;

	return strverscmp(left->path, right->path);
}

int ports_list(struct port_info *ports, size_t max)
{
	if (max > 0)
		memset(ports, 0, max * sizeof(*ports));

	const int n = transport_serial_list(ports, max);
	const size_t n_filled = n < 0 ? 0 : (size_t)n < max ? (size_t)n : max;

	for (size_t i = 0; i < n_filled; i++)
		complete(&ports[i]);
	qsort(ports, n_filled, sizeof(*ports), compare_paths);
	return n;
}

/* The kernel's list of devices gives these majors to the slave sides of pseudo-terminals. */
static bool is_pts_device(dev_t device)
{
	return major(device) >= 136 && major(device) <= 143;
}

int ports_describe(const char *path, struct port_info *port)
{
	const struct transport_ops *kind = transport_kind(path);
	struct port_info found = { .vid = -1, .pid = -1 };
	struct stat what;

	if (!kind || stat(path, &what) < 0)
		return -ENOENT;
	if (!S_ISCHR(what.st_mode) ||
		(kind == &transport_pty_ops && !is_pts_device(what.st_rdev)))
		return -ENOTTY;
	if (kind == &transport_serial_ops)
		(void)transport_serial_describe(path, &found);
	snprintf(found.path, sizeof(found.path), "%s", path);
	complete(&found);
	*port = found;
	return 0;
}
