/* Numbers and dates as the reader of a report has them: a true minus sign, signs, ranges; words by src/base/i18n.h.
 * Process-wide, set once before anything is drawn. */
#ifndef STANCE_REPORT_SAY_H
#define STANCE_REPORT_SAY_H

#include <stddef.h>

#include "src/base/i18n.h"

/* Choose the language: "de", "en"; NULL: the environment's. Returns as i18n_open(). */
int say_init(const char *language);

#define SAY_SIZE 96 /* room for any number or date below */

/* A number with its decimals, a true minus sign and the language's decimal mark; "-" (a dash) for NaN. */
const char *say_number(char *out, size_t size, double value, int decimals);
/* The same with its sign in front, also "+". */
const char *say_signed(char *out, size_t size, double value, int decimals);
/* "3.1 to 4.2". */
const char *say_range(char *out, size_t size, double low, double high, int decimals);
/* Of an ISO 8601 time as in documents: "28 November 2026", "28.11.2026"; "" if it is none. */
const char *say_date(char *out, size_t size, const char *iso);
/* The same with hours and minutes. */
const char *say_date_time(char *out, size_t size, const char *iso);

#endif
