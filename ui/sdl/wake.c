#include "ui/sdl/wake.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <SDL.h>
#include <SDL_syswm.h>

#define FOLDER    "/dev/input"
#define DEVICES   FOLDER "/event*"
#define MAX_NODES 64

struct wake {
	int epoll;
	int inotify; /* -1: devices do not come and go here */
	int nodes[MAX_NODES];
	int n_nodes;
};

static bool add(const struct wake *wake, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(wake->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* --- KMSDRM ------------------------------------------------------------------------------ */

static void close_nodes(struct wake *wake)
{
	while (wake->n_nodes > 0)
		close(wake->nodes[--wake->n_nodes]);
}

/* Ours beside SDL's own: each descriptor has its own queue of the same events. */
static void open_nodes(struct wake *wake)
{
	glob_t found;

	close_nodes(wake);
	if (glob(DEVICES, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc && wake->n_nodes < MAX_NODES; i++) {
		int fd = open(found.gl_pathv[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0 && add(wake, fd))
			wake->nodes[wake->n_nodes++] = fd;
		else if (fd >= 0)
			close(fd);
	}
	globfree(&found);
}

static bool listen_to_devices(struct wake *wake)
{
	wake->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (wake->inotify < 0 ||
		inotify_add_watch(
			wake->inotify, FOLDER, IN_CREATE | IN_ATTRIB | IN_DELETE) < 0 ||
		!add(wake, wake->inotify))
		return false;
	open_nodes(wake);
	return true;
}

static bool drain(int fd)
{
	char bytes[4096];
	bool any = false;

	while (read(fd, bytes, sizeof(bytes)) > 0)
		any = true;
	return any;
}

/* --- a window system ----------------------------------------------------------------------- */

/* From a library that SDL has loaded, which we do not link. */
static int ask_library(const char *library, const char *function, void *display)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
	int (*number_of)(void *) = NULL;
	void *found = handle ? dlsym(handle, function) : NULL;
	int fd = -1;

	memcpy(&number_of, &found, sizeof(found));
	if (number_of && display)
		fd = number_of(display);
	if (handle)
		dlclose(handle);
	return fd;
}

static int connection_of(SDL_Window *window)
{
	SDL_SysWMinfo info;

	SDL_VERSION(&info.version);
	if (!SDL_GetWindowWMInfo(window, &info))
		return -1;
#ifdef SDL_VIDEO_DRIVER_X11
	if (info.subsystem == SDL_SYSWM_X11)
		return ask_library(
			"libX11.so.6", "XConnectionNumber", info.info.x11.display);
#endif
#ifdef SDL_VIDEO_DRIVER_WAYLAND
	if (info.subsystem == SDL_SYSWM_WAYLAND)
		return ask_library("libwayland-client.so.0", "wl_display_get_fd",
			info.info.wl.display);
#endif
	return -1;
}

/* --- all of them --------------------------------------------------------------------------- */

static bool listen_to(struct wake *wake, SDL_Window *window)
{
	const char *driver = SDL_GetCurrentVideoDriver();
	int fd;

	if (!driver)
		return false;
	if (strcmp(driver, "dummy") == 0 || strcmp(driver, "offscreen") == 0)
		return true; /* nothing ever comes */
	if (strcmp(driver, "KMSDRM") == 0 || strcmp(driver, "kmsdrm") == 0)
		return listen_to_devices(wake);
	fd = connection_of(window);
	return fd >= 0 && add(wake, fd);
}

struct wake *wake_open(struct SDL_Window *window)
{
	struct wake *wake = calloc(1, sizeof(*wake));

	if (!wake)
		return NULL;
	wake->inotify = -1;
	wake->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (wake->epoll >= 0 && listen_to(wake, window))
		return wake;
	wake_close(wake);
	return NULL;
}

void wake_close(struct wake *wake)
{
	if (!wake)
		return;
	close_nodes(wake);
	if (wake->inotify >= 0)
		close(wake->inotify);
	if (wake->epoll >= 0)
		close(wake->epoll);
	free(wake);
}

int wake_fd(const struct wake *wake)
{
	return wake->epoll;
}

bool wake_heard(struct wake *wake)
{
	if (wake->inotify < 0)
		return false; /* SDL reads the connection itself */
	for (int i = 0; i < wake->n_nodes; i++)
		drain(wake->nodes[i]);
	if (!drain(wake->inotify))
		return false;
	open_nodes(wake);
	return true;
}
