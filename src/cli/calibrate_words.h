/* The words of the calibration's steps: options that are numbers, checked.
 * Does not ask the daemon.
 * Follows stance(1). */
#ifndef STANCE_CLI_CALIBRATE_WORDS_H
#define STANCE_CLI_CALIBRATE_WORDS_H

#include "src/cli/cli.h"

#define CALIBRATE_MAX_MASSES 16

/* What may be said to a step; NaN and 0: not said. */
struct calibrate_words {
	struct cli *cli;
	int takes; /* bits of enum calibrate_takes */
	double mass_kg, x_mm, y_mm, placing_mm, mass_frac;
	int n_passes;
	int n_masses;
	double masses_kg[CALIBRATE_MAX_MASSES];
	bool finish;
	const char *from, *output, *operator_name;
};

enum calibrate_takes {
	CALIBRATE_MASS = 1,
	CALIBRATE_PLACE = 2,
	CALIBRATE_PASSES = 4,
	CALIBRATE_MASSES = 8,
	CALIBRATE_FINISH = 16,
	CALIBRATE_FIT =
		32, /* --from, --output, --operator, --placing-mm, --mass-error-pct */
};

/* Parse a step's words; `takes` says which options it knows. Returns as cli_parse(). */
int calibrate_words_parse(struct calibrate_words *words, struct cli *cli, int takes,
	const char *doc, int argc, char **argv);

/* Parse a mass in kilograms, 0.05 to 400. Returns 0, or -EINVAL after a word about `what`. */
int calibrate_words_mass(
	const struct cli *cli, const char *what, const char *text, double *mass_kg);

/* Parse masses separated by commas. Returns how many, or -EINVAL after a word. */
int calibrate_words_masses(const struct cli *cli, const char *what, const char *text,
	double masses_kg[CALIBRATE_MAX_MASSES]);

struct json_t;

/* Return the parameters of a request; NULL without memory. */
struct json_t *calibrate_words_params(const struct calibrate_words *words);

#endif
