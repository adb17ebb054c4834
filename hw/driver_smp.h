/* What the three files of the SMP/1 driver share: driver_smp.c (bytes to packets, who gets which,
 * timers), driver_smp_talk.c (HELLO, START, PING) and driver_smp_stream.c (numbers, frames).
 * Not for others: they use it through mat_driver.h.
 * Follows docs/smp.md.
 *
 *      ASKING --HELLO--> STARTING --ACK, FRAME--> STREAMING
 *      ASKING --5 requests unanswered--> SILENT
 *      any --a HELLO that we cannot use--> REFUSED
 *      STREAMING --silence, or signs of a reboot--> asks again, streams on when HELLO comes
 */
#ifndef STANCE_HW_DRIVER_SMP_H
#define STANCE_HW_DRIVER_SMP_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/clock_map.h"
#include "hw/lexer.h"
#include "hw/mat_driver.h"
#include "hw/sequence.h"
#include "hw/smp.h"

#define DRIVER_SMP_CELLS  (GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)
#define DRIVER_SMP_PINGS  4 /* that may be under way; chosen */
#define DRIVER_SMP_STARTS 5 /* sent before giving up; chosen: as HELLO */

/* A PING that waits for its PONG. */
struct driver_smp_ping {
	bool is_open;
	uint32_t nonce;
	int64_t sent_ns;
};

/* On the heap, all of it taken in create. */
struct driver_smp {
	struct mat_driver base; /* first: a pointer to it is a pointer to us */

	/* Bytes to packets. */
	struct lexer lexer;
	uint8_t run[SMP_ENCODED_MAX];
	uint8_t packet[SMP_ENCODED_MAX];

	/* Who the mat is. */
	bool has_hello;
	struct smp_hello hello;

	/* HELLO_REQ under way. */
	bool is_asking;
	int n_hello; /* sent */
	int64_t hello_due_ns;

	/* START under way. */
	bool is_starting;
	int n_start; /* sent, their numbers in start_seqs */
	uint16_t start_seqs[DRIVER_SMP_STARTS];
	struct smp_start start;
	int64_t start_due_ns;

	/* PING and the mat's clock. */
	struct driver_smp_ping pings[DRIVER_SMP_PINGS];
	uint32_t nonce; /* of the next */
	int64_t ping_due_ns;
	struct clock_map clock;

	/* Packet numbers: ours, the mat's, what is missing. */
	uint16_t host_seq; /* of our next packet */
	struct sequence sequence;
	uint32_t n_lost_before; /* the next frame */
	uint32_t n_pieces;      /* bad runs since the last good packet */
	uint32_t n_late_in_row;
	int64_t last_packet_ns;

	/* Frames. */
	bool takes_frames; /* those of the START in force have begun */
	bool has_frame;    /* last_... are of one */
	uint64_t last_device_us;
	int64_t last_t_ns;
	bool has_pinged_silence, has_asked_silence; /* since the last frame */
	bool is_in_order; /* the wire's order of cells is ours */
	uint16_t wire[DRIVER_SMP_CELLS];
	uint16_t cells[DRIVER_SMP_CELLS];
	uint16_t places[DRIVER_SMP_CELLS]; /* of each wire cell */
};

/* Change the stage; `reason` is for a person, "" if there is nothing to say. */
void driver_smp_set_stage(
	struct driver_smp *d, enum mat_driver_stage stage, const char *reason);

/* --- the conversation: driver_smp_talk.c --- */

/* Send a packet without a body. */
void driver_smp_talk_send(struct driver_smp *d, enum smp_type type);

/* Ask who is there, again and again until somebody answers; nothing if already asking. */
void driver_smp_talk_ask(struct driver_smp *d, int64_t now_ns);

/* Ask for the mat's clock. */
void driver_smp_talk_ping(struct driver_smp *d, int64_t now_ns);

/* Take a packet of the conversation; a damaged body is counted. HELLO counts its own number, the
 * others are given after driver_smp_stream_number() took theirs. */
void driver_smp_talk_hello(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns);
void driver_smp_talk_ack(struct driver_smp *d, const struct smp_packet *p);
void driver_smp_talk_nak(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns);
void driver_smp_talk_pong(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns);

/* Take a packet of another major version: whoever sent it cannot be used. */
void driver_smp_talk_other_major(struct driver_smp *d, const struct smp_packet *p);

/* Repeat what was not answered in time, or give up. */
void driver_smp_talk_tick(struct driver_smp *d, int64_t now_ns);

/* Return when that is due, MAT_DRIVER_NEVER if nothing is. */
int64_t driver_smp_talk_due_ns(const struct driver_smp *d);

/* --- the stream: driver_smp_stream.c --- */

/* Count a run of bytes that is no packet; `is_first` of the stream it may be half a one. */
void driver_smp_stream_damaged(struct driver_smp *d, bool is_first);

/* Count a packet's number and what is missing before it. Returns whether the packet is new: others
 * are dropped. Numbers that make no sense let the driver ask who is there. */
bool driver_smp_stream_number(struct driver_smp *d, uint16_t seq, int64_t now_ns);

/* Take a numbered packet; a damaged body is counted. A frame goes on to the host. */
void driver_smp_stream_frame(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns);
void driver_smp_stream_status(struct driver_smp *d, const struct smp_packet *p);
void driver_smp_stream_event(struct driver_smp *d, const struct smp_packet *p);
void driver_smp_stream_log(const struct driver_smp *d, const struct smp_packet *p);

/* Return whether the mat's clock says that it has booted since its last frame. */
bool driver_smp_stream_rebooted(const struct driver_smp *d, uint64_t device_us);

/* Notice silence: PING, then ask who is there. */
void driver_smp_stream_tick(struct driver_smp *d, int64_t now_ns);

/* Return when that is due, MAT_DRIVER_NEVER if nothing is. */
int64_t driver_smp_stream_due_ns(const struct driver_smp *d);

#endif
