#include "src/daemon/log_tail.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* One for the program, as the log itself is. */
static struct {
	pthread_mutex_t mutex;
	struct log_tail_line line[LOG_TAIL_LINES];
	uint64_t n;
} tail = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* Copy what fits, without half a character at its end. */
static void copy_cut(char *to, const char *from)
{
	size_t n = strlen(from);

	if (n >= LOG_TAIL_TEXT) {
		n = LOG_TAIL_TEXT - 1;
		while (n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(to, from, n);
	to[n] = '\0';
}

void log_tail_keep(
	enum log_level level, const char *tag, const char *message, int64_t at_unix_ms)
{
	struct log_tail_line *line;

	pthread_mutex_lock(&tail.mutex);
	line = &tail.line[tail.n % LOG_TAIL_LINES];
	line->n = ++tail.n;
	line->at_unix_ms = at_unix_ms;
	line->level = level;
	snprintf(line->tag, sizeof(line->tag), "%s", tag);
	copy_cut(line->text, message);
	pthread_mutex_unlock(&tail.mutex);
}

static void keep(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	struct timespec now;

	(void)event;
	(void)ctx;
	clock_gettime(CLOCK_REALTIME, &now);
	log_tail_keep(level, tag, message,
		(int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

void log_tail_begin(void)
{
	log_set_keep(keep, NULL);
}

int log_tail_read(uint64_t before, struct log_tail_line *lines, int max)
{
	uint64_t n, oldest;
	int count = 0;

	pthread_mutex_lock(&tail.mutex);
	oldest = tail.n > LOG_TAIL_LINES ? tail.n - LOG_TAIL_LINES : 0;
	n = before > 0 && before <= tail.n ? before - 1 : tail.n;
	while (n > oldest && count < max)
		lines[count++] = tail.line[--n % LOG_TAIL_LINES];
	pthread_mutex_unlock(&tail.mutex);
	return count;
}
