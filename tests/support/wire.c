#include "tests/support/wire.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "hw/sim/greeting.h"

#define SCAN_US   2000
#define BOOTED_US 1000000 /* the mat has been on for a second */
#define SESSION   0x5eed
#define PIECE     1021 /* ends inside packets */

static uint64_t device_us(const struct wire *w)
{
	return BOOTED_US + (uint64_t)((w->now_ns - w->zero_ns) / 1000);
}

static int on_send(const uint8_t *bytes, size_t n, void *ctx)
{
	struct wire *w = ctx;

	firmware_receive(&w->firmware, bytes, n, device_us(w));
	return 0;
}

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct wire *w = ctx;

	w->take(frame, w->ctx);
}

/* Carry what the mat has to say, in pieces as a port gives them, until neither says anything more. */
static void carry(struct wire *w)
{
	uint8_t piece[PIECE];
	const uint8_t *bytes;
	size_t n;

	while ((n = firmware_pending(&w->firmware, &bytes)) > 0) {
		n = n < sizeof(piece) ? n : sizeof(piece);
		memcpy(piece, bytes, n);
		firmware_sent(&w->firmware, n);
		w->driver->ops->receive(w->driver, piece, n, w->now_ns);
		w->n_bytes += n;
	}
}

/* Move the host's clock, stopping where the driver wants to act. */
static void wait_until(struct wire *w, int64_t t_ns)
{
	while (w->driver->deadline_ns <= t_ns) {
		if (w->driver->deadline_ns > w->now_ns)
			w->now_ns = w->driver->deadline_ns;
		w->driver->ops->tick(w->driver, w->now_ns);
		carry(w);
	}
	w->now_ns = t_ns;
}

int wire_open(struct wire *w, const struct sheet *sheet, double rate_hz,
	int64_t zero_ns, wire_frame_fn *take, void *ctx)
{
	const struct mat_driver_host host = { on_send, on_frame, w };
	const struct greeting greeting = { .max_rate_hz = rate_hz, .seed = SESSION };
	struct firmware_options options = { .rate_mhz = (uint32_t)lround(1e3 * rate_hz),
		.encoding = -1,
		.sparse = true };
	int rc;

	memset(w, 0, sizeof(*w));
	w->zero_ns = w->now_ns = zero_ns;
	w->take = take;
	w->ctx = ctx;
	options.hello = greeting_of(&greeting, sheet);
	options.hello.session_id = SESSION;
	rc = firmware_init(&w->firmware, &options);
	if (rc < 0)
		return rc;
	rc = driver_smp_ops.create(&host, rate_hz, &w->driver);
	if (rc == 0) {
		driver_smp_ops.begin(w->driver, w->now_ns);
		carry(w);
		rc = w->firmware.streaming ? 0 : -EPROTO;
	}
	if (rc < 0)
		wire_close(w);
	return rc;
}

void wire_close(struct wire *w)
{
	if (w->driver)
		w->driver->ops->destroy(w->driver);
	firmware_fini(&w->firmware);
	memset(w, 0, sizeof(*w));
}

void wire_send(struct wire *w, double t_s, uint8_t status, const uint16_t *cells)
{
	int64_t t_ns = w->zero_ns + (int64_t)llround(1e9 * t_s);
	struct smp_frame_head head = { .scan_us = SCAN_US, .status = status };
	uint64_t seq;
	bool damaged;

	wait_until(w, t_ns);
	head.device_us = device_us(w);
	wait_until(w, t_ns + INT64_C(1000) * SCAN_US);
	firmware_frame(&w->firmware, &head, cells, &seq, &damaged);
	carry(w);
}

void wire_lose(struct wire *w)
{
	uint64_t seq;

	firmware_drop(&w->firmware, &seq);
}
