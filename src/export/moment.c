#include "src/export/moment.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MS_PER_S 1000

/* "+hh:mm", "-hh:mm" or "Z" at the end. */
static int parse_offset(const char *text, int *minutes)
{
	int h, m, n = 0;

	if (strcmp(text, "Z") == 0) {
		*minutes = 0;
		return 0;
	}
	if ((text[0] != '+' && text[0] != '-') || !isdigit((unsigned char)text[1]) ||
		sscanf(text + 1, "%2d:%2d%n", &h, &m, &n) != 2 || text[1 + n] ||
		h > 14 || m > 59)
		return -EINVAL;
	*minutes = (text[0] == '-' ? -1 : 1) * (h * 60 + m);
	return 0;
}

int moment_parse(const char *text, struct moment *out)
{
	struct tm tm = { 0 };
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	int minutes;

	if (!rest || parse_offset(rest, &minutes) < 0)
		return -EINVAL;
	out->unix_ms = ((int64_t)timegm(&tm) - (int64_t)minutes * 60) * MS_PER_S;
	out->offset_min = minutes;
	return 0;
}

struct moment moment_after(struct moment m, double s)
{
	m.unix_ms += (int64_t)llround(s * MS_PER_S);
	return m;
}

struct moment_parts moment_split(struct moment m)
{
	int64_t local = m.unix_ms + (int64_t)m.offset_min * 60 * MS_PER_S;
	int64_t ms = ((local % MS_PER_S) + MS_PER_S) % MS_PER_S;
	time_t s = (time_t)((local - ms) / MS_PER_S);
	struct tm tm = { 0 };

	gmtime_r(&s, &tm);
	return (struct moment_parts){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec, (int)ms };
}

void moment_text(struct moment m, char *out, size_t size)
{
	struct moment_parts p = moment_split(m);

	snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", p.year,
		p.month, p.day, p.hour, p.minute, p.second, p.ms,
		m.offset_min < 0 ? '-' : '+', abs(m.offset_min) / 60,
		abs(m.offset_min) % 60);
}
