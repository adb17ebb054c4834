/* The calibration on the screen: what its parts share. calibrate.c is its course, calibrate_draw.c its
 * pictures, calibrate_judge.c those of the verification, calibrate_words.c its words, calibrate_tools.c the questions about what is at hand.
 * Follows docs/calibration.md ("The procedure") and docs/api.md ("Calibrating"). */
#ifndef STANCE_UI_SCREENS_CALIBRATE_H
#define STANCE_UI_SCREENS_CALIBRATE_H

#include <jansson.h>

#include "calibration/agenda.h"
#include "ui/app/app.h"
#include "ui/core/entry.h"
#include "ui/core/list.h"
#include "ui/core/parts.h"

#define CALIBRATE_TEXT 512

/* Where it is. */
enum calibrate_phase {
	CALIBRATE_HOME,    /* what is in force, what was begun */
	CALIBRATE_TOOLS,   /* what is at hand */
	CALIBRATE_STEPS,   /* one after the other, also those of the verification */
	CALIBRATE_READY,   /* all read: to be fitted */
	CALIBRATE_FITTED,  /* to be verified, or not */
	CALIBRATE_WEIGHT,  /* the one to verify with */
	CALIBRATE_JUDGED,  /* to be accepted, or not */
	CALIBRATE_SIGNING, /* by whom */
	CALIBRATE_DONE,
};

/* Widgets; of requests the tags are the same. */
enum calibrate_id {
	CALIBRATE_STATUS = 1,
	CALIBRATE_BEGIN, /* the primary action, whatever it is */
	CALIBRATE_SECOND,
	CALIBRATE_THIRD,
	CALIBRATE_ROWS,
	CALIBRATE_PAD,
	CALIBRATE_STEP,
	CALIBRATE_FORGET,
	CALIBRATE_UNDO,
	CALIBRATE_FIT,
	CALIBRATE_JUDGE,
	CALIBRATE_ACCEPT,
	CALIBRATE_ABORT,
	CALIBRATE_FIELD,
	CALIBRATE_PAGES,
	CALIBRATE_READ,
};

/* Questions about what is at hand, rows of a list. */
enum calibrate_tool {
	CALIBRATE_MASSES,
	CALIBRATE_ROLLER,
	CALIBRATE_BODY,
	CALIBRATE_STAIRS,
	CALIBRATE_N_TOOLS,
};

struct calibrate {
	enum calibrate_phase phase;
	struct agenda_tools tools;
	struct agenda agenda;
	bool skipped[AGENDA_MAX_STEPS];
	bool verifying; /* the agenda is the verification's */
	bool asked;     /* something is on its way to the daemon, or a step runs */
	bool running;   /* a step runs */
	bool was_read;  /* the draft has been heard of */
	json_t *draft, *progress, *report, *verification;
	enum calibrate_tool tool; /* whose pad is shown */
	bool typing;
	bool is_tight; /* rows leave no room for what they come to */
	bool reading;  /* that, in their place */
	int test;      /* of the verification, from 1: all of it; 0 none */
	struct entry entry, operator;
	struct list list, pages;
	char said[CALIBRATE_TEXT]; /* of the last step, in the language */
	enum parts_sign sign;
};

/* --- calibrate_words.c ------------------------------------------------------------------------- */

/* A step's title, and what to do. */
void calibrate_title(const struct agenda_step *s, char *out, size_t size);
void calibrate_what(const struct agenda_step *s, const struct agenda_tools *tools,
	char *out, size_t size);

/* What these tools are worth. */
const char *calibrate_worth(const struct agenda_tools *tools);

/* What the rows of the phase come to: what tools are worth, or whether the verification was passed. "" in another phase. */
const char *calibrate_sum(const struct calibrate *s, enum parts_sign *sign);

/* Why the daemon refused: its own words, or that the user is no technician. */
void calibrate_refusal(const struct view_answer *a, char *out, size_t size);

/* What a finished step says: its reason, else its notes, else that it is done. */
void calibrate_outcome(const json_t *step, char *out, size_t size);

/* A mass as it is said, in the unit of the country: "20 kg". */
void calibrate_mass(double mass_kg, char *out, size_t size);

/* --- calibrate_tools.c -------------------------------------------------------------------------- */

/* Guess what is at hand from what was read already. */
void calibrate_tools_guess(struct calibrate *s);
void calibrate_tools_draw(struct view *v, struct calibrate *s, struct rect r);
void calibrate_tools_act(struct calibrate *s, int id, int index);

/* Feed typed keys. Returns true if they were for the pad. */
bool calibrate_tools_event(struct calibrate *s, const struct input_event *e);

/* A pad with its field, of a mass that is asked for. */
void calibrate_pad_draw(struct view *v, struct calibrate *s, struct rect r,
	const char *label, const char *hint);

/* Return the mass typed, kg; NaN if it is none. */
double calibrate_typed_kg(const struct calibrate *s);

/* --- calibrate_draw.c ---------------------------------------------------------------------------- */

void calibrate_draw(struct view *v, void *state);

/* Draw a sentence at the bottom of `*r` and cut its place off, leaving `least`; part by part where that is all it has. */
void calibrate_notice(struct view *v, struct rect *r, int least, enum parts_sign sign,
	const char *text);

/* Return the step that is next, NULL after the last; `*i` receives its number from 0. */
const struct agenda_step *calibrate_step(const struct calibrate *s, int *i);

/* --- calibrate_judge.c -------------------------------------------------------------------------- */

/* The tests of the verification; all of the one that was touched. */
void calibrate_tests_draw(struct view *v, struct calibrate *s, struct rect r);
void calibrate_test_draw(struct view *v, struct calibrate *s, struct rect r);

#endif
