#include "src/export/gdt_request.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/export/gdt.h"

/* As patient.add takes them (docs/api.md). */
#define STATURE_LOW_M  0.5
#define STATURE_HIGH_M 2.6
#define MASS_LOW_KG    3.0
#define MASS_HIGH_KG   350.0
#define YEAR_LOW       1900
#define YEAR_HIGH      2100

struct reading {
	const struct gdt_record *record;
	char *message;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static int complain(
	const struct reading *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->message, r->size, format, args);
	va_end(args);
	return -EBADMSG;
}

/* A field that may be missing: then "". */
static int text(const struct reading *r, int id, char *out, size_t size)
{
	const struct gdt_field *field = gdt_find(r->record, id);
	int err;

	out[0] = '\0';
	if (!field)
		return 0;
	err = gdt_text(r->record, field, out, size);
	if (err == -ENOSPC)
		return complain(r, "field %04d is longer than %zu bytes", id, size - 1);
	return err < 0 ? complain(r,
				 "field %04d holds characters that do not belong into "
				 "text, or not into the character set of field 9206",
				 id)
		       : 0;
}

/* Texts that are only shown may be cut. */
static void short_text(const struct reading *r, int id, char *out, size_t size)
{
	char whole[4 * GDT_MAX_CONTENT];
	size_t n;

	if (out[0] || text(r, id, whole, sizeof(whole)) < 0)
		return;
	n = strlen(whole) < size ? strlen(whole) : size - 1;
	while (n > 0 && ((unsigned char)whole[n] & 0xc0) == 0x80)
		n--; /* not within a character */
	memcpy(out, whole, n);
	out[n] = '\0';
}

static bool is_digits(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789") == n;
}

static int days_of(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int read_born(const struct reading *r, int *year)
{
	char word[16];
	int day, month;

	*year = 0;
	if (text(r, 3103, word, sizeof(word)) < 0)
		return -EBADMSG;
	if (!word[0] || strcmp(word, "00000000") == 0)
		return 0;
	if (!is_digits(word, 8))
		return complain(
			r, "field 3103 is no date: \"%s\"; write DDMMYYYY", word);
	*year = atoi(word + 4);
	month = (word[2] - '0') * 10 + word[3] - '0';
	day = (word[0] - '0') * 10 + word[1] - '0';
	/* Where the day is not known practices write 0000 and the year. */
	if (*year < YEAR_LOW || *year > YEAR_HIGH || month > 12 ||
		(month > 0 && day > days_of(month, *year)) ||
		(month == 0) != (day == 0))
		return complain(r, "field 3103 is no date of birth: \"%s\"", word);
	return 0;
}

static int read_sex(const struct reading *r, char *sex)
{
	char word[8];

	*sex = 0;
	if (text(r, 3110, word, sizeof(word)) < 0)
		return -EBADMSG;
	if (!word[0] || strcmp(word, "0") == 0 || strcmp(word, "3") == 0)
		return 0;
	if (strcmp(word, "1") != 0 && strcmp(word, "2") != 0)
		return complain(r,
			"field 3110 is \"%s\"; 1 is male, 2 female, 3 neither", word);
	*sex = word[0] == '1' ? 'M' : 'F';
	return 0;
}

/* Decimals by point or comma, whatever the locale; absent, empty and 0 are unknown. */
static int read_measure(const struct reading *r, int id, double scale, double low,
	double high, double *out)
{
	char word[32];
	long whole = 0, part = 0, unit = 1;
	size_t i = 0;

	*out = NAN;
	if (text(r, id, word, sizeof(word)) < 0)
		return -EBADMSG;
	for (; word[i] >= '0' && word[i] <= '9' && i < 6; i++)
		whole = whole * 10 + word[i] - '0';
	if (i > 0 && (word[i] == '.' || word[i] == ','))
		for (i++; word[i] >= '0' && word[i] <= '9' && unit < 1000000; i++) {
			part = part * 10 + word[i] - '0';
			unit *= 10;
		}
	if (word[i])
		return complain(r, "field %04d is no number: \"%s\"", id, word);
	if (whole == 0 && part == 0)
		return 0;
	*out = ((double)whole + (double)part / (double)unit) * scale;
	if (*out >= low && *out <= high)
		return 0;
	return complain(r, "field %04d is \"%s\", which is not within %g to %g", id,
		word, low / scale, high / scale);
}

static int read_all(const struct reading *r, struct gdt_request *out)
{
	if (text(r, 3000, out->code, sizeof(out->code)) < 0)
		return -EBADMSG;
	if (!out->code[0])
		return complain(r, "field 3000, the patient's number, is missing");
	if (text(r, 8316, out->sender, sizeof(out->sender)) < 0 ||
		text(r, 8315, out->receiver, sizeof(out->receiver)) < 0 ||
		read_born(r, &out->birth_year) < 0 || read_sex(r, &out->sex) < 0 ||
		read_measure(r, 3622, 0.01, STATURE_LOW_M, STATURE_HIGH_M,
			&out->stature_m) < 0 ||
		read_measure(r, 3623, 1.0, MASS_LOW_KG, MASS_HIGH_KG, &out->mass_kg) <
			0)
		return -EBADMSG;
	short_text(r, 8411, out->reason, sizeof(out->reason));
	short_text(r, 6227, out->reason, sizeof(out->reason));
	short_text(r, 8402, out->reason, sizeof(out->reason));
	return 0;
}

int gdt_request_read(const char *bytes, size_t n, struct gdt_request *out,
	char *message, size_t size)
{
	struct gdt_record *record = malloc(sizeof(*record));
	struct gdt_request request = { 0 };
	struct reading r = { record, message, size };
	int err = record ? gdt_read(bytes, n, record, message, size) : -ENOMEM;

	if (err == -ENOMEM)
		snprintf(message, size, "there is not enough memory");
	if (err == 0 && record->type != GDT_REQUEST)
		err = complain(&r,
			"record type %04d is not a request for an examination, which "
			"is %d",
			record->type, GDT_REQUEST);
	if (err == 0)
		err = read_all(&r, &request);
	if (err == 0)
		*out = request;
	free(record);
	return err;
}
