/* A trial's series as a table, and beside it what the columns are and how they came about.
 * Follows RFC 4180 and docs/exports.md ("CSV"): a point for decimals in every language, absent
 * numbers empty; `stance analyze cop` reads the table. */
#ifndef STANCE_EXPORT_CSV_H
#define STANCE_EXPORT_CSV_H

struct export_trial;
struct parcel;

/* Add trial-ID.csv and trial-ID.json; trial-ID-sync.csv where sync lines did something. Returns 0 or -ENOMEM. */
int export_csv(const struct export_trial *trial, struct parcel *parcel);

#endif
