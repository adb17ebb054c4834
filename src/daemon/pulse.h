/* When the next n-th frame will be scanned, so that a pulse can rise at that instant although the frame itself arrives
 * milliseconds later (a USB adapter keeps bytes back for up to 16 ms).
 * Counted from the first frame measured, which has no pulse of its own: that it was measured is known only when it is there.
 * Pure: told of frames and time, waits for nothing.
 * Scans are counted by their times: a frame's number counts the mat's answers between frames too, and lost ones.
 * A line through the newest PULSE_HISTORY frames (their numbers and times, first to last) is carried forward: mats scan by
 * a quartz, whose 50 ppm are 5 us over ten frames of 10 ms. */
#ifndef STANCE_DAEMON_PULSE_H
#define STANCE_DAEMON_PULSE_H

#include <stdbool.h>
#include <stdint.h>

#define PULSE_HISTORY 64

/* Of the promised millisecond, what may be lost before it rises; and how far the frames' times may lie off a line. */
#define PULSE_LATE_NS 500000

struct pulse {
	int every;
	struct {
		uint64_t seq;  /* of the frame */
		uint64_t scan; /* counted, from the first frame's number */
		int64_t t_ns;
	} seen[PULSE_HISTORY]; /* a ring */
	int n_seen, next;
	bool is_on;
	uint64_t due;    /* the scan that the next pulse is for */
	uint64_t sent;   /* the one that the last was for */
	int64_t sent_ns; /* when it rose; 0: none, or judged already */
};

/* Begin anew; `every` frames from one pulse to the next, from 1. */
void pulse_init(struct pulse *p, int every);

/* A frame was scanned at `t_ns`. Before anything is measured too, so that the rate is known by then. */
void pulse_frame(struct pulse *p, uint64_t seq, int64_t t_ns);

/* Measuring began with frame `seq`, or ended. */
void pulse_begin(struct pulse *p, uint64_t seq);
void pulse_end(struct pulse *p);

/* When the next pulse is to rise, which is for scan `p->due`; INT64_MAX: not known yet
 * (too few frames, or their times are on no line), or nothing is measured. What should
 * have risen before `now_ns` is left out: a pulse is at its frame or not at all. */
int64_t pulse_due_ns(struct pulse *p, int64_t now_ns);

/* The one for `scan` rose at `t_ns`: the next one is due `every` scans later. */
void pulse_sent(struct pulse *p, uint64_t scan, int64_t t_ns);

/* How far the last pulse was from the time of its frame, if that is the newest; returns false if it has not come, was lost on
 * the way, or was told already. */
bool pulse_error_ns(struct pulse *p, int64_t *error_ns);

/* Nanoseconds from frame to frame, 0 if not known. */
int64_t pulse_period_ns(const struct pulse *p);

#endif
