/* One second of frames as a block of columns that compresses well, and back, bit for bit.
 * Does not compress and does not know files. Follows docs/recordings.md ("Frames"). */
#ifndef STANCE_STORE_FRAMES_H
#define STANCE_STORE_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/frame.h"

#define FRAMES_HEAD_SIZE 16
#define FRAMES_FIXED     32 /* bytes of a frame besides its cells */

/* A block in memory: `frames[i].cells` point into `cells`, n_cells a frame. */
struct frames {
	int n, capacity, n_cells;
	uint64_t first; /* number of the first frame within the recording */
	struct raw_frame *frames;
	uint16_t *cells;
};

/* Make room for `capacity` frames; frees what there was. Returns 0 or -ENOMEM. */
int frames_reserve(struct frames *f, int capacity, int n_cells);
void frames_fini(struct frames *f);

/* Copy a frame in; n < capacity. */
void frames_add(struct frames *f, const struct raw_frame *frame);

/* Return the bytes of a block. */
size_t frames_size(int n, int n_cells);

/* Write the block, frames_size() bytes. */
void frames_encode(const struct frames *f, uint8_t *out);

/* Read a block; makes room as needed. Returns 0; -EBADMSG if its length, its number of cells or its
 * number of frames (1 or more) is wrong; -ENOMEM. */
int frames_decode(struct frames *f, int n_cells, const uint8_t *bytes, size_t n_bytes);

#endif
