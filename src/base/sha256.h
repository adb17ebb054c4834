/* SHA-256: a digest that nobody can make fit again.
 * Not for passwords, and not fast: it chains the audit log, some hundred bytes an entry.
 * Ours because neither libc nor zlib has one, and a library for sixty lines is one more to keep.
 * Follows FIPS 180-4, sections 4 to 6. */
#ifndef STANCE_BASE_SHA256_H
#define STANCE_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

/* Caller-owned. */
struct sha256 {
	uint32_t state[8];
	uint64_t n_bytes;
	uint8_t block[64];
};

/* Begin, take in `n` bytes at `data` (may be NULL if n is 0), and end with the digest. */
void sha256_init(struct sha256 *h);
void sha256_push(struct sha256 *h, const void *data, size_t n);
void sha256_end(struct sha256 *h, uint8_t digest[SHA256_SIZE]);

#endif
