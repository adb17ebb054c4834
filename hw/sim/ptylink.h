/* The cable: a pseudo-terminal whose path a symbolic link tells, that can be pulled and put back.
 * Does not know what is said over it.
 * Follows pty(7); the link is replaced atomically, so that it never points to nothing by
 * accident. */
#ifndef STANCE_HW_SIM_PTYLINK_H
#define STANCE_HW_SIM_PTYLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Caller-owned. `fd` is -1 while unplugged. */
struct ptylink {
	const char *path; /* borrowed */
	int fd;           /* our end, never blocking */
	char device[64];  /* the host's end */
	bool has_reader; /* somebody has the host's end open, as far as ptylink_poll() saw */
};

/* Prepare a cable whose link will be `path`; nothing is opened. */
void ptylink_init(struct ptylink *link, const char *path);

/* Open a pseudo-terminal in raw mode and let the link point to it. Returns 0; -EEXIST if `path`
 * exists and is no symbolic link (it is left alone); or a negative errno. */
int ptylink_plug(struct ptylink *link);

/* Hang up, and remove the link if it is still ours. */
void ptylink_unplug(struct ptylink *link);

/* Wait up to `timeout_ns` for the host to send, to connect or (if `want_write`) to take more;
 * an interrupted wait returns early. `mask` as in ppoll(2). Returns true if the host's end was
 * opened or closed since the last call. */
bool ptylink_poll(
	struct ptylink *link, bool want_write, int64_t timeout_ns, const void *mask);

/* Read or write what is possible now. Return the number of bytes, 0 if none. */
size_t ptylink_read(struct ptylink *link, uint8_t *bytes, size_t n);
size_t ptylink_write(struct ptylink *link, const uint8_t *bytes, size_t n);

/* Wait until the reader has taken everything, at most `timeout_ns`. */
void ptylink_drain(struct ptylink *link, int64_t timeout_ns);

#endif
