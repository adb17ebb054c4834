/* One stream of live data: a ring of the newest messages, encoded once for all clients, each of
 * which reads along with a cursor of its own. What a slow client has not taken is overwritten.
 * A message that says whose the data are has a second text, its veil, for those who may not know.
 * Does not send. Allocates in stream_init(), stream_add_veil() and stream_resize() only.
 * Follows docs/api.md ("Clients that do not read"). */
#ifndef STANCE_IPC_STREAM_H
#define STANCE_IPC_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The streams there are; the last is their number. */
enum stream_kind {
	STREAM_SAMPLE,
	STREAM_FRAME,
	STREAM_STATUS,
	STREAM_TRIAL,
	STREAM_RAW,
	STREAM_CALIBRATION,
	STREAM_TRAINING,
	STREAM_N
};

/* Return the stream's word in docs/api.md. */
const char *stream_name(int kind);

#define STREAM_MAX_SLOTS 256

/* One message in the ring. */
struct stream_message {
	const char *text; /* a whole line and its newline; good until overwritten */
	size_t length;
	const char *
		veiled; /* the same for those who may not know whose; often `text` itself */
	size_t veiled_length;
	int64_t t_ns;   /* what decimation goes by */
	uint64_t order; /* of publication, over all streams */
	bool is_change; /* never left out by decimation */
};

/* Caller-owned. */
struct stream {
	char *memory; /* n_slots * slot_size */
	char *veils;  /* as much again; NULL: its messages name nobody */
	size_t slot_size;
	size_t n_slots; /* 1..STREAM_MAX_SLOTS */
	uint64_t head;  /* messages published so far: the next one's number */
	bool is_change; /* of the message being written; cleared when it is published */
	size_t veil_length; /* of its veil; 0: it has none. Cleared likewise */
	struct stream_message slots[STREAM_MAX_SLOTS];
};

/* Make room for `n_slots` messages of up to `slot_size` bytes. Returns 0 or -ENOMEM. */
int stream_init(struct stream *stream, size_t n_slots, size_t slot_size);
/* Make room for a veil of each. Returns 0 or -ENOMEM. */
int stream_add_veil(struct stream *stream);
void stream_fini(struct stream *stream);

/* Change the size of a message; those in the ring are forgotten. Returns 0, or -ENOMEM with the
 * stream as it was. */
int stream_resize(struct stream *stream, size_t slot_size);

/* Return where to write the next message: slot_size bytes. */
char *stream_begin(struct stream *stream);

/* Return where to write its veil, slot_size bytes; then note how long that is. Only with stream_add_veil(). */
char *stream_begin_veil(struct stream *stream);
void stream_end_veil(struct stream *stream, size_t length);

/* Publish what was written there. */
void stream_commit(struct stream *stream, size_t length, int64_t t_ns, uint64_t order);

/* Return the number of the oldest message kept; equals head if there is none. */
uint64_t stream_oldest(const struct stream *stream);

/* Return message `number`, oldest <= number < head. */
const struct stream_message *stream_get(const struct stream *stream, uint64_t number);

#endif
