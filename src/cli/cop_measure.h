/* Measuring the sway of a series that was read from a file: memory, and sentences for what cannot be
 * measured. Does not read and does not print results.
 * Follows docs/metrics.md ("What is refused"). `path` names the file in messages. */
#ifndef STANCE_CLI_COP_MEASURE_H
#define STANCE_CLI_COP_MEASURE_H

#include <stddef.h>

#include "src/core/sway/series.h"
#include "src/core/sway/sway.h"

struct cli;

#define COP_MEASURE_NATIVE_LEAST "mode native needs at least 10 samples over 1 s"

/* Return memory of `size` bytes, aligned to CARVE_ALIGNMENT, to be freed; NULL if there is none. */
void *cop_measure_memory(size_t size);

/* Say that n samples are too few; `least` is what is needed. Returns the exit code. */
int cop_measure_too_few(
	struct cli *cli, const char *path, int n, const double *t_s, const char *least);

/* Judge n times; returns CLI_OK and `*timing`, or an exit code, said. */
int cop_measure_times(struct cli *cli, const char *path, int n, const double *t_s,
	const char *least, struct series_timing *timing);

/* Measure in mode native; returns CLI_OK and `*result`, or an exit code, said. */
int cop_measure_native(struct cli *cli, const char *path,
	const struct sway_input *input, const struct series_timing *timing,
	struct sway_result *result);

#endif
