/* What a station can be ill of: findings with a verdict, a sentence and the remedy.
 * Does not print. The checks of the machine read files below a root that tests may set.
 * Follows stance(1) ("doctor") and the kernel's documents named at each check. */
#ifndef STANCE_CLI_DOCTOR_H
#define STANCE_CLI_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "src/cli/cli.h"
#include "src/ipc/documents.h"

#define DOCTOR_MAX_FINDINGS 48

/* From best to worst. */
enum doctor_verdict { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

/* One thing looked at. */
struct doctor_finding {
	const char *id; /* "socket", "power", ... */
	enum doctor_verdict verdict;
	char text[768];
	char fix[512]; /* "" if there is nothing to do */
};

/* Caller-owned; begin with a zeroed struct. */
struct doctor {
	const char *root; /* "" for this machine */
	struct doctor_finding finding[DOCTOR_MAX_FINDINGS];
	int n;
	int code; /* exit code of the first failure, 0 while there is none */
};

/* Add a finding; `code` is the exit code if it is a failure. Returns its `fix`, to be filled in, of
 * sizeof(finding[0].fix) bytes. When the list is full the last finding is overwritten. */
char *doctor_add(struct doctor *d, const char *id, enum doctor_verdict verdict,
	int code, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Return the worst verdict so far. */
enum doctor_verdict doctor_worst(const struct doctor *d);

/* Return "ok", "warning", "failure". */
const char *doctor_word(enum doctor_verdict verdict);

/* The station: the daemon's status, its mat, its wire and its calibration. */
void doctor_check_status(struct doctor *d, const struct status_document *status);

/* The machine, from files below `root`: programs that grab serial ports (/proc), supply voltage
 * (/sys: get_throttled or the rpi_volt alarm), heat (/sys/class/thermal). */
void doctor_check_grabbers(struct doctor *d);
void doctor_check_power(struct doctor *d);
void doctor_check_heat(struct doctor *d);

/* The clock, as the kernel tells it: `unix_s` now, `synchronised` by a time service or not. */
void doctor_check_clock(struct doctor *d, int64_t unix_s, bool synchronised);

/* Room for data at `path`: `free_bytes` of it. */
void doctor_check_space(struct doctor *d, const char *path, double free_bytes);

#endif
