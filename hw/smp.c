#include "hw/smp.h"

#include <errno.h>
#include <string.h>

#include <zlib.h>

#include "src/base/bytes.h"

#define COBS_BLOCK_MAX   254u /* data bytes of the longest block, code FF */
#define COBS_BLOCK_SHORT 8u   /* code up to which bytes are copied one by one. Chosen */
#define EMPTY_BLOCKS     UINT64_C(0x0101010101010101) /* eight blocks of a 00 each */

/* Limits that a HELLO must keep; docs/smp.md. */
#define SIDE_MAX         256u
#define ADC_BITS_MAX     16u
#define PITCH_MIN_UM     1000u
#define PITCH_MAX_UM     100000u
#define RATE_MAX_MHZ     10000000u /* chosen: 10 kHz, beyond any sheet that is scanned */
#define TAG_DIVIDER      1u
#define TAG_UNIT_SCALE   2u
#define P12_CELL_MAX     0x0fffu
#define U8_CELL_MAX      0xffu
#define HELLO_SERIAL     36
#define HELLO_FIRMWARE   52
#define HELLO_MODEL      68
#define START_BODY_SIZE  8
#define STATUS_BODY_SIZE 16
#define EVENT_BODY_SIZE  10

static const uint8_t hello_magic[4] = { 'S', 'M', 'A', 'T' };

/* --- COBS ----------------------------------------------------------------- */

size_t smp_cobs_encode(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t code_at = 0;
	size_t length = 1;
	unsigned int n_block = 0;

	for (size_t i = 0; i < n; i++) {
		/* A full block closes itself; it stands for no 00 of the data. */
		if (n_block == COBS_BLOCK_MAX) {
			out[code_at] = (uint8_t)(n_block + 1);
			code_at = length++;
			n_block = 0;
		}
		if (in[i] != 0) {
			out[length++] = in[i];
			n_block++;
			continue;
		}
		out[code_at] = (uint8_t)(n_block + 1);
		code_at = length++;
		n_block = 0;
	}
	out[code_at] = (uint8_t)(n_block + 1);
	return length;
}

int smp_cobs_decode(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t from = 0;
	size_t to = 0;

	if (memchr(in, 0, n))
		return -EBADMSG;
	while (from < n) {
		/* An empty mat is a long run of empty blocks. In place, `to` stays behind `from`. */
		while (n - from > sizeof(EMPTY_BLOCKS) &&
			bytes_get_u64(in + from) == EMPTY_BLOCKS) {
			bytes_put_u64(out + to, 0);
			from += sizeof(EMPTY_BLOCKS);
			to += sizeof(EMPTY_BLOCKS);
		}

		const size_t code = in[from++];

		if (code - 1 > n - from)
			return -EBADMSG;
		/* A call for each short block would take longer than the rest of a frame. */
		if (code <= COBS_BLOCK_SHORT)
			for (size_t i = 1; i < code; i++)
				out[to++] = in[from++];
		else {
			memmove(out + to, in + from, code - 1);
			from += code - 1;
			to += code - 1;
		}
		if (code <= COBS_BLOCK_MAX && from < n)
			out[to++] = 0;
	}
	return (int)to;
}

/* --- packets -------------------------------------------------------------- */

static uint32_t packet_crc(const uint8_t *bytes, size_t n)
{
	return (uint32_t)crc32(0, bytes, (uInt)n);
}

int smp_packet_encode(uint8_t type, uint16_t seq, const uint8_t *body, size_t n_body,
	uint8_t *scratch, uint8_t *out, size_t size)
{
	const size_t n_signed = SMP_HEADER_SIZE + n_body;
	const size_t n_packet = n_signed + SMP_CRC_SIZE;

	if (n_body > SMP_BODY_MAX)
		return -EMSGSIZE;
	/* The encoder writes at most this, and the 00 comes after. */
	if (size < n_packet + n_packet / COBS_BLOCK_MAX + 2)
		return -ENOBUFS;
	scratch[0] = SMP_MAJOR;
	scratch[1] = type;
	bytes_put_u16(scratch + 2, seq);
	if (n_body > 0)
		memcpy(scratch + SMP_HEADER_SIZE, body, n_body);
	bytes_put_u32(scratch + n_signed, packet_crc(scratch, n_signed));

	const size_t length = smp_cobs_encode(scratch, n_packet, out);

	out[length] = 0;
	return (int)(length + 1);
}

int smp_packet_decode(const uint8_t *bytes, size_t n, struct smp_packet *packet)
{
	if (n < SMP_HEADER_SIZE + SMP_CRC_SIZE || n > SMP_PACKET_MAX)
		return -EBADMSG;
	if (packet_crc(bytes, n - SMP_CRC_SIZE) !=
		bytes_get_u32(bytes + n - SMP_CRC_SIZE))
		return -EBADMSG;
	packet->major = bytes[0];
	packet->type = bytes[1];
	packet->seq = bytes_get_u16(bytes + 2);
	packet->body = bytes + SMP_HEADER_SIZE;
	packet->n_body = n - SMP_HEADER_SIZE - SMP_CRC_SIZE;
	return packet->major == SMP_MAJOR ? 0 : -EPROTO;
}

/* --- HELLO ---------------------------------------------------------------- */

/* Copy a padded text field into `text` of n + 1 bytes, printable bytes only. */
static void get_text(const uint8_t *field, size_t n, char *text)
{
	size_t i;

	for (i = 0; i < n && field[i] != 0; i++)
		text[i] = field[i] >= 0x20 && field[i] < 0x7f ? (char)field[i] : '?';
	text[i] = '\0';
}

static void put_text(const char *text, size_t n, uint8_t *field)
{
	memset(field, 0, n);
	memcpy(field, text, strnlen(text, n));
}

size_t smp_hello_encode(const struct smp_hello *hello, uint8_t *out)
{
	size_t length = SMP_HELLO_SIZE;

	memset(out, 0, SMP_HELLO_SIZE);
	memcpy(out, hello_magic, sizeof(hello_magic));
	out[4] = hello->minor;
	out[5] = hello->adc_bits;
	bytes_put_u16(out + 6, hello->rows);
	bytes_put_u16(out + 8, hello->cols);
	bytes_put_u32(out + 12, hello->pitch_x_um);
	bytes_put_u32(out + 16, hello->pitch_y_um);
	bytes_put_u32(out + 20, hello->max_rate_mhz);
	bytes_put_u32(out + 24, hello->session_id);
	bytes_put_u32(out + 28, hello->flags);
	out[32] = hello->unit;
	out[33] = hello->origin;
	out[34] = hello->order;
	put_text(hello->serial, 16, out + HELLO_SERIAL);
	put_text(hello->firmware, 16, out + HELLO_FIRMWARE);
	put_text(hello->model, 24, out + HELLO_MODEL);
	if (hello->has_divider) {
		out[length] = TAG_DIVIDER;
		out[length + 1] = 8;
		bytes_put_u32(out + length + 2, hello->r_reference_ohm);
		bytes_put_u32(out + length + 6, hello->r_series_ohm);
		length += 10;
	}
	if (hello->unit_scale != 1) {
		out[length] = TAG_UNIT_SCALE;
		out[length + 1] = 4;
		bytes_put_u32(out + length + 2, hello->unit_scale);
		length += 6;
	}
	return length;
}

/* Read the tags we know; one that is cut short ends the list, an unknown one is
 * skipped. */
static void get_tags(const uint8_t *tags, size_t n, struct smp_hello *hello)
{
	size_t at = 0;

	while (n - at >= 2 && (size_t)tags[at + 1] <= n - at - 2) {
		const uint8_t *value = tags + at + 2;
		const size_t n_value = tags[at + 1];

		if (tags[at] == TAG_DIVIDER && n_value >= 8) {
			hello->has_divider = true;
			hello->r_reference_ohm = bytes_get_u32(value);
			hello->r_series_ohm = bytes_get_u32(value + 4);
		} else if (tags[at] == TAG_UNIT_SCALE && n_value >= 4) {
			hello->unit_scale = bytes_get_u32(value);
		}
		at += 2 + n_value;
	}
}

static bool side_ok(uint16_t n_cells)
{
	return n_cells >= 1 && n_cells <= SIDE_MAX;
}

static bool pitch_ok(uint32_t pitch_um)
{
	return pitch_um >= PITCH_MIN_UM && pitch_um <= PITCH_MAX_UM;
}

static bool hello_ok(const struct smp_hello *h)
{
	return side_ok(h->rows) && side_ok(h->cols) && pitch_ok(h->pitch_x_um) &&
	       pitch_ok(h->pitch_y_um) && h->adc_bits >= 1 &&
	       h->adc_bits <= ADC_BITS_MAX && h->max_rate_mhz <= RATE_MAX_MHZ &&
	       h->unit <= SMP_UNIT_MN && h->origin <= SMP_ORIGIN_REAR_RIGHT &&
	       h->order <= 1 && h->unit_scale >= 1;
}

int smp_hello_decode(const uint8_t *body, size_t n, struct smp_hello *hello)
{
	struct smp_hello h = { .unit_scale = 1 };

	if (n < SMP_HELLO_SIZE || memcmp(body, hello_magic, sizeof(hello_magic)) != 0)
		return -EBADMSG;
	h.minor = body[4];
	h.adc_bits = body[5];
	h.rows = bytes_get_u16(body + 6);
	h.cols = bytes_get_u16(body + 8);
	h.pitch_x_um = bytes_get_u32(body + 12);
	h.pitch_y_um = bytes_get_u32(body + 16);
	h.max_rate_mhz = bytes_get_u32(body + 20);
	h.session_id = bytes_get_u32(body + 24);
	h.flags = bytes_get_u32(body + 28);
	h.unit = body[32];
	h.origin = body[33];
	h.order = body[34];
	get_text(body + HELLO_SERIAL, 16, h.serial);
	get_text(body + HELLO_FIRMWARE, 16, h.firmware);
	get_text(body + HELLO_MODEL, 24, h.model);
	get_tags(body + SMP_HELLO_SIZE, n - SMP_HELLO_SIZE, &h);
	if (!hello_ok(&h))
		return -EPROTO;
	*hello = h;
	return 0;
}

size_t smp_cell_index(const struct smp_hello *hello, size_t i)
{
	const size_t rows = hello->rows;
	const size_t cols = hello->cols;
	size_t row = hello->order == 0 ? i / cols : i % rows;
	size_t col = hello->order == 0 ? i % cols : i / rows;

	if (hello->origin == SMP_ORIGIN_REAR_LEFT ||
		hello->origin == SMP_ORIGIN_REAR_RIGHT)
		row = rows - 1 - row;
	if (hello->origin == SMP_ORIGIN_FRONT_RIGHT ||
		hello->origin == SMP_ORIGIN_REAR_RIGHT)
		col = cols - 1 - col;
	return row * cols + col;
}

/* --- frames --------------------------------------------------------------- */

/* Return the bytes that n cells take, or SIZE_MAX for an unknown encoding. */
static size_t cells_size(uint8_t encoding, size_t n)
{
	switch (encoding) {
	case SMP_ENCODING_U8:
		return n;
	case SMP_ENCODING_P12:
		return n / 2 * 3 + n % 2 * 2;
	case SMP_ENCODING_U16:
		return n * 2;
	default:
		return SIZE_MAX;
	}
}

static uint16_t clamped(uint16_t cell, uint16_t most)
{
	return cell < most ? cell : most;
}

static void put_p12(const uint16_t *cells, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i += 2) {
		const unsigned int a = clamped(cells[i], P12_CELL_MAX);

		*out++ = (uint8_t)a;
		if (i + 1 == n) {
			*out = (uint8_t)(a >> 8);
			break;
		}

		const unsigned int b = clamped(cells[i + 1], P12_CELL_MAX);

		*out++ = (uint8_t)(a >> 8 | (b & 0x0f) << 4);
		*out++ = (uint8_t)(b >> 4);
	}
}

static void put_cells(uint8_t encoding, const uint16_t *cells, size_t n, uint8_t *out)
{
	if (encoding == SMP_ENCODING_P12) {
		put_p12(cells, n, out);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (encoding == SMP_ENCODING_U8)
			out[i] = (uint8_t)clamped(cells[i], U8_CELL_MAX);
		else
			bytes_put_u16(out + 2 * i, cells[i]);
	}
}

/* Write bitmap and values of the cells that are not 0; returns the length. */
static size_t put_sparse(
	uint8_t encoding, const uint16_t *cells, size_t n, uint8_t *out)
{
	const size_t n_bitmap = (n + 7) / 8;
	uint16_t pair[2];
	size_t n_pair = 0;
	size_t length = n_bitmap;

	memset(out, 0, n_bitmap);
	for (size_t i = 0; i < n; i++) {
		if (cells[i] == 0)
			continue;
		out[i / 8] |= (uint8_t)(1u << i % 8);
		pair[n_pair++] = cells[i];
		if (n_pair < 2)
			continue;
		put_cells(encoding, pair, 2, out + length);
		length += cells_size(encoding, 2);
		n_pair = 0;
	}
	put_cells(encoding, pair, n_pair, out + length);
	return length + cells_size(encoding, n_pair);
}

static size_t count_set(const uint16_t *cells, size_t n)
{
	size_t n_set = 0;

	for (size_t i = 0; i < n; i++)
		n_set += cells[i] != 0;
	return n_set;
}

int smp_frame_encode(const struct smp_frame_head *head, bool sparse,
	const uint16_t *cells, size_t n_cells, uint8_t *out, size_t size)
{
	const size_t n_values = sparse ? count_set(cells, n_cells) : n_cells;
	const size_t n_bitmap = sparse ? (n_cells + 7) / 8 : 0;

	if (head->encoding > SMP_ENCODING_U16)
		return -EINVAL;

	const size_t length =
		SMP_FRAME_HEAD + n_bitmap + cells_size(head->encoding, n_values);

	if (length > size)
		return -ENOBUFS;
	bytes_put_u64(out, head->device_us);
	bytes_put_u16(out + 8, head->scan_us);
	out[10] = head->encoding;
	out[11] = head->status;
	if (sparse)
		put_sparse(head->encoding, cells, n_cells, out + SMP_FRAME_HEAD);
	else
		put_cells(head->encoding, cells, n_cells, out + SMP_FRAME_HEAD);
	return (int)length;
}

static void get_cells(uint8_t encoding, const uint8_t *in, size_t n, uint16_t *cells)
{
	size_t i;

	switch (encoding) {
	case SMP_ENCODING_U8:
		for (i = 0; i < n; i++)
			cells[i] = in[i];
		break;
	case SMP_ENCODING_P12:
		for (i = 0; i + 1 < n; i += 2, in += 3) {
			cells[i] = (uint16_t)(in[0] | (in[1] & 0x0f) << 8);
			cells[i + 1] = (uint16_t)(in[1] >> 4 | in[2] << 4);
		}
		if (i < n)
			cells[i] = (uint16_t)(in[0] | (in[1] & 0x0f) << 8);
		break;
	default:
		for (i = 0; i < n; i++)
			cells[i] = bytes_get_u16(in + 2 * i);
		break;
	}
}

static bool bit_is_set(const uint8_t *bitmap, size_t i)
{
	return bitmap[i / 8] >> i % 8 & 1;
}

static size_t count_bits(const uint8_t *bitmap, size_t n)
{
	size_t n_set = 0;

	for (size_t i = 0; i < n; i++)
		n_set += bit_is_set(bitmap, i);
	return n_set;
}

/* The values come packed at the front of `cells`; move them to their places from the
 * back, where a place is never in front of its value. */
static void spread(const uint8_t *bitmap, size_t n_cells, size_t n_set, uint16_t *cells)
{
	for (size_t i = n_cells; i-- > 0;)
		cells[i] = bit_is_set(bitmap, i) ? cells[--n_set] : 0;
}

int smp_frame_decode(const uint8_t *body, size_t n, bool sparse, size_t n_cells,
	struct smp_frame_head *head, uint16_t *cells)
{
	const size_t n_bitmap = sparse ? (n_cells + 7) / 8 : 0;

	if (n < SMP_FRAME_HEAD + n_bitmap || body[10] > SMP_ENCODING_U16)
		return -EBADMSG;

	const uint8_t *bitmap = body + SMP_FRAME_HEAD;
	const uint8_t encoding = body[10];
	const size_t n_values = sparse ? count_bits(bitmap, n_cells) : n_cells;

	if (n - SMP_FRAME_HEAD - n_bitmap < cells_size(encoding, n_values))
		return -EBADMSG;
	head->device_us = bytes_get_u64(body);
	head->scan_us = bytes_get_u16(body + 8);
	head->encoding = encoding;
	head->status = body[11];
	get_cells(encoding, bitmap + n_bitmap, n_values, cells);
	if (sparse)
		spread(bitmap, n_cells, n_values, cells);
	return 0;
}

/* --- small bodies --------------------------------------------------------- */

size_t smp_start_encode(const struct smp_start *start, uint8_t *out)
{
	memset(out, 0, START_BODY_SIZE);
	bytes_put_u32(out, start->rate_mhz);
	out[4] = start->encoding;
	return START_BODY_SIZE;
}

int smp_start_decode(const uint8_t *body, size_t n, struct smp_start *start)
{
	if (n < START_BODY_SIZE)
		return -EBADMSG;
	start->rate_mhz = bytes_get_u32(body);
	start->encoding = body[4];
	return 0;
}

size_t smp_status_encode(const struct smp_status *status, uint8_t *out)
{
	bytes_put_u16(out, (uint16_t)status->temperature_cdeg);
	bytes_put_u16(out + 2, status->vref_mv);
	bytes_put_u32(out + 4, status->scan_overruns);
	bytes_put_u32(out + 8, status->tx_drops);
	bytes_put_u32(out + 12, status->sync_edges);
	return STATUS_BODY_SIZE;
}

int smp_status_decode(const uint8_t *body, size_t n, struct smp_status *status)
{
	if (n < STATUS_BODY_SIZE)
		return -EBADMSG;
	status->temperature_cdeg = (int16_t)bytes_get_u16(body);
	status->vref_mv = bytes_get_u16(body + 2);
	status->scan_overruns = bytes_get_u32(body + 4);
	status->tx_drops = bytes_get_u32(body + 8);
	status->sync_edges = bytes_get_u32(body + 12);
	return 0;
}

size_t smp_event_encode(const struct smp_event *event, uint8_t *out)
{
	bytes_put_u64(out, event->device_us);
	out[8] = event->kind;
	out[9] = event->value;
	return EVENT_BODY_SIZE;
}

int smp_event_decode(const uint8_t *body, size_t n, struct smp_event *event)
{
	if (n < EVENT_BODY_SIZE)
		return -EBADMSG;
	event->device_us = bytes_get_u64(body);
	event->kind = body[8];
	event->value = body[9];
	return 0;
}

size_t smp_ping_encode(uint32_t nonce, uint8_t *out)
{
	bytes_put_u32(out, nonce);
	return 4;
}

int smp_ping_decode(const uint8_t *body, size_t n, uint32_t *nonce)
{
	if (n < 4)
		return -EBADMSG;
	*nonce = bytes_get_u32(body);
	return 0;
}

size_t smp_pong_encode(uint32_t nonce, uint64_t device_us, uint8_t *out)
{
	bytes_put_u32(out, nonce);
	bytes_put_u64(out + 4, device_us);
	return 12;
}

int smp_pong_decode(const uint8_t *body, size_t n, uint32_t *nonce, uint64_t *device_us)
{
	if (n < 12)
		return -EBADMSG;
	*nonce = bytes_get_u32(body);
	*device_us = bytes_get_u64(body + 4);
	return 0;
}

size_t smp_ack_encode(uint16_t seq, uint8_t *out)
{
	bytes_put_u16(out, seq);
	return 2;
}

int smp_ack_decode(const uint8_t *body, size_t n, uint16_t *seq)
{
	if (n < 2)
		return -EBADMSG;
	*seq = bytes_get_u16(body);
	return 0;
}

size_t smp_nak_encode(uint16_t seq, uint8_t code, uint8_t *out)
{
	bytes_put_u16(out, seq);
	out[2] = code;
	return 3;
}

int smp_nak_decode(const uint8_t *body, size_t n, uint16_t *seq, uint8_t *code)
{
	if (n < 3)
		return -EBADMSG;
	*seq = bytes_get_u16(body);
	*code = body[2];
	return 0;
}
