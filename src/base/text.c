#include "src/base/text.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_DECIMALS 9
#define MAX_NUMBER                                                                     \
	1e15 /* larger ones have no exact thousandths and no place in a sentence */

struct sink {
	char *to;
	size_t size, length;
};

static void put(struct sink *s, char c)
{
	if (s->length + 1 < s->size)
		s->to[s->length++] = c;
}

static void put_text(struct sink *s, const char *text)
{
	while (text && *text)
		put(s, *text++);
}

static void put_digits(struct sink *s, uint64_t value, int least)
{
	char digits[24];
	int n = 0;

	while (value > 0 || n < least) {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	}
	while (n > 0)
		put(s, digits[--n]);
}

static void put_fixed(struct sink *s, double value, int decimals, bool plus)
{
	uint64_t scale = 1, scaled;

	if (isnan(value)) {
		put(s, '-');
		return;
	}
	for (int i = 0; i < decimals; i++)
		scale *= 10;
	if (fabs(value) * (double)scale >= MAX_NUMBER) {
		put_text(s, value < 0 ? "less than can be written" : "very much");
		return;
	}
	scaled = (uint64_t)floor(fabs(value) * (double)scale + 0.5);
	if (value < 0.0 && scaled > 0)
		put(s, '-');
	else if (plus)
		put(s, '+');
	put_digits(s, scaled / scale, 1);
	if (decimals > 0) {
		put(s, '.');
		put_digits(s, scaled % scale, decimals);
	}
}

void text_vformat(char *to, size_t size, const char *format, va_list args)
{
	struct sink s = { to, size, 0 };

	for (; *format; format++) {
		bool plus = false;
		int decimals = 6;

		if (*format != '%') {
			put(&s, *format);
			continue;
		}
		format++;
		if (*format == '+') {
			plus = true;
			format++;
		}
		if (*format == '.') {
			decimals = format[1] - '0';
			assert(decimals >= 0 && decimals <= MAX_DECIMALS);
			format += 2;
		}
		if (*format == 's') {
			put_text(&s, va_arg(args, const char *));
		} else if (*format == 'd') {
			put_fixed(&s, va_arg(args, int), 0, plus);
		} else if (*format == 'f') {
			put_fixed(&s, va_arg(args, double), decimals, plus);
		} else {
			assert(*format == '%');
			put(&s, '%');
		}
	}
	to[s.length] = '\0';
}

void text_format(char *to, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vformat(to, size, format, args);
	va_end(args);
}

void text_copy(char *to, size_t size, const char *from)
{
	struct sink s = { to, size, 0 };

	put_text(&s, from);
	to[s.length] = '\0';
}
