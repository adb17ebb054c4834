#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/analyze.h"
#include "src/cli/cli.h"
#include "src/cli/cop_measure.h"
#include "src/cli/cop_outline.h"
#include "src/cli/cop_series.h"
#include "src/cli/cop_table.h"
#include "src/core/sway/norms.h"
#include "src/core/sway/quijoux.h"
#include "src/core/sway/series.h"
#include "src/core/sway/sway.h"
#include "src/ipc/document_sway.h"

#define PLATE_CUTOFF_HZ                                                                \
	10.0 /* a CSV series is from a plate, unless it is said otherwise */
#define MESSAGE_SIZE 512

/* What the words said. */
struct request {
	struct cli *cli;
	const char *path;
	bool quijoux, has_cutoff, has_who;
	double cutoff_hz; /* NaN: none */
	double noise_mm_s;
	struct norms_case who;
	const char *condition;
	const char *outline_path; /* NULL: the base of support is not known */
	struct cop_outline outline;
};

/* --- measuring ------------------------------------------------------------------------ */

static const char *least_of(const struct request *r)
{
	return r->quijoux ? "mode quijoux needs at least 5 s"
			  : COP_MEASURE_NATIVE_LEAST;
}

static int measure_native(const struct request *r, const struct cop_series *s,
	const struct series_timing *timing, struct sway_result *result)
{
	struct sway_input input = { .n = s->n,
		.t_s = s->t_s,
		.x_mm = s->x_mm,
		.y_mm = s->y_mm,
		.cutoff_hz = r->cutoff_hz,
		.noise_velocity_mm_s = r->noise_mm_s,
		.n_outline = r->outline.n,
		.outline_x_mm = r->outline.x_mm,
		.outline_y_mm = r->outline.y_mm };
	int code = cop_measure_native(r->cli, r->path, &input, timing, result);

	if (code == CLI_OK && s->n_absent > 0)
		result->notes |= SWAY_NOTE_NO_COP;
	return code;
}

static int measure_quijoux(const struct request *r, const struct cop_series *s,
	struct quijoux_result *result, uint32_t *notes)
{
	size_t size = quijoux_size(s->n, s->t_s[s->n - 1] - s->t_s[0]);
	void *memory = cop_measure_memory(size);
	double speed, reach;
	int rc;

	if (!memory)
		return CLI_FAILURE;
	rc = quijoux_measure(s->n, s->t_s, s->x_mm, s->y_mm, memory, size, result);
	free(memory);
	if (rc == -ENODATA)
		return cop_measure_too_few(r->cli, r->path, s->n, s->t_s, least_of(r));
	if (rc < 0) {
		cli_error(r->cli, "%s: cannot measure it: %s", r->path, strerror(-rc));
		return rc == -ENOBUFS ? CLI_FAILURE : CLI_CORRUPT;
	}
	speed = result->value[quijoux_find("mean_velocity_ML_AND_AP")];
	reach = fmax(result->value[quijoux_find("range_ML")],
		result->value[quijoux_find("range_AP")]);
	*notes = s->n_absent > 0 ? SWAY_NOTE_NO_COP : 0;
	if (reach > 0.0)
		*notes |= sway_plausibility(10.0 * speed, 10.0 * reach);
	return CLI_OK;
}

/* --- telling ---------------------------------------------------------------------------- */

/* A unit that does not fit is said aloud even where only a document is wanted. */
static void warn(const struct request *r, uint32_t notes)
{
	for (int i = 0; i < SWAY_N_NOTES; i++)
		if (notes & (SWAY_NOTE_SMALL | SWAY_NOTE_LARGE) & (1u << i))
			cli_error(
				r->cli, "%s: warning: %s", r->path, sway_note_text(i));
}

static int print_document(const struct request *r, const struct jsonw *w)
{
	if (jsonw_finish(w) < 0) {
		cli_error(r->cli, "%s: the document does not fit", r->path);
		return CLI_FAILURE;
	}
	fprintf(r->cli->out, "%s\n", w->buffer);
	return CLI_OK;
}

static int run_native(const struct request *r, const struct cop_series *s,
	const struct series_timing *timing)
{
	char text[DOCUMENT_SWAY_MAX];
	struct sway_result result;
	struct norms_case who = r->who;
	struct jsonw w;
	int code = measure_native(r, s, timing, &result);

	if (code != CLI_OK)
		return code;
	warn(r, result.notes);
	who.duration_s = result.duration_s + 1.0 / result.rate_hz;
	who.cutoff_hz = result.cutoff_hz;
	who.rate_hz = result.rate_hz;
	if (!r->cli->json) {
		cop_table_native(r->cli->out, &result, r->has_who ? &who : NULL);
		return CLI_OK;
	}
	jsonw_init(&w, text, sizeof(text));
	document_put_sway(&w, &result, r->has_who ? &who : NULL);
	return print_document(r, &w);
}

static int run_quijoux(const struct request *r, const struct cop_series *s)
{
	char text[DOCUMENT_SWAY_MAX];
	struct quijoux_result result;
	uint32_t notes = 0;
	struct jsonw w;
	int code = measure_quijoux(r, s, &result, &notes);

	if (code != CLI_OK)
		return code;
	warn(r, notes);
	if (!r->cli->json) {
		cop_table_quijoux(r->cli->out, &result, notes);
		return CLI_OK;
	}
	jsonw_init(&w, text, sizeof(text));
	document_put_quijoux(&w, &result, notes);
	return print_document(r, &w);
}

static int run(struct request *r)
{
	char message[MESSAGE_SIZE] = "";
	struct series_timing timing;
	struct cop_series series;
	char *text;
	size_t n;
	int rc, code = CLI_OK;

	if (r->outline_path)
		code = cop_outline_read(r->cli, r->outline_path, &r->outline);
	if (code == CLI_OK)
		code = analyze_read(r->cli, r->path, "the COP series", &text, &n);
	if (code != CLI_OK)
		return code;
	rc = cop_series_read(&series, text, n, r->path, message, sizeof(message));
	free(text);
	if (rc < 0) {
		cli_error(r->cli, "%s", rc == -ENOMEM ? "not enough memory" : message);
		return rc == -ENOMEM ? CLI_FAILURE : CLI_CORRUPT;
	}
	code = cop_measure_times(
		r->cli, r->path, series.n, series.t_s, least_of(r), &timing);
	if (code == CLI_OK)
		code = r->quijoux ? run_quijoux(r, &series)
				  : run_native(r, &series, &timing);
	cop_series_fini(&series);
	return code;
}

/* --- words ------------------------------------------------------------------------------ */

enum {
	KEY_MODE = 0x200,
	KEY_CUTOFF,
	KEY_NOISE,
	KEY_AGE,
	KEY_SEX,
	KEY_CONDITION,
	KEY_OUTLINE,
};

static error_t say(
	const struct request *r, const char *option, const char *value, const char *may)
{
	cli_error(r->cli, "%s takes %s, not \"%s\"", option, may, value);
	return EINVAL;
}

/* A number from above `low` to `high`. */
static bool parse_number(const char *text, double low, double high, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && !*end && *value > low && *value <= high;
}

static error_t parse_mode(struct request *r, const char *value)
{
	r->quijoux = strcmp(value, "quijoux") == 0;
	if (r->quijoux || strcmp(value, "native") == 0)
		return 0;
	return say(r, "--mode", value, "native or quijoux");
}

static error_t parse_cutoff(struct request *r, const char *value)
{
	r->has_cutoff = true;
	if (strcmp(value, "none") == 0)
		r->cutoff_hz = NAN;
	else if (!parse_number(value, 0.0, 1e6, &r->cutoff_hz))
		return say(r, "--cutoff-hz", value, "a frequency in hertz, or none");
	return 0;
}

static error_t parse_sex(struct request *r, const char *value)
{
	if (strcmp(value, "M") != 0 && strcmp(value, "F") != 0)
		return say(r, "--sex", value, "M or F");
	r->who.sex = value[0];
	return 0;
}

/* What belongs together, once all words are read. */
static error_t check_words(struct request *r)
{
	if (!r->path) {
		cli_error(r->cli, "name the file, or - for standard input");
		return EINVAL;
	}
	if (r->quijoux && (r->has_cutoff || !isnan(r->noise_mm_s) || r->has_who ||
				  r->outline_path)) {
		cli_error(r->cli,
			"mode quijoux is what the reference code does; it takes no "
			"--cutoff-hz, --noise-mm-s, --outline, --age, --sex or "
			"--condition");
		return EINVAL;
	}
	if (r->has_who && (isnan(r->who.age_years) || !r->condition)) {
		cli_error(r->cli, "norms need --age and --condition");
		return EINVAL;
	}
	if (r->condition)
		r->who.condition = norms_condition_find(r->condition);
	if (r->condition && r->who.condition == NORMS_N_CONDITIONS)
		return say(r, "--condition", r->condition,
			"eo-firm, ec-firm, eo-foam or ec-foam");
	return 0;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct request *r = state->input;

	r->has_who |= key == KEY_AGE || key == KEY_SEX || key == KEY_CONDITION;
	switch (key) {
	case KEY_MODE:
		return parse_mode(r, value);
	case KEY_CUTOFF:
		return parse_cutoff(r, value);
	case KEY_NOISE:
		if (parse_number(value, -1e-300, 1e6, &r->noise_mm_s))
			return 0;
		return say(r, "--noise-mm-s", value, "a speed in mm/s");
	case KEY_AGE:
		if (parse_number(value, 0.0, 130.0, &r->who.age_years))
			return 0;
		return say(r, "--age", value, "an age in years");
	case KEY_SEX:
		return parse_sex(r, value);
	case KEY_CONDITION:
		r->condition = value;
		return 0;
	case KEY_OUTLINE:
		r->outline_path = value;
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
	{ "mode", KEY_MODE, "MODE", 0,
		"native (usual): Stance's own metrics, millimetres; quijoux: the 72 "
		"descriptors of "
		"the reference code of Quijoux et al. 2021, centimetres",
		0 },
	{ "cutoff-hz", KEY_CUTOFF, "F", 0,
		"Zero-lag low-pass at F hertz (usual: 10), or none: take the series as "
		"it is",
		0 },
	{ "outline", KEY_OUTLINE, "FILE.csv", 0,
		"Corners x_mm,y_mm of the base of support, in the series' frame: gives "
		"the time to boundary",
		0 },
	{ "noise-mm-s", KEY_NOISE, "V", 0,
		"Mean velocity that the sensor alone shows under a dead weight; taken "
		"off in "
		"quadrature",
		0 },
	{ "age", KEY_AGE, "YEARS", 0, "Compare with norms: the person's age", 0 },
	{ "condition", KEY_CONDITION, "WHICH", 0,
		"Compare with norms: eo-firm, ec-firm, eo-foam or ec-foam", 0 },
	{ "sex", KEY_SEX, "M/F", 0,
		"Compare with norms of one sex, where there are enough", 0 },
	{ 0 },
};

static const struct argp cop_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE.csv",
	.doc = "Measure the sway of a COP series: columns t_s,x_mm,y_mm[,force_n], "
	       "seconds, "
	       "millimetres (x to the right, y forward), newtons; - is standard "
	       "input.\v"
	       "Rows below 20 N or without numbers are left out, 5 % at most. Exit "
	       "code 8 if the "
	       "series cannot be measured: the message names the line.",
};

int analyze_cop(struct cli *cli, int argc, char **argv)
{
	struct request r = { .cli = cli,
		.cutoff_hz = PLATE_CUTOFF_HZ,
		.noise_mm_s = NAN,
		.who = { .age_years = NAN } };
	int parsed = cli_parse(cli, &cop_argp, argc, argv, &r);

	return parsed != 0 ? cli_parse_exit(parsed) : run(&r);
}
