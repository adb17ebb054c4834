/* Lines as people write them, what they are told, and the fake that other tests stand on. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hw/gpio_fake.h"
#include "hw/gpio_find.h"

#define CHIP "pinctrl-bcm2711"

static void check_spec(const char *text, const char *chip, const char *line, bool low,
	enum gpio_bias bias)
{
	struct gpio_spec spec;
	char why[256] = "";

	assert_int_equal(gpio_spec_parse(text, "", &spec, why, sizeof(why)), 0);
	assert_string_equal(spec.chip, chip);
	assert_string_equal(spec.line, line);
	assert_int_equal(spec.active_low, low);
	assert_int_equal(spec.bias, bias);
}

static void test_specs_are_read(void **state)
{
	(void)state;
	check_spec("GPIO17", "", "GPIO17", false, GPIO_BIAS_KEEP);
	check_spec("pinctrl-rp1:GPIO17 active-low pull-up", "pinctrl-rp1", "GPIO17",
		true, GPIO_BIAS_UP);
	check_spec("  9030000.pl061:5   pull-down ", "9030000.pl061", "5", false,
		GPIO_BIAS_DOWN);
	check_spec("INT34C6:00:12 no-pull", "INT34C6:00", "12", false, GPIO_BIAS_NONE);
}

static void test_the_usual_chip_is_taken_where_none_is_given(void **state)
{
	struct gpio_spec spec;
	char why[256];

	(void)state;
	assert_int_equal(gpio_spec_parse("17", CHIP, &spec, why, sizeof(why)), 0);
	assert_string_equal(spec.chip, CHIP);
	assert_int_equal(gpio_spec_offset(&spec), 17);
	assert_int_equal(gpio_spec_parse("x:17", CHIP, &spec, why, sizeof(why)), 0);
	assert_string_equal(spec.chip, "x");
	assert_int_equal(gpio_spec_parse("GPIO17", CHIP, &spec, why, sizeof(why)), 0);
	assert_int_equal(gpio_spec_offset(&spec), -1);
}

static void test_wrong_specs_are_refused_and_say_how(void **state)
{
	static const char *const wrong[] = { "", "   ", ":17", "chip:", "17",
		"GPIO17 upside-down", "GPIO17 active-low pull", "GPIO17 GPIO18",
		"0123456789012345678901234567890123456789012345678901234567890123" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct gpio_spec spec = { .line = "untouched" };
		char why[256] = "";

		assert_int_equal(gpio_spec_parse(wrong[i], "", &spec, why, sizeof(why)),
			-EINVAL);
		assert_non_null(strstr(why, "[CHIP:]LINE"));
		assert_string_equal(spec.line, "untouched");
	}
}

/* --- the table's contract, on the fake ---------------------------------------------------- */

static int open_line(
	const char *text, bool is_output, struct gpio_line **line, char text_out[512])
{
	struct gpio_spec spec;
	struct gpio_ask ask = { &spec, is_output, false, 0 };
	char detail[GPIO_DETAIL_SIZE], why[256];
	int err;

	assert_int_equal(gpio_spec_parse(text, "", &spec, why, sizeof(why)), 0);
	err = gpio_fake.open(&ask, line, detail);
	if (err < 0)
		gpio_explain(&spec, err, detail, text_out, 512);
	return err;
}

static void test_each_refusal_names_its_remedy(void **state)
{
	struct gpio_line *line;
	char text[512];

	(void)state;
	gpio_fake_reset();
	assert_int_equal(open_line("GPIO17", false, &line, text), -ENODEV);
	assert_non_null(strstr(text, "no GPIO chip"));
	gpio_fake_add(CHIP, "GPIO17");
	assert_int_equal(open_line("other:GPIO17", false, &line, text), -ENODEV);
	assert_non_null(strstr(text, "there are: " CHIP));
	assert_int_equal(open_line("GPIO71", false, &line, text), -ENXIO);
	assert_non_null(strstr(text, "gpioinfo"));
	gpio_fake_take("GPIO17", "fan-control");
	assert_int_equal(open_line("GPIO17", false, &line, text), -EBUSY);
	assert_non_null(strstr(text, "taken by \"fan-control\""));
	gpio_fake_deny(true);
	assert_int_equal(open_line("GPIO17", false, &line, text), -EACCES);
	assert_non_null(strstr(text, "group \"gpio\""));
}

static void test_edges_arrive_in_order_with_their_times(void **state)
{
	struct gpio_line *line;
	struct gpio_edge edge;
	struct pollfd ready;
	char text[512];

	(void)state;
	gpio_fake_reset();
	gpio_fake_add(CHIP, "GPIO17");
	assert_int_equal(open_line(CHIP ":0", false, &line, text), 0);
	ready = (struct pollfd){ .fd = gpio_fake.fd(line), .events = POLLIN };
	assert_int_equal(poll(&ready, 1, 0), 0);
	gpio_fake_edge("GPIO17", true, 111);
	gpio_fake_edge("GPIO17", false, 222);
	assert_int_equal(poll(&ready, 1, 0), 1);
	assert_int_equal(gpio_fake.read(line, &edge), 1);
	assert_true(edge.is_active && edge.t_ns == 111);
	assert_int_equal(gpio_fake.read(line, &edge), 1);
	assert_true(!edge.is_active && edge.t_ns == 222);
	assert_int_equal(gpio_fake.read(line, &edge), 0);
	gpio_fake_vanish(CHIP);
	assert_int_equal(poll(&ready, 1, 0), 1);
	assert_true(gpio_fake.read(line, &edge) < 0);
	gpio_fake.close(line);
	assert_int_equal(gpio_fake_n_open(), 0);
}

/* --- the real one, as far as a machine has it ---------------------------------------------- */

static int see_nothing(const char *path, const struct gpio_ask *ask,
	char label[GPIO_NAME_SIZE], struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	(void)path, (void)ask, (void)out, (void)detail;
	memcpy(label, "seen", 5);
	return 0;
}

static int be_denied(const char *path, const struct gpio_ask *ask,
	char label[GPIO_NAME_SIZE], struct gpio_line **out,
	char detail[GPIO_DETAIL_SIZE])
{
	(void)path, (void)ask, (void)label, (void)out, (void)detail;
	return -EACCES;
}

/* Whatever chips this machine has, none has that line; with none the system says so too. */
static void test_the_system_says_what_is_missing(void **state)
{
	struct gpio_spec spec = { .line = "no such line anywhere" };
	struct gpio_ask ask = { &spec, false, false, 0 };
	struct gpio_line *line = NULL;
	char detail[GPIO_DETAIL_SIZE];
	int err = gpio_system.open(&ask, &line, detail);

	(void)state;
	assert_true(err == -ENODEV || err == -ENXIO || err == -EACCES);
	assert_null(line);
	if (gpio_find(&ask, see_nothing, &line, detail) == -ENXIO) {
		assert_non_null(strstr(detail, "seen"));
		assert_int_equal(gpio_find(&ask, be_denied, &line, detail), -EACCES);
		assert_non_null(strstr(detail, "/dev/gpiochip"));
	} else {
		assert_int_equal(err, -ENODEV);
		assert_string_equal(detail, "");
	}
	gpio_system.close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specs_are_read),
		cmocka_unit_test(test_the_usual_chip_is_taken_where_none_is_given),
		cmocka_unit_test(test_wrong_specs_are_refused_and_say_how),
		cmocka_unit_test(test_each_refusal_names_its_remedy),
		cmocka_unit_test(test_edges_arrive_in_order_with_their_times),
		cmocka_unit_test(test_the_system_says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
