/* Unix stream sockets for tests, by path. Each fails the running cmocka test if the system
 * refuses. */
#ifndef STANCE_TESTS_SUPPORT_UNIX_SOCKET_H
#define STANCE_TESTS_SUPPORT_UNIX_SOCKET_H

/* Make a socket; `flags` as SOCK_NONBLOCK, or 0. */
int unix_socket_new(int flags);

/* Connect it to `path`, or bind it there. */
void unix_socket_connect(int fd, const char *path);
void unix_socket_bind(int fd, const char *path);

/* Return a new one that is connected to `path`, or that listens there. */
int unix_socket_dial(const char *path, int flags);
int unix_socket_listen(const char *path);

#endif
