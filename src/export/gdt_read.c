#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/export/gdt.h"

#define HEAD   7 /* length and field */
#define AROUND 9 /* and CR LF */

#define FIELD_TYPE    8000
#define FIELD_LENGTH  8100
#define FIELD_CHARSET 9206
#define FIELD_VERSION 9218

struct reader {
	const char *bytes;
	size_t n, at;
	int line; /* from 1 */
	char *message;
	size_t size;
};

__attribute__((format(printf, 3, 4))) static int complain(
	const struct reader *r, int err, const char *format, ...)
{
	int n = r->line > 0 ? snprintf(r->message, r->size, "line %d: ", r->line) : 0;
	va_list args;

	va_start(args, format);
	if (n >= 0 && (size_t)n < r->size)
		vsnprintf(r->message + n, r->size - (size_t)n, format, args);
	va_end(args);
	return err;
}

/* Digits alone; -1 otherwise. At most seven, so that nothing overflows. */
static int number(const char *text, size_t n)
{
	int value = 0;

	if (n < 1 || n > 7)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static int too_short(const struct reader *r)
{
	return complain(r, -EAGAIN, "the file ends within this line");
}

/* Read one line. */
static int next(struct reader *r, struct gdt_field *field)
{
	const char *at = r->bytes + r->at;
	size_t left = r->n - r->at;
	int length, id;

	r->line++;
	length = left >= 3 ? number(at, 3) : number(at, left) < 0 ? -1 : AROUND;
	if (length < AROUND)
		return complain(r, -EBADMSG,
			"it does not begin with its length, three digits of at least "
			"%03d",
			AROUND);
	if (left < HEAD)
		return too_short(r);
	id = number(at + 3, 4);
	if (id < 0)
		return complain(r, -EBADMSG,
			"after the length there is no field of four digits");
	if (left < (size_t)length)
		return too_short(r);
	if (memcmp(at + length - 2, "\r\n", 2) != 0)
		return complain(r, -EBADMSG,
			"its length says %d bytes, but it does not end there with CR "
			"LF",
			length);
	*field = (struct gdt_field){ id, at + HEAD, (size_t)length - AROUND };
	if (memchr(field->content, '\n', field->n) ||
		memchr(field->content, '\r', field->n))
		return complain(r, -EBADMSG,
			"its length says %d bytes, but the line ends before", length);
	r->at += (size_t)length;
	return 0;
}

/* The two fields that every record begins with; `*total` is what it says of its own length. */
static int read_head(struct reader *r, struct gdt_record *out, int *total)
{
	int err = next(r, &out->fields[0]);

	if (err < 0)
		return err;
	out->type = out->fields[0].n == 4 ? number(out->fields[0].content, 4) : -1;
	if (out->fields[0].id != FIELD_TYPE || out->type < 0)
		return complain(r, -EBADMSG,
			"a record begins with field 8000 and a type of four digits");
	if (r->at == r->n) {
		r->line++;
		return too_short(r);
	}
	err = next(r, &out->fields[1]);
	if (err < 0)
		return err;
	*total = number(out->fields[1].content, out->fields[1].n);
	if (out->fields[1].id != FIELD_LENGTH || *total < 0)
		return complain(r, -EBADMSG,
			"the second field is not 8100 with the length of the record");
	out->n_fields = 2;
	return 0;
}

static int check_total(struct reader *r, int total)
{
	r->line = 0;
	if (total > GDT_MAX_BYTES)
		return complain(r, -EBADMSG,
			"field 8100 says %d bytes; more than %d are not taken", total,
			GDT_MAX_BYTES);
	if (r->n > (size_t)total)
		return complain(r, -EBADMSG,
			"field 8100 says %d bytes, the file has %zu", total, r->n);
	if (r->n < (size_t)total)
		return complain(r, -EAGAIN,
			"field 8100 says %d bytes, the file has only %zu", total, r->n);
	return 0;
}

static int read_charset(struct reader *r, struct gdt_record *out)
{
	const struct gdt_field *field = gdt_find(out, FIELD_CHARSET);
	int set = field ? number(field->content, field->n) : GDT_CHARSET_CP437;

	if (set < GDT_CHARSET_7BIT || set > GDT_CHARSET_LATIN1)
		return complain(r, -EBADMSG,
			"field 9206 names no character set: 1 is 7 bits, 2 code page "
			"437, "
			"3 ISO 8859-1");
	out->charset = (enum gdt_charset)set;
	return 0;
}

static int check_version(struct reader *r, const struct gdt_record *out)
{
	const struct gdt_field *field = gdt_find(out, FIELD_VERSION);

	if (!field)
		return complain(
			r, -EBADMSG, "field 9218, the version of GDT, is missing");
	if (field->n != 5 || memcmp(field->content, "02.", 3) != 0 ||
		number(field->content + 3, 2) < 0)
		return complain(r, -EBADMSG,
			"field 9218 names another version of GDT than 02.10");
	return 0;
}

int gdt_read(
	const char *bytes, size_t n, struct gdt_record *out, char *message, size_t size)
{
	struct reader r = { bytes, n, 0, 0, message, size };
	int total = 0, line, err;

	if (n == 0)
		return complain(&r, -EAGAIN, "the file is empty");
	if (n > GDT_MAX_BYTES)
		return complain(&r, -EBADMSG, "more than %d bytes are not taken",
			GDT_MAX_BYTES);
	err = read_head(&r, out, &total);
	line = r.line;
	if (err == 0)
		err = check_total(&r, total);
	/* What is there of a file that is still written must be right, too. */
	if (err < 0 && (err != -EAGAIN || r.line > 0))
		return err;
	r.line = line;
	while (r.at < n) {
		int wrong = out->n_fields < GDT_MAX_FIELDS
				    ? next(&r, &out->fields[out->n_fields])
				    : complain(&r, -EBADMSG,
					      "more than %d fields are not taken",
					      GDT_MAX_FIELDS);

		if (wrong < 0 && r.n < (size_t)total)
			return wrong;
		if (wrong < 0) /* all bytes have come: what is cut stays cut */
			return -EBADMSG;
		out->n_fields++;
	}
	if (err < 0)
		return err;
	r.line = 0;
	err = check_version(&r, out);
	return err < 0 ? err : read_charset(&r, out);
}

const struct gdt_field *gdt_find(const struct gdt_record *record, int id)
{
	for (int i = 0; i < record->n_fields; i++)
		if (record->fields[i].id == id)
			return &record->fields[i];
	return NULL;
}

static size_t put_utf8(unsigned code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3f));
	out[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

int gdt_text(const struct gdt_record *record, const struct gdt_field *field, char *out,
	size_t size)
{
	const char *at = field->content, *end = at + field->n;
	size_t n = 0;

	while (at < end && *at == ' ')
		at++;
	while (end > at && end[-1] == ' ')
		end--;
	for (; at < end; at++) {
		unsigned code = gdt_decode(record->charset, (unsigned char)*at);

		if (code < 0x20 || (code >= 0x7f && code < 0xa0) ||
			(code >= 0x80 && record->charset == GDT_CHARSET_7BIT))
			return -EILSEQ;
		if (n + 4 > size)
			return -ENOSPC;
		n += put_utf8(code, out + n);
	}
	if (n >= size)
		return -ENOSPC;
	out[n] = '\0';
	return (int)n;
}
