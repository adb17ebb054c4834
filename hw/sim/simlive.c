#include "hw/sim/simlive.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void simlive_init(struct simlive *live, int fd)
{
	*live = (struct simlive){ .fd = fd };
}

/* Read what is there; false if nothing is. */
static bool fill(struct simlive *live)
{
	struct pollfd p = { .fd = live->fd, .events = POLLIN };
	ssize_t got;

	if (live->fd < 0 || poll(&p, 1, 0) <= 0)
		return false;
	got = read(live->fd, live->bytes + live->n, sizeof(live->bytes) - 1 - live->n);
	if (got > 0)
		live->n += (size_t)got;
	else if (got == 0 || errno != EINTR)
		live->fd = -1;
	return got > 0;
}

bool simlive_next(struct simlive *live, char line[SIMLIVE_LINE_SIZE])
{
	char *end;
	size_t used;

	while (!(end = memchr(live->bytes, '\n', live->n)) &&
		live->n + 1 < sizeof(live->bytes) && fill(live))
		;
	/* a line without end is taken when it is full, or when no more can come */
	if (!end &&
		(live->n == 0 || (live->n + 1 < sizeof(live->bytes) && live->fd >= 0)))
		return false;
	used = end ? (size_t)(end - live->bytes) : live->n;
	memcpy(line, live->bytes, used);
	line[used] = '\0';
	used += end != NULL;
	live->n -= used;
	memmove(live->bytes, live->bytes + used, live->n);
	return true;
}
