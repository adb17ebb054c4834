#include "src/cli/cop_measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/cli.h"
#include "src/core/carve.h"

void *cop_measure_memory(size_t size)
{
	size_t lines = (size + CARVE_ALIGNMENT - 1) / CARVE_ALIGNMENT;

	return aligned_alloc(CARVE_ALIGNMENT, (lines + 1) * CARVE_ALIGNMENT);
}

int cop_measure_too_few(
	struct cli *cli, const char *path, int n, const double *t_s, const char *least)
{
	cli_error(cli, "%s: %d samples over %.3g s are too few; %s", path, n,
		n > 0 ? t_s[n - 1] - t_s[0] : 0.0, least);
	return CLI_CORRUPT;
}

/* Why the time stamps are refused. */
static int bad_times(
	struct cli *cli, const char *path, const struct series_timing *timing)
{
	if (timing->step_s > SERIES_GAP_S)
		cli_error(cli,
			"%s: %.3g samples a second are too few, 10 are needed; is t_s "
			"in seconds?",
			path, 1.0 / timing->step_s);
	else if (timing->n == 0)
		cli_error(cli,
			"%s: more than %d samples at %.4g a second; is t_s in seconds? "
			"Cut the series into parts",
			path, SERIES_MAX_N, 1.0 / timing->step_s);
	else
		cli_error(cli,
			"%s: %.1f %% of the time is missing in %d gaps over 0.1 s, at "
			"most %g %% can be bridged",
			path, 100.0 * timing->missing_frac, timing->n_gaps,
			100.0 * SERIES_MAX_MISSING_FRAC);
	return CLI_CORRUPT;
}

int cop_measure_times(struct cli *cli, const char *path, int n, const double *t_s,
	const char *least, struct series_timing *timing)
{
	void *memory;
	int rc;

	if (n < SWAY_MIN_N)
		return cop_measure_too_few(cli, path, n, t_s, least);
	memory = cop_measure_memory(series_timing_size(n));
	if (!memory)
		return CLI_FAILURE;
	rc = series_timing(t_s, n, memory, timing);
	free(memory);
	return rc < 0 ? bad_times(cli, path, timing) : CLI_OK;
}

int cop_measure_native(struct cli *cli, const char *path,
	const struct sway_input *input, const struct series_timing *timing,
	struct sway_result *result)
{
	double duration_s = input->t_s[input->n - 1] - input->t_s[0];
	size_t size = sway_size(input->n, duration_s, 1.0 / timing->step_s);
	void *memory = cop_measure_memory(size);
	int rc;

	if (!memory)
		return CLI_FAILURE;
	rc = sway_measure(input, memory, size, result);
	free(memory);
	if (rc == -ENODATA)
		return cop_measure_too_few(
			cli, path, input->n, input->t_s, COP_MEASURE_NATIVE_LEAST);
	if (rc == -EINVAL) {
		cli_error(cli,
			"%s: a low-pass at %g Hz needs more than the %.4g samples a "
			"second here; choose a lower --cutoff-hz, or none",
			path, input->cutoff_hz, 1.0 / timing->step_s);
		return CLI_USAGE;
	}
	if (rc < 0) {
		cli_error(cli, "%s: cannot measure it: %s", path, strerror(-rc));
		return CLI_FAILURE;
	}
	return CLI_OK;
}
