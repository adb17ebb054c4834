/* The connection to the daemon: opens it, opens it again, feeds the app with what it says, and
 * sends what the screens ask. Never blocks. Knows no screen.
 * Follows docs/api.md. */
#ifndef STANCE_UI_LINK_H
#define STANCE_UI_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/app/app.h"

struct link;

/* Prepare a connection to the socket at `path` (copied). Returns NULL without memory. */
struct link *link_new(const char *path);
void link_free(struct link *link);

/* Connect if it is time to, read what has come, feed `app`, send its requests. */
void link_step(struct link *link, struct app *app, int64_t now_ns);

/* The descriptor to poll, -1 while there is none, and whether it also waits to write. */
int link_fd(const struct link *link);
bool link_wants_write(const struct link *link);

/* When link_step() wants to be called again without anything coming in. */
int64_t link_next_ns(const struct link *link);

#endif
