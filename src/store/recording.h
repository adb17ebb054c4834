/* A recording: what the mat said and every frame as received, in one append-only file.
 * Does not analyse and does not know the database.
 * Follows docs/recordings.md: chunks of one second, each with its own CRC-32, so that a cut or damaged
 * file yields every chunk that is whole. One thread at a time. */
#ifndef STANCE_STORE_RECORDING_H
#define STANCE_STORE_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/analysis.h"
#include "src/core/frame.h"
#include "src/core/trial/session.h"

#define RECORDING_HELLO_MAX 512

/* All that a result depends on besides the frames, and where they came from. `mat.sensor` is not recorded:
 * whoever measures makes it from `calibration` (replay.h). No patient: the
 * database ties the uid to a person. */
struct recording_header {
	char uid[33];
	int64_t started_unix_ms; /* wall clock, a label */
	int utc_offset_min;
	char driver[16], serial[17], model[25], firmware[17];
	uint8_t hello[RECORDING_HELLO_MAX]; /* the mat's HELLO payload as received */
	int n_hello;                        /* 0: the mat's protocol has none */
	struct analysis_setup mat;
	struct analysis_zero zero; /* in force at the first frame */
	struct analysis_memory
		memory; /* of the calibrated sheet, before it; n 0: none */
	char calibration_id[RECORD_NAME_SIZE];
	char calibration_state[RECORD_WORD_SIZE];
	char *calibration; /* the calibration file in force as text; NULL: none */
	char algorithm[RECORD_WORD_SIZE];
	char protocol[RECORD_WORD_SIZE]; /* "": a plain recording, no trial */
	double duration_s, settle_s;     /* NaN: the protocol's */
	double cutoff_hz, noise_velocity_mm_s;
	struct trial_person person;
	struct trial_condition condition;
};

/* What a sync line did while frames were taken, numbered as in the file. */
enum recording_edge_kind {
	RECORDING_EDGE_IN_FALL,   /* the sync input became inactive */
	RECORDING_EDGE_IN_RISE,   /* active */
	RECORDING_EDGE_GATE_FALL, /* what was measured ended, as the sync gate said */
	RECORDING_EDGE_GATE_RISE, /* began */
	RECORDING_EDGE_PULSE,     /* a pulse at a frame rose */
	RECORDING_N_EDGE_KINDS
};

struct recording_edge {
	int64_t t_ns; /* on the clock of the frames' t_ns */
	enum recording_edge_kind kind;
};

/* Return its word in exports: in_fall, in_rise, gate_fall, gate_rise, pulse; static. */
const char *recording_edge_name(enum recording_edge_kind kind);

struct recording_writer;

/* Create `path`, which must not exist (mode 0600), and write the header, synced. Header memory is
 * copied. Returns 0, or a negative errno (-EEXIST, -ENOSPC, -EACCES, ...). */
int recording_create(const char *path, const struct recording_header *header,
	struct recording_writer **out);

/* Add a frame. Every second of frames a chunk is compressed, appended and synced, within this call.
 * Returns 0 or a negative errno; after an error nothing more is written and the file stays whole up to
 * the last chunk. */
int recording_append(struct recording_writer *writer, const struct raw_frame *frame);

/* Add an edge; it reaches the disk with the frames of its second. Returns as recording_append(). */
int recording_append_edge(
	struct recording_writer *writer, const struct recording_edge *edge);

/* Note that the trial was stopped from outside, and why, so that a replay ends it alike. */
void recording_set_stop(struct recording_writer *writer, enum session_stop why);

/* Write what is pending and the closing chunk, sync, close and free; NULL does nothing.
 * Returns 0 or the first error. */
int recording_finish(struct recording_writer *writer);

/* Close as it is, as a crash would leave it but for its pending second; frees. */
void recording_abandon(struct recording_writer *writer);

/* What is wrong with a recording; all zero if nothing. */
struct recording_damage {
	bool not_closed; /* the closing chunk is missing: cut off, or still being written */
	uint32_t bad_chunks;     /* damaged and skipped */
	uint64_t bad_bytes;      /* in them, and between chunks */
	uint64_t missing_frames; /* known to be missing from the chunks' own numbers */
	double last_s; /* end of the last whole chunk, since the first frame */
};

struct recording;

/* Open for reading. `recording_parse` reads a whole file's bytes, borrowed until the close. Returns
 * 0; -EBADMSG if not even the header is whole; another negative errno. `message` (`size` bytes) then
 * says what is wrong and what to do. */
int recording_open(
	const char *path, struct recording **out, char *message, size_t size);
int recording_parse(const uint8_t *bytes, size_t n, struct recording **out,
	char *message, size_t size);
void recording_close(struct recording *recording);

/* Borrowed until the close. */
const struct recording_header *recording_header(const struct recording *recording);

/* Take the next frame, cells borrowed until the next call. Returns 1, 0 at the end, -ENOMEM. */
int recording_next(struct recording *recording, struct raw_frame *frame);

/* Start over. */
void recording_rewind(struct recording *recording);

/* Why the trial was stopped from outside, as noted; SESSION_STOP_NONE if nothing is. Complete once
 * recording_next() returned 0. */
enum session_stop recording_stop(const struct recording *recording);

/* Give the sync lines' edges, borrowed until the next call of anything here; returns how many. Complete once
 * recording_next() returned 0. */
size_t recording_edges(
	const struct recording *recording, const struct recording_edge **edges);

/* What was found damaged; complete once recording_next() returned 0. */
const struct recording_damage *recording_damage(const struct recording *recording);

/* Say it in a sentence for a person, "" if nothing is wrong. */
void recording_damage_text(
	const struct recording_damage *damage, char *text, size_t size);

#endif
