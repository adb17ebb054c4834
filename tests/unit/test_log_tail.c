/* The last log lines are there, in order, whole or cut between characters; older ones are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/daemon/log_tail.h"

static struct log_tail_line lines[LOG_TAIL_LINES + 8];

/* First of all, as the tail is the program's. */
static void test_nothing_yet(void **state)
{
	(void)state;
	assert_int_equal(log_tail_read(0, lines, 10), 0);
	assert_int_equal(log_tail_read(5, lines, 10), 0);
}

static void test_order_and_pages(void **state)
{
	char text[32];

	(void)state;
	for (int i = 1; i <= 7; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		log_tail_keep(LOG_LEVEL_INFO, "test", text, 1000 * i);
	}
	assert_int_equal(log_tail_read(0, lines, 3), 3);
	assert_string_equal(lines[0].text, "line 7");
	assert_int_equal(lines[0].n, 7);
	assert_int_equal(lines[0].at_unix_ms, 7000);
	assert_int_equal(log_tail_read(lines[2].n, lines, 10), 4);
	assert_string_equal(lines[0].text, "line 4");
	assert_string_equal(lines[3].text, "line 1");
	assert_int_equal(log_tail_read(1, lines, 10), 0);
}

static void test_old_ones_go(void **state)
{
	uint64_t last;

	(void)state;
	for (int i = 0; i < 3 * LOG_TAIL_LINES; i++)
		log_tail_keep(LOG_LEVEL_WARN, "a-long-tag-of-some-part", "x", i);
	assert_int_equal(log_tail_read(0, lines, LOG_TAIL_LINES + 8), LOG_TAIL_LINES);
	last = lines[0].n;
	assert_int_equal(lines[LOG_TAIL_LINES - 1].n, last - LOG_TAIL_LINES + 1);
	assert_string_equal(lines[0].tag, "a-long-tag-of-s");
	assert_int_equal(
		log_tail_read(last - LOG_TAIL_LINES + 1, lines, LOG_TAIL_LINES), 0);
}

/* 239 bytes fit: 119 letters of two bytes and one of one; at an odd place one byte less. */
static void test_cut_between_characters(void **state)
{
	char text[600] = "";

	(void)state;
	for (int i = 0; i < 250; i++)
		strcat(text, "\xc3\xa4");
	log_tail_keep(LOG_LEVEL_INFO, "test", text, 0);
	assert_int_equal(log_tail_read(0, lines, 1), 1);
	assert_int_equal(strlen(lines[0].text), 238);
	log_tail_keep(LOG_LEVEL_INFO, "test", "short", 0);
	log_tail_read(0, lines, 1);
	assert_string_equal(lines[0].text, "short");
}

/* What is logged comes in by itself, with the clock of the wall. */
static void test_begin(void **state)
{
	(void)state;
	log_tail_begin();
	log_write(LOG_LEVEL_ERR, "part", LOG_EVENT_NONE, "number %d", 42);
	log_set_keep(NULL, NULL);
	log_write(LOG_LEVEL_ERR, "part", LOG_EVENT_NONE, "not kept");
	assert_int_equal(log_tail_read(0, lines, 1), 1);
	assert_string_equal(lines[0].text, "number 42");
	assert_string_equal(lines[0].tag, "part");
	assert_int_equal(lines[0].level, LOG_LEVEL_ERR);
	assert_true(lines[0].at_unix_ms > INT64_C(1700000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_yet),
		cmocka_unit_test(test_order_and_pages),
		cmocka_unit_test(test_old_ones_go),
		cmocka_unit_test(test_cut_between_characters),
		cmocka_unit_test(test_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
