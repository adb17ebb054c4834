#include "hw/sim/firmware.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define IN_SIZE       512  /* the longest packet a host sends is far shorter */
#define CONTROL_SPACE 2048 /* kept free of frames, for replies */

static size_t n_cells(const struct firmware *fw)
{
	return (size_t)fw->hello.rows * fw->hello.cols;
}

/* The narrowest encoding that holds the sheet's numbers. */
static uint8_t needed_encoding(const struct firmware *fw)
{
	if (fw->hello.adc_bits <= 8)
		return SMP_ENCODING_U8;
	return fw->hello.adc_bits <= 12 ? SMP_ENCODING_P12 : SMP_ENCODING_U16;
}

/* A host may ask for more bits than needed, never for fewer: the frame's own head decides. */
static uint8_t frame_encoding(const struct firmware *fw)
{
	uint8_t needed = needed_encoding(fw), asked = fw->encoding & 0x7f;

	if (fw->encoding == SMP_ENCODING_ANY)
		asked = fw->options.encoding < 0 ? 0 : (uint8_t)fw->options.encoding;
	return asked < needed ? needed : asked;
}

static size_t frame_size(uint8_t encoding, size_t n)
{
	size_t cells = encoding == SMP_ENCODING_U8    ? n
		       : encoding == SMP_ENCODING_P12 ? n / 2 * 3 + n % 2 * 2
						      : 2 * n;

	return SMP_FRAME_HEAD + cells;
}

static int allocate(struct firmware *fw)
{
	size_t frame = SMP_ENCODED_MAX + 2 + FAULTS_GROWTH;

	fw->out_size = fw->options.out_bytes;
	if (fw->out_size <
		2 * frame_size(SMP_ENCODING_U16, n_cells(fw)) + CONTROL_SPACE)
		fw->out_size =
			2 * frame_size(SMP_ENCODING_U16, n_cells(fw)) + CONTROL_SPACE;
	fw->in = malloc(IN_SIZE);
	fw->out = malloc(fw->out_size);
	fw->body = malloc(SMP_PACKET_MAX);
	fw->scratch = malloc(frame);
	fw->wire = malloc(frame);
	fw->cells = malloc(n_cells(fw) * sizeof(*fw->cells));
	fw->order = malloc(n_cells(fw) * sizeof(*fw->order));
	if (!fw->in || !fw->out || !fw->body || !fw->scratch || !fw->wire ||
		!fw->cells || !fw->order)
		return -ENOMEM;
	return 0;
}

int firmware_init(struct firmware *fw, const struct firmware_options *options)
{
	int rc;

	memset(fw, 0, sizeof(*fw));
	fw->options = *options;
	fw->hello = options->hello;
	if (options->sparse)
		fw->hello.flags |= SMP_HELLO_SPARSE;
	if (frame_size(needed_encoding(fw), n_cells(fw)) > SMP_BODY_MAX)
		return -EMSGSIZE;
	rc = allocate(fw);
	if (rc < 0) {
		firmware_fini(fw);
		return rc;
	}
	for (size_t i = 0; i < n_cells(fw); i++)
		fw->order[i] = (uint32_t)smp_cell_index(&fw->hello, i);
	faults_init(&fw->faults, options->faults_frac, options->seed);
	firmware_boot(fw, options->hello.session_id);
	return 0;
}

void firmware_fini(struct firmware *fw)
{
	free(fw->in);
	free(fw->out);
	free(fw->body);
	free(fw->scratch);
	free(fw->wire);
	free(fw->cells);
	free(fw->order);
	memset(fw, 0, sizeof(*fw));
}

void firmware_boot(struct firmware *fw, uint32_t session_id)
{
	fw->hello.session_id = session_id;
	fw->seq = 0;
	fw->streaming = false;
	fw->restarts = 0;
	fw->blink = false;
	fw->scan_overruns = fw->tx_drops = 0;
	fw->n_in = 0;
	firmware_flush(fw);
}

void firmware_flush(struct firmware *fw)
{
	fw->first_out = fw->n_out = 0;
}

size_t firmware_pending(const struct firmware *fw, const uint8_t **bytes)
{
	*bytes = fw->out + fw->first_out;
	return fw->n_out;
}

void firmware_sent(struct firmware *fw, size_t n)
{
	fw->first_out += n;
	fw->n_out -= n;
	if (fw->n_out == 0)
		fw->first_out = 0;
}

/* Room for `n` bytes at the end of the queue, or NULL. */
static uint8_t *reserve(struct firmware *fw, size_t n)
{
	if (fw->n_out + n > fw->out_size)
		return NULL;
	if (fw->first_out + fw->n_out + n > fw->out_size) {
		memmove(fw->out, fw->out + fw->first_out, fw->n_out);
		fw->first_out = 0;
	}
	return fw->out + fw->first_out + fw->n_out;
}

/* Queue the `n` bytes in fw->wire behind a 00, which flushes what a lost end left over. */
static int queue(struct firmware *fw, size_t n, size_t keep_free)
{
	uint8_t *to;

	if (fw->n_out + n + 1 + keep_free > fw->out_size)
		return -ENOBUFS;
	to = reserve(fw, n + 1);
	if (!to)
		return -ENOBUFS;
	to[0] = 0;
	memcpy(to + 1, fw->wire, n);
	fw->n_out += n + 1;
	return 0;
}

/* Number, encode and queue a short packet; without room it is lost, as on a real mat. */
static void send(struct firmware *fw, uint8_t type, const uint8_t *body, size_t n)
{
	int length = smp_packet_encode(type, (uint16_t)fw->seq++, body, n, fw->scratch,
		fw->wire, SMP_ENCODED_MAX + 1);

	if (length > 0)
		queue(fw, (size_t)length, 0);
}

static void acknowledge(struct firmware *fw, uint16_t seq)
{
	uint8_t body[24];

	send(fw, SMP_ACK, body, smp_ack_encode(seq, body));
}

static void refuse(struct firmware *fw, uint16_t seq, enum smp_nak code)
{
	uint8_t body[24];

	send(fw, SMP_NAK, body, smp_nak_encode(seq, (uint8_t)code, body));
}

static void on_start(struct firmware *fw, const struct smp_packet *packet)
{
	struct smp_start start;
	uint8_t encoding;

	if (smp_start_decode(packet->body, packet->n_body, &start) < 0) {
		fw->bad_packets++;
		return;
	}
	encoding = start.encoding & 0x7f;
	if (start.encoding != SMP_ENCODING_ANY && encoding > SMP_ENCODING_U16) {
		refuse(fw, packet->seq, SMP_NAK_ARGUMENT);
		return;
	}
	if (start.rate_mhz > fw->hello.max_rate_mhz) {
		refuse(fw, packet->seq, SMP_NAK_ARGUMENT);
		return;
	}
	fw->rate_mhz = start.rate_mhz ? start.rate_mhz : fw->options.rate_mhz;
	fw->encoding = start.encoding;
	if (frame_size(frame_encoding(fw), n_cells(fw)) > SMP_BODY_MAX) {
		refuse(fw, packet->seq, SMP_NAK_ARGUMENT);
		return;
	}
	fw->streaming = true;
	fw->restarts++;
	acknowledge(fw, packet->seq);
}

static void on_packet(
	struct firmware *fw, const struct smp_packet *packet, uint64_t device_us)
{
	uint8_t body[SMP_HELLO_SIZE + 16];
	uint32_t nonce;

	switch (packet->type) {
	case SMP_HELLO_REQ:
		send(fw, SMP_HELLO, body, smp_hello_encode(&fw->hello, body));
		break;
	case SMP_START:
		on_start(fw, packet);
		break;
	case SMP_STOP:
		fw->streaming = false;
		acknowledge(fw, packet->seq);
		break;
	case SMP_PING:
		if (smp_ping_decode(packet->body, packet->n_body, &nonce) < 0)
			fw->bad_packets++;
		else
			send(fw, SMP_PONG, body,
				smp_pong_encode(nonce, device_us, body));
		break;
	case SMP_IDENTIFY:
		fw->blink = true;
		acknowledge(fw, packet->seq);
		break;
	default:
		refuse(fw, packet->seq, SMP_NAK_UNKNOWN);
		break;
	}
}

void firmware_receive(
	struct firmware *fw, const uint8_t *bytes, size_t n, uint64_t device_us)
{
	for (size_t i = 0; i < n; i++) {
		struct smp_packet packet;
		int length;

		if (bytes[i] != 0) {
			/* one byte too many is kept, so that the packet is known as bad */
			if (fw->n_in < IN_SIZE)
				fw->in[fw->n_in++] = bytes[i];
			continue;
		}
		if (fw->n_in == 0)
			continue;
		length = fw->n_in == IN_SIZE
				 ? -EBADMSG
				 : smp_cobs_decode(fw->in, fw->n_in, fw->in);
		if (length < 0 ||
			smp_packet_decode(fw->in, (size_t)length, &packet) < 0)
			fw->bad_packets++;
		else
			on_packet(fw, &packet, device_us);
		fw->n_in = 0;
	}
}

void firmware_drop(struct firmware *fw, uint64_t *seq)
{
	*seq = fw->seq++;
	fw->tx_drops++;
}

/* Build the frame's body; sparse if that is allowed and shorter. */
static int encode_frame(
	struct firmware *fw, const struct smp_frame_head *head, bool *sparse)
{
	size_t n = n_cells(fw);
	int full = smp_frame_encode(head, false, fw->cells, n, fw->body, SMP_BODY_MAX);
	int length;

	*sparse = fw->options.sparse && (fw->encoding & SMP_ENCODING_SPARSE_OK);
	if (!*sparse)
		return full;
	length = smp_frame_encode(head, true, fw->cells, n, fw->body, SMP_BODY_MAX);
	if (length >= 0 && (full < 0 || length < full))
		return length;
	*sparse = false;
	return smp_frame_encode(head, false, fw->cells, n, fw->body, SMP_BODY_MAX);
}

int firmware_frame(struct firmware *fw, const struct smp_frame_head *head,
	const uint16_t *cells, uint64_t *seq, bool *damaged)
{
	struct smp_frame_head own = *head;
	bool sparse;
	size_t size;
	int n;

	for (size_t i = 0; i < n_cells(fw); i++)
		fw->cells[i] = cells[fw->order[i]];
	own.encoding = frame_encoding(fw);
	n = encode_frame(fw, &own, &sparse);
	*seq = fw->seq;
	*damaged = false;
	if (n >= 0)
		n = smp_packet_encode(sparse ? SMP_FRAME_SPARSE : SMP_FRAME,
			(uint16_t)fw->seq, fw->body, (size_t)n, fw->scratch, fw->wire,
			SMP_ENCODED_MAX + 1);
	if (n >= 0 &&
		fw->n_out + (size_t)n + FAULTS_GROWTH + CONTROL_SPACE > fw->out_size)
		n = -ENOBUFS;
	if (n < 0) {
		firmware_drop(fw, seq);
		return n;
	}
	fw->seq++;
	size = (size_t)n;
	*damaged = faults_strike(&fw->faults, fw->wire, &size, fw->scratch);
	return queue(fw, size, 0);
}

void firmware_status(struct firmware *fw, int16_t temperature_cdeg)
{
	struct smp_status status = { .temperature_cdeg = temperature_cdeg,
		.vref_mv = 3300,
		.scan_overruns = fw->scan_overruns,
		.tx_drops = fw->tx_drops };
	uint8_t body[24];

	send(fw, SMP_STATUS, body, smp_status_encode(&status, body));
}

void firmware_button(struct firmware *fw, uint64_t device_us)
{
	struct smp_event event = { .device_us = device_us, .kind = 3, .value = 1 };
	uint8_t body[24];

	send(fw, SMP_EVENT, body, smp_event_encode(&event, body));
}

void firmware_log(struct firmware *fw, const char *text)
{
	send(fw, SMP_LOG, (const uint8_t *)text, strlen(text));
}
