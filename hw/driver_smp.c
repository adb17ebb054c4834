/* The driver of SMP/1 mats: the host's side of the conversation in docs/smp.md.
 *
 *      ASKING --HELLO--> STARTING --ACK, FRAME--> STREAMING
 *      ASKING --5 requests unanswered--> SILENT
 *      any --a HELLO that we cannot use--> REFUSED
 *      STREAMING --silence, or signs of a reboot--> asks again, streams on when HELLO comes
 */
#include "hw/mat_driver.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hw/clock_map.h"
#include "hw/lexer.h"
#include "hw/sequence.h"
#include "hw/smp.h"

#define LOG_TAG "smp"
#include "src/base/clock.h"
#include "src/base/log.h"

#define HELLO_WAIT_NS         (250 * CLOCK_NS_PER_MS) /* docs/smp.md */
#define N_HELLO_MAX           5                       /* docs/smp.md */
#define START_WAIT_NS         (250 * CLOCK_NS_PER_MS) /* chosen: as HELLO */
#define N_START_MAX           5
#define PING_WAIT_NS          (1000 * CLOCK_NS_PER_MS) /* docs/smp.md */
#define N_MISSING_BEFORE_PING 3                        /* docs/smp.md */
#define N_PINGS               4                        /* that may be under way */
#define ASK_AGAIN_NS          (300 * CLOCK_NS_PER_MS) /* chosen: when the mat counts as lost */
/* Late packets in a row that make a reboot more likely than a link that mixes order.
 * Chosen. */
#define N_LATE_SUSPECT 4
/* Runs of bytes that may be pieces of as many damaged packets as numbers are missing.
 * Chosen. */
#define N_PIECES_MAX 32
/* Packets that a mat can send beside its frames, for judging gaps. Chosen. */
#define N_EXTRA_PACKETS 256
#define PERIOD_SHORTEST_NS                                                             \
	(CLOCK_NS_PER_MS / 10) /* of a mat that does not tell its rate */
/* A frame older than the last by less than this is late; by more, the clock was reset. */
#define LATE_US_MAX      1000000u
#define HOST_PACKET_SIZE 64
#define N_CELLS_MAX      (256 * 256)

struct ping {
	bool is_open;
	uint32_t nonce;
	int64_t sent_ns;
};

struct driver_smp {
	struct mat_driver base;
	struct lexer lexer;
	struct clock_map clock;
	struct sequence sequence;
	struct smp_hello hello;
	bool has_hello;
	bool is_in_order; /* the wire's order of cells is ours */

	bool is_asking;
	int n_hello;
	int64_t hello_due_ns;

	bool is_starting;
	bool takes_frames;
	int n_start;
	uint16_t start_seqs[N_START_MAX];
	struct smp_start start;
	int64_t start_due_ns;

	struct ping pings[N_PINGS];
	uint32_t nonce;
	int64_t ping_due_ns;
	bool has_pinged_silence, has_asked_silence;

	uint16_t host_seq;
	uint32_t n_lost_before; /* the next frame */
	uint32_t n_pieces;      /* bad runs since the last good packet */
	uint32_t n_late_in_row;
	int64_t last_packet_ns;
	bool has_frame;
	uint64_t last_device_us;
	int64_t last_t_ns;

	uint8_t run[SMP_ENCODED_MAX];
	uint8_t packet[SMP_ENCODED_MAX];
	uint16_t wire[N_CELLS_MAX];
	uint16_t cells[N_CELLS_MAX];
	uint16_t places[N_CELLS_MAX]; /* of each wire cell */
};

static struct driver_smp *smp_of(struct mat_driver *driver)
{
	return (struct driver_smp *)driver;
}

static void set_stage(
	struct driver_smp *d, enum mat_driver_stage stage, const char *reason)
{
	d->base.stage = stage;
	snprintf(d->base.reason, sizeof(d->base.reason), "%s", reason);
}

/* --- sending -------------------------------------------------------------- */

static uint16_t send_packet(
	struct driver_smp *d, enum smp_type type, const uint8_t *body, size_t n_body)
{
	uint8_t scratch[HOST_PACKET_SIZE];
	uint8_t out[HOST_PACKET_SIZE];
	const uint16_t seq = d->host_seq++;
	const int n = smp_packet_encode(
		(uint8_t)type, seq, body, n_body, scratch, out, sizeof(out));

	if (n > 0 && d->base.host.send(out, (size_t)n, d->base.host.ctx) < 0)
		log_debug("packet %02x was not sent", (unsigned int)type);
	return seq;
}

static void send_hello_req(struct driver_smp *d, int64_t now_ns)
{
	send_packet(d, SMP_HELLO_REQ, NULL, 0);
	d->n_hello++;
	d->hello_due_ns = now_ns + HELLO_WAIT_NS;
}

static void ask(struct driver_smp *d, int64_t now_ns)
{
	if (d->is_asking)
		return;
	d->is_asking = true;
	d->n_hello = 0;
	send_hello_req(d, now_ns);
}

static void send_start(struct driver_smp *d, int64_t now_ns)
{
	uint8_t body[HOST_PACKET_SIZE];
	const size_t n = smp_start_encode(&d->start, body);

	d->start_seqs[d->n_start++] = send_packet(d, SMP_START, body, n);
	d->start_due_ns = now_ns + START_WAIT_NS;
}

static void send_ping(struct driver_smp *d, int64_t now_ns)
{
	struct ping *ping = &d->pings[d->nonce % N_PINGS];
	uint8_t body[HOST_PACKET_SIZE];

	*ping = (struct ping){ true, d->nonce++, now_ns };
	send_packet(d, SMP_PING, body, smp_ping_encode(ping->nonce, body));
	d->ping_due_ns = now_ns + PING_WAIT_NS;
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

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

static void set_deadline(struct driver_smp *d)
{
	int64_t due_ns = MAT_DRIVER_NEVER;

	if (d->is_asking)
		due_ns = earlier(due_ns, d->hello_due_ns);
	if (d->is_starting)
		due_ns = earlier(due_ns, d->start_due_ns);
	if (d->has_hello)
		due_ns = earlier(due_ns, d->ping_due_ns);
	if (d->base.stage == MAT_DRIVER_STREAMING) {
		if (d->base.period_ns > 0 && !d->has_pinged_silence)
			due_ns = earlier(
				due_ns, d->base.last_frame_ns + missing_wait_ns(d));
		if (!d->has_asked_silence)
			due_ns = earlier(
				due_ns, d->base.last_frame_ns + silence_wait_ns(d));
	}
	d->base.deadline_ns = due_ns;
}

/* --- what arrives, judged ------------------------------------------------- */

/* One damaged packet may be cut into several runs by a 00 that damage made: count one
 * now, the others when the next good packet's number tells how many are missing. */
static void take_damaged(struct driver_smp *d, bool is_first)
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

/* Count a packet's number; returns whether the packet is new. */
static bool take_number(struct driver_smp *d, uint16_t seq, int64_t now_ns)
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
		ask(d, now_ns);
	return false;
}

/* --- HELLO and START ------------------------------------------------------ */

static void fill_info(struct driver_smp *d)
{
	const struct smp_hello *h = &d->hello;
	struct mat_info *info = &d->base.info;

	*info = (struct mat_info){ .has_mat = true };
	snprintf(info->driver, sizeof(info->driver), "%s", driver_smp_ops.name);
	memcpy(info->serial, h->serial, sizeof(info->serial));
	memcpy(info->model, h->model, sizeof(info->model));
	memcpy(info->firmware, h->firmware, sizeof(info->firmware));
	info->geometry = (struct mat_geometry){
		.n_rows = h->rows,
		.n_cols = h->cols,
		.pitch_x_mm = h->pitch_x_um / 1000.0,
		.pitch_y_mm = h->pitch_y_um / 1000.0,
	};
	info->unit = h->unit == SMP_UNIT_MN   ? FRAME_UNIT_FORCE_MN
		     : h->unit == SMP_UNIT_NS ? FRAME_UNIT_CONDUCTANCE_NS
					      : FRAME_UNIT_COUNTS;
	info->unit_scale = h->unit_scale;
	info->full_scale = (1u << h->adc_bits) - 1;
	info->has_divider = h->has_divider;
	info->r_reference_ohm = h->r_reference_ohm;
	info->r_series_ohm = h->r_series_ohm;
	info->applies_threshold = h->flags & SMP_HELLO_THRESHOLD;
	info->applies_autozero = h->flags & SMP_HELLO_AUTOZERO;
	info->temperature_c = NAN;
	d->base.n_info++;
}

/* 12 bits when that loses nothing, else 16; where no dense frame fits a packet, the
 * mat's choice. */
static uint8_t choose_encoding(const struct smp_hello *h)
{
	const size_t n = (size_t)h->rows * h->cols;
	const bool is_narrow = h->unit == SMP_UNIT_COUNTS && h->adc_bits <= 12;
	const size_t n_bytes = is_narrow ? n + (n + 1) / 2 : 2 * n;
	const bool may_be_sparse = h->flags & SMP_HELLO_SPARSE;
	const unsigned int dense = is_narrow ? SMP_ENCODING_P12 : SMP_ENCODING_U16;

	if (n_bytes + SMP_FRAME_HEAD > SMP_BODY_MAX && !may_be_sparse)
		return SMP_ENCODING_ANY;
	return (uint8_t)(may_be_sparse ? dense | SMP_ENCODING_SPARSE_OK : dense);
}

static uint32_t choose_rate_mhz(const struct driver_smp *d)
{
	const double wanted_mhz = d->base.wanted_rate_hz * 1000.0;
	const double most_mhz = d->hello.max_rate_mhz;

	if (most_mhz > 0 && wanted_mhz > most_mhz) {
		log_warn("mat %s: %.6g Hz wanted, it does at most %.6g Hz",
			d->hello.serial, wanted_mhz / 1000.0, most_mhz / 1000.0);
		return d->hello.max_rate_mhz;
	}
	return (uint32_t)fmin(wanted_mhz + 0.5, UINT32_MAX);
}

static void begin_start(struct driver_smp *d, int64_t now_ns)
{
	d->start.rate_mhz = choose_rate_mhz(d);
	d->start.encoding = choose_encoding(&d->hello);
	d->is_starting = true;
	d->n_start = 0;
	if (d->base.stage != MAT_DRIVER_STREAMING) {
		d->base.last_frame_ns = now_ns;
		set_stage(d, MAT_DRIVER_STARTING, "");
	}
	send_start(d, now_ns);
}

/* Another boot of the mat, or the first one seen on this port. */
static void begin_session(struct driver_smp *d)
{
	const size_t n_cells = (size_t)d->hello.rows * d->hello.cols;

	clock_map_restart(&d->clock);
	memset(d->pings, 0, sizeof(d->pings));
	d->takes_frames = false;
	d->has_frame = false;
	d->base.period_ns = 0;
	d->n_lost_before = 0;
	d->is_in_order = true;
	for (size_t i = 0; i < n_cells; i++) {
		d->places[i] = (uint16_t)smp_cell_index(&d->hello, i);
		d->is_in_order = d->is_in_order && d->places[i] == i;
	}
	set_stage(d, MAT_DRIVER_STARTING, "");
	fill_info(d);
}

static bool is_same_mat(const struct driver_smp *d, const struct smp_hello *h)
{
	return d->has_hello && h->session_id == d->hello.session_id &&
	       h->rows == d->hello.rows && h->cols == d->hello.cols &&
	       strcmp(h->serial, d->hello.serial) == 0;
}

static void refuse_hello(struct driver_smp *d)
{
	d->base.counters.bad_frames++;
	if (d->base.stage != MAT_DRIVER_ASKING)
		return;
	d->is_asking = false;
	set_stage(d, MAT_DRIVER_REFUSED,
		"the mat announces rows, columns, pitch, rate or unit outside the "
		"limits of its protocol (SMP/1). Update the mat's firmware, or ask its "
		"maker");
}

static void take_hello(struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	struct smp_hello hello;
	const int error = smp_hello_decode(p->body, p->n_body, &hello);

	if (error == -EPROTO) {
		refuse_hello(d);
		return;
	}
	if (error < 0) {
		d->base.counters.bad_frames++;
		return;
	}

	const bool is_same = is_same_mat(d, &hello);

	if (is_same && !d->is_asking) {
		take_number(d, p->seq, now_ns);
		return;
	}
	/* An answer says where the mat's count stands, whatever we believed. */
	d->is_asking = false;
	if (!is_same)
		sequence_rejoin(&d->sequence);
	if (!take_number(d, p->seq, now_ns)) {
		sequence_rejoin(&d->sequence);
		take_number(d, p->seq, now_ns);
	}
	d->is_asking = false;
	if (!is_same) {
		if (d->has_hello)
			log_info("mat %s: started anew, session %08x", hello.serial,
				(unsigned int)hello.session_id);
		d->hello = hello;
		d->has_hello = true;
		begin_session(d);
	}
	/* First the PING: its answer dates the very first frame. */
	send_ping(d, now_ns);
	begin_start(d, now_ns);
}

static bool is_start_seq(const struct driver_smp *d, uint16_t seq)
{
	for (int i = 0; i < d->n_start; i++)
		if (d->start_seqs[i] == seq)
			return true;
	return false;
}

static void take_ack(struct driver_smp *d, const struct smp_packet *p)
{
	uint16_t seq;

	if (smp_ack_decode(p->body, p->n_body, &seq) < 0) {
		d->base.counters.bad_frames++;
		return;
	}
	if (d->is_starting && is_start_seq(d, seq)) {
		d->is_starting = false;
		d->takes_frames = true;
	}
}

/* A mat that cannot do what we ask is asked for less: its own rate, then its own
 * encoding. */
static void take_nak(struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	uint16_t seq;
	uint8_t code;

	if (smp_nak_decode(p->body, p->n_body, &seq, &code) < 0) {
		d->base.counters.bad_frames++;
		return;
	}
	if (!d->is_starting || !is_start_seq(d, seq))
		return;
	if (code == SMP_NAK_BUSY)
		return; /* asked again in a moment */
	if (code == SMP_NAK_ARGUMENT && d->n_start < N_START_MAX) {
		if (d->start.rate_mhz != 0) {
			log_warn("mat %s: refuses %.6g Hz, taking its own rate",
				d->hello.serial, d->start.rate_mhz / 1000.0);
			d->start.rate_mhz = 0;
			send_start(d, now_ns);
			return;
		}
		if (d->start.encoding != SMP_ENCODING_ANY) {
			d->start.encoding = SMP_ENCODING_ANY;
			send_start(d, now_ns);
			return;
		}
	}
	d->is_starting = false;
	set_stage(d, MAT_DRIVER_REFUSED,
		"the mat answers but refuses to start, whatever rate and encoding it "
		"is asked for. Update the mat's firmware, or ask its maker");
}

/* --- streaming ------------------------------------------------------------ */

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
		set_stage(d, MAT_DRIVER_STREAMING, "");
	d->base.host.frame(&frame, d->base.host.ctx);
}

static void take_frame(struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
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

/* Return whether the mat's clock says that it has booted since its last frame. */
static bool has_rebooted(const struct driver_smp *d, uint64_t device_us)
{
	return d->has_frame && device_us < d->last_device_us &&
	       d->last_device_us - device_us >= LATE_US_MAX;
}

static void take_pong(struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	uint32_t nonce;
	uint64_t device_us;

	if (smp_pong_decode(p->body, p->n_body, &nonce, &device_us) < 0) {
		d->base.counters.bad_frames++;
		return;
	}

	struct ping *ping = &d->pings[nonce % N_PINGS];

	if (!ping->is_open || ping->nonce != nonce)
		return;
	ping->is_open = false;
	clock_map_pong(&d->clock, ping->sent_ns, now_ns, device_us);
}

static void take_status(struct driver_smp *d, const struct smp_packet *p)
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

static void take_event(struct driver_smp *d, const struct smp_packet *p)
{
	struct smp_event event;

	if (smp_event_decode(p->body, p->n_body, &event) < 0) {
		d->base.counters.bad_frames++;
		return;
	}
	log_debug(
		"mat %s: event %u, value %u", d->hello.serial, event.kind, event.value);
}

static void take_log(const struct driver_smp *d, const struct smp_packet *p)
{
	char text[128];
	size_t n = p->n_body < sizeof(text) - 1 ? p->n_body : sizeof(text) - 1;

	for (size_t i = 0; i < n; i++)
		text[i] = p->body[i] >= 0x20 && p->body[i] < 0x7f ? (char)p->body[i]
								  : '?';
	text[n] = '\0';
	log_debug("mat %s says: %s", d->hello.serial, text);
}

/* --- dispatch ------------------------------------------------------------- */

static void take_other_major(struct driver_smp *d, const struct smp_packet *p)
{
	char reason[MAT_DRIVER_REASON_SIZE];

	d->base.counters.bad_frames++;
	if (d->base.stage != MAT_DRIVER_ASKING)
		return;
	d->is_asking = false;
	snprintf(reason, sizeof(reason),
		"the mat speaks version %u of the mat protocol (SMP), this Stance "
		"speaks version %d. Update %s",
		p->major, SMP_MAJOR,
		p->major > SMP_MAJOR ? "Stance" : "the mat's firmware");
	set_stage(d, MAT_DRIVER_REFUSED, reason);
}

static void take_numbered(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	switch (p->type) {
	case SMP_FRAME:
	case SMP_FRAME_SPARSE:
		take_frame(d, p, now_ns);
		break;
	case SMP_PONG:
		take_pong(d, p, now_ns);
		break;
	case SMP_STATUS:
		take_status(d, p);
		break;
	case SMP_EVENT:
		take_event(d, p);
		break;
	case SMP_LOG:
		take_log(d, p);
		break;
	case SMP_ACK:
		take_ack(d, p);
		break;
	case SMP_NAK:
		take_nak(d, p, now_ns);
		break;
	default:
		d->base.counters.bad_frames++;
		break;
	}
}

/* A PONG from before the last frame's time tells of a reboot earlier than its number
 * does. */
static bool is_reboot_pong(const struct driver_smp *d, const struct smp_packet *p)
{
	uint32_t nonce;
	uint64_t device_us;

	return p->type == SMP_PONG &&
	       smp_pong_decode(p->body, p->n_body, &nonce, &device_us) == 0 &&
	       has_rebooted(d, device_us);
}

static void take_packet(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	if (p->type == SMP_HELLO) {
		take_hello(d, p, now_ns);
		return;
	}
	if (is_reboot_pong(d, p)) {
		ask(d, now_ns);
		return;
	}
	if (take_number(d, p->seq, now_ns))
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
		take_damaged(d, run->is_first);
		return;
	}
	error = smp_packet_decode(d->packet, (size_t)n, &packet);
	if (error == -EBADMSG) {
		take_damaged(d, run->is_first);
		return;
	}
	lexer_judge(&d->lexer, true);
	if (error == -EPROTO)
		take_other_major(d, &packet);
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
	set_deadline(d);
}

/* --- time passes ---------------------------------------------------------- */

static void tick_asking(struct driver_smp *d, int64_t now_ns)
{
	if (!d->is_asking || now_ns < d->hello_due_ns)
		return;
	if (d->n_hello < N_HELLO_MAX) {
		send_hello_req(d, now_ns);
		return;
	}
	d->is_asking = false;
	if (d->base.stage == MAT_DRIVER_ASKING)
		set_stage(d, MAT_DRIVER_SILENT, "");
}

static void tick_starting(struct driver_smp *d, int64_t now_ns)
{
	if (!d->is_starting || now_ns < d->start_due_ns)
		return;
	if (d->n_start < N_START_MAX) {
		/* The ACK may have been lost: frames prove as much. */
		d->takes_frames = true;
		send_start(d, now_ns);
		return;
	}
	d->is_starting = false;
	if (d->base.stage == MAT_DRIVER_STARTING)
		set_stage(d, MAT_DRIVER_REFUSED,
			"the mat answers but does not begin to send frames when asked "
			"to. Unplug it and plug it in again; if that does not help, "
			"update its firmware");
}

static void tick_streaming(struct driver_smp *d, int64_t now_ns)
{
	const int64_t silent_ns = now_ns - d->base.last_frame_ns;

	if (d->base.stage != MAT_DRIVER_STREAMING)
		return;
	if (!d->has_pinged_silence && d->base.period_ns > 0 &&
		silent_ns >= missing_wait_ns(d)) {
		d->has_pinged_silence = true;
		send_ping(d, now_ns);
	}
	if (!d->has_asked_silence && silent_ns >= silence_wait_ns(d)) {
		d->has_asked_silence = true;
		ask(d, now_ns);
	}
}

static void smp_tick(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);

	tick_asking(d, now_ns);
	tick_starting(d, now_ns);
	tick_streaming(d, now_ns);
	if (d->has_hello && now_ns >= d->ping_due_ns)
		send_ping(d, now_ns);
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
	set_stage(d, MAT_DRIVER_ASKING, "");
	(void)d->base.host.send(&flush, 1, d->base.host.ctx);
	ask(d, now_ns);
	set_deadline(d);
}

static void smp_end(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);

	(void)now_ns;
	if (d->has_hello)
		send_packet(d, SMP_STOP, NULL, 0);
}

static int smp_identify(struct mat_driver *driver, int64_t now_ns)
{
	struct driver_smp *d = smp_of(driver);

	(void)now_ns;
	if (d->base.stage != MAT_DRIVER_STREAMING)
		return -ENODEV;
	send_packet(d, SMP_IDENTIFY, NULL, 0);
	return 0;
}

static int smp_create(
	const struct mat_driver_host *host, double rate_hz, struct mat_driver **out)
{
	/* Half a megabyte for the largest mat; pages that a smaller one never needs
	 * stay untouched. */
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

/* USB vendors of the boards that self-made mats are built on, and of the bridges beside
 * them. */
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

/* USB boards ignore the rate; bridges need one that carries a mat (docs/smp.md,
 * "Budget"). */
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
