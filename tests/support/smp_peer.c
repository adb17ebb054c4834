#include "tests/support/smp_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "src/base/bytes.h"

void smp_peer_init(struct smp_peer *peer, uint16_t rows, uint16_t cols)
{
	memset(peer, 0, sizeof(*peer));
	peer->major = SMP_MAJOR;
	peer->hello = (struct smp_hello){
		.adc_bits = 16,
		.rows = rows,
		.cols = cols,
		.pitch_x_um = 10000,
		.pitch_y_um = 10000,
		.max_rate_mhz = 200000,
		.session_id = 0x1234,
		.unit = SMP_UNIT_MN,
		.serial = "PEER-1",
		.firmware = "1.0",
		.model = "test mat",
		.unit_scale = 1,
	};
	peer->device_us = 5000000;
}

size_t smp_peer_send(
	struct smp_peer *peer, uint8_t type, const uint8_t *body, size_t n_body)
{
	const size_t begin = peer->n_out;
	uint8_t *packet = peer->scratch;
	const size_t n = SMP_HEADER_SIZE + n_body;

	assert_true(begin + n + n / 254 + 16 < sizeof(peer->out));
	/* Not by smp_packet_encode(): another major must be possible. */
	packet[0] = peer->major;
	packet[1] = type;
	bytes_put_u16(packet + 2, peer->seq++);
	if (n_body > 0)
		memcpy(packet + SMP_HEADER_SIZE, body, n_body);
	bytes_put_u32(packet + n, (uint32_t)crc32(0, packet, (uInt)n));
	peer->out[peer->n_out++] = 0;
	peer->n_out +=
		smp_cobs_encode(packet, n + SMP_CRC_SIZE, peer->out + peer->n_out);
	peer->out[peer->n_out++] = 0;
	return begin;
}

size_t smp_peer_frame(struct smp_peer *peer, const uint16_t *cells)
{
	uint8_t encoding = peer->start.encoding & 0x7f;
	const bool is_sparse = peer->start.encoding & SMP_ENCODING_SPARSE_OK;
	struct smp_frame_head head = { peer->device_us, 1000, 0, 0 };

	if (encoding > SMP_ENCODING_U16)
		encoding = SMP_ENCODING_U16;
	head.encoding = encoding;

	const int n = smp_frame_encode(&head, is_sparse, cells,
		(size_t)peer->hello.rows * peer->hello.cols, peer->body,
		sizeof(peer->body));

	assert_true(n > 0);
	return smp_peer_send(
		peer, is_sparse ? SMP_FRAME_SPARSE : SMP_FRAME, peer->body, (size_t)n);
}

static void hear_start(struct smp_peer *peer, const struct smp_packet *p)
{
	uint8_t answer[8];

	peer->n_start++;
	assert_int_equal(smp_start_decode(p->body, p->n_body, &peer->start), 0);
	if (peer->ignores_start)
		return;
	if (peer->n_naks > 0) {
		peer->n_naks--;
		smp_peer_send(peer, SMP_NAK, answer,
			smp_nak_encode(p->seq, peer->nak_code, answer));
		return;
	}
	peer->is_streaming = true;
	smp_peer_send(peer, SMP_ACK, answer, smp_ack_encode(p->seq, answer));
}

static void hear_packet(struct smp_peer *peer, const struct smp_packet *p)
{
	uint8_t answer[SMP_HELLO_SIZE + 16];

	switch (p->type) {
	case SMP_HELLO_REQ:
		peer->n_hello_req++;
		if (!peer->is_mute)
			smp_peer_send(peer, SMP_HELLO, answer,
				smp_hello_encode(&peer->hello, answer));
		break;
	case SMP_START:
		hear_start(peer, p);
		break;
	case SMP_STOP:
		peer->n_stop++;
		peer->is_streaming = false;
		break;
	case SMP_IDENTIFY:
		peer->n_identify++;
		smp_peer_send(peer, SMP_ACK, answer, smp_ack_encode(p->seq, answer));
		break;
	case SMP_PING:
		peer->n_ping++;
		assert_int_equal(
			smp_ping_decode(p->body, p->n_body, &peer->last_nonce), 0);
		if (!peer->is_mute)
			smp_peer_send(peer, SMP_PONG, answer,
				smp_pong_encode(
					peer->last_nonce, peer->device_us, answer));
		break;
	default:
		fail_msg("the host sent a packet of type %02x", p->type);
	}
}

void smp_peer_hear(struct smp_peer *peer, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct smp_packet packet;

		if (bytes[i] != 0) {
			assert_true(peer->n_in < sizeof(peer->in));
			peer->in[peer->n_in++] = bytes[i];
			continue;
		}
		if (peer->n_in == 0)
			continue;

		const int n_packet = smp_cobs_decode(peer->in, peer->n_in, peer->in);

		assert_true(n_packet > 0);
		assert_int_equal(
			smp_packet_decode(peer->in, (size_t)n_packet, &packet), 0);
		hear_packet(peer, &packet);
		peer->n_in = 0;
	}
}

void smp_peer_reboot(struct smp_peer *peer)
{
	peer->hello.session_id++;
	peer->seq = 0;
	peer->device_us = 1000;
	peer->is_streaming = false;
	peer->n_out = 0;
}
