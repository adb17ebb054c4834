/* Ports as byte pipes: open, read, write, close, without ever blocking.
 * Does not know what the bytes mean or when to try again.
 * Follows docs/mats.md ("Ports"): serial ports through libserialport, pseudo-terminals, which
 * libserialport refuses, through a raw descriptor. */
#ifndef STANCE_HW_TRANSPORT_H
#define STANCE_HW_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/ports.h"

struct transport_ops;

/* An open port. Caller-owned; all zero but `fd` is closed. */
struct transport {
	const struct transport_ops *ops;
	int fd; /* to poll for input; -1 while closed */
	void *handle;
};

/* One kind of port. Errors are negative errnos: -ENOENT not there, -EACCES not allowed, -EBUSY in
 * use, -ENOTTY not a port, -EINVAL rate refused. */
struct transport_ops {
	const char *name;
	int (*open)(struct transport *transport, const char *path, int baud);
	void (*close)(struct transport *transport);
};

extern const struct transport_ops transport_serial_ops;
extern const struct transport_ops transport_pty_ops;

/* Return the kind of port a path is: what the kernel lists as a tty device is serial, another
 * terminal is a pseudo-terminal. `path` may be a link. NULL if there is nothing there. */
const struct transport_ops *transport_kind(const char *path);

/* Return whether a port's line rate means anything: not for pseudo-terminals and USB modems (CDC
 * ACM). */
bool transport_has_baud(const char *path);

/* Open a port for this process alone. Returns 0 or an errno of the ops. */
int transport_open(struct transport *transport, const char *path, int baud);

/* Close; does nothing to a closed one. */
void transport_close(struct transport *transport);

/* Read what is there. Returns the count, -EAGAIN if nothing is, -ENODEV after a hang-up. */
int transport_read(struct transport *transport, uint8_t *bytes, size_t size);

/* Write all or report: 0, -EAGAIN if the port does not take it now (part of it may have gone),
 * -ENODEV after a hang-up. */
int transport_write(struct transport *transport, const uint8_t *bytes, size_t n);

/* Lock an open descriptor for this process; -EBUSY if another holds it. For the ops. */
int transport_lock(int fd);

/* List the serial ports: path, description, vid, pid and usb_serial are filled in, in no order.
 * Returns how many there are (may exceed `max`), or a negative errno. */
int transport_serial_list(struct port_info *ports, size_t max);

/* The same for one port. Returns 0, or -ENOENT if it is not a serial port. */
int transport_serial_describe(const char *path, struct port_info *port);

#endif
