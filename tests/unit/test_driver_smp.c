/* The SMP/1 driver against a mat in memory: the conversation, damage, losses, reboots, bad mats.
 * Time is a number that the test moves. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hw/mat_driver.h"
#include "src/base/bytes.h"
#include "src/base/log.h"
#include "src/base/rng.h"
#include "tests/support/smp_peer.h"

#define SEED    31337u
#define NS_MS   INT64_C(1000000)
#define ROWS    12
#define COLS    10
#define N_CELLS (ROWS * COLS)

struct bench {
	struct smp_peer peer;
	struct mat_driver *driver;
	int64_t now_ns;
	uint16_t cells[N_CELLS];
	bool is_deaf; /* what the host sends is lost */
	int n_sent;   /* calls of send */
	/* what came out */
	uint64_t n_frames;
	struct raw_frame last;
	uint16_t last_cells[N_CELLS];
	uint32_t n_lost;
};

static int on_send(const uint8_t *bytes, size_t n, void *ctx)
{
	struct bench *b = ctx;

	b->n_sent++;
	if (b->is_deaf)
		return -EAGAIN;
	smp_peer_hear(&b->peer, bytes, n);
	return 0;
}

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct bench *b = ctx;

	if (b->n_frames > 0) {
		assert_true(frame->t_ns > b->last.t_ns);
		assert_true(frame->seq > b->last.seq);
	}
	b->n_frames++;
	b->n_lost += frame->n_lost;
	b->last = *frame;
	memcpy(b->last_cells, frame->cells, sizeof(b->last_cells));
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const struct mat_driver_host host = { on_send, on_frame, b };

	log_set_level(LOG_LEVEL_ERR);
	smp_peer_init(&b->peer, ROWS, COLS);
	b->now_ns = 1000 * NS_MS;
	assert_int_equal(driver_smp_ops.create(&host, 0, &b->driver), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	driver_smp_ops.destroy(b->driver);
	free(b);
	return 0;
}

/* Give the driver what the mat has made, until neither has anything to say. */
static void deliver(struct bench *b)
{
	static uint8_t bytes[SMP_PEER_OUT];

	while (b->peer.n_out > 0) {
		const size_t n = b->peer.n_out;

		memcpy(bytes, b->peer.out, n);
		b->peer.n_out = 0;
		driver_smp_ops.receive(b->driver, bytes, n, b->now_ns);
	}
}

static void move_clock(struct bench *b, int64_t to_ns)
{
	b->peer.device_us += (uint64_t)(to_ns - b->now_ns) / 1000;
	b->now_ns = to_ns;
}

/* Let time pass; the driver's deadlines are kept. */
static void pass(struct bench *b, int64_t ns)
{
	const int64_t end_ns = b->now_ns + ns;

	while (b->driver->deadline_ns <= end_ns) {
		if (b->driver->deadline_ns > b->now_ns)
			move_clock(b, b->driver->deadline_ns);
		driver_smp_ops.tick(b->driver, b->now_ns);
		deliver(b);
	}
	move_clock(b, end_ns);
}

static void start(struct bench *b)
{
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	assert_true(b->peer.is_streaming);
	assert_int_equal(b->driver->stage, MAT_DRIVER_STARTING);
}

static void one_frame(struct bench *b)
{
	pass(b, 10 * NS_MS);
	b->cells[0]++;
	smp_peer_frame(&b->peer, b->cells);
	deliver(b);
}

/* --- the conversation ------------------------------------------------------------------------ */

static void streams_after_the_greeting(void **state)
{
	struct bench *b = *state;
	struct smp_hello hello;

	b->peer.seq = 41;
	start(b);
	assert_int_equal(b->peer.n_hello_req, 1);
	assert_int_equal(b->peer.n_start, 1);
	assert_int_equal(b->peer.n_ping, 1);
	assert_int_equal(b->peer.start.rate_mhz, 0);
	assert_int_equal(b->peer.start.encoding, SMP_ENCODING_U16);
	assert_true(b->driver->info.has_mat);
	assert_string_equal(b->driver->info.serial, "PEER-1");
	assert_string_equal(b->driver->info.driver, "smp");
	/* As received: it decodes to what it said. */
	assert_int_equal(b->driver->info.n_hello, SMP_HELLO_SIZE);
	assert_int_equal(smp_hello_decode(b->driver->info.hello,
				 (size_t)b->driver->info.n_hello, &hello),
		0);
	assert_string_equal(hello.serial, "PEER-1");
	assert_int_equal(b->driver->info.geometry.n_rows, ROWS);
	assert_int_equal(b->driver->info.unit, FRAME_UNIT_FORCE_MN);
	b->cells[7] = 777;
	one_frame(b);
	assert_int_equal(b->driver->stage, MAT_DRIVER_STREAMING);
	assert_int_equal(b->n_frames, 1);
	assert_int_equal(b->last_cells[7], 777);
	assert_true(b->last.has_device_us);
	assert_int_equal(b->last.device_us, b->peer.device_us);
	assert_int_equal(b->last.scan_us, 1000);
	/* HELLO 41, PONG and ACK 42 and 43: the frame is the packet 44. */
	assert_int_equal(b->last.seq, 44);
	assert_true(llabs(b->last.t_ns - b->now_ns) < NS_MS);
	assert_int_equal(b->driver->counters.lost_frames, 0);
	assert_int_equal(b->driver->counters.bad_frames, 0);
}

static void asks_five_times(void **state)
{
	struct bench *b = *state;

	b->peer.is_mute = true;
	driver_smp_ops.begin(b->driver, b->now_ns);
	pass(b, 999 * NS_MS);
	assert_int_equal(b->peer.n_hello_req, 4);
	assert_int_equal(b->driver->stage, MAT_DRIVER_ASKING);
	pass(b, 250 * NS_MS);
	assert_int_equal(b->peer.n_hello_req, 5);
	pass(b, 10 * NS_MS);
	assert_int_equal(b->driver->stage, MAT_DRIVER_SILENT);
	pass(b, 5000 * NS_MS);
	assert_int_equal(b->peer.n_hello_req, 5);
	assert_true(b->driver->deadline_ns == MAT_DRIVER_NEVER);
}

static void pings_once_a_second(void **state)
{
	struct bench *b = *state;

	start(b);
	for (int i = 0; i < 1000; i++)
		one_frame(b);
	assert_int_equal(b->peer.n_ping, 11);
	assert_int_equal(b->driver->counters.frames, 1000);
	assert_int_equal(b->driver->counters.lost_frames, 0);
}

static void repeats_start_without_ack(void **state)
{
	struct bench *b = *state;

	b->peer.ignores_start = true;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	/* A frame of an older START must wait for the ACK ... */
	one_frame(b);
	assert_int_equal(b->n_frames, 0);
	pass(b, 250 * NS_MS);
	assert_int_equal(b->peer.n_start, 2);
	/* ... but an ACK that got lost is forgiven. */
	one_frame(b);
	assert_int_equal(b->n_frames, 1);
	assert_int_equal(b->driver->stage, MAT_DRIVER_STREAMING);
	assert_int_equal(b->driver->counters.bad_frames, 0);
}

static void gives_up_a_mat_that_never_starts(void **state)
{
	struct bench *b = *state;

	b->peer.ignores_start = true;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	pass(b, 1300 * NS_MS);
	assert_int_equal(b->peer.n_start, 5);
	assert_int_equal(b->driver->stage, MAT_DRIVER_REFUSED);
	assert_non_null(strstr(b->driver->reason, "does not begin"));
}

static void asks_for_less_after_a_nak(void **state)
{
	struct bench *b = *state;

	b->driver->wanted_rate_hz = 150;
	b->peer.n_naks = 2;
	b->peer.nak_code = SMP_NAK_ARGUMENT;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	assert_int_equal(b->peer.n_start, 3);
	assert_int_equal(b->peer.start.rate_mhz, 0);
	assert_int_equal(b->peer.start.encoding, SMP_ENCODING_ANY);
	one_frame(b);
	assert_int_equal(b->n_frames, 1);
}

static void says_when_a_mat_refuses(void **state)
{
	struct bench *b = *state;

	b->peer.n_naks = 1;
	b->peer.nak_code = SMP_NAK_UNKNOWN;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	assert_int_equal(b->driver->stage, MAT_DRIVER_REFUSED);
	assert_non_null(strstr(b->driver->reason, "refuses to start"));
}

static void waits_for_a_busy_mat(void **state)
{
	struct bench *b = *state;

	b->peer.n_naks = 1;
	b->peer.nak_code = SMP_NAK_BUSY;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	assert_int_equal(b->peer.n_start, 1);
	pass(b, 250 * NS_MS);
	assert_int_equal(b->peer.n_start, 2);
	assert_true(b->peer.is_streaming);
}

static void chooses_rate_and_encoding(void **state)
{
	static const struct {
		uint8_t unit, adc_bits;
		uint32_t flags;
		uint16_t rows, cols;
		uint8_t encoding;
	} cases[] = {
		{ SMP_UNIT_COUNTS, 12, 0, 12, 10, SMP_ENCODING_P12 },
		{ SMP_UNIT_COUNTS, 8, 0, 12, 10, SMP_ENCODING_P12 },
		{ SMP_UNIT_COUNTS, 13, 0, 12, 10, SMP_ENCODING_U16 },
		{ SMP_UNIT_MN, 12, 0, 12, 10, SMP_ENCODING_U16 },
		{ SMP_UNIT_NS, 12, SMP_HELLO_SPARSE, 12, 10, SMP_ENCODING_U16 + 128 },
		{ SMP_UNIT_COUNTS, 12, SMP_HELLO_SPARSE, 12, 10,
			SMP_ENCODING_P12 + 128 },
		/* No dense frame of 2 bytes a cell fits a packet. */
		{ SMP_UNIT_MN, 16, 0, 256, 256, SMP_ENCODING_ANY },
	};
	struct bench *b = *state;

	b->driver->wanted_rate_hz = 99.5;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		b->peer.hello.unit = cases[i].unit;
		b->peer.hello.adc_bits = cases[i].adc_bits;
		b->peer.hello.flags = cases[i].flags;
		b->peer.hello.rows = cases[i].rows;
		b->peer.hello.cols = cases[i].cols;
		start(b);
		assert_int_equal(b->peer.start.encoding, cases[i].encoding);
		assert_int_equal(b->peer.start.rate_mhz, 99500);
	}
	b->driver->wanted_rate_hz = 500; /* more than it can */
	start(b);
	assert_int_equal(b->peer.start.rate_mhz, 200000);
}

static void brings_cells_into_order(void **state)
{
	struct bench *b = *state;

	b->peer.hello.flags = SMP_HELLO_SPARSE;
	for (uint8_t origin = 0; origin < 4; origin++)
		for (uint8_t order = 0; order < 2; order++) {
			b->peer.hello.origin = origin;
			b->peer.hello.order = order;
			b->peer.hello.session_id++;
			start(b);
			for (size_t i = 0; i < N_CELLS; i++)
				b->cells[i] =
					(uint16_t)smp_cell_index(&b->peer.hello, i);
			b->cells[0]--; /* one_frame() adds it again */
			one_frame(b);
			for (size_t i = 0; i < N_CELLS; i++)
				assert_int_equal(b->last_cells[i], i);
		}
}

static void tells_the_temperature(void **state)
{
	const struct smp_status status = { 2345, 3300, 0, 0, 0 };
	const struct smp_status none = { SMP_TEMPERATURE_NONE, 3300, 0, 0, 0 };
	struct bench *b = *state;
	uint8_t body[24];

	start(b);
	assert_true(isnan(b->driver->info.temperature_c));
	smp_peer_send(&b->peer, SMP_STATUS, body, smp_status_encode(&status, body));
	deliver(b);
	assert_true(fabs(b->driver->info.temperature_c - 23.45) < 1e-9);
	smp_peer_send(&b->peer, SMP_STATUS, body, smp_status_encode(&none, body));
	deliver(b);
	assert_true(isnan(b->driver->info.temperature_c));
}

static void identifies_and_ends(void **state)
{
	struct bench *b = *state;

	assert_int_equal(driver_smp_ops.identify(b->driver, b->now_ns), -ENODEV);
	start(b);
	one_frame(b);
	assert_int_equal(driver_smp_ops.identify(b->driver, b->now_ns), 0);
	deliver(b);
	assert_int_equal(b->peer.n_identify, 1);
	driver_smp_ops.end(b->driver, b->now_ns);
	assert_int_equal(b->peer.n_stop, 1);
}

/* --- what must be dropped and counted -------------------------------------------------------- */

static void drops_frames_before_hello(void **state)
{
	struct bench *b = *state;

	b->peer.is_mute = true;
	driver_smp_ops.begin(b->driver, b->now_ns);
	b->peer.start.encoding = SMP_ENCODING_U16;
	smp_peer_frame(&b->peer, b->cells);
	smp_peer_frame(&b->peer, b->cells);
	deliver(b);
	assert_int_equal(b->n_frames, 0);
	assert_int_equal(b->driver->counters.bad_frames, 2);
	assert_int_equal(b->driver->counters.lost_frames, 0);
}

static void drops_odd_packets(void **state)
{
	struct bench *b = *state;
	uint8_t body[40] = { 0 };

	start(b);
	one_frame(b);
	smp_peer_send(&b->peer, 0x55, body, 4);       /* unknown type */
	smp_peer_send(&b->peer, SMP_FRAME, body, 12); /* too short */
	smp_peer_send(&b->peer, SMP_PONG, body, 3);
	smp_peer_send(&b->peer, SMP_STATUS, body, 15);
	smp_peer_send(&b->peer, SMP_EVENT, body, 9);
	smp_peer_send(&b->peer, SMP_HELLO, body, 40);
	smp_peer_send(&b->peer, SMP_ACK, body, 1);
	smp_peer_send(&b->peer, SMP_NAK, body, 2);
	b->peer.major = 2;
	smp_peer_send(&b->peer, SMP_STATUS, body, 16); /* another version */
	b->peer.major = 1;
	b->peer.seq--;
	deliver(b);
	assert_int_equal(b->driver->counters.bad_frames, 9);
	one_frame(b);
	assert_int_equal(b->n_frames, 2);
	assert_int_equal(b->driver->counters.resyncs, 0);
}

static void accepts_longer_bodies(void **state)
{
	struct bench *b = *state;
	uint8_t body[64] = { 0 };

	start(b);
	smp_peer_send(&b->peer, SMP_STATUS, body, 60);
	smp_peer_send(&b->peer, SMP_LOG, (const uint8_t *)"hot \x1b[31m", 9);
	smp_peer_send(&b->peer, SMP_EVENT, body, 30);
	deliver(b);
	assert_int_equal(b->driver->counters.bad_frames, 0);
}

static void counts_losses_of_any_type(void **state)
{
	struct bench *b = *state;

	start(b);
	one_frame(b);
	b->peer.seq += 3;
	one_frame(b);
	assert_int_equal(b->last.n_lost, 3);
	assert_int_equal(b->driver->counters.lost_frames, 3);
	one_frame(b);
	assert_int_equal(b->last.n_lost, 0);
	/* Lost before a STATUS: the next frame tells. */
	b->peer.seq += 2;
	smp_peer_send(&b->peer, SMP_STATUS, (const uint8_t[16]){ 0 }, 16);
	one_frame(b);
	assert_int_equal(b->last.n_lost, 2);
	assert_int_equal(b->driver->counters.lost_frames, 5);
}

static void unwraps_the_number(void **state)
{
	struct bench *b = *state;

	b->peer.seq = 65000;
	start(b);
	for (int i = 0; i < 70000; i++) {
		b->peer.n_out = 0;
		one_frame(b);
	}
	assert_int_equal(b->last.seq & 0xffff, (uint16_t)(b->peer.seq - 1));
	assert_true(b->last.seq > 130000);
	assert_int_equal(b->driver->counters.lost_frames, 0);
}

static void drops_late_and_double_packets(void **state)
{
	struct bench *b = *state;
	static uint8_t first[1000], second[1000];
	size_t n_first, n_second;

	start(b);
	one_frame(b);
	/* Two frames, delivered in the wrong order and once more. */
	pass(b, 10 * NS_MS);
	smp_peer_frame(&b->peer, b->cells);
	n_first = b->peer.n_out;
	memcpy(first, b->peer.out, n_first);
	b->peer.n_out = 0;
	pass(b, 10 * NS_MS);
	smp_peer_frame(&b->peer, b->cells);
	n_second = b->peer.n_out;
	memcpy(second, b->peer.out, n_second);
	b->peer.n_out = 0;
	driver_smp_ops.receive(b->driver, second, n_second, b->now_ns);
	driver_smp_ops.receive(b->driver, first, n_first, b->now_ns);
	driver_smp_ops.receive(b->driver, second, n_second, b->now_ns);
	assert_int_equal(b->n_frames, 2);
	assert_int_equal(b->driver->counters.late_frames, 2);
	assert_int_equal(b->driver->counters.lost_frames, 1);
	assert_int_equal(b->driver->counters.bad_frames, 0);
	one_frame(b);
	assert_int_equal(b->n_frames, 3);
}

/* --- mats that cannot be used ---------------------------------------------------------------- */

static void names_another_version(void **state)
{
	struct bench *b = *state;

	b->peer.major = 2;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	assert_int_equal(b->driver->stage, MAT_DRIVER_REFUSED);
	assert_non_null(strstr(b->driver->reason, "version 2"));
	assert_non_null(strstr(b->driver->reason, "version 1"));
	assert_non_null(strstr(b->driver->reason, "Update Stance"));
	assert_int_equal(b->peer.n_start, 0);
}

static void refuses_hostile_sizes(void **state)
{
	struct bench *b = *state;

	b->peer.hello.rows = 65535;
	b->peer.hello.cols = 65535;
	driver_smp_ops.begin(b->driver, b->now_ns);
	deliver(b);
	assert_int_equal(b->driver->stage, MAT_DRIVER_REFUSED);
	assert_non_null(strstr(b->driver->reason, "outside the limits"));
	assert_false(b->driver->info.has_mat);
	assert_int_equal(b->peer.n_start, 0);
}

/* --- silence and reboots --------------------------------------------------------------------- */

static void pings_after_three_missing_frames(void **state)
{
	struct bench *b = *state;

	start(b);
	for (int i = 0; i < 20; i++)
		one_frame(b);
	b->peer.n_ping = 0;
	pass(b, 25 * NS_MS);
	assert_int_equal(b->peer.n_ping, 0);
	pass(b, 10 * NS_MS);
	assert_int_equal(b->peer.n_ping, 1);
	pass(b, 200 * NS_MS);
	assert_int_equal(b->peer.n_ping, 1); /* once for one silence */
	b->peer.n_hello_req = 0;
	pass(b, 100 * NS_MS);
	assert_int_equal(b->peer.n_hello_req, 1);
}

static void goes_on_after_a_reboot(void **state)
{
	struct bench *b = *state;
	uint64_t seq;

	start(b);
	for (int i = 0; i < 200; i++)
		one_frame(b);
	seq = b->last.seq;
	smp_peer_reboot(&b->peer);
	b->peer.n_start = 0;
	/* Three frames missing, PING, a clock that began anew, HELLO, START. */
	pass(b, 40 * NS_MS);
	assert_int_equal(b->peer.n_start, 1);
	assert_true(b->peer.is_streaming);
	one_frame(b);
	assert_int_equal(b->driver->stage, MAT_DRIVER_STREAMING);
	assert_true(b->last.seq > seq);
	assert_int_equal(b->last.seq & 0xffff, (uint16_t)(b->peer.seq - 1));
	assert_int_equal(b->driver->counters.lost_frames, 0);
	assert_true(llabs(b->last.t_ns - b->now_ns) < NS_MS);
}

/* It boots and streams on unasked, with a count that looks late. */
static void notices_a_count_that_began_anew(void **state)
{
	struct bench *b = *state;

	b->peer.seq = 30000;
	start(b);
	for (int i = 0; i < 50; i++)
		one_frame(b);
	smp_peer_reboot(&b->peer);
	for (int i = 0; i < 10; i++)
		one_frame(b);
	assert_int_equal(b->peer.n_hello_req, 2);
	assert_int_equal(b->driver->stage, MAT_DRIVER_STREAMING);
	assert_int_equal(b->driver->counters.lost_frames, 0);
	assert_true(b->n_frames >= 55);
}

/* --- damage ---------------------------------------------------------------------------------- */

enum damage { FLIP, CUT, DROP, INSERT, ZERO, NO_END, N_DAMAGES };

/* Hurt the one frame in `out` (00 frame 00); returns its new length. Every kind leaves a packet
 * that is not the one sent. */
static size_t hurt(uint8_t *out, size_t n, enum damage kind, struct rng *rng)
{
	const size_t at = 1 + rng_u64(rng) % (n - 3);
	size_t k = 1 + rng_u64(rng) % 20;

	switch (kind) {
	case FLIP:
		out[at] ^= (uint8_t)(1u << rng_u64(rng) % 8);
		return n;
	case CUT: /* the rest is gone, its terminator too */
		return at + 1;
	case DROP:
		k = k < n - 2 - at ? k : n - 2 - at;
		if (k == 0)
			k = 1;
		memmove(out + at, out + at + k, n - at - k);
		return n - k;
	case INSERT:
		memmove(out + at + k, out + at, n - at);
		for (size_t i = 0; i < k; i++)
			out[at + i] = (uint8_t)(1 + rng_u64(rng) % 255);
		return n + k;
	case ZERO:
		out[at] = 0;
		return n;
	case NO_END: /* the terminator became something else */
	default:
		out[n - 1] = (uint8_t)(1 + rng_u64(rng) % 255);
		return n;
	}
}

static void survives_damage(struct bench *b, double damaged_frac, int n_frames)
{
	uint64_t n_damaged = 0, n_of_kind[N_DAMAGES] = { 0 };
	bool was_damaged = false;
	struct rng rng;

	rng_init(&rng, SEED, (uint64_t)(damaged_frac * 1e6));
	print_message("seed %u, %.0f %% damaged\n", SEED, damaged_frac * 100);
	start(b);
	one_frame(b);
	for (int i = 1; i < n_frames; i++) {
		const uint64_t n_before = b->n_frames;
		const bool is_damaged =
			i + 1 < n_frames && rng_uniform(&rng) < damaged_frac;

		pass(b, 10 * NS_MS);
		for (int k = 0; k < N_CELLS; k++)
			b->cells[k] =
				rng_uniform(&rng) < 0.5 ? 0 : (uint16_t)rng_u64(&rng);
		smp_peer_frame(&b->peer, b->cells);
		if (is_damaged) {
			const enum damage kind =
				(enum damage)(rng_u64(&rng) % N_DAMAGES);

			b->peer.n_out = hurt(b->peer.out, b->peer.n_out, kind, &rng);
			n_damaged++;
			n_of_kind[kind]++;
		}
		deliver(b);
		if (is_damaged) {
			assert_int_equal(b->n_frames, n_before);
		} else {
			/* Back with the very next frame, and with the right cells. */
			assert_int_equal(b->n_frames, n_before + 1);
			assert_memory_equal(b->last_cells, b->cells, sizeof(b->cells));
			assert_int_equal(b->last.device_us, b->peer.device_us);
			if (!was_damaged)
				assert_int_equal(b->last.n_lost, 0);
		}
		was_damaged = is_damaged;
	}
	for (int k = 0; k < N_DAMAGES; k++)
		assert_true(n_of_kind[k] > 0);
	print_message("%lu damaged, %lu counted, %lu lost\n", (unsigned long)n_damaged,
		(unsigned long)b->driver->counters.bad_frames,
		(unsigned long)b->driver->counters.lost_frames);
	assert_int_equal(b->driver->counters.frames, (uint64_t)n_frames - n_damaged);
	assert_int_equal(b->driver->counters.lost_frames, n_damaged);
	assert_int_equal(b->driver->counters.bad_frames, n_damaged);
	assert_int_equal(b->n_lost, n_damaged);
	assert_true(b->driver->counters.resyncs > 0);
}

static void survives_one_percent(void **state)
{
	survives_damage(*state, 0.01, 60000);
}

static void survives_a_third(void **state)
{
	survives_damage(*state, 0.33, 5000);
}

/* Noise at full rate is not taken for anything, and the first good frame after it is. */
static void takes_nothing_from_noise(void **state)
{
	struct bench *b = *state;
	uint8_t noise[4096];
	struct rng rng;

	rng_init(&rng, SEED, 3);
	start(b);
	one_frame(b);
	for (int k = 0; k < 500; k++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (uint8_t)rng_u64(&rng);
		driver_smp_ops.receive(b->driver, noise, sizeof(noise), b->now_ns);
	}
	assert_int_equal(b->n_frames, 1);
	one_frame(b);
	assert_int_equal(b->n_frames, 2);
	assert_int_equal(b->driver->counters.lost_frames, 0);
}

/* The port was opened while a packet was under way: its tail is nobody's damage. */
static void forgives_the_tail_of_a_packet(void **state)
{
	struct bench *b = *state;

	b->is_deaf = true;
	driver_smp_ops.begin(b->driver, b->now_ns);
	b->is_deaf = false;
	driver_smp_ops.receive(
		b->driver, (const uint8_t *)"tail of a packet", 17, b->now_ns);
	pass(b, 250 * NS_MS);
	assert_true(b->peer.is_streaming);
	assert_int_equal(b->driver->counters.bad_frames, 0);
	assert_int_equal(b->driver->counters.resyncs, 0);
}

static void claims_only_boards(void **state)
{
	struct port_info port = { .vid = 0x2e8a, .pid = 5 };

	(void)state;
	assert_true(driver_smp_ops.claims(&port));
	port.vid = 0x067b;
	assert_false(driver_smp_ops.claims(&port));
	port.vid = -1;
	assert_false(driver_smp_ops.claims(&port));
	strcpy(port.description, "STANCE mat");
	assert_true(driver_smp_ops.claims(&port));
}

static void table_is_in_order(void **state)
{
	const struct mat_driver_ops *const *table = mat_driver_table();

	(void)state;
	assert_ptr_equal(table[0], &driver_smp_ops);
	assert_ptr_equal(mat_driver_find("smp"), &driver_smp_ops);
	assert_null(mat_driver_find("nonsense"));
	for (; *table; table++) {
		assert_true(strlen((*table)->name) <
			    sizeof(((struct mat_info *)0)->driver));
		assert_true((*table)->bauds[0] > 0);
	}
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(streams_after_the_greeting),
		WITH_BENCH(asks_five_times),
		WITH_BENCH(pings_once_a_second),
		WITH_BENCH(repeats_start_without_ack),
		WITH_BENCH(gives_up_a_mat_that_never_starts),
		WITH_BENCH(asks_for_less_after_a_nak),
		WITH_BENCH(says_when_a_mat_refuses),
		WITH_BENCH(waits_for_a_busy_mat),
		WITH_BENCH(chooses_rate_and_encoding),
		WITH_BENCH(brings_cells_into_order),
		WITH_BENCH(tells_the_temperature),
		WITH_BENCH(identifies_and_ends),
		WITH_BENCH(drops_frames_before_hello),
		WITH_BENCH(drops_odd_packets),
		WITH_BENCH(accepts_longer_bodies),
		WITH_BENCH(counts_losses_of_any_type),
		WITH_BENCH(unwraps_the_number),
		WITH_BENCH(drops_late_and_double_packets),
		WITH_BENCH(names_another_version),
		WITH_BENCH(refuses_hostile_sizes),
		WITH_BENCH(pings_after_three_missing_frames),
		WITH_BENCH(goes_on_after_a_reboot),
		WITH_BENCH(notices_a_count_that_began_anew),
		WITH_BENCH(survives_one_percent),
		WITH_BENCH(survives_a_third),
		WITH_BENCH(takes_nothing_from_noise),
		WITH_BENCH(forgives_the_tail_of_a_packet),
		cmocka_unit_test(claims_only_boards),
		cmocka_unit_test(table_is_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
