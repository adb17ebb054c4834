/* A tar archive of a few small files, packed with gzip, in memory.
 * Does not write files, and knows no links, owners or folders.
 * Follows POSIX.1-2008, pax ("ustar Interchange Format"), and RFC 1952. */
#ifndef STANCE_CLI_TARBALL_H
#define STANCE_CLI_TARBALL_H

#include <stddef.h>
#include <stdint.h>

/* Begin with a zeroed struct; end with tarball_fini(). */
struct tarball {
	unsigned char *bytes; /* the plain archive so far */
	size_t n, room;
};
void tarball_fini(struct tarball *t);

/* Add a file of `n` bytes, named with at most 100 bytes, mode 0644, of `unix_s`. Returns 0,
 * -ENAMETOOLONG, -EFBIG (8 GiB), or -ENOMEM; then nothing was added. */
int tarball_add(struct tarball *t, const char *name, const void *data, size_t n,
	int64_t unix_s);

/* Close the archive and pack it. Returns 0 and `*packed`, `*n` bytes of it, to be freed; -ENOMEM. */
int tarball_pack(struct tarball *t, unsigned char **packed, size_t *n);

#endif
