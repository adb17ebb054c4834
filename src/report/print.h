/* Handing a PDF to the printer: CUPS' lp, where it is installed.
 * Knows no printers itself: lp's own words are passed on. */
#ifndef STANCE_REPORT_PRINT_H
#define STANCE_REPORT_PRINT_H

#include <stddef.h>

/* Make an empty file of our own for what is only printed, NAME.pdf in $TMPDIR or /tmp, readable by us alone. Returns 0 or a
 * negative errno with a sentence in `message`; the caller unlinks it. */
int print_make_file(char *path, size_t path_size, char *message, size_t size);

/* Print `path` on `printer` (NULL: the usual one) and wait until CUPS has taken it. Returns 0; -ENOENT without lp;
 * -EIO if lp refused, its words in `message`. */
int print_file(const char *path, const char *printer, char *message, size_t size);

#endif
