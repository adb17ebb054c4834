/* The formats of exports by their words, and what a trial or a visit is in each.
 * Does not write files: the parcel does.
 * Follows stance(1) ("trial export") and docs/exports.md. */
#ifndef STANCE_EXPORT_FORMATS_H
#define STANCE_EXPORT_FORMATS_H

#include <stddef.h>

#include "src/export/fhir.h"
#include "src/export/gdt_answer.h"

enum export_format {
	EXPORT_CSV = 1 << 0,
	EXPORT_EDF = 1 << 1,
	EXPORT_FHIR = 1 << 2,
	EXPORT_GDT = 1 << 3,
};

struct export_options {
	struct fhir_options fhir;
	struct gdt_options gdt;
};

/* Read a list like "csv,edf". Returns its formats, or 0 with the word that is none in `wrong` (`size`
 * bytes). */
unsigned formats_parse(const char *list, char *wrong, size_t size);

/* Make the files of a trial in each of `formats`. Returns 0, or a negative errno with a sentence in
 * `message`. */
int formats_trial(const struct export_trial *trial, unsigned formats,
	const struct export_options *options, struct parcel *parcel, char *message,
	size_t size);

/* Make the files of a visit: csv and edf for each of its trials and the visit's document, fhir and gdt for all
 * of it. */
int formats_visit(const struct export_visit *visit, unsigned formats,
	const struct export_options *options, struct parcel *parcel, char *message,
	size_t size);

#endif
