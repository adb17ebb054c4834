/* What a practice gets: GDT record 6310, out of a trial or a visit.
 * Does not write files.
 * Follows GDT 2.1 and docs/exports.md ("GDT"). */
#ifndef STANCE_EXPORT_GDT_ANSWER_H
#define STANCE_EXPORT_GDT_ANSWER_H

#include "src/export/gdt.h"

struct export_trial;
struct export_visit;
struct parcel;
struct json_t;

/* What a site decides. Borrowed; NULL or "" leaves a field out. */
struct gdt_options {
	enum gdt_charset charset;      /* 0: ISO 8859-1 */
	const char *receiver, *sender; /* 8315, 8316: 8 characters */
	const char *
		test; /* 8402: up to 6 characters that the practice's system knows us by */
};

/* Add trial-ID.gdt or visit-ID.gdt. A visit takes its means from its stance.visit/1. Returns 0; -ENODATA for an
 * anonymous one: an answer needs a patient's number; -EILSEQ if that number has characters that the character
 * set has not; -ENOMEM. */
int export_gdt_trial(const struct export_trial *trial,
	const struct gdt_options *options, struct parcel *parcel);
int export_gdt_visit(long long id, const struct json_t *document,
	const struct gdt_options *options, struct parcel *parcel);

#endif
