/* `stance visit note`: what a clinician found beside the mat.
 * The keys and their limits are the daemon's (docs/api.md, visit.note). */
#ifndef STANCE_CLI_VISIT_NOTE_H
#define STANCE_CLI_VISIT_NOTE_H

struct cli;

int visit_note(struct cli *cli, int argc, char **argv);

#endif
