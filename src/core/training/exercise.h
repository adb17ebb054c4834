/* The exercises: what the person is shown, and how well it was done. Each is data in a table and a small
 * state machine over the person's own movement.
 * Does not know frames, mats, sessions or screens, and reads no clock: time comes with each step.
 * Follows docs/training.md. Positions are in the person's own frame (place.h): x to the right, y forward,
 * the origin where the person stands even. Times are seconds of exercising: they stand still in a pause. */
#ifndef STANCE_CORE_TRAINING_EXERCISE_H
#define STANCE_CORE_TRAINING_EXERCISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rng.h"
#include "src/core/geometry.h"

enum exercise {
	EXERCISE_PROBE,     /* stand as you should, nothing shown: what was learnt */
	EXERCISE_HOLD,      /* keep the dot in the ring */
	EXERCISE_BEAM,      /* keep the beam level: left against right */
	EXERCISE_TARGETS,   /* lean to eight targets and back */
	EXERCISE_METRONOME, /* shift from side to side with the beat */
	EXERCISE_SLALOM,    /* steer through gates */
	EXERCISE_LAKE,      /* stand so still that the lake is smooth */
	EXERCISE_MATCH,     /* learn a load, then find it again without the picture */
	EXERCISE_LIMITS, /* lean as far as is comfortable: what the targets are measured by */
	EXERCISE_BY_EAR, /* eyes closed: stand where the tone is quiet */
	EXERCISE_N
};

#define EXERCISE_N_DIRECTIONS 8  /* clockwise from the front, 45 degrees apart */
#define EXERCISE_N_GATES      3  /* that are shown ahead */
#define EXERCISE_MAX_ITEMS    40 /* gates or beats of one block */
#define EXERCISE_MAX_MEASURES 8

/* How much of what is measured the person sees (docs/training.md, "Fading"). */
enum exercise_feedback {
	FEEDBACK_FULL,      /* all the time */
	FEEDBACK_BANDWIDTH, /* the dot only while it is outside the band */
	FEEDBACK_END,       /* nothing while it lasts, the score after it */
	FEEDBACK_NONE,      /* not even that: a probe */
	FEEDBACK_N
};

/* What one exercise is, for people and programs. Texts are English and static: msgids. */
struct exercise_info {
	const char *key;         /* "hold-dot" */
	const char *title;       /* "Hold the dot" */
	const char *instruction; /* what to do, one sentence */
	const char *score_key;   /* "in_ring_pct" */
	const char *unit;        /* "%", "mm/s", "% of weight"; as it is printed */
	const char *score_text;  /* what the number means: "of the time in the ring" */
	bool higher_is_better;
	double duration_s;  /* unless the programme says otherwise */
	bool has_fixed_end; /* false: it may end before its duration */
};

/* What an exercise depends on besides the person's movement. NaN: not known. */
struct exercise_setup {
	enum exercise exercise;
	enum exercise_feedback feedback;
	double duration_s;
	uint64_t seed;
	double target_mm;  /* where the middle shall be, sideways; 0 is even */
	double band_mm;    /* radius of the ring */
	double reach_frac; /* share of the limits that is asked for, 0.1 to 0.8 */
	double limits_mm[EXERCISE_N_DIRECTIONS]; /* NaN: the foot outline's (place.h) */
	double width_mm; /* between the feet's centres of pressure */
	double period_s; /* of the metronome: from one side to the other */
};

/* What the person does now. */
struct exercise_input {
	double t_s;          /* since the exercise began; rises */
	bool is_break;       /* a pause lies before: nothing is counted across it */
	struct pos_mm at_mm; /* centre of pressure; NaN for a frame without one */
	double left_frac;    /* NaN without both feet */
};

/* What kind of picture it is. */
enum exercise_picture {
	PICTURE_NONE,  /* a dot to look at: nothing is fed back */
	PICTURE_RING,  /* dot and ring: hold, targets, limits */
	PICTURE_BEAM,  /* a beam that tips to the heavier side: beam, match */
	PICTURE_TRACK, /* dot on a line between two places: metronome */
	PICTURE_GATES, /* gates come from above: slalom */
	PICTURE_LAKE,  /* ripples */
	PICTURE_TONE,  /* nothing to look at: a tone, for eyes that are closed */
	PICTURE_N
};

/* Parts of an exercise that differ in what is asked. */
enum exercise_part {
	PART_MAIN,
	PART_LEARN,     /* match: the load is shown */
	PART_BACK,      /* targets, match: back to the middle */
	PART_REPRODUCE, /* match: find it again */
	PART_ANSWER,    /* match: how near it was */
	PART_N
};

struct exercise_gate {
	double x_mm, half_width_mm;
	double in_s; /* until it is there; below 0 it has passed */
	int passed;  /* 1 yes, 0 no, -1 not yet or not told */
};

/* What is to be heard of where the person stands: pitch for forward (higher) and back, side and timbre for left
 * and right, so that one loudspeaker is enough. How it is made: docs/training.md ("By ear"). */
struct exercise_tone {
	double volume_frac;  /* 0 silent .. 1; NaN: this exercise has no tone now */
	double pitch_hz;     /* 500 far behind, 707 even, 1000 far ahead */
	double pan_frac;     /* -1 left .. 1 right */
	double reed_frac;    /* 0 a pure tone .. 1 a reedy one: to either side */
	double flutter_frac; /* 0 steady .. 1 fluttering: to the right alone */
};

/* What is to be drawn. What must not be seen is NaN, 0 or -1 here: a screen cannot show too much. */
struct exercise_view {
	enum exercise_picture picture;
	enum exercise_part part;
	struct pos_mm dot_mm;    /* the person; NaN: hidden */
	double left_frac;        /* the beam's; NaN: hidden */
	struct pos_mm target_mm; /* NaN: none */
	double radius_mm;        /* of the ring, or half the target's width */
	double target_left_frac; /* the beam's; NaN: none */
	double tolerance_frac;   /* half the width of "level" */
	int inside;              /* 1 in the target, 0 not, -1 not told */
	double held_frac;  /* of the time a target must be held, 0..1; NaN: not asked */
	int item, n_items; /* target, beat, gate or round, from 0; 0 of 0: none */
	int direction;     /* 0..7 of targets and limits; -1 */
	int side;          /* -1 left, 1 right, which the beat asks for; 0 none */
	double beat_frac;  /* 0 at a beat, 1 at the next; NaN: none */
	double rough_frac; /* the lake: 0 smooth, 1 as rough as it gets; NaN */
	struct exercise_tone tone;
	int n_gates;
	struct exercise_gate gates[EXERCISE_N_GATES]; /* the nearest first */
	double score; /* so far, the exercise's unit; NaN while hidden or unknown */
};

struct exercise_measure {
	const char *key; /* static, with its unit: "rmse_mm" */
	double value;    /* NaN: not measured */
};

/* How it was done. */
struct exercise_score {
	double value;     /* the exercise's unit; NaN if too little was measured */
	double counted_s; /* time with a person on it */
	int n_measures;
	struct exercise_measure measures[EXERCISE_MAX_MEASURES];
	double limits_mm[EXERCISE_N_DIRECTIONS]; /* of `limits`; else NaN */
};

/* --- the state of one, plain data; exercise_*.c know their own member ---------------------------- */

/* Time-weighted mean and square of something. */
struct exercise_mean {
	double weight_s, sum, square;
};

struct exercise_hold {
	double in_s;
	struct exercise_mean x_mm, y_mm;
	double distance2;
	bool shown; /* the dot, with some hysteresis */
};

struct exercise_beam {
	double in_s;
	struct exercise_mean left_frac;
	double error;
	bool shown;
};

struct exercise_targets {
	int order[EXERCISE_N_DIRECTIONS];
	int i;           /* in `order` */
	bool going_back; /* to the middle */
	double since_s;  /* the target appeared */
	double inside_s; /* in it without a break */
	int n_reached;
	double time_s, path_mm, straight_mm; /* of those reached */
	struct pos_mm from_mm;
};

struct exercise_metronome {
	int i_beat; /* the next */
	bool crossed,
		crosses_next; /* came over the middle to it; will have, to the one after */
	double peak_mm, peak_s; /* farthest out around this beat, and when */
	int n_hit, n_asked;
	double re, im, drive; /* lock-in against the target's movement */
	struct exercise_mean x_mm;
};

struct exercise_slalom {
	double gate_mm[EXERCISE_MAX_ITEMS];
	signed char passed[EXERCISE_MAX_ITEMS];
	int n_gates, i_gate;
	int n_passed, n_counted;
	double miss_mm;
};

struct exercise_lake {
	double z[2][4]; /* low-pass of x and y: two sections' worth of state */
	bool has_last;
	struct pos_mm last_mm;
	double path_mm, path_s;
	double speed_mm_s; /* smoothed, for the picture */
	double settle_s;   /* of the filter, since the last break */
};

struct exercise_match {
	double asked_frac[8];
	int n_rounds, i_round;
	enum exercise_part part;
	double since_s;
	struct exercise_mean found;
	double error_sum, signed_sum;
	double last_error;
	int n_done;
};

struct exercise_limits {
	int i;
	double since_s;
	double best_mm[EXERCISE_N_DIRECTIONS];
	double window_mm, window_s; /* held for a moment */
};

/* Caller-owned, no heap. */
struct exercise_run {
	struct exercise_setup setup;
	struct rng rng;
	double t_s; /* of the last step; NaN before the first */
	struct pos_mm last_mm;
	double counted_s;
	bool is_over; /* before its duration: everything is done */
	union {
		struct exercise_hold hold; /* and probe, by-ear */
		struct exercise_beam beam;
		struct exercise_targets targets;
		struct exercise_metronome metronome;
		struct exercise_slalom slalom;
		struct exercise_lake lake;
		struct exercise_match match;
		struct exercise_limits limits;
	} of;
};

/* Return what an exercise is; the word of a feedback, a picture, a part. */
const struct exercise_info *exercise_info(enum exercise exercise);
const char *exercise_feedback_word(enum exercise_feedback feedback);
const char *exercise_picture_word(enum exercise_picture picture);
const char *exercise_part_word(enum exercise_part part);

/* Find by word; the enum's _N if there is none. */
enum exercise exercise_find(const char *key);
enum exercise_feedback exercise_feedback_find(const char *word);
enum exercise_picture exercise_picture_find(const char *word);
enum exercise_part exercise_part_find(const char *word);

/* Return whether it is done with closed eyes: somebody must stand beside. */
bool exercise_is_blind(enum exercise exercise);

/* Begin one. */
void exercise_begin(struct exercise_run *run, const struct exercise_setup *setup);

/* Go on by one frame and say what to show. Once it is over further steps only repeat the picture. */
void exercise_step(struct exercise_run *run, const struct exercise_input *input,
	struct exercise_view *view);

/* Return whether it came to its end: its duration, or all it asks for. */
bool exercise_is_over(const struct exercise_run *run);

/* Say how it was done so far. */
void exercise_score(const struct exercise_run *run, struct exercise_score *score);

/* Return no tone; a view with nothing in it. */
struct exercise_tone exercise_tone_none(void);
struct exercise_view exercise_view_none(void);

#endif
