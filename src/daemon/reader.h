/* Parameters of a request, each checked: kind and range. The first that is wrong is refused and ends the
 * reading.
 * Does not know what they mean. Follows docs/api.md ("Methods"): null is as if left out. */
#ifndef STANCE_DAEMON_READER_H
#define STANCE_DAEMON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/daemon/call.h"

struct json_t;

/* What is read, and whether it was refused. */
struct reader {
	const struct call *call;
	const struct json_t *object;
	bool refused;
};

/* Begin with the request's own parameters. */
struct reader reader_of(const struct call *call);

/* Refuse, unless something was refused before. */
void reader_refuse(struct reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Return a member, NULL if it is null or not there. */
const struct json_t *reader_member(const struct reader *r, const char *key);

/* A text of fewer than `size` bytes without control characters, "" if it is not there. */
void reader_text(struct reader *r, const char *key, char *out, size_t size);

/* A number in range, `otherwise` if it is not there; or one that must be there. */
double reader_number(
	struct reader *r, const char *key, double low, double high, double otherwise);
double reader_needed(struct reader *r, const char *key, double low, double high);

/* A whole number in range, likewise; an id above 0, 0 if it is not there. */
int64_t reader_whole(struct reader *r, const char *key, int64_t low, int64_t high,
	int64_t otherwise);
int64_t reader_id(struct reader *r, const char *key);

/* True or false, `otherwise` if it is not there. */
bool reader_bool(struct reader *r, const char *key, bool otherwise);

#endif
