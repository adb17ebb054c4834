/* Trials and visits as a FHIR R4 transaction Bundle: Patient by identifier alone, Device, Observations
 * with the numbers and the COP's trace, DiagnosticReport, and the code system that names them.
 * Does not send anything.
 * Follows HL7 FHIR 4.0.1, UCUM for units, and docs/exports.md ("FHIR"). */
#ifndef STANCE_EXPORT_FHIR_H
#define STANCE_EXPORT_FHIR_H

#include <stdbool.h>
#include <stddef.h>

struct export_trial;
struct export_visit;
struct parcel;

/* What a site decides. Borrowed. */
struct fhir_options {
	const char *
		patient_system; /* URI of the site's identifiers; NULL or "": the station's own */
	bool loinc, snomed; /* add their codes where docs/exports.md lists one */
	const void *pdf;    /* the report as PDF; NULL: none */
	size_t n_pdf;
};

/* Add trial-ID.fhir.json or visit-ID.fhir.json. The same input gives the same bytes, but that the PDF is
 * its own. Returns 0 or -ENOMEM. */
int export_fhir_trial(const struct export_trial *trial,
	const struct fhir_options *options, struct parcel *parcel);
int export_fhir_visit(const struct export_visit *visit,
	const struct fhir_options *options, struct parcel *parcel);

#endif
