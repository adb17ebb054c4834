#include "src/export/formats.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/export/csv.h"
#include "src/export/edf.h"
#include "src/export/parcel.h"
#include "src/export/trial.h"

static const struct {
	enum export_format format;
	const char *word;
} formats_table[] = {
	{ EXPORT_CSV, "csv" },
	{ EXPORT_EDF, "edf" },
	{ EXPORT_FHIR, "fhir" },
	{ EXPORT_GDT, "gdt" },
};
#define N_FORMATS (sizeof(formats_table) / sizeof(*formats_table))

static unsigned find(const char *word, size_t n)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (strlen(formats_table[i].word) == n &&
			strncmp(formats_table[i].word, word, n) == 0)
			return formats_table[i].format;
	return 0;
}

unsigned formats_parse(const char *list, char *wrong, size_t size)
{
	unsigned formats = 0;

	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");
		unsigned one = find(at, n);

		if (!one) {
			snprintf(wrong, size, "%.*s", n < 60 ? (int)n : 60, at);
			return 0;
		}
		formats |= one;
		at += n;
		if (!*at)
			return formats;
	}
}

static int explain(int err, const char *what, long long id, const char *format,
	char *message, size_t size)
{
	switch (-err) {
	case 0:
		break;
	case ENODATA:
		snprintf(message, size,
			strcmp(format, "gdt") == 0 ? "%s %lld is anonymous: a GDT "
						     "answer needs a patient's "
						     "number"
						   : "%s %lld has no frames to write",
			what, id);
		break;
	case EILSEQ:
		snprintf(message, size,
			"%s %lld: the patient's code has characters that the GDT "
			"character set has not",
			what, id);
		break;
	default:
		snprintf(message, size, "%s %lld as %s: %s", what, id, format,
			strerror(-err));
	}
	return err;
}

int formats_trial(const struct export_trial *trial, unsigned formats,
	const struct export_options *options, struct parcel *parcel, char *message,
	size_t size)
{
	int err = 0;

	if (formats & EXPORT_CSV)
		err = explain(export_csv(trial, parcel), "trial", trial->id, "csv",
			message, size);
	if (err == 0 && formats & EXPORT_EDF)
		err = explain(export_edf(trial, parcel), "trial", trial->id, "edf",
			message, size);
	if (err == 0 && formats & EXPORT_FHIR)
		err = explain(export_fhir_trial(trial, &options->fhir, parcel), "trial",
			trial->id, "fhir", message, size);
	if (err == 0 && formats & EXPORT_GDT)
		err = explain(export_gdt_trial(trial, &options->gdt, parcel), "trial",
			trial->id, "gdt", message, size);
	return err;
}

static int add_document(const struct export_visit *visit, struct parcel *parcel)
{
	char name[PARCEL_NAME_SIZE];
	char *text =
		json_dumps(visit->document, JSON_INDENT(2) | JSON_REAL_PRECISION(17));

	snprintf(name, sizeof(name), "visit-%lld.json", visit->id);
	return parcel_add(parcel, name, text, text ? strlen(text) : 0);
}

/* A trial that was broken off before its first frame has no signals; the others still have. */
static bool has_signals(const struct export_trial *trial)
{
	return trial->series.n > 1;
}

int formats_visit(const struct export_visit *visit, unsigned formats,
	const struct export_options *options, struct parcel *parcel, char *message,
	size_t size)
{
	int err = 0;

	if (formats & EXPORT_CSV)
		err = explain(add_document(visit, parcel), "visit", visit->id, "csv",
			message, size);
	for (int i = 0; err == 0 && i < visit->n_trials; i++) {
		unsigned each = formats & (EXPORT_CSV | EXPORT_EDF);

		if (!has_signals(&visit->trials[i]))
			each &= ~(unsigned)EXPORT_EDF;
		err = formats_trial(
			&visit->trials[i], each, options, parcel, message, size);
	}
	if (err == 0 && formats & EXPORT_FHIR)
		err = explain(export_fhir_visit(visit, &options->fhir, parcel), "visit",
			visit->id, "fhir", message, size);
	if (err == 0 && formats & EXPORT_GDT)
		err = explain(export_gdt_visit(visit->id, visit->document,
				      &options->gdt, parcel),
			"visit", visit->id, "gdt", message, size);
	return err;
}
