#include "src/store/patient_words.h"

#include <string.h>

static const char *const pain_sites[] = { "neck", "back", "hip_left", "hip_right",
	"leg_left", "leg_right", "knee_left", "knee_right", "ankle_left", "ankle_right",
	"foot_left", "foot_right", NULL };

/* What is usually asked before somebody with pain of back or leg is exercised (clinical practice). */
static const char *const red_flags[] = { "trauma", "fever", "weight_loss", "night_pain",
	"numbness", "weakness", "bladder_bowel", "cancer", "cannot_bear_weight",
	"dizzy_today", "other", NULL };

static const char *const knee_axes[] = { "neutral", "varus", "valgus", NULL };

static const char *const *const lists[] = {
	[PATIENT_PAIN_SITES] = pain_sites,
	[PATIENT_RED_FLAGS] = red_flags,
	[PATIENT_KNEE_AXES] = knee_axes,
};

const char *patient_word_at(enum patient_words list, size_t index)
{
	const char *const *word = lists[list];

	for (size_t i = 0; i < index && *word; i++)
		word++;
	return *word;
}

/* The index of a word of n bytes, -1 unknown. */
static int find(enum patient_words list, const char *text, size_t n)
{
	for (int i = 0; lists[list][i]; i++) {
		if (strlen(lists[list][i]) == n && memcmp(lists[list][i], text, n) == 0)
			return i;
	}
	return -1;
}

bool patient_word_ok(enum patient_words list, const char *text)
{
	return !text[0] || find(list, text, strlen(text)) >= 0;
}

bool patient_words_ok(enum patient_words list, const char *text)
{
	unsigned seen = 0;

	if (!text[0] || strcmp(text, PATIENT_NONE) == 0)
		return true;
	for (;;) {
		const size_t n = strcspn(text, " ");
		const int i = find(list, text, n);

		if (i < 0 || seen & 1U << i)
			return false;
		seen |= 1U << i;
		if (!text[n])
			return true;
		text += n + 1;
	}
}

bool patient_words_have(const char *words, const char *word)
{
	const size_t n = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += n) {
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	}
	return false;
}
