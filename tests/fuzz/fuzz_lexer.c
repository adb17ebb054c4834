/* Feeds arbitrary bytes, in pieces, through lexer, COBS, packets and every body decoder, and to the
 * SMP/1 driver as a mat would. Besides what the sanitizers see it checks that a decoded packet
 * encodes to the same meaning again, that stamps rise, and that nothing reads what was not sent.
 *
 * The first byte of the input sets the size of the pieces.
 * Parser: hw/lexer.c hw/smp.c hw/driver_smp.c hw/driver_smp_talk.c
 * hw/driver_smp_stream.c hw/sequence.c */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hw/lexer.h"
#include "hw/mat_driver.h"
#include "hw/smp.h"
#include "src/base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RUN_SIZE 4096
#define N_CELLS  64

static void silence(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	(void)level;
	(void)tag;
	(void)event;
	(void)message;
	(void)ctx;
}

/* A frame of 64 cells must come back the same after another trip. */
static void check_frame(const struct smp_packet *p, bool sparse)
{
	struct smp_frame_head head, again;
	uint16_t cells[N_CELLS], back[N_CELLS];
	uint8_t body[SMP_FRAME_HEAD + 8 + 2 * N_CELLS];

	if (smp_frame_decode(p->body, p->n_body, sparse, N_CELLS, &head, cells) < 0)
		return;

	const int n =
		smp_frame_encode(&head, sparse, cells, N_CELLS, body, sizeof(body));

	assert(n > 0);
	assert(smp_frame_decode(body, (size_t)n, sparse, N_CELLS, &again, back) == 0);
	assert(memcmp(cells, back, sizeof(cells)) == 0);
	assert(again.device_us == head.device_us && again.encoding == head.encoding);
}

static void check_hello(const struct smp_packet *p)
{
	struct smp_hello hello, again;
	uint8_t body[SMP_HELLO_SIZE + 16];

	if (smp_hello_decode(p->body, p->n_body, &hello) < 0)
		return;
	assert(hello.rows >= 1 && hello.rows <= 256 && hello.cols >= 1 &&
		hello.cols <= 256);

	const size_t n = smp_hello_encode(&hello, body);
	const size_t n_cells = (size_t)hello.rows * hello.cols;

	assert(smp_hello_decode(body, n, &again) == 0);
	assert(again.rows == hello.rows && again.unit_scale == hello.unit_scale);
	assert(strcmp(again.serial, hello.serial) == 0);
	for (size_t i = 0; i < n_cells; i += 7)
		assert(smp_cell_index(&hello, i) < n_cells);
}

static void check_small(const struct smp_packet *p)
{
	struct smp_start start;
	struct smp_status status;
	struct smp_event event;
	uint64_t device_us;
	uint32_t nonce;
	uint16_t seq;
	uint8_t code;
	uint8_t body[24];

	if (smp_start_decode(p->body, p->n_body, &start) == 0)
		assert(smp_start_encode(&start, body) <= p->n_body);
	if (smp_status_decode(p->body, p->n_body, &status) == 0)
		assert(smp_status_encode(&status, body) <= p->n_body &&
			memcmp(body, p->body, 16) == 0);
	if (smp_event_decode(p->body, p->n_body, &event) == 0)
		assert(smp_event_encode(&event, body) <= p->n_body &&
			memcmp(body, p->body, 10) == 0);
	if (smp_pong_decode(p->body, p->n_body, &nonce, &device_us) == 0)
		assert(smp_pong_encode(nonce, device_us, body) <= p->n_body &&
			memcmp(body, p->body, 12) == 0);
	if (smp_ping_decode(p->body, p->n_body, &nonce) == 0)
		assert(smp_ping_encode(nonce, body) <= p->n_body);
	if (smp_ack_decode(p->body, p->n_body, &seq) == 0)
		assert(smp_ack_encode(seq, body) <= p->n_body);
	if (smp_nak_decode(p->body, p->n_body, &seq, &code) == 0)
		assert(smp_nak_encode(seq, code, body) <= p->n_body);
}

/* Whether it is whole or not: what a decoder takes it must be able to write. */
static void check_run(const uint8_t *bytes, size_t n)
{
	static uint8_t packet_bytes[RUN_SIZE], scratch[RUN_SIZE], again[RUN_SIZE + 64];
	struct smp_packet packet;
	const int n_packet = smp_cobs_decode(bytes, n, packet_bytes);

	if (n_packet < 0)
		return;

	const size_t n_again = smp_cobs_encode(packet_bytes, (size_t)n_packet, again);

	/* Shorter by the second way to end a full block at most. */
	assert(n_again == n || n_again + 1 == n);
	if (smp_packet_decode(packet_bytes, (size_t)n_packet, &packet) < 0)
		return;
	assert(smp_packet_encode(packet.type, packet.seq, packet.body, packet.n_body,
		       scratch, again, sizeof(again)) == (int)n_again + 1);
	check_frame(&packet, false);
	check_frame(&packet, true);
	check_hello(&packet);
	check_small(&packet);
}

static void feed_lexer(const uint8_t *data, size_t size, size_t piece)
{
	static uint8_t buffer[RUN_SIZE];
	struct lexer lexer;

	lexer_init(&lexer, buffer, sizeof(buffer));
	for (size_t at = 0; at < size;) {
		struct lexer_run run;
		const size_t n = size - at < piece ? size - at : piece;

		at += lexer_push(&lexer, data + at, n, &run);
		if (run.kind == LEXER_RUN)
			check_run(run.bytes, run.n);
		if (run.kind != LEXER_NONE)
			lexer_judge(&lexer, run.kind == LEXER_RUN);
	}
	assert(lexer.n_bytes == size);
	lexer_reset(&lexer);
}

/* --- the driver ------------------------------------------------------------------------------ */

static int64_t last_t_ns;

static int take_bytes(const uint8_t *bytes, size_t n, void *ctx)
{
	(void)bytes;
	(void)ctx;
	assert(n > 0 && n < 64);
	return 0;
}

static void take_frame(const struct raw_frame *frame, void *ctx)
{
	const struct mat_driver *driver = *(struct mat_driver **)ctx;
	const int n_cells = geometry_n_cells(&driver->info.geometry);
	uint32_t sum = 0;

	assert(frame->t_ns > last_t_ns);
	last_t_ns = frame->t_ns;
	for (int i = 0; i < n_cells; i++)
		sum += frame->cells[i];
	assert(sum <= (uint32_t)n_cells * UINT16_MAX);
}

static void feed_driver(const uint8_t *data, size_t size, size_t piece)
{
	struct mat_driver *driver;
	const struct mat_driver_host host = { take_bytes, take_frame, &driver };
	int64_t now_ns = 1000000000;

	if (driver_smp_ops.create(&host, 100, &driver) < 0)
		return;
	last_t_ns = INT64_MIN;
	driver_smp_ops.begin(driver, now_ns);
	for (size_t at = 0; at < size; at += piece) {
		const size_t n = size - at < piece ? size - at : piece;

		driver_smp_ops.receive(driver, data + at, n, now_ns);
		now_ns += 10000000;
		if (now_ns >= driver->deadline_ns)
			driver_smp_ops.tick(driver, now_ns);
	}
	assert((driver_smp_ops.identify(driver, now_ns) == 0) ==
		(driver->stage == MAT_DRIVER_STREAMING));
	driver_smp_ops.end(driver, now_ns);
	driver_smp_ops.destroy(driver);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;

	const size_t piece = (size_t)data[0] + 1;

	log_set_sink(silence, NULL);
	feed_lexer(data + 1, size - 1, piece);
	feed_driver(data + 1, size - 1, piece);
	return 0;
}
