#include "src/daemon/dev_watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#define DEVICES "/dev"
/* Attributes too: a node is there before udev lets us open it. */
#define COMES (IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR)
/* The folder itself went: another one above it is watched then. */
#define GOES (IN_DELETE_SELF | IN_MOVE_SELF)

struct dev_watch {
	sd_event *event;
	const char *path;
	dev_watch_fn *fn;
	void *ctx;
	sd_event_source *devices, *folder;
	char watched[PATH_MAX]; /* by `folder` */
};

/* The nearest folder above the path that there is. */
static void find_folder(const char *path, char folder[PATH_MAX])
{
	snprintf(folder, PATH_MAX, "%s", path);
	do {
		char *slash = strrchr(folder, '/');

		if (!slash || slash == folder) {
			snprintf(folder, PATH_MAX, "%s", slash ? "/" : ".");
			return;
		}
		*slash = '\0';
	} while (access(folder, F_OK) < 0);
}

static int on_event(
	sd_event_source *source, const struct inotify_event *event, void *userdata);

static int watch_folder(struct dev_watch *watch)
{
	char folder[PATH_MAX];
	int err;

	if (!watch->path || !watch->path[0])
		return 0;
	find_folder(watch->path, folder);
	if (strcmp(folder, DEVICES) == 0 ||
		(watch->folder && strcmp(folder, watch->watched) == 0))
		return 0;
	watch->folder = sd_event_source_disable_unref(watch->folder);
	err = sd_event_add_inotify(
		watch->event, &watch->folder, folder, COMES | GOES, on_event, watch);
	if (err >= 0)
		memcpy(watch->watched, folder, sizeof(watch->watched));
	return err;
}

static int on_event(
	sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct dev_watch *watch = userdata;

	(void)source;
	if (event->mask & (GOES | IN_IGNORED))
		watch->watched[0] = '\0';
	watch_folder(watch);
	watch->fn(watch->ctx);
	return 0;
}

int dev_watch_new(struct sd_event *event, const char *path, dev_watch_fn *fn, void *ctx,
	struct dev_watch **out)
{
	struct dev_watch *watch = calloc(1, sizeof(*watch));
	int err;

	if (!watch)
		return -ENOMEM;
	*watch = (struct dev_watch){
		.event = sd_event_ref(event), .path = path, .fn = fn, .ctx = ctx
	};
	err = sd_event_add_inotify(
		event, &watch->devices, DEVICES, COMES, on_event, watch);
	if (err >= 0)
		err = watch_folder(watch);
	if (err < 0) {
		dev_watch_free(watch);
		return err;
	}
	*out = watch;
	return 0;
}

void dev_watch_free(struct dev_watch *watch)
{
	if (!watch)
		return;
	sd_event_source_disable_unref(watch->devices);
	sd_event_source_disable_unref(watch->folder);
	sd_event_unref(watch->event);
	free(watch);
}
