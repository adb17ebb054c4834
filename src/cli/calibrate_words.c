#include "src/cli/calibrate_words.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* What can be put on a mat by hand, or stands on it; beyond, another unit was meant. */
#define MIN_MASS_KG 0.05
#define MAX_MASS_KG 400.0
#define MAX_MM      2000.0
#define MAX_PASSES  50

enum {
	KEY_MASS = 0x200,
	KEY_X,
	KEY_Y,
	KEY_PASSES,
	KEY_MASSES,
	KEY_FINISH,
	KEY_FROM,
	KEY_PLACING,
	KEY_MASS_ERROR,
	KEY_OPERATOR,
};

/* The options of all steps, and who knows them. */
static const struct {
	int takes;
	struct argp_option option;
} all_options[] = {
	{ CALIBRATE_MASS, { "mass-kg", KEY_MASS, "M", 0, "The mass, kilograms", 0 } },
	{ CALIBRATE_PLACE,
		{ "x-mm", KEY_X, "X", 0,
			"Where its middle is, millimetres to the right of the mat's "
			"middle",
			0 } },
	{ CALIBRATE_PLACE, { "y-mm", KEY_Y, "Y", 0, "and forward of it", 0 } },
	{ CALIBRATE_PASSES,
		{ "passes", KEY_PASSES, "N", 0, "End after N sweeps (2)", 0 } },
	{ CALIBRATE_MASSES, { "masses-kg", KEY_MASSES, "A,B,...", 0,
				    "The masses one after another, kilograms", 0 } },
	{ CALIBRATE_FINISH, { "finish", KEY_FINISH, NULL, 0,
				    "Judge by all weights verified so far", 0 } },
	{ CALIBRATE_FIT,
		{ "from", KEY_FROM, "FILE", 0,
			"Fit the readings of a calibration file, without daemon and "
			"mat",
			0 } },
	{ CALIBRATE_FIT, { "output", 'o', "OUT", 0,
				 "With --from: write the calibration there", 0 } },
	{ CALIBRATE_FIT, { "operator", KEY_OPERATOR, "NAME", 0,
				 "With --from: who answers for it", 0 } },
	{ CALIBRATE_FIT | CALIBRATE_FINISH,
		{ "placing-mm", KEY_PLACING, "S", 0,
			"How exactly weights were placed: standard deviation", 1 } },
	{ CALIBRATE_FIT,
		{ "mass-error-pct", KEY_MASS_ERROR, "P", 0,
			"How exactly the masses are known: standard deviation, per "
			"cent",
			1 } },
};

#define N_OPTIONS (sizeof(all_options) / sizeof(all_options[0]))

int calibrate_words_mass(
	const struct cli *cli, const char *what, const char *text, double *mass_kg)
{
	char *end;
	double value = strtod(text, &end);

	if (end != text && !*end && value >= MIN_MASS_KG && value <= MAX_MASS_KG) {
		*mass_kg = value;
		return 0;
	}
	cli_error(cli, "%s %s: give kilograms, from %g to %g", what, text, MIN_MASS_KG,
		MAX_MASS_KG);
	return -EINVAL;
}

int calibrate_words_masses(const struct cli *cli, const char *what, const char *text,
	double masses_kg[CALIBRATE_MAX_MASSES])
{
	char word[32];
	int n = 0;

	while (*text) {
		size_t length = strcspn(text, ",");

		if (n == CALIBRATE_MAX_MASSES) {
			cli_error(cli, "%s: at most %d masses", what,
				CALIBRATE_MAX_MASSES);
			return -EINVAL;
		}
		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (calibrate_words_mass(cli, what, word, &masses_kg[n++]) < 0)
			return -EINVAL;
		text += length;
		text += *text == ',';
	}
	return n;
}

static error_t number(const struct calibrate_words *w, const char *option,
	const char *text, double low, double high, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (end != text && !*end && *value >= low && *value <= high)
		return 0;
	cli_error(
		w->cli, "%s %s: give a number from %g to %g", option, text, low, high);
	return EINVAL;
}

static error_t parse_passes(struct calibrate_words *w, const char *text)
{
	double value;
	error_t err = number(w, "--passes", text, 1, MAX_PASSES, &value);

	w->n_passes = err ? 0 : (int)value;
	return err;
}

static error_t check_words(const struct calibrate_words *w)
{
	if (isnan(w->x_mm) != isnan(w->y_mm))
		cli_error(w->cli, "give --x-mm and --y-mm, or neither");
	else if ((w->output || w->operator_name) && !w->from)
		cli_error(w->cli, "--output and --operator go with --from FILE; the "
				  "daemon's own fit is put "
				  "in force by: stance calibrate accept");
	else
		return 0;
	return EINVAL;
}

static bool takes(const struct calibrate_words *w, int key)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (all_options[i].option.key == key)
			return all_options[i].takes & w->takes;
	return key == ARGP_KEY_END;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct calibrate_words *w = state->input;

	if (!takes(w, key))
		return ARGP_ERR_UNKNOWN;
	switch (key) {
	case KEY_MASS:
		return calibrate_words_mass(w->cli, "--mass-kg", value, &w->mass_kg)
			       ? EINVAL
			       : 0;
	case KEY_X:
		return number(w, "--x-mm", value, -MAX_MM, MAX_MM, &w->x_mm);
	case KEY_Y:
		return number(w, "--y-mm", value, -MAX_MM, MAX_MM, &w->y_mm);
	case KEY_PASSES:
		return parse_passes(w, value);
	case KEY_MASSES:
		w->n_masses = calibrate_words_masses(
			w->cli, "--masses-kg", value, w->masses_kg);
		return w->n_masses < 0 ? EINVAL : 0;
	case KEY_FINISH:
		w->finish = true;
		return 0;
	case KEY_FROM:
		w->from = value;
		return 0;
	case 'o':
		w->output = value;
		return 0;
	case KEY_OPERATOR:
		w->operator_name = value;
		return 0;
	case KEY_PLACING:
		return number(w, "--placing-mm", value, 0, 100, &w->placing_mm);
	case KEY_MASS_ERROR:
		w->mass_frac = NAN;
		return number(w, "--mass-error-pct", value, 0, 50, &w->mass_frac);
	default:
		return check_words(w);
	}
}

int calibrate_words_parse(struct calibrate_words *w, struct cli *cli, int known,
	const char *doc, int argc, char **argv)
{
	struct argp_option options[N_OPTIONS + 1] = { 0 };
	const struct argp argp = {
		.options = options, .parser = parse_option, .doc = doc
	};
	size_t n = 0;
	int parsed;

	*w = (struct calibrate_words){ .cli = cli,
		.takes = known,
		.mass_kg = NAN,
		.x_mm = NAN,
		.y_mm = NAN,
		.placing_mm = NAN,
		.mass_frac = NAN };
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (all_options[i].takes & known)
			options[n++] = all_options[i].option;
	parsed = cli_parse(cli, &argp, argc, argv, w);
	w->mass_frac /= 100; /* was said in per cent */
	return parsed;
}

static void set_number(json_t *object, const char *key, double value)
{
	if (!isnan(value))
		json_object_set_new(object, key, json_real(value));
}

json_t *calibrate_words_params(const struct calibrate_words *w)
{
	json_t *params = json_object();

	set_number(params, "mass_kg", w->mass_kg);
	set_number(params, "x_mm", w->x_mm);
	set_number(params, "y_mm", w->y_mm);
	set_number(params, "placing_mm", w->placing_mm);
	set_number(params, "mass_frac", w->mass_frac);
	if (w->n_passes > 0)
		json_object_set_new(params, "passes", json_integer(w->n_passes));
	if (w->n_masses > 0) {
		json_t *masses = json_array();

		for (int i = 0; i < w->n_masses; i++)
			json_array_append_new(masses, json_real(w->masses_kg[i]));
		json_object_set_new(params, "masses_kg", masses);
	}
	return params;
}
