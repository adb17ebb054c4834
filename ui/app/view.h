/* One role's screens: a stack of screens with the state of each, what is drawn and touched of the
 * one on top, and the requests they have open. The clinician (near) and the patient (far) have
 * one each, shown in a window of its own or, one at a time, in the only one.
 * Knows no SDL, socket or clock. Follows docs/screens.md ("How to add a screen"). */
#ifndef STANCE_UI_APP_VIEW_H
#define STANCE_UI_APP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/app/run.h"
#include "ui/core/input.h"
#include "ui/core/ui.h"
#include "ui/model/model.h"
#include "ui/plots/matplot.h"
#include "ui/plots/swayplot.h"

struct app;
struct json_t;
struct view;

enum view_role {
	VIEW_NEAR, /* the clinician's or technician's, at arm's length */
	VIEW_FAR,  /* the patient's, read from the mat */
	VIEW_N_ROLES,
};

/* Screens deep; who goes deeper starts from the home screen. */
#define VIEW_MAX_DEPTH 8
#define VIEW_ARG_BYTES 160

/* Ids of widgets from here on belong to the view itself, on every screen: it acts on them, and no
 * screen sees them. A screen's own ids are 1 .. VIEW_FIRST_ID - 1. */
#define VIEW_FIRST_ID 3900
enum view_widget {
	VIEW_BACK = VIEW_FIRST_ID, /* to the screen before this one */
	VIEW_ROLE,                 /* the other role, where one window shows both */
	VIEW_HELP,
	VIEW_LOCK,
	VIEW_SERVICE, /* the technician's screens */
	VIEW_WARNING, /* of the machine: touched away */
	VIEW_MORE,    /* the actions that have no room (frame.h) */
};

/* The answer to a request. `code` 0: `result` holds it. Else the daemon's error code (negative,
 * docs/api.md), or one of ours; `message` then says in words what is so and what to do. Borrowed
 * for the time of the call. */
#define VIEW_ANSWER_GONE 1 /* the daemon went away, or is not there */
#define VIEW_ANSWER_LATE 2 /* it did not answer in time */
#define VIEW_ANSWER_FULL 3 /* more requests at once than a client may have open */
struct view_answer {
	int code;
	const struct json_t *result;
	const char *message;
};

/* One screen: a constant in its own file, and a row of the table in ui/screens/screens.c. `state`
 * is a zeroed block of `state_size` bytes that lives from enter to leave. All but name and draw may
 * be NULL. Whoever navigates in one of these keeps its state until it has returned. */
struct screen {
	const char *name; /* as scripts and tests call it, and view_go() */
	enum view_role role;
	bool either_role; /* may be shown in the other role too */
	size_t state_size;
	/* Came onto the stack. Returns 0, or a negative errno: then it is not shown. */
	int (*enter)(struct view *v, void *state);
	void (*leave)(struct view *v, void *state); /* goes: free what it holds */
	/* Ask the daemon for what it shows: called after enter, whenever it is on top again, and
	 * whenever the daemon has come back. */
	void (*load)(struct view *v, void *state);
	/* Widget `id` acted; `index` is that of a list's row, a choice, a key (0 else). */
	void (*act)(struct view *v, void *state, int id, int index);
	/* An event no widget used. Returns true if it was for this screen. */
	bool (*event)(struct view *v, void *state, const struct input_event *event);
	/* The answer to view_ask() with this tag; also while it is not on top. */
	void (*answer)(
		struct view *v, void *state, int tag, const struct view_answer *answer);
	/* A message of a stream ("trial", "status", ...); also while it is not on top. */
	void (*told)(struct view *v, void *state, const char *stream,
		const struct json_t *document);
	/* Time passes: at least ten times a second, also while it is not drawn. */
	void (*tick)(struct view *v, void *state);
	/* Fill v->ui.list and place the widgets. */
	void (*draw)(struct view *v, void *state);
};

/* A screen on the stack. */
struct view_frame {
	const struct screen *screen;
	void *state;
	char arg[VIEW_ARG_BYTES];
	uint32_t serial; /* of its requests */
};

/* Where a screen asked to go; done when its callback has returned. */
enum view_move {
	VIEW_STAY,
	VIEW_MOVE_GO,
	VIEW_MOVE_REPLACE,
	VIEW_MOVE_BACK,
	VIEW_MOVE_HOME,
};

/* Numbers as last painted: they change only when they must, so that they can be read. */
struct view_shown {
	double left_pct, fore_pct, mass_kg, width_mm;
};

/* Part of struct app. Screens use app, ui, state, mat, sway and shown. */
struct view {
	struct app *app;
	enum view_role role;
	struct ui ui;
	enum model_state state; /* of the picture being made */
	struct matplot mat;     /* pictures that several screens share */
	struct swayplot sway;
	struct view_shown shown;
	struct view_frame stack[VIEW_MAX_DEPTH];
	int depth;
	uint32_t last_serial;
	const struct view_frame *current; /* whose callback runs */
	int more;                         /* which of the actions are shown (frame.h) */
	int64_t more_ns;                  /* since when */
	uint64_t read_hash;               /* of the text that is read part by part */
	int64_t read_ns, read_at_ns;      /* since when; last drawn */
	enum view_move move;
	const struct screen *move_to;
	char move_arg[VIEW_ARG_BYTES];
	bool dirty;
	uint32_t painted_version;
	int64_t painted_ns, input_ns;
};

/* Where to: another screen on top of this one, or in its place, the one before, the first. `arg`
 * (a patient's id, ...; NULL is "") is copied. A name that does not exist in the table, or is for
 * the other role only, is our bug: it stays, and the log says so. */
void view_go(struct view *v, const char *name, const char *arg);
void view_replace(struct view *v, const char *name, const char *arg);
void view_back(struct view *v);
void view_home(struct view *v);

/* Go to the screen "lock" at once, if there is one; what was opened over it goes. Between callbacks only. */
void view_lock(struct view *v);

/* Return true if there is a screen of that name for this role. */
bool view_has(const struct view *v, const char *name);

/* Return what the screen whose callback runs was given as `arg`. */
const char *view_arg(const struct view *v);

/* Return the name of the screen on top. */
const char *view_screen_name(const struct view *v);

/* Ask the daemon: `params` is a new reference that is taken over, NULL for none. The answer comes
 * to the screen's `answer` with `tag`, exactly once, unless the screen has left by then. Several
 * may be open at once; each has APP_ASK_NS. */
void view_ask(struct view *v, int tag, const char *method, struct json_t *params);

/* The same for what takes longer by nature, as a step of a calibration. */
void view_ask_within(struct view *v, int tag, const char *method, struct json_t *params,
	int64_t timeout_ns);

/* Have a program do what no daemon does, beside everything else (copied). The answer's result: `ok`;
 * `status`, how it ended (run.h); `text`: the last line of what it said; of a preview `picture`: the file
 * for app_setup.read_picture, gone after the call, and `pages`: how many sheets there are. */
void view_run(struct view *v, int tag, const struct run_wish *wish);

/* Feed one event; let time pass. */
void view_event(struct view *v, const struct input_event *event, int64_t now_ns);
void view_tick(struct view *v, int64_t now_ns);

/* Make the picture: fills v->ui.list and places the widgets. */
void view_draw(struct view *v, int64_t now_ns);

/* Return true if the picture would differ from the last one made; when it may differ next without
 * anything coming in, INT64_MAX if never. */
bool view_needs_draw(const struct view *v, int64_t now_ns);
int64_t view_next_draw_ns(const struct view *v, int64_t now_ns);

/* For the app alone: begin with the role's first screen; end; the daemon came back; a message. */
int view_init(struct view *v, struct app *app, enum view_role role);
void view_fini(struct view *v);
void view_connected(struct view *v);
void view_told(struct view *v, const char *stream, const struct json_t *document);
void view_answered(
	struct view *v, uint32_t serial, int tag, const struct view_answer *answer);

#endif
