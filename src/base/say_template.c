#include "src/base/say_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

#define MAX_WORDS 12
#define WORD_SIZE 64

struct word {
	char name[24], value[WORD_SIZE];
};
struct words {
	int n;
	struct word items[MAX_WORDS];
};

/* The words that stand for braces, as src/core/findings/findings.c writes them. */
static const char *const said[] = { N_("left"), N_("right"), N_("same"),
	N_("left forefoot and right heel"), N_("right forefoot and left heel") };

/* Take the word that stands at `text` up to where the template goes on with `after`. */
static bool take(const char *name, size_t n_name, const char **text, const char *after,
	struct words *words)
{
	size_t n_after = strcspn(after, "{"), n;
	const char *end = *text;
	struct word *w = &words->items[words->n];

	if (words->n == MAX_WORDS || n_name >= sizeof(w->name))
		return false;
	/* the rest of the template, up to its next word, tells where this one ends */
	while (*end && (n_after == 0 ? true : strncmp(end, after, n_after) != 0))
		end++;
	n = (size_t)(end - *text);
	if (n == 0 || n >= sizeof(w->value) || (n_after > 0 && !*end))
		return false;
	snprintf(w->name, sizeof(w->name), "%.*s", (int)n_name, name);
	snprintf(w->value, sizeof(w->value), "%.*s", (int)n, *text);
	words->n++;
	*text = end;
	return true;
}

static bool match(const char *template, const char *text, struct words *words)
{
	words->n = 0;
	while (*template) {
		const char *end = *template == '{' ? strchr(template, '}') : NULL;

		if (!end) {
			if (*template ++ != *text++)
				return false;
			continue;
		}
		if (!take(template + 1, (size_t)(end - template - 1), &text, end + 1,
			    words))
			return false;
		template = end + 1;
	}
	return *text == '\0';
}

/* With the language's decimal mark, as many decimals as it has. */
static void put_number(char *out, size_t size, const char *text, double value)
{
	const char *point = strchr(text, '.');

	i18n_number(out, size, value, point ? (int)strlen(point + 1) : 0);
}

static void put_word(const struct words *words, const char *name, size_t n_name,
	char *out, size_t size)
{
	for (int i = 0; i < words->n; i++) {
		const struct word *w = &words->items[i];
		char *end;
		double value;

		if (strlen(w->name) != n_name || memcmp(w->name, name, n_name) != 0)
			continue;
		for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++) {
			if (strcmp(w->value, said[k]) == 0) {
				snprintf(out, size, "%s", _(said[k]));
				return;
			}
		}
		value = strtod(w->value, &end);
		if (end != w->value && *end == '\0') {
			put_number(out, size, w->value, value);
			return;
		}
		snprintf(out, size, "%s", w->value);
		return;
	}
	snprintf(out, size, "?");
}

static void fill(
	const char *template, const struct words *words, char *out, size_t size)
{
	size_t n = 0;

	while (*template && n + 1 < size) {
		const char *end = *template == '{' ? strchr(template, '}') : NULL;

		if (!end) {
			out[n++] = *template ++;
			continue;
		}
		put_word(words, template + 1, (size_t)(end - template - 1), out + n,
			size - n);
		n += strlen(out + n);
		template = end + 1;
	}
	out[n] = '\0';
}

bool say_template(const char *template, const char *text, char *out, size_t size)
{
	struct words words;

	if (!match(template, text, &words)) {
		snprintf(out, size, "%s", text);
		return false;
	}
	fill(_(template), &words, out, size);
	return true;
}
