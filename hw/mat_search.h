/* Which port to try next when no path is given: new ones at once, fruitless ones ever more rarely,
 * the one that last had a mat first.
 * Does not open ports. */
#ifndef STANCE_HW_MAT_SEARCH_H
#define STANCE_HW_MAT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/ports.h"

#define MAT_SEARCH_PORTS 32

/* One port and when it deserves another look. */
struct mat_search_port {
	/* As listed; holder and access are looked up before each try. */
	struct port_info info;
	int64_t seen_ns; /* when it was first listed */
	int64_t due_ns;
	int n_failures;
};

/* Caller-owned; zero is the state before the first scan. Large: not for the stack. */
struct mat_search {
	struct mat_search_port ports[MAT_SEARCH_PORTS];
	size_t n_ports;
	bool has_scanned;
	uint64_t signature; /* of the names of the machine's tty devices */
	int64_t scan_due_ns;
	char home_by_id[256]; /* of the port that last had a mat, "" if none */
	char home_path[256];
	struct port_info listed[MAT_SEARCH_PORTS]; /* scratch of a scan */
};

/* Look for ports that came or went: cheap unless some did. */
void mat_search_scan(struct mat_search *search, int64_t now_ns);

/* Return the port to try now, NULL if none is due. */
struct mat_search_port *mat_search_next(struct mat_search *search, int64_t now_ns);

/* Note that a try failed; the port is due again in 2 s, later up to 10 s. */
void mat_search_failed(struct mat_search_port *port, int64_t now_ns);

/* Note that a port may not be opened, and return whether that is to be said: a port is there for a moment before udev
 * gives it to whom its rules name, so in its first 2 s it is not, and the port is looked at again soon. */
bool mat_search_forbidden(struct mat_search_port *port, int64_t now_ns);

/* Note that a mat is on this port: it comes first from now on, and at once. */
void mat_search_found(struct mat_search *search, const struct mat_search_port *port);

/* Make a port due at once (its mat was unplugged or went silent). */
void mat_search_retry(struct mat_search *search, const char *path, int64_t now_ns);

#endif
