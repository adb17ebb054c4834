#define _GNU_SOURCE /* memmem() */
#include "src/store/chunk.h"

#include <errno.h>
#include <string.h>

#include <zlib.h>

#include "src/base/bytes.h"

static const uint8_t magic[4] = { 0xc5, 'S', 'r', 'c' };

#define FLAG_PACKED 1

/* Where things lie in a head. */
enum {
	AT_TYPE = 4,
	AT_FLAGS = 5,
	AT_RESERVED = 6,
	AT_NUMBER = 8,
	AT_FILE_ID = 12,
	AT_N_BYTES = 16,
	AT_N_RAW = 20,
	AT_BYTES_CRC = 24,
	AT_HEAD_CRC = 28,
};

static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
	return (uint32_t)crc32(0, bytes, (uInt)n);
}

void chunk_head_encode(const struct chunk *chunk, uint8_t head[CHUNK_HEAD_SIZE])
{
	memcpy(head, magic, sizeof(magic));
	head[AT_TYPE] = chunk->type;
	head[AT_FLAGS] = chunk->packed ? FLAG_PACKED : 0;
	bytes_put_u16(head + AT_RESERVED, 0);
	bytes_put_u32(head + AT_NUMBER, chunk->number);
	bytes_put_u32(head + AT_FILE_ID, chunk->file_id);
	bytes_put_u32(head + AT_N_BYTES, chunk->n_bytes);
	bytes_put_u32(head + AT_N_RAW, chunk->n_raw);
	bytes_put_u32(head + AT_BYTES_CRC, crc_of(chunk->bytes, chunk->n_bytes));
	bytes_put_u32(head + AT_HEAD_CRC, crc_of(head, AT_HEAD_CRC));
}

int64_t chunk_decode(const uint8_t *bytes, size_t n, struct chunk *chunk)
{
	struct chunk c;

	if (n < CHUNK_HEAD_SIZE || memcmp(bytes, magic, sizeof(magic)) != 0 ||
		crc_of(bytes, AT_HEAD_CRC) != bytes_get_u32(bytes + AT_HEAD_CRC))
		return -EBADMSG;
	c.type = bytes[AT_TYPE];
	c.packed = bytes[AT_FLAGS] & FLAG_PACKED;
	c.number = bytes_get_u32(bytes + AT_NUMBER);
	c.file_id = bytes_get_u32(bytes + AT_FILE_ID);
	c.n_bytes = bytes_get_u32(bytes + AT_N_BYTES);
	c.n_raw = bytes_get_u32(bytes + AT_N_RAW);
	c.bytes = bytes + CHUNK_HEAD_SIZE;
	if (c.n_bytes > n - CHUNK_HEAD_SIZE || c.n_raw > CHUNK_RAW_MAX ||
		(!c.packed && c.n_raw != c.n_bytes) ||
		crc_of(c.bytes, c.n_bytes) != bytes_get_u32(bytes + AT_BYTES_CRC))
		return -EBADMSG;
	*chunk = c;
	return (int64_t)CHUNK_HEAD_SIZE + c.n_bytes;
}

int64_t chunk_find(const uint8_t *bytes, size_t n, size_t offset, struct chunk *chunk)
{
	while (offset < n) {
		const uint8_t *at =
			memmem(bytes + offset, n - offset, magic, sizeof(magic));

		if (!at)
			break;
		offset = (size_t)(at - bytes);
		if (chunk_decode(at, n - offset, chunk) >= 0)
			return (int64_t)offset;
		offset++;
	}
	return -ENODATA;
}

uint32_t chunk_file_id(const char *uid)
{
	return crc_of((const uint8_t *)uid, strlen(uid));
}
