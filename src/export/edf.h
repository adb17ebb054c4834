/* A trial as EDF+: signals on even steps, what happened as annotations, people by their pseudonym.
 * Follows Kemp & Olivan 2003, Clin Neurophysiol 114:1755 (EDF+), written by EDFlib, and docs/exports.md
 * ("EDF+"). Not for two threads: the library keeps a table of open files. */
#ifndef STANCE_EXPORT_EDF_H
#define STANCE_EXPORT_EDF_H

struct export_trial;
struct parcel;

/* Add trial-ID.edf. Returns 0; -ENODATA for a trial without frames; -ENOMEM; -EIO if the library failed. */
int export_edf(const struct export_trial *trial, struct parcel *parcel);

#endif
