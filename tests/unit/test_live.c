/* The daemon's inside without a port: methods, status and live data over a real socket, fed with
 * frames by hand. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <systemd/sd-event.h>

#include "src/base/log.h"
#include "src/daemon/live.h"
#include "src/daemon/methods.h"
#include "src/daemon/status.h"
#include "src/ipc/documents.h"
#include "src/records/records.h"
#include "tests/support/folder.h"
#include "tests/support/unix_socket.h"

#define START_NS INT64_C(5000000000)
#define N_CELLS  (48 * 48)

struct bench {
	sd_event *event;
	struct server *server;
	struct settings settings;
	struct methods methods;
	char folder[64], path[96];
	unsigned roles;
	int fd; /* the client's side */
	char text[1 << 20];
	size_t n_text;
	json_t *line; /* last heard */
	uint16_t cells[N_CELLS];
	struct mat_info info;
	uint64_t seq;
};

static void quiet(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	(void)level;
	(void)tag;
	(void)event;
	(void)message;
	(void)ctx;
}

static void serve(struct conn *conn, const struct rpc_request *request, void *ctx)
{
	struct bench *b = ctx;

	conn->roles = b->roles;
	methods_serve(conn, request, &b->methods);
}

static void on_changed(void *ctx)
{
	struct bench *b = ctx;

	status_publish(b->methods.status);
}

static void start_parts(struct bench *b)
{
	const struct server_handlers handlers = { serve, b, NULL };
	struct server_options options = { .path = b->path, .max_clients = 4 };
	char message[512];

	assert_true(sd_event_new(&b->event) >= 0);
	assert_int_equal(server_new(b->event, &options, &handlers, &b->server, message,
				 sizeof(message)),
		0);
	settings_init(&b->settings);
	b->methods = (struct methods){
		.event = b->event, .server = b->server, .settings = &b->settings
	};
	assert_int_equal(live_new(b->server, START_NS, &b->methods.live), 0);
	assert_int_equal(status_new(b->event, b->server, b->folder, START_NS,
				 &b->methods.status),
		0);
	assert_int_equal(archive_new(b->event, b->folder, 0, &b->methods.archive), 0);
	assert_int_equal(trials_new(b->methods.archive, b->methods.live, b->server,
				 on_changed, b, &b->methods.trials),
		0);
	status_set_trials(b->methods.status, b->methods.trials, b->methods.archive);
	worker_drain(archive_worker(b->methods.archive));
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	log_set_sink(quiet, NULL);
	strcpy(b->folder, "/tmp/stance-live-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/s.sock", b->folder);
	b->roles = ROLE_ALL;
	b->info = (struct mat_info){ .has_mat = true,
		.serial = "T-1",
		.geometry = { 48, 48, 10, 10 },
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = 1,
		.full_scale = 65535,
		.temperature_c = NAN };
	start_parts(b);
	b->fd = unix_socket_dial(b->path, SOCK_NONBLOCK);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	json_decref(b->line);
	close(b->fd);
	methods_fini(&b->methods);
	trials_free(b->methods.trials);
	archive_free(b->methods.archive);
	status_free(b->methods.status);
	live_free(b->methods.live);
	server_free(b->server);
	sd_event_unref(b->event);
	folder_remove(b->folder);
	free(b);
	return 0;
}

/* The next line from the daemon, NULL if there is none. Borrowed until the next call. */
static json_t *hear(struct bench *b)
{
	ssize_t got;
	char *newline;

	while (sd_event_run(b->event, 0) > 0)
		continue;
	got = read(b->fd, b->text + b->n_text, sizeof(b->text) - b->n_text);
	b->n_text += got > 0 ? (size_t)got : 0;
	json_decref(b->line);
	b->line = NULL;
	newline = memchr(b->text, '\n', b->n_text);
	if (!newline)
		return NULL;
	b->line = json_loadb(b->text, (size_t)(newline - b->text), 0, NULL);
	assert_non_null(b->line);
	b->n_text -= (size_t)(newline + 1 - b->text);
	memmove(b->text, newline + 1, b->n_text);
	return b->line;
}

static json_t *call(struct bench *b, const char *method, const char *params)
{
	char line[512];
	int n = snprintf(line, sizeof(line),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}\n",
		method, params ? params : "{}");

	assert_int_equal(send(b->fd, line, (size_t)n, MSG_NOSIGNAL), n);
	return hear(b);
}

static json_t *result_of(struct bench *b, const char *method, const char *params)
{
	json_t *result = json_object_get(call(b, method, params), "result");

	assert_non_null(result);
	return result;
}

static int code_of(struct bench *b, const char *method, const char *params)
{
	json_t *error = json_object_get(call(b, method, params), "error");

	assert_true(strlen(json_string_value(json_object_get(error, "message"))) > 20);
	return (int)json_integer_value(json_object_get(error, "code"));
}

/* Two blocks of 36 cells, `newtons` on the left and on the right. */
static void load(struct bench *b, double left_n, double right_n)
{
	memset(b->cells, 0, sizeof(b->cells));
	for (int row = 12; row < 36; row++) {
		for (int col = 0; col < 8; col++) {
			b->cells[row * 48 + 8 + col] =
				(uint16_t)(left_n * 1000 / (24 * 8));
			b->cells[row * 48 + 32 + col] =
				(uint16_t)(right_n * 1000 / (24 * 8));
		}
	}
}

static void push(struct bench *b, int64_t t_ns)
{
	const struct raw_frame frame = {
		.seq = ++b->seq, .t_ns = START_NS + t_ns, .cells = b->cells
	};

	live_push(b->methods.live, &b->info, &frame);
}

static struct stance_sample heard_sample(struct bench *b)
{
	struct stance_sample s;
	json_t *line = hear(b);

	assert_non_null(line);
	assert_string_equal(
		json_string_value(json_object_get(line, "method")), "sample");
	assert_int_equal(document_get_sample(json_object_get(line, "params"), &s), 0);
	return s;
}

#define QUIET   "{\"protocol\":\"quiet-eo\"}"
#define SAMPLES "{\"streams\":[\"sample\"]}"

static void a_frame_becomes_a_sample(void **state)
{
	struct bench *b = *state;
	struct stance_sample s;

	result_of(b, "subscribe", SAMPLES);
	load(b, 300, 500);
	push(b, 12340000);
	s = heard_sample(b);
	assert_true(s.seq == 1 && s.t_ns == 12340000 && !s.has_device_us);
	/* The blocks are uniform: every cell is rounded down to a millinewton, 384 of them. */
	assert_true(fabs(s.force_n - 800) < 0.4);
	assert_true(fabs(s.cop_mm.x - (-120 * 300 + 120 * 500) / 800.0) < 0.1);
	assert_true(fabs(s.cop_mm.y) < 0.01);
	assert_null(hear(b));
}

static void a_frame_s_cells_come_with_their_scale(void **state)
{
	static uint16_t cells[N_CELLS];
	struct bench *b = *state;
	struct frame_document f = { .cells = cells, .max_cells = N_CELLS };
	json_t *line;

	result_of(b, "subscribe", "{\"streams\":[\"frame\"]}");
	load(b, 300, 300);
	b->cells[20 * 48 + 10] = 60000;
	/* 240 N on one cell: more than 16 bits of millinewtons. */
	b->info.unit_scale = 4;
	push(b, 0);
	line = hear(b);
	assert_string_equal(
		json_string_value(json_object_get(line, "method")), "frame");
	assert_int_equal(document_get_frame(json_object_get(line, "params"), &f), 0);
	assert_true(f.unit_is_force && f.geometry.n_rows == 48 && f.seq == 1);
	assert_true(fabs(cells[20 * 48 + 10] * f.scale - 240) < f.scale);
	assert_true(fabs(cells[12 * 48 + 8] * f.scale - 1562 * 0.004) < f.scale);
	assert_int_equal(cells[0], 0);
}

static void time_rises_in_what_is_shown(void **state)
{
	struct bench *b = *state;
	int64_t last_ns = -1;

	result_of(b, "subscribe", SAMPLES);
	load(b, 300, 300);
	for (int i = 0; i < 20; i++) {
		struct stance_sample s;

		push(b, 1000000 +
				i / 4 * 300); /* four at the same instant, then 300 ns on */
		s = heard_sample(b);
		assert_true(s.t_ns > last_ns);
		last_ns = s.t_ns;
	}
}

static void a_slow_mat_is_flagged(void **state)
{
	struct bench *b = *state;
	uint32_t flags = 0;

	result_of(b, "subscribe", SAMPLES);
	load(b, 300, 300);
	for (int i = 0; i < 100; i++) {
		push(b, i * INT64_C(25000000));
		flags = heard_sample(b).flags;
		if (i < 39)
			assert_false(flags & SAMPLE_LOW_RATE);
	}
	assert_true(flags & SAMPLE_LOW_RATE);
	live_break(b->methods.live);
	for (int i = 0; i < 300; i++) {
		push(b, 60 * INT64_C(1000000000) + i * INT64_C(10000000));
		assert_false(heard_sample(b).flags & SAMPLE_LOW_RATE);
	}
}

static void another_mat_gets_another_analysis(void **state)
{
	struct bench *b = *state;
	struct stance_sample s;

	result_of(b, "subscribe", SAMPLES);
	load(b, 400, 400);
	push(b, 0);
	heard_sample(b);
	b->info.geometry = (struct mat_geometry){ 32, 32, 15, 15 };
	memset(b->cells, 0, sizeof(b->cells));
	for (int i = 0; i < 40; i++)
		b->cells[16 * 32 + i % 4 + 32 * (i / 4)] = 10000;
	push(b, 10000000);
	s = heard_sample(b);
	assert_true(fabs(s.force_n - 400) < 0.5);
	assert_true(fabs(s.cop_mm.x - (1.5 - 15.5) * 15) < 0.1);
}

/* --- those who want the frames as they came --------------------------------------------- */

struct watcher {
	int n_frames, n_breaks;
	int64_t last_t_ns;
	uint16_t cell;
};

static void watch(const struct raw_frame *frame, void *ctx)
{
	struct watcher *w = ctx;

	if (!frame) {
		w->n_breaks++;
		return;
	}
	assert_true(frame->t_ns > w->last_t_ns);
	w->n_frames++;
	w->last_t_ns = frame->t_ns;
	w->cell = frame->cells[12 * 48 + 8];
}

static void a_watcher_sees_each_frame_with_its_sample_s_time(void **state)
{
	struct bench *b = *state;
	struct watcher w = { .n_frames = 0 };

	result_of(b, "subscribe", SAMPLES);
	live_watch(b->methods.live, LIVE_WATCH_TRIAL, watch, &w);
	load(b, 300, 300);
	for (int i = 0; i < 6; i++) {
		push(b, 1000000 + i / 3 * 300); /* three at the same instant */
		assert_true(heard_sample(b).t_ns + START_NS == w.last_t_ns);
	}
	assert_int_equal(w.n_frames, 6);
	assert_int_equal(w.cell, b->cells[12 * 48 + 8]);
	w.n_breaks = 0; /* the first mat of all is another mat, too */
	live_break(b->methods.live);
	assert_int_equal(w.n_breaks, 1);
	strcpy(b->info.serial, "T-2");
	push(b, 90000000);
	assert_int_equal(w.n_breaks, 2);
	live_watch(b->methods.live, LIVE_WATCH_TRIAL, NULL, NULL);
	push(b, 100000000);
	assert_int_equal(w.n_frames, 7);
}

static void the_mat_is_described_with_the_zero_in_force(void **state)
{
	struct bench *b = *state;
	struct mat_document m;

	assert_int_equal(live_describe(b->methods.live, &m), -ENODEV);
	b->info.n_hello = 3;
	memcpy(b->info.hello, "abc", 3);
	load(b, 0, 0);
	b->cells[7] = 30;
	push(b, 0);
	assert_true(live_tare_begin(b->methods.live, NULL, NULL) > 0);
	for (int i = 1; i <= 200; i++)
		push(b, i * 10000000);
	assert_int_equal(live_describe(b->methods.live, &m), 0);
	assert_string_equal(m.serial, "T-1");
	assert_string_equal(m.calibration_state, "not_needed");
	assert_true(m.n_hello == 3 && memcmp(m.hello, "abc", 3) == 0);
	assert_true(m.zero.tared && fabsf(m.zero.map[7] - 0.03f) < 1e-5f);
	assert_true(fabs(m.mat.rate_hz - 100) < 0.1);
}

static void raw_frames_are_sent_as_received(void **state)
{
	static uint16_t cells[N_CELLS];
	struct bench *b = *state;
	struct raw_frame frame;
	json_t *line;

	/* Whether the mat comes before or after the one who asks. */
	result_of(b, "subscribe", "{\"streams\":[\"raw\"]}");
	load(b, 300, 500);
	for (int i = 0; i < 2; i++) {
		push(b, 12340000 + i * INT64_C(10000000));
		line = hear(b);
		assert_string_equal(
			json_string_value(json_object_get(line, "method")), "raw");
		assert_int_equal(document_get_raw(json_object_get(line, "params"),
					 &frame, cells, N_CELLS),
			0);
		assert_memory_equal(cells, b->cells, sizeof(cells));
		assert_true(frame.t_ns == START_NS + 12340000 + i * INT64_C(10000000));
		assert_true(frame.seq == b->seq && !frame.has_device_us);
		result_of(b, "subscribe", "{\"streams\":[\"raw\"]}");
	}
}

/* --- tare ------------------------------------------------------------------------------- */

static void note_tare(enum live_tare how, void *ctx)
{
	int *seen = ctx;

	*seen = 10 + (int)how;
}

static void an_empty_mat_is_tared(void **state)
{
	struct bench *b = *state;
	struct live *live = b->methods.live;
	int seen = 0, n;

	assert_int_equal(live_tare_begin(live, note_tare, &seen), -ENODEV);
	load(b, 0, 0);
	push(b, 0);
	n = live_tare_begin(live, note_tare, &seen);
	assert_int_equal(n, 100);
	assert_int_equal(live_tare_begin(live, note_tare, &seen), -EBUSY);
	for (int i = 1; i <= n; i++) {
		assert_int_equal(seen, 0);
		push(b, i * 10000000);
	}
	assert_int_equal(seen, 10 + LIVE_TARE_DONE);
}

static void a_loaded_mat_is_not_tared(void **state)
{
	struct bench *b = *state;
	int seen = 0;

	load(b, 300, 300);
	push(b, 0);
	assert_true(live_tare_begin(b->methods.live, note_tare, &seen) > 0);
	for (int i = 1; i <= 100 && !seen; i++)
		push(b, i * 10000000);
	assert_int_equal(seen, 10 + LIVE_TARE_LOADED);
}

static void a_tare_ends_when_the_stream_breaks(void **state)
{
	struct bench *b = *state;
	int seen = 0;

	load(b, 0, 0);
	push(b, 0);
	assert_true(live_tare_begin(b->methods.live, note_tare, &seen) > 0);
	push(b, 10000000);
	live_break(b->methods.live);
	assert_int_equal(seen, 10 + LIVE_TARE_NO_FRAMES);
	seen = 0;
	live_tare_abort(b->methods.live);
	assert_int_equal(seen, 0);
}

/* --- methods ---------------------------------------------------------------------------- */

static void hello_tells_roles_and_methods(void **state)
{
	struct bench *b = *state;
	size_t n_records = 0;
	json_t *result;

	b->roles = ROLE_VIEWER | ROLE_STATION;
	result = result_of(b, "hello", NULL);
	assert_int_equal(json_array_size(json_object_get(result, "roles")), 2);
	assert_int_equal(json_array_size(json_object_get(result, "streams")), STREAM_N);
	/* 40 of the daemon's own, and all of the records. */
	while (records_method_at(n_records))
		n_records++;
	assert_int_equal(
		json_array_size(json_object_get(result, "methods")), 40 + n_records);
}

static void status_without_a_mat_is_searching(void **state)
{
	struct bench *b = *state;
	struct status_document s;

	assert_int_equal(document_get_status(result_of(b, "status", NULL), &s), 0);
	assert_string_equal(s.mat_state, "searching");
	assert_string_equal(s.calibration_state, "none");
	assert_string_equal(s.trial_state, "idle");
	assert_int_equal(s.pid, getpid());
	assert_int_equal(s.clients, 1);
	assert_int_equal(s.store_trials, 0);
	assert_true(s.store_free_bytes > 0);
}

static void a_listener_to_status_hears_it_at_once(void **state)
{
	struct bench *b = *state;
	json_t *line;

	result_of(b, "subscribe", "{\"streams\":[\"status\"]}");
	line = hear(b);
	assert_string_equal(
		json_string_value(json_object_get(line, "method")), "status");
	status_publish(b->methods.status);
	assert_non_null(hear(b));
	result_of(b, "unsubscribe", NULL);
	status_publish(b->methods.status);
	assert_null(hear(b));
}

static void subscriptions_add_up_and_go(void **state)
{
	struct bench *b = *state;
	json_t *result = result_of(b, "subscribe", SAMPLES);

	assert_int_equal(json_array_size(json_object_get(result, "streams")), 1);
	result = result_of(
		b, "subscribe", "{\"streams\":[\"frame\",\"trial\"],\"max_hz\":5}");
	assert_int_equal(json_array_size(json_object_get(result, "streams")), 3);
	result = result_of(b, "unsubscribe", "{\"streams\":[\"frame\"]}");
	assert_int_equal(json_array_size(json_object_get(result, "streams")), 2);
	result = result_of(b, "unsubscribe", NULL);
	assert_int_equal(json_array_size(json_object_get(result, "streams")), 0);
}

static void wrong_parameters_are_refused(void **state)
{
	static const char *const bad[] = { "{}", "{\"streams\":[]}",
		"{\"streams\":\"sample\"}", "{\"streams\":[1]}",
		"{\"streams\":[\"sample\",\"samples\"]}",
		"{\"streams\":[\"sample\"],\"max_hz\":0}",
		"{\"streams\":[\"sample\"],\"max_hz\":-5}",
		"{\"streams\":[\"sample\"],\"max_hz\":\"5\"}",
		"{\"streams\":[\"sample\"],\"max_hz\":1e9}" };
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(code_of(b, "subscribe", bad[i]), RPC_INVALID_PARAMS);
	assert_false(server_wants(b->server, STREAM_SAMPLE, 0));
	assert_int_equal(
		code_of(b, "config.get", "{\"key\":\"mat\"}"), RPC_INVALID_PARAMS);
	assert_int_equal(code_of(b, "config.get", "{\"key\":5}"), RPC_INVALID_PARAMS);
}

static void what_is_not_there_yet_is_unknown(void **state)
{
	static const char *const names[] = { "trial.begin", "trial", "calibrate.one",
		"", "HELLO" };
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(code_of(b, names[i], NULL), RPC_UNKNOWN_METHOD);
}

static void roles_are_kept(void **state)
{
	struct bench *b = *state;

	b->roles = ROLE_VIEWER;
	assert_int_equal(code_of(b, "mat.tare", NULL), RPC_NOT_ALLOWED);
	assert_int_equal(code_of(b, "mat.identify", NULL), RPC_NOT_ALLOWED);
	assert_int_equal(code_of(b, "trial.start", NULL), RPC_NOT_ALLOWED);
	assert_int_equal(code_of(b, "trial.abort", NULL), RPC_NOT_ALLOWED);
	result_of(b, "trial.status", NULL);
	result_of(b, "status", NULL);
	b->roles = ROLE_VIEWER | ROLE_STATION;
	assert_int_equal(code_of(b, "mat.tare", NULL), RPC_NO_MAT);
	assert_int_equal(code_of(b, "mat.identify", NULL), RPC_NO_MAT);
	assert_int_equal(code_of(b, "mat.describe", NULL), RPC_NO_MAT);
	assert_int_equal(code_of(b, "trial.start", QUIET), RPC_NO_MAT);
}

/* --- trials by their methods ------------------------------------------------------------- */

static void wrong_trials_are_refused(void **state)
{
	static const char *const bad[] = { "{}", "{\"protocol\":7}",
		"{\"protocol\":\"quiet\"}", "{\"protocol\":\"quiet-eo\",\"patient\":3}",
		"{\"protocol\":\"quiet-eo\",\"duration_s\":\"30\"}",
		"{\"protocol\":\"quiet-eo\",\"duration_s\":-1}",
		"{\"protocol\":\"quiet-eo\",\"settle_s\":1e9}",
		"{\"protocol\":\"quiet-eo\",\"wait_s\":true}",
		"{\"protocol\":\"quiet-eo\",\"visit\":0}",
		"{\"protocol\":\"quiet-eo\",\"visit\":1.5}",
		"{\"protocol\":\"quiet-eo\",\"condition\":{\"pain\":11}}",
		"{\"protocol\":\"quiet-eo\",\"condition\":{\"footwear\":"
		"\"a word of more than thirty-one bytes\"}}" };
	struct bench *b = *state;

	load(b, 300, 300);
	push(b, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(code_of(b, "trial.start", bad[i]), RPC_INVALID_PARAMS);
	assert_false(trials_is_busy(b->methods.trials));
	assert_int_equal(code_of(b, "trial.stop", NULL), RPC_NO_TRIAL);
	assert_int_equal(code_of(b, "trial.abort", "{\"id\":5}"), RPC_NO_TRIAL);
	assert_int_equal(
		code_of(b, "trial.abort", "{\"id\":\"x\"}"), RPC_INVALID_PARAMS);
}

static void a_trial_is_started_followed_and_aborted(void **state)
{
	struct bench *b = *state;
	struct worker *worker = archive_worker(b->methods.archive);
	json_t *line;
	int64_t id;

	result_of(b, "subscribe", "{\"streams\":[\"trial\"]}");
	load(b, 300, 300);
	push(b, 0);
	/* The answer comes once the disk has given its own. */
	line = call(b, "trial.start", QUIET);
	worker_drain(worker);
	line = json_object_get(line ? line : hear(b), "result");
	id = json_integer_value(json_object_get(line, "id"));
	assert_true(id > 0);
	assert_string_equal(
		json_string_value(json_object_get(line, "state")), "waiting");
	assert_string_equal(
		json_string_value(json_object_get(hear(b), "method")), "trial");
	assert_int_equal(code_of(b, "trial.start", QUIET), RPC_BUSY);
	assert_int_equal(code_of(b, "trial.stop", "{\"id\":99}"), RPC_NO_TRIAL);
	call(b, "trial.abort", NULL);
	for (int i = 0; i < 20; i++) {
		worker_drain(worker);
		line = json_object_get(hear(b), "params");
		if (line && strcmp(json_string_value(json_object_get(line, "state")),
				    "stored") == 0)
			break;
	}
	assert_non_null(line);
	assert_string_equal(
		json_string_value(json_object_get(line, "verdict")), "interrupted");
	assert_int_equal(json_integer_value(json_object_get(line, "id")), id);
}

static void settings_are_told_with_their_origin(void **state)
{
	struct bench *b = *state;
	json_t *all = json_object_get(result_of(b, "config.get", NULL), "settings"),
	       *one;

	assert_int_equal(json_object_size(all), SETTINGS_N_KEYS);
	one = json_object_get(all, "daemon.max_clients");
	assert_int_equal(json_integer_value(json_object_get(one, "value")), 64);
	assert_string_equal(
		json_string_value(json_object_get(one, "origin")), "default");
	all = json_object_get(
		result_of(b, "config.get", "{\"key\":\"mat.path\"}"), "settings");
	assert_int_equal(json_object_size(all), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_frame_becomes_a_sample),
		TEST(a_frame_s_cells_come_with_their_scale),
		TEST(time_rises_in_what_is_shown),
		TEST(a_slow_mat_is_flagged),
		TEST(another_mat_gets_another_analysis),
		TEST(a_watcher_sees_each_frame_with_its_sample_s_time),
		TEST(the_mat_is_described_with_the_zero_in_force),
		TEST(raw_frames_are_sent_as_received),
		TEST(an_empty_mat_is_tared),
		TEST(a_loaded_mat_is_not_tared),
		TEST(a_tare_ends_when_the_stream_breaks),
		TEST(hello_tells_roles_and_methods),
		TEST(status_without_a_mat_is_searching),
		TEST(a_listener_to_status_hears_it_at_once),
		TEST(subscriptions_add_up_and_go),
		TEST(wrong_parameters_are_refused),
		TEST(what_is_not_there_yet_is_unknown),
		TEST(roles_are_kept),
		TEST(wrong_trials_are_refused),
		TEST(a_trial_is_started_followed_and_aborted),
		TEST(settings_are_told_with_their_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
