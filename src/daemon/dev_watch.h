/* Tells when a serial port may have come: device nodes and links appear as files.
 * Does not know which of them is a mat.
 * Follows inotify(7) on /dev, and on the folder of the path that is configured, or on the nearest one above it that there
 * is. udev's own events do not reach a service without the network's name space. */
#ifndef STANCE_DAEMON_DEV_WATCH_H
#define STANCE_DAEMON_DEV_WATCH_H

struct sd_event;
struct dev_watch;

typedef void dev_watch_fn(void *ctx);

/* Watch; `path` is the port's, "" or NULL for any, borrowed. Returns 0 or a negative errno: without inotify nobody is
 * told. */
int dev_watch_new(struct sd_event *event, const char *path, dev_watch_fn *fn, void *ctx,
	struct dev_watch **out);
void dev_watch_free(struct dev_watch *watch);

#endif
