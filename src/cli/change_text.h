/* What changed since an earlier visit, as lines for a person.
 * Does not judge: the document says what is larger than the error of measurement.
 * Follows docs/api.md (stance.visit/1, "changes"). */
#ifndef STANCE_CLI_CHANGE_TEXT_H
#define STANCE_CLI_CHANGE_TEXT_H

struct json_t;
struct cli;

/* Print one metric: what it was, what it is, and whether the difference is larger than the error of measurement. `key` is
 * the metric's, `before` and `now` the members of `row` that hold the two. */
void change_text_row(const struct cli *cli, const char *key, const struct json_t *row,
	const char *before, const char *now);

/* Print the members "changes" and "changes_source" of a document; nothing if there are none. */
void change_text_print(const struct cli *cli, const struct json_t *document);

#endif
