/* A mat in memory that speaks SMP/1, for tests: it is given the host's bytes and makes the mat's.
 * No port, no clock: the test moves both. Its faults are the test's to make. */
#ifndef STANCE_TESTS_SUPPORT_SMP_PEER_H
#define STANCE_TESTS_SUPPORT_SMP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/smp.h"

#define SMP_PEER_OUT 400000

struct smp_peer {
	struct smp_hello hello;
	uint8_t major;      /* in all its packets */
	bool is_mute;       /* does not answer anything */
	bool ignores_start; /* no ACK, no NAK */
	int n_naks;         /* to the next STARTs */
	uint8_t nak_code;
	uint16_t seq;       /* of the next packet */
	uint64_t device_us; /* its clock, moved by the test */
	bool is_streaming;
	struct smp_start start; /* last asked for */
	int n_hello_req, n_start, n_stop, n_ping, n_identify;
	uint32_t last_nonce;
	uint8_t in[4096]; /* of a packet of the host */
	size_t n_in;
	uint8_t out[SMP_PEER_OUT]; /* made and not yet taken */
	size_t n_out;
	uint8_t scratch[SMP_PACKET_MAX];
	uint8_t body[SMP_BODY_MAX];
};

/* A mat of 10 mm pitch in millinewtons, front-left, row by row, 100 Hz. */
void smp_peer_init(struct smp_peer *peer, uint16_t rows, uint16_t cols);

/* Take bytes of the host and answer the packets among them. */
void smp_peer_hear(struct smp_peer *peer, const uint8_t *bytes, size_t n);

/* Add a packet of any type to `out`, with a 00 in front. Returns where it begins there. */
size_t smp_peer_send(
	struct smp_peer *peer, uint8_t type, const uint8_t *body, size_t n_body);

/* Add a frame of these cells (wire order) at the peer's clock, in the encoding asked for. */
size_t smp_peer_frame(struct smp_peer *peer, const uint16_t *cells);

/* Begin another session: new id, clock and count at 0, not streaming. */
void smp_peer_reboot(struct smp_peer *peer);

#endif
