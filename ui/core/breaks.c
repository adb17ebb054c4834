#include "ui/core/breaks.h"

#include <string.h>

/* Letters that stay on one line, at least: less is no part of a word. Chosen. */
#define LEAST_LETTERS 3

/* Return the code point at `*text` and step over it; what is not UTF-8 is a byte. */
static unsigned next(const char **text)
{
	const unsigned char *s = (const unsigned char *)*text;

	(*text)++;
	if (s[0] >= 0xc2 && s[0] < 0xe0 && (s[1] & 0xc0) == 0x80) {
		(*text)++;
		return (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
	}
	return s[0];
}

/* Latin letters, with their accents. */
static bool is_letter(unsigned c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c >= 0xc0 && c < 0x250 && c != 0xd7 && c != 0xf7);
}

static bool is_vowel(unsigned c)
{
	static const unsigned char accented[] = { 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5,
		0xe6, 0xe8, 0xe9, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xf2, 0xf3, 0xf4,
		0xf5, 0xf6, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xff };

	c |= c < 0xe0 ? 0x20 : 0; /* small */
	return (c < 0x80 && c > ' ' && strchr("aeiouy", (int)c) != NULL) ||
	       (c < 0x100 && memchr(accented, (int)c, sizeof(accented)) != NULL);
}

/* Return how many bytes the consonant at `word` has. Several letters are one as they are said, or as parts of German words
 * begin with them. */
static size_t consonant(const char *word)
{
	static const char *const as_one[] = { "schl", "schr", "schw", "sch", "spr",
		"str", "ch", "ck", "ph", "qu", "sh", "sp", "st", "th" };
	const char *after = word;

	for (size_t i = 0; i < sizeof(as_one) / sizeof(as_one[0]); i++)
		if (strncmp(word, as_one[i], strlen(as_one[i])) == 0)
			return strlen(as_one[i]);
	return is_vowel(next(&after)) ? 0 : (size_t)(after - word);
}

/* Count the letters of a part; `*vowels` receives how many of them are vowels. -1 if something else is among them. */
static int letters(const char *part, const char *end, int *vowels)
{
	int n = 0;

	*vowels = 0;
	while (part < end) {
		unsigned c = next(&part);
		if (!is_letter(c) && !strchr(".,;:!?()\"'", (int)c))
			return -1;
		n += is_letter(c);
		*vowels += is_vowel(c);
	}
	return n;
}

bool breaks_syllable(const char *word, size_t at)
{
	const char *here = word + at, *vowel = here + consonant(here);
	int before, after;

	/* The second letter of several that are one begins nothing. */
	for (size_t back = 1; back <= 3 && back <= at; back++)
		if (consonant(here - back) > back)
			return false;
	return letters(word, here, &before) >= LEAST_LETTERS && before > 0 &&
	       letters(here, here + strlen(here), &after) >= LEAST_LETTERS &&
	       after > 0 && vowel > here && *vowel != '\0' && is_vowel(next(&vowel));
}

/* A place to break: how good it is, and whether a hyphen belongs there. */
enum goodness { NOT_HERE, ANYWHERE, SYLLABLE, SIGN };

static enum goodness judge(const char *word, size_t at, bool may_break)
{
	if (((unsigned char)word[at] & 0xc0) == 0x80)
		return NOT_HERE;
	if (word[at - 1] == '/')
		return SIGN;
	if (!may_break)
		return NOT_HERE;
	if (word[at] == ' ' || (at > 1 && strchr("-_.:=,;", word[at - 1])))
		return SIGN;
	return breaks_syllable(word, at) ? SYLLABLE : ANYWHERE;
}

/* Write the first `at` bytes of a word, and the hyphen. Returns the width. */
static int start_of(struct draw_list *list, const struct draw_style *style,
	const char *word, size_t at, bool hyphen, char line[DRAW_LINE_BYTES])
{
	struct draw_metrics m = { 0 };

	memcpy(line, word, at);
	strcpy(line + at, hyphen ? "-" : "");
	list->measure(style, line, &m, list->measure_ctx);
	return m.w;
}

size_t breaks_take(struct draw_list *list, const struct draw_style *style, int w,
	const char *word, char line[DRAW_LINE_BYTES], int *width)
{
	size_t n = strlen(word), best_at = n;
	enum goodness best = NOT_HERE;
	int vowels;
	/* In a path, a number or a code it would be read as part of it. */
	bool takes_hyphen = letters(word, word + n, &vowels) > 0;

	for (size_t at = n; at-- > 1 && best < SYLLABLE;) {
		enum goodness is = judge(word, at, style->breaks);
		if (is > best && start_of(list, style, word, at,
					 is < SIGN && takes_hyphen, line) <= w) {
			best = is;
			best_at = at;
		}
	}
	*width = start_of(list, style, word, best_at,
		best != NOT_HERE && best < SIGN && takes_hyphen, line);
	return best_at;
}
