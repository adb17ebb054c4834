/* A queue of bytes that grows on demand up to a limit: the answers a client is owed.
 * Does not send. Never drops: what does not fit is refused.
 * Follows docs/api.md ("Clients that do not read"). */
#ifndef STANCE_IPC_QUEUE_H
#define STANCE_IPC_QUEUE_H

#include <stddef.h>

/* Caller-owned; all zero is an empty queue. */
struct queue {
	char *bytes;
	size_t begin, end, size;
};

/* Give the memory back; the queue is empty then. */
void queue_fini(struct queue *queue);

/* Append `n` bytes. Returns 0; -ENOBUFS if more than `limit` would wait; -ENOMEM. */
int queue_push(struct queue *queue, const char *bytes, size_t n, size_t limit);

/* Return the bytes that wait and their number. Borrowed until the next call. */
const char *queue_peek(const struct queue *queue, size_t *n);

/* Forget the first `n`, at most as many as wait. An empty queue gives its memory back. */
void queue_drop(struct queue *queue, size_t n);

static inline size_t queue_length(const struct queue *queue)
{
	return queue->end - queue->begin;
}

#endif
