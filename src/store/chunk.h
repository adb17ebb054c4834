/* The chunks that a recording is made of: found, checked and written; what is in them is others'
 * matter. Does not touch files. Follows docs/recordings.md ("Chunks"). */
#ifndef STANCE_STORE_CHUNK_H
#define STANCE_STORE_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK_HEAD_SIZE 32
#define CHUNK_FILE_MAGIC                                                               \
	"\x89"                                                                         \
	"SREC\r\n\x01" /* of the file; the last byte is the version */
#define CHUNK_FILE_MAGIC_SIZE 8

/* No chunk unpacks to more: a reader never allocates what a damaged length asks for. */
#define CHUNK_RAW_MAX (24U << 20)

enum chunk_type {
	CHUNK_HEADER = 1,      /* JSON */
	CHUNK_ZERO = 2,        /* float32, one a cell */
	CHUNK_CALIBRATION = 3, /* the calibration file's text */
	CHUNK_FRAMES = 4,
	CHUNK_END = 5,
	CHUNK_STOP = 6,   /* before the end: why the trial was stopped from outside */
	CHUNK_EDGES = 8,  /* of the sync lines: time and kind each */
	CHUNK_MEMORY = 7, /* time, and float32: what the calibrated sheet remembers */
};

/* One chunk; `bytes` are as stored, borrowed. */
struct chunk {
	uint8_t type;
	bool packed;             /* by zstd */
	uint32_t number;         /* 0, 1, 2, ... within the file */
	uint32_t file_id;        /* the same in every chunk of a file */
	uint32_t n_bytes, n_raw; /* stored and unpacked length */
	const uint8_t *bytes;
};

/* Write the head of a chunk, with the checksums of head and bytes. */
void chunk_head_encode(const struct chunk *chunk, uint8_t head[CHUNK_HEAD_SIZE]);

/* Read the chunk that begins at `bytes`. Returns its whole length, -EBADMSG if no whole undamaged
 * chunk begins there. */
int64_t chunk_decode(const uint8_t *bytes, size_t n, struct chunk *chunk);

/* Find the first whole chunk at or after `offset`. Returns its offset, or -ENODATA. */
int64_t chunk_find(const uint8_t *bytes, size_t n, size_t offset, struct chunk *chunk);

/* Return a number that tells the chunks of one recording from those of another. */
uint32_t chunk_file_id(const char *uid);

#endif
