/* What became of each text of a picture (draw_fate): one that a screen asked for and neither drew nor has elsewhere was left
 * out, and nobody who reads that screen can know. Included by test_layout after rules.h. */
#ifndef STANCE_TESTS_UI_FATES_H
#define STANCE_TESTS_UI_FATES_H

#include "tests/ui/rules.h"

#define FATES_MAX 1024

struct fates {
	struct {
		uint64_t hash;
		unsigned was; /* bits by enum draw_fate */
		char text[80];
	} all[FATES_MAX];
	int n;
};

/* Texts that may be left out: on which screen, above which text scale, a part of the text (NULL: any), and why. */
static const struct {
	const char *screen;
	double above;
	const char *part;
	const char *why;
} fates_excused[] = {
	{ "live", 0, NULL,
		"one picture to look at: what has no room is left out by its rank, as "
		"docs/screens.md says (Sizes)" },
	{ "field", 2, NULL,
		"the number pad has the 7-inch screen to itself; what is out of range "
		"is "
		"refused, and stays in the field" },
	{ "visit", 1.5, NULL,
		"the names and minutes are what is chosen by; each trial says what it "
		"is "
		"before it begins" },
	{ "report", 1.9, NULL,
		"why it was not signed has the screen, and says that it is not" },
	{ "compare", 1, "²",
		"what the largest square is: the signs beside it, more and less, go "
		"first" },
	{ "display", 1, NULL, "swatches: the colours are what is looked at" },
	{ "service", 2, NULL,
		"what to do stands on the screen that the row leads to, or is said by "
		"`stance status`" },
	{ "calibrate", 1.5, NULL,
		"the rows have the room; what the tools are worth is said again by the "
		"step that needs them, and by `stance calibrate`" },
};

/* Two letters of any language: no digits, signs and what only its width is asked of. */
static inline bool fates_is_word(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		n += ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		     (c >= 0xc3 && c <= 0xdf);
	}
	return n >= 2;
}

static inline void fates_note(const char *text, enum draw_fate fate, void *ctx)
{
	struct fates *f = ctx;
	uint64_t hash = UINT64_C(14695981039346656037);

	for (const char *c = text; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * UINT64_C(1099511628211); /* FNV-1a */
	for (int i = f->n - 1; i >= 0; i--)
		if (f->all[i].hash == hash) {
			f->all[i].was |= 1U << fate;
			return;
		}
	if (f->n == FATES_MAX)
		fail_msg("more than %d texts on a screen", FATES_MAX);
	f->all[f->n].hash = hash;
	f->all[f->n].was = 1U << fate;
	snprintf(f->all[f->n].text, sizeof(f->all[f->n].text), "%s", text);
	f->n++;
}

static inline bool fates_is_excused(const char *screen, double scale, const char *text)
{
	for (size_t i = 0; i < sizeof(fates_excused) / sizeof(fates_excused[0]); i++)
		if (strcmp(fates_excused[i].screen, screen) == 0 &&
			scale > fates_excused[i].above &&
			(!fates_excused[i].part || strstr(text, fates_excused[i].part)))
			return true;
	return false;
}

/* Report every text that was left out, or of which nothing is known but that it was asked for. */
static inline void fates_check(
	struct rules_seen *s, const struct fates *f, double scale)
{
	const unsigned good = 1U << DRAW_DRAWN | 1U << DRAW_ELSEWHERE;
	const char *screen = view_screen_name(s->view);

	for (int i = 0; i < f->n; i++)
		if (!(f->all[i].was & good) && fates_is_word(f->all[i].text) &&
			!fates_is_excused(screen, scale, f->all[i].text))
			rules_bad(s, "is left out", f->all[i].text);
}

#endif
