#include "src/base/jsonw.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/utf8.h"

#define FIXED_LIMIT 1e15 /* above this a double has no decimals worth printing */

static void put(struct jsonw *w, const char *text, size_t length)
{
	if (w->overflow || length >= w->size - w->length) {
		w->overflow = true;
		return;
	}
	memcpy(w->buffer + w->length, text, length);
	w->length += length;
	w->buffer[w->length] = '\0';
}

static void put_char(struct jsonw *w, char c)
{
	put(w, &c, 1);
}

static void begin_value(struct jsonw *w)
{
	if (w->need_comma)
		put_char(w, ',');
	if (w->need_break)
		put_char(w, '\n');
	w->need_comma = true;
	w->need_break = false;
}

void jsonw_init(struct jsonw *w, char *buffer, size_t size)
{
	*w = (struct jsonw){ .buffer = buffer, .size = size };
	buffer[0] = '\0';
}

int jsonw_finish(const struct jsonw *w)
{
	return w->overflow ? -ENOBUFS : (int)w->length;
}

static void begin(struct jsonw *w, char bracket)
{
	begin_value(w);
	put_char(w, bracket);
	w->need_comma = false;
}

static void end(struct jsonw *w, char bracket)
{
	put_char(w, bracket);
	w->need_comma = true;
}

void jsonw_begin_object(struct jsonw *w)
{
	begin(w, '{');
}

void jsonw_end_object(struct jsonw *w)
{
	end(w, '}');
}

void jsonw_begin_array(struct jsonw *w)
{
	begin(w, '[');
}

void jsonw_end_array(struct jsonw *w)
{
	end(w, ']');
}

void jsonw_key(struct jsonw *w, const char *key)
{
	begin_value(w);
	put_char(w, '"');
	put(w, key, strlen(key));
	put(w, "\":", 2);
	w->need_comma = false;
}

static void put_escaped(struct jsonw *w, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	const char unicode[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
	const char pair[] = { '\\', (char)c };

	if (c == '"' || c == '\\')
		put(w, pair, sizeof(pair));
	else
		put(w, unicode, sizeof(unicode));
}

void jsonw_string(struct jsonw *w, const char *text)
{
	if (!text) {
		jsonw_null(w);
		return;
	}
	begin_value(w);
	put_char(w, '"');
	while (*text) {
		uint32_t code;
		const size_t n = utf8_decode(text, &code);

		if (n == 0)
			put(w, "\\ufffd", 6);
		else if (code < 0x20 || code == '"' || code == '\\' || code == 0x7f)
			put_escaped(w, (unsigned char)code);
		else
			put(w, text, n);
		text += n ? n : 1;
	}
	put_char(w, '"');
}

void jsonw_bool(struct jsonw *w, bool value)
{
	begin_value(w);
	put(w, value ? "true" : "false", value ? 4 : 5);
}

void jsonw_null(struct jsonw *w)
{
	begin_value(w);
	put(w, "null", 4);
}

static void put_digits(struct jsonw *w, uint64_t value)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	put(w, digits + n, sizeof(digits) - n);
}

void jsonw_uint(struct jsonw *w, uint64_t value)
{
	begin_value(w);
	put_digits(w, value);
}

void jsonw_int(struct jsonw *w, int64_t value)
{
	begin_value(w);
	if (value < 0)
		put_char(w, '-');
	put_digits(w, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void put_fraction(struct jsonw *w, uint64_t fraction, int decimals)
{
	char digits[9] = { 0 };
	int n = decimals;

	for (int i = decimals - 1; i >= 0; i--) {
		digits[i] = (char)('0' + fraction % 10);
		fraction /= 10;
	}
	while (n > 0 && digits[n - 1] == '0')
		n--;
	if (n == 0)
		return;
	put_char(w, '.');
	put(w, digits, (size_t)n);
}

void jsonw_fixed(struct jsonw *w, double value, int decimals)
{
	static const uint64_t powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000,
		10000000, 100000000, 1000000000 };
	uint64_t power = powers[decimals];
	double magnitude = fabs(value);
	uint64_t whole, fraction;

	if (!(magnitude < FIXED_LIMIT)) {
		jsonw_null(w);
		return;
	}
	begin_value(w);
	whole = (uint64_t)magnitude;
	fraction = (uint64_t)((magnitude - (double)whole) * (double)power + 0.5);
	if (fraction >= power) {
		whole++;
		fraction -= power;
	}
	if (value < 0 && (whole || fraction))
		put_char(w, '-');
	put_digits(w, whole);
	put_fraction(w, fraction, decimals);
}

/* A decimal mark other than a point, of whatever bytes, becomes one. */
static void put_number(struct jsonw *w, const char *text)
{
	char plain[40];
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		if ((*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == 'e')
			plain[n++] = *p;
		else if (n > 0 && plain[n - 1] != '.')
			plain[n++] = '.';
	}
	begin_value(w);
	put(w, plain, n);
}

void jsonw_real(struct jsonw *w, double value)
{
	char text[40];
	int digits = 15;

	if (!isfinite(value)) {
		jsonw_null(w);
		return;
	}
	do
		snprintf(text, sizeof(text), "%.*g", digits, value);
	while (strtod(text, NULL) != value && digits++ < 17);
	put_number(w, text);
}

void jsonw_real32(struct jsonw *w, float value)
{
	char text[40];
	int digits = 6;

	if (!isfinite(value)) {
		jsonw_null(w);
		return;
	}
	do
		snprintf(text, sizeof(text), "%.*g", digits, (double)value);
	while (strtof(text, NULL) != value && digits++ < 9);
	put_number(w, text);
}

void jsonw_break(struct jsonw *w)
{
	w->need_break = w->breaks;
}

void jsonw_raw(struct jsonw *w, const char *text, size_t length)
{
	begin_value(w);
	put(w, text, length);
}
