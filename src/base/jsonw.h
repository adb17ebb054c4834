/* A JSON writer into a fixed buffer: no heap, no locale, never past the end.
 * Does not parse (jansson does that) and does not indent.
 * Follows RFC 8259; NaN and infinity become null, as docs/api.md demands. */
#ifndef STANCE_BASE_JSONW_H
#define STANCE_BASE_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Caller-owned. `overflow` stays set once something did not fit; the text is then cut. */
struct jsonw {
	char *buffer;
	size_t size;
	size_t length;
	bool overflow;
	bool need_comma;
	bool need_break;
	bool breaks; /* jsonw_break() does so; set it after jsonw_init(), else lines stay whole */
};

/* Write into `buffer` of `size` bytes, which is kept NUL-terminated (size >= 1). */
void jsonw_init(struct jsonw *w, char *buffer, size_t size);

/* Return the length written so far, or -ENOBUFS if anything did not fit. */
int jsonw_finish(const struct jsonw *w);

/* Begin and end a value; commas come by themselves. Pairs are the caller's to match. */
void jsonw_begin_object(struct jsonw *w);
void jsonw_end_object(struct jsonw *w);
void jsonw_begin_array(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);

/* Write a member's name; the next call writes its value. `key` is plain ASCII, unescaped. */
void jsonw_key(struct jsonw *w, const char *key);

/* Write one value. A string is escaped, NULL becomes null, broken UTF-8 bytes become U+FFFD. */
void jsonw_string(struct jsonw *w, const char *text);
void jsonw_bool(struct jsonw *w, bool value);
void jsonw_null(struct jsonw *w);
void jsonw_int(struct jsonw *w, int64_t value);
void jsonw_uint(struct jsonw *w, uint64_t value);

/* Write a number with `decimals` (0..9) digits after the point, trailing zeros cut,
 * independent of the locale; NaN, infinity and magnitudes of 1e15 and more become null. */
void jsonw_fixed(struct jsonw *w, double value, int decimals);

/* Write a number with as few digits as give back the very same double, at most 17, independent of
 * the locale; NaN and infinity become null. For results that others compute with. */
void jsonw_real(struct jsonw *w, double value);

/* Likewise with as few digits as give back the very same float, at most 9. */
void jsonw_real32(struct jsonw *w, float value);

/* Put the next member or element on a line of its own, where `breaks` allows it: for long texts that
 * people compare. */
void jsonw_break(struct jsonw *w);

/* Append bytes as they are (a value already encoded). */
void jsonw_raw(struct jsonw *w, const char *text, size_t length);

#endif
