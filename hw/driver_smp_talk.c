#include "hw/driver_smp.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOG_TAG "smp"
#include "src/base/clock.h"
#include "src/base/log.h"

#define HELLO_WAIT_NS (250 * CLOCK_NS_PER_MS) /* docs/smp.md */
#define N_HELLO_MAX   5                       /* docs/smp.md */
#define START_WAIT_NS (250 * CLOCK_NS_PER_MS) /* chosen: as HELLO */
#define PING_WAIT_NS  (1 * CLOCK_NS_PER_S)    /* docs/smp.md */

#define HOST_PACKET_SIZE 64 /* longer than any packet of a host */

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

void driver_smp_talk_send(struct driver_smp *d, enum smp_type type)
{
	send_packet(d, type, NULL, 0);
}

static void send_hello_req(struct driver_smp *d, int64_t now_ns)
{
	send_packet(d, SMP_HELLO_REQ, NULL, 0);
	d->n_hello++;
	d->hello_due_ns = now_ns + HELLO_WAIT_NS;
}

void driver_smp_talk_ask(struct driver_smp *d, int64_t now_ns)
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

void driver_smp_talk_ping(struct driver_smp *d, int64_t now_ns)
{
	struct driver_smp_ping *ping = &d->pings[d->nonce % DRIVER_SMP_PINGS];
	uint8_t body[HOST_PACKET_SIZE];

	*ping = (struct driver_smp_ping){ true, d->nonce++, now_ns };
	send_packet(d, SMP_PING, body, smp_ping_encode(ping->nonce, body));
	d->ping_due_ns = now_ns + PING_WAIT_NS;
}

/* --- START ---------------------------------------------------------------- */

/* 12 bits when that loses nothing, else 16; where no dense frame fits, the mat's choice. */
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
		driver_smp_set_stage(d, MAT_DRIVER_STARTING, "");
	}
	send_start(d, now_ns);
}

static bool is_start_seq(const struct driver_smp *d, uint16_t seq)
{
	for (int i = 0; i < d->n_start; i++)
		if (d->start_seqs[i] == seq)
			return true;
	return false;
}

void driver_smp_talk_ack(struct driver_smp *d, const struct smp_packet *p)
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

/* A mat that cannot do what we ask is asked for less: its own rate, then its own encoding. */
void driver_smp_talk_nak(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
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
	if (code == SMP_NAK_ARGUMENT && d->n_start < DRIVER_SMP_STARTS) {
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
	driver_smp_set_stage(d, MAT_DRIVER_REFUSED,
		"the mat answers but refuses to start, whatever rate and encoding it "
		"is asked for. Update the mat's firmware, or ask its maker");
}

static void tick_starting(struct driver_smp *d, int64_t now_ns)
{
	if (!d->is_starting || now_ns < d->start_due_ns)
		return;
	if (d->n_start < DRIVER_SMP_STARTS) {
		/* The ACK may have been lost: frames prove as much. */
		d->takes_frames = true;
		send_start(d, now_ns);
		return;
	}
	d->is_starting = false;
	if (d->base.stage == MAT_DRIVER_STARTING)
		driver_smp_set_stage(d, MAT_DRIVER_REFUSED,
			"the mat answers but does not begin to send frames when asked "
			"to. Unplug it and plug it in again; if that does not help, "
			"update its firmware");
}

/* --- HELLO ---------------------------------------------------------------- */

static void keep_hello(struct mat_info *info, const struct smp_packet *p)
{
	if (p->n_body > sizeof(info->hello))
		return;
	memcpy(info->hello, p->body, p->n_body);
	info->n_hello = (int)p->n_body;
}

static void fill_info(struct driver_smp *d, const struct smp_packet *p)
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
	keep_hello(info, p);
	d->base.n_info++;
}

/* Another boot of the mat, or the first one seen on this port. */
static void begin_session(struct driver_smp *d, const struct smp_packet *p)
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
	driver_smp_set_stage(d, MAT_DRIVER_STARTING, "");
	fill_info(d, p);
}

static bool is_same_mat(const struct driver_smp *d, const struct smp_hello *h)
{
	return d->has_hello && h->session_id == d->hello.session_id &&
	       h->rows == d->hello.rows && h->cols == d->hello.cols &&
	       strcmp(h->serial, d->hello.serial) == 0;
}

/* What speaks so is not for us; a mat that streams already may err now and then. */
static void refuse(struct driver_smp *d, const char *reason)
{
	d->base.counters.bad_frames++;
	if (d->base.stage != MAT_DRIVER_ASKING)
		return;
	d->is_asking = false;
	driver_smp_set_stage(d, MAT_DRIVER_REFUSED, reason);
}

static void refuse_hello(struct driver_smp *d)
{
	refuse(d,
		"the mat announces rows, columns, pitch, rate or unit outside the "
		"limits of its protocol (SMP/1). Update the mat's firmware, or ask its "
		"maker");
}

void driver_smp_talk_other_major(struct driver_smp *d, const struct smp_packet *p)
{
	char reason[MAT_DRIVER_REASON_SIZE];

	snprintf(reason, sizeof(reason),
		"the mat speaks version %u of the mat protocol (SMP), this Stance "
		"speaks version %d. Update %s",
		p->major, SMP_MAJOR,
		p->major > SMP_MAJOR ? "Stance" : "the mat's firmware");
	refuse(d, reason);
}

void driver_smp_talk_hello(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
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
		driver_smp_stream_number(d, p->seq, now_ns);
		return;
	}
	/* An answer says where the mat's count stands, whatever we believed. */
	d->is_asking = false;
	if (!is_same)
		sequence_rejoin(&d->sequence);
	if (!driver_smp_stream_number(d, p->seq, now_ns)) {
		sequence_rejoin(&d->sequence);
		driver_smp_stream_number(d, p->seq, now_ns);
	}
	d->is_asking = false;
	if (!is_same) {
		if (d->has_hello)
			log_info("mat %s: started anew, session %08x", hello.serial,
				(unsigned int)hello.session_id);
		d->hello = hello;
		d->has_hello = true;
		begin_session(d, p);
	}
	/* First the PING: its answer dates the very first frame. */
	driver_smp_talk_ping(d, now_ns);
	begin_start(d, now_ns);
}

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
		driver_smp_set_stage(d, MAT_DRIVER_SILENT, "");
}

/* --- PING ----------------------------------------------------------------- */

void driver_smp_talk_pong(
	struct driver_smp *d, const struct smp_packet *p, int64_t now_ns)
{
	uint32_t nonce;
	uint64_t device_us;

	if (smp_pong_decode(p->body, p->n_body, &nonce, &device_us) < 0) {
		d->base.counters.bad_frames++;
		return;
	}

	struct driver_smp_ping *ping = &d->pings[nonce % DRIVER_SMP_PINGS];

	if (!ping->is_open || ping->nonce != nonce)
		return;
	ping->is_open = false;
	clock_map_pong(&d->clock, ping->sent_ns, now_ns, device_us);
}

/* --- time passes ---------------------------------------------------------- */

void driver_smp_talk_tick(struct driver_smp *d, int64_t now_ns)
{
	tick_asking(d, now_ns);
	tick_starting(d, now_ns);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

int64_t driver_smp_talk_due_ns(const struct driver_smp *d)
{
	int64_t due_ns = MAT_DRIVER_NEVER;

	if (d->is_asking)
		due_ns = earlier(due_ns, d->hello_due_ns);
	if (d->is_starting)
		due_ns = earlier(due_ns, d->start_due_ns);
	if (d->has_hello)
		due_ns = earlier(due_ns, d->ping_due_ns);
	return due_ns;
}
