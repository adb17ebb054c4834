#include "hw/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* Bytes as they are: no echo, no line editing, no signals; a read waits for one byte at
 * least. */
static int set_raw(int fd)
{
	struct termios settings;

	if (tcgetattr(fd, &settings) < 0)
		return -ENOTTY;
	cfmakeraw(&settings);
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	return tcsetattr(fd, TCSANOW, &settings) < 0 ? -errno : 0;
}

static int open_raw(const char *path)
{
	const int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	/* A pseudo-terminal whose other side is gone answers EIO. */
	return errno == EIO || errno == ENXIO ? -ENOENT : -errno;
}

/* Root may open what another process marked as its own. The mark of a pseudo-terminal outlives a
 * holder that was killed, so it counts only while somebody is there, and is never set here. */
static int open_unmarked(const char *path)
{
	int is_exclusive = 0;
	struct port_info port;
	const int fd = open_raw(path);

	if (fd < 0 || ioctl(fd, TIOCGEXCL, &is_exclusive) < 0 || !is_exclusive)
		return fd;
	close(fd);
	if (ports_describe(path, &port) == 0 && port.holder_pid > 0)
		return -EBUSY;
	return open_raw(path);
}

static int pty_open(struct transport *transport, const char *path, int baud)
{
	const int fd = open_unmarked(path);
	int error;

	(void)baud;
	if (fd < 0)
		return fd;
	error = isatty(fd) ? 0 : -ENOTTY;
	if (error == 0)
		error = transport_lock(fd);
	if (error == 0)
		error = set_raw(fd);
	if (error < 0) {
		close(fd);
		return error;
	}
	/* What came before was not meant for us. */
	(void)tcflush(fd, TCIFLUSH);
	transport->fd = fd;
	return 0;
}

static void pty_close(struct transport *transport)
{
	close(transport->fd);
}

const struct transport_ops transport_pty_ops = {
	.name = "pty",
	.open = pty_open,
	.close = pty_close,
};
