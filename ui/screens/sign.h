/* What the screens that sign a visit and amend a signed one share: who, a comment, for an amendment which trials are
 * left out and why.
 * Follows docs/screens.md ("The report") and docs/api.md (report.sign, report.amend). */
#ifndef STANCE_UI_SCREENS_SIGN_H
#define STANCE_UI_SCREENS_SIGN_H

#include <jansson.h>

#include "ui/app/app.h"
#include "ui/core/entry.h"
#include "ui/core/list.h"
#include "ui/screens/report.h"
#include "ui/screens/trial.h"

#define SIGN_MAX_NAMES  6
#define SIGN_MAX_LEFT   32  /* trials, as the daemon takes */
#define SIGN_REASON     128 /* bytes with the NUL, as the daemon takes */
#define SIGN_MAX_TRIALS 64

/* Widgets and what is asked for. */
enum sign_widget {
	SIGN_SIGN = 1,
	SIGN_NAMES,
	SIGN_KEYS,
	SIGN_FIELD,
	SIGN_OTHER_NAME,
	SIGN_COMMENT,
	SIGN_TRIALS,
	SIGN_TRIAL_ROWS,
	SIGN_REASON_ROWS,
	SIGN_GO_ON,
	SIGN_SIGNERS,
	SIGN_RESULTS,
};

/* What is on the screen. */
enum sign_phase {
	SIGN_LOOKING, /* for who has signed here before */
	SIGN_WHO,     /* one of them, or another */
	SIGN_TYPING_NAME,
	SIGN_READY, /* all is known: to be held */
	SIGN_TYPING_COMMENT,
	SIGN_CHOOSING_TRIALS,
	SIGN_CHOOSING_REASON,
	SIGN_TYPING_REASON,
};

/* A trial that the amendment leaves out. */
struct sign_left {
	int64_t trial;
	char reason[SIGN_REASON];
};

struct sign {
	bool amends;
	int64_t visit;
	enum sign_phase phase;
	char names[SIGN_MAX_NAMES]
		  [APP_NAME_BYTES]; /* who signed here, the last first */
	int n_names;
	char name[APP_NAME_BYTES];
	char comment[ENTRY_BYTES];             /* of an amendment: its reason */
	struct entry entry;                    /* what is being typed */
	struct list list;                      /* of the phase */
	json_t *results;                       /* of an amendment: its trials */
	const json_t *trials[SIGN_MAX_TRIALS]; /* those that count, of `results` */
	int n_trials;
	struct sign_left left[SIGN_MAX_LEFT];
	int n_left;
	int64_t asked_trial; /* whose reason is chosen */
	bool busy;
	bool lost; /* the answer: whether it is signed is not known */
	char said[REPORT_SAID_BYTES];
};

/* Return the place of a trial among those that are left out, -1: it stays. */
int sign_left_at(const struct sign *s, int64_t trial);

/* Return true when everything that is needed is there. */
bool sign_is_ready(const struct view *v, const struct sign *s);

void sign_draw(struct view *v, void *state);

#endif
