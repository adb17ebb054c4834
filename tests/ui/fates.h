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

/* Where texts may be left out: on which screen, above which text scale, and why. */
static const struct {
	const char *screen;
	double above;
	const char *why;
} fates_excused[] = {
	{ "live", 0,
		"one picture to look at: what has no room is left out by its rank, as "
		"docs/screens.md says (Sizes)" },
	{ "display", 1, "swatches: the colours are what is looked at" },
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

static inline bool fates_is_excused(const char *screen, double scale)
{
	for (size_t i = 0; i < sizeof(fates_excused) / sizeof(fates_excused[0]); i++)
		if (strcmp(fates_excused[i].screen, screen) == 0 &&
			scale > fates_excused[i].above)
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
			!fates_is_excused(screen, scale))
			rules_bad(s, "is left out", f->all[i].text);
}

#endif
