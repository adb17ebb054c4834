#include "src/ipc/stream.h"

#include <errno.h>
#include <stdlib.h>

const char *stream_name(int kind)
{
	static const char *const names[STREAM_N] = { "sample", "frame", "status",
		"trial", "raw", "calibration", "training" };

	return names[kind];
}

int stream_init(struct stream *stream, size_t n_slots, size_t slot_size)
{
	*stream = (struct stream){ .n_slots = n_slots };
	return stream_resize(stream, slot_size);
}

int stream_add_veil(struct stream *stream)
{
	stream->veils = malloc(stream->n_slots * stream->slot_size);
	return stream->veils ? 0 : -ENOMEM;
}

void stream_fini(struct stream *stream)
{
	free(stream->memory);
	free(stream->veils);
	stream->memory = stream->veils = NULL;
}

int stream_resize(struct stream *stream, size_t slot_size)
{
	char *memory = malloc(stream->n_slots * slot_size);
	char *veils = stream->veils ? malloc(stream->n_slots * slot_size) : NULL;

	if (!memory || (stream->veils && !veils)) {
		free(memory);
		free(veils);
		return -ENOMEM;
	}
	free(stream->memory);
	free(stream->veils);
	stream->memory = memory;
	stream->veils = veils;
	stream->slot_size = slot_size;
	for (size_t i = 0; i < stream->n_slots; i++)
		stream->slots[i] = (struct stream_message){ .text = NULL };
	return 0;
}

char *stream_begin(struct stream *stream)
{
	size_t slot = stream->head % stream->n_slots;

	stream->slots[slot].text = NULL;
	stream->is_change = false;
	stream->veil_length = 0;
	return stream->memory + slot * stream->slot_size;
}

char *stream_begin_veil(struct stream *stream)
{
	return stream->veils + stream->head % stream->n_slots * stream->slot_size;
}

void stream_end_veil(struct stream *stream, size_t length)
{
	stream->veil_length = length;
}

void stream_commit(struct stream *stream, size_t length, int64_t t_ns, uint64_t order)
{
	size_t slot = stream->head % stream->n_slots;
	const char *text = stream->memory + slot * stream->slot_size;
	bool veiled = stream->veil_length > 0;

	stream->slots[slot] = (struct stream_message){ .text = text,
		.length = length,
		.veiled = veiled ? stream_begin_veil(stream) : text,
		.veiled_length = veiled ? stream->veil_length : length,
		.t_ns = t_ns,
		.order = order,
		.is_change = stream->is_change };
	stream->is_change = false;
	stream->veil_length = 0;
	stream->head++;
}

uint64_t stream_oldest(const struct stream *stream)
{
	uint64_t number =
		stream->head > stream->n_slots ? stream->head - stream->n_slots : 0;

	while (number < stream->head && !stream->slots[number % stream->n_slots].text)
		number++;
	return number;
}

const struct stream_message *stream_get(const struct stream *stream, uint64_t number)
{
	return &stream->slots[number % stream->n_slots];
}
