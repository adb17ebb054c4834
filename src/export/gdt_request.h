/* What a practice asks for: GDT record 6302, out of a file's bytes.
 * Does not decide who the patient is here: the daemon does.
 * Follows GDT 2.1 and docs/exports.md ("GDT"). Names and addresses are not taken: a station knows people by
 * their number. */
#ifndef STANCE_EXPORT_GDT_REQUEST_H
#define STANCE_EXPORT_GDT_REQUEST_H

#include <stddef.h>

#include "src/core/trial/record.h"

#define GDT_ID_SIZE   25 /* 8 characters as UTF-8 and a NUL */
#define GDT_TEXT_SIZE 201

struct gdt_request {
	char code[RECORD_CODE_SIZE]; /* 3000 */
	char sex;                    /* 3110: 'M', 'F', 0 unknown or neither */
	int birth_year;              /* 3103; 0 unknown */
	double stature_m, mass_kg;   /* 3622, 3623; NaN unknown */
	char sender[GDT_ID_SIZE], receiver[GDT_ID_SIZE]; /* 8316, 8315 */
	char reason
		[GDT_TEXT_SIZE]; /* 8411, else 6227, else 8402: what is asked for; "" none */
};

/* Read a request of `n` bytes. Returns as gdt_read(); -EBADMSG also for another record than 6302, a number that
 * is missing or too long, and values that no person has; the message says which field. */
int gdt_request_read(const char *bytes, size_t n, struct gdt_request *out,
	char *message, size_t size);

#endif
