/* stance-report: puts what the station knows on paper. A process of its own, so that the libraries that set
 * type stay out of the daemon and the screen. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "calibration/file/calibration.h"
#include "src/base/slurp.h"
#include "src/report/certificate.h"
#include "src/report/find.h"
#include "src/report/options.h"
#include "src/report/paper.h"
#include "src/report/print.h"
#include "src/report/report_sheet.h"
#include "src/report/say.h"
#include "src/report/origin.h"

/* stance-report(1), "Exit status"; as those of stance(1). */
enum { EXIT_DENIED = 4, EXIT_NO_DATA = 5, EXIT_CORRUPT = 8, EXIT_NO_DAEMON = 9 };

#define MAX_PATH    4400
#define PREVIEW_DPI 100         /* chosen: two screens of 800x480 high */
#define MAX_FILE    (64u << 20) /* a whole procedure's raw readings are a few megabytes */

static int exit_of(int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
		return EXIT_DENIED;
	case -ENODATA:
		return EXIT_NO_DATA;
	case -EBADMSG:
	case -EPROTO:
		return EXIT_CORRUPT;
	case -ECONNREFUSED:
		return EXIT_NO_DAEMON;
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

/* visit-3.pdf, visit-3-patient.pdf, trial-12.png, report.pdf */
static void name_output(const struct options *o, char *out, size_t size)
{
	const char *whom = o->for_patient ? "-patient"
			   : o->is_body   ? "-body"
					  : "",
		   *ending = o->is_preview ? "png" : "pdf";

	if (o->output)
		snprintf(out, size, "%s", o->output);
	else if (o->document)
		snprintf(out, size, "report%s.%s", whom, ending);
	else
		snprintf(out, size, "%s-%lld%s.%s", o->trial ? "trial" : "visit",
			(long long)(o->trial ? o->trial : o->visit), whom, ending);
}

static int put_on_paper(const struct options *o, const struct report *report,
	const char *output, char *message, size_t size)
{
	const struct report_sheet how = {
		.audience = o->for_patient ? AUDIENCE_PATIENT : AUDIENCE_CLINICIAN,
		.is_body = o->is_body,
		.only = o->page,
		.dpi = !o->is_preview ? 0
		       : o->dpi       ? o->dpi
				      : PREVIEW_DPI,
		.is_fleeting = o->is_preview
	};
	int error = report_sheet_write(report, &how, output, paper_format_of(output));

	if (error == -ENOENT && o->page > 1)
		snprintf(message, size, "this report has no page %d.", o->page);
	else if (error)
		snprintf(message, size,
			"\"%s\" cannot be written: %s. Nothing was changed.", output,
			strerror(-error));
	return error;
}

/* `*pages` receives how many sheets there are, 0 where nobody asked. */
static int write_report(const struct options *o, const char *output, int *pages,
	char *message, size_t size)
{
	const struct origin_wish wish = { .state_dir = o->state_dir,
		.socket = o->socket,
		.visit = o->visit,
		.trial = o->trial,
		.version = o->revision,
		.file = o->document,
		.is_quick = o->is_preview };
	struct origin *origin;
	int error = origin_open(&wish, &origin, message, size);

	if (error)
		return error;
	error = put_on_paper(o, origin_report(origin), output, message, size);
	if (o->is_counted)
		*pages = report_sheet_count(origin_report(origin),
			o->for_patient ? AUDIENCE_PATIENT : AUDIENCE_CLINICIAN);
	origin_free(origin);
	return error;
}

/* Write it, and where it is to be printed, hand it on. */
static int make(const struct options *o, char *message, size_t size)
{
	char output[MAX_PATH] = "";
	bool is_kept = !o->is_printed || o->output;
	int error = 0, pages = 0;

	if (!is_kept)
		error = print_make_file(output, sizeof(output), message, size);
	else
		name_output(o, output, sizeof(output));
	if (error)
		return error;
	error = write_report(o, output, &pages, message, size);
	if (error == 0 && o->is_printed)
		error = print_file(output, o->printer, message, size);
	if (!is_kept)
		unlink(output);
	else if (error == 0)
		printf("%s\n", output);
	if (error == 0 && pages > 0)
		printf("pages %d\n", pages);
	return error;
}

int main(int argc, char **argv)
{
	struct options options;
	char message[MAX_PATH + 200] = "";
	int error;

	say_init(NULL);
	report_options_parse(&options, argc, argv);
	if (!paper_has_font()) {
		fprintf(stderr,
			"stance-report: no typeface is installed, so that nothing can "
			"be written; install fonts-b612 or fonts-dejavu-core.\n");
		return EXIT_FAILURE;
	}
	error = options.calibration
			? write_certificate(&options, message, sizeof(message))
			: make(&options, message, sizeof(message));
	if (error == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "stance-report: %s\n", message);
	return exit_of(error);
}
