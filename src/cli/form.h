/* Verbs that fill in the parameters of one method and print its answer: described by a table.
 * Does not know any method; what a value may be is the method's to judge.
 * Follows docs/api.md (null is unknown) and stance(1). */
#ifndef STANCE_CLI_FORM_H
#define STANCE_CLI_FORM_H

#include <stdbool.h>

struct cli;
struct json_t;

enum form_kind {
	FORM_TEXT,   /* as said; "" is null */
	FORM_WORD,   /* one word; "unknown" and "none" are null */
	FORM_WHOLE,  /* a whole number; "unknown" is null */
	FORM_NUMBER, /* likewise */
	FORM_ID,     /* the number of something stored, from 1 */
	FORM_LIST, /* words with commas between; "none" is an empty list, "unknown" null */
	FORM_WORDS2, /* two words, L,R, into `key` and `key2` */
	FORM_NUMBERS2,
	FORM_TRUE, /* an option without a value */
	FORM_FALSE,
};

/* An option (it has an `arg`), or a word of the line. The table ends with a NULL key. */
struct form_field {
	const char *
		name; /* of the option; of a word: what it is, for messages ("visit") */
	const char *key, *key2; /* members of the parameters */
	enum form_kind kind;
	const char *arg, *help; /* of an option, for --help */
	bool required;
};

struct form {
	const char *method;
	bool writes; /* the method changes what is stored */
	const char *args_doc, *doc;
	const struct form_field *words; /* in the order of the line; NULL: none */
	const struct form_field *options;
	const char *fixed; /* JSON of parameters that are always sent; NULL: none */
	/* Asked on a terminal before it is done, where it cannot be taken back; NULL: not. */
	const char *question;
	void (*print)(const struct cli *cli, const struct json_t *answer);
};

/* Parse the line, call the method, print the answer. Returns an exit code. */
int form_run(struct cli *cli, const struct form *form, int argc, char **argv);

/* Only parse: 0 and the parameters, to be released; 1 when help was printed; -EINVAL, said. */
int form_parse(struct cli *cli, const struct form *form, int argc, char **argv,
	struct json_t **params);

/* Only ask and print; takes `params` over. */
int form_ask(struct cli *cli, const struct form *form, struct json_t *params);

/* How many there are beyond those that a page of `n` showed from its "offset" on; a note. */
void form_note_more(const struct cli *cli, const struct json_t *page, const char *list);

#endif
