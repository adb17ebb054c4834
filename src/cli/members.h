/* Members of a parsed document, absent ones as "" and NaN.
 * Does not check documents.
 * Follows docs/api.md ("Documents"): unknown is null. */
#ifndef STANCE_CLI_MEMBERS_H
#define STANCE_CLI_MEMBERS_H

struct json_t;

/* Return a member's text, borrowed; "" if it is absent, null or no text. */
const char *members_text(const struct json_t *object, const char *key);

/* Return a member's number, NaN if it is absent, null or no number. */
double members_number(const struct json_t *object, const char *key);

/* Add a text to an object that is sent; NULL adds nothing. Returns -EINVAL if it is no UTF-8. */
int members_set_text(struct json_t *object, const char *key, const char *text);

#endif
