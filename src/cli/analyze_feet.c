#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/cli/analyze.h"
#include "src/cli/cli.h"
#include "src/cli/cop_measure.h"
#include "src/cli/feet_series.h"
#include "src/cli/finding_text.h"
#include "src/cli/research_text.h"
#include "src/core/trial/plates.h"
#include "src/ipc/document_feet.h"

#define PLATE_CUTOFF_HZ 10.0
#define MESSAGE_SIZE    512

/* What people are like; beyond, another unit was meant. */
#define MIN_MASS_KG   2.0
#define MAX_MASS_KG   400.0
#define MIN_STATURE_M 0.4
#define MAX_STATURE_M 2.6

struct request {
	struct cli *cli;
	const char *path;
	struct plates_setup setup;
	bool research;
};

/* --- measuring ------------------------------------------------------------------------ */

static void take_sway(const struct sway_result *sway, struct trial_phase *p)
{
	p->n = sway->n;
	p->rate_hz = sway->rate_hz;
	p->duration_s = sway->duration_s;
	p->cutoff_hz = sway->cutoff_hz;
	p->noise_velocity_mm_s = sway->noise_velocity_mm_s;
	p->missing_frac = sway->missing_frac;
	p->sway_notes = sway->notes;
	memcpy(p->value, sway->value, sizeof(p->value));
}

static int measure(const struct request *r, const struct feet_series *s,
	struct trial_record *record)
{
	struct sway_input input = { .n = s->n,
		.t_s = s->t_s,
		.x_mm = s->x_mm,
		.y_mm = s->y_mm,
		.cutoff_hz = PLATE_CUTOFF_HZ,
		.noise_velocity_mm_s = NAN };
	struct series_timing timing;
	struct sway_result sway;
	int code = cop_measure_times(
		r->cli, r->path, s->n, s->t_s, COP_MEASURE_NATIVE_LEAST, &timing);

	if (code == CLI_OK)
		code = cop_measure_native(r->cli, r->path, &input, &timing, &sway);
	if (code != CLI_OK)
		return code;
	if (s->n < s->plates.n)
		sway.notes |= SWAY_NOTE_NO_COP;
	memset(record, 0, sizeof(*record));
	record->verdict = TRIAL_GOOD;
	record->person = r->setup.person;
	record->n_phases = 1;
	take_sway(&sway, &record->phases[0]);
	plates_measure(&s->plates, &r->setup, record->phases[0].value);
	plates_judge(&s->plates, &r->setup, record);
	return CLI_OK;
}

/* --- telling -------------------------------------------------------------------------- */

static void print_line(FILE *out, const double *value, enum metric m)
{
	const struct metric_info *info = metric_info(m);

	if (!isnan(value[m]))
		fprintf(out, "  %-40s%10.*f%s%s\n", info->label, info->decimals,
			value[m], *info->unit ? " " : "", info->unit);
}

static void print_table(FILE *out, const struct trial_record *record)
{
	const struct trial_phase *p = &record->phases[0];

	fprintf(out, "%d samples, %.4g Hz, %.2f s\n", p->n, p->rate_hz, p->duration_s);
	fprintf(out, "\nWeight\n");
	for (int m = 0; m < METRIC_N; m++) {
		if (metric_info((enum metric)m)->group == METRIC_GROUP_WEIGHT)
			print_line(out, p->value, (enum metric)m);
	}
	fprintf(out, "\nSway, low-pass %g Hz (all of it: --json)\n", p->cutoff_hz);
	print_line(out, p->value, METRIC_MEAN_VELOCITY_MM_S);
	print_line(out, p->value, METRIC_RMS_ML_MM);
	print_line(out, p->value, METRIC_RMS_AP_MM);
	print_line(out, p->value, METRIC_ELLIPSE95_MM2);
	for (int i = 0; i < SWAY_N_NOTES; i++)
		if (p->sway_notes >> i & 1)
			fprintf(out, "note: %s\n", sway_note_text(i));
}

static int make_document(const struct request *r, const struct trial_record *record,
	char text[DOCUMENT_FEET_MAX])
{
	struct jsonw w;

	jsonw_init(&w, text, DOCUMENT_FEET_MAX);
	if (r->research)
		research_text_put(&w, record);
	else
		document_put_feet(&w, record);
	if (jsonw_finish(&w) >= 0)
		return CLI_OK;
	cli_error(r->cli, "%s: the document does not fit", r->path);
	return CLI_FAILURE;
}

/* The same for a person: numbers, ranges, and what follows from them. */
static void print_text(
	const struct request *r, const struct trial_record *record, const char *text)
{
	json_t *document = r->research ? NULL : json_loads(text, 0, NULL);

	print_table(r->cli->out, record);
	if (document)
		finding_text_print(r->cli, document);
	if (r->research)
		research_text_print(r->cli->out, record);
	json_decref(document);
}

static int show(const struct request *r, const struct trial_record *record)
{
	char text[DOCUMENT_FEET_MAX];
	int code = make_document(r, record, text);

	if (code == CLI_OK && r->cli->json)
		fprintf(r->cli->out, "%s\n", text);
	else if (code == CLI_OK)
		print_text(r, record, text);
	return code;
}

static int run(struct request *r)
{
	char message[MESSAGE_SIZE] = "";
	struct trial_record record;
	struct feet_series series;
	char *text;
	size_t n;
	int rc, code = analyze_read(
			r->cli, r->path, "the series of two plates", &text, &n);

	if (code != CLI_OK)
		return code;
	rc = feet_series_read(&series, text, n, r->path, message, sizeof(message));
	free(text);
	if (rc < 0) {
		cli_error(r->cli, "%s", rc == -ENOMEM ? "not enough memory" : message);
		return rc == -ENOMEM ? CLI_FAILURE : CLI_CORRUPT;
	}
	code = measure(r, &series, &record);
	feet_series_fini(&series);
	if (code != CLI_OK)
		return code;
	/* said aloud even where only a document is wanted */
	for (int i = 0; i < record.n_reasons; i++)
		cli_error(r->cli, "%s: warning: %s", r->path, record.reasons[i]);
	return show(r, &record);
}

/* --- words ---------------------------------------------------------------------------- */

enum {
	KEY_MASS = 0x200,
	KEY_STATURE,
	KEY_SEX,
	KEY_ANKLES,
	KEY_RESEARCH,
};

static error_t say(
	const struct request *r, const char *option, const char *value, const char *may)
{
	cli_error(r->cli, "%s takes %s, not \"%s\"", option, may, value);
	return EINVAL;
}

static bool parse_number(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && !*end && isfinite(*value);
}

static error_t parse_mass(struct request *r, const char *value)
{
	double mass_kg;

	if (!parse_number(value, &mass_kg))
		return say(r, "--mass-kg", value, "a body mass in kilograms");
	if (mass_kg < MIN_MASS_KG || mass_kg > MAX_MASS_KG)
		return say(r, "--mass-kg", value,
			"a body mass in kilograms, from 2 to 400");
	r->setup.person.mass_kg = mass_kg;
	return 0;
}

static error_t parse_stature(struct request *r, const char *value)
{
	double stature_m;

	if (!parse_number(value, &stature_m))
		return say(r, "--stature-m", value, "a body height in metres");
	if (stature_m >= 100.0 * MIN_STATURE_M && stature_m <= 100.0 * MAX_STATURE_M) {
		cli_error(r->cli,
			"--stature-m takes a body height in metres; is %s in "
			"centimetres? Then say %.2f",
			value, 0.01 * stature_m);
		return EINVAL;
	}
	if (!(stature_m >= MIN_STATURE_M && stature_m <= MAX_STATURE_M))
		return say(r, "--stature-m", value,
			"a body height in metres, from 0.4 to 2.6");
	r->setup.person.stature_m = stature_m;
	return 0;
}

static error_t parse_sex(struct request *r, const char *value)
{
	if (strcmp(value, "M") != 0 && strcmp(value, "F") != 0)
		return say(r, "--sex", value, "M or F");
	r->setup.person.sex = value[0];
	return 0;
}

/* XL,YL,XR,YR */
static error_t parse_ankles(struct request *r, const char *value)
{
	double v[4];
	const char *at = value;

	for (int i = 0; i < 4; i++) {
		char *end;

		v[i] = strtod(at, &end);
		if (end == at || !isfinite(v[i]) || *end != (i < 3 ? ',' : '\0'))
			return say(r, "--ankles", value,
				"four places in millimetres, XL,YL,XR,YR");
		at = end + 1;
	}
	if (v[2] <= v[0]) {
		cli_error(r->cli,
			"--ankles: the right ankle (x = %g mm) lies to the right of "
			"the left one (x = %g mm)",
			v[2], v[0]);
		return EINVAL;
	}
	r->setup.has_ankles = true;
	r->setup.left_ankle = (struct pos_mm){ v[0], v[1] };
	r->setup.right_ankle = (struct pos_mm){ v[2], v[3] };
	return 0;
}

static error_t check_words(const struct request *r)
{
	const struct trial_person *person = &r->setup.person;

	if (!r->path)
		cli_error(r->cli, "name the file, or - for standard input");
	else if (isnan(person->mass_kg))
		cli_error(r->cli, "--mass-kg is missing: the person's body mass");
	else if (r->research && isnan(person->stature_m))
		cli_error(r->cli, "--research needs --stature-m: the person's height");
	else
		return 0;
	return EINVAL;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case KEY_MASS:
		return parse_mass(r, value);
	case KEY_STATURE:
		return parse_stature(r, value);
	case KEY_SEX:
		return parse_sex(r, value);
	case KEY_ANKLES:
		return parse_ankles(r, value);
	case KEY_RESEARCH:
		r->research = true;
		return 0;
	case ARGP_KEY_ARG:
		if (r->path)
			return ARGP_ERR_UNKNOWN;
		r->path = value;
		return 0;
	case ARGP_KEY_END:
		return check_words(r);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "mass-kg", KEY_MASS, "M", 0, "The person's body mass, needed", 0 },
	{ "stature-m", KEY_STATURE, "H", 0,
		"The person's height in metres; without, the ranges hold for adults",
		0 },
	{ "sex", KEY_SEX, "M/F", 0,
		"The person's sex; without, the ranges of the model hold for both", 0 },
	{ "ankles", KEY_ANKLES, "XL,YL,XR,YR", 0,
		"Where the ankles are, millimetres, left and right; without, each is "
		"taken to lie at its foot's mean COP sideways, and what needs them "
		"fore and aft is absent",
		0 },
	{ "research", KEY_RESEARCH, NULL, 0,
		"The frontal moment of the knees instead, and why it is hidden", 0 },
	{ 0 },
};

static const struct argp feet_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE.csv",
	.doc = "Measure how somebody stands on two force plates: columns "
	       "t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm, "
	       "seconds, newtons, millimetres in one frame (x to the right, y "
	       "forward); - is standard input.\v"
	       "Exit code 8 if the series cannot be measured: the message names the "
	       "line.",
};

int analyze_feet(struct cli *cli, int argc, char **argv)
{
	struct request r = { .cli = cli,
		.setup = { .person = { .mass_kg = NAN,
				   .stature_m = NAN,
				   .age_years = NAN } } };
	int parsed = cli_parse(cli, &feet_argp, argc, argv, &r);

	return parsed != 0 ? cli_parse_exit(parsed) : run(&r);
}
