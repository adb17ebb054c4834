/* One recording being made: frames go in on the loop's thread and reach the disk on the worker's.
 * Does not analyse and decides nothing: it says when the disk cannot follow.
 * Follows docs/recordings.md. Between the two threads lies a ring of RECORDER_BUFFER_S. */
#ifndef STANCE_DAEMON_RECORDER_H
#define STANCE_DAEMON_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/daemon/worker.h"
#include "src/store/recording.h"

struct recorder;

/* How long the disk may stall before a recording ends; chosen: five times the worst seen of cards. */
#define RECORDER_BUFFER_S 6.0

/* Create the file and begin to take frames. From within a job. Returns 0 or a negative errno as
 * recording_create(). */
int recorder_open(struct worker *worker, const char *path,
	const struct recording_header *header, struct recorder **out);

/* Take a frame. Returns 0; -ENOBUFS if the disk has not followed for RECORDER_BUFFER_S; the error
 * that the disk gave, after which nothing more is written. The loop's thread; uses no heap, waits
 * for nothing. */
int recorder_push(struct recorder *recorder, const struct raw_frame *frame);

/* Take an edge of a sync line. Returns 0, or -ENOBUFS if there is no room: it is lost, the recording goes on. As
 * recorder_push() otherwise. */
int recorder_push_edge(struct recorder *recorder, const struct recording_edge *edge);

/* Write what is left, note why the trial was stopped (SESSION_STOP_NONE: it was not), close the file,
 * free. Returns 0 or the first error. From within a job. */
int recorder_close(struct recorder *recorder, enum session_stop why);

/* Close without writing, and free. From within a job. */
void recorder_abandon(struct recorder *recorder);

#endif
