/* Messages reach the sink whole or cut, and only those urgent enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LOG_TAG "test"
#include "src/base/log.h"

struct heard {
	int n;
	enum log_level level;
	char tag[16];
	enum log_event event;
	char message[2048];
};

static void hear(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	struct heard *heard = ctx;

	heard->n++;
	heard->level = level;
	heard->event = event;
	strncpy(heard->tag, tag, sizeof(heard->tag) - 1);
	strncpy(heard->message, message, sizeof(heard->message) - 1);
}

static void test_levels(void **state)
{
	struct heard heard = { 0 };

	(void)state;
	log_set_sink(hear, &heard);
	log_debug("not by default");
	assert_int_equal(heard.n, 0);
	log_warn("mat0: %d of %d frames bad", 3, 120);
	assert_int_equal(heard.n, 1);
	assert_int_equal(heard.level, LOG_LEVEL_WARN);
	assert_string_equal(heard.tag, "test");
	assert_string_equal(heard.message, "mat0: 3 of 120 frames bad");
	assert_int_equal(heard.event, LOG_EVENT_NONE);
	log_warn_event(LOG_EVENT_MAT_LOST, "gone");
	assert_int_equal(heard.event, LOG_EVENT_MAT_LOST);
	log_set_level(LOG_LEVEL_ERR);
	log_warn("too quiet");
	log_err("loud");
	assert_int_equal(heard.n, 3);
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("all");
	assert_int_equal(heard.n, 4);
	log_set_level(LOG_LEVEL_INFO);
	log_set_sink(NULL, NULL);
}

static void test_long_message(void **state)
{
	struct heard heard = { 0 };
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_set_sink(hear, &heard);
	log_info("%s", text);
	log_set_sink(NULL, NULL);
	assert_int_equal(strlen(heard.message), 1023);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_long_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
