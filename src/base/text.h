/* Sentences with numbers into a fixed buffer: no heap, no locale, so that pure code may write them.
 * Does not replace printf where a stream or a locale is wanted.
 * Follows printf(3) for the few conversions that it knows. */
#ifndef STANCE_BASE_TEXT_H
#define STANCE_BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>

/* Write into `to` (`size` bytes, >= 1), NUL-terminated, cut where it does not fit. Knows %s,
 * %d, %f with a precision of 0 to 9 and the flag '+', and %%; NaN is "-". Anything else is our
 * own bug. Rounds half away from zero. */
void text_format(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void text_vformat(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Copy `from` likewise. */
void text_copy(char *to, size_t size, const char *from);

#endif
