#include "src/ipc/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void queue_fini(struct queue *queue)
{
	free(queue->bytes);
	*queue = (struct queue){ .bytes = NULL };
}

static int make_room(struct queue *queue, size_t n)
{
	size_t waiting = queue_length(queue), size = queue->size ? queue->size : 1024;
	char *bytes;

	if (queue->begin > 0) {
		memmove(queue->bytes, queue->bytes + queue->begin, waiting);
		queue->begin = 0;
		queue->end = waiting;
	}
	while (size < waiting + n)
		size *= 2;
	if (size == queue->size)
		return 0;
	bytes = realloc(queue->bytes, size);
	if (!bytes)
		return -ENOMEM;
	queue->bytes = bytes;
	queue->size = size;
	return 0;
}

int queue_push(struct queue *queue, const char *bytes, size_t n, size_t limit)
{
	if (n > limit || queue_length(queue) > limit - n)
		return -ENOBUFS;
	if (queue->size - queue->end < n && make_room(queue, n) < 0)
		return -ENOMEM;
	memcpy(queue->bytes + queue->end, bytes, n);
	queue->end += n;
	return 0;
}

const char *queue_peek(const struct queue *queue, size_t *n)
{
	*n = queue_length(queue);
	return queue->bytes + queue->begin;
}

void queue_drop(struct queue *queue, size_t n)
{
	queue->begin += n < queue_length(queue) ? n : queue_length(queue);
	if (queue->begin == queue->end)
		queue_fini(queue);
}
