#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/source.h"
#include "src/cli/change_text.h"
#include "src/cli/cli.h"
#include "src/cli/members.h"
#include "src/cli/patient_export.h"
#include "src/cli/subverb.h"
#include "src/cli/verbs.h"

#define PAGE 100 /* patients in one answer */

struct request {
	struct cli *cli;
	const char *code, *out, *notes, *sex;
	const char *born, *stature_m, *mass_kg; /* as said; numbers are checked below */
};

enum { KEY_SEX = 0x200, KEY_BORN, KEY_STATURE, KEY_MASS, KEY_NOTES, KEY_OUT };

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;
	const char **place = key == KEY_SEX                    ? &r->sex
			     : key == KEY_BORN                 ? &r->born
			     : key == KEY_STATURE              ? &r->stature_m
			     : key == KEY_MASS                 ? &r->mass_kg
			     : key == KEY_NOTES                ? &r->notes
			     : key == KEY_OUT                  ? &r->out
			     : key == ARGP_KEY_ARG && !r->code ? &r->code
							       : NULL;

	if (!place)
		return ARGP_ERR_UNKNOWN;
	*place = value;
	return 0;
}

static int parse(struct request *r, const struct argp *argp, int argc, char **argv)
{
	int parsed = cli_parse(r->cli, argp, argc, argv, r);

	if (parsed != 0 || (r->code && *r->code))
		return parsed;
	cli_error(r->cli, "say whose: the patient's code");
	return -EINVAL;
}

/* --- what is sent -------------------------------------------------------------------------- */

/* A number as it was said; what it may be is the method's to judge. */
static int set_number(struct request *r, json_t *params, const char *key,
	const char *option, const char *text)
{
	char *end;
	double value;

	if (!text)
		return 0;
	value = strtod(text, &end);
	if (end == text || *end || !isfinite(value)) {
		cli_error(r->cli, "%s %s: give a number", option, text);
		return -EINVAL;
	}
	if (strcmp(key, "birth_year") == 0 && value == floor(value))
		return json_object_set_new(
			params, key, json_integer((json_int_t)value));
	return json_object_set_new(params, key, json_real(value));
}

/* NULL, said, if a word cannot be sent. */
static json_t *make_params(struct request *r)
{
	json_t *params = json_object();
	int err = members_set_text(params, "code", r->code) |
		  members_set_text(params, "sex", r->sex) |
		  members_set_text(params, "notes", r->notes);

	if (err)
		cli_error(r->cli, "the words of this command must be valid UTF-8");
	else
		err = set_number(r, params, "birth_year", "--born", r->born) |
		      set_number(r, params, "stature_m", "--stature-m", r->stature_m) |
		      set_number(r, params, "mass_kg", "--mass-kg", r->mass_kg);
	if (!err)
		return params;
	json_decref(params);
	return NULL;
}

/* --- printing ------------------------------------------------------------------------------ */

static void print_number(
	FILE *out, const char *before, double value, int decimals, const char *unit)
{
	if (!isnan(value))
		fprintf(out, ", %s%.*f%s", before, decimals, value, unit);
}

static void print_patient(const struct cli *cli, const json_t *patient)
{
	FILE *out = cli->out;
	const char *sex = members_text(patient, "sex");

	fprintf(out, "%s: ", members_text(patient, "code"));
	fprintf(out, "%s",
		*sex == 'F'   ? "female"
		: *sex == 'M' ? "male"
			      : "sex not said");
	print_number(out, "born ", members_number(patient, "birth_year"), 0, "");
	print_number(out, "", members_number(patient, "stature_m"), 2, " m");
	print_number(out, "", members_number(patient, "mass_kg"), 1, " kg");
	fprintf(out, "; %.0f trials\n", members_number(patient, "trials"));
	if (*members_text(patient, "notes"))
		fprintf(out, "%s\n", members_text(patient, "notes"));
}

static int ask(struct request *r, bool writes, const char *method, json_t *params)
{
	struct source *source = NULL;
	int code = source_ask(r->cli, writes, method, params, &source);

	if (code == CLI_OK && r->cli->json)
		source_print(source);
	else if (code == CLI_OK) {
		print_patient(r->cli, source_json(source));
		change_text_print(r->cli, source_json(source));
	}
	source_close(source);
	return code;
}

/* --- add, update, show --------------------------------------------------------------------- */

static const struct argp_option person_options[] = {
	{ "sex", KEY_SEX, "M|F", 0, "As norms and body models know it", 0 },
	{ "born", KEY_BORN, "YEAR", 0, "Year of birth", 0 },
	{ "stature-m", KEY_STATURE, "H", 0, "Stature in metres, as 1.70", 0 },
	{ "mass-kg", KEY_MASS, "M", 0, "Mass in kilograms", 0 },
	{ "notes", KEY_NOTES, "TEXT", 0, "What else should be known", 0 },
	{ 0 },
};

static int change(struct cli *cli, const char *method, const struct argp *argp,
	int argc, char **argv)
{
	struct request r = { .cli = cli };
	int parsed = parse(&r, argp, argc, argv);
	json_t *params;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	params = make_params(&r);
	return params ? ask(&r, true, method, params) : CLI_USAGE;
}

static int patient_add(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = person_options,
		.parser = parse_option,
		.args_doc = "CODE",
		.doc = "Add a patient under a code of 1 to 64 bytes: a pseudonym, "
		       "never "
		       "a name.",
	};

	return change(cli, "patient.add", &argp, argc, argv);
}

static int patient_update(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = person_options,
		.parser = parse_option,
		.args_doc = "CODE",
		.doc = "Change what is known of a patient; what is not given stays. "
		       "The "
		       "audit log keeps what it was.",
	};

	return change(cli, "patient.update", &argp, argc, argv);
}

static int patient_show(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "CODE",
		.doc = "Show what is known of a patient, and what changed between the "
		       "last visit and the ones before.",
	};
	struct request r = { .cli = cli };
	int parsed = parse(&r, &argp, argc, argv);
	json_t *params;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	params = make_params(&r);
	return params ? ask(&r, false, "patient.show", params) : CLI_USAGE;
}

/* --- list ---------------------------------------------------------------------------------- */

static int collect(struct source *source, json_t *all)
{
	bool more = true;

	while (more) {
		const json_t *last = json_array_get(all, json_array_size(all) - 1),
			     *page;
		json_t *params = json_pack("{sssi}", "after",
			last ? members_text(last, "code") : "", "limit", PAGE);
		int code = source_call(source, "patient.list", params);

		if (code != CLI_OK)
			return code;
		page = json_object_get(source_json(source), "patients");
		more = json_is_true(json_object_get(source_json(source), "more")) &&
		       json_array_size(page) > 0;
		json_array_extend(all, (json_t *)page);
	}
	return CLI_OK;
}

static void print_list(const struct cli *cli, json_t *all)
{
	json_t *document;

	if (cli->json) {
		document = json_pack(
			"{sssO}", "schema", "stance.patients/1", "patients", all);
		json_dumpf(document, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(17));
		fputc('\n', cli->out);
		json_decref(document);
		return;
	}
	if (json_array_size(all) == 0)
		cli_note(cli, "no patients");
	for (size_t i = 0; i < json_array_size(all); i++)
		print_patient(cli, json_array_get(all, i));
}

static int patient_list(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = { .doc = "List the patients by their codes." };
	struct source *source = NULL;
	int parsed = cli_parse(cli, &argp, argc, argv, NULL);
	json_t *all;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = source_open(cli, false, &source);
	if (code != CLI_OK)
		return code;
	all = json_array();
	code = collect(source, all);
	if (code == CLI_OK)
		print_list(cli, all);
	json_decref(all);
	source_close(source);
	return code;
}

/* --- export, erase ------------------------------------------------------------------------- */

static const struct argp_option export_options[] = {
	{ "out", KEY_OUT, "DIR", 0, "The folder to write to, made if need be", 0 },
	{ 0 },
};

static int patient_export(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.options = export_options,
		.parser = parse_option,
		.args_doc = "CODE --out DIR",
		.doc = "Write everything that is stored of a patient: patient.json, "
		       "visits, and of each trial its result, its series as CSV and "
		       "its recording.",
	};
	struct request r = { .cli = cli };
	int parsed = parse(&r, &argp, argc, argv);

	if (parsed != 0)
		return cli_parse_exit(parsed);
	if (!r.out) {
		cli_error(cli, "say where to: --out DIR");
		return CLI_USAGE;
	}
	return patient_export_all(cli, r.code, r.out);
}

/* On a terminal the code is typed once more: a y is typed too easily. */
static int confirm_erasure(struct cli *cli, const char *code)
{
	char answer[128] = "";

	if (cli->yes)
		return CLI_OK;
	if (!cli->in_is_terminal) {
		cli_error(cli,
			"this erases everything of patient %s for ever: say "
			"--yes if it is meant",
			code);
		return CLI_USAGE;
	}
	fprintf(cli->err,
		"This erases patient %s with all visits, trials and recordings, for "
		"ever.\nType the code to go on: ",
		code);
	fflush(cli->err);
	if (fgets(answer, sizeof(answer), cli->in))
		answer[strcspn(answer, "\n")] = '\0';
	if (strcmp(answer, code) == 0)
		return CLI_OK;
	cli_note(cli, "nothing was erased");
	return CLI_CANCELLED;
}

static int patient_erase(struct cli *cli, int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "CODE",
		.doc = "Erase a patient with all visits, trials and recordings, for "
		       "ever.\v"
		       "On a terminal the code must be typed once more; elsewhere it "
		       "needs --yes. The audit log keeps only that it happened.",
	};
	struct request r = { .cli = cli };
	struct source *source = NULL;
	int parsed = parse(&r, &argp, argc, argv);
	json_t *params;
	int code;

	if (parsed != 0)
		return cli_parse_exit(parsed);
	code = confirm_erasure(cli, r.code);
	if (code != CLI_OK)
		return code;
	params = make_params(&r);
	if (!params)
		return CLI_USAGE;
	json_object_set_new(params, "confirm", json_true());
	code = source_ask(cli, true, "patient.erase", params, &source);
	if (code == CLI_OK && cli->json)
		source_print(source);
	else if (code == CLI_OK)
		cli_note(cli, "patient %s is erased", r.code);
	source_close(source);
	return code;
}

int verb_patient(struct cli *cli, int argc, char **argv)
{
	static const struct subverb subverbs[] = {
		{ "add", "CODE: a new one", patient_add },
		{ "update", "CODE: what is known of one", patient_update },
		{ "list", "all of them", patient_list },
		{ "show", "CODE: one of them", patient_show },
		{ "export", "CODE --out DIR: everything of one, as files",
			patient_export },
		{ "erase", "CODE: forget one for ever", patient_erase },
		{ NULL },
	};

	return subverb_run(cli, subverbs,
		"Patients, under codes that only the clinic can turn into names.", argc,
		argv);
}
