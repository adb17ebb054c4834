/* The words of a line as parameters: what is left out, unknown, none, wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/cli.h"
#include "src/cli/form.h"

#define MAX_WORDS 8

static const struct form_field the_words[] = {
	{ "visit", "id", NULL, FORM_ID, NULL, NULL, true },
	{ "plan", "plan", NULL, FORM_WORD, NULL, NULL, false },
	{ 0 },
};

static const struct form_field the_options[] = {
	{ "born", "birth_year", NULL, FORM_WHOLE, "YEAR", "", false },
	{ "mass-kg", "mass_kg", NULL, FORM_NUMBER, "M", "", false },
	{ "pain", "pain_sites", NULL, FORM_LIST, "SITES", "", false },
	{ "deficit", "left", "right", FORM_NUMBERS2, "L,R", "", false },
	{ "axis", "axis_left", "axis_right", FORM_WORDS2, "L,R", "", false },
	{ "notes", "notes", NULL, FORM_TEXT, "TEXT", "", false },
	{ "off", "shared", NULL, FORM_FALSE, NULL, "", false },
	{ 0 },
};

static const struct form the_form = { .method = "test",
	.words = the_words,
	.options = the_options,
	.fixed = "{\"shared\":true}",
	.args_doc = "ID [PLAN]",
	.doc = "Only parse." };

/* Parse a line whose words have blanks between; NULL and `said` if it is refused. */
static char *said;

static char *parse(const char *line)
{
	char words[256], name[] = "stance test", *argv[MAX_WORDS] = { name },
			 *rest = words;
	char *error = NULL, *text;
	size_t n_error = 0;
	struct cli cli = { .out = stdout, .err = open_memstream(&error, &n_error) };
	json_t *params = NULL;
	int argc = 1, parsed;

	snprintf(words, sizeof(words), "%s", line);
	while ((argv[argc] = strsep(&rest, " ")) && argc < MAX_WORDS - 1)
		argc += *argv[argc] != '\0';
	argv[argc] = NULL;
	parsed = form_parse(&cli, &the_form, argc, argv, &params);
	fclose(cli.err);
	free(said);
	said = error;
	if (parsed != 0) {
		assert_int_equal(parsed, -EINVAL);
		return NULL;
	}
	text = json_dumps(params, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(params);
	return text;
}

static void parses(const char *line, const char *wanted)
{
	char *text = parse(line);

	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
}

static void refuses(const char *line, const char *because)
{
	char *text = parse(line);

	assert_null(text);
	assert_non_null(strstr(said, because));
}

static void what_is_left_out_is_not_sent(void **state)
{
	(void)state;
	parses("3", "{\"id\":3,\"shared\":true}");
	parses("3 --off", "{\"id\":3,\"shared\":false}");
	parses("3 full", "{\"id\":3,\"plan\":\"full\",\"shared\":true}");
	parses("--notes x 3", "{\"id\":3,\"notes\":\"x\",\"shared\":true}");
}

static void unknown_is_null(void **state)
{
	(void)state;
	parses("3 none", "{\"id\":3,\"plan\":null,\"shared\":true}");
	parses("3 --born unknown", "{\"birth_year\":null,\"id\":3,\"shared\":true}");
	parses("3 --notes=", "{\"id\":3,\"notes\":null,\"shared\":true}");
	/* a text may well be that word */
	parses("3 --notes none", "{\"id\":3,\"notes\":\"none\",\"shared\":true}");
}

static void numbers_are_whole_or_not(void **state)
{
	(void)state;
	parses("3 --born 1961 --mass-kg 71.5",
		"{\"birth_year\":1961,\"id\":3,\"mass_kg\":71.5,\"shared\":true}");
	refuses("3 --born 1961.5", "--born 1961.5: give a whole number");
	refuses("3 --mass-kg 71,5", "--mass-kg 71,5: give a number");
	refuses("3 --mass-kg nan", "give a number");
	refuses("3 --mass-kg inf", "give a number");
}

/* None was found is another thing than nobody asked. */
static void a_list_may_be_empty(void **state)
{
	(void)state;
	parses("3 --pain back,knee_left",
		"{\"id\":3,\"pain_sites\":[\"back\",\"knee_left\"],\"shared\":true}");
	parses("3 --pain none", "{\"id\":3,\"pain_sites\":[],\"shared\":true}");
	parses("3 --pain unknown", "{\"id\":3,\"pain_sites\":null,\"shared\":true}");
}

static void left_goes_before_right(void **state)
{
	(void)state;
	parses("3 --deficit 0,10",
		"{\"id\":3,\"left\":0.0,\"right\":10.0,\"shared\":true}");
	parses("3 --deficit unknown,10",
		"{\"id\":3,\"left\":null,\"right\":10.0,\"shared\":true}");
	parses("3 --deficit unknown",
		"{\"id\":3,\"left\":null,\"right\":null,\"shared\":true}");
	parses("3 --axis neutral,varus",
		"{\"axis_left\":\"neutral\",\"axis_right\":\"varus\",\"id\":3,"
		"\"shared\":true}");
	refuses("3 --deficit 5", "left and right");
	refuses("3 --deficit 1,2,3", "left and right");
	refuses("3 --deficit a,2", "give a number");
}

static void what_must_be_there_is_asked_for(void **state)
{
	(void)state;
	refuses("", "the visit is missing: stance test ID [PLAN]");
	refuses("zero", "\"zero\" is no visit");
	refuses("0", "is no visit");
	refuses("3 full more", "one too many");
	refuses("3 --nots x", "see stance test --help");
}

static void words_must_be_utf8(void **state)
{
	(void)state;
	refuses("3 --notes \xff", "UTF-8");
	refuses("3 --pain back,\xff", "UTF-8");
	free(said);
	said = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_out_is_not_sent),
		cmocka_unit_test(unknown_is_null),
		cmocka_unit_test(numbers_are_whole_or_not),
		cmocka_unit_test(a_list_may_be_empty),
		cmocka_unit_test(left_goes_before_right),
		cmocka_unit_test(what_must_be_there_is_asked_for),
		cmocka_unit_test(words_must_be_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
