/* stance patient add, update, get, show, find: what the card says of a person.
 * Follows stance(1) and docs/api.md (stance.patient/1). Each returns an exit code. */
#ifndef STANCE_CLI_PATIENT_CARD_H
#define STANCE_CLI_PATIENT_CARD_H

struct cli;
struct json_t;

int patient_add(struct cli *cli, int argc, char **argv);
int patient_update(struct cli *cli, int argc, char **argv);
int patient_get(struct cli *cli, int argc, char **argv);
int patient_show(struct cli *cli, int argc, char **argv);
int patient_find(struct cli *cli, int argc, char **argv);

/* Print a patient in a line. */
void patient_card_line(const struct cli *cli, const struct json_t *patient);

#endif
