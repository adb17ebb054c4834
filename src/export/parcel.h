/* The files of one export: made in memory, then written, each whole or not at all.
 * Does not know formats.
 * Follows rename(2) and fsync(2): what stands under its name is complete and on the disk. */
#ifndef STANCE_EXPORT_PARCEL_H
#define STANCE_EXPORT_PARCEL_H

#include <stdbool.h>
#include <stddef.h>

#define PARCEL_NAME_SIZE 64

struct parcel_file {
	char name[PARCEL_NAME_SIZE];
	char *bytes;
	size_t n;
};

/* Caller-owned, zero at first, freed with parcel_fini(). */
struct parcel {
	struct parcel_file *files;
	int n;
};

/* Take `bytes` over (malloc'd, also on failure). Returns 0 or -ENOMEM; NULL bytes are -ENOMEM. */
int parcel_add(struct parcel *parcel, const char *name, char *bytes, size_t n);
void parcel_fini(struct parcel *parcel);

/* Write one file of mode 0600 under DIR/NAME by way of a hidden one beside it, synced. With `replace` an
 * older file of that name goes, else it is -EEXIST and nothing is touched. Returns 0 or a negative
 * errno; then nothing new is left behind. */
int parcel_write(
	const char *dir, const char *name, const char *bytes, size_t n, bool replace);

/* Write all of them. Without `replace` none is written if one of their names is taken: -EEXIST, which
 * `*failed` names; it also names the one that another error struck. No name is taken before all of them
 * lie on the disk: a folder that gets full is left as it was. */
int parcel_write_all(const struct parcel *parcel, const char *dir, bool replace,
	const char **failed);

#endif
