#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/utf8.h"
#include "src/export/gdt.h"

#define AROUND        9
#define LENGTH_DIGITS 5
/* Where the digits of field 8100 stand: after "0138000tttt\r\n0148100". */
#define LENGTH_AT 20

static void put_bytes(struct gdt_writer *w, int id, const char *bytes, size_t n)
{
	fprintf(w->out, "%03zu%04d", n + AROUND, id);
	fwrite(bytes, 1, n, w->out);
	fputs("\r\n", w->out);
}

int gdt_begin(struct gdt_writer *w, int type, enum gdt_charset charset)
{
	char word[16];

	*w = (struct gdt_writer){ .charset = charset };
	w->out = open_memstream(&w->bytes, &w->n);
	if (!w->out)
		return -ENOMEM;
	snprintf(word, sizeof(word), "%04d", type);
	put_bytes(w, 8000, word, 4);
	put_bytes(w, 8100, "00000", LENGTH_DIGITS);
	return 0;
}

/* Take characters from `*text` while there is room; returns the bytes written. */
static size_t encode(
	enum gdt_charset charset, const char **text, char *out, size_t most)
{
	size_t n = 0;

	while (**text && n < most) {
		uint32_t code;
		size_t length = utf8_decode(*text, &code);
		int byte = gdt_encode(charset, code);

		*text += length > 0 ? length : 1;
		if (byte >= 0 && (byte < 0x20 || byte == 0x7f))
			byte = ' ';
		out[n++] = (char)(byte < 0 ? '?' : byte);
	}
	return n;
}

void gdt_put(struct gdt_writer *w, int id, size_t most, const char *text)
{
	char line[GDT_MAX_CONTENT];
	size_t n;

	if (most == 0 || most > sizeof(line))
		most = sizeof(line);
	n = encode(w->charset, &text, line, most);
	if (n > 0)
		put_bytes(w, id, line, n);
}

void gdt_put_lines(struct gdt_writer *w, int id, size_t most, const char *text)
{
	while (*text) {
		const char *at = text, *rest;
		char line[GDT_MAX_CONTENT];
		size_t n = encode(w->charset, &at, line, most);

		if (*at && *at != ' ') {
			/* Back to the last blank, if this line has one. */
			for (rest = at; rest > text && *rest != ' ';)
				rest--;
			if (rest > text) {
				at = text;
				n = 0;
				while (at < rest)
					n += encode(w->charset, &at, line + n, 1);
			}
		}
		while (*at == ' ')
			at++;
		if (n > 0)
			put_bytes(w, id, line, n);
		text = at;
	}
}

bool gdt_can_encode(enum gdt_charset charset, const char *text)
{
	while (*text) {
		uint32_t code;
		size_t length = utf8_decode(text, &code);

		if (length == 0 || gdt_encode(charset, code) < 0)
			return false;
		text += length;
	}
	return true;
}

int gdt_finish(struct gdt_writer *w, char **bytes, size_t *n)
{
	char digits[16];
	int err = ferror(w->out) ? -ENOMEM : 0;

	if (fclose(w->out) != 0)
		err = -ENOMEM;
	if (err < 0) {
		free(w->bytes);
		return err;
	}
	snprintf(digits, sizeof(digits), "%0*zu", LENGTH_DIGITS, w->n);
	if (strlen(digits) > LENGTH_DIGITS) { /* 100 kB: our own answers have a few */
		free(w->bytes);
		return -EMSGSIZE;
	}
	memcpy(w->bytes + LENGTH_AT, digits, LENGTH_DIGITS);
	*bytes = w->bytes;
	*n = w->n;
	return 0;
}
