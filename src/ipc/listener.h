/* A Unix stream socket to listen on: made, replaced when stale, never stolen when alive.
 * Does not serve clients.
 * Follows stanced(8), --socket: a stale socket file is replaced, a live one is an error. */
#ifndef STANCE_IPC_LISTENER_H
#define STANCE_IPC_LISTENER_H

#include <stddef.h>

/* Bind and listen at `path` with mode 0660; where the service manager passed a socket (sd_listen_fds(3)), take
 * that: -EINVAL if it is at another path. Returns a non-blocking descriptor, or an error as
 * server_new(), which `message` explains. */
int listener_open(const char *path, char *message, size_t size);

/* Close it and remove the file, unless another has taken the place meanwhile or the service manager made it. */
void listener_close(int fd, const char *path);

#endif
