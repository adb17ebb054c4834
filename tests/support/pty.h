/* A pseudo-terminal for tests: the test holds the mat's side, the code under test opens the other.
 * Fails the running cmocka test if the system gives none. */
#ifndef STANCE_TESTS_SUPPORT_PTY_H
#define STANCE_TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pty {
	int master;     /* non-blocking; -1 while unplugged */
	char path[64];  /* of the side to be opened */
	char link[256]; /* a link to it that outlives the unplugging, "" if none */
};

/* Open a pair in raw mode; `link` (may be NULL) is made or moved to it. */
void pty_plug(struct pty *pty, const char *link);

/* Close the mat's side: the other hangs up. The link is removed. */
void pty_unplug(struct pty *pty);

/* How another program keeps a port for itself. */
enum pty_hold { PTY_HOLD_OPEN, PTY_HOLD_LOCK, PTY_HOLD_MARK };

/* Start a process that opens the host's side, holds it so and waits; returns once it does. It has
 * nothing else open. */
pid_t pty_hold(const struct pty *pty, enum pty_hold how);

/* Return whether this kernel tells that a port is marked; an emulator's may not (TIOCGEXCL). */
bool pty_tells_marks(void);

/* Write what the kernel calls that process: this program's name, under an emulator the emulator's. `size` 16 is enough. */
void pty_holder_name(char *name, size_t size);

/* Kill it. */
void pty_release(pid_t holder);

/* Read what the host sent, at most `size`; returns the count, 0 if nothing. */
size_t pty_read(struct pty *pty, uint8_t *bytes, size_t size);

/* Write all bytes, waiting up to a second for the host to take them. */
void pty_write(struct pty *pty, const uint8_t *bytes, size_t n);

#endif
