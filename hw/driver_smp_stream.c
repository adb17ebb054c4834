#include "hw/driver_smp.h"

#include <math.h>

#define LOG_TAG "smp"
#include "src/base/clock.h"
#include "src/base/log.h"

#define N_MISSING_BEFORE_PING 3 /* docs/smp.md */
/* Chosen: when the mat counts as lost. */
#define ASK_AGAIN_NS (300 * CLOCK_NS_PER_MS)
/* Late packets in a row that make a reboot more likely than a link that mixes order. Chosen. */
#define N_LATE_SUSPECT 4
/* Runs of bytes that may be pieces of as many damaged packets as numbers are missing. Chosen. */
#define N_PIECES_MAX 32
/* Packets that a mat can send beside its frames, for judging gaps. Chosen. */
#define N_EXTRA_PACKETS 256
/* Of a mat that has not told its rate yet. Chosen: ten times the fastest. */
#define PERIOD_SHORTEST_NS (CLOCK_NS_PER_MS / 10)
/* A frame older than the last by less than this is late; by more, the clock was reset. Chosen. */
#define LATE_US_MAX 1000000u

/* --- what arrives, judged ------------------------------------------------- */

/* One damaged packet may be cut into several runs by a 00 that damage made: count one
 * now, the others when the next good packet's number tells how many are missing. */
void driver_smp_stream_damaged(struct driver_smp *d, bool is_first)
{
	/* We joined in the middle of a packet: nobody damaged it. */
	if (is_first)
		return;
	lexer_judge(&d->lexer, false);
	d->n_pieces++;
	if (d->n_pieces == 1 || d->n_pieces > N_PIECES_MAX)
		d->base.counters.bad_frames++;
}

static void settle_pieces(struct driver_smp *d, uint32_t n_lost)
{
	uint32_t n = d->n_pieces < N_PIECES_MAX ? d->n_pieces : N_PIECES_MAX;

	n = n < n_lost ? n : n_lost;
	if (n > 1)
		d->base.counters.bad_frames += n - 1;
	d->n_pieces = 0;
}

/* Return how many packets the mat can have sent since the last that came. */
static uint64_t gap_max(const struct driver_smp *d, int64_t now_ns)
{
	const int64_t period_ns =
		d->base.period_ns > 0 ? d->base.period_ns : PERIOD_SHORTEST_NS;

	return 2 * (uint64_t)((now_ns - d->last_packet_ns) / period_ns) +
	       N_EXTRA_PACKETS;
}

bool driver_smp_stream_number(struct driver_smp *d, uint16_t seq, int64_t now_ns)
{
	uint32_t n_lost;
	const enum sequence_verdict verdict =
		sequence_take(&d->sequence, seq, gap_max(d, now_ns), &n_lost);

	settle_pieces(d, n_lost);
	if (verdict == SEQUENCE_NEXT) {
		d->base.counters.lost_frames += n_lost;
		d->n_lost_before += n_lost;
		d->n_late_in_row = 0;
		d->last_packet_ns = now_ns;
		return true;
	}
	d->base.counters.late_frames++;
	d->n_late_in_row++;
	if (verdict == SEQUENCE_ALIEN || d->n_late_in_row >= N_LATE_SUSPECT)
		driver_smp_talk_ask(d, now_ns);
	return false;
}

/* --- frames --------------------------------------------------------------- */

static void learn_period(struct driver_smp *d, const struct raw_frame *frame)
{
	const int64_t step_ns = frame->t_ns - d->last_t_ns;

	if (d->has_frame && frame->n_lost == 0)
		d->base.period_ns =
			d->base.period_ns == 0
				? step_ns
				: d->base.period_ns + (step_ns - d->base.period_ns) / 8;
	d->last_t_ns = frame->t_ns;
	d->last_device_us = frame->device_us;
	d->has_frame = true;
}

static void pass_on(struct driver_smp *d, const struct smp_frame_head *head,
	const uint16_t *cells, int64_t now_ns)
{
	const struct raw_frame frame = {
		.seq = d->sequence.last,
		.device_us = head->device_us,
		.has_device_us = true,
		.t_ns = clock_map_stamp(
			&d->clock, head->device_us, head->scan_us, now_ns),
		.n_lost = d->n_lost_before,
		.scan_us = head->scan_us,
		.status = head->status,
		.cells = cells,
	};

	learn_period(d, &frame);
	d->n_lost_before = 0;
	d->has_pinged_silence = false;
	d->has_asked_silence = false;
	d->base.last_frame_ns = now_ns;
	d->base.counters.frames++;
	if (d->base.stage != MAT_DRIVER_STREAMING)
		driver_smp_set_stage(d, MAT_DRIVER_STREAMING, "");
	d->base.host.frame(&frame, d->base.host.ctx);
}

void driver_smp_stream_frame(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	const size_t n_cells = (size_t)d->hello.rows * d->hello.cols;
	const bool is_sparse = p->type == SMP_FRAME_SPARSE;
	struct smp_frame_head head;

	if (!d->has_hello || smp_frame_decode(p->body, p->n_body, is_sparse, n_cells,
				     &head, d->is_in_order ? d->cells : d->wire) < 0) {
		d->base.counters.bad_frames++;
		return;
	}
	/* Of an older START: its rate may be another. */
	if (!d->takes_frames)
		return;
	if (d->has_frame && head.device_us <= d->last_device_us &&
		d->last_device_us - head.device_us < LATE_US_MAX) {
		d->base.counters.late_frames++;
		return;
	}
	if (!d->is_in_order)
		for (size_t i = 0; i < n_cells; i++)
			d->cells[d->places[i]] = d->wire[i];
	pass_on(d, &head, d->cells, now_ns);
}

bool driver_smp_stream_rebooted(const struct driver_smp *d, uint64_t device_us)
{
	return d->has_frame && device_us < d->last_device_us &&
	       d->last_device_us - device_us >= LATE_US_MAX;
}

/* --- what a mat tells beside them ------------------------------------------ */

void driver_smp_stream_status(struct driver_smp *d, const struct smp_packet *p)
{
	struct smp_status status;

	if (smp_status_decode(p->body, p->n_body, &status) < 0) {
		d->base.counters.bad_frames++;
		return;
	}
	d->base.info.temperature_c = status.temperature_cdeg == SMP_TEMPERATURE_NONE
					     ? NAN
					     : status.temperature_cdeg / 100.0;
}

void driver_smp_stream_event(struct driver_smp *d, const struct smp_packet *p)
{
	struct smp_event event;

	if (smp_event_decode(p->body, p->n_body, &event) < 0) {
		d->base.counters.bad_frames++;
		return;
	}
	log_debug(
		"mat %s: event %u, value %u", d->hello.serial, event.kind, event.value);
}

void driver_smp_stream_log(const struct driver_smp *d, const struct smp_packet *p)
{
	char text[128];
	size_t n = p->n_body < sizeof(text) - 1 ? p->n_body : sizeof(text) - 1;

	for (size_t i = 0; i < n; i++)
		text[i] = p->body[i] >= 0x20 && p->body[i] < 0x7f ? (char)p->body[i]
								  : '?';
	text[n] = '\0';
	log_debug("mat %s says: %s", d->hello.serial, text);
}

/* --- silence -------------------------------------------------------------- */

static int64_t missing_wait_ns(const struct driver_smp *d)
{
	return N_MISSING_BEFORE_PING * d->base.period_ns;
}

/* When silence counts as a loss; slow mats may pause longer. */
static int64_t silence_wait_ns(const struct driver_smp *d)
{
	const int64_t missing_ns = missing_wait_ns(d);

	return missing_ns > ASK_AGAIN_NS ? missing_ns : ASK_AGAIN_NS;
}

void driver_smp_stream_tick(struct driver_smp *d, int64_t now_ns)
{
	const int64_t silent_ns = now_ns - d->base.last_frame_ns;

	if (d->base.stage != MAT_DRIVER_STREAMING)
		return;
	if (!d->has_pinged_silence && d->base.period_ns > 0 &&
		silent_ns >= missing_wait_ns(d)) {
		d->has_pinged_silence = true;
		driver_smp_talk_ping(d, now_ns);
	}
	if (!d->has_asked_silence && silent_ns >= silence_wait_ns(d)) {
		d->has_asked_silence = true;
		driver_smp_talk_ask(d, now_ns);
	}
}

int64_t driver_smp_stream_due_ns(const struct driver_smp *d)
{
	int64_t due_ns = MAT_DRIVER_NEVER;

	if (d->base.stage != MAT_DRIVER_STREAMING)
		return due_ns;
	if (d->base.period_ns > 0 && !d->has_pinged_silence)
		due_ns = d->base.last_frame_ns + missing_wait_ns(d);
	if (!d->has_asked_silence &&
		d->base.last_frame_ns + silence_wait_ns(d) < due_ns)
		due_ns = d->base.last_frame_ns + silence_wait_ns(d);
	return due_ns;
}
