#define _GNU_SOURCE /* pipe2(), ptsname_r() */
#include "tests/support/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

void pty_plug(struct pty *pty, const char *link)
{
	struct termios raw;

	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(pty->master >= 0);
	assert_int_equal(grantpt(pty->master), 0);
	assert_int_equal(unlockpt(pty->master), 0);
	assert_int_equal(ptsname_r(pty->master, pty->path, sizeof(pty->path)), 0);
	/* Without echo from the first byte on, whoever opens the other side. */
	assert_int_equal(tcgetattr(pty->master, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(pty->master, TCSANOW, &raw), 0);
	snprintf(pty->link, sizeof(pty->link), "%s", link ? link : "");
	if (!link)
		return;
	(void)unlink(link);
	assert_int_equal(symlink(pty->path, link), 0);
}

void pty_unplug(struct pty *pty)
{
	if (pty->master >= 0)
		close(pty->master);
	pty->master = -1;
	if (pty->link[0] != '\0')
		(void)unlink(pty->link);
}

static _Noreturn void hold(const char *path, enum pty_hold how, int ready)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Without the mat's side, which a fork would share. */
	for (int other = 3; other < 64; other++)
		if (other != ready)
			close(other);
	fd = open(path, O_RDWR | O_NOCTTY);
	if (fd < 0 || (how == PTY_HOLD_LOCK && flock(fd, LOCK_EX) < 0) ||
		(how == PTY_HOLD_MARK && ioctl(fd, TIOCEXCL) < 0) ||
		write(ready, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

pid_t pty_hold(const struct pty *pty, enum pty_hold how)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		hold(pty->path, how, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

void pty_release(pid_t holder)
{
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
}

size_t pty_read(struct pty *pty, uint8_t *bytes, size_t size)
{
	const ssize_t n = read(pty->master, bytes, size);

	return n > 0 ? (size_t)n : 0;
}

void pty_write(struct pty *pty, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		const ssize_t done = write(pty->master, bytes, n);

		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		assert_int_equal(errno, EAGAIN);

		struct pollfd wait = { .fd = pty->master, .events = POLLOUT };

		assert_int_equal(poll(&wait, 1, 1000), 1);
	}
}

void pty_holder_name(char *name, size_t size)
{
	FILE *file = fopen("/proc/self/comm", "re");

	assert_non_null(file);
	assert_non_null(fgets(name, (int)size, file));
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
}

bool pty_tells_marks(void)
{
	struct pty pty;
	int fd, marked = 0;

	pty_plug(&pty, NULL);
	fd = open(pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, TIOCEXCL), 0);
	if (ioctl(fd, TIOCGEXCL, &marked) < 0)
		marked = 0;
	ioctl(fd, TIOCNXCL);
	close(fd);
	pty_unplug(&pty);
	return marked != 0;
}
