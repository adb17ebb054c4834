/* Where a word that is wider than its line is broken: a path at its slashes, anything else only where its style says that
 * it may be. Knows no dictionary: a syllable begins with the last consonant before a vowel, which is right for most
 * words of English and German.
 * Follows docs/screens.md ("Sizes"). */
#ifndef STANCE_UI_BREAKS_H
#define STANCE_UI_BREAKS_H

#include <stddef.h>

#include "ui/core/draw.h"

/* Write the longest start of `word` (no blanks in it) that fits `w` into `line`, with a hyphen where one belongs; `*width`
 * receives its width. The whole word where it may not be broken, or nothing helps. Returns how many bytes of it were
 * taken, at least 1 of a word that has any. */
size_t breaks_take(struct draw_list *list, const struct draw_style *style, int w,
	const char *word, char line[DRAW_LINE_BYTES], int *width);

/* Return true if a syllable begins at byte `at` of `word` and both its parts are long enough to be read alone. */
bool breaks_syllable(const char *word, size_t at);

#endif
