/* Writing. */
#include "src/store/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/bytes.h"
#include "src/base/clock.h"
#include "src/store/chunk.h"
#include "src/store/frames.h"
#include "src/store/recording_header.h"
#include "src/store/zip.h"

#define ZIP_LEVEL       1
#define END_SIZE        32
#define CAPACITY_MIN    16
#define CAPACITY_MAX    2048
#define CALIBRATION_MAX (16U << 20)
#define MEMORY_HEAD     8
#define EDGE_SIZE       9
#define MAX_EDGES       4096 /* pending; a second's, or they go at once */
#define MEMORY_MAX      ((CHUNK_RAW_MAX - MEMORY_HEAD) / 4)

struct recording_writer {
	int fd;
	int error;       /* the first that happened; nothing is written after it */
	off_t n_whole;   /* bytes of whole chunks in the file */
	uint32_t number; /* of the next chunk */
	uint32_t file_id;
	struct zip *zip;
	struct frames pending;
	bool any;                     /* frame was ever taken */
	int64_t first_ns, last_ns;    /* of all frames taken */
	struct recording_edge *edges; /* pending */
	size_t n_edges;
	enum session_stop stop; /* from outside, to be noted */
	uint8_t *raw;           /* a block of frames */
	uint8_t *out;           /* head and packed bytes of a chunk */
	size_t n_raw, n_out;
};

/* --- chunks -------------------------------------------------------------------------------- */

static int write_all(int fd, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		const ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0)
			return -EIO;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Keep the first error, and cut off what is not whole. */
static int fail(struct recording_writer *w, int error)
{
	if (w->error == 0)
		w->error = error;
	/* If even that fails, readers find the last whole chunk by its checksum. */
	if (ftruncate(w->fd, w->n_whole) < 0)
		return w->error;
	return w->error;
}

/* Append a chunk, packed if that is smaller. */
static int put_chunk(
	struct recording_writer *w, enum chunk_type type, const uint8_t *raw, size_t n)
{
	struct chunk chunk = { .type = (uint8_t)type,
		.number = w->number,
		.file_id = w->file_id,
		.n_raw = (uint32_t)n };
	size_t n_packed = 0;
	int error = zip_pack(w->zip, ZIP_LEVEL, raw, n, w->out + CHUNK_HEAD_SIZE,
		w->n_out - CHUNK_HEAD_SIZE, &n_packed);

	if (error < 0)
		return fail(w, error);
	chunk.packed = n_packed < n;
	if (!chunk.packed && n > 0)
		memcpy(w->out + CHUNK_HEAD_SIZE, raw, n);
	chunk.n_bytes = (uint32_t)(chunk.packed ? n_packed : n);
	chunk.bytes = w->out + CHUNK_HEAD_SIZE;
	chunk_head_encode(&chunk, w->out);
	error = write_all(w->fd, w->out, CHUNK_HEAD_SIZE + chunk.n_bytes);
	if (error == 0 && fdatasync(w->fd) < 0)
		error = -errno;
	if (error < 0)
		return fail(w, error);
	w->n_whole += CHUNK_HEAD_SIZE + (off_t)chunk.n_bytes;
	w->number++;
	return 0;
}

static int put_edges(struct recording_writer *w)
{
	size_t n = w->n_edges;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		bytes_put_u64(w->raw + EDGE_SIZE * i, (uint64_t)w->edges[i].t_ns);
		w->raw[EDGE_SIZE * i + 8] = (uint8_t)w->edges[i].kind;
	}
	w->n_edges = 0;
	return put_chunk(w, CHUNK_EDGES, w->raw, EDGE_SIZE * n);
}

/* Write the pending frames. */
static int put_pending(struct recording_writer *w)
{
	int error;

	if (w->pending.n == 0)
		return 0;
	frames_encode(&w->pending, w->raw);
	error = put_chunk(
		w, CHUNK_FRAMES, w->raw, frames_size(w->pending.n, w->pending.n_cells));
	w->pending.first += (uint64_t)w->pending.n;
	w->pending.n = 0;
	return error;
}

/* --- beginning ----------------------------------------------------------------------------- */

static void put_floats(uint8_t *to, const float *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;

		memcpy(&bits, &numbers[i], sizeof(bits));
		bytes_put_u32(to + 4 * i, bits);
	}
}

static int put_zero_map(
	struct recording_writer *w, const struct recording_header *header)
{
	const size_t n = (size_t)geometry_n_cells(&header->mat.geometry);

	put_floats(w->raw, header->zero.map, n);
	return put_chunk(w, CHUNK_ZERO, w->raw, 4 * n);
}

static int put_memory(struct recording_writer *w, const struct analysis_memory *memory)
{
	bytes_put_u64(w->raw, (uint64_t)memory->t_ns);
	put_floats(w->raw + MEMORY_HEAD, memory->state, memory->n);
	return put_chunk(w, CHUNK_MEMORY, w->raw, MEMORY_HEAD + 4 * memory->n);
}

static int put_header(struct recording_writer *w, const struct recording_header *header,
	const char *json, size_t n_json)
{
	const char *calibration = header->calibration;
	int error = write_all(
		w->fd, (const uint8_t *)CHUNK_FILE_MAGIC, CHUNK_FILE_MAGIC_SIZE);

	if (error < 0)
		return error;
	w->n_whole = CHUNK_FILE_MAGIC_SIZE;
	error = put_chunk(w, CHUNK_HEADER, (const uint8_t *)json, n_json);
	if (error == 0 && header->zero.map)
		error = put_zero_map(w, header);
	if (error == 0 && calibration)
		error = put_chunk(w, CHUNK_CALIBRATION, (const uint8_t *)calibration,
			strlen(calibration));
	if (error == 0 && header->memory.n > 0)
		error = put_memory(w, &header->memory);
	return error;
}

/* Frames of one second at twice the nominal rate, so that a mat that says too little is taken in. */
static int capacity_of(const struct analysis_setup *mat)
{
	const int n_cells = geometry_n_cells(&mat->geometry);
	const int most = (int)((CHUNK_RAW_MAX - FRAMES_HEAD_SIZE) /
			       (FRAMES_FIXED + 2 * (size_t)n_cells));
	double wanted = ceil(2.0 * mat->rate_hz);

	if (wanted < CAPACITY_MIN)
		wanted = CAPACITY_MIN;
	if (wanted > CAPACITY_MAX)
		wanted = CAPACITY_MAX;
	return wanted < most ? (int)wanted : most;
}

static size_t largest(size_t a, size_t b)
{
	return a > b ? a : b;
}

static int writer_new(
	const struct recording_header *header, struct recording_writer **out)
{
	struct recording_writer *w = calloc(1, sizeof(*w));
	const int capacity = capacity_of(&header->mat);
	const int n_cells = geometry_n_cells(&header->mat.geometry);
	const size_t n_text = header->calibration ? strlen(header->calibration) : 0;

	if (!w)
		return -ENOMEM;
	w->fd = -1;
	w->file_id = chunk_file_id(header->uid);
	w->n_raw = largest(frames_size(capacity, n_cells), 4 * (size_t)n_cells);
	w->n_raw = largest(w->n_raw, MEMORY_HEAD + 4 * header->memory.n);
	w->n_raw = largest(w->n_raw, EDGE_SIZE * MAX_EDGES);
	w->n_out = CHUNK_HEAD_SIZE + zip_bound(largest(largest(w->n_raw, n_text),
					     RECORDING_HEADER_JSON_MAX));
	w->zip = zip_new();
	w->edges = calloc(MAX_EDGES, sizeof(*w->edges));
	w->raw = malloc(w->n_raw);
	w->out = malloc(w->n_out);
	*out = w;
	if (!w->zip || !w->edges || !w->raw || !w->out)
		return -ENOMEM;
	return frames_reserve(&w->pending, capacity, n_cells);
}

static void writer_free(struct recording_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	frames_fini(&w->pending);
	zip_free(w->zip);
	free(w->edges);
	free(w->raw);
	free(w->out);
	free(w);
}

/* The name must survive a power cut as well as the bytes. */
static int sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd;
	int error;

	if (!slash)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return error;
}

int recording_create(const char *path, const struct recording_header *header,
	struct recording_writer **out)
{
	char json[RECORDING_HEADER_JSON_MAX];
	struct recording_writer *w = NULL;
	const int n_json = recording_header_encode(header, json, sizeof(json));
	int error;

	if (n_json < 0)
		return n_json;
	if ((header->calibration && strlen(header->calibration) > CALIBRATION_MAX) ||
		header->memory.n > MEMORY_MAX)
		return -EINVAL;
	error = writer_new(header, &w);
	if (error < 0)
		goto err_free;
	w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (w->fd < 0) {
		error = -errno;
		goto err_free;
	}
	error = put_header(w, header, json, (size_t)n_json);
	if (error == 0)
		error = sync_folder(path);
	if (error < 0)
		goto err_unlink;
	*out = w;
	return 0;

err_unlink:
	unlink(path);
err_free:
	writer_free(w);
	return error;
}

/* --- going on and ending ------------------------------------------------------------------- */

int recording_append(struct recording_writer *w, const struct raw_frame *frame)
{
	if (w->error < 0)
		return w->error;
	if (w->pending.n > 0 &&
		(w->pending.n == w->pending.capacity ||
			frame->t_ns - w->pending.frames[0].t_ns >= CLOCK_NS_PER_S) &&
		(put_pending(w) < 0 || put_edges(w) < 0))
		return w->error;
	frames_add(&w->pending, frame);
	if (!w->any)
		w->first_ns = frame->t_ns;
	w->any = true;
	w->last_ns = frame->t_ns;
	return 0;
}

int recording_append_edge(struct recording_writer *w, const struct recording_edge *edge)
{
	if (w->error < 0 || (w->n_edges == MAX_EDGES && put_edges(w) < 0))
		return w->error;
	w->edges[w->n_edges++] = *edge;
	return 0;
}

void recording_set_stop(struct recording_writer *w, enum session_stop why)
{
	w->stop = why;
}

static int put_stop(struct recording_writer *w)
{
	const uint8_t why = (uint8_t)w->stop;

	return w->stop == SESSION_STOP_NONE ? 0 : put_chunk(w, CHUNK_STOP, &why, 1);
}

int recording_finish(struct recording_writer *w)
{
	uint8_t end[END_SIZE];
	int error;

	if (!w)
		return 0;
	if (w->error == 0 && put_pending(w) == 0 && put_edges(w) == 0 &&
		put_stop(w) == 0) {
		bytes_put_u64(end, w->pending.first);
		bytes_put_u64(end + 8, w->number);
		bytes_put_u64(end + 16, (uint64_t)w->first_ns);
		bytes_put_u64(end + 24, (uint64_t)w->last_ns);
		put_chunk(w, CHUNK_END, end, sizeof(end));
	}
	error = w->error;
	writer_free(w);
	return error;
}

const char *recording_edge_name(enum recording_edge_kind kind)
{
	static const char *const names[RECORDING_N_EDGE_KINDS] = { "in_fall", "in_rise",
		"gate_fall", "gate_rise", "pulse" };

	return names[kind];
}

void recording_abandon(struct recording_writer *w)
{
	writer_free(w);
}
