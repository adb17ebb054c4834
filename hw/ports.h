/* The serial ports of this machine: what they are, who may open them, who holds them.
 * Does not open them.
 * Follows libserialport's port list, /dev/serial/by-id and /proc. */
#ifndef STANCE_HW_PORTS_H
#define STANCE_HW_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Strings are NUL-terminated, cut if longer, with control characters replaced by '?'. */
struct port_info {
	char path[256];
	char by_id[256];       /* "" if none */
	char description[128]; /* "" if none */
	int vid, pid;          /* -1 if not USB */
	char usb_serial[64];
	bool may_open;    /* by the effective user of this process */
	char group[64];   /* group that owns the device node */
	pid_t holder_pid; /* 0: nobody we can see */
	char holder_name[64];
	char driver_guess[16]; /* a driver's name, "" if none would claim it */
};

/* Fill up to `max` entries in name order; returns how many exist (may exceed `max`), or a negative
 * errno. Pseudo-terminals are not listed. */
int ports_list(struct port_info *ports, size_t max);

/* Describe one path, a pseudo-terminal or link too. Returns 0 or -ENOENT, -ENOTTY. */
int ports_describe(const char *path, struct port_info *port);

#endif
