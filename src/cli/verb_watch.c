#include <argp.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/clock.h"
#include "src/base/settings.h"
#include "src/cli/cli.h"
#include "src/cli/connect.h"
#include "src/cli/footview.h"
#include "src/cli/phrases.h"
#include "src/cli/slice.h"
#include "src/cli/terminal.h"
#include "src/cli/verbs.h"

#define FIRST_SAMPLE_S   5.0  /* stance(1): waits 5 s for a mat */
#define NEXT_SAMPLE_S    10.0 /* stance(1): no sample for 10 s */
#define GRACE_S          0.5 /* chosen: the last sample may be late, the stream may have ended */
#define HALF_STEP_S      5e-7 /* documents give t_s in microseconds */
#define ANSWER_MS        2000 /* chosen: a living daemon answers in milliseconds */
#define REDRAW_S         0.04 /* chosen: 25 pictures a second look continuous over ssh */
#define IDLE_REDRAW_S    0.1 /* chosen: stale data shows in 400 ms from the last sample */
#define LINE_EVERY_S     1.0    /* chosen: what a person can read */
#define FIRST_COUNTS_TOP 1000.0 /* chosen: grows to the largest count seen */

/* How samples are shown. */
enum style { STYLE_PICTURE, STYLE_LINES, STYLE_JSONL, STYLE_ONE };

struct watch {
	struct cli *cli;
	struct client *client;
	enum style style;
	bool frames;
	double seconds;            /* NaN: until interrupted */
	int signals;               /* descriptor, -1 none */
	bool keys;                 /* the terminal's keys are read */
	bool done;                 /* asked for everything that was to be shown */
	int code;                  /* exit code once done */
	int64_t start_ns;          /* of the waiting for a mat */
	int64_t first_ns, last_ns; /* when samples arrived; 0: none yet */
	double first_t_s;          /* of the first sample, the daemon's clock */
	double line_t_s;           /* of the last line printed */
	uint64_t n_samples;
	int64_t subscribe_id, status_id;
	/* the picture */
	struct terminal terminal;
	struct termgrid shown, next;
	struct footview view;
	struct status_document status;
	struct stance_sample sample;
	struct frame_document frame;
	int64_t drawn_ns;
	bool changed;
};

static double since_s(int64_t t_ns)
{
	return (double)(clock_now_ns() - t_ns) / (double)CLOCK_NS_PER_S;
}

static void finish(struct watch *w, int code)
{
	if (!w->done)
		w->code = code;
	w->done = true;
}

/* --- what arrives ----------------------------------------------------------------- */

static double document_t_s(const struct client_message *message)
{
	const json_t *t_s = json_object_get(message->params, "t_s");

	return json_is_number(t_s) ? json_number_value(t_s) : NAN;
}

static void print_document(struct watch *w, const struct client_message *message)
{
	size_t n;
	const char *text = slice_member(message->line, message->n_line, "params", &n);

	if (!text)
		return;
	fwrite(text, 1, n, w->cli->out);
	fputc('\n', w->cli->out);
	if (fflush(w->cli->out) != 0) {
		cli_error(w->cli, "writing the output: %s", strerror(errno));
		finish(w, CLI_FAILURE);
	}
}

static void print_line(struct watch *w, double t_s)
{
	char line[512];

	if (w->n_samples > 1 && t_s - w->line_t_s < LINE_EVERY_S)
		return;
	w->line_t_s = t_s;
	footview_line(&w->sample, t_s, line, sizeof(line));
	fprintf(w->cli->out, "%s\n", line);
	fflush(w->cli->out);
}

/* True once the asked-for seconds have passed; the sample at their end is not shown. */
static bool is_past_end(const struct watch *w, double t_s)
{
	return isfinite(w->seconds) && w->n_samples > 0 &&
	       t_s - w->first_t_s >= w->seconds - HALF_STEP_S;
}

static void take_sample(struct watch *w, const struct client_message *message)
{
	double t_s = document_t_s(message);

	if (!isfinite(t_s))
		return;
	if (is_past_end(w, t_s)) {
		finish(w, CLI_OK);
		return;
	}
	w->last_ns = clock_now_ns();
	if (w->n_samples++ == 0) {
		w->first_ns = w->last_ns;
		w->first_t_s = t_s;
	}
	if (w->style == STYLE_JSONL || w->style == STYLE_ONE) {
		print_document(w, message);
		if (w->style == STYLE_ONE)
			finish(w, CLI_OK);
		return;
	}
	if (document_get_sample(message->params, &w->sample) < 0)
		return;
	w->view.sample = &w->sample;
	w->changed = true;
	if (w->style == STYLE_LINES)
		print_line(w, t_s);
}

static void take_frame(struct watch *w, const struct client_message *message)
{
	if (w->style == STYLE_JSONL) {
		double t_s = document_t_s(message);

		/* Frames belong to the samples shown: none before the first or after the end. */
		if (w->n_samples > 0 && isfinite(t_s) && !is_past_end(w, t_s))
			print_document(w, message);
		return;
	}
	if (document_get_frame(message->params, &w->frame) < 0)
		return;
	w->view.frame = &w->frame;
	w->changed = true;
	if (w->frame.unit_is_force)
		return;
	for (int i = 0; i < geometry_n_cells(&w->frame.geometry); i++)
		w->view.counts_top =
			fmax(w->view.counts_top, w->frame.cells[i] * w->frame.scale);
}

static void take_status(struct watch *w, const json_t *document)
{
	if (document_get_status(document, &w->status) < 0)
		return;
	w->view.status = &w->status;
	w->changed = true;
}

static void take_answer(struct watch *w, const struct client_message *message)
{
	if (message->error && message->id != w->status_id) {
		terminal_close(&w->terminal);
		finish(w, connect_refused(w->cli, "subscribe", message->error));
	} else if (message->result && message->id == w->status_id) {
		take_status(w, message->result);
	}
}

static void take_message(struct watch *w, const struct client_message *message)
{
	if (!message->method)
		take_answer(w, message);
	else if (strcmp(message->method, "sample") == 0)
		take_sample(w, message);
	else if (strcmp(message->method, "frame") == 0)
		take_frame(w, message);
	else if (strcmp(message->method, "status") == 0)
		take_status(w, message->params);
}

static void take_messages(struct watch *w)
{
	struct client_message message;
	int n;

	while (!w->done && (n = client_poll(w->client, &message)) != 0) {
		if (n > 0)
			take_message(w, &message);
		else if (n != -EBADMSG) {
			cli_error(w->cli,
				"the daemon has gone (%s); samples so far: %llu",
				strerror(-n), (unsigned long long)w->n_samples);
			finish(w, CLI_NO_DAEMON);
		}
	}
}

/* --- the picture ------------------------------------------------------------------ */

static void resize(struct watch *w)
{
	int n_rows, n_cols;

	terminal_size(&w->terminal, &n_rows, &n_cols);
	if (termgrid_resize(&w->shown, n_rows, n_cols) < 0 ||
		termgrid_resize(&w->next, n_rows, n_cols) < 0)
		finish(w, CLI_FAILURE);
	fputs("\033[m\033[2J", w->cli->out);
	w->changed = true;
}

static void draw(struct watch *w)
{
	w->view.age_s = w->last_ns ? since_s(w->last_ns) : 0;
	footview_draw(&w->view, &w->next);
	termgrid_emit(&w->shown, &w->next, w->cli->colour, w->cli->out);
	if (fflush(w->cli->out) != 0)
		finish(w, CLI_FAILURE);
	w->drawn_ns = clock_now_ns();
	w->changed = false;
}

/* Stop as a shell expects, and take the terminal again when it goes on. */
static void suspend(struct watch *w)
{
	terminal_close(&w->terminal);
	raise(SIGSTOP);
	terminal_open(&w->terminal, w->cli->out, w->terminal.in_fd);
	resize(w);
}

static void take_signals(struct watch *w)
{
	int number;

	while ((number = terminal_signal(w->signals)) != 0) {
		if (number == SIGINT)
			finish(w, CLI_INTERRUPTED);
		else if (number == SIGWINCH && w->style == STYLE_PICTURE)
			resize(w);
		else if (number == SIGTSTP && w->style == STYLE_PICTURE)
			suspend(w);
		else if (number == SIGTSTP)
			raise(SIGSTOP);
		else if (number != SIGWINCH)
			finish(w, CLI_INTERRUPTED);
	}
}

static void take_keys(struct watch *w)
{
	char keys[16];
	ssize_t n = read(w->terminal.in_fd, keys, sizeof(keys));

	w->keys = n != 0 || w->terminal.has_saved; /* the end of a pipe is no key */
	for (ssize_t i = 0; i < n; i++)
		if (keys[i] == 'q' || keys[i] == 'Q')
			finish(w, CLI_OK);
}

/* --- waiting ---------------------------------------------------------------------- */

static void say_no_mat(struct watch *w)
{
	struct client_message message;
	struct status_document status;

	terminal_close(&w->terminal);
	if (client_call(w->client, "status", NULL, ANSWER_MS, &message) == 0 &&
		document_get_status(message.result, &status) == 0)
		cli_error(w->cli, "no mat within %.0f s: %s%s%s", FIRST_SAMPLE_S,
			status.mat_state, *status.mat_reason ? ": " : "",
			status.mat_reason);
	else
		cli_error(w->cli, "no mat within %.0f s; stance doctor says why",
			FIRST_SAMPLE_S);
}

static void check_deadlines(struct watch *w)
{
	if (w->n_samples == 0 && since_s(w->start_ns) >= FIRST_SAMPLE_S) {
		say_no_mat(w);
		finish(w, CLI_NO_MAT);
	} else if (w->n_samples > 0 && isfinite(w->seconds) &&
		   since_s(w->first_ns) >= w->seconds + GRACE_S) {
		finish(w, CLI_OK);
	} else if (w->n_samples > 0 && since_s(w->last_ns) >= NEXT_SAMPLE_S) {
		terminal_close(&w->terminal);
		cli_error(w->cli, "no data for %.0f s; is the mat still plugged in?",
			NEXT_SAMPLE_S);
		finish(w, CLI_TIMEOUT);
	}
}

/* The next moment at which something is due without any event. */
static int timeout_ms(const struct watch *w)
{
	double due_s = FIRST_SAMPLE_S - since_s(w->start_ns);

	if (w->n_samples > 0)
		due_s = NEXT_SAMPLE_S - since_s(w->last_ns);
	if (w->n_samples > 0 && isfinite(w->seconds))
		due_s = fmin(due_s, w->seconds + GRACE_S - since_s(w->first_ns));
	if (w->style == STYLE_PICTURE)
		due_s = fmin(due_s,
			(w->changed ? REDRAW_S : IDLE_REDRAW_S) - since_s(w->drawn_ns));
	return due_s < 0 ? 0 : (int)(due_s * 1000) + 1;
}

static void wait_once(struct watch *w)
{
	struct pollfd fds[] = {
		{ .fd = client_fd(w->client), .events = POLLIN },
		{ .fd = w->signals, .events = POLLIN },
		{ .fd = w->keys ? w->terminal.in_fd : -1, .events = POLLIN },
	};

	if (client_wants_write(w->client))
		fds[0].events |= POLLOUT;
	if (poll(fds, 3, timeout_ms(w)) < 0 && errno != EINTR) {
		cli_error(w->cli, "poll: %s", strerror(errno));
		finish(w, CLI_FAILURE);
	}
	if (fds[1].revents)
		take_signals(w);
	if (fds[2].revents && !w->done)
		take_keys(w);
}

static void run(struct watch *w)
{
	while (!w->done) {
		take_messages(w);
		if (!w->done)
			check_deadlines(w);
		if (w->style == STYLE_PICTURE && !w->done && timeout_ms(w) <= 1)
			draw(w);
		if (!w->done)
			wait_once(w);
	}
}

/* --- starting and ending ---------------------------------------------------------- */

static int subscribe(struct watch *w)
{
	const char *params = "{\"streams\":[\"sample\"]}";

	if (w->style == STYLE_PICTURE)
		params =
			"{\"streams\":[\"sample\",\"frame\",\"status\"],\"max_hz\":25}";
	else if (w->style == STYLE_JSONL && w->frames)
		params = "{\"streams\":[\"sample\",\"frame\"]}";
	w->subscribe_id = client_send(w->client, "subscribe", params);
	if (w->style == STYLE_PICTURE)
		w->status_id = client_send(w->client, "status", NULL);
	if (w->subscribe_id < 0 || w->status_id < 0) {
		cli_error(w->cli, "the daemon has gone");
		return CLI_NO_DAEMON;
	}
	return CLI_OK;
}

static int start_picture(struct watch *w)
{
	struct settings settings;
	char message[512];

	w->frame.max_cells = (size_t)GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE;
	w->frame.cells = malloc(w->frame.max_cells * sizeof(*w->frame.cells));
	if (!w->frame.cells)
		return CLI_FAILURE;
	settings_init(&settings);
	if (settings_load(&settings, NULL, message, sizeof(message)) < 0)
		cli_note(w->cli, "%s; using the defaults", message);
	w->view = (struct footview){
		.pressure_kpa = settings_number(&settings, SETTINGS_UI_PRESSURE_KPA),
		.counts_top = FIRST_COUNTS_TOP,
		.map = strcmp(settings_text(&settings, SETTINGS_UI_COLORMAP),
			       "cividis") == 0
			       ? COLORMAP_CIVIDIS
			       : COLORMAP_INFERNO,
		.colour = w->cli->colour,
		.utf8 = w->cli->utf8,
	};
	terminal_open(&w->terminal, w->cli->out,
		w->cli->in_is_terminal ? fileno(w->cli->in) : -1);
	w->keys = w->cli->in_is_terminal;
	resize(w);
	return CLI_OK;
}

static void say_summary(const struct watch *w)
{
	char time[32], count[32];

	if (w->style == STYLE_PICTURE && w->n_samples > 0)
		cli_note(w->cli, "watched for %s, drew %s samples",
			phrases_duration(since_s(w->first_ns), time, sizeof(time)),
			phrases_count(w->n_samples, count, sizeof(count)));
}

static enum style find_style(const struct cli *cli)
{
	const char *term = getenv("TERM");

	if (cli->jsonl)
		return STYLE_JSONL;
	if (cli->json)
		return STYLE_ONE;
	if (cli->out_is_terminal && term && *term && strcmp(term, "dumb") != 0)
		return STYLE_PICTURE;
	return STYLE_LINES;
}

/* --- options ---------------------------------------------------------------------- */

enum { KEY_SECONDS = 0x200, KEY_FRAMES };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct watch *w = state->input;

	switch (key) {
	case KEY_SECONDS:
		if (cli_parse_seconds(value, &w->seconds) < 0) {
			cli_error(w->cli,
				"--seconds %s: give a number of seconds above 0",
				value);
			return EINVAL;
		}
		return 0;
	case KEY_FRAMES:
		w->frames = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "seconds", KEY_SECONDS, "S", 0, "End S seconds after the first sample", 0 },
	{ "frames", KEY_FRAMES, NULL, 0, "With --jsonl: print the pressure frames too",
		0 },
	{ 0 },
};

static const struct argp watch_argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Show live samples: on a terminal a picture of the feet with the "
	       "numbers, elsewhere one line of text a second.\v"
	       "With --jsonl every sample is printed as it comes, with --json the "
	       "first one. Waits 5 s for a mat (else exit code 3); ends with exit code "
	       "5 if no sample comes for 10 s. In the picture, q quits.",
};

int verb_watch(struct cli *cli, int argc, char **argv)
{
	struct watch *w = calloc(1, sizeof(*w));
	int code = CLI_FAILURE;
	int parsed;

	if (!w)
		return CLI_FAILURE;
	*w = (struct watch){ .cli = cli, .seconds = NAN, .signals = -1 };
	parsed = cli_parse(cli, &watch_argp, argc, argv, w);
	if (parsed != 0) {
		code = cli_parse_exit(parsed);
		goto out;
	}
	w->style = find_style(cli);
	code = connect_open(cli, &w->client);
	if (code != CLI_OK)
		goto out;
	w->signals = terminal_signals_open();
	w->start_ns = clock_now_ns();
	code = subscribe(w);
	if (code == CLI_OK && w->style == STYLE_PICTURE)
		code = start_picture(w);
	if (code == CLI_OK) {
		run(w);
		code = w->code;
	}
	terminal_close(&w->terminal);
	terminal_signals_close(w->signals);
	say_summary(w);
out:
	client_close(w->client);
	termgrid_fini(&w->shown);
	termgrid_fini(&w->next);
	free(w->frame.cells);
	free(w);
	return code;
}
