#define _GNU_SOURCE /* ppoll(), ptsname_r() */
#include "hw/sim/ptylink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "src/base/clock.h"

#define NO_READER_WAIT_NS (5 * CLOCK_NS_PER_MS) /* how soon a new reader is noticed */
#define DRAIN_STEP_NS     (5 * CLOCK_NS_PER_MS)
#define DRAIN_QUIET_STEPS 4

void ptylink_init(struct ptylink *link, const char *path)
{
	*link = (struct ptylink){ .path = path, .fd = -1 };
}

/* Make `path` a symbolic link to the device without a moment in which it is missing. */
static int publish(const struct ptylink *link)
{
	char next[PATH_MAX];
	struct stat st;

	if (lstat(link->path, &st) == 0 && !S_ISLNK(st.st_mode))
		return -EEXIST;
	if (snprintf(next, sizeof(next), "%s.%ld", link->path, (long)getpid()) >=
		(int)sizeof(next))
		return -ENAMETOOLONG;
	unlink(next);
	if (symlink(link->device, next) < 0)
		return -errno;
	if (rename(next, link->path) < 0) {
		int rc = -errno;

		unlink(next);
		return rc;
	}
	return 0;
}

static int make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return -errno;
	cfmakeraw(&t);
	return tcsetattr(fd, TCSANOW, &t) < 0 ? -errno : 0;
}

/* Open and close the host's end once: only then does poll(2) say that nobody has it open. */
static int touch_host_end(const char *device)
{
	int fd = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return -errno;
	rc = make_raw(fd);
	close(fd);
	return rc;
}

int ptylink_plug(struct ptylink *link)
{
	int rc = 0;

	link->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (link->fd < 0)
		return -errno;
	if (grantpt(link->fd) < 0 || unlockpt(link->fd) < 0)
		rc = -errno;
	if (rc == 0)
		rc = -ptsname_r(link->fd, link->device, sizeof(link->device));
	if (rc == 0)
		rc = touch_host_end(link->device);
	if (rc == 0)
		rc = publish(link);
	if (rc < 0) {
		close(link->fd);
		link->fd = -1;
	}
	link->has_reader = false;
	return rc;
}

void ptylink_unplug(struct ptylink *link)
{
	char target[sizeof(link->device)];
	ssize_t n;

	if (link->fd < 0)
		return;
	n = readlink(link->path, target, sizeof(target));
	if (n == (ssize_t)strlen(link->device) &&
		!memcmp(target, link->device, (size_t)n))
		unlink(link->path);
	close(link->fd);
	link->fd = -1;
	link->has_reader = false;
}

static struct timespec as_timespec(int64_t ns)
{
	if (ns < 0)
		ns = 0;
	return (struct timespec){ .tv_sec = ns / CLOCK_NS_PER_S,
		.tv_nsec = ns % CLOCK_NS_PER_S };
}

/* While nobody has the host's end open, poll(2) returns at once with a hang-up: sleep instead. */
static void sleep_without_reader(int64_t timeout_ns, const sigset_t *mask)
{
	struct timespec t = as_timespec(
		timeout_ns < NO_READER_WAIT_NS ? timeout_ns : NO_READER_WAIT_NS);

	ppoll(NULL, 0, &t, mask);
}

/* A cable keeps nothing for the next reader, a terminal does: empty it. */
static void forget(const struct ptylink *link)
{
	int fd = open(link->device, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	tcflush(link->fd, TCOFLUSH);
	if (fd < 0)
		return;
	tcflush(fd, TCIFLUSH);
	close(fd);
}

bool ptylink_poll(
	struct ptylink *link, bool want_write, int64_t timeout_ns, const void *mask)
{
	struct pollfd p = { .fd = link->fd,
		.events = (short)(POLLIN | (want_write ? POLLOUT : 0)) };
	struct timespec t = as_timespec(timeout_ns), none = { 0, 0 };
	bool had_reader = link->has_reader;

	if (link->fd < 0 || !had_reader) {
		sleep_without_reader(timeout_ns, mask);
		t = none;
	}
	if (link->fd < 0)
		return false;
	if (ppoll(&p, 1, &t, mask) < 0)
		return false;
	link->has_reader = !(p.revents & POLLHUP);
	if (had_reader && !link->has_reader)
		forget(link);
	return had_reader != link->has_reader;
}

size_t ptylink_read(struct ptylink *link, uint8_t *bytes, size_t n)
{
	ssize_t got = link->fd < 0 ? 0 : read(link->fd, bytes, n);

	return got > 0 ? (size_t)got : 0;
}

size_t ptylink_write(struct ptylink *link, const uint8_t *bytes, size_t n)
{
	ssize_t put = link->fd < 0 ? 0 : write(link->fd, bytes, n);

	return put > 0 ? (size_t)put : 0;
}

void ptylink_drain(struct ptylink *link, int64_t timeout_ns)
{
	int64_t until_ns = clock_now_ns() + timeout_ns;
	int fd, quiet = 0;

	if (link->fd < 0 || !link->has_reader)
		return;
	fd = open(link->device, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	while (quiet < DRAIN_QUIET_STEPS && clock_now_ns() < until_ns) {
		struct timespec step = as_timespec(DRAIN_STEP_NS);
		int waiting = 0;

		if (ioctl(fd, FIONREAD, &waiting) < 0)
			break;
		quiet = waiting == 0 ? quiet + 1 : 0;
		nanosleep(&step, NULL);
	}
	close(fd);
}
