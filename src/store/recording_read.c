/* Reading. A file is looked through chunk by chunk; whatever is not a whole chunk of this recording
 * is counted and stepped over. */
#include "src/store/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/bytes.h"
#include "src/base/clock.h"
#include "src/store/chunk.h"
#include "src/store/frames.h"
#include "src/store/recording_header.h"
#include "src/store/zip.h"

#define END_SIZE     32
#define MEMORY_HEAD  8
#define EDGE_SIZE    9
#define N_EDGES_MAX  ((size_t)1 << 22)   /* an hour at 1 kHz: more is damage */
#define N_FRAMES_MAX (UINT64_C(1) << 48) /* 89,000 years at 100 Hz: more is damage */

struct recording {
	const uint8_t *bytes;
	size_t n;
	uint8_t *owned; /* the same bytes, if they are ours */
	struct recording_header header;
	float *zero_map, *memory;
	char *calibration;
	uint32_t file_id;
	struct zip *zip;
	uint8_t *raw; /* one unpacked chunk */
	size_t raw_size;
	size_t at_first,
		at; /* offsets: behind the header's chunks, and of the next one */
	uint64_t number_first, number; /* likewise the numbers expected */
	struct frames frames;
	int next;        /* index in `frames` */
	uint64_t n_seen; /* frames up to here, the missing ones too */
	bool any;        /* frame was seen */
	int64_t first_ns;
	struct recording_damage damage;
	struct recording_edge *edges;
	size_t n_edges, max_edges;
	enum session_stop stop;
	bool at_end;
};

/* --- chunks -------------------------------------------------------------------------------- */

/* Find the next whole chunk of this file, in order; counts what lies before it. Returns false at the
 * end of the bytes. */
static bool next_chunk(struct recording *r, struct chunk *chunk)
{
	size_t from = r->at;

	for (;;) {
		const int64_t at = chunk_find(r->bytes, r->n, from, chunk);

		if (at < 0) {
			r->damage.bad_bytes += r->n - r->at;
			r->damage.bad_chunks += r->at < r->n;
			r->at = r->n;
			return false;
		}
		from = (size_t)at + CHUNK_HEAD_SIZE + chunk->n_bytes;
		if (chunk->file_id != r->file_id || chunk->number < r->number)
			continue; /* another recording's remains, or a second copy */
		r->damage.bad_bytes += (uint64_t)at - r->at;
		r->damage.bad_chunks += (uint32_t)(chunk->number - r->number);
		r->at = from;
		r->number = (uint64_t)chunk->number + 1;
		return true;
	}
}

/* Give the chunk's bytes unpacked, borrowed until the next call. */
static int unpack(struct recording *r, const struct chunk *chunk, const uint8_t **raw)
{
	*raw = chunk->bytes;
	if (!chunk->packed)
		return 0;
	if (chunk->n_raw > r->raw_size) {
		uint8_t *bigger = realloc(r->raw, chunk->n_raw);

		if (!bigger)
			return -ENOMEM;
		r->raw = bigger;
		r->raw_size = chunk->n_raw;
	}
	*raw = r->raw;
	return zip_unpack(r->zip, chunk->bytes, chunk->n_bytes, r->raw, chunk->n_raw);
}

static void count_bad(struct recording *r, const struct chunk *chunk)
{
	r->damage.bad_chunks++;
	r->damage.bad_bytes += CHUNK_HEAD_SIZE + (uint64_t)chunk->n_bytes;
}

/* --- the chunks of the header -------------------------------------------------------------- */

static int read_header(struct recording *r, struct recording_header_parts *parts)
{
	struct chunk chunk;
	const uint8_t *raw;
	int64_t length;
	int error;

	if (r->n < CHUNK_FILE_MAGIC_SIZE ||
		memcmp(r->bytes, CHUNK_FILE_MAGIC, CHUNK_FILE_MAGIC_SIZE - 1) != 0)
		return -EBADMSG;
	if (r->bytes[CHUNK_FILE_MAGIC_SIZE - 1] !=
		(uint8_t)CHUNK_FILE_MAGIC[CHUNK_FILE_MAGIC_SIZE - 1])
		return -EPROTO;
	r->at = CHUNK_FILE_MAGIC_SIZE;
	length = chunk_decode(r->bytes + r->at, r->n - r->at, &chunk);
	if (length < 0 || chunk.type != CHUNK_HEADER || chunk.number != 0 ||
		chunk.n_raw > RECORDING_HEADER_JSON_MAX)
		return -EBADMSG;
	error = unpack(r, &chunk, &raw);
	if (error == 0)
		error = recording_header_decode(
			(const char *)raw, chunk.n_raw, &r->header, parts);
	r->file_id = chunk.file_id;
	r->at += (size_t)length;
	r->number = 1;
	return error;
}

/* Make room for `n` numbers and read them. */
static int get_floats(const uint8_t *raw, size_t n, float **out)
{
	*out = malloc(n * sizeof(**out));
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const uint32_t bits = bytes_get_u32(raw + 4 * i);

		memcpy(&(*out)[i], &bits, sizeof(bits));
	}
	return 0;
}

static int read_zero_map(struct recording *r)
{
	const size_t n = (size_t)geometry_n_cells(&r->header.mat.geometry);
	struct chunk chunk;
	const uint8_t *raw;
	int error;

	if (!next_chunk(r, &chunk) || chunk.type != CHUNK_ZERO || chunk.n_raw != 4 * n)
		return -EBADMSG;
	error = unpack(r, &chunk, &raw);
	if (error == 0)
		error = get_floats(raw, n, &r->zero_map);
	r->header.zero.map = r->zero_map;
	return error;
}

/* Whose it is, the analysis sees by its length. */
static int read_memory(struct recording *r)
{
	struct analysis_memory *memory = &r->header.memory;
	struct chunk chunk;
	const uint8_t *raw;
	int error;

	if (!next_chunk(r, &chunk) || chunk.type != CHUNK_MEMORY ||
		chunk.n_raw <= MEMORY_HEAD || chunk.n_raw % 4 != 0)
		return -EBADMSG;
	error = unpack(r, &chunk, &raw);
	if (error < 0)
		return error;
	memory->t_ns = (int64_t)bytes_get_u64(raw);
	memory->n = (chunk.n_raw - MEMORY_HEAD) / 4;
	error = get_floats(raw + MEMORY_HEAD, memory->n, &r->memory);
	memory->state = r->memory;
	return error;
}

static int read_calibration(struct recording *r)
{
	struct chunk chunk;
	const uint8_t *raw;
	int error;

	if (!next_chunk(r, &chunk) || chunk.type != CHUNK_CALIBRATION)
		return -EBADMSG;
	error = unpack(r, &chunk, &raw);
	if (error < 0)
		return error;
	r->calibration = malloc((size_t)chunk.n_raw + 1);
	if (!r->calibration)
		return -ENOMEM;
	if (chunk.n_raw > 0)
		memcpy(r->calibration, raw, chunk.n_raw);
	r->calibration[chunk.n_raw] = '\0';
	r->header.calibration = r->calibration;
	return 0;
}

/* The header, its zero map, its calibration and the sheet's memory decide every result: without one there is
 * none. */
static int read_head(struct recording *r)
{
	struct recording_header_parts parts;
	int error = read_header(r, &parts);

	if (error == 0 && parts.zero_map)
		error = read_zero_map(r);
	if (error == 0 && parts.calibration)
		error = read_calibration(r);
	if (error == 0 && parts.memory)
		error = read_memory(r);
	if (error < 0)
		return error;
	r->at_first = r->at;
	r->number_first = r->number;
	recording_rewind(r);
	return 0;
}

/* --- opening ------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static void say(
	char *message, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, size, format, args);
	va_end(args);
}

static void explain(int error, char *message, size_t size)
{
	switch (error) {
	case -EPROTO:
		say(message, size,
			"This recording was made by a later version of Stance."
			" Update Stance, then open it again.");
		break;
	case -EBADMSG:
		say(message, size,
			"This is not a recording of Stance, or its beginning is"
			" damaged. Look for another copy of the file.");
		break;
	default:
		say(message, size, "The recording cannot be read: %s.",
			strerror(-error));
	}
}

static int start(struct recording *r, const uint8_t *bytes, size_t n,
	struct recording **out, char *message, size_t size)
{
	int error;

	r->bytes = bytes;
	r->n = n;
	r->zip = zip_new();
	error = r->zip ? read_head(r) : -ENOMEM;
	if (error < 0) {
		explain(error, message, size);
		recording_close(r);
		return error;
	}
	*out = r;
	return 0;
}

int recording_parse(const uint8_t *bytes, size_t n, struct recording **out,
	char *message, size_t size)
{
	struct recording *r = calloc(1, sizeof(*r));

	if (!r) {
		explain(-ENOMEM, message, size);
		return -ENOMEM;
	}
	return start(r, bytes, n, out, message, size);
}

/* Read rather than mapped: a failing card then gives an error instead of a signal. */
static int read_bytes(int fd, size_t n, uint8_t *bytes, size_t *n_read)
{
	*n_read = 0;
	while (*n_read < n) {
		const ssize_t got = read(fd, bytes + *n_read, n - *n_read);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		*n_read += (size_t)got;
	}
	return 0;
}

static int read_file(const char *path, uint8_t **bytes, size_t *n)
{
	struct stat st;
	uint8_t *all = NULL;
	int error = 0;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		error = -errno;
	else if (!S_ISREG(st.st_mode))
		error = S_ISDIR(st.st_mode) ? -EISDIR : -EBADMSG;
	if (error == 0) {
		all = malloc((size_t)st.st_size + 1);
		error = all ? read_bytes(fd, (size_t)st.st_size, all, n) : -ENOMEM;
	}
	close(fd);
	if (error < 0) {
		free(all);
		return error;
	}
	*bytes = all;
	return 0;
}

int recording_open(const char *path, struct recording **out, char *message, size_t size)
{
	struct recording *r = calloc(1, sizeof(*r));
	size_t n = 0;
	const int error = r ? read_file(path, &r->owned, &n) : -ENOMEM;

	if (error < 0) {
		explain(error, message, size);
		free(r);
		return error;
	}
	return start(r, r->owned, n, out, message, size);
}

void recording_close(struct recording *r)
{
	if (!r)
		return;
	free(r->owned);
	frames_fini(&r->frames);
	zip_free(r->zip);
	free(r->raw);
	free(r->zero_map);
	free(r->memory);
	free(r->calibration);
	free(r->edges);
	free(r);
}

const struct recording_header *recording_header(const struct recording *r)
{
	return &r->header;
}

/* --- frames -------------------------------------------------------------------------------- */

void recording_rewind(struct recording *r)
{
	r->at = r->at_first;
	r->number = r->number_first;
	r->frames.n = 0;
	r->next = 0;
	r->n_seen = 0;
	r->n_edges = 0;
	r->any = false;
	r->at_end = false;
	r->stop = SESSION_STOP_NONE;
	memset(&r->damage, 0, sizeof(r->damage));
	r->damage.not_closed = true; /* until the closing chunk is seen */
}

/* Seconds from `a` to `b`, whatever a damaged file says. */
static double seconds(int64_t a, int64_t b)
{
	const uint64_t ns = (uint64_t)b - (uint64_t)a;

	return (double)(int64_t)ns / (double)CLOCK_NS_PER_S;
}

/* Take in a block; one that goes back in the count is damage. Returns 1 if it is good, or 0. */
static int take_frames(struct recording *r, const uint8_t *raw, size_t n)
{
	const int n_cells = geometry_n_cells(&r->header.mat.geometry);
	const int error = frames_decode(&r->frames, n_cells, raw, n);

	r->next = 0;
	if (error == -ENOMEM)
		return error;
	if (error < 0 || r->frames.first < r->n_seen ||
		r->frames.first > N_FRAMES_MAX) {
		r->frames.n = 0;
		return 0;
	}
	r->damage.missing_frames += r->frames.first - r->n_seen;
	r->n_seen = r->frames.first + (uint64_t)r->frames.n;
	if (!r->any)
		r->first_ns = r->frames.frames[0].t_ns;
	r->any = true;
	r->damage.last_s = seconds(r->first_ns, r->frames.frames[r->frames.n - 1].t_ns);
	return 1;
}

static int take_stop(struct recording *r, const uint8_t *raw, size_t n)
{
	if (n != 1 || raw[0] >= SESSION_N_STOPS)
		return 0;
	r->stop = (enum session_stop)raw[0];
	return 1;
}

static int make_room(struct recording *r, size_t n)
{
	size_t wanted = r->n_edges + n;
	struct recording_edge *bigger;

	if (wanted <= r->max_edges)
		return 0;
	wanted = wanted < 2 * r->max_edges ? 2 * r->max_edges : wanted;
	bigger = realloc(r->edges, wanted * sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	r->edges = bigger;
	r->max_edges = wanted;
	return 0;
}

/* All of a chunk or nothing. */
static int take_edges(struct recording *r, const uint8_t *raw, size_t n_bytes)
{
	const size_t n = n_bytes / EDGE_SIZE;

	if (n_bytes % EDGE_SIZE != 0 || n > N_EDGES_MAX - r->n_edges)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (raw[EDGE_SIZE * i + 8] >= RECORDING_N_EDGE_KINDS)
			return 0;
	if (make_room(r, n) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		r->edges[r->n_edges++] = (struct recording_edge){
			.t_ns = (int64_t)bytes_get_u64(raw + EDGE_SIZE * i),
			.kind = (enum recording_edge_kind)raw[EDGE_SIZE * i + 8]
		};
	return 1;
}

size_t recording_edges(const struct recording *r, const struct recording_edge **edges)
{
	*edges = r->edges;
	return r->n_edges;
}

enum session_stop recording_stop(const struct recording *r)
{
	return r->stop;
}

/* The closing chunk knows how many frames there were. */
static int take_end(struct recording *r, const uint8_t *raw, size_t n)
{
	const uint64_t total = n == END_SIZE ? bytes_get_u64(raw) : 0;

	if (n != END_SIZE || total < r->n_seen || total > N_FRAMES_MAX)
		return 0;
	r->damage.missing_frames += total - r->n_seen;
	r->damage.not_closed = false;
	r->at_end = true;
	if (r->at < r->n)
		r->damage.bad_bytes += r->n - r->at;
	return 1;
}

/* Go on to the next block of frames. Returns 1, 0 at the end, -ENOMEM. */
static int next_block(struct recording *r)
{
	struct chunk chunk;
	const uint8_t *raw;

	while (!r->at_end && next_chunk(r, &chunk)) {
		int good = unpack(r, &chunk, &raw);

		if (good == 0 && chunk.type == CHUNK_FRAMES)
			good = take_frames(r, raw, chunk.n_raw);
		else if (good == 0 && chunk.type == CHUNK_STOP)
			good = take_stop(r, raw, chunk.n_raw);
		else if (good == 0 && chunk.type == CHUNK_EDGES)
			good = take_edges(r, raw, chunk.n_raw);
		else if (good == 0 && chunk.type == CHUNK_END)
			good = take_end(r, raw, chunk.n_raw);
		else if (good == 0)
			good = 1; /* a kind that a later version added */
		if (good == -ENOMEM)
			return good;
		if (good <= 0)
			count_bad(r, &chunk);
		else if (chunk.type == CHUNK_FRAMES)
			return 1;
	}
	r->at_end = true;
	return 0;
}

int recording_next(struct recording *r, struct raw_frame *frame)
{
	if (r->next >= r->frames.n) {
		const int more = next_block(r);

		if (more <= 0)
			return more;
	}
	*frame = r->frames.frames[r->next++];
	return 1;
}

/* --- damage -------------------------------------------------------------------------------- */

const struct recording_damage *recording_damage(const struct recording *r)
{
	return &r->damage;
}

void recording_damage_text(const struct recording_damage *d, char *text, size_t size)
{
	char bad[96] = "";
	char missing[64] = "";

	if (d->bad_chunks > 0 || d->bad_bytes > 0)
		snprintf(bad, sizeof(bad),
			" %u damaged parts (%llu bytes) were left out.", d->bad_chunks,
			(unsigned long long)d->bad_bytes);
	if (d->missing_frames > 0)
		snprintf(missing, sizeof(missing), " %llu frames are missing.",
			(unsigned long long)d->missing_frames);
	if (d->not_closed)
		say(text, size,
			"The recording was cut off: it is whole up to %.1f s.%s%s",
			d->last_s, bad, missing);
	else if (*bad || *missing)
		say(text, size, "The recording is damaged.%s%s", bad, missing);
	else
		say(text, size, "%s", "");
}
