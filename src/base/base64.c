#include "src/base/base64.h"

#include <errno.h>

static const char the_alphabet[65] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_group(uint32_t bits, char *out)
{
	out[0] = the_alphabet[bits >> 18 & 63];
	out[1] = the_alphabet[bits >> 12 & 63];
	out[2] = the_alphabet[bits >> 6 & 63];
	out[3] = the_alphabet[bits & 63];
}

size_t base64_encode(const uint8_t *in, size_t n, char *out)
{
	char *p = out;
	size_t i = 0;

	for (; i + 3 <= n; i += 3, p += 4)
		put_group((uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | in[i + 2],
			p);
	if (i == n)
		return (size_t)(p - out);
	put_group(
		(uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0), p);
	if (i + 1 == n)
		p[2] = '=';
	p[3] = '=';
	return (size_t)(p + 4 - out);
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Decode `n_digits` (2..4) characters; returns the bytes, or -EBADMSG. */
static int get_group(const char *in, int n_digits, uint8_t *out)
{
	uint32_t bits = 0;

	for (int i = 0; i < 4; i++) {
		int value = i < n_digits ? value_of(in[i]) : 0;

		if (value < 0)
			return -EBADMSG;
		bits = bits << 6 | (uint32_t)value;
	}
	for (int i = 0; i < n_digits - 1; i++)
		out[i] = (uint8_t)(bits >> (16 - 8 * i));
	/* Bits that no byte takes must be zero: one text per content. */
	return bits & ((1U << (32 - 8 * n_digits)) - 1) ? -EBADMSG : n_digits - 1;
}

int base64_decode(const char *in, size_t n, uint8_t *out)
{
	uint8_t *p = out;

	if (n % 4 != 0)
		return -EBADMSG;
	for (size_t i = 0; i < n; i += 4) {
		int n_digits = 4, got;

		if (i + 4 == n && in[i + 3] == '=')
			n_digits = in[i + 2] == '=' ? 2 : 3;
		got = get_group(in + i, n_digits, p);
		if (got < 0)
			return got;
		p += got;
	}
	return (int)(p - out);
}
