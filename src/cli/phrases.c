#include "src/cli/phrases.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/core/sample.h"
#include "src/core/trial/protocol.h"

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400

char *phrases_duration(double seconds, char *out, size_t size)
{
	long s;

	if (!(seconds >= 0 && seconds < 1e12)) {
		snprintf(out, size, "-");
		return out;
	}
	s = (long)seconds;
	if (s < MINUTE_S)
		snprintf(out, size, "%.1f s", floor(seconds * 10) / 10);
	else if (s < HOUR_S)
		snprintf(out, size, "%ld min %02ld s", s / MINUTE_S, s % MINUTE_S);
	else if (s < DAY_S)
		snprintf(out, size, "%ld h %02ld min", s / HOUR_S,
			s % HOUR_S / MINUTE_S);
	else
		snprintf(out, size, "%ld d %ld h", s / DAY_S, s % DAY_S / HOUR_S);
	return out;
}

char *phrases_bytes(double bytes, char *out, size_t size)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	size_t unit = 0;

	if (!(bytes >= 0)) {
		snprintf(out, size, "-");
		return out;
	}
	while (bytes >= 999.95 && unit < 4) {
		bytes /= 1000;
		unit++;
	}
	snprintf(out, size, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
	return out;
}

char *phrases_count(uint64_t count, char *out, size_t size)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
	size_t length = 0;

	for (int i = 0; i < n && length + 2 < size; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[length++] = ',';
		out[length++] = digits[i];
	}
	out[length] = '\0';
	return out;
}

char *phrases_value(
	double value, int decimals, const char *unit, char *out, size_t size)
{
	if (isfinite(value))
		snprintf(
			out, size, "%.*f%s%s", decimals, value, *unit ? " " : "", unit);
	else
		snprintf(out, size, "-");
	return out;
}

double phrases_signless(double value, int decimals)
{
	return fabs(value) < 0.5 * pow(10, -decimals) ? 0.0 : value;
}

char *phrases_u95(double u95, bool utf8, char *out, size_t size)
{
	int decimals = 0;

	if (!isfinite(u95)) {
		*out = '\0';
		return out;
	}
	for (double x = u95; x < 9.95 && decimals < 4; x *= 10)
		decimals++;
	snprintf(out, size, "%s %.*f", utf8 ? "\xc2\xb1" : "+-", decimals, u95);
	return out;
}

char *phrases_minute(const char *iso, char *out, size_t size)
{
	snprintf(out, size, "%.10s %.5s", iso, strlen(iso) > 15 ? iso + 11 : "");
	return out;
}

char *phrases_test(const char *protocol, const char *phase, const char *otherwise,
	char *out, size_t size)
{
	const struct protocol *known = protocol_find(protocol);
	const char *title = known ? known->title : otherwise ? otherwise : protocol;

	if (*phase)
		snprintf(out, size, "%s (%s)", protocol_phase_title(protocol, phase),
			title);
	else
		snprintf(out, size, "%s", title);
	return out;
}

const char *phrases_flag(int index)
{
	static const char *const meanings[SAMPLE_N_FLAGS] = {
		"the mat has no calibration: shares hold, forces are unknown",
		"the calibration was never verified",
		"the calibration has expired: calibrate anew",
		"beyond the span that was calibrated",
		"a cell is at its limit: the load is larger than shown",
		"dead cells under the feet were filled in",
		"packets were lost just before this",
		"fewer than 50 frames a second",
		"which foot is left cannot be told",
		"the feet touch: the line between them is inferred",
		"a foot reaches the edge of the mat: load may be missing",
		"the picture does not hold still enough to tell the feet apart",
		"the mat cannot keep its scan rate",
		"old data: nothing new for 300 ms",
	};

	return meanings[index];
}

const char *phrases_calibration(const char *state)
{
	static const struct {
		const char *state, *meaning;
	} all[] = {
		{ "valid", "valid" },
		{ "unverified", "in force, but never verified" },
		{ "expired", "expired: calibrate anew" },
		{ "none", "none: shares and COP hold, forces are unknown" },
		{ "mismatch", "made for another mat or setting: not used" },
		{ "not_needed", "not needed: the mat sends force" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(all[i].state, state) == 0)
			return all[i].meaning;
	return *state ? state : "-";
}
