/* stance-report: puts what the station knows on paper. A process of its own, so that the libraries that set
 * type stay out of the daemon and the screen. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calibration/file/calibration.h"
#include "src/base/slurp.h"
#include "src/report/certificate.h"
#include "src/report/find.h"
#include "src/report/load.h"
#include "src/report/options.h"
#include "src/report/paper.h"

/* stance-report(1), "Exit status"; as those of stance(1). */
enum { EXIT_DENIED = 4, EXIT_CORRUPT = 8 };

#define MAX_PATH 4400
#define MAX_FILE (64u << 20) /* a whole procedure's raw readings are a few megabytes */

static int exit_of(int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
		return EXIT_DENIED;
	case -EBADMSG:
	case -EPROTO:
		return EXIT_CORRUPT;
	default:
		return EXIT_FAILURE;
	}
}

static int read_calibration(
	const char *path, struct calibration **out, char *message, size_t size)
{
	char *text;
	size_t n;
	int error = slurp_file(path, MAX_FILE, &text, &n);

	if (error) {
		snprintf(message, size, "\"%s\" cannot be read: %s.", path,
			strerror(-error));
		return error;
	}
	error = calibration_parse(text, n, false, out, message, size);
	free(text);
	return error;
}

/* Where to write: what was asked for, or calibration-ID.pdf in this folder. */
static void output_path(const struct options *options,
	const struct calibration *calibration, char *out, size_t size)
{
	if (options->output)
		snprintf(out, size, "%s", options->output);
	else
		snprintf(out, size, "calibration-%.12s.pdf", calibration->id);
}

static int write_certificate(const struct options *options, char *message, size_t size)
{
	char path[MAX_PATH], output[MAX_PATH];
	struct calibration *calibration;
	int error = find_calibration(options->calibration, options->state_dir, path,
		sizeof(path), message, size);

	if (error == 0)
		error = read_calibration(path, &calibration, message, size);
	if (error)
		return error;
	output_path(options, calibration, output, sizeof(output));
	error = certificate_write(calibration, (int64_t)time(NULL) * 1000, output,
		paper_format_of(output));
	if (error)
		snprintf(message, size,
			"\"%s\" cannot be written: %s. Nothing was changed.", output,
			strerror(-error));
	else
		printf("%s\n", output);
	calibration_free(calibration);
	return error;
}

static int write_body_sheet(const struct options *options, char *message, size_t size)
{
	char output[MAX_PATH];
	struct load *load;
	int error = options->trial ? load_trial(options->state_dir, options->trial,
					     &load, message, size)
				   : load_visit(options->state_dir, options->visit,
					     &load, message, size);

	if (error)
		return error;
	if (options->output)
		snprintf(output, sizeof(output), "%s", options->output);
	else
		snprintf(output, sizeof(output), "%s-%lld.pdf",
			options->trial ? "trial" : "visit",
			(long long)(options->trial ? options->trial : options->visit));
	load_sheet(load)->audience =
		options->for_patient ? AUDIENCE_PATIENT : AUDIENCE_CLINICIAN;
	error = body_sheet_write(load_sheet(load), output, paper_format_of(output));
	if (error)
		snprintf(message, size,
			"\"%s\" cannot be written: %s. Nothing was changed.", output,
			strerror(-error));
	else
		printf("%s\n", output);
	load_free(load);
	return error;
}

int main(int argc, char **argv)
{
	struct options options;
	char message[MAX_PATH + 200] = "";
	int error;

	options_parse(&options, argc, argv);
	error = options.calibration
			? write_certificate(&options, message, sizeof(message))
			: write_body_sheet(&options, message, sizeof(message));
	if (error == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "stance-report: %s\n", message);
	return exit_of(error);
}
