/* The way from a sheet's numbers to raw frames, bytes and all, without ports and in the test's time: the simulated
 * mat's firmware at one end, the SMP/1 driver (lexer, COBS, CRC, HELLO, START, PING) at the other.
 * Analyses nothing and draws no people. */
#ifndef STANCE_TESTS_SUPPORT_WIRE_H
#define STANCE_TESTS_SUPPORT_WIRE_H

#include <stdint.h>

#include "hw/mat_driver.h"
#include "hw/sim/firmware.h"
#include "hw/sim/sheet.h"
#include "src/core/frame.h"

/* What the driver made of the bytes; the frame is borrowed. */
typedef void wire_frame_fn(const struct raw_frame *frame, void *ctx);

/* Caller-owned, does not move while open; counters may be read. */
struct wire {
	struct firmware firmware;
	struct mat_driver *driver;
	int64_t zero_ns,
		now_ns;   /* the host's clock: when scans begin to count, and now */
	uint64_t n_bytes; /* from the mat */
	wire_frame_fn *take;
	void *ctx;
};

/* Converse until the mat streams at `rate_hz`; the clocks stand at `zero_ns`. Returns 0, -ENOMEM, -EMSGSIZE for a
 * sheet that fits into no frame, -EPROTO if they do not come to terms. */
int wire_open(struct wire *wire, const struct sheet *sheet, double rate_hz,
	int64_t zero_ns, wire_frame_fn *take, void *ctx);
void wire_close(struct wire *wire);

/* Send the scan that began at `t_s`; it arrives when the scan is over. Whatever is due by then happens first. */
void wire_send(struct wire *wire, double t_s, uint8_t status, const uint16_t *cells);

/* Lose it on the way: its number is used up. */
void wire_lose(struct wire *wire);

#endif
