/* Compression of a block of bytes whose unpacked size is known.
 * The only user of zstd. Knows no formats.
 * Follows the Zstandard format (RFC 8878). */
#ifndef STANCE_STORE_ZIP_H
#define STANCE_STORE_ZIP_H

#include <stddef.h>
#include <stdint.h>

/* What packing and unpacking need, kept between calls. One thread at a time. */
struct zip;

/* Return NULL if there is no memory. zip_free(NULL) does nothing. */
struct zip *zip_new(void);
void zip_free(struct zip *zip);

/* Return the bytes that `n` bytes may need when packed. */
size_t zip_bound(size_t n);

/* Pack `n` bytes into `out` of `size` bytes. `level`: 1 quick to 19 small. Returns 0 and the length
 * in `*n_out`; -ENOBUFS if it does not fit; -ENOMEM. */
int zip_pack(struct zip *zip, int level, const void *in, size_t n, uint8_t *out,
	size_t size, size_t *n_out);

/* Unpack into `out` of exactly `n_out` bytes. Returns 0, or -EBADMSG if the bytes are damaged or
 * unpack to another length. */
int zip_unpack(struct zip *zip, const uint8_t *in, size_t n, void *out, size_t n_out);

#endif
