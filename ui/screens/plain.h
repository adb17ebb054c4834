/* In plain words: how stance, pelvis, knees and lower back load each other, what the mat sees of it and what not.
 * The figures of its pages are those of the models that the reports use, at one example: a person whose weight lies
 * a little to the right.
 * Follows docs/screens.md ("In plain words") and docs/clinical-basis.md. */
#ifndef STANCE_UI_SCREENS_PLAIN_H
#define STANCE_UI_SCREENS_PLAIN_H

#include <stdbool.h>

#include "ui/screens/far_parts.h"

/* Nobody on the mat for so long: the pages begin by themselves. And how long each stays, which is enough to read it
 * twice. Chosen. */
#define PLAIN_IDLE_NS (30 * CLOCK_NS_PER_S)
#define PLAIN_PAGE_NS (12 * CLOCK_NS_PER_S)

enum plain_page {
	PLAIN_FEET,   /* each foot carries a part */
	PLAIN_SIDE,   /* the weight moves aside: parts of a hundred */
	PLAIN_USUAL,  /* nobody stands perfectly even */
	PLAIN_KNEE,   /* what the knee bears more */
	PLAIN_PELVIS, /* how far the pelvis may go along */
	PLAIN_BACK,   /* what the lower back may bear more */
	PLAIN_BENT,   /* a knee that does not straighten */
	PLAIN_SEES,
	PLAIN_BLIND,
	PLAIN_AIM, /* a training aid, not a diagnosis */
	PLAIN_N_PAGES,
};

/* The example: weight `side_mm` to the right of the middle between ankles PLAIN_ANKLES_MM apart. */
#define PLAIN_SIDE_MM   10.0
#define PLAIN_ANKLES_MM 200.0

/* What the models say of it. Percent, millimetres. */
struct plain_figures {
	double left_pct, right_pct; /* share of the load */
	double knee_low, knee_high; /* more on the right knee than when even */
	double pelvis_mm;           /* goes along: 0 up to this */
	double back_pct;            /* more on the lower back: 0 up to this */
};
struct plain_figures plain_compute(void);

/* Return the name of a page's spoken prompt. */
const char *plain_cue(enum plain_page page);

/* Return whether a page's picture shows a movement. */
bool plain_moves(enum plain_page page);

/* Draw a page's picture. `lean` 0..1: how far the movement that it shows has gone. */
void plain_picture(struct far_picture *p, enum plain_page page, double lean);

/* Draw a person from behind with the share that each leg carries below. */
void plain_shares(struct far_picture *p, double left_frac);

#endif
