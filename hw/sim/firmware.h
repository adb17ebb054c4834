/* What runs inside the mat: it answers the host and sends frames, in SMP/1.
 * Does not own ports, clocks, people or sheets: bytes come in, bytes go out, time is told.
 * Follows the wire protocol SMP/1 (hw/smp.h). */
#ifndef STANCE_HW_SIM_FIRMWARE_H
#define STANCE_HW_SIM_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/sim/faults.h"
#include "hw/smp.h"

struct firmware_options {
	struct smp_hello hello; /* session_id is replaced at every boot */
	uint32_t rate_mhz;      /* the default rate */
	int encoding;           /* the default one; -1: the narrowest that fits */
	bool sparse;            /* send sparse frames where the host allows it */
	size_t out_bytes; /* of the transmit queue; at least two frames are kept */
	double faults_frac;
	uint64_t seed;
};

/* Caller-owned; the fields may be read. */
struct firmware {
	struct firmware_options options;
	struct smp_hello hello;
	struct faults faults;
	uint64_t seq; /* of the next packet, unwrapped */
	bool streaming;
	uint32_t rate_mhz; /* while streaming */
	uint8_t encoding;  /* as asked for */
	unsigned restarts; /* STARTs seen since boot */
	bool blink;        /* IDENTIFY came; the owner clears it */
	uint32_t scan_overruns, tx_drops;
	uint64_t bad_packets; /* from the host */
	uint8_t *in;          /* bytes since the last 00 */
	size_t n_in;
	uint8_t *out; /* to be sent: out[first..first + n_out) */
	size_t first_out, n_out, out_size;
	uint8_t *body, *scratch, *wire;
	uint16_t *cells; /* of a frame, in wire order */
	uint32_t *order; /* wire cell -> cell, front row first */
};

/* Build a mat that has just got power. Returns 0, -EMSGSIZE if a frame cannot fit into a packet,
 * or -ENOMEM; release with firmware_fini(). */
int firmware_init(struct firmware *fw, const struct firmware_options *options);
void firmware_fini(struct firmware *fw);

/* Lose power and boot again under another session. */
void firmware_boot(struct firmware *fw, uint32_t session_id);

/* Take `n` bytes from the host; replies are queued. `device_us` is the mat's clock now. */
void firmware_receive(
	struct firmware *fw, const uint8_t *bytes, size_t n, uint64_t device_us);

/* Queue a frame of cells (front row first). Its number goes to `*seq`; `*damaged` says whether it
 * was damaged on purpose. Returns 0, or -ENOBUFS if the queue is full: the number is used up and
 * the frame counted as a tx_drop. */
int firmware_frame(struct firmware *fw, const struct smp_frame_head *head,
	const uint16_t *cells, uint64_t *seq, bool *damaged);

/* A frame could not be sent because nobody listens: use up its number and count it. */
void firmware_drop(struct firmware *fw, uint64_t *seq);

/* Queue the packets that a mat sends by itself. */
void firmware_status(struct firmware *fw, int16_t temperature_cdeg);
void firmware_button(struct firmware *fw, uint64_t device_us);
void firmware_log(struct firmware *fw, const char *text);

/* Return how many bytes wait, and where they start. */
size_t firmware_pending(const struct firmware *fw, const uint8_t **bytes);

/* `n` of the waiting bytes are gone; or all of them, when the cable is pulled. */
void firmware_sent(struct firmware *fw, size_t n);
void firmware_flush(struct firmware *fw);

#endif
