#include "src/daemon/recorder.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "src/daemon/edge_ring.h"
#include "src/daemon/ring.h"

#define MIN_SLOTS 64 /* chosen: for a mat that calls itself slow */

struct recorder {
	struct worker *worker;
	struct ring *ring;
	struct edge_ring *edges;
	struct recording_writer *writer; /* the worker's thread alone */
	_Atomic int error;               /* of the disk, 0 or negative */
};

/* Write what waits. The worker's thread. */
static void write_waiting(void *ctx)
{
	struct recorder *r = ctx;
	struct recording_edge edge;
	struct raw_frame frame;

	while (r->error == 0 && edge_ring_take(r->edges, &edge))
		r->error = recording_append_edge(r->writer, &edge);
	while (r->error == 0 && ring_peek(r->ring, &frame)) {
		r->error = recording_append(r->writer, &frame);
		ring_pop(r->ring);
	}
}

static int make_ring(struct recorder *r, const struct analysis_setup *mat)
{
	double n_frames = ceil(mat->rate_hz * RECORDER_BUFFER_S);
	size_t n_slots = n_frames > MIN_SLOTS ? (size_t)n_frames : MIN_SLOTS;

	return ring_new(n_slots, (size_t)geometry_n_cells(&mat->geometry), &r->ring);
}

int recorder_open(struct worker *worker, const char *path,
	const struct recording_header *header, struct recorder **out)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->worker = worker;
	r->edges = aligned_alloc(_Alignof(struct edge_ring), sizeof(*r->edges));
	if (r->edges)
		memset(r->edges, 0, sizeof(*r->edges));
	err = r->edges ? make_ring(r, &header->mat) : -ENOMEM;
	if (err == 0)
		err = recording_create(path, header, &r->writer);
	if (err < 0) {
		ring_free(r->ring);
		free(r->edges);
		free(r);
		return err;
	}
	worker_follow(worker, write_waiting, r);
	*out = r;
	return 0;
}

int recorder_push(struct recorder *r, const struct raw_frame *frame)
{
	if (r->error)
		return r->error;
	if (!ring_push(r->ring, frame))
		return -ENOBUFS;
	worker_wake(r->worker);
	return 0;
}

/* Written when the next frame wakes the worker: it is waited for by nobody. */
int recorder_push_edge(struct recorder *r, const struct recording_edge *edge)
{
	return edge_ring_push(r->edges, edge) ? 0 : -ENOBUFS;
}

static void release(struct recorder *r)
{
	worker_follow(r->worker, NULL, NULL);
	ring_free(r->ring);
	free(r->edges);
	free(r);
}

int recorder_close(struct recorder *r, enum session_stop why)
{
	int err;

	write_waiting(r);
	recording_set_stop(r->writer, why);
	err = recording_finish(r->writer);
	if (r->error)
		err = r->error;
	release(r);
	return err;
}

void recorder_abandon(struct recorder *r)
{
	recording_abandon(r->writer);
	release(r);
}
