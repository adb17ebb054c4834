#include "src/cli/verb_status.h"

#include <argp.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "src/base/jsonw.h"
#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/verbs.h"
#include "src/cli/phrases.h"

#define ANSWER_MS 2000 /* chosen: a living daemon answers in milliseconds */

/* One row: the label only on the first line of its group ("" after it). */
__attribute__((format(printf, 3, 4))) static void row(
	FILE *out, const char *label, const char *format, ...)
{
	va_list args;

	fprintf(out, "%-13s", label);
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	fputc('\n', out);
}

static void print_daemon(const struct status_document *s, FILE *out)
{
	char up[32];

	row(out, "daemon", "running for %s, version %s, process %d",
		phrases_duration(s->uptime_s, up, sizeof(up)), s->version, s->pid);
}

static void print_mat(const struct status_document *s, FILE *out)
{
	char rate[32];

	row(out, "mat", "%s%s%s", s->mat_state, *s->mat_reason ? ": " : "",
		s->mat_reason);
	if (*s->model || *s->serial)
		row(out, "", "%s, serial %s, firmware %s",
			*s->model ? s->model : "unnamed", *s->serial ? s->serial : "-",
			*s->firmware ? s->firmware : "-");
	if (*s->path)
		row(out, "", "on %s, driver %s", s->path, *s->driver ? s->driver : "-");
	if (s->rows > 0)
		row(out, "", "%d x %d cells of %g x %g mm%s%s", s->rows, s->cols,
			s->pitch_x_mm, s->pitch_y_mm, isfinite(s->rate_hz) ? ", " : "",
			isfinite(s->rate_hz)
				? phrases_value(s->rate_hz, 1, "Hz", rate, sizeof(rate))
				: "");
	if (isfinite(s->temperature_c))
		row(out, "", "%.1f C", s->temperature_c);
}

static void print_stream(const struct status_document *s, FILE *out)
{
	char frames[32], bad[32], lost[32], resyncs[32], bytes[32];

	row(out, "stream", "%s frames, %s bad, %s packets lost, %s resyncs, %s read",
		phrases_count(s->frames, frames, sizeof(frames)),
		phrases_count(s->bad_frames, bad, sizeof(bad)),
		phrases_count(s->lost_frames, lost, sizeof(lost)),
		phrases_count(s->resyncs, resyncs, sizeof(resyncs)),
		phrases_bytes((double)s->bytes, bytes, sizeof(bytes)));
	if (isfinite(s->latency_p50_ms))
		row(out, "latency", "p50 %.2f ms, p99 %.2f ms", s->latency_p50_ms,
			s->latency_p99_ms);
}

static void print_check(const struct status_check *check, FILE *out)
{
	double days = ((double)time(NULL) - (double)check->at_unix_ms / 1e3) / 86400;

	if (check->at_unix_ms > 0)
		row(out, "last check", "%+.1f %% with %.4g kg, %.0f days ago%s",
			100 * check->error_frac, check->mass_kg, fmax(floor(days), 0),
			check->ok ? "" : ": more than allowed");
}

static void print_calibration(const struct status_document *s, FILE *out)
{
	const char *meaning = phrases_calibration(s->calibration_state);

	if (*s->calibration_id && isfinite(s->calibration_age_days))
		row(out, "calibration", "%s%s (%.8s, %.0f days old, %.0f to go)",
			meaning, s->calibration_quick ? ", quick" : "",
			s->calibration_id, floor(s->calibration_age_days),
			floor(s->calibration_expires_days));
	else
		row(out, "calibration", "%s", meaning);
	if (*s->calibration_reason)
		row(out, "", "%s", s->calibration_reason);
	if (*s->calibration_step)
		row(out, "calibrating", "%s", s->calibration_step);
	print_check(&s->last_check, out);
}

static void print_store(const struct status_document *s, FILE *out)
{
	char trials[32], space[32];

	if (*s->store_path && s->store_trials < 0)
		row(out, "store", "%s: cannot be read, %s free", s->store_path,
			phrases_bytes(s->store_free_bytes, space, sizeof(space)));
	else if (*s->store_path)
		row(out, "store", "%s: %s trials, %s free", s->store_path,
			phrases_count(
				(uint64_t)s->store_trials, trials, sizeof(trials)),
			phrases_bytes(s->store_free_bytes, space, sizeof(space)));
	else
		row(out, "store", "none");
}

static void print_trial(const struct status_document *s, FILE *out)
{
	char elapsed[32];

	if (*s->trial_protocol)
		row(out, "trial", "%s, %s, for %s", s->trial_protocol, s->trial_state,
			phrases_duration(s->trial_elapsed_s, elapsed, sizeof(elapsed)));
	else
		row(out, "trial", "%s", *s->trial_state ? s->trial_state : "none");
}

static void print_panel(const struct gpio_document *gpio, FILE *out)
{
	for (int i = 0; i < gpio->n_lines; i++) {
		const struct gpio_document_line *line = &gpio->lines[i];
		bool is_ok = strcmp(line->state, "ok") == 0;

		row(out, i == 0 ? "panel" : "", "%s (%s): %s%s%s", line->role,
			line->line,
			is_ok ? line->is_active ? "active" : "not active" : line->state,
			*line->reason ? ": " : "", line->reason);
	}
	if (*gpio->told)
		row(out, "", "last press: %s", gpio->told);
	if (gpio->pulses > 0 && isfinite(gpio->pulse_error_ms))
		row(out, "",
			"%llu pulses; of the last trial at most %.3f ms off their "
			"frames, "
			"%llu more than 1 ms",
			(unsigned long long)gpio->pulses, gpio->pulse_error_ms,
			(unsigned long long)gpio->pulses_off);
	if (gpio->lost_edges > 0)
		row(out, "", "%llu edges were lost",
			(unsigned long long)gpio->lost_edges);
}

void verb_status_print(const struct status_document *status, FILE *out)
{
	print_daemon(status, out);
	print_mat(status, out);
	print_stream(status, out);
	print_calibration(status, out);
	print_store(status, out);
	print_trial(status, out);
	print_panel(&status->gpio, out);
}

/* --- without a daemon ------------------------------------------------------------- */

static void put_nulls(struct jsonw *w, const char *object, const char *const *keys)
{
	static const char *const latency[] = { "p50", "p99", NULL };

	jsonw_key(w, object);
	jsonw_begin_object(w);
	for (; *keys; keys++) {
		jsonw_key(w, *keys);
		jsonw_null(w);
	}
	if (strcmp(object, "mat") == 0)
		put_nulls(w, "latency_ms", latency);
	jsonw_end_object(w);
}

/* The document with everything absent, so that a script may index it without a daemon
 * too. */
static void print_absent(const struct cli *cli, const char *why)
{
	static const char *const daemon[] = { "version", "uptime_s", "pid", NULL };
	static const char *const mat[] = { "state", "driver", "path", "serial", "model",
		"firmware", "rows", "cols", "pitch_mm", "rate_hz", "bytes", "frames",
		"bad_frames", "lost_frames", "resyncs", "temperature_c", NULL };
	static const char *const calibration[] = { "id", "state", "age_days", "reason",
		"expires_days", "quick", "drift", "step", "last_check", NULL };
	static const char *const store[] = { "path", "trials", "free_bytes", NULL };
	static const char *const trial[] = { "state", "protocol", "elapsed_s", NULL };
	static const char *const gpio[] = { "library", "lines", "told", "pulses",
		"edges", "lost_edges", "pulses_off", "pulse_error_ms", NULL };
	char text[4096];
	struct jsonw w;

	jsonw_init(&w, text, sizeof(text));
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.status/1");
	put_nulls(&w, "daemon", daemon);
	put_nulls(&w, "mat", mat);
	put_nulls(&w, "calibration", calibration);
	put_nulls(&w, "store", store);
	put_nulls(&w, "trial", trial);
	put_nulls(&w, "gpio", gpio);
	jsonw_key(&w, "error");
	jsonw_string(&w, why);
	jsonw_end_object(&w);
	fprintf(cli->out, "%s\n", text);
}

static int fail(struct cli *cli, int err, const char *path)
{
	char why[1536];
	int code = connect_explain(err, path, why, sizeof(why));

	if (cli->json)
		print_absent(cli, why);
	cli_error(cli, "%s", why);
	return code;
}

static int print(struct cli *cli, const struct client_message *message)
{
	struct status_document status;

	if (cli->json)
		connect_print_result(cli, message);
	if (document_get_status(message->result, &status) < 0) {
		cli_error(cli, "the daemon's status cannot be read; is it of another "
			       "version?");
		return CLI_CORRUPT;
	}
	if (!cli->json)
		verb_status_print(&status, cli->out);
	return strcmp(status.mat_state, "streaming") == 0 ? CLI_OK : CLI_NO_MAT;
}

int verb_status(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Show what the daemon, the mat, the calibration and the store "
		       "are doing.\v"
		       "Exit code 0 while the mat streams, 3 while it does not, 9 "
		       "without a daemon.",
	};
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);
	struct client_message message;
	struct client *client = NULL;
	char path[512] = "";
	int err, code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	err = connect_try(cli, path, sizeof(path), &client);
	if (err == 0)
		err = client_call(client, "status", NULL, ANSWER_MS, &message);
	code = err == 0 ? print(cli, &message) : fail(cli, err, path);
	client_close(client);
	return code;
}
