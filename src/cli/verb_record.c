#include <argp.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/clock.h"
#include "src/base/settings.h"
#include "src/base/version.h"
#include "src/cli/calibrate.h"
#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/phrases.h"
#include "src/cli/terminal.h"
#include "src/cli/verbs.h"
#include "src/core/geometry.h"
#include "src/ipc/document_mat.h"
#include "src/ipc/rpc.h"
#include "src/store/recording.h"
#include "src/store/store.h"

#define ANSWER_MS  5000
#define NO_MAT_S   5.0  /* as `watch` */
#define NO_FRAME_S 10.0 /* as `watch` */
#define RETRY_NS   200000000
#define MAX_CELLS  ((size_t)GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)
#define PROGRESS_S 0.2
#define SECOND_NS  1e9

struct record {
	struct cli *cli;
	const char *path;
	double seconds; /* NaN: until interrupted */

	struct client *client;
	struct mat_document mat;
	float *zero;
	char *calibration; /* text of the one in force, NULL: none */
	uint16_t *cells;
	struct recording_writer *writer;
	int signals;
	bool live; /* stderr is a terminal */
	bool done;
	int code;
	int64_t first_ns, last_ns; /* the frames' time */
	int64_t heard_ns, drawn_ns;
	uint64_t n_frames, n_lost;
};

static double since_s(int64_t t_ns)
{
	return (double)(clock_now_ns() - t_ns) / SECOND_NS;
}

static void clear_line(const struct record *r)
{
	if (r->live && r->drawn_ns)
		fputs("\r\033[K", r->cli->err);
}

static void finish(struct record *r, int code)
{
	if (!r->done)
		r->code = code;
	r->done = true;
}

/* --- before the first frame ---------------------------------------------------------------- */

static bool was_no_mat(const struct client_message *message)
{
	return json_integer_value(json_object_get(message->error, "code")) ==
	       RPC_NO_MAT;
}

static int describe(struct record *r)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	int64_t begun_ns = clock_now_ns();
	struct client_message message;
	int err;

	for (;;) {
		err = client_call(r->client, "mat.describe", NULL, ANSWER_MS, &message);
		if (err != -EREMOTEIO || !was_no_mat(&message) ||
			since_s(begun_ns) > NO_MAT_S)
			break;
		nanosleep(&pause, NULL);
	}
	if (err == -EREMOTEIO)
		return connect_refused(r->cli, "mat.describe", message.error);
	if (err < 0)
		return connect_failed(r->cli, err);
	if (document_get_mat(message.result, &r->mat, r->zero, MAX_CELLS) == 0)
		return CLI_OK;
	cli_error(r->cli,
		"the daemon's description of the mat cannot be read; is it of "
		"another version?");
	return CLI_CORRUPT;
}

/* A calibration in force goes into the file: without it the frames are counts. */
static int fetch_calibration(struct record *r)
{
	const char *state = r->mat.calibration_state;
	size_t n = 0;
	FILE *out;
	int code;

	if (strcmp(state, "valid") != 0 && strcmp(state, "unverified") != 0)
		return CLI_OK;
	out = open_memstream(&r->calibration, &n);
	if (!out)
		return CLI_FAILURE;
	code = calibrate_fetch(r->cli, r->client, NULL, "excerpt", out);
	if (fclose(out) != 0 && code == CLI_OK)
		code = CLI_FAILURE;
	if (code == CLI_OK && n > 0)
		return CLI_OK;
	cli_error(r->cli,
		"the calibration in force cannot be read: nothing is recorded, "
		"as a recording without it could not be measured alike");
	return code == CLI_OK ? CLI_CORRUPT : code;
}

/* A label for people: the wall clock and how far it is from UTC. */
static void put_time(struct recording_header *header)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	header->started_unix_ms =
		(int64_t)now.tv_sec * 1000 + now.tv_nsec / CLOCK_NS_PER_MS;
	if (localtime_r(&now.tv_sec, &tm))
		header->utc_offset_min = (int)(tm.tm_gmtoff / 60);
}

static void fill_header(const struct record *r, struct recording_header *h)
{
	struct settings settings;
	char message[512];
	double cutoff_hz;

	settings_init(&settings);
	if (settings_load(&settings, NULL, message, sizeof(message)) < 0)
		cli_note(r->cli, "%s; using the defaults", message);
	cutoff_hz = settings_number(&settings, SETTINGS_TRIAL_CUTOFF_HZ);
	*h = (struct recording_header){ .n_hello = r->mat.n_hello,
		.mat = r->mat.mat,
		.zero = r->mat.zero,
		.calibration = r->calibration,
		.algorithm = STANCE_VERSION,
		.duration_s = NAN,
		.settle_s = NAN,
		.cutoff_hz = cutoff_hz > 0 ? cutoff_hz : NAN,
		.noise_velocity_mm_s = NAN,
		.person = { NAN, NAN, 0, NAN },
		.condition = { .pain = -1 } };
	memcpy(h->driver, r->mat.driver, sizeof(h->driver));
	memcpy(h->serial, r->mat.serial, sizeof(h->serial));
	memcpy(h->model, r->mat.model, sizeof(h->model));
	memcpy(h->firmware, r->mat.firmware, sizeof(h->firmware));
	memcpy(h->hello, r->mat.hello, sizeof(h->hello));
	memcpy(h->calibration_id, r->mat.calibration_id, sizeof(h->calibration_id));
	memcpy(h->calibration_state, r->mat.calibration_state,
		sizeof(h->calibration_state));
	put_time(h);
}

static int create(struct record *r)
{
	struct recording_header header;
	int err;

	fill_header(r, &header);
	err = store_new_uid(header.uid);
	if (err == 0)
		err = recording_create(r->path, &header, &r->writer);
	if (err == 0)
		return CLI_OK;
	if (err == -EEXIST)
		cli_error(r->cli,
			"%s is there already; nothing is overwritten, choose "
			"another name",
			r->path);
	else
		cli_error(r->cli, "%s: %s", r->path, strerror(-err));
	return err == -EACCES || err == -EROFS ? CLI_PERMISSION : CLI_FAILURE;
}

static int subscribe(struct record *r)
{
	struct client_message message;

	return connect_call(r->cli, r->client, "subscribe", "{\"streams\":[\"raw\"]}",
		ANSWER_MS, &message);
}

/* --- frames -------------------------------------------------------------------------------- */

static void draw(struct record *r)
{
	double s = (double)(r->last_ns - r->first_ns) / SECOND_NS;

	if (!r->live || r->cli->quiet ||
		(r->drawn_ns && since_s(r->drawn_ns) < PROGRESS_S))
		return;
	r->drawn_ns = clock_now_ns();
	if (isnan(r->seconds))
		fprintf(r->cli->err,
			"\rrecording %.1f s, %llu frames; Ctrl-C ends it\033[K", s,
			(unsigned long long)r->n_frames);
	else
		fprintf(r->cli->err, "\rrecording %.1f of %.1f s, %llu frames\033[K", s,
			r->seconds, (unsigned long long)r->n_frames);
	fflush(r->cli->err);
}

static void take_frame(struct record *r, const json_t *document)
{
	struct raw_frame frame;
	int n_cells = geometry_n_cells(&r->mat.mat.geometry);
	int err = document_get_raw(document, &frame, r->cells, (size_t)n_cells);

	if (err < 0)
		return;
	if (r->n_frames == 0)
		r->first_ns = frame.t_ns;
	if (!isnan(r->seconds) &&
		(double)(frame.t_ns - r->first_ns) / SECOND_NS >= r->seconds) {
		finish(r, CLI_OK);
		return;
	}
	err = recording_append(r->writer, &frame);
	if (err < 0) {
		clear_line(r);
		cli_error(r->cli, "%s: %s; what was written before is whole", r->path,
			strerror(-err));
		finish(r, CLI_FAILURE);
		return;
	}
	r->n_lost += r->n_frames > 0 ? frame.n_lost : 0;
	r->n_frames++;
	r->last_ns = frame.t_ns;
	r->heard_ns = clock_now_ns();
	draw(r);
}

static void take_messages(struct record *r)
{
	struct client_message message;
	int n;

	while (!r->done && (n = client_poll(r->client, &message)) != 0) {
		if (n > 0 && message.method && strcmp(message.method, "raw") == 0)
			take_frame(r, message.params);
		else if (n < 0 && n != -EBADMSG) {
			clear_line(r);
			cli_error(r->cli, "the daemon has gone (%s)", strerror(-n));
			finish(r, CLI_NO_DAEMON);
		}
	}
}

static void take_signals(struct record *r)
{
	int number;

	while ((number = terminal_signal(r->signals)) != 0) {
		if (number == SIGTSTP)
			raise(SIGSTOP);
		else if (number !=
			 SIGWINCH) /* without an end in sight Ctrl-C is the end */
			finish(r, isnan(r->seconds) ? CLI_OK : CLI_INTERRUPTED);
	}
}

static void follow(struct record *r)
{
	r->heard_ns = clock_now_ns();
	while (!r->done) {
		struct pollfd fds[] = {
			{ .fd = client_fd(r->client), .events = POLLIN },
			{ .fd = r->signals, .events = POLLIN },
		};

		if (poll(fds, 2, 500) < 0 && errno != EINTR)
			finish(r, CLI_FAILURE);
		if (fds[1].revents)
			take_signals(r);
		take_messages(r);
		if (!r->done && since_s(r->heard_ns) > NO_FRAME_S) {
			clear_line(r);
			cli_error(r->cli,
				"no data for %.0f s; is the mat still plugged in?",
				NO_FRAME_S);
			finish(r, CLI_TIMEOUT);
		}
	}
}

/* --- the end ------------------------------------------------------------------------------- */

static int close_file(struct record *r)
{
	double s = (double)(r->last_ns - r->first_ns) / SECOND_NS;
	int err = recording_finish(r->writer);
	char frames[32];

	r->writer = NULL;
	clear_line(r);
	if (err < 0) {
		cli_error(r->cli, "%s: %s", r->path, strerror(-err));
		return CLI_FAILURE;
	}
	if (r->n_lost > 0)
		cli_note(r->cli, "%llu packets were lost on the way",
			(unsigned long long)r->n_lost);
	if (r->cli->json)
		fprintf(r->cli->out,
			"{\"schema\":\"stance.recorded/"
			"1\",\"frames\":%llu,\"lost\":%llu,"
			"\"duration_s\":%.6f}\n",
			(unsigned long long)r->n_frames, (unsigned long long)r->n_lost,
			s);
	else
		cli_note(r->cli, "%s: %s frames, %.1f s", r->path,
			phrases_count(r->n_frames, frames, sizeof(frames)), s);
	return r->code;
}

static int record(struct record *r)
{
	int code = connect_open(r->cli, &r->client);

	if (code != CLI_OK)
		return code;
	code = describe(r);
	if (code == CLI_OK)
		code = fetch_calibration(r);
	if (code == CLI_OK)
		code = create(r);
	if (code == CLI_OK)
		r->signals = terminal_signals_open();
	if (code == CLI_OK)
		code = subscribe(r);
	if (code == CLI_OK) {
		follow(r);
		code = close_file(r);
	}
	recording_finish(r->writer);
	terminal_signals_close(r->signals);
	return code;
}

enum { KEY_SECONDS = 0x200 };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct record *r = state->input;

	switch (key) {
	case 'o':
		r->path = value;
		return 0;
	case KEY_SECONDS:
		if (cli_parse_seconds(value, &r->seconds) == 0)
			return 0;
		cli_error(r->cli, "--seconds %s: give a number of seconds above 0",
			value);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "The file, which must not exist", 0 },
	{ "seconds", KEY_SECONDS, "S", 0, "End S seconds after the first frame", 0 },
	{ 0 },
};

static const struct argp record_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "-o FILE",
	.doc = "Record what the mat sends, as it sends it; stance replay measures it.\v"
	       "Without --seconds it goes on until Ctrl-C. What is written is safe "
	       "once a second.",
};

int verb_record(struct cli *cli, int argc, char **argv)
{
	struct record r = { .cli = cli, .seconds = NAN, .signals = -1 };
	int parsed = cli_parse(cli, &record_argp, argc, argv, &r);
	int code = CLI_FAILURE;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.path) {
		cli_error(cli, "say where to: stance record -o FILE");
		return CLI_USAGE;
	}
	r.live = fileno(cli->err) >= 0 && isatty(fileno(cli->err));
	r.zero = malloc(MAX_CELLS * sizeof(*r.zero));
	r.cells = malloc(MAX_CELLS * sizeof(*r.cells));
	if (r.zero && r.cells)
		code = record(&r);
	client_close(r.client);
	free(r.zero);
	free(r.calibration);
	free(r.cells);
	return code;
}
