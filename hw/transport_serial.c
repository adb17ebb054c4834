#include "hw/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <libserialport.h>

/* The library's code for the last call that failed, as an errno. */
static int translated(enum sp_return result)
{
	if (result == SP_ERR_FAIL) {
		const int code = sp_last_error_code();

		return code > 0 ? -code : -EIO;
	}
	if (result == SP_ERR_MEM)
		return -ENOMEM;
	return result == SP_ERR_SUPP ? -ENOTTY : -EINVAL;
}

/* Let the driver hand bytes on at once where it would collect them (16 ms on FTDI
 * bridges). Ports without that setting refuse, which is fine. */
static void set_low_latency(int fd)
{
	struct serial_struct settings;

	if (ioctl(fd, TIOCGSERIAL, &settings) < 0)
		return;
	settings.flags |= ASYNC_LOW_LATENCY;
	(void)ioctl(fd, TIOCSSERIAL, &settings);
}

/* The library reads with VMIN 0, which makes "nothing yet" look like a hang-up. */
static int set_wait_for_byte(int fd)
{
	struct termios settings;

	if (tcgetattr(fd, &settings) < 0)
		return -errno;
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	return tcsetattr(fd, TCSANOW, &settings) < 0 ? -errno : 0;
}

/* Root may open what another process marked as its own: ask for the mark, then set
 * ours. */
static int set_exclusive(int fd, bool heeds_mark)
{
	int is_exclusive = 0;

	if (heeds_mark && ioctl(fd, TIOCGEXCL, &is_exclusive) == 0 && is_exclusive)
		return -EBUSY;

	const int error = transport_lock(fd);

	if (error == 0)
		(void)ioctl(fd, TIOCEXCL);
	return error;
}

static int configure(struct sp_port *port, int baud)
{
	enum sp_return result = sp_set_bits(port, 8);

	if (result == SP_OK)
		result = sp_set_parity(port, SP_PARITY_NONE);
	if (result == SP_OK)
		result = sp_set_stopbits(port, 1);
	if (result == SP_OK)
		result = sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE);
	if (result == SP_OK && baud > 0)
		result = sp_set_baudrate(port, baud);
	return result == SP_OK ? 0 : translated(result);
}

static int open_port(
	struct transport *transport, const char *real, int baud, bool heeds_mark)
{
	struct sp_port *port;
	int fd = -1;
	int error;
	enum sp_return result = sp_get_port_by_name(real, &port);

	if (result != SP_OK)
		return translated(result);
	result = sp_open(port, SP_MODE_READ_WRITE);
	if (result != SP_OK) {
		error = translated(result);
		/* The library locks the port itself since 0.1.2, and says only this. */
		if (error == -EWOULDBLOCK)
			error = -EBUSY;
		goto err_free_port;
	}
	result = sp_get_port_handle(port, &fd);
	if (result != SP_OK) {
		error = translated(result);
		goto err_close_port;
	}
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	error = set_exclusive(fd, heeds_mark);
	if (error < 0)
		goto err_close_port;
	error = configure(port, baud);
	if (error < 0)
		goto err_unmark;
	error = set_wait_for_byte(fd);
	if (error < 0)
		goto err_unmark;
	set_low_latency(fd);
	/* What came before was not meant for us. */
	(void)tcflush(fd, TCIFLUSH);
	transport->fd = fd;
	transport->handle = port;
	return 0;

err_unmark:
	(void)ioctl(fd, TIOCNXCL);
err_close_port:
	sp_close(port);
err_free_port:
	sp_free_port(port);
	return error;
}

static int serial_open(struct transport *transport, const char *path, int baud)
{
	char real[PATH_MAX];
	struct port_info port;

	if (!realpath(path, real))
		return -errno;

	const int error = open_port(transport, real, baud, true);

	/* Where a device outlives its users, as pseudo-terminals do, so does the mark of one that
	 * was killed. Only root comes this far past a mark, and root sees every holder. */
	if (error != -EBUSY || ports_describe(real, &port) < 0 || port.holder_pid > 0)
		return error;
	return open_port(transport, real, baud, false);
}

static void serial_close(struct transport *transport)
{
	struct sp_port *port = transport->handle;

	(void)ioctl(transport->fd, TIOCNXCL);
	sp_close(port);
	sp_free_port(port);
	transport->handle = NULL;
}

const struct transport_ops transport_serial_ops = {
	.name = "serial",
	.open = serial_open,
	.close = serial_close,
};

/* --- listing -------------------------------------------------------------- */

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void describe(const struct sp_port *port, struct port_info *info)
{
	copy(info->path, sizeof(info->path), sp_get_port_name(port));
	copy(info->description, sizeof(info->description),
		sp_get_port_description(port));
	info->vid = -1;
	info->pid = -1;
	if (sp_get_port_transport(port) != SP_TRANSPORT_USB)
		return;
	if (sp_get_port_usb_vid_pid(port, &info->vid, &info->pid) != SP_OK) {
		info->vid = -1;
		info->pid = -1;
	}
	copy(info->usb_serial, sizeof(info->usb_serial), sp_get_port_usb_serial(port));
}

int transport_serial_list(struct port_info *ports, size_t max)
{
	struct sp_port **list;
	enum sp_return result;
	size_t n;

	/* A container without /sys has no ports; the library would call that a failure. */
	if (access("/sys/class/tty", F_OK) < 0)
		return 0;
	result = sp_list_ports(&list);
	if (result != SP_OK)
		return translated(result);
	for (n = 0; list[n]; n++)
		if (n < max)
			describe(list[n], &ports[n]);
	sp_free_port_list(list);
	return (int)n;
}

int transport_serial_describe(const char *path, struct port_info *info)
{
	char real[PATH_MAX];
	struct sp_port *port;

	if (!realpath(path, real) || sp_get_port_by_name(real, &port) != SP_OK)
		return -ENOENT;
	describe(port, info);
	sp_free_port(port);
	return 0;
}
