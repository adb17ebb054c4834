#include "ui/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/utf8.h"
#include "ui/core/input.h"

#define TAP_NS (60 * CLOCK_NS_PER_MS)
/* After a tap, so that what it caused has been drawn. */
#define SETTLE_NS    (50 * CLOCK_NS_PER_MS)
#define MAX_LINES    4096
#define ARGUMENT_MAX 200

enum command {
	COMMAND_WAIT,
	COMMAND_WAIT_FOR,
	COMMAND_TAP,
	COMMAND_TAP_XY,
	COMMAND_HOLD,
	COMMAND_KEY,
	COMMAND_HOLD_KEY,
	COMMAND_TYPE,
	COMMAND_PANEL,
	COMMAND_ROLE,
	COMMAND_SHOT,
	COMMAND_EXPECT,
	COMMAND_QUIT,
	N_COMMANDS,
};

static const struct {
	const char *name, *usage;
	int n_arguments;
} commands[N_COMMANDS] = {
	{ "wait", "wait MS", 1 },
	{ "wait_for", "wait_for screen=NAME, state=NAME or widget=NAME", 1 },
	{ "tap", "tap WIDGET", 1 },
	{ "tap_xy", "tap_xy X Y", 2 },
	{ "hold", "hold WIDGET MS", 2 },
	{ "key", "key NAME", 1 },
	{ "hold_key", "hold_key NAME MS", 2 },
	{ "type", "type TEXT", 1 },
	{ "panel", "panel A,B,C,D,E,F: six numbers, as 1,0,0,0,1,0", 1 },
	{ "role", "role near or role far", 1 },
	{ "shot", "shot FILE", 1 },
	{ "expect", "expect screen=NAME, state=NAME or widget=NAME", 1 },
	{ "quit", "quit", 0 },
};

struct step {
	int line;
	enum command command;
	char a[ARGUMENT_MAX];
	long x, y;
};

struct script {
	char name[256];
	struct step *steps;
	int n_steps, at;
	enum {
		PRESS_NOT_YET,
		PRESS_DOWN,
		PRESS_UP
	} press; /* of this step's finger or key */
	int px, py;
	int64_t since_ns; /* when this step began; -1: not yet */
	int64_t next_ns;
};

static bool number(const char *text, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return end != text && *end == '\0' && errno == 0 && *out >= 0 &&
	       *out <= 3600000;
}

static bool known_question(const char *text)
{
	return strncmp(text, "screen=", 7) == 0 || strncmp(text, "state=", 6) == 0 ||
	       strncmp(text, "widget=", 7) == 0;
}

/* As touch_parse(), with commas: an argument cannot hold a space. */
static int panel_matrix(const char *text, struct touch_matrix *out)
{
	char spaced[ARGUMENT_MAX];

	snprintf(spaced, sizeof(spaced), "%s", text);
	for (char *c = spaced; *c != '\0'; c++)
		if (*c == ',')
			*c = ' ';
	return touch_parse(spaced, out);
}

/* Check and keep the arguments of one command. */
static bool take_arguments(struct step *s, const char *a, const char *b)
{
	snprintf(s->a, sizeof(s->a), "%s", a);
	switch (s->command) {
	case COMMAND_WAIT:
		return number(a, &s->x);
	case COMMAND_TAP_XY:
		return number(a, &s->x) && number(b, &s->y);
	case COMMAND_HOLD:
		return number(b, &s->x);
	case COMMAND_KEY:
		return input_key_find(a) != INPUT_KEY_NONE;
	case COMMAND_HOLD_KEY:
		return input_key_find(a) != INPUT_KEY_NONE && number(b, &s->x);
	case COMMAND_PANEL:
		return panel_matrix(a, &(struct touch_matrix){ 0 }) == 0;
	case COMMAND_ROLE:
		return strcmp(a, "near") == 0 || strcmp(a, "far") == 0;
	case COMMAND_WAIT_FOR:
	case COMMAND_EXPECT:
		return known_question(a);
	default:
		return true;
	}
}

static int parse_line(
	struct script *script, char *text, int line, char *message, size_t size)
{
	struct step *s = &script->steps[script->n_steps];
	char name[32] = "", a[ARGUMENT_MAX] = "", b[ARGUMENT_MAX] = "", more[2] = "";
	int n, k;

	text[strcspn(text, "#\r")] = '\0';
	n = sscanf(text, "%31s %199s %199s %1s", name, a, b, more);
	if (n <= 0)
		return 0;
	for (k = 0; k < N_COMMANDS; k++)
		if (strcmp(commands[k].name, name) == 0)
			break;
	if (k == N_COMMANDS) {
		snprintf(message, size,
			"%s:%d: unknown command \"%s\": use wait, wait_for, tap, "
			"tap_xy, hold, key, hold_key, type, panel, role, shot, expect "
			"or quit",
			script->name, line, name);
		return -EINVAL;
	}
	*s = (struct step){ .line = line, .command = (enum command)k };
	if (n - 1 != commands[k].n_arguments || !take_arguments(s, a, b)) {
		snprintf(message, size, "%s:%d: expected \"%s\"", script->name, line,
			commands[k].usage);
		return -EINVAL;
	}
	script->n_steps++;
	return 0;
}

int script_parse(const char *text, const char *name, struct script **out, char *message,
	size_t size)
{
	struct script *script = calloc(1, sizeof(*script));
	int line = 0, error = -ENOMEM;
	char one[512];

	if (script)
		script->steps = calloc(MAX_LINES, sizeof(*script->steps));
	if (!script || !script->steps) {
		snprintf(message, size, "out of memory");
		goto err_free;
	}
	snprintf(script->name, sizeof(script->name), "%s", name);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		error = -EINVAL;
		if (n >= sizeof(one) || ++line > MAX_LINES) {
			snprintf(message, size, "%s:%d: too long", name, line);
			goto err_free;
		}
		memcpy(one, text, n);
		one[n] = '\0';
		error = parse_line(script, one, line, message, size);
		if (error != 0)
			goto err_free;
		text += text[n] == '\n' ? n + 1 : n;
	}
	script->since_ns = -1;
	*out = script;
	return 0;

err_free:
	script_free(script);
	return error;
}

int script_open(const char *path, struct script **out, char *message, size_t size)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 65536);
	size_t n = 0;
	int error = -ENOMEM;

	if (!file) {
		error = -errno;
		snprintf(message, size, "cannot read the script %s: %s", path,
			strerror(errno));
	} else if (text) {
		n = fread(text, 1, 65535, file);
		error = 0;
		if (n == 65535) {
			snprintf(message, size, "%s: a script may have 64 KiB", path);
			error = -EINVAL;
		}
	}
	if (file)
		fclose(file);
	if (error == 0)
		error = script_parse(text, path, out, message, size);
	free(text);
	return error;
}

void script_free(struct script *script)
{
	if (!script)
		return;
	free(script->steps);
	free(script);
}

int64_t script_next_ns(const struct script *script)
{
	return script->next_ns;
}

static bool answered(
	const struct step *s, const struct script_ops *ops, void *ctx, const char **is)
{
	bool screen = strncmp(s->a, "screen=", 7) == 0;
	int x, y;

	if (strncmp(s->a, "widget=", 7) == 0) {
		*is = "not there, or not to be touched";
		return ops->widget_at(s->a + 7, &x, &y, ctx) == 0;
	}
	*is = screen ? ops->screen(ctx) : ops->state(ctx);
	return strcmp(s->a + (screen ? 7 : 6), *is) == 0;
}

static int fails(const struct script *script, const struct step *s, char *message,
	size_t size, const char *why, const char *what)
{
	snprintf(message, size, "%s:%d: %s %s: %s%s", script->name, s->line,
		commands[s->command].name, s->a, why, what);
	return -EPROTO;
}

static void press_change(const struct script *script, const struct step *s,
	const struct script_ops *ops, void *ctx, bool down)
{
	if (s->command == COMMAND_KEY || s->command == COMMAND_HOLD_KEY)
		ops->key(down, input_key_find(s->a), ctx);
	else
		ops->pointer(down, script->px, script->py, ctx);
}

/* Put the finger or key down, up when its time has passed, and let the screen settle. Returns 1
 * when done. */
static int press_step(struct script *script, const struct step *s,
	const struct script_ops *ops, void *ctx, int64_t held_ns, int64_t wanted_ns)
{
	if (script->press == PRESS_NOT_YET) {
		script->press = PRESS_DOWN;
		press_change(script, s, ops, ctx, true);
	} else if (script->press == PRESS_DOWN && held_ns >= wanted_ns) {
		script->press = PRESS_UP;
		press_change(script, s, ops, ctx, false);
	}
	return script->press == PRESS_UP && held_ns >= wanted_ns + SETTLE_NS;
}

static int begin_press(struct script *script, const struct step *s,
	const struct script_ops *ops, void *ctx)
{
	script->px = (int)s->x;
	script->py = (int)s->y;
	if (s->command == COMMAND_TAP || s->command == COMMAND_HOLD)
		return ops->widget_at(s->a, &script->px, &script->py, ctx) == -ENOENT
			       ? -ENOENT
			       : 0;
	return 0;
}

/* Each character by itself; _ is a space, which an argument cannot hold. */
static void type_text(const char *text, const struct script_ops *ops, void *ctx)
{
	uint32_t code;

	while (*text != '\0') {
		size_t n = utf8_decode(text, &code);
		char one[5] = "";
		n = n > 0 ? n : 1;
		memcpy(one, text, n);
		ops->type(one[0] == '_' ? " " : one, ctx);
		text += n;
	}
}

/* Do one step. Returns 1 when it is done, 0 if it goes on, -EPROTO. */
static int do_step(struct script *script, const struct step *s,
	const struct script_ops *ops, void *ctx, int64_t now_ns, char *message,
	size_t size)
{
	int64_t held_ns = now_ns - script->since_ns;
	struct touch_matrix skew;
	const char *is;
	int error;

	switch (s->command) {
	case COMMAND_WAIT:
		return held_ns >= s->x * CLOCK_NS_PER_MS;
	case COMMAND_WAIT_FOR:
		if (answered(s, ops, ctx, &is))
			return 1;
		if (held_ns > (strncmp(s->a, "widget=", 7) == 0 ? SCRIPT_WAIT_WIDGET_NS
								: SCRIPT_WAIT_FOR_NS))
			return fails(script, s, message, size, "still ", is);
		return 0;
	case COMMAND_EXPECT:
		if (!answered(s, ops, ctx, &is))
			return fails(script, s, message, size, "it is ", is);
		return 1;
	case COMMAND_SHOT:
		error = ops->shot(s->a, ctx);
		if (error != 0)
			return fails(script, s, message, size, strerror(-error), "");
		return 1;
	case COMMAND_TYPE:
		type_text(s->a, ops, ctx);
		return 1;
	case COMMAND_PANEL:
		if (panel_matrix(s->a, &skew) == 0)
			ops->panel(&skew, ctx);
		return 1;
	case COMMAND_ROLE:
		if (ops->role(s->a, ctx) != 0)
			return fails(
				script, s, message, size, "there is one window", "");
		return 1;
	case COMMAND_QUIT:
		ops->quit(ctx);
		return 1;
	case COMMAND_TAP:
	case COMMAND_TAP_XY:
	case COMMAND_KEY:
	case COMMAND_HOLD:
	case COMMAND_HOLD_KEY:
		if (script->press == PRESS_NOT_YET &&
			begin_press(script, s, ops, ctx) != 0)
			return fails(script, s, message, size,
				"no such button on the screen ", ops->screen(ctx));
		return press_step(script, s, ops, ctx, held_ns,
			s->command == COMMAND_HOLD || s->command == COMMAND_HOLD_KEY
				? s->x * CLOCK_NS_PER_MS
				: TAP_NS);
	case N_COMMANDS:
		break;
	}
	return 1;
}

int script_step(struct script *script, const struct script_ops *ops, void *ctx,
	int64_t now_ns, char *message, size_t size)
{
	while (script->at < script->n_steps) {
		const struct step *s = &script->steps[script->at];
		int done;
		if (script->since_ns < 0) {
			script->since_ns = now_ns;
			script->press = PRESS_NOT_YET;
		}
		done = do_step(script, s, ops, ctx, now_ns, message, size);
		if (done < 0)
			return done;
		if (done == 0) {
			script->next_ns = now_ns + 10 * CLOCK_NS_PER_MS;
			return 0;
		}
		script->at++;
		script->since_ns = -1;
		if (s->command == COMMAND_QUIT)
			return 1;
	}
	return 1;
}
