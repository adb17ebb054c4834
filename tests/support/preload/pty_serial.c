/* Preloaded into a program under test: makes a pseudo-terminal pass for a serial port, so that the
 * path through libserialport runs on a machine without one.
 * Does not imitate modem lines beyond remembering them.
 *
 * libserialport asks two things of a port that a pseudo-terminal cannot give: an entry below
 * /sys/class/tty (a symbolic link to a device) and the modem lines (TIOCMGET and friends).
 * $STANCE_PTY_LOG, if set, gets one line for each port that was passed off that way. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static const char class_folder[] = "/sys/class/tty/pts/";
static const char device_link[] = "../../devices/virtual/stance-test/tty";

static int is_terminal_class(const char *path)
{
	return strncmp(path, class_folder, sizeof(class_folder) - 1) == 0;
}

static void note(const char *path)
{
	const char *log = getenv("STANCE_PTY_LOG");
	int fd = log ? open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		return;
	dprintf(fd, "%s\n", path);
	close(fd);
}

static int link_stat(const char *path, struct stat *out)
{
	if (!is_terminal_class(path))
		return fstatat(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
	memset(out, 0, sizeof(*out));
	out->st_mode = S_IFLNK | 0777;
	note(path);
	return 0;
}

EXPORT int lstat(const char *restrict path, struct stat *restrict out)
{
	return link_stat(path, out);
}

/* Older builds of the library call the versioned names. */
EXPORT int __lxstat(int version, const char *path, struct stat *out);
EXPORT int __lxstat(int version, const char *path, struct stat *out)
{
	(void)version;
	return link_stat(path, out);
}

/* On 64-bit machines both structs are the same. */
EXPORT int lstat64(const char *restrict path, struct stat64 *restrict out)
{
	return link_stat(path, (struct stat *)(void *)out);
}

EXPORT int __lxstat64(int version, const char *path, struct stat64 *out);
EXPORT int __lxstat64(int version, const char *path, struct stat64 *out)
{
	(void)version;
	return link_stat(path, (struct stat *)(void *)out);
}

EXPORT ssize_t readlink(const char *restrict path, char *restrict out, size_t size)
{
	if (!is_terminal_class(path))
		return readlinkat(AT_FDCWD, path, out, size);
	size_t n = sizeof(device_link) - 1;
	if (n > size)
		n = size;
	memcpy(out, device_link, n);
	return (ssize_t)n;
}

static int modem_lines(unsigned long request, int *lines)
{
	static int held = TIOCM_DTR | TIOCM_RTS | TIOCM_CTS | TIOCM_DSR | TIOCM_CAR;
	const int ours = TIOCM_DTR | TIOCM_RTS;
	switch (request) {
	case TIOCMGET:
		*lines = held;
		return 0;
	case TIOCMSET:
		held = (held & ~ours) | (*lines & ours);
		return 0;
	case TIOCMBIS:
		held |= *lines & ours;
		return 0;
	case TIOCMBIC:
		held &= ~(*lines & ours);
		return 0;
	default:
		errno = ENOTTY;
		return -1;
	}
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int, unsigned long, ...);
	va_list more;
	va_start(more, request);
	void *argument = va_arg(more, void *);
	va_end(more);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "ioctl");
	int rc = real(fd, request, argument);
	if (rc == 0 || errno != ENOTTY || !isatty(fd))
		return rc;
	return modem_lines(request, argument);
}
