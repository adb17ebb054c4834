/* A trial's columns as one block: every bit comes back. Layout: docs/store.md ("Series"). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "src/base/bytes.h"
#include "src/store/store_internal.h"

#define VERSION   1
#define HEAD_SIZE 12 /* version, 3 zeros, n, CRC-32 of the columns */
#define ROW_SIZE  (8 * (size_t)TRIAL_SERIES_N_COLUMNS + 4 + 1)
#define N_MAX     (1 << 20) /* 2.9 hours at 100 Hz */
#define ZIP_LEVEL 3

/* The columns in the order of the block. */
static void columns_of(
	const struct trial_series *s, double *columns[TRIAL_SERIES_N_COLUMNS])
{
	double *const all[] = { s->t_s, s->x_mm, s->y_mm, s->force_n, s->left_frac,
		s->fore_frac, s->left_n, s->left_x_mm, s->left_y_mm, s->right_n,
		s->right_x_mm, s->right_y_mm };

	_Static_assert(
		sizeof(all) / sizeof(*all) == TRIAL_SERIES_N_COLUMNS, "every column");
	memcpy(columns, all, sizeof(all));
}

/* Neighbours share sign, exponent and first digits: what they do not share, in planes of bytes. */
static uint8_t *put_doubles(const double *column, size_t n, uint8_t *out)
{
	uint64_t before = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t bits;

		memcpy(&bits, &column[i], sizeof(bits));
		for (size_t b = 0; b < 8; b++)
			out[b * n + i] = (uint8_t)((bits ^ before) >> 8 * b);
		before = bits;
	}
	return out + 8 * n;
}

static const uint8_t *get_doubles(double *column, size_t n, const uint8_t *in)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t b = 0; b < 8; b++)
			bits ^= (uint64_t)in[b * n + i] << 8 * b;
		memcpy(&column[i], &bits, sizeof(bits));
	}
	return in + 8 * n;
}

static void put_columns(const struct trial_series *s, uint8_t *out)
{
	double *columns[TRIAL_SERIES_N_COLUMNS];
	const size_t n = (size_t)s->n;

	columns_of(s, columns);
	for (size_t i = 0; i < TRIAL_SERIES_N_COLUMNS; i++)
		out = put_doubles(columns[i], n, out);
	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < 4; b++)
			out[b * n + i] = (uint8_t)(s->flags[i] >> 8 * b);
	if (n > 0)
		memcpy(out + 4 * n, s->phase, n);
}

static void get_columns(struct trial_series *s, const uint8_t *in)
{
	double *columns[TRIAL_SERIES_N_COLUMNS];
	const size_t n = (size_t)s->n;

	columns_of(s, columns);
	for (size_t i = 0; i < TRIAL_SERIES_N_COLUMNS; i++)
		in = get_doubles(columns[i], n, in);
	for (size_t i = 0; i < n; i++) {
		s->flags[i] = 0;
		for (size_t b = 0; b < 4; b++)
			s->flags[i] |= (uint32_t)in[b * n + i] << 8 * b;
	}
	if (n > 0)
		memcpy(s->phase, in + 4 * n, n);
}

int store_series_encode(struct zip *zip, const struct trial_series *series,
	uint8_t **out, size_t *n_out)
{
	const size_t n_raw = ROW_SIZE * (size_t)series->n;
	const size_t bound = zip_bound(n_raw);
	uint8_t *raw, *bytes;
	size_t n_packed = 0;
	int error;

	if (series->n < 0 || series->n > N_MAX)
		return -EINVAL;
	raw = malloc(n_raw + 1);
	bytes = malloc(HEAD_SIZE + bound);
	error = raw && bytes ? 0 : -ENOMEM;
	if (error == 0) {
		put_columns(series, raw);
		bytes_put_u32(bytes, VERSION);
		bytes_put_u32(bytes + 4, (uint32_t)series->n);
		bytes_put_u32(bytes + 8, (uint32_t)crc32(0, raw, (uInt)n_raw));
		error = zip_pack(zip, ZIP_LEVEL, raw, n_raw, bytes + HEAD_SIZE, bound,
			&n_packed);
	}
	free(raw);
	if (error < 0) {
		free(bytes);
		return error;
	}
	*out = bytes;
	*n_out = HEAD_SIZE + n_packed;
	return 0;
}

/* One block on the heap, which t_s begins. */
static int series_new(struct trial_series *s, int n)
{
	const size_t size = (size_t)n + 1; /* never an empty block */
	double *block = malloc(size * ROW_SIZE);

	if (!block)
		return -ENOMEM;
	*s = (struct trial_series){ .n = n,
		.capacity = n,
		.t_s = block,
		.x_mm = block + size,
		.y_mm = block + 2 * size,
		.force_n = block + 3 * size,
		.left_frac = block + 4 * size,
		.fore_frac = block + 5 * size,
		.left_n = block + 6 * size,
		.left_x_mm = block + 7 * size,
		.left_y_mm = block + 8 * size,
		.right_n = block + 9 * size,
		.right_x_mm = block + 10 * size,
		.right_y_mm = block + 11 * size,
		.flags = (uint32_t *)(block + 12 * size) };
	s->phase = (uint8_t *)(s->flags + size);
	return 0;
}

void store_series_free(struct trial_series *series)
{
	if (!series)
		return;
	free(series->t_s);
	memset(series, 0, sizeof(*series));
}

int store_series_decode(
	struct zip *zip, const uint8_t *bytes, size_t n_bytes, struct trial_series *out)
{
	struct trial_series series;
	uint8_t *raw;
	uint32_t n;
	size_t n_raw;
	int error;

	if (n_bytes < HEAD_SIZE || bytes_get_u32(bytes) != VERSION)
		return -EBADMSG;
	n = bytes_get_u32(bytes + 4);
	if (n > N_MAX)
		return -EBADMSG;
	n_raw = ROW_SIZE * n;
	raw = malloc(n_raw + 1);
	if (!raw)
		return -ENOMEM;
	error = zip_unpack(zip, bytes + HEAD_SIZE, n_bytes - HEAD_SIZE, raw, n_raw);
	if (error == 0 && crc32(0, raw, (uInt)n_raw) != bytes_get_u32(bytes + 8))
		error = -EBADMSG;
	if (error == 0)
		error = series_new(&series, (int)n);
	if (error == 0) {
		get_columns(&series, raw);
		*out = series;
	}
	free(raw);
	return error;
}
