/* Base64 between caller's buffers: standard alphabet, padded, no line breaks.
 * Does not allocate and does not terminate the text.
 * Follows RFC 4648, section 4. */
#ifndef STANCE_BASE_BASE64_H
#define STANCE_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Return the length of the text of `n` bytes. */
static inline size_t base64_length(size_t n)
{
	return (n + 2) / 3 * 4;
}

/* Encode `n` bytes into `out` of base64_length(n) characters; returns that length. */
size_t base64_encode(const uint8_t *in, size_t n, char *out);

/* Decode `n` characters into `out` of at least n / 4 * 3 bytes. Returns the number of
 * bytes, or -EBADMSG if a character, the padding or the length is wrong (`out` is then
 * undefined). */
int base64_decode(const char *in, size_t n, uint8_t *out);

#endif
