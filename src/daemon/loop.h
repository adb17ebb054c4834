/* The event loop: signals that end it, and the watchdog it feeds.
 * Does not know what else it waits for.
 * Follows sd-event(3); the watchdog is fed by the loop itself, so that a loop that hangs is
 * ended. */
#ifndef STANCE_DAEMON_LOOP_H
#define STANCE_DAEMON_LOOP_H

struct sd_event;

/* Make a loop that SIGTERM, SIGINT and SIGHUP end. Returns 0 or a negative errno. */
int loop_new(struct sd_event **out);

/* Run until a signal. Returns 0 or a negative errno. */
int loop_run(struct sd_event *event);
void loop_free(struct sd_event *event);

#endif
