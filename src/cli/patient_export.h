/* Everything that is stored of one person, as files in one folder.
 * Does not change the store.
 * Follows stance(1) ("patient export"). */
#ifndef STANCE_CLI_PATIENT_EXPORT_H
#define STANCE_CLI_PATIENT_EXPORT_H

struct cli;

/* Write patient.json, visit-ID.json, and of each trial trial-ID.json, .csv and, if the raw frames are
 * still there, .srec. Returns CLI_OK or an exit code, said. */
int patient_export_all(struct cli *cli, const char *code, const char *dir);

#endif
