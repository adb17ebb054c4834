#include "src/cli/patient_card.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/change_text.h"
#include "src/cli/cli.h"
#include "src/cli/form.h"
#include "src/cli/members.h"

#define NAME_WIDTH 20

/* --- printing ------------------------------------------------------------------------------ */

static void print_number(
	FILE *out, const char *before, double value, int decimals, const char *unit)
{
	if (!isnan(value))
		fprintf(out, ", %s%.*f%s", before, decimals, value, unit);
}

void patient_card_line(const struct cli *cli, const struct json_t *patient)
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

static void print_text(const struct cli *cli, const char *name, const char *text)
{
	if (*text)
		fprintf(cli->out, "  %-*s%s\n", NAME_WIDTH, name, text);
}

/* Asked and none is another thing than not asked, which is not printed. */
static void print_words(const struct cli *cli, const char *name, const json_t *list)
{
	if (!json_is_array(list))
		return;
	fprintf(cli->out, "  %-*s%s", NAME_WIDTH, name,
		json_array_size(list) ? "" : "none");
	for (size_t i = 0; i < json_array_size(list); i++)
		fprintf(cli->out, "%s%s", i ? ", " : "",
			json_string_value(json_array_get(list, i)));
	fputc('\n', cli->out);
}

static void print_degrees(const struct cli *cli, double value)
{
	if (isnan(value))
		fputs("unknown", cli->out);
	else
		fprintf(cli->out, "%.0f deg", value);
}

static void print_knees(const struct cli *cli, const json_t *p)
{
	const double left = members_number(p, "extension_deficit_left_deg");
	const double right = members_number(p, "extension_deficit_right_deg");
	const char *axis_left = members_text(p, "knee_axis_left");
	const char *axis_right = members_text(p, "knee_axis_right");

	if (!isnan(left) || !isnan(right)) {
		fprintf(cli->out, "  %-*sleft ", NAME_WIDTH, "extension deficit");
		print_degrees(cli, left);
		fputs(", right ", cli->out);
		print_degrees(cli, right);
		fputc('\n', cli->out);
	}
	if (*axis_left || *axis_right)
		fprintf(cli->out, "  %-*sleft %s, right %s\n", NAME_WIDTH, "knee axis",
			*axis_left ? axis_left : "unknown",
			*axis_right ? axis_right : "unknown");
}

static void print_visits(const struct cli *cli, const json_t *p)
{
	const double last = members_number(p, "last_visit");
	const double open = members_number(p, "open_visit");

	if (last > 0)
		fprintf(cli->out, "  %-*s%.0f, %.10s\n", NAME_WIDTH, "last visit", last,
			members_text(p, "last_visit_started"));
	if (open > 0)
		fprintf(cli->out, "  %-*s%.0f\n", NAME_WIDTH, "open visit", open);
}

static void print_card(const struct cli *cli, const json_t *p)
{
	patient_card_line(cli, p);
	print_words(cli, "pain", json_object_get(p, "pain_sites"));
	print_words(cli, "red flags", json_object_get(p, "red_flags"));
	print_knees(cli, p);
	print_text(cli, "surgery", members_text(p, "surgery"));
	print_text(cli, "restrictions", members_text(p, "restrictions"));
	print_visits(cli, p);
}

static void print_card_and_changes(const struct cli *cli, const json_t *p)
{
	print_card(cli, p);
	change_text_print(cli, p);
}

static void print_found(const struct cli *cli, const json_t *p)
{
	const double born = members_number(p, "birth_year");
	const double open = members_number(p, "open_visit");
	const char *sex = members_text(p, "sex");
	char year[16] = "";

	if (born > 0)
		snprintf(year, sizeof(year), "%.0f", born);
	fprintf(cli->out, "%-16s  %-1s %-4s  %4.0f  %-10.10s", members_text(p, "code"),
		sex, year, members_number(p, "trials"),
		*members_text(p, "last_visit_started")
			? members_text(p, "last_visit_started")
			: "-");
	if (open > 0)
		fprintf(cli->out, "  visit %.0f is open", open);
	if (json_is_true(json_object_get(p, "waits")))
		fputs("  waits", cli->out);
	if (json_is_true(json_object_get(p, "red_flag")))
		fputs("  RED FLAG", cli->out);
	fputc('\n', cli->out);
}

static void print_page(const struct cli *cli, const json_t *page)
{
	const json_t *patients = json_object_get(page, "patients");

	if (json_array_size(patients) == 0)
		cli_note(
			cli, "nobody's code holds \"%s\"", members_text(page, "query"));
	else
		fputs("code              born    trials  last visit\n", cli->out);
	for (size_t i = 0; i < json_array_size(patients); i++)
		print_found(cli, json_array_get(patients, i));
	form_note_more(cli, page, "patients");
}

/* --- words --------------------------------------------------------------------------------- */

static const struct form_field of_patient[] = {
	{ "patient's code", "code", NULL, FORM_TEXT, NULL, NULL, true },
	{ 0 },
};

static const struct form_field card[] = {
	{ "sex", "sex", NULL, FORM_WORD, "M|F", "As norms and body models know it",
		false },
	{ "born", "birth_year", NULL, FORM_WHOLE, "YEAR", "Year of birth", false },
	{ "stature-m", "stature_m", NULL, FORM_NUMBER, "H",
		"Stature in metres, as 1.70", false },
	{ "mass-kg", "mass_kg", NULL, FORM_NUMBER, "M", "Mass in kilograms", false },
	{ "pain", "pain_sites", NULL, FORM_LIST, "SITES",
		"Where it hurts, as knee_left,back; or none", false },
	{ "red-flags", "red_flags", NULL, FORM_LIST, "WORDS",
		"What wants a doctor first, as trauma,night_pain; or none", false },
	{ "extension-deficit-deg", "extension_deficit_left_deg",
		"extension_deficit_right_deg", FORM_NUMBERS2, "L,R",
		"What is missing from straight knees, degrees", false },
	{ "knee-axis", "knee_axis_left", "knee_axis_right", FORM_WORDS2, "L,R",
		"neutral, varus or valgus, each", false },
	{ "surgery", "surgery", NULL, FORM_TEXT, "TEXT", "What was operated on",
		false },
	{ "restrictions", "restrictions", NULL, FORM_TEXT, "TEXT",
		"What must not be done", false },
	{ "notes", "notes", NULL, FORM_TEXT, "TEXT", "What else should be known",
		false },
	{ 0 },
};

int patient_add(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "patient.add",
		.writes = true,
		.words = of_patient,
		.options = card,
		.args_doc = "CODE",
		.doc = "Add a patient under a code of 1 to 64 bytes: a pseudonym, "
		       "never a name.",
		.print = print_card };

	return form_run(cli, &form, argc, argv);
}

int patient_update(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "patient.update",
		.writes = true,
		.words = of_patient,
		.options = card,
		.args_doc = "CODE",
		.doc = "Change what is known of a patient; what is not given stays, "
		       "and "
		       "\"unknown\" takes a value back. The audit log keeps what it "
		       "was.",
		.print = print_card };

	return form_run(cli, &form, argc, argv);
}

int patient_get(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "patient.get",
		.words = of_patient,
		.args_doc = "CODE",
		.doc = "Show the card of a patient, without what changed.",
		.print = print_card };

	return form_run(cli, &form, argc, argv);
}

int patient_show(struct cli *cli, int argc, char **argv)
{
	static const struct form form = { .method = "patient.show",
		.words = of_patient,
		.args_doc = "CODE",
		.doc = "Show what is known of a patient, and what changed between the "
		       "last visit and the ones before.",
		.print = print_card_and_changes };

	return form_run(cli, &form, argc, argv);
}

int patient_find(struct cli *cli, int argc, char **argv)
{
	static const struct form_field words[] = {
		{ "code", "query", NULL, FORM_TEXT, NULL, NULL, false },
		{ 0 },
	};
	static const struct form_field options[] = {
		{ "limit", "limit", NULL, FORM_WHOLE, "N", "At most so many (20)",
			false },
		{ "offset", "offset", NULL, FORM_WHOLE, "N",
			"Leave out so many of the first", false },
		{ 0 },
	};
	static const struct form form = { .method = "patient.find",
		.words = words,
		.options = options,
		.args_doc = "[PART]",
		.doc = "Find patients by a part of their code: what begins with it "
		       "first, then what holds it.",
		.print = print_page };

	return form_run(cli, &form, argc, argv);
}
