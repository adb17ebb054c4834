#include "src/store/frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"

/* The columns of whole numbers beside the cells: bytes each. */
enum column { SEQ, DEVICE_US, T_NS, N_LOST, SCAN_US, HAS_DEVICE_US, STATUS, N_COLUMNS };

static const int width[N_COLUMNS] = { 8, 8, 8, 4, 2, 1, 1 };

int frames_reserve(struct frames *f, int capacity, int n_cells)
{
	if (capacity <= f->capacity && n_cells == f->n_cells)
		return 0;
	frames_fini(f);
	f->frames = malloc(sizeof(*f->frames) * (size_t)capacity);
	f->cells = malloc(sizeof(*f->cells) * (size_t)capacity * (size_t)n_cells);
	if (!f->frames || !f->cells) {
		frames_fini(f);
		return -ENOMEM;
	}
	f->capacity = capacity;
	f->n_cells = n_cells;
	return 0;
}

void frames_fini(struct frames *f)
{
	free(f->frames);
	free(f->cells);
	memset(f, 0, sizeof(*f));
}

void frames_add(struct frames *f, const struct raw_frame *frame)
{
	uint16_t *cells = f->cells + (size_t)f->n * (size_t)f->n_cells;

	memcpy(cells, frame->cells, sizeof(*cells) * (size_t)f->n_cells);
	f->frames[f->n] = *frame;
	f->frames[f->n].cells = cells;
	f->n++;
}

size_t frames_size(int n, int n_cells)
{
	return FRAMES_HEAD_SIZE + (size_t)n * (FRAMES_FIXED + 2 * (size_t)n_cells);
}

static uint64_t field(const struct raw_frame *frame, int column)
{
	switch (column) {
	case SEQ:
		return frame->seq;
	case DEVICE_US:
		return frame->device_us;
	case T_NS:
		return (uint64_t)frame->t_ns;
	case N_LOST:
		return frame->n_lost;
	case SCAN_US:
		return frame->scan_us;
	case HAS_DEVICE_US:
		return frame->has_device_us;
	default:
		return frame->status;
	}
}

static void set_field(struct raw_frame *frame, int column, uint64_t value)
{
	switch (column) {
	case SEQ:
		frame->seq = value;
		break;
	case DEVICE_US:
		frame->device_us = value;
		break;
	case T_NS:
		frame->t_ns = (int64_t)value;
		break;
	case N_LOST:
		frame->n_lost = (uint32_t)value;
		break;
	case SCAN_US:
		frame->scan_us = (uint16_t)value;
		break;
	case HAS_DEVICE_US:
		frame->has_device_us = value != 0;
		break;
	default:
		frame->status = (uint8_t)value;
	}
}

/* Differences to the frame before, modulo 2^64, one plane a byte: near the end of a plane of high
 * bytes there is nothing but zeros. */
static uint8_t *encode_column(const struct frames *f, int column, uint8_t *out)
{
	const size_t n = (size_t)f->n;
	uint64_t before = 0;

	for (size_t i = 0; i < n; i++) {
		const uint64_t value = field(&f->frames[i], column);
		const uint64_t step = value - before;

		for (int b = 0; b < width[column]; b++)
			out[(size_t)b * n + i] = (uint8_t)(step >> 8 * b);
		before = value;
	}
	return out + n * (size_t)width[column];
}

static const uint8_t *decode_column(struct frames *f, int column, const uint8_t *in)
{
	const size_t n = (size_t)f->n;
	const uint64_t mask = UINT64_MAX >> (64 - 8 * width[column]);
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t step = 0;

		for (int b = 0; b < width[column]; b++)
			step |= (uint64_t)in[(size_t)b * n + i] << 8 * b;
		value = (value + step) & mask;
		set_field(&f->frames[i], column, value);
	}
	return in + n * (size_t)width[column];
}

/* Zig-zag: small steps of either sign become small numbers, so that the high plane is zeros. */
static uint16_t zigzag(uint16_t step)
{
	return (uint16_t)(step << 1 ^ -(step >> 15));
}

static uint16_t unzigzag(uint16_t z)
{
	return (uint16_t)(z >> 1 ^ -(z & 1));
}

static void encode_cells(const struct frames *f, uint8_t *out)
{
	const size_t n = (size_t)f->n;
	const size_t n_cells = (size_t)f->n_cells;
	uint8_t *high = out + n * n_cells;

	for (size_t c = 0; c < n_cells; c++) {
		uint16_t before = 0;

		for (size_t i = 0; i < n; i++) {
			const uint16_t value = f->cells[i * n_cells + c];
			const uint16_t z = zigzag((uint16_t)(value - before));

			*out++ = (uint8_t)z;
			*high++ = (uint8_t)(z >> 8);
			before = value;
		}
	}
}

static void decode_cells(struct frames *f, const uint8_t *in)
{
	const size_t n = (size_t)f->n;
	const size_t n_cells = (size_t)f->n_cells;
	const uint8_t *high = in + n * n_cells;

	for (size_t c = 0; c < n_cells; c++) {
		uint16_t value = 0;

		for (size_t i = 0; i < n; i++) {
			const uint16_t z = (uint16_t)(*in++ | *high++ << 8);

			value = (uint16_t)(value + unzigzag(z));
			f->cells[i * n_cells + c] = value;
		}
	}
}

void frames_encode(const struct frames *f, uint8_t *out)
{
	bytes_put_u64(out, f->first);
	bytes_put_u32(out + 8, (uint32_t)f->n);
	bytes_put_u32(out + 12, (uint32_t)f->n_cells);
	out += FRAMES_HEAD_SIZE;
	for (int column = 0; column < N_COLUMNS; column++)
		out = encode_column(f, column, out);
	encode_cells(f, out);
}

int frames_decode(struct frames *f, int n_cells, const uint8_t *bytes, size_t n_bytes)
{
	uint32_t n;

	if (n_bytes < FRAMES_HEAD_SIZE)
		return -EBADMSG;
	n = bytes_get_u32(bytes + 8);
	if (n < 1 || n > n_bytes || bytes_get_u32(bytes + 12) != (uint32_t)n_cells ||
		n_bytes != frames_size((int)n, n_cells))
		return -EBADMSG;
	if (frames_reserve(f, (int)n, n_cells) < 0)
		return -ENOMEM;
	f->n = (int)n;
	f->first = bytes_get_u64(bytes);
	bytes += FRAMES_HEAD_SIZE;
	for (int column = 0; column < N_COLUMNS; column++)
		bytes = decode_column(f, column, bytes);
	decode_cells(f, bytes);
	for (int i = 0; i < f->n; i++)
		f->frames[i].cells = f->cells + (size_t)i * (size_t)n_cells;
	return 0;
}
