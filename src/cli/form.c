#include "src/cli/form.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/source.h"
#include "src/cli/subverb.h"

#define MAX_OPTIONS 20 /* chosen: the card of a patient has 13 */
#define KEY_FIRST   0x200

struct filling {
	struct cli *cli;
	const struct form *form;
	const char *name; /* "stance visit plan" */
	json_t *params;
	int n_words;
};

/* --- values -------------------------------------------------------------------------------- */

static bool is_unknown(const char *text)
{
	return !*text || strcmp(text, "unknown") == 0;
}

static const char *dashes(const struct form_field *field)
{
	return field->arg ? "--" : "";
}

/* Returns 0 or EINVAL, said. */
static int put(struct filling *f, const struct form_field *field, const char *key,
	json_t *value)
{
	if (value && json_object_set_new(f->params, key, value) == 0)
		return 0;
	cli_error(f->cli, "%s%s: its words must be valid UTF-8", dashes(field),
		field->name);
	return EINVAL;
}

static int put_number(struct filling *f, const struct form_field *field,
	const char *key, const char *text)
{
	const bool whole = field->kind == FORM_WHOLE;
	char *end;
	double value;

	if (is_unknown(text))
		return put(f, field, key, json_null());
	value = strtod(text, &end);
	if (end == text || *end || !isfinite(value) ||
		(whole && (value != floor(value) || fabs(value) > 1e15))) {
		cli_error(f->cli, "%s%s %s: give a %snumber", dashes(field),
			field->name, text, whole ? "whole " : "");
		return EINVAL;
	}
	return put(f, field, key,
		whole ? json_integer((json_int_t)value) : json_real(value));
}

static int put_word(struct filling *f, const struct form_field *field, const char *key,
	const char *text)
{
	const bool none = field->kind != FORM_TEXT && strcmp(text, "none") == 0;

	return put(f, field, key,
		none || (field->kind == FORM_TEXT ? !*text : is_unknown(text))
			? json_null()
			: json_string(text));
}

static int put_list(struct filling *f, const struct form_field *field, const char *text)
{
	json_t *list = is_unknown(text) ? json_null() : json_array();
	const char *p = text;

	while (json_is_array(list) && strcmp(text, "none") != 0) {
		const size_t n = strcspn(p, ",");

		if (json_array_append_new(list, json_stringn(p, n)) < 0) {
			json_decref(list);
			return put(f, field, field->key, NULL);
		}
		if (!p[n])
			break;
		p += n + 1;
	}
	return put(f, field, field->key, list);
}

/* Left and right. */
static int put_both(struct filling *f, const struct form_field *field, const char *text)
{
	const size_t n = strcspn(text, ",");
	char left[64];
	const char *right = text[n] ? text + n + 1 : NULL;
	const bool numbers = field->kind == FORM_NUMBERS2;
	int err;

	if (!right && is_unknown(text))
		right = text;
	if (!right || n >= sizeof(left) || strchr(right, ',')) {
		cli_error(f->cli, "--%s %s: give left and right with a comma between",
			field->name, text);
		return EINVAL;
	}
	memcpy(left, text, n);
	left[n] = '\0';
	err = numbers ? put_number(f, field, field->key, left)
		      : put_word(f, field, field->key, left);
	if (err)
		return err;
	return numbers ? put_number(f, field, field->key2, right)
		       : put_word(f, field, field->key2, right);
}

static int fill(struct filling *f, const struct form_field *field, const char *text)
{
	long long id = 0;

	switch (field->kind) {
	case FORM_TEXT:
	case FORM_WORD:
		return put_word(f, field, field->key, text);
	case FORM_WHOLE:
	case FORM_NUMBER:
		return put_number(f, field, field->key, text);
	case FORM_ID:
		return subverb_parse_id(f->cli, field->name, text, &id)
			       ? EINVAL
			       : put(f, field, field->key, json_integer(id));
	case FORM_LIST:
		return put_list(f, field, text);
	case FORM_WORDS2:
	case FORM_NUMBERS2:
		return put_both(f, field, text);
	case FORM_TRUE:
	case FORM_FALSE:
		return put(
			f, field, field->key, json_boolean(field->kind == FORM_TRUE));
	}
	return EINVAL;
}

/* --- the line ------------------------------------------------------------------------------ */

static const struct form_field no_fields[] = { { .key = NULL } };

static const struct form_field *fields_or_none(const struct form_field *fields)
{
	return fields ? fields : no_fields;
}

/* Every field that must be there is. */
static int check(const struct filling *f)
{
	const struct form_field *field = fields_or_none(f->form->words);

	for (; field->key; field++) {
		if (field->required && !json_object_get(f->params, field->key)) {
			cli_error(f->cli, "the %s is missing: %s %s", field->name,
				f->name, f->form->args_doc);
			return EINVAL;
		}
	}
	for (field = fields_or_none(f->form->options); field->key; field++) {
		if (field->required && !json_object_get(f->params, field->key)) {
			cli_error(f->cli, "--%s %s is needed", field->name, field->arg);
			return EINVAL;
		}
	}
	return 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct filling *f = state->input;
	const struct form_field *words = fields_or_none(f->form->words);

	if (key >= KEY_FIRST && key < KEY_FIRST + MAX_OPTIONS)
		return fill(f, &f->form->options[key - KEY_FIRST], value);
	if (key == ARGP_KEY_ARG && words[f->n_words].key)
		return fill(f, &words[f->n_words++], value);
	return key == ARGP_KEY_END ? check(f) : ARGP_ERR_UNKNOWN;
}

int form_parse(struct cli *cli, const struct form *form, int argc, char **argv,
	struct json_t **params)
{
	struct argp_option options[MAX_OPTIONS + 1] = { { 0 } };
	const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = form->args_doc,
		.doc = form->doc };
	const struct form_field *field = fields_or_none(form->options);
	struct filling f = { .cli = cli, .form = form, .name = argv[0] };
	int parsed;

	for (int n = 0; n < MAX_OPTIONS && field->key; n++, field++) {
		const bool flag = field->kind == FORM_TRUE || field->kind == FORM_FALSE;

		options[n] = (struct argp_option){ .name = field->name,
			.key = KEY_FIRST + n,
			.arg = flag ? NULL : field->arg,
			.doc = field->help };
	}
	f.params = form->fixed ? json_loads(form->fixed, 0, NULL) : json_object();
	parsed = cli_parse(cli, &argp, argc, argv, &f);
	if (parsed == 0)
		*params = f.params;
	else
		json_decref(f.params);
	return parsed;
}

/* --- asking -------------------------------------------------------------------------------- */

int form_ask(struct cli *cli, const struct form *form, struct json_t *params)
{
	struct source *source = NULL;
	const int code = source_ask(cli, form->writes, form->method, params, &source);

	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK && form->print)
		form->print(cli, source_json(source));
	source_close(source);
	return code;
}

int form_run(struct cli *cli, const struct form *form, int argc, char **argv)
{
	json_t *params = NULL;
	const int parsed = form_parse(cli, form, argc, argv, &params);
	int code = CLI_OK;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (form->question)
		code = subverb_confirm(cli, form->question);
	if (code == CLI_OK)
		return form_ask(cli, form, params);
	json_decref(params);
	return code;
}

void form_note_more(const struct cli *cli, const json_t *page, const char *list)
{
	const double next = members_number(page, "offset") +
			    (double)json_array_size(json_object_get(page, list));

	if (json_is_true(json_object_get(page, "more")))
		cli_note(cli, "%.0f of %.0f; --offset %.0f shows the next", next,
			members_number(page, "total"), next);
}
