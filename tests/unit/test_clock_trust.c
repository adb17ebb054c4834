/* Whether the clock may be believed: by the kernel, by the setting, by a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <unistd.h>

#include "src/base/clock_trust.h"

static int the_state;

/* In place of the kernel's answer: the program's own function goes before the library's. */
int adjtimex(struct timex *timex)
{
	assert_int_equal(timex->modes, 0); /* only asks */
	return the_state;
}

static void the_kernel_is_asked(void **state)
{
	(void)state;
	the_state = TIME_OK;
	assert_int_equal(clock_trust_by(""), CLOCK_TRUST_SYNCHRONISED);
	the_state = TIME_INS; /* a leap second is near: in step all the same */
	assert_int_equal(clock_trust_by(""), CLOCK_TRUST_SYNCHRONISED);
	the_state = TIME_ERROR;
	assert_int_equal(clock_trust_by(""), CLOCK_TRUST_UNKNOWN);
	the_state = -1;
	assert_int_equal(clock_trust_by(""), CLOCK_TRUST_UNKNOWN);
}

static void a_setting_trusts(void **state)
{
	(void)state;
	the_state = TIME_ERROR;
	assert_int_equal(clock_trust_by("trusted"), CLOCK_TRUST_TRUSTED);
	/* what is known better is said */
	the_state = TIME_OK;
	assert_int_equal(clock_trust_by("trusted"), CLOCK_TRUST_SYNCHRONISED);
}

static void a_file_vouches_while_it_is_there(void **state)
{
	char path[] = "clock-trust-XXXXXX";
	const int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	the_state = TIME_ERROR;
	clock_trust_configure(path);
	assert_int_equal(clock_trust(), CLOCK_TRUST_SYNCHRONISED);
	unlink(path);
	assert_int_equal(clock_trust(), CLOCK_TRUST_UNKNOWN);
	clock_trust_configure("trusted");
	assert_int_equal(clock_trust(), CLOCK_TRUST_TRUSTED);
}

static void words_are_those_of_the_documents(void **state)
{
	(void)state;
	assert_string_equal(clock_trust_word(CLOCK_TRUST_UNKNOWN), "unknown");
	assert_string_equal(clock_trust_word(CLOCK_TRUST_SYNCHRONISED), "synchronised");
	assert_string_equal(clock_trust_word(CLOCK_TRUST_TRUSTED), "trusted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_is_asked),
		cmocka_unit_test(a_setting_trusts),
		cmocka_unit_test(a_file_vouches_while_it_is_there),
		cmocka_unit_test(words_are_those_of_the_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
