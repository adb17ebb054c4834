/* calibrate.h: fitting: the daemon's readings, or those in a file, without daemon and mat. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "calibration/file/calibration.h"
#include "calibration/fit.h"
#include "calibration/verify.h"
#include "src/base/slurp.h"
#include "src/base/version.h"
#include "src/cli/calibrate.h"
#include "src/cli/calibrate_words.h"

#define MAX_BYTES ((size_t)256 * 1024 * 1024)
#define DAY_MS    ((int64_t)86400 * 1000)

static int read_file(struct cli *cli, const char *path, struct calibration **out)
{
	char message[512] = "", *text = NULL;
	size_t n;
	int rc = slurp_file(path, MAX_BYTES, &text, &n);

	if (rc < 0) {
		cli_error(cli, "%s: cannot read the calibration: %s", path,
			strerror(-rc));
		return rc == -EACCES ? CLI_PERMISSION : CLI_FAILURE;
	}
	rc = calibration_parse(text, n, false, out, message, sizeof(message));
	if (rc == -EBADMSG) {
		/* the readings of a file that somebody changed are still readings */
		rc = calibration_parse(text, n, true, out, message, sizeof(message));
		if (rc == 0)
			cli_error(cli,
				"%s: warning: the file was damaged or changed by hand; "
				"its readings are taken as they are",
				path);
	}
	free(text);
	if (rc == 0)
		return CLI_OK;
	cli_error(cli, "%s: %s", path, rc == -ENOMEM ? "not enough memory" : message);
	return rc == -ENOMEM ? CLI_FAILURE : CLI_CORRUPT;
}

static int fit(struct calibration *c, const struct calibrate_words *w)
{
	const struct calibration_device *d = &c->device;
	const struct fit_setup setup = { .geometry = d->geometry,
		.unit = d->unit,
		.unit_scale = d->unit_scale,
		.full_scale = d->full_scale,
		.has_divider = d->has_divider,
		.r_reference_ohm = d->r_reference_ohm,
		.r_series_ohm = d->r_series_ohm,
		.placing_mm = w->placing_mm,
		.mass_frac = w->mass_frac };
	size_t size = fit_scratch_size(&c->readings);
	void *scratch = aligned_alloc(64, (size + 63) / 64 * 64);
	int rc = scratch ? fit_run(&setup, &c->readings, scratch, size, &c->model,
				   &c->report)
			 : -ENOMEM;

	free(scratch);
	c->quick = c->report.quick;
	return rc;
}

/* Judge anew by the verification readings that are in the file, if there are any. */
static int judge(struct calibration *c, const struct calibrate_words *w)
{
	size_t size = verify_size(&c->model);
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
	int rc = -ENOMEM;

	memset(&c->verification, 0, sizeof(c->verification));
	if (memory)
		rc = verify_judge(&c->model, &c->readings, w->placing_mm, memory, size,
			&c->verification);
	free(memory);
	return rc == -ENODATA ? 0 : rc;
}

static void say_problems(struct cli *cli, const struct calibration *c)
{
	for (int i = 0; i < c->report.n_problems; i++)
		if (c->report.problems[i].severity == FIT_REFUSE)
			cli_error(cli, "%s", c->report.problems[i].text);
}

static int write_file(struct cli *cli, const char *path, const char *text, size_t n)
{
	FILE *out = fopen(path, "we");
	bool failed;

	if (!out) {
		cli_error(cli, "%s: cannot write: %s", path, strerror(errno));
		return CLI_FAILURE;
	}
	failed = fwrite(text, 1, n, out) != n;
	failed |= fflush(out) != 0 || fsync(fileno(out)) < 0;
	failed |= fclose(out) != 0;
	if (failed)
		cli_error(cli, "%s: could not be written whole", path);
	return failed ? CLI_FAILURE : CLI_OK;
}

static void print(struct cli *cli, const char *text, size_t n)
{
	json_t *document = json_loadb(text, n, 0, NULL);

	if (cli->json) {
		fwrite(text, 1, n, cli->out);
		fputc('\n', cli->out);
	} else {
		calibrate_text_report(cli->out, json_object_get(document, "report"));
		calibrate_text_budget(cli->out, json_object_get(document, "budget"));
		calibrate_text_verification(
			cli->out, json_object_get(document, "verification"));
	}
	json_decref(document);
}

/* The readings stay whose they were; a draft's are answered for by whom --operator names. */
static void sign(struct calibration *c, const struct calibrate_words *w)
{
	int64_t now_ms = (int64_t)time(NULL) * 1000;

	snprintf(c->previous_id, sizeof(c->previous_id), "%s", c->id);
	snprintf(c->algorithm, sizeof(c->algorithm), "%s", STANCE_VERSION);
	c->verified = c->verification.n_rows > 0 && c->verification.passed;
	if (!w->operator_name)
		return;
	snprintf(c->operator_name, sizeof(c->operator_name), "%s", w->operator_name);
	if (!c->accepted) {
		c->created_unix_ms = now_ms;
		c->expires_unix_ms = now_ms + CALIBRATION_VALID_DAYS * DAY_MS;
	}
	c->accepted = true;
}

static int refit(struct calibration *c, const struct calibrate_words *w)
{
	struct cli *cli = w->cli;
	char *text = NULL;
	size_t n;
	int code, rc = fit(c, w);

	if (rc == -ENODATA)
		cli_error(cli,
			"%s: there is nothing to fit: it takes a zero and at least one "
			"known weight",
			w->from);
	else if (rc == -ERANGE)
		say_problems(cli, c);
	else if (rc < 0)
		cli_error(cli, "%s: cannot be fitted: %s", w->from, strerror(-rc));
	if (rc < 0)
		return CLI_FAILURE;
	rc = judge(c, w);
	if (rc < 0) {
		cli_error(cli, "%s: cannot be judged: %s", w->from, strerror(-rc));
		return CLI_FAILURE;
	}
	sign(c, w);
	if (calibration_write(c, &text, &n) < 0) {
		cli_error(cli, "not enough memory");
		return CLI_FAILURE;
	}
	code = w->output ? write_file(cli, w->output, text, n) : CLI_OK;
	if (code == CLI_OK)
		print(cli, text, n);
	free(text);
	return code;
}

int calibrate_fit(struct cli *cli, int argc, char **argv)
{
	struct calibration *calibration = NULL;
	struct calibrate_words w;
	int code,
		parsed = calibrate_words_parse(&w, cli, CALIBRATE_FIT,
			"Find zero, gains, curve, creep and hysteresis from the "
			"readings, and say how sure that is.\v"
			"With --from FILE the readings are those of a calibration "
			"file, and neither daemon nor mat are needed; the result is "
			"written with --output, and put in force by: stance calibrate "
			"import.",
			argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!w.from)
		return calibrate_step_run(
			cli, "calibrate.fit", calibrate_words_params(&w), "fit");
	code = read_file(cli, w.from, &calibration);
	if (code == CLI_OK)
		code = refit(calibration, &w);
	calibration_free(calibration);
	return code;
}
