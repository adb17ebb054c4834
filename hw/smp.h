/* SMP/1, the native mat protocol: packets to bytes and back. Pure; shared by the driver and the
 * simulated mat.
 * Does not read ports, keep state or decide what to answer.
 * Follows docs/smp.md; COBS after Cheshire & Baker 1999, CRC-32 of IEEE
 * 802.3 by zlib. */
#ifndef STANCE_HW_SMP_H
#define STANCE_HW_SMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMP_MAJOR            1
#define SMP_HEADER_SIZE      4 /* major, type, seq */
#define SMP_CRC_SIZE         4
#define SMP_PACKET_MAX       65535 /* header, body and CRC */
#define SMP_BODY_MAX         (SMP_PACKET_MAX - SMP_HEADER_SIZE - SMP_CRC_SIZE)
#define SMP_ENCODED_MAX      (SMP_PACKET_MAX + SMP_PACKET_MAX / 254 + 1) /* without the 00 */
#define SMP_HELLO_SIZE       92
#define SMP_FRAME_HEAD       12
#define SMP_TEMPERATURE_NONE (-32768)

/* Numbers on the wire, all as in docs/smp.md. */
enum smp_type {
	SMP_HELLO_REQ = 0x01,
	SMP_START = 0x02,
	SMP_STOP = 0x03,
	SMP_PING = 0x04,
	SMP_IDENTIFY = 0x05,
	SMP_HELLO = 0x81,
	SMP_PONG = 0x84,
	SMP_FRAME = 0x90,
	SMP_FRAME_SPARSE = 0x91,
	SMP_STATUS = 0x92,
	SMP_EVENT = 0x93,
	SMP_LOG = 0x94,
	SMP_ACK = 0xfe,
	SMP_NAK = 0xff,
};

enum smp_encoding {
	SMP_ENCODING_U8 = 0,
	SMP_ENCODING_P12 = 1,
	SMP_ENCODING_U16 = 2,
	SMP_ENCODING_SPARSE_OK = 128, /* added in START */
	SMP_ENCODING_ANY = 255,       /* in START: the device's choice */
};

enum smp_unit { SMP_UNIT_COUNTS = 0, SMP_UNIT_NS = 1, SMP_UNIT_MN = 2 };

enum smp_origin {
	SMP_ORIGIN_FRONT_LEFT = 0,
	SMP_ORIGIN_FRONT_RIGHT = 1,
	SMP_ORIGIN_REAR_LEFT = 2,
	SMP_ORIGIN_REAR_RIGHT = 3,
};

enum smp_nak { SMP_NAK_UNKNOWN = 1, SMP_NAK_ARGUMENT = 2, SMP_NAK_BUSY = 3 };

enum smp_hello_flag {
	SMP_HELLO_THRESHOLD = 1,
	SMP_HELLO_AUTOZERO = 2,
	SMP_HELLO_TEMPERATURE = 4,
	SMP_HELLO_SYNC = 8,
	SMP_HELLO_SPARSE = 16,
};

/* A packet taken apart. `body` borrows the buffer it was decoded from. */
struct smp_packet {
	uint8_t major;
	uint8_t type; /* enum smp_type, or a type we do not know */
	uint16_t seq;
	const uint8_t *body;
	size_t n_body;
};

/* HELLO, with its optional tags resolved. Strings are NUL-terminated printable ASCII; any other
 * byte a mat sends is shown as '?'. */
struct smp_hello {
	uint8_t minor;
	uint8_t adc_bits;
	uint16_t rows, cols;
	uint32_t pitch_x_um, pitch_y_um;
	uint32_t max_rate_mhz;
	uint32_t session_id;
	uint32_t flags;
	uint8_t unit;   /* enum smp_unit */
	uint8_t origin; /* enum smp_origin */
	uint8_t order;  /* 0 row by row, 1 column by column */
	char serial[17], firmware[17], model[25];
	bool has_divider; /* tag 1 */
	uint32_t r_reference_ohm, r_series_ohm;
	uint32_t unit_scale; /* tag 2, else 1 */
};

/* The fixed head of FRAME and FRAME_SPARSE. */
struct smp_frame_head {
	uint64_t device_us;
	uint16_t scan_us;
	uint8_t encoding;
	uint8_t status;
};

/* The other bodies; a decoder writes its struct only if the body is right. */
struct smp_status {
	int16_t temperature_cdeg; /* SMP_TEMPERATURE_NONE: no sensor */
	uint16_t vref_mv;
	uint32_t scan_overruns, tx_drops, sync_edges;
};

struct smp_event {
	uint64_t device_us;
	uint8_t kind; /* 1 sync rising, 2 sync falling, 3 button */
	uint8_t value;
};

struct smp_start {
	uint32_t rate_mhz; /* 0: device default */
	uint8_t encoding;
};

/* COBS-encode `n` bytes (no trailing 00 is written) into `out` of at least
 * n + n / 254 + 1 bytes; returns the encoded length. Buffers must not overlap. */
size_t smp_cobs_encode(const uint8_t *in, size_t n, uint8_t *out);

/* COBS-decode `n` bytes without their 00 into `out` of at least `n` bytes; `out` may equal `in`.
 * Accepts both endings of a full last block. Returns the length, or -EBADMSG. */
int smp_cobs_decode(const uint8_t *in, size_t n, uint8_t *out);

/* Build a whole packet, encode it and add 00: `out` of `size` bytes. `scratch` of
 * n_body + SMP_HEADER_SIZE + SMP_CRC_SIZE bytes. Returns the bytes to send, -EMSGSIZE if the
 * body is longer than SMP_BODY_MAX, -ENOBUFS if `out` is too small. */
int smp_packet_encode(uint8_t type, uint16_t seq, const uint8_t *body, size_t n_body,
	uint8_t *scratch, uint8_t *out, size_t size);

/* Take apart the decoded bytes between two 00. Returns 0; -EBADMSG for a wrong length or CRC;
 * -EPROTO for another major version (fields are then still filled in, so that it can be named). */
int smp_packet_decode(const uint8_t *bytes, size_t n, struct smp_packet *packet);

/* HELLO body, without tags (`out` of SMP_HELLO_SIZE + 16 bytes; tags 1 and 2 are appended if
 * has_divider or unit_scale != 1). Returns the length. */
size_t smp_hello_encode(const struct smp_hello *hello, uint8_t *out);

/* Returns 0; -EBADMSG for a wrong magic or length; -EPROTO for sizes, units or rates out of
 * range (rows, cols 1..256, adc_bits 1..16, pitch 1..100 mm, rate up to 10 kHz with 0 for "not
 * told", unit 0..2, origin 0..3, order 0..1, scale above 0). A tag cut short ends the tags. */
int smp_hello_decode(const uint8_t *body, size_t n, struct smp_hello *hello);

/* Cells in wire order, `n_cells` of them. Encode returns the body's length, -ENOBUFS if it does
 * not fit `size`, -EINVAL for an unknown encoding; cells above an encoding's range are clamped. */
int smp_frame_encode(const struct smp_frame_head *head, bool sparse,
	const uint16_t *cells, size_t n_cells, uint8_t *out, size_t size);

/* Decode FRAME or FRAME_SPARSE (`sparse`). `cells` receives n_cells values in wire order.
 * Returns 0 or -EBADMSG (too short, unknown encoding). Longer bodies are accepted. */
int smp_frame_decode(const uint8_t *body, size_t n, bool sparse, size_t n_cells,
	struct smp_frame_head *head, uint16_t *cells);

/* Return where wire cell `i` lies in front-row-first, left-to-right order. */
size_t smp_cell_index(const struct smp_hello *hello, size_t i);

/* Small bodies. Encoders return the length written to `out` (24 bytes suffice for all);
 * decoders return 0 or -EBADMSG when the body is too short. */
size_t smp_start_encode(const struct smp_start *start, uint8_t *out);
int smp_start_decode(const uint8_t *body, size_t n, struct smp_start *start);
size_t smp_status_encode(const struct smp_status *status, uint8_t *out);
int smp_status_decode(const uint8_t *body, size_t n, struct smp_status *status);
size_t smp_event_encode(const struct smp_event *event, uint8_t *out);
int smp_event_decode(const uint8_t *body, size_t n, struct smp_event *event);
size_t smp_ping_encode(uint32_t nonce, uint8_t *out);
int smp_ping_decode(const uint8_t *body, size_t n, uint32_t *nonce);
size_t smp_pong_encode(uint32_t nonce, uint64_t device_us, uint8_t *out);
int smp_pong_decode(
	const uint8_t *body, size_t n, uint32_t *nonce, uint64_t *device_us);
size_t smp_ack_encode(uint16_t seq, uint8_t *out);
int smp_ack_decode(const uint8_t *body, size_t n, uint16_t *seq);
size_t smp_nak_encode(uint16_t seq, uint8_t code, uint8_t *out);
int smp_nak_decode(const uint8_t *body, size_t n, uint16_t *seq, uint8_t *code);

#endif
