#include "ui/core/bidi.h"

#include <string.h>

#include <fribidi.h>

#include "src/base/utf8.h"

#define MAX_CHARS 512

/* Letters that run from the right: Hebrew to the Arabic supplements, and their presentation
 * forms. */
static bool runs_left(uint32_t code)
{
	return (code >= 0x590 && code <= 0x8FF) || (code >= 0xFB1D && code <= 0xFDFF) ||
	       (code >= 0xFE70 && code <= 0xFEFF);
}

static bool is_hebrew(uint32_t code)
{
	return (code >= 0x590 && code <= 0x5FF) || (code >= 0xFB1D && code <= 0xFB4F);
}

/* The characters of a line and where each begins; the end stands behind the last. */
struct line {
	FriBidiChar code[MAX_CHARS];
	uint16_t at[MAX_CHARS + 1];
	FriBidiLevel level[MAX_CHARS];
	int n;
	bool mixed;
};

static bool read_line(struct line *line, const char *text)
{
	const char *at = text;

	line->n = 0;
	line->mixed = false;
	while (*at != '\0') {
		uint32_t code;
		size_t size = utf8_decode(at, &code);
		if (line->n == MAX_CHARS)
			return false;
		line->code[line->n] = code;
		line->at[line->n++] = (uint16_t)(at - text);
		line->mixed |= runs_left(code);
		at += size > 0 ? size : 1;
	}
	line->at[line->n] = (uint16_t)(at - text);
	return true;
}

static bool find_levels(struct line *line, bool rtl)
{
	FriBidiCharType types[MAX_CHARS];
	FriBidiBracketType brackets[MAX_CHARS];
	FriBidiParType base = rtl ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;

	fribidi_get_bidi_types(line->code, line->n, types);
	fribidi_get_bracket_types(line->code, line->n, types, brackets);
	return fribidi_get_par_embedding_levels_ex(
		       types, brackets, line->n, &base, line->level) != 0;
}

static const char *script_of(const struct line *line, int from, int to)
{
	for (int i = from; i < to; i++)
		if (runs_left(line->code[i]))
			return is_hebrew(line->code[i]) ? "Hebr" : "Arab";
	return "Latn";
}

/* Rule L2: from the highest level down, turn round what lies at it or above. */
static void reorder(struct bidi_run *runs, FriBidiLevel *levels, int n, int highest)
{
	for (int level = highest; level >= 1; level--) {
		for (int i = 0; i < n; i++) {
			int end = i;
			while (end < n && levels[end] >= level)
				end++;
			for (int a = i, b = end - 1; a < b; a++, b--) {
				struct bidi_run run = runs[a];
				FriBidiLevel l = levels[a];
				runs[a] = runs[b];
				levels[a] = levels[b];
				runs[b] = run;
				levels[b] = l;
			}
			i = end > i ? end - 1 : i;
		}
	}
}

int bidi_split(const char *text, bool rtl, struct bidi_run runs[BIDI_MAX_RUNS])
{
	FriBidiLevel levels[BIDI_MAX_RUNS];
	struct line line;
	int n = 0, highest = 0, from = 0;

	runs[0] = (struct bidi_run){ 0, (uint16_t)strlen(text), false, "Latn" };
	if (!read_line(&line, text) || !line.mixed || !find_levels(&line, rtl))
		return 1;
	for (int i = 1; i <= line.n; i++) {
		if (i < line.n && line.level[i] == line.level[from])
			continue;
		if (n == BIDI_MAX_RUNS) {
			runs[0] = (struct bidi_run){ 0, line.at[line.n], rtl,
				script_of(&line, 0, line.n) };
			return 1;
		}
		levels[n] = line.level[from];
		highest = levels[n] > highest ? levels[n] : highest;
		runs[n++] = (struct bidi_run){ line.at[from],
			(uint16_t)(line.at[i] - line.at[from]),
			line.level[from] % 2 != 0, script_of(&line, from, i) };
		from = i;
	}
	reorder(runs, levels, n, highest);
	return n;
}
