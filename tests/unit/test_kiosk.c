/* The screen without a window system: which card, whether it may be used, its light, its touches; on a made-up machine. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "tests/support/folder.h"
#include "ui/core/dark.h"
#include "ui/core/touch.h"
#include "ui/machine.h"
#include "ui/sdl/access.h"
#include "ui/sdl/backlight.h"
#include "ui/sdl/cards.h"

#define S CLOCK_NS_PER_S

static char root[64];

static int setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/stance-kiosk-XXXXXX");
	assert_non_null(mkdtemp(root));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	folder_remove(root);
	return 0;
}

/* Write a file below the root, with the folders above it. */
static void put(const char *path, const char *text)
{
	char whole[PATH_MAX];
	FILE *out;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	for (char *p = whole + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(whole, 0755);
		*p = '/';
	}
	out = fopen(whole, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static int get(const char *path)
{
	char whole[PATH_MAX];
	int value = -1;
	FILE *in;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	in = fopen(whole, "r");
	assert_non_null(in);
	assert_int_equal(fscanf(in, "%d", &value), 1);
	fclose(in);
	return value;
}

static void connect(const char *connector, const char *status)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/drm/%s/status", connector);
	put(path, status);
}

static void check_choice(
	const char *wanted, int card, int display, const char *connector)
{
	struct card_choice choice;
	char message[256];

	assert_int_equal(
		cards_choose(root, wanted, &choice, message, sizeof(message)), 0);
	assert_int_equal(choice.card, card);
	assert_int_equal(choice.display, display);
	assert_string_equal(choice.connector, connector);
}

/* --- cards ------------------------------------------------------------------------------- */

static void no_card_and_no_display_are_said(void **state)
{
	struct card_choice choice;
	char message[256];

	(void)state;
	assert_int_equal(
		cards_choose(root, "", &choice, message, sizeof(message)), -ENODEV);
	assert_non_null(strstr(message, "vc4-kms-v3d"));
	connect("card0-HDMI-A-1", "disconnected\n");
	assert_int_equal(
		cards_choose(root, "", &choice, message, sizeof(message)), -ENOENT);
	assert_non_null(strstr(message, "plug it in"));
}

/* As a Pi 5 has it: the panel, the HDMI ports and the renderer are three cards, in any order. */
static void a_pi_5_with_its_panel(void **state)
{
	(void)state;
	connect("card2-DSI-1", "connected\n");
	connect("card1-HDMI-A-1", "connected\n");
	connect("card1-HDMI-A-2", "connected\n");
	connect("card1-Writeback-1", "unknown\n");
	put("/sys/class/drm/card0/dev", "226:0\n");
	put("/sys/class/drm/renderD128/dev", "226:128\n");
	check_choice("", 2, 0, "DSI-1");
	check_choice("HDMI-A-2", 1, 1, "HDMI-A-2");
	check_choice("HDMI-A-7", 2, 0, "DSI-1");
	connect("card2-DSI-1", "disconnected\n");
	check_choice("", 1, 0, "HDMI-A-1");
}

/* SDL counts the connected ones in the kernel's order, which need not be that of the names. */
static void displays_are_counted_by_the_kernels_numbers(void **state)
{
	(void)state;
	connect("card0-DP-1", "connected\n");
	put("/sys/class/drm/card0-DP-1/connector_id", "95\n");
	connect("card0-HDMI-A-1", "connected\n");
	put("/sys/class/drm/card0-HDMI-A-1/connector_id", "77\n");
	connect("card0-VGA-1", "disconnected\n");
	put("/sys/class/drm/card0-VGA-1/connector_id", "10\n");
	check_choice("", 0, 0, "HDMI-A-1");
	check_choice("DP-1", 0, 1, "DP-1");
}

static void a_display_that_goes_or_comes_is_noticed(void **state)
{
	struct card_choice choice;
	char message[256];

	(void)state;
	connect("card0-HDMI-A-1", "connected\n");
	connect("card0-DSI-1", "disconnected\n");
	assert_int_equal(cards_choose(root, "", &choice, message, sizeof(message)), 0);
	assert_true(cards_still(root, "", &choice));
	connect("card0-DSI-1", "connected\n");
	assert_false(cards_still(root, "", &choice));
	connect("card0-DSI-1", "disconnected\n");
	connect("card0-HDMI-A-1", "disconnected\n");
	assert_false(cards_still(root, "", &choice));
}

/* --- rights ------------------------------------------------------------------------------ */

static const char *denied; /* what may not be opened */

static int may(const char *path, int mode)
{
	(void)mode;
	if (!denied || !strstr(path, denied))
		return 0;
	errno = EACCES;
	return -1;
}

static void rights_are_looked_at_first(void **state)
{
	char message[512] = "";

	(void)state;
	denied = NULL;
	assert_int_equal(access_check(root, 0, may, message, sizeof(message)), 0);
	put("/dev/dri/card1", "");
	put("/dev/input/event0", "");
	put("/dev/input/event1", "");
	assert_int_equal(access_check(root, 1, may, message, sizeof(message)), 0);
	denied = "event0"; /* the other one can be read */
	assert_int_equal(access_check(root, 1, may, message, sizeof(message)), 0);
	denied = "event";
	assert_int_equal(access_check(root, 1, may, message, sizeof(message)), -EACCES);
	assert_non_null(strstr(message, "/dev/input/event0"));
	assert_non_null(strstr(message, "group \"input\""));
	denied = "card1";
	assert_int_equal(access_check(root, 1, may, message, sizeof(message)), -EACCES);
	assert_non_null(strstr(message, "group \"video\""));
}

/* --- light ------------------------------------------------------------------------------- */

static void every_light_goes_off_and_comes_back(void **state)
{
	struct backlight light = { 0 };

	(void)state;
	assert_int_equal(backlight_off(&light, root), 0);
	put("/sys/class/backlight/10-0045/brightness", "180\n");
	put("/sys/class/backlight/10-0045/max_brightness", "255\n");
	put("/sys/class/backlight/10-0045/bl_power", "0\n");
	put("/sys/class/backlight/rpi_backlight/brightness", "0\n");
	put("/sys/class/backlight/rpi_backlight/max_brightness", "31\n");
	assert_int_equal(backlight_off(&light, root), 2);
	assert_int_equal(get("/sys/class/backlight/10-0045/bl_power"), 4);
	assert_int_equal(get("/sys/class/backlight/10-0045/brightness"), 0);
	assert_int_equal(backlight_on(&light), 2);
	assert_int_equal(get("/sys/class/backlight/10-0045/bl_power"), 0);
	assert_int_equal(get("/sys/class/backlight/10-0045/brightness"), 180);
	/* one that was dark before us */
	assert_int_equal(get("/sys/class/backlight/rpi_backlight/brightness"), 31);
	assert_int_equal(backlight_on(&light), 0);
}

static bool feed(
	struct dark *d, enum input_kind kind, int64_t pointer, int key, int64_t t)
{
	const struct input_event event = {
		.kind = kind, .pointer = pointer, .key = key
	};

	return dark_event(d, &event, t);
}

static void the_waking_touch_presses_nothing(void **state)
{
	struct dark d;

	(void)state;
	dark_init(&d, 60 * S, 0);
	assert_true(feed(&d, INPUT_POINTER_DOWN, 1, 0, 10 * S));
	assert_true(feed(&d, INPUT_POINTER_UP, 1, 0, 11 * S));
	assert_false(dark_tick(&d, false, 70 * S));
	assert_int_equal(dark_due_ns(&d), 71 * S);
	assert_true(dark_tick(&d, false, 71 * S));
	assert_true(d.is_dark);
	assert_true(feed(&d, INPUT_EXPOSE, 0, 0, 72 * S));
	assert_true(d.is_dark);
	assert_false(feed(&d, INPUT_POINTER_DOWN, 2, 0, 80 * S));
	assert_false(d.is_dark);
	assert_false(feed(&d, INPUT_POINTER_MOVE, 2, 0, 80 * S));
	assert_true(feed(
		&d, INPUT_POINTER_DOWN, 3, 0, 80 * S)); /* another finger is meant */
	assert_false(feed(&d, INPUT_POINTER_UP, 2, 0, 81 * S));
	assert_true(feed(&d, INPUT_POINTER_UP, 3, 0, 81 * S));
	assert_true(feed(&d, INPUT_POINTER_DOWN, 2, 0, 82 * S));
}

static void the_waking_key_types_nothing(void **state)
{
	struct dark d;

	(void)state;
	dark_init(&d, 60 * S, 0);
	dark_tick(&d, false, 60 * S);
	assert_false(feed(&d, INPUT_KEY_DOWN, 0, 'a', 61 * S));
	assert_false(feed(&d, INPUT_TEXT, 0, 0, 61 * S));
	assert_false(feed(&d, INPUT_KEY_UP, 0, 'a', 62 * S));
	assert_true(feed(&d, INPUT_KEY_DOWN, 0, 'a', 63 * S));
	assert_true(feed(&d, INPUT_TEXT, 0, 0, 63 * S));
}

static void a_person_on_the_mat_wakes_it(void **state)
{
	struct dark d;

	(void)state;
	dark_init(&d, 60 * S, 0);
	assert_false(dark_tick(&d, true, 100 * S));
	assert_false(dark_tick(&d, false, 159 * S));
	assert_true(dark_tick(&d, false, 160 * S));
	assert_true(dark_tick(&d, true, 161 * S));
	assert_false(d.is_dark);
	dark_init(&d, 0, 0);
	assert_false(dark_tick(&d, false, 1000000 * S));
	assert_true(dark_due_ns(&d) == INT64_MAX);
}

/* --- the machine -------------------------------------------------------------------------- */

static void a_weak_supply_and_heat_are_seen(void **state)
{
	struct machine m = { 0 };

	(void)state;
	assert_int_equal(machine_look(&m, root, 0), APP_WARNING_NONE);
	put("/sys/class/thermal/thermal_zone0/temp", "61000\n");
	put("/sys/class/thermal/thermal_zone1/temp", "79999\n");
	put("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
	put("/sys/class/hwmon/hwmon1/name", "rpi_volt\n");
	put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
	assert_int_equal(machine_look(&m, root, S), APP_WARNING_NONE);
	put("/sys/class/thermal/thermal_zone1/temp", "80000\n");
	assert_int_equal(machine_look(&m, root, 2 * S), APP_WARNING_HEAT);
	put("/sys/class/thermal/thermal_zone1/temp", "76000\n");
	assert_int_equal(machine_look(&m, root, 3 * S), APP_WARNING_HEAT);
	put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");
	assert_int_equal(machine_look(&m, root, 4 * S), APP_WARNING_POWER);
	put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
	put("/sys/class/thermal/thermal_zone1/temp", "74000\n");
	assert_int_equal(machine_look(&m, root, 63 * S), APP_WARNING_POWER);
	assert_int_equal(machine_look(&m, root, 64 * S), APP_WARNING_NONE);
}

/* --- touches ----------------------------------------------------------------------------- */

static void matrices_are_read_and_written(void **state)
{
	static const char *const wrong[] = { "1 0 0 0 1", "1 0 0 0 1 0 0",
		"a b c d e f", "0 0 0 0 1 0", "1 1 0 1 1 0", "nan 0 0 0 1 0",
		"1 0 0 0 1 99" };
	struct touch_matrix t, back;
	double x = 0.25, y = 0.5;
	char text[128];

	(void)state;
	assert_int_equal(touch_parse("", &t), 0);
	touch_apply(&t, &x, &y);
	assert_true(fabs(x - 0.25) < 1e-12 && fabs(y - 0.5) < 1e-12);
	assert_int_equal(touch_parse("0 -1 1 1 0 0", &t), 0); /* a quarter turn */
	touch_apply(&t, &x, &y);
	assert_true(fabs(x - 0.5) < 1e-12 && fabs(y - 0.25) < 1e-12);
	touch_text(&t, text, sizeof(text));
	assert_int_equal(touch_parse(text, &back), 0);
	assert_memory_equal(&t, &back, sizeof(t));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(touch_parse(wrong[i], &t), -EINVAL);
}

/* Four touches through a known distortion give it back; with 1 % of shake nearly. */
static void four_touches_give_the_matrix(void **state)
{
	static const double shown[4][2] = { { 0.1, 0.1 }, { 0.9, 0.1 }, { 0.1, 0.9 },
		{ 0.9, 0.9 } };
	struct rng rng;

	(void)state;
	rng_init(&rng, 5, 0);
	for (int trial = 0; trial < 200; trial++) {
		struct touch_matrix wanted, found;
		double touched[4][2], worst, shake = trial % 2 ? 0.01 : 0, det;

		for (int i = 0; i < 6; i++)
			wanted.m[i] =
				TOUCH_IDENTITY.m[i] + 0.2 * (rng_uniform(&rng) - 0.5);
		det = wanted.m[0] * wanted.m[4] - wanted.m[1] * wanted.m[3];
		for (int i = 0; i < 4; i++) {
			double u = shown[i][0] - wanted.m[2];
			double v = shown[i][1] - wanted.m[5];

			touched[i][0] = (wanted.m[4] * u - wanted.m[1] * v) / det +
					shake * (rng_uniform(&rng) - 0.5);
			touched[i][1] = (wanted.m[0] * v - wanted.m[3] * u) / det +
					shake * (rng_uniform(&rng) - 0.5);
		}
		assert_int_equal(touch_fit(shown, touched, &found, &worst), 0);
		assert_true(worst <= shake + 1e-9);
		for (int i = 0; i < 6; i++)
			assert_true(fabs(found.m[i] - wanted.m[i]) <= 2 * shake + 1e-9);
	}
}

static void touches_on_a_line_give_none(void **state)
{
	static const double shown[4][2] = { { 0.1, 0.1 }, { 0.9, 0.1 }, { 0.1, 0.9 },
		{ 0.9, 0.9 } };
	static const double touched[4][2] = { { 0.1, 0.1 }, { 0.2, 0.2 }, { 0.3, 0.3 },
		{ 0.9, 0.9 } };
	struct touch_matrix t;
	double worst;

	(void)state;
	assert_int_equal(touch_fit(shown, touched, &t, &worst), -EINVAL);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(no_card_and_no_display_are_said),
		CASE(a_pi_5_with_its_panel),
		CASE(displays_are_counted_by_the_kernels_numbers),
		CASE(a_display_that_goes_or_comes_is_noticed),
		CASE(rights_are_looked_at_first),
		CASE(every_light_goes_off_and_comes_back),
		cmocka_unit_test(the_waking_touch_presses_nothing),
		cmocka_unit_test(the_waking_key_types_nothing),
		cmocka_unit_test(a_person_on_the_mat_wakes_it),
		CASE(a_weak_supply_and_heat_are_seen),
		cmocka_unit_test(matrices_are_read_and_written),
		cmocka_unit_test(four_touches_give_the_matrix),
		cmocka_unit_test(touches_on_a_line_give_none),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
