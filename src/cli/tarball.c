#include "src/cli/tarball.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define BLOCK      512
#define NAME_SIZE  100
#define CHECK_AT   148
#define CHECK_SIZE 8
#define MAX_FILE   (UINT64_C(1) << 33) /* eleven octal digits */
#define GZIP_BITS  (15 + 16)           /* zlib.h: the largest window, a gzip header */

void tarball_fini(struct tarball *t)
{
	free(t->bytes);
	*t = (struct tarball){ 0 };
}

/* Make room for `n` more bytes, zeroed. Returns where they begin, NULL without memory. */
static unsigned char *grow(struct tarball *t, size_t n)
{
	unsigned char *at;

	if (t->n + n > t->room) {
		size_t room = (t->n + n) * 2;
		unsigned char *bytes = realloc(t->bytes, room);

		if (!bytes)
			return NULL;
		t->bytes = bytes;
		t->room = room;
	}
	at = t->bytes + t->n;
	memset(at, 0, n);
	t->n += n;
	return at;
}

static void octal(unsigned char *field, int digits, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%0*" PRIo64, digits, value);
	memcpy(field, text, (size_t)digits);
}

/* The sum of the header's bytes with the sum itself as blanks. */
static void seal(unsigned char *header)
{
	unsigned sum = 0;

	memset(header + CHECK_AT, ' ', CHECK_SIZE);
	for (int i = 0; i < BLOCK; i++)
		sum += header[i];
	octal(header + CHECK_AT, 6, sum);
	header[CHECK_AT + 6] = '\0';
}

int tarball_add(
	struct tarball *t, const char *name, const void *data, size_t n, int64_t unix_s)
{
	size_t n_name = strlen(name), padded = (n + BLOCK - 1) / BLOCK * BLOCK;
	unsigned char *header;

	if (n_name > NAME_SIZE)
		return -ENAMETOOLONG;
	if (n >= MAX_FILE)
		return -EFBIG;
	header = grow(t, BLOCK + padded);
	if (!header)
		return -ENOMEM;
	memcpy(header, name, n_name);
	octal(header + 100, 7, 0644);
	octal(header + 108, 7, 0);
	octal(header + 116, 7, 0);
	octal(header + 124, 11, n);
	octal(header + 136, 11, unix_s > 0 ? (uint64_t)unix_s : 0);
	header[156] = '0';
	memcpy(header + 257, "ustar\00000", 8);
	seal(header);
	if (n > 0)
		memcpy(header + BLOCK, data, n);
	return 0;
}

int tarball_pack(struct tarball *t, unsigned char **packed, size_t *n)
{
	z_stream z = { 0 };
	uLong bound;
	int err = -ENOMEM;

	*packed = NULL;
	if (!grow(t, 2 * BLOCK) || deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED,
					   GZIP_BITS, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	bound = deflateBound(&z, t->n);
	*packed = malloc(bound);
	if (*packed) {
		z.next_in = t->bytes;
		z.avail_in = (uInt)t->n;
		z.next_out = *packed;
		z.avail_out = (uInt)bound;
		err = deflate(&z, Z_FINISH) == Z_STREAM_END ? 0 : -EIO;
		*n = z.total_out;
	}
	deflateEnd(&z);
	return err;
}
