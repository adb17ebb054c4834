/* Records of GDT 2.1: lines of length, field and content, read strictly and written with right lengths.
 * Does not know what a request or an answer holds: gdt_request.h, gdt_answer.h.
 * Follows GDT 2.1 of the Qualitaetsring Medizinische Software (fields, lengths, character sets) and
 * docs/exports.md ("GDT"). Contents are UTF-8 here, one byte a character in files. */
#ifndef STANCE_EXPORT_GDT_H
#define STANCE_EXPORT_GDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What field 9206 says. */
enum gdt_charset {
	GDT_CHARSET_7BIT = 1,
	GDT_CHARSET_CP437 = 2,
	GDT_CHARSET_LATIN1 = 3
};

#define GDT_MAX_BYTES  65536 /* of a record; chosen: requests have a few hundred */
#define GDT_MAX_FIELDS 1024
#define GDT_MAX_CONTENT                                                                \
	990 /* bytes: a line's length has three digits, 9 of them are not content */

#define GDT_REQUEST 6302 /* new examination wanted */
#define GDT_ANSWER  6310 /* data of an examination */

struct gdt_field {
	int id;
	const char *content; /* bytes of the file */
	size_t n;
};

/* A record that was read; caller-owned, borrows the bytes. */
struct gdt_record {
	int type; /* field 8000 */
	enum gdt_charset charset;
	int n_fields;
	struct gdt_field fields[GDT_MAX_FIELDS];
};

/* Read a whole file of `n` bytes. Returns 0; -EAGAIN if it is right so far but shorter than its field 8100
 * says: it may still be written; -EBADMSG otherwise. `message` (`size` bytes) then says which line is wrong and
 * how. */
int gdt_read(const char *bytes, size_t n, struct gdt_record *out, char *message,
	size_t size);

/* Return the first field with this id, NULL if there is none. */
const struct gdt_field *gdt_find(const struct gdt_record *record, int id);

/* Write a field's content as UTF-8 into `out`, blanks at its ends cut. Returns its length; -ENOSPC if it does
 * not fit; -EILSEQ for control characters, or above 7 bits where the record says 7. */
int gdt_text(const struct gdt_record *record, const struct gdt_field *field, char *out,
	size_t size);

/* Return the character of byte `c`, and the byte of a character (-1: the set has none). */
unsigned gdt_decode(enum gdt_charset charset, unsigned char c);
int gdt_encode(enum gdt_charset charset, unsigned code);

/* A record that is written. The length in field 8100 is put in at the end. */
struct gdt_writer {
	FILE *out;
	char *bytes;
	size_t n;
	enum gdt_charset charset;
	bool failed;
};

/* Begin with fields 8000 and 8100. Returns 0 or -ENOMEM. */
int gdt_begin(struct gdt_writer *w, int type, enum gdt_charset charset);

/* Write a field; a content of "" writes none. What the character set has not becomes '?', control
 * characters blanks; more than `most` characters are cut (0: as many as a line holds). */
void gdt_put(struct gdt_writer *w, int id, size_t most, const char *text);

/* Write a text as several fields of at most `most` characters, broken between words. */
void gdt_put_lines(struct gdt_writer *w, int id, size_t most, const char *text);

/* Return true if every character of `text` is in the set. */
bool gdt_can_encode(enum gdt_charset charset, const char *text);

/* End it: the bytes are the caller's to free. Returns 0 or -ENOMEM; the writer is gone either way. */
int gdt_finish(struct gdt_writer *w, char **bytes, size_t *n);

#endif
