/* Moments as exports write them: out of a document's "started", and some seconds later.
 * Reads no clock and knows no time zones but the offset that is written.
 * Follows ISO 8601; a moment is a label and never enters a calculation. */
#ifndef STANCE_EXPORT_MOMENT_H
#define STANCE_EXPORT_MOMENT_H

#include <stddef.h>
#include <stdint.h>

struct moment {
	int64_t unix_ms;
	int offset_min;
};

/* The same on the station's wall. */
struct moment_parts {
	int year, month, day, hour, minute, second, ms;
};

/* Read "2026-11-28T09:30:00+01:00". Returns 0, or -EINVAL (also for NULL). */
int moment_parse(const char *text, struct moment *out);

/* Return the moment `s` seconds later, to the millisecond. */
struct moment moment_after(struct moment m, double s);

struct moment_parts moment_split(struct moment m);

/* Write "2026-11-28T09:30:05.250+01:00". */
void moment_text(struct moment m, char *out, size_t size);

#endif
