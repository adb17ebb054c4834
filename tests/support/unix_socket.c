#include "tests/support/unix_socket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	return address;
}

int unix_socket_new(int flags)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	assert_true(fd >= 0);
	return fd;
}

void unix_socket_connect(int fd, const char *path)
{
	const struct sockaddr_un address = address_of(path);

	assert_int_equal(
		connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
}

void unix_socket_bind(int fd, const char *path)
{
	const struct sockaddr_un address = address_of(path);

	assert_int_equal(
		bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
}

int unix_socket_dial(const char *path, int flags)
{
	const int fd = unix_socket_new(flags);

	unix_socket_connect(fd, path);
	return fd;
}

int unix_socket_listen(const char *path)
{
	const int fd = unix_socket_new(0);

	unix_socket_bind(fd, path);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}
