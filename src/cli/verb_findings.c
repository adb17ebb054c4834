#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/jsonw.h"
#include "src/cli/cli.h"
#include "src/cli/verbs.h"
#include "src/core/findings/findings.h"

#define TEXT_SIZE  (64 * 1024)
#define PAGE_WIDTH 96 /* columns */

enum { KEY_ALL = 0x300 };

struct request {
	bool all;
};

/* A made-up person, so that every sentence reads as one: 18 mm to the left. */
static void example(struct facts *f)
{
	static const struct {
		enum fact fact;
		double value;
	} values[] = {
		{ FACT_COM_ML_MM, -18 },
		{ FACT_COM_ML_LOW_MM, -26 },
		{ FACT_COM_ML_HIGH_MM, -10 },
		{ FACT_SHARE_MORE_PCT, 59 },
		{ FACT_OUTSIDE_45_55_PCT, 62 },
		{ FACT_EYES_CLOSED_SHIFT_MM, 11 },
		{ FACT_LIFT_NULL_MM, 6 },
		{ FACT_AP_DIFFERENCE_MM, 24 },
		{ FACT_TOE_OUT_DIFFERENCE_DEG, 11 },
		{ FACT_DIAGONAL_INDEX, 0.13 },
		{ FACT_KNEE_MORE_LOW_PCT, 16 },
		{ FACT_KNEE_MORE_HIGH_PCT, 28 },
		{ FACT_BACK_MORE_LOW_PCT, 1 },
		{ FACT_BACK_MORE_HIGH_PCT, 18 },
		{ FACT_PELVIS_SHIFT_MOST_MM, 21 },
	};

	facts_init(f);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		f->value[values[i].fact] = values[i].value;
	f->more_side = f->null_side = -1;
	f->squat_side = f->toe_side = f->deficit_side = f->pain_knee_side = 1;
}

/* --- a page to read through --------------------------------------------------------------------- */

/* Print wrapped at words, further lines under the first. */
static void print_wrapped(FILE *out, int indent, const char *text)
{
	int column = indent;

	while (*text) {
		int n = (int)strcspn(text, " ");

		if (column > indent && column + 1 + n > PAGE_WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", n, text);
		column += n;
		text += n + (text[n] == ' ');
	}
	fputc('\n', out);
}

static void print_rules(
	FILE *out, enum finding_audience audience, const struct facts *facts)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);
	char text[FINDING_TEXT_SIZE];

	for (int i = 0; i < n; i++) {
		if (!rules[i].text[audience])
			continue;
		finding_text(&rules[i], audience, facts, text, sizeof(text));
		fprintf(out, "  %-4s %s  ", rules[i].id,
			finding_grade_name(rules[i].grade));
		print_wrapped(out, 10, text);
	}
}

static void print_page(FILE *out)
{
	struct findings findings;
	struct facts facts;

	example(&facts);
	fprintf(out, "What a patient may read (rule, grade, sentence; the numbers are "
		     "an example)\n\n");
	print_rules(out, AUDIENCE_PATIENT, &facts);
	facts.value[FACT_LATERAL_BAND] = 2;
	findings_evaluate(&facts, 0, false, &findings);
	fprintf(out, "  card    ");
	print_wrapped(out, 10, findings.card);
	fprintf(out, "\nWhat a clinician may read\n\n");
	print_rules(out, AUDIENCE_CLINICIAN, &facts);
	fprintf(out, "\nWhat keeps findings back\n\n");
	for (int g = 0; g < GATE_N; g++) {
		fprintf(out, "          ");
		print_wrapped(out, 10, finding_gate_text((enum finding_gate)g));
	}
	fprintf(out, "\nGrades: A measured physics; B two human studies or a review; C "
		     "one study or "
		     "indirect;\nD a model or expert opinion.\n");
}

/* --- the same as a document --------------------------------------------------------------------- */

static void put_rule(
	struct jsonw *w, const struct finding_rule *r, const struct facts *facts)
{
	char text[FINDING_TEXT_SIZE];

	jsonw_begin_object(w);
	jsonw_key(w, "id");
	jsonw_string(w, r->id);
	jsonw_key(w, "grade");
	jsonw_string(w, finding_grade_name(r->grade));
	for (int a = 0; a < AUDIENCE_N; a++) {
		jsonw_key(w, finding_audience_name((enum finding_audience)a));
		finding_text(r, (enum finding_audience)a, facts, text, sizeof(text));
		jsonw_string(w, r->text[a] ? text : NULL);
	}
	jsonw_key(w, "one_trial");
	jsonw_bool(w, r->one_trial);
	jsonw_key(w, "source");
	jsonw_string(w, r->source);
	jsonw_end_object(w);
}

static int print_json(const struct cli *cli)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);
	char *text = malloc(TEXT_SIZE);
	struct facts facts;
	struct jsonw w;

	if (!text)
		return CLI_FAILURE;
	example(&facts);
	jsonw_init(&w, text, TEXT_SIZE);
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.findings/1");
	jsonw_key(&w, "rules");
	jsonw_begin_array(&w);
	for (int i = 0; i < n; i++)
		put_rule(&w, &rules[i], &facts);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	fprintf(cli->out, "%s\n", text);
	free(text);
	return CLI_OK;
}

static error_t on_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	(void)value;
	if (key != KEY_ALL)
		return ARGP_ERR_UNKNOWN;
	r->all = true;
	return 0;
}

int verb_findings(struct cli *cli, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "all", KEY_ALL, NULL, 0, "every sentence there is, on one page", 0 },
		{ 0 },
	};
	static const struct argp argp = { .options = options,
		.parser = on_option,
		.doc = "List what may be said of a person: every finding's sentence, "
		       "grade and "
		       "source, for a clinician to read through.\v"
		       "The findings of a trial or a visit are in \"stance trial "
		       "show\" and "
		       "\"stance visit show\"." };
	struct request r = { .all = false };
	int parsed = cli_parse(cli, &argp, argc, argv, &r);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.all) {
		cli_error(cli,
			"say --all for every sentence; what was found in a trial is in "
			"\"stance trial show ID\"");
		return CLI_USAGE;
	}
	if (cli->json)
		return print_json(cli);
	print_page(cli->out);
	return CLI_OK;
}
