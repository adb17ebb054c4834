#include "src/cli/visit_note.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/cli.h"
#include "src/cli/source.h"
#include "src/cli/subverb.h"
#include "src/cli/visit_text.h"

enum { KEY_BLOCK = 0x200, KEY_DEFICIT, KEY_PAIN, KEY_RED_FLAG };

struct request {
	struct cli *cli;
	long long id;
	json_t *params;
};

static bool read_number(const char *text, const char **end, double *value)
{
	char *after;

	*value = strtod(text, &after);
	*end = after;
	return after != text && isfinite(*value);
}

static error_t note_block(struct request *r, const char *text)
{
	const char *end;
	double mm;

	if (!read_number(text, &end, &mm) || *end) {
		cli_error(r->cli,
			"--block-mm %s: give millimetres, positive under the right "
			"foot, negative "
			"under the left",
			text);
		return EINVAL;
	}
	return json_object_set_new(r->params, "block_mm", json_real(mm)) ? ENOMEM : 0;
}

static error_t note_deficit(struct request *r, const char *text)
{
	const char *end;
	double left, right;

	if (!read_number(text, &end, &left) || *end != ',' ||
		!read_number(end + 1, &end, &right) || *end) {
		cli_error(r->cli,
			"--extension-deficit-deg %s: give degrees for the left and the "
			"right "
			"knee, as in 0,15",
			text);
		return EINVAL;
	}
	json_object_set_new(r->params, "extension_deficit_left_deg", json_real(left));
	json_object_set_new(r->params, "extension_deficit_right_deg", json_real(right));
	return 0;
}

/* Sites that hurt; all others then do not. */
static error_t note_pain(struct request *r, const char *text)
{
	static const char *const sites[][2] = { { "left-knee", "pain_knee_left" },
		{ "right-knee", "pain_knee_right" }, { "back", "pain_back" },
		{ "leg", "pain_leg" } };
	char words[128];
	char *rest = words, *word;

	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		json_object_set_new(r->params, sites[i][1], json_integer(0));
	if (strcmp(text, "none") == 0)
		return 0;
	strncpy(words, text, sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	while ((word = strsep(&rest, ",")) != NULL) {
		size_t i = 0;

		while (i < sizeof(sites) / sizeof(sites[0]) &&
			strcmp(word, sites[i][0]) != 0)
			i++;
		if (i == sizeof(sites) / sizeof(sites[0])) {
			cli_error(r->cli,
				"--pain %s: \"%s\" is no site; there are left-knee, "
				"right-knee, "
				"back, leg, or none",
				text, word);
			return EINVAL;
		}
		json_object_set_new(r->params, sites[i][1], json_integer(1));
	}
	return 0;
}

static error_t note_red_flag(struct request *r, const char *text)
{
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0) {
		cli_error(r->cli, "--red-flag %s: say yes or no", text);
		return EINVAL;
	}
	return json_object_set_new(r->params, "red_flag", json_integer(yes)) ? ENOMEM
									     : 0;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_BLOCK:
		return note_block(r, value);
	case KEY_DEFICIT:
		return note_deficit(r, value);
	case KEY_PAIN:
		return note_pain(r, value);
	case KEY_RED_FLAG:
		return note_red_flag(r, value);
	case ARGP_KEY_ARG:
		return r->id ? ARGP_ERR_UNKNOWN
			     : subverb_parse_id(r->cli, "visit", value, &r->id);
	case ARGP_KEY_END:
		if (r->id && json_object_size(r->params) > 0)
			return 0;
		cli_error(
			r->cli, r->id ? "say what to note: --block-mm, "
					"--extension-deficit-deg, --pain or --red-flag"
				      : "say which visit: its number");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "block-mm", KEY_BLOCK, "B", 0,
		"Blocks until the pelvis was level: + under the right foot, - under "
		"the left",
		0 },
	{ "extension-deficit-deg", KEY_DEFICIT, "L,R", 0,
		"What is missing from straight knees, degrees", 0 },
	{ "pain", KEY_PAIN, "SITES", 0,
		"left-knee, right-knee, back, leg, comma between; or none", 0 },
	{ "red-flag", KEY_RED_FLAG, "yes|no", 0, "Something that wants a doctor first",
		0 },
	{ 0 },
};

static int send(struct request *r)
{
	struct source *source = NULL;
	int code;

	json_object_set_new(r->params, "id", json_integer(r->id));
	code = source_ask(r->cli, true, "visit.note", json_incref(r->params), &source);
	if (code == CLI_OK && r->cli->json)
		source_print(source);
	else if (code == CLI_OK)
		visit_text_print(r->cli, source_json(source));
	source_close(source);
	return code;
}

int visit_note(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "ID",
		.doc = "Note beside a visit what was found without the mat; of each "
		       "kind the latest "
		       "counts, and all are kept.",
	};
	struct request r = { .cli = cli, .params = json_object() };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);
	int code = parsed != 0 ? cli_parse_exit(parsed) : send(&r);

	json_decref(r.params);
	return code;
}
