/* The screen of a visit's trials: what its two files share. trial.c asks and acts, trial_draw.c draws.
 * The daemon runs the trial and keeps it: leaving the screen, or its end, changes nothing. */
#ifndef STANCE_UI_SCREENS_TRIAL_H
#define STANCE_UI_SCREENS_TRIAL_H

#include <jansson.h>

#include "ui/app/view.h"
#include "ui/core/list.h"
#include "ui/model/scatter.h"

/* Its widgets. */
enum trial_widget {
	TRIAL_START = 1,
	TRIAL_STOP,
	TRIAL_MARK,
	TRIAL_REPEAT,
	TRIAL_DISCARD,
	TRIAL_REASON,  /* a choice: index of trial_reasons */
	TRIAL_REASONS, /* the same as a list */
	TRIAL_KEEP,    /* back from the choice of a reason */
	TRIAL_FINISH,
	TRIAL_CHECK, /* the pre-check again */
	TRIAL_PAGES, /* of what is said between trials */
	TRIAL_N_WIDGETS,
};

/* Why a trial is discarded: msgids, and stored as they are, because the audit log is in English. */
#define TRIAL_N_REASONS 4
extern const char *const trial_reasons[TRIAL_N_REASONS];

struct trial {
	json_t *plan;     /* stance.visit-plan/1 */
	json_t *progress; /* stance.trial-progress/1, the newest */
	json_t *last; /* how the one before ended; NULL if none was seen, or it was reviewed */
	bool choosing;       /* a reason to discard */
	struct list reasons; /* where the choice has no room */
	struct list pages;   /* of what is said between trials */
	bool busy;           /* a start, stop or review is on its way */
	bool at_once;   /* the pre-check's START was pressed: no need for another */
	bool repeating; /* what ends now was broken off to be repeated: not a result */
	struct scatter scatter; /* of what is measured */
	char message[400];      /* what was refused */
	int64_t refused_ns;
	char panel[256]; /* why the last press of the station's button did nothing */
	bool knows_panel;
	char said[80]; /* what was done: a mark */
	int64_t said_ns;
};

/* How long a word about a mark stays, and one about what was refused. Chosen. */
#define TRIAL_SAID_NS    (3 * CLOCK_NS_PER_S)
#define TRIAL_REFUSED_NS (10 * CLOCK_NS_PER_S)

/* Return the visit; 0: a measurement of nobody. */
int64_t trial_visit(const struct view *v);

/* Return true while one waits, settles, is measured or stored; is measured. */
bool trial_is_running(const struct trial *s);
bool trial_is_measuring(const struct trial *s);

/* Return what is next in the visit, NULL when all is done. */
const json_t *trial_next(const struct trial *s);

/* Return true once all that was planned is measured; what is next then is proposed by the results. */
bool trial_is_over(const struct view *v, const struct trial *s);

/* Return the trial that may be reviewed: `{id, verdict, ...}`, NULL if there is none. */
const json_t *trial_reviewed(const struct trial *s);

/* Return whether a trial's document says that it was practice: it counts for nothing, and is not reviewed. */
bool trial_is_practice(const json_t *document);

/* Draw all of it. */
void trial_draw(struct view *v, struct trial *s);

#endif
