/* SMP/1 packets: the document's vectors, hand-made bodies, and round trips over random inputs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hw/smp.h"
#include "src/base/rng.h"

#define SEED 20250611u

static uint8_t scratch[SMP_PACKET_MAX];
static uint8_t wire[SMP_ENCODED_MAX + 1];
static uint8_t decoded[SMP_ENCODED_MAX];

/* docs/smp.md, "Test vectors". */
static void writes_the_vectors(void **state)
{
	static const uint8_t hello_req[] = { 0x03, 0x01, 0x01, 0x01, 0x05, 0x4e, 0xd2,
		0x3a, 0x98, 0x00 };
	static const uint8_t ping[] = { 0x04, 0x01, 0x04, 0x07, 0x09, 0xef, 0xbe, 0xad,
		0xde, 0x5f, 0x74, 0xdc, 0x7b, 0x00 };
	uint8_t body[8];

	(void)state;
	assert_int_equal(smp_packet_encode(SMP_HELLO_REQ, 0, NULL, 0, scratch, wire,
				 sizeof(wire)),
		sizeof(hello_req));
	assert_memory_equal(wire, hello_req, sizeof(hello_req));
	assert_int_equal(smp_ping_encode(0xdeadbeef, body), 4);
	assert_int_equal(
		smp_packet_encode(SMP_PING, 7, body, 4, scratch, wire, sizeof(wire)),
		sizeof(ping));
	assert_memory_equal(wire, ping, sizeof(ping));
}

static void expect_wire(uint8_t type, uint16_t seq, const uint8_t *body, int n_body,
	const char *expected, size_t n)
{
	assert_true(n_body > 0);
	assert_int_equal(smp_packet_encode(type, seq, body, (size_t)n_body, scratch,
				 wire, sizeof(wire)),
		n);
	assert_memory_equal(wire, expected, n);
}

static void writes_the_longer_vectors(void **state)
{
	static const uint16_t cells[6] = { 0, 0x123, 0, 0, 0x456, 0 };
	const struct smp_frame_head p12 = { 2000000, 8000, SMP_ENCODING_P12, 0 };
	const struct smp_frame_head u16 = { 2010000, 8000, SMP_ENCODING_U16, 0 };
	const struct smp_start start = { 100000, 130 };
	uint8_t body[64];

	(void)state;
	expect_wire(SMP_START, 1, body, (int)smp_start_encode(&start, body),
		"\x04\x01\x02\x01\x04\xa0\x86\x01\x02\x82\x01\x01\x05\xae\xcd\x59\x9a",
		18);
	expect_wire(SMP_ACK, 1, body, (int)smp_ack_encode(2, body),
		"\x04\x01\xfe\x01\x02\x02\x05\xdd\x99\x10\x07", 12);
	expect_wire(SMP_PONG, 3, body, (int)smp_pong_encode(0xdeadbeef, 1000000, body),
		"\x04\x01\x84\x03\x08\xef\xbe\xad\xde\x40\x42\x0f\x01\x01\x01\x01\x05"
		"\x79\xac\x89\x46",
		22);
	expect_wire(SMP_FRAME, 4, body,
		smp_frame_encode(&p12, false, cells, 6, body, sizeof(body)),
		"\x04\x01\x90\x04\x04\x80\x84\x1e\x01\x01\x01\x01\x04\x40\x1f\x01\x01"
		"\x03\x30\x12\x01\x01\x03\x56\x04\x05\x75\xdb\x04\x95",
		31);
	expect_wire(SMP_FRAME_SPARSE, 5, body,
		smp_frame_encode(&u16, true, cells, 6, body, sizeof(body)),
		"\x04\x01\x91\x05\x04\x90\xab\x1e\x01\x01\x01\x01\x04\x40\x1f\x02\x0a"
		"\x12\x23\x01\x56\x04\x1c\xd2\xae\xb5",
		27);
}

static void reads_the_vectors(void **state)
{
	static const uint8_t ping[] = { 0x04, 0x01, 0x04, 0x07, 0x09, 0xef, 0xbe, 0xad,
		0xde, 0x5f, 0x74, 0xdc, 0x7b };
	struct smp_packet packet;
	uint32_t nonce;
	const int n = smp_cobs_decode(ping, sizeof(ping), decoded);

	(void)state;
	assert_int_equal(n, 12);
	assert_int_equal(smp_packet_decode(decoded, 12, &packet), 0);
	assert_int_equal(packet.major, 1);
	assert_int_equal(packet.type, SMP_PING);
	assert_int_equal(packet.seq, 7);
	assert_int_equal(smp_ping_decode(packet.body, packet.n_body, &nonce), 0);
	assert_int_equal(nonce, 0xdeadbeef);
}

static void cobs_by_hand(void **state)
{
	static const struct {
		uint8_t plain[6];
		size_t n_plain;
		uint8_t coded[8];
		size_t n_coded;
	} cases[] = {
		{ { 0 }, 0, { 1 }, 1 },
		{ { 0 }, 1, { 1, 1 }, 2 },
		{ { 0, 0 }, 2, { 1, 1, 1 }, 3 },
		{ { 0x11, 0x22, 0, 0x33 }, 4, { 3, 0x11, 0x22, 2, 0x33 }, 5 },
		{ { 0x11, 0, 0, 0 }, 4, { 2, 0x11, 1, 1, 1 }, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			smp_cobs_encode(cases[i].plain, cases[i].n_plain, wire),
			cases[i].n_coded);
		assert_memory_equal(wire, cases[i].coded, cases[i].n_coded);
		assert_int_equal(smp_cobs_decode(wire, cases[i].n_coded, decoded),
			cases[i].n_plain);
		assert_memory_equal(decoded, cases[i].plain, cases[i].n_plain);
	}
}

/* 254 bytes without a 00 fill a block; both ways to end the packet there are right. */
static void cobs_takes_both_endings(void **state)
{
	uint8_t coded[256];

	(void)state;
	coded[0] = 0xff;
	memset(coded + 1, 'x', 254);
	assert_int_equal(smp_cobs_decode(coded, 255, decoded), 254);
	coded[255] = 1;
	assert_int_equal(smp_cobs_decode(coded, 256, decoded), 254);
	for (int i = 0; i < 254; i++)
		assert_int_equal(decoded[i], 'x');
}

static void cobs_refuses_what_no_encoder_makes(void **state)
{
	static const uint8_t past_end[] = { 5, 1, 2 };
	static const uint8_t zero_code[] = { 2, 7, 0, 1 };
	static const uint8_t zero_inside[] = { 4, 7, 0, 1 };

	(void)state;
	assert_int_equal(smp_cobs_decode(past_end, 3, decoded), -EBADMSG);
	assert_int_equal(smp_cobs_decode(zero_code, 4, decoded), -EBADMSG);
	assert_int_equal(smp_cobs_decode(zero_inside, 4, decoded), -EBADMSG);
}

/* From hardly a 00, as in a picture of feet, to hardly anything else, as in that of an empty mat. */
static void cobs_round_trips(void **state)
{
	static const double most_zeros[] = { 0.02, 0.6, 1.0, 1.02 };
	static uint8_t plain[2000];
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	print_message("seed %u\n", SEED);
	for (int k = 0; k < 2000; k++) {
		const size_t n = rng_u64(&rng) % sizeof(plain);
		const double most = most_zeros[k % 4];
		const double zeros = most > 1 ? 0.98 : rng_uniform(&rng) * most;

		for (size_t i = 0; i < n; i++)
			plain[i] =
				rng_uniform(&rng) < zeros ? 0 : (uint8_t)(1 + i % 255);

		const size_t n_coded = smp_cobs_encode(plain, n, wire);

		assert_true(n_coded <= n + n / 254 + 1);
		assert_null(memchr(wire, 0, n_coded));
		assert_int_equal(smp_cobs_decode(wire, n_coded, decoded), n);
		assert_memory_equal(decoded, plain, n);
		/* In place, as the header allows. */
		assert_int_equal(smp_cobs_decode(wire, n_coded, wire), n);
		assert_memory_equal(wire, plain, n);
	}
}

static void packet_limits(void **state)
{
	static uint8_t body[SMP_BODY_MAX + 1];
	struct smp_packet packet;

	(void)state;
	memset(body, 0xa5, sizeof(body));
	assert_int_equal(smp_packet_encode(SMP_LOG, 1, body, SMP_BODY_MAX + 1, scratch,
				 wire, sizeof(wire)),
		-EMSGSIZE);
	assert_int_equal(
		smp_packet_encode(SMP_LOG, 1, body, 100, scratch, wire, 100), -ENOBUFS);

	const int n = smp_packet_encode(
		SMP_LOG, 65535, body, SMP_BODY_MAX, scratch, wire, sizeof(wire));

	assert_true(n > SMP_PACKET_MAX && n <= (int)sizeof(wire));

	const int n_packet = smp_cobs_decode(wire, (size_t)n - 1, decoded);

	assert_int_equal(n_packet, SMP_PACKET_MAX);
	assert_int_equal(smp_packet_decode(decoded, SMP_PACKET_MAX, &packet), 0);
	assert_int_equal(packet.n_body, SMP_BODY_MAX);
	assert_int_equal(packet.seq, 65535);
	assert_int_equal(
		smp_packet_decode(decoded, SMP_PACKET_MAX + 1, &packet), -EBADMSG);
	assert_int_equal(smp_packet_decode(decoded, 7, &packet), -EBADMSG);
}

/* Every single flipped bit must be found. */
static void packet_finds_flipped_bits(void **state)
{
	struct smp_packet packet;
	uint8_t body[40];

	(void)state;
	memset(body, 0x5a, sizeof(body));
	smp_packet_encode(
		SMP_FRAME, 300, body, sizeof(body), scratch, wire, sizeof(wire));
	for (size_t bit = 0; bit < 48 * 8; bit++) {
		scratch[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(smp_packet_decode(scratch, 48, &packet), -EBADMSG);
		scratch[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(smp_packet_decode(scratch, 48, &packet), 0);
}

static struct smp_hello some_hello(void)
{
	return (struct smp_hello){
		.minor = 3,
		.adc_bits = 12,
		.rows = 48,
		.cols = 32,
		.pitch_x_um = 10000,
		.pitch_y_um = 12500,
		.max_rate_mhz = 100000,
		.session_id = 0xcafef00d,
		.flags = SMP_HELLO_SPARSE | SMP_HELLO_TEMPERATURE,
		.unit = SMP_UNIT_COUNTS,
		.origin = SMP_ORIGIN_REAR_RIGHT,
		.order = 1,
		.serial = "0123456789ABCDEF",
		.firmware = "2.1",
		.model = "mat of twenty-four chars",
		.has_divider = true,
		.r_reference_ohm = 10000,
		.r_series_ohm = 330,
		.unit_scale = 25,
	};
}

static void hello_round_trips(void **state)
{
	const struct smp_hello hello = some_hello();
	struct smp_hello back;
	uint8_t body[SMP_HELLO_SIZE + 16];

	(void)state;
	assert_int_equal(smp_hello_encode(&hello, body), SMP_HELLO_SIZE + 16);
	assert_memory_equal(body, "SMAT\x03\x0c\x30\x00\x20\x00\x00\x00", 12);
	assert_int_equal(body[33], 3);
	assert_int_equal(body[36], '0');
	assert_int_equal(smp_hello_decode(body, sizeof(body), &back), 0);
	assert_string_equal(back.serial, hello.serial);
	assert_string_equal(back.firmware, "2.1");
	assert_string_equal(back.model, hello.model);
	assert_int_equal(back.rows, 48);
	assert_int_equal(back.cols, 32);
	assert_int_equal(back.pitch_x_um, 10000);
	assert_int_equal(back.pitch_y_um, 12500);
	assert_int_equal(back.max_rate_mhz, 100000);
	assert_int_equal(back.session_id, 0xcafef00d);
	assert_int_equal(back.flags, hello.flags);
	assert_int_equal(back.order, 1);
	assert_true(back.has_divider);
	assert_int_equal(back.r_reference_ohm, 10000);
	assert_int_equal(back.r_series_ohm, 330);
	assert_int_equal(back.unit_scale, 25);
}

static void hello_skips_unknown_tags(void **state)
{
	struct smp_hello hello = some_hello();
	struct smp_hello back;
	uint8_t body[SMP_HELLO_SIZE + 64];
	static const uint8_t tags[] = { 9, 3, 'a', 'b', 'c', 7, 0, 2, 5, 25, 0, 0, 0,
		99, 1, 8, 1, 1 };

	(void)state;
	hello.has_divider = false;
	hello.unit_scale = 1;
	assert_int_equal(smp_hello_encode(&hello, body), SMP_HELLO_SIZE);
	assert_int_equal(smp_hello_decode(body, SMP_HELLO_SIZE, &back), 0);
	assert_int_equal(back.unit_scale, 1);
	assert_false(back.has_divider);
	/* A longer value than we know is read by its beginning; the last tag is cut short. */
	memcpy(body + SMP_HELLO_SIZE, tags, sizeof(tags));
	assert_int_equal(
		smp_hello_decode(body, SMP_HELLO_SIZE + sizeof(tags), &back), 0);
	assert_int_equal(back.unit_scale, 25);
	assert_false(back.has_divider);
}

static void expect_hello_refused(size_t offset, uint8_t value, int error)
{
	const struct smp_hello hello = some_hello();
	struct smp_hello back = { .rows = 7 };
	uint8_t body[SMP_HELLO_SIZE + 16];
	const size_t n = smp_hello_encode(&hello, body);

	body[offset] = value;
	assert_int_equal(smp_hello_decode(body, n, &back), error);
	assert_int_equal(back.rows, 7); /* untouched */
}

static void hello_refuses_hostile_values(void **state)
{
	struct smp_hello hello;
	uint8_t body[SMP_HELLO_SIZE + 16];
	const struct smp_hello some = some_hello();

	(void)state;
	smp_hello_encode(&some, body);
	assert_int_equal(smp_hello_decode(body, SMP_HELLO_SIZE - 1, &hello), -EBADMSG);
	expect_hello_refused(0, 'X', -EBADMSG); /* magic */
	expect_hello_refused(5, 0, -EPROTO);    /* adc_bits */
	expect_hello_refused(5, 17, -EPROTO);
	expect_hello_refused(6, 0, -EPROTO);     /* 0 rows */
	expect_hello_refused(7, 0xff, -EPROTO);  /* 65328 rows */
	expect_hello_refused(9, 1, -EPROTO);     /* 288 cols */
	expect_hello_refused(13, 0, -EPROTO);    /* 16 um */
	expect_hello_refused(19, 1, -EPROTO);    /* 16 m */
	expect_hello_refused(23, 0xff, -EPROTO); /* 4 MHz */
	expect_hello_refused(32, 3, -EPROTO);    /* unit */
	expect_hello_refused(33, 4, -EPROTO);    /* origin */
	expect_hello_refused(34, 2, -EPROTO);    /* order */
}

static void hello_makes_names_printable(void **state)
{
	struct smp_hello hello = some_hello();
	uint8_t body[SMP_HELLO_SIZE + 16];
	struct smp_hello back;

	(void)state;
	memcpy(hello.serial, "\x1b[2J\"\xff\n", 8);
	smp_hello_encode(&hello, body);
	assert_int_equal(smp_hello_decode(body, sizeof(body), &back), 0);
	assert_string_equal(back.serial, "?[2J\"??");
}

/* A mat of 2 rows and 3 columns, places numbered front row first. */
static void cells_go_to_their_places(void **state)
{
	static const uint8_t expected[4][2][6] = {
		{ { 0, 1, 2, 3, 4, 5 }, { 0, 3, 1, 4, 2, 5 } },
		{ { 2, 1, 0, 5, 4, 3 }, { 2, 5, 1, 4, 0, 3 } },
		{ { 3, 4, 5, 0, 1, 2 }, { 3, 0, 4, 1, 5, 2 } },
		{ { 5, 4, 3, 2, 1, 0 }, { 5, 2, 4, 1, 3, 0 } },
	};
	struct smp_hello hello = { .rows = 2, .cols = 3 };

	(void)state;
	for (uint8_t origin = 0; origin < 4; origin++)
		for (uint8_t order = 0; order < 2; order++)
			for (size_t i = 0; i < 6; i++) {
				hello.origin = origin;
				hello.order = order;
				assert_int_equal(smp_cell_index(&hello, i),
					expected[origin][order][i]);
			}
}

/* docs/smp.md, "Encodings": two 12-bit cells in three bytes, an odd last one in two. */
static void p12_by_hand(void **state)
{
	const struct smp_frame_head head = { 1, 2, SMP_ENCODING_P12, 0 };
	static const uint16_t cells[3] = { 0x123, 0x456, 0x789 };
	static const uint8_t packed[5] = { 0x23, 0x61, 0x45, 0x89, 0x07 };
	uint8_t body[32];

	(void)state;
	assert_int_equal(
		smp_frame_encode(&head, false, cells, 3, body, sizeof(body)), 17);
	assert_memory_equal(body, "\1\0\0\0\0\0\0\0\2\0\1\0", 12);
	assert_memory_equal(body + 12, packed, 5);
}

static void frames_round_trip(void **state)
{
	static const uint16_t most[3] = { 255, 4095, 65535 };
	static uint16_t cells[600], back[600];
	static uint8_t body[3000];
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 2);
	for (int k = 0; k < 3000; k++) {
		struct smp_frame_head head = { rng_u64(&rng), 77, (uint8_t)(k % 3), 5 };
		struct smp_frame_head got;
		const bool sparse = k / 3 % 2;
		const size_t n = 1 + rng_u64(&rng) % 600;
		const double filled = rng_uniform(&rng);

		for (size_t i = 0; i < n; i++)
			cells[i] = rng_uniform(&rng) < filled ? (uint16_t)rng_u64(&rng)
							      : 0;

		const int size =
			smp_frame_encode(&head, sparse, cells, n, body, sizeof(body));

		assert_true(size > 0);
		assert_int_equal(
			smp_frame_decode(body, (size_t)size, sparse, n, &got, back), 0);
		assert_true(got.device_us == head.device_us);
		assert_int_equal(got.scan_us, 77);
		assert_int_equal(got.status, 5);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(back[i],
				cells[i] < most[k % 3] ? cells[i] : most[k % 3]);
		/* One byte less is too short; more is a later minor version's. */
		assert_int_equal(
			smp_frame_decode(body, (size_t)size - 1, sparse, n, &got, back),
			-EBADMSG);
		assert_int_equal(
			smp_frame_decode(body, (size_t)size + 1, sparse, n, &got, back),
			0);
		assert_int_equal(smp_frame_encode(&head, sparse, cells, n, body,
					 (size_t)size - 1),
			-ENOBUFS);
	}
}

static void frames_refuse_nonsense(void **state)
{
	struct smp_frame_head head = { 1, 2, 3, 0 };
	uint16_t cells[8] = { 0 };
	uint8_t body[64] = { 0 };

	(void)state;
	assert_int_equal(
		smp_frame_encode(&head, false, cells, 8, body, sizeof(body)), -EINVAL);
	body[10] = 3;
	assert_int_equal(smp_frame_decode(body, 64, false, 8, &head, cells), -EBADMSG);
	body[10] = 0;
	assert_int_equal(smp_frame_decode(body, 11, false, 8, &head, cells), -EBADMSG);
	assert_int_equal(smp_frame_decode(body, 12, true, 8, &head, cells), -EBADMSG);
	body[12] = 0xff; /* eight cells set, no value follows */
	assert_int_equal(smp_frame_decode(body, 13, true, 8, &head, cells), -EBADMSG);
}

static void small_bodies_round_trip(void **state)
{
	uint8_t body[24];
	struct smp_start start;
	struct smp_status status;
	struct smp_event event;
	uint64_t device_us;
	uint32_t nonce;
	uint16_t seq;
	uint8_t code;

	(void)state;
	assert_int_equal(smp_start_encode(&(struct smp_start){ 100000, 130 }, body), 8);
	assert_memory_equal(body, "\xa0\x86\x01\x00\x82\0\0\0", 8);
	assert_int_equal(smp_start_decode(body, 8, &start), 0);
	assert_int_equal(start.rate_mhz, 100000);
	assert_int_equal(start.encoding, 130);
	assert_int_equal(smp_start_decode(body, 7, &start), -EBADMSG);

	assert_int_equal(
		smp_status_encode(&(struct smp_status){ -512, 3300, 1, 2, 3 }, body),
		16);
	assert_int_equal(smp_status_decode(body, 16, &status), 0);
	assert_int_equal(status.temperature_cdeg, -512);
	assert_int_equal(status.vref_mv, 3300);
	assert_int_equal(status.sync_edges, 3);
	assert_int_equal(smp_status_decode(body, 15, &status), -EBADMSG);

	assert_int_equal(
		smp_event_encode(&(struct smp_event){ 1u << 20, 3, 1 }, body), 10);
	assert_int_equal(smp_event_decode(body, 10, &event), 0);
	assert_int_equal(event.device_us, 1u << 20);
	assert_int_equal(event.kind, 3);
	assert_int_equal(smp_event_decode(body, 9, &event), -EBADMSG);

	assert_int_equal(smp_pong_encode(5, UINT64_C(1) << 40, body), 12);
	assert_int_equal(smp_pong_decode(body, 12, &nonce, &device_us), 0);
	assert_int_equal(nonce, 5);
	assert_true(device_us == UINT64_C(1) << 40);
	assert_int_equal(smp_pong_decode(body, 11, &nonce, &device_us), -EBADMSG);
	assert_int_equal(smp_ping_decode(body, 3, &nonce), -EBADMSG);

	assert_int_equal(smp_ack_encode(0xfffe, body), 2);
	assert_int_equal(smp_ack_decode(body, 2, &seq), 0);
	assert_int_equal(seq, 0xfffe);
	assert_int_equal(smp_ack_decode(body, 1, &seq), -EBADMSG);
	assert_int_equal(smp_nak_encode(4, SMP_NAK_BUSY, body), 3);
	assert_int_equal(smp_nak_decode(body, 3, &seq, &code), 0);
	assert_int_equal(code, SMP_NAK_BUSY);
	assert_int_equal(smp_nak_decode(body, 2, &seq, &code), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_vectors),
		cmocka_unit_test(writes_the_longer_vectors),
		cmocka_unit_test(reads_the_vectors),
		cmocka_unit_test(cobs_by_hand),
		cmocka_unit_test(cobs_takes_both_endings),
		cmocka_unit_test(cobs_refuses_what_no_encoder_makes),
		cmocka_unit_test(cobs_round_trips),
		cmocka_unit_test(packet_limits),
		cmocka_unit_test(packet_finds_flipped_bits),
		cmocka_unit_test(hello_round_trips),
		cmocka_unit_test(hello_skips_unknown_tags),
		cmocka_unit_test(hello_refuses_hostile_values),
		cmocka_unit_test(hello_makes_names_printable),
		cmocka_unit_test(cells_go_to_their_places),
		cmocka_unit_test(p12_by_hand),
		cmocka_unit_test(frames_round_trip),
		cmocka_unit_test(frames_refuse_nonsense),
		cmocka_unit_test(small_bodies_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
