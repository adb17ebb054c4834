#define _GNU_SOURCE /* struct ucred */
#include "src/ipc/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#define BACKLOG     128 /* chosen: twice the usual number of clients at once */
#define SOCKET_MODE 0660

static int set_address(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	memcpy(address->sun_path, path, strlen(path) + 1);
	return 0;
}

/* Ask who answers at the path. Returns his pid (0: cannot be told), -ECONNREFUSED if nobody does,
 * or another error. */
static int probe(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof(peer);
	int result;

	if (fd < 0)
		return -errno;
	result = connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0
			 ? -errno
			 : 0;
	/* A full backlog is a living daemon too. */
	if (result == -EAGAIN)
		result = 0;
	else if (result == 0 &&
		 getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
		result = peer.pid;
	close(fd);
	return result;
}

/* Remove a socket that nobody answers; leave anything else alone. */
static int make_way(const struct sockaddr_un *address, char *message, size_t n)
{
	const char *path = address->sun_path;
	struct stat what;
	int answer;

	if (lstat(path, &what) < 0)
		return 0;
	if (!S_ISSOCK(what.st_mode)) {
		snprintf(message, n,
			"%s exists and is not a socket; remove it or choose another "
			"place with --socket.",
			path);
		return -EEXIST;
	}
	answer = probe(address);
	if (answer >= 0) {
		snprintf(message, n,
			"Process %d answers on %s already; stop it or choose another "
			"place with --socket.",
			answer, path);
		return -EADDRINUSE;
	}
	if (answer != -ECONNREFUSED || unlink(path) < 0) {
		snprintf(message, n,
			"The old socket %s cannot be replaced (%s); remove it.", path,
			strerror(answer != -ECONNREFUSED ? -answer : errno));
		return answer != -ECONNREFUSED ? answer : -EACCES;
	}
	return 0;
}

static int bind_and_listen(int fd, const struct sockaddr_un *address)
{
	/* Born closed: nobody connects between bind and chmod. */
	mode_t before = umask(0777);
	int err = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0
			  ? -errno
			  : 0;

	umask(before);
	if (err < 0)
		return err;
	if (listen(fd, BACKLOG) < 0 || chmod(address->sun_path, SOCKET_MODE) < 0) {
		err = -errno;
		unlink(address->sun_path);
	}
	return err;
}

/* The socket that the service manager listens on for us, if it started us with one. Returns it,
 * -ENOENT without one, or -EINVAL for another than is configured. */
static int inherit(const char *path, char *message, size_t n)
{
	int passed = sd_listen_fds(1);

	if (passed <= 0)
		return -ENOENT;
	for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + passed; fd++)
		if (sd_is_socket_unix(fd, SOCK_STREAM, 1, path, 0) > 0)
			return fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : fd;
	snprintf(message, n,
		"The service manager listens elsewhere than on %s; make daemon.socket "
		"and ListenStream= of stanced.socket the same path.",
		path);
	return -EINVAL;
}

int listener_open(const char *path, char *message, size_t n)
{
	struct sockaddr_un address;
	int fd, err = inherit(path, message, n);

	if (err != -ENOENT)
		return err;
	err = set_address(&address, path);

	if (err < 0) {
		snprintf(message, n,
			"The socket's path may have %zu bytes and %s has %zu; choose a "
			"shorter one with --socket.",
			sizeof(address.sun_path) - 1, path, strlen(path));
		return err;
	}
	err = make_way(&address, message, n);
	if (err < 0)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = fd < 0 ? -errno : bind_and_listen(fd, &address);
	if (err < 0) {
		snprintf(message, n,
			"Cannot listen on %s: %s; check who may write to its folder, "
			"or choose another place with --socket.",
			path, strerror(-err));
		if (fd >= 0)
			close(fd);
		return err;
	}
	return fd;
}

static int is_ours(int fd, const char *path)
{
	struct sockaddr_un own = { .sun_family = AF_UNIX };
	struct sockaddr_un at;
	struct stat what;
	socklen_t size = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &size) < 0 ||
		set_address(&at, path) < 0)
		return 0;
	return lstat(path, &what) == 0 && S_ISSOCK(what.st_mode) &&
	       probe(&at) == getpid();
}

void listener_close(int fd, const char *path)
{
	int ours = is_ours(fd, path);

	close(fd);
	if (ours)
		unlink(path);
}
