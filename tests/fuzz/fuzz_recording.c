/* Reads arbitrary bytes as a recording, once as they are and once with the checksums made right, so
 * that what lies behind them is reached; the second time through a file. What is read must be what
 * can be written again: header and frames make another round trip.
 * Parser: src/store/recording_read.c src/store/recording_header.c src/store/chunk.c
 * src/store/frames.c */
#define _GNU_SOURCE /* memfd_create() */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/bytes.h"
#include "src/store/chunk.h"
#include "src/store/frames.h"
#include "src/store/recording.h"
#include "src/store/recording_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_FRAMES_MAX 4096 /* that a run looks at */
#define N_ROUND      64   /* frames that make another round trip */

/* Make every chunk whose length fits a whole one; number and file are left as they are. */
static void repair(uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i + CHUNK_HEAD_SIZE <= n; i++) {
		struct chunk chunk = { 0 };

		if (memcmp(bytes + i, "\xc5Src", 4) != 0)
			continue;
		chunk.type = bytes[i + 4];
		chunk.packed = bytes[i + 5] & 1;
		chunk.number = bytes_get_u32(bytes + i + 8);
		chunk.file_id = bytes_get_u32(bytes + i + 12);
		chunk.n_bytes = bytes_get_u32(bytes + i + 16);
		chunk.n_raw = bytes_get_u32(bytes + i + 20);
		chunk.bytes = bytes + i + CHUNK_HEAD_SIZE;
		if (chunk.n_bytes <= n - i - CHUNK_HEAD_SIZE)
			chunk_head_encode(&chunk, bytes + i);
	}
}

static void check_header(const struct recording_header *header)
{
	static char text[RECORDING_HEADER_JSON_MAX], again[RECORDING_HEADER_JSON_MAX];
	struct recording_header_parts parts;
	struct recording_header back;
	const int n = recording_header_encode(header, text, sizeof(text));

	assert(n > 0);
	assert(recording_header_decode(text, (size_t)n, &back, &parts) == 0);
	back.zero.map = header->zero.map;
	back.calibration = header->calibration;
	back.memory = header->memory;
	assert(parts.zero_map == (header->zero.map != NULL));
	assert(recording_header_encode(&back, again, sizeof(again)) == n);
	assert(memcmp(text, again, (size_t)n) == 0);
}

static void check_round(struct frames *f)
{
	const size_t n = frames_size(f->n, f->n_cells);
	uint8_t *bytes = malloc(n);
	uint8_t *again = malloc(n);
	struct frames back = { 0 };

	assert(bytes && again);
	frames_encode(f, bytes);
	assert(frames_decode(&back, f->n_cells, bytes, n) == 0 && back.n == f->n);
	frames_encode(&back, again);
	assert(memcmp(bytes, again, n) == 0);
	frames_fini(&back);
	free(bytes);
	free(again);
}

static int read_frames(struct recording *r)
{
	const int n_cells = geometry_n_cells(&recording_header(r)->mat.geometry);
	struct frames round = { 0 };
	struct raw_frame frame;
	unsigned sum = 0;
	int n = 0;

	assert(frames_reserve(&round, N_ROUND, n_cells) == 0);
	while (n < N_FRAMES_MAX && recording_next(r, &frame) == 1) {
		sum += frame.cells[0] + frame.cells[n_cells - 1];
		if (round.n < N_ROUND)
			frames_add(&round, &frame);
		n++;
	}
	if (round.n > 0)
		check_round(&round);
	frames_fini(&round);
	return n + (int)(sum % 2); /* every cell was there to be read */
}

static void check(struct recording *r)
{
	char text[256];
	int n;

	check_header(recording_header(r));
	n = read_frames(r);
	recording_damage_text(recording_damage(r), text, sizeof(text));
	assert(strlen(text) < sizeof(text));
	recording_rewind(r);
	assert(read_frames(r) == n);
	recording_close(r);
}

static void check_file(const uint8_t *bytes, size_t n)
{
	const int fd = memfd_create("recording", 0);
	struct recording *r = NULL;
	char path[64], message[256];

	assert(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (recording_open(path, &r, message, sizeof(message)) == 0)
		check(r);
	else
		assert(*message);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	struct recording *r = NULL;
	char message[256];

	assert(copy);
	if (recording_parse(data, size, &r, message, sizeof(message)) == 0)
		check(r);
	if (size > 0)
		memcpy(copy, data, size);
	repair(copy, size);
	check_file(copy, size);
	free(copy);
	return 0;
}
