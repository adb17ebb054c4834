#include "src/base/slurp.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_ROOM ((size_t)64 * 1024)

/* One step; returns the bytes read, 0 at the end, or a negative errno. */
static long step(FILE *in, size_t max, char **text, size_t n, size_t *room)
{
	size_t got;

	if (n + 1 >= *room) {
		size_t more = *room ? 2 * *room : FIRST_ROOM;
		char *grown = realloc(*text, more);

		if (!grown)
			return -ENOMEM;
		*text = grown;
		*room = more;
	}
	errno = 0;
	got = fread(*text + n, 1, *room - n - 1, in);
	if (got == 0 && ferror(in))
		return errno ? -errno : -EIO;
	return got > max - n ? -EFBIG : (long)got;
}

int slurp_stream(FILE *in, size_t max, char **text, size_t *n)
{
	char *all = NULL;
	size_t used = 0, room = 0;
	long got;

	while ((got = step(in, max, &all, used, &room)) > 0)
		used += (size_t)got;
	if (got < 0) {
		free(all);
		return (int)got;
	}
	all[used] = '\0';
	*text = all;
	*n = used;
	return 0;
}

int slurp_file(const char *path, size_t max, char **text, size_t *n)
{
	FILE *in = fopen(path, "rb");
	int rc;

	if (!in)
		return -errno;
	rc = slurp_stream(in, max, text, n);
	fclose(in);
	return rc;
}
