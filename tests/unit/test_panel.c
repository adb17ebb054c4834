/* The panel on a fake chip: lamps, buttons, buzzer and sync lines around real trials, without a port. */
#include <errno.h>
#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <systemd/sd-event.h>

#include "hw/gpio_fake.h"
#include "src/base/clock.h"
#include "src/base/log.h"
#include "src/daemon/panel.h"
#include "src/records/records.h"
#include "src/store/store_station.h"
#include "tests/support/folder.h"

#define SIDE     32
#define N_CELLS  (SIDE * SIDE)
#define FRAME_NS (10 * CLOCK_NS_PER_MS)
#define CHIP     "pinctrl-bcm2711"
#define PATIENT  "P-1"

struct bench {
	char folder[64], path[96];
	struct settings settings;
	sd_event *event;
	struct server *server;
	struct live *live;
	struct archive *archive;
	struct trials *trials;
	struct panel *panel;
	struct mat_info info;
	uint16_t cells[N_CELLS];
	uint64_t seq;
	int64_t t_ns;
	int64_t press_ns; /* when the next press is said to be */
	struct archive_job job;
	int64_t id;
	int n_changed;
	json_t *answer;
};

static void quiet(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	(void)level, (void)tag, (void)event, (void)message, (void)ctx;
}

static void on_request(struct conn *conn, const struct rpc_request *request, void *ctx)
{
	(void)conn, (void)request, (void)ctx;
}

static void on_changed(void *ctx)
{
	struct bench *b = ctx;

	b->n_changed++;
	if (b->panel)
		panel_update(b->panel);
}

static void drain(struct bench *b)
{
	worker_drain(archive_worker(b->archive));
	while (sd_event_run(b->event, 0) > 0)
		continue;
}

/* Let the loop live for so long. */
static void live_for(struct bench *b, int ms)
{
	int64_t end_ns = clock_now_ns() + ms * CLOCK_NS_PER_MS;

	while (clock_now_ns() < end_ns)
		sd_event_run(b->event, 1000);
}

static void configure(struct bench *b, enum settings_key key, const char *value)
{
	char message[256];

	assert_int_equal(settings_set(&b->settings, key, value, "test", message,
				 sizeof(message)),
		0);
}

static void start_panel(struct bench *b)
{
	const struct panel_options options = { .event = b->event,
		.ops = &gpio_fake,
		.settings = &b->settings,
		.archive = b->archive,
		.live = b->live,
		.trials = b->trials,
		.changed_fn = on_changed,
		.ctx = b };

	assert_int_equal(panel_new(&options, &b->panel), 0);
}

static void configure_all(struct bench *b)
{
	static const struct {
		enum settings_key key;
		const char *line;
	} all[] = { { SETTINGS_GPIO_START, "BUTTON active-low pull-up" },
		{ SETTINGS_GPIO_FOOT, "FOOT" }, { SETTINGS_GPIO_TARE, "TARE" },
		{ SETTINGS_GPIO_READY, "GREEN" }, { SETTINGS_GPIO_MEASURING, "AMBER" },
		{ SETTINGS_GPIO_FAULT, "RED" }, { SETTINGS_GPIO_BUZZER, "BUZZER" },
		{ SETTINGS_GPIO_SYNC_GATE, "GATE" },
		{ SETTINGS_GPIO_SYNC_PULSE, "PULSE" },
		{ SETTINGS_GPIO_SYNC_IN, "SYNC" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(all[i].line, " "),
			all[i].line);
		gpio_fake_add(CHIP, name);
		configure(b, all[i].key, all[i].line);
	}
	configure(b, SETTINGS_GPIO_PULSE_EVERY, "5");
}

static void add_patient(struct store *store, const char *trouble, void *ctx)
{
	struct store_patient patient = {
		.code = PATIENT, .mass_kg = 80, .stature_m = NAN, .birth_year = 1980
	};
	int64_t id;

	(void)trouble, (void)ctx;
	assert_non_null(store);
	assert_int_equal(store_patient_add(store, &patient, "test", &id), 0);
}

static void open_visit(struct store *store, const char *trouble, void *ctx)
{
	struct bench *b = ctx;

	(void)trouble;
	assert_int_equal(store_visit_start_planned(
				 store, PATIENT, "quiet-eo", "quick", "test", &b->id),
		0);
}

static void run_job(struct bench *b, archive_run_fn *fn)
{
	b->job = (struct archive_job){ .run_fn = fn, .ctx = b };
	archive_post(b->archive, &b->job);
	drain(b);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const struct server_handlers handlers = { on_request, b, NULL };
	struct server_options options = { .max_clients = 4 };
	char message[512];

	assert_non_null(b);
	log_set_sink(quiet, NULL);
	gpio_fake_reset();
	settings_init(&b->settings);
	strcpy(b->folder, "/tmp/stance-panel-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/s.sock", b->folder);
	options.path = b->path;
	b->info = (struct mat_info){ .has_mat = true,
		.driver = "smp",
		.serial = "T-1",
		.geometry = { SIDE, SIDE, 15, 15 },
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = 1,
		.full_scale = 65535,
		.temperature_c = NAN };
	assert_true(sd_event_new(&b->event) >= 0);
	assert_int_equal(server_new(b->event, &options, &handlers, &b->server, message,
				 sizeof(message)),
		0);
	b->t_ns = clock_now_ns();
	b->press_ns = b->t_ns - 9 * CLOCK_NS_PER_S;
	assert_int_equal(live_new(b->server, b->t_ns, &b->live), 0);
	assert_int_equal(archive_new(b->event, b->folder, 0, &b->archive), 0);
	assert_int_equal(
		trials_new(b->archive, b->live, b->server, on_changed, b, &b->trials),
		0);
	run_job(b, add_patient);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	panel_free(b->panel);
	b->panel = NULL;
	trials_free(b->trials);
	archive_free(b->archive);
	live_free(b->live);
	server_free(b->server);
	sd_event_unref(b->event);
	assert_int_equal(gpio_fake_n_open(), 0);
	gpio_fake_reset();
	folder_remove(b->folder);
	free(b);
	return 0;
}

/* --- what is done to it ------------------------------------------------------------------- */

/* A number is missing now and then: a mat counts its other answers, too. */
static void push(struct bench *b, int64_t t_ns)
{
	struct raw_frame frame = { .t_ns = t_ns, .cells = b->cells };

	b->seq += b->seq % 30 == 29 ? 2 : 1;
	frame.seq = b->seq;
	b->t_ns = t_ns;
	live_push(b->live, &b->info, &frame);
}

static void push_some(struct bench *b, int n)
{
	for (int i = 0; i < n; i++)
		push(b, b->t_ns + FRAME_NS);
}

static void stand(struct bench *b)
{
	for (int row = 7; row < 25; row++)
		for (int col = 0; col < 7; col++) {
			b->cells[row * SIDE + 5 + col] = 2700;
			b->cells[row * SIDE + 20 + col] = 2800;
		}
}

/* Goes down with bounces of 20 ms, and up again likewise; all of it a while ago, so that nothing is waited for. */
static void press(struct bench *b, const char *line)
{
	int64_t t_ns = b->press_ns += 300 * CLOCK_NS_PER_MS;

	for (int i = 0; i < 11; i++)
		gpio_fake_edge(line, i % 2 == 0, t_ns + i * 2 * CLOCK_NS_PER_MS);
	t_ns += 100 * CLOCK_NS_PER_MS;
	for (int i = 0; i < 11; i++)
		gpio_fake_edge(line, i % 2 != 0, t_ns + i * 2 * CLOCK_NS_PER_MS);
	live_for(b, 5);
	drain(b);
}

static const struct gpio_document_line *line_of(
	const struct gpio_document *gpio, const char *role)
{
	for (int i = 0; i < gpio->n_lines; i++)
		if (strcmp(gpio->lines[i].role, role) == 0)
			return &gpio->lines[i];
	fail_msg("no line %s", role);
	return NULL;
}

static void check_state(struct bench *b, const char *role, const char *state)
{
	static struct gpio_document gpio;

	panel_describe(b->panel, &gpio);
	assert_string_equal(line_of(&gpio, role)->state, state);
}

static void check_told(struct bench *b, const char *part)
{
	static struct gpio_document gpio;

	panel_describe(b->panel, &gpio);
	if (!strstr(gpio.told, part))
		fail_msg("told \"%s\", not \"%s\"", gpio.told, part);
}

static void check_lamps(bool green, bool amber, bool red)
{
	assert_int_equal(gpio_fake_level("GREEN"), green);
	assert_int_equal(gpio_fake_level("AMBER"), amber);
	assert_int_equal(gpio_fake_level("RED"), red);
}

/* --- the cases --------------------------------------------------------------------------- */

static void without_lines_nothing_is_missing(void **state)
{
	struct bench *b = *state;
	struct gpio_document gpio;

	start_panel(b);
	push_some(b, 20);
	panel_describe(b->panel, &gpio);
	assert_int_equal(gpio.n_lines, 0);
	assert_string_equal(gpio.library, "a fake");
}

static void without_a_chip_everything_else_works(void **state)
{
	struct bench *b = *state;

	configure(b, SETTINGS_GPIO_START, "GPIO17");
	configure(b, SETTINGS_GPIO_READY, "17"); /* no chip: wrong for ever */
	configure(b, SETTINGS_GPIO_SYNC_GATE, CHIP ":4");
	start_panel(b);
	push_some(b, 20);
	check_state(b, "start", "missing");
	check_state(b, "ready", "wrong");
	check_state(b, "sync_gate", "missing");
	assert_true(live_is_ready(b->live));
}

static void each_fault_of_a_line_is_named(void **state)
{
	struct bench *b = *state;

	gpio_fake_add(CHIP, "GPIO17");
	gpio_fake_add(CHIP, "GPIO18");
	gpio_fake_take("GPIO18", "spi0 CS1");
	configure(b, SETTINGS_GPIO_START, "GPIO71");
	configure(b, SETTINGS_GPIO_FOOT, "GPIO18");
	configure(b, SETTINGS_GPIO_TARE, "GPIO17");
	start_panel(b);
	check_state(b, "start", "wrong");
	check_state(b, "foot", "taken");
	check_state(b, "tare", "ok");
	panel_free(b->panel);
	gpio_fake_deny(true);
	start_panel(b);
	check_state(b, "tare", "denied");
}

static void lamps_follow_the_mat_and_the_trial(void **state)
{
	struct bench *b = *state;

	configure_all(b);
	start_panel(b);
	check_lamps(false, false, true); /* no mat yet */
	push_some(b, 5);
	check_lamps(true, false, false);
	run_job(b, open_visit);
	press(b, "BUTTON");
	assert_true(trials_is_busy(b->trials));
	check_lamps(false, true, false);
	press(b, "FOOT");
	drain(b);
	assert_false(trials_is_busy(b->trials));
	push_some(b, 5);
	check_lamps(true, false, false);
	live_break(b->live);
	panel_update(b->panel);
	check_lamps(false, false, true);
	panel_free(b->panel);
	b->panel = NULL;
	check_lamps(false, false, false);
}

static void the_button_starts_what_is_planned(void **state)
{
	struct bench *b = *state;
	struct progress_document p;

	configure_all(b);
	start_panel(b);
	press(b, "BUTTON");
	check_told(b, "No mat");
	push_some(b, 5);
	press(b, "BUTTON");
	check_told(b, "No visit");
	assert_false(trials_is_busy(b->trials));
	run_job(b, open_visit);
	press(b, "BUTTON");
	check_told(b, "");
	assert_true(trials_is_busy(b->trials));
	trials_progress(b->trials, &p);
	assert_non_null(p.protocol);
	assert_int_equal(p.id, 1);
	press(b, "BUTTON"); /* one press, one act: it stops and does not start again */
	drain(b);
	assert_false(trials_is_busy(b->trials));
}

static void set_lock(struct store *store, const char *trouble, void *ctx)
{
	struct store_station s;

	(void)trouble, (void)ctx;
	assert_int_equal(store_station_get(store, &s), 0);
	s.locked = !s.locked;
	assert_int_equal(store_station_put(store, &s, "station.lock", "", "test"), 0);
}

/* What was begun goes on and can be ended; nothing of a patient begins. */
static void the_button_asks_the_lock(void **state)
{
	struct bench *b = *state;

	configure_all(b);
	start_panel(b);
	push_some(b, 5);
	run_job(b, open_visit);
	run_job(b, set_lock);
	press(b, "BUTTON");
	check_told(b, "The station is locked");
	assert_false(trials_is_busy(b->trials));
	run_job(b, set_lock);
	press(b, "BUTTON");
	check_told(b, "");
	assert_true(trials_is_busy(b->trials));
	assert_string_equal(trials_request(b->trials)->condition.footwear, "barefoot");
	run_job(b, set_lock);
	assert_true(trials_is_busy(b->trials));
	press(b, "BUTTON");
	drain(b);
	assert_false(trials_is_busy(b->trials));
}

static void the_tare_button_sets_the_zero(void **state)
{
	struct bench *b = *state;

	configure_all(b);
	start_panel(b);
	push_some(b, 150);
	press(b, "TARE");
	check_told(b, "");
	push_some(b, 150);
	check_told(b, "");
	assert_true(gpio_fake_level("BUZZER"));
	stand(b);
	push_some(b, 10);
	press(b, "TARE");
	push_some(b, 150);
	check_told(b, "The mat is loaded");
}

static void a_stuck_button_is_reported(void **state)
{
	struct bench *b = *state;
	int64_t now_ns = clock_now_ns();

	configure_all(b);
	start_panel(b);
	gpio_fake_edge("FOOT", true, now_ns - 11 * CLOCK_NS_PER_S);
	live_for(b, 5);
	check_state(b, "foot", "stuck");
	check_state(b, "start", "ok");
	gpio_fake_edge("FOOT", false, now_ns - 100 * CLOCK_NS_PER_MS);
	live_for(b, 5);
	check_state(b, "foot", "ok");
}

static void a_chip_may_go_and_come(void **state)
{
	struct bench *b = *state;

	configure_all(b);
	start_panel(b);
	push_some(b, 5);
	gpio_fake_vanish(CHIP);
	live_for(b, 5);
	check_state(b, "start", "missing");
	push_some(b, 5); /* a lamp finds out when it is next set */
	live_break(b->live);
	panel_update(b->panel);
	check_state(b, "fault", "missing");
	for (int i = 0; i < 10; i++)
		gpio_fake_add(CHIP,
			((const char *[]){ "BUTTON", "FOOT", "TARE", "GREEN", "AMBER",
				"RED", "BUZZER", "GATE", "PULSE", "SYNC" })[i]);
	live_for(b, 400);
	check_state(b, "start", "ok");
	check_state(b, "fault", "ok");
	assert_true(gpio_fake_level("RED")); /* as it was wanted meanwhile */
	run_job(b, open_visit);
	push_some(b, 5);
	press(b, "BUTTON");
	assert_true(trials_is_busy(b->trials));
}

/* --- sync -------------------------------------------------------------------------------- */

static void on_begun(const struct rpc_error *error, int64_t id, void *ctx)
{
	(void)id, (void)ctx;
	assert_int_equal(error->code, 0);
}

/* A trial of a second and a half in real time: each frame arrives 3 ms after its scan. */
static void measure(struct bench *b, double duration_s)
{
	const struct trial_request request = { .protocol = protocol_find("quiet-eo"),
		.duration_s = duration_s,
		.settle_s = 0.2,
		.wait_s = 3,
		.cutoff_hz = 5,
		.condition = { .pain = -1 } };
	int64_t scan_ns = clock_now_ns();

	stand(b);
	push(b, scan_ns);
	assert_int_equal(trials_start(b->trials, &request, on_begun, b), 0);
	for (int i = 0; trials_is_busy(b->trials) && i < 600; i++) {
		scan_ns += FRAME_NS;
		while (clock_now_ns() < scan_ns + 3 * CLOCK_NS_PER_MS)
			sd_event_run(b->event, 500);
		if (i == 100)
			gpio_fake_edge("SYNC", true, 123456789);
		if (i == 101)
			gpio_fake_edge("SYNC", false, 123999999);
		push(b, scan_ns);
	}
	drain(b);
}

static struct recording *open_recording(struct bench *b)
{
	char pattern[128], message[256];
	struct recording *recording;
	struct raw_frame frame;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/recordings/*.srec", b->folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(
		recording_open(found.gl_pathv[0], &recording, message, sizeof(message)),
		0);
	globfree(&found);
	while (recording_next(recording, &frame) > 0)
		continue;
	assert_false(recording_damage(recording)->not_closed);
	return recording;
}

/* The same edges by the method, in the time of the series. */
static void ask_edges(struct store *store, const char *trouble, void *ctx)
{
	static char text[65536];
	const struct records_method *method = records_method_find("trial.edges");
	struct bench *b = ctx;
	struct rpc_error error = { 0 };
	json_t *params = json_pack("{si}", "id", 1);
	struct jsonw w;

	(void)trouble;
	jsonw_init(&w, text, sizeof(text));
	if (records_call(store, method, params, "test", &w, &error) == 0 &&
		jsonw_finish(&w) > 0) /* no assert on this thread */
		b->answer = json_loads(text, 0, NULL);
	else
		print_message("trial.edges: %s\n", error.message);
	json_decref(params);
}

static void check_method(struct bench *b, size_t n_edges)
{
	const json_t *t_s, *kind;
	double begun_s = NAN, ended_s = NAN;

	run_job(b, ask_edges);
	assert_non_null(b->answer);
	t_s = json_object_get(b->answer, "t_s");
	kind = json_object_get(b->answer, "kind");
	assert_int_equal(
		json_integer_value(json_object_get(b->answer, "total")), n_edges);
	assert_int_equal(json_array_size(t_s), n_edges);
	for (size_t i = 0; i < n_edges; i++) {
		const char *word = json_string_value(json_array_get(kind, i));

		if (strcmp(word, "gate_rise") == 0)
			begun_s = json_number_value(json_array_get(t_s, i));
		if (strcmp(word, "gate_fall") == 0)
			ended_s = json_number_value(json_array_get(t_s, i));
	}
	assert_true(fabs(ended_s - begun_s - 1.2) < 0.1);
	json_decref(b->answer);
}

/* Distance to the nearest frame's time, ms: the frames are 10 ms apart. */
static double off_ms(const struct bench *b, int64_t t_ns)
{
	int64_t phase_ns = (t_ns - b->t_ns) % FRAME_NS;

	if (phase_ns < 0)
		phase_ns += FRAME_NS;
	return (double)(phase_ns > FRAME_NS / 2 ? FRAME_NS - phase_ns : phase_ns) / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What the recording says of a pulse is when it was set, however late the loop was. */
static void check_recorded(const struct recording_edge *edges, size_t n_edges,
	const struct gpio_fake_write *writes, size_t n_writes)
{
	size_t at = 0;

	for (size_t i = 0; i < n_edges; i++) {
		if (edges[i].kind != RECORDING_EDGE_PULSE)
			continue;
		while (at < n_writes && !writes[at].is_active)
			at++;
		assert_true(at < n_writes);
		assert_true(edges[i].t_ns >= writes[at].t_ns);
		assert_true(edges[i].t_ns - writes[at].t_ns < 20 * CLOCK_NS_PER_MS);
		at++;
	}
}

static void sync_lines_are_in_step_and_in_the_recording(void **state)
{
	struct bench *b = *state;
	static struct gpio_fake_write writes[512];
	const struct recording_edge *edges;
	struct recording *recording;
	struct gpio_document gpio;
	double off[256];
	size_t n_writes, n_edges, n_kinds[RECORDING_N_EDGE_KINDS] = { 0 }, n_off = 0;

	configure_all(b);
	start_panel(b);
	measure(b, 1.2);
	recording = open_recording(b);
	n_edges = recording_edges(recording, &edges);
	n_writes = gpio_fake_writes("PULSE", writes, 512);
	for (size_t i = 0; i < n_edges; i++) {
		n_kinds[edges[i].kind]++;
		if (edges[i].kind == RECORDING_EDGE_IN_RISE)
			assert_true(edges[i].t_ns == 123456789);
	}
	for (size_t i = 0; i < n_writes; i++)
		if (writes[i].is_active)
			off[n_off++] = off_ms(b, writes[i].t_ns);
	qsort(off, n_off, sizeof(off[0]), by_size);
	print_message("%zu pulses, median %.3f ms, worst %.3f ms off their frames\n",
		n_off, off[n_off / 2], off[n_off - 1]);
	assert_int_equal(n_kinds[RECORDING_EDGE_GATE_RISE], 1);
	assert_int_equal(n_kinds[RECORDING_EDGE_GATE_FALL], 1);
	assert_int_equal(n_kinds[RECORDING_EDGE_IN_RISE], 1);
	assert_int_equal(n_kinds[RECORDING_EDGE_IN_FALL], 1);
	/* 120 frames, one in five; a machine under load leaves many out */
	assert_int_equal(n_kinds[RECORDING_EDGE_PULSE], n_off);
	assert_in_range(n_off, 4, 24);
	assert_true(off[n_off * 3 / 4] < 1);
	assert_false(gpio_fake_level("PULSE"));
	panel_describe(b->panel, &gpio);
	assert_int_equal(gpio.pulses, n_off);
	assert_int_equal(gpio.edges, 2);
	assert_int_equal(gpio.lost_edges, 0);
	assert_true(fabs(gpio.pulse_error_ms - off[n_off - 1]) < 0.1 ||
		    gpio.pulse_error_ms < off[n_off - 1]);
	check_recorded(edges, n_edges, writes, n_writes);
	check_method(b, n_edges);
	recording_close(recording);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(without_lines_nothing_is_missing),
		CASE(without_a_chip_everything_else_works),
		CASE(each_fault_of_a_line_is_named),
		CASE(lamps_follow_the_mat_and_the_trial),
		CASE(the_button_starts_what_is_planned),
		CASE(the_button_asks_the_lock),
		CASE(the_tare_button_sets_the_zero),
		CASE(a_stuck_button_is_reported),
		CASE(a_chip_may_go_and_come),
		CASE(sync_lines_are_in_step_and_in_the_recording),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
