#include "hw/transport.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char dev_folder[] = "/dev/";

/* Write the device node's name below /dev; returns false if the path leads nowhere
 * there. */
static bool device_name(const char *path, char *name, size_t size)
{
	char real[PATH_MAX];

	if (!realpath(path, real) || strncmp(real, dev_folder, strlen(dev_folder)) != 0)
		return false;
	return snprintf(name, size, "%s", real + strlen(dev_folder)) < (int)size;
}

const struct transport_ops *transport_kind(const char *path)
{
	char name[PATH_MAX];
	char class_path[PATH_MAX + 32];
	struct stat what;

	if (stat(path, &what) < 0)
		return NULL;
	if (!device_name(path, name, sizeof(name)))
		return &transport_pty_ops;
	snprintf(class_path, sizeof(class_path), "/sys/class/tty/%s", name);
	return lstat(class_path, &what) == 0 ? &transport_serial_ops
					     : &transport_pty_ops;
}

bool transport_has_baud(const char *path)
{
	char name[PATH_MAX];

	return transport_kind(path) == &transport_serial_ops &&
	       device_name(path, name, sizeof(name)) && strncmp(name, "ttyACM", 6) != 0;
}

int transport_open(struct transport *transport, const char *path, int baud)
{
	const struct transport_ops *kind = transport_kind(path);

	transport->fd = -1;
	transport->handle = NULL;
	transport->ops = kind;
	if (!kind)
		return errno == EACCES ? -EACCES : -ENOENT;
	return kind->open(transport, path, baud);
}

void transport_close(struct transport *transport)
{
	if (transport->fd >= 0)
		transport->ops->close(transport);
	transport->fd = -1;
}

int transport_read(struct transport *transport, uint8_t *bytes, size_t size)
{
	for (;;) {
		const ssize_t n = read(transport->fd, bytes, size);

		if (n > 0)
			return (int)n;
		/* The descriptor is set to wait for at least one byte: none at all is
		 * an end. */
		if (n == 0)
			return -ENODEV;
		if (errno == EAGAIN)
			return -EAGAIN;
		if (errno != EINTR)
			return -ENODEV;
	}
}

int transport_write(struct transport *transport, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		const ssize_t done = write(transport->fd, bytes, n);

		if (done >= 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		if (errno == EAGAIN)
			return -EAGAIN;
		if (errno != EINTR)
			return -ENODEV;
	}
	return 0;
}

int transport_lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK ? -EBUSY : 0;
}
