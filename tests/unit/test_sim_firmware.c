/* The simulated mat's side of SMP/1: every request answered, every frame right or really lost. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hw/sim/firmware.h"
#include "hw/sim/truth.h"
#include "src/base/rng.h"

#define SEED        53u
#define ROWS        5
#define COLS        7
#define N           (ROWS * COLS)
#define MAX_PACKETS 64

static struct firmware fw;
static uint8_t raw[SMP_ENCODED_MAX * 4];
static uint8_t packets_raw[MAX_PACKETS][4096];
static struct smp_packet packets[MAX_PACKETS];
static int n_packets, n_bad;

static struct firmware_options small_mat(void)
{
	return (struct firmware_options){
		.hello = { .adc_bits = 12,
			.rows = ROWS,
			.cols = COLS,
			.pitch_x_um = 10000,
			.pitch_y_um = 12000,
			.max_rate_mhz = 200000,
			.session_id = 77,
			.serial = "TEST",
			.unit_scale = 1 },
		.rate_mhz = 100000,
		.encoding = -1,
		.out_bytes = 65536,
		.seed = SEED,
	};
}

/* Take everything the mat wants to send, apart. */
static void collect(void)
{
	const uint8_t *bytes;
	size_t n = firmware_pending(&fw, &bytes), start = 0;

	n_packets = n_bad = 0;
	memcpy(raw, bytes, n);
	firmware_sent(&fw, n);
	for (size_t i = 0; i < n; i++) {
		int length;

		if (raw[i] != 0)
			continue;
		if (i > start && i - start < sizeof(packets_raw[0])) {
			length = smp_cobs_decode(
				raw + start, i - start, packets_raw[n_packets]);
			if (length > 0 &&
				smp_packet_decode(packets_raw[n_packets],
					(size_t)length, &packets[n_packets]) == 0) {
				n_packets++;
				assert_true(n_packets < MAX_PACKETS);
			} else {
				n_bad++;
			}
		}
		start = i + 1;
	}
	if (start < n)
		n_bad++;
}

static void say(uint8_t type, uint16_t seq, const uint8_t *body, size_t n_body)
{
	static uint8_t scratch[SMP_PACKET_MAX], wire[512];
	int n = smp_packet_encode(type, seq, body, n_body, scratch, wire, sizeof(wire));

	assert_true(n > 0);
	firmware_receive(&fw, wire, (size_t)n, 123456);
}

static void start(uint32_t rate_mhz, uint8_t encoding, uint16_t seq)
{
	struct smp_start s = { rate_mhz, encoding };
	uint8_t body[24];

	say(SMP_START, seq, body, smp_start_encode(&s, body));
}

static void expect_ack(uint16_t seq)
{
	uint16_t got = 0;

	collect();
	assert_int_equal(n_packets, 1);
	assert_int_equal(packets[0].type, SMP_ACK);
	assert_int_equal(smp_ack_decode(packets[0].body, packets[0].n_body, &got), 0);
	assert_int_equal(got, seq);
}

static void expect_nak(uint16_t seq, uint8_t code)
{
	uint16_t got = 0;
	uint8_t got_code = 0;

	collect();
	assert_int_equal(n_packets, 1);
	assert_int_equal(packets[0].type, SMP_NAK);
	assert_int_equal(
		smp_nak_decode(packets[0].body, packets[0].n_body, &got, &got_code), 0);
	assert_int_equal(got, seq);
	assert_int_equal(got_code, code);
}

static void answers_every_request(void **state)
{
	struct firmware_options o = small_mat();
	struct smp_hello hello;
	uint8_t body[24];
	uint32_t nonce;
	uint64_t device_us;

	(void)state;
	assert_int_equal(firmware_init(&fw, &o), 0);
	say(SMP_HELLO_REQ, 0, NULL, 0);
	collect();
	assert_int_equal(n_packets, 1);
	assert_int_equal(
		smp_hello_decode(packets[0].body, packets[0].n_body, &hello), 0);
	assert_int_equal(hello.session_id, 77);
	assert_string_equal(hello.serial, "TEST");
	say(SMP_PING, 1, body, smp_ping_encode(0xdeadbeef, body));
	collect();
	assert_int_equal(packets[0].type, SMP_PONG);
	smp_pong_decode(packets[0].body, packets[0].n_body, &nonce, &device_us);
	assert_int_equal(nonce, 0xdeadbeef);
	assert_int_equal(device_us, 123456);
	say(SMP_IDENTIFY, 2, NULL, 0);
	expect_ack(2);
	assert_true(fw.blink);
	start(0, SMP_ENCODING_ANY, 3);
	expect_ack(3);
	assert_true(fw.streaming);
	assert_int_equal(fw.rate_mhz, 100000);
	start(50000, SMP_ENCODING_U16, 4);
	expect_ack(4);
	assert_int_equal(fw.rate_mhz, 50000);
	say(SMP_STOP, 5, NULL, 0);
	expect_ack(5);
	assert_false(fw.streaming);
	firmware_fini(&fw);
}

static void refuses_what_it_cannot_do(void **state)
{
	struct firmware_options o = small_mat();

	(void)state;
	assert_int_equal(firmware_init(&fw, &o), 0);
	start(200001, SMP_ENCODING_ANY, 1);
	expect_nak(1, SMP_NAK_ARGUMENT);
	start(0, 3, 2);
	expect_nak(2, SMP_NAK_ARGUMENT);
	start(0, 128 + 77, 3);
	expect_nak(3, SMP_NAK_ARGUMENT);
	say(0x42, 4, NULL, 0);
	expect_nak(4, SMP_NAK_UNKNOWN);
	assert_false(fw.streaming);
	assert_int_equal(fw.bad_packets, 0);
	firmware_fini(&fw);
}

/* Noise, damage and other versions are counted, never answered. */
static void survives_what_is_no_packet(void **state)
{
	struct firmware_options o = small_mat();
	uint8_t noise[3000];
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	assert_int_equal(firmware_init(&fw, &o), 0);
	for (int n = 0; n < 50; n++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (uint8_t)(rng_u64(&rng) >> 33);
		firmware_receive(&fw, noise, sizeof(noise), 1);
	}
	assert_true(fw.bad_packets > 100);
	firmware_receive(&fw, (const uint8_t *)"", 1, 1);
	collect();
	assert_int_equal(n_packets, 0);
	say(SMP_START, 9, (const uint8_t *)"\1", 1); /* too short: dropped, no answer */
	collect();
	assert_int_equal(n_packets, 0);
	say(SMP_STOP, 9, NULL, 0);
	expect_ack(9);
	firmware_fini(&fw);
}

/* Cells come back in their places for every corner, order and encoding. */
static void sends_cells_in_every_order(void **state)
{
	uint16_t cells[N], wire_cells[N];
	struct smp_frame_head head = { .device_us = 1, .scan_us = 2, .status = 1 }, got;
	uint64_t seq;
	bool damaged;

	(void)state;
	for (int i = 0; i < N; i++)
		cells[i] = (uint16_t)(i % 3 ? 0 : 100 + i);
	for (int mode = 0; mode < 4 * 2 * 3 * 2; mode++) {
		struct firmware_options o = small_mat();
		bool sparse = mode & 1, is_sparse;
		uint8_t encoding = (uint8_t)(mode / 2 % 3);

		o.hello.origin = (uint8_t)(mode / 6 % 4);
		o.hello.order = (uint8_t)(mode / 24);
		o.sparse = sparse;
		assert_int_equal(firmware_init(&fw, &o), 0);
		start(0, (uint8_t)(encoding + (sparse ? SMP_ENCODING_SPARSE_OK : 0)),
			0);
		collect();
		assert_int_equal(firmware_frame(&fw, &head, cells, &seq, &damaged), 0);
		assert_int_equal(seq, 1);
		collect();
		assert_int_equal(n_packets, 1);
		is_sparse = packets[0].type == SMP_FRAME_SPARSE;
		assert_true(is_sparse == sparse);
		assert_int_equal(smp_frame_decode(packets[0].body, packets[0].n_body,
					 is_sparse, N, &got, wire_cells),
			0);
		/* twelve bits do not fit into eight: the mat sends what it needs */
		assert_int_equal(got.encoding, encoding < 1 ? 1 : encoding);
		assert_int_equal(got.status, 1);
		for (size_t i = 0; i < N; i++)
			assert_int_equal(
				wire_cells[i], cells[smp_cell_index(&fw.hello, i)]);
		firmware_fini(&fw);
	}
}

static void counts_what_nobody_took(void **state)
{
	struct firmware_options o = small_mat();
	struct smp_frame_head head = { 0 };
	uint16_t cells[N] = { 1, 2, 3 };
	uint64_t seq = 0, sent = 0, last = 0;
	bool damaged;

	(void)state;
	o.out_bytes = 3000;
	assert_int_equal(firmware_init(&fw, &o), 0);
	start(0, SMP_ENCODING_U16, 0);
	collect();
	for (int i = 0; i < 100; i++) {
		sent += firmware_frame(&fw, &head, cells, &seq, &damaged) == 0;
		assert_int_equal(seq, i + 1);
	}
	assert_true(sent > 2 && sent < 40);
	assert_int_equal(fw.tx_drops, 100 - sent);
	say(SMP_STOP, 7, NULL, 0); /* replies still find room */
	collect();
	assert_int_equal(n_packets, (int)sent + 1);
	for (int i = 0; i < n_packets; i++) {
		assert_true(i == 0 || packets[i].seq > last);
		last = packets[i].seq;
	}
	assert_int_equal(packets[n_packets - 1].type, SMP_ACK);
	assert_int_equal(packets[n_packets - 1].seq, 101);
	firmware_fini(&fw);
}

static void boots_anew(void **state)
{
	struct firmware_options o = small_mat();

	(void)state;
	assert_int_equal(firmware_init(&fw, &o), 0);
	start(0, SMP_ENCODING_ANY, 0);
	firmware_status(&fw, 2000);
	firmware_button(&fw, 99);
	firmware_log(&fw, "hello");
	firmware_boot(&fw, 78);
	collect();
	assert_int_equal(n_packets, 0);
	assert_false(fw.streaming);
	assert_int_equal(fw.seq, 0);
	assert_int_equal(fw.hello.session_id, 78);
	firmware_fini(&fw);
}

/* As many as asked are damaged; none of those survives; all others do, each behind its own 00. */
static void damages_as_many_as_asked(void **state)
{
	struct firmware_options o = small_mat();
	struct smp_frame_head head = { 0 };
	static uint16_t cells[48 * 48];
	int n_damaged = 0;
	struct rng rng;

	(void)state;
	o.hello.rows = o.hello.cols = 48;
	o.faults_frac = 0.2;
	assert_int_equal(firmware_init(&fw, &o), 0);
	rng_init(&rng, SEED, 2);
	start(0, SMP_ENCODING_ANY, 0);
	collect();
	for (int n = 0; n < 4000; n++) {
		uint64_t seq;
		bool damaged;

		for (int i = 0; i < 48 * 48; i++)
			cells[i] = (uint16_t)(rng_uniform(&rng) < 0.8
						      ? 0
						      : rng_u64(&rng) & 4095);
		assert_int_equal(firmware_frame(&fw, &head, cells, &seq, &damaged), 0);
		firmware_status(&fw, 0);
		n_damaged += damaged;
		collect();
		assert_int_equal(n_packets, damaged ? 1 : 2);
		assert_int_equal(packets[n_packets - 1].type, SMP_STATUS);
		if (!damaged)
			assert_int_equal(n_bad, 0);
	}
	printf("%d of 4000 damaged\n", n_damaged);
	assert_true(n_damaged > 700 && n_damaged < 900);
	firmware_fini(&fw);
}

static void refuses_a_frame_that_fits_no_packet(void **state)
{
	struct firmware_options o = small_mat();

	(void)state;
	o.hello.rows = o.hello.cols = 256;
	assert_int_equal(firmware_init(&fw, &o), -EMSGSIZE);
	o.hello.rows = o.hello.cols = 200;
	assert_int_equal(firmware_init(&fw, &o), 0);
	start(0, SMP_ENCODING_U16, 1); /* 80,000 bytes */
	expect_nak(1, SMP_NAK_ARGUMENT);
	firmware_fini(&fw);
}

static void writes_the_truth(void **state)
{
	struct truth_frame frame = {
		.seq = 70000, .device_us = 1234567890123, .session_id = 9, .cue_s = 0.25
	};
	struct scene_truth t = { .t_s = 1.5,
		.posture = "standing",
		.force_n = 300.25,
		.cop = { -1.5, 2.25 },
		.left_frac = 0.25,
		.fore_frac = 0.5,
		.foot = { { 75.0625, { -90, 3 }, 0, 30.025 },
			{ 225.1875, { 28, 2 }, 0, 120.1 } } };
	char line[1024];

	(void)state;
	assert_true(truth_line(&frame, &t, line, sizeof(line)) > 0);
	assert_string_equal(line,
		"{\"schema\":\"stance.truth/"
		"1\",\"seq\":70000,\"device_us\":1234567890123,"
		"\"session\":9,\"t_s\":1.5,\"force_n\":300.25,\"cop_mm\":[-1.5,2.25],"
		"\"left_frac\":0.25,\"fore_frac\":0.5,"
		"\"left\":{\"force_n\":75.0625,\"cop_mm\":[-90,3],\"fore_frac\":0.4},"
		"\"right\":{\"force_n\":225.1875,\"cop_mm\":[28,2],\"fore_frac\":0."
		"5333333},"
		"\"off_mat_n\":0,\"weights_n\":0,\"posture\":\"standing\",\"script_s\":"
		"1.25,"
		"\"damaged\":false,\"dropped\":false}\n");
	t.force_n = t.foot[0].force_n = t.foot[1].force_n = 0;
	t.cop.x = t.cop.y = t.left_frac = t.fore_frac = NAN;
	assert_true(truth_line(&frame, &t, line, sizeof(line)) > 0);
	assert_non_null(
		strstr(line, "\"force_n\":0,\"cop_mm\":null,\"left_frac\":null,"
			     "\"fore_frac\":null,\"left\":null,\"right\":null"));
	assert_true(truth_line(&frame, &t, line, 40) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_every_request),
		cmocka_unit_test(refuses_what_it_cannot_do),
		cmocka_unit_test(survives_what_is_no_packet),
		cmocka_unit_test(sends_cells_in_every_order),
		cmocka_unit_test(counts_what_nobody_took),
		cmocka_unit_test(boots_anew),
		cmocka_unit_test(damages_as_many_as_asked),
		cmocka_unit_test(refuses_a_frame_that_fits_no_packet),
		cmocka_unit_test(writes_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
