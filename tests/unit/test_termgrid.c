/* What is emitted turns what is shown into what shall be shown, and no more than that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/cli/termgrid.h"

#define ROWS 5
#define COLS 7
#define SEED 5

/* A terminal just clever enough to follow termgrid_emit(): cursor, glyphs, 24-bit colours. */
struct fake_terminal {
	int row, col;
	struct termgrid_cell pen;
	struct termgrid_cell cells[ROWS * COLS];
};

static void obey_sgr(struct fake_terminal *t, const int *p, int n)
{
	for (int i = 0; i < n; i++) {
		if (p[i] == 0)
			t->pen = (struct termgrid_cell){ .glyph = ' ' };
		else if (p[i] == 1 || p[i] == 22)
			t->pen.bold = p[i] == 1;
		else if (p[i] == 39)
			t->pen.fg = 0;
		else if (p[i] == 49)
			t->pen.bg = 0;
		else if (p[i] == 38 || p[i] == 48) {
			uint32_t colour = TERMGRID_RGB(p[i + 2], p[i + 3], p[i + 4]);

			*(p[i] == 38 ? &t->pen.fg : &t->pen.bg) = colour;
			i += 4;
		}
	}
}

static const char *obey_escape(struct fake_terminal *t, const char *p)
{
	int values[8] = { 0 };
	int n = 1;

	for (p += 2; !strchr("Hmhl", *p); p++) {
		if (*p == ';')
			n++;
		else if (*p != '?')
			values[n - 1] = values[n - 1] * 10 + *p - '0';
	}
	if (*p == 'H') {
		t->row = values[0] - 1;
		t->col = values[1] - 1;
	} else if (*p == 'm') {
		obey_sgr(t, values, n);
	}
	return p + 1;
}

static uint32_t decode(const char **p)
{
	const unsigned char *u = (const unsigned char *)*p;

	if (u[0] < 0x80) {
		*p += 1;
		return u[0];
	}
	assert_int_equal(u[0] & 0xf0, 0xe0); /* the test uses three bytes only */
	*p += 3;
	return (uint32_t)(u[0] & 15) << 12 | (uint32_t)(u[1] & 63) << 6 | (u[2] & 63);
}

static void feed(struct fake_terminal *t, const char *p)
{
	while (*p) {
		if (*p == '\033') {
			p = obey_escape(t, p);
			continue;
		}
		assert_in_range(t->row, 0, ROWS - 1);
		assert_in_range(t->col, 0, COLS - 1);
		t->pen.glyph = decode(&p);
		t->cells[t->row * COLS + t->col++] = t->pen;
	}
}

static void scribble(struct rng *rng, struct termgrid *grid)
{
	static const uint32_t glyphs[] = { ' ', 'x', 0x2580, 0x2588 };

	for (int n = (int)(rng_u64(rng) % 20); n > 0; n--) {
		struct termgrid_cell cell = {
			.glyph = glyphs[rng_u64(rng) % 4],
			.fg = rng_u64(rng) % 2 ? TERMGRID_RGB(rng_u64(rng) % 256, 7, 0)
					       : 0,
			.bg = rng_u64(rng) % 2 ? TERMGRID_RGB(0, 0, rng_u64(rng) % 256)
					       : 0,
			.bold = rng_u64(rng) % 2,
		};

		termgrid_put(grid, (int)(rng_u64(rng) % (ROWS + 2)) - 1,
			(int)(rng_u64(rng) % (COLS + 2)) - 1, &cell);
	}
}

static char *emit(
	struct termgrid *shown, const struct termgrid *next, enum cli_colour mode)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	termgrid_emit(shown, next, mode, out);
	fclose(out);
	return text;
}

static void test_terminal_follows(void **state)
{
	struct fake_terminal t = { 0 };
	struct termgrid shown = { 0 }, next = { 0 };
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	assert_int_equal(termgrid_resize(&shown, ROWS, COLS), 0);
	assert_int_equal(termgrid_resize(&next, ROWS, COLS), 0);
	for (int i = 0; i < ROWS * COLS; i++)
		t.cells[i] = (struct termgrid_cell){ .glyph = ' ' };
	for (int round = 0; round < 300; round++) {
		char *text;

		scribble(&rng, &next);
		text = emit(&shown, &next, CLI_COLOUR_TRUE);
		feed(&t, text);
		free(text);
		for (int i = 0; i < ROWS * COLS; i++) {
			assert_int_equal(t.cells[i].glyph, next.cells[i].glyph);
			assert_int_equal(t.cells[i].fg, next.cells[i].fg);
			assert_int_equal(t.cells[i].bg, next.cells[i].bg);
			assert_int_equal(t.cells[i].bold, next.cells[i].bold);
		}
	}
	termgrid_fini(&shown);
	termgrid_fini(&next);
}

static void test_nothing_changes_nothing(void **state)
{
	struct termgrid shown = { 0 }, next = { 0 };
	char *text;

	(void)state;
	termgrid_resize(&shown, 2, 10);
	termgrid_resize(&next, 2, 10);
	termgrid_print(&next, 0, 0, 10, TERMGRID_RGB(1, 2, 3), true, "hello");
	text = emit(&shown, &next, CLI_COLOUR_NONE);
	assert_non_null(strstr(text, "hello"));
	assert_null(strstr(text, "38;"));
	free(text);
	text = emit(&shown, &next, CLI_COLOUR_NONE);
	assert_string_equal(text, "\033[?2026h\033[m\033[m\033[?2026l");
	free(text);
	termgrid_fini(&shown);
	termgrid_fini(&next);
}

static void test_print(void **state)
{
	struct termgrid grid = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out;

	(void)state;
	termgrid_resize(&grid, 3, 8);
	assert_int_equal(termgrid_print(&grid, 0, 2, 99, 0, false, "abcdefghij"), 8);
	assert_int_equal(
		termgrid_print(&grid, 1, 0, 3, 0, false, "\xc2\xb1x\xff\x1b"), 3);
	assert_int_equal(termgrid_print(&grid, 9, 0, 3, 0, false, "off"), 3);
	assert_int_equal(termgrid_print(&grid, 2, -2, 9, 0, false, "abc"), 1);
	out = open_memstream(&text, &size);
	termgrid_dump(&grid, out);
	fclose(out);
	assert_string_equal(text, "  abcdef\n\xc2\xb1x\xef\xbf\xbd\nc\n");
	free(text);
	termgrid_fini(&grid);
}

static void test_palette(void **state)
{
	(void)state;
	assert_int_equal(termgrid_palette(TERMGRID_RGB(0, 0, 0)), 16);
	assert_int_equal(termgrid_palette(TERMGRID_RGB(255, 0, 0)), 196);
	assert_int_equal(termgrid_palette(TERMGRID_RGB(255, 255, 255)), 231);
	assert_int_equal(termgrid_palette(TERMGRID_RGB(18, 18, 18)), 233);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal_follows),
		cmocka_unit_test(test_nothing_changes_nothing),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_palette),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
