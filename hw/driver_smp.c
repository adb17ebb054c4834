/* The driver of SMP/1 mats, from the bytes: packets, who gets which, and the timers. */
#define _GNU_SOURCE /* strcasestr() */
#include "hw/driver_smp.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct driver_smp *smp_of(struct mat_driver *driver)
{
	return (struct driver_smp *)driver;
}

void driver_smp_set_stage(
	struct driver_smp *d, enum mat_driver_stage stage, const char *reason)
{
	d->base.stage = stage;
	snprintf(d->base.reason, sizeof(d->base.reason), "%s", reason);
}

static void set_deadline(struct driver_smp *d)
{
	const int64_t talk_ns = driver_smp_talk_due_ns(d);
	const int64_t stream_ns = driver_smp_stream_due_ns(d);

	d->base.deadline_ns = talk_ns < stream_ns ? talk_ns : stream_ns;
}

/* --- bytes to packets, and who gets which --------------------------------- */

static void take_numbered(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	switch (p->type) {
	case SMP_FRAME:
	case SMP_FRAME_SPARSE:
		driver_smp_stream_frame(d, p, now_ns);
		break;
	case SMP_PONG:
		driver_smp_talk_pong(d, p, now_ns);
		break;
	case SMP_STATUS:
		driver_smp_stream_status(d, p);
		break;
	case SMP_EVENT:
		driver_smp_stream_event(d, p);
		break;
	case SMP_LOG:
		driver_smp_stream_log(d, p);
		break;
	case SMP_ACK:
		driver_smp_talk_ack(d, p);
		break;
	case SMP_NAK:
		driver_smp_talk_nak(d, p, now_ns);
		break;
	default:
		d->base.counters.bad_frames++;
		break;
	}
}

/* A PONG from before the last frame tells of a reboot earlier than its number does. */
static bool is_reboot_pong(const struct driver_smp *d, const struct smp_packet *p)
{
	uint32_t nonce;
	uint64_t device_us;

	return p->type == SMP_PONG &&
	       smp_pong_decode(p->body, p->n_body, &nonce, &device_us) == 0 &&
	       driver_smp_stream_rebooted(d, device_us);
}

static void take_packet(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	if (p->type == SMP_HELLO) {
		driver_smp_talk_hello(d, p, now_ns);
		return;
	}
	if (is_reboot_pong(d, p)) {
		driver_smp_talk_ask(d, now_ns);
		return;
	}
	if (driver_smp_stream_number(d, p->seq, now_ns))
		take_numbered(d, p, now_ns);
}

static void take_run(struct driver_smp *d, const struct lexer_run *run, int64_t now_ns)
{
	struct smp_packet packet = { 0 };
	int n = -EBADMSG;
	int error;

	if (run->kind == LEXER_RUN)
		n = smp_cobs_decode(run->bytes, run->n, d->packet);
	if (n < 0) {
		driver_smp_stream_damaged(d, run->is_first);
		return;
	}
	error = smp_packet_decode(d->packet, (size_t)n, &packet);
	if (error == -EBADMSG) {
		driver_smp_stream_damaged(d, run->is_first);
		return;
	}
	lexer_judge(&d->lexer, true);
	if (error == -EPROTO)
		driver_smp_talk_other_major(d, &packet);
	else
		take_packet(d, &packet, now_ns);
}

static void smp_receive(
	struct mat_driver *driver, const uint8_t *bytes, size_t n, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);
	struct lexer_run run;

	while (n > 0) {
		const size_t taken = lexer_push(&d->lexer, bytes, n, &run);

		bytes += taken;
		n -= taken;
		if (run.kind != LEXER_NONE)
			take_run(d, &run, now_ns);
	}
	d->base.counters.resyncs = d->lexer.n_resyncs;
	d->base.has_part = d->lexer.length > 0 || d->lexer.overlong;
	set_deadline(d);
}

/* --- time passes, a port comes and goes ----------------------------------- */

static void smp_tick(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);

	driver_smp_talk_tick(d, now_ns);
	driver_smp_stream_tick(d, now_ns); /* its PING puts off the next */
	if (d->has_hello && now_ns >= d->ping_due_ns)
		driver_smp_talk_ping(d, now_ns);
	set_deadline(d);
}

static void smp_begin(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);
	const uint8_t flush = 0;

	lexer_reset(&d->lexer);
	sequence_rejoin(&d->sequence);
	clock_map_restart(&d->clock);
	d->has_hello = false;
	d->is_asking = false;
	d->is_starting = false;
	d->takes_frames = false;
	d->has_frame = false;
	d->n_lost_before = 0;
	d->n_pieces = 0;
	d->n_late_in_row = 0;
	d->has_pinged_silence = false;
	d->has_asked_silence = false;
	d->last_packet_ns = now_ns;
	d->base.period_ns = 0;
	d->base.last_frame_ns = now_ns;
	d->base.info.has_mat = false;
	d->base.n_info++;
	driver_smp_set_stage(d, MAT_DRIVER_ASKING, "");
	(void)d->base.host.send(&flush, 1, d->base.host.ctx);
	driver_smp_talk_ask(d, now_ns);
	set_deadline(d);
}

static void smp_end(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);

	(void)now_ns;
	if (d->has_hello)
		driver_smp_talk_send(d, SMP_STOP);
}

static int smp_identify(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);

	(void)now_ns;
	if (d->base.stage != MAT_DRIVER_STREAMING)
		return -ENODEV;
	driver_smp_talk_send(d, SMP_IDENTIFY);
	return 0;
}

/* --- the table ------------------------------------------------------------ */

static int smp_create(
	const struct mat_driver_host *host, double rate_hz, struct mat_driver **out)
{
	/* Half a megabyte for the largest mat; a smaller one never touches most pages. */
	struct driver_smp *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->base.ops = &driver_smp_ops;
	d->base.host = *host;
	d->base.wanted_rate_hz = rate_hz;
	d->base.deadline_ns = MAT_DRIVER_NEVER;
	d->base.info.temperature_c = NAN;
	lexer_init(&d->lexer, d->run, sizeof(d->run));
	clock_map_init(&d->clock);
	*out = &d->base;
	return 0;
}

static void smp_destroy(struct mat_driver *driver)
{
	free(driver);
}

/* By USB vendors of the boards that self-made mats are built on. */
static bool smp_claims(const struct port_info *port)
{
	static const int board_vids[] = {
		0x16c0, /* Teensy */
		0x2341, /* Arduino */
		0x239a, /* Adafruit */
		0x2e8a, /* Raspberry Pi Pico */
		0x303a, /* Espressif */
		0x0483, /* STMicroelectronics */
	};

	if (strcasestr(port->description, "stance"))
		return true;
	for (size_t i = 0; i < sizeof(board_vids) / sizeof(board_vids[0]); i++)
		if (port->vid == board_vids[i])
			return true;
	return false;
}

/* USB boards ignore the rate; bridges need one that carries a mat (docs/smp.md, "Budget"). */
static const int smp_bauds[] = { 2000000, 3000000, 921600, 115200, 0 };

const struct mat_driver_ops driver_smp_ops = {
	.name = "smp",
	.title = "Stance Mat Protocol, SMP/1",
	.bauds = smp_bauds,
	.claims = smp_claims,
	.create = smp_create,
	.destroy = smp_destroy,
	.begin = smp_begin,
	.receive = smp_receive,
	.tick = smp_tick,
	.end = smp_end,
	.identify = smp_identify,
};
