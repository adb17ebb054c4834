/* Numbers and states as a person reads them: units on everything, absent as a dash.
 * Does not print.
 * Follows docs/units-and-axes.md and docs/api.md (states, flags). */
#ifndef STANCE_CLI_PHRASES_H
#define STANCE_CLI_PHRASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Columns that a metric's label takes: of the longest (metrics.h), and a blank. */
#define PHRASES_LABEL_WIDTH 54

/* Each writes to `out` (`size` bytes) and returns `out`. NaN becomes "-". */

/* "12.3 s", "4 min 05 s", "2 h 03 min", "3 d 4 h". */
char *phrases_duration(double seconds, char *out, size_t size);

/* "512 B", "12.3 MB": powers of ten. */
char *phrases_bytes(double bytes, char *out, size_t size);

/* "1,234,567". */
char *phrases_count(uint64_t count, char *out, size_t size);

/* A number with `decimals` and a unit: "735.2 N". */
char *phrases_value(
	double value, int decimals, const char *unit, char *out, size_t size);

/* Return the number to print with `decimals`: itself, but 0 for what would read as "-0". */
double phrases_signless(double value, int decimals);

/* "+- 0.016", with two significant digits and four decimals at most; "" for NaN. */
char *phrases_u95(double u95, bool utf8, char *out, size_t size);

/* "2026-11-27 20:18": a time of a document without its seconds and offset. */
char *phrases_minute(const char *iso, char *out, size_t size);

/* "Foam, eyes closed (mCTSIB: ...)": a part of a test and the test, by their keys; the test alone for phase "". An
 * unknown protocol is called `otherwise`, or by its key where that is NULL. */
char *phrases_test(const char *protocol, const char *phase, const char *otherwise,
	char *out, size_t size);

/* Return what sample flag `index` (0..SAMPLE_N_FLAGS-1) means, as a short sentence. */
const char *phrases_flag(int index);

/* Return what a calibration state of stance.status/1 means; the state itself if
 * unknown. */
const char *phrases_calibration(const char *state);

#endif
