/* A text script that drives the screen as a person would, for tests and demonstrations.
 * Knows the commands and when each is due; acting is left to `script_ops`.
 * Follows docs/screens.md ("Scripts"). One command a line, # begins a comment:
 *   wait MS | wait_for screen=NAME | wait_for state=NAME | tap WIDGET | tap_xy X Y | hold WIDGET MS
 *   key NAME | hold_key NAME MS | type TEXT | panel A,B,C,D,E,F | role near or far | shot FILE | expect screen=NAME | expect state=NAME | quit */
#ifndef STANCE_UI_SCRIPT_H
#define STANCE_UI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/clock.h"
#include "ui/core/touch.h"

/* How long wait_for waits before it fails. Chosen. */
#define SCRIPT_WAIT_FOR_NS (10 * CLOCK_NS_PER_S)
/* The same for a widget: what it waits for may be a step of a calibration. */
#define SCRIPT_WAIT_WIDGET_NS (90 * CLOCK_NS_PER_S)

/* What a script can do and ask. The int functions return 0 or a negative errno. */
struct script_ops {
	int (*widget_at)(const char *name, int *x, int *y,
		void *ctx); /* -ENOENT: not on this screen; -EAGAIN: not to be touched now */
	void (*pointer)(bool down, int x, int y, void *ctx);
	void (*key)(bool down, int key, void *ctx);
	void (*type)(const char *character, void *ctx);
	void (*panel)(const struct touch_matrix *skew,
		void *ctx); /* fingers from now on are on a panel that says so of them */
	int (*role)(const char *name, void *ctx); /* -ENOENT: there is one window */
	int (*shot)(const char *path, void *ctx);
	const char *(*screen)(void *ctx);
	const char *(*state)(void *ctx);
	void (*quit)(void *ctx);
};

struct script;

/* Read a script. Returns 0; -ENOENT, -EINVAL; `message` names file and line, and what was
 * expected. */
int script_open(const char *path, struct script **out, char *message, size_t size);

/* The same from memory; `name` stands for the file in messages. */
int script_parse(const char *text, const char *name, struct script **out, char *message,
	size_t size);
void script_free(struct script *script);

/* Do what is due. Returns 0 while it goes on, 1 at its end, -EPROTO if an expectation failed or a
 * command could not be done; `message` then says which line and why. */
int script_step(struct script *script, const struct script_ops *ops, void *ctx,
	int64_t now_ns, char *message, size_t size);

/* When script_step() wants to be called again. */
int64_t script_next_ns(const struct script *script);

#endif
