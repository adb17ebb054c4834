/* Where words are broken that are wider than their line (ui/core/breaks.h), by hand and over random texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "ui/core/breaks.h"

#define LINE_H 20

/* Every character is 10 wide. */
static void measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	int n = 0;

	(void)style;
	(void)ctx;
	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	*m = (struct draw_metrics){ n * 10, LINE_H, 16 };
}

static struct draw_list list;

/* The lines of a text in a width of `columns` characters, joined by "|". */
static const char *lines_of(const char *text, int columns, bool breaks)
{
	static char out[2048];
	const struct draw_style style = { .breaks = breaks };

	draw_init(&list, measure, NULL);
	draw_wrapped(&list, &style, (struct rect){ 0, 0, columns * 10, 9000 },
		DRAW_LEFT, 0, text);
	out[0] = '\0';
	for (int i = 0; i < list.n_commands; i++) {
		strcat(out, i > 0 ? "|" : "");
		strcat(out, draw_text_of(&list, &list.commands[i]));
	}
	return out;
}

static void test_words_are_broken_where_syllables_begin(void **state)
{
	(void)state;
	assert_string_equal(lines_of("Gleichgewicht", 10, true), "Gleichge-|wicht");
	assert_string_equal(lines_of("Gleichgewicht", 8, true), "Gleich-|gewicht");
	assert_string_equal(lines_of("Unterschied", 9, true), "Unter-|schied");
	assert_string_equal(lines_of("Fußstütze", 8, true), "Fuß-|stütze");
	assert_string_equal(
		lines_of("Somebody stands here.", 7, true), "Some-|body|stands|here.");
	assert_string_equal(lines_of("measurement", 8, true), "measure-|ment");
	assert_string_equal(lines_of("Unterstreichung", 10, true), "Unter-|streichung");
	assert_string_equal(
		lines_of("(Modellbereich, keine", 11, true), "(Modellbe-|reich,|keine");
	assert_string_equal(lines_of("mm/s ± 1,2 kg", 8, true), "mm/s|± 1,2 kg");
	assert_string_equal(lines_of("Kontrolle", 7, true), "Kont-|rolle");
	/* Two letters are no part of a word. */
	assert_false(breaks_syllable("Abend", 1));
	assert_false(breaks_syllable("Somebody", 2));
	assert_false(breaks_syllable("Somebody", 6));
	assert_true(breaks_syllable("Somebody", 4));
	assert_false(breaks_syllable("Unterschied", 6)); /* s-ch */
	assert_false(breaks_syllable("Strumpf", 4));
}

static void test_words_without_syllables(void **state)
{
	(void)state;
	assert_string_equal(lines_of("WWWWWWWWWW", 4, true), "WWW-|WWW-|WWWW");
	assert_string_equal(lines_of("äääääääää", 4, true), "äää-|äää-|äää");
	/* What a hyphen would be read as part of gets none. */
	assert_string_equal(lines_of("1234567890", 4, true), "1234|5678|90");
	assert_string_equal(lines_of("12 mm", 3, true), "12|mm");
	assert_string_equal(lines_of("Meier-Schulze", 8, true), "Meier-|Schulze");
	/* Not even a letter has room: it stands out, which the caller is told. */
	assert_string_equal(lines_of("ab", 0, true), "ab");
}

static void test_words_stay_whole_unless_they_may_be_broken(void **state)
{
	const struct draw_style style = { .breaks = false };
	int widest;

	(void)state;
	assert_string_equal(
		lines_of("a Gleichgewicht b", 8, false), "a|Gleichgewicht|b");
	draw_wrapped_height(&list, &style, 80, "a Gleichgewicht b", &widest);
	assert_int_equal(widest, 130);
}

static void test_paths(void **state)
{
	(void)state;
	assert_string_equal(lines_of("/var/lib/stance", 10, false), "/var/lib/|stance");
	/* One that needs two lines anyway begins where there is room; one that has room on the next begins there. */
	assert_string_equal(lines_of("kept (/var/lib/stance)", 12, false),
		"kept (/var/|lib/stance)");
	assert_string_equal(
		lines_of("kept at /var/lib", 12, false), "kept at|/var/lib");
	assert_string_equal(lines_of("was kept (/variable/lib)", 12, false),
		"was kept|(/variable/|lib)");
	/* A number keeps its unit. */
	assert_string_equal(lines_of("12 mm/s or so", 5, false), "12 mm/s|or so");
}

/* Whatever comes, nothing of it is lost and no line is wider than its place. */
static void test_nothing_is_lost(void **state)
{
	static const char *const letters[] = { "a", "e", "ä", "n", "s", "c", "h", "t",
		"ł", "-", "/", "7", "ب" };
	struct rng rng;

	(void)state;
	rng_init(&rng, 5, 0);
	for (int round = 0; round < 400; round++) {
		char text[800] = "", *out;
		int n = 1 + (int)(rng_u64(&rng) % 300);
		int columns = 2 + (int)(rng_u64(&rng) % 30);
		const char *lines;
		for (int i = 0; i < n; i++)
			strcat(text, letters[rng_u64(&rng) % 13]);
		lines = lines_of(text, columns, true);
		for (int i = 0; i < list.n_commands; i++)
			assert_true(list.commands[i].rect.w <= columns * 10);
		if (list.n_commands == DRAW_MAX_LINES)
			continue;
		/* Without line ends and hyphens it is what it was. */
		out = text;
		for (; *lines != '\0'; lines++) {
			if (*lines == '|' || *lines == '-')
				continue;
			while (*out == '-')
				out++;
			assert_int_equal(*lines, *out++);
		}
		while (*out == '-')
			out++;
		assert_int_equal(*out, '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_broken_where_syllables_begin),
		cmocka_unit_test(test_words_without_syllables),
		cmocka_unit_test(test_words_stay_whole_unless_they_may_be_broken),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
