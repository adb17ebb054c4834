/* Measured numbers as people read them: kilograms and centimetres, or pounds and inches, with the
 * decimal sign of the language. For screens and paper only; files are metric.
 * Follows NIST SP 811, appendix B: 1 lb = 0.45359237 kg, 1 in = 25.4 mm, both exact. */
#ifndef STANCE_UI_CORE_UNITS_TEXT_H
#define STANCE_UI_CORE_UNITS_TEXT_H

#include <stddef.h>

enum units_text_system { UNITS_METRIC, UNITS_IMPERIAL };

/* Return the system by its word: "metric", "imperial"; "auto" is that of the country in LC_ALL,
 * LC_MEASUREMENT or LANG (imperial in US, LR and MM). */
enum units_text_system units_text_system(const char *word);

/* The one in force: set at the start; metric before. */
void units_text_use(enum units_text_system system);
enum units_text_system units_text_now(void);

/* What a number is of. */
enum units_text_kind {
	UNITS_MASS,   /* given in kg; kg with 1 decimal, lb with 0 */
	UNITS_HEIGHT, /* given in mm; cm with 0, in with 1 */
	UNITS_LENGTH, /* given in mm; mm with 0, in with 1: stance width */
	UNITS_N_KINDS,
};

/* A number and its unit, set apart: they have different sizes on a screen. */
struct units_text {
	char number[24]; /* "–" where it is NaN */
	const char *unit;
	int decimals;
	double step; /* of the number shown, in its unit: what rounding adds to an error */
};

/* Return `value` as it is shown; and an expanded uncertainty in the unit shown, for mat_words_u95(). */
struct units_text units_text_of(enum units_text_kind kind, double value);
double units_text_scaled(enum units_text_kind kind, double value);

/* Return what was typed in the unit shown as kg or mm; NaN stays NaN. */
double units_text_typed(enum units_text_kind kind, double value);

/* Return the unit in force. */
const char *units_text_unit(enum units_text_kind kind);

#endif
