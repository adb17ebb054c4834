/* Modelled ranges and findings as lines for a person.
 * Does not judge: the document says what was found.
 * Follows docs/api.md ("alignment", "findings"). */
#ifndef STANCE_CLI_FINDING_TEXT_H
#define STANCE_CLI_FINDING_TEXT_H

struct json_t;
struct cli;

/* Print the members alignment, findings, gates, card and titration of a document; nothing of what is not there.
 * With --verbose each finding's reasons too. */
void finding_text_print(const struct cli *cli, const struct json_t *document);

#endif
