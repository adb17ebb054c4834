/* What happens when: a small line language for the simulated person and her mat.
 * Does not carry anything out; the person and the program ask it.
 * Follows stance-sim(1), SCRIPT. */
#ifndef STANCE_HW_SIM_TIMELINE_H
#define STANCE_HW_SIM_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#define TIMELINE_MAX    512
#define TIMELINE_STEP_S 0.6 /* stepping on or off takes this long */

enum timeline_kind {
	TIMELINE_STEP_ON,
	TIMELINE_STEP_OFF,
	TIMELINE_LEFT_FRAC, /* a: share of the left foot */
	TIMELINE_FORE_FRAC, /* a: share ahead of half the feet */
	TIMELINE_LEAN,      /* a, b: mean COP moved by x, y millimetres */
	TIMELINE_SWAY,      /* a: factor of the sway's size */
	TIMELINE_UNPLUG,
	TIMELINE_REPLUG,
	TIMELINE_BUTTON,
	TIMELINE_LIFT,  /* a: side */
	TIMELINE_LOWER, /* a: side */
	TIMELINE_PLACE, /* a: side; b, c: where to, millimetres from where it stood */
	TIMELINE_SIT,
	TIMELINE_STAND,
	TIMELINE_SQUAT,      /* a: angle of the knees, degrees */
	TIMELINE_LEAN_ANGLE, /* a: degrees, b: direction, 0 forward, + to the right */
	TIMELINE_EYES,       /* a: 0 open, 1 closed */
	TIMELINE_SURFACE,    /* a: 0 firm, 1 foam */
	TIMELINE_STS,        /* a: rises; kept as its stands and sits */
	TIMELINE_KILL, /* a, b: row, column, -1 all: cells that read zero from now on */
	TIMELINE_WEIGHT, /* load: a disc is put down */
	TIMELINE_REST,   /* load: so is a foot, which does not stand but rests */
	TIMELINE_CHANGE, /* load: id, mass */
	TIMELINE_TAKE,   /* load: id */
	TIMELINE_ROLL,   /* load */
	TIMELINE_N_KINDS,
};

enum timeline_side { TIMELINE_LEFT, TIMELINE_RIGHT, TIMELINE_N_SIDES };

#define TIMELINE_MAX_WEIGHTS 16

/* What a technician puts on the mat, mat plane. */
struct timeline_load {
	int id; /* 1..TIMELINE_MAX_WEIGHTS: which weight */
	double mass_kg;
	double x_mm, y_mm, radius_mm; /* of a disc */
	/* Of a roller: */
	bool along_x; /* where it rolls, else along y; its axle lies across */
	int n_passes; /* there, back, there ... */
	double speed_mm_s;
	double uneven_frac; /* how much heavier at its right or front end than at the other */
	double length_mm; /* of its axle; NaN: all of the mat and more */
	double centre_mm; /* of its axle, across the way */
	double inset_mm;  /* it turns so far before the edge; negative: behind it */
};

/* One event; `over_s` is how long a change takes. */
struct timeline_event {
	double at_s; /* since the first START, or the cue */
	enum timeline_kind kind;
	double a, b, c, over_s;
	int line; /* in the script; 0: from an option */
	struct timeline_load load;
};

/* Caller-owned, no heap; starts zeroed. */
struct timeline {
	int n;
	int n_forgotten; /* that were before the first */
	struct timeline_event events[TIMELINE_MAX];
};

/* Append one event. Returns 0 or -ENOSPC. */
int timeline_add(struct timeline *timeline, const struct timeline_event *event);

/* Append the events of a script of `n` bytes; `file` names it in messages. Returns 0, or -EINVAL
 * or -ENOSPC with a sentence naming file and line in `message` (`size` bytes). */
int timeline_parse(struct timeline *timeline, const char *text, size_t n,
	const char *file, char *message, size_t size);

/* Understand one line that arrives while time runs, at `now_s` of the script: `at SECONDS VERB ...`
 * not in the past, `after SECONDS VERB ...` from now, or the verb alone, at once. The events are put
 * where they belong, behind those of the same time. Returns how many, 0 for an empty line, or -EINVAL
 * or -ENOSPC with a sentence in `message` and the timeline as it was. */
int timeline_insert(struct timeline *timeline, const char *line, double now_s,
	char *message, size_t size);

/* Forget the first `n` events. */
void timeline_forget(struct timeline *timeline, int n);

/* Sort by time and check that what must alternate does: steps, plugs, sitting and standing, each
 * foot's lifting and lowering, each weight's coming and going. Returns 0, or -EINVAL with a message. */
int timeline_finish(struct timeline *timeline, char *message, size_t size);

/* Is someone on the mat at the start? Yes, unless the first step is a step on. */
bool timeline_starts_on(const struct timeline *timeline);

/* Does the person sit at the start? No, unless she stands up before she sits down. */
bool timeline_starts_seated(const struct timeline *timeline);

/* Is that foot in the air at the start? No, unless it is lowered before it is lifted. */
bool timeline_starts_lifted(const struct timeline *timeline, enum timeline_side side);

#endif
